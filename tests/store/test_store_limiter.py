"""Rate counters in the database: every process counts together, and obeys what the channel told one of them."""

import subprocess
import sys
import time
from datetime import datetime, timedelta
from datetime import time as clock_time

import pytest

from bridge.connectors.limits import MemoryLimiter
from bridge.engine.limiter import StoreLimiter, blocked_until
from bridge.model import Bucket, Rate
from bridge.store.buckets import bucket_names
from bridge.store.engine import Store, db_now, open_store
from bridge.store.tables import BucketRow
from tests.conftest import Together

NOTHING = timedelta(0)
SLOW = Rate(2, timedelta(minutes=2))  # two at once, then one a minute


def bucket(name: str = "shopee/shop/1", rate: Rate = SLOW) -> Bucket:
    return Bucket(name, rate)


def state_of(store: Store, name: str) -> dict[str, object]:
    with store.read() as session:
        row = session.get(BucketRow, name)
        return {} if row is None else row.state


def test_calls_beyond_the_rate_wait(store: Store) -> None:
    limiter = StoreLimiter(store)
    assert [limiter.take([bucket()]) for _ in range(2)] == [NOTHING, NOTHING]
    wait = limiter.take([bucket()])
    assert timedelta(seconds=50) < wait <= timedelta(minutes=1)
    assert limiter.take([bucket("shopee/shop/2")]) == NOTHING


def test_no_counter_is_no_limit(store: Store) -> None:
    assert StoreLimiter(store).take([]) == NOTHING


def test_either_all_counters_are_charged_or_none(store: Store) -> None:
    limiter, app = StoreLimiter(store), bucket("shopee/app/9", Rate(1, timedelta(minutes=1)))
    assert limiter.take([bucket(), app]) == NOTHING
    before = state_of(store, "shopee/shop/1")
    assert limiter.take([bucket(), app]) > NOTHING
    assert state_of(store, "shopee/shop/1") == before
    assert limiter.take([bucket()]) == NOTHING


def test_a_counter_named_twice_is_charged_once(store: Store) -> None:
    limiter = StoreLimiter(store)
    assert limiter.take([bucket(), bucket()]) == NOTHING
    assert limiter.take([bucket()]) == NOTHING
    assert limiter.take([bucket()]) > NOTHING
    assert bucket_names([bucket("b"), bucket("a"), bucket("b")]) == ["a", "b"]


def test_a_restart_forgets_nothing(store: Store, database_url: str) -> None:
    for _ in range(2):
        StoreLimiter(store).take([bucket()])
    again = open_store(database_url, "OFF")
    assert StoreLimiter(again).take([bucket()]) > NOTHING
    again.close()


def test_two_processes_count_together(store: Store, database_url: str) -> None:
    other = open_store(database_url, "OFF")
    limiters = [StoreLimiter(store), StoreLimiter(other)]
    assert [limiters[turn % 2].take([bucket()]) > NOTHING for turn in range(4)] == [False, False, True, True]
    other.close()


def test_many_at_once_get_no_more_than_the_rate(store: Store, database_url: str, together: Together) -> None:
    rate = Rate(5, timedelta(hours=1))
    others = [open_store(database_url, "OFF") for _ in range(2)]
    let_through: list[timedelta] = []

    def call(where: Store) -> None:
        for _ in range(6):
            wait = StoreLimiter(where).take([bucket("shopee/shop/1", rate), bucket("shopee/app/9", Rate(9, rate.per))])
            if wait == NOTHING:
                let_through.append(wait)

    assert together(*[lambda s=s: call(s) for s in (store, *others)]) == []
    for other in others:
        other.close()
    assert len(let_through) == 5


def test_counters_are_locked_in_one_order(store: Store, database_url: str, together: Together) -> None:
    other = open_store(database_url, "OFF")
    free = Rate(10_000, timedelta(seconds=1))

    def call(where: Store, names: str) -> None:
        for _ in range(15):
            StoreLimiter(where).take([bucket(name, free) for name in names])

    assert together(lambda: call(store, "abc"), lambda: call(other, "cba")) == []
    other.close()


REPORT = """
import sys
from datetime import timedelta
from bridge.engine.limiter import StoreLimiter
from bridge.store.engine import open_store
store = open_store(sys.argv[1])
StoreLimiter(store).report("shopee/shop/1", timedelta(seconds=90))
store.close()
"""


def test_what_a_channel_told_one_process_every_process_obeys(store: Store, database_url: str) -> None:
    limiter = StoreLimiter(store)
    assert limiter.take([bucket()]) == NOTHING
    subprocess.run([sys.executable, "-c", REPORT, database_url], check=True, timeout=60)
    wait = limiter.take([bucket()])
    assert timedelta(seconds=60) < wait <= timedelta(seconds=90)
    assert limiter.take([bucket("shopee/shop/2")]) == NOTHING
    until = blocked_until(state_of(store, "shopee/shop/1"))
    with store.read() as session:
        now = db_now(session)
    assert isinstance(until, datetime)
    assert NOTHING < until - now <= timedelta(seconds=90)


def test_a_ban_ends(store: Store) -> None:
    limiter, quick = StoreLimiter(store), bucket(rate=Rate(100, timedelta(seconds=1)))
    limiter.report(quick.name, timedelta(milliseconds=200))
    assert NOTHING < limiter.take([quick]) <= timedelta(milliseconds=200)
    time.sleep(0.3)
    assert limiter.take([quick]) == NOTHING
    assert blocked_until(state_of(store, quick.name)) is None


def test_a_shorter_ban_does_not_end_a_longer_one(store: Store) -> None:
    limiter = StoreLimiter(store)
    limiter.report("shopee/shop/1", timedelta(minutes=10))
    limiter.report("shopee/shop/1", timedelta(seconds=1))
    assert limiter.take([bucket()]) > timedelta(minutes=9)


def test_a_daily_quota_is_used_up(store: Store) -> None:
    limiter, quota = StoreLimiter(store), bucket(rate=Rate(2, timedelta(days=1), resets_at=clock_time(17, 0)))
    assert [limiter.take([quota]) for _ in range(2)] == [NOTHING, NOTHING]
    assert NOTHING < limiter.take([quota]) <= timedelta(days=1)


@pytest.mark.parametrize(
    "rate", [SLOW, Rate(3, timedelta(minutes=9)), Rate(2, timedelta(days=1), resets_at=clock_time(5, 0))]
)
def test_it_counts_as_the_one_in_memory_does(rate: Rate, store: Store) -> None:
    kept, memory = StoreLimiter(store), MemoryLimiter()
    for _ in range(5):
        one, two = kept.take([bucket(rate=rate)]), memory.take([bucket(rate=rate)])
        assert abs(one - two) < timedelta(seconds=5)
