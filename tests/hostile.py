"""A connector that behaves badly around a good one: by script, or by chance from a seed. For the engine's tests.

    Hostile(inner, script={"submit": [Trick.DIE, None, Trick.LIMIT]})   one entry per call, then honest
    Hostile(inner, seed=7, odds=0.3, tricks=SURVIVABLE, most=20)        by chance, honest after 20 tricks

`log` says what happened: (method, trick or None). Nothing here breaks the channel itself: what `inner` was asked to do, it did.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from threading import Lock
from typing import Any, TypeVar

from bridge.connectors.base import Capabilities, Connector, Find, Operation, Outcome, Plugin, Ports, RemoteShop, Verdict
from bridge.errors import ChannelUnavailable, OutcomeUnknown, RateLimited
from bridge.model import Category, CategorySchema, Problem, RemoteListing, RemoteOrder, Window


class Trick(StrEnum):
    FAIL = "fail"  # the channel is not there; nothing happened
    LIMIT = "limit"  # too many calls; nothing happened
    LOSE = "lose"  # the request never arrived, and nobody knows
    DIE = "die"  # it was done, and the answer was lost
    STALL = "stall"  # it takes long, then all is well (`stalled` lets the time pass)
    TWICE = "twice"  # every outcome, order or listing comes twice
    SHUFFLE = "shuffle"  # outcomes in another order (allowed)
    FORGET = "forget"  # a write is called done and never happened; a ticket is unknown; a read leaves out its end
    SHORT = "short"  # the last outcome is missing
    STRANGER = "stranger"  # an outcome of somebody else's operation
    CUT = "cut"  # a read breaks off in the middle
    BUG = "bug"  # an error that no contract knows


# After these the engine must end where it would have ended without them. FORGET needs a later read, BUG a person.
SURVIVABLE = (
    Trick.FAIL,
    Trick.LIMIT,
    Trick.LOSE,
    Trick.DIE,
    Trick.STALL,
    Trick.TWICE,
    Trick.SHUFFLE,
    Trick.SHORT,
    Trick.STRANGER,
    Trick.CUT,
)
Step = Trick | None
Row = TypeVar("Row", RemoteListing, RemoteOrder)


@dataclass
class Hostile:
    inner: Connector
    script: Mapping[str, Sequence[Step]] = field(default_factory=dict)  # method -> what its calls do, in order
    seed: int | None = None
    odds: float = 0.25
    tricks: Sequence[Trick] = SURVIVABLE
    most: int = 1000
    retry_after: timedelta = timedelta(seconds=1)
    stall_s: float = 60.0
    stalled: Callable[[float], None] = lambda _seconds: None
    log: list[tuple[str, Step]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._lock = Lock()
        self._left = {method: list(steps) for method, steps in self.script.items()}

    def _next(self, method: str) -> Step:
        with self._lock:
            left = self._left.get(method)
            if left:
                step = left.pop(0)
            elif self.seed is None or self.played >= self.most or self._random.random() >= self.odds:
                step = None
            else:
                step = self._random.choice(list(self.tricks))
            self.log.append((method, step))
        if step is Trick.STALL:
            self.stalled(self.stall_s)
        return step

    @property
    def played(self) -> int:
        """How many tricks there were."""
        return sum(step is not None for _method, step in self.log)

    def _refuse(self, step: Step) -> None:
        """The tricks that come before anything happens."""
        if step is Trick.FAIL:
            raise ChannelUnavailable("hostile: nobody answers", self.retry_after)
        if step is Trick.LIMIT:
            raise RateLimited("hostile: too many calls", self.retry_after)
        if step is Trick.LOSE:
            raise OutcomeUnknown("hostile: timed out")
        if step is Trick.BUG:
            raise RuntimeError("hostile: a bug")

    # the seven methods

    def capabilities(self) -> Capabilities:
        return self.inner.capabilities()

    def check(self) -> RemoteShop:
        step = self._next("check")
        self._refuse(step)
        return self.inner.check()

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        step = self._next("submit")
        self._refuse(step)
        if step is Trick.FORGET:
            return [Outcome(op.operation_id, Verdict.DONE, op.remote_id) for op in operations]
        return self._answer(step, self.inner.submit(operations))

    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        return self._asked("poll", operations, self.inner.poll)

    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        return self._asked("look_up", operations, self.inner.look_up)

    def _asked(
        self, method: str, operations: Sequence[Operation], ask: Callable[[Sequence[Operation]], Sequence[Outcome]]
    ) -> Sequence[Outcome]:
        step = self._next(method)
        self._refuse(step)
        if step is Trick.FORGET:
            return [Outcome(op.operation_id, Verdict.UNKNOWN, op.remote_id, code="no_ticket") for op in operations]
        return self._answer(step, ask(operations))

    def _answer(self, step: Step, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        match step:
            case Trick.DIE:
                raise OutcomeUnknown("hostile: the answer was lost")
            case Trick.TWICE:
                return [*outcomes, *outcomes]
            case Trick.SHUFFLE:
                return list(outcomes)[::-1]
            case Trick.SHORT:
                return list(outcomes)[:-1]
            case Trick.STRANGER:
                return [*outcomes, replace(outcomes[-1], operation_id=-1)]
        return outcomes

    def listings(self, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[RemoteListing]:
        step = self._next("listings")
        self._refuse(step)
        yield from self._read(step, list(self.inner.listings(by, keys, since)))

    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        step = self._next("orders")
        self._refuse(step)
        rows = list(self.inner.orders(wanted))
        windows = [row for row in rows if isinstance(row, Window)]
        orders = [row for row in rows if not isinstance(row, Window)]
        yield from self._read(step, orders)
        if step is not Trick.FORGET:
            yield from windows

    def _read(self, step: Step, rows: list[Row]) -> Iterator[Row]:
        if step is Trick.DIE:
            raise OutcomeUnknown("hostile: the answer was lost")
        if step is Trick.TWICE:
            yield from rows
        if step is Trick.SHUFFLE:
            rows = rows[::-1]
        if step in (Trick.SHORT, Trick.FORGET, Trick.CUT):
            yield from rows[: len(rows) // 2]
            if step is not Trick.FORGET:
                raise OutcomeUnknown("hostile: broken off")
            return
        yield from rows

    # abilities, honest

    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        self._refuse(self._next("upload"))
        return self._able.upload(pictures)

    def label(self, remote_order_id: str) -> bytes:
        return self._able.label(remote_order_id)

    def categories(self) -> Iterator[Category]:
        yield from self._able.categories()

    def schema(self, category_id: str) -> CategorySchema:
        return self._able.schema(category_id)

    def choices(self, category_id: str, attribute_id: str, text: str) -> Sequence[tuple[str, str]]:
        return self._able.choices(category_id, attribute_id, text)

    @property
    def _able(self) -> Any:
        return self.inner


@dataclass
class HostilePlugin:
    """A plugin whose connectors are all hostile in the same way; `opened` keeps them, so that a test can read their logs."""

    inner: Plugin
    how: Mapping[str, Any] = field(default_factory=dict)  # arguments of Hostile
    opened: list[Hostile] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def real_host(self) -> str:
        return self.inner.real_host

    def open(self, shop: str, settings: Mapping[str, str], ports: Ports) -> Hostile:
        self.opened.append(Hostile(self.inner.open(shop, settings, ports), **self.how))
        return self.opened[-1]
