"""Selling out where a channel takes no 0: the listing is hidden, or one variant stays at the least and is said to be exposed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.engine.changing import set_sold_out
from bridge.engine.stock_views import stock_of_sku
from bridge.engine.sync import plan_shops, shops_of
from bridge.model import OpKind
from bridge.planning.plan import Step
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.tables import Shop
from tests.engine.checks import assert_bound, own_clock
from tests.engine.scripted import Script, scripted
from tests.engine.world import World, build_world

TWO = ("Asin", "Pedas")


@pytest.fixture
def strict(store: Store, cipher: Cipher, tmp_path: Path) -> Iterator[World]:
    """A shop on a marketplace that takes no 0, which is told when the shop is connected."""
    world = build_world(store, cipher, tmp_path / "home", shape="no-zero")
    own_clock(world)
    yield world
    assert_bound(world)


def forget(world: World) -> None:
    """As a marketplace that tells it only when a 0 is sent."""
    with world.engine.store.write() as session:
        session.get_one(Shop, 1).takes_zero = True


def visible(world: World) -> list[bool]:
    """Which listings buyers see, in the order of their ids."""
    return [row["visible"] for row in world.market.state(world.shop)["listing"]]


def kinds(script: Script) -> list[OpKind]:
    """What was sent, in order."""
    return [operation.kind for call in script.sent for operation in call]


def live(world: World, *options: str) -> Script:
    """One product on the channel, ten pieces of each variant."""
    world.add_product("Keripik Pisang", options=options)
    assert world.sync().summary()["created"] == 1
    world.advance_clock(5)
    world.sync()
    world.advance_clock(5)
    return scripted(world)


def test_a_sold_out_listing_is_hidden_and_shown_again(strict: World) -> None:
    script = live(strict)
    strict.count("M01P001", 0)
    report = strict.sync()
    assert (report.code, kinds(script), visible(strict)) == (0, [OpKind.VISIBILITY], [False])
    strict.advance_clock(5)
    assert strict.sync().summary()["writes"] == 0
    strict.count("M01P001", 4)
    assert strict.sync().code == 0
    assert kinds(script)[1:] == [OpKind.STOCK, OpKind.VISIBILITY]
    assert (visible(strict), strict.shown()) == ([True], {"Keripik Pisang": {"M01P001": (15000, 4)}})


def test_the_first_refused_zero_is_acted_on_in_the_same_run(strict: World) -> None:
    forget(strict)
    script = live(strict)
    forget(strict)
    strict.count("M01P001", 0)
    report = strict.sync()
    assert (report.code, kinds(script), visible(strict)) == (0, [OpKind.STOCK, OpKind.VISIBILITY], [False])
    assert report.summary()["rejected"] == 0
    assert not shops_of(strict.engine)[0].takes_zero
    strict.advance_clock(5)
    assert strict.sync().summary()["writes"] == 0


def test_one_sold_out_variant_hides_the_listing_by_default(strict: World) -> None:
    script = live(strict, *TWO)
    strict.count("M01P001-1", 0)
    assert strict.sync().code == 0
    assert (kinds(script), visible(strict)) == ([OpKind.VISIBILITY], [False])


def test_one_sold_out_variant_stays_at_the_least_where_the_merchant_says_so(strict: World) -> None:
    script = live(strict, *TWO)
    assert set_sold_out(strict.engine, "least", "Toko Uji", None) == "Toko Uji"
    strict.count("M01P001-1", 0)
    plan = plan_shops(strict.engine, shops_of(strict.engine)).runs[0].plan
    assert plan is not None
    assert [(sku.sku, sku.stock, sku.least) for step in plan.steps for sku in step.skus] == [("M01P001-1", 1, True)]
    assert strict.sync().code == 0
    assert (kinds(script), visible(strict)) == ([OpKind.STOCK], [True])
    assert strict.shown()["Keripik Pisang"] == {"M01P001-1": (15000, 1), "M01P001-2": (15000, 10)}
    strict.advance_clock(5)
    assert strict.sync().summary()["writes"] == 0
    stock = stock_of_sku(strict.engine, "M01P001-1")
    assert (stock.available, stock.exposure, stock.listings[0].desired) == (0, 1, 1)
    strict.count("M01P001-2", 0)  # now all of it is sold out
    strict.sync()
    assert visible(strict) == [False]


def test_the_rule_of_a_variant_wins_over_that_of_its_business(strict: World) -> None:
    live(strict, *TWO)
    set_sold_out(strict.engine, "least", "Toko Uji", None)
    assert set_sold_out(strict.engine, "hide", None, "M01P001-2") == "M01P001-2"
    strict.count("M01P001-1", 0)
    strict.sync()
    assert visible(strict) == [True]
    strict.count("M01P001-1", 5)
    strict.count("M01P001-2", 0)
    strict.sync()
    assert visible(strict) == [False]
    assert set_sold_out(strict.engine, "least", None, "M01P001-2") == "M01P001-2"
    strict.sync()
    assert visible(strict) == [True]
    assert strict.shown()["Keripik Pisang"] == {"M01P001-1": (15000, 5), "M01P001-2": (15000, 1)}


def test_a_hidden_listing_has_no_exposure(strict: World) -> None:
    live(strict)
    strict.count("M01P001", 0)
    strict.sync()
    strict.advance_clock(5)
    strict.sync()  # a pull that began after the hiding has seen every order
    stock = stock_of_sku(strict.engine, "M01P001")
    assert (stock.exposure, stock.listings[0].state, stock.listings[0].desired) == (0, "hidden", 0)


def test_a_new_listing_is_made_without_its_sold_out_variant(strict: World) -> None:
    strict.add_product("Keripik Tempe", options=TWO)
    strict.count("M01P001-1", 0)
    assert strict.sync().summary()["created"] == 1
    assert list(strict.shown()["Keripik Tempe"]) == ["M01P001-2"]
    strict.count("M01P001-1", 6)
    strict.advance_clock(5)
    assert strict.sync().code == 0
    assert strict.shown()["Keripik Tempe"] == {"M01P001-1": (15000, 6), "M01P001-2": (15000, 10)}


def test_a_create_with_a_zero_that_was_refused_goes_out_without_it(strict: World) -> None:
    forget(strict)
    strict.add_product("Keripik Tempe", options=TWO)
    strict.count("M01P001-1", 0)
    forget(strict)
    report = strict.sync()
    assert (report.code, report.summary()["created"], report.summary()["rejected"]) == (0, 1, 0)
    assert list(strict.shown()["Keripik Tempe"]) == ["M01P001-2"]


def test_sold_out_listings_do_not_trip_the_guard_but_a_rule_that_empties_a_shop_does(strict: World) -> None:
    for number in range(6):
        strict.add_product(f"Keripik {number}")
    assert strict.sync().summary()["created"] == 6
    strict.advance_clock(5)
    strict.sync()
    for number in range(6):
        strict.count(f"M01P{number + 1:03}", 0)
    steps = steps_of(strict)
    assert [(step.kind, step.reason, step.explained) for step in steps] == [(OpKind.VISIBILITY, "sold_out", True)] * 6
    assert strict.sync().code == 0
    for number in range(6):
        strict.count(f"M01P{number + 1:03}", 3)
    strict.advance_clock(5)
    strict.sync()
    with strict.engine.store.write() as session:
        session.get_one(Shop, 1).buffer = 50
    for number in range(6):
        strict.count(f"M01P{number + 1:03}", 2)
    assert strict.sync().code == 6


def steps_of(world: World) -> list[Step]:
    """What the next run would write."""
    plan = plan_shops(world.engine, shops_of(world.engine)).runs[0].plan
    return list(plan.steps) if plan is not None else []
