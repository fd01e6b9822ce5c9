"""Small worlds made up at random: a plan after an apply is empty, only what changed is written, and order does not matter."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.engine.runs import Report
from bridge.engine.sync import plan_shops, shops_of
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.tables import Listing, Merchant, OperationRow, Product
from tests.conftest import administer
from tests.engine.checks import assert_ledger, own_clock, wanted
from tests.engine.world import World, build_world

WORDS = ("Pisang", "Tempe", "Ubi", "Bayam")
OPTIONS = ((), ("Asin", "Pedas"), ("Asin", "Pedas", "Manis"))


@dataclass(frozen=True)
class Made:
    """One product of a small world."""

    word: str
    options: tuple[str, ...]
    price: int
    stock: int


products = st.lists(
    st.builds(
        Made,
        st.sampled_from(WORDS),
        st.sampled_from(OPTIONS),
        st.integers(1, 40).map(lambda n: n * 500),
        st.integers(1, 9),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda made: made.word,
)
changes = st.lists(
    st.tuples(st.sampled_from(["price", "count", "words", "buy", "nothing"]), st.integers(0, 2), st.integers(1, 9)),
    max_size=4,
)


class Shops:
    """Worlds on one database, one after the other: each has a merchant, a shop and a marketplace of its own."""

    def __init__(self, store: Store, cipher: Cipher, folder: Path) -> None:
        self._store, self._cipher, self._folder, self._number = store, cipher, folder, 0

    def fresh(self) -> World:
        self._number += 1
        empty(self._store)
        world = build_world(self._store, self._cipher, self._folder / f"home{self._number}")
        own_clock(world)
        return world


def empty(store: Store) -> None:
    """All rows of all tables are gone, and their numbers begin anew."""
    tables = list(reversed(Merchant.metadata.sorted_tables))
    if store.is_sqlite:
        with store.write() as session:
            for table in tables:
                session.execute(table.delete())
        return
    names = ", ".join(f'"{table.name}"' for table in tables)
    with administer(store.engine.url.render_as_string(hide_password=False)) as run:
        run(f"truncate {names} restart identity cascade")


@pytest.fixture
def shops(store: Store, cipher: Cipher, tmp_path: Path) -> Shops:
    return Shops(store, cipher, tmp_path)


def fill(world: World, made: list[Made]) -> None:
    for each in made:
        world.add_product(f"Keripik {each.word}", each.stock, each.options, each.price)


def steps(report: Report) -> list[tuple[str, str]]:
    return [(step.kind.value, step.title) for run in report.runs if run.plan is not None for step in run.plan.steps]


def planned(world: World) -> list[tuple[str, str]]:
    return steps(plan_shops(world.engine, shops_of(world.engine)))


def apply(world: World, change: tuple[str, int, int]) -> tuple[str, str] | None:
    """Something happens to a product; gives the one step that it asks for, if any."""
    what, index, number = change
    product = world.products()[index % len(world.products())]
    code = world.codes(product.id)[0]
    before = wanted(world)[product.name]
    if what == "price":
        world.set_price(product.id, number * 700)
        return ("price", product.name) if wanted(world)[product.name] != before else None
    if what == "count":
        world.count(code, number)
        return ("stock", product.name) if wanted(world)[product.name] != before else None
    if what == "buy" and world.shown()[product.name][code][1] >= 1:
        world.market.buy(world.shop, {code: 1})
    if what == "words":
        values = {"name": product.name, "description": f"Keripik nomor {number} tanpa pengawet, renyah dan gurih."}
        with world.engine.store.write() as session:
            row = session.get_one(Product, product.id)
            same = row.description == values["description"]
            row.description = values["description"]
            from bridge.store.catalog import touch_product

            touch_product(session, row, world.engine.clock())
        return None if same else ("content", product.name)
    return None


@pytest.mark.slow
@given(made=products, events=changes)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_only_what_changed_is_planned_and_after_an_apply_nothing_is(
    shops: Shops, made: list[Made], events: list[tuple[str, int, int]]
) -> None:
    world = shops.fresh()
    fill(world, made)
    assert planned(world) == [("create", product.name) for product in world.products()]
    world.sync()
    world.advance_clock(5)
    world.sync()
    assert planned(world) == []
    for event in events:
        expected = apply(world, event)
        world.advance_clock(5)
        assert planned(world) == ([expected] if expected is not None else [])
        report = world.sync()
        assert report.code == 0
        assert report.summary()["writes"] == (1 if expected is not None else 0)
        assert planned(world) == []
        world.advance_clock(5)
        world.sync()
        assert world.shown() == wanted(world)
        assert planned(world) == []
    assert_ledger(world)


@pytest.mark.slow
@given(made=products, seed=st.integers(0, 99))
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_order_of_the_input_is_irrelevant(shops: Shops, made: list[Made], seed: int) -> None:
    shown = []
    for turn in range(2):
        world = shops.fresh()
        fill(world, made if turn == 0 else Random(seed).sample(made, len(made)))
        assert sorted(planned(world)) == sorted(("create", f"Keripik {each.word}") for each in made)
        world.sync()
        shown.append({title: sorted(skus.values()) for title, skus in world.shown().items()})
        assert {row.kind for row in world.rows(OperationRow)} == {"create"}
        assert len(world.rows(Listing)) == len(made)
    assert shown[0] == shown[1]
