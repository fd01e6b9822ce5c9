"""The writes that are not harmless to repeat: making a product, changing what it is, and finding out what became of either.

A create is one call with an idempotency key. An edit deletes every SKU and switches off every storefront that it leaves out, so the
storefronts always go along, and SKUs only after a look at those that are there: what we do not know is kept, never deleted.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from bridge.connectors.base import Operation, Outcome, SkuWrite, Verdict
from bridge.connectors.outcomes import QuotaUsed, bound, guarded, refused, remote_id_of
from bridge.connectors.paging import chunks
from bridge.connectors.tokopedia.client import TokopediaClient
from bridge.connectors.tokopedia.errors import ZERO_REFUSED
from bridge.connectors.tokopedia.listings import (
    GONE,
    PRODUCTS,
    ListingReader,
    Places,
    codes_of,
    in_review,
    price_body,
)
from bridge.connectors.tokopedia.types import Product, Sku, Written
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
FEW = 3  # products that are cheaper read one by one
_ESCAPE = re.compile(r"&(?=#?\w+;)")


class Publisher:
    """Creates and content changes of one shop."""

    def __init__(self, client: TokopediaClient, reader: ListingReader, places: Places) -> None:
        self._client, self._reader, self._places = client, reader, places
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
        skus = bound(operation, _ids(operation, made.skus), Verdict.ACCEPTED)
        return in_review(operation, self._client.config, product_id, skus)

    # what became of it

    def poll(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Whether the audits are over."""
        found = {product.id: product for product in self._latest(operations)}
        return [self._judge(op, found.get(op.remote_id or "")) for op in operations]

    def _latest(self, operations: Sequence[Operation]) -> Iterator[Product]:
        """Ten products a read; many, or many without SKU ids, by what changed since: a hundred a read. Few are read one by one."""
        size = self._client.config["batch"]["search_skus"]
        firsts = [sku.remote_sku_id for op in operations for sku in op.skus[:1] if sku.remote_sku_id is not None]
        stamps = [op.sent_at for op in operations if op.sent_at is not None]
        many = len(operations) > size or len(operations) - len(firsts) > FEW
        if many and len(stamps) == len(operations):
            since = min(stamps) - timedelta(minutes=5)
            yield from self._reader.walk({"status": "ALL", "update_time_ge": int(since.timestamp())})
            return
        for some in chunks(firsts, size):
            yield from self._reader.walk({"status": "ALL", "sku_ids": list(some)})

    def _judge(self, operation: Operation, found: Product | None) -> Outcome:
        """A product that the search leaves out is read by itself."""
        product = found if found is not None else self._reader.product(remote_id_of(operation))
        if product is None:
            return Outcome(operation.operation_id, Verdict.REJECTED, code="12052032", message="the listing is gone")
        words, ids = set(self._reader.statuses(product).values()), _ids(operation, product.skus)
        if "PENDING" in words or product.audit.status == "AUDITING":
            return in_review(operation, self._client.config, product.id, bound(operation, ids, Verdict.ACCEPTED))
        failed = {
            OpKind.CONTENT: words == {"FAILED"} or product.audit.status == "FAILED",
            OpKind.VISIBILITY: "ACTIVATE" not in words,
        }.get(operation.kind, words == {"FAILED"})
        verdict = Verdict.REJECTED if failed else Verdict.DONE
        told = self._why(product, words) if failed or "FAILED" in words else ""
        rows = bound(operation, ids, verdict)
        return Outcome(operation.operation_id, verdict, product.id, rows, code="audit" if failed else "", message=told)

    def _why(self, product: Product, words: Iterable[str]) -> str:
        """The reasons of an audit, by storefront; the search does not tell them."""
        whole = product if product.audit_failed_reasons else self._reader.product(product.id)
        rows = whole.audit_failed_reasons if whole is not None else []
        parts = (": ".join((row.listing_platform, " ".join([*row.reasons, *row.suggestions]))) for row in rows)
        return "; ".join(parts) or f"the platform shows it as {', '.join(sorted(words))}"

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
            return Outcome(operation.operation_id, Verdict.RETRY, message="not found", retry_after=grace)
        if len(found) > 1:
            ids = ", ".join(product.id for product in found)
            text = f"several listings carry this SKU: {ids}"
            return Outcome(operation.operation_id, Verdict.UNKNOWN, code="several", message=text)
        return self._judge(operation, found[0])


def _zero_named(operation: Operation, outcome: Outcome) -> Outcome:
    """A refused stock of 0 has a name of ours."""
    zero = any(sku.stock and not any(sku.stock.values()) for sku in operation.skus)
    return replace(outcome, code="zero_refused") if zero and outcome.code in ZERO_REFUSED else outcome


def _writes(operation: Operation) -> dict[str, SkuWrite]:
    return {sku.seller_sku: sku for sku in operation.skus}


def _ids(operation: Operation, skus: Sequence[Sku]) -> dict[int, str]:
    """Remote SKU ids by ListingSku; a single SKU needs no code to be known."""
    if len(skus) == len(operation.skus) == 1:
        return {operation.skus[0].listing_sku_id: skus[0].id}
    by_code, alive = codes_of(skus), {sku.id for sku in skus}
    return {
        sku.listing_sku_id: sku.remote_sku_id if sku.remote_sku_id in alive else by_code[sku.seller_sku]
        for sku in operation.skus
        if sku.remote_sku_id in alive or sku.seller_sku in by_code
    }


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
