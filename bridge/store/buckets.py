"""Rate counters in the database, so that all processes count together. Asked before every single call."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update

from bridge.model import Bucket
from bridge.store.inserts import insert_missing
from bridge.store.ledger import table
from bridge.store.often import Often
from bridge.store.tables import BucketRow

BUCKET: Table = table(BucketRow)
FIND = Often(select(BUCKET.c.state).where(BUCKET.c.name == bindparam("name")).with_for_update())
KEEP = Often(
    update(BUCKET)
    .where(BUCKET.c.name == bindparam("of_name"))
    .values(state=bindparam("counted", type_=BUCKET.c.state.type))
)
State = Mapping[str, Any]


def load_states(connection: Connection, names: Sequence[str]) -> dict[str, State]:
    """What these counters hold; their rows are locked in the order of their names, and made where they are missing."""
    return {name: find_state(connection, name) for name in sorted(names)}


def find_state(connection: Connection, name: str) -> State:
    """One of them."""
    rows = FIND.find(connection, name=name)
    if not rows:
        insert_missing(connection, BUCKET, [{"name": name, "state": {}}])
        rows = FIND.find(connection, name=name)
    value: State = rows[0][0]
    return value


def save_states(connection: Connection, states: Mapping[str, State]) -> None:
    """What they hold now."""
    KEEP.run(connection, [{"of_name": name, "counted": state} for name, state in states.items()])


def bucket_names(buckets: Sequence[Bucket]) -> list[str]:
    """Names without repetition."""
    return sorted({bucket.name for bucket in buckets})
