"""A world per test, on both databases."""

from pathlib import Path

import pytest

from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from tests.engine.checks import add_shop, own_clock
from tests.engine.world import World, build_world

pytest.register_assert_rewrite("tests.engine.kill")


@pytest.fixture
def world(store: Store, cipher: Cipher, tmp_path: Path) -> World:
    return build_world(store, cipher, tmp_path / "home")


@pytest.fixture
def two(world: World) -> tuple[World, World]:
    """Two shops of one business."""
    own_clock(world)
    return world, add_shop(world, "2")
