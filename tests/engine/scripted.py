"""A connector that answers as a test says, call by call, and keeps what it was asked; else it is the one inside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bridge.connectors.base import Capabilities, Connector, Operation, Outcome, SkuOutcome, Verdict
from bridge.engine.context import Lane
from bridge.engine.plans import make_plan
from bridge.engine.record import record_plan
from bridge.engine.remap import remap
from bridge.engine.sync import shops_of
from tests.engine.checks import Wrapped
from tests.engine.world import World

Answer = Callable[[Sequence[Operation]], Sequence[Outcome] | None]


@dataclass
class Script:
    """What the next calls of each method answer; `None` from an answer lets the real one happen."""

    submit: list[Answer] = field(default_factory=list)
    poll: list[Answer] = field(default_factory=list)
    look_up: list[Answer] = field(default_factory=list)
    changes: Mapping[str, Any] = field(default_factory=dict)  # of the capabilities
    sent: list[list[Operation]] = field(default_factory=list)  # what `submit` was called with
    asked: list[str] = field(default_factory=list)  # poll and look_up


class Scripted:
    """One connector with a script. All that is not here goes to the one inside."""

    def __init__(self, inner: Connector, script: Script) -> None:
        self._inner, self._script = inner, script

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def capabilities(self) -> Capabilities:
        return replace(self._inner.capabilities(), **self._script.changes)

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        self._script.sent.append(list(operations))
        return self._answer(self._script.submit, self._inner.submit, operations)

    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        self._script.asked.append("poll")
        return self._answer(self._script.poll, self._inner.poll, operations)

    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        self._script.asked.append("look_up")
        return self._answer(self._script.look_up, self._inner.look_up, operations)

    @staticmethod
    def _answer(answers: list[Answer], real: Callable[..., Any], operations: Sequence[Operation]) -> Sequence[Outcome]:
        told = answers.pop(0)(operations) if answers else None
        return told if told is not None else real(operations)


def scripted(world: World, **more: Any) -> Script:
    """The world's shops answer by a script from now on."""
    script = Script(**more)
    world.engine.plugins["memory"] = Wrapped(lambda inner: Scripted(inner, script))
    return script


def verdicts(by_sku: Mapping[str, Verdict], **more: Any) -> Answer:
    """One verdict per seller SKU of every operation; the operation's own is the worst of them."""

    def answer(operations: Sequence[Operation]) -> list[Outcome]:
        return [
            Outcome(
                operation.operation_id,
                Verdict.DONE,
                operation.remote_id,
                tuple(
                    SkuOutcome(write.listing_sku_id, by_sku[write.seller_sku], code="test")
                    for write in operation.skus
                    if by_sku[write.seller_sku] is not Verdict.DONE
                ),
                **more,
            )
            for operation in operations
        ]

    return answer


def all_are(verdict: Verdict, **more: Any) -> Answer:
    """The same verdict for every operation of the call."""
    return lambda operations: [Outcome(each.operation_id, verdict, each.remote_id, **more) for each in operations]


def fails(error: Exception) -> Answer:
    """The call fails."""

    def answer(operations: Sequence[Operation]) -> Sequence[Outcome]:
        raise error

    return answer


def lane_of(world: World, number: int = 0) -> Lane:
    """A lane without a lease."""
    return Lane(engine=world.engine, shop=shops_of(world.engine)[number])


def plan_and_record(world: World, number: int = 0) -> int:
    """What another process does while the shop's holder is at work: it plans and writes down, and sends nothing."""
    lane = lane_of(world, number)
    remap(lane)
    return record_plan(lane, make_plan(lane))
