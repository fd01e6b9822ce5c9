"""Products in the order in which lists show them, with the indexes that keep each call cheap."""

import re
from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from bridge.sandbox.bukalapak.categories import ancestry
from bridge.sandbox.bukalapak.values import Product

Row = TypeVar("Row")
SORTS = ("Terbaru", "Termurah", "Termahal", "Acak")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list asks for. `tags` must all be on a product."""

    for_sale: bool = True
    sort: str = "Terbaru"
    tags: tuple[Hashable, ...] = ()
    low: int | None = None
    high: int | None = None


class Shelf:
    """One seller's products, or everybody's. Removed ones are not here."""

    def __init__(self) -> None:
        self.products: dict[int, Product] = {}
        self._newest = {True: list[int](), False: list[int]()}
        self._prices = {True: list[tuple[int, int]](), False: list[tuple[int, int]]()}
        self._tags: dict[Hashable, set[int]] = {}

    def put(self, product: Product) -> None:
        self.products[product.number] = product
        insort(self._newest[product.for_sale], product.number)
        insort(self._prices[product.for_sale], (product.price, product.number))
        for tag in tags(product):
            self._tags.setdefault(tag, set()).add(product.number)

    def drop(self, product: Product) -> None:
        """Before a change: by what the product still is."""
        del self.products[product.number]
        _take_out(self._newest[product.for_sale], product.number)
        _take_out(self._prices[product.for_sale], (product.price, product.number))
        for tag in tags(product):
            self._tags[tag].discard(product.number)

    def page(self, wanted: Wanted, start: int, size: int) -> list[Product]:
        """Newest first unless sorted otherwise; empty past the end."""
        narrow = wanted.tags or wanted.low is not None or wanted.high is not None
        numbers = self._narrowed(wanted, start, size) if narrow else self._plain(wanted, start, size)
        return [self.products[number] for number in numbers]

    def _plain(self, wanted: Wanted, start: int, size: int) -> list[int]:
        if wanted.sort == "Termurah":
            return [number for _, number in self._prices[wanted.for_sale][start : start + size]]
        if wanted.sort == "Termahal":
            return [number for _, number in _from_end(self._prices[wanted.for_sale], start, size)]
        return list(_from_end(self._newest[wanted.for_sale], start, size))

    def _narrowed(self, wanted: Wanted, start: int, size: int) -> list[int]:
        sets = [self._tags.get(tag, set()) for tag in wanted.tags]
        if wanted.low is not None or wanted.high is not None:
            sets.append(set(self._between(wanted)))
        sets.sort(key=len)
        found = [n for n in set.intersection(*sets) if self.products[n].for_sale is wanted.for_sale]
        if wanted.sort in ("Termurah", "Termahal"):
            found.sort(key=lambda n: (self.products[n].price, n), reverse=wanted.sort == "Termahal")
        else:
            found.sort(reverse=True)
        return found[start : start + size]

    def _between(self, wanted: Wanted) -> Iterator[int]:
        rows = self._prices[wanted.for_sale]
        low = 0 if wanted.low is None else bisect_left(rows, (wanted.low,))
        high = len(rows) if wanted.high is None else bisect_left(rows, (wanted.high + 1,))
        return (number for _, number in rows[low:high])


def tags(product: Product) -> Iterator[Hashable]:
    yield from words(product.name)
    yield from (("category", category_id) for category_id in ancestry(product.category_id))
    yield "new", product.new
    yield "nego", product.negotiable


def words(text: str) -> Iterable[str]:
    return set(re.findall(r"\w+", text.lower()))


def _take_out(rows: list[Any], row: Any) -> None:
    del rows[bisect_left(rows, row)]


def _from_end(rows: list[Row], start: int, size: int) -> list[Row]:
    """A page of the list read backwards."""
    end = len(rows) - start
    return rows[max(0, end - size) : max(0, end)][::-1]
