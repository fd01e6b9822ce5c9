"""Several warehouses: each is told what lies there, an order takes its goods from its own, and the sum stays what the rules say."""

from pathlib import Path

import pytest

from bridge.engine.auditing import audit_shops
from bridge.engine.changing import make_bundle, set_stock_rule
from bridge.engine.counting import adjust_stock, count_stock, move_stock
from bridge.engine.locations import add_location, location_names, set_warehouse, warehouses_of
from bridge.engine.stock_history import stock_history
from bridge.engine.stock_views import stock_of_sku
from bridge.engine.sync import shops_of
from bridge.errors import UserError
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.tables import Balance, Shop
from tests.engine.checks import own_clock
from tests.engine.world import World, build_world

NAME, CODE, OWNER = "Keripik Pisang", "M01P001", "Toko Uji"


@pytest.fixture
def world(store: Store, cipher: Cipher, tmp_path: Path) -> World:
    """Six pieces at the first place, four at the one behind the shop's second warehouse."""
    world = build_world(store, cipher, tmp_path / "home", shape="two-places")
    own_clock(world)
    world.add_product(NAME, stock=6)
    add_location(world.engine, OWNER, "Selatan")
    world.sync()
    set_warehouse(world.engine, 1, "SELATAN", "selatan")
    count_stock(world.engine, CODE, 4, None, None, None, "Selatan")
    settle(world)
    return world


def settle(world: World) -> None:
    for _ in range(3):
        world.advance_clock(30)
        world.sync()


def shown(world: World) -> dict[str, int]:
    """What each warehouse shows."""
    (row,) = world.market.state("1")["listing"]
    (sku,) = row["skus"]
    return dict(sku["stock"])


def lies(world: World) -> dict[str, tuple[int | None, int]]:
    """Our own books: on hand and held by place."""
    return {shelf.location: (shelf.on_hand, shelf.held) for shelf in stock_of_sku(world.engine, CODE).shelves}


def move_by_hand(world: World, stock: dict[str, int]) -> None:
    """The seller changes the figures in the seller centre, and a reading finds it."""
    (row,) = world.market.state("1")["listing"]
    row["skus"][0]["stock"] = stock
    world.market.put("listing", row)
    audit_shops(world.engine, shops_of(world.engine))


def test_each_warehouse_is_told_what_lies_there(world: World) -> None:
    assert shown(world) == {"UTARA": 6, "SELATAN": 4}
    found = stock_of_sku(world.engine, CODE)
    assert (found.on_hand, found.available, found.exposure) == (10, 10, 0)
    assert world.sync().summary()["writes"] == 0


def test_an_order_takes_its_goods_from_its_own_warehouse(world: World) -> None:
    world.market.buy("1", {CODE: 6})  # the first warehouse that has so many
    taken = shown(world)
    assert taken == {"UTARA": 0, "SELATAN": 4}
    settle(world)
    assert lies(world) == {"": (6, 6), "Selatan": (4, 0)}
    order = world.market.buy("1", {CODE: 3})
    settle(world)
    assert lies(world) == {"": (6, 6), "Selatan": (4, 3)}
    assert shown(world) == {"UTARA": 0, "SELATAN": 1}
    assert world.sync().summary()["writes"] == 0
    world.market.move(order, "cancel")
    settle(world)
    assert (lies(world)["Selatan"], shown(world)) == ((4, 0), {"UTARA": 0, "SELATAN": 4})


def test_a_cancelled_piece_goes_back_to_where_it_was_held_whatever_was_set_since(world: World) -> None:
    world.market.buy("1", {CODE: 6})
    order = world.market.buy("1", {CODE: 2})
    settle(world)
    set_warehouse(world.engine, 1, "SELATAN", None)
    world.market.move(order, "cancel")
    settle(world)
    assert lies(world) == {"": (6, 6), "Selatan": (4, 0)}


def test_goods_that_are_carried_elsewhere_are_told_there(world: World) -> None:
    assert move_stock(world.engine, CODE, 5, None, "-", "Selatan", "hujan") == (1, 9)
    assert stock_of_sku(world.engine, CODE).available == 10, "nothing came or went"
    settle(world)
    assert shown(world) == {"UTARA": 1, "SELATAN": 9}
    assert world.sync().summary()["writes"] == 0
    moves = [(row.location, row.on_hand, row.note) for row in stock_history(world.engine, CODE) if row.kind == "moved"]
    assert moves == [("", -5, "hujan"), ("Selatan", 5, "hujan")]


def test_partitioned_goods_are_carried_through_zero_without_exposure(world: World) -> None:
    set_stock_rule(world.engine, {"mode": "partitioned"}, OWNER, None)
    settle(world)
    move_stock(world.engine, CODE, 5, None, "-", "Selatan", None)
    most = 0
    for _ in range(6):
        world.advance_clock(30)
        world.sync()
        most = max(most, stock_of_sku(world.engine, CODE).exposure or 0)
    assert (shown(world), most) == ({"UTARA": 1, "SELATAN": 9}, 0)


def test_a_place_without_a_warehouse_is_told_at_the_first_one(world: World) -> None:
    add_location(world.engine, OWNER, "Rumah Ibu")
    count_stock(world.engine, CODE, 3, None, None, None, "Rumah Ibu")
    settle(world)
    assert shown(world) == {"UTARA": 9, "SELATAN": 4}


def test_a_place_that_sold_more_than_it_had_is_told_nothing(world: World) -> None:
    world.market.buy("1", {CODE: 6})
    settle(world)
    adjust_stock(world.engine, CODE, -2, None, "pecah")
    settle(world)
    assert (lies(world)[""], shown(world)) == ((4, 6), {"UTARA": 0, "SELATAN": 2})


def test_a_buffer_is_kept_back_from_the_whole(world: World) -> None:
    set_stock_rule(world.engine, {"buffer": 5}, OWNER, None)
    settle(world)
    assert shown(world) == {"UTARA": 3, "SELATAN": 2}


def test_goods_that_were_moved_by_hand_on_the_channel_go_back(world: World) -> None:
    move_by_hand(world, {"UTARA": 0, "SELATAN": 10})
    settle(world)
    assert shown(world) == {"UTARA": 6, "SELATAN": 4}


def test_where_the_office_asks_first_they_stay(world: World) -> None:
    world.engine.settings = world.engine.settings.model_copy(update={"drift_stock": "ask"})
    move_by_hand(world, {"UTARA": 0, "SELATAN": 10})
    settle(world)
    assert shown(world) == {"UTARA": 0, "SELATAN": 10}


def test_their_figure_is_a_count_of_the_first_place(world: World) -> None:
    world.engine.settings = world.engine.settings.model_copy(update={"drift_stock": "theirs"})
    move_by_hand(world, {"UTARA": 9, "SELATAN": 4})
    assert lies(world) == {"": (9, 0), "Selatan": (4, 0)}


def test_a_bundle_can_be_put_together_where_its_parts_lie(world: World) -> None:
    world.add_product("Keripik Hampers", stock=None)
    make_bundle(world.engine, "M01P002", {CODE: 2}, None)
    settle(world)
    found = {row["title"]: row["skus"][0]["stock"] for row in world.market.state("1")["listing"]}
    assert found["Keripik Hampers"] == {"UTARA": 3, "SELATAN": 2}


def test_the_names_of_places_are_known_or_refused(world: World) -> None:
    assert location_names(world.engine, OWNER) == ["-", "Selatan"]
    with pytest.raises(UserError, match="taken"):
        add_location(world.engine, OWNER, " selatan ")
    with pytest.raises(UserError, match="no location Timur"):
        count_stock(world.engine, CODE, 1, None, None, None, "Timur")
    with pytest.raises(UserError, match="two different"):
        move_stock(world.engine, CODE, 1, None, "Selatan", "SELATAN", None)
    with pytest.raises(UserError, match="Only 4 pieces"):
        move_stock(world.engine, CODE, 5, None, "Selatan", "-", None)
    with pytest.raises(UserError, match="at least one"):
        move_stock(world.engine, CODE, 0, None, "Selatan", "-", None)


def test_what_was_set_of_a_warehouse_outlives_the_daily_check(world: World) -> None:
    world.advance_clock(2 * 86400)
    world.sync()
    rows = [(each.id, each.name, each.location) for each in warehouses_of(world.engine, 1)]
    assert rows == [("UTARA", "Gudang Utara", ""), ("SELATAN", "Gudang Selatan", "Selatan")]
    with pytest.raises(UserError, match="has no warehouse TIMUR"):
        set_warehouse(world.engine, 1, "TIMUR", "Selatan")
    with pytest.raises(UserError, match="stands for"):
        set_warehouse(world.engine, 1, "Gudang Utara", "Selatan")


def test_goods_of_a_warehouse_that_was_closed_are_told_at_the_first_one(world: World) -> None:
    with world.engine.store.write() as session:  # as if SELATAN were new, and another one had been there before
        shop = session.get_one(Shop, 1)
        shop.warehouses = [{**row, "id": row["id"].replace("SELATAN", "TIMUR")} for row in shop.warehouses]
    world.advance_clock(2 * 86400)
    settle(world)
    assert shown(world) == {"UTARA": 10, "SELATAN": 0}


def test_pieces_can_be_carried_to_a_place_where_none_were_counted(world: World) -> None:
    add_location(world.engine, OWNER, "Kios")
    assert move_stock(world.engine, CODE, 2, None, "Selatan", "Kios", None) == (2, 2)
    assert {row.on_hand for row in world.rows(Balance)} == {6, 2}
    assert stock_of_sku(world.engine, CODE).on_hand == 10
