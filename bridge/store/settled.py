"""Settling plain successes together: whole sets of rows in a few statements, whatever the size of the batch.

Only for writes of absolute values that the channel took as they were sent, and whose facet is still wanted in that form. Everything
else is settled one by one in `engine/settle.py`; a test holds both to the same result.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Table, bindparam, case, null, select, update
from sqlmodel import Session

from bridge.store.ledger import table
from bridge.store.tables import Facet, ListingSku, OperationRow, OperationSku

OPERATION: Table = table(OperationRow)
SKU: Table = table(OperationSku)
TIE: Table = table(ListingSku)
FACET: Table = table(Facet)
BY_FACET = ("price", "visibility")
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
NOW = bindparam("now", type_=OPERATION.c.settled_at.type)

FIND = (
    select(OPERATION.c.id, OPERATION.c.kind, OPERATION.c.listing_id, OPERATION.c.applies)
    .where(OPERATION.c.id.in_(IDS), OPERATION.c.state == "inflight", OPERATION.c.kind.in_((*BY_FACET, "stock")))
    .where(OPERATION.c.attempts == 1)  # of a second try some SKUs may have ended before: it is not the whole facet
    .with_for_update()
)
WANTED = select(FACET.c.listing_id, FACET.c.kind, FACET.c.desired_fp).where(
    FACET.c.listing_id.in_(IDS), FACET.c.kind.in_(BY_FACET)
)
END = (
    update(OPERATION)
    .where(OPERATION.c.id.in_(IDS))
    .values(state="done", settled_at=NOW, ticket="", code="", message="")
)
END_SKUS = update(SKU).where(SKU.c.operation_id.in_(IDS)).values(verdict="done", code="", message="", open_stock=null())
APPLY = (
    update(FACET)
    .where(FACET.c.listing_id.in_(IDS), FACET.c.kind == bindparam("of_kind"))
    .values(applied=FACET.c.desired, applied_fp=FACET.c.desired_fp, dirty=False)
)
OPEN = select(SKU.c.listing_sku_id).where(SKU.c.operation_id.in_(IDS), SKU.c.open_stock.is_not(None))
COVER = (
    update(TIE)
    .where(TIE.c.id.in_(OPEN))
    .values(
        cover=case((TIE.c.clean, "settled"), else_="none"),
        open_writes=case((TIE.c.open_writes > 0, TIE.c.open_writes - 1), else_=0),
        settled_at=NOW,
        refused=null(),
        stock_dirty=True,
    )
)


def settle_plain(session: Session, operation_ids: Sequence[int], now: datetime) -> list[tuple[int, str, int]]:
    """Marks those operations done that are plain; gives (operation, kind, listing) of each. The others are left untouched."""
    if not operation_ids:
        return []
    connection = session.connection()
    rows = [(r.id, r.kind, r.listing_id, r.applies) for r in connection.execute(FIND, {"ids": list(operation_ids)})]
    wanted = wanted_facets(connection, [listing_id for _, kind, listing_id, _ in rows if kind in BY_FACET])
    plain = [
        (key, kind, listing_id)
        for key, kind, listing_id, applies in rows
        if kind == "stock" or applies == {kind: wanted.get((listing_id, kind))}
    ]
    end_all(connection, plain, now)
    return plain


def wanted_facets(connection: Connection, listing_ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """What is wanted now, by listing and facet."""
    if not listing_ids:
        return {}
    return {(r.listing_id, r.kind): r.desired_fp for r in connection.execute(WANTED, {"ids": list(listing_ids)})}


def end_all(connection: Connection, plain: Sequence[tuple[int, str, int]], now: datetime) -> None:
    """The rows of every table that these successes change."""
    if not plain:
        return
    stock = [key for key, kind, _ in plain if kind == "stock"]
    if stock:
        connection.execute(COVER, {"ids": stock, "now": now})
    for facet in BY_FACET:
        listings = [listing_id for _, kind, listing_id in plain if kind == facet]
        if listings:
            connection.execute(APPLY, {"ids": listings, "of_kind": facet})
    ids = [key for key, _, _ in plain]
    connection.execute(END_SKUS, {"ids": ids})
    connection.execute(END, {"ids": ids, "now": now})
