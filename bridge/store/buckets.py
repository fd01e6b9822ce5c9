"""Rate counters in the database, so that all processes count together."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.model import Bucket
from bridge.store.engine import db_now, insert_new
from bridge.store.ledger import table
from bridge.store.tables import BucketRow


def load_states(session: Session, names: Sequence[str]) -> tuple[dict[str, BucketRow], datetime]:
    """The rows of these counters, locked in the order of their names, and the database's time."""
    insert_new(session, table(BucketRow), [{"name": name, "state": {}} for name in sorted(names)])
    query = select(BucketRow).where(col(BucketRow.name).in_(names)).order_by(col(BucketRow.name)).with_for_update()
    rows = {row.name: row for row in session.execute(query, execution_options={"populate_existing": True}).scalars()}
    return rows, db_now(session)


def bucket_names(buckets: Sequence[Bucket]) -> list[str]:
    """Names without repetition."""
    return sorted({bucket.name for bucket in buckets})
