"""How an order moves on, whoever moves it: buyer, seller or courier. Stock is committed when it is created, paid or not."""

from collections.abc import Iterable
from functools import partial

from bridge.sandbox.tokopedia.push import ORDER_STATUS, PACKAGE
from bridge.sandbox.tokopedia.state import World
from bridge.sandbox.tokopedia.values import NOT_LEFT, Line, Offer, Order, Sku

HOLD_S = 3600
WEBHOOK_WORDS = {"CANCELLED": "CANCEL", "PARTIALLY_SHIPPING": "AWAITING_SHIPMENT"}


def touch(world: World, order: Order, status: str | None = None) -> None:
    """Sets a status, moves the time of change, and tells it."""
    order.status = order.status if status is None else status
    world.shops[order.shop_id].ledger.touch(order, world.clock.real())
    announce(world, order)


def announce(world: World, order: Order) -> None:
    status = WEBHOOK_WORDS.get(order.status, order.status)
    data = {"order_id": order.order_id, "order_status": status, "is_on_hold_order": order.status == "ON_HOLD"}
    world.push.send(ORDER_STATUS, order.shop_id, {**data, "update_time": order.update_time})


def commit(offer: Offer) -> str:
    """Takes one unit off sale; the warehouse it comes from."""
    warehouse = max(offer.stock, key=lambda number: offer.stock[number])
    offer.stock[warehouse] -= 1
    offer.committed[warehouse] = offer.committed.get(warehouse, 0) + 1
    return warehouse


def pay(world: World, order: Order, on_hold: bool) -> None:
    order.paid_time = world.clock.real()
    touch(world, order, paid_status(world, order, on_hold))


def paid_status(world: World, order: Order, on_hold: bool) -> str:
    """On hold, the buyer has an hour to think again."""
    if not on_hold:
        return "AWAITING_SHIPMENT"
    world.later(HOLD_S, partial(_end_hold, world, order))
    return "ON_HOLD"


def _end_hold(world: World, order: Order) -> None:
    if order.status == "ON_HOLD":
        touch(world, order, "AWAITING_SHIPMENT")


def ship(world: World, order: Order, handover: str = "PICKUP", own_number: str = "") -> None:
    """The seller hands the parcel over: its pieces are committed no longer."""
    order.handover, order.shipped_at, order.rts_time = handover, world.clock.now(), world.clock.real()
    order.tracking_number = own_number or f"JX{world.random.randrange(10**10):010d}"
    for line in order.active:
        _uncommit(world, line)
    touch(world, order, "AWAITING_COLLECTION")
    package = {"package_id": order.package_id, "order_id_list": [order.order_id]}
    data = {"sc_type": 2, "role_type": 1, "package_list": [package], "update_time": order.update_time}
    world.push.send(PACKAGE, order.shop_id, data)


def collect(world: World, order: Order) -> None:
    """The courier takes the parcel."""
    if order.shipped_at is None:
        ship(world, order)
    order.collection_time = world.clock.real()
    touch(world, order, "IN_TRANSIT")


def deliver(world: World, order: Order) -> None:
    order.delivery_time = world.clock.real()
    touch(world, order, "DELIVERED")


def cancel(world: World, order: Order, lines: Iterable[Line], by: str, reason: str) -> None:
    """Cancels units. What has not left comes back on sale if so set; without a unit left the order is cancelled."""
    back = order.status in NOT_LEFT
    for line in lines:
        line.cancelled, line.cancel_user, line.cancel_reason = True, by, reason
        if back:
            _give_back(world, line)
    order.request = ""
    if order.active:
        touch(world, order)
        return
    order.cancel_by, order.cancel_reason, order.cancel_time = by, reason, world.clock.real()
    touch(world, order, "CANCELLED")


def find_sku(world: World, line: Line) -> Sku | None:
    """None when an edit deleted it since."""
    return world.products[line.product_id].sku(line.sku_id)


def _uncommit(world: World, line: Line) -> Offer | None:
    sku = find_sku(world, line)
    if sku is None:
        return None
    sku.offer.committed[line.warehouse_id] = max(0, sku.offer.committed.get(line.warehouse_id, 0) - 1)
    return sku.offer


def _give_back(world: World, line: Line) -> None:
    offer = _uncommit(world, line)
    if offer is None:
        return
    wanted = world.options.restock if offer.restock is None else offer.restock
    if wanted and line.warehouse_id in offer.stock:
        offer.stock[line.warehouse_id] += 1
