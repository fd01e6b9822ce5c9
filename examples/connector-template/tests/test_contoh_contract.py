"""The contract suite against the marketplace on this computer."""

from collections.abc import Callable

import pytest

from bridge.connectors import Connector
from bridge.model import OpKind
from bridge.testing import ConnectorContract, SandboxWorld
from jembatan_contoh import plugin

CHANGES = dict.fromkeys((OpKind.CONTENT, OpKind.VISIBILITY), "/products/")
VALUES = dict.fromkeys((OpKind.PRICE, OpKind.STOCK), "/values")
WRITES = {OpKind.CREATE: "/products", **CHANGES, **VALUES, **dict.fromkeys((OpKind.SHIP, OpKind.CANCEL), "/orders/")}


class TestContoh(ConnectorContract):
    @pytest.fixture
    def world(self, address: str) -> SandboxWorld:
        return SandboxWorld(address, writes=WRITES)

    @pytest.fixture
    def make(self, world: SandboxWorld) -> Callable[[], Connector]:
        return lambda: world.connect(plugin)
