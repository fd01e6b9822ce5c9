"""How a marketplace is reached: apps, grants, shops, cursors, and what was read once and kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from bridge.store.tables.base import json_field, key, utc_field


class App(SQLModel, table=True):
    """A developer key on a channel. `settings` holds addresses, never secrets; the secret is sealed."""

    __table_args__ = (UniqueConstraint("channel", "remote_app_id", "base_url"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    remote_app_id: str
    base_url: str = ""
    secret_sealed: bytes
    settings: dict[str, str] = json_field(default_factory=dict)
    paused: str | None = None  # why all its shops wait


class GrantRow(SQLModel, table=True):
    """One consent: one token pair for one or more shops. `refreshing_*` is the intent written before a refresh is sent."""

    __tablename__ = "grant"

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True)  # binds the sealed tokens to this row
    app_id: int = key("app.id")
    access_sealed: bytes
    refresh_sealed: bytes
    access_until: datetime | None = utc_field(default=None)
    refresh_until: datetime | None = utc_field(default=None)
    consent_until: datetime | None = utc_field(default=None)
    extra: dict[str, str] = json_field(default_factory=dict)
    version: int = 1
    state: str = "ok"  # ok · ended · lost (the answer to a renewal was): a person authorises again
    refreshing_by: str | None = None
    refreshing_since: datetime | None = utc_field(default=None)
    refresh_tries: int = 0


class Shop(SQLModel, table=True):
    """One merchant's shop on a channel."""

    __table_args__ = (UniqueConstraint("channel", "remote_shop_id"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    remote_shop_id: str
    merchant_id: int = key("merchant.id")
    app_id: int | None = key("app.id", default=None)
    grant_id: int | None = key("grant.id", default=None)
    name: str = ""
    state: str = "ok"  # ok · auth (authorise again) · blocked
    reason: str | None = None
    takes_zero: bool = True
    skus_per_listing: int = 50
    warehouses: list[dict[str, Any]] = json_field(
        default_factory=list
    )  # of several: id, name, location_id; the main one first
    blocked: dict[str, str] = json_field(default_factory=dict)
    remembered: dict[str, str] = json_field(
        default_factory=dict
    )  # what a connector learnt of the shop, such as its warehouses
    authorised_until: datetime | None = utc_field(default=None)
    checked_at: datetime | None = utc_field(default=None)
    mapped_with: str | None = None  # hash of rules, mapper and settings it was mapped with
    buffer: int = 0
    created_at: datetime = utc_field()


class Road(SQLModel, table=True):
    """How a shop is reached: `api` or `file`."""

    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    kind: str = Field(primary_key=True)
    settings: dict[str, str] = json_field(default_factory=dict)


class Cursor(SQLModel, table=True):
    """How far a stream of a shop was read. `covered_at` is the beginning of the last pass that saw everything."""

    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    stream: str = Field(primary_key=True)
    at: datetime = utc_field()
    covered_at: datetime | None = utc_field(default=None)


class Inbox(SQLModel, table=True):
    """A webhook as it came; the unique key makes a repeated one harmless."""

    __table_args__ = (
        UniqueConstraint("channel", "event_key"),
        Index(
            "ix_inbox_waiting",
            "id",
            sqlite_where=text("handled_at IS NULL"),
            postgresql_where=text("handled_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    event_key: str
    remote_shop_id: str
    hint: dict[str, Any] = json_field(default_factory=dict)
    received_at: datetime = utc_field()
    handled_at: datetime | None = utc_field(default=None)


class SchemaCache(SQLModel, table=True):
    """What a channel told about a category, kept per shop."""

    __tablename__ = "schema_cache"

    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    kind: str = Field(primary_key=True)  # categories · schema · choices
    key: str = Field(primary_key=True)
    payload: Any = json_field()
    version: str = ""
    fetched_at: datetime = utc_field()


class Picture(SQLModel, table=True):
    """A picture link of a sheet and what was fetched from it. `problem` says why it cannot be used."""

    source: str = Field(primary_key=True)
    sha256: str | None = Field(default=None, index=True)
    problem: str | None = None
    fetched_at: datetime = utc_field()


class RemotePicture(SQLModel, table=True):
    """A picture that is on a channel already. `scope` is what one upload serves: a shop or a whole channel."""

    __tablename__ = "remote_picture"

    scope: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    reference: str
    uploaded_at: datetime = utc_field()
