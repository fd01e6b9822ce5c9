"""Several calls at a time, two runs at a time, and a run that is asked to end."""

import contextlib
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.connectors.base import Batch, Connector, Operation, Outcome, RemoteShop
from bridge.engine.context import Lane
from bridge.engine.enduring import every
from bridge.engine.plans import make_plan
from bridge.engine.record import record_plan
from bridge.engine.sync import plan_shops, shops_of
from bridge.errors import AuthExpired, Misconfigured
from bridge.model import OpKind
from bridge.settings import config_file
from bridge.store.tables import App, Run, Shop
from tests.engine.checks import Wrapped, add_shop, assert_bound, assert_quiet, own_clock
from tests.engine.scripted import Scripted, lane_of, scripted
from tests.engine.world import World

NAMES = tuple(f"Keripik {word}" for word in ("Pisang", "Tempe", "Ubi", "Bayam", "Singkong", "Talas"))
ONE_EACH = {"batch": {kind: Batch(kind.value) for kind in OpKind}, "concurrent_calls": 3}


class Crowd:
    """Counts how many calls are under way at once, and which targets they are about."""

    def __init__(self, meet: int) -> None:
        self.barrier = threading.Barrier(meet)
        self.lock = threading.Lock()
        self.now: list[str | None] = []
        self.most = 0

    def submit(self, inner: Connector, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """As the connector inside, once the others are here or it is clear that they do not come."""
        targets = [operation.remote_id for operation in operations]
        with self.lock:
            assert not set(targets) & (set(self.now) - {None}), "two calls about one listing"
            self.now += targets
            self.most = max(self.most, len(self.now))
        with contextlib.suppress(threading.BrokenBarrierError):
            self.barrier.wait(timeout=2)
        with self.lock:
            for target in targets:
                self.now.remove(target)
        return inner.submit(operations)


def crowded(world: World, crowd: Crowd, calls: int) -> None:
    """The world's shops take several calls at a time, one listing each."""

    class Together(Scripted):
        def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
            return crowd.submit(self._inner, operations)

    script = scripted(world, changes=ONE_EACH)
    world.engine.plugins["memory"] = Wrapped(lambda inner: Together(inner, script))
    world.engine.settings.parallel_calls = calls


# --- several calls ----------------------------------------------------------------------------------------------------


def test_as_many_calls_are_under_way_as_channel_and_office_allow(world: World) -> None:
    own_clock(world)
    for name in NAMES:
        world.add_product(name)
    crowd = Crowd(3)
    crowded(world, crowd, calls=4)
    assert world.sync().summary()["created"] == len(NAMES)
    assert crowd.most == 3
    assert {row.state for row in world.operations()} == {"done"}
    world.engine.plugins.clear()
    world.advance_clock(5)
    world.sync()
    world.advance_clock(5)
    assert_quiet(world)


def test_one_listing_is_never_in_two_calls(world: World) -> None:
    own_clock(world)
    products = [world.add_product(name) for name in NAMES[:2]]
    world.sync()
    world.advance_clock(5)
    for number, product in enumerate(products):
        world.set_price(product, 18000)
        world.count(f"M01P{number + 1:03}", 4)
    crowd = Crowd(4)  # never meets: two listings, two kinds each
    crowded(world, crowd, calls=4)
    summary = world.sync().summary()
    assert (summary["price"], summary["stock"], crowd.most) == (2, 2, 2)


def test_an_error_that_stops_the_shop_ends_the_other_callers_after_their_call(world: World) -> None:
    own_clock(world)
    for number in range(20):
        world.add_product(f"Keripik {number}")
    script = scripted(world, changes=ONE_EACH)
    world.engine.settings.parallel_calls = 3
    barrier = threading.Barrier(3)

    def first(operations: Sequence[Operation]) -> None:
        barrier.wait(timeout=5)
        raise AuthExpired("the seller took it back")

    def others(_operations: Sequence[Operation]) -> None:
        barrier.wait(timeout=5)

    def later(_operations: Sequence[Operation]) -> None:
        time.sleep(0.2)

    script.submit += [first, others, others, *[later] * 20]
    report = world.sync()
    assert report.code == 5
    states = [row.state for row in world.operations()]
    assert len(script.sent) < 15
    assert set(states) == {"done", "pending"}
    assert len(states) == 20


# --- two runs ---------------------------------------------------------------------------------------------------------


def test_a_second_run_hands_its_stock_to_the_one_that_holds_the_shop(world: World) -> None:
    own_clock(world)
    world.add_product(NAMES[0])
    world.sync()
    world.advance_clock(5)
    for name in NAMES[1:4]:
        world.add_product(name)
    codes = []

    def second_run(_operations: Sequence[Operation]) -> None:
        world.count("M01P001", 2)
        report = world.sync()
        codes.append((report.code, report.runs[0].told[-1].template, report.runs[0].told[-1].values["count"]))

    script = scripted(world, submit=[second_run])
    assert world.sync().code == 0
    assert [(code, count) for code, _, count in codes] == [(7, 1)]
    assert "handed to it" in codes[0][1]
    assert [call[0].kind for call in script.sent] == [OpKind.CREATE, OpKind.STOCK, OpKind.CREATE, OpKind.CREATE]
    assert world.shown()[NAMES[0]]["M01P001"][1] == 2


def test_a_second_run_leaves_new_listings_to_the_first(world: World) -> None:
    world.add_product(NAMES[0])
    lane = lane_of(world)
    assert lane.enter()
    report = world.sync()
    lane.leave()
    assert (report.code, world.operations()) == (7, [])
    assert world.sync().summary()["created"] == 1


def test_a_count_between_plan_and_record_is_not_forgotten(world: World) -> None:
    own_clock(world)
    world.add_product(NAMES[0])
    world.sync()
    world.advance_clock(5)
    world.sync()
    world.count("M01P001", 10)  # the same figure: the plan finds nothing to write
    lane = lane_of(world)
    plan = make_plan(lane)
    assert plan.rested
    world.count("M01P001", 3)
    record_plan(lane, plan)
    world.advance_clock(5)
    assert world.sync().summary()["stock"] == 1
    assert world.shown()[NAMES[0]]["M01P001"][1] == 3


def test_a_lane_that_was_overtaken_does_nothing_more(world: World) -> None:
    lane = lane_of(world)
    assert lane.enter()
    world.forget_leases()
    other = lane_of(world)
    assert other.enter()
    for _ in range(2):  # the second caller of the lane finds the lease gone already
        with pytest.raises(Exception, match="taken over"), world.engine.store.write() as session:
            lane.must_hold(session)
    with pytest.raises(Exception, match="taken over"):
        lane.before_call(timedelta(seconds=1))


@pytest.mark.parametrize("channel", ["shopee", "tokopedia", "bukalapak"])
def test_an_office_s_own_limits_of_a_channel_count(world: World, channel: str) -> None:
    own = world.engine.settings.home / "config" / "channels" / f"{channel}.toml"
    own.parent.mkdir(parents=True)
    told = re.sub(
        r"^concurrent = \d+", "concurrent = 1", config_file(f"channels/{channel}.toml").read_text(), flags=re.M
    )
    own.write_text(told, encoding="utf-8")
    shop = replace(
        shops_of(world.engine)[0], channel=channel, settings={"app_id": "1", "app_secret": "s", "storefronts": "both"}
    )
    assert Lane(engine=world.engine, shop=shop).connector.capabilities().concurrent_calls == 1


def test_what_any_shop_sold_is_known_before_any_shop_is_planned(world: World) -> None:
    own_clock(world)
    world.add_product(NAMES[0])
    others = [add_shop(world, str(number)) for number in range(2, 5)]
    world.sync()
    world.advance_clock(5)
    world.sync()
    world.advance_clock(5)
    world.market.buy("4", {"M01P001": 4})  # the last shop to be pulled
    world.advance_clock(5)
    assert world.sync().summary()["stock"] == 3
    assert {shop.shown()[NAMES[0]]["M01P001"][1] for shop in (world, *others)} == {6}


# --- a run that is asked to end ---------------------------------------------------------------------------------------


def test_a_run_that_is_stopped_sends_nothing_more_and_the_next_goes_on(world: World) -> None:
    own_clock(world)
    for name in NAMES[:4]:
        world.add_product(name)

    def stop(_operations: Sequence[Operation]) -> None:
        world.engine.stopping.set()

    script = scripted(world, submit=[stop], changes=ONE_EACH)
    report = world.sync()
    assert (report.code, len(script.sent), report.runs[0].told) == (4, 1, [])
    assert sorted(row.state for row in world.operations()) == ["done", "pending", "pending", "pending"]
    assert world.rows(Run)[-1].state == "stopped"
    world.engine.stopping.clear()
    assert world.sync().summary()["created"] == 3
    world.advance_clock(5)
    world.sync()
    assert_bound(world)


def test_ctrl_c_asks_the_shops_to_end_and_passes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add_shop(world, "2")
    runs = plan_shops(world.engine, shops_of(world.engine)).runs
    begun: list[int] = []

    def interrupted(work: object, items: Sequence[object]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(
        "bridge.engine.enduring.ThreadPoolExecutor.map", lambda _pool, work, items: interrupted(work, items)
    )
    with pytest.raises(KeyboardInterrupt):
        every(world.engine, runs, lambda run: begun.append(run.shop.shop_id))
    assert world.engine.stopping.is_set()
    assert begun == []


# --- an app and its shops ---------------------------------------------------------------------------------------------


def test_a_refused_key_holds_all_shops_of_the_app_and_is_asked_after_once_a_run(world: World) -> None:
    other = add_shop(world, "2")
    world.add_product(NAMES[0])
    asked: list[str] = []
    broken = True

    class Keyed(Scripted):
        def check(self) -> RemoteShop:
            asked.append("check")
            if broken:
                raise Misconfigured("wrong sign")
            return self._inner.check()

        def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
            if broken:
                raise Misconfigured("wrong sign")
            return self._inner.submit(operations)

    script = scripted(world)
    world.engine.plugins["memory"] = Wrapped(lambda inner: Keyed(inner, script))
    assert world.sync().code == 2
    assert world.rows(App)[0].paused == "wrong sign"
    assert [shop.state for shop in shops_of(world.engine)] == ["misconfigured"] * 2
    report = world.sync()
    assert (report.code, [run.code for run in report.runs], asked) == (2, [2, 2], ["check"])
    broken = False
    assert world.sync().summary()["created"] == 2
    assert [shop.state for shop in shops_of(world.engine)] == ["ok"] * 2
    assert other.shown() == world.shown()


def test_a_shop_is_asked_after_once_a_day(world: World) -> None:
    world.add_product(NAMES[0])
    asked: list[str] = []

    class Campaign(Scripted):
        def check(self) -> RemoteShop:
            asked.append("check")
            return RemoteShop(world.shop, blocked={OpKind.PRICE: "a campaign is running"})

    script = scripted(world)
    world.engine.plugins["memory"] = Wrapped(lambda inner: Campaign(inner, script))
    assert world.sync().code == 0
    assert asked == []  # it was asked when it was connected
    world.advance(24 * 3600)
    for _ in range(2):
        report = world.sync()
        assert report.runs[0].told[0].values["why"] == "a campaign is running"
    assert asked == ["check"]
    assert world.rows(Shop)[0].blocked == {"price": "a campaign is running"}


# --- a guard's stop ---------------------------------------------------------------------------------------------------


def test_a_guard_never_holds_a_figure_above_what_is_there(world: World) -> None:
    own_clock(world)
    for name in NAMES:
        world.add_product(name)
    other = add_shop(world, "2")
    world.sync()
    world.advance_clock(5)
    world.sync()
    with world.engine.store.write() as session:
        session.get_one(Shop, 2).buffer = 50
    world.count("M01P001", 10)
    for number in range(2, 7):
        world.count(f"M01P{number:03}", 10)
    world.advance_clock(5)
    world.market.buy("1", {"M01P001": 8})
    world.advance_clock(5)
    report = world.sync()
    assert (report.code, report.confirm is not None) == (6, True)
    assert world.shown()[NAMES[0]]["M01P001"][1] == 2
    assert other.shown()[NAMES[0]]["M01P001"][1] == 0, "sold elsewhere: lowered although the guard holds the rest"
    assert other.shown()[NAMES[1]]["M01P002"][1] == 10, "a rule alone would empty the shop: that waits for a person"
    assert world.sync(confirm=report.confirm).code == 0
    assert {skus[code][1] for skus in other.shown().values() for code in skus} == {0}
