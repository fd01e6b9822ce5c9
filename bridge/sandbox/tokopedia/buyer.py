"""What the control plane does to orders: a buyer buys, pays, cancels, returns; the courier ships and delivers."""

from collections.abc import Callable, Mapping
from typing import Any

from bridge.sandbox.core.market import Refused
from bridge.sandbox.tokopedia import order_life
from bridge.sandbox.tokopedia.after_sales import COMPLETE, PENDING, record_cancellation, record_return
from bridge.sandbox.tokopedia.state import Shop, World
from bridge.sandbox.tokopedia.values import NOT_LEFT, PLATFORMS, Line, Order, Product, Sku

ALLOWED = {
    "pay": ("UNPAID",),
    "ship": ("AWAITING_SHIPMENT", "AWAITING_COLLECTION"),
    "deliver": ("IN_TRANSIT", "DELIVERED"),
    "cancel": (*NOT_LEFT, "AWAITING_COLLECTION"),
    "return": ("IN_TRANSIT", "DELIVERED", "COMPLETED"),
}
Body = Mapping[str, Any]
Chosen = list[tuple[Product, Sku, int]]


def find_shop(world: World, shop_id: str) -> Shop:
    shop = world.shops.get(shop_id)
    if shop is None:
        raise Refused(f"no shop {shop_id}", 404)
    return shop


def buy(world: World, shop_id: str, body: Body) -> dict[str, Any]:
    """Commits the stock at once, paid or not. `storefront` says where, `on_hold` leaves a paid order its hour of remorse,
    `age_s` dates the order back, `seller_shipping` leaves the courier to the seller."""
    shop = find_shop(world, shop_id)
    wanted = [_wanted(row) for row in body["lines"]]
    if not wanted:
        raise Refused("an order needs lines", 400)
    platform, chosen = _choose(shop, wanted, body.get("storefront"))
    paid, created = body.get("paid", True) is not False, world.clock.real() - int(body.get("age_s") or 0)
    lines = [_line(world, product, sku) for product, sku, quantity in chosen for _ in range(quantity)]
    package = f"115{world.next_id()[3:]}"
    order = Order(world.order_number(), shop_id, platform, "UNPAID", created, created, lines, package)
    order.by_seller = body.get("seller_shipping") is True
    if paid:
        order.status, order.paid_time = order_life.paid_status(world, order, body.get("on_hold") is True), created
    world.add_order(order)
    order_life.announce(world, order)
    return order_row(order)


def _wanted(row: Body) -> tuple[str, int]:
    code, quantity = str(row.get("seller_sku", "")), row.get("quantity", 1)
    if not code or isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        raise Refused("a line needs a seller_sku and a quantity of at least 1", 400)
    return code, quantity


def _choose(shop: Shop, wanted: list[tuple[str, int]], storefront: object) -> tuple[str, Chosen]:
    """Without a storefront: the first on which all of it can be bought."""
    if storefront is not None and storefront not in PLATFORMS:
        raise Refused(f"storefront is one of {', '.join(PLATFORMS)}", 400)
    refusal = Refused("an order needs lines", 400)
    for platform in PLATFORMS if storefront is None else (str(storefront),):
        try:
            return platform, _on(shop, wanted, platform)
        except Refused as problem:
            refusal = problem
    raise refusal


def _on(shop: Shop, wanted: list[tuple[str, int]], platform: str) -> Chosen:
    chosen, taken = [], dict[str, int]()
    for code, quantity in wanted:
        product, sku = _best(shop, code, platform)
        taken[sku.sku_id] = taken.get(sku.sku_id, 0) + quantity
        if taken[sku.sku_id] > sku.offer.available:
            raise Refused(f"too little stock of {code}")
        chosen.append((product, sku, quantity))
    return chosen


def _best(shop: Shop, code: str, platform: str) -> tuple[Product, Sku]:
    """Of all that is on sale there with this seller SKU, what has most stock."""
    found = [
        (product, sku)
        for product in shop.shelf.by_seller_sku(code)
        if product.statuses.get(platform) == "ACTIVATE"
        for sku in product.live.skus.values()
        if sku.seller_sku == code
    ]
    if not found:
        raise Refused(f"nothing on sale on {platform} with the seller SKU {code}")
    return max(found, key=lambda pair: pair[1].offer.available)


def _line(world: World, product: Product, sku: Sku) -> Line:
    warehouse = order_life.commit(sku.offer)
    number, title = f"577{world.next_id()[3:]}", product.live.title
    return Line(number, product.product_id, sku.sku_id, sku.seller_sku, title, sku.name, sku.offer.price, warehouse)


def move(world: World, order_id: str, action: str, body: Body) -> dict[str, Any]:
    order = world.orders.get(order_id)
    if order is None:
        raise Refused(f"no order {order_id}", 404)
    if order.status not in ALLOWED[action]:
        raise Refused(f"an order in {order.status} cannot {action}")
    _MOVES[action](world, order, body)
    return order_row(order)


def _pay(world: World, order: Order, body: Body) -> None:
    order_life.pay(world, order, body.get("on_hold") is True)


def _ship(world: World, order: Order, _body: Body) -> None:
    order_life.collect(world, order)


def _deliver(world: World, order: Order, body: Body) -> None:
    """Delivered; a second time, or with `complete`: received and done."""
    if order.status == "IN_TRANSIT":
        order_life.deliver(world, order)
        if body.get("complete") is not True:
            return
    order_life.touch(world, order, "COMPLETED")


def _cancel(world: World, order: Order, body: Body) -> None:
    """`requested`: the buyer only asks, the seller decides."""
    reason, lines = str(body.get("reason", "Berubah pikiran")), _parts(order, body, lambda line: not line.cancelled)
    if body.get("requested") is not True:
        record_cancellation(world, order, lines, "BUYER", reason, COMPLETE)
        order_life.cancel(world, order, lines, "BUYER", reason)
        return
    if order.status not in NOT_LEFT or order.request:
        raise Refused(f"an order in {order.status} cannot cancel on request")
    order.request = record_cancellation(world, order, order.active, "BUYER", reason, PENDING)["cancel_id"]
    order_life.touch(world, order)


def _return(world: World, order: Order, body: Body) -> None:
    """`requested`: the buyer only asks, nothing is on its way; `refund_only`: the goods stay with the buyer."""
    lines = _parts(order, body, lambda line: not line.cancelled and not line.returned)
    asked, kind = body.get("requested") is True, "REFUND" if body.get("refund_only") is True else "RETURN_AND_REFUND"
    for line in lines if not asked else ():
        line.returned = True
    record_return(world, order, lines, kind, "PENDING" if asked else "COMPLETE")
    order_life.touch(world, order)


def _parts(order: Order, body: Body, left: Callable[[Line], bool]) -> list[Line]:
    """The units named, or all that are left."""
    rows, able = body.get("lines"), [line for line in order.lines if left(line)]
    if rows is None:
        chosen = able
    else:
        chosen = []
        for row in rows:
            code, quantity = _wanted(row)
            units = [line for line in able if line.seller_sku == code and line not in chosen]
            if len(units) < quantity:
                raise Refused(f"the order has {len(units)} pieces of {code} left")
            chosen += units[:quantity]
    if not chosen:
        raise Refused("there is no piece left for that")
    return chosen


def order_row(order: Order) -> dict[str, Any]:
    """An order as the control plane shows it: units of one SKU together."""
    lines: dict[str, dict[str, Any]] = {}
    for line in order.lines:
        named = {"seller_sku": line.seller_sku, "product_id": line.product_id, "sku_id": line.sku_id}
        row = lines.setdefault(line.sku_id, {**named, "quantity": 0, "cancelled": 0, "returned": 0})
        row["quantity"] += 1
        row["cancelled"] += line.cancelled
        row["returned"] += line.returned
    head = {"id": order.order_id, "shop_id": order.shop_id, "status": order.status, "storefront": order.platform}
    return {**head, "lines": list(lines.values())}


_MOVES = {"pay": _pay, "ship": _ship, "deliver": _deliver, "cancel": _cancel, "return": _return}
