"""The whole loop on a memory marketplace: what is written, what comes back, and that nothing is done twice."""

from datetime import timedelta
from pathlib import Path

from bridge.connectors.base import Find
from bridge.errors import OutcomeUnknown, RateLimited
from bridge.store.catalog import touch_product
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.tables import Order, OrderLine, Product, StockEntry
from tests.engine.world import PICTURE, World, build_world


def test_a_new_product_goes_live_and_the_next_run_writes_nothing(world: World) -> None:
    world.add_product("Keripik Pisang", stock=10, pictures=[PICTURE])
    report = world.sync()
    assert report.code == 0
    assert report.summary()["created"] == 1
    assert world.shown() == {"Keripik Pisang": {"M01P001": (15000, 10)}}
    again = world.sync().summary()
    assert (again["writes"], again["reads"]) == (0, 1)


def test_variants_are_created_in_steps_under_one_operation(world: World) -> None:
    world.add_product("Keripik Tempe", options=("Asin", "Pedas"), stock=4)
    world.sync()
    assert world.shown()["Keripik Tempe"] == {"M01P001-1": (15000, 4), "M01P001-2": (15000, 4)}
    assert [(row.kind, row.state) for row in world.operations()] == [("create", "done")]
    assert world.sync().summary()["writes"] == 0


def test_only_what_changed_is_written(world: World) -> None:
    first = world.add_product("Keripik Pisang")
    world.add_product("Keripik Tempe")
    world.sync()
    world.set_price(first, 17500)
    summary = world.sync().summary()
    assert (summary["writes"], summary["price"], summary["content"]) == (1, 1, 0)
    assert world.shown()["Keripik Pisang"]["M01P001"] == (17500, 10)


def test_an_order_is_booked_once_and_needs_no_write_on_its_own_shop(world: World) -> None:
    world.add_product("Keripik Pisang")
    world.sync()
    world.market.buy(world.shop, {"M01P001": 3})
    world.advance(60)
    report = world.sync()
    assert report.summary()["orders_new"] == 1
    assert report.summary()["writes"] == 0
    balance, tie = world.balance("M01P001"), world.tie("M01P001")
    assert (balance.on_hand, balance.held) == (10, 3)
    assert (tie.may_sell, tie.base) == (7, 10)
    world.sync()
    assert [entry.kind for entry in world.rows(StockEntry)] == ["ordered"]


def test_a_shipped_order_leaves_the_shelf(world: World) -> None:
    world.add_product("Keripik Pisang")
    world.sync()
    order = world.market.buy(world.shop, {"M01P001": 2})
    world.market.move(order, "ship")
    world.advance(60)
    world.sync()
    balance = world.balance("M01P001")
    assert (balance.on_hand, balance.held) == (8, 0)
    assert world.sync().summary()["writes"] == 0


def test_a_cancelled_order_frees_its_pieces_and_the_figure_is_written_again(world: World) -> None:
    world.add_product("Keripik Pisang")
    world.sync()
    order = world.market.buy(world.shop, {"M01P001": 2})
    world.advance(60)
    world.sync()
    world.market.move(order, "cancel")
    world.advance(60)
    report = world.sync()
    assert report.summary()["orders_changed"] == 1
    assert report.summary()["stock"] == 1  # whether the channel added them back is not known before the write
    assert world.balance("M01P001").held == 0
    assert world.shown()["Keripik Pisang"]["M01P001"][1] == 10
    world.advance(60)
    assert world.sync().summary()["writes"] == 0


def test_a_count_is_pushed_as_an_absolute_figure(world: World) -> None:
    world.add_product("Keripik Pisang")
    world.sync()
    world.advance(5)
    world.count("M01P001", 4)
    assert world.sync().summary()["stock"] == 1
    assert world.shown()["Keripik Pisang"]["M01P001"][1] == 4
    tie = world.tie("M01P001")
    assert tie.cover == "settled"
    assert tie.may_sell == 14  # until a pull has covered the write, the old pieces may still be sold
    world.advance(5)
    assert world.sync().summary()["writes"] == 0
    assert world.tie("M01P001").may_sell == 4


def test_unknown_stock_waits_and_says_why(world: World) -> None:
    world.add_product("Keripik Pisang", stock=None)
    report = world.sync()
    assert report.summary()["writes"] == 0
    plan = report.runs[0].plan
    assert plan is not None
    assert [problem.code for parked in plan.parked for problem in parked.problems] == ["M_STOCK_UNKNOWN"]
    world.count("M01P001", 3)
    assert world.sync().summary()["created"] == 1


def test_a_lost_answer_to_a_create_never_makes_a_second_listing(world: World) -> None:
    world.add_product("Keripik Pisang")
    world.market.fail(OutcomeUnknown("no answer"), where="after", on="writes")
    world.sync()
    assert list(world.shown()) == ["Keripik Pisang"]
    assert [row.state for row in world.operations()] == ["done"]
    assert world.tie("M01P001").remote_sku_id is not None


def test_a_create_that_never_arrived_is_sent_again_after_two_looks(world: World) -> None:
    world.add_product("Keripik Pisang")
    world.market.fail(OutcomeUnknown("no answer"), where="before", on="writes")
    world.sync()
    assert list(world.shown()) == ["Keripik Pisang"]
    assert [(row.state, row.attempts) for row in world.operations()] == [("done", 2)]


def test_a_lost_answer_to_a_stock_write_is_sent_again_as_it_is_now(world: World) -> None:
    world.add_product("Keripik Pisang")
    world.sync()
    world.advance(5)
    world.count("M01P001", 4)
    world.market.fail(OutcomeUnknown("no answer"), where="before", on="writes")
    world.sync()
    assert world.shown()["Keripik Pisang"]["M01P001"][1] == 4
    tie = world.tie("M01P001")
    assert (tie.open_writes, tie.cover) == (1, "none")  # the lost one may still land: nothing is taken off may_sell
    assert tie.may_sell == 10 + 4 + 4
    world.advance(600)
    world.sync()  # after the horizon one clean write gives a base
    world.advance(5)
    world.sync()
    assert (world.tie("M01P001").may_sell, world.tie("M01P001").open_writes) == (4, 0)
    assert world.sync().summary()["writes"] == 0


def test_throttling_is_no_failure_and_the_work_waits(world: World) -> None:
    world.add_product("Keripik Pisang")
    world.market.fail(RateLimited("slow down", timedelta(minutes=10)), where="before", on="writes")
    report = world.sync()
    assert report.code == 4
    assert [row.state for row in world.operations()] == ["pending"]
    world.advance(601)
    assert world.sync().summary()["created"] == 1


def test_an_order_for_an_unknown_listing_is_kept_and_parked(world: World) -> None:
    world.market.add_listing(world.shop, "Barang Lama", "LAMA-1", 9000, 5)
    world.market.buy(world.shop, {"LAMA-1": 1})
    report = world.sync()
    assert report.summary()["parked"] == 1
    assert world.rows(Order)[0].status == "PAID"
    assert world.rows(OrderLine)[0].parked["code"] == "O_SKU_UNKNOWN"
    assert world.rows(StockEntry) == []


def test_a_second_run_beside_the_first_touches_nothing(world: World) -> None:
    from bridge.engine.sync import shops_of, sync_shops
    from bridge.store.leases import take_lease

    world.add_product("Keripik Pisang")
    take_lease(world.engine.store, "shop/1", "somebody else", timedelta(minutes=2))
    report = sync_shops(world.engine, shops_of(world.engine))
    assert report.code == 7
    assert world.shown() == {}


def test_the_connector_reads_back_what_was_created(world: World) -> None:
    from bridge.engine.context import Lane
    from bridge.engine.sync import shops_of

    world.add_product("Keripik Pisang")
    world.sync()
    lane = Lane(engine=world.engine, shop=shops_of(world.engine)[0])
    found = list(lane.connector.listings(Find.SKU, ["M01P001"], None))
    assert [sku.stock for listing in found for sku in listing.skus] == [{"": 10}]


def test_a_new_variant_comes_with_its_price_and_stock(world: World) -> None:
    world.add_product("Keripik Tempe", options=("Asin", "Pedas"), stock=4)
    world.sync()
    world.advance(5)
    world.add_product("Keripik Tempe", options=("Asin", "Pedas", "Manis"), stock=4)
    report = world.sync()
    assert (report.code, report.summary()["content"]) == (0, 1)
    assert world.shown()["Keripik Tempe"]["M01P001-3"] == (15000, 4)
    assert world.tie("M01P001-3").listed
    world.advance(5)
    assert world.sync().summary()["writes"] == 0


def test_a_content_write_names_the_fields_that_changed(world: World) -> None:
    world.add_product("Keripik Pisang", pictures=[PICTURE])
    world.sync()
    with world.engine.store.write() as session:
        product = session.get_one(Product, 1)
        product.description = "Keripik pisang dengan bumbu baru, tanpa pengawet."
        touch_product(session, product, world.engine.clock())
    assert world.sync().summary()["content"] == 1
    assert world.operations()[-1].payload["changed"] == ["description"]
    assert world.sync().summary()["writes"] == 0


def test_a_picture_that_serves_one_listing_goes_up_for_each(store: Store, cipher: Cipher, tmp_path: Path) -> None:
    world = build_world(store, cipher, tmp_path / "home", shape="fresh-pictures")
    world.add_product("Keripik Pisang", pictures=[PICTURE])
    world.add_product("Keripik Tempe", pictures=[PICTURE])
    assert world.sync().summary()["created"] == 2
    references = [row.payload["pictures"] for row in world.operations()]
    assert references[0] != references[1]


def test_a_variant_retired_before_the_create_was_sent_is_not_sent(world: World) -> None:
    world.add_product("Keripik Tempe", options=("Asin", "Pedas", "Manis"), stock=4)
    world.market.fail(RateLimited("slow down", timedelta(minutes=10)), where="before", on="writes")
    world.sync()
    world.add_product("Keripik Tempe", options=("Asin", "Pedas"), stock=4)
    world.advance(601)
    assert world.sync().summary()["created"] == 1
    assert sorted(world.shown()["Keripik Tempe"]) == ["M01P001-1", "M01P001-2"]
