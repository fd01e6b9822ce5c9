"""The `Limiter` of all processes: the arithmetic of `connectors/limits.py` over counters in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bridge.connectors.limits import BucketState, penalise, take
from bridge.model import Bucket
from bridge.store.buckets import bucket_names, load_states, save_states
from bridge.store.engine import Store, clock_of

STATE = TypeAdapter(BucketState)


class StoreLimiter:
    """Shared by all processes; a restart forgets nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, buckets: Sequence[Bucket]) -> timedelta:
        """Charges all buckets or none."""
        if not buckets:
            return timedelta(0)
        with self._store.bare(lasting=False) as connection:
            states = load_states(connection, bucket_names(buckets))
            now = clock_of(connection)
            taken = {bucket.name: take(bucket.rate, read_state(states[bucket.name]), now) for bucket in buckets}
            wait = max(wait for wait, _ in taken.values())
            if wait <= timedelta(0):
                save_states(connection, {name: write_state(state) for name, (_, state) in taken.items()})
            return max(wait, timedelta(0))

    def report(self, bucket: str, retry_after: timedelta) -> None:
        """The channel said how long to wait: every process sees it."""
        with self._store.bare() as connection:
            state = read_state(load_states(connection, [bucket])[bucket])
            save_states(connection, {bucket: write_state(penalise(state, retry_after, clock_of(connection)))})


def read_state(value: Mapping[str, Any]) -> BucketState:
    """A counter from its row; an empty one has counted nothing."""
    return STATE.validate_python(value)


def write_state(state: BucketState) -> dict[str, Any]:
    """A counter as JSON."""
    value: dict[str, Any] = STATE.dump_python(state, mode="json")
    return value


def blocked_until(state: dict[str, Any]) -> datetime | None:
    """When a counter that a channel blocked is free again, for `status`."""
    return read_state(state).blocked_until
