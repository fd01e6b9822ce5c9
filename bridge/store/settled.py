"""Settling plain successes together: whole sets of rows in a few statements, whatever the size of the batch.

Only for writes of absolute values that the channel took as they were sent, and whose facet is still wanted in that form. Everything
else is settled one by one in `engine/settle.py`; a test holds both to the same result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    CursorResult,
    Executable,
    Row,
    Table,
    and_,
    bindparam,
    case,
    null,
    select,
    update,
)

from bridge.store.leases import Held
from bridge.store.ledger import table
from bridge.store.tables import Facet, Lease, ListingSku, OperationRow, OperationSku

OPERATION: Table = table(OperationRow)
SKU: Table = table(OperationSku)
TIE: Table = table(ListingSku)
FACET: Table = table(Facet)
LEASE: Table = table(Lease)
BY_FACET = ("price", "visibility")
NOW = bindparam("now", type_=OPERATION.c.settled_at.type)


@dataclass(frozen=True, slots=True)
class ByIds:
    """A statement for rows with certain ids. Many channels take one write a call; a list is written out at every execution."""

    one: Executable
    several: Executable

    def run(self, connection: Connection, ids: Sequence[int], **more: object) -> CursorResult[Any]:
        """Executes it."""
        if len(ids) == 1:
            return connection.execute(self.one, {"an_id": ids[0], **more})
        return connection.execute(self.several, {"ids": ids, **more})


def by_ids(statement: Any, column: Column[Any]) -> ByIds:
    """The statement for rows whose column is among the ids."""
    few, many = column == bindparam("an_id"), column.in_(bindparam("ids", expanding=True))
    return ByIds(statement.where(few), statement.where(many))


FIND = by_ids(
    select(
        OPERATION.c.id,
        OPERATION.c.kind,
        OPERATION.c.listing_id,
        OPERATION.c.applies,
        OPERATION.c.state,
        OPERATION.c.attempts,
    )
    .join_from(OPERATION, LEASE, and_(LEASE.c.name == bindparam("lease"), LEASE.c.fence == bindparam("held")))
    .with_for_update(of=[LEASE, OPERATION]),  # the lease first, as everywhere
    OPERATION.c.id,
)
APPLY = (
    update(FACET)
    .where(FACET.c.listing_id == bindparam("of_listing"), FACET.c.kind == bindparam("of_kind"))
    .where(FACET.c.desired_fp == bindparam("sent"))
    .values(applied=FACET.c.desired, applied_fp=FACET.c.desired_fp, dirty=False)
)
COVER = by_ids(
    update(TIE)
    .where(TIE.c.id == SKU.c.listing_sku_id, SKU.c.open_stock.is_not(None))
    .values(
        cover=case((TIE.c.clean, "settled"), else_="none"),
        open_writes=case((TIE.c.open_writes > 0, TIE.c.open_writes - 1), else_=0),
        settled_at=NOW,
        refused=null(),
        stock_dirty=True,
    ),
    SKU.c.operation_id,
)
END_SKUS = by_ids(update(SKU).values(verdict="done", code="", message="", open_stock=null()), SKU.c.operation_id)
END = by_ids(update(OPERATION).values(state="done", settled_at=NOW, ticket="", code="", message=""), OPERATION.c.id)


def settle_plain(
    connection: Connection, held: Held | None, operation_ids: Sequence[int], now: datetime
) -> list[tuple[int, str, int]]:
    """Marks those operations done that are plain; gives (operation, kind, listing) of each. The others are left to the careful
    way, and all of them are when the lease was lost."""
    if held is None or not operation_ids:
        return []
    found = FIND.run(connection, operation_ids, lease=held.name, held=held.fence).all()
    plain = [row for row in found if is_plain(row)]
    if not apply_facets(connection, [row for row in plain if row.kind in BY_FACET]):
        plain = [row for row in plain if row.kind not in BY_FACET]
    end_all(connection, plain, now)
    return [(row.id, row.kind, row.listing_id) for row in plain]


def is_plain(row: Row[Any]) -> bool:
    """Sent once only (of a second try some SKUs may have ended before), and about figures or one whole facet."""
    if row.state != "inflight" or row.attempts != 1:
        return False
    return row.kind == "stock" or (row.kind in BY_FACET and row.applies.keys() == {row.kind})


def apply_facets(connection: Connection, rows: Sequence[Row[Any]]) -> bool:
    """What is wanted was settled. False when one of them is wanted in another form by now; which one the careful way finds out."""
    if not rows:
        return True
    sent = [{"of_listing": row.listing_id, "of_kind": row.kind, "sent": row.applies[row.kind]} for row in rows]
    return connection.execute(APPLY, sent).rowcount == len(rows)


def end_all(connection: Connection, plain: Sequence[Row[Any]], now: datetime) -> None:
    """The operations have ended with all their SKUs; figures that were open wait for a pull that covers them."""
    if stock := [row.id for row in plain if row.kind == "stock"]:
        COVER.run(connection, stock, now=now)
    if ids := [row.id for row in plain]:
        END_SKUS.run(connection, ids)
        END.run(connection, ids, now=now)
