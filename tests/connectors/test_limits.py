"""The limiter's arithmetic: never more than declared, nothing charged when refused, penalties obeyed and forgotten slowly."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.connectors.limits import (
    SLOWEST,
    BucketState,
    MemoryLimiter,
    buckets_for,
    next_reset,
    penalise,
    take,
)
from bridge.model import Bucket, Rate

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ZERO = timedelta(0)
FIVE = Rate(5, SECOND)


def take_all(rate: Rate, state: BucketState, now: datetime) -> tuple[int, BucketState]:
    """How many calls pass at one moment."""
    for passed in range(10_000):
        wait, state = take(rate, state, now)
        if wait > ZERO:
            return passed, state
    raise AssertionError("no limit at all")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_a_fresh_bucket_lets_its_whole_rate_through_at_once() -> None:
    assert take_all(FIVE, BucketState(), NOW)[0] == 5


def test_after_a_burst_calls_are_evenly_spaced() -> None:
    _, state = take_all(FIVE, BucketState(), NOW)
    wait, unchanged = take(FIVE, state, NOW)
    assert wait == timedelta(milliseconds=200)
    assert unchanged == state
    assert take(FIVE, state, NOW + wait)[0] == ZERO


@given(
    calls=st.integers(1, 20),
    gaps=st.lists(st.integers(0, 2_000), min_size=1, max_size=120),
)
def test_no_second_ever_sees_twice_the_rate(calls: int, gaps: list[int]) -> None:
    rate, state, now = Rate(calls, SECOND), BucketState(), NOW
    passed = []
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        wait, state = take(rate, state, now)
        if wait == ZERO:
            passed.append(now)
    for start in passed:
        assert sum(start <= at < start + SECOND for at in passed) <= 2 * calls - 1


@given(calls=st.integers(1, 20), seconds=st.integers(1, 30))
def test_the_long_run_rate_is_the_declared_one(calls: int, seconds: int) -> None:
    rate, state, now, passed = Rate(calls, SECOND), BucketState(), NOW, 0
    while now < NOW + seconds * SECOND:
        wait, state = take(rate, state, now)
        passed += wait == ZERO
        now += max(wait, timedelta(milliseconds=1)) if wait > ZERO else ZERO
    assert calls * seconds <= passed + 1
    assert passed <= calls * (seconds + 1)


def test_a_daily_quota_lasts_until_its_reset() -> None:
    rate = Rate(3, timedelta(days=1), "app", resets_at=time(16, 0))
    passed, state = take_all(rate, BucketState(), NOW)
    assert passed == 3
    assert take(rate, state, NOW)[0] == timedelta(hours=1)
    assert take(rate, state, NOW + timedelta(hours=1))[0] == ZERO


@pytest.mark.parametrize(
    ("now", "reset"),
    [
        (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), datetime(2026, 11, 23, 16, tzinfo=UTC)),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC)),
        (datetime(2026, 11, 24, 0, 30, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC)),
        (
            datetime(2026, 11, 24, 1, tzinfo=UTC).astimezone(tz=None),
            datetime(2026, 11, 24, 16, tzinfo=UTC),
        ),
    ],
)
def test_the_reset_is_the_next_one_in_utc(now: datetime, reset: datetime) -> None:
    assert next_reset(time(16, 0), now) == reset


def test_a_penalty_blocks_and_halves_the_speed_once() -> None:
    state = penalise(BucketState(), 2 * SECOND, NOW)
    state = penalise(state, SECOND, NOW)  # the second call in flight
    assert state.factor == 0.5
    assert take(FIVE, state, NOW)[0] == 2 * SECOND
    passed, _ = take_all(FIVE, state, NOW + 2 * SECOND)
    assert passed < 5


def test_speed_has_a_floor_and_comes_back_with_calls() -> None:
    state, now = BucketState(), NOW
    for _ in range(10):
        now += timedelta(minutes=1)
        state = penalise(state, SECOND, now)
    assert state.factor == SLOWEST
    for _ in range(200):
        now += timedelta(minutes=1)
        wait, state = take(FIVE, state, now)
        assert wait == ZERO
    assert state.factor == 1.0


def test_a_used_up_quota_says_nothing_about_speed() -> None:
    state = penalise(BucketState(), timedelta(hours=8), NOW)
    assert state.factor == 1.0
    assert take(FIVE, state, NOW)[0] == timedelta(hours=8)


def test_a_rate_below_one_call_still_passes_one() -> None:
    state = BucketState(factor=SLOWEST)
    wait, state = take(FIVE, state, NOW)
    assert wait == ZERO
    assert take(FIVE, state, NOW)[0] > 2 * SECOND


def test_buckets_are_named_by_app_shop_endpoint_and_key() -> None:
    rates = (
        FIVE,
        Rate(50, SECOND, "app"),
        Rate(1000, timedelta(days=1), "app", resets_at=time(16, 0)),
        Rate(1, SECOND, endpoint="/product/update"),
        Rate(2, timedelta(minutes=1), endpoint="/stock", key="sku"),
    )
    assert [bucket.name for bucket in buckets_for("shopee", "9", "12345", rates, "/stock", {"sku": "A"})] == [
        "shopee/shop/12345/1s",
        "shopee/app/9/1s",
        "shopee/app/9/day",
        "shopee/shop/12345/60s/stock/sku=A",
    ]
    assert len(buckets_for("shopee", "9", "12345", rates, "/stock", {})) == 3
    assert len(buckets_for("shopee", "9", "12345", rates, "/product/update", {})) == 4


def test_the_limiter_charges_all_buckets_or_none() -> None:
    clock = Clock()
    limiter = MemoryLimiter(clock)
    shop, app = Bucket("shop", Rate(5, SECOND)), Bucket("app", Rate(1, SECOND, "app"))
    assert limiter.take((shop, app)) == ZERO
    before = limiter.state("shop")
    assert limiter.take((shop, app)) == SECOND
    assert limiter.state("shop") == before
    clock.now += SECOND
    assert limiter.take((shop, app)) == ZERO
    assert limiter.take(()) == ZERO


def test_a_report_is_obeyed_by_every_caller() -> None:
    clock = Clock()
    limiter = MemoryLimiter(clock)
    limiter.report("shop", 7 * SECOND)
    assert limiter.take((Bucket("shop", FIVE),)) == 7 * SECOND
    clock.now += 7 * SECOND
    assert limiter.take((Bucket("shop", FIVE),)) == ZERO


def test_threads_share_one_limit() -> None:
    limiter = MemoryLimiter(Clock())
    bucket = Bucket("shop", Rate(50, SECOND))
    passed: list[timedelta] = []
    threads = [
        threading.Thread(target=lambda: passed.extend(limiter.take((bucket,)) for _ in range(20))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(ZERO) == 50


def test_real_time_is_the_default() -> None:
    assert MemoryLimiter().take((Bucket("shop", FIVE),)) == ZERO
