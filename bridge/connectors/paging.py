"""Going through what a channel gives in pieces: batches, pages that shift while they are read, calls that one bad key spoils."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from bridge.errors import Rejected
from bridge.model import Window

K = TypeVar("K")
V = TypeVar("V")
Pages = Callable[[datetime, datetime | None], Iterator[V]]


def chunks(rows: Sequence[K], size: int) -> Iterator[Sequence[K]]:
    """Pieces of at most `size`."""
    return (rows[at : at + size] for at in range(0, len(rows), size))


def still_pages(window: Window, clock: Callable[[], datetime], pages: Pages[V]) -> Iterator[V]:
    """All pages of a window. What is updated meanwhile moves within the list, so after more than one page it is asked again."""
    since = window.since
    while True:
        began, count = clock(), 0
        for page in pages(since, window.until):
            count += 1
            yield page
        if count <= 1 or (window.until is not None and window.until < began):
            return
        since = began - timedelta(seconds=1)


def in_halves(
    keys: Sequence[K],
    ask: Callable[[Sequence[K]], list[V]],
    spoils: Callable[[Rejected], bool],
    alone: Callable[[K, Rejected], list[V]] = lambda _key, _error: [],
) -> list[V]:
    """What is asked or sent for many keys where one may spoil the call for all: tried in halves until it stands `alone`."""
    try:
        return ask(keys)
    except Rejected as error:
        if not spoils(error):
            raise
        refusal = error
    if len(keys) == 1:
        return alone(keys[0], refusal)
    half = len(keys) // 2
    return in_halves(keys[:half], ask, spoils, alone) + in_halves(keys[half:], ask, spoils, alone)
