"""Orders coming in: windows, cursors, passes that are repeated, and what is read by id."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bridge.connectors.base import Connector
from bridge.engine.booking import book_orders
from bridge.engine.context import Lane
from bridge.engine.pull import pull_orders, save, walked_until, windows
from bridge.engine.sync import shops_of
from bridge.errors import OutcomeUnknown
from bridge.model import RemoteLine, RemoteOrder, Window
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.orders import read_buyer
from bridge.store.tables import Buyer, Cursor, Order, OrderLine, StockEntry
from tests.engine.checks import Wrapped, assert_ledger, assert_quiet, own_clock
from tests.engine.scripted import lane_of, scripted
from tests.engine.world import World, build_world

DAY = 86_400
Wanted = Window | Sequence[str]


class Reading:
    """A connector whose order reads are a test's: `read` gets the real one and what is wanted."""

    def __init__(self, inner: Connector, read: Any) -> None:
        self._inner, self._read = inner, read

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def orders(self, wanted: Wanted) -> Iterator[RemoteOrder | Window]:
        yield from self._read(self._inner.orders, wanted)


def reads(world: World, read: Any) -> list[Wanted]:
    """The orders of all shops are read this way from now on; gives what was asked."""
    asked: list[Wanted] = []

    def told(real: Any, wanted: Wanted) -> Iterator[RemoteOrder | Window]:
        asked.append(wanted)
        yield from read(real, wanted)

    world.engine.plugins["memory"] = Wrapped(lambda inner: Reading(inner, told))
    return asked


def honest(real: Any, wanted: Wanted) -> Iterator[RemoteOrder | Window]:
    yield from real(wanted)


@pytest.fixture
def shop(world: World) -> World:
    """A live listing whose write is covered, and a clock."""
    own_clock(world)
    world.add_product("Keripik Pisang")
    world.sync()
    world.advance_clock(5)
    world.sync()
    world.advance_clock(5)
    return world


def cursor(world: World) -> datetime:
    at: datetime = world.rows(Cursor)[0].at
    return at


def kinds(world: World) -> list[str]:
    return [entry.kind for entry in world.rows(StockEntry)]


def test_missed_nights_are_read_in_windows_that_the_channel_takes(store: Store, cipher: Cipher, tmp_path: Path) -> None:
    world = build_world(store, cipher, tmp_path / "home", shape="narrow")
    own_clock(world)
    world.add_product("Keripik Pisang")
    world.sync()
    for _ in range(4):
        world.advance_clock(10 * DAY)
        world.market.buy("1", {"M01P001": 1})
    world.advance_clock(60)
    asked = reads(world, honest)
    assert world.sync().summary()["orders_new"] == 4
    spans = [wanted for wanted in asked if isinstance(wanted, Window)]
    assert [wanted.until is None for wanted in spans] == [False, False, True]
    assert all(before.until == after.since for before, after in pairwise(spans))
    assert world.balance("M01P001").held == 4
    world.advance_clock(5)
    assert_quiet(world)


def test_a_catch_up_that_breaks_off_goes_on_where_it_was(store: Store, cipher: Cipher, tmp_path: Path) -> None:
    world = build_world(store, cipher, tmp_path / "home", shape="narrow")
    own_clock(world)
    world.add_product("Keripik Pisang")
    world.sync()
    began = cursor(world)
    for _ in range(3):
        world.advance_clock(10 * DAY)
        world.market.buy("1", {"M01P001": 1})
    calls = 0

    def second_fails(real: Any, wanted: Wanted) -> Iterator[RemoteOrder | Window]:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OutcomeUnknown("no answer")
        yield from real(wanted)

    reads(world, second_fails)
    assert world.sync().code == 4
    assert cursor(world) > began + timedelta(days=14)
    asked = reads(world, honest)
    world.sync()
    assert isinstance(asked[0], Window)
    assert asked[0].since > began + timedelta(days=13)
    assert world.balance("M01P001").held == 3
    assert_ledger(world)


def test_silence_is_not_a_complete_pull(shop: World) -> None:
    """A channel that leaves out orders and does not say that it told all moves no cursor and covers no write."""
    before = cursor(shop)
    shop.count("M01P001", 6)
    shop.sync()
    covered = cursor(shop)
    shop.market.buy("1", {"M01P001": 2})
    shop.advance_clock(5)
    reads(shop, lambda _real, _wanted: iter(()))
    shop.sync()
    assert (cursor(shop), shop.tie("M01P001").cover) == (covered, "settled")
    assert covered > before
    reads(shop, honest)
    assert (
        shop.sync().summary()["stock"] == 1
    )  # whether the order came before the write is not known: one more write tells
    assert shop.balance("M01P001").held == 2
    shop.advance_clock(5)
    shop.sync()
    assert (shop.tie("M01P001").cover, shop.tie("M01P001").may_sell) == ("covered", 4)


def test_a_gap_in_the_pieces_of_a_window_keeps_the_cursor(shop: World) -> None:
    before = cursor(shop)

    def later_half(real: Any, wanted: Wanted) -> Iterator[RemoteOrder | Window]:
        assert isinstance(wanted, Window)
        yield Window(wanted.since + timedelta(minutes=1), None)

    reads(shop, later_half)
    shop.sync()
    assert cursor(shop) == before


def test_pieces_of_a_window_may_come_in_any_order(shop: World) -> None:
    before = cursor(shop)

    def pieces(real: Any, wanted: Wanted) -> Iterator[RemoteOrder | Window]:
        assert isinstance(wanted, Window)
        middle = wanted.since + timedelta(minutes=1)
        yield from (row for row in real(wanted) if isinstance(row, RemoteOrder))
        yield Window(middle, None)
        yield Window(wanted.since, middle)

    reads(shop, pieces)
    shop.market.buy("1", {"M01P001": 1})
    shop.advance_clock(5)
    shop.sync()
    assert cursor(shop) > before
    assert shop.balance("M01P001").held == 1


def test_windows_and_their_pieces() -> None:
    start = datetime.fromisoformat("2026-11-01T00:00:00+00:00")
    hours = [start + timedelta(hours=number) for number in range(6)]
    assert walked_until(hours[0], []) == hours[0]
    assert walked_until(hours[0], [Window(hours[1], hours[2])]) == hours[0]
    assert walked_until(hours[0], [Window(hours[1], hours[4]), Window(hours[0], hours[1])]) == hours[4]
    assert walked_until(hours[0], [Window(hours[0], hours[3]), Window(hours[1], hours[2])]) == hours[3]
    assert list(windows(hours[0], hours[5], None)) == [Window(hours[0], None)]
    long = list(windows(hours[0], hours[5], timedelta(hours=3)))
    assert [(each.since, each.until) for each in long] == [(hours[0], hours[2]), (hours[2], hours[4]), (hours[4], None)]


def test_an_order_that_changes_during_the_pass_repeats_it(shop: World) -> None:
    shop.count("M01P001", 6)
    shop.sync()
    shop.advance_clock(5)
    bought: list[str] = []

    def busy(real: Any, wanted: Wanted) -> Iterator[RemoteOrder | Window]:
        if not bought:
            bought.append(shop.market.buy("1", {"M01P001": 1}))
        yield from real(wanted)
        shop.advance_clock(2)

    asked = reads(shop, busy)
    shop.sync()
    assert len(asked) == 2
    assert shop.balance("M01P001").held == 1
    shop.advance_clock(5)
    assert_quiet(shop)
    assert (shop.tie("M01P001").cover, shop.tie("M01P001").may_sell) == ("covered", 5)


def test_a_shop_that_changes_all_the_time_is_covered_by_a_later_pull(shop: World) -> None:
    shop.count("M01P001", 9)
    shop.sync()
    shop.advance_clock(5)

    def busy(real: Any, wanted: Wanted) -> Iterator[RemoteOrder | Window]:
        shop.market.buy("1", {"M01P001": 1})
        yield from real(wanted)
        shop.advance_clock(2)

    before = cursor(shop)
    asked = reads(shop, busy)
    shop.sync()
    assert (len(asked), cursor(shop), shop.tie("M01P001").cover) == (5, before, "settled")
    assert shop.balance("M01P001").held == 5
    reads(shop, honest)
    for _ in range(2):
        shop.sync()
        shop.advance_clock(5)
    assert (shop.tie("M01P001").cover, shop.tie("M01P001").may_sell) == ("covered", 4)
    assert_ledger(shop)


def test_where_orders_are_listed_by_creation_open_ones_are_read_by_id(
    store: Store, cipher: Cipher, tmp_path: Path
) -> None:
    world = build_world(store, cipher, tmp_path / "home", shape="by-created")
    own_clock(world)
    world.add_product("Keripik Pisang")
    world.sync()
    world.advance_clock(5)
    first, second = (world.market.buy("1", {"M01P001": 2}) for _ in range(2))
    world.advance_clock(3600)
    world.sync()
    world.market.move(first, "cancel")
    world.market.move(second, "ship")
    world.advance_clock(3600)
    report = world.sync()
    assert report.summary()["orders_changed"] == 2
    assert (world.balance("M01P001").on_hand, world.balance("M01P001").held) == (8, 0)
    world.market.move(second, "deliver")
    world.advance_clock(3600)
    world.sync()
    assert [order.open for order in world.rows(Order)] == [False, False]
    asked = reads(world, honest)
    world.sync()
    assert [wanted for wanted in asked if not isinstance(wanted, Window)] == []
    third = world.market.buy("1", {"M01P001": 1})
    world.advance_clock(5)
    for by_id in ([], [], [[third]]):  # told by its window, by the overlap of the next one, and then too old for both
        world.sync()
        world.advance_clock(3600)
        assert [list(wanted) for wanted in asked if not isinstance(wanted, Window)] == by_id


def test_an_order_that_is_told_again_costs_nothing(shop: World) -> None:
    shop.market.buy("1", {"M01P001": 2})
    shop.advance_clock(5)
    shop.sync()
    before = (shop.tie("M01P001").may_sell, kinds(shop))
    for _ in range(2):
        assert shop.sync().summary()["orders_changed"] == 0
    assert (shop.tie("M01P001").may_sell, kinds(shop)) == before
    assert len(shop.rows(Buyer)) == 1


def test_a_parked_line_is_booked_once_its_listing_is_known(world: World) -> None:
    own_clock(world)
    world.market.add_listing("1", "Keripik Pisang lama", "M01P001", 15000, 9)
    order = world.market.buy("1", {"M01P001": 2})
    world.advance_clock(5)
    assert world.sync().summary()["parked"] == 1
    assert [line.line_key[:6] for line in world.rows(OrderLine)] == ["remote"]
    world.add_product("Keripik Pisang")
    world.sync()
    world.advance_clock(5)
    report = world.sync()
    assert report.summary()["parked"] == 0
    lines = world.rows(OrderLine)
    assert [(line.line_key.split("/")[0], line.ordered, line.parked) for line in lines] == [("listing_sku", 2, None)]
    assert kinds(world) == ["ordered"]
    assert world.balance("M01P001").held == 2
    world.market.move(order, "ship")
    world.advance_clock(5)
    world.sync()
    assert (world.balance("M01P001").on_hand, world.balance("M01P001").held) == (8, 0)
    assert_ledger(world)


def test_an_order_that_a_push_names_is_read_by_id_and_counts_once(shop: World) -> None:
    """What a webhook's hint leads to: a read of that order, before or after the pull that shows it too."""
    first, second = (shop.market.buy("1", {"M01P001": number}) for number in (1, 2))
    shop.advance_clock(5)
    read_by_id(shop, [second])
    assert shop.balance("M01P001").held == 2
    shop.sync()
    read_by_id(shop, [first, second, second])
    assert shop.balance("M01P001").held == 3
    shop.market.move(second, "cancel", {"M01P001": 1})
    read_by_id(shop, [second])
    shop.sync()
    assert (shop.balance("M01P001").held, kinds(shop).count("cancelled")) == (2, 1)
    assert_ledger(shop)


def read_by_id(world: World, ids: Sequence[str]) -> None:
    lane = lane_of(world)
    found = [order for order in lane.connector.orders(ids) if isinstance(order, RemoteOrder)]
    with world.engine.store.write() as session:
        book_orders(session, lane, found, world.engine.clock())


def test_a_cursor_that_a_wrong_clock_put_into_the_future_hides_no_order(shop: World) -> None:
    right = shop.engine.clock
    shop.engine.clock = lambda: right() + timedelta(days=2)
    pull_orders(lane_of(shop))
    assert cursor(shop) > right() + timedelta(days=1)
    shop.market.buy(shop.shop, {"M01P001": 2})
    pull_orders(lane_of(shop))
    assert shop.rows(Order) == [], "while the clock is wrong the channel is asked for orders of the future"
    shop.engine.clock = right
    shop.advance_clock(60)
    asked = reads(shop, honest)
    for _ in range(2):
        pull_orders(lane_of(shop))
        assert (len(shop.rows(Order)), shop.balance("M01P001").held) == (1, 2)
        assert cursor(shop) < right()
    lengths = [right() - window.since for window in asked if isinstance(window, Window)]
    assert lengths[0] > timedelta(days=13)
    assert lengths[-1] < timedelta(hours=1)


def test_a_channel_without_orders_is_not_asked(shop: World) -> None:
    scripted(shop, changes={"orders_by": None})
    before = cursor(shop)
    lane = lane_of(shop)
    pull_orders(lane)
    assert (cursor(shop), lane.count.reads) == (before, 0)


def test_the_life_of_an_order_in_the_ledger(shop: World) -> None:
    order = shop.market.buy("1", {"M01P001": 4})
    for action, lines, on_hand, held in (
        ("cancel", {"M01P001": 1}, 10, 3),
        ("ship", None, 7, 0),
        ("return", {"M01P001": 1}, 8, 0),
        ("cancel", {"M01P001": 1}, 8, 0),
    ):
        shop.market.move(order, action, lines)
        shop.advance_clock(5)
        shop.sync()
        balance = shop.balance("M01P001")
        assert (balance.on_hand, balance.held) == (on_hand, held), action
        assert_ledger(shop)
    assert kinds(shop) == ["ordered", "cancelled", "shipped", "returned", "recalled"]


def test_a_line_is_booked_however_late_its_product_becomes_known(world: World) -> None:
    own_clock(world)
    world.market.add_listing("1", "Keripik Pisang lama", "M01P001", 15000, 9)
    order = world.market.buy("1", {"M01P001": 2})
    world.advance_clock(5)
    assert world.sync().summary()["parked"] == 1
    for _ in range(2):
        world.advance_clock(2 * 24 * 3600)
        world.sync()
    world.add_product("Keripik Pisang")
    for _ in range(3):
        world.advance_clock(60)
        report = world.sync()
    assert report.summary()["parked"] == 0
    assert world.balance("M01P001").held == 2
    world.market.move(order, "ship")


def test_an_order_that_cannot_be_kept_keeps_no_other_from_being_booked(world: World) -> None:
    """Half of a sign in a title; what comes over the wire is without, but a connector may have other roads."""
    own_clock(world)
    world.add_product("Keripik Pisang", stock=10)
    world.sync()
    first, *_ = (world.market.buy("1", {"M01P001": pieces}) for pieces in (1, 2, 3))

    spoils = [True]

    def read(real: Any, wanted: Wanted) -> Iterator[RemoteOrder | Window]:
        for each in real(wanted):
            if spoils and isinstance(each, RemoteOrder) and each.remote_id == first:
                yield replace(each, lines=tuple(replace(line, title="\ud800") for line in each.lines))
            else:
                yield each

    reads(world, read)
    world.advance_clock(60)
    assert world.sync().code == 1
    assert world.balance("M01P001").held == 5
    spoils.clear()
    world.advance_clock(60)
    assert world.sync().code == 0
    assert world.balance("M01P001").held == 6


def test_an_order_of_thousands_of_millions_is_kept(world: World) -> None:
    world.add_product("Mesin", stock=10)
    world.sync()
    lane = Lane(engine=world.engine, shop=shops_of(world.engine)[0])
    now = world.engine.clock()
    line = RemoteLine(None, None, "M01P001", "Mesin", 2, price_idr=2_000_000_000)
    save(lane, [RemoteOrder("INV-1", "PAID", True, now, now, (line,), total_idr=4_000_000_000)], None)
    assert [(row.total_idr, row.digest != "") for row in world.rows(Order)] == [(4_000_000_000, True)]


def test_a_buyer_who_is_told_later_is_kept(world: World) -> None:
    world.add_product("Keripik Pisang", stock=10)
    world.sync()
    lane = Lane(engine=world.engine, shop=shops_of(world.engine)[0])
    now = world.engine.clock()
    told = RemoteOrder("INV-1", "PAID", True, now, now, (RemoteLine(None, None, "M01P001", "Keripik", 1),))
    for order in (told, replace(told, buyer={"name": "Siti"}), replace(told, buyer={"name": "another"})):
        save(lane, [order], None)
    with world.engine.store.read() as session:
        (row,) = session.exec(select(Order))
        assert read_buyer(session, world.engine.cipher, row) == {"name": "Siti"}
