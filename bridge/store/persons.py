"""Buyers' data: whose it is, deleting what is due, and erasing what one person asked to have erased."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from bridge.model import OpKind
from bridge.store.catalog import row_id
from bridge.store.crypto import Cipher
from bridge.store.listings import chunks
from bridge.store.orders import read_buyer
from bridge.store.tables import Buyer, Merchant, OperationRow, Order, Shop

AT_ONCE = 500


def buyers(session: Session, cipher: Cipher) -> Iterator[tuple[Order, dict[str, str]]]:
    """Every order of which a buyer is known, opened one after the other."""
    ids = list(session.execute(select(col(Buyer.order_id)).order_by(col(Buyer.order_id))).scalars())
    for start in range(0, len(ids), AT_ONCE):
        query = select(Order).where(col(Order.id).in_(ids[start : start + AT_ONCE])).order_by(col(Order.id))
        for order in session.execute(query).scalars():
            yield order, read_buyer(session, cipher, order)


def with_shops(session: Session, order_ids: Sequence[int]) -> list[tuple[Order, Shop, str]]:
    """Orders with their shop and business, oldest first."""
    found: list[tuple[Order, Shop, str]] = []
    for some in chunks(order_ids):
        query = (
            select(Order, Shop, col(Merchant.name))
            .join(Shop, col(Shop.id) == col(Order.shop_id))
            .join(Merchant, col(Merchant.id) == col(Shop.merchant_id))
            .where(col(Order.id).in_(some))
        )
        found += [(row[0], row[1], row[2]) for row in session.execute(query)]
    return sorted(found, key=lambda row: (row[0].ordered_at, row_id(row[0])))


def order_writes(session: Session, order_ids: Sequence[int]) -> dict[int, list[OperationRow]]:
    """What was done with orders, by order: a shipment's tracking number leads to a person."""
    found: dict[int, list[OperationRow]] = {key: [] for key in order_ids}
    for some in chunks(order_ids):
        query = select(OperationRow).where(col(OperationRow.order_id).in_(some)).order_by(col(OperationRow.id))
        for row in session.execute(query).scalars():
            found[row.order_id or 0].append(row)
    return found


def purge_buyers(session: Session, now: datetime, days: int) -> int:
    """Deletes what is due: by the day that was set when it came, or sooner where fewer days are kept now. Gives how many."""
    early = select(col(Order.id)).join(Buyer, col(Buyer.order_id) == col(Order.id))
    early = early.where(col(Order.first_seen_at) <= now - timedelta(days=days))
    due = list(
        session.execute(
            select(col(Buyer.order_id)).where(or_(col(Buyer.purge_after) <= now, col(Buyer.order_id).in_(early)))
        ).scalars()
    )
    drop_persons(session, due)
    return len(due)


def erase_orders(session: Session, order_ids: Sequence[int], now: datetime) -> int:
    """Deletes a person's data of these orders for good; they stay, without it. Gives of how many something was kept."""
    kept = drop_persons(session, order_ids)
    for some in chunks(order_ids):
        session.execute(update(Order).where(col(Order.id).in_(some)).values(erased_at=now))
    return kept


def drop_persons(session: Session, order_ids: Sequence[int]) -> int:
    """Deletes the buyers of orders, and the tracking numbers of what was shipped; gives how many buyers there were."""
    number = 0
    for some in chunks(order_ids):
        number += len(list(session.execute(select(col(Buyer.order_id)).where(col(Buyer.order_id).in_(some)))))
        session.execute(delete(Buyer).where(col(Buyer.order_id).in_(some)))
        shipped = (col(OperationRow.order_id).in_(some), col(OperationRow.kind) == OpKind.SHIP.value)
        over = col(OperationRow.state).in_(("done", "rejected", "dropped"))
        session.execute(update(OperationRow).where(*shipped, over).values(payload={}))
    return number
