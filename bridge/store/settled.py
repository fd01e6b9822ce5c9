"""Settling plain successes together: whole sets of rows in a few statements, whatever the size of the batch.

Only for writes of absolute values that the channel took as they were sent, and whose facet is still wanted in that form. Everything
else is settled one by one in `engine/settle.py`; a test holds both to the same result.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    Connection,
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
from bridge.store.often import Among, Often
from bridge.store.tables import Facet, Lease, ListingSku, OperationRow, OperationSku

OPERATION: Table = table(OperationRow)
SKU: Table = table(OperationSku)
TIE: Table = table(ListingSku)
FACET: Table = table(Facet)
LEASE: Table = table(Lease)
BY_FACET = ("price", "visibility")
NOW = bindparam("now", type_=OPERATION.c.settled_at.type)


FIND = Often(
    select(
        OPERATION.c.id,
        OPERATION.c.kind,
        OPERATION.c.listing_id,
        OPERATION.c.applies,
        OPERATION.c.state,
        OPERATION.c.attempts,
    )
    .join_from(OPERATION, LEASE, and_(LEASE.c.name == bindparam("lease"), LEASE.c.fence == bindparam("held")))
    .where(Among(OPERATION.c.id))
    .with_for_update(of=[LEASE, OPERATION])  # the lease first, as everywhere
)
APPLY = Often(
    update(FACET)
    .where(FACET.c.listing_id == bindparam("of_listing"), FACET.c.kind == bindparam("of_kind"))
    .where(FACET.c.desired_fp == bindparam("sent"))
    .values(applied=FACET.c.desired, applied_fp=FACET.c.desired_fp, dirty=False)
)
COVER = Often(
    update(TIE)
    .where(Among(SKU.c.operation_id), TIE.c.id == SKU.c.listing_sku_id, SKU.c.open_stock.is_not(None))
    .values(
        cover=case((TIE.c.clean, "settled"), else_="none"),
        open_writes=case((TIE.c.open_writes > 0, TIE.c.open_writes - 1), else_=0),
        settled_at=NOW,
        refused=null(),
        stock_dirty=True,
    )
)
END_SKUS = Often(
    update(SKU).where(Among(SKU.c.operation_id)).values(verdict="done", code="", message="", open_stock=null())
)
END = Often(
    update(OPERATION).where(Among(OPERATION.c.id)).values(state="done", settled_at=NOW, ticket="", code="", message="")
)


class Found(NamedTuple):
    """An operation that is under way."""

    id: int
    kind: str
    listing_id: int
    applies: Mapping[str, str]
    state: str
    attempts: int


def settle_plain(
    connection: Connection, held: Held | None, operation_ids: Sequence[int], now: datetime
) -> list[tuple[int, str, int]]:
    """Marks those operations done that are plain; gives (operation, kind, listing) of each. The others are left to the careful
    way, and all of them are when the lease was lost."""
    if held is None or not operation_ids:
        return []
    found = find(connection, held, operation_ids)
    plain = [row for row in found if is_plain(row)]
    if not apply_facets(connection, [row for row in plain if row.kind in BY_FACET]):
        plain = [row for row in plain if row.kind not in BY_FACET]
    end_all(connection, plain, now)
    return [(row.id, row.kind, row.listing_id) for row in plain]


def find(connection: Connection, held: Held, operation_ids: Sequence[int]) -> list[Found]:
    """The operations, while the lease is ours; both rows are locked."""
    rows = FIND.find(connection, ids=operation_ids, lease=held.name, held=held.fence)
    return [Found(*row) for row in rows]


def is_plain(row: Found) -> bool:
    """Sent once only (of a second try some SKUs may have ended before), and about figures or one whole facet."""
    if row.state != "inflight" or row.attempts != 1:
        return False
    return row.kind == "stock" or (row.kind in BY_FACET and row.applies.keys() == {row.kind})


def apply_facets(connection: Connection, rows: Sequence[Found]) -> bool:
    """What is wanted was settled. False when one of them is wanted in another form by now; which one the careful way finds out."""
    if not rows:
        return True
    sent = [{"of_listing": row.listing_id, "of_kind": row.kind, "sent": row.applies[row.kind]} for row in rows]
    return APPLY.run(connection, sent) == len(rows)


def end_all(connection: Connection, plain: Sequence[Found], now: datetime) -> None:
    """The operations have ended with all their SKUs; figures that were open wait for a pull that covers them."""
    if stock := [row.id for row in plain if row.kind == "stock"]:
        COVER.run(connection, [{"ids": stock, "now": now}])
    if ids := [row.id for row in plain]:
        END_SKUS.run(connection, [{"ids": ids}])
        END.run(connection, [{"ids": ids, "now": now}])
