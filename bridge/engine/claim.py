"""Claiming: the most urgent operations of a shop, their values fixed now, in the transaction that moves `may_sell`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bridge.connectors.base import Capabilities, Operation, SkuWrite, Verdict
from bridge.engine.context import Lane
from bridge.engine.gate import lock_gated, pass_gate
from bridge.engine.plans import need_of
from bridge.engine.ranges import desired_stock, put_range, range_of, sold_out_untold
from bridge.engine.shares import stock_rows
from bridge.model import FacetKind, OpKind
from bridge.planning.places import spread
from bridge.planning.stock_range import Need, begin_write
from bridge.store.catalog import row_id
from bridge.store.claiming import (
    DueRow,
    SkuRow,
    drop_operation,
    drop_sku,
    keep_skus,
    next_pending,
    put_off,
    remote_skus,
    skus_to_send,
    take_operation,
)
from bridge.store.exposures import log_exposure
from bridge.store.figures import StockRow, stock_of
from bridge.store.journal import last_due
from bridge.store.ledger import cancelled_units
from bridge.store.listings import facets_of, remote_item_of
from bridge.store.ranges import RangeRow, keep_ranges, lock_ranges
from bridge.store.tables import Listing, OperationRow, OperationSku, Order
from bridge.store.turns import take_turn

SOON = timedelta(seconds=10)
MOMENT = timedelta(seconds=1)
LONGEST_HOLD = timedelta(seconds=60)


def claim(lane: Lane) -> list[Operation]:
    """The operations of the next call, committed as in flight; empty when nothing may be sent now."""
    while True:
        claimed, found = lane.engine.store.run(lambda session: claim_once(session, lane))
        if found:
            lane.engine.reach("claim:after-commit")
        if claimed or not found:
            return claimed


def claim_once(session: Session, lane: Lane) -> tuple[list[Operation], bool]:
    """What to send now, and whether there was anything to look at: what is dropped at the claim makes room for the next."""
    can = lane.connector.capabilities()
    take_turn(session.connection(), lane.shop.merchant_id)
    lane.must_hold(session)
    now = lane.engine.clock()
    due = next_pending(session, lane.shop.shop_id, now, sendable(lane), 60)
    rows = gather(session, hold_shows(session, due, can, now), can)
    if not rows:
        return [], False
    claimed = [operation for row in rows if (operation := fix(session, lane, row, now)) is not None]
    lane.engine.reach("claim:before-commit")
    return claimed, True


def sendable(lane: Lane) -> list[str]:
    """The kinds that the channel takes, and takes now."""
    return [kind.value for kind in lane.connector.capabilities().batch if kind not in lane.shop.blocked]


def hold_shows(session: Session, due: Sequence[DueRow], can: Capabilities, now: datetime) -> list[DueRow]:
    """Showing a few new listings waits a little for creates of the shop that are about to end: one call then shows them all."""
    shows = [row for row in due if row.payload.get("visible") and row.created_at > now - LONGEST_HOLD]
    if not shows or len(shows) >= can.batch[OpKind.VISIBILITY].listings:
        return list(due)
    soon = last_due(session, shows[0].shop_id, OpKind.CREATE, now + SOON)
    if soon is None:
        return list(due)
    put_off(session, [row.id for row in shows], max(soon, now) + MOMENT)
    return [row for row in due if row not in shows]


def gather(session: Session, rows: Sequence[DueRow], can: Capabilities) -> list[DueRow]:
    """The first row and those that can travel with it: same call, one direction of visibility, within the batch's size."""
    if not rows:
        return []
    first = rows[0]
    batch = can.batch[OpKind(first.kind)]
    if first.alone or batch.listings == 1:
        return [first]
    together = [row for row in rows if travels(row, first, can)][: batch.listings]
    return together if batch.skus is None else within(session, together, batch.skus)


def within(session: Session, rows: Sequence[DueRow], most: int) -> list[DueRow]:
    """As many of the rows as have so many SKUs together, but never none."""
    skus = skus_to_send(session, [row.id for row in rows])
    kept: list[DueRow] = []
    total = 0
    for row in rows:
        total += len(skus[row.id])
        if kept and total > most:
            break
        kept.append(row)
    return kept


def travels(row: DueRow, first: DueRow, can: Capabilities) -> bool:
    """Whether a row goes in one call with the first."""
    same_call = can.batch[OpKind(row.kind)].call == can.batch[OpKind(first.kind)].call
    return same_call and not row.alone and row.payload.get("visible") == first.payload.get("visible")


def fix(session: Session, lane: Lane, row: DueRow, now: datetime) -> Operation | None:
    """Marks a row as in flight with the values that are right now; None when nothing is left to write."""
    skus = skus_to_send(session, [row.id])[row.id]
    over = is_over(session, row)
    if row.kind == OpKind.PRICE and not over:
        skus = leave_out_prices(session, row, skus)
        over = not skus
    if row.kind in (OpKind.STOCK, OpKind.CREATE, OpKind.CONTENT) and not row.ticket and not over:
        fixed = fix_stock(session, lane, row, skus, now)
        over = fixed is None or (not fixed and row.kind != OpKind.CONTENT)
        skus = fixed if fixed is not None else []
    if over:
        drop_operation(session, row.id, now)
        return None
    holder, fence = (lane.lease.holder, lane.lease.fence) if lane.lease is not None else (lane.engine.holder, None)
    take_operation(session, row.id, holder, fence, now)
    return operation_of(session, replace(row, sent_at=now), skus)


def is_over(session: Session, row: DueRow) -> bool:
    """Whether what a waiting operation would write is not wanted any more: a change that was taken back before it was sent, or a
    new listing that may not be published now."""
    if row.listing_id is None or row.ticket:
        return False
    if row.kind == OpKind.CREATE:
        listing = session.get_one(Listing, row.listing_id)
        return listing.parked is not None and listing.remote_item_id is None
    if row.attempts or row.kind not in (OpKind.CONTENT, OpKind.VISIBILITY):
        return False
    facets = facets_of(session, [row.listing_id])
    mine = [facets[row.listing_id, kind] for kind in row.applies if (row.listing_id, kind) in facets]
    return bool(mine) and all(facet.desired_fp == facet.applied_fp for facet in mine)


def leave_out_prices(session: Session, row: DueRow, skus: Sequence[SkuRow]) -> list[SkuRow]:
    """Prices that went back to what the channel shows are not sent; one whose last answer was lost is sent in any case."""
    facet = facets_of(session, [row.listing_id or 0]).get((row.listing_id or 0, FacetKind.PRICE))
    wanted = facet.desired["prices"] if facet is not None else {}
    shown = (facet.applied or {}).get("prices", {}) if facet is not None else {}
    kept = []
    for sku in skus:
        back = sku.seller_sku in shown and wanted.get(sku.seller_sku) == shown[sku.seller_sku]
        if not back:
            kept.append(sku)
        elif sku.verdict == Verdict.UNKNOWN:
            sku.price_idr = shown[sku.seller_sku]
            kept.append(sku)
        else:
            drop_sku(session, sku)
    keep_skus(session, kept)
    return kept


def fix_stock(session: Session, lane: Lane, row: DueRow, skus: Sequence[SkuRow], now: datetime) -> list[SkuRow] | None:
    """Fixes stock at what is available now. In a stock write, figures that need nothing any more, or may not be sent yet, are left
    out. None: the listing has to be mapped again, since a variant that is new on the channel has nothing to show now."""
    ids = [sku.listing_sku_id for sku in skus]
    lock_gated(session, stock_of(session, ids))
    ties = lock_ranges(session, ids)
    current = {each.listing_sku_id: each for each in stock_rows(session, list(ties))}
    can = lane.connector.capabilities()
    new = [each for key, each in current.items() if row.kind != OpKind.STOCK and not ties[key].listed]
    if any(cannot_begin(each, can) for each in new):
        session.get_one(Listing, row.listing_id).stale = True
        return None
    owed = cancelled_units(session, list(ties), now - can.restock_lag)
    kept = []
    for sku in skus:
        tie, stock = ties[sku.listing_sku_id], current[sku.listing_sku_id]
        if row.kind == OpKind.STOCK and not still_needed(sku, stock):
            drop_sku(session, sku)
            continue
        if row.kind != OpKind.CONTENT or not tie.listed:  # a content brings figures of new variants only
            back = owed.get(sku.listing_sku_id, 0)
            value = pass_gate(session, tie, stock, desired_stock(stock) or 0, back)
            lane.gated = lane.gated or value != (desired_stock(stock) or 0)
            if value is None and row.kind != OpKind.STOCK:
                return None  # planned again once the others show less
            if value is None:
                drop_sku(session, sku)
                tie.stock_dirty = True
                keep_ranges(session, [tie])
                continue
            begin(sku, tie, value, back, stock.room)
            keep_ranges(session, [tie])  # the next one's gate has to see it
        kept.append(sku)
    keep_skus(session, kept)
    log_exposure(session, [each.sku_id for each in current.values()], now)
    return kept


def cannot_begin(stock: StockRow, can: Capabilities) -> bool:
    """A new variant whose stock is unknown, or sold out where the channel takes no 0, at all or for what is new."""
    desired = desired_stock(stock)
    return desired is None or sold_out_untold(stock) or (desired == 0 and not can.creates_with_zero)


def still_needed(sku: SkuRow, stock: StockRow) -> bool:
    """Whether a figure is sent: also when its last answer was lost, although the range already counts it as written."""
    need = need_of(stock)
    return need is Need.WRITE or (need is Need.REST and sku.verdict == Verdict.UNKNOWN)


def begin(sku: SkuRow, tie: RangeRow, value: int, owed: int, room: Mapping[str, int] | None) -> None:
    """The write of one figure begins: from now on the channel may sell that many more, and `owed` units of cancellations so
    young that it may still add them back. `room`: what lies at each warehouse, where there are several."""
    sku.stock = value
    sku.places = tie.places = None if room is None else spread(value, room)
    sku.old_stock = range_of(tie).low
    if sku.open_stock is None:
        put_range(tie, begin_write(range_of(tie), sku.stock, owed))
        sku.open_stock = sku.stock


def operation_of(
    session: Session, row: DueRow | OperationRow, skus: Sequence[SkuRow] | Sequence[OperationSku]
) -> Operation:
    """The value that a connector gets."""
    known = remote_skus(session, [sku.listing_sku_id for sku in skus])
    return Operation(
        operation_id=row_id(row),
        kind=OpKind(row.kind),
        key=row.key,
        remote_id=remote_id_of(session, row),
        skus=tuple(sku_write(sku, known[sku.listing_sku_id]) for sku in skus),
        payload=row.payload,
        ticket=row.ticket,
        sent_at=row.sent_at,
    )


def sku_write(sku: SkuRow | OperationSku, remote_sku_id: str | None) -> SkuWrite:
    """One SKU with the channel's id, where it is known."""
    stock = {} if sku.stock is None else sku.places or {"": sku.stock}
    return SkuWrite(sku.listing_sku_id, sku.seller_sku, remote_sku_id, sku.price_idr, stock)


def remote_id_of(session: Session, row: DueRow | OperationRow) -> str | None:
    """The listing's or the order's id on the channel."""
    if row.listing_id is not None:
        return remote_item_of(session, row.listing_id)
    return session.get_one(Order, row.order_id).remote_order_id if row.order_id is not None else None
