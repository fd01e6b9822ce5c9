"""Order lists, order details and cancellation by the seller."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from bridge.sandbox.shopee import order_life
from bridge.sandbox.shopee.call import Call, get, post
from bridge.sandbox.shopee.errors import ApiError, wrong
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.values import Order

WINDOW_S = 15 * 86_400
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
        before = order.before_cancel
        order_life.clear_request(order)
        order_life.touch(call.world, order, before)
    return {"update_time": order.update_time}


CALLS = {
    "order/get_order_list": get(order_list),
    "order/cancel_order": post(cancel_order),
    "order/handle_buyer_cancellation": post(handle_buyer_cancellation),
}
