"""A campaign of the channel holds a figure, a price, a text: it waits, is counted as shown, and goes out by itself afterwards."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from bridge.connectors.base import CAMPAIGN, Outcome, Verdict
from bridge.engine.alerting import current_alerts
from bridge.engine.campaigns import held_writes
from bridge.engine.endings import next_delay
from bridge.engine.hurry import push_stock, urgent_shops
from bridge.engine.refusals import refused
from bridge.engine.stock_views import stock_of_sku
from bridge.engine.sync import shops_of
from bridge.sandbox import start_in_thread
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.tables import Listing, Product
from tests.engine.sandbox_market import SandboxMarket, build_sandbox_world
from tests.engine.world import World

CHANNELS = ("shopee", "tokopedia")


def on_sale(world: World) -> str:
    """One product on the shop with 10 pieces, its figure covered; gives the channel's id."""
    world.add_product("Keripik Pisang", stock=10, pictures=["https://contoh.example/foto/keripik.jpg"])
    for _ in range(3):
        assert world.sync().code == 0
        world.advance(120)
    assert world.tie("M01P001").may_sell == 10
    return str(world.rows(Listing)[0].remote_item_id)


def change_product(world: World, **values: Any) -> None:
    """An import changed the product."""
    with world.engine.store.write() as session:
        session.execute(update(Product).values(**values))
        session.execute(update(Listing).values(stale=True).where(col(Listing.id) > 0))


def exposure(world: World) -> int | None:
    return stock_of_sku(world.engine, "M01P001").exposure


def shown(world: World) -> tuple[int, int]:
    """Price and pieces of the only listing."""
    [skus] = world.shown().values()
    return skus["M01P001"]


def test_a_figure_waits_for_the_end_of_a_campaign_and_counts_as_shown_until_then(world: World) -> None:
    remote_id = on_sale(world)
    world.market.edit(remote_id, campaign=True)
    world.count("M01P001", 4)
    report = world.sync()
    assert (report.code, report.campaign, report.summary()["campaign"]) == (0, 1, 1)
    assert (world.tie("M01P001").may_sell, exposure(world)) == (10, 6)
    world.market.buy(world.shop, {"M01P001": 3})
    world.advance(60)
    assert world.sync().summary()["orders_new"] == 1
    assert (world.tie("M01P001").may_sell, world.balance("M01P001").held, exposure(world)) == (7, 3, 6)
    assert (refused(world.engine), current_alerts(world.engine)) == ([], [])
    world.market.edit(remote_id, campaign=False)
    world.advance(20 * 60)
    report = world.sync()
    assert (report.code, report.campaign, report.summary()["stock"]) == (0, 0, 1)
    assert shown(world)[1] == 1
    world.advance(60)
    world.sync()
    assert exposure(world) == 0


def test_a_held_write_is_not_tried_in_a_loop(world: World) -> None:
    remote_id = on_sale(world)
    world.market.edit(remote_id, campaign=True)
    world.count("M01P001", 4)
    writes = 0
    for _ in range(24):  # half a day, with a run every half an hour
        writes += int(world.sync().summary()["writes"] or 0)
        world.advance(1800)
    assert 6 <= writes <= 9
    assert [row.state for row in world.operations() if row.kind == "stock"] == ["pending"]


def test_the_daemon_leaves_a_held_figure_alone_until_its_time(world: World) -> None:
    remote_id = on_sale(world)
    world.market.edit(remote_id, campaign=True)
    world.count("M01P001", 4)
    shops, writes = shops_of(world.engine), 0
    for _ in range(5):  # its looks, a minute apart
        if urgent_shops(world.engine, shops):
            writes += int(push_stock(world.engine, shops).summary()["writes"] or 0)
        world.advance(60)
    assert (writes, urgent_shops(world.engine, shops)) == (1, set())
    world.market.edit(remote_id, campaign=False)
    world.advance(15 * 60)
    assert urgent_shops(world.engine, shops) == {1}
    push_stock(world.engine, shops)
    assert shown(world)[1] == 4


def test_prices_texts_and_hiding_wait_as_well(world: World) -> None:
    remote_id = on_sale(world)
    world.market.edit(remote_id, campaign=True)
    world.set_price(world.products()[0].id or 0, 18000)
    change_product(world, name="Keripik Raja")
    assert world.sync().campaign == 2
    change_product(world, publishable=False, reasons=["E_PROHIBITED"])
    assert world.sync().campaign == 3
    held = held_writes(world.engine.store, [1])
    assert sorted((each.kind, each.listing) for each in held) == [("content", 1), ("price", 1), ("visibility", 1)]
    world.market.edit(remote_id, campaign=False)
    world.advance(30 * 60)
    assert world.sync().campaign == 0
    listing = world.market.state(world.shop)["listing"][0]
    assert (listing["title"], listing["skus"][0]["price_idr"], listing["visible"]) == ("Keripik Raja", 18000, False)


def test_a_figure_that_changes_during_the_campaign_goes_out_as_it_is_then(world: World) -> None:
    remote_id = on_sale(world)
    world.market.edit(remote_id, campaign=True)
    for pieces in (4, 6, 5):
        world.count("M01P001", pieces)
        assert world.sync().campaign == 1
        world.advance(60)
    world.market.edit(remote_id, campaign=False)
    world.advance(2 * 3600)
    assert world.sync().summary()["stock"] == 1
    assert shown(world)[1] == 5


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(0, 15), (1, 15), (2, 30), (3, 60), (4, 120), (5, 120), (1000000, 120)]
)
def test_the_pauses_grow_up_to_two_hours(attempts: int, minutes: int) -> None:
    assert next_delay(Outcome(1, Verdict.RETRY, code=CAMPAIGN), attempts) == timedelta(minutes=minutes)


def test_an_end_that_the_channel_tells_counts() -> None:
    told = Outcome(1, Verdict.RETRY, code=CAMPAIGN, retry_after=timedelta(days=2))
    assert next_delay(told, 1) == timedelta(days=2)


@pytest.fixture(params=CHANNELS)
def running(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """A sandbox and its address."""
    with start_in_thread(request.param, rate_limit=False, wait_s=0, review_s=0) as address:
        yield request.param, address


def test_a_marketplace_holds_a_lowered_figure_and_a_price(
    running: tuple[str, str], store: Store, cipher: Cipher, tmp_path: Path
) -> None:
    channel, address = running
    market = SandboxMarket(address, tmp_path / "clock")
    world = build_sandbox_world(store, cipher, tmp_path / "home", channel, market)
    remote_id = on_sale(world)
    market.there.edit(remote_id, promotion=True)
    world.count("M01P001", 4)
    world.set_price(world.products()[0].id or 0, 18000)
    report = world.sync()
    assert (report.code, report.campaign) == (0, 2)
    world.market.buy(world.shop, {"M01P001": 3})
    world.advance(300)
    assert world.sync().summary()["orders_new"] == 1
    assert (world.tie("M01P001").may_sell, exposure(world), shown(world)) == (7, 6, (15000, 7))
    market.there.edit(remote_id, promotion=False)
    world.advance(20 * 60)
    assert world.sync().campaign == 0
    assert shown(world) == (18000, 1)
    assert refused(world.engine) == []
