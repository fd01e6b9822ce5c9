"""Settling: what became of each operation, each SKU on its own, in one transaction after the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection
from sqlmodel import Session

from bridge.connectors.base import Outcome, Verdict
from bridge.engine.applying import bind, settle_facets, settle_stock
from bridge.engine.context import Lane
from bridge.engine.endings import ENDINGS, look_again
from bridge.engine.ranges import lock_rows, put_range, range_of
from bridge.engine.verdicts import Case, give_up, judge, worst
from bridge.planning.stock_range import forget_write
from bridge.store.catalog import row_id
from bridge.store.engine import session_in
from bridge.store.journal import expired_writes, skus_of
from bridge.store.settled import settle_plain
from bridge.store.tables import OperationRow
from bridge.store.turns import take_turn

LOOKS = 2


def settle(lane: Lane, outcomes: Sequence[Outcome], looked_up: bool = False) -> None:
    """Commits what the channel said of each operation."""
    lane.engine.store.run_bare(lambda connection: settle_all(connection, lane, outcomes, looked_up))
    lane.engine.reach("settle:after-commit")


def settle_all(connection: Connection, lane: Lane, outcomes: Sequence[Outcome], looked_up: bool) -> None:
    """The same within a transaction: plain successes together, everything else one by one."""
    now = lane.engine.clock()
    take_turn(connection, lane.shop.merchant_id)
    plain = settle_plain(connection, lane.lease, [each.operation_id for each in outcomes if is_plain(each)], now)
    for _, kind, listing_id in plain:
        lane.tally.settle(kind, listing_id)
    settled = {key for key, _, _ in plain}
    rest = [each for each in outcomes if each.operation_id not in settled]
    if rest:
        with session_in(connection) as session:
            settle_rest(session, lane, rest, now, looked_up)
    lane.engine.reach("settle:before-commit")


def settle_rest(session: Session, lane: Lane, outcomes: Sequence[Outcome], now: datetime, looked_up: bool) -> None:
    """One by one, in the order in which they were recorded."""
    lane.must_hold(session)
    for outcome in sorted(outcomes, key=lambda each: each.operation_id):
        row = session.get_one(OperationRow, outcome.operation_id, with_for_update=True, populate_existing=True)
        settle_one(session, lane, row, outcome, now, looked_up)


def is_plain(outcome: Outcome) -> bool:
    """A success without anything to remember."""
    return outcome.verdict is Verdict.DONE and not outcome.skus and not outcome.code and not outcome.message


def settle_one(
    session: Session, lane: Lane, row: OperationRow, outcome: Outcome, now: datetime, looked_up: bool
) -> None:
    """One operation. Ids are bound first, whatever the verdict."""
    judged = judge(row, skus_of(session, [row_id(row)])[row_id(row)], outcome)
    case = Case(session, lane, row, outcome, judged, now)
    bind(case)
    verdict = worst(outcome.verdict, judged)
    row.code, row.message = outcome.code, outcome.message[:500]
    if looked_up and verdict is Verdict.RETRY and row.looks + 1 < LOOKS:
        look_again(case)
        return
    if verdict is Verdict.RETRY and row.state != "inflight":
        row.ticket = ""  # absent at every look, or given up by the channel's queue: it begins anew
    if verdict is Verdict.ACCEPTED and row.state == "accepted" and row.deadline is not None and now > row.deadline:
        case, verdict = replace(case, judged=give_up(judged)), Verdict.UNKNOWN
    settle_stock(case)
    settle_facets(case)
    ENDINGS[verdict](case)


def forget_expired(lane: Lane) -> None:
    """Lost writes whose horizon has passed cannot land any more: their figures may be written cleanly again."""
    lane.engine.store.run(lambda session: forget_once(session, lane.engine.clock()))


def forget_once(session: Session, now: datetime) -> None:
    """The same within a transaction."""
    counts: Mapping[int, int] = dict(expired_writes(session, now))
    for key, tie in lock_rows(session, counts).items():
        state = range_of(tie)
        for _ in range(counts[key]):
            state = forget_write(state)
        put_range(tie, state)
