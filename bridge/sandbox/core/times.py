"""Keys ordered by time, and by group: windows, counts and pages without looking at every row."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Mapping

Row = tuple[int, str]  # when, and the key


class Times:
    """The rows of one group, ordered by time, then by key."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def add(self, row: Row) -> None:
        insort(self.rows, row)

    def drop(self, row: Row) -> None:
        del self.rows[bisect_left(self.rows, row)]

    def window(self, start: int | None, stop: int | None) -> tuple[int, int]:
        """Positions of the rows from `start` on and before `stop`."""
        low = 0 if start is None else bisect_left(self.rows, (start, ""))
        high = len(self.rows) if stop is None else bisect_left(self.rows, (stop, ""))
        return low, max(low, high)

    def page(self, low: int, high: int, after: Row | None, size: int, *, newest_first: bool = False) -> list[Row]:
        """At most `size` rows between two positions that follow the row named, in either direction."""
        if newest_first:
            end = high if after is None else max(low, min(high, bisect_left(self.rows, after)))
            return self.rows[max(low, end - size) : end][::-1]
        start = low if after is None else max(low, bisect_right(self.rows, after))
        return self.rows[start : min(high, start + size)]


class Board:
    """Keys in several groups at once, each group ordered by several kinds of time."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self._kinds = tuple(kinds)
        self._groups: dict[tuple[Hashable, str], Times] = {}
        self._placed: dict[str, tuple[frozenset[Hashable], Mapping[str, int]]] = {}

    def place(self, key: str, groups: Iterable[Hashable], times: Mapping[str, int]) -> None:
        """Puts a key where it belongs now, and takes it from where it was."""
        self.remove(key)
        placed = frozenset(groups)
        self._placed[key] = (placed, dict(times))
        self._each(key, lambda rows, row: rows.add(row))

    def remove(self, key: str) -> None:
        if key in self._placed:
            self._each(key, lambda rows, row: rows.drop(row))
            del self._placed[key]

    def times(self, group: Hashable, kind: str) -> Times:
        return self._groups.get((group, kind)) or Times()

    def _each(self, key: str, act: Callable[[Times, Row], None]) -> None:
        groups, times = self._placed[key]
        for group in groups:
            for kind in self._kinds:
                act(self._groups.setdefault((group, kind), Times()), (times[kind], key))
