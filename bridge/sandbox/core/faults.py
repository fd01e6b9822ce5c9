"""Fault schedules: which call goes wrong, when, and how.

A fault concerns the calls whose path starts with `match`. It fires from the `nth` of them (default 1) for `times` calls
(default 1; 0: all that follow). `where` is before the commit, after it, or in the middle of the answer. `value` means:
seconds for `delay` (real time; default 1), the HTTP status for `5xx` (default 503), Retry-After in seconds for `429`, the
platform's code, or {"code", "message"}, for `error`, the share of the body that arrives for `truncate` (default 0.5), how
many entries fail for `item_failure` (default 1; below one: a share), copies for `duplicate`. `seed` decides what is left
to chance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

PLACES = ("before", "after", "mid")
KINDS = ("drop", "delay", "429", "5xx", "error", "truncate", "item_failure")
WEBHOOK_KINDS = ("duplicate", "drop", "shuffle", "delay")


@dataclass(slots=True)
class Fault:
    match: str
    what: str
    nth: int = 1
    times: int = 1
    where: str = "before"
    value: object = None
    seed: int = 0
    seen: int = 0

    def number(self, default: float) -> float:
        return float(self.value) if isinstance(self.value, int | float) else default

    def meets(self) -> bool:
        """Counts one matching call; true when this is a call that goes wrong."""
        self.seen += 1
        return self.seen >= self.nth and (self.times == 0 or self.seen < self.nth + self.times)

    def picks(self, entries: int) -> frozenset[int]:
        """Which entries of a batch fail."""
        wanted = self.number(1)
        count = min(entries, max(1, round(wanted * entries if wanted < 1 else wanted)))
        return frozenset(Random(self.seed + self.seen).sample(range(entries), count))

    def random(self) -> float:
        return Random(self.seed * 1_000_003 + self.seen).random()


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, schedule: Iterable[Mapping[str, object]]) -> int:
        """Adds the schedule as a whole, or nothing: ValueError names the first entry that is wrong."""
        self._faults += [parse(entry) for entry in schedule]
        return len(self._faults)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, path: str) -> Fault | None:
        """The first fault that fires for this call. All faults that match it count it."""
        met = [fault for fault in self._faults if path.startswith(fault.match) and fault.meets()]
        return met[0] if met else None


def parse(entry: Mapping[str, object]) -> Fault:
    match, what, where = entry.get("match"), str(entry.get("what")), entry.get("where", "before")
    if not isinstance(match, str) or not match:
        raise ValueError("a fault needs a match, the beginning of a path")
    kinds = WEBHOOK_KINDS if match == "webhook" else KINDS
    if what not in kinds:
        raise ValueError(f"what must be one of {', '.join(kinds)}")
    if where not in PLACES:
        raise ValueError(f"where must be one of {', '.join(PLACES)}")
    numbers = {key: whole(entry[key], key) for key in ("nth", "times", "seed") if entry.get(key) is not None}
    return Fault(match, what, where=str(where), value=entry.get("value"), **numbers)


def whole(value: object, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{key} must be a whole number")
    return value
