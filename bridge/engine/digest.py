"""The summary of a day: what came in, what went out, what waits for a person. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Executable, func, select
from sqlmodel import Session, col

from bridge.engine.alerting import current_alerts
from bridge.engine.context import Engine
from bridge.planning.alerts import Alert
from bridge.store.orders import parked_lines
from bridge.store.tables import Listing, OperationRow, Order, Shop


@dataclass(frozen=True, slots=True)
class Digest:
    """From `since` to now. `orders` by channel; `done` are listings by kind of write; `alerts` are those that last."""

    since: datetime
    until: datetime
    orders: dict[str, int]
    total_idr: int
    done: dict[str, int]
    held_back: int
    alerts: list[Alert]


def digest_of(engine: Engine, since: datetime) -> Digest:
    """What happened since a moment."""
    with engine.store.read() as session:
        orders, total = orders_since(session, since)
        return Digest(
            since=since,
            until=engine.clock(),
            orders=orders,
            total_idr=total,
            done=done_since(session, since),
            held_back=count(session, select(func.count()).select_from(Listing).where(col(Listing.parked).is_not(None)))
            + len(parked_lines(session)),
            alerts=current_alerts(engine),
        )


def orders_since(session: Session, since: datetime) -> tuple[dict[str, int], int]:
    """New orders by channel, and what they come to where the channel says so."""
    query = select(col(Shop.channel), func.count(), func.coalesce(func.sum(col(Order.total_idr)), 0))
    query = query.join(Shop, col(Shop.id) == col(Order.shop_id))
    query = query.where(col(Order.ordered_at) > since).group_by(col(Shop.channel)).order_by(col(Shop.channel))
    rows = [(str(row[0]), int(row[1]), int(row[2])) for row in session.execute(query)]
    return {channel: number for channel, number, _ in rows}, sum(total for _, _, total in rows)


def done_since(session: Session, since: datetime) -> dict[str, int]:
    """Listings that were written, by kind."""
    query = select(col(OperationRow.kind), func.count(func.distinct(col(OperationRow.listing_id))))
    query = query.where(col(OperationRow.state) == "done", col(OperationRow.settled_at) > since)
    return {str(kind): int(number) for kind, number in session.execute(query.group_by(col(OperationRow.kind)))}


def count(session: Session, query: Executable) -> int:
    """One number."""
    return int(session.execute(query).scalar_one())
