"""Order lists, order details and cancellation by the seller."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

from bridge.sandbox.shopee import order_life
from bridge.sandbox.shopee.call import Call, get, post
from bridge.sandbox.shopee.channels import CHANNELS
from bridge.sandbox.shopee.errors import ApiError, wrong
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.state import Line, Order

WINDOW_S = 15 * 86_400
SHIPPING_FEE = 9000
FILTERS = ("UNPAID", "READY_TO_SHIP", "PROCESSED", "SHIPPED", "COMPLETED", "IN_CANCEL", "CANCELLED", "INVOICE_PENDING")
REASONS = ("OUT_OF_STOCK", "CUSTOMER_REQUEST", "COD_NOT_SUPPORTED")


def order_list(call: Call) -> dict[str, Any]:
    query = call.query
    field = query.text("time_range_field")
    if field not in ("create_time", "update_time"):
        raise wrong("time_range_field must be create_time or update_time")
    start, end, size = query.integer("time_from"), query.integer("time_to"), query.page_size()
    if end < start or end - start > WINDOW_S:
        message = "Start time must be earlier than end time and diff in 15days."
        raise ApiError("order.order_list_invalid_time", message)
    status = query.text("order_status", "")
    if status and status not in FILTERS:
        raise wrong("order_status is invalid")
    rows, after = _page(call, field, start, end, size, status)
    shows_status = "order_status" in query.texts("response_optional_fields")
    shown = [_listed(order, shows_status) for order in rows]
    return {"more": after is not None, "next_cursor": after or "", "order_list": shown}


def _page(call: Call, field: str, start: int, end: int, size: int, status: str) -> tuple[list[Order], str | None]:
    """One page and, when there is more, the cursor that goes on after it."""
    last = _read_cursor(call.query.text("cursor", ""), field)
    rows: list[Order] = []
    reached = ("", 0, "")
    for time, order in call.shop.ledger.after(field, start, end, last):
        if status and order.status != status:
            continue
        if len(rows) == size:
            return rows, write_cursor(reached)
        rows.append(order)
        reached = (field, time, order.order_sn)
    return rows, None


def write_cursor(place: tuple[str, int, str]) -> str:
    return urlsafe_b64encode(json.dumps(place).encode()).decode()


def _read_cursor(cursor: str, field: str) -> tuple[int, str] | None:
    if not cursor:
        return None
    try:
        known, time, sn = json.loads(urlsafe_b64decode(cursor))
        fits = known == field and isinstance(time, int) and isinstance(sn, str)
    except (ValueError, TypeError):
        fits = False
    if not fits:
        raise wrong("cursor is invalid")
    return time, sn


def _listed(order: Order, shows_status: bool) -> dict[str, Any]:
    row = {"order_sn": order.order_sn, "booking_sn": ""}
    return {**row, "order_status": order.status} if shows_status else row


def order_detail(call: Call) -> dict[str, Any]:
    query = call.query
    numbers = query.texts("order_sn_list")
    if not numbers:
        raise query.missing("order_sn_list")
    if len(numbers) > 50:
        raise wrong("order_sn_list must have 50 entries or less")
    found = [order for sn in dict.fromkeys(numbers) if (order := call.shop.ledger.orders.get(sn)) is not None]
    if not found:
        raise ApiError("error_not_found", "Wrong parameters, detail: the order is not found.")
    if len(found) < len(set(numbers)):
        call.warning = "some of the order_sn can not be found"
    wanted = set(query.texts("response_optional_fields"))
    return {"order_list": [_detail(call, order, wanted) for order in found]}


def _detail(call: Call, order: Order, wanted: set[str]) -> dict[str, Any]:
    before = order.status in ("UNPAID", "READY_TO_SHIP")
    row: dict[str, Any] = {
        "order_sn": order.order_sn,
        "region": "ID",
        "currency": "IDR",
        "cod": False,
        "order_status": order.status,
        "message_to_seller": "",
        "create_time": order.create_time,
        "update_time": order.update_time,
        "days_to_ship": 2,
        "ship_by_date": order.create_time + 2 * 86_400,
        "booking_sn": "",
        "can_full_cancel_order": before,
        "can_partial_cancel_order": before,
        "buyer_preference_for_partial_cancellation": 0,
    }
    return row | {name: make(call, order) for name, make in OPTIONAL.items() if name in wanted}


def _constant(value: Any) -> Callable[[Call, Order], Any]:
    return lambda _call, _order: value


def _items(call: Call, order: Order) -> list[dict[str, Any]]:
    return [_item(call, line) for line in order.lines]


def _item(call: Call, line: Line) -> dict[str, Any]:
    return {
        "item_id": line.item_id,
        "item_name": line.item_name,
        "item_sku": line.item_sku,
        "model_id": line.model_id,
        "model_name": line.model_name,
        "model_sku": line.model_sku,
        "model_quantity_purchased": line.quantity,
        "model_original_price": line.price,
        "model_discounted_price": line.price,
        "wholesale": False,
        "weight": line.weight,
        "add_on_deal": False,
        "main_item": False,
        "promotion_type": "",
        "promotion_id": 0,
        "order_item_id": line.order_item_id,
        "line_item_id": line.order_item_id,
        "promotion_group_id": 0,
        "image_info": {"image_url": call.image_url(line.image_id)},
        "product_location_id": [""],
        "active_qty": line.active - line.cancel_requested,
        "cancel_requested_qty": line.cancel_requested,
        "cancelled_qty": line.cancelled,
        "return_requested_qty": 0,
        "returned_qty": line.returned,
    }


def _packages(_call: Call, order: Order) -> list[dict[str, Any]]:
    if order.status == "UNPAID":
        return []
    return [
        {
            "package_number": order.package_number,
            "logistics_status": order.logistics_status,
            "logistics_channel_id": order.logistics_channel_id,
            "shipping_carrier": CHANNELS[order.logistics_channel_id].name,
            "item_list": [
                {
                    "item_id": line.item_id,
                    "model_id": line.model_id,
                    "model_quantity": line.active,
                    "order_item_id": line.order_item_id,
                    "promotion_group_id": 0,
                    "product_location_id": "",
                }
                for line in order.lines
            ],
        }
    ]


def _total(_call: Call, order: Order) -> int:
    """Nothing before the payment."""
    return sum(line.price * line.quantity for line in order.lines) + SHIPPING_FEE if order.pay_time else 0


MASKED = {
    "name": "B******i",
    "phone": "******21",
    "town": "",
    "district": "****",
    "city": "KOTA ****",
    "state": "JAWA BARAT",
    "region": "ID",
    "zipcode": "****",
    "full_address": "****",
}

OPTIONAL: dict[str, Callable[[Call, Order], Any]] = {
    "buyer_user_id": _constant(88_001_234),
    "buyer_username": _constant("b******i"),
    "estimated_shipping_fee": _constant(SHIPPING_FEE),
    "recipient_address": _constant(MASKED),
    "actual_shipping_fee": _constant(0),
    "goods_to_declare": _constant(False),
    "note": _constant(""),
    "note_update_time": _constant(0),
    "item_list": _items,
    "pay_time": lambda _call, order: order.pay_time or None,
    "dropshipper": _constant(""),
    "dropshipper_phone": _constant(""),
    "split_up": _constant(False),
    "buyer_cancel_reason": lambda _call, order: order.cancel_reason if order.cancel_by == "buyer" else "",
    "cancel_by": lambda _call, order: order.cancel_by,
    "cancel_reason": lambda _call, order: order.cancel_reason,
    "actual_shipping_fee_confirmed": _constant(False),
    "buyer_cpf_id": _constant(None),
    "fulfillment_flag": _constant("fulfilled_by_local_seller"),
    "pickup_done_time": lambda _call, order: order.pickup_done_time,
    "package_list": _packages,
    "shipping_carrier": lambda _call, order: CHANNELS[order.logistics_channel_id].name,
    "payment_method": _constant("Transfer Bank"),
    "total_amount": _total,
    "invoice_data": _constant(None),
    "order_chargeable_weight_gram": lambda _call, order: round(sum(x.weight * x.quantity for x in order.lines) * 1000),
    "return_request_due_date": _constant(0),
}


def find_order(call: Call, order_sn: str) -> Order:
    order = call.shop.ledger.orders.get(order_sn)
    if order is None:
        raise ApiError("error_not_found", "Wrong parameters, detail: the order is not found.")
    return order


def cancel_order(call: Call) -> dict[str, Any]:
    order = find_order(call, call.body.text("order_sn"))
    reason = call.body.text("cancel_reason")
    if reason not in REASONS:
        raise wrong("cancel_reason is invalid")
    if order.status not in ("UNPAID", "READY_TO_SHIP", "PROCESSED"):
        raise ApiError("order.cancel_order_invalid_status", "The order status does not allow cancelling.")
    parts = _parts(order, call.body)
    if reason == "OUT_OF_STOCK" and not call.body.has("partial_cancel_item_list"):
        for row in call.body.rows("item_list", low=1):
            _line_at(order, row)
    order_life.cancel(call.world, order, parts, "seller", reason)
    return {"update_time": order.update_time}


def _parts(order: Order, body: Fields) -> dict[int, int]:
    if not body.has("partial_cancel_item_list"):
        return {number: line.active for number, line in enumerate(order.lines)}
    parts: dict[int, int] = {}
    for row in body.rows("partial_cancel_item_list", low=1):
        number, quantity = _line_at(order, row), row.integer("model_quantity")
        if number in parts or not 1 <= quantity <= order.lines[number].active:
            raise wrong("model_quantity is invalid")
        parts[number] = quantity
    return parts


def _line_at(order: Order, row: Fields) -> int:
    wanted = (row.integer("item_id"), row.integer("model_id", 0))
    for number, line in enumerate(order.lines):
        same_line = not row.has("order_item_id") or row.integer("order_item_id") == line.order_item_id
        if (line.item_id, line.model_id) == wanted and same_line:
            return number
    raise wrong("item_id and model_id are not in the order")


def handle_buyer_cancellation(call: Call) -> dict[str, Any]:
    order = find_order(call, call.body.text("order_sn"))
    operation = call.body.text("operation")
    if operation not in ("ACCEPT", "REJECT"):
        raise wrong("operation must be ACCEPT or REJECT")
    if order.status != "IN_CANCEL":
        raise ApiError("order.order_status_invalid", "The order is not in cancellation.")
    parts = {number: line.cancel_requested for number, line in enumerate(order.lines) if line.cancel_requested}
    if operation == "ACCEPT":
        order_life.cancel(call.world, order, parts, "buyer", "buyer request")
    else:
        for line in order.lines:
            line.cancel_requested = 0
        order_life.touch(call.world, order, order.before_cancel)
    order.before_cancel = ""
    return {"update_time": order.update_time}


CALLS = {
    "order/get_order_list": get(order_list),
    "order/get_order_detail": get(order_detail),
    "order/cancel_order": post(cancel_order),
    "order/handle_buyer_cancellation": post(handle_buyer_cancellation),
}
