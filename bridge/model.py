"""Frozen values that every room of the house shares. Standard library only; nothing here does anything.

Money is `int` rupiah, weight `int` grams, time aware UTC, ids of a marketplace text. `None` in what was read from a channel
means *not read*, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, NotRequired, TypedDict


class OpKind(StrEnum):
    """What one journalled write changes. SHIP and CANCEL target an order, the others a listing."""

    CREATE = "create"
    CONTENT = "content"
    PRICE = "price"
    STOCK = "stock"
    VISIBILITY = "visibility"
    SHIP = "ship"
    CANCEL = "cancel"


class FacetKind(StrEnum):
    """The parts of a listing that are compared and written on their own."""

    CONTENT = "content"
    PRICE = "price"
    STOCK = "stock"
    VISIBILITY = "visibility"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot go on, and what to do about it.

    `message` and `fix` are English templates that name what is in `values`; the shell translates, then fills them.
    """

    code: str
    place: str  # the field, row or SKU it concerns
    message: str
    fix: str
    values: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Message and fix in English, filled."""
        return f"{self.message} {self.fix}".strip().format(**self.values)


# --- the local catalog, as mapping and planning see it ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CatalogSku:
    """One variant: the unit of stock and price. `options` has one entry per axis of the product."""

    sku_id: int
    code: str
    options: tuple[str, ...]
    price_idr: int | None
    weight_g: int | None
    sold_out: str = "hide"  # or "least": what a listing does on a channel that takes no 0


@dataclass(frozen=True, slots=True)
class CatalogProduct:
    """A product with all that a listing can be made of, read in one piece."""

    product_id: int
    code: str
    merchant: str
    name: str
    description: str
    jenis: str | None  # the sheet's category word (Makanan, Minuman …)
    axes: tuple[str, ...]
    skus: tuple[CatalogSku, ...]
    pictures: tuple[str, ...]  # links, in order
    unit: str
    pack_qty: int | None
    preorder_days: int | None
    licences: Mapping[str, str]  # pirt, bpom, halal, nib: the cleaned numbers
    attributes: Mapping[str, str]  # what else the sheet said, by its heading
    blockers: tuple[str, ...]  # reason codes that keep it from being published
    place: str | None = None  # kecamatan or city, for titles
    category_id: str | None = None  # a person's choice for this channel; wins over the map


# --- what a channel asks for ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Category:
    category_id: str
    name: str
    parent_id: str | None
    leaf: bool


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question of a category. `kind`: text, number, date, choice, choices, choice_text, choices_text."""

    attribute_id: str
    name: str
    mandatory: bool
    kind: str
    options: tuple[tuple[str, str], ...] = ()  # (value id, name)
    unit_options: tuple[str, ...] = ()
    parent: tuple[str, str] | None = None  # asked only when that attribute has that value (attribute id, value id)


@dataclass(frozen=True, slots=True)
class Courier:
    """A way of shipping that the shop has switched on. Weights in grams; None is no limit."""

    courier_id: str
    name: str
    min_g: int | None = None
    max_g: int | None = None
    needs_size: bool = False  # takes only listings whose package size is told


@dataclass(frozen=True, slots=True)
class CategorySchema:
    """What a category asks for, as the channel tells it.

    `limits` holds title_min, title_max, description_min, description_max, images_min, images_max, price_min, price_max, stock_min,
    stock_max, axis_name_max, option_name_max, axes_max, options_max, skus_max, price_ratio_max, preorder_min, preorder_max,
    dimension_mandatory, size_chart_mandatory, certificate_mandatory, gtin_mandatory (each 0 or 1), the `certificate_key` of each
    answer that brings up a certificate …; a missing key is no limit.
    """

    attributes: tuple[Attribute, ...]
    limits: Mapping[str, int]
    version: str
    couriers: tuple[Courier, ...] = ()


def certificate_key(attribute_id: str, value_id: str) -> str:
    """The limit's name for a certificate that is asked for with this answer only."""
    return f"certificate_mandatory/{attribute_id}/{value_id}"


class AttributeValue(TypedDict):
    value_id: str  # "" for own text
    text: str
    unit: str


class AttributeAnswer(TypedDict):
    attribute_id: str
    values: list[AttributeValue]


class ContentSku(TypedDict):
    sku: str  # our SKU code, the seller SKU on the channel
    options: list[str]
    weight_g: int


class Content(TypedDict):
    """The payload of a CONTENT facet and of CONTENT and CREATE operations; JSON all through.

    In a facet `pictures` holds the sources; in an operation the references that the channel gave at upload.
    """

    title: str
    description: str
    category_id: str
    attributes: list[AttributeAnswer]
    brand_id: str
    brand: str
    weight_g: int
    package_cm: list[int]  # length, width, height; empty when unknown
    pictures: list[str]
    couriers: list[str]
    dangerous: bool
    preorder_days: int | None
    axes: list[str]
    skus: list[ContentSku]
    item_sku: str
    changed: NotRequired[list[str]]  # in a CONTENT operation: the fields that differ from what the channel has


# --- what travels between the engine and a connector ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit that a channel sets. With `resets_at` it is a daily quota."""

    calls: int
    per: timedelta
    scope: str = "shop"  # or "app": shared by all shops under one developer key
    endpoint: str | None = None  # None: all endpoints together
    key: str | None = None  # a parameter that splits the bucket further, such as the category or the SKU
    resets_at: time | None = None  # a daily quota's reset, UTC


@dataclass(frozen=True, slots=True)
class Bucket:
    """One counter that a `Rate` fills, such as `shopee/shop/12345`. The same name is the same counter in every process."""

    name: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Window:
    since: datetime
    until: datetime | None  # None: open, up to now


@dataclass(frozen=True, slots=True)
class Grant:
    """One consent: one token pair, one or more shops."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_until: datetime | None
    refresh_until: datetime | None  # a renewal begins it anew
    consent_until: datetime | None  # only the owner renews it; also of a refresh token that no renewal prolongs
    shops: tuple[str, ...]  # remote shop ids
    extra: Mapping[str, str] = field(default_factory=dict)  # such as a shop cipher


@dataclass(frozen=True, slots=True)
class Hint:
    """What a webhook tells us to read again. Never believed, only followed."""

    remote_shop_id: str
    key: str  # unique per event where the channel gives one, else a hash of the body
    order_ids: tuple[str, ...] = ()
    listing_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteSku:
    remote_sku_id: str
    seller_sku: str | None
    price_idr: int | None
    stock: Mapping[str, int] | None  # location -> pieces still for sale


@dataclass(frozen=True, slots=True)
class RemoteListing:
    remote_id: str
    title: str | None
    status: str | None  # the channel's own word
    visible: bool | None
    skus: tuple[RemoteSku, ...]
    content: Mapping[str, str] | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RemoteLine:
    """One line of an order; the five quantities are cumulative (a piece is shipped or cancelled, never both)."""

    remote_id: str | None
    remote_sku_id: str | None
    seller_sku: str | None
    title: str
    ordered: int
    shipped: int = 0
    cancelled: int = 0
    recalled: int = 0
    returned: int = 0
    price_idr: int | None = None
    location: str = ""  # the warehouse that its goods come from; "": the only one, or not told


@dataclass(frozen=True, slots=True)
class RemoteOrder:
    remote_id: str
    status: str  # the channel's own word
    open: bool  # something can still happen to it
    created_at: datetime
    updated_at: datetime | None
    lines: tuple[RemoteLine, ...]
    buyer: Mapping[str, str] | None = None  # None: not read
    total_idr: int | None = None


Payload = Mapping[str, Any]
