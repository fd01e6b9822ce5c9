"""The writes that are not harmless to repeat: making a product, changing what it is, and finding out what became of either.

A create is one call with an idempotency key. An edit deletes every SKU and switches off every storefront that it leaves out, so the
storefronts always go along, and SKUs only after a look at those that are there: what we do not know is kept, never deleted.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from bridge.connectors.base import Operation, Outcome, SkuWrite, Verdict
from bridge.connectors.outcomes import QuotaUsed, absent, bound, guarded, refused, remote_id_of
from bridge.connectors.tokopedia.client import TokopediaClient
from bridge.connectors.tokopedia.errors import ZERO_REFUSED
from bridge.connectors.tokopedia.listings import (
    GONE,
    PRODUCTS,
    ListingReader,
    Places,
    codes_of,
    price_body,
)
from bridge.connectors.tokopedia.reviews import Reviews, ids_of
from bridge.connectors.tokopedia.types import Product, Written
from bridge.errors import OutcomeUnknown, Rejected
from bridge.model import Content, ContentSku, OpKind

EDITS = "/product/202509/products"
OF_SKUS = frozenset({"axes", "skus", "weight_g", "preorder_days"})
_SENDS: Mapping[str, str] = {  # field of Content -> field of the body
    "title": "title",
    "description": "description",
    "attributes": "product_attributes",
    "brand_id": "brand_id",
    "weight_g": "package_weight",
    "package_cm": "package_dimensions",
    "pictures": "main_images",
}
_ESCAPE = re.compile(r"&(?=#?\w+;)")


class Publisher:
    """Creates and content changes of one shop."""

    def __init__(self, client: TokopediaClient, reader: ListingReader, places: Places, reviews: Reviews) -> None:
        self._client, self._reader, self._places, self._reviews = client, reader, places, reviews
        self._full_until: datetime | None = None  # the shop may list no more until then

    def create(self, operation: Operation) -> Outcome:
        """One write; sending it again with its key makes no second product."""
        return _zero_named(operation, guarded(operation, self._create))

    def content(self, operation: Operation) -> Outcome:
        """Only what changed, where that is known; with another category, or where it is not known, everything."""
        return _zero_named(operation, guarded(operation, self._content))

    def _create(self, operation: Operation) -> Outcome:
        if self._full_until is not None and self._client.clock() < self._full_until:
            rest = self._full_until - self._client.clock()
            return refused(operation, QuotaUsed("the shop's listing quota is used up", rest))
        content = cast(Content, operation.payload)
        body = {
            "save_mode": "LISTING",
            **product_body(content),
            "category_id": content["category_id"],
            "category_version": "v2",
            "skus": [self._new_sku(sku, operation, content) for sku in content["skus"]],
            "listing_platforms": list(self._client.settings.storefronts),
            "idempotency_key": operation.key,
        }
        try:
            return self._taken(operation, self._client.write(PRODUCTS, body, Written))
        except QuotaUsed as error:
            self._full_until = self._client.clock() + (error.retry_after or timedelta(0))
            raise

    def _content(self, operation: Operation) -> Outcome:
        content, product_id = cast(Content, operation.payload), remote_id_of(operation)
        changed = operation.payload.get("changed")  # names of Content's fields; missing: all may have changed
        body: dict[str, Any] = {"listing_platforms": list(self._client.settings.storefronts)}
        fields = product_body(content)
        whole = changed is None or "category_id" in changed
        wanted = set(fields) if whole else {_SENDS[name] for name in changed or () if name in _SENDS}
        body |= {name: value for name, value in fields.items() if name in wanted}
        if whole or OF_SKUS & set(changed or ()):
            now = self._reader.product(product_id)
            if now is None:
                raise Rejected(f"the listing {product_id} is not there any more", "12052032")
            body["skus"] = list(self._skus(operation, content, now))
        if whole:
            body |= {"category_id": content["category_id"], "category_version": "v2"}
        if len(body) == 1:  # nothing that this channel shows
            return Outcome(operation.operation_id, Verdict.DONE, product_id)
        path = f"{EDITS}/{product_id}" if whole else f"{EDITS}/{product_id}/partial_edit"
        return self._taken(operation, self._client.write(path, body, Written, "PUT" if whole else "POST"))

    def _skus(self, operation: Operation, content: Content, now: Product) -> Iterator[dict[str, Any]]:
        """Ours with their ids, new ones with price and stock, and those of others as they are."""
        writes, alive, by_code = _writes(operation), {sku.id: sku for sku in now.skus}, codes_of(now.skus)
        ours = set()
        for sku in content["skus"]:
            write = writes.get(sku["sku"])
            known = (
                write.remote_sku_id if write is not None and write.remote_sku_id in alive else by_code.get(sku["sku"])
            )
            if known is None:
                yield self._new_sku(sku, operation, content)
                continue
            ours.add(known)
            yield {"id": known, **sku_body(sku, content)}
        for other in (sku for sku in now.skus if sku.id not in ours):
            pairs = [{"id": row.id, "value_id": row.value_id} for row in other.sales_attributes]
            code = {"seller_sku": other.seller_sku} if other.seller_sku else {}
            yield {"id": other.id, **code, **({"sales_attributes": pairs} if pairs else {})}

    def _new_sku(self, sku: ContentSku, operation: Operation, content: Content) -> dict[str, Any]:
        """A SKU to be made. Without a price it is refused here: no price may be guessed."""
        write = _writes(operation).get(sku["sku"])
        if write is None or write.price_idr is None:
            raise Rejected(f"the new variant {sku['sku']} has no price", "price_missing")
        stock = write.stock if write.stock else {"": 0}
        prices = {"price": price_body(write.price_idr), "inventory": self._places.named_rows(stock)}
        return {**sku_body(sku, content), **prices}

    def _taken(self, operation: Operation, made: Written) -> Outcome:
        """Ids are bound at once; the audit decides about the rest. Errors of one storefront leave the other one."""
        product_id = made.product_id if made.product_id else operation.remote_id
        if made.errors and (product_id is None or len(made.errors) >= len(self._client.settings.storefronts)):
            error = self._client.judge(made.errors[0].code, "; ".join(row.message for row in made.errors), 200)
            return replace(refused(operation, error), remote_id=product_id)
        if product_id is None:
            raise OutcomeUnknown("the answer to a create names no product")
        return self._reviews.begin(
            operation, product_id, bound(operation, ids_of(operation, made.skus), Verdict.ACCEPTED)
        )

    def look_up(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Creates by seller SKU, ten a read. Edits name the ids that they keep and are simply sent again."""
        creates = {op.operation_id: op for op in operations if op.kind is OpKind.CREATE}
        products = list(self._reader.by_codes([op.payload["skus"][0]["sku"] for op in creates.values()]))
        nothing = timedelta(0)
        return [
            guarded(op, lambda one: self._look(one, products))
            if op.operation_id in creates
            else Outcome(op.operation_id, Verdict.RETRY, op.remote_id, retry_after=nothing)
            for op in operations
        ]

    def _look(self, operation: Operation, products: Sequence[Product]) -> Outcome:
        code = operation.payload["skus"][0]["sku"]
        found = [
            product
            for product in products
            if code in codes_of(product.skus) and set(self._reader.statuses(product).values()) != {GONE}
        ]
        if not found:
            grace = timedelta(seconds=self._client.config["create"]["search_grace_s"])
            return absent(operation, grace)
        if len(found) > 1:
            ids = ", ".join(product.id for product in found)
            text = f"several listings carry this SKU: {ids}"
            return Outcome(operation.operation_id, Verdict.UNKNOWN, code="duplicate", message=text)
        return self._reviews.judge(operation, found[0])


def _zero_named(operation: Operation, outcome: Outcome) -> Outcome:
    """A refused stock of 0 has a name of ours."""
    zero = any(sku.stock and not any(sku.stock.values()) for sku in operation.skus)
    return replace(outcome, code="zero_refused") if zero and outcome.code in ZERO_REFUSED else outcome


def _writes(operation: Operation) -> dict[str, SkuWrite]:
    return {sku.seller_sku: sku for sku in operation.skus}


def product_body(content: Content) -> dict[str, Any]:
    """The fields that create and edit share; category, SKUs and storefronts are not among them."""
    sides = zip(("length", "width", "height"), content["package_cm"], strict=False)
    brand = content["brand_id"]
    return {
        "title": content["title"],
        "description": description_html(content["description"]),
        "main_images": [{"uri": uri} for uri in content["pictures"]],
        "package_weight": weight_body(content["weight_g"]),
        **({"package_dimensions": {**{k: str(v) for k, v in sides}, "unit": "CENTIMETER"}} if content["package_cm"] else {}),
        "product_attributes": [
            {
                "id": answer["attribute_id"],
                "values": [
                    {"id": value["value_id"]} if value["value_id"] else {"name": " ".join((value["text"], value["unit"])).strip()}
                    for value in answer["values"]
                ],
            }
            for answer in content["attributes"]
        ],
        **({"brand_id": brand} if brand not in ("", "0") else {}),
    }  # fmt: skip


def sku_body(sku: ContentSku, content: Content) -> dict[str, Any]:
    """What a new and a kept SKU share. A single one has no sales attributes."""
    pairs = zip(content["axes"], sku["options"], strict=False) if len(content["skus"]) > 1 else ()
    attributes = [{"name": name, "value_name": value} for name, value in pairs]
    days = content["preorder_days"]
    return {
        "seller_sku": sku["sku"],
        **({"sales_attributes": attributes} if attributes else {}),
        **({"sku_weight": weight_body(sku["weight_g"])} if sku["weight_g"] != content["weight_g"] else {}),
        **(
            {"pre_sale": {"type": "PRE_ORDER", "fulfillment_type": {"handling_duration_days": days}}}
            if days is not None
            else {}
        ),
    }


def weight_body(weight_g: int) -> dict[str, str]:
    """Kilograms as text, three decimals at most."""
    return {"value": f"{weight_g / 1000:.3f}".rstrip("0").rstrip("."), "unit": "KILOGRAM"}


def description_html(text: str) -> str:
    """Plain text as paragraphs. Escapes are forbidden (12052932), so signs that would need one are replaced."""
    plain = _ESCAPE.sub("& ", html.unescape(text)).replace("<", "‹").replace(">", "›")
    blocks = (block.strip() for block in re.split(r"\n\s*\n", plain.replace("\r\n", "\n")))
    return "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks if block)
