"""The inbox of webhooks: what a marketplace hinted at, each event once, until it was read again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Table, bindparam, delete, func, select, update
from sqlmodel import Session, col

from bridge.model import Hint
from bridge.store.inserts import insert_of
from bridge.store.ledger import table
from bridge.store.listings import chunks
from bridge.store.often import Among, Often
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


INBOX: Table = table(Inbox)
KNOWN = Often(
    select(col(Shop.id)).where(
        col(Shop.channel) == bindparam("channel"), col(Shop.remote_shop_id) == bindparam("remote")
    )
)
KEEP = Often(lambda name: insert_of(INBOX, name), ("channel", "event_key", "remote_shop_id", "hint", "received_at"))


def save_hints(session: Session, channel: str, hints: Sequence[Hint], now: datetime) -> int:
    """Keeps hints about shops that are connected; gives how many are new. The same event again is none."""
    connection = session.connection()
    named = {hint.remote_shop_id for hint in hints}
    known = {remote for remote in named if KNOWN.find(connection, channel=channel, remote=remote)}
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
    return KEEP.run(connection, rows)


OLDEST = select(INBOX).where(INBOX.c.handled_at.is_(None)).order_by(INBOX.c.id).limit(bindparam("limit", type_=Integer))
MOMENT = bindparam("moment", type_=INBOX.c.received_at.type)
ALL = Often(OLDEST)
NEWS, LATE = Often(OLDEST.where(INBOX.c.received_at > MOMENT)), Often(OLDEST.where(INBOX.c.received_at <= MOMENT))


def waiting_hints(
    session: Session, limit: int, after: datetime | None = None, until: datetime | None = None
) -> list[Waiting]:
    """The oldest that wait; or of those that came `after` a moment, or `until` then."""
    connection = session.connection()
    if after is not None or until is not None:
        rows = (NEWS if after is not None else LATE).named(connection, limit=limit, moment=after or until)
    else:
        rows = ALL.named(connection, limit=limit)
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


SETTLE = Often(
    update(INBOX).where(Among(INBOX.c.id)).values(handled_at=bindparam("now", type_=INBOX.c.handled_at.type))
)


def settle_hints(session: Session, inbox_ids: Sequence[int], now: datetime) -> None:
    """These were followed."""
    SETTLE.run(session.connection(), [{"ids": some, "now": now} for some in chunks(inbox_ids)])


def drop_hints(session: Session, before: datetime) -> None:
    """Forgets what was followed before a moment; a marketplace sends nothing again after so long."""
    session.execute(delete(Inbox).where(col(Inbox.handled_at) < before))
