"""How many calls a channel takes: pure arithmetic, and a limiter in memory for one process.

`take` and `penalise` turn a state into the next one and know no clock, so the store's limiter and the one here count alike. A
rate is a generic cell rate: all its calls at once if nothing was sent before, then evenly spaced. A channel that counts in fixed
seconds may therefore see up to twice the rate in the first one: declare half of a hard limit, or one call per fraction.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bridge.connectors.base import Limiter
from bridge.model import Bucket, Rate

ZERO = timedelta(0)
SLOWEST = 1 / 16  # how far learning may throttle a rate below what was declared
CREEP = 0.01  # how much of the declared rate comes back with each call that was let through
THROTTLE = timedelta(minutes=5)  # a longer ban is a used-up quota, which says nothing about speed


@dataclass(frozen=True, slots=True)
class BucketState:
    """What one bucket remembers; a fresh one has sent nothing."""

    tat: datetime | None = None  # when the next call would be due if calls were evenly spaced
    used: int = 0  # of a daily quota
    window_end: datetime | None = None  # when that quota starts anew
    blocked_until: datetime | None = None  # the channel said so
    factor: float = 1.0  # share of the declared rate that we trust


def take(rate: Rate, state: BucketState, now: datetime) -> tuple[timedelta, BucketState]:
    """Zero and the charged state; or how long to wait, and the state as it was."""
    if state.blocked_until is not None and state.blocked_until > now:
        return state.blocked_until - now, state
    if rate.resets_at is not None:
        return _take_quota(rate, rate.resets_at, state, now)
    interval = rate.per / (rate.calls * state.factor)
    tolerance = max(ZERO, rate.per - interval)
    tat = now if state.tat is None else max(state.tat, now)
    if tat - tolerance > now:
        return tat - tolerance - now, state
    return ZERO, replace(state, tat=tat + interval, factor=min(1.0, state.factor + CREEP), blocked_until=None)


def _take_quota(rate: Rate, resets_at: time, state: BucketState, now: datetime) -> tuple[timedelta, BucketState]:
    if state.window_end is None or state.window_end <= now:
        state = replace(state, used=0, window_end=next_reset(resets_at, now))
    if state.used >= rate.calls and state.window_end is not None:
        return state.window_end - now, state
    return ZERO, replace(state, used=state.used + 1, blocked_until=None)


def penalise(state: BucketState, retry_after: timedelta, now: datetime) -> BucketState:
    """The channel refused a call. Halves the speed once per penalty, however many calls were in flight; a long ban only waits."""
    until = now + retry_after
    serving = state.blocked_until is not None and state.blocked_until > now
    if serving or retry_after > THROTTLE:
        factor = state.factor
    else:
        factor = max(SLOWEST, state.factor / 2)
    old = state.blocked_until
    return replace(state, blocked_until=until if old is None else max(old, until), factor=factor)


def next_reset(resets_at: time, now: datetime) -> datetime:
    """The first moment after now at which a daily quota starts anew; `resets_at` is UTC."""
    today = datetime.combine(now.astimezone(UTC).date(), resets_at.replace(tzinfo=None), tzinfo=UTC)
    return today if today > now else today + timedelta(days=1)


def buckets_for(
    channel: str, app: str, shop: str, rates: Sequence[Rate], path: str, params: Mapping[str, str]
) -> tuple[Bucket, ...]:
    """The counters that one call fills. Rates of other endpoints, or of a parameter that the call lacks, do not count it."""
    return tuple(
        Bucket(_name(channel, app if rate.scope == "app" else shop, rate, params), rate)
        for rate in rates
        if rate.endpoint in (None, path) and (rate.key is None or rate.key in params)
    )


def _name(channel: str, owner: str, rate: Rate, params: Mapping[str, str]) -> str:
    span = "day" if rate.resets_at is not None else f"{rate.per.total_seconds():g}s"
    parts = [channel, rate.scope, owner, span]
    if rate.endpoint is not None:
        parts.append(rate.endpoint.strip("/").replace("/", "."))
    if rate.key is not None:
        parts.append(f"{rate.key}={params[rate.key]}")
    return "/".join(parts)


class MemoryLimiter(Limiter):
    """For one process, tests and one-shot tools; a restart forgets everything."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._states: dict[str, BucketState] = {}

    def take(self, buckets: Sequence[Bucket]) -> timedelta:
        """Charges all buckets or none."""
        with self._lock:
            now = self._clock()
            taken = {bucket.name: take(bucket.rate, self.state(bucket.name), now) for bucket in buckets}
            wait = max((wait for wait, _ in taken.values()), default=ZERO)
            if wait <= ZERO:
                self._states.update({name: state for name, (_, state) in taken.items()})
            return wait

    def report(self, bucket: str, retry_after: timedelta) -> None:
        """Blocks the bucket for every thread of this process."""
        with self._lock:
            self._states[bucket] = penalise(self.state(bucket), retry_after, self._clock())

    def state(self, bucket: str) -> BucketState:
        """What is remembered of a bucket."""
        return self._states.get(bucket, BucketState())
