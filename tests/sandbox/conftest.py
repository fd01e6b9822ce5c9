"""Running Shopee sandboxes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sandbox_client import Receiver, Sandbox, Seller

from bridge.sandbox import start_in_thread


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with start_in_thread("shopee", rate_limit=False) as running:
        yield running


@pytest.fixture
def sandbox(address: str) -> Iterator[Sandbox]:
    sandbox = Sandbox(address)
    yield sandbox
    sandbox.ok("DELETE", "faults")
    sandbox.post("webhooks", {"url": None})


@pytest.fixture
def seller(sandbox: Sandbox) -> Seller:
    return sandbox.seller()


@pytest.fixture
def own_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Sandboxes with options of their own."""
    with ExitStack() as running:
        yield lambda **options: Sandbox(running.enter_context(start_in_thread("shopee", **options)))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()
