"""Running Bukalapak sandboxes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from bukalapak_client import Lapak
from sandbox_client import Sandbox

from bridge.sandbox import start_in_thread


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with start_in_thread("bukalapak", rate_limit=False) as running:
        yield running


@pytest.fixture
def sandbox(address: str) -> Iterator[Sandbox]:
    sandbox = Sandbox(address)
    yield sandbox
    sandbox.ok("DELETE", "faults")


@pytest.fixture
def lapak(sandbox: Sandbox) -> Lapak:
    """A new shop."""
    return Lapak(sandbox, sandbox.post("shops", {"name": "Lapak Uji"}))


@pytest.fixture
def other(sandbox: Sandbox) -> Lapak:
    """A shop of somebody else: the first one of the sandbox."""
    return Lapak(sandbox, sandbox.credentials["shops"][0])


@pytest.fixture
def own_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Sandboxes with options of their own."""
    with ExitStack() as running:
        yield lambda **options: Sandbox(running.enter_context(start_in_thread("bukalapak", **options)))
