"""The marketplace's memory: accounts and everything they sell and buy."""

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from bridge.sandbox.bukalapak.ledger import Ledger
from bridge.sandbox.bukalapak.shelf import Shelf
from bridge.sandbox.bukalapak.values import Account, Picture, Product, Transaction
from bridge.sandbox.core.clock import Clock
from bridge.sandbox.core.options import Options

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


class World:
    def __init__(self, options: Options, clock: Clock) -> None:
        self.options, self.clock = options, clock
        self.random = Random(options.seed)
        self.accounts: dict[int, Account] = {}
        self.by_login: dict[str, Account] = {}  # user name and e-mail, in small letters
        self.shelves: dict[int, Shelf] = {}
        self.market = Shelf()  # everybody's
        self.ledgers: dict[int, Ledger] = {}
        self.products: dict[int, Product] = {}  # removed ones too
        self.pictures: dict[int, Picture] = {}
        self.transactions: dict[int, Transaction] = {}
        self.shipments: dict[int, Transaction] = {}
        self._waiting: list[tuple[float, int, int, bool]] = []  # bulk changes that take effect a little later
        self._ids = {
            "user": 204_000 + self.random.randrange(5000),
            "product": 1_069_000 + self.random.randrange(10_000),
            "image": 2_601_000 + self.random.randrange(10_000),
            "transaction": 51_000 + self.random.randrange(1000),
            "shipping": 1300 + self.random.randrange(100),
            "bulk": 0,
        }

    def next_id(self, kind: str) -> int:
        self._ids[kind] += self.random.randrange(1, 20)
        return self._ids[kind]

    def word(self, length: int) -> str:
        return "".join(self.random.choices(LETTERS, k=length))

    def add_account(self, account: Account) -> None:
        self.accounts[account.user_id] = account
        self.by_login[account.username.lower()] = self.by_login[account.email.lower()] = account
        self.shelves[account.user_id] = Shelf()
        self.ledgers[account.user_id] = Ledger(account.user_id)

    def add_product(self, product: Product) -> None:
        self.products[product.number] = product
        for shelf in self._shelves(product):
            shelf.put(product)

    @contextmanager
    def changing(self, product: Product) -> Iterator[None]:
        """Around every change of a product that is not removed, so that no index goes stale."""
        for shelf in self._shelves(product):
            shelf.drop(product)
        try:
            yield
        finally:
            if not product.removed:
                for shelf in self._shelves(product):
                    shelf.put(product)

    def add_transaction(self, transaction: Transaction) -> None:
        self.transactions[transaction.number] = transaction
        for ledger in self._ledgers(transaction):
            ledger.put(transaction)

    @contextmanager
    def moving(self, transaction: Transaction) -> Iterator[None]:
        """Around every change of a transaction's state."""
        for ledger in self._ledgers(transaction):
            ledger.drop(transaction)
        try:
            yield
        finally:
            for ledger in self._ledgers(transaction):
                ledger.put(transaction)

    def later(self, product: Product, active: bool) -> None:
        """The product becomes (un)available when the marketplace has worked off the bulk call."""
        due = self.clock.now() + self.options.review_s
        heapq.heappush(self._waiting, (due, self.next_id("bulk"), product.number, active))

    def settle(self) -> None:
        """Before every look at the world: what is due by now takes effect."""
        while self._waiting and self._waiting[0][0] <= self.clock.now():
            _, _, number, active = heapq.heappop(self._waiting)
            product = self.products[number]
            if not product.removed:
                with self.changing(product):
                    product.active = active

    def _shelves(self, product: Product) -> tuple[Shelf, Shelf]:
        return self.shelves[product.user_id], self.market

    def _ledgers(self, transaction: Transaction) -> tuple[Ledger, Ledger]:
        return self.ledgers[transaction.seller.user_id], self.ledgers[transaction.buyer.user_id]
