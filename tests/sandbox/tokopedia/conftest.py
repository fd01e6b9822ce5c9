"""Running Tokopedia sandboxes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sandbox_client import Sandbox
from tokopedia_client import Penjual

from bridge.sandbox import start_in_thread


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with start_in_thread("tokopedia", rate_limit=False) as running:
        yield running


@pytest.fixture
def sandbox(address: str) -> Iterator[Sandbox]:
    sandbox = Sandbox(address)
    yield sandbox
    sandbox.ok("DELETE", "faults")
    sandbox.post("webhooks", {"url": None})


@pytest.fixture
def penjual(sandbox: Sandbox) -> Penjual:
    """A new shop."""
    return Penjual(sandbox, sandbox.post("shops", {"name": "Toko Uji"}))


@pytest.fixture
def other(sandbox: Sandbox) -> Penjual:
    """A shop of somebody else."""
    return Penjual(sandbox, sandbox.post("shops", {"name": "Toko Lain"}))


@pytest.fixture
def own_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Sandboxes with options of their own."""
    with ExitStack() as running:
        yield lambda **options: Sandbox(running.enter_context(start_in_thread("tokopedia", **options)))
