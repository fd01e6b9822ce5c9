"""The kill test of any marketplace: a shop with work to do, a child process that dies over it, and what must hold afterwards."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bridge.engine.context import no_probe
from bridge.store.tables import ListingSku, StockEntry
from tests.engine.crash_child import DEATH, run_child
from tests.engine.world import OTHER_PICTURE, PICTURE, Joining, World, build_engine

Shown = Mapping[str, Mapping[str, tuple[int, int]]]  # title → seller SKU → (price, pieces)


@dataclass(frozen=True)
class Stage:
    """A shop of some marketplace, before its story begins."""

    world: World
    joining: Joining
    shown: Shown  # what buyers see in the end
    consent: Callable[[World], None] | None = None  # the owner authorises again

    def another(self, reach: Callable[[str], None] = no_probe) -> World:
        """The same shop for another process: its own engine on the same store and marketplace."""
        engine, home = self.world.engine, self.world.engine.settings.home
        fresh = build_engine(engine.store, engine.cipher, home, self.world.market, reach)
        return replace(self.world, engine=fresh)


def prepare(world: World) -> None:
    """A live listing, an order on it, and then: a new price, a count, a product with variants and a picture, an old token."""
    first = world.add_product("Keripik Pisang", stock=10, pictures=[PICTURE])
    assert world.sync().summary()["created"] == 1
    world.market.buy(world.shop, {"M01P001": 3})
    world.advance(30)
    world.set_price(first, 17500)
    world.count("M01P001", 20)
    world.add_product("Keripik Tempe", options=("Asin", "Pedas"), stock=6, pictures=[OTHER_PICTURE])
    world.market.expire_tokens(world.shop)


def crash_and_recover(stage: Stage, *points: tuple[str, int], pair_lost: bool = False) -> None:
    """Children die one after the other, each the nth time that it reaches its label; then everything is as if none had."""
    prepare(stage.world)
    for label, number in points:
        assert run_child(stage.joining, label, number) == DEATH
        stage.world.forget_leases()
        stage.world.advance(30)
    check(recover(stage, pair_lost), stage.shown)


def recover(stage: Stage, pair_lost: bool) -> World:
    """Another process, later. Where the channel gave a new token pair and nobody kept it, only the owner can help."""
    fresh = stage.another()
    if pair_lost:
        assert fresh.sync().code == 5
        assert stage.consent is not None
        stage.consent(fresh)
    assert fresh.sync().code == 0
    fresh.advance(700)  # past the horizon of a lost write
    fresh.sync()
    return fresh


def check(world: World, shown: Shown) -> None:
    """Everything was done, and once: `shown` fails on a title that is listed twice."""
    assert world.shown() == shown
    there = {(row["id"], sku["id"]) for row in world.market.state(world.shop)["listing"] for sku in row["skus"]}
    assert {(tie.remote_item_id, tie.remote_sku_id) for tie in world.rows(ListingSku)} == there
    assert Counter(entry.kind for entry in world.rows(StockEntry)) == {"ordered": 1}
    assert (world.balance("M01P001").on_hand, world.balance("M01P001").held) == (20, 3)
    assert {row.state for row in world.operations()} <= {"done", "dropped"}
    world.advance(30)
    quiet = world.sync()
    assert quiet.summary()["writes"] == 0
    assert world.tie("M01P001").may_sell == 17


def reached(stage: Stage) -> Counter[str]:
    """How often the run that the children die in reaches each label."""
    prepare(stage.world)
    seen: Counter[str] = Counter()
    stage.another(lambda label: seen.update([label])).sync()
    return seen
