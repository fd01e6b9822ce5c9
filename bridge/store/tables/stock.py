"""The append-only stock ledger and its sums."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bridge.store.tables.base import key, utc_field


class StockEntry(SQLModel, table=True):
    """One movement. `source` is unique, so that what is told twice counts once. Pieces of our SKU, not units."""

    __tablename__ = "stock_entry"

    id: int | None = Field(default=None, primary_key=True)
    sku_id: int = key("sku.id")
    location_id: int = Field(foreign_key="location.id")
    source: str = Field(unique=True)
    kind: str  # ordered · shipped · cancelled · recalled · returned · adjust
    on_hand: int = 0
    held: int = 0
    moved_at: datetime = utc_field()  # its own date; unknown: when first seen
    recorded_at: datetime = utc_field()
    order_line_id: int | None = key("order_line.id", default=None)
    units: int = 0  # of the listing, as the order counts
    note: str | None = None


class StockCount(SQLModel, table=True):
    """A count of what is on hand, packed goods included. `held_then`: holds already inside a figure of free goods."""

    __tablename__ = "stock_count"

    id: int | None = Field(default=None, primary_key=True)
    sku_id: int = key("sku.id")
    location_id: int = Field(foreign_key="location.id")
    source: str = Field(unique=True)
    counted_at: datetime = utc_field()
    quantity: int
    held_then: int = 0
    note: str | None = None
    recorded_at: datetime = utc_field()


class Balance(SQLModel, table=True):
    """Sums of the ledger for one SKU at one location, kept in the same transaction. `on_hand` null: never counted."""

    sku_id: int = Field(foreign_key="sku.id", primary_key=True)
    location_id: int = Field(foreign_key="location.id", primary_key=True)
    on_hand: int | None = None
    held: int = 0
    counted_at: datetime | None = utc_field(default=None)


class ExposureRow(SQLModel, table=True):
    """What the channels together could sell of a SKU beyond what is there, each time it became another figure. Null: not known."""

    __tablename__ = "exposure"

    id: int | None = Field(default=None, primary_key=True)
    sku_id: int = key("sku.id")
    at: datetime = utc_field()
    exposure: int | None = None
    promised: int | None = None
    available: int | None = None
