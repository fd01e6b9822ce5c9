"""Whatever a channel does to us: in the end it shows what it should, once, and the ledger is right."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest

from bridge.connectors.base import Connector
from bridge.store.catalog import touch_product
from bridge.store.tables import Product
from tests.engine.checks import HORIZON_S, Wrapped, assert_bound, assert_quiet, own_clock
from tests.engine.world import World
from tests.hostile import SURVIVABLE, Hostile, Trick

NAMES = ("Keripik Pisang", "Keripik Tempe", "Keripik Singkong", "Keripik Ubi", "Keripik Bayam")
FULLY = pytest.mark.parametrize(  # each mood alone is the same on both databases; all together run on both in any case
    "database_url",
    ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.thorough])],
    indirect=True,
)
MOODS: dict[str, Sequence[Trick]] = {
    "fails": (Trick.FAIL,),
    "stalls": (Trick.STALL, Trick.SHUFFLE),
    "answers-twice": (Trick.TWICE,),
    "dies-after-sending": (Trick.DIE,),
    "loses": (Trick.LOSE,),
    "rate-limits": (Trick.LIMIT,),
    "too-few-outcomes": (Trick.SHORT, Trick.STRANGER),
    "breaks-off": (Trick.CUT,),
    "forgets-in-reads": (Trick.FORGET,),
    "bug": (Trick.BUG,),
}


class Story:
    """Seeded misfortune: buyers, sheets and counts between runs, and a channel in a bad mood within them."""

    def __init__(self, world: World, seed: int, tricks: Sequence[Trick]) -> None:
        self.world, self.random = world, Random(seed)
        self.clock = own_clock(world)
        self.opened: list[Hostile] = []
        self.bad = True
        self.orders: list[str] = []
        world.engine.reach = lambda label: assert_bound(world, label) if not label.endswith("before-commit") else None

        def wrap(inner: Connector) -> Connector:
            if not self.bad:
                return inner
            how: dict[str, Any] = {"seed": self.random.randrange(10**6), "odds": 0.35, "tricks": tricks, "most": 6}
            hostile = Forgetful(inner, **how) if Trick.FORGET in tricks else Hostile(inner, **how)
            hostile.stalled = self.clock.advance
            self.opened.append(hostile)
            return hostile

        world.engine.plugins["memory"] = Wrapped(wrap)

    def happen(self) -> None:
        """One thing of the outside world."""
        act: Callable[[], None] = self.random.choice(
            [self.buy, self.buy, self.move, self.count, self.price, self.product, self.variant, self.words]
        )
        act()
        self.clock.advance(self.random.choice([1, 20, 90]))

    def buy(self) -> None:
        shown = [
            (sku["seller_sku"], pieces)
            for row in self.world.market.state("1")["listing"]
            for sku in row["skus"]
            if row["visible"] and (pieces := sum(sku["stock"].values()))
        ]
        if shown:
            code, pieces = self.random.choice(shown)
            self.orders.append(self.world.market.buy("1", {code: self.random.randint(1, min(3, pieces))}))

    def move(self) -> None:
        if self.orders:
            order = self.orders.pop(self.random.randrange(len(self.orders)))
            self.world.market.move(order, self.random.choice(["ship", "cancel"]))

    def count(self) -> None:
        if codes := self.codes():
            self.world.count(self.random.choice(codes), self.random.randint(5, 15))

    def price(self) -> None:
        if self.world.products():
            self.world.set_price(self.random.choice(self.world.products()).id, self.random.randrange(9000, 20000, 500))

    def product(self) -> None:
        used = {product.name for product in self.world.products()}
        free = [name for name in NAMES if name not in used]
        if free:
            self.world.add_product(free[0], options=self.random.choice([(), ("Asin", "Pedas")]))

    def variant(self) -> None:
        for product in self.world.products():
            if product.axes and len(self.world.codes(product.id)) == 2:
                self.world.add_product(product.name, options=("Asin", "Pedas", "Manis"))
                return

    def words(self) -> None:
        if products := self.world.products():
            with self.world.engine.store.write() as session:
                product = session.get_one(Product, self.random.choice(products).id)
                product.description += " Baru."
                touch_product(session, product, self.clock.now())

    def codes(self) -> list[str]:
        return [code for product in self.world.products() for code in self.world.codes(product.id)]

    def run(self, rounds: int) -> int:
        """Rounds of life and bad runs, then an honest channel until nothing is left to do; gives how many tricks there were."""
        for name in NAMES[:2]:
            self.world.add_product(name, options=() if name == NAMES[0] else ("Asin", "Pedas"))
        for _ in range(rounds):
            for _ in range(self.random.randint(1, 3)):
                self.happen()
            self.world.sync()
            self.clock.advance(self.random.choice([5, 30, 120, 900]))  # 900: longer than the overlap of two pulls
        self.bad = False
        for _ in range(4):
            self.clock.advance(HORIZON_S)
            self.world.sync()
        return sum(hostile.played for hostile in self.opened)


class Forgetful(Hostile):
    """Forgets in reads only: a write that is called done and never happened shows in a later read of listings, not in a run."""

    def _next(self, method: str) -> Trick | None:
        return super()._next(method) if method in ("orders", "poll", "look_up") else None


@pytest.mark.slow
@FULLY
@pytest.mark.parametrize("seed", [2])
@pytest.mark.parametrize("mood", MOODS)
def test_a_channel_in_any_mood_ends_where_an_honest_one_does(world: World, mood: str, seed: int) -> None:
    story = Story(world, seed * 100 + len(mood), MOODS[mood])
    assert story.run(4) > 0
    story.clock.advance(5)
    assert_quiet(world)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_all_moods_together(world: World, seed: int) -> None:
    story = Story(world, seed, SURVIVABLE)
    assert story.run(5) > 0
    story.clock.advance(5)
    assert_quiet(world)
