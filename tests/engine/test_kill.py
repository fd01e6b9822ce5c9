"""A real child process dies at every labelled point of a run; the parent recovers. Nothing twice, nothing lost."""

from functools import partial
from pathlib import Path

import pytest

from bridge.connectors.memory import Market, plugin
from bridge.store.crypto import create_key_file, load_cipher
from bridge.store.engine import Store
from tests.engine.kill import Shown, Stage, crash_and_recover, reached
from tests.engine.world import Joining, build_world

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
SHOWN: Shown = {
    "Keripik Pisang": {"M01P001": (17500, 17)},
    "Keripik Tempe": {"M01P002-1": (15000, 6), "M01P002-2": (15000, 6)},
}


def open_market(file: Path) -> Market:
    """The marketplace in a file; the connector of the same process shares the object."""
    return plugin.market({"file": str(file)})


@pytest.fixture
def stage(store: Store, tmp_path: Path) -> Stage:
    key, file, home = tmp_path / "key.json", tmp_path / "market.sqlite3", tmp_path / "home"
    create_key_file(key)
    world = build_world(store, load_cipher(key), home, file=file)
    url = store.engine.url.render_as_string(hide_password=False)
    return Stage(world, Joining(url, key, home, world.shop, partial(open_market, file)), SHOWN)


@pytest.mark.slow
@pytest.mark.parametrize(("label", "number"), FIRST, ids=[label for label, _ in FIRST])
def test_crash_at_a_point_never_duplicates_and_loses_nothing(stage: Stage, label: str, number: int) -> None:
    crash_and_recover(stage, (label, number))


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("label", "number"), AGAIN, ids=[f"{label}-{number}" for label, number in AGAIN])
def test_crash_at_a_later_visit_of_a_point(stage: Stage, label: str, number: int) -> None:
    crash_and_recover(stage, (label, number))


def test_every_label_is_on_the_list(stage: Stage) -> None:
    seen = reached(stage)
    assert set(seen) == set(LABELS)
    for label, numbers in LABELS.items():
        assert seen[label] >= max(numbers), label
