"""What a sale lowered is told to the other shops before anything else is done, under the same rules as every write."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import update

from bridge.connectors.base import Connector, Operation, Ports
from bridge.engine.context import Lane
from bridge.engine.drain import drain
from bridge.engine.hurry import urgent_shops
from bridge.engine.pull import CHUNK
from bridge.engine.reacting import LONGEST_S, PATIENCE, Reactor
from bridge.engine.rounds import pull_one, pull_round
from bridge.engine.runs import Report, ShopRun
from bridge.engine.sync import shops_of
from bridge.errors import ChannelUnavailable
from bridge.model import Hint, OpKind
from bridge.store.inbox import count_waiting, save_hints
from bridge.store.leases import holder_of
from bridge.store.tables import ListingSku, Merchant, Shop
from tests.engine.checks import Wrapped, add_shop
from tests.engine.scripted import scripted
from tests.engine.world import World

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # where the database makes no difference
FIRST, SECOND = "M01P001", "M01P002"
EVENTS = count()


@pytest.fixture
def other(world: World) -> World:
    """The second shop of the world's merchant; both show ten pieces of two products."""
    for name in ("Keripik Pisang", "Keripik Tempe"):
        world.add_product(name, stock=10)
    found = add_shop(world, "2")
    assert world.sync().code == 0
    world.advance(60)
    world.sync()
    return found


def sell(world: World, pieces: int = 3) -> None:
    """A buyer buys on the first shop, and its marketplace says so."""
    order = world.market.buy("1", {FIRST: pieces})
    hint = Hint("1", f"event-{next(EVENTS)}", (order,))
    with world.engine.store.write() as session:
        assert save_hints(session, "memory", [hint], world.engine.clock()) == 1


def react(world: World) -> Report:
    report = Reactor().react(world.engine)
    assert report is not None
    return report


def stock(world: World) -> dict[str, int]:
    return {code: pieces for row in world.shown().values() for code, (_, pieces) in row.items()}


def test_the_other_shop_is_told_before_the_one_that_sold_is_looked_at(world: World, other: World) -> None:
    holders: list[list[bool]] = []

    def look(_operations: Sequence[Operation]) -> None:
        with world.engine.store.read() as session:
            holders.append([holder_of(session, f"shop/{key}") is not None for key in (1, 2)])

    script = scripted(world, submit=[look])
    sell(world)
    report = react(world)
    assert holders == [[False, True]]
    assert [[each.kind for each in call] for call in script.sent] == [[OpKind.STOCK]]
    assert (report.code, report.summary()["reads"], report.summary()["stock"]) == (0, 0, 1)
    assert stock(other) == {FIRST: 7, SECOND: 10}
    assert urgent_shops(world.engine, shops_of(world.engine)) == set(), "and nothing is left to do"
    assert [row.run_id for row in world.operations()[-1:]] == [report.run_id]


@pytest.mark.parametrize("label", ["record:before-commit", "claim:before-commit", "claim:after-commit", "http:sent"])
def test_a_crash_on_the_way_loses_no_figure(world: World, other: World, label: str) -> None:
    """Before the commit nothing was written down; after it the figure is in the journal."""

    def die(reached: str) -> None:
        if reached == label:
            raise KeyboardInterrupt

    def die_sending(_operations: Sequence[Operation]) -> None:
        raise KeyboardInterrupt

    if label == "http:sent":
        scripted(world, submit=[die_sending])
    sell(world)
    with pytest.raises(KeyboardInterrupt):
        Reactor().react(replace(world.engine, reach=die))
    world.engine.stopping.clear()
    world.forget_leases()
    world.advance(60)
    assert world.sync().code == 0
    assert (stock(other)[FIRST], world.balance(FIRST).held) == (7, 3)
    assert {row.state for row in world.operations()} == {"done"}


def test_what_another_run_holds_is_written_down_for_it(world: World, other: World) -> None:
    holder = Lane(engine=world.engine, shop=shops_of(world.engine, [2])[0])
    assert holder.enter()
    sell(world)
    assert react(world).code == 7
    assert stock(other)[FIRST] == 10
    assert [row.kind for row in world.operations("pending")] == ["stock"]
    drain(holder, float("inf"))
    holder.leave()
    assert stock(other)[FIRST] == 7


@SQLITE
def test_the_round_that_fetches_orders_sends_what_it_was_handed(world: World, other: World) -> None:
    engine = world.engine
    codes = []

    def sold_meanwhile(label: str) -> None:
        with engine.store.read() as session:
            at_the_second = holder_of(session, "shop/2") is not None
        if label == "pull:after-window" and at_the_second and not codes:
            sell(world)
            codes.append(react(world).code)

    rounds = pull_round(replace(engine, reach=sold_meanwhile))
    assert (codes, [run.code for run in rounds]) == ([7], [0, 0])
    assert [run.lane.count.writes for run in rounds if run.lane is not None] == [0, 1]
    assert stock(other)[FIRST] == 7


@SQLITE
def test_a_long_pull_sends_between_its_pieces_what_it_was_handed(world: World, other: World) -> None:
    """After a night without a network the pull takes minutes; a sale on another shop does not wait for its end."""
    engine = world.engine
    figures: list[int] = []

    def sold_meanwhile(label: str) -> None:
        if label == "pull:after-commit" and not figures:
            figures.append(stock(other)[FIRST])
            sell(world)
            assert react(world).code == 7
        elif label == "pull:after-window" and len(figures) == 1:
            figures.append(stock(other)[FIRST])

    for _ in range(CHUNK + 1):
        other.market.move(other.market.buy("2", {SECOND: 1}), "cancel")
    run = ShopRun(shop=shops_of(engine, [2])[0])
    pull_one(replace(engine, reach=sold_meanwhile), run)
    assert (run.code, figures) == (0, [10, 7])


@SQLITE
def test_a_guard_holds_what_it_held_before(world: World, other: World) -> None:
    engine = world.engine
    engine.settings.guard_minimum, engine.settings.guard_share = 1, 0.0
    with engine.store.write() as session:
        session.execute(update(Shop).values(buffer=50))  # a rule, not the ledger, takes everything off
        session.execute(update(ListingSku).values(stock_dirty=True))
    sell(world)
    react(world)
    assert stock(other) == {FIRST: 0, SECOND: 10}, "only the figure above what is there"


@SQLITE
def test_where_edits_by_hand_count_a_reading_comes_first(world: World, other: World) -> None:
    world.engine.settings.drift_stock = "ask"
    listing = next(row["id"] for row in other.market.state("2")["listing"] if FIRST in str(row))
    other.market.edit(listing, stock=4)
    sell(world)
    react(world)
    assert stock(other)[FIRST] == 4


@SQLITE
def test_a_late_hint_is_followed_beside_the_fresh_ones(world: World, other: World) -> None:
    now = [0.0]
    reactor = Reactor(ticks=lambda: now[0])
    sell(world)
    assert reactor.react(world.engine) is not None
    order = world.market.state("1")["order"][0]["id"]
    with world.engine.store.write() as session:
        save_hints(session, "memory", [Hint("1", "again", (order,))], world.engine.clock())
    assert reactor.react(world.engine) is None, "it was read just now"
    world.market.move(order, "cancel")
    now[0] += 6
    world.advance(6)
    assert reactor.react(world.engine) is None, "and is no fresh hint any more"
    assert reactor.catch_up(world.engine), "the cancellation is found"
    with world.engine.store.read() as session:
        assert count_waiting(session) == 0
    report = reactor.react(world.engine)
    assert report is not None
    assert report.summary()["reads"] == 0, "it was read just now"
    assert stock(other)[FIRST] == 10
    assert not reactor.catch_up(world.engine)


def test_what_is_divided_without_overselling_passes_the_gate(world: World, other: World) -> None:
    """Ten pieces in two parts: of three that were sold the other shop may give up one, by way of 0."""
    with world.engine.store.write() as session:
        session.execute(update(Merchant).values(stock_rule={"mode": "partitioned"}))
        session.execute(update(ListingSku).values(stock_dirty=True))
    for _ in range(4):
        world.advance(60)
        world.sync()
    assert stock(other)[FIRST] == 5
    sell(world)
    react(world)
    promised = sum(row.may_sell for row in world.rows(ListingSku) if row.sku_id == world.tie(FIRST).sku_id)
    assert promised <= 7, "no more than is there"


@SQLITE
def test_a_shop_whose_marketplace_is_silent_keeps_no_other_waiting(world: World, other: World) -> None:
    """It is tried, and once more a moment later; until it has rested the others are told without it."""
    third, now = add_shop(world, "3"), [0.0]
    world.sync()
    reactor, mute = Reactor(ticks=lambda: now[0]), {row["id"] for row in other.market.state("2")["listing"]}
    tries: list[str] = []

    def silent(operations: Sequence[Operation]) -> None:
        tries.extend(each.remote_id for each in operations if each.remote_id in mute)
        if any(each.remote_id in mute for each in operations):
            raise ChannelUnavailable("silent")

    script = scripted(world, submit=[silent] * 9)
    for left in (7, 4):
        sell(world)
        assert reactor.react(world.engine) is not None
        assert (stock(third)[FIRST], stock(other)[FIRST], len(tries)) == (left, 10, 2), "at the first sale alone"
    script.submit.clear()
    now[0] = LONGEST_S
    world.advance(600)
    assert reactor.react(world.engine) is not None
    assert stock(other)[FIRST] == 4


@SQLITE
def test_what_is_sent_at_once_has_little_patience_with_reads(world: World, other: World) -> None:
    opened: list[timedelta | None] = []

    class Impatient(Wrapped):
        def open(self, remote_shop_id: str, settings: Mapping[str, str], ports: Ports) -> Connector:
            opened.append(ports.patience)
            return super().open(remote_shop_id, settings, ports)

    world.engine.plugins["memory"] = Impatient(lambda inner: inner)
    sell(world)
    react(world)
    assert set(opened) == {PATIENCE}
    opened.clear()
    world.sync()
    assert set(opened) == {None}
