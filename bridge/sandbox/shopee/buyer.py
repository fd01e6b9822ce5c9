"""What the control plane does to orders: a buyer buys, pays, cancels, returns; the courier ships and delivers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bridge.sandbox.core.market import Refused
from bridge.sandbox.shopee import order_life
from bridge.sandbox.shopee.push import RETURN
from bridge.sandbox.shopee.state import Shop, World
from bridge.sandbox.shopee.values import Item, Line, Model, Order

Chosen = list[tuple[Item, int, int]]  # item, model id, quantity
ALLOWED = {
    "pay": ("UNPAID",),
    "ship": ("READY_TO_SHIP", "PROCESSED", "RETRY_SHIP"),
    "deliver": ("SHIPPED", "TO_CONFIRM_RECEIVE", "TO_RETURN"),
    "cancel": (*order_life.BEFORE_SHIPPING, "SHIPPED"),
    "return": ("SHIPPED", "TO_CONFIRM_RECEIVE", "COMPLETED", "TO_RETURN"),
}


def find_shop(world: World, shop_id: str) -> Shop:
    shop = world.shops.get(int(shop_id)) if shop_id.isdecimal() else None
    if shop is None:
        raise Refused(f"no shop {shop_id}", 404)
    return shop


def buy(world: World, shop_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Takes the stock at once, paid or not. `age_s` dates the order back. An order is one parcel, and a parcel leaves from one
    location: what no location has all of is refused, as the documents do not say how the platform would divide it."""
    shop = find_shop(world, shop_id)
    chosen = [_choose(shop, row) for row in body["lines"]]
    if not chosen:
        raise Refused("an order needs lines", 400)
    _check_stock(chosen)
    location = _location(shop, chosen)
    for item, model_id, quantity in chosen:
        with shop.shelf.change(item, world.clock.real()):
            item.variant(model_id).places[location] -= quantity
    paid = body.get("paid", True) is not False
    order = _order(world, shop, chosen, location, paid, age_s=int(body.get("age_s") or 0))
    world.add_order(order)
    order_life.announce(world, order)
    return order_row(order)


def _choose(shop: Shop, row: Mapping[str, Any]) -> tuple[Item, int, int]:
    """The listing on sale that shows most of this seller SKU."""
    sku, quantity = str(row.get("seller_sku", "")), row.get("quantity", 1)
    if not sku or isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        raise Refused("a line needs a seller_sku and a quantity of at least 1", 400)
    found = [(item, model_id) for item, model_id in shop.shelf.by_sku(sku) if item.status == "NORMAL"]
    if not found:
        raise Refused(f"nothing on sale with the seller SKU {sku}")
    item, model_id = max(found, key=lambda pair: _available(pair[0].variant(pair[1])))
    return item, model_id, quantity


def _available(holder: Item | Model) -> int:
    return holder.stock - holder.reserved


def _check_stock(chosen: Chosen) -> None:
    for item, model_id, quantity in _together(chosen):
        if quantity > _available(item.variant(model_id)):
            raise Refused(f"too little stock of item {item.item_id}")


def _together(chosen: Chosen) -> Chosen:
    """Each item and model once."""
    wanted: dict[tuple[int, int], int] = {}
    for item, model_id, quantity in chosen:
        wanted[item.item_id, model_id] = wanted.get((item.item_id, model_id), 0) + quantity
    items = {item.item_id: item for item, _, _ in chosen}
    return [(items[item_id], model_id, quantity) for (item_id, model_id), quantity in wanted.items()]


def _location(shop: Shop, chosen: Chosen) -> str:
    """The location that has all of it; of several the fullest."""
    needs = [(item.variant(model_id).places, quantity) for item, model_id, quantity in _together(chosen)]
    able = [each for each in shop.locations if all(places.get(each, 0) >= quantity for places, quantity in needs)]
    if not able:
        raise Refused("too little stock at any one location")
    return max(able, key=lambda each: sum(places[each] for places, _ in needs))


def _order(world: World, shop: Shop, chosen: Chosen, location: str, paid: bool, age_s: int) -> Order:
    created = world.clock.real() - age_s
    first = chosen[0][0].content["logistics"]
    channel = next((row["logistic_id"] for row in first if row["enabled"]), first[0]["logistic_id"])
    sn = f"{_day(created)}{world.word(8)}"
    while sn in world.orders:
        sn = f"{_day(created)}{world.word(8)}"
    lines = [_line(world, *part, location) for part in chosen]
    package = f"OFG{world.random.randrange(10**14, 10**15)}"
    status, logistics = ("READY_TO_SHIP", "LOGISTICS_READY") if paid else ("UNPAID", "LOGISTICS_NOT_START")
    return Order(sn, shop.shop_id, status, created, created, lines, package, logistics, channel, created if paid else 0)


def _line(world: World, item: Item, model_id: int, quantity: int, location: str) -> Line:
    holder = item.variant(model_id)
    model = holder if isinstance(holder, Model) else None
    return Line(
        item_id=item.item_id,
        model_id=model_id,
        item_name=item.name,
        item_sku=item.sku,
        model_name=_model_name(item, model) if model is not None else "",
        model_sku=model.sku if model is not None else "",
        price=holder.price,
        quantity=quantity,
        order_item_id=world.next_id(),
        image_id=item.content["images"][0],
        weight=item.content["weight"],
        location_id=location,
    )


def _model_name(item: Item, model: Model) -> str:
    options = [tier["variation_option_list"] for tier in item.tiers]
    return ",".join(options[n][at]["variation_option_name"] for n, at in enumerate(model.tier_index))


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%y%m%d")


def move(world: World, order_id: str, action: str, body: Mapping[str, Any]) -> dict[str, Any]:
    order = world.orders.get(order_id)
    if order is None:
        raise Refused(f"no order {order_id}", 404)
    if order.status not in ALLOWED[action]:
        raise Refused(f"an order in {order.status} cannot {action}")
    _MOVES[action](world, order, body)
    return order_row(order)


def _pay(world: World, order: Order, _body: Mapping[str, Any]) -> None:
    order_life.pay(world, order)


def _ship(world: World, order: Order, _body: Mapping[str, Any]) -> None:
    order_life.ship(world, order)


def _deliver(world: World, order: Order, body: Mapping[str, Any]) -> None:
    """Delivered; a second time, or with `complete`: received and done. What was to come back is back then."""
    if order.status == "SHIPPED":
        order_life.deliver(world, order)
        if body.get("complete") is not True:
            return
    order_life.touch(world, order, "COMPLETED")


def _cancel(world: World, order: Order, body: Mapping[str, Any]) -> None:
    """`requested`: the buyer only asks, the seller decides."""
    parts = _parts(order, body, lambda line: line.active)
    if body.get("requested") is True:
        if order.status not in order_life.BEFORE_SHIPPING:
            raise Refused(f"an order in {order.status} cannot cancel on request")
        order.before_cancel = order.status
        for number, quantity in parts.items():
            order.lines[number].cancel_requested = quantity
        order_life.touch(world, order, "IN_CANCEL")
        return
    order_life.cancel(world, order, parts, "buyer", str(body.get("reason", "Berubah pikiran")))


def _return(world: World, order: Order, body: Mapping[str, Any]) -> None:
    parts = _parts(order, body, lambda line: line.active - line.returned)
    now, sn = world.clock.real(), world.word(15)
    rows = []
    for number, quantity in parts.items():
        line = order.lines[number]
        line.returned += quantity
        skus = {"item_sku": line.item_sku, "variation_sku": line.model_sku}
        rows.append(
            {"item_id": line.item_id, "model_id": line.model_id, "amount": quantity, "item_price": line.price, **skus}
        )
    world.shops[order.shop_id].ledger.returns[sn] = {
        "return_sn": sn,
        "order_sn": order.order_sn,
        "status": "ACCEPTED",
        "reason": "CHANGE_MIND",
        "refund_amount": sum(quantity * order.lines[number].price for number, quantity in parts.items()),
        "currency": "IDR",
        "needs_logistics": True,
        "return_solution": 0,
        "return_refund_type": "RRAOC" if order.status == "COMPLETED" else "RRBOC",
        "validation_type": "seller_validation",
        "item": rows,
        "create_time": now,
        "update_time": now,
    }
    order_life.touch(world, order, "TO_RETURN")
    values = [{"update_field": "status", "old_value": "", "new_value": "ACCEPTED", "update_time": now}]
    world.push.send(RETURN, order.shop_id, {"order_sn": order.order_sn, "return_sn": sn, "updated_values": values})


def _parts(order: Order, body: Mapping[str, Any], left: Any) -> dict[int, int]:
    """Pieces by position of the line: those named, or all that are left."""
    rows = body.get("lines")
    if rows is None:
        return {number: left(line) for number, line in enumerate(order.lines) if left(line)}
    parts: dict[int, int] = {}
    for row in rows:
        sku, quantity = str(row.get("seller_sku", "")), row.get("quantity", 1)
        number = next((n for n, line in enumerate(order.lines) if line.seller_sku == sku and n not in parts), None)
        if number is None:
            raise Refused(f"the order has no line {sku}")
        if not isinstance(quantity, int) or not 1 <= quantity <= left(order.lines[number]):
            raise Refused(f"line {sku} has {left(order.lines[number])} pieces left")
        parts[number] = quantity
    if not parts:
        raise Refused("lines must name at least one line", 400)
    return parts


def order_row(order: Order) -> dict[str, Any]:
    """An order as the control plane shows it."""
    lines = [
        {
            "seller_sku": line.seller_sku,
            "quantity": line.quantity,
            "cancelled": line.cancelled,
            "returned": line.returned,
            "item_id": str(line.item_id),
            "model_id": str(line.model_id),
        }
        for line in order.lines
    ]
    return {"id": order.order_sn, "shop_id": str(order.shop_id), "status": order.status, "lines": lines}


_MOVES = {"pay": _pay, "ship": _ship, "deliver": _deliver, "cancel": _cancel, "return": _return}
