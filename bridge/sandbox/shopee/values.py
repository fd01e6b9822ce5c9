"""What the marketplace keeps: items with their models, orders with their lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

STATUSES = ("NORMAL", "BANNED", "UNLIST", "REVIEWING", "SELLER_DELETE", "SHOPEE_DELETE")
DELETED = ("SELLER_DELETE", "SHOPEE_DELETE")
WAITING = ("UNPAID", "READY_TO_SHIP", "PROCESSED", "RETRY_SHIP", "IN_CANCEL")  # orders that have not left


class Stocked:
    """What has stock: pieces by location. The one location of an ordinary shop has no name."""

    __slots__ = ()
    places: dict[str, int]

    @property
    def stock(self) -> int:
        return sum(self.places.values())


@dataclass(slots=True)
class Model(Stocked):
    model_id: int
    tier_index: tuple[int, ...]
    sku: str
    price: int
    places: dict[str, int]
    reserved: int = 0
    extra: dict[str, Any] = field(default_factory=dict)  # weight, dimension, gtin_code, pre_order as given


@dataclass(slots=True)
class Item(Stocked):
    item_id: int
    shop_id: int
    name: str
    sku: str
    price: int
    places: dict[str, int]
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
    location_id: str
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
    printed_at: float | None = None  # when a label was asked for, on the sandbox's clock
    cancel_by: str = ""
    cancel_reason: str = ""
    before_cancel: str = ""
