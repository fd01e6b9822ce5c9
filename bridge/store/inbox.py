"""The inbox of webhooks: what a marketplace hinted at, each event once, until it was read again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, select, update
from sqlmodel import Session, col

from bridge.model import Hint
from bridge.store.inserts import insert_new
from bridge.store.ledger import table
from bridge.store.listings import IDS, chunks
from bridge.store.tables import Inbox, Shop

WAITING = col(Inbox.handled_at).is_(None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A hint that nobody has followed yet."""

    inbox_id: int
    channel: str
    remote_shop_id: str
    order_ids: tuple[str, ...]
    listing_ids: tuple[str, ...]
    received_at: datetime


KNOWN = select(col(Shop.remote_shop_id)).where(
    col(Shop.channel) == bindparam("channel"), col(Shop.remote_shop_id).in_(IDS)
)


def save_hints(session: Session, channel: str, hints: Sequence[Hint], now: datetime) -> int:
    """Keeps hints about shops that are connected; gives how many are new. The same event again is none."""
    named = {hint.remote_shop_id for hint in hints}
    known = set(session.connection().execute(KNOWN, {"channel": channel, "ids": sorted(named)}).scalars())
    rows = [
        {
            "channel": channel,
            "event_key": f"{hint.key}/{hint.remote_shop_id}",  # one event may concern several shops
            "remote_shop_id": hint.remote_shop_id,
            "hint": {"orders": list(hint.order_ids), "listings": list(hint.listing_ids)},
            "received_at": now,
        }
        for hint in hints
        if hint.remote_shop_id in known
    ]
    return insert_new(session, table(Inbox), rows)


OLDEST = select(table(Inbox)).where(WAITING).order_by(col(Inbox.id)).limit(bindparam("limit", type_=Integer))
NEWS = OLDEST.where(col(Inbox.received_at) > bindparam("moment"))
LATE = OLDEST.where(col(Inbox.received_at) <= bindparam("moment"))


def waiting_hints(
    session: Session, limit: int, after: datetime | None = None, until: datetime | None = None
) -> list[Waiting]:
    """The oldest that wait; or of those that came `after` a moment, or `until` then."""
    statement = OLDEST if after is None and until is None else LATE if after is None else NEWS
    moment = after if after is not None else until
    rows: Iterable[Any] = session.connection().execute(statement, {"limit": limit, "moment": moment}).all()
    return [
        Waiting(
            inbox_id=row.id,
            channel=row.channel,
            remote_shop_id=row.remote_shop_id,
            order_ids=tuple(row.hint.get("orders", ())),
            listing_ids=tuple(row.hint.get("listings", ())),
            received_at=row.received_at,
        )
        for row in rows
    ]


def count_waiting(session: Session) -> int:
    """How many wait."""
    return int(session.execute(select(func.count()).select_from(Inbox).where(WAITING)).scalar_one())


SETTLE = (
    update(table(Inbox))
    .where(col(Inbox.id).in_(IDS))
    .values(handled_at=bindparam("now", type_=table(Inbox).c.handled_at.type))
)


def settle_hints(session: Session, inbox_ids: Sequence[int], now: datetime) -> None:
    """These were followed."""
    for some in chunks(inbox_ids):
        session.connection().execute(SETTLE, {"ids": some, "now": now})


def drop_hints(session: Session, before: datetime) -> None:
    """Forgets what was followed before a moment; a marketplace sends nothing again after so long."""
    session.execute(delete(Inbox).where(col(Inbox.handled_at) < before))
