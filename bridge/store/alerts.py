"""Which alerts were told, and on which roads, so that each is told once while its cause lasts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.store.inserts import insert_new
from bridge.store.ledger import table
from bridge.store.tables import AlertRow

Name = tuple[str, str]  # kind and subject


def told_alerts(session: Session) -> dict[Name, AlertRow]:
    """Those whose cause lasted when somebody looked last."""
    return {(row.kind, row.subject): row for row in session.execute(select(AlertRow)).scalars()}


def open_alerts(session: Session, names: Sequence[Name], now: datetime) -> None:
    """Remembers causes that began."""
    rows = [{"kind": kind, "subject": subject, "since": now, "told": []} for kind, subject in names]
    insert_new(session, table(AlertRow), rows)


def close_alerts(session: Session, names: Sequence[Name]) -> None:
    """Forgets those whose cause has ended: when it comes again, it is told again."""
    for name in names:
        row = session.get(AlertRow, name)
        if row is not None:
            session.delete(row)


def mark_told(session: Session, names: Sequence[Name], road: str) -> None:
    """They went out on a road."""
    for name in names:
        query = select(AlertRow).where(col(AlertRow.kind) == name[0], col(AlertRow.subject) == name[1])
        row = session.execute(query.with_for_update()).scalar_one_or_none()
        if row is not None and road not in row.told:
            row.told = [*row.told, road]
