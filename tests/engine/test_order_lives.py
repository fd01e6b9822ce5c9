"""An order's life in a marketplace: a part cancelled, the rest shipped by us, a part sent back and booked once it is there."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge.engine.connecting import ask_sandbox
from bridge.engine.labels import fetch_label
from bridge.engine.order_writes import OrderWrite, find_order, write_orders
from bridge.model import OpKind
from bridge.sandbox import start_in_thread
from bridge.store.catalog import row_id
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from tests.engine.sandbox_market import SandboxMarket, build_sandbox_world
from tests.engine.world import PICTURE, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ARRIVES = {"shopee": ("deliver", {}), "tokopedia": ("return", {"lines": [{"seller_sku": "M01P001", "quantity": 1}]})}


@pytest.fixture
def live(store: Store, cipher: Cipher, tmp_path: Path) -> Iterator[Callable[[str], World]]:
    """A shop with ten pieces on sale."""
    running = []

    def begin(channel: str) -> World:
        sandbox = start_in_thread(channel, rate_limit=False, wait_s=0, review_s=0)
        running.append(sandbox)
        market = SandboxMarket(sandbox.__enter__(), tmp_path / "clock")
        world = build_sandbox_world(store, cipher, tmp_path / "home", channel, market)
        world.add_product("Keripik Pisang", pictures=(PICTURE,))
        world.sync()
        time.sleep(1)  # orders are dated by the second, and a return at its order: the count must lie before
        return world

    yield begin
    for sandbox in running:
        sandbox.__exit__(None, None, None)


def moved(world: World, number: str, action: str, **body: object) -> tuple[int, int]:
    """Somebody moves the order at the marketplace; what is on hand and held after the next run."""
    address = world.market.address  # type: ignore[attr-defined]
    ask_sandbox(address, f"/_sandbox/orders/{number}/{action}", body)
    world.advance(2)
    assert world.sync().code == 0
    balance = world.balance("M01P001")
    return balance.on_hand, balance.held


@pytest.mark.parametrize("channel", ["shopee", "tokopedia"])
def test_what_comes_back_is_booked_once_it_is_there(live: Callable[[str], World], channel: str) -> None:
    world = live(channel)
    number = world.market.buy(world.shop, {"M01P001": 3})
    part = [{"seller_sku": "M01P001", "quantity": 1}]
    assert moved(world, number, "cancel", lines=part) == (10, 2)
    order, shop = find_order(world.engine, number)
    write = OrderWrite(row_id(order), number, shop, OpKind.SHIP, {})
    assert [each.state for each in write_orders(world.engine, [write], wait_s=5).endings] == ["done"]
    assert fetch_label(world.engine, shop, number, 10).read_bytes().startswith(b"%PDF")
    assert world.balance("M01P001").held == 2, "arranged is not yet gone"
    assert moved(world, number, "ship") == (8, 0)
    assert moved(world, number, "deliver") == (8, 0)
    asked = {"requested": True} if channel == "tokopedia" else {}
    assert moved(world, number, "return", lines=part, **asked) == (8, 0), "on its way, not here"
    action, body = ARRIVES[channel]
    assert moved(world, number, action, **body) == (9, 0)
    assert world.sync().code == 0
    assert world.balance("M01P001").on_hand == 9, "it comes back once"


def test_an_old_marketplace_ships_with_the_sellers_courier(live: Callable[[str], World]) -> None:
    world = live("bukalapak")
    number = world.market.buy(world.shop, {"M01P001": 2})
    world.sync()
    order, shop = find_order(world.engine, number)
    write = OrderWrite(row_id(order), number, shop, OpKind.SHIP, {"tracking_number": "R1", "courier": "JNE"})
    assert [each.state for each in write_orders(world.engine, [write], wait_s=5).endings] == ["done"]
    assert (world.balance("M01P001").on_hand, world.balance("M01P001").held) == (8, 0)
