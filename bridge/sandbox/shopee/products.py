"""Creating, changing, hiding and deleting items. Items are NORMAL at once: no review stands in between."""

from typing import Any

from bridge.sandbox.shopee import bands
from bridge.sandbox.shopee.call import Call, Shape, post
from bridge.sandbox.shopee.errors import ApiError
from bridge.sandbox.shopee.item_rules import (
    checked_content,
    checked_name,
    checked_price,
    checked_schedule,
    checked_sku,
    choice,
)
from bridge.sandbox.shopee.locations import seller_stock
from bridge.sandbox.shopee.stock_rules import made_stock, no_stock
from bridge.sandbox.shopee.values import Item

PROMOTION = "under promotion"


def add_item(call: Call) -> dict[str, Any]:
    fields, world, shop = call.body, call.world, call.shop
    if shop.shelf.listed >= bands.ITEMS:
        raise ApiError("error_reach_shop_item_limit", "Item published item count reaches limit.")
    name = checked_name(fields.text("item_name"))
    price = checked_price(fields.number("original_price"))
    content = checked_content(fields, world, shop, None, price)
    stock = made_stock(fields, shop) if fields.has("seller_stock") else no_stock(shop)
    status = choice(fields, "item_status", ("NORMAL", "UNLIST")) if fields.has("item_status") else "NORMAL"
    if fields.has("scheduled_publish_time"):
        moment = fields.integer("scheduled_publish_time")
        content["scheduled_publish_time"] = checked_schedule(moment, status, world.clock.real())
    sku = checked_sku(fields.text("item_sku", ""))
    now = call.now()
    item = Item(world.next_id(), shop.shop_id, name, sku, price, stock, status, content, now, world.clock.now())
    world.add_item(item, now)
    return _echo(call, item)


def update_item(call: Call) -> dict[str, Any]:
    """Absent fields stay; a list replaces the whole list. Price, stock and models are not taken here."""
    fields, item = call.body, call.item(call.body.integer("item_id"))
    if item.promotion:
        _check_locks(call)
    name = checked_name(fields.text("item_name")) if fields.has("item_name") else checked_name(item.name)
    content = checked_content(fields, call.world, call.shop, item.content, item.price)
    sku = checked_sku(fields.text("item_sku")) if fields.has("item_sku") else item.sku
    status, before = _status(call, item), item.status
    with call.shop.shelf.change(item, call.now()):
        item.name, item.content, item.sku, item.status = name, content, sku, status
        for model in item.models.values():
            _overwrite(call, model.extra)
    echo = _echo(call, item)
    return {**echo, "item_status": before} if call.world.options.stale_echo else echo


def _overwrite(call: Call, extra: dict[str, Any]) -> None:
    """Weight and dimension of the item overwrite those of all models."""
    for name in ("weight", "dimension"):
        if call.body.has(name):
            extra.pop(name, None)


def _status(call: Call, item: Item) -> str:
    if not call.body.has("item_status"):
        return item.status
    if item.status in ("BANNED", "REVIEWING"):
        raise ApiError("error_busi_item_status_invalid", "Item status is invalid.")
    wanted: str = choice(call.body, "item_status", ("NORMAL", "UNLIST"))
    return wanted


def _check_locks(call: Call) -> None:
    locks = {
        "item_name": "error_cannt_edit_name_in_promotion",
        "description": "error_cannt_edit_description_in_promotion",
        "image": "error_cannt_edit_image_in_promotion",
        "category_id": "error_item_in_promotion",
        "pre_order": "error_flash_sale_days_to_ship_lock",
    }
    for name, code in locks.items():
        if call.body.has(name):
            raise ApiError(code, f"{name} cannot be edited when item is {PROMOTION}.")


def delete_item(call: Call) -> None:
    item = call.item(call.body.integer("item_id"))
    if item.promotion:
        raise ApiError("error_cannt_delete_item_in_promotion", f"Item cannot be deleted when it is {PROMOTION}.")
    with call.shop.shelf.change(item, call.now()):
        item.status = "SELLER_DELETE"


def unlist_item(call: Call) -> dict[str, Any]:
    """Each item for itself. `unlist` in the success list echoes the request, not the state."""
    rows = call.body.rows("item_list", low=1, high=50)
    wanted = [(row.integer("item_id"), row.flag("unlist")) for row in rows]
    failing = call.failing(len(wanted))
    good, bad = [], []
    for number, (item_id, unlist) in enumerate(wanted):
        problem = "error_busi: please try later" if number in failing else _unlist(call, item_id, unlist)
        if problem is None:
            good.append({"item_id": item_id, "unlist": unlist})
        else:
            bad.append({"item_id": item_id, "failed_reason": problem})
    result = {"success_list": good, "failure_list": bad}
    if not good:
        raise ApiError("error_unlist_item_all_failed", "Unlist item all failed, please check failure_list.", result)
    return result


def _unlist(call: Call, item_id: int, unlist: bool) -> str | None:
    try:
        item = call.item(item_id)
    except ApiError as error:
        return f"{error.code}: {error.message}"
    if item.status in ("BANNED", "REVIEWING"):
        return "error_busi_item_status_invalid: Item status is invalid."
    if item.promotion:
        return f"error_unlist_in_promotion: Item cannot be unlisted when it is {PROMOTION}."
    with call.shop.shelf.change(item, call.now()):
        item.status = "UNLIST" if unlist else "NORMAL"
    return None


def _echo(call: Call, item: Item) -> dict[str, Any]:
    """The echo of a write: of the item's id only one may be sure."""
    content = item.content
    urls = [call.image_url(image_id) for image_id in content["images"]]
    return {
        "item_id": item.item_id,
        "item_name": item.name,
        "description": content["description"],
        "item_status": item.status,
        "category_id": content["category_id"],
        "weight": content["weight"],
        "dimension": content.get("dimension"),
        "price_info": {"current_price": item.price, "original_price": item.price},
        "images": {"image_id_list": content["images"], "image_url_list": urls},
        "attribute": [
            {"attribute_id": row["attribute_id"], "attribute_value_list": row["attribute_value_list"]}
            for row in content["attributes"]
        ],
        "brand": content["brand"],
        "pre_order": content["pre_order"],
        "condition": content.get("condition", "NEW"),
        "item_dangerous": content.get("item_dangerous", 0),
        "wholesale": content["wholesale"],
        "seller_stock": seller_stock(item.places),
    }


CALLS = {
    "product/add_item": post(add_item),
    "product/update_item": post(update_item),
    "product/delete_item": post(delete_item, shape=Shape.ENVELOPE),
    "product/unlist_item": post(unlist_item),
}
