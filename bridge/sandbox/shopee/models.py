"""Variations: building, changing and taking away tiers and models."""

from typing import Any

from bridge.sandbox.shopee import bands
from bridge.sandbox.shopee.call import Call, Shape, post
from bridge.sandbox.shopee.errors import ApiError
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.item_rules import check_ratio, checked_sku
from bridge.sandbox.shopee.locations import seller_stock
from bridge.sandbox.shopee.stock_rules import check_structure
from bridge.sandbox.shopee.tier_rules import (
    Tiers,
    check_models,
    checked_extra,
    checked_index,
    checked_model,
    checked_tiers,
)
from bridge.sandbox.shopee.values import Item, Model


def init_tier_variation(call: Call) -> dict[str, Any]:
    """Builds tiers, or changes how many there are, which deletes all old model ids."""
    item = call.item(call.body.integer("item_id"))
    if call.world.clock.now() - item.added_at < call.world.options.wait_s:
        raise ApiError("error_system_busy", "Our system is taking some time to respond, please try later.")
    _check_free(item, "error_cannt_init_tier_in_promotion")
    tiers = checked_tiers(call.body.rows("standardise_tier_variation"), call.world, update=False)
    if len(tiers) == len(item.tiers):
        raise ApiError("error_param", "The level of tier-variation is not change.")
    rows = call.body.rows("model", low=1)
    if len(rows) > bands.MODELS:
        raise ApiError("error_model_count_over_limit", f"Model count is over {bands.MODELS}.")
    check_structure(rows, call.shop)
    models = [checked_model(row, tiers, call.world, call.shop) for row in rows]
    check_models(models)
    _check_prices(item, models)
    with call.shop.shelf.change(item, call.now()):
        _rebuild(item, tiers, models)
    shown = [_model(model) for model in models] if tiers else []
    return {"item_id": item.item_id, "tier_variation": tier_variation(call, tiers), "model": shown}


def _rebuild(item: Item, tiers: Tiers, models: list[Model]) -> None:
    item.tiers = tiers
    if tiers:
        item.models = {model.model_id: model for model in models}
        return
    item.models, item.price, item.places = {}, models[0].price, models[0].places


def update_tier_variation(call: Call) -> None:
    """Replaces options and order. A model left out is deleted; a new option has no model until add_model."""
    item = call.item(call.body.integer("item_id"))
    if not item.tiers:
        raise ApiError("error_tier_var_is_", "Item without tier_variation.")
    _check_free(item, "error_cannt_change_tier_variation_in_promotion")
    tiers = checked_tiers(call.body.rows("standardise_tier_variation"), call.world, update=True)
    if len(tiers) != len(item.tiers):
        raise ApiError("error_tier_var_level_not_same", "The level of tier-variation is not same.")
    rows = call.body.rows("model_list")
    if not rows:
        raise ApiError("error_busi_cannot_delete_all_model", "Can not delete all models.")
    places = {_known(item, row): checked_index(row, tiers) for row in rows}
    if len(places) != len(rows):
        raise ApiError("error_duplicate_modelid", "Model_id is duplicated.")
    if len(set(places.values())) != len(places):
        raise ApiError("error_model_duplicate_tier_variation_index", "Model tier_index is duplicated.")
    with call.shop.shelf.change(item, call.now()):
        item.tiers = tiers
        item.models = {model_id: item.models[model_id] for model_id in places}
        for model_id, index in places.items():
            item.models[model_id].tier_index = index


def add_model(call: Call) -> dict[str, Any]:
    item = call.item(call.body.integer("item_id"))
    if not item.tiers:
        message = "Item without tier_variation. Please use init_tier_variation api to upgrade the structure."
        raise ApiError("error_param", message)
    rows = call.body.rows("model_list", low=1, high=bands.MODELS)
    check_structure(rows, call.shop)
    new = [checked_model(row, item.tiers, call.world, call.shop) for row in rows]
    together = [*item.models.values(), *new]
    check_models(together)
    _check_prices(item, together)
    with call.shop.shelf.change(item, call.now()):
        item.models.update({model.model_id: model for model in new})
    return {"model": [_model(model) for model in new]}


def update_model(call: Call) -> None:
    """Seller SKU and the like; not price, not stock."""
    item = call.item(call.body.integer("item_id"))
    rows = call.body.rows("model", low=1, high=bands.MODELS)
    changes = {_known(item, row): (checked_sku(row.text("model_sku")), checked_extra(row)) for row in rows}
    if len(changes) != len(rows):
        raise ApiError("error_duplicate_modelid", "Model_id is duplicated.")
    with call.shop.shelf.change(item, call.now()):
        for model_id, (sku, extra) in changes.items():
            item.models[model_id].sku = sku
            item.models[model_id].extra |= extra


def delete_model(call: Call) -> None:
    item = call.item(call.body.integer("item_id"))
    model_id = _known(item, call.body)
    _check_free(item, "error_model_remove_model_in_promotion")
    if len(item.models) == 1:
        raise ApiError("error_busi_cannot_delete_all_model", "Can not delete all models.")
    with call.shop.shelf.change(item, call.now()):
        del item.models[model_id]


def _known(item: Item, row: Fields) -> int:
    model_id = row.integer("model_id")
    if model_id not in item.models:
        raise ApiError("error_model_invalid_model_id", "Invalid model_id.")
    return model_id


def _check_free(item: Item, code: str) -> None:
    if item.promotion:
        raise ApiError(code, "Variations cannot be changed when item is under promotion.")


def _check_prices(item: Item, models: list[Model]) -> None:
    check_ratio([model.price for model in models])
    if item.content["wholesale"] and len({model.price for model in models}) > 1:
        message = "All model price should be the same when the item has been set wholesales."
        raise ApiError("error_price_should_be_same_for_wholesales", message)


def tier_variation(call: Call, tiers: Tiers) -> list[dict[str, Any]]:
    """The older form, which reads still return."""
    return [
        {"name": tier["variation_name"], "option_list": [_old_option(call, o) for o in tier["variation_option_list"]]}
        for tier in tiers
    ]


def _old_option(call: Call, option: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"option": option["variation_option_name"]}
    if option["image_id"]:
        shown["image"] = {"image_id": option["image_id"], "image_url": call.image_url(option["image_id"])}
    return shown


def _model(model: Model) -> dict[str, Any]:
    return {
        "model_id": model.model_id,
        "tier_index": list(model.tier_index),
        "model_sku": model.sku,
        "price_info": [{"original_price": model.price}],
        "seller_stock": seller_stock(model.places),
        **{name: model.extra[name] for name in ("weight", "dimension") if name in model.extra},
    }


CALLS = {
    "product/init_tier_variation": post(init_tier_variation),
    "product/update_tier_variation": post(update_tier_variation, shape=Shape.ENVELOPE),
    "product/add_model": post(add_model),
    "product/update_model": post(update_model, shape=Shape.ENVELOPE),
    "product/delete_model": post(delete_model, shape=Shape.ENVELOPE),
}
