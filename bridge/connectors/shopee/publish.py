"""The writes that are not harmless to repeat: making an item, changing what it is, and finding out what became of a lost answer.

Without variants an item is made visible in one call. With variants: hidden with a throw-away price → (5 s) → tiers and models.
Each step is a submit of its own; the ticket says which comes next. Showing is left to the engine, which shows 50 in one call.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from bridge.connectors.base import HIDDEN, Operation, Outcome, SkuOutcome, Verdict
from bridge.connectors.outcomes import bound, guarded, next_step, remote_id_of
from bridge.connectors.shopee.client import ShopeeClient
from bridge.connectors.shopee.listings import GONE, ListingReader
from bridge.connectors.shopee.types import Created, Envelope, Item, Limits, Model, ModelList
from bridge.connectors.shopee.variants import INIT_PATH, NO_MODEL, model_ids, plan_variants, stock_body
from bridge.errors import OutcomeUnknown, Rejected
from bridge.model import AttributeValue, Content, OpKind

INIT, VARIANTS = "init", "variants"  # tickets
WIB = timezone(timedelta(hours=7))
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SENDS: Mapping[str, tuple[str, ...]] = {  # field of Content -> fields of update_item
    "title": ("item_name",),
    "description": ("description",),
    "category_id": ("category_id",),
    "attributes": ("attribute_list",),
    "brand_id": ("brand",),
    "brand": ("brand",),
    "weight_g": ("weight",),
    "package_cm": ("dimension",),
    "pictures": ("image",),
    "couriers": ("logistic_info",),
    "dangerous": ("item_dangerous",),
    "preorder_days": ("pre_order",),
    "item_sku": ("item_sku",),
}
_OF_VARIANTS = frozenset({"axes", "skus", "weight_g"})


class Publisher:
    """Creates and content changes of one shop."""

    def __init__(self, client: ShopeeClient, reader: ListingReader) -> None:
        self._client, self._reader = client, reader
        self._config: Mapping[str, int] = client.config["create"]

    def create(self, operation: Operation) -> Outcome:
        """The next step of making an item."""
        if operation.ticket == "":
            return self._add_item(operation)
        if operation.ticket == INIT:
            return self._init(operation)
        return self._variants(operation, self._reader.models(remote_id_of(operation)))

    def content(self, operation: Operation) -> Outcome:
        """The item's own fields, then (if it has or gets variants) tiers and models, each write a step."""
        content = cast(Content, operation.payload)
        changed = operation.payload.get("changed")  # names of Content's fields; missing: all may have changed
        if operation.ticket == VARIANTS:
            return self._variants(operation, self._reader.models(remote_id_of(operation)))
        fields = item_body(content)
        if changed is not None:
            wanted = {name for field in changed for name in _SENDS.get(field, ())}
            fields = {name: value for name, value in fields.items() if name in wanted}
            if "pre_order" in wanted - set(fields):
                fields["pre_order"] = self._no_pre_order(content["category_id"])
        touches = bool(content["axes"]) or any(sku.remote_sku_id not in (None, NO_MODEL) for sku in operation.skus)
        touches = touches and (changed is None or bool(_OF_VARIANTS & set(changed)))
        if not fields and touches:
            return self._variants(operation, self._reader.models(remote_id_of(operation)))
        if fields:
            body = {"item_id": int(remote_id_of(operation)), **fields}
            self._client.post("/product/update_item", body, Envelope)
        if touches:
            return next_step(operation, operation.remote_id, VARIANTS)
        return Outcome(operation.operation_id, Verdict.DONE, operation.remote_id)

    def _init(self, operation: Operation) -> Outcome:
        """Needs no read, as a fresh item has no tiers; if this was sent before, Shopee says that nothing changes."""
        try:
            return self._variants(operation, ModelList())
        except Rejected as error:
            if "not change" not in str(error):
                raise
        return next_step(operation, operation.remote_id, VARIANTS)

    def _no_pre_order(self, category_id: str) -> dict[str, Any]:
        """Ends a pre-order: both members are due, and the days are the category's own."""
        limits = self._client.get("/product/get_item_limit", Limits, "schema", category_id=category_id)
        days = ((limits.model_extra or {}).get("dts_limit") or {}).get("non_pre_order_days_to_ship", 2)
        return {"is_pre_order": False, "days_to_ship": days}

    def _add_item(self, operation: Operation) -> Outcome:
        content = cast(Content, operation.payload)
        prices = [sku.price_idr for sku in operation.skus if sku.price_idr is not None]
        if len(prices) < len(operation.skus) or not prices:
            raise Rejected("a new listing needs a price for each of its variants", "price_missing")
        varied = bool(content["axes"])
        place = self._place(operation)
        stock = stock_body({place: self._config["placeholder_stock"]} if varied else operation.skus[0].stock)
        body = {
            **item_body(content),
            "original_price": min(prices),
            **({"seller_stock": stock} if stock else {}),
            "item_status": "UNLIST" if varied else "NORMAL",
            "condition": "NEW",
        }
        item_id = self._client.post("/product/add_item", body, Created).item_id
        if varied:
            return next_step(operation, item_id, INIT, timedelta(seconds=self._config["settle_s"]))
        bound = tuple(SkuOutcome(sku.listing_sku_id, Verdict.DONE, NO_MODEL) for sku in operation.skus)
        return Outcome(operation.operation_id, Verdict.DONE, item_id, bound)

    def _variants(self, operation: Operation, now: ModelList) -> Outcome:
        """The first write that is still missing."""
        content = cast(Content, operation.payload)
        item_id = remote_id_of(operation)
        plan = plan_variants(item_id, content, operation.skus, now, self._place(operation))
        models = now.model
        if plan:
            made = self._client.post(plan[0].path, plan[0].body, ModelList).model
            models = made if plan[0].path == INIT_PATH else [*models, *made]
        ids = ids_of(operation, content, models)
        complete = len(ids) == len(operation.skus)
        if len(plan) > 1 or (plan and not complete):
            return next_step(operation, item_id, VARIANTS, skus=bound(operation, ids, Verdict.NEXT))
        if not complete:
            raise OutcomeUnknown(f"item {item_id}: not every variant has an id")
        return whole(operation, item_id, ids, hidden=operation.kind is OpKind.CREATE)

    def _place(self, operation: Operation) -> str:
        """Where a figure that nobody gave is told: a shop with several warehouses refuses stock without a location."""
        named = (place for sku in operation.skus for place in sku.stock)
        return next(named, next(iter(self._client.settings.places), ""))

    def look_up(self, operation: Operation) -> Outcome:
        """What became of a write. Absolute ones are simply sent again."""
        if operation.kind is OpKind.CREATE:
            return guarded(operation, self._look_up_create)
        if operation.kind is OpKind.CONTENT and operation.ticket == VARIANTS:
            return guarded(operation, self._look_up_variants)
        return Outcome(operation.operation_id, Verdict.RETRY, operation.remote_id, retry_after=timedelta(0))

    def _look_up_variants(self, operation: Operation) -> Outcome:
        now = self._reader.models(remote_id_of(operation))
        return self._compare(operation, remote_id_of(operation), now, hidden=False)

    def _look_up_create(self, operation: Operation) -> Outcome:
        found = self._find(operation)
        if not found:
            grace = timedelta(seconds=self._config["search_grace_s"])
            verdict = Verdict.RETRY if operation.remote_id is None else Verdict.UNKNOWN
            return Outcome(operation.operation_id, verdict, operation.remote_id, message="not found", retry_after=grace)
        if len(found) > 1:
            ids = ", ".join(item.item_id for item in found)
            text = f"several listings carry this SKU: {ids}"
            return Outcome(operation.operation_id, Verdict.UNKNOWN, code="duplicate", message=text)
        item = found[0]
        if operation.payload["axes"] and not item.has_model:
            return next_step(operation, item.item_id, INIT, timedelta(seconds=self._config["settle_s"]))
        now = self._reader.models(item.item_id) if item.has_model else ModelList()
        return self._compare(operation, item.item_id, now, hidden=item.item_status == "UNLIST")

    def _compare(self, operation: Operation, item_id: str, now: ModelList, hidden: bool) -> Outcome:
        content = cast(Content, operation.payload)
        ids = ids_of(operation, content, now.model)
        if plan_variants(item_id, content, operation.skus, now, self._place(operation)):
            return next_step(operation, item_id, VARIANTS, skus=bound(operation, ids, Verdict.NEXT))
        return whole(operation, item_id, ids, hidden)

    def _find(self, operation: Operation) -> list[Item]:
        """By id; else by SKU in the search, and if that knows nothing, among what was touched since the write."""
        if operation.remote_id is not None:
            return list(self._reader.items([operation.remote_id]))
        code = code_of(cast(Content, operation.payload))
        found = self._exact(self._reader.search(code), code)
        if found or operation.sent_at is None:
            return found
        return self._exact(self._reader.changed_ids(operation.sent_at - timedelta(minutes=5)), code)

    def _exact(self, ids: Iterable[str], code: str) -> list[Item]:
        return [item for item in self._reader.items(ids) if item.item_sku == code and item.item_status not in GONE]


def whole(operation: Operation, item_id: str, ids: Mapping[int, str], hidden: bool) -> Outcome:
    """Nothing is missing; a hidden item still has to be shown."""
    skus = bound(operation, ids, Verdict.DONE)
    return Outcome(operation.operation_id, Verdict.DONE, item_id, skus, code=HIDDEN if hidden else "")


def ids_of(operation: Operation, content: Content, models: Sequence[Model]) -> dict[int, str]:
    """Remote SKU ids by ListingSku."""
    if not content["axes"]:
        return {sku.listing_sku_id: NO_MODEL for sku in operation.skus}
    return model_ids(operation.skus, models)


def code_of(content: Content) -> str:
    """The item's own SKU, by which it is found again."""
    return content["item_sku"] if content["item_sku"] else content["skus"][0]["sku"]


def item_body(content: Content) -> dict[str, Any]:
    """The fields that add_item and update_item share. Prices, stock, state and models are not among them."""
    brand = content["brand_id"] if content["brand_id"] else "0"
    length_width_height = zip(
        ("package_length", "package_width", "package_height"), content["package_cm"], strict=False
    )
    days = content["preorder_days"]
    return {
        "item_name": content["title"],
        "description": content["description"],
        "category_id": int(content["category_id"]),
        "image": {"image_id_list": list(content["pictures"])},
        "attribute_list": [
            {
                "attribute_id": int(answer["attribute_id"]),
                "attribute_value_list": [_value_body(value) for value in answer["values"]],
            }
            for answer in content["attributes"]
        ],
        "brand": {"brand_id": int(brand), "original_brand_name": content["brand"] if brand != "0" else "No Brand"},
        "weight": content["weight_g"] / 1000,
        **({"dimension": dict(length_width_height)} if content["package_cm"] else {}),
        "logistic_info": [{"logistic_id": int(courier), "enabled": True} for courier in content["couriers"]],
        **({"pre_order": {"is_pre_order": True, "days_to_ship": days}} if days is not None else {}),
        "item_dangerous": int(content["dangerous"]),
        "item_sku": code_of(content),
    }


def _value_body(value: AttributeValue) -> dict[str, Any]:
    """A listed value by its id, own text with id 0. Dates travel as Unix seconds in text."""
    text = value["text"]
    if not value["value_id"] and _DATE.fullmatch(text):
        text = str(int(datetime.fromisoformat(text).replace(tzinfo=WIB).timestamp()))
    unit = {"value_unit": value["unit"]} if value["unit"] else {}
    return {"value_id": int(value["value_id"] or 0), "original_value_name": text, **unit}
