from collections.abc import Callable

import pytest

from bridge.connectors import Connector
from bridge.testing import ConnectorContract, MemoryWorld
from bridge.testing.samples import unique


class TestMemory(ConnectorContract):
    @pytest.fixture
    def world(self) -> MemoryWorld:
        return MemoryWorld(unique())

    @pytest.fixture
    def make(self, world: MemoryWorld) -> Callable[[], Connector]:
        return world.connect
