"""The orders of one shop, found by time and by cursor."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import Any

from bridge.sandbox.shopee.shelf import Times
from bridge.sandbox.shopee.values import WAITING, Order


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
