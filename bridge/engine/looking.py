"""Questions about the catalog and the shops. Reads only; the answers are plain values, for a command line or a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.engine.context import Engine
from bridge.engine.hiding import hidden_listings
from bridge.sheets.text import fold
from bridge.store.catalog import blockers_of, resolve_merchant, resolve_sku, row_id
from bridge.store.journal import failed_operations, state_counts
from bridge.store.ledger import summed
from bridge.store.listings import chunks
from bridge.store.orders import parked_lines
from bridge.store.shops import state_of_shop
from bridge.store.tables import (
    App,
    Balance,
    Cursor,
    Facet,
    Listing,
    ListingSku,
    Merchant,
    Product,
    Run,
    Shop,
    Sku,
)

LIVE, WAITING, PARKED, REFUSED, HIDDEN = "live", "waiting", "parked", "rejected", "hidden"


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
class ListingState:
    """How a product stands on one shop."""

    shop: int
    channel: str
    listing: int
    remote_id: str | None
    state: str  # live · waiting · parked · rejected · hidden
    problems: tuple[dict[str, Any], ...] = ()
    part: int = 0  # the one SKU that it shows, where a channel has no variants; 0: all of the product's


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


@dataclass(frozen=True, slots=True)
class ShopRow:
    """One shop with the numbers of its listings. `live`: those that are there, `hidden` ones included."""

    shop: int
    channel: str
    remote_shop_id: str
    merchant: str
    name: str
    state: str
    reason: str | None
    buffer: int
    listings: int
    live: int
    hidden: int
    parked: int
    stale: int
    last_pull: datetime | None
    authorised_until: datetime | None
    checked_at: datetime | None


@dataclass(kw_only=True)
class Status:
    """The whole bridge at a glance."""

    shops: list[ShopRow]
    operations: dict[str, int] = field(default_factory=dict)
    parked_listings: int = 0
    parked_order_lines: int = 0
    last_run: dict[str, Any] | None = None
    oldest_pull: datetime | None = None


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


def listing_states(session: Session, product_ids: Iterable[int]) -> dict[int, list[ListingState]]:
    """How products stand on every shop, by product."""
    found: dict[int, list[ListingState]] = {}
    for some in chunks(product_ids):
        query = (
            select(Listing, col(Shop.channel))
            .join(Shop, col(Shop.id) == col(Listing.shop_id))
            .where(col(Listing.product_id).in_(some))
            .order_by(col(Listing.shop_id), col(Listing.id))
        )
        rows = [(row[0], row[1]) for row in session.execute(query)]
        facets = facets_by_listing(session, [row_id(listing) for listing, _ in rows])
        for listing, channel in rows:
            state = state_of(listing, facets.get(row_id(listing), {}))
            problems = tuple(problem for problem in listing.parked or () if "code" in problem)
            found.setdefault(listing.product_id, []).append(
                ListingState(
                    listing.shop_id, channel, row_id(listing), listing.remote_item_id, state, problems, listing.part
                )
            )
    return found


def facets_by_listing(session: Session, listing_ids: Iterable[int]) -> dict[int, dict[str, Facet]]:
    """Facets by listing and kind."""
    found: dict[int, dict[str, Facet]] = {}
    for some in chunks(listing_ids):
        for facet in session.execute(select(Facet).where(col(Facet.listing_id).in_(some))).scalars():
            found.setdefault(facet.listing_id, {})[facet.kind] = facet
    return found


def state_of(listing: Listing, facets: dict[str, Facet]) -> str:
    """One word for a listing. What a channel shows counts before what stops a change of it."""
    content, visibility = facets.get("content"), facets.get("visibility")
    if listing.remote_item_id is not None and content is not None and content.applied_fp is not None:
        shown = visibility is None or (visibility.applied or {}).get("visible", True)
        return LIVE if shown else HIDDEN
    if listing.parked:
        return PARKED
    refused = content is not None and content.rejected_fp is not None and content.rejected_fp == content.desired_fp
    return REFUSED if refused else WAITING


def shop_rows(engine: Engine, shop_ids: Sequence[int] | None = None) -> list[ShopRow]:
    """Shops with the numbers of their listings."""
    with engine.store.read() as session:
        query = select(Shop, col(Merchant.name), col(App.paused))
        query = query.join(Merchant, col(Merchant.id) == col(Shop.merchant_id))
        query = query.outerjoin(App, col(App.id) == col(Shop.app_id))
        if shop_ids is not None:
            query = query.where(col(Shop.id).in_(list(shop_ids)))
        rows = [(row[0], row[1], row[2]) for row in session.execute(query.order_by(col(Shop.id)))]
        number = select(col(Listing.shop_id), func.count()).group_by(col(Listing.shop_id))
        every = counted(session, number)
        live = counted(session, number.where(col(Listing.remote_item_id).is_not(None)))
        parked = counted(session, number.where(col(Listing.parked).is_not(None)))
        hidden = counted(session, hidden_listings())
        stale = counted(session, number.where(col(Listing.stale)))
        pulls = {row.shop_id: row.covered_at for row in session.execute(select(Cursor)).scalars()}
    return [
        ShopRow(
            shop=row_id(shop),
            channel=shop.channel,
            remote_shop_id=shop.remote_shop_id,
            merchant=name,
            name=shop.name,
            state=state_of_shop(shop, paused)[0],
            reason=state_of_shop(shop, paused)[1],
            buffer=shop.buffer,
            listings=every.get(row_id(shop), 0),
            live=live.get(row_id(shop), 0),
            hidden=hidden.get(row_id(shop), 0),
            parked=parked.get(row_id(shop), 0),
            stale=stale.get(row_id(shop), 0),
            last_pull=pulls.get(row_id(shop)),
            authorised_until=shop.authorised_until,
            checked_at=shop.checked_at,
        )
        for shop, name, paused in rows
    ]


def parked_now(engine: Engine, shop_ids: Sequence[int]) -> int:
    """How many listings of these shops are held back at this moment."""
    query = select(func.count()).where(col(Listing.parked).is_not(None), col(Listing.shop_id).in_(list(shop_ids)))
    with engine.store.read() as session:
        return int(session.execute(query).scalar_one())


def status(engine: Engine) -> Status:
    """Shops, what waits, the last run, and how old the oldest pull is."""
    shops = shop_rows(engine)
    with engine.store.read() as session:
        operations = dict.fromkeys(("pending", "inflight", "accepted", "unknown"), 0) | state_counts(session)
        operations["rejected"] = len(refused_targets(session))
        lines = len(parked_lines(session))
        run = session.execute(select(Run).order_by(col(Run.id).desc()).limit(1)).scalar_one_or_none()
        last = None if run is None else run_values(run)
    pulls = [shop.last_pull for shop in shops if shop.last_pull is not None]
    return Status(
        shops=shops,
        operations=operations,
        parked_listings=sum(shop.parked for shop in shops),
        parked_order_lines=lines,
        last_run=last,
        oldest_pull=min(pulls, default=None),
    )


def refused_targets(session: Session) -> set[str]:
    """Listings whose newest operation of some kind was refused."""
    return {row.target for row in failed_operations(session)}


def run_values(run: Run) -> dict[str, Any]:
    """A run as plain values."""
    return {
        "run": run.id,
        "kind": run.kind,
        "state": run.state,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "summary": dict(run.summary),
    }


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
