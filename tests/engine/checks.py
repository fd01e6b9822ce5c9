"""What must hold after every run, whatever happened in it; and a clock of the test's own."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.connectors import registry
from bridge.connectors.base import Connector, Ports
from bridge.engine.connecting import store_app, store_grants
from bridge.model import Grant
from bridge.planning.ledger import Count, Movement, sum_ledger
from bridge.store.ledger import history
from bridge.store.tables import Balance, ListingSku, OperationRow, OperationSku, OrderLine, Product, Shop, Sku
from bridge.store.tables import Order as OrderRow
from tests.engine.world import World

HORIZON_S = 700  # past it no lost write can land any more


class Ticker:
    """A clock that stands still but for a thousandth at each look, and goes when it is told to."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def own_clock(world: World) -> Ticker:
    """One clock for marketplace and engine, so that orders bought later are later."""
    ticker = Ticker(world.engine.clock())
    world.market.clock = world.engine.clock = ticker.now
    world.engine.sleep = ticker.advance
    return ticker


class Wrapped:
    """A plugin whose connectors are wrapped by a test."""

    def __init__(self, wrap: Callable[[Connector], Connector], name: str = "memory") -> None:
        self.inner, self.wrap = registry.plugin(name), wrap
        self.name, self.real_host = self.inner.name, self.inner.real_host

    def open(self, shop: str, settings: dict[str, str], ports: Ports) -> Connector:
        return self.wrap(self.inner.open(shop, settings, ports))


def add_shop(world: World, remote_id: str) -> World:
    """Another shop of the same merchant on the same marketplace, seen through a world of its own."""
    plugin: Any = registry.plugin("memory")
    settings = {"base_url": "memory", "shape": "steps", "world": str(world.engine.settings.home)}
    assert plugin.market(settings) is world.market
    app = store_app(world.engine, "memory", "app", "secret", settings)
    grant = Grant(world.market.new_token(remote_id), f"refresh-{remote_id}", None, None, None, (remote_id,))
    store_grants(world.engine, "memory", "Toko Uji", app, [grant])
    return World(world.engine, world.market, remote_id)


def wanted(world: World) -> dict[str, dict[str, tuple[int | None, int]]]:
    """What a single shop of all products should show, worked out from the catalog alone."""
    balances = {row.sku_id: row for row in world.rows(Balance)}
    skus = [sku for sku in world.rows(Sku) if not sku.retired]
    shown: dict[str, dict[str, tuple[int | None, int]]] = {}
    for product in world.rows(Product):
        shown[product.name] = {
            sku.code: (sku.price_idr, max(0, balances[sku.id].on_hand - balances[sku.id].held))
            for sku in skus
            if sku.product_id == product.id
        }
    return shown


def assert_ledger(world: World) -> None:
    """Every balance is the sum of its ledger from zero, and every order that the shop has is booked as it is."""
    with world.engine.store.read() as session:
        for balance in session.execute(select(Balance)).scalars():
            counts, entries = history(session, balance.sku_id)
            summed = sum_ledger(
                [Movement(entry.on_hand, entry.held, entry.moved_at) for entry in entries],
                [Count(count.quantity, count.counted_at, count.held_then) for count in counts],
            )
            assert (balance.on_hand, balance.held) == (summed.on_hand, summed.held)


def assert_quiet(world: World, shops: Sequence[World] = ()) -> None:
    """Nothing is under way, the marketplace shows what it should, and the next run writes nothing."""
    assert {row.state for row in world.operations()} <= {"done", "dropped", "rejected"}
    for shop in shops or (world,):
        assert shop.shown() == wanted(world)
    assert_ledger(world)
    assert_bound(world)
    report = world.sync()
    assert (report.code, report.summary()["writes"]) == (0, 0)


def assert_bound(world: World, label: str = "") -> None:
    """`may_sell` of every figure is at least what its channel can still sell without our knowing."""
    before_sending = label in ("claim:after-commit", "http:before-send")
    with world.engine.store.read() as session:
        shops = {shop.id: shop.remote_shop_id for shop in session.execute(select(Shop)).scalars()}
        query = select(ListingSku, col(Sku.code)).join(Sku, col(Sku.id) == col(ListingSku.sku_id))
        ties = [(row[0], row[1]) for row in session.execute(query)]
        flying = in_flight(session) if before_sending else {}
        booked = booked_lines(session)
    for tie, code in ties:
        state = world.market.state(shops[tie.shop_id])
        skus = [sku for row in state["listing"] for sku in row["skus"] if sku["seller_sku"] == code]
        bound = sum(sum(sku["stock"].values()) for sku in skus) + flying.get(tie.id, 0)
        for order in state["order"]:
            for line in (line for line in order["lines"] if line["seller_sku"] == code):
                ordered, gone = booked.get((tie.shop_id, order["id"], code), (0, 0))
                bound += (line["ordered"] - ordered) - (line["cancelled"] + line["recalled"] - gone)
        assert tie.may_sell is None or bound <= tie.may_sell, (label, code, bound, tie.may_sell)


def in_flight(session: Session) -> dict[int, int]:
    """Figures of operations that were claimed; before the call they are not on the channel yet."""
    query = (
        select(col(OperationSku.listing_sku_id), col(OperationSku.open_stock))
        .join(OperationRow, col(OperationRow.id) == col(OperationSku.operation_id))
        .where(col(OperationRow.state) == "inflight", col(OperationRow.ticket) == "")
        .where(col(OperationRow.kind) == "stock", col(OperationSku.open_stock).is_not(None))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def booked_lines(session: Session) -> dict[tuple[int, str, str | None], tuple[int, int]]:
    """What we know of the orders: units ordered, and units whose cancellation was seen."""
    query = select(OrderRow, OrderLine).join(OrderLine, col(OrderLine.order_id) == col(OrderRow.id))
    return {
        (order.shop_id, order.remote_order_id, line.seller_sku): (line.ordered, line.cancelled + line.recalled)
        for order, line in session.execute(query)
        if line.parked is None
    }
