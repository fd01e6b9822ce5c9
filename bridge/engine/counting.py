"""What a person says of the goods themselves: counted on the shelf, come or gone, carried from one place to another."""

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session

from bridge.engine.context import Engine
from bridge.engine.locations import location_of
from bridge.engine.stock_views import find_sku
from bridge.errors import UserError
from bridge.store.catalog import row_id
from bridge.store.exposures import log_exposure, parts_of
from bridge.store.ledger import NewEntry, add_count, add_entry, lock_balance
from bridge.store.tables import Sku
from bridge.store.turns import take_turn

MOST = 1_000_000_000
MOMENT = timedelta(microseconds=1)


def count_stock(
    engine: Engine,
    code: str,
    pieces: int,
    merchant: str | None,
    counted_at: datetime | None,
    note: str | None,
    place: str | None = None,
) -> int:
    """What was counted on the shelf, packed goods included; gives what is available there now. `place`: the location's name. Raises
    UserError for a future date."""
    now = engine.clock()
    if pieces < 0:
        raise UserError("The number of pieces cannot be below 0.")
    refuse_absurd(pieces)
    if counted_at is not None and counted_at > now:
        raise UserError("The time of the count, {when}, lies in the future.", when=counted_at.isoformat())
    with engine.store.write() as session:
        sku = find_sku(session, code, merchant)
        refuse_bundle(session, sku)
        location = location_of(session, sku.merchant_id, place)
        take_turn(session.connection(), sku.merchant_id)
        when = counted_at if counted_at is not None else now
        add_count(session, row_id(sku), location, f"count/{secrets.token_hex(8)}", pieces, when, now, note=note)
        sku.stock_assumed = None
        log_exposure(session, [row_id(sku)], now)
        balance = lock_balance(session, row_id(sku), location)
        return (balance.on_hand if balance.on_hand is not None else 0) - balance.held


def adjust_stock(
    engine: Engine, code: str, change: int, merchant: str | None, note: str | None, place: str | None = None
) -> int:
    """Pieces that came or went outside every channel; gives what is on hand there now. Needs a count before it."""
    refuse_absurd(change)
    now = engine.clock()
    with engine.store.write() as session:
        sku = find_sku(session, code, merchant)
        refuse_bundle(session, sku)
        location = location_of(session, sku.merchant_id, place)
        take_turn(session.connection(), sku.merchant_id)
        refuse_uncounted(session, sku, location, change)
        add_entry(session, moved(sku, location, change, f"adjust/{secrets.token_hex(8)}", "adjust", now, note), now)
        log_exposure(session, [row_id(sku)], now)
        return lock_balance(session, row_id(sku), location).on_hand or 0


def move_stock(
    engine: Engine, code: str, pieces: int, merchant: str | None, from_place: str, to_place: str, note: str | None
) -> tuple[int, int]:
    """Pieces carried from one location to another; gives what is on hand at both now. Where none were counted, there were none."""
    if pieces <= 0:
        raise UserError("Move at least one piece.")
    refuse_absurd(pieces)
    now, number = engine.clock(), secrets.token_hex(8)
    with engine.store.write() as session:
        sku = find_sku(session, code, merchant)
        refuse_bundle(session, sku)
        source, target = (location_of(session, sku.merchant_id, place) for place in (from_place, to_place))
        if source == target:
            raise UserError("The goods are to go to the place where they are. Name two different ones.")
        take_turn(session.connection(), sku.merchant_id)
        refuse_uncounted(session, sku, source, -pieces)
        if lock_balance(session, row_id(sku), target).on_hand is None:
            add_count(session, row_id(sku), target, f"move/{number}/first", 0, now - MOMENT, now)
        for location, change, end in ((source, -pieces, "from"), (target, pieces, "to")):
            add_entry(session, moved(sku, location, change, f"move/{number}/{end}", "moved", now, note), now)
        log_exposure(session, [row_id(sku)], now)
        left, there = (lock_balance(session, row_id(sku), location).on_hand or 0 for location in (source, target))
        return left, there


def moved(sku: Sku, location: int, change: int, source: str, kind: str, now: datetime, note: str | None) -> NewEntry:
    """A movement that no order causes."""
    return NewEntry(row_id(sku), location, source, kind, on_hand=change, held=0, moved_at=now, note=note)


def refuse_uncounted(session: Session, sku: Sku, location: int, change: int) -> None:
    """Raises UserError where nothing was counted, or less is there than goes."""
    balance = lock_balance(session, row_id(sku), location)
    if balance.on_hand is None:
        raise UserError("{sku} was never counted. Count it first: jembatan stock count {sku} N", sku=sku.code)
    if balance.on_hand + change < 0:
        raise UserError(
            "Only {pieces} pieces of {sku} are there; {change} is too much.",
            sku=sku.code,
            pieces=balance.on_hand,
            change=change,
        )


def refuse_bundle(session: Session, sku: Sku) -> None:
    """A bundle has no shelf of its own."""
    if parts_of(session, [row_id(sku)]):
        raise UserError("{sku} is a bundle: its stock follows from its parts. Count those.", sku=sku.code)


def refuse_absurd(pieces: int) -> None:
    """A slip of the finger, not a stock."""
    if abs(pieces) > MOST:
        raise UserError("{pieces} pieces are more than anybody has. Check the number.", pieces=pieces)
