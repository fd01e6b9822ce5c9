"""Checks the fields of add_item and update_item. Each check gives the value as it is kept."""

import re
from collections.abc import Mapping
from typing import Any

from bridge.sandbox.shopee import bands
from bridge.sandbox.shopee.attribute_rules import checked_attributes
from bridge.sandbox.shopee.attributes import BRAND_MANDATORY, BRANDS, DIMENSION_MANDATORY, NO_PRE_ORDER
from bridge.sandbox.shopee.categories import leaf
from bridge.sandbox.shopee.channels import SIDES, checked_logistics
from bridge.sandbox.shopee.errors import ApiError
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.state import Shop, World

HOUR = 3600


def checked_name(text: str) -> str:
    if not text.strip():
        raise ApiError("error_item_name_empty", "Item name could not be empty.")
    if len(text) < bands.NAME[0]:
        raise ApiError("error_item_name_is_too_short", "Item_name length is less than min limit.")
    if len(text) > bands.NAME[1]:
        raise ApiError("error_title_exceeds_max_length", "The length of item_name is bigger than max limit.")
    if any(ord(letter) < 32 for letter in text):
        raise ApiError("error_title_character_forbidden", "Item_name contains forbidden characters.")
    return text


def checked_description(fields: Fields) -> str:
    if fields.text("description_type", "normal") != "normal":
        raise ApiError("error_param", "description_type extended is for whitelisted sellers only")
    text = fields.text("description")
    if len(text) < bands.DESCRIPTION[0]:
        raise ApiError("error_desc_length_min_limit", "Description length is less than the min limit.")
    if len(text) > bands.DESCRIPTION[1]:
        raise ApiError("error_param", "Description length is bigger than the max limit.")
    if len(re.findall(r"#\w+", text)) > bands.HASHTAGS:
        raise ApiError("error_desc_hash_tag_over_limit", "Count of hash tags is more than 18")
    return text


def checked_price(value: float) -> int:
    """Whole rupiah within the band."""
    if value != int(value):
        raise ApiError("error_invalid_price", "Invalid price, please use the correct format")
    if value < bands.PRICE[0]:
        raise ApiError("error_price_exceed_min_limitt", "Original_price is less than min price limit.")
    if value > bands.PRICE[1]:
        raise ApiError("error_price_exceed_max_limitt", "Original_price is bigger than max price limit.")
    return int(value)


def checked_sku(text: str) -> str:
    if len(text) > bands.SKU_LENGTH:
        raise ApiError("error_param", f"sku length should be within {bands.SKU_LENGTH}")
    return text


def checked_gtin(text: str) -> str:
    if text not in ("", "00") and not re.fullmatch(r"\d{8,14}", text):
        raise ApiError("error_param_validate", "This is not a valid GTIN. Please, inform a valid number.")
    return text


def checked_weight(value: float) -> float:
    if not 0 < value <= bands.WEIGHT_KG:
        raise ApiError("error_param", "Invalid Weight.")
    return value


def checked_dimension(fields: Fields) -> dict[str, int]:
    sides = {side: fields.integer(side) for side in SIDES}
    if min(sides.values()) <= 0:
        raise ApiError("error_param", "Invalid parameter for product.")
    return sides


def checked_images(image: Fields, world: World) -> list[str]:
    if image.text("image_ratio", "1:1") != "1:1":
        raise ApiError("error_param", "image_ratio 3:4 is for whitelisted sellers only")
    found = list(image.texts("image_id_list"))
    if not bands.IMAGES[0] <= len(found) <= bands.IMAGES[1]:
        raise ApiError("error_image_num_min", f"Image number should be within {bands.IMAGES[0]}-{bands.IMAGES[1]}")
    for image_id in found:
        check_image(image_id, world)
    return found


def check_image(image_id: str, world: World) -> None:
    if image_id not in world.images:
        raise ApiError("error_image_unavailable", f"Image is invalid: {image_id} does not exist.")


def checked_pre_order(fields: Fields, profile: str) -> dict[str, Any]:
    waits = fields.flag("is_pre_order")
    days = fields.integer("days_to_ship") if waits or fields.has("days_to_ship") else bands.READY_DAYS_TO_SHIP
    if waits and profile in NO_PRE_ORDER:
        raise ApiError("error_param_category_not_support_pre_order", "Category does not support pre-order.")
    if waits and not bands.DAYS_TO_SHIP[0] <= days <= bands.DAYS_TO_SHIP[1]:
        raise ApiError("error_invalid_days_to_ship", "Invalid days_to_ship.")
    if not waits and days != bands.READY_DAYS_TO_SHIP:
        raise ApiError("error_invalid_days_to_ship", "Invalid days_to_ship.")
    return {"is_pre_order": waits, "days_to_ship": days}


def checked_brand(fields: Fields | None, profile: str) -> dict[str, Any]:
    if fields is None:
        if profile in BRAND_MANDATORY:
            raise ApiError("error_less_required_brand", "Brand information required")
        return {"brand_id": 0, "original_brand_name": "No Brand"}
    if not fields.has("brand_id") or not fields.has("original_brand_name"):
        raise ApiError(
            "error_invalid_brand", "Brand ID required" if not fields.has("brand_id") else "Brand name required"
        )
    brand_id = fields.integer("brand_id")
    if brand_id and brand_id not in BRANDS:
        raise ApiError("error_invalid_brand", "Invalid brand")
    return {"brand_id": brand_id, "original_brand_name": BRANDS.get(brand_id, "No Brand")}


def checked_wholesale(rows: list[Fields], price: int) -> list[dict[str, Any]]:
    tiers = [{name: row.integer(name) for name in ("min_count", "max_count", "unit_price")} for row in rows]
    least = price * bands.WHOLESALE_PERCENT[0] / 100
    for tier in tiers:
        if tier["min_count"] > tier["max_count"] or tier["min_count"] < 1:
            raise ApiError("error_param", "Invalid wholesale setting.")
        if tier["unit_price"] >= price:
            raise ApiError(
                "error_whole_sale_price_setting_incorrect", "Wholesale price can't more than original price."
            )
        if tier["unit_price"] < least:
            raise ApiError("error_wholesale_price_less_than_ratio_limit", "Wholesale price is less than ratio limit.")
    return tiers


def checked_schedule(moment: int, status: str, now: float) -> int:
    if status != "UNLIST" or not now + HOUR <= moment <= now + 90 * 24 * HOUR:
        raise ApiError("error_param", "Invalid scheduled_publish_time.")
    return moment


def choice(fields: Fields, name: str, allowed: tuple[Any, ...]) -> Any:
    value = fields.raw(name)
    if value not in allowed or isinstance(value, bool):
        raise ApiError("error_param", f"{name} should be one of {', '.join(map(str, allowed))}")
    return value


def checked_content(
    fields: Fields, world: World, shop: Shop, old: Mapping[str, Any] | None, price: int
) -> dict[str, Any]:
    """All fields but name, SKU, price, stock and status. With `old`, what is not sent stays and is checked again."""
    kept: dict[str, Any] = dict(old or {})
    new = old is None
    sent = fields.has
    if new or sent("description"):
        kept["description"] = checked_description(fields)
    if new or sent("category_id"):
        kept["category_id"] = fields.integer("category_id")
    category = leaf(kept["category_id"])
    if category is None:
        raise ApiError("error_invalid_category", f"Invalid category ID {kept['category_id']}")
    profile = category.profile
    if new or sent("image"):
        kept["images"] = checked_images(fields.object("image"), world)
    _check_parcel(fields, kept, shop, profile, new=new)
    if new or sent("attribute_list") or sent("category_id"):
        rows = fields.rows("attribute_list") if sent("attribute_list") else []
        kept["attributes"] = checked_attributes(rows, profile)
    if new or sent("brand"):
        kept["brand"] = checked_brand(fields.object("brand") if sent("brand") else None, profile)
    if new or sent("pre_order"):
        default = {"is_pre_order": False, "days_to_ship": bands.READY_DAYS_TO_SHIP}
        kept["pre_order"] = checked_pre_order(fields.object("pre_order"), profile) if sent("pre_order") else default
    if new or sent("wholesale"):
        kept["wholesale"] = checked_wholesale(fields.rows("wholesale"), price) if sent("wholesale") else []
    _check_rest(fields, kept, world)
    return kept


def _check_parcel(fields: Fields, kept: dict[str, Any], shop: Shop, profile: str, *, new: bool) -> None:
    if new or fields.has("weight"):
        kept["weight"] = checked_weight(fields.number("weight"))
    if fields.has("dimension"):
        kept["dimension"] = checked_dimension(fields.object("dimension"))
    if profile in DIMENSION_MANDATORY and kept.get("dimension") is None:
        raise ApiError("error_param", "dimension is required")
    if new or fields.has("logistic_info"):
        rows = fields.rows("logistic_info", low=1)
        kept["logistics"] = checked_logistics(rows, shop, kept["weight"], kept.get("dimension"))


def _check_rest(fields: Fields, kept: dict[str, Any], world: World) -> None:
    if fields.has("condition"):
        kept["condition"] = choice(fields, "condition", ("NEW", "USED"))
    if fields.has("item_dangerous"):
        kept["item_dangerous"] = choice(fields, "item_dangerous", (0, 1))
    if fields.has("gtin_code"):
        kept["gtin_code"] = checked_gtin(fields.text("gtin_code"))
    if fields.has("video_upload_id") and fields.entries("video_upload_id"):
        raise ApiError("error_video_info_not_found", "Video_info not found.")
    if fields.has("purchase_limit_info"):
        kept["purchase_limit_info"] = fields.object("purchase_limit_info").values
    if fields.has("size_chart_info"):
        image_id = fields.object("size_chart_info").text("size_chart")
        check_image(image_id, world)
        kept["size_chart"] = image_id


def check_ratio(prices: list[int]) -> None:
    if prices and max(prices) > bands.PRICE_RATIO * min(prices):
        raise ApiError("error_busi", f"the highest model price must not exceed {bands.PRICE_RATIO} times the lowest")
