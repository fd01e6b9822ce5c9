"""Listings, their facets, and the tie between our SKUs and the channel's ids."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from bridge.store.tables.base import json_field, key, utc_field


class Listing(SQLModel, table=True):
    """A product on a shop (or, where a channel has no variants, part of its SKUs: `part` is then the SKU's id)."""

    __table_args__ = (
        UniqueConstraint("shop_id", "product_id", "part"),
        UniqueConstraint("shop_id", "remote_item_id"),
        # SQLite uses a partial index only if a query repeats its condition to the letter; SQLAlchemy writes a flag as "= 1"
        Index("ix_listing_stale", "shop_id", sqlite_where=text("stale = 1"), postgresql_where=text("stale")),
        Index(
            "ix_listing_parked",
            "shop_id",
            sqlite_where=text("parked IS NOT NULL"),
            postgresql_where=text("parked IS NOT NULL"),
        ),
        Index("ix_listing_valid", "shop_id", "valid_until"),
        Index("ix_listing_audited", "shop_id", "audited_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = key("shop.id", index=False)
    product_id: int = key("product.id")
    part: int = 0
    remote_item_id: str | None = None
    remote_status: str | None = None
    stale: bool = True
    valid_until: datetime | None = utc_field(default=None)
    parked: list[dict[str, Any]] | None = json_field(default=None)  # problems, as `bridge.model.Problem`
    notes: list[dict[str, Any]] = json_field(default_factory=list)  # what mapping assumed
    mapped_from: str | None = None
    category_id: str | None = None
    audited_at: datetime | None = utc_field(default=None)  # when the channel's own form of it was read last


class Facet(SQLModel, table=True):
    """One facet of a listing: what it should be, what was settled, what a read showed. `dirty`: desired must be written."""

    __table_args__ = (
        Index(
            "ix_facet_dirty", "shop_id", "listing_id", sqlite_where=text("dirty = 1"), postgresql_where=text("dirty")
        ),
    )

    listing_id: int = Field(foreign_key="listing.id", primary_key=True)
    kind: str = Field(primary_key=True)
    shop_id: int
    desired: dict[str, Any] = json_field()
    desired_fp: str
    applied: dict[str, Any] | None = json_field(default=None)
    applied_fp: str | None = None
    seen_fp: str | None = None
    seen: dict[str, Any] | None = json_field(default=None)  # the channel's own form, as the last reading told it
    seen_at: datetime | None = utc_field(default=None)
    held: dict[str, Any] | None = json_field(default=None)  # what a person kept: `bridge.planning.drift.keep_held`
    rejected_fp: str | None = None
    dirty: bool = True


class ListingSku(SQLModel, table=True):
    """Our SKU on a listing. The stock columns are the range lo…hi of architecture §4 and §6.

    `may_sell` is hi; lo is `base - first_booked`. `cover` tells what the base still waits for: none (no write yet), open
    (a write is under way), settled (waits for a pull to begin), covered. Null stock is unknown, never zero.
    """

    __tablename__ = "listing_sku"
    __table_args__ = (
        UniqueConstraint("shop_id", "remote_item_id", "remote_sku_id"),
        UniqueConstraint("listing_id", "sku_id", "units"),
        Index(
            "ix_listing_sku_dirty",
            "shop_id",
            sqlite_where=text("stock_dirty = 1"),
            postgresql_where=text("stock_dirty"),
        ),
        Index(  # what the daemon looks for every other second: of a large catalogue most rows are dirty and not there yet
            "ix_listing_sku_urgent",
            "shop_id",
            sqlite_where=text("stock_dirty = 1 AND remote_sku_id IS NOT NULL"),
            postgresql_where=text("stock_dirty AND remote_sku_id IS NOT NULL"),
        ),
        Index(
            "ix_listing_sku_cover",
            "shop_id",
            "settled_at",
            sqlite_where=text("cover = 'settled'"),
            postgresql_where=text("cover = 'settled'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = key("shop.id", index=False)
    listing_id: int = key("listing.id")
    sku_id: int = key("sku.id")
    units: int = 1
    remote_item_id: str | None = None
    remote_sku_id: str | None = None
    listed: bool = False  # it is part of what the channel shows (a variant may be left out)
    base: int | None = None
    first_booked: int = 0
    cancelled_since: int = 0
    may_sell: int | None = 0
    cover: str = "none"
    places: dict[str, int] | None = json_field(
        default=None
    )  # what each warehouse of the channel shows; null: not known
    clean: bool = True  # the write was claimed while no other was open
    open_writes: int = 0
    settled_at: datetime | None = utc_field(default=None)
    refused: int | None = None  # the figure that the channel rejected last; not sent again by itself
    seen: int | None = None
    seen_at: datetime | None = utc_field(default=None)
    stock_dirty: bool = True
