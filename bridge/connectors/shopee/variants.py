"""From what an item has to what it should have: tiers and models. Pure; the writes come out in the order they must be sent.

Shopee replaces the whole list at `update_tier_variation` (a model left out is deleted), gives a new option no model until
`add_model`, and deletes all model ids when the number of tiers changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.connectors.base import SkuWrite
from bridge.connectors.shopee.types import Model, ModelList
from bridge.errors import Rejected
from bridge.model import Content, ContentSku

NO_MODEL = "0"  # Shopee's word for an item without variants
INIT_PATH = "/product/init_tier_variation"
Tiers = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class VariantWrite:
    """One write, and the field of its answer's models."""

    path: str
    body: Mapping[str, Any]


def tiers_of(content: Content) -> Tiers:
    """The axes with their options, in order of first appearance."""
    columns = ([sku["options"][at] for sku in content["skus"]] for at in range(len(content["axes"])))
    return tuple((name, tuple(dict.fromkeys(column))) for name, column in zip(content["axes"], columns, strict=True))


def index_of(sku: ContentSku, tiers: Tiers) -> list[int]:
    """Where a variant stands in the tiers."""
    return [options.index(option) for option, (_, options) in zip(sku["options"], tiers, strict=True)]


def plan_variants(
    item_id: str, content: Content, skus: Sequence[SkuWrite], now: ModelList, place: str
) -> list[VariantWrite]:
    """The writes that lead from the models now to those of the content; nothing if they are the same. `place` is where a new
    model without a figure has its nothing."""
    wanted = tiers_of(content)
    if not wanted and not now.tiers:
        return []
    writes = {sku.seller_sku: sku for sku in skus}
    if len(now.tiers) != len(wanted):
        rows = [new_model(sku, wanted, writes, content, place) for sku in content["skus"]]
        body = {"item_id": int(item_id), "standardise_tier_variation": tier_body(wanted, False), "model": rows}
        return [VariantWrite(INIT_PATH, body)]
    kept = {sku["sku"]: model for sku in content["skus"] if (model := find_model(sku, writes, now)) is not None}
    plan = []
    places = {model.model_id: index_of(sku, wanted) for sku in content["skus"] if (model := kept.get(sku["sku"]))}
    if now.tiers != wanted or {model.model_id: list(model.tier_index) for model in now.model} != places:
        rows = [{"model_id": int(model_id), "tier_index": index} for model_id, index in places.items()]
        body = {"item_id": int(item_id), "standardise_tier_variation": tier_body(wanted, True), "model_list": rows}
        plan.append(VariantWrite("/product/update_tier_variation", body))
    missing = [sku for sku in content["skus"] if sku["sku"] not in kept]
    if missing:
        rows = [new_model(sku, wanted, writes, content, place) for sku in missing]
        plan.append(VariantWrite("/product/add_model", {"item_id": int(item_id), "model_list": rows}))
    changed = [row for sku in content["skus"] if (row := changed_model(sku, kept.get(sku["sku"]), content)) is not None]
    if changed:
        plan.append(VariantWrite("/product/update_model", {"item_id": int(item_id), "model": changed}))
    return plan


def find_model(sku: ContentSku, writes: Mapping[str, SkuWrite], now: ModelList) -> Model | None:
    """The model that is bound to the SKU; unbound, the one that carries its code."""
    bound = writes[sku["sku"]].remote_sku_id if sku["sku"] in writes else None
    by_id = next((model for model in now.model if model.model_id == bound), None)
    return by_id if by_id is not None else next((model for model in now.model if model.model_sku == sku["sku"]), None)


def tier_body(tiers: Tiers, with_ids: bool) -> list[dict[str, Any]]:
    """Free names: the ids are 0. An option's id may be left out at init and must be there at an update."""
    option_id = {"variation_option_id": 0} if with_ids else {}
    return [
        {
            "variation_id": 0,
            "variation_group_id": 0,
            "variation_name": name,
            "variation_option_list": [{**option_id, "variation_option_name": option} for option in options],
        }
        for name, options in tiers
    ]


def new_model(
    sku: ContentSku, tiers: Tiers, writes: Mapping[str, SkuWrite], content: Content, place: str
) -> dict[str, Any]:
    """A model to be made. Without a price it is refused here: no price may be guessed."""
    write = writes.get(sku["sku"])
    if write is None or write.price_idr is None:
        raise Rejected(f"the new variant {sku['sku']} has no price", "price_missing")
    row: dict[str, Any] = {
        "tier_index": index_of(sku, tiers),
        "original_price": write.price_idr,
        "seller_stock": stock_body(write.stock if write.stock else {place: 0}),
        "model_sku": sku["sku"],
    }
    return {**row, "weight": sku["weight_g"] / 1000} if own_weights(content) else row


def changed_model(sku: ContentSku, model: Model | None, content: Content) -> dict[str, Any] | None:
    """What of a model's code and weight differs; a weight on the item has overwritten those of its models."""
    if model is None:
        return None
    row: dict[str, Any] = {"model_id": int(model.model_id), "model_sku": sku["sku"]}
    if own_weights(content) and round(model.weight * 1000) != sku["weight_g"]:
        return {**row, "weight": sku["weight_g"] / 1000}
    return row if model.model_sku != sku["sku"] else None


def own_weights(content: Content) -> bool:
    """Whether some variant weighs other than the item."""
    return any(sku["weight_g"] != content["weight_g"] for sku in content["skus"])


def stock_body(stock: Mapping[str, int]) -> list[dict[str, Any]]:
    """`location_id` is for shops with several warehouses only."""
    return [{"stock": pieces, **({"location_id": place} if place else {})} for place, pieces in stock.items()]


def model_ids(skus: Sequence[SkuWrite], models: Sequence[Model]) -> dict[int, str]:
    """The remote ids of our SKUs: those that are bound and still there, and by the code that the models carry."""
    by_code = {model.model_sku: model.model_id for model in models if model.model_sku}
    alive = {model.model_id for model in models}
    return {
        sku.listing_sku_id: sku.remote_sku_id if sku.remote_sku_id in alive else by_code[sku.seller_sku]
        for sku in skus
        if sku.remote_sku_id in alive or sku.seller_sku in by_code
    }
