"""One API call on its way to its handler, and how a handler is registered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from starlette.datastructures import QueryParams

from bridge.sandbox.core.faults import Fault
from bridge.sandbox.shopee.errors import GatewayError, not_found
from bridge.sandbox.shopee.fields import Fields, Query
from bridge.sandbox.shopee.state import Shop, World
from bridge.sandbox.shopee.values import DELETED, Item


class Access(Enum):
    PUBLIC = "public"
    SHOP = "shop"
    EITHER = "either"  # upload_image


class Shape(Enum):
    WRAPPED = "response"
    ENVELOPE = "envelope only"
    TOP = "top level"
    NO_ERROR = "top level without an error key"
    FILE = "a file"
    WRAPPED_NO_ERROR = "response without an error key"


@dataclass(slots=True)
class Call:
    world: World
    name: str  # module/action
    params: QueryParams
    body: Fields
    base: str  # the address under which the client reached us
    shop_or_none: Shop | None = None
    fault: Fault | None = None
    files: list[tuple[str, bytes]] = field(default_factory=list)
    warning: str = ""

    @property
    def product(self) -> bool:
        return self.name.startswith("product/")

    @property
    def query(self) -> Query:
        return Query(self.params, product=self.product)

    @property
    def shop(self) -> Shop:
        if self.shop_or_none is None:
            raise GatewayError("error_param", "There is no shop_id in query.")
        return self.shop_or_none

    def now(self) -> int:
        return self.world.clock.real()

    def failing(self, entries: int) -> frozenset[int]:
        """Entries of a batch that a fault schedule lets fail."""
        return self.fault.picks(entries) if self.fault is not None and entries else frozenset()

    def item(self, item_id: int) -> Item:
        """An item of this shop that the seller can still edit."""
        item = self.shop.shelf.items.get(item_id)
        if item is None or item.status in DELETED:
            raise not_found()
        return item

    def image_url(self, image_id: str) -> str:
        return f"{self.base}/file/{image_id}"


Handler = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    verb: str
    handler: Handler
    access: Access = Access.SHOP
    shape: Shape = Shape.WRAPPED
    slow: bool = False  # talks to others: runs beside the loop, without the lock


def get(handler: Handler, access: Access = Access.SHOP, shape: Shape = Shape.WRAPPED) -> Endpoint:
    return Endpoint("GET", handler, access, shape)


def post(
    handler: Handler, access: Access = Access.SHOP, shape: Shape = Shape.WRAPPED, *, slow: bool = False
) -> Endpoint:
    return Endpoint("POST", handler, access, shape, slow)
