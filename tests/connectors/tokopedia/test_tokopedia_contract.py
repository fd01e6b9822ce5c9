"""The connector keeps the contract, against the sandbox that was written apart from it."""

from collections.abc import Callable, Iterator

import pytest

from bridge.connectors.base import Connector
from bridge.connectors.tokopedia import plugin
from bridge.sandbox.core.server import start_in_thread
from bridge.testing import ConnectorContract, SandboxWorld


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with start_in_thread("tokopedia", rate_limit=False) as address:
        yield address


@pytest.mark.slow
class TestTokopedia(ConnectorContract):
    @pytest.fixture
    def world(self, sandbox: str) -> SandboxWorld:
        return SandboxWorld(sandbox)

    @pytest.fixture
    def make(self, world: SandboxWorld) -> Callable[[], Connector]:
        return lambda: world.connect(plugin)
