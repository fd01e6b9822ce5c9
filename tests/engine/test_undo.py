"""A run is undone: prices, texts and visibility go back through the same guard, and stay back until the data changes."""

import pytest

from bridge.engine.sync import shops_of
from bridge.engine.undoing import look_back, past_runs, undo_run
from bridge.errors import UserError
from bridge.store.tables import Facet
from tests.engine.world import World


def on_sale(world: World, number: int = 1) -> int:
    """Products on the shop, covered; gives the run that made them."""
    for each in range(number):
        world.add_product(f"Keripik {each}", stock=10)
    first = world.sync().run_id
    world.advance(60)
    world.sync()
    assert first is not None
    return first


def price(world: World, number: int = 0) -> int:
    return world.shown()[f"Keripik {number}"][f"M01P{number + 1:03}"][0]


def raised(world: World, value: int = 18000) -> int:
    """A run that writes another price for every product; gives its number."""
    for product in world.products():
        world.set_price(product.id or 0, value)
    run = world.sync().run_id
    assert run is not None
    return run


def test_a_price_goes_back_and_stays_back_until_the_sheet_says_another_one(world: World) -> None:
    on_sale(world)
    run = raised(world)
    assert price(world) == 18000
    seen = look_back(world.engine, run).runs[0].plan
    assert seen is not None
    assert [(sku.old_price_idr, sku.price_idr) for step in seen.steps for sku in step.skus] == [(18000, 15000)]
    assert price(world) == 18000
    assert undo_run(world.engine, run).summary()["price"] == 1
    assert price(world) == 15000
    world.set_price(1, 18000)  # mapped again, with the same price as before
    assert world.sync().summary()["writes"] == 0
    world.set_price(1, 19000)
    world.sync()
    assert price(world) == 19000


def test_an_undo_can_be_undone(world: World) -> None:
    on_sale(world)
    back = undo_run(world.engine, raised(world)).run_id
    assert back is not None
    undo_run(world.engine, back)
    assert price(world) == 18000
    assert world.sync().summary()["writes"] == 0


def test_a_new_listing_is_hidden_not_deleted(world: World) -> None:
    run = on_sale(world)
    report = undo_run(world.engine, run)
    assert report.code == 0
    assert any("hidden, not deleted" in told.template for told in report.runs[0].told)
    assert [row["visible"] for row in world.market.state(world.shop)["listing"]] == [False]
    assert world.sync().summary()["writes"] == 0


def test_what_was_changed_again_since_is_left_and_said(world: World) -> None:
    on_sale(world)
    run = raised(world)
    raised(world, 19000)
    report = undo_run(world.engine, run)
    assert report.summary()["writes"] == 0
    assert any("changed again since" in told.template for told in report.runs[0].told)
    assert price(world) == 19000


def test_stock_is_not_undone(world: World) -> None:
    on_sale(world)
    world.count("M01P001", 4)
    run = world.sync().run_id
    assert run is not None
    report = undo_run(world.engine, run)
    assert report.summary()["writes"] == 0
    assert any("Stock is not undone" in told.template for told in report.runs[0].told)
    assert world.shown()["Keripik 0"]["M01P001"][1] == 4


def test_a_text_goes_back(world: World) -> None:
    on_sale(world)
    with world.engine.store.write() as session:
        product = session.get_one(type(world.products()[0]), 1)
        product.description = "Keripik pedas gurih buatan rumahan tanpa pengawet."
    world.set_price(1, 15000)  # the listing is mapped again
    run = world.sync().run_id
    assert run is not None
    content = world.market.state(world.shop)["listing"][0]["content"]
    assert "pedas" in content["description"]
    assert undo_run(world.engine, run).summary()["content"] == 1
    assert "pedas" not in world.market.state(world.shop)["listing"][0]["content"]["description"]
    world.set_price(1, 15000)
    assert world.sync().summary()["writes"] == 0


def test_the_guard_stops_an_undo_before_anything_is_recorded(world: World) -> None:
    on_sale(world, 5)
    run = raised(world)
    report = undo_run(world.engine, run)
    assert (report.code, price(world)) == (6, 18000)
    assert all(facet.held is None for facet in world.rows(Facet))
    assert world.sync().summary()["writes"] == 0
    assert undo_run(world.engine, run, confirm=report.confirm).code == 0
    assert price(world, 4) == 15000


def test_a_run_that_wrote_nothing_or_never_was_is_one_sentence(world: World) -> None:
    on_sale(world)
    empty = world.sync().run_id
    assert empty is not None
    for run in (empty, 999):
        with pytest.raises(UserError):
            undo_run(world.engine, run)
    assert [each.run for each in past_runs(world.engine)] == [1]
    assert len(shops_of(world.engine)) == 1
