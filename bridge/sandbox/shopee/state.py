"""The marketplace's memory: shops and everything under one partner key."""

from dataclasses import dataclass, field
from random import Random

from bridge.sandbox.core.clock import Clock
from bridge.sandbox.core.options import Options
from bridge.sandbox.core.webhooks import Webhooks
from bridge.sandbox.shopee.ledger import Ledger
from bridge.sandbox.shopee.push import Push
from bridge.sandbox.shopee.shelf import Shelf
from bridge.sandbox.shopee.tokens import Tokens
from bridge.sandbox.shopee.values import Item, Order

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@dataclass(slots=True)
class Shop:
    shop_id: int
    name: str
    locations: tuple[str, ...] = ("",)  # where its goods lie; "": the only one, of a shop without several warehouses
    authorised_until: float | None = None  # on the sandbox's clock; None: not authorised
    auth_time: int = 0
    shelf: Shelf = field(default_factory=Shelf)
    ledger: Ledger = field(default_factory=Ledger)
    channels: dict[int, bool] = field(default_factory=dict)  # changed by the seller

    @property
    def several(self) -> bool:
        return len(self.locations) > 1


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
