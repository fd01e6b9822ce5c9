"""Drives one operation to its end as the engine would: next, accepted, retry, unknown. Waiting is the world's business."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bridge.connectors.base import HIDDEN, Connector, Operation, Outcome, SkuWrite, Verdict
from bridge.errors import ChannelError
from bridge.model import OpKind
from bridge.testing.worlds import World

TRIES = 40
SHORT = timedelta(seconds=1)
LONGEST_REAL_WAIT_S = 10.0
ENDS = (Verdict.DONE, Verdict.REJECTED)


@dataclass(frozen=True, slots=True)
class Settled:
    """How an operation ended: the operation with all ids that were bound, the last outcome, and all of them in order."""

    operation: Operation
    outcome: Outcome
    trail: tuple[Outcome, ...]

    @property
    def verdict(self) -> Verdict:
        return self.outcome.verdict

    def of_sku(self, listing_sku_id: int) -> Verdict:
        return effective(self.outcome, listing_sku_id)


def effective(outcome: Outcome, listing_sku_id: int) -> Verdict:
    """A SKU's own verdict where the outcome has one, else the row's."""
    return next((s.verdict for s in outcome.skus if s.listing_sku_id == listing_sku_id), outcome.verdict)


def one(outcomes: Sequence[Outcome], operation: Operation) -> Outcome:
    """The only outcome, and of that operation."""
    got = [outcome.operation_id for outcome in outcomes]
    assert got == [operation.operation_id], f"one outcome for operation {operation.operation_id} was due, got {got}"
    return outcomes[0]


def bound(operation: Operation, outcome: Outcome) -> Operation:
    """The operation with the ids and the ticket of an outcome, as the engine commits them."""
    ids = {s.listing_sku_id: s.remote_sku_id for s in outcome.skus if s.remote_sku_id is not None}
    skus = tuple(replace(w, remote_sku_id=ids.get(w.listing_sku_id, w.remote_sku_id)) for w in operation.skus)
    remote_id = outcome.remote_id if outcome.remote_id is not None else operation.remote_id
    return replace(
        operation, remote_id=remote_id, skus=skus, ticket=outcome.ticket if outcome.ticket else operation.ticket
    )


def send(connector: Connector, operation: Operation) -> Outcome:
    """One submit. An exception becomes what the engine makes of it."""
    try:
        return one(connector.submit([operation]), operation)
    except ChannelError as error:
        verdict = Verdict.RETRY if error.no_effect else Verdict.UNKNOWN
        return Outcome(operation.operation_id, verdict, message=str(error), retry_after=error.retry_after)


def pass_time(world: World | None, wait: timedelta | None) -> None:
    """Lets the time pass that the channel asked for; without a world in earnest."""
    seconds = (wait if wait is not None else SHORT).total_seconds()
    if world is not None:
        world.advance(seconds)
    else:
        time.sleep(min(seconds, LONGEST_REAL_WAIT_S))


def settle(connector: Connector, operation: Operation, world: World | None, outcome: Outcome | None = None) -> Settled:
    """Follows an operation (from an outcome that is already there) until it is done or rejected."""
    trail = [outcome if outcome is not None else send(connector, operation)]
    while trail[-1].verdict not in ENDS:
        assert len(trail) < TRIES, (
            f"operation {operation.operation_id} does not end: {[str(out.verdict) for out in trail]}"
        )
        last = trail[-1]
        operation = bound(operation, last)
        if last.verdict is not Verdict.UNKNOWN:
            pass_time(world, last.retry_after)
        match last.verdict:
            case Verdict.NEXT | Verdict.RETRY:
                trail.append(send(connector, operation))
            case Verdict.ACCEPTED:
                trail.append(one(connector.poll([operation]), operation))
            case _:
                assert not _twice_unknown(trail), (
                    f"operation {operation.operation_id} stays unknown: a person would have to decide"
                )
                trail.append(one(connector.look_up([operation]), operation))
    if operation.kind is OpKind.CREATE and trail[-1].code == HIDDEN:
        show(connector, bound(operation, trail[-1]), world)
    return Settled(bound(operation, trail[-1]), trail[-1], tuple(trail))


def show(connector: Connector, created: Operation, world: World | None) -> None:
    """What the engine does with a create that is whole but hidden."""
    settled = settle(connector, replace(created, kind=OpKind.VISIBILITY, payload={"visible": True}, ticket=""), world)
    assert settled.verdict is Verdict.DONE, f"the hidden listing cannot be shown: {settled.outcome}"


def _twice_unknown(trail: Sequence[Outcome]) -> bool:
    return len(trail) > 3 and all(outcome.verdict is Verdict.UNKNOWN for outcome in trail[-3:])


def writes(skus: Sequence[SkuWrite], **values: object) -> tuple[SkuWrite, ...]:
    """The same SKUs (with their ids) carrying other values."""
    return tuple(replace(sku, **{"price_idr": None, "stock": {}, **values}) for sku in skus)  # type: ignore[arg-type]
