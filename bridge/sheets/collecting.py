"""Python's collector of cycles, held back while many rows are made. Reading makes no cycles, so nothing is left behind."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """A seventh of the time is saved: the collector would look through all cells again and again. May be nested."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
