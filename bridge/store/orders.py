"""Orders, their lines, and the buyer apart from them, sealed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, exists, func, select, update
from sqlmodel import Session, col

from bridge.model import OpKind, RemoteOrder
from bridge.store.crypto import Cipher
from bridge.store.inserts import insert_of, plain_insert
from bridge.store.ledger import table
from bridge.store.often import Often
from bridge.store.tables import Buyer, Cursor, Merchant, OperationRow, Order, OrderLine, Shop, StockEntry

BUYER_DAYS = 90


ORDER: Table = table(Order)
LINE: Table = table(OrderLine)
BUYER: Table = table(Buyer)


@dataclass(frozen=True, slots=True)
class Head:
    """An order as booking finds it. `digest`: of what was booked last; empty: nothing yet."""

    id: int
    shop_id: int
    remote_order_id: str
    first_seen_at: datetime
    erased_at: datetime | None
    digest: str


NEW_ORDER = Often(
    lambda name: insert_of(ORDER, name).returning(ORDER.c.id),
    ("shop_id", "remote_order_id", "status", "open", "ordered_at", "first_seen_at", "digest"),
)
LOCK = Often(
    select(*(ORDER.c[each.name] for each in fields(Head)))
    .where(ORDER.c.shop_id == bindparam("shop"), ORDER.c.remote_order_id == bindparam("remote"))
    .with_for_update()
)
KEEP = Often(
    update(ORDER)
    .where(ORDER.c.id == bindparam("order"))
    .values(
        status=bindparam("word"),
        open=bindparam("is_open", type_=ORDER.c.open.type),
        total_idr=bindparam("total"),
        changed_at=bindparam("changed", type_=ORDER.c.changed_at.type),
        digest=bindparam("now_booked"),
    )
)


def lock_order(session: Session, shop_id: int, remote: RemoteOrder, now: datetime) -> tuple[Head, bool]:
    """The order, made if missing and locked until the transaction ends; True when it is new."""
    session.flush()
    connection = session.connection()
    row = {
        "shop_id": shop_id,
        "remote_order_id": remote.remote_id,
        "status": remote.status,
        "open": remote.open,
        "ordered_at": remote.created_at,
        "first_seen_at": now,
        "digest": "",
    }
    made = NEW_ORDER.find(connection, **row)
    if made:
        return Head(made[0][0], shop_id, remote.remote_id, now, None, ""), True
    return Head(*LOCK.find(connection, shop=shop_id, remote=remote.remote_id)[0]), False


def keep_order(session: Session, order_id: int, remote: RemoteOrder, digest: str) -> None:
    """The order as it is known now."""
    row = {
        "order": order_id,
        "word": remote.status,
        "is_open": remote.open,
        "total": remote.total_idr,
        "changed": remote.updated_at,
        "now_booked": digest,
    }
    KEEP.run(session.connection(), [row])


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line with its five cumulative quantities, in units of the listing. `parked` says why it is not booked."""

    line_key: str
    listing_sku_id: int | None
    sku_id: int | None
    remote_item_id: str | None
    remote_sku_id: str | None
    seller_sku: str | None
    title: str
    price_idr: int | None
    units: int
    ordered: int
    shipped: int
    cancelled: int
    recalled: int
    returned: int
    parked: Mapping[str, Any] | None


LINE_COLUMNS = tuple(each.name for each in fields(LineRow))
LINES = Often(
    select(*(LINE.c[name] for name in LINE_COLUMNS)).where(LINE.c.order_id == bindparam("order")).order_by(LINE.c.id)
)


def put_line_of(name: str) -> Any:
    """Inserts a line, or gives the one that is there what is known now."""
    insert = plain_insert(LINE, name)
    values = {column: insert.excluded[column] for column in LINE_COLUMNS if column != "line_key"}
    return insert.on_conflict_do_update(index_elements=["order_id", "line_key"], set_=values).returning(LINE.c.id)


PUT_LINE = Often(put_line_of, ("order_id", *LINE_COLUMNS))


def lines_of(session: Session, order_id: int) -> list[LineRow]:
    """The lines of an order, oldest first."""
    session.flush()
    rows = LINES.find(session.connection(), order=order_id)
    return [LineRow(**dict(zip(LINE_COLUMNS, row, strict=True))) for row in rows]


def put_lines(session: Session, order_id: int, lines: Sequence[LineRow]) -> dict[str, int]:
    """Lines as they are known now; gives their ids by line key."""
    connection = session.connection()
    values = [(line.line_key, {name: getattr(line, name) for name in LINE_COLUMNS}) for line in lines]
    return {key: PUT_LINE.find(connection, order_id=order_id, **row)[0][0] for key, row in values}


def drop_lines(session: Session, order_id: int, keys: Sequence[str]) -> None:
    """Removes parked lines that are known under their binding now."""
    if keys:
        session.execute(delete(OrderLine).where(col(OrderLine.order_id) == order_id, col(OrderLine.line_key).in_(keys)))


def put_buyer_of(name: str) -> Any:
    """The latest of what is known; how long it is kept is said once."""
    insert = plain_insert(BUYER, name)
    return insert.on_conflict_do_update(index_elements=["order_id"], set_={"sealed": insert.excluded.sealed})


PUT_BUYER = Often(put_buyer_of, ("order_id", "sealed", "purge_after"))


def save_buyer(
    session: Session, cipher: Cipher, order: Head, buyer: Mapping[str, str], now: datetime, days: int = BUYER_DAYS
) -> None:
    """Seals what fulfilment needs of a buyer, bound to the order; never again what was erased or is older than `days`."""
    until = order.first_seen_at + timedelta(days=days)
    if order.erased_at is not None or now >= until:
        return
    sealed = cipher.seal(json.dumps(dict(buyer), ensure_ascii=False), f"buyer/{order.shop_id}/{order.remote_order_id}")
    PUT_BUYER.run(session.connection(), [{"order_id": order.id, "sealed": sealed, "purge_after": until}])


HAS_BUYER = Often(select(BUYER.c.order_id).where(BUYER.c.order_id == bindparam("order")))


def has_buyer(session: Session, order_id: int) -> bool:
    """Whether anything of a buyer is kept."""
    return bool(HAS_BUYER.find(session.connection(), order=order_id))


def read_buyer(session: Session, cipher: Cipher, order: Order | Head) -> dict[str, str]:
    """A buyer's data, for fulfilment only."""
    row = session.get(Buyer, order.id)
    if row is None:
        return {}
    value: dict[str, str] = json.loads(cipher.open(row.sealed, f"buyer/{order.shop_id}/{order.remote_order_id}"))
    return value


def cursor_of(session: Session, shop_id: int, stream: str = "orders") -> Cursor | None:
    """How far a stream of a shop was read."""
    return session.get(Cursor, (shop_id, stream))


def move_cursor(
    session: Session, shop_id: int, at: datetime, covered_at: datetime | None, stream: str = "orders"
) -> None:
    """Moves a cursor forward, never back, in the transaction that saved the rows before it."""
    row = session.get(Cursor, (shop_id, stream))
    if row is None:
        session.add(Cursor(shop_id=shop_id, stream=stream, at=at, covered_at=covered_at))
        return
    row.at = max(row.at, at)
    if covered_at is not None:
        row.covered_at = covered_at if row.covered_at is None else max(row.covered_at, covered_at)


def set_cursor_back(session: Session, shop_id: int, at: datetime, stream: str = "orders") -> None:
    """A cursor that cannot be right begins anew."""
    row = session.get_one(Cursor, (shop_id, stream))
    row.at, row.covered_at = at, None


def open_order_ids(session: Session, shop_id: int) -> list[str]:
    """Orders to which something can still happen, for channels that list by creation time only."""
    query = (
        select(col(Order.remote_order_id)).where(col(Order.shop_id) == shop_id, col(Order.open)).order_by(col(Order.id))
    )
    return list(session.execute(query).scalars())


def list_orders(
    session: Session, shop_ids: Sequence[int] | None, limit: int, unknown: bool = False
) -> list[tuple[Order, Shop, str]]:
    """The newest orders with their shop and merchant; `unknown`: only those of which a line is kept but not booked."""
    query = (
        select(Order, Shop, col(Merchant.name))
        .join(Shop, col(Shop.id) == col(Order.shop_id))
        .join(Merchant, col(Merchant.id) == col(Shop.merchant_id))
        .order_by(col(Order.ordered_at).desc(), col(Order.id).desc())
        .limit(limit)
    )
    if shop_ids is not None:
        query = query.where(col(Order.shop_id).in_(shop_ids))
    if unknown:
        query = query.where(
            exists().where(col(OrderLine.order_id) == col(Order.id), col(OrderLine.parked).is_not(None))
        )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def parked_lines(session: Session) -> list[tuple[OrderLine, Order]]:
    """Order lines that are kept but not booked."""
    query: Any = (
        select(OrderLine, Order)
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .where(col(OrderLine.parked).is_not(None))
    )
    return [(row[0], row[1]) for row in session.execute(query)]


PARKED = Often(
    select(ORDER.c.remote_order_id, LINE.c.remote_item_id, LINE.c.remote_sku_id, LINE.c.seller_sku)
    .join_from(LINE, ORDER, ORDER.c.id == LINE.c.order_id)
    .where(ORDER.c.shop_id == bindparam("shop"), LINE.c.parked.is_not(None))
    .order_by(ORDER.c.id)
)


def parked_in_shop(session: Session, shop_id: int) -> list[tuple[str, str | None, str | None, str | None]]:
    """(Order number, the channel's ids of item and SKU, the seller's code) of a shop's lines that are kept but not booked."""
    rows = PARKED.find(session.connection(), shop=shop_id)
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def orders_by_number(session: Session, number: str, shop_ids: Sequence[int] | None = None) -> list[Order]:
    """Orders that a channel calls so; two channels may use one number."""
    query = select(Order).where(col(Order.remote_order_id) == number).order_by(col(Order.shop_id))
    if shop_ids is not None:
        query = query.where(col(Order.shop_id).in_(shop_ids))
    return list(session.execute(query).scalars())


def orders_to_ship(session: Session, shop_id: int, words: Sequence[str]) -> list[Order]:
    """Open orders in one of the channel's states, oldest first."""
    query = select(Order).where(col(Order.shop_id) == shop_id, col(Order.open), col(Order.status).in_(words))
    return list(session.execute(query.order_by(col(Order.ordered_at), col(Order.id))).scalars())


def held_pieces(session: Session, order_id: int) -> int:
    """Units that have neither left nor been cancelled."""
    return sum(max(0, line.ordered - line.shipped - line.cancelled) for line in lines_of(session, order_id))


def was_cancelled(session: Session, order_id: int) -> bool:
    """Whether a cancellation of ours was sent."""
    query = select(col(OperationRow.id)).where(
        col(OperationRow.order_id) == order_id,
        col(OperationRow.kind) == OpKind.CANCEL.value,
        col(OperationRow.state).not_in(("pending", "rejected", "dropped")),
    )
    return session.execute(query.limit(1)).first() is not None


def drop_order_writes(session: Session, order_id: int, now: datetime) -> None:
    """What was to be done with an order of which nothing is left ends: writes that wait, and refusals nobody has to look at now."""
    over = (col(OperationRow.state).in_(("pending", "rejected")), col(OperationRow.ticket) == "")
    values = {"state": "dropped", "settled_at": now}
    session.execute(update(OperationRow).where(col(OperationRow.order_id) == order_id, *over).values(**values))


def locations_of_lines(session: Session, order_id: int) -> dict[str, int]:
    """By line key, where its goods were first booked."""
    query = (
        select(col(OrderLine.line_key), func.min(col(StockEntry.location_id)))
        .join(StockEntry, col(StockEntry.order_line_id) == col(OrderLine.id))
        .where(col(OrderLine.order_id) == order_id)
        .group_by(col(OrderLine.line_key))
    )
    return {row[0]: row[1] for row in session.execute(query)}
