"""Orders, their lines, and the buyer apart from them, sealed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from bridge.model import RemoteOrder
from bridge.store.catalog import row_id
from bridge.store.crypto import Cipher
from bridge.store.engine import insert_new
from bridge.store.ledger import table
from bridge.store.tables import Buyer, Cursor, Merchant, Order, OrderLine, Shop

BUYER_DAYS = 90


def lock_order(session: Session, shop_id: int, remote: RemoteOrder, now: datetime) -> tuple[Order, bool]:
    """The order row, made if missing and locked until the transaction ends; True when it is new."""
    row = {
        "shop_id": shop_id,
        "remote_order_id": remote.remote_id,
        "status": remote.status,
        "open": remote.open,
        "ordered_at": remote.created_at,
        "first_seen_at": now,
        "digest": "",
    }
    new = insert_new(session, table(Order), [row]) > 0
    query = (
        select(Order)
        .where(col(Order.shop_id) == shop_id, col(Order.remote_order_id) == remote.remote_id)
        .with_for_update()
    )
    return session.execute(query, execution_options={"populate_existing": True}).scalar_one(), new


def lines_of(session: Session, order_id: int) -> list[OrderLine]:
    """The lines of an order."""
    query = select(OrderLine).where(col(OrderLine.order_id) == order_id).order_by(col(OrderLine.id))
    return list(session.execute(query).scalars())


def drop_lines(session: Session, order_id: int, keys: Sequence[str]) -> None:
    """Removes parked lines that are known under their binding now."""
    if keys:
        session.execute(delete(OrderLine).where(col(OrderLine.order_id) == order_id, col(OrderLine.line_key).in_(keys)))


def save_buyer(session: Session, cipher: Cipher, order: Order, buyer: Mapping[str, str], now: datetime) -> None:
    """Seals what fulfilment needs of a buyer, bound to the order."""
    sealed = cipher.seal(json.dumps(dict(buyer), ensure_ascii=False), f"buyer/{order.shop_id}/{order.remote_order_id}")
    row = session.get(Buyer, row_id(order))
    if row is None:
        session.add(Buyer(order_id=row_id(order), sealed=sealed, purge_after=now + timedelta(days=BUYER_DAYS)))
    else:
        row.sealed = sealed


def read_buyer(session: Session, cipher: Cipher, order: Order) -> dict[str, str]:
    """A buyer's data, for fulfilment only."""
    row = session.get(Buyer, row_id(order))
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


def open_order_ids(session: Session, shop_id: int) -> list[str]:
    """Orders to which something can still happen, for channels that list by creation time only."""
    query = (
        select(col(Order.remote_order_id)).where(col(Order.shop_id) == shop_id, col(Order.open)).order_by(col(Order.id))
    )
    return list(session.execute(query).scalars())


def list_orders(session: Session, shop_ids: Sequence[int] | None, limit: int) -> list[tuple[Order, Shop, str]]:
    """The newest orders with their shop and merchant."""
    query = (
        select(Order, Shop, col(Merchant.name))
        .join(Shop, col(Shop.id) == col(Order.shop_id))
        .join(Merchant, col(Merchant.id) == col(Shop.merchant_id))
        .order_by(col(Order.ordered_at).desc(), col(Order.id).desc())
        .limit(limit)
    )
    if shop_ids is not None:
        query = query.where(col(Order.shop_id).in_(shop_ids))
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def parked_lines(session: Session) -> list[tuple[OrderLine, Order]]:
    """Order lines that are kept but not booked."""
    query: Any = (
        select(OrderLine, Order)
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .where(col(OrderLine.parked).is_not(None))
    )
    return [(row[0], row[1]) for row in session.execute(query)]
