"""Whole runs: what goes first, what is held, what goes on without the rest, and what costs nothing."""

import time
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bridge.connectors.base import Operation, Outcome, Verdict
from bridge.engine.sync import plan_shops, shops_of
from bridge.errors import ShopBlocked
from bridge.model import OpKind
from bridge.store.catalog import touch_product
from bridge.store.tables import Listing, Product, Run, Shop
from tests.engine.checks import add_shop, assert_bound, assert_quiet, own_clock
from tests.engine.scripted import all_are, fails, plan_and_record, scripted
from tests.engine.world import RULES, World

NAMES = tuple(f"Keripik {word}" for word in ("Pisang", "Tempe", "Ubi", "Bayam", "Singkong", "Talas", "Kentang"))


def change(world: World, product_id: int, **values: object) -> None:
    """The office changes a product."""
    with world.engine.store.write() as session:
        product = session.get_one(Product, product_id)
        for name, value in values.items():
            setattr(product, name, value)
        touch_product(session, product, world.engine.clock())


# --- what goes first --------------------------------------------------------------------------------------------------


def test_a_stock_write_is_not_behind_creates(world: World) -> None:
    own_clock(world)
    world.add_product(NAMES[0])
    world.sync()
    for name in NAMES[1:4]:
        world.add_product(name)

    def sale(operations: Sequence[Operation]) -> None:
        """While the first create is under way, another process writes a new figure down."""
        world.count("M01P001", 2)
        plan_and_record(world)

    script = scripted(world, submit=[sale])
    world.sync()
    kinds = [call[0].kind for call in script.sent]
    assert kinds == [OpKind.CREATE, OpKind.STOCK, OpKind.CREATE, OpKind.CREATE]


def test_lanes_go_from_hiding_to_creating(world: World) -> None:
    own_clock(world)
    first, second, third = (world.add_product(name) for name in NAMES[:3])
    world.sync()
    world.advance_clock(5)
    world.add_product(NAMES[3])
    change(world, first, description="Keripik dengan bumbu baru.")
    world.set_price(second, 16000)
    change(world, third, publishable=False, reasons=["E_PROHIBITED"])
    world.count("M01P002", 3)
    script = scripted(world)
    world.sync()
    kinds = [operation.kind for call in script.sent for operation in call]
    assert kinds == [OpKind.VISIBILITY, OpKind.STOCK, OpKind.PRICE, OpKind.CONTENT, OpKind.CREATE]


def test_what_is_held_up_by_another_operation_does_not_keep_a_run_spinning(world: World) -> None:
    own_clock(world)
    product = world.add_product(NAMES[0])
    world.sync()

    def newer(operations: Sequence[Operation]) -> list[Outcome]:
        world.set_price(product, 18000)
        plan_and_record(world)
        return list(all_are(Verdict.ACCEPTED, ticket="q", retry_after=timedelta(hours=1))(operations) or ())

    script = scripted(world, submit=[newer], poll=[all_are(Verdict.DONE)])
    world.set_price(product, 17000)
    begun = time.monotonic()
    assert world.sync(budget_s=30).code == 0
    assert time.monotonic() - begun < 15
    assert [row.state for row in world.operations()] == ["done", "accepted", "pending"]
    world.advance_clock(3601)
    world.sync()
    assert len(script.sent) == 2
    assert world.shown()[NAMES[0]]["M01P001"][0] == 18000


# --- several shops ----------------------------------------------------------------------------------------------------


def test_one_sku_on_two_shops_follows_the_sales_of_both(world: World) -> None:
    own_clock(world)
    world.add_product(NAMES[0])
    other = add_shop(world, "2")
    world.sync()
    assert (world.shown(), other.shown()) == ({NAMES[0]: {"M01P001": (15000, 10)}},) * 2
    world.advance_clock(5)
    world.market.buy("1", {"M01P001": 4})
    world.advance_clock(5)
    assert world.sync().summary()["stock"] == 1
    assert other.shown()[NAMES[0]]["M01P001"][1] == 6
    assert_bound(world)
    world.advance_clock(5)
    world.sync()
    world.advance_clock(5)
    assert_quiet(world, [world, other])


def test_a_shop_that_needs_its_owner_does_not_hold_up_the_others(world: World) -> None:
    own_clock(world)
    add_shop(world, "2")
    world.add_product(NAMES[0])
    with world.engine.store.write() as session:
        session.get_one(Shop, 1).state = "auth"
    report = world.sync()
    assert [run.code for run in report.runs] == [5, 0]
    assert (report.code, report.summary()["created"]) == (5, 1)
    assert "connect" in report.runs[0].told[0].template


def test_a_blocked_shop_goes_on_when_the_channel_lets_it(world: World) -> None:
    own_clock(world)
    world.add_product(NAMES[0])
    scripted(world, submit=[fails(ShopBlocked("on holiday"))])
    assert world.sync().code == 5
    assert world.rows(Shop)[0].state == "blocked"
    assert world.sync().summary()["created"] == 1
    assert world.rows(Shop)[0].state == "ok"


def test_a_closed_channel_costs_one_sentence(world: World) -> None:
    world.add_product(NAMES[0])
    scripted(world, changes={"closed_on": date(2025, 2, 9)})
    for report in (world.sync(), plan_shops(world.engine, shops_of(world.engine))):
        summary = report.summary()
        assert (report.code, summary["reads"], summary["writes"]) == (0, 0, 0)
        assert [told.template for told in report.runs[0].told] == [
            "{shop}: this marketplace closed on {day}; nothing is sent."
        ]
    assert world.operations() == []


def test_blocked_kinds_wait_and_the_others_go_on(world: World) -> None:
    own_clock(world)
    product = world.add_product(NAMES[0])
    world.sync()
    world.advance_clock(5)
    block(world, {"price": "a campaign is running"})
    world.set_price(product, 16000)
    world.count("M01P001", 3)
    begun = time.monotonic()
    assert world.sync().code == 0
    assert world.shown()[NAMES[0]]["M01P001"] == (15000, 3)
    block(world, {})
    world.advance_clock(5)
    assert world.sync().summary()["price"] == 1
    assert time.monotonic() - begun < 60


def test_a_kind_that_is_blocked_after_it_was_recorded_waits_without_spinning(world: World) -> None:
    own_clock(world)
    product = world.add_product(NAMES[0])
    world.sync()
    world.set_price(product, 16000)
    plan_and_record(world)
    block(world, {"price": "a campaign is running"})
    assert world.sync(budget_s=20).summary()["writes"] == 0
    assert [row.state for row in world.operations("pending")] == ["pending"]
    block(world, {})
    assert world.sync().summary()["price"] == 1


def block(world: World, kinds: dict[str, str]) -> None:
    with world.engine.store.write() as session:
        session.get_one(Shop, 1).blocked = kinds


# --- mapping again ----------------------------------------------------------------------------------------------------


def test_a_schema_is_read_once(world: World) -> None:
    world.add_product(NAMES[0])
    world.sync()
    world.add_product(NAMES[1])
    report = world.sync()
    assert report.summary()["created"] == 1
    assert report.runs[0].lane is not None
    assert report.runs[0].lane.count.schema == 0


def test_changed_rules_map_again_and_write_only_what_differs(world: World) -> None:
    own_clock(world)
    for name in NAMES[:2]:
        world.add_product(name)
    world.sync()
    file = world.engine.settings.home / "config" / "mapping" / "memory.toml"
    file.write_text("# a remark\n" + RULES, encoding="utf-8")
    assert world.sync().summary()["writes"] == 0
    file.write_text(RULES.replace("6 bulan", "3 bulan"), encoding="utf-8")
    summary = world.sync().summary()
    assert (summary["content"], summary["writes"]) == (2, 2)
    assert world.sync().summary()["writes"] == 0


def test_a_licence_that_ends_by_time_takes_the_listing_off(world: World) -> None:
    own_clock(world)
    product = world.add_product(NAMES[0])
    change(world, product, valid_until=world.engine.clock() + timedelta(hours=2))
    world.sync()
    assert world.market.state("1")["listing"][0]["visible"]
    world.advance_clock(3 * 3600)
    assert world.sync().summary()["visibility"] == 1
    assert not world.market.state("1")["listing"][0]["visible"]
    assert world.sync().summary()["writes"] == 0
    change(world, product, valid_until=world.engine.clock() + timedelta(days=365))
    assert world.sync().summary()["visibility"] == 1
    assert world.market.state("1")["listing"][0]["visible"]
    assert world.rows(Listing)[0].parked is None


def test_a_category_that_the_channel_does_not_take_parks_the_listing(world: World) -> None:
    product = world.add_product(NAMES[0])
    change(world, product, categories={"memory": "999"})
    report = world.sync()
    assert report.summary()["writes"] == 0
    assert report.runs[0].plan is not None
    assert [problem.code for row in report.runs[0].plan.parked for problem in row.problems] == ["M_CATEGORY_REFUSED"]


# --- the guard --------------------------------------------------------------------------------------------------------


@pytest.fixture
def seven(world: World) -> World:
    """A shop with seven live listings; six of one kind trip the guard."""
    own_clock(world)
    for name in NAMES:
        world.add_product(name)
    world.sync()
    world.advance_clock(5)
    world.sync()
    return world


def test_many_price_cuts_are_held_until_somebody_confirms_just_these(seven: World) -> None:
    before = len(seven.operations())
    for product in seven.products()[:6]:
        seven.set_price(product.id, 100)
    report = seven.sync()
    assert (report.code, report.confirm is not None) == (6, True)
    assert [(trip.what, trip.count, trip.total) for trip in report.runs[0].trips] == [("price_cut", 6, 7)]
    assert len(seven.operations()) == before
    assert seven.rows(Run)[-1].state == "guarded"
    assert seven.sync(confirm="00000000").code == 6
    first = report.confirm
    seven.set_price(seven.products()[0].id, 200)
    changed = seven.sync(confirm=first)
    assert (changed.code, changed.confirm != first) == (6, True)
    assert seven.sync(confirm=changed.confirm).summary()["price"] == 6
    seven.advance_clock(5)
    assert_quiet(seven)


def test_many_listings_are_not_taken_off_unasked(seven: World) -> None:
    for product in seven.products()[:6]:
        change(seven, product.id, publishable=False, reasons=["E_PROHIBITED"])
    report = seven.sync()
    assert [(trip.what, trip.count) for trip in report.runs[0].trips] == [("hide", 6)]
    assert seven.sync(confirm=report.confirm).summary()["visibility"] == 6
    assert [row["visible"] for row in seven.market.state("1")["listing"]].count(True) == 1


def test_a_guard_holds_every_shop_of_the_run_but_for_stock_that_is_gone(seven: World) -> None:
    other = add_shop(seven, "2")
    seven.sync()
    for product in seven.products()[:6]:
        seven.set_price(product.id, 100)
    seven.count("M01P007", 3)
    before = len(seven.operations())
    report = seven.sync()
    assert [run.code for run in report.runs] == [6, 6]
    assert [row.kind for row in seven.operations()[before:]] == ["stock", "stock"]
    assert {shop.shown()[NAMES[6]]["M01P007"] for shop in (seven, other)} == {(15000, 3)}
    assert seven.sync(confirm=report.confirm).code == 0
    assert other.shown()[NAMES[0]]["M01P001"][0] == 100


def test_selling_out_is_not_held(seven: World) -> None:
    for number in range(1, 8):
        seven.count(f"M01P{number:03}", 0)
    assert seven.sync().summary()["stock"] == 7


# --- time and leases --------------------------------------------------------------------------------------------------


def test_a_time_budget_ends_a_run_and_the_next_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    own_clock(world)
    for name in NAMES[:4]:
        world.add_product(name)
    script = scripted(world)
    real = time.monotonic

    def late() -> float:
        """Two calls, and the hour is over."""
        return real() + (7200 if len(script.sent) >= 2 else 0)

    monkeypatch.setattr("bridge.engine.drain.time.monotonic", late)
    report = world.sync()
    monkeypatch.undo()
    assert report.summary()["created"] == 2
    assert [row.state for row in world.operations()].count("pending") == 2
    assert world.sync().summary()["created"] == 2
    world.advance_clock(5)
    assert_quiet(world)


def test_a_lease_that_is_lost_while_draining_stops_the_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    own_clock(world)
    real = time.monotonic
    slept: list[float] = []
    monkeypatch.setattr("bridge.engine.context.time.monotonic", lambda: real() + sum(slept))
    for name in NAMES[:4]:
        world.add_product(name)
    successors: list[int] = []

    def reach(label: str) -> None:
        if label == "claim:after-commit" and not successors:
            successors.append(0)
            slept.append(600)
            world.forget_leases()  # as if this process had slept for minutes
            engine = world.engine
            engine.reach = lambda _label: None
            successors[0] = world.sync().code

    world.engine.reach = reach
    report = world.sync()
    assert (report.code, successors) == (7, [0])
    assert sorted(world.shown()) == sorted(NAMES[:4])
    assert {row.state for row in world.operations()} == {"done"}
    world.advance_clock(5)
    assert_quiet(world)


def test_a_lease_that_is_lost_before_a_call_sends_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    own_clock(world)
    world.add_product(NAMES[0])
    real = time.monotonic
    slept: list[float] = []

    def reach(label: str) -> None:
        if label == "claim:after-commit" and not slept:
            slept.append(600)
            world.forget_leases()
            from bridge.store.leases import take_lease

            take_lease(world.engine.store, "shop/1", "somebody else", timedelta(seconds=1))

    monkeypatch.setattr("bridge.engine.context.time.monotonic", lambda: real() + sum(slept))
    world.engine.reach = reach
    assert world.sync().code == 7
    assert world.shown() == {}
    world.forget_leases()
    assert world.sync().code == 0
    assert list(world.shown()) == [NAMES[0]]
