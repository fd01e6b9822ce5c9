"""The connector contract suite, for our own connectors and for other people's. Needs pytest; touches no network by itself.

class TestMine(ConnectorContract):
    @pytest.fixture
    def world(self) -> World:
        return SandboxWorld("http://127.0.0.1:8101")

    @pytest.fixture
    def make(self, world: SandboxWorld) -> Callable[[], Connector]:
        return lambda: world.connect(plugin)
"""

import pytest

_PARTS = ("bench", "driver", "contract", *(f"cases_{part}" for part in ("calls", "capabilities", "changes", "creates")))
_MORE = tuple(f"cases_{part}" for part in ("orders", "reads", "recovery", "schema"))
pytest.register_assert_rewrite(*(f"{__name__}.{part}" for part in (*_PARTS, *_MORE)))

from bridge.testing.bench import Bench, Listed  # noqa: E402  after the rewriting is asked for
from bridge.testing.contract import ConnectorContract  # noqa: E402
from bridge.testing.driver import Settled, settle  # noqa: E402
from bridge.testing.sandbox_world import SandboxWorld  # noqa: E402
from bridge.testing.worlds import Keyring, Lent, MemoryWorld, Turnstile, World  # noqa: E402

__all__ = [
    "Bench",
    "ConnectorContract",
    "Keyring",
    "Lent",
    "Listed",
    "MemoryWorld",
    "SandboxWorld",
    "Settled",
    "Turnstile",
    "World",
    "settle",
]
