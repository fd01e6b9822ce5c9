"""What a claim looks at and writes: waiting operations of a shop with their SKUs, in statements that are run for every call."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Table, and_, bindparam, delete, or_, select, update
from sqlmodel import Session

from bridge.store.ledger import table
from bridge.store.listings import chunks
from bridge.store.often import Among, Often
from bridge.store.tables import Listing, ListingSku, OperationRow, OperationSku

OPERATION: Table = table(OperationRow)
SKU: Table = table(OperationSku)
LISTING: Table = table(Listing)
TIE: Table = table(ListingSku)


@dataclass(frozen=True, slots=True)
class DueRow:
    """A waiting operation, in the words of its table."""

    id: int
    shop_id: int
    listing_id: int | None
    order_id: int | None
    kind: str
    key: str
    payload: Mapping[str, Any]
    applies: Mapping[str, str]
    ticket: str
    alone: bool
    attempts: int
    created_at: datetime
    sent_at: datetime | None


@dataclass(slots=True)
class SkuRow:
    """One SKU of an operation, in the words of its table. What is changed in it is written by `keep_skus`."""

    operation_id: int
    listing_sku_id: int
    seller_sku: str
    price_idr: int | None
    stock: int | None
    places: Mapping[str, int] | None
    old_stock: int | None
    open_stock: int | None
    verdict: str | None


def one_of(column: ColumnElement[str], words: Iterable[str]) -> ColumnElement[bool]:
    """A column is one of a few words that are known beforehand."""
    return or_(*(column == word for word in words))


SAME, CREATE = OPERATION.alias("same"), OPERATION.alias("making")
UNDER_WAY = select(SAME.c.id).where(
    SAME.c.target == OPERATION.c.target,
    or_(
        SAME.c.state == "inflight",
        and_(SAME.c.kind == OPERATION.c.kind, one_of(SAME.c.state, ("accepted", "unknown"))),
    ),
)
NOT_THERE_YET = select(CREATE.c.id).where(
    CREATE.c.target == OPERATION.c.target,
    CREATE.c.kind == "create",
    or_(
        one_of(CREATE.c.state, ("pending", "inflight", "unknown")),
        and_(CREATE.c.state == "accepted", LISTING.c.remote_item_id.is_(None)),
    ),
)


@cache
def next_of(kinds: tuple[str, ...]) -> Often:
    """The query for the kinds that a shop may be sent; there are few sets of them."""
    return Often(
        select(*(OPERATION.c[each.name] for each in fields(DueRow)))
        .outerjoin(LISTING, LISTING.c.id == OPERATION.c.listing_id)
        .where(
            OPERATION.c.shop_id == bindparam("shop"),
            OPERATION.c.state == "pending",
            OPERATION.c.due_at <= bindparam("now", type_=OPERATION.c.due_at.type),
            one_of(OPERATION.c.kind, kinds),
            ~UNDER_WAY.exists(),
            or_(OPERATION.c.kind == "create", ~NOT_THERE_YET.exists()),
        )
        .order_by(OPERATION.c.lane, OPERATION.c.due_at, OPERATION.c.id)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True, of=OPERATION)
    )


def next_pending(session: Session, shop_id: int, now: datetime, kinds: Sequence[str], limit: int) -> list[DueRow]:
    """The most urgent operations that may be sent: none on a target that a call is about just now, none of a kind while one
    of that target and kind is under way, and none on a listing whose create is not done (an accepted create with bound ids
    holds back nothing)."""
    if not kinds:
        return []
    session.flush()
    rows = next_of(tuple(kinds)).find(session.connection(), shop=shop_id, now=now, limit=limit)
    return [DueRow(*row) for row in rows]


TAKE = Often(
    update(OPERATION)
    .where(OPERATION.c.id == bindparam("operation"))
    .values(
        state="inflight",
        attempts=OPERATION.c.attempts + 1,
        claimed_at=bindparam("now", type_=OPERATION.c.claimed_at.type),
        sent_at=bindparam("now", type_=OPERATION.c.sent_at.type),
        holder=bindparam("by"),
        fence=bindparam("held"),
    )
)
DROP = Often(
    update(OPERATION)
    .where(OPERATION.c.id == bindparam("operation"))
    .values(state="dropped", settled_at=bindparam("now", type_=OPERATION.c.settled_at.type))
)
PUT_OFF = Often(
    update(OPERATION)
    .where(OPERATION.c.id == bindparam("operation"))
    .values(due_at=bindparam("later", type_=OPERATION.c.due_at.type))
)


def take_operation(session: Session, operation_id: int, holder: str, fence: int | None, now: datetime) -> None:
    """It is in flight from now on."""
    TAKE.run(session.connection(), [{"operation": operation_id, "by": holder, "held": fence, "now": now}])


def drop_operation(session: Session, operation_id: int, now: datetime) -> None:
    """Nothing of it is wanted any more."""
    DROP.run(session.connection(), [{"operation": operation_id, "now": now}])


def put_off(session: Session, operation_ids: Iterable[int], until: datetime) -> None:
    """These fall due later."""
    PUT_OFF.run(session.connection(), [{"operation": key, "later": until} for key in operation_ids])


OF_OPERATION = SKU.c.operation_id == bindparam("operation"), SKU.c.listing_sku_id == bindparam("tie")
CHANGED = ("price_idr", "stock", "places", "old_stock", "open_stock")
SKUS = Often(
    select(*(SKU.c[each.name] for each in fields(SkuRow)))
    .where(Among(SKU.c.operation_id))
    .order_by(SKU.c.listing_sku_id)
)
KEEP_SKU = Often(
    update(SKU)
    .where(*OF_OPERATION)
    .values({name: bindparam(f"new_{name}", type_=SKU.c[name].type) for name in CHANGED})
)
DROP_SKU = Often(delete(SKU).where(*OF_OPERATION))


def skus_to_send(session: Session, operation_ids: Sequence[int]) -> dict[int, list[SkuRow]]:
    """SKU rows by operation."""
    session.flush()
    found: dict[int, list[SkuRow]] = {key: [] for key in operation_ids}
    for some in chunks(operation_ids):
        for row in SKUS.find(session.connection(), ids=some):
            found[row[0]].append(SkuRow(*row))
    return found


def keep_skus(session: Session, skus: Iterable[SkuRow]) -> None:
    """Writes down what these rows hold now."""
    rows = [
        {
            "operation": sku.operation_id,
            "tie": sku.listing_sku_id,
            **{f"new_{name}": getattr(sku, name) for name in CHANGED},
        }
        for sku in skus
    ]
    if rows:
        KEEP_SKU.run(session.connection(), rows)


def drop_sku(session: Session, sku: SkuRow) -> None:
    """Nothing of this SKU is sent with its operation."""
    DROP_SKU.run(session.connection(), [{"operation": sku.operation_id, "tie": sku.listing_sku_id}])


REMOTE_SKUS = Often(select(TIE.c.id, TIE.c.remote_sku_id).where(Among(TIE.c.id)))


def remote_skus(session: Session, listing_sku_ids: Sequence[int]) -> dict[int, str | None]:
    """The channel's ids of ListingSkus, where it has told them."""
    session.flush()
    connection = session.connection()
    return {row[0]: row[1] for some in chunks(listing_sku_ids) for row in REMOTE_SKUS.find(connection, ids=some)}
