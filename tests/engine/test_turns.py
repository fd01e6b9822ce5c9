"""Several who move the stock of one business at the same moment: on PostgreSQL they would work from each other's rows."""

import threading
from dataclasses import replace

import pytest

from bridge.engine import pull
from bridge.engine.changing import set_stock_rule
from bridge.engine.connecting import store_app, store_grants
from bridge.engine.context import Lane
from bridge.engine.hurry import push_stock
from bridge.engine.inbox import follow_hints
from bridge.engine.reacting import Reactor
from bridge.engine.sync import shops_of
from bridge.model import Grant, Hint
from bridge.planning.stock_range import StockRange
from bridge.store.catalog import ProductDraft, SkuDraft, default_location, row_id, save_merchant, save_product
from bridge.store.inbox import save_hints
from bridge.store.ledger import add_count
from bridge.store.listings import add_listings_everywhere
from tests.engine.checks import add_shop, assert_bound, own_clock
from tests.engine.world import World

POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
CODE = "M01P001"


def hint(world: World, *hints: Hint) -> None:
    with world.engine.store.write() as session:
        save_hints(session, "memory", hints, world.engine.clock())


@pytest.mark.postgres
@POSTGRES
def test_a_cancellation_that_comes_while_a_pull_covers_a_write_is_not_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_clock(world)
    world.add_product("Keripik Pisang", stock=10)
    world.sync()
    order = world.market.buy("1", {CODE: 2})
    world.advance_clock(60)
    world.sync()
    world.count(CODE, 7)
    world.advance_clock(5)
    world.sync()
    world.market.move(order, "cancel")
    hint(world, Hint("1", "cancelled", (order,)))
    webhook = threading.Thread(target=lambda: follow_hints(world.engine))
    real = pull.cover_write

    def covered(state: StockRange) -> StockRange:
        if not webhook.ident:
            webhook.start()
            webhook.join(0.5)  # long enough to book it, were it let
        return real(state)

    monkeypatch.setattr(pull, "cover_write", covered)
    world.advance_clock(5)
    lane = Lane(engine=world.engine, shop=shops_of(world.engine)[0])
    pull.cover(lane, world.engine.clock(), lane.connector.capabilities().list_lag)
    webhook.join(20)
    assert world.tie(CODE).cancelled_since == 2
    assert_bound(world)


@pytest.mark.postgres
@POSTGRES
def test_two_write_the_same_figure_down_at_once(world: World) -> None:
    """Whoever comes second takes the waiting write over, and the other shops are told all the same."""
    world.add_product("Keripik Pisang", stock=10)
    other, third = add_shop(world, "2"), add_shop(world, "3")
    for _ in range(2):
        world.sync()
        world.advance(60)
    hint(world, Hint("1", "sold", (world.market.buy("1", {CODE: 3}),)))
    follow_hints(world.engine)
    at, go = threading.Event(), threading.Event()

    def reach(label: str) -> None:
        if label == "record:before-commit" and not at.is_set():
            at.set()
            go.wait(20)

    holder = replace(world.engine, reach=reach, holder="another process")
    shops = shops_of(world.engine)
    codes: list[int] = []
    first = threading.Thread(target=lambda: codes.append(push_stock(holder, shops[1:2]).code))
    second = threading.Thread(target=lambda: codes.append(push_stock(world.engine, shops, pull=False).code))
    first.start()
    assert at.wait(20)
    second.start()
    second.join(0.5)
    go.set()
    for thread in (first, second):
        thread.join(30)
    assert len(codes) == 2
    assert 1 not in codes
    assert [{pieces for row in each.shown().values() for _, pieces in row.values()} for each in (other, third)] == [
        {7},
        {7},
    ]


def test_sales_of_two_businesses_in_one_look_are_told_together(world: World) -> None:
    own_clock(world)
    second = "Toko Dua"
    with world.engine.store.write() as session:
        save_merchant(session, "tokodua", {"name": second}, world.engine.clock())
    add_shop(world, "2")
    for number in ("3", "4"):
        shop_of(world, number, second)
    codes = (world.add_product("Keripik Pisang", stock=10) and CODE, add_product(world, second))
    for business in ("Toko Uji", second):
        set_stock_rule(world.engine, {"mode": "partitioned"}, business, None)
    for _ in range(4):
        world.advance_clock(30)
        world.sync()
    for code in codes:
        world.count(code, 4)
    hint(
        world, *(Hint(shop, shop, (world.market.buy(shop, {code: 1}),)) for shop, code in zip("13", codes, strict=True))
    )
    report = Reactor().react(world.engine)
    assert report is not None
    assert {run.code for run in report.runs} == {0}
    for code, shops in zip(codes, ("12", "34"), strict=True):
        shown = [pieces for shop in shops for pieces in shown_in(world, shop, code)]
        assert sum(shown) <= 3, f"{code}: {shown}"


def shown_in(world: World, shop: str, code: str) -> list[int]:
    rows = World(world.engine, world.market, shop).shown().values()
    return [pieces for row in rows for sku, (_, pieces) in row.items() if sku == code]


def shop_of(world: World, remote_id: str, business: str) -> None:
    """A shop of another business on the same marketplace."""
    settings = {"base_url": "memory", "shape": "steps", "world": str(world.engine.settings.home)}
    app = store_app(world.engine, "memory", "app", "secret", settings)
    grant = Grant(world.market.new_token(remote_id), f"refresh-{remote_id}", None, None, None, (remote_id,))
    store_grants(world.engine, "memory", business, app, [grant])


def add_product(world: World, business: str) -> str:
    """Ten pieces of a product of that business; gives its SKU's code."""
    now = world.engine.clock()
    with world.engine.store.write() as session:
        merchant, _ = save_merchant(session, "tokodua", {"name": business}, now)
        values = {
            "name": "Keripik Tempe",
            "description": "Keripik renyah buatan rumahan tanpa pengawet.",
            "jenis": "Makanan",
        }
        values |= {"axes": [], "pictures": [], "reasons": [], "publishable": True}
        (sku,) = save_product(
            session, merchant, ProductDraft("keripik tempe", values, (SkuDraft((), 15000, 250),)), now
        ).skus
        add_count(session, row_id(sku), default_location(session, row_id(merchant)), "first", 10, now, now)
        add_listings_everywhere(session, row_id(merchant))
        return str(sku.code)
