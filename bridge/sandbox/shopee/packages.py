"""Parcels that wait for the seller. Here every order has one."""

from typing import Any

from bridge.sandbox.shopee.call import Call, get, post
from bridge.sandbox.shopee.channels import CHANNELS
from bridge.sandbox.shopee.errors import ApiError, wrong
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.order_detail import MASKED
from bridge.sandbox.shopee.order_life import shown_tracking
from bridge.sandbox.shopee.values import Order

# filter's package_status -> order statuses
STATUSES = {
    0: ("READY_TO_SHIP", "RETRY_SHIP", "PROCESSED", "IN_CANCEL"),
    1: ("IN_CANCEL",),
    2: ("READY_TO_SHIP", "RETRY_SHIP"),
    3: ("PROCESSED",),
}


def search_packages(call: Call) -> dict[str, Any]:
    wanted = call.body.object("filter") if call.body.has("filter") else Fields({}, product=False)
    status = wanted.integer("package_status", 2)
    if status not in STATUSES:
        raise wrong("package_status is invalid")
    page = call.body.object("pagination")
    size, start = page.integer("page_size"), _place(page.text("cursor", ""))
    if not 1 <= size <= 100:
        raise wrong("page_size must be 100 or less")
    found = [order for order in call.shop.ledger.waiting.values() if order.status in STATUSES[status]]
    rows = [_found(order) for order in found[start : start + size]]
    more = start + size < len(found)
    pagination = {"total_count": len(found), "next_cursor": str(start + size) if more else "", "more": more}
    return {"packages_list": rows, "pagination": pagination, "sort": {"sort_type": 1, "ascending": True}}


def _found(order: Order) -> dict[str, Any]:
    return {
        "order_sn": order.order_sn,
        "package_number": order.package_number,
        "logistics_channel_id": order.logistics_channel_id,
        "product_location_id": order.lines[0].location_id,
        "is_shipment_arranged": order.arranged_at is not None,
    }


def shipment_list(call: Call) -> dict[str, Any]:
    size, start = call.query.page_size(), _place(call.query.text("cursor", ""))
    found = [order for order in call.shop.ledger.waiting.values() if order.status in STATUSES[2]]
    rows = [{"order_sn": o.order_sn, "package_number": o.package_number} for o in found[start : start + size]]
    more = start + size < len(found)
    return {"order_list": rows, "more": more, "next_cursor": str(start + size) if more else ""}


def package_detail(call: Call) -> dict[str, Any]:
    numbers = call.query.texts("package_number_list")
    if not numbers:
        raise call.query.missing("package_number_list")
    if len(numbers) > 50:
        raise wrong("package_number_list must have 50 entries or less")
    found = [order for number in dict.fromkeys(numbers) if (order := _mine(call, number)) is not None]
    if not found:
        raise ApiError("error_not_found", "Wrong parameters, detail: the package is not found.")
    return {"package_list": [_detail(call, order) for order in found]}


def _mine(call: Call, package_number: str) -> Order | None:
    order = call.world.packages.get(package_number)
    return order if order is not None and order.shop_id == call.shop.shop_id else None


def _detail(call: Call, order: Order) -> dict[str, Any]:
    return {
        "order_sn": order.order_sn,
        "package_number": order.package_number,
        "fulfillment_status": order.logistics_status,
        "update_time": order.update_time,
        "tracking_number": shown_tracking(call.world, order),
        "ship_by_date": order.create_time + 2 * 86_400,
        "days_to_ship": 2,
        "logistics_channel_id": order.logistics_channel_id,
        "shipping_carrier": CHANNELS[order.logistics_channel_id].name,
        "pickup_done_time": order.pickup_done_time,
        "is_split_up": False,
        "recipient_address": MASKED,
        "item_list": [
            {
                "item_id": line.item_id,
                "model_id": line.model_id,
                "item_sku": line.item_sku,
                "model_sku": line.model_sku,
                "model_quantity": line.active,
                "order_item_id": line.order_item_id,
                "promotion_group_id": 0,
                "product_location_id": line.location_id,
            }
            for line in order.lines
        ],
    }


def _place(cursor: str) -> int:
    if cursor and not cursor.isdecimal():
        raise wrong("cursor is invalid")
    return int(cursor or 0)


CALLS = {
    "order/search_package_list": post(search_packages),
    "order/get_shipment_list": get(shipment_list),
    "order/get_package_detail": get(package_detail),
}
