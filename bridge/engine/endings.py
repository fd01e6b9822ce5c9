"""How an operation ends, or goes on: one function per verdict."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bridge.connectors.base import CAMPAIGN, HIDDEN, Outcome, Verdict
from bridge.engine.verdicts import ABSOLUTE, Case, Judged, refused
from bridge.model import FacetKind, OpKind
from bridge.planning.plan import SHOW_LANE
from bridge.store.catalog import row_id
from bridge.store.journal import NewOperation, record, skus_of, waiting_for
from bridge.store.listings import facets_of
from bridge.store.tables import OperationRow, OperationSku

UNSAFE = frozenset({OpKind.CREATE, OpKind.CONTENT, OpKind.SHIP, OpKind.CANCEL})  # looked up before they are sent again
ASK_AGAIN = timedelta(seconds=30)
A_DAY = timedelta(days=1)
MOMENT = timedelta(seconds=1)
CAMPAIGN_FIRST, CAMPAIGN_MOST = timedelta(minutes=15), timedelta(hours=2)
GATHER = timedelta(seconds=1)  # a new listing waits for others that are shown in the same call


def finish(case: Case) -> None:
    """Done. A listing that was made hidden is shown soon, together with others."""
    if case.row.kind == OpKind.CREATE and case.outcome.code == HIDDEN:
        show_soon(case)
    case.row.state, case.row.settled_at, case.row.ticket = "done", case.now, ""
    case.lane.tally.settle(case.row.kind, target_id(case.row))


def show_soon(case: Case) -> None:
    """Records the showing of a finished listing; a little later, so that one call can show many."""
    row = case.row
    assert row.listing_id is not None
    facet = facets_of(case.session, [row.listing_id]).get((row.listing_id, FacetKind.VISIBILITY))
    if facet is None or not facet.desired.get("visible"):
        return
    show = NewOperation(
        shop_id=row.shop_id,
        target=row.target,
        kind=OpKind.VISIBILITY.value,
        lane=SHOW_LANE,
        reason="new",
        listing_id=row.listing_id,
        payload=facet.desired,
        applies={FacetKind.VISIBILITY.value: facet.desired_fp},
        wait=GATHER,
    )
    record(case.session, [show], row.run_id, case.now)


def go_on(case: Case) -> None:
    """One step is done: the same row is submitted again with its ticket."""
    case.row.state, case.row.ticket = "pending", case.outcome.ticket
    case.row.due_at = case.now + (case.outcome.retry_after if case.outcome.retry_after is not None else timedelta(0))
    case.row.attempts, case.row.looks = max(case.row.attempts, 1), 0


def wait_for(case: Case) -> None:
    """Taken, not yet visible. It is asked for less and less often where the channel does not say when."""
    if case.row.state != "accepted":
        case.row.deadline = None  # of an earlier attempt
    if case.outcome.deadline is not None and case.row.deadline is None:
        case.row.deadline = case.now + case.outcome.deadline
    case.row.state, case.row.ticket = "accepted", case.outcome.ticket or case.row.ticket
    asked = case.outcome.retry_after
    case.row.due_at = case.now + (max(asked, MOMENT) if asked is not None else max(ASK_AGAIN, since_sent(case)))


def send_again(case: Case) -> None:
    """Nothing changed: it waits again, or merges into a newer one that waits already."""
    case.row.alone = case.row.alone or case.outcome.code == "alone"
    case.row.due_at = case.now + next_delay(case.outcome, case.row.attempts)
    case.row.ticket, case.row.looks = case.outcome.ticket or case.row.ticket, 0
    drop_settled(case)
    newer = waiting_for(case.session, [case.row.target]).get((case.row.target, case.row.kind))
    if newer is not None and newer.id != case.row.id:
        merge(case.session, case.row, newer, case.now)
        return
    case.row.state = "pending"


def drop_settled(case: Case) -> None:
    """SKUs that are settled for good are not sent again with the others. They end in operations of their own: what was refused is
    shown, and every value that was sent is kept."""
    if case.row.kind not in ABSOLUTE:
        return
    done = [each for each in case.judged if each.verdict is Verdict.DONE]
    lasting = [each for each in case.judged if refused(each)]
    part(case, done, "done")
    part(case, lasting, "rejected")
    if lasting:
        case.lane.tally.rejected.add(target_id(case.row))
    for each in case.judged:
        if each.verdict in (Verdict.DONE, Verdict.REJECTED):
            case.session.delete(each.row)
    case.session.flush()


def part(case: Case, ended: Sequence[Judged], state: str) -> None:
    """Writes some SKUs of an operation that goes on down as an operation that has ended."""
    if not ended:
        return
    columns = case.row.model_dump(exclude={"id", "state", "settled_at", "code", "message"})
    row = OperationRow(**columns, state=state, settled_at=case.now)
    row.code, row.message = ended[0].code, ended[0].message[:500]
    case.session.add(row)
    case.session.flush()
    for each in ended:
        case.session.add(OperationSku(**{**each.row.model_dump(), "operation_id": row_id(row)}))


def merge(session: Session, row: OperationRow, newer: OperationRow, now: datetime) -> None:
    """SKUs that only the older operation has move into the newer one; the older one has ended. A newer content is the whole
    listing already."""
    known = {sku.listing_sku_id: sku for sku in skus_of(session, [row_id(newer)])[row_id(newer)]}
    for sku in skus_of(session, [row_id(row)])[row_id(row)]:
        twin = known.get(sku.listing_sku_id)
        if twin is None and row.kind in ABSOLUTE:
            session.add(OperationSku(**{**sku.model_dump(), "operation_id": row_id(newer)}))
        elif twin is not None and sku.verdict == Verdict.UNKNOWN:
            twin.verdict = sku.verdict  # a lost answer: the figure is sent even if it seems to be there
    row.state, row.settled_at, row.message = "dropped", now, "merged into a newer operation"
    session.flush()


def reject(case: Case) -> None:
    """Refused until the data changes. A 0 that the channel does not take is planned in another form at once."""
    case.row.state, case.row.settled_at = "rejected", case.now
    first = next((each for each in case.judged if each.verdict is Verdict.REJECTED), None)
    if first is not None and not case.row.message:
        case.row.code, case.row.message = first.code, first.message[:500]
    if case.judged and not any(refused(each) for each in case.judged):
        case.row.state = "dropped"
    else:
        case.lane.tally.rejected.add(target_id(case.row))
    if any(each.verdict is Verdict.DONE for each in case.judged):
        case.lane.tally.settle(case.row.kind, target_id(case.row))


def look_or_resend(case: Case) -> None:
    """It may have happened: an absolute value is sent again as it is then, anything else is looked up first."""
    case.lane.tally.unknown.add(target_id(case.row))
    if case.row.kind not in UNSAFE:
        send_again(case)
        case.row.ticket = ""  # of a queue that lost it
        return
    wait = case.outcome.retry_after if case.outcome.retry_after is not None else MOMENT
    if case.row.state == "unknown":  # looked for in vain: less and less often, in the end once a day
        wait = max(wait, min(3 * since_sent(case), A_DAY))
    case.row.state, case.row.looks, case.row.due_at = "unknown", 0, case.now + wait


def since_sent(case: Case) -> timedelta:
    """How long ago the last try was."""
    return max(case.now - (case.row.sent_at if case.row.sent_at is not None else case.now), MOMENT)


def look_again(case: Case) -> None:
    """Absent at the first look: believed only after a second one, a grace period later."""
    wait = case.outcome.retry_after if case.outcome.retry_after is not None else timedelta(0)
    case.row.state, case.row.looks, case.row.due_at = "unknown", case.row.looks + 1, case.now + wait


ENDINGS: Mapping[Verdict, Callable[[Case], None]] = {
    Verdict.DONE: finish,
    Verdict.NEXT: go_on,
    Verdict.ACCEPTED: wait_for,
    Verdict.RETRY: send_again,
    Verdict.REJECTED: reject,
    Verdict.UNKNOWN: look_or_resend,
}


def next_delay(outcome: Outcome, attempts: int) -> timedelta:
    """Wait what the channel asked for; while a campaign runs 15, 30, 60 … minutes; else back off: 2, 4, 8 … seconds."""
    if outcome.retry_after is not None:
        return outcome.retry_after
    if outcome.code == CAMPAIGN:
        return min(CAMPAIGN_FIRST * (1 << min(max(attempts - 1, 0), 8)), CAMPAIGN_MOST)
    return timedelta(seconds=min(2 ** min(attempts, 12), 3600))


def target_id(row: OperationRow) -> int:
    """The listing's or order's number."""
    found = row.listing_id if row.listing_id is not None else row.order_id
    return found if found is not None else 0
