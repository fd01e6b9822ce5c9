"""The products and the orders of one shop, with the indexes that keep each call cheap."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bridge.sandbox.core.times import Board
from bridge.sandbox.tokopedia.values import PLATFORMS, Order, Product

ALL, BOTH = "ALL", "BOTH"
TIMES = ("create_time", "update_time")


class Shelf:
    """Products by id, seller SKU, status on each storefront, and time."""

    def __init__(self) -> None:
        self.products: dict[str, Product] = {}
        self.keys: dict[str, dict[str, Any]] = {}  # idempotency key -> what the create answered
        self.externals: dict[str, str] = {}  # external_product_id -> product id
        self.oldest = 0  # preloaded products are dated back, each a second further
        self.board = Board(TIMES)
        self._skus: dict[str, dict[str, None]] = {}

    def place(self, product: Product, now: int) -> None:
        product.update_time = now
        self.products[product.product_id] = product
        self._index(product)

    @contextmanager
    def change(self, product: Product, now: int) -> Iterator[None]:
        """Around every change of a product, so that no index goes stale."""
        before = self._codes(product)
        try:
            yield
        finally:
            for code in before:
                self._skus[code].pop(product.product_id, None)
            product.update_time = max(now, product.update_time)
            self._index(product)

    def by_seller_sku(self, code: str) -> list[Product]:
        return [self.products[product_id] for product_id in self._skus.get(code, ())]

    def _index(self, product: Product) -> None:
        for code in self._codes(product):
            self._skus.setdefault(code, {})[product.product_id] = None
        times = {"create_time": product.create_time, "update_time": product.update_time}
        self.board.place(product.product_id, groups(product), times)

    @staticmethod
    def _codes(product: Product) -> set[str]:
        return {sku.seller_sku for sku in product.live.skus.values() if sku.seller_sku}


def groups(product: Product) -> set[Any]:
    """All that is not deleted, each storefront's status, and the status when it is the same on both."""
    found: set[Any] = {(platform, status) for platform, status in product.statuses.items()}
    if len(product.statuses) == len(PLATFORMS) and len(set(product.statuses.values())) == 1:
        found.add((BOTH, product.status))
    if "DELETED" not in product.statuses.values():
        found.add(ALL)
    return found


class Ledger:
    """Orders by id, status and time; their cancellations and returns."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.board = Board(TIMES)
        self.cancellations: dict[str, dict[str, Any]] = {}
        self.returns: dict[str, dict[str, Any]] = {}
        self.cancellation_board = Board(TIMES)
        self.return_board = Board(TIMES)

    def place(self, order: Order) -> None:
        self.orders[order.order_id] = order
        self.touch(order, order.update_time)

    def touch(self, order: Order, now: int) -> None:
        order.update_time = max(now, order.update_time)
        times = {"create_time": order.create_time, "update_time": order.update_time}
        self.board.place(order.order_id, (ALL, order.status), times)
