"""The journal of writes, and what keeps two processes apart: runs, leases, rate buckets."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from bridge.store.tables.base import json_field, key, utc_field


class OperationRow(SQLModel, table=True):
    """A journalled write of one kind to one target (`listing/7`, `order/9`). At most one of them waits per target and kind."""

    __tablename__ = "operation"
    __table_args__ = (
        Index(
            "uq_operation_waiting",
            "target",
            "kind",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_operation_due", "shop_id", "state", "lane", "due_at"),
        Index("ix_operation_target", "target", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = key("shop.id", index=False)
    run_id: int | None = key("run.id", default=None)
    listing_id: int | None = key("listing.id", default=None)
    order_id: int | None = key("order.id", default=None)
    target: str
    kind: str
    lane: int
    key: str
    state: str = "pending"  # pending · inflight · accepted · unknown · done · rejected · dropped
    payload: dict[str, Any] = json_field(default_factory=dict)
    applies: dict[str, str] = json_field(default_factory=dict)  # facet -> fingerprint that is settled with it
    reason: str = ""
    ticket: str = ""
    alone: bool = False  # the channel failed a whole batch for it: it is sent singly
    attempts: int = 0
    looks: int = 0
    due_at: datetime = utc_field()
    created_at: datetime = utc_field()
    claimed_at: datetime | None = utc_field(default=None)
    sent_at: datetime | None = utc_field(default=None)
    deadline: datetime | None = utc_field(default=None)
    settled_at: datetime | None = utc_field(default=None)
    holder: str | None = None
    fence: int | None = None
    code: str = ""
    message: str = ""


class OperationSku(SQLModel, table=True):
    """One SKU of an operation: value before and after, and how it ended."""

    __tablename__ = "operation_sku"

    operation_id: int = Field(foreign_key="operation.id", primary_key=True)
    listing_sku_id: int = Field(foreign_key="listing_sku.id", primary_key=True, index=True)
    seller_sku: str
    price_idr: int | None = None
    stock: int | None = None
    places: dict[str, int] | None = json_field(default=None)  # the figure by warehouse, where the shop has several
    old_price_idr: int | None = None
    old_stock: int | None = None
    open_stock: int | None = None  # the figure that the last claim added to may_sell and that is not settled yet
    verdict: str | None = None
    code: str = ""
    message: str = ""


class OpenWrite(SQLModel, table=True):
    """A stock write whose answer was lost: until its horizon has passed it may still land."""

    __tablename__ = "open_write"

    id: int | None = Field(default=None, primary_key=True)
    listing_sku_id: int = key("listing_sku.id")
    value: int
    until: datetime = utc_field(index=True)


class Run(SQLModel, table=True):
    """One command that did something, with its summary."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    started_at: datetime = utc_field()
    ended_at: datetime | None = utc_field(default=None)
    state: str = "running"  # running · done · guarded · failed
    confirm_code: str | None = Field(default=None, index=True)
    summary: dict[str, Any] = json_field(default_factory=dict)


class Lease(SQLModel, table=True):
    """Who runs a shop (or another named thing), until when, by the database's clock. `fence` rises with each holder."""

    name: str = Field(primary_key=True)
    holder: str | None = None
    fence: int = 0
    until: datetime | None = utc_field(default=None)


class BucketRow(SQLModel, table=True):
    """The state of one rate counter, shared by all processes."""

    __tablename__ = "bucket"

    name: str = Field(primary_key=True)
    state: dict[str, Any] = json_field(default_factory=dict)
