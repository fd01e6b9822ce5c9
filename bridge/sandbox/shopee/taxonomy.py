"""Calls about categories, attributes, brands and limits."""

from typing import Any

from bridge.sandbox.shopee import bands
from bridge.sandbox.shopee.attribute_tree import attribute_tree
from bridge.sandbox.shopee.attributes import (
    ALL,
    BRAND_MANDATORY,
    BRANDS,
    DIMENSION_MANDATORY,
    NO_PRE_ORDER,
    PROFILES,
)
from bridge.sandbox.shopee.call import Call, Shape, get, post
from bridge.sandbox.shopee.categories import Category, category_list, leaf, recommend
from bridge.sandbox.shopee.errors import ApiError

LANGUAGES = ("en", "id")


def categories(call: Call) -> dict[str, Any]:
    return {"category_list": category_list(_language(call))}


def attributes(call: Call) -> dict[str, Any]:
    name = (
        "category_ids"
        if not call.query.has("category_id_list") and call.query.has("category_ids")
        else "category_id_list"
    )
    found = [_leaf(number) for number in call.query.ints(name, 20)]
    rows = [
        {"category_id": c.category_id, "warning": "", "attribute_tree": attribute_tree(c.profile, _language(call))}
        for c in found
    ]
    return {"list": rows}


def attribute_values(call: Call) -> dict[str, Any]:
    attribute = ALL.get(call.body.integer("attribute_id"))
    if attribute is None or not attribute.searchable:
        raise ApiError("error_invalid_attribute", "Invalid attribute.")
    wanted, start, limit = (
        call.body.text("value_name", "").lower(),
        call.body.integer("cursor"),
        call.body.integer("limit"),
    )
    if not 1 <= limit <= 100 or start < 0:
        raise ApiError("error_param", "limit should be within 1-100")
    found = [value for value in attribute.values if wanted in value.name_en.lower() or wanted in value.name_id.lower()]
    page = [{"value_id": value.value_id, "value_name": value.name_en} for value in found[start : start + limit]]
    more = start + limit < len(found)
    return {"value_list": page, "page_info": {"cursor": start + len(page), "has_next": more}}


def recommended_attributes(call: Call) -> dict[str, Any]:
    """A guess that, as the real one, may leave mandatory attributes out."""
    call.query.text("item_name")
    category = _leaf(call.query.integer("category_id"))
    optional = [a for a in PROFILES[category.profile][1] if a.values and not a.searchable][:1]
    rows = [
        {
            "attribute_id": a.attribute_id,
            "attribute_value_list": [{"value_id": a.values[0].value_id, "value_name": a.values[0].name_en}],
        }
        for a in optional
    ]
    return {"attribute_list": rows}


def brands(call: Call) -> dict[str, Any]:
    category, start, size = (
        _leaf(call.query.integer("category_id")),
        call.query.integer("offset"),
        call.query.page_size(),
    )
    status = call.query.integer("status")
    if status not in (1, 2):
        raise ApiError("error_param", "status should be 1 or 2")
    found = sorted(BRANDS.items()) if status == 1 else []
    page = [
        {"brand_id": number, "original_brand_name": name, "display_brand_name": name}
        for number, name in found[start : start + size]
    ]
    return {
        "brand_list": page,
        "has_next_page": start + size < len(found),
        "next_offset": start + len(page),
        "is_mandatory": category.profile in BRAND_MANDATORY,
        "input_type": "DROP_DOWN",
    }


def limits(call: Call) -> dict[str, Any]:
    profile = _leaf(call.query.integer("category_id")).profile if call.query.has("category_id") else ""
    return bands.item_limit(pre_order=profile not in NO_PRE_ORDER, dimension_mandatory=profile in DIMENSION_MANDATORY)


def variations(call: Call) -> dict[str, Any]:
    """No standardised variations here: sellers name their own."""
    _leaf(call.query.integer("category_id"))
    return {"data": {"standardise_variation_list": []}}


def recommended_category(call: Call) -> dict[str, Any]:
    return {"category_id": recommend(call.query.text("item_name"))}


def size_charts(call: Call) -> dict[str, Any]:
    _leaf(call.query.integer("category_id"))
    call.query.page_size(high=50)
    return {"size_chart_list": [], "total_count": 0, "next_cursor": ""}


def _leaf(category_id: int) -> Category:
    found = leaf(category_id)
    if found is None:
        raise ApiError("error_invalid_category", f"Invalid category ID {category_id}")
    return found


def _language(call: Call) -> str:
    language = call.query.text("language", "en")
    if language not in LANGUAGES:
        raise ApiError("error_invalid_language", "Invalid language.")
    return language


CALLS = {
    "product/get_category": get(categories),
    "product/get_attribute_tree": get(attributes),
    "product/search_attribute_value_list": post(attribute_values),
    "product/get_recommend_attribute": get(recommended_attributes),
    "product/get_brand_list": get(brands),
    "product/get_item_limit": get(limits),
    "product/get_variations": get(variations, shape=Shape.TOP),
    "product/category_recommend": get(recommended_category),
    "product/get_size_chart_list": get(size_charts),
}
