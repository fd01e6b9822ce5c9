"""Every number that the marketplace enforces on writes, in one place: what get_item_limit tells is what is checked."""

from typing import Any

PRICE = (99, 150_000_000)
STOCK = (1, 10_000_000)  # on creation; update_stock takes zero as well
NAME = (5, 255)
DESCRIPTION = (20, 5000)
IMAGES = (1, 9)
TIER_NAME = (1, 14)
TIER_OPTION = (1, 20)
DAYS_TO_SHIP = (3, 30)
READY_DAYS_TO_SHIP = 2
WHOLESALE_PERCENT = (50, 100)
ITEMS = 50_001
TIERS, MODELS, OPTIONS = 2, 50, 50
SKU_LENGTH = 100
PRICE_RATIO = 7
HASHTAGS = 18
WEIGHT_KG = 500.0


def item_limit(*, pre_order: bool, dimension_mandatory: bool) -> dict[str, Any]:
    """The answer of get_item_limit."""
    days = _band(DAYS_TO_SHIP) if pre_order else {"min_limit": -1, "max_limit": -1}
    return {
        "price_limit": _band(PRICE),
        "wholesale_price_threshold_percentage": _band(WHOLESALE_PERCENT),
        "stock_limit": _band(STOCK),
        "item_name_length_limit": _band(NAME),
        "item_image_count_limit": _band(IMAGES),
        "item_description_length_limit": _band(DESCRIPTION),
        "tier_variation_name_length_limit": _band(TIER_NAME),
        "tier_variation_option_length_limit": _band(TIER_OPTION),
        "item_count_limit": {"max_limit": ITEMS},
        "extended_description_limit": _EXTENDED,
        "dts_limit": {"days_to_ship_limit": days, "non_pre_order_days_to_ship": READY_DAYS_TO_SHIP},
        "weight_limit": {"weight_mandatory": True},
        "dimension_limit": {"dimension_mandatory": dimension_mandatory},
        "size_chart_limit": _SIZE_CHART,
        "gtin_limit": {"gtin_validation_rule": "Optional"},
    }


def _band(pair: tuple[int, int]) -> dict[str, int]:
    return {"min_limit": pair[0], "max_limit": pair[1]}


_SIZE_CHART = {"size_chart_mandatory": False, "support_image_size_chart": True, "support_template_size_chart": False}
_EXTENDED = {
    "description_text_length_min": 20,
    "description_text_length_max": 5000,
    "description_image_num_min": 0,
    "description_image_num_max": 12,
    "description_image_width_min": 700,
    "description_image_height_min": 500,
    "description_image_aspect_ratio_min": 0.5,
    "description_image_aspect_ratio_max": 32,
}
