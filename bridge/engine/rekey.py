"""A new key for the home: added, everything sealed with it, and only then the old one forgotten.

Each step can be repeated. While a change is under way, or after one that was interrupted, both keys are in the key file and every
value opens; the next call goes on where it stopped.
"""

from dataclasses import dataclass
from datetime import timedelta

from bridge.engine.context import Engine
from bridge.errors import AlreadyRunning
from bridge.store.crypto import add_key, keep_current_key, load_cipher
from bridge.store.leases import drop_lease, others_at_work, take_lease
from bridge.store.reseal import reseal

LEASE = "key"
LONGEST = timedelta(minutes=2)  # how long a killed process keeps others waiting; two changes at a time harm nothing


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """What was done. `begun` is False where an interrupted change was finished instead."""

    values: int
    begun: bool


def new_key(engine: Engine) -> Rekeyed:
    """Replaces the home's key. Raises AlreadyRunning while a run is at work: its tokens must not be sealed with the old one."""
    lease = take_lease(engine.store, LEASE, engine.holder, LONGEST)
    if lease is None:
        raise AlreadyRunning("The key is being changed already. Wait until that has ended.")
    try:
        refuse_runs(engine)
        begun = add_key(engine.settings.key_file)
        engine.reach("rekey:added")
        values = reseal(engine.store, load_cipher(engine.settings.key_file))
        engine.reach("rekey:sealed")
        keep_current_key(engine.settings.key_file)
    finally:
        drop_lease(engine.store, lease)
    return Rekeyed(values, begun)


def refuse_runs(engine: Engine) -> None:
    """Runs hold leases."""
    with engine.store.read() as session:
        busy = others_at_work(session, LEASE)
    if busy:
        raise AlreadyRunning("A run is at work. Wait until it has ended, then change the key.")
