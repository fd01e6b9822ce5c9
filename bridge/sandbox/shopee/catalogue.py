"""Reading items: lists, details, models, search."""

from typing import Any

from bridge.sandbox.shopee.call import Call, Shape, get
from bridge.sandbox.shopee.errors import ApiError, not_found
from bridge.sandbox.shopee.locations import seller_stock
from bridge.sandbox.shopee.models import tier_variation
from bridge.sandbox.shopee.values import DELETED, STATUSES, Item, Model

DEEPEST_OFFSET = 50_000


def item_list(call: Call) -> dict[str, Any]:
    query = call.query
    statuses = list(dict.fromkeys(query.texts("item_status")))
    if not statuses:
        raise query.missing("item_status")
    if not set(statuses) <= set(STATUSES):
        raise ApiError("error_param_item_status", "Item status error.")
    start, size = query.integer("offset", 0), query.page_size()
    since = query.integer("update_time_from") if query.has("update_time_from") else None
    until = query.integer("update_time_to") if query.has("update_time_to") else None
    if since is not None and until is not None and until <= since:
        raise ApiError("error_update_time_range", "Update_time_to should be later than update_time_from.")
    if not 0 <= start <= DEEPEST_OFFSET:
        raise ApiError("error_param", "get items offset over limit, please use the next field")
    ids, total = call.shop.shelf.page(statuses, start, size, since, until)
    items = [call.shop.shelf.items[item_id] for item_id in ids]
    rows = [
        {"item_id": i.item_id, "item_status": i.status, "update_time": i.update_time, "tag": {"kit": False}}
        for i in items
    ]
    after = start + len(rows)
    return {"item": rows, "total_count": total, "has_next_page": after < total, "next_offset": after}


def base_info(call: Call) -> dict[str, Any]:
    """Rows of unknown items are missing; the warning says so."""
    return {"item_list": [_base(call, item) for item in _found(call)]}


def extra_info(call: Call) -> dict[str, Any]:
    counts = {"sale": 0, "views": 0, "likes": 0, "rating_star": 0, "comment_count": 0}
    return {"item_list": [{"item_id": item.item_id, **counts} for item in _found(call)]}


def violation_info(call: Call) -> dict[str, Any]:
    rows = [
        {
            "item_id": item.item_id,
            "item_name": item.name,
            "item_status": item.status,
            "deboost": False,
            "item_status_details": item.violations,
            "deboost_details": [],
            "fail_error": "",
            "fail_message": "",
        }
        for item in _found(call)
    ]
    return {"item_list": rows}


def promotions(call: Call) -> dict[str, Any]:
    ids = call.query.ints("item_id_list", 50)
    if len(set(ids)) != len(ids):
        raise ApiError("error_param", "Repeat item_id.")
    found = {item.item_id: item for item in _found(call)}
    good = [{"item_id": item_id, "promotion": _promotion(call, found[item_id])} for item_id in ids if item_id in found]
    bad = [{"item_id": number, "failed_reason": "error_item_not_found"} for number in ids if number not in found]
    return {"success_list": good, "failure_list": bad}


def search_item(call: Call) -> dict[str, Any]:
    """Words, not exact matches: the caller compares afterwards. Model SKUs are not searched."""
    query = call.query
    name, sku, size = query.text("item_name", ""), query.text("item_sku", ""), query.page_size()
    offset = query.text("offset", "0")
    if not offset.isdecimal():
        raise ApiError("error_param", "offset is invalid")
    if not (name or sku or query.has("attribute_status")):
        raise ApiError("error_param", "must set one of item_name, item_sku, attribute_status")
    shelf = call.shop.shelf
    found = shelf.search(sku or name, sku=bool(sku)) if name or sku else []
    statuses = query.texts("item_status")
    if statuses:
        found = [item_id for item_id in found if shelf.items[item_id].status in statuses]
    start = int(offset)
    page = found[start : start + size]
    after = str(start + size) if start + size < len(found) else ""
    return {"item_id_list": page, "total_count": len(found), "next_offset": after}


def model_list(call: Call) -> dict[str, Any]:
    item = call.shop.shelf.items.get(call.query.integer("item_id"))
    if item is None:
        raise not_found()
    return {
        "tier_variation": tier_variation(call, item.tiers),
        "standardise_tier_variation": [_tier(call, tier) for tier in item.tiers],
        "model": [_model(item, model) for model in item.models.values()],
    }


def _found(call: Call) -> list[Item]:
    ids = dict.fromkeys(call.query.ints("item_id_list", 50))
    found = [item for number in ids if (item := call.shop.shelf.items.get(number)) is not None]
    if len(found) < len(ids):
        call.warning = "some of the item_id can not be found"
    return found


def _base(call: Call, item: Item) -> dict[str, Any]:
    content = item.content
    row: dict[str, Any] = {
        "item_id": item.item_id,
        "category_id": content["category_id"],
        "item_name": item.name,
        "description": content["description"],
        "description_type": "normal",
        "item_sku": item.sku,
        "create_time": item.create_time,
        "update_time": item.update_time,
        "attribute_list": content["attributes"],
        "image": {
            "image_id_list": content["images"],
            "image_url_list": [call.image_url(image_id) for image_id in content["images"]],
            "image_ratio": "1:1",
        },
        "weight": _kilograms(content["weight"]),
        "logistic_info": content["logistics"],
        "pre_order": content["pre_order"],
        "condition": content.get("condition", "NEW"),
        "item_status": item.status,
        "deboost": "false",
        "has_model": bool(item.models),
        "has_promotion": item.promotion,
        "brand": content["brand"],
        "item_dangerous": content.get("item_dangerous", 0),
        "gtin_code": content.get("gtin_code", ""),
        "tag": {"kit": False},
    }
    for name in ("dimension", "purchase_limit_info", "scheduled_publish_time"):
        if name in content:
            row[name] = content[name]
    if "size_chart" in content:
        row["size_chart"] = call.image_url(content["size_chart"])
    if content["wholesale"]:
        row["wholesales"] = content["wholesale"]
    if not item.models:
        row["price_info"] = _prices(item)
        row["stock_info_v2"] = _stock_info(item, shopee_stock=0)
    return row


def _model(item: Item, model: Model) -> dict[str, Any]:
    extra = model.extra
    row: dict[str, Any] = {
        "model_id": model.model_id,
        "model_sku": model.sku,
        "tier_index": list(model.tier_index),
        "price_info": _prices(model),
        "stock_info_v2": _stock_info(model, shopee_stock="0"),
        "pre_order": extra.get("pre_order", item.content["pre_order"]),
        "gtin_code": extra.get("gtin_code", ""),
        "weight": _kilograms(extra.get("weight", item.content["weight"])),
        "promotion_id": 0,
        "has_promotion": item.promotion,
        "is_fulfillment_by_shopee": False,
        "model_status": "MODEL_NORMAL" if item.status not in DELETED else "MODEL_UNAVAILABLE",
    }
    dimension = extra.get("dimension", item.content.get("dimension"))
    return row if dimension is None else {**row, "dimension": dimension}


def _tier(call: Call, tier: dict[str, Any]) -> dict[str, Any]:
    options = [
        {**option, "image_url": call.image_url(option["image_id"]) if option["image_id"] else ""}
        for option in tier["variation_option_list"]
    ]
    return {**tier, "variation_option_list": options}


def _prices(holder: Item | Model) -> list[dict[str, Any]]:
    price = holder.price
    inflated = {"inflated_price_of_original_price": price, "inflated_price_of_current_price": price}
    return [{"currency": "IDR", "original_price": price, "current_price": price, **inflated}]


def _stock_info(holder: Item | Model, shopee_stock: int | str) -> dict[str, Any]:
    """`stock` of Shopee's own warehouse is a string in get_model_list only."""
    return {
        "summary_info": {
            "total_reserved_stock": holder.reserved,
            "total_available_stock": holder.stock - holder.reserved,
        },
        "seller_stock": [{**row, "if_saleable": True} for row in seller_stock(holder.places)],
        "shopee_stock": [{"location_id": "", "stock": shopee_stock}],
        "advance_stock": {"sellable_advance_stock": 0, "in_transit_advance_stock": 0},
    }


def _promotion(call: Call, item: Item) -> list[dict[str, Any]]:
    if not item.promotion:
        return []
    now = call.now()
    return [
        {
            "promotion_type": "Flash Sale",
            "promotion_id": 669_260_829_761_778,
            "model_id": model_id,
            "start_time": now - 3600,
            "end_time": now + 3600,
            "promotion_staging": "ongoing",
            "promotion_price_info": [{"promotion_price": holder.price}],
            "promotion_stock_info_v2": {"summary_info": {"total_reserved_stock": holder.reserved}},
        }
        for model_id, _, holder in item.variants()
    ]


def _kilograms(weight: float) -> str:
    return f"{weight:.3f}".rstrip("0").rstrip(".")


CALLS = {
    "product/get_item_list": get(item_list),
    "product/get_item_base_info": get(base_info),
    "product/get_item_extra_info": get(extra_info),
    "product/get_item_violation_info": get(violation_info, shape=Shape.WRAPPED_NO_ERROR),
    "product/get_item_promotion": get(promotions),
    "product/search_item": get(search_item),
    "product/get_model_list": get(model_list),
}
