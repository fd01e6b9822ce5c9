"""From what a channel said to outcomes: refusals of one row, and rows that are settled alone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from bridge.connectors.base import CAMPAIGN, Operation, Outcome, SkuOutcome, Verdict
from bridge.errors import ChannelError, Rejected
from bridge.model import Problem

LOCK_PAUSE = timedelta(hours=1)  # reviews and holidays do not say when they end: look again each hour
_RANK = (Verdict.DONE, Verdict.NEXT, Verdict.REJECTED, Verdict.RETRY, Verdict.ACCEPTED, Verdict.UNKNOWN)


class Locked(ChannelError):
    """A review, a holiday or reserved stock keeps the field as it is. It ends without us; nobody acts."""

    no_effect = True
    code: ClassVar[str] = "locked"

    def __init__(self, message: str, retry_after: timedelta | None = LOCK_PAUSE, origin: str = "") -> None:
        super().__init__(message, retry_after)
        self.origin = origin  # the channel's own code


class Campaign(Locked):
    """A campaign or promotion of the channel keeps the field as it is. The engine looks again, less and less often."""

    code = CAMPAIGN

    def __init__(self, message: str, retry_after: timedelta | None = None, origin: str = "") -> None:
        super().__init__(message, retry_after, origin)


class QuotaUsed(Locked):
    """The shop may make no more listings until its quota starts anew."""

    code = "quota"


def verdict_of(error: ChannelError) -> tuple[Verdict, str]:
    """What a refusal means for one operation or one row of it, and its code in our words where we have one."""
    if isinstance(error, Locked):
        return Verdict.RETRY, error.code
    if isinstance(error, Rejected):
        return Verdict.REJECTED, error.code
    return Verdict.RETRY, ""


def remote_id_of(operation: Operation) -> str:
    """The listing of an operation that needs one."""
    if operation.remote_id is None:
        raise Rejected(f"operation {operation.operation_id} names no listing", "not_found")
    return operation.remote_id


def next_step(
    operation: Operation,
    remote_id: str | None,
    ticket: str,
    wait: timedelta = timedelta(0),
    skus: tuple[SkuOutcome, ...] = (),
) -> Outcome:
    """One step is done; the same row comes again with the ticket."""
    return Outcome(operation.operation_id, Verdict.NEXT, remote_id, skus, ticket=ticket, retry_after=wait)


def done(operation: Operation) -> Outcome:
    """The channel shows it."""
    return Outcome(operation.operation_id, Verdict.DONE, operation.remote_id)


def absent(operation: Operation, wait: timedelta = timedelta(0)) -> Outcome:
    """Looked up and not there: safe to send again after a while. An order tells its state at once, a new listing need not."""
    return Outcome(operation.operation_id, Verdict.RETRY, operation.remote_id, message="not found", retry_after=wait)


def later(operation: Operation) -> Outcome:
    """Not sent: its turn comes with the next call."""
    return Outcome(operation.operation_id, Verdict.RETRY, operation.remote_id, retry_after=timedelta(0))


def refused(operation: Operation, error: ChannelError, alone: bool = True) -> Outcome:
    """A refusal of one operation. If it came for several together, each must be tried alone."""
    verdict, code = verdict_of(error) if alone else (Verdict.RETRY, "alone")
    wait = error.retry_after if alone else timedelta(0)
    return Outcome(
        operation.operation_id, verdict, operation.remote_id, code=code, message=str(error), retry_after=wait
    )


def guarded(operation: Operation, step: Callable[[Operation], Outcome]) -> Outcome:
    """A step whose refusal concerns its operation only."""
    try:
        return step(operation)
    except (Rejected, Locked) as error:
        return refused(operation, error)


def bound(operation: Operation, ids: Mapping[int, str], verdict: Verdict) -> tuple[SkuOutcome, ...]:
    """The remote SKU ids that are news."""
    return tuple(
        SkuOutcome(sku.listing_sku_id, verdict, ids[sku.listing_sku_id])
        for sku in operation.skus
        if ids.get(sku.listing_sku_id) not in (None, sku.remote_sku_id)
    )


def settle_skus(operation: Operation, rows: Sequence[SkuOutcome]) -> Outcome:
    """The operation takes the worst of its SKUs; those that differ from it are told."""
    if not rows:
        return Outcome(operation.operation_id, Verdict.DONE, operation.remote_id)
    worst = max(rows, key=lambda row: (_RANK.index(row.verdict), bool(row.code)))
    waits = any(row.code == Locked.code for row in rows)
    return Outcome(
        operation.operation_id,
        worst.verdict,
        operation.remote_id,
        skus=tuple(row for row in rows if row.verdict is not worst.verdict or row.message != worst.message),
        code=worst.code,
        message=worst.message,
        retry_after=LOCK_PAUSE if waits and worst.verdict is Verdict.RETRY else None,
    )


def picture_refused(channel: str, at: int, reason: str) -> Problem:
    """A picture that a channel did not take."""
    return Problem(
        "picture_refused",
        str(at),
        "{channel} refused picture {number}: {reason}.",
        "Use another picture (JPEG or PNG, at most 10 MB).",
        {"channel": channel, "number": str(at + 1), "reason": reason},
    )
