"""The stock ledger: entries and counts with unique sources, and the balance rows kept beside them in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, literal, or_, select, update
from sqlmodel import Session, col

from bridge.store.inserts import insert_found, insert_new
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


def lock_balance(session: Session, sku_id: int, location_id: int) -> Balance:
    """The balance row, made if missing, and with it all rows of the SKU, locked until the transaction ends (SQLite holds its one
    write lock already). The row of the nameless location is always among them: whoever moves or reads this stock waits for it."""
    insert_balances(session, sku_id, location_id)
    rows: Sequence[Balance] = session.execute(LOCKED, {"sku": sku_id}).scalars().all()
    return next(row for row in rows if row.location_id == location_id)


def insert_balances(session: Session, sku_id: int, location_id: int) -> None:
    """Rows for this location and the nameless one, where they are missing."""
    columns = ("sku_id", "location_id", "held")
    insert_found(session, table(Balance), columns, MISSING, {"sku": sku_id, "location": location_id})


LOCKED = (
    select(Balance)
    .where(col(Balance.sku_id) == bindparam("sku"))
    .order_by(col(Balance.location_id))
    .with_for_update()
    .execution_options(populate_existing=True)
)
MISSING = (
    select(col(Sku.id), col(Location.id), literal(0))
    .join(Location, col(Location.merchant_id) == col(Sku.merchant_id))
    .where(col(Sku.id) == bindparam("sku"), or_(col(Location.name) == "", col(Location.id) == bindparam("location")))
)


def summed(figure: Any, sku: Any) -> Any:
    """A figure of a SKU's balance over all locations, as part of a query. On hand null: never counted at any."""
    return select(func.sum(figure)).where(col(Balance.sku_id) == sku).scalar_subquery()


def add_entry(session: Session, entry: NewEntry, now: datetime) -> bool:
    """Writes a movement once and moves the balance; False when its source was written before."""
    balance = lock_balance(session, entry.sku_id, entry.location_id)
    row = {
        "sku_id": entry.sku_id,
        "location_id": entry.location_id,
        "source": entry.source,
        "kind": entry.kind,
        "on_hand": entry.on_hand,
        "held": entry.held,
        "moved_at": entry.moved_at,
        "recorded_at": now,
        "order_line_id": entry.order_line_id,
        "units": entry.units,
        "note": entry.note,
    }
    if not insert_new(session, table(StockEntry), [row]):
        return False
    balance.held += entry.held
    if balance.on_hand is not None and balance.counted_at is not None and entry.moved_at >= balance.counted_at:
        balance.on_hand += entry.on_hand
    session.flush()
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
    balance = lock_balance(session, sku_id, location_id)
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
    balance.on_hand, balance.counted_at = on_hand_from_zero(session, sku_id, location_id)
    session.flush()
    mark_stock_changed(session, [sku_id])
    return True


CANCELLED = (
    select(col(OrderLine.listing_sku_id), func.sum(col(StockEntry.units)))
    .join(OrderLine, col(OrderLine.id) == col(StockEntry.order_line_id))
    .where(
        col(OrderLine.listing_sku_id).in_(bindparam("ids", expanding=True)),
        col(StockEntry.kind).in_(("cancelled", "recalled")),
        col(StockEntry.recorded_at) > bindparam("since"),
    )
    .group_by(col(OrderLine.listing_sku_id))
)


def cancelled_units(session: Session, listing_sku_ids: Sequence[int], since: datetime) -> dict[int, int]:
    """Units of each ListingSku whose cancellation was first booked later than `since`."""
    session.flush()
    found = session.connection().execute(CANCELLED, {"ids": list(listing_sku_ids), "since": since})
    return {key: int(units) for key, units in found if key is not None}


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


OF_SKU: BindParameter[Any] = bindparam("of_sku")
BUNDLES_WITH = (
    select(col(SkuComponent.bundle_sku_id))
    .where(col(SkuComponent.part_sku_id).in_(bindparam("ids", expanding=True)))
    .distinct()
)
MARK_FIGURES = update(ListingSku.__table__).where(col(ListingSku.sku_id) == OF_SKU).values(stock_dirty=True)  # type: ignore[attr-defined]
SHOWN = select(col(ListingSku.id)).where(
    col(ListingSku.listing_id) == col(Listing.id), col(ListingSku.sku_id) == OF_SKU, col(ListingSku.listed)
)
NOT_SHOWN_YET = (
    update(Listing.__table__)  # type: ignore[attr-defined]
    .where(
        col(Listing.product_id) == select(col(Sku.product_id)).where(col(Sku.id) == OF_SKU).scalar_subquery(),
        ~SHOWN.exists(),
    )
    .values(stale=True)
)


def mark_stock_changed(session: Session, sku_ids: Sequence[int]) -> None:
    """Every listing that shows these SKUs, or a bundle with them, has to be looked at; one that does not show them yet is mapped
    again."""
    bundles = session.connection().execute(BUNDLES_WITH, {"ids": list(sku_ids)}).scalars()
    for sku_id in dict.fromkeys([*sku_ids, *bundles]):
        mark_figures(session, sku_id)
        session.connection().execute(NOT_SHOWN_YET, {"of_sku": sku_id})


def mark_figures(session: Session, sku_id: int) -> None:
    """Every figure of a SKU has to be looked at."""
    session.flush()
    session.connection().execute(MARK_FIGURES, {"of_sku": sku_id})


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


def table(model: Any) -> Any:
    """The Core table behind a SQLModel class."""
    return model.__table__
