"""The inbox of webhooks: what a marketplace hinted at, each event once, until it was read again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from bridge.model import Hint
from bridge.store.catalog import row_id
from bridge.store.engine import insert_new
from bridge.store.ledger import table
from bridge.store.listings import chunks
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


def save_hints(session: Session, channel: str, hints: Sequence[Hint], now: datetime) -> int:
    """Keeps hints about shops that are connected; gives how many are new. The same event again is none."""
    named = {hint.remote_shop_id for hint in hints}
    query = select(col(Shop.remote_shop_id)).where(col(Shop.channel) == channel, col(Shop.remote_shop_id).in_(named))
    known = set(session.execute(query).scalars())
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


def waiting_hints(session: Session, limit: int) -> list[Waiting]:
    """The oldest that wait."""
    rows = session.execute(select(Inbox).where(WAITING).order_by(col(Inbox.id)).limit(limit)).scalars()
    return [
        Waiting(
            inbox_id=row_id(row),
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


def settle_hints(session: Session, inbox_ids: Sequence[int], now: datetime) -> None:
    """These were followed."""
    for some in chunks(inbox_ids):
        session.execute(update(Inbox).where(col(Inbox.id).in_(some)).values(handled_at=now))


def drop_hints(session: Session, before: datetime) -> None:
    """Forgets what was followed before a moment; a marketplace sends nothing again after so long."""
    session.execute(delete(Inbox).where(col(Inbox.handled_at) < before))
