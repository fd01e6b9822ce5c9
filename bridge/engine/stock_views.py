"""The stock of one SKU and why its listings show what they show. Reads only; the answers are plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.engine.context import Engine
from bridge.engine.hiding import Hiding, why_hidden
from bridge.engine.listing_states import HIDDEN, ListingState, listing_states
from bridge.engine.looking import named_merchant
from bridge.engine.ranges import units_to_sell
from bridge.engine.shares import bundle_stock, shares_in_shop, stock_rows
from bridge.errors import UserError
from bridge.planning.allocation import StockRule, rule_of, sendable
from bridge.store.catalog import resolve_sku, row_id, skus_of
from bridge.store.exposures import parts_of, promises
from bridge.store.figures import rules_of
from bridge.store.tables import (
    Balance,
    ListingSku,
    Location,
    Merchant,
    Product,
    Shop,
    Sku,
)


@dataclass(frozen=True, slots=True)
class ListingStock:
    """What one listing may show of a SKU. `low` and `may_sell` are the range of what the channel shows now; `least`: it is sold
    out, but the channel takes no 0, so that one unit can be oversold. `hidden`: why buyers do not see it."""

    channel: str
    shop: int
    listing: int
    state: str
    remote_id: str | None
    remote_sku_id: str | None
    listed: bool
    units: int
    buffer: int
    mode: str
    desired: int | None
    least: bool
    base: int | None
    low: int | None
    may_sell: int | None
    seen: int | None
    seen_at: datetime | None
    sent_at: datetime | None
    problems: tuple[dict[str, Any], ...]
    hidden: Hiding | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What lies of a SKU at one location, in pieces; the one that every business has from the start has no name."""

    location: str
    on_hand: int | None
    held: int
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class SkuStock:
    """One SKU: what is there, what is promised, and what every listing shows. `exposure` None: not known; `shelves`: where it lies,
    if the business has several locations."""

    sku_id: int
    sku: str
    merchant: str
    product: str
    options: tuple[str, ...]
    price_idr: int | None
    publishable: bool
    reasons: tuple[str, ...]
    on_hand: int | None
    held: int
    available: int | None
    parts: dict[str, int]
    counted_at: datetime | None
    assumed: str | None
    exposure: int | None
    listings: tuple[ListingStock, ...]
    shelves: tuple[Shelf, ...] = ()


def find_sku(session: Session, code: str, merchant: str | None) -> Sku:
    """A SKU by its code; the code of a product with one variant serves as well."""
    owner = None if merchant is None else named_merchant(session, merchant)
    query = select(Product).where(col(Product.code) == code)
    if owner is not None:
        query = query.where(col(Product.merchant_id) == owner.id)
    found = session.execute(query).scalars().all()
    if len(found) == 1:
        variants = skus_of(session, row_id(found[0]))
        own = [sku for sku in variants if sku.code == code] or (variants if len(variants) == 1 else [])
        if own:
            return own[0]
        if variants:
            codes = ", ".join(sku.code for sku in variants)
            raise UserError("{code} has variants. Name one of them: {skus}.", code=code, skus=codes)
    return resolve_sku(session, code, owner)


def stock_of_sku(engine: Engine, code: str, merchant: str | None = None) -> SkuStock:
    """The stock of a SKU with all its listings. Raises UserError when the code is unknown or ambiguous."""
    with engine.store.read() as session:
        sku = find_sku(session, code, merchant)
        product = session.get_one(Product, sku.product_id)
        owner = session.get_one(Merchant, sku.merchant_id)
        shelves = shelves_of(session, row_id(sku))
        counted = [shelf.on_hand for shelf in shelves if shelf.on_hand is not None]
        on_hand, held = sum(counted) if counted else None, sum(shelf.held for shelf in shelves)
        bundles = parts_of(session, [row_id(sku)])
        if bundles:
            on_hand, held = bundle_stock(session, bundles)[row_id(sku)], 0
        available = None if on_hand is None else on_hand - held
        parts = {session.get_one(Sku, key).code: pieces for key, pieces in bundles.get(row_id(sku), {}).items()}
        listings = listing_stock(session, sku)
        return SkuStock(
            sku_id=row_id(sku),
            sku=sku.code,
            merchant=owner.name,
            product=product.name,
            options=tuple(sku.options),
            price_idr=sku.price_idr,
            publishable=product.publishable,
            reasons=tuple(product.reasons),
            on_hand=on_hand,
            held=held,
            available=available,
            parts=parts,
            counted_at=max((shelf.counted_at for shelf in shelves if shelf.counted_at is not None), default=None),
            shelves=shelves if any(shelf.location for shelf in shelves) else (),
            assumed=sku.stock_assumed,
            exposure=exposure_of(session, row_id(sku)),
            listings=tuple(listings),
        )


def shelves_of(session: Session, sku_id: int) -> tuple[Shelf, ...]:
    """Where a SKU lies."""
    columns = (col(Location.name), col(Balance.on_hand), col(Balance.held), col(Balance.counted_at))
    query = select(*columns).join_from(Balance, Location, col(Location.id) == col(Balance.location_id))
    found = session.execute(query.where(col(Balance.sku_id) == sku_id).order_by(col(Location.id)))
    return tuple(Shelf(*row) for row in found)


def listing_stock(session: Session, sku: Sku) -> list[ListingStock]:
    """One row per listing of the product that shows the SKU, tied to it or not yet."""
    every = listing_states(session, [sku.product_id]).get(sku.product_id, [])
    states = [state for state in every if state.part in (0, sku.id)]
    ties: dict[int, list[ListingSku]] = {}
    for tie in session.execute(select(ListingSku).where(col(ListingSku.sku_id) == sku.id)).scalars():
        ties.setdefault(tie.listing_id, []).append(tie)
    shops = {row_id(shop): shop for shop in session.execute(select(Shop)).scalars()}
    shares = {
        row.listing_sku_id: row for row in stock_rows(session, [row_id(tie) for some in ties.values() for tie in some])
    }
    rule = rule_of(rules_of(session, [row_id(sku)])[row_id(sku)])
    rows: list[ListingStock] = []
    for state in states:
        own: list[ListingSku | None] = [*ties.get(state.listing, ())]
        for tie in own or [None]:
            shop = shops[state.shop]
            if tie is None:
                to_sell = shares_in_shop(session, row_id(shop), shop.buffer, [row_id(sku)])[row_id(sku)]
            else:
                to_sell = units_to_sell(shares[row_id(tie)])
            hiding = why_hidden(session, state.listing) if state.state == HIDDEN else None
            rows.append(one_listing(state, tie, shop, to_sell, rule, hiding))
    return rows


def one_listing(
    state: ListingState,
    tie: ListingSku | None,
    shop: Shop,
    to_sell: int | None,
    rule: StockRule,
    hiding: Hiding | None,
) -> ListingStock:
    """A listing's range, or nothing known of it yet."""
    units = 1 if tie is None else tie.units
    base = None if tie is None else tie.base
    hidden = hiding is not None and to_sell is not None
    desired = 0 if hidden else sendable(to_sell, shop.takes_zero)
    return ListingStock(
        channel=state.channel,
        shop=state.shop,
        listing=state.listing,
        state=state.state,
        remote_id=state.remote_id,
        remote_sku_id=None if tie is None else tie.remote_sku_id,
        listed=tie is not None and tie.listed,
        units=units,
        buffer=shop.buffer if rule.buffer is None else rule.buffer,
        mode=rule.mode,
        desired=desired,
        least=not hidden and desired != to_sell,
        base=base,
        low=None if tie is None or base is None else base - tie.first_booked,
        may_sell=0 if tie is None else tie.may_sell,
        seen=None if tie is None else tie.seen,
        seen_at=None if tie is None else tie.seen_at,
        sent_at=None if tie is None else tie.settled_at,
        problems=state.problems,
        hidden=hiding,
    )


def exposure_of(session: Session, sku_id: int) -> int | None:
    """How many pieces the channels together could sell beyond what is there; of a bundle, of that part where it is most."""
    ids = parts_of(session, [sku_id]).get(sku_id, {sku_id: 1})
    found = [each.exposure for each in promises(session, ids).values()]
    known = [each for each in found if each is not None]
    return max(known) if len(known) == len(found) else None
