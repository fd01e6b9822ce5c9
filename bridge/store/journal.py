"""The journal: writes recorded before they are sent, claimed by one runner at a time, settled one by one."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bridge.store.catalog import row_id
from bridge.store.ledger import table
from bridge.store.listings import IDS, chunks, insert_rows
from bridge.store.often import Among, Often
from bridge.store.tables import OpenWrite, OperationRow, OperationSku

WHOLE = ("create", "content")  # kinds whose operation holds every SKU of the listing
BUSY = ("inflight", "accepted", "unknown")


@dataclass(frozen=True, slots=True)
class NewSku:
    """One SKU of a new operation. None: not part of it."""

    listing_sku_id: int
    seller_sku: str
    price_idr: int | None = None
    stock: int | None = None
    old_price_idr: int | None = None
    old_stock: int | None = None


@dataclass(frozen=True, slots=True)
class NewOperation:
    """A write to record. `target` is `listing/7` or `order/9`."""

    shop_id: int
    target: str
    kind: str
    lane: int
    reason: str
    listing_id: int | None = None
    order_id: int | None = None
    payload: Mapping[str, Any] | None = None
    applies: Mapping[str, str] | None = None
    skus: tuple[NewSku, ...] = ()
    wait: timedelta = timedelta(0)  # not due before that time has passed


def record(session: Session, operations: Sequence[NewOperation], run_id: int | None, now: datetime) -> int:
    """Writes operations down as pending. A newer one takes over a waiting one of the same target and kind, SKU by SKU."""
    waiting = waiting_for(session, [operation.target for operation in operations])
    fresh = [operation for operation in operations if (operation.target, operation.kind) not in waiting]
    rows = [new_row(operation, run_id, now) for operation in fresh]
    ids = insert_rows(session, OperationRow, rows)
    skus = [sku_row(key, sku) for key, operation in zip(ids, fresh, strict=True) for sku in operation.skus]
    if skus:
        session.connection().execute(table(OperationSku).insert(), skus)
    for operation in operations:
        row = waiting.get((operation.target, operation.kind))
        if row is not None:
            take_over(session, row, operation, run_id, now)
    return len(operations)


def new_row(operation: NewOperation, run_id: int | None, now: datetime) -> dict[str, Any]:
    """The row of an operation that nobody has sent yet. Its idempotency key is made here and kept at every resend."""
    return {
        "shop_id": operation.shop_id,
        "run_id": run_id,
        "listing_id": operation.listing_id,
        "order_id": operation.order_id,
        "target": operation.target,
        "kind": operation.kind,
        "lane": operation.lane,
        "key": secrets.token_hex(16),
        "state": "pending",
        "payload": dict(operation.payload or {}),
        "applies": dict(operation.applies or {}),
        "reason": operation.reason,
        "ticket": "",
        "alone": False,
        "attempts": 0,
        "looks": 0,
        "due_at": now + operation.wait,
        "created_at": now,
        "code": "",
        "message": "",
    }


def sku_row(operation_id: int, sku: NewSku) -> dict[str, Any]:
    """The row of one SKU of an operation."""
    return {
        "operation_id": operation_id,
        "listing_sku_id": sku.listing_sku_id,
        "seller_sku": sku.seller_sku,
        "price_idr": sku.price_idr,
        "stock": sku.stock,
        "old_price_idr": sku.old_price_idr,
        "old_stock": sku.old_stock,
        "code": "",
        "message": "",
    }


OPERATION: Table = table(OperationRow)
WAITING = Often(
    select(OPERATION.c.id).where(Among(OPERATION.c.target), OPERATION.c.state == "pending").with_for_update()
)

BY_ID = select(OperationRow).where(col(OperationRow.id).in_(IDS)).execution_options(populate_existing=True)


def waiting_for(session: Session, targets: Sequence[str]) -> dict[tuple[str, str], OperationRow]:
    """Pending operations by target and kind, locked."""
    session.flush()
    connection = session.connection()
    ids = [row[0] for some in chunks(sorted(set(targets))) for row in WAITING.find(connection, ids=some)]
    found = (row for some in chunks(ids) for row in session.execute(BY_ID, {"ids": some}).scalars())  # seldom any
    return {(row.target, row.kind): row for row in found}


def take_over(session: Session, row: OperationRow, newer: NewOperation, run_id: int | None, now: datetime) -> None:
    """The newer values replace those of a waiting operation. Prices and figures of SKUs that only the older one has stay; a
    content is replaced whole, so that a variant that was retired meanwhile is not sent."""
    row.payload, row.applies = dict(newer.payload or {}), dict(newer.applies or {})
    row.reason, row.lane, row.run_id = newer.reason, newer.lane, run_id
    row.due_at = min(row.due_at, now) if row.attempts == 0 else row.due_at
    old = {sku.listing_sku_id: sku for sku in skus_of(session, [row_id(row)])[row_id(row)]}
    for sku in newer.skus:
        kept = old.get(sku.listing_sku_id)
        if kept is None:
            session.add(OperationSku(**sku_row(row_id(row), sku)))
        else:
            kept.price_idr, kept.stock = sku.price_idr, sku.stock
    if newer.kind in WHOLE:
        for gone in old.keys() - {sku.listing_sku_id for sku in newer.skus}:
            session.delete(old[gone])
    session.flush()


SKUS_OF = select(OperationSku).where(col(OperationSku.operation_id).in_(IDS)).order_by(col(OperationSku.listing_sku_id))


def skus_of(session: Session, operation_ids: Sequence[int]) -> dict[int, list[OperationSku]]:
    """SKU rows by operation."""
    found: dict[int, list[OperationSku]] = {key: [] for key in operation_ids}
    for some in chunks(operation_ids):
        for row in session.execute(SKUS_OF, {"ids": some}).scalars():
            found[row.operation_id].append(row)
    return found


def due_in_state(session: Session, shop_id: int, state: str, now: datetime, limit: int = 200) -> list[OperationRow]:
    """Accepted operations to ask after, or unknown ones to look up, whose time has come."""
    query = (
        select(OperationRow)
        .where(col(OperationRow.shop_id) == shop_id, col(OperationRow.state) == state, col(OperationRow.due_at) <= now)
        .order_by(col(OperationRow.due_at), col(OperationRow.id))
        .limit(limit)
    )
    return list(session.execute(query).scalars())


WAITING_IN_SHOP = (  # what is under way, and what is due to be sent
    select(col(OperationRow.state), func.count())
    .where(col(OperationRow.shop_id) == bindparam("shop"), col(OperationRow.state).in_(("pending", *BUSY)))
    .where(or_(col(OperationRow.state) != "pending", col(OperationRow.due_at) <= bindparam("now")))
    .group_by(col(OperationRow.state))
)


def to_do(session: Session, shop_id: int, now: datetime) -> dict[str, int]:
    """How many operations of a shop are due to be sent (`pending`), and how many are in each other state that waits."""
    rows = session.connection().execute(WAITING_IN_SHOP, {"shop": shop_id, "now": now}).all()
    return {state: int(number) for state, number in rows}


def lost_operations(session: Session, shop_id: int, holder: str, fence: int) -> list[OperationRow]:
    """In flight under an earlier lease: their runner died, or was overtaken."""
    query = select(OperationRow).where(
        col(OperationRow.shop_id) == shop_id,
        col(OperationRow.state) == "inflight",
        or_(col(OperationRow.holder).is_distinct_from(holder), col(OperationRow.fence).is_distinct_from(fence)),
    )
    return list(session.execute(query).scalars())


def next_due(session: Session, shop_id: int) -> datetime | None:
    """When the next operation of a shop falls due; None when nothing waits. In flight ones do not count."""
    query = select(func.min(col(OperationRow.due_at))).where(
        col(OperationRow.shop_id) == shop_id, col(OperationRow.state).in_(("pending", "accepted", "unknown"))
    )
    return session.execute(query).scalar_one_or_none()


def last_due(session: Session, shop_id: int, kind: str, until: datetime) -> datetime | None:
    """When the last waiting operation of a kind falls due that does so before `until`."""
    query = select(func.max(col(OperationRow.due_at))).where(
        col(OperationRow.shop_id) == shop_id,
        col(OperationRow.state) == "pending",
        col(OperationRow.kind) == kind,
        col(OperationRow.due_at) <= until,
    )
    return session.execute(query).scalar_one_or_none()


def add_open_write(session: Session, listing_sku_id: int, value: int, until: datetime) -> None:
    """A write whose answer was lost may land until its horizon has passed."""
    session.add(OpenWrite(listing_sku_id=listing_sku_id, value=value, until=until))


LOST: Table = table(OpenWrite)
EXPIRED = Often(select(LOST.c.id).where(LOST.c.until <= bindparam("now", type_=LOST.c.until.type)).limit(1))


def has_expired(session: Session, now: datetime) -> bool:
    """Whether there are lost writes that cannot land any more."""
    return bool(EXPIRED.find(session.connection(), now=now))


def expired_writes(session: Session, now: datetime) -> list[tuple[int, int]]:
    """(ListingSku, how many) of lost writes that cannot land any more; they are taken out of the list."""
    query = select(col(OpenWrite.listing_sku_id), func.count()).where(col(OpenWrite.until) <= now)
    rows = [(key, int(number)) for key, number in session.execute(query.group_by(col(OpenWrite.listing_sku_id)))]
    if rows:
        session.execute(delete(OpenWrite).where(col(OpenWrite.until) <= now))
    return rows


def operations_of_run(session: Session, run_id: int) -> list[OperationRow]:
    """What a run recorded or took over."""
    return list(session.execute(select(OperationRow).where(col(OperationRow.run_id) == run_id)).scalars())


def failed_operations(session: Session, shop_id: int | None = None) -> list[OperationRow]:
    """The latest operation of each target and kind, where it was rejected."""
    newer = aliased(OperationRow)
    later = select(col(newer.id)).where(
        col(newer.target) == col(OperationRow.target),
        col(newer.kind) == col(OperationRow.kind),
        col(newer.id) > col(OperationRow.id),
    )
    query = (
        select(OperationRow)
        .where(col(OperationRow.state) == "rejected", ~later.exists())
        .order_by(col(OperationRow.id))
    )
    if shop_id is not None:
        query = query.where(col(OperationRow.shop_id) == shop_id)
    return list(session.execute(query).scalars())


def state_counts(session: Session) -> dict[str, int]:
    """How many operations are in each state that waits for something."""
    query = select(col(OperationRow.state), func.count()).where(col(OperationRow.state).in_(("pending", *BUSY)))
    return {state: int(number) for state, number in session.execute(query.group_by(col(OperationRow.state)))}
