"""Shopee's connector keeps the contract, against the sandbox that was written apart from it."""

from collections.abc import Callable, Iterator

import pytest

from bridge.connectors.base import Connector
from bridge.connectors.shopee import plugin
from bridge.sandbox.core.server import start_in_thread
from bridge.testing import ConnectorContract, SandboxWorld


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with start_in_thread("shopee", rate_limit=False) as address:
        yield address


@pytest.fixture(scope="module")
def two_places() -> Iterator[str]:
    with start_in_thread("shopee", rate_limit=False, warehouses=2) as address:
        yield address


@pytest.mark.slow
class TestShopee(ConnectorContract):
    @pytest.fixture
    def world(self, sandbox: str) -> SandboxWorld:
        return SandboxWorld(sandbox)

    @pytest.fixture
    def make(self, world: SandboxWorld) -> Callable[[], Connector]:
        return lambda: world.connect(plugin)


class TestShopeeWithTwoWarehouses(TestShopee):
    """The same of a shop that keeps its stock in two locations; what its check found was remembered."""

    @pytest.fixture
    def world(self, two_places: str) -> SandboxWorld:
        first = SandboxWorld(two_places)
        remembered = first.connect(plugin).check().remember
        return SandboxWorld(two_places, first.shop, settings=remembered)
