"""Cancellations by the seller, wishes of buyers to cancel, and reading cancellations and returns."""

from collections.abc import Callable, Iterable
from typing import Any

from bridge.sandbox.core.times import Board
from bridge.sandbox.tokopedia import order_life
from bridge.sandbox.tokopedia.call import Call, Endpoint
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.fields import Fields
from bridge.sandbox.tokopedia.orders import TIMES, Window, find, window
from bridge.sandbox.tokopedia.paging import page
from bridge.sandbox.tokopedia.push import CANCELLATION, RETURN
from bridge.sandbox.tokopedia.shelf import ALL
from bridge.sandbox.tokopedia.state import World
from bridge.sandbox.tokopedia.values import Line, Order

PENDING, REFUSED, COMPLETE = (f"CANCELLATION_REQUEST_{word}" for word in ("PENDING", "CANCEL", "COMPLETE"))
LONG = {REFUSED: "CANCELLATION_REQUEST_CANCELLED"}  # webhooks and 202309; the filter and 202602 have the short word
STATES = ("CANCELLATION_REQUEST_SUCCESS", PENDING, REFUSED, COMPLETE)
PAID_REASONS = ("seller_cancel_reason_out_of_stock", "seller_cancel_reason_wrong_price")
UNPAID_REASONS = (
    "seller_cancel_unpaid_reason_out_of_stock",
    "seller_cancel_unpaid_reason_wrong_price",
    "seller_cancel_unpaid_reason_buyer_hasnt_paid_within_time_allowed",
)
REASONS = {"UNPAID": UNPAID_REASONS, "ON_HOLD": PAID_REASONS, "AWAITING_SHIPMENT": PAID_REASONS}
BOTH = ("202309", "202602")
Record = dict[str, Any]


def cancel_order(call: Call) -> dict[str, Any]:
    """Whole orders only, before shipping. Out of stock empties the listing."""
    order, reason = find(call, call.body.text("order_id")), call.body.text("cancel_reason")
    if order.request:
        raise ApiError(25001011, "A cancel request is already in process.")
    if order.status == "CANCELLED":
        raise ApiError(25001010, "The order has already been cancelled.")
    if order.status not in REASONS:
        raise ApiError(25001045, "The order has already been shipped.")
    if reason not in REASONS[order.status]:
        raise ApiError(25001021, "Reason not match order status")
    record = record_cancellation(call.world, order, order.active, "SELLER", reason, COMPLETE)
    lines = order.active
    order_life.cancel(call.world, order, lines, "SELLER", reason)
    if reason.endswith("out_of_stock"):
        _empty(call.world, lines)
    return {"cancel_id": record["cancel_id"], "cancel_status": _word(COMPLETE, call.version)}


def _empty(world: World, lines: Iterable[Line]) -> None:
    for line in lines:
        sku = order_life.find_sku(world, line)
        if sku is not None:
            sku.offer.stock = dict.fromkeys(sku.offer.stock, 0)


def record_cancellation(
    world: World, order: Order, lines: Iterable[Line], role: str, reason: str, status: str
) -> Record:
    now, number = world.clock.real(), world.next_id()
    record: Record = {
        "cancel_id": number,
        "order_id": order.order_id,
        "cancel_type": "BUYER_CANCEL" if role == "BUYER" else "CANCEL",
        "role": role,
        "cancel_reason": reason,
        "cancel_reason_text": reason,
        "cancel_status": status,
        "cancel_line_items": [_item(line, "cancel_line_item_id", world.next_id()) for line in lines],
        "create_time": now,
        "update_time": now,
    }
    ledger = world.shops[order.shop_id].ledger
    ledger.cancellations[number] = record
    _place(ledger.cancellation_board, number, record, (ALL, record["cancel_type"]))
    tell_cancellation(world, order, record)
    return record


def tell_cancellation(world: World, order: Order, record: Record) -> None:
    status = LONG.get(record["cancel_status"], record["cancel_status"])
    data = {"order_id": order.order_id, "cancel_id": record["cancel_id"], "cancel_status": status}
    times = {"create_time": record["create_time"]}
    world.push.send(CANCELLATION, order.shop_id, {**data, "cancellations_role": record["role"], **times})


def _item(line: Line, name: str, number: str) -> Record:
    row = {name: number, "order_line_item_id": line.line_id, "sku_id": line.sku_id, "seller_sku": line.seller_sku}
    return {**row, "product_name": line.title, "sku_name": line.sku_name}


def _place(board: Board, number: str, record: Record, groups: Iterable[str]) -> None:
    board.place(number, groups, {name: record[name] for name in TIMES})


def approve(call: Call) -> dict[str, Any]:
    record, order = _request(call)
    _decide(call, record, order, COMPLETE)
    order_life.cancel(call.world, order, order.active, "BUYER", record["cancel_reason"])
    return {}


def reject(call: Call) -> dict[str, Any]:
    record, order = _request(call)
    call.body.text("reject_reason")
    _decide(call, record, order, REFUSED)
    order.request = ""
    order_life.touch(call.world, order)
    return {}


def _request(call: Call) -> tuple[Record, Order]:
    if len(call.query.text("idempotency_key")) > 255:
        raise ApiError(25001001, "An invalid request parameter was passed: idempotency_key.")
    record = call.shop.ledger.cancellations.get(call.path["id"])
    if record is None:
        raise ApiError(25001001, "An invalid request parameter was passed: cancel_id.")
    if record["cancel_status"] != PENDING:
        raise ApiError(25001003, "Invalid order status.")
    return record, call.world.orders[record["order_id"]]


def _decide(call: Call, record: Record, order: Order, status: str) -> None:
    record["cancel_status"], record["update_time"] = status, call.now()
    _place(call.shop.ledger.cancellation_board, record["cancel_id"], record, (ALL, record["cancel_type"]))
    tell_cancellation(call.world, order, record)


def _word(status: str, version: str) -> str:
    return LONG.get(status, status) if version == "202309" else status


def search_cancellations(call: Call) -> dict[str, Any]:
    ledger, states = call.shop.ledger, _choices(call.body, "cancel_status", STATES)
    kinds = _choices(call.body, "cancel_types", ("CANCEL", "BUYER_CANCEL"))
    rows, total, token = _page(
        call,
        ledger.cancellation_board,
        ledger.cancellations,
        lambda record: (
            (not states or record["cancel_status"] in states) and (not kinds or record["cancel_type"] in kinds)
        ),
    )
    shown = [{**row, "cancel_status": _word(row["cancel_status"], call.version)} for row in rows]
    return {"cancellations": shown, "total_count": total, "next_page_token": token}


def search_returns(call: Call) -> dict[str, Any]:
    ledger, states = call.shop.ledger, set(call.body.texts("return_status"))
    rows, total, token = _page(
        call,
        ledger.return_board,
        ledger.returns,
        lambda record: not states or record["return_status"] in states,
        low=10,
    )
    return {"return_orders": rows, "total_count": total, "next_page_token": token}


def _choices(body: Fields, name: str, allowed: tuple[str, ...]) -> set[str]:
    found = set(body.texts(name))
    if not found <= set(allowed):
        raise body.wrong(name, f"a list of {', '.join(allowed)}")
    return found


def _page(
    call: Call, board: Board, records: dict[str, Record], fits: Callable[[Record], bool], low: int = 1
) -> tuple[list[Record], int, str]:
    body, query = call.body, call.query
    size = query.size(low=low, high=50, default=10)
    sort = query.choice("sort_field", TIMES, "create_time")
    newest_first = query.choice("sort_order", ("ASC", "DESC"), "ASC") == "DESC"
    orders, windows = set(body.texts("order_ids")), {name: window(body, name) for name in TIMES}

    def keep(number: str) -> bool:
        record = records[number]
        inside = all(_within(record[name], windows[name]) for name in TIMES)
        return inside and fits(record) and (not orders or record["order_id"] in orders)

    times, token = board.times(ALL, sort), query.text("page_token")
    ids, total, after = page(times, windows[sort], size, token, newest_first=newest_first, keep=keep)
    return [records[number] for number in ids], total, after


def _within(time: int, inside: Window) -> bool:
    start, end = inside
    return (start is None or time >= start) and (end is None or time < end)


def record_return(world: World, order: Order, lines: list[Line], kind: str, status: str) -> None:
    """A wish to return, or how one ended; the order keeps its status."""
    now, number = world.clock.real(), world.next_id()
    record: Record = {
        "return_id": number,
        "order_id": order.order_id,
        "return_type": kind,
        "return_status": f"RETURN_OR_REFUND_REQUEST_{status}",
        "return_reason": "ecom_order_delivered_refund_and_return_reason_no_need",
        "return_reason_text": "Tidak jadi",
        "role": "BUYER",
        "refund_amount": {"currency": "IDR", "refund_total": str(sum(line.price for line in lines))},
        "return_line_items": [_item(line, "return_line_item_id", world.next_id()) for line in lines],
        "create_time": now,
        "update_time": now,
    }
    ledger = world.shops[order.shop_id].ledger
    ledger.returns[number] = record
    _place(ledger.return_board, number, record, (ALL,))
    data = {"order_id": order.order_id, "return_id": number, "return_role": "BUYER"}
    more = {"return_type": record["return_type"], "return_status": record["return_status"]}
    world.push.send(RETURN, order.shop_id, {**data, **more, "create_time": now, "update_time": now})


CALLS = (
    Endpoint("POST", "/return_refund/cancellations", cancel_order, BOTH),
    Endpoint("POST", "/return_refund/cancellations/search", search_cancellations, BOTH),
    Endpoint("POST", "/return_refund/cancellations/{id}/approve", approve, BOTH),
    Endpoint("POST", "/return_refund/cancellations/{id}/reject", reject, BOTH),
    Endpoint("POST", "/return_refund/returns/search", search_returns, BOTH),
)
