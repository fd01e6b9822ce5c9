"""A real child process dies at every labelled point of a run; the parent recovers. Nothing twice, nothing lost."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bridge.store.crypto import Cipher, create_key_file, load_cipher
from bridge.store.engine import Store
from bridge.store.tables import StockEntry
from tests.engine.world import World, build_engine, build_world, child_spec

ROOT = Path(__file__).parents[2]
# Every label the engine reaches in this scenario, with how often; `test_every_label_is_on_the_list` keeps it complete.
LABELS = {
    "pull:before-commit": (1,),
    "pull:after-commit": (1,),
    "pull:after-window": (1,),
    "cover:before-commit": (1,),
    "cover:after-commit": (1,),
    "record:before-commit": (1,),
    "record:after-commit": (1,),
    "claim:before-commit": (1, 2, 3, 4),
    "claim:after-commit": (1, 2, 3, 4),
    "http:before-send": (1, 2, 3, 4, 5, 6),
    "http:after-receive": (1, 2, 3, 4, 5, 6),
    "settle:before-commit": (1, 2, 3, 4),
    "settle:after-commit": (1, 2, 3, 4),
    "token:intent": (1,),
    "token:answer": (1,),
    "token:saved": (1,),
}
FIRST = [(label, 1) for label in LABELS]  # on both databases
AGAIN = [(label, number) for label, numbers in LABELS.items() for number in numbers[1:]]  # on one: the code is the same


def build(store: Store, tmp_path: Path) -> tuple[World, str, Path]:
    """A live listing, an order on it, and then: a new price, a count, a product with variants and a picture, an old token."""
    key = tmp_path / "key.json"
    create_key_file(key)
    market_file = tmp_path / "market.sqlite3"
    world = build_world(store, load_cipher(key), tmp_path / "home", file=market_file)
    first = world.add_product("Keripik Pisang", stock=10)
    assert world.sync().summary()["created"] == 1
    world.market.buy(world.shop, {"M1P1": 3})
    world.advance(30)
    world.set_price(first, 17500)
    world.count("M1P1", 20)
    world.add_product("Keripik Tempe", options=("Asin", "Pedas"), stock=6, pictures=True)
    world.market.expire_tokens(world.shop)
    return world, child_spec(world, key, market_file), key


def recover(world: World, cipher: Cipher) -> World:
    """Another process, later: its own engine on the same store and marketplace."""
    world.forget_leases()
    world.advance(30)
    engine = build_engine(world.engine.store, cipher, world.engine.settings.home, world.market)
    fresh = World(engine, world.market)
    assert fresh.sync().code == 0
    world.advance(700)  # past the horizon of a lost write
    fresh.sync()
    return fresh


def check(world: World) -> None:
    """Everything was done, and once: `shown` fails on a title that is listed twice."""
    assert world.shown() == {
        "Keripik Pisang": {"M1P1": (17500, 17)},
        "Keripik Tempe": {"M1P2-1": (15000, 6), "M1P2-2": (15000, 6)},
    }
    assert Counter(entry.kind for entry in world.rows(StockEntry)) == {"ordered": 1}
    assert (world.balance("M1P1").on_hand, world.balance("M1P1").held) == (20, 3)
    assert {row.state for row in world.operations()} <= {"done", "dropped"}
    world.advance(30)
    quiet = world.sync()
    assert quiet.summary()["writes"] == 0
    assert world.tie("M1P1").may_sell == 17


def run_child(spec: str, key: Path, label: str, number: int) -> int:
    """The exit code of a run that dies at a point."""
    command = [sys.executable, "-m", "tests.engine.crash_child", spec, str(key), label, str(number)]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=120).returncode


def crash_and_recover(store: Store, tmp_path: Path, label: str, number: int) -> None:
    """The child dies at the nth time that it reaches the label; then everything is as if it had not."""
    world, spec, key = build(store, tmp_path)
    assert run_child(spec, key, label, number) == 9
    check(recover(world, load_cipher(key)))


@pytest.mark.slow
@pytest.mark.parametrize(("label", "number"), FIRST, ids=[label for label, _ in FIRST])
def test_crash_at_a_point_never_duplicates_and_loses_nothing(
    store: Store, tmp_path: Path, label: str, number: int
) -> None:
    crash_and_recover(store, tmp_path, label, number)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("label", "number"), AGAIN, ids=[f"{label}-{number}" for label, number in AGAIN])
def test_crash_at_a_later_visit_of_a_point(store: Store, tmp_path: Path, label: str, number: int) -> None:
    crash_and_recover(store, tmp_path, label, number)


def test_every_label_is_on_the_list(store: Store, tmp_path: Path) -> None:
    world, _, key = build(store, tmp_path)
    seen: Counter[str] = Counter()
    engine = build_engine(
        store, load_cipher(key), tmp_path / "home", world.market, reach=lambda label: seen.update([label])
    )
    World(engine, world.market).sync()
    assert set(seen) == set(LABELS)
    for label, numbers in LABELS.items():
        assert seen[label] >= max(numbers), label
