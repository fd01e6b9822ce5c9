"""What a reading showed that is not what we expected: edits by hand, listings that are gone, listings that are not ours."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from bridge.store.tables.base import json_field, key, utc_field


class DriftRow(SQLModel, table=True):
    """One difference. As long as `decided` is empty a person decides; `closed_at`: nothing is left to do. At most one of a subject
    is open. `subject` is `listing/7/price`, `sku/9/stock`, `listing/7/missing` or `shop/1/unknown/<their id>`."""

    __tablename__ = "drift"
    __table_args__ = (
        Index(
            "uq_drift_open",
            "subject",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_drift_open",
            "shop_id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    subject: str
    shop_id: int = key("shop.id", index=False)
    listing_id: int | None = key("listing.id", default=None)
    listing_sku_id: int | None = key("listing_sku.id", default=None)
    remote_item_id: str | None = None
    kind: str  # price · stock · content · visibility · missing · unknown
    ours: dict[str, Any] = json_field(default_factory=dict)  # what was expected there
    theirs: dict[str, Any] = json_field(default_factory=dict)  # what is there
    red: bool = False  # the channel shows more than we have
    found_at: datetime = utc_field()
    decided: str | None = None  # ours · theirs · back (it is again as it was)
    decided_at: datetime | None = utc_field(default=None)
    closed_at: datetime | None = utc_field(default=None)
