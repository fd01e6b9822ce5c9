"""What the marketplace keeps: products with their versions and SKUs, orders with one line per unit."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

TOKOPEDIA, TIKTOK_SHOP = "TOKOPEDIA", "TIKTOK_SHOP"
PLATFORMS = (TOKOPEDIA, TIKTOK_SHOP)
STATUSES = (
    "DRAFT",
    "PENDING",
    "FAILED",
    "ACTIVATE",
    "SELLER_DEACTIVATED",
    "PLATFORM_DEACTIVATED",
    "FREEZE",
    "DELETED",
)
OFF = ("SELLER_DEACTIVATED", "PLATFORM_DEACTIVATED")
GONE = ("FREEZE", "DELETED")
NOT_LEFT = ("UNPAID", "ON_HOLD", "AWAITING_SHIPMENT")  # orders whose pieces the seller has not sent


@dataclass(slots=True)
class Offer:
    """Price and stock. They belong to the SKU, not to a version of the product: they change without a review."""

    price: int
    stock: dict[str, int]  # warehouse -> available to order
    committed: dict[str, int] = field(default_factory=dict)  # warehouse -> in open orders
    restock: bool | None = None  # cancelled units come back; None: as the sandbox is set

    @property
    def available(self) -> int:
        return sum(self.stock.values())


@dataclass(slots=True)
class Sku:
    sku_id: str
    seller_sku: str
    offer: Offer
    sales: list[dict[str, Any]] = field(default_factory=list)  # its sales attributes, as read back
    extra: dict[str, Any] = field(default_factory=dict)  # what is only kept and shown

    @property
    def name(self) -> str:
        return ", ".join(row["value_name"] for row in self.sales) or "Default"


@dataclass(slots=True)
class Version:
    """What a review judges."""

    title: str
    content: dict[str, Any]  # the other fields of create, checked
    skus: dict[str, Sku]


@dataclass(slots=True)
class Product:
    product_id: str
    shop_id: str
    live: Version
    create_time: int
    statuses: dict[str, str]  # platform -> status; only where it was ever listed
    update_time: int = 0
    next: Version | None = None  # an edit of a live product, until its review ends
    left_out: set[str] = field(default_factory=set)  # platforms that an edit switched off by not naming them
    audit: str = "NONE"
    review: int = 0  # which review is running or was last
    rejects: set[str] = field(default_factory=set)  # platforms on which the running review will fail
    failed: list[dict[str, Any]] = field(default_factory=list)  # audit_failed_reasons
    promotion: bool = False

    @property
    def latest(self) -> Version:
        return self.next if self.next is not None else self.live

    @property
    def gone(self) -> str:
        """FREEZE or DELETED, if it is that anywhere."""
        return next((status for status in self.statuses.values() if status in GONE), "")

    @property
    def on_sale(self) -> bool:
        return "ACTIVATE" in self.statuses.values()

    @property
    def status(self) -> str:
        """One word for both storefronts, for the control plane."""
        return "ACTIVATE" if self.on_sale else self.statuses.get(TOKOPEDIA) or self.statuses[TIKTOK_SHOP]

    def sku(self, sku_id: str) -> Sku | None:
        return self.live.skus.get(sku_id) or self.latest.skus.get(sku_id)

    def skus(self) -> Iterator[Sku]:
        """Those on show, then those that wait for the review."""
        yield from self.live.skus.values()
        for sku_id, sku in self.latest.skus.items():
            if sku_id not in self.live.skus:
                yield sku


@dataclass(slots=True)
class Line:
    """One unit."""

    line_id: str
    product_id: str
    sku_id: str
    seller_sku: str
    title: str
    sku_name: str
    price: int
    warehouse_id: str
    cancelled: bool = False
    returned: bool = False
    cancel_user: str = ""
    cancel_reason: str = ""


@dataclass(slots=True)
class Order:
    order_id: str
    shop_id: str
    platform: str
    status: str
    create_time: int
    update_time: int
    lines: list[Line]
    package_id: str
    paid_time: int = 0
    tracking_number: str = ""
    handover: str = ""
    by_seller: bool = False  # the seller hires the courier
    shipped_at: float | None = None  # on the sandbox's clock
    rts_time: int = 0
    collection_time: int = 0
    delivery_time: int = 0
    cancel_time: int = 0
    cancel_by: str = ""
    cancel_reason: str = ""
    request: str = ""  # the buyer's open wish to cancel: its cancel_id

    @property
    def active(self) -> list[Line]:
        return [line for line in self.lines if not line.cancelled]
