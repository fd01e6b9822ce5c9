"""A shop that shows our SKUs already is taken over, not filled a second time."""

from typing import Any

from bridge.connectors import registry
from bridge.engine.adopting import adopt
from bridge.engine.connecting import store_app, store_grants
from bridge.engine.context import Lane, Takeover
from bridge.engine.sync import shops_of
from bridge.model import Grant
from bridge.store.tables import Listing
from tests.engine.world import World


def connect_again(world: World, shop: str) -> Lane:
    """Connects another shop of the merchant on the same marketplace."""
    settings = {"base_url": "memory", "shape": "steps", "world": str(world.engine.settings.home)}
    plugin: Any = registry.plugin("memory")
    token = plugin.market(settings).new_token(shop)
    app = store_app(world.engine, "memory", "app", "secret", settings)
    store_grants(world.engine, "memory", "Toko Uji", app, [Grant(token, "r", None, None, None, (shop,))])
    return Lane(engine=world.engine, shop=next(view for view in shops_of(world.engine) if view.remote_shop_id == shop))


def test_a_listing_with_our_sku_is_bound_when_the_shop_is_connected(world: World) -> None:
    world.add_product("Keripik Pisang", stock=10)
    remote_id = world.market.add_listing("2", "Keripik Lama", "M01P001", 9000, 4)
    world.market.add_listing("2", "Barang Lain", "LAIN-1", 9000, 4)
    lane = connect_again(world, "2")
    listing = next(row for row in world.rows(Listing) if row.shop_id == lane.shop.shop_id)
    assert listing.remote_item_id == remote_id
    world.advance(5)
    report = world.sync()
    assert report.code == 0
    shown = {row["title"]: row["skus"] for row in world.market.state("2")["listing"]}
    assert sorted(shown) == ["Barang Lain", "Keripik Pisang"]
    assert (shown["Keripik Pisang"][0]["price_idr"], shown["Keripik Pisang"][0]["stock"]) == (15000, {"": 10})
    world.advance(60)
    world.sync()
    assert world.sync().summary()["writes"] == 0


def test_adopting_twice_binds_nothing_more_and_reads_nothing_when_all_is_bound(world: World) -> None:
    world.add_product("Keripik Pisang", stock=10)
    world.market.add_listing("2", "Keripik Lama", "M01P001", 9000, 4)
    lane = connect_again(world, "2")
    assert adopt(lane) == Takeover()
    assert world.engine.takeovers[lane.shop.shop_id] == Takeover(1)
    assert lane.count.reads == 0


def test_a_listing_that_mixes_products_is_left_alone(world: World) -> None:
    world.add_product("Keripik Pisang")
    world.add_product("Keripik Tempe")
    listing_id = world.market.add_listing("2", "Paket", "M01P001", 9000, 4)
    row = next(row for row in world.market.rows("listing", "2") if row["id"] == listing_id)
    row["skus"].append({**row["skus"][0], "id": "other", "seller_sku": "M01P002"})
    world.market.put("listing", row)
    lane = connect_again(world, "2")
    assert all(each.remote_item_id is None for each in world.rows(Listing) if each.shop_id == lane.shop.shop_id)


def test_a_listing_of_the_same_name_with_another_code_is_named(world: World) -> None:
    world.add_product("Keripik Pisang")
    for title, code in (("KERIPIK  PISANG 250 g", "LAMA-1"), ("Keripik Tempe", "LAMA-2"), ("Keripik", "LAMA-3")):
        world.market.add_listing("2", title, code, 9000, 4)
    lane = connect_again(world, "2")
    assert world.engine.takeovers[lane.shop.shop_id] == Takeover(0, ("KERIPIK  PISANG 250 g",))
