"""The marketplace that the tests speak to."""

from collections.abc import Iterator

import pytest

from contoh_market import running


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with running() as address:
        yield address
