"""Between a ListingSku row and the pure `StockRange`: every move of `may_sell` goes through here, in the caller's transaction."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.engine.shares import available_pieces, rule_for
from bridge.planning.allocation import allocate, sendable
from bridge.planning.stock_range import Cover, StockRange
from bridge.store.figures import StockRow
from bridge.store.ranges import RangeRow
from bridge.store.tables import ListingSku


def range_of(row: ListingSku | RangeRow | StockRow) -> StockRange:
    """The range that a row holds."""
    return StockRange(
        base=row.base,
        first_booked=row.first_booked,
        cancelled_since=row.cancelled_since,
        may_sell=row.may_sell,
        cover=Cover(row.cover),
        clean=row.clean,
        open_writes=row.open_writes,
    )


def put_range(row: ListingSku | RangeRow, state: StockRange) -> None:
    """Writes a range back; the figure has to be looked at again whenever lo and hi differ."""
    row.base, row.first_booked, row.cancelled_since = state.base, state.first_booked, state.cancelled_since
    row.may_sell, row.cover, row.clean, row.open_writes = (
        state.may_sell,
        state.cover.value,
        state.clean,
        state.open_writes,
    )
    row.stock_dirty = True


def desired_stock(row: StockRow) -> int | None:
    """Units that the channel should be told now; None when our own stock is unknown."""
    return sendable(units_to_sell(row), row.takes_zero)


def units_to_sell(row: StockRow) -> int | None:
    """Units that may be sold on this listing now."""
    rule = rule_for(row)
    if rule.divides:
        return row.allotted
    return allocate(available_pieces(row), row.buffer if rule.buffer is None else rule.buffer, row.units)


def sold_out_untold(row: StockRow) -> bool:
    """Nothing is left to sell, and the channel cannot be told so by a 0."""
    return not row.takes_zero and units_to_sell(row) == 0


def lock_rows(session: Session, ids: Iterable[int]) -> dict[int, ListingSku]:
    """ListingSku rows, locked in the order of their ids."""
    rows = {}
    for key in sorted(set(ids)):
        rows[key] = session.get_one(ListingSku, key, with_for_update=True, populate_existing=True)
    return rows


def lock_ties(session: Session, ids: Sequence[int]) -> None:
    """Nobody else moves these figures until the transaction ends; for many of them, where the rows themselves are not needed."""
    query = select(col(ListingSku.id)).where(col(ListingSku.id).in_(ids))
    session.execute(query.order_by(col(ListingSku.id)).with_for_update())
