"""Orders as the channel tells them, and the buyer apart from them, sealed."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from bridge.store.tables.base import json_field, key, rupiah_field, utc_field


class Order(SQLModel, table=True):
    """One order of a shop. `status` is the channel's own word; `open`: something can still happen to it."""

    __table_args__ = (UniqueConstraint("shop_id", "remote_order_id"),)

    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = key("shop.id", index=False)
    remote_order_id: str
    status: str
    open: bool = True
    total_idr: int | None = rupiah_field(default=None)
    ordered_at: datetime = utc_field()
    changed_at: datetime | None = utc_field(default=None)
    first_seen_at: datetime = utc_field()
    digest: str = ""  # of what was last booked: an unchanged order costs nothing
    erased_at: datetime | None = utc_field(default=None)  # the buyer's data was erased: it is never kept again


class OrderLine(SQLModel, table=True):
    """One line with its five cumulative quantities, in units of the listing. `parked` says why it is not booked."""

    __tablename__ = "order_line"
    __table_args__ = (UniqueConstraint("order_id", "line_key"),)

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = key("order.id", index=False)
    line_key: str
    listing_sku_id: int | None = key("listing_sku.id", default=None)
    sku_id: int | None = key("sku.id", default=None)
    remote_item_id: str | None = None
    remote_sku_id: str | None = None
    seller_sku: str | None = None
    title: str = ""
    price_idr: int | None = rupiah_field(default=None)
    units: int = 1
    ordered: int = 0
    shipped: int = 0
    cancelled: int = 0
    recalled: int = 0
    returned: int = 0
    parked: dict[str, Any] | None = json_field(default=None)


class Buyer(SQLModel, table=True):
    """What fulfilment needs of a buyer, encrypted and bound to the order; purged after `purge_after`."""

    order_id: int = Field(foreign_key="order.id", primary_key=True)
    sealed: bytes
    purge_after: datetime = utc_field(index=True)
