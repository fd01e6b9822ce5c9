"""The range of a figure, locked and moved: what a channel may still sell (architecture §4 and §6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Table, bindparam, select, update
from sqlmodel import Session

from bridge.store.ledger import table
from bridge.store.often import Often
from bridge.store.tables import ListingSku

TIE: Table = table(ListingSku)


@dataclass(slots=True)
class RangeRow:
    """A ListingSku and what its figure is known to be; the same words as in its table."""

    id: int
    sku_id: int
    remote_sku_id: str | None
    listed: bool
    base: int | None
    first_booked: int
    cancelled_since: int
    may_sell: int | None
    cover: str
    clean: bool
    open_writes: int
    places: Mapping[str, int] | None
    stock_dirty: bool


MOVED = (
    "base",
    "first_booked",
    "cancelled_since",
    "may_sell",
    "cover",
    "clean",
    "open_writes",
    "places",
    "stock_dirty",
)
LOCK = Often(
    select(*(TIE.c[each.name] for each in fields(RangeRow))).where(TIE.c.id == bindparam("tie")).with_for_update()
)
KEEP = Often(
    update(TIE)
    .where(TIE.c.id == bindparam("tie"))
    .values({name: bindparam(f"new_{name}", type_=TIE.c[name].type) for name in MOVED})
)


def lock_ranges(session: Session, listing_sku_ids: Iterable[int]) -> dict[int, RangeRow]:
    """Rows by id, locked in the order of their ids. What is changed in them is written by `keep_ranges`."""
    session.flush()
    connection = session.connection()
    return {key: RangeRow(*LOCK.find(connection, tie=key)[0]) for key in sorted(set(listing_sku_ids))}


def keep_ranges(session: Session, rows: Iterable[RangeRow]) -> None:
    """Writes down what these rows hold now."""
    values: list[dict[str, Any]] = [
        {"tie": row.id, **{f"new_{name}": getattr(row, name) for name in MOVED}} for row in rows
    ]
    if values:
        KEEP.run(session.connection(), values)
