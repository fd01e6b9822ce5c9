"""Checks variation tiers and models of a write."""

from typing import Any

from bridge.sandbox.shopee import bands
from bridge.sandbox.shopee.errors import ApiError
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.item_rules import (
    check_image,
    checked_dimension,
    checked_gtin,
    checked_price,
    checked_sku,
    checked_weight,
)
from bridge.sandbox.shopee.state import Shop, World
from bridge.sandbox.shopee.stock_rules import made_stock
from bridge.sandbox.shopee.values import Model

Tiers = list[dict[str, Any]]


def checked_tiers(rows: list[Fields], world: World, *, update: bool) -> Tiers:
    """Free-form tiers, as reads show them under `standardise_tier_variation`."""
    if len(rows) > bands.TIERS:
        raise ApiError("error_tier_var_too_many", "The level of tier-variation over 2.")
    tiers = [_tier(row, world, first=number == 0, update=update) for number, row in enumerate(rows)]
    names = [tier["variation_name"] for tier in tiers]
    if len(set(names)) != len(names):
        raise ApiError("error_model_duplicate_name", "Tier variation names are duplicated.")
    return tiers


def _tier(row: Fields, world: World, *, first: bool, update: bool) -> dict[str, Any]:
    if row.integer("variation_id", 0) or row.integer("variation_group_id", 0):
        raise ApiError("error_param", "variation_id does not exist in this category")
    name = row.text("variation_name", "").strip()
    if not name:
        raise ApiError("error_nil_name_new_item_model", "Item tier_variation name cannot be empty.")
    if len(name) > bands.TIER_NAME[1]:
        raise ApiError("error_tier_var_name_too_long", "Tier variation name is too long.")
    rows = row.rows("variation_option_list", low=1)
    if len(rows) > bands.OPTIONS:
        raise ApiError("error_tier_opt_too_many", f"Tier variation options are more than {bands.OPTIONS}.")
    options = [_option(option, world, first=first, update=update) for option in rows]
    if len({option["variation_option_name"] for option in options}) != len(options):
        raise ApiError("error_model_duplicate_name", "Tier variation option names are duplicated.")
    pictured = [bool(option["image_id"]) for option in options]
    if any(pictured) and not all(pictured):
        raise ApiError("error_tier_img_partial", "Images are needed for all options or none.")
    return {"variation_id": 0, "variation_name": name, "variation_group_id": 0, "variation_option_list": options}


def _option(row: Fields, world: World, *, first: bool, update: bool) -> dict[str, Any]:
    if update:
        row.integer("variation_option_id")
    name = row.text("variation_option_name").strip()
    if not name:
        raise row.missing("variation_option_name")
    if len(name) > bands.TIER_OPTION[1]:
        raise ApiError("error_tier_opt_val_too_long", "Tier variation option is too long.")
    image_id = row.text("image_id", "")
    if image_id and not first:
        raise ApiError("error_param", "Images belong to the first tier only.")
    if image_id:
        check_image(image_id, world)
    return {"variation_option_id": 0, "variation_option_name": name, "image_id": image_id}


def checked_index(row: Fields, tiers: Tiers) -> tuple[int, ...]:
    index = row.entries("tier_index")
    sizes = [len(tier["variation_option_list"]) for tier in tiers]
    fits = len(index) == len(sizes) and all(
        isinstance(at, int) and not isinstance(at, bool) and 0 <= at < size
        for at, size in zip(index, sizes, strict=True)
    )
    if not fits:
        raise ApiError("error_tier_index", "Model tier_index error.")
    return tuple(index)


def checked_model(row: Fields, tiers: Tiers, world: World, shop: Shop) -> Model:
    """A new model with its id."""
    index = checked_index(row, tiers)
    price = checked_price(row.number("original_price"))
    stock = made_stock(row, shop)
    sku = checked_sku(row.text("model_sku", ""))
    return Model(world.next_id(), index, sku, price, stock, extra=checked_extra(row))


def checked_extra(row: Fields) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if row.has("gtin_code"):
        extra["gtin_code"] = checked_gtin(row.text("gtin_code"))
    if row.has("weight"):
        extra["weight"] = checked_weight(row.number("weight"))
    if row.has("dimension"):
        if "weight" not in extra:
            raise row.missing("weight")
        extra["dimension"] = checked_dimension(row.object("dimension"))
    if row.has("pre_order"):
        waits = row.object("pre_order")
        extra["pre_order"] = {"is_pre_order": waits.flag("is_pre_order"), "days_to_ship": waits.integer("days_to_ship")}
    return extra


def check_models(models: list[Model]) -> None:
    if len(models) > bands.MODELS:
        raise ApiError("error_model_count_over_limit", f"Model count is over {bands.MODELS}.")
    if len({model.tier_index for model in models}) != len(models):
        raise ApiError("error_model_duplicate_tier_variation_index", "Model tier_index is duplicated.")
