"""The marketplace's memory: shops, items, orders, and the indexes that keep each call cheap."""

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any

from bridge.sandbox.core.clock import Clock
from bridge.sandbox.core.options import Options
from bridge.sandbox.core.webhooks import Webhooks
from bridge.sandbox.shopee.push import Push
from bridge.sandbox.shopee.tokens import Tokens

WAITING = ("UNPAID", "READY_TO_SHIP", "PROCESSED", "RETRY_SHIP", "IN_CANCEL")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
STATUSES = ("NORMAL", "BANNED", "UNLIST", "REVIEWING", "SELLER_DELETE", "SHOPEE_DELETE")
DELETED = ("SELLER_DELETE", "SHOPEE_DELETE")


@dataclass(slots=True)
class Model:
    model_id: int
    tier_index: tuple[int, ...]
    sku: str
    price: int
    stock: int
    reserved: int = 0
    extra: dict[str, Any] = field(default_factory=dict)  # weight, dimension, gtin_code, pre_order as given


@dataclass(slots=True)
class Item:
    item_id: int
    shop_id: int
    name: str
    sku: str
    price: int
    stock: int
    status: str
    content: dict[str, Any]  # the other fields of add_item, checked
    create_time: int
    added_at: float  # on the sandbox's clock
    update_time: int = 0
    reserved: int = 0
    promotion: bool = False
    tiers: list[dict[str, Any]] = field(default_factory=list)  # standardise_tier_variation
    models: dict[int, Model] = field(default_factory=dict)
    violations: list[dict[str, Any]] = field(default_factory=list)

    def variants(self) -> Iterator[tuple[int, str, "Item | Model"]]:
        """(model id, seller SKU, what holds price and stock): itself as model 0 when it has no models."""
        if not self.models:
            yield 0, self.sku, self
        for model in self.models.values():
            yield model.model_id, model.sku or self.sku, model

    def variant(self, model_id: int) -> "Item | Model":
        return self.models[model_id] if model_id else self


@dataclass(slots=True)
class Line:
    item_id: int
    model_id: int
    item_name: str
    item_sku: str
    model_name: str
    model_sku: str
    price: int
    quantity: int
    order_item_id: int
    image_id: str
    weight: float
    cancel_requested: int = 0
    cancelled: int = 0
    returned: int = 0

    @property
    def active(self) -> int:
        return self.quantity - self.cancelled

    @property
    def seller_sku(self) -> str:
        return self.model_sku or self.item_sku


@dataclass(slots=True)
class Order:
    order_sn: str
    shop_id: int
    status: str
    create_time: int
    update_time: int
    lines: list[Line]
    package_number: str
    logistics_status: str
    logistics_channel_id: int
    pay_time: int = 0
    tracking_number: str = ""
    arranged_at: float | None = None  # on the sandbox's clock
    pickup_done_time: int = 0
    cancel_by: str = ""
    cancel_reason: str = ""
    before_cancel: str = ""


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


class Ledger:
    """The orders of one shop, by time of creation and of change."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.waiting: dict[str, Order] = {}  # not shipped yet
        self.returns: dict[str, dict[str, Any]] = {}
        self.times = {"create_time": Times(), "update_time": Times()}

    def place(self, order: Order) -> None:
        self.orders[order.order_sn] = order
        self.waiting[order.order_sn] = order
        self.times["create_time"].add(order.create_time, order.order_sn)
        self.times["update_time"].add(order.update_time, order.order_sn)

    def touch(self, order: Order, now: int) -> None:
        self.times["update_time"].drop(order.update_time, order.order_sn)
        order.update_time = max(now, order.update_time)
        self.times["update_time"].add(order.update_time, order.order_sn)
        if order.status not in WAITING:
            self.waiting.pop(order.order_sn, None)

    def after(self, field_name: str, start: int, end: int, last: tuple[int, str] | None) -> Iterator[tuple[int, Order]]:
        """Orders in the window after the one named last, oldest first."""
        times = self.times[field_name]
        low, high = times.window(start, end)
        if last is not None:
            low = max(low, bisect_left(times.rows, (last[0], last[1] + "\0")))
        for time, sn in islice(times.rows, low, high):
            yield time, self.orders[sn]


@dataclass(slots=True)
class Shop:
    shop_id: int
    name: str
    authorised_until: float | None = None  # on the sandbox's clock; None: not authorised
    auth_time: int = 0
    shelf: Shelf = field(default_factory=Shelf)
    ledger: Ledger = field(default_factory=Ledger)
    channels: dict[int, bool] = field(default_factory=dict)  # changed by the seller


class World:
    """Everything under one partner key."""

    def __init__(self, options: Options, clock: Clock, webhooks: Webhooks) -> None:
        self.options, self.clock = options, clock
        self.random = Random(options.seed)
        self.partner_id = 2_000_000 + self.random.randrange(100_000)
        self.partner_key = "shpk" + self.random.randbytes(24).hex()
        self.shops: dict[int, Shop] = {}
        self.items: dict[int, Item] = {}
        self.orders: dict[str, Order] = {}
        self.packages: dict[str, Order] = {}
        self.images: set[str] = set()
        self._last_id = 2_500_000_000 + self.random.randrange(1_000_000)
        self.tokens = Tokens(self.random, clock, refresh_again=options.refresh_again)
        self.push = Push(webhooks, clock, self.partner_key)

    def next_id(self) -> int:
        """Unique over shops, items and models; far below 2^53."""
        self._last_id += self.random.randrange(1, 50)
        return self._last_id

    def word(self, length: int) -> str:
        return "".join(self.random.choices(LETTERS, k=length))

    def add_item(self, item: Item, now: int) -> None:
        self.items[item.item_id] = item
        self.shops[item.shop_id].shelf.place(item, now)

    def add_order(self, order: Order) -> None:
        self.orders[order.order_sn] = order
        self.packages[order.package_number] = order
        self.shops[order.shop_id].ledger.place(order)


def tokens(text: str) -> Iterable[str]:
    return set(re.findall(r"\w+", text.lower()))
