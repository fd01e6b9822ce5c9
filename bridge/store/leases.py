"""Leases: one runner per shop (or other named thing) at a time, by the database's clock, with a fencing number."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, and_, bindparam, null, or_, select, update
from sqlmodel import Session, col

from bridge.store.engine import Store, clock_of, db_now
from bridge.store.inserts import insert_missing
from bridge.store.ledger import table
from bridge.store.often import Often
from bridge.store.tables import Lease


@dataclass(frozen=True, slots=True)
class Held:
    """A lease we hold. `fence` is higher than any earlier holder's."""

    name: str
    holder: str
    fence: int
    until: datetime


def take_lease(store: Store, name: str, holder: str, length: timedelta) -> Held | None:
    """The lease, or None while somebody else holds it."""
    with store.write(lasting=False) as session:
        return take_lease_in(session, name, holder, length)


LEASE: Table = table(Lease)
OURS = and_(LEASE.c.name == bindparam("of_name"), LEASE.c.holder == bindparam("by"), LEASE.c.fence == bindparam("held"))
TAKE = Often(
    update(LEASE)
    .where(
        LEASE.c.name == bindparam("of_name"),
        or_(
            LEASE.c.until.is_(None),
            LEASE.c.until <= bindparam("now", type_=LEASE.c.until.type),
            LEASE.c.holder == bindparam("by"),
        ),
    )
    .values(holder=bindparam("by"), fence=LEASE.c.fence + 1, until=bindparam("end", type_=LEASE.c.until.type))
    .returning(LEASE.c.fence)
)
DROP = Often(update(LEASE).where(OURS).values(until=null(), holder=null()))


def take_lease_in(session: Session, name: str, holder: str, length: timedelta) -> Held | None:
    """The same within a transaction, which has to commit before anything is sent."""
    session.flush()
    connection = session.connection()
    now = clock_of(connection)
    values = {"of_name": name, "by": holder, "now": now, "end": now + length}
    rows = TAKE.find(connection, **values)
    if not rows and insert_missing(connection, LEASE, [{"name": name, "fence": 0}]):
        rows = TAKE.find(connection, **values)
    return Held(name, holder, int(rows[0][0]), now + length) if rows else None


def renew_lease(store: Store, held: Held, length: timedelta) -> Held | None:
    """A longer lease, or None when it was lost to somebody else."""
    with store.write(lasting=False) as session:
        row = locked(session, held.name)
        if row.holder != held.holder or row.fence != held.fence:
            return None
        row.until = db_now(session) + length
        return Held(held.name, held.holder, held.fence, row.until)


def drop_lease(store: Store, held: Held) -> None:
    """Gives a lease back; nothing happens when it was lost already."""
    with store.bare(lasting=False) as connection:
        DROP.run(connection, [{"of_name": held.name, "by": held.holder, "held": held.fence}])


def holder_of(session: Session, name: str) -> str | None:
    """Who holds a lease now."""
    row = session.get(Lease, name)
    return row.holder if row is not None and row.until is not None and row.until > db_now(session) else None


def others_at_work(session: Session, mine: str) -> list[str]:
    """Names of the leases that somebody holds now, but for one."""
    now = db_now(session)
    query = select(col(Lease.name)).where(col(Lease.until) > now, col(Lease.name) != mine).order_by(col(Lease.name))
    return list(session.execute(query).scalars())


FENCE = Often(select(LEASE.c.fence).where(LEASE.c.name == bindparam("name")).with_for_update())


def fence_of(session: Session, name: str) -> int | None:
    """The fence of a lease, whose row is locked until the transaction ends."""
    rows = FENCE.find(session.connection(), name=name)
    return int(rows[0][0]) if rows else None


LOCKED = (
    select(Lease)
    .where(col(Lease.name) == bindparam("name"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def locked(session: Session, name: str) -> Lease:
    """The row, locked."""
    row: Lease = session.execute(LOCKED, {"name": name}).scalar_one()
    return row
