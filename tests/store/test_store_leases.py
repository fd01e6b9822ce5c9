"""One runner at a time by the database's clock; a runner that was overtaken learns of it."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bridge.store.engine import Store, db_now, open_store
from bridge.store.leases import Held, drop_lease, fence_of, holder_of, renew_lease, take_lease
from tests.conftest import Together

NAME, LONG, SHORT = "shop/7", timedelta(seconds=60), timedelta(milliseconds=150)


def take(store: Store, holder: str, length: timedelta = LONG) -> Held:
    held = take_lease(store, NAME, holder, length)
    assert held is not None
    return held


def holder(store: Store, name: str = NAME) -> str | None:
    with store.read() as session:
        return holder_of(session, name)


def test_only_one_holds_a_lease(store: Store) -> None:
    first = take(store, "one")
    assert take_lease(store, NAME, "two", LONG) is None
    assert holder(store) == "one"
    assert take_lease(store, "shop/8", "two", LONG) is not None
    drop_lease(store, first)
    assert holder(store) is None
    assert take(store, "two").fence > first.fence


def test_nobody_holds_what_was_never_taken(store: Store) -> None:
    assert holder(store) is None


def test_every_holder_has_a_higher_number(store: Store) -> None:
    fences = []
    for name in ("one", "two", "one", "one"):
        held = take(store, name)
        fences.append(held.fence)
        drop_lease(store, held)
    assert fences == sorted(set(fences))


def test_the_same_holder_may_begin_anew_and_its_old_lease_is_over(store: Store) -> None:
    old, new = take(store, "one"), take(store, "one")
    assert new.fence > old.fence
    assert renew_lease(store, old, LONG) is None
    assert renew_lease(store, new, LONG) is not None


def test_a_lease_that_ran_out_is_taken_over(store: Store) -> None:
    old = take(store, "one", SHORT)
    assert take_lease(store, NAME, "two", LONG) is None
    time.sleep(SHORT.total_seconds() + 0.1)
    assert holder(store) is None
    new = take(store, "two")
    assert new.fence > old.fence
    assert renew_lease(store, old, LONG) is None  # it learns that it was overtaken
    drop_lease(store, old)  # and cannot give away what is not its own
    assert holder(store) == "two"


def test_a_lease_that_ran_out_and_that_nobody_took_is_renewed(store: Store) -> None:
    old = take(store, "one", SHORT)
    time.sleep(SHORT.total_seconds() + 0.1)
    renewed = renew_lease(store, old, LONG)
    assert renewed is not None
    assert renewed.fence == old.fence
    assert take_lease(store, NAME, "two", LONG) is None


def test_renewing_makes_it_longer(store: Store) -> None:
    held = take(store, "one", SHORT)
    renewed = renew_lease(store, held, LONG)
    assert renewed is not None
    assert renewed.until > held.until + timedelta(seconds=30)
    time.sleep(SHORT.total_seconds() + 0.1)
    assert holder(store) == "one"


def test_the_number_can_be_asked_for(store: Store) -> None:
    with store.write() as session:
        assert fence_of(session, NAME) is None
    held = take(store, "one")
    with store.write() as session:
        assert fence_of(session, NAME) == held.fence


def test_a_dropped_lease_cannot_be_renewed(store: Store) -> None:
    held = take(store, "one")
    drop_lease(store, held)
    drop_lease(store, held)
    assert renew_lease(store, held, LONG) is None


@pytest.mark.parametrize("hours", [-48, 48])
def test_a_machine_whose_clock_is_wrong_takes_nothing_from_others(hours: int, store: Store) -> None:
    take(store, "one")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours), tick=True):
        assert take_lease(store, NAME, "two", LONG) is None
        own = take_lease(store, "shop/8", "two", LONG)
        assert own is not None
        with store.read() as session:
            assert timedelta(0) < own.until - db_now(session) <= LONG


def test_of_many_that_ask_at_once_one_gets_it(store: Store, database_url: str, together: Together) -> None:
    others = [open_store(database_url, "OFF") for _ in range(3)]
    won: list[Held] = []

    def ask(where: Store, name: str) -> None:
        held = take_lease(where, NAME, name, LONG)
        if held is not None:
            won.append(held)

    assert together(*[lambda n=n, s=s: ask(s, f"runner {n}") for n, s in enumerate([store, *others])]) == []
    for other in others:
        other.close()
    assert len(won) == 1
    assert holder(store) == won[0].holder
