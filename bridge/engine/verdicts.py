"""What the channel said of each SKU of an operation, and the case that is made of it while the operation is settled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bridge.connectors.base import Outcome, Verdict
from bridge.engine.context import Lane
from bridge.model import OpKind
from bridge.store.tables import OperationRow, OperationSku

WORST = (Verdict.UNKNOWN, Verdict.ACCEPTED, Verdict.RETRY, Verdict.NEXT, Verdict.REJECTED, Verdict.DONE)
ABSOLUTE = frozenset({OpKind.PRICE, OpKind.STOCK})
STANDING = frozenset({Verdict.DONE, Verdict.REJECTED, Verdict.RETRY})


@dataclass(frozen=True, slots=True)
class Judged:
    """One SKU of an operation with its verdict."""

    row: OperationSku
    verdict: Verdict
    remote_sku_id: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Case:
    """One operation while it is settled."""

    session: Session
    lane: Lane
    row: OperationRow
    outcome: Outcome
    judged: Sequence[Judged]
    now: datetime


def judge(row: OperationRow, skus: Sequence[OperationSku], outcome: Outcome) -> list[Judged]:
    """Every SKU's own verdict: the operation's, unless the outcome names the SKU. What a SKU got when the others were accepted
    stands: the queue knows nothing of it."""
    named = {each.listing_sku_id: each for each in outcome.skus}
    found = []
    for sku in skus:
        own = named.get(sku.listing_sku_id)
        if own is None and row.state == "accepted" and row.kind in ABSOLUTE and sku.verdict in STANDING:
            found.append(Judged(sku, Verdict(sku.verdict), None, sku.code, sku.message))
        elif own is None:
            found.append(Judged(sku, outcome.verdict, None, outcome.code, outcome.message))
        else:
            found.append(
                Judged(sku, own.verdict, own.remote_sku_id, own.code or outcome.code, own.message or outcome.message)
            )
    for each in found:
        each.row.verdict, each.row.code, each.row.message = each.verdict.value, each.code, each.message[:500]
    return found


def give_up(judged: Sequence[Judged]) -> list[Judged]:
    """Accepted, and not there by the deadline: nobody knows."""
    found = [replace(each, verdict=Verdict.UNKNOWN) if each.verdict is Verdict.ACCEPTED else each for each in judged]
    for each in found:
        each.row.verdict = each.verdict.value
    return found


def worst(verdict: Verdict, judged: Sequence[Judged]) -> Verdict:
    """The row takes the worst of its SKUs; without SKUs the outcome's own."""
    found = {each.verdict for each in judged} or {verdict}
    return next(each for each in WORST if each in found)


def refused(each: Judged) -> bool:
    """Refused until the data changes."""
    return each.verdict is Verdict.REJECTED and not is_zero(each)


def is_zero(each: Judged) -> bool:
    """Refused only because the figure was a 0."""
    return each.verdict is Verdict.REJECTED and each.code == "zero_refused"
