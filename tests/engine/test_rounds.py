"""The daemon's rounds: orders, tokens, changes, the night; and stock that goes out at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bridge.engine.context import LEASE, Lane
from bridge.engine.hurry import push_stock, same_businesses, urgent_shops
from bridge.engine.reacting import LONGEST_S, Reactor
from bridge.engine.rounds import changes_round, night_round, pull_round, renew_round
from bridge.engine.sync import shops_of
from bridge.errors import ChannelUnavailable
from bridge.store.leases import take_lease
from bridge.store.tables import Cursor, GrantRow, ListingSku, OperationRow, Run, SchemaCache, Shop
from tests.engine.world import World

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # where the database makes no difference


@pytest.fixture
def live(world: World) -> World:
    """Two products on sale."""
    world.add_product("Keripik Pisang", stock=10)
    world.add_product("Keripik Tempe", stock=10)
    assert world.sync().code == 0
    world.advance(60)
    world.sync()
    assert urgent(world) == set()
    return world


def urgent(world: World) -> set[int]:
    return urgent_shops(world.engine, shops_of(world.engine))


def codes(world: World) -> list[str]:
    return [code for product in world.products() for code in world.codes(product.id or 0)]


def stock(world: World) -> dict[str, int]:
    return {code: pieces for row in world.shown().values() for code, (_, pieces) in row.items()}


def kinds(world: World) -> list[str]:
    return [run.kind for run in world.rows(Run)]


def test_a_round_of_orders_fetches_and_writes_nothing(live: World) -> None:
    first, _ = codes(live)
    live.market.buy(live.shop, {first: 2})
    runs = len(live.rows(Run))
    (run,) = pull_round(live.engine)
    assert run.lane is not None
    assert (run.code, run.lane.tally.orders_new, run.lane.count.writes) == (0, 1, 0)
    assert live.balance(first).held == 2
    assert len(live.rows(Run)) == runs, "a quiet minute leaves no row"
    (again,) = pull_round(live.engine)
    assert again.lane is not None
    assert again.lane.tally.orders_new == 0


@SQLITE
def test_a_shop_that_somebody_works_on_is_left_to_them(live: World) -> None:
    assert take_lease(live.engine.store, "shop/1", "another", LEASE) is not None
    before = live.rows(Cursor)[0].at
    live.advance(60)
    (run,) = pull_round(live.engine)
    assert (run.code, run.beside) == (0, True)
    assert live.rows(Cursor)[0].at == before


def test_changed_stock_goes_out_at_once_and_nothing_else_does(live: World) -> None:
    first, second = codes(live)
    live.set_price(live.products()[1].id or 0, 16000)
    live.count(first, 4)
    assert urgent(live) == {1}
    report = push_stock(live.engine, shops_of(live.engine))
    assert (report.code, report.summary()["stock"], report.summary()["price"]) == (0, 1, 0)
    assert stock(live) == {first: 4, second: 10}
    assert urgent(live) == set(), "it does not run hot"
    changes = changes_round(live.engine)
    assert changes is not None
    assert changes.summary()["price"] == 1
    assert changes_round(live.engine) is None, "nothing is left to do"


@SQLITE
def test_what_a_guard_holds_does_not_go_out_and_does_not_run_hot(live: World) -> None:
    first, second = codes(live)
    live.engine.settings.guard_minimum, live.engine.settings.guard_share = 1, 0.0
    with live.engine.store.write() as session:
        session.execute(update(Shop).values(buffer=50))  # a rule, not the ledger, takes everything off
        session.execute(update(ListingSku).values(stock_dirty=True))
    now = [0.0]
    reactor = Reactor(ticks=lambda: now[0])
    tried = []
    for tick in range(0, 200, 2):
        now[0] = float(tick)
        if reactor.react(live.engine) is not None:
            tried.append(tick)
    assert tried == [0, 4, 12, 28, 60, 120, 180]
    assert stock(live) == {first: 10, second: 10}


def test_a_write_that_was_handed_over_too_late_is_found(live: World) -> None:
    first, _ = codes(live)
    live.count(first, 4)
    held = take_lease(live.engine.store, "shop/1", "another", LEASE)
    assert push_stock(live.engine, shops_of(live.engine)).code == 7
    assert urgent(live) == set(), "whoever holds the shop sends it"
    assert held is not None
    live.forget_leases()
    assert urgent(live) == {1}
    assert push_stock(live.engine, shops_of(live.engine)).code == 0
    assert stock(live)[first] == 4
    assert urgent(live) == set()


@SQLITE
def test_sale_after_sale_goes_out_without_a_rest(live: World) -> None:
    first, _ = codes(live)
    reactor = Reactor(ticks=lambda: 0.0)
    for pieces in (9, 8, 7):
        live.count(first, pieces)
        assert reactor.react(live.engine) is not None
        assert stock(live)[first] == pieces
        assert reactor.react(live.engine) is None


@SQLITE
def test_a_shop_that_fails_rests_for_a_while(live: World) -> None:
    first, _ = codes(live)
    now = [0.0]
    reactor = Reactor(ticks=lambda: now[0])
    live.count(first, 4)
    live.market.fail(ChannelUnavailable("down"), on="writes", times=99)
    assert reactor.react(live.engine) is not None
    live.count(first, 3)
    assert reactor.react(live.engine) is None
    now[0] = LONGEST_S
    live.market.forgive()
    live.advance(600)
    assert reactor.react(live.engine) is not None
    assert stock(live)[first] == 3


@SQLITE
def test_only_the_shops_of_the_business_are_looked_at(live: World) -> None:
    mine = shops_of(live.engine)[0]
    other, same = replace(mine, shop_id=2, merchant_id=9), replace(mine, shop_id=3)
    assert same_businesses([mine, other, same], {3}) == [mine, same]


def test_tokens_are_renewed_before_they_end_and_once(live: World) -> None:
    now = live.engine.clock()

    def ends(**left: timedelta | None) -> None:
        values = {name: None if value is None else now + value for name, value in left.items()}
        with live.engine.store.write() as session:
            session.execute(update(GrantRow).values(**values))

    ends(access_until=timedelta(hours=1))
    assert renew_round(live.engine) == []
    before = live.rows(GrantRow)[0].version
    ends(access_until=timedelta(minutes=10))
    (run,) = renew_round(live.engine)
    assert run.code == 0
    assert live.rows(GrantRow)[0].version == before + 1


@SQLITE
def test_changes_of_a_business_without_authorisation_are_left(live: World) -> None:
    with live.engine.store.write() as session:
        session.execute(update(Shop).values(state="auth"))
    live.set_price(live.products()[0].id or 0, 16000)
    assert changes_round(live.engine) is None
    assert pull_round(live.engine) == []
    assert night_round(live.engine) is None


@SQLITE
def test_a_shop_that_was_held_is_asked_after(live: World) -> None:
    with live.engine.store.write() as session:
        session.execute(update(Shop).values(state="blocked", reason="holiday"))
    report = changes_round(live.engine)
    assert report is not None
    assert report.code == 0
    assert live.rows(Shop)[0].state == "ok"


@SQLITE
def test_a_shop_that_somebody_is_at_is_tried_again(live: World) -> None:
    live.set_price(live.products()[0].id or 0, 16000)
    pauses: list[float] = []
    other = Lane(engine=live.engine, shop=shops_of(live.engine)[0])
    assert other.enter()

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        other.leave()

    report = changes_round(replace(live.engine, sleep=sleep))
    assert report is not None
    assert (report.code, report.summary()["price"], pauses) == (0, 1, [2.0])


def test_the_night_does_everything_and_reads_the_categories_early(live: World) -> None:
    def trees() -> list[SchemaCache]:
        return [row for row in live.rows(SchemaCache) if row.kind == "categories"]

    report = night_round(live.engine)
    assert report is not None
    assert (report.code, kinds(live)[-1], len(trees())) == (0, "night", 1)
    read = trees()[0].fetched_at
    live.advance(5 * 86400)
    night_round(live.engine)
    assert trees()[0].fetched_at == read
    live.advance(1.5 * 86400)
    night_round(live.engine)
    assert trees()[0].fetched_at > read, "a day before the kept one is too old"
    assert [row.state for row in live.rows(OperationRow)] == ["done", "done"]
