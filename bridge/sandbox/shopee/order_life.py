"""How an order moves on, whoever moves it: buyer, seller or courier. Pushes go out with every step."""

from collections.abc import Mapping

from bridge.sandbox.shopee.push import ORDER_STATUS, TRACKING
from bridge.sandbox.shopee.state import World
from bridge.sandbox.shopee.values import Line, Order

BEFORE_SHIPPING = ("UNPAID", "READY_TO_SHIP", "PROCESSED", "RETRY_SHIP", "IN_CANCEL")


def touch(world: World, order: Order, status: str | None = None) -> None:
    """Sets a status, moves the time of change, and tells it."""
    order.status = order.status if status is None else status
    world.shops[order.shop_id].ledger.touch(order, world.clock.real())
    announce(world, order)


def announce(world: World, order: Order) -> None:
    data = {
        "items": [],
        "ordersn": order.order_sn,
        "status": order.status,
        "completed_scenario": "",
        "update_time": order.update_time,
    }
    world.push.send(ORDER_STATUS, order.shop_id, data)


def pay(world: World, order: Order) -> None:
    order.pay_time, order.logistics_status = world.clock.real(), "LOGISTICS_READY"
    touch(world, order, "READY_TO_SHIP")


def arrange(world: World, order: Order, own_number: str = "") -> None:
    """The parcel is announced to the courier. Its number shows a little later."""
    order.arranged_at, order.logistics_status = world.clock.now(), "LOGISTICS_REQUEST_CREATED"
    order.tracking_number = own_number or f"SPXID{world.random.randrange(10**11):011d}"
    touch(world, order, "PROCESSED")
    data = {
        "ordersn": order.order_sn,
        "forder_id": order.package_number,
        "package_number": order.package_number,
        "tracking_no": order.tracking_number,
    }
    world.push.send(TRACKING, order.shop_id, data, delay_s=world.options.review_s)


def shown_tracking(world: World, order: Order) -> str:
    ready = order.arranged_at is not None and world.clock.now() - order.arranged_at >= world.options.review_s
    return order.tracking_number if ready else ""


def ship(world: World, order: Order) -> None:
    if order.arranged_at is None:
        arrange(world, order)
    order.logistics_status, order.pickup_done_time = "LOGISTICS_PICKUP_DONE", world.clock.real()
    touch(world, order, "SHIPPED")


def deliver(world: World, order: Order) -> None:
    order.logistics_status = "LOGISTICS_DELIVERY_DONE"
    touch(world, order, "TO_CONFIRM_RECEIVE")


def cancel(world: World, order: Order, parts: Mapping[int, int], by: str, reason: str) -> None:
    """Cancels pieces, by position of the line. What was not shipped comes back; without a piece left the order ends."""
    before = order.before_cancel or order.status
    restock = world.options.restock and before in BEFORE_SHIPPING
    for number, quantity in parts.items():
        line = order.lines[number]
        line.cancelled += quantity
        if restock:
            _give_back(world, order.shop_id, line, quantity)
    clear_request(order)
    order.cancel_by, order.cancel_reason = by, reason
    if any(line.active for line in order.lines):
        touch(world, order, before)
        return
    order.logistics_status = "LOGISTICS_INVALID" if order.arranged_at is None else "LOGISTICS_REQUEST_CANCELED"
    touch(world, order, "CANCELLED")


def clear_request(order: Order) -> None:
    """The buyer's wish to cancel is decided."""
    order.before_cancel = ""
    for line in order.lines:
        line.cancel_requested = 0


def _give_back(world: World, shop_id: int, line: Line, quantity: int) -> None:
    shelf = world.shops[shop_id].shelf
    item = shelf.items.get(line.item_id)
    if item is None or (line.model_id and line.model_id not in item.models) or bool(line.model_id) != bool(item.models):
        return
    with shelf.change(item, world.clock.real()):
        places = item.variant(line.model_id).places
        places[line.location_id] = places.get(line.location_id, 0) + quantity
