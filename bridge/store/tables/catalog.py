"""Merchants, products and SKUs, and what the sheet said about them."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from bridge.store.tables.base import json_field, key, utc_field


class Merchant(SQLModel, table=True):
    """One UMKM. `key` is the folded name; `phone_sealed` is encrypted and bound to the key."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    owner: str | None = None
    phone_sealed: bytes | None = None
    phone_status: str | None = None
    address: str | None = None
    kelurahan_code: str | None = Field(default=None, index=True)
    kecamatan_code: str | None = Field(default=None, index=True)
    place: str | None = None  # kecamatan or city, as people say it
    nib: str | None = None
    stock_rule: dict[str, Any] = json_field(default_factory=dict)
    version: int = 1
    created_at: datetime = utc_field()
    updated_at: datetime = utc_field()


class Product(SQLModel, table=True):
    """A product; its variants are `Sku` rows. `version` rises with every change that a listing could show."""

    __table_args__ = (UniqueConstraint("merchant_id", "key"), UniqueConstraint("merchant_id", "code"))

    id: int | None = Field(default=None, primary_key=True)
    merchant_id: int = key("merchant.id")
    key: str
    code: str
    name: str
    description: str = ""
    jenis: str | None = None
    brand: str | None = None
    axes: list[str] = json_field(default_factory=list)
    pictures: list[str] = json_field(default_factory=list)
    unit: str = "pcs"
    pack_qty: int | None = None
    preorder_days: int | None = None
    licences: dict[str, str] = json_field(default_factory=dict)
    attributes: dict[str, str] = json_field(default_factory=dict)
    categories: dict[str, str] = json_field(default_factory=dict)  # channel -> category a person chose
    origin: str = "domestic"  # Permendag 31/2023
    reasons: list[str] = json_field(default_factory=list)
    verdict: str = "ok"
    publishable: bool = Field(default=False, index=True)
    valid_until: datetime | None = utc_field(default=None)
    stock_rule: dict[str, Any] = json_field(default_factory=dict)
    version: int = 1
    created_at: datetime = utc_field()
    updated_at: datetime = utc_field()


class Sku(SQLModel, table=True):
    """A variant: the unit of stock and price (rupiah). `options` has one entry per axis of the product."""

    __table_args__ = (UniqueConstraint("merchant_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    merchant_id: int = key("merchant.id", index=False)
    product_id: int = key("product.id")
    code: str = Field(index=True)
    options: list[str] = json_field(default_factory=list)
    position: int = 0
    price_idr: int | None = None
    weight_g: int | None = None
    retired: bool = False
    stock_rule: dict[str, Any] = json_field(default_factory=dict)
    stock_assumed: str | None = None  # how a figure of several variants was split, in words
    version: int = 1


class SkuComponent(SQLModel, table=True):
    """A bundle: `bundle_sku_id` is made of `pieces` of `part_sku_id`."""

    __tablename__ = "sku_component"

    bundle_sku_id: int = Field(foreign_key="sku.id", primary_key=True)
    part_sku_id: int = Field(foreign_key="sku.id", primary_key=True, index=True)
    pieces: int = 1


class Location(SQLModel, table=True):
    """Where a merchant keeps stock. The one with the empty name is there from the start."""

    __table_args__ = (UniqueConstraint("merchant_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    merchant_id: int = key("merchant.id", index=False)
    name: str = ""


class SourceRow(SQLModel, table=True):
    """The cells of one product row of a sheet as they were written, field by field, beside what was made of them."""

    __tablename__ = "source_row"
    __table_args__ = (UniqueConstraint("source", "sheet", "row", "sub_row"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str  # the file's name
    sheet: str
    row: int
    sub_row: int = 1
    product_id: int | None = key("product.id", default=None)
    cells: dict[str, str] = json_field(default_factory=dict)
    reasons: list[str] = json_field(default_factory=list)
    imported_at: datetime = utc_field()


class Curation(SQLModel, table=True):
    """What an office decided about a product, and about which content and price."""

    product_id: int = Field(foreign_key="product.id", primary_key=True)
    state: str = "submitted"
    fingerprint: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = utc_field(default=None)
    note: str | None = None


class CurationStep(SQLModel, table=True):
    """One decision of an office: who, when, what, about which content and price. Never changed."""

    __tablename__ = "curation_step"

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = key("product.id")
    state: str
    fingerprint: str | None = None
    decided_by: str
    decided_at: datetime = utc_field()
    note: str | None = None
