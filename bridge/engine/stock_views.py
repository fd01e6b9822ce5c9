"""The stock of one SKU and why its listings show what they show. Reads only; the answers are plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.connectors.meanings import Meaning
from bridge.engine.context import Engine
from bridge.engine.hiding import Hiding, why_hidden
from bridge.engine.looking import HIDDEN, ListingState, listing_states, named_merchant
from bridge.engine.ranges import units_to_sell
from bridge.engine.refusals import meaning_of, who_of
from bridge.engine.shares import bundle_stock, shares_in_shop, stock_rows
from bridge.errors import UserError
from bridge.planning.allocation import StockRule, rule_of, sendable
from bridge.store.catalog import resolve_sku, row_id, skus_of
from bridge.store.exposures import parts_of, promises
from bridge.store.figures import rules_of
from bridge.store.ledger import history
from bridge.store.tables import (
    Balance,
    ListingSku,
    Merchant,
    OperationRow,
    OperationSku,
    Order,
    OrderLine,
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
class SkuStock:
    """One SKU: what is there, what is promised, and what every listing shows. `exposure` None: not known."""

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


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Pieces that an order holds: bought, not shipped, not cancelled."""

    order: str
    channel: str
    shop: int
    status: str
    pieces: int


@dataclass(frozen=True, slots=True)
class WriteState:
    """The newest write that concerns a SKU on a listing: what it is, how it stands, what the channel said and what that means."""

    listing: int
    kind: str
    state: str
    stock: int | None
    code: str
    message: str
    due_at: datetime
    settled_at: datetime | None
    meaning: str | None
    who: str | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One count or movement. A count says what was there, a movement by how much it changed; of an order: which, and whose."""

    at: datetime
    kind: str
    on_hand: int | None
    held: int
    quantity: int | None
    source: str
    note: str | None
    shop: int | None = None
    order: str | None = None


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
        balance = session.execute(select(Balance).where(col(Balance.sku_id) == sku.id)).scalars().first()
        on_hand, held = (None, 0) if balance is None else (balance.on_hand, balance.held)
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
            counted_at=None if balance is None else balance.counted_at,
            assumed=sku.stock_assumed,
            exposure=exposure_of(session, row_id(sku)),
            listings=tuple(listings),
        )


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


def orders_holding(engine: Engine, sku_id: int) -> list[HeldBy]:
    """The orders that hold pieces of a SKU, the oldest first."""
    left = col(OrderLine.ordered) - col(OrderLine.shipped) - col(OrderLine.cancelled)
    query = (
        select(
            col(Order.remote_order_id),
            col(Shop.channel),
            col(Order.shop_id),
            col(Order.status),
            left * col(OrderLine.units),
        )
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(Shop, col(Shop.id) == col(Order.shop_id))
        .where(col(OrderLine.sku_id) == sku_id, left > 0)
        .order_by(col(Order.ordered_at), col(Order.id))
    )
    with engine.store.read() as session:
        return [HeldBy(*row) for row in session.execute(query)]


def newest_writes(engine: Engine, sku_id: int) -> dict[int, WriteState]:
    """By listing, the newest write that carried a stock figure of the SKU."""
    newest = (
        select(func.max(col(OperationRow.id)))
        .join(OperationSku, col(OperationSku.operation_id) == col(OperationRow.id))
        .join(ListingSku, col(ListingSku.id) == col(OperationSku.listing_sku_id))
        .where(col(ListingSku.sku_id) == sku_id, col(OperationRow.kind).in_(("create", "stock")))
        .group_by(col(OperationRow.listing_id))
    )
    query = (
        select(OperationRow, col(OperationSku.stock), col(Shop.channel))
        .join(Shop, col(Shop.id) == col(OperationRow.shop_id))
        .join(OperationSku, col(OperationSku.operation_id) == col(OperationRow.id))
        .join(ListingSku, col(ListingSku.id) == col(OperationSku.listing_sku_id))
        .where(col(OperationRow.id).in_(newest), col(ListingSku.sku_id) == sku_id)
    )
    with engine.store.read() as session:
        rows = [(row, stock, channel) for row, stock, channel in session.execute(query)]
    return {row.listing_id: write_state(engine, row, stock, channel) for row, stock, channel in rows if row.listing_id}


def write_state(engine: Engine, row: OperationRow, stock: int | None, channel: str) -> WriteState:
    """A refused write always means something, one that waits only where the channel said why."""
    told = meaning_of(engine, channel, row.code, row.message) if row.state in ("rejected", "pending") else None
    meaning = Meaning.UNKNOWN if told is None and row.state == "rejected" else told
    return WriteState(
        row.listing_id or 0,
        row.kind,
        row.state,
        stock,
        row.code,
        row.message,
        row.due_at,
        row.settled_at,
        meaning.value if meaning is not None else None,
        who_of(meaning) if meaning is not None else None,
    )


def stock_history(engine: Engine, code: str, merchant: str | None = None) -> list[HistoryRow]:
    """Counts and movements of a SKU in the order of their dates."""
    with engine.store.read() as session:
        counts, entries = history(session, row_id(find_sku(session, code, merchant)))
    rows = [
        HistoryRow(count.counted_at, "count", None, 0, count.quantity, count.source, count.note) for count in counts
    ] + [
        HistoryRow(
            entry.moved_at,
            entry.kind,
            entry.on_hand,
            entry.held,
            None,
            entry.source,
            entry.note,
            *order_of(entry.source),
        )
        for entry in entries
    ]
    return sorted(rows, key=lambda row: row.at)


def order_of(source: str) -> tuple[int | None, str | None]:
    """Shop and order number of what an order moved: `order/<shop>/<order>/…`."""
    kind, *rest = source.split("/", 3)
    return (int(rest[0]), rest[1]) if kind == "order" and len(rest) == 3 else (None, None)


def order_lines(engine: Engine, order_ids: Sequence[int]) -> dict[int, list[tuple[OrderLine, str | None]]]:
    """The lines of orders, each with our code of what was bought: not every channel tells it."""
    query = select(OrderLine, col(Sku.code)).outerjoin(Sku, col(Sku.id) == col(OrderLine.sku_id))
    query = query.where(col(OrderLine.order_id).in_(list(order_ids))).order_by(col(OrderLine.id))
    found: dict[int, list[tuple[OrderLine, str | None]]] = {}
    with engine.store.read() as session:
        for line, code in session.execute(query):
            found.setdefault(line.order_id, []).append((line, code))
    return found
