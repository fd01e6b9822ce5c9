"""Questions about the catalog and the shops. Reads only; the answers are plain values, for a command line or a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.engine.context import Engine
from bridge.engine.listing_states import ListingState, listing_states
from bridge.sheets.text import fold
from bridge.store.catalog import blockers_of, resolve_merchant, resolve_sku, row_id
from bridge.store.ledger import summed
from bridge.store.listings import chunks
from bridge.store.tables import (
    Balance,
    ListingSku,
    Merchant,
    Product,
    Shop,
    Sku,
)


@dataclass(frozen=True, slots=True)
class MerchantRow:
    """One business in a list. `stocked`: publishable products of which some pieces are there."""

    merchant_id: int
    merchant: str
    owner: str | None
    place: str | None
    nib: str | None
    products: int
    publishable: int
    stocked: int
    shops: int


@dataclass(frozen=True, slots=True)
class SkuLine:
    """One variant with its price and stock."""

    sku: str
    options: tuple[str, ...]
    price_idr: int | None
    weight_g: int | None
    on_hand: int | None
    held: int
    available: int | None


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product with its variants and listings."""

    product_id: int
    merchant: str
    code: str
    name: str
    jenis: str | None
    publishable: bool
    reasons: tuple[str, ...]
    blockers: tuple[str, ...]
    categories: dict[str, str]
    skus: tuple[SkuLine, ...]
    listings: tuple[ListingState, ...]


def merchant_id(engine: Engine, name: str) -> int:
    """A business by its name in any spelling. Raises UserError with near names when there is none."""
    with engine.store.read() as session:
        return row_id(named_merchant(session, name))


def named_merchant(session: Session, name: str) -> Merchant:
    """The same within a session."""
    found = resolve_merchant(session, name, fold(name))
    assert found is not None
    return found


def merchants(engine: Engine, name: str | None = None) -> list[MerchantRow]:
    """All businesses in the order of their names, or one."""
    with engine.store.read() as session:
        wanted = None if name is None else row_id(named_merchant(session, name))
        query = select(Merchant).order_by(col(Merchant.name), col(Merchant.id))
        if wanted is not None:
            query = query.where(col(Merchant.id) == wanted)
        rows = list(session.execute(query).scalars())
        products = counted(session, select(col(Product.merchant_id), func.count()).group_by(col(Product.merchant_id)))
        good = select(col(Product.merchant_id), func.count()).where(col(Product.publishable))
        publishable = counted(session, good.group_by(col(Product.merchant_id)))
        stocked = counted(session, stocked_products())
        shops = counted(session, select(col(Shop.merchant_id), func.count()).group_by(col(Shop.merchant_id)))
    return [
        MerchantRow(
            row_id(row),
            row.name,
            row.owner,
            row.place,
            row.nib,
            products.get(row_id(row), 0),
            publishable.get(row_id(row), 0),
            stocked.get(row_id(row), 0),
            shops.get(row_id(row), 0),
        )
        for row in rows
    ]


ON_HAND, HELD = summed(col(Balance.on_hand), col(Sku.id)), summed(col(Balance.held), col(Sku.id))


def stocked_products() -> Any:
    """(merchant, publishable products with pieces to sell)."""
    return (
        select(col(Product.merchant_id), func.count(col(Product.id).distinct()))
        .join(Sku, col(Sku.product_id) == col(Product.id))
        .where(col(Product.publishable), ~col(Sku.retired), ON_HAND - HELD > 0)
        .group_by(col(Product.merchant_id))
    )


def counted(session: Session, query: Any) -> dict[int, int]:
    """A grouped count as a dictionary."""
    return {int(key): int(number) for key, number in session.execute(query)}


def products(engine: Engine, merchant: str | None = None, product_ids: Sequence[int] | None = None) -> list[ProductRow]:
    """Products with variants, stock and listings, by business and code."""
    with engine.store.read() as session:
        query = select(Product, col(Merchant.name)).join(Merchant, col(Merchant.id) == col(Product.merchant_id))
        if merchant is not None:
            query = query.where(col(Product.merchant_id) == row_id(named_merchant(session, merchant)))
        if product_ids is not None:
            query = query.where(col(Product.id).in_(list(product_ids)))
        rows = [(row[0], row[1]) for row in session.execute(query.order_by(col(Merchant.name), col(Product.id)))]
        ids = [row_id(product) for product, _ in rows]
        skus, listings = sku_lines(session, ids), listing_states(session, ids)
    return [
        ProductRow(
            product_id=row_id(product),
            merchant=name,
            code=product.code,
            name=product.name,
            jenis=product.jenis,
            publishable=product.publishable and not blockers_of(product, engine.clock()),
            reasons=tuple(product.reasons),
            blockers=blockers_of(product, engine.clock()),
            categories=dict(product.categories),
            skus=tuple(skus.get(row_id(product), ())),
            listings=tuple(listings.get(row_id(product), ())),
        )
        for product, name in rows
    ]


def product_of(engine: Engine, code: str, merchant: str | None = None) -> ProductRow:
    """The product with this code, or the one that a variant with this code belongs to."""
    with engine.store.read() as session:
        found = product_by_code(session, code, merchant)
    return products(engine, product_ids=[found])[0]


def product_by_code(session: Session, code: str, merchant: str | None) -> int:
    """A product's row id by its own code or by a variant's. Raises UserError with the choices when it is not clear."""
    owner = None if merchant is None else named_merchant(session, merchant)
    query = select(col(Product.id)).where(col(Product.code) == code)
    if owner is not None:
        query = query.where(col(Product.merchant_id) == owner.id)
    found = list(session.execute(query).scalars())
    return int(found[0]) if len(found) == 1 else resolve_sku(session, code, owner).product_id


def sku_lines(session: Session, product_ids: Iterable[int]) -> dict[int, list[SkuLine]]:
    """Variants with their stock by product."""
    found: dict[int, list[SkuLine]] = {}
    for some in chunks(product_ids):
        query = (
            select(Sku, ON_HAND, func.coalesce(HELD, 0))
            .where(col(Sku.product_id).in_(some), ~col(Sku.retired))
            .order_by(col(Sku.position), col(Sku.id))
        )
        for sku, on_hand, held in session.execute(query):
            available = None if on_hand is None else on_hand - held
            line = SkuLine(sku.code, tuple(sku.options), sku.price_idr, sku.weight_g, on_hand, held, available)
            found.setdefault(sku.product_id, []).append(line)
    return found


def assumed_stock(engine: Engine, listing_sku_ids: Iterable[int]) -> dict[int, str]:
    """By ListingSku, how one figure of a sheet was split over several variants; only where it was."""
    found: dict[int, str] = {}
    with engine.store.read() as session:
        for some in chunks(listing_sku_ids):
            query = select(col(ListingSku.id), col(Sku.stock_assumed)).join(Sku, col(Sku.id) == col(ListingSku.sku_id))
            wanted = query.where(col(ListingSku.id).in_(some), col(Sku.stock_assumed).is_not(None))
            for key, how in session.execute(wanted):
                found[key] = how
    return found
