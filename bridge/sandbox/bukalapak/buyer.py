"""What the control plane does to orders: a buyer buys, pays, cancels, returns; the courier ships and delivers.

A transaction is cancelled and returned as a whole: the platform has no part of one. `state` in the body sets the resulting
state to any word, such as "accepted", which no call reaches, or one that nobody knows.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bridge.sandbox.bukalapak import ids, order_life
from bridge.sandbox.bukalapak.state import World
from bridge.sandbox.bukalapak.values import TO_SHIP, UNPAID, Account, Line, Product, Transaction
from bridge.sandbox.bukalapak.views import WIB
from bridge.sandbox.core.market import Refused

FEE = 8000
ALLOWED = {
    "pay": UNPAID,
    "ship": TO_SHIP,
    "deliver": ("delivered", "received"),
    "cancel": (*UNPAID, *TO_SHIP, "delivered"),
    "return": ("delivered", "received", "remitted"),
}


def find_account(world: World, shop_id: object) -> Account:
    account = world.accounts.get(ids.whole(shop_id) or 0)
    if account is None:
        raise Refused(f"no shop {shop_id}", 404)
    return account


def buy(world: World, shop_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Takes the stock at once, paid or not. The buyer is another account: `buyer_id`, else the shop opened before."""
    world.settle()
    seller = find_account(world, shop_id)
    buyer = find_account(world, body["buyer_id"]) if "buyer_id" in body else _neighbour(world, seller)
    if buyer is seller:
        raise Refused("nobody buys from himself")
    age_s, fee = _number(body, "age_s", 0), _number(body, "shipping_fee", FEE)
    chosen = [_choose(world, seller, row) for row in body["lines"]]
    if not chosen:
        raise Refused("an order needs lines", 400)
    wanted: dict[int, int] = {}
    for product, quantity in chosen:
        wanted[product.number] = wanted.get(product.number, 0) + quantity
        if wanted[product.number] > product.stock:
            raise Refused(f"too little stock of product {product.product_id}")
    for number, quantity in wanted.items():
        with world.changing(world.products[number]):
            world.products[number].stock -= quantity
    lines = [
        Line(world.products[number], quantity, world.products[number].price) for number, quantity in wanted.items()
    ]
    found = _transaction(world, seller, buyer, lines, world.clock.real() - age_s, fee)
    found.courier = str(body.get("courier") or found.courier)
    found.state = _state(body) or ("paid" if body.get("paid", True) is not False else "pending")
    if found.state != "pending":
        found.changes[f"{found.state}_at"] = found.created_at
    world.add_transaction(found)
    return order_row(found)


def _neighbour(world: World, seller: Account) -> Account:
    everybody = list(world.accounts.values())
    return everybody[everybody.index(seller) - 1]


def _choose(world: World, seller: Account, row: Mapping[str, Any]) -> tuple[Product, int]:
    product_id, quantity = row.get("seller_sku"), row.get("quantity", 1)
    if not product_id or isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        raise Refused("a line needs a seller_sku, which is the product id, and a quantity of at least 1", 400)
    product = world.shelves[seller.user_id].products.get(ids.decode(product_id) or 0)
    if product is None or not product.for_sale:
        raise Refused(f"nothing on sale with the product id {product_id}")
    return product, quantity


def _transaction(
    world: World, seller: Account, buyer: Account, lines: list[Line], created: float, fee: int
) -> Transaction:
    number = world.next_id("transaction")
    day = datetime.fromtimestamp(created, UTC).astimezone(WIB).strftime("%y%m%d")
    return Transaction(
        number=number,
        shown_number=f"{day}{number % 1_000_000:06d}",
        invoice=f"BL{day}{number:07d}INV",
        seller=seller,
        buyer=buyer,
        state="pending",
        created_at=created,
        updated_at=created,
        lines=lines,
        courier="JNE REG",
        shipping_fee=fee,
    )


def move(world: World, order_id: str, action: str, body: Mapping[str, Any]) -> dict[str, Any]:
    world.settle()
    found = world.transactions.get(ids.whole(order_id) or 0)
    if found is None:
        raise Refused(f"no order {order_id}", 404)
    if found.state not in ALLOWED[action]:
        raise Refused(f"an order in {found.state} cannot {action}")
    wanted = _state(body)
    if action in ("cancel", "return"):
        _check_whole(found, body)
        paid_back = action == "return" or found.state == "delivered"
        order_life.end(world, found, wanted or ("refunded" if paid_back else "cancelled"))
    elif action == "ship":
        order_life.ship(world, found, str(body.get("shipping_code") or f"CGK{found.number:010d}"), found.courier)
    else:
        order_life.move(world, found, wanted or _next(found, action, body))
    return order_row(found)


def _next(found: Transaction, action: str, body: Mapping[str, Any]) -> str:
    """Received; a second time, or with `complete`, the seller has his money."""
    if action == "pay":
        return "paid"
    return "remitted" if found.state == "received" or body.get("complete") is True else "received"


def _check_whole(found: Transaction, body: Mapping[str, Any]) -> None:
    """`lines`, where given, must name everything."""
    rows = body.get("lines")
    if rows is None:
        return
    named: dict[int | None, int] = {}
    for row in rows:
        number = ids.decode(row.get("seller_sku"))
        named[number] = named.get(number, 0) + int(row.get("quantity", 1))
    if named != {line.product.number: line.quantity for line in found.lines}:
        raise Refused("Bukalapak cancels and returns a transaction as a whole; leave lines out or name all of it")


def _state(body: Mapping[str, Any]) -> str:
    return str(body.get("state") or "")


def _number(body: Mapping[str, Any], name: str, default: int) -> int:
    number = ids.whole(body.get(name, default))
    if number is None:
        raise Refused(f"{name} must be a whole number", 400)
    return number


def order_row(found: Transaction) -> dict[str, Any]:
    """An order as the control plane shows it."""
    lines = [
        {
            "seller_sku": line.product.product_id,
            "quantity": line.quantity,
            "cancelled": line.cancelled,
            "returned": line.returned,
        }
        for line in found.lines
    ]
    head = {"id": str(found.number), "shop_id": found.seller.shown_id, "status": found.state, "lines": lines}
    return {**head, "transaction_id": found.shown_number}
