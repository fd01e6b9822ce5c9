"""The stock ledger: entries and counts with unique sources, and the balance rows kept beside them in the same transaction."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Table, bindparam, case, func, literal, or_, select, update
from sqlmodel import Session, col

from bridge.store.inserts import insert_from, insert_new, insert_of
from bridge.store.often import Among, Often
from bridge.store.tables import (
    Balance,
    Listing,
    ListingSku,
    Location,
    OrderLine,
    Sku,
    SkuComponent,
    StockCount,
    StockEntry,
)


def table(model: Any) -> Any:
    """The Core table behind a SQLModel class."""
    return model.__table__


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A movement to write, in pieces. `source` makes it count once."""

    sku_id: int
    location_id: int
    source: str
    kind: str
    on_hand: int
    held: int
    moved_at: datetime
    order_line_id: int | None = None
    units: int = 0
    note: str | None = None


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What is known of a SKU at one location. `on_hand` None: never counted there."""

    location_id: int
    on_hand: int | None
    held: int
    counted_at: datetime | None


BALANCE: Table = table(Balance)
MADE = ("sku_id", "location_id", "held")
MISSING = (
    select(col(Sku.id), col(Location.id), literal(0))
    .join(Location, col(Location.merchant_id) == col(Sku.merchant_id))
    .where(col(Sku.id) == bindparam("sku"), or_(col(Location.name) == "", col(Location.id) == bindparam("location")))
)
MAKE_BALANCES = Often(lambda name: insert_from(BALANCE, MADE, MISSING, name))
LOCKED = Often(
    select(BALANCE.c.location_id, BALANCE.c.on_hand, BALANCE.c.held, BALANCE.c.counted_at)
    .where(BALANCE.c.sku_id == bindparam("sku"))
    .order_by(BALANCE.c.location_id)
    .with_for_update()
)
MOVE_BALANCE = Often(
    update(BALANCE)
    .where(BALANCE.c.sku_id == bindparam("sku"), BALANCE.c.location_id == bindparam("place"))
    .values(
        held=BALANCE.c.held + bindparam("more_held"),
        on_hand=case(  # what lay there at a count is in it; null stays null
            (
                BALANCE.c.counted_at <= bindparam("moved", type_=BALANCE.c.counted_at.type),
                BALANCE.c.on_hand + bindparam("more"),
            ),
            else_=BALANCE.c.on_hand,
        ),
    )
)
COUNT_BALANCE = Often(
    update(BALANCE)
    .where(BALANCE.c.sku_id == bindparam("sku"), BALANCE.c.location_id == bindparam("place"))
    .values(on_hand=bindparam("there"), counted_at=bindparam("counted", type_=BALANCE.c.counted_at.type))
)


def lock_balance(session: Session, sku_id: int, location_id: int) -> BalanceRow:
    """The balance, made if missing, and with it all rows of the SKU, locked until the transaction ends (SQLite holds its one write
    lock already). The row of the nameless location is always among them: whoever moves or reads this stock waits for it."""
    session.flush()
    connection = session.connection()
    MAKE_BALANCES.run(connection, [{"sku": sku_id, "location": location_id}])
    rows = [BalanceRow(*row) for row in LOCKED.find(connection, sku=sku_id)]
    return next(row for row in rows if row.location_id == location_id)


def summed(figure: Any, sku: Any) -> Any:
    """A figure of a SKU's balance over all locations, as part of a query. On hand null: never counted at any."""
    return select(func.sum(figure)).where(col(Balance.sku_id) == sku).scalar_subquery()


ENTRY: Table = table(StockEntry)
ENTER = Often(lambda name: insert_of(ENTRY, name), [name for name in ENTRY.c.keys() if name != "id"])  # noqa: SIM118


def add_entry(session: Session, entry: NewEntry, now: datetime) -> bool:
    """Writes a movement once and moves the balance; False when its source was written before."""
    lock_balance(session, entry.sku_id, entry.location_id)
    connection = session.connection()
    if not ENTER.run(connection, [{**asdict(entry), "recorded_at": now}]):
        return False
    move = {"sku": entry.sku_id, "place": entry.location_id, "moved": entry.moved_at}
    MOVE_BALANCE.run(connection, [{**move, "more_held": entry.held, "more": entry.on_hand}])
    mark_stock_changed(session, [entry.sku_id])
    return True


def add_count(
    session: Session,
    sku_id: int,
    location_id: int,
    source: str,
    quantity: int,
    counted_at: datetime,
    now: datetime,
    **more: Any,
) -> bool:
    """Writes a count once and sums the SKU's ledger again; False when its source was written before."""
    lock_balance(session, sku_id, location_id)
    row = {
        "sku_id": sku_id,
        "location_id": location_id,
        "source": source,
        "quantity": quantity,
        "counted_at": counted_at,
        "recorded_at": now,
        "held_then": more.get("held_then", 0),
        "note": more.get("note"),
    }
    if not insert_new(session, table(StockCount), [row]):
        return False
    there, counted = on_hand_from_zero(session, sku_id, location_id)
    COUNT_BALANCE.run(session.connection(), [{"sku": sku_id, "place": location_id, "there": there, "counted": counted}])
    mark_stock_changed(session, [sku_id])
    return True


LINE: Table = table(OrderLine)
CANCELLED = Often(
    select(LINE.c.listing_sku_id, func.sum(ENTRY.c.units))
    .join_from(LINE, ENTRY, LINE.c.id == ENTRY.c.order_line_id)
    .where(Among(LINE.c.listing_sku_id), or_(ENTRY.c.kind == "cancelled", ENTRY.c.kind == "recalled"))
    .where(ENTRY.c.recorded_at > bindparam("since", type_=ENTRY.c.recorded_at.type))
    .group_by(LINE.c.listing_sku_id)
)


def cancelled_units(session: Session, listing_sku_ids: Sequence[int], since: datetime) -> dict[int, int]:
    """Units of each ListingSku whose cancellation was first booked later than `since`."""
    session.flush()
    found = CANCELLED.find(session.connection(), ids=list(listing_sku_ids), since=since)
    return {key: int(units) for key, units in found}


def on_hand_from_zero(session: Session, sku_id: int, location_id: int) -> tuple[int | None, datetime | None]:
    """The latest count by its own date (of two for one moment the one written down last) plus the movements at or after it."""
    where = (col(StockCount.sku_id) == sku_id, col(StockCount.location_id) == location_id)
    query = (
        select(StockCount).where(*where).order_by(col(StockCount.counted_at).desc(), col(StockCount.id).desc()).limit(1)
    )
    count = session.execute(query).scalar_one_or_none()
    if count is None:
        return None, None
    moves = select(col(StockEntry.on_hand)).where(
        col(StockEntry.sku_id) == sku_id,
        col(StockEntry.location_id) == location_id,
        col(StockEntry.moved_at) >= count.counted_at,
    )
    return count.quantity + count.held_then + sum(session.execute(moves).scalars()), count.counted_at


TIE: Table = table(ListingSku)
SHOWING: Table = table(Listing)
PART: Table = table(SkuComponent)
SKU: Table = table(Sku)
OF_SKU: BindParameter[Any] = bindparam("of_sku")
BUNDLES_WITH = Often(select(PART.c.bundle_sku_id).where(Among(PART.c.part_sku_id)).distinct())
MARK_FIGURES = Often(update(TIE).where(TIE.c.sku_id == OF_SKU).values(stock_dirty=True))
SHOWN = select(TIE.c.id).where(TIE.c.listing_id == SHOWING.c.id, TIE.c.sku_id == OF_SKU, TIE.c.listed)
NOT_SHOWN_YET = Often(
    update(SHOWING)
    .where(
        SHOWING.c.product_id == select(SKU.c.product_id).where(SKU.c.id == OF_SKU).scalar_subquery(), ~SHOWN.exists()
    )
    .values(stale=True)
)


def mark_stock_changed(session: Session, sku_ids: Sequence[int]) -> None:
    """Every listing that shows these SKUs, or a bundle with them, has to be looked at; one that does not show them yet is mapped
    again."""
    session.flush()
    connection = session.connection()
    bundles = [row[0] for row in BUNDLES_WITH.find(connection, ids=list(sku_ids))]
    rows = [{"of_sku": sku_id} for sku_id in dict.fromkeys([*sku_ids, *bundles])]
    for statement in (MARK_FIGURES, NOT_SHOWN_YET) if rows else ():
        statement.run(connection, rows)


def mark_figures(session: Session, sku_id: int) -> None:
    """Every figure of a SKU has to be looked at."""
    session.flush()
    MARK_FIGURES.run(session.connection(), [{"of_sku": sku_id}])


def mark_shop_figures(session: Session, shop_id: int) -> None:
    """Every figure of a shop has to be looked at."""
    session.execute(update(ListingSku).where(col(ListingSku.shop_id) == shop_id).values(stock_dirty=True))


def history(session: Session, sku_id: int) -> tuple[list[StockCount], list[StockEntry]]:
    """All counts and movements of a SKU, oldest first."""
    counts = session.execute(
        select(StockCount).where(col(StockCount.sku_id) == sku_id).order_by(col(StockCount.counted_at))
    ).scalars()
    entries = session.execute(
        select(StockEntry).where(col(StockEntry.sku_id) == sku_id).order_by(col(StockEntry.id))
    ).scalars()
    return list(counts), list(entries)
