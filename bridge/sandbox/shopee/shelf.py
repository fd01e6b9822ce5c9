"""The items of one shop and the indexes that keep each call cheap."""

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bridge.sandbox.shopee.values import DELETED, STATUSES, Item


class Times:
    """Keys ordered by time, for windows and cursors."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, Any]] = []

    def add(self, time: int, key: Any) -> None:
        insort(self.rows, (time, key))

    def drop(self, time: int, key: Any) -> None:
        del self.rows[bisect_left(self.rows, (time, key))]

    def window(self, start: int, end: int | None) -> tuple[int, int]:
        """Positions of the rows from `start` to `end`, both included."""
        stop = len(self.rows) if end is None else bisect_left(self.rows, (end + 1,))
        return bisect_left(self.rows, (start,)), stop


class Shelf:
    """The items of one shop, found by id, status, time of change, seller SKU and words of the name."""

    def __init__(self) -> None:
        self.items: dict[int, Item] = {}
        self.listed = 0  # not deleted
        self._by_status: dict[str, list[int]] = {status: [] for status in STATUSES}
        self._times: dict[str, Times] = {status: Times() for status in STATUSES}
        self._skus: dict[str, dict[tuple[int, int], None]] = {}
        self._words: dict[str, set[int]] = {}
        self._sku_words: dict[str, set[int]] = {}

    def place(self, item: Item, now: int) -> None:
        self.items[item.item_id] = item
        item.update_time = now
        self._index(item)

    @contextmanager
    def change(self, item: Item, now: int) -> Iterator[None]:
        """Around every change of an item, so that no index goes stale."""
        self._unindex(item)
        try:
            yield
        finally:
            item.update_time = max(now, item.update_time)
            self._index(item)

    def page(
        self, statuses: Sequence[str], start: int, size: int, since: int | None, until: int | None
    ) -> tuple[list[int], int]:
        """The ids at `start` and how many there are in all."""
        found: list[int] = []
        total = 0
        for status in statuses:
            low, high = 0, len(self._by_status[status])
            windowed = since is not None or until is not None
            if windowed:
                low, high = self._times[status].window(since or 0, until)
            first = low + max(0, start - total)
            last = min(high, first + size - len(found))
            if windowed:
                found += [key for _, key in self._times[status].rows[first:last]]
            else:
                found += self._by_status[status][first:last]
            total += max(0, high - low)
        return found, total

    def by_sku(self, sku: str) -> list[tuple[Item, int]]:
        return [(self.items[item_id], model_id) for item_id, model_id in self._skus.get(sku, ())]

    def search(self, text: str, *, sku: bool) -> list[int]:
        """Ids whose name, or whose item SKU, has all words of the text."""
        words = tokens(text)
        index = self._sku_words if sku else self._words
        sets = sorted((index.get(word, set()) for word in words), key=len)
        return sorted(set.intersection(*sets)) if sets else []

    def _index(self, item: Item) -> None:
        insort(self._by_status[item.status], item.item_id)
        self._times[item.status].add(item.update_time, item.item_id)
        if item.status in DELETED:
            return
        self.listed += 1
        for model_id, sku, _ in item.variants():
            self._skus.setdefault(sku, {})[(item.item_id, model_id)] = None
        for words, index in ((tokens(item.name), self._words), (tokens(item.sku), self._sku_words)):
            for word in words:
                index.setdefault(word, set()).add(item.item_id)

    def _unindex(self, item: Item) -> None:
        ids = self._by_status[item.status]
        del ids[bisect_left(ids, item.item_id)]
        self._times[item.status].drop(item.update_time, item.item_id)
        if item.status in DELETED:
            return
        self.listed -= 1
        for model_id, sku, _ in item.variants():
            self._skus[sku].pop((item.item_id, model_id), None)
        for words, index in ((tokens(item.name), self._words), (tokens(item.sku), self._sku_words)):
            for word in words:
                index[word].discard(item.item_id)


def tokens(text: str) -> Iterable[str]:
    return set(re.findall(r"\w+", text.lower()))
