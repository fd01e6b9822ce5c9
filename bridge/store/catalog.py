"""Merchants, products and SKUs: saving what a sheet says, and reading them as mapping wants them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session, col

from bridge.errors import UserError
from bridge.model import CatalogProduct, CatalogSku
from bridge.store.tables import Listing, ListingSku, Location, Merchant, Product, Sku

NEAR = 5  # names in a hint
PRODUCT_FIELDS = (
    "name", "description", "jenis", "brand", "axes", "pictures", "unit", "pack_qty", "preorder_days", "licences",
    "attributes", "reasons", "verdict", "publishable", "valid_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SkuDraft:
    """A variant as a sheet or a person gives it; `code` None: kept, or generated once."""

    options: tuple[str, ...]
    price_idr: int | None
    weight_g: int | None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product as a sheet or a person gives it. `values` holds `PRODUCT_FIELDS`."""

    key: str
    values: Mapping[str, Any]
    skus: tuple[SkuDraft, ...]
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a product did: `change` is created, updated or unchanged.

    `notes`: SKU codes that were given but belong to another product of the merchant; another code was made instead.
    """

    product: Product
    skus: tuple[Sku, ...]
    change: str
    notes: tuple[str, ...] = field(default=())


def find_merchant(session: Session, key: str) -> Merchant | None:
    """A merchant by folded name."""
    return session.execute(select(Merchant).where(col(Merchant.key) == key)).scalar_one_or_none()


def save_merchant(session: Session, key: str, values: Mapping[str, Any], now: datetime) -> tuple[Merchant, bool]:
    """Creates or updates a merchant; blank values never wipe what is known. True when something changed."""
    merchant = find_merchant(session, key)
    if merchant is None:
        merchant = Merchant(key=key, created_at=now, updated_at=now, **values)
        session.add(merchant)
        session.flush()
        session.add(Location(merchant_id=row_id(merchant), name=""))
        session.flush()
        return merchant, True
    changed = {name: value for name, value in values.items() if value is not None and getattr(merchant, name) != value}
    for name, value in changed.items():
        setattr(merchant, name, value)
    if changed:
        merchant.version += 1
        merchant.updated_at = now
    return merchant, bool(changed)


DEFAULT_LOCATION = select(col(Location.id)).where(
    col(Location.merchant_id) == bindparam("merchant"), col(Location.name) == ""
)


def default_location(session: Session, merchant_id: int) -> int:
    """The location that every merchant has."""
    return int(session.execute(DEFAULT_LOCATION, {"merchant": merchant_id}).scalar_one())


def save_product(session: Session, merchant: Merchant, draft: ProductDraft, now: datetime) -> Saved:
    """Creates or updates a product with its SKUs. Versions rise, and listings become stale, only when something changed."""
    query = select(Product).where(col(Product.merchant_id) == merchant.id, col(Product.key) == draft.key)
    product = session.execute(query).scalar_one_or_none()
    created = product is None
    if product is None:
        code = draft.code or next_code(session, row_id(merchant))
        product = Product(
            merchant_id=row_id(merchant), key=draft.key, code=code, created_at=now, updated_at=now, **draft.values
        )
        session.add(product)
        session.flush()
    changed = [name for name in PRODUCT_FIELDS if name in draft.values and getattr(product, name) != draft.values[name]]
    for name in changed:
        setattr(product, name, draft.values[name])
    skus, skus_changed = save_skus(session, product, draft.skus)
    if changed or skus_changed:
        touch_product(session, product, now)
    change = "created" if created else "updated" if changed or skus_changed else "unchanged"
    codes = {sku.code for sku in skus}
    taken = [each.code for each in draft.skus if created and each.code is not None and each.code not in codes]
    return Saved(product, tuple(skus), change, tuple(taken))


def touch_product(session: Session, product: Product, now: datetime) -> None:
    """A change that listings could show: the version rises and the listings become stale, in this transaction."""
    product.version += 1
    product.updated_at = now
    session.flush()
    session.execute(update(Listing).where(col(Listing.product_id) == product.id).values(stale=True))


def save_skus(session: Session, product: Product, drafts: Sequence[SkuDraft]) -> tuple[list[Sku], bool]:
    """The product's SKUs in the drafts' order. A variant is recognised by its options; one that is gone is retired, not deleted."""
    old = {tuple(sku.options): sku for sku in skus_of(session, row_id(product), retired=True)}
    kept, changed = [], False
    for position, draft in enumerate({draft.options: draft for draft in drafts}.values()):
        sku = old.pop(draft.options, None)
        values: dict[str, Any] = {
            "position": position,
            "price_idr": draft.price_idr,
            "weight_g": draft.weight_g,
            "retired": False,
        }
        if sku is None:
            code = draft.code if draft.code and is_free(session, product.merchant_id, draft.code) else None
            code = code or sku_code(product, position, len(drafts), session)
            sku = Sku(
                merchant_id=product.merchant_id,
                product_id=row_id(product),
                code=code,
                options=list(draft.options),
                **values,
            )
            session.add(sku)
            changed = True
        elif different := {name: value for name, value in values.items() if getattr(sku, name) != value}:
            for name, value in different.items():
                setattr(sku, name, value)
            sku.version += 1
            changed = True
        kept.append(sku)
    for sku in old.values():
        if not sku.retired:
            sku.retired, sku.version, changed = True, sku.version + 1, True
    session.flush()
    return kept, changed


def is_free(session: Session, merchant_id: int, code: str) -> bool:
    """Whether no SKU of the merchant has this code."""
    query = select(col(Sku.id)).where(col(Sku.merchant_id) == merchant_id, col(Sku.code) == code)
    return session.execute(query).first() is None


def skus_of(session: Session, product_id: int, retired: bool = False) -> list[Sku]:
    """A product's SKUs in their order."""
    query = select(Sku).where(col(Sku.product_id) == product_id).order_by(col(Sku.position), col(Sku.id))
    if not retired:
        query = query.where(~col(Sku.retired))
    return list(session.execute(query).scalars())


def next_code(session: Session, merchant_id: int) -> str:
    """A product code that the merchant does not use yet, made once and kept: `M01P001`, since Tokopedia takes none below six
    characters."""
    count = session.execute(select(func.count()).where(col(Product.merchant_id) == merchant_id)).scalar_one()
    number = int(count) + 1
    while code_used(session, merchant_id, code := f"M{merchant_id:02}P{number:03}"):
        number += 1
    return code


def code_used(session: Session, merchant_id: int, code: str) -> bool:
    """Whether the merchant has a product with this code."""
    query = select(col(Product.id)).where(col(Product.merchant_id) == merchant_id, col(Product.code) == code)
    return session.execute(query).first() is not None


def sku_code(product: Product, position: int, total: int, session: Session) -> str:
    """The product's code, with a number behind it where there are variants."""
    code = product.code if total == 1 else f"{product.code}-{position + 1}"
    number = position + 1
    while not is_free(session, product.merchant_id, code):
        number += 1
        code = f"{product.code}-{number}"
    return code


def load_products(
    session: Session, product_ids: Iterable[int], channel: str, now: datetime
) -> dict[int, CatalogProduct]:
    """Products with their SKUs, as mapping wants them, by id. A licence that has run out by `now` blocks."""
    ids = list(product_ids)
    products = {
        row_id(product): (product, merchant)
        for product, merchant in session.execute(
            select(Product, Merchant)
            .join(Merchant, col(Merchant.id) == col(Product.merchant_id))
            .where(col(Product.id).in_(ids))
        )
    }
    skus: dict[int, list[Sku]] = {product_id: [] for product_id in products}
    query = select(Sku).where(col(Sku.product_id).in_(ids), ~col(Sku.retired)).order_by(col(Sku.position), col(Sku.id))
    for sku in session.execute(query).scalars():
        skus[sku.product_id].append(sku)
    return {
        key: catalog_product(product, merchant, skus[key], channel, now)
        for key, (product, merchant) in products.items()
    }


def blockers_of(product: Product, now: datetime) -> tuple[str, ...]:
    """Why a product may not be published; nothing when it may."""
    expired = product.valid_until is not None and product.valid_until <= now
    blocking = [] if product.publishable else list(product.reasons)
    return tuple(dict.fromkeys([*blocking, *(["W_PIRT_EXPIRED"] if expired else [])]))


def catalog_sku(sku: Sku, rules: Sequence[Mapping[str, Any]]) -> CatalogSku:
    """The frozen view of a variant; `rules` are the nearest first."""
    options, sold_out = tuple(sku.options), next((rule["sold_out"] for rule in rules if "sold_out" in rule), "hide")
    return CatalogSku(row_id(sku), sku.code, options, sku.price_idr, sku.weight_g, sold_out)


def catalog_product(
    product: Product, merchant: Merchant, skus: Sequence[Sku], channel: str, now: datetime
) -> CatalogProduct:
    """The frozen view of a product's rows."""
    return CatalogProduct(
        product_id=row_id(product),
        code=product.code,
        merchant=merchant.name,
        name=product.name,
        description=product.description,
        jenis=product.jenis,
        axes=tuple(product.axes),
        skus=tuple(catalog_sku(sku, (sku.stock_rule, product.stock_rule, merchant.stock_rule)) for sku in skus),
        pictures=tuple(product.pictures),
        unit=product.unit,
        pack_qty=product.pack_qty,
        preorder_days=product.preorder_days,
        licences=product.licences,
        attributes=product.attributes,
        blockers=blockers_of(product, now),
        place=merchant.place,
        category_id=product.categories.get(channel),
    )


def resolve_merchant(session: Session, name: str | None, fold: str | None) -> Merchant | None:
    """The merchant that a person named; a UserError lists near names when there is none."""
    if name is None or fold is None:
        return None
    merchant = find_merchant(session, fold)
    if merchant is None:
        near = near_merchants(session, fold)
        if near:
            raise UserError(
                "There is no business named “{name}”. Perhaps: {near}. All of them: jembatan merchant list",
                name=name,
                near=", ".join(near),
            )
        raise UserError("There is no business named “{name}”. List them with: jembatan merchant list", name=name)
    return merchant


def near_merchants(session: Session, fold: str) -> list[str]:
    """Names of businesses that may have been meant, the likeliest first."""
    names = {row[0]: row[1] for row in session.execute(select(col(Merchant.key), col(Merchant.name)))}
    alike = get_close_matches(fold, names, n=NEAR)
    begun = [key for key in sorted(names) if fold[:4] and fold[:4] in key]
    return [names[key] for key in list(dict.fromkeys([*alike, *begun]))[:NEAR]]


def resolve_sku(session: Session, code: str, merchant: Merchant | None = None) -> Sku:
    """A SKU by its code; a UserError with the choices when several merchants have it, or none."""
    query = (
        select(Sku, col(Merchant.name))
        .join(Merchant, col(Merchant.id) == col(Sku.merchant_id))
        .where(col(Sku.code) == code)
    )
    if merchant is not None:
        query = query.where(col(Sku.merchant_id) == merchant.id)
    rows = session.execute(query).all()
    if not rows:
        raise UserError("There is no SKU {code}. List them with: jembatan products list", code=code)
    if len(rows) > 1:
        names = ", ".join(sorted(name for _, name in rows))
        raise UserError(
            "The SKU {code} is used by several businesses: {names}. Add --merchant NAME.", code=code, names=names
        )
    sku: Sku = rows[0][0]
    return sku


def listings_of_product(session: Session, product_id: int) -> list[ListingSku]:
    """The ListingSkus of a product on all shops."""
    query = (
        select(ListingSku)
        .join(Listing, col(Listing.id) == col(ListingSku.listing_id))
        .where(col(Listing.product_id) == product_id)
    )
    return list(session.execute(query).scalars())


def row_id(row: Any) -> int:
    """The id of a row that was flushed."""
    assert row.id is not None
    return int(row.id)
