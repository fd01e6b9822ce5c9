"""What the memory marketplace has of its own, beyond the contract: shapes, files, processes, ports."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.connectors import Connector
from bridge.connectors.base import CallCount, Find, Operation, Ports, SkuWrite, Verdict
from bridge.connectors.memory import TWISTS, Market, MemoryConnector, plugin
from bridge.errors import AuthExpired, OutcomeUnknown, RateLimited, Rejected, UserError
from bridge.model import Bucket, Grant, OpKind, Rate, RemoteOrder, Window
from bridge.testing import Bench, ConnectorContract, Keyring, MemoryWorld, Turnstile
from bridge.testing.driver import bound
from bridge.testing.samples import unique

SHAPES = [
    "single,nameless,no-zero,by-created,alone",
    "late,keyed,no-zero",
    "steps,narrow,late",
    "no-search,fresh-pictures,steps,two-places",
]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.slow
class TestShapes(ConnectorContract):
    """The whole contract again for each kind of marketplace that the memory connector can resemble, one of them in a file."""

    @pytest.fixture(params=[*SHAPES, "file"])
    def world(self, request: pytest.FixtureRequest, tmp_path: Path) -> MemoryWorld:
        if request.param == "file":
            return MemoryWorld(file=str(tmp_path / "market.db"))
        return MemoryWorld(unique(), shape=request.param)

    @pytest.fixture
    def make(self, world: MemoryWorld) -> Callable[[], Connector]:
        return world.connect


def create(*codes: str, key: str = "k", pieces: int = 5, **payload: object) -> Operation:
    skus = tuple(SkuWrite(n, code, None, 5000, {"": pieces}) for n, code in enumerate(codes, 1))
    return Operation(1, OpKind.CREATE, key, None, skus, {"title": "Keripik", **payload})


def stock(remote_id: str | None, *writes: SkuWrite) -> Operation:
    return Operation(2, OpKind.STOCK, "s", remote_id, writes, {})


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.fixture
def connector(market: Market) -> MemoryConnector:
    return MemoryConnector(market)


def test_connector_without_arguments_is_a_shop_of_its_own() -> None:
    first, second = MemoryConnector(), MemoryConnector()
    first.submit([create("A")])
    assert len(list(first.listings(Find.ALL, (), None))) == 1
    assert list(second.listings(Find.ALL, (), None)) == []


def test_shops_of_one_market_are_apart(market: Market) -> None:
    one, two = MemoryConnector(market, "1"), MemoryConnector(market, "2")
    remote_id = one.submit([create("A")])[0].remote_id or ""
    order = market.buy("1", {"A": 1})
    assert list(two.listings(Find.ID, [remote_id], None)) == []
    assert list(two.listings(Find.SKU, ["A"], None)) == []
    assert list(two.orders([order])) == []
    assert two.submit([stock(remote_id, SkuWrite(1, "A", None, None, {"": 1}))])[0].code == "not_found"


def test_same_world_name_is_the_same_market_until_it_is_forgotten() -> None:
    name = unique()
    world = MemoryWorld(name)
    world.preload(["A"])
    assert MemoryWorld(name).state() == world.state()
    plugin.forget(name)
    assert MemoryWorld(name).state()["listings"] == []


def test_unknown_shape_is_a_user_error() -> None:
    with pytest.raises(UserError, match="Unknown shape round"):
        MemoryWorld(unique(), shape="late, round").connect()


@pytest.mark.parametrize("name", sorted(TWISTS))
def test_every_shape_opens(name: str) -> None:
    assert MemoryWorld(unique(), shape=name).connect().capabilities()


def test_market_takes_the_clock_of_the_ports_that_open_it() -> None:
    moment = datetime(2026, 5, 5, 5, tzinfo=UTC)
    ports = Ports(limiter=Turnstile(), vault=Keyring(Grant("t", "r", None, None, None, ("1",))), clock=lambda: moment)
    connector = plugin.open("1", {"world": unique()}, ports)
    connector.submit([create("A")])
    assert [row.updated_at for row in connector.listings(Find.ALL, (), None)] == [moment]


# --- processes --------------------------------------------------------------------------------------------------------

CHILD = """
import os, sys
from bridge.connectors.base import Operation, Ports, SkuWrite
from bridge.connectors.memory import plugin
from bridge.model import Grant, OpKind
from bridge.testing import Keyring, Turnstile

def reach(label):
    if label == sys.argv[2]:
        os._exit(9)

ports = Ports(limiter=Turnstile(), vault=Keyring(Grant("t", "r", None, None, None, ("1",))), reach=reach)
skus = (SkuWrite(1, "A", None, 5000, {"": 5}),)
plugin.open("1", {"file": sys.argv[1]}, ports).submit([Operation(1, OpKind.CREATE, "k", None, skus, {"title": "Keripik"})])
"""


@pytest.mark.parametrize(("label", "listings"), [("http:before-send", 0), ("http:after-receive", 1)])
def test_parent_sees_what_a_killed_child_did(tmp_path: Path, label: str, listings: int) -> None:
    file = tmp_path / "market.db"
    done = subprocess.run([sys.executable, "-c", CHILD, str(file), label], check=False, timeout=60)
    assert done.returncode == 9
    connector = MemoryWorld(file=str(file)).connect()
    assert len(list(connector.listings(Find.ALL, (), None))) == listings
    assert connector.look_up([create("A")])[0].verdict is (Verdict.DONE if listings else Verdict.RETRY)


def test_two_markets_over_one_file_are_one(tmp_path: Path) -> None:
    one, two = Market(tmp_path / "m.db"), Market(tmp_path / "m.db")
    MemoryConnector(one).submit([create("A")])
    two.buy("1", {"A": 2})
    two.advance(60)
    assert one.state("1") == two.state("1")
    assert one.now() - one.clock() > timedelta(seconds=59)


def test_failed_transaction_leaves_nothing(market: Market) -> None:
    market.add_listing("1", "Keripik", "A", 5000, 5)
    before = market.state("1")
    with pytest.raises(ValueError, match="does not show 9 of A"):
        market.buy("1", {"A": 9})
    with pytest.raises(ValueError, match="does not show"):
        market.buy("1", {"A": 1, "B": 1})
    assert market.state("1") == before


# --- ports ------------------------------------------------------------------------------------------------------------


def test_calls_name_their_buckets() -> None:
    seen: list[str] = []

    class Limiter(Turnstile):
        def take(self, buckets: object) -> timedelta:
            assert isinstance(buckets, list)
            seen.extend(bucket.name for bucket in buckets if isinstance(bucket, Bucket))
            return timedelta(0)

    day = timedelta(days=1)
    rates = (Rate(10, timedelta(seconds=1)), Rate(5, day, "app"), Rate(3, day, endpoint="orders"))
    ports = Ports(limiter=Limiter(), vault=Keyring(Grant("t", "r", None, None, None, ("1",))))
    MemoryConnector(ports=ports, rates=rates).check()
    assert seen == ["memory/shop/1/all/0:00:01", "memory/app/all/1 day, 0:00:00"]


def test_consent_gives_a_grant_and_renews_it() -> None:
    world = MemoryWorld(unique())
    ports = Ports(limiter=Turnstile(), vault=world.lent.vault, count=CallCount())
    flow = plugin.consent(world.settings, ports)
    assert flow.link("s", "http://localhost/back") == "http://localhost/back?state=s&code=1"
    (grant,) = flow.exchange({"code": "1", "state": "s"})
    assert grant.shops == ("1",)
    assert flow.refresh(grant, "1").access_token != grant.access_token
    assert ports.count.tokens == 2
    with pytest.raises(AuthExpired):
        flow.exchange({})
    with pytest.raises(AuthExpired):
        flow.refresh(grant, "2")


def test_token_that_stays_stale_after_renewal_needs_a_person(market: Market) -> None:
    stubborn = Keyring(Grant("old", "r", None, None, None, ("1",)), lambda grant, _shop: grant)
    connector = MemoryConnector(market, ports=Ports(limiter=Turnstile(), vault=stubborn))
    market.expire_tokens("1")
    with pytest.raises(AuthExpired):
        connector.check()
    with pytest.raises(AuthExpired):
        MemoryConnector(market).check()


def test_faults_hit_the_sort_of_call_they_name(market: Market, connector: MemoryConnector) -> None:
    market.fail(RateLimited("later"), on="reads", times=2)
    market.fail(OutcomeUnknown("lost"), "after", on="writes")
    with pytest.raises(OutcomeUnknown):
        connector.submit([create("A")])
    for _ in range(2):
        with pytest.raises(RateLimited):
            connector.check()
    assert connector.check().remote_id == "1"
    assert len(list(connector.listings(Find.ALL, (), None))) == 1


# --- the connector ----------------------------------------------------------------------------------------------------


def test_batch_that_is_not_allowed_is_a_bug_of_the_caller(connector: MemoryConnector) -> None:
    hide = Operation(3, OpKind.VISIBILITY, "v", "1", (), {"visible": False})
    with pytest.raises(ValueError, match="travel together"):
        connector.submit([stock("1"), hide])
    with pytest.raises(ValueError, match="travel together"):
        connector.submit([create("A"), create("B")])
    with pytest.raises(ValueError, match="too many SKUs"):
        connector.submit([stock("1", *(SkuWrite(n, "A") for n in range(201)))])
    with pytest.raises(ValueError, match="too many pictures"):
        connector.upload([b""] * 6)
    with pytest.raises(ValueError, match="no such write"):
        MemoryConnector(batch={}).submit([stock("1")])
    assert connector.submit([]) == connector.poll([]) == connector.look_up([]) == []


def test_undeclared_search_and_too_wide_window_are_refused() -> None:
    connector = MemoryConnector(finds=frozenset({Find.ALL}), order_window=timedelta(days=15))
    with pytest.raises(Rejected):
        list(connector.listings(Find.SKU, ["A"], None))
    with pytest.raises(Rejected):
        list(connector.orders(Window(LONG_AGO, LONG_AGO + timedelta(days=16))))
    with pytest.raises(Rejected):
        list(connector.orders(Window(LONG_AGO, None)))


def test_changed_lists_only_what_changed_since(market: Market, connector: MemoryConnector) -> None:
    connector.submit([create("A", key="a")])
    edge = datetime.now(UTC)
    second = connector.submit([create("B", key="b")])[0].remote_id
    assert [row.remote_id for row in connector.listings(Find.CHANGED, (), edge)] == [second]
    assert list(connector.listings(Find.CHANGED, (), datetime.now(UTC))) == []
    assert len(list(connector.listings(Find.CHANGED, (), None))) == 2


def test_orders_by_creation_leave_out_old_orders_that_changed(market: Market) -> None:
    market.add_listing("1", "Keripik", "A", 5000, 5)
    old = market.buy("1", {"A": 1}, age_s=3 * 86400)
    market.move(old, "ship")
    since = Window(datetime.now(UTC) - timedelta(days=1), None)
    by_update, by_creation = MemoryConnector(market), MemoryConnector(market, orders_by="created")
    assert [row.remote_id for row in by_update.orders(since) if isinstance(row, RemoteOrder)] == [old]
    assert list(by_creation.orders(since)) == [since]


def test_orders_of_several_pages_come_newest_first(market: Market, connector: MemoryConnector) -> None:
    market.add_listing("1", "Keripik", "A", 5000, 120)
    ids = [market.buy("1", {"A": 1}) for _ in range(100)]
    *orders, window = connector.orders(Window(LONG_AGO, None))
    assert [row.remote_id for row in orders if isinstance(row, RemoteOrder)] == ids[::-1]
    assert window == Window(LONG_AGO, None)
    assert len(list(connector.orders(ids))) == 100


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"description": "x" * 3001}, "description"),
        ({"pictures": ["p"] * 10}, "pictures"),
        ({"pictures": ["unknown"]}, "picture"),
        ({"category_id": "100"}, "category"),
        ({"category_id": "101"}, "attribute"),
    ],
)
def test_refusals_name_what_is_wrong(connector: MemoryConnector, payload: dict[str, object], code: str) -> None:
    (outcome,) = connector.submit([create("A", **payload)])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, code)


def test_values_out_of_range_are_refused_by_sku(connector: MemoryConnector) -> None:
    op = create("A", "B")
    remote_id = connector.submit([op])[0].remote_id
    writes = (SkuWrite(1, "A", None, None, {"": -1}), SkuWrite(2, "B", None, None, {"": 3}))
    (outcome,) = connector.submit([stock(remote_id, *writes)])
    assert [(sku.listing_sku_id, sku.code) for sku in outcome.skus] == [(1, "stock_out_of_range")]
    assert connector.submit([create("C", pieces=-1)])[0].code == "stock_out_of_range"


def test_banned_listing_cannot_be_shown(market: Market, connector: MemoryConnector) -> None:
    remote_id = connector.submit([create("A")])[0].remote_id or ""
    market.edit(remote_id, visible=False, status="BANNED")
    show = Operation(3, OpKind.VISIBILITY, "v", remote_id, (), {"visible": True})
    assert connector.submit([show])[0].code == "banned"
    assert connector.look_up([show])[0].verdict is Verdict.RETRY
    with pytest.raises(ValueError, match="does not show"):
        market.buy("1", {"A": 1})


def test_absolute_writes_can_be_looked_up_too(connector: MemoryConnector) -> None:
    remote_id = connector.submit([create("A")])[0].remote_id
    five, six = (stock(remote_id, SkuWrite(1, "A", None, None, {"": pieces})) for pieces in (5, 6))
    price = Operation(4, OpKind.PRICE, "p", remote_id, (SkuWrite(1, "A", None, 5000),), {})
    verdicts = [out.verdict for out in connector.look_up([five, six, price])]
    assert verdicts == [Verdict.DONE, Verdict.RETRY, Verdict.DONE]


def test_content_looked_up_binds_its_variants(connector: MemoryConnector) -> None:
    first = create("A")
    outcome = connector.submit([first])[0]
    more = create("A", "B", title="Baru")
    content = Operation(5, OpKind.CONTENT, "c", outcome.remote_id, more.skus, more.payload)
    assert connector.look_up([content])[0].verdict is Verdict.RETRY
    connector.submit([content])
    assert [sku.listing_sku_id for sku in connector.look_up([content])[0].skus] == [1, 2]


def test_late_write_is_seen_when_its_time_has_come(market: Market) -> None:
    connector = MemoryConnector(market, late=frozenset({OpKind.STOCK}), review=timedelta(seconds=30))
    remote_id = connector.submit([create("A", "B")])[0].remote_id
    op = stock(remote_id, SkuWrite(1, "A", None, None, {"": 3}), SkuWrite(2, "X", None, None, {"": 3}))
    (accepted,) = connector.submit([op])
    assert (accepted.verdict, [sku.code for sku in accepted.skus]) == (Verdict.ACCEPTED, ["sku_not_found"])
    op = bound(op, accepted)
    assert connector.poll([op])[0].verdict is Verdict.ACCEPTED
    assert [s.stock for row in connector.listings(Find.ALL, (), None) for s in row.skus] == [{"": 5}, {"": 5}]
    market.advance(31)
    assert [s.stock for row in connector.listings(Find.ALL, (), None) for s in row.skus] == [{"": 3}, {"": 5}]
    (done,) = connector.poll([op])
    assert (done.verdict, [sku.code for sku in done.skus]) == (Verdict.DONE, ["sku_not_found"])
    assert connector.poll([create("Z")])[0].verdict is Verdict.UNKNOWN


def test_step_that_comes_too_early_is_told_to_wait(market: Market) -> None:
    connector = MemoryConnector(market, steps=True)
    op = create("A", "B")
    op = bound(op, connector.submit([op])[0])
    (early,) = connector.submit([op])
    assert (early.verdict, early.code) == (Verdict.RETRY, "too_early")
    assert early.retry_after is not None
    assert early.retry_after > timedelta(seconds=4)


def test_order_writes_follow_the_orders_state(market: Market, connector: MemoryConnector) -> None:
    market.add_listing("1", "Keripik", "A", 5000, 9)
    unpaid, shipped = market.buy("1", {"A": 1}, paid=False), market.buy("1", {"A": 3})

    def write(kind: OpKind, order: str, **payload: object) -> Operation:
        return Operation(6, kind, "o", order, (), payload)

    assert connector.submit([write(OpKind.SHIP, unpaid)])[0].code == "status"
    assert connector.submit([write(OpKind.CANCEL, unpaid)])[0].verdict is Verdict.DONE
    part = write(OpKind.CANCEL, shipped, lines={"A": 1})
    assert connector.look_up([part])[0].verdict is Verdict.RETRY
    assert connector.submit([part])[0].verdict is Verdict.DONE
    assert connector.look_up([part])[0].verdict is Verdict.DONE
    for _ in range(2):
        assert connector.submit([write(OpKind.SHIP, shipped)])[0].verdict is Verdict.DONE
    assert connector.submit([write(OpKind.CANCEL, shipped)])[0].code == "status"
    with pytest.raises(Rejected):
        connector.label(unpaid)


def test_outside_cannot_do_what_is_impossible(market: Market) -> None:
    market.add_listing("1", "Keripik", "A", 5000, 9)
    order = market.buy("1", {"A": 2})
    market.move(order, "cancel")
    for call in (
        lambda: market.move(order, "ship"),
        lambda: market.move("7", "pay"),
        lambda: market.edit("7", title="x"),
    ):
        with pytest.raises(ValueError):
            call()
    assert market.state("1")["listing"][0]["skus"][0]["stock"] == {"": 9}


def test_piece_cancelled_after_shipping_is_recalled_and_back_on_sale(
    market: Market, connector: MemoryConnector
) -> None:
    market.add_listing("1", "Keripik", "A", 5000, 9)
    order = market.buy("1", {"A": 3})
    market.move(order, "ship")
    market.move(order, "cancel", {"A": 1})
    (row,) = (row for row in connector.orders([order]) if isinstance(row, RemoteOrder))
    assert [(n.shipped, n.cancelled, n.recalled) for n in row.lines] == [(3, 0, 1)]
    assert market.state("1")["listing"][0]["skus"][0]["stock"] == {"": 7}


def test_buyers_may_name_the_remote_sku(market: Market) -> None:
    bench = Bench(lambda: MemoryConnector(market, names_skus=False), None)
    listed = bench.listed()
    assert market.buy("1", {bench.handle(listed): 1})
