"""Order search, order detail and price detail."""

from collections.abc import Callable
from typing import Any

from bridge.sandbox.tokopedia.call import Call, Endpoint
from bridge.sandbox.tokopedia.errors import ApiError, wrong
from bridge.sandbox.tokopedia.fields import Fields
from bridge.sandbox.tokopedia.order_view import order_row, payment
from bridge.sandbox.tokopedia.paging import page
from bridge.sandbox.tokopedia.shelf import ALL
from bridge.sandbox.tokopedia.values import Order

STATUSES = (
    "UNPAID",
    "ON_HOLD",
    "AWAITING_SHIPMENT",
    "PARTIALLY_SHIPPING",
    "AWAITING_COLLECTION",
    "IN_TRANSIT",
    "DELIVERED",
    "COMPLETED",
    "CANCELLED",
)
TIMES = ("create_time", "update_time")
SHIPPING = ("TIKTOK", "SELLER", "TIKTOK_DIGITAL", "IN-STORE PICKUP")
Window = tuple[int | None, int | None]


def search(call: Call) -> dict[str, Any]:
    """A window may be given in either time, or both; rows come in the order of `sort_field`."""
    body, query, ledger = call.body, call.query, call.shop.ledger
    size, sort = query.size(), query.choice("sort_field", TIMES, "create_time")
    newest_first = query.choice("sort_order", ("ASC", "DESC"), "DESC") == "DESC"
    status = body.choice("order_status", STATUSES) if body.has("order_status") else ALL
    windows = {name: window(body, name) for name in TIMES}
    other = next(name for name in TIMES if name != sort)
    keep = _filter(body, ledger.orders, other, windows[other])
    times = ledger.board.times(status, sort)
    token = query.text("page_token")
    ids, total, after = page(times, windows[sort], size, token, newest_first=newest_first, keep=keep)
    rows = [order_row(ledger.orders[number]) for number in ids]
    return {"orders": rows, "total_count": total, "next_page_token": after}


def window(body: Fields, name: str) -> Window:
    """The end is not included."""
    start, end = body.moment(f"{name}_ge"), body.moment(f"{name}_lt")
    if start is not None and end is not None and end < start:
        raise body.wrong(f"{name}_lt", f"a time after {name}_ge")
    return start, end


def _filter(body: Fields, orders: dict[str, Order], other: str, inside: Window) -> Callable[[str], bool] | None:
    """What the indexes do not know; None when there is nothing of it."""
    warehouses = body.texts("warehouse_ids")
    if len(warehouses) > 100:
        raise body.wrong("warehouse_ids", "100 ids at most")
    shipping = body.choice("shipping_type", SHIPPING, "TIKTOK") if body.has("shipping_type") else ""
    requested = body.flag("is_buyer_request_cancel") if body.has("is_buyer_request_cancel") else None
    buyer = body.text("buyer_user_id", "")
    if not (warehouses or shipping or buyer or requested is not None or inside != (None, None)):
        return None

    def keep(number: str) -> bool:
        order, (start, end) = orders[number], inside
        time = getattr(order, other)
        return (
            (start is None or time >= start)
            and (end is None or time < end)
            and (not warehouses or order.lines[0].warehouse_id in warehouses)
            and (not shipping or shipping == ("SELLER" if order.handover == "SELF" else "TIKTOK"))
            and (requested is None or bool(order.request) == requested)
            and (not buyer or buyer == "7021436810468230477")
        )

    return keep


def detail(call: Call) -> dict[str, Any]:
    """By ids, joined by commas or as repeated keys."""
    numbers = list(dict.fromkeys(call.query.texts("ids")))
    if not 1 <= len(numbers) <= 50:
        raise wrong("ids", "1 to 50 ids")
    return {"orders": [order_row(find(call, number)) for number in numbers]}


def find(call: Call, number: str) -> Order:
    """An order of this shop."""
    order = call.world.orders.get(number)
    if order is None or order.shop_id != call.shop.shop_id:
        raise ApiError(21008111, "The order or package does not belong to the current seller.")
    return order


def price_detail(call: Call) -> dict[str, Any]:
    order = find(call, call.path["id"])
    total = payment(order)
    lines = [
        {"id": line.line_id, "sku_id": line.sku_id, "sku_sale_price": str(line.price), "currency": "IDR"}
        for line in order.lines
    ]
    shown = {"currency": "IDR", "total": total["total_amount"], "payment": total["total_amount"]}
    return {
        **shown,
        "sku_sale_price": total["sub_total"],
        "shipping_sale_price": total["shipping_fee"],
        "line_items": lines,
    }


CALLS = (
    Endpoint("POST", "/order/orders/search", search),
    Endpoint("GET", "/order/orders", detail, ("202309", "202507")),
    Endpoint("GET", "/order/orders/{id}/price_detail", price_detail, ("202407",)),
)
