"""Token buckets on the sandbox's clock."""

from bridge.sandbox.core.calls import Calls
from bridge.sandbox.core.clock import Clock


class Limits:
    """Each key owns a bucket that holds one second's worth of calls (at least one)."""

    def __init__(self, clock: Clock, calls: Calls, *, enabled: bool) -> None:
        self._clock, self._calls, self._enabled = clock, calls, enabled
        self._buckets: dict[str, tuple[float, float]] = {}  # key -> (calls left, when that was true)

    def take(self, key: str, per_s: float) -> bool:
        """False, and counted as a violation, when the key's bucket is empty."""
        if not self._enabled:
            return True
        now = self._clock.now()
        full = max(per_s, 1.0)
        left, since = self._buckets.get(key, (full, now))
        left = min(full, left + (now - since) * per_s)
        taken = left >= 1
        self._buckets[key] = (left - 1 if taken else left, now)
        if not taken:
            self._calls.rate_limit_violations += 1
        return taken
