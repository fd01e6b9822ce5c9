"""The marketplace's memory: shops and everything under one app, and what is due later on its clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from bridge.sandbox.core.clock import Clock
from bridge.sandbox.core.options import Options
from bridge.sandbox.core.webhooks import Webhooks
from bridge.sandbox.tokopedia.push import Push
from bridge.sandbox.tokopedia.shelf import Ledger, Shelf
from bridge.sandbox.tokopedia.tokens import Tokens
from bridge.sandbox.tokopedia.values import Order, Product


@dataclass(slots=True)
class Shop:
    shop_id: str
    name: str
    cipher: str
    open_id: str
    warehouses: dict[str, dict[str, Any]]
    authorised_until: float | None = None  # on the sandbox's clock; None: not authorised
    subscriptions: dict[str, dict[str, Any]] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=Shelf)
    ledger: Ledger = field(default_factory=Ledger)


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    use_case: str


class World:
    """Everything under one app key."""

    def __init__(self, options: Options, clock: Clock, webhooks: Webhooks) -> None:
        self.options, self.clock = options, clock
        self.random = Random(options.seed)
        self.app_key = "6" + "".join(self.random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=12))
        self.app_secret = self.random.randbytes(20).hex()
        self.shops: dict[str, Shop] = {}
        self.ciphers: dict[str, Shop] = {}
        self.products: dict[str, Product] = {}
        self.sku_owners: dict[str, Product] = {}
        self.orders: dict[str, Order] = {}
        self.packages: dict[str, Order] = {}
        self.pictures: dict[str, Picture] = {}
        self.files: dict[str, str] = {}  # id -> format
        self.brands: dict[str, str] = {}  # custom ones
        self.tokens = Tokens(self.random, clock)
        self.push = Push(webhooks, clock, self.random, self.app_key, self.app_secret)
        self._last = 1_729_592_969_712_207_000 + self.random.randrange(1_000_000)
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._turn = count()
        self.alarm: Callable[[float], object] = lambda _seconds: None

    def next_id(self) -> str:
        """19 digits, more than a double holds, as on the platform."""
        self._last += self.random.randrange(1, 900)
        return str(self._last)

    def order_number(self) -> str:
        return f"5{self.next_id()[2:]}"

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        heappush(self._due, (self.clock.now() + seconds, next(self._turn), act))
        self.alarm(seconds)

    def settle(self) -> None:
        """Does what has become due. Called before every call, so that nobody sees what should be over, when the clock is
        moved, and by the alarm, so that webhooks go out when nobody calls."""
        now = self.clock.now()
        while self._due and self._due[0][0] <= now:
            heappop(self._due)[2]()

    def add_product(self, product: Product, now: int) -> None:
        self.products[product.product_id] = product
        for sku_id in product.live.skus:
            self.sku_owners[sku_id] = product
        self.shops[product.shop_id].shelf.place(product, now)

    def add_order(self, order: Order) -> None:
        self.orders[order.order_id] = order
        self.packages[order.package_id] = order
        self.shops[order.shop_id].ledger.place(order)
