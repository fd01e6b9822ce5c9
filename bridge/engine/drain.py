"""Draining a shop's journal: lost operations first, then what is due, most urgent first, as many calls at a time as it takes."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from bridge.connectors.base import Operation, Outcome, Verdict
from bridge.connectors.meanings import Meaning
from bridge.engine.claim import claim, operation_of, sendable
from bridge.engine.context import Lane
from bridge.engine.settle import settle
from bridge.errors import AuthExpired, ChannelError, Misconfigured, RateLimited, ShopBlocked
from bridge.store.catalog import row_id
from bridge.store.journal import BUSY, due_in_state, lost_operations, skus_of, to_do
from bridge.store.shops import MISCONFIGURED, pause_app, set_shop_state
from bridge.store.tables import OperationRow

PAUSES: dict[type[ChannelError], str] = {AuthExpired: "auth", ShopBlocked: "blocked"}
Progress = Callable[[int], None]
Asks = Callable[[Sequence[Operation]], Sequence[Outcome]]


def drain(lane: Lane, until: float, progress: Progress = lambda _done: None) -> datetime | None:
    """Sends what is due before `until` (monotonic seconds); gives when the next operation falls due, None when nothing waits.

    A ChannelError that stops the whole shop passes through after the operations were settled; the last other one is kept in
    `lane.trouble`.
    """
    with lane.engine.store.read() as session:
        found = to_do(session, lane.shop.shop_id, lane.engine.clock())
    if found.keys() & set(BUSY):  # seldom; and a sale that has to be told should not wait for three looks at nothing
        recover_lost(lane)
        ask(lane)
    return falls_due(lane, send_together(lane, until, progress, sum(found.values())))


def send_together(lane: Lane, until: float, progress: Progress, due: int) -> datetime:
    """Several callers send what is due, each the most urgent that is left; gives when the last of them found nothing more."""
    callers = min(lane.connector.capabilities().concurrent_calls, lane.engine.settings.parallel_calls, max(due, 1))
    halt = threading.Event()
    if callers == 1:
        return send_due(lane, until, progress, halt)
    with ThreadPoolExecutor(callers, thread_name_prefix="call") as pool:
        looks = [pool.submit(send_due, lane, until, progress, halt) for _ in range(callers)]
    return max(look.result() for look in looks)


def send_due(lane: Lane, until: float, progress: Progress, halt: threading.Event) -> datetime:
    """One caller: claim, send, settle, until nothing is due; an error that stops the shop ends the others after their call."""
    looked = lane.engine.clock()
    try:
        while time.monotonic() < until and not halt.is_set():
            lane.engine.go_on()
            looked = lane.engine.clock()
            operations = claim(lane)
            if not operations:
                break
            deliver(lane, operations)
            progress(len(operations))
    except BaseException:
        halt.set()
        raise
    return looked


def deliver(lane: Lane, operations: Sequence[Operation]) -> None:
    """Sends what was claimed and settles it. Raises what stops the whole shop."""
    outcomes, error = send(lane, operations)
    settle(lane, outcomes)
    if error is not None and stops(error):
        raise error
    lane.trouble = error


def stops(error: ChannelError) -> bool:
    """Whether an error concerns the whole shop, so that nothing more is sent now."""
    return isinstance(error, RateLimited | AuthExpired | ShopBlocked | Misconfigured)


def falls_due(lane: Lane, after: datetime) -> datetime | None:
    """When there is something to do again. What was due by `after` and was not claimed waits for something else than time:
    the end of another operation of its listing, or a kind that the channel takes again."""
    kinds = sendable(lane)
    state, due = col(OperationRow.state), col(OperationRow.due_at)
    waits = and_(state == "pending", col(OperationRow.kind).in_(kinds), due > after)
    query = select(func.min(due)).where(
        col(OperationRow.shop_id) == lane.shop.shop_id, or_(waits, state.in_(("accepted", "unknown")))
    )
    with lane.engine.store.read() as session:
        found: datetime | None = session.execute(query).scalar_one_or_none()
        return found


def send(lane: Lane, operations: Sequence[Operation]) -> tuple[list[Outcome], ChannelError | None]:
    """The outcomes of one call, one per operation whatever happens, and the error that it ended with, if any."""
    try:
        return complete(operations, lane.connector.submit(operations)), None
    except ChannelError as error:
        verdict = Verdict.RETRY if error.no_effect else Verdict.UNKNOWN
        code = type(error).__name__
        outcomes = [
            Outcome(
                each.operation_id,
                verdict,
                ticket=each.ticket,
                code=code,
                message=str(error),
                retry_after=error.retry_after,
            )
            for each in operations
        ]
        return outcomes, error


def complete(operations: Sequence[Operation], answered: Sequence[Outcome]) -> list[Outcome]:
    """Exactly one outcome per operation: the first told; an operation that the connector forgot is unknown."""
    found: dict[int, Outcome] = {}
    for outcome in answered:
        found.setdefault(outcome.operation_id, outcome)
    return [
        found.get(
            each.operation_id,
            Outcome(each.operation_id, Verdict.UNKNOWN, ticket=each.ticket, message="no answer for this row"),
        )
        for each in operations
    ]


def recover_lost(lane: Lane) -> None:
    """Operations in flight under an earlier lease: absolute values go out again as they are now, the rest is looked up."""
    engine = lane.engine
    if lane.lease is None:
        return
    with engine.store.write() as session:
        lost = [row_id(row) for row in lost_operations(session, lane.shop.shop_id, lane.lease.holder, lane.lease.fence)]
    if lost:
        nothing = timedelta(0)
        settle(
            lane,
            [
                Outcome(key, Verdict.UNKNOWN, ticket=ticket_of(lane, key), message="interrupted", retry_after=nothing)
                for key in lost
            ],
        )
        engine.reach("recover:after-commit")


def ticket_of(lane: Lane, operation_id: int) -> str:
    """The ticket that an operation had, so that a resumed step is not begun anew."""
    with lane.engine.store.read() as session:
        return session.get_one(OperationRow, operation_id).ticket


def ask(lane: Lane) -> None:
    """Asks after accepted operations, and looks for those whose answer was lost."""
    for state, method, looked_up in (
        ("accepted", lane.connector.poll, False),
        ("unknown", lane.connector.look_up, True),
    ):
        while operations := due(lane, state):
            settle(lane, answers(lane, state, operations, method), looked_up)


def answers(lane: Lane, state: str, operations: Sequence[Operation], method: Asks) -> list[Outcome]:
    """What the channel says of them. Where it cannot be asked they stay as they are, and nothing else has to wait for them."""
    try:
        return complete(operations, method(operations))
    except ChannelError as error:
        if stops(error):
            raise
        lane.trouble = error
        same = Verdict.ACCEPTED if state == "accepted" else Verdict.UNKNOWN
        name = type(error).__name__
        return [
            Outcome(
                each.operation_id,
                same,
                ticket=each.ticket,
                code=name,
                message=str(error),
                retry_after=error.retry_after,
            )
            for each in operations
        ]


def due(lane: Lane, state: str) -> list[Operation]:
    """Due operations of a state, as the connector gets them."""
    with lane.engine.store.write() as session:
        rows = due_in_state(session, lane.shop.shop_id, state, lane.engine.clock())
        skus = skus_of(session, [row_id(row) for row in rows])
        return [operation_of(session, row, skus[row_id(row)]) for row in rows]


def pause_shop(lane: Lane, error: ChannelError) -> str | None:
    """Remembers that a person has to act before this shop goes on, or all shops of its app; gives the state. A wrong clock says
    nothing of shop or app: once it is set everything goes on."""
    if error.meaning == Meaning.CLOCK:
        return None
    if isinstance(error, Misconfigured) and lane.shop.app_id is not None:
        lane.engine.refused_apps[lane.shop.app_id] = str(error)
        with lane.engine.store.write() as session:
            pause_app(session, lane.shop.app_id, str(error))
        return MISCONFIGURED
    state = next((state for kind, state in PAUSES.items() if isinstance(error, kind)), None)
    if state is not None:
        with lane.engine.store.write() as session:
            set_shop_state(session, lane.shop.shop_id, state, str(error))
    return state
