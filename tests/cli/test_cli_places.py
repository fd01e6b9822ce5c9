"""Goods that lie in several places: a shop with two warehouses sells each from its own, and an order takes from where it lies."""

from collections.abc import Iterator

import pytest
from cli_world import Cli, Market

from bridge.sandbox import start_in_thread

SKU, MERCHANT = "M01P001", "Dapur Uji"
SECOND = {"shopee": "", "tokopedia": "Gudang 2"}  # Shopee tells the ids of warehouses, not their names


@pytest.fixture(params=["shopee", "tokopedia"])
def channel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def several(channel: str, ready: Cli, monkeypatch: pytest.MonkeyPatch) -> Iterator[Market]:
    """A shop with two warehouses, everything on sale."""
    with start_in_thread(channel, rate_limit=False, wait_s=0, review_s=0, warehouses=2) as address:
        monkeypatch.setenv("JEMBATAN_PICTURE_BASE_URL", f"{address}/_sandbox/pictures")
        words = ("--channel", channel, "--merchant", MERCHANT, "--sandbox", address, "--create")
        assert ready.run("shop", "connect", *words).code == 0
        assert ready.run("stock", "count", SKU, "20").code == 0
        assert ready.run("sync").code == 0
        yield Market(address)


def shown(market: Market) -> list[int]:
    """What each warehouse shows, the main one first."""
    rows = market.call("/_sandbox/state")["listings"]
    return next(list(sku["warehouses"].values()) for row in rows for sku in row["skus"] if sku["seller_sku"] == SKU)


def lies(cli: Cli) -> list[tuple[str, int, int]]:
    shelves = cli.run("stock", "show", SKU, "--json").json()["shelves"]
    return [(row["location"], row["on_hand"], row["held"]) for row in shelves]


def test_goods_are_sold_from_where_they_lie(ready: Cli, channel: str, several: Market) -> None:
    assert (shown(several), lies(ready)) == ([20, 0], [])
    second = ready.run("shop", "warehouses", channel, "--json").json()[1]
    assert (second["name"], second["location"]) == (SECOND[channel], "")
    added = ready.run("stock", "locations", "--merchant", MERCHANT, "--add", "Gudang Utara")
    assert '--set WAREHOUSE="Gudang Utara"' in added.out
    assert "Gudang Utara" in ready.run("shop", "warehouses", channel, "--set", f"{second['id']}=gudang utara").out
    assert "15 at Gudang Utara" in ready.run("stock", "move", SKU, "15", "--from", "-", "--to", "Gudang Utara").out
    assert ready.run("sync", "--json").json()["stock"] == 1
    assert (shown(several), lies(ready)) == ([5, 15], [("", 5, 0), ("Gudang Utara", 15, 0)])

    shop = ready.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    order = several.buy(shop, SKU, 3)
    assert shown(several) == [5, 12]
    assert ready.run("sync", "--json").json()["orders_new"] == 1
    assert (shown(several), lies(ready)) == ([5, 12], [("", 5, 0), ("Gudang Utara", 15, 3)])
    assert ready.run("sync", "--json").json()["writes"] == 0

    several.call(f"/_sandbox/orders/{order}/cancel", {})
    assert ready.run("sync").code == 0
    assert (shown(several), lies(ready)) == ([5, 15], [("", 5, 0), ("Gudang Utara", 15, 0)])
    assert ready.run("sync", "--json").json()["writes"] == 0

    assert ready.run("stock", "count", SKU, "12", "--location", "gudang utara").code == 0
    assert ready.run("stock", "adjust", SKU, "-1", "--location", "-").code == 0
    assert "It lies at: - 4, Gudang Utara 12." in ready.run("why", SKU).out
    assert "Gudang Utara" in ready.run("stock", "show", SKU).out
    assert "carried elsewhere" in ready.run("stock", "history", SKU).out
    assert ready.run("stock", "locations", "--merchant", MERCHANT, "--json").json() == ["-", "Gudang Utara"]


def test_a_shop_with_one_warehouse_says_so(connected: Cli) -> None:
    assert connected.run("shop", "warehouses", "shopee", "--json").json() == []
    assert "one warehouse only" in connected.run("shop", "warehouses", "shopee").out
    for wrong in ("7068", "7068=-", "=Gudang"):
        assert connected.run("shop", "warehouses", "shopee", "--set", wrong).code == 2


def test_places_belong_to_a_business(ready: Cli) -> None:
    assert "Whose places?" in ready.run("stock", "locations").err
    assert "no location Timur" in ready.run("stock", "count", SKU, "3", "--location", "Timur").err
