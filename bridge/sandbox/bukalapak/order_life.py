"""How a transaction moves on, whoever moves it: buyer, seller or courier."""

from bridge.sandbox.bukalapak.state import World
from bridge.sandbox.bukalapak.values import TO_SHIP, UNPAID, Transaction

PAY_S, DELIVER_S = 12 * 3600, 4 * 86_400


def move(world: World, found: Transaction, state: str) -> None:
    """Sets a state and remembers when."""
    now = world.clock.real()
    with world.moving(found):
        found.state, found.updated_at = state, now
        found.changes[f"{state}_at"] = now


def ship(world: World, found: Transaction, code: str, service: str) -> None:
    found.shipping_id = world.next_id("shipping")
    found.shipping_code, found.shipping_service = code, service
    world.shipments[found.shipping_id] = found
    move(world, found, "delivered")


def end(world: World, found: Transaction, state: str, reason: str | None = None) -> None:
    """Without a sale. A transaction ends as a whole; what had not left comes back to the products."""
    left = found.state not in (*UNPAID, *TO_SHIP)
    for line in found.lines:
        line.returned, line.cancelled = (line.quantity, 0) if left else (0, line.quantity)
        if not left and world.options.restock and not line.product.removed:
            with world.changing(line.product):
                line.product.stock += line.quantity
    found.reject_reason = reason
    move(world, found, state)


def deliver_before(found: Transaction) -> float:
    return found.changes.get("paid_at", found.created_at) + DELIVER_S
