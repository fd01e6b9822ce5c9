"""Settling: what became of each operation, each SKU on its own, in one transaction after the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bridge.connectors.base import HIDDEN, Outcome, Verdict
from bridge.engine.context import Lane
from bridge.engine.ranges import lock_rows, put_range, range_of
from bridge.engine.record import SOURCES
from bridge.model import FacetKind, OpKind
from bridge.planning.fingerprint import fingerprint, needs_write
from bridge.planning.plan import SHOW_LANE
from bridge.planning.stock_range import forget_write, refuse_write, settle_write
from bridge.store.catalog import row_id
from bridge.store.journal import NewOperation, add_open_write, expired_writes, record, skus_of, waiting_for
from bridge.store.listings import bind_listing, facets_of
from bridge.store.settled import settle_plain
from bridge.store.tables import Facet, Listing, ListingSku, OperationRow, OperationSku, Shop

WORST = (Verdict.UNKNOWN, Verdict.ACCEPTED, Verdict.RETRY, Verdict.NEXT, Verdict.REJECTED, Verdict.DONE)
UNSAFE = frozenset({OpKind.CREATE, OpKind.CONTENT, OpKind.SHIP, OpKind.CANCEL})  # looked up before they are sent again
ASK_AGAIN = timedelta(seconds=30)
A_DAY = timedelta(days=1)
LOOKS = 2
MOMENT = timedelta(seconds=1)
ABSOLUTE = frozenset({OpKind.PRICE, OpKind.STOCK})
STANDING = frozenset({Verdict.DONE, Verdict.REJECTED, Verdict.RETRY})
GATHER = timedelta(seconds=1)  # a new listing waits for others that are shown in the same call


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


def settle(lane: Lane, outcomes: Sequence[Outcome], looked_up: bool = False) -> None:
    """Commits what the channel said of each operation."""
    lane.engine.store.run(lambda session: settle_all(session, lane, outcomes, looked_up))
    lane.engine.reach("settle:after-commit")


def settle_all(session: Session, lane: Lane, outcomes: Sequence[Outcome], looked_up: bool) -> None:
    """The same within a transaction: plain successes together, everything else one by one."""
    lane.must_hold(session)
    now = lane.engine.clock()
    plain = settle_plain(session, [each.operation_id for each in outcomes if is_plain(each)], now)
    for _, kind, listing_id in plain:
        lane.tally.settle(kind, listing_id)
    settled = {key for key, _, _ in plain}
    for outcome in sorted(outcomes, key=lambda each: each.operation_id):
        if outcome.operation_id not in settled:
            row = session.get_one(OperationRow, outcome.operation_id, with_for_update=True, populate_existing=True)
            settle_one(session, lane, row, outcome, now, looked_up)
    lane.engine.reach("settle:before-commit")


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


def bind(case: Case) -> None:
    """The channel's ids. Where it has no SKU ids, the SKU's is the listing's."""
    session, row, outcome, judged = case.session, case.row, case.outcome, case.judged
    if row.kind not in (OpKind.CREATE, OpKind.CONTENT) or row.listing_id is None:
        return
    if outcome.remote_id is not None:
        bind_listing(session, row.listing_id, outcome.remote_id)
    for each in judged:
        tie = session.get_one(ListingSku, each.row.listing_sku_id, populate_existing=True)
        if each.remote_sku_id is not None:
            tie.remote_sku_id = each.remote_sku_id
        elif (
            each.verdict is Verdict.DONE
            and tie.remote_sku_id is None
            and tie.remote_item_id is not None
            and len(judged) == 1
        ):
            tie.remote_sku_id = tie.remote_item_id
        taken = each.verdict in (Verdict.DONE, Verdict.ACCEPTED)
        tie.listed = tie.listed or (taken and tie.remote_sku_id is not None)
    session.flush()


def settle_stock(case: Case) -> None:
    """Moves the range of each figure that this operation had open."""
    session, row, now = case.session, case.row, case.now
    opened = [each for each in case.judged if each.row.open_stock is not None]
    ties = lock_rows(session, [each.row.listing_sku_id for each in opened])
    for each in opened:
        tie, value = ties[each.row.listing_sku_id], each.row.open_stock
        assert value is not None
        if each.verdict is Verdict.DONE:
            put_range(tie, settle_write(range_of(tie)))
            tie.settled_at, tie.refused = now, None
        elif each.verdict is Verdict.REJECTED or (each.verdict is Verdict.RETRY and not row.ticket):
            put_range(tie, refuse_write(range_of(tie), value))
            tie.refused = value if each.verdict is Verdict.REJECTED and row.kind == OpKind.STOCK else tie.refused
            zero_refused(case, each)
        elif each.verdict is Verdict.UNKNOWN and row.kind == OpKind.STOCK:
            horizon = case.lane.connector.capabilities().write_horizon
            add_open_write(session, each.row.listing_sku_id, value, (row.sent_at or now) + horizon)
        else:
            continue  # a create that goes on, or is looked up, keeps its figures open
        each.row.open_stock = None
    session.flush()


def zero_refused(case: Case, each: Judged) -> None:
    """Learnt at run time: this shop's channel takes no 0. The listing is mapped again: it may have to be hidden."""
    if is_zero(each) and case.row.listing_id is not None:
        case.session.get_one(Shop, case.lane.shop.shop_id).takes_zero = False
        case.session.get_one(Listing, case.row.listing_id).stale = True
        case.lane.learnt = True


def refused(each: Judged) -> bool:
    """Refused until the data changes."""
    return each.verdict is Verdict.REJECTED and not is_zero(each)


def is_zero(each: Judged) -> bool:
    """Refused only because the figure was a 0."""
    return each.verdict is Verdict.REJECTED and each.code == "zero_refused"


def settle_facets(case: Case) -> None:
    """What was settled is now applied; what was refused is not sent again in just that form."""
    row, judged, verdict = case.row, case.judged, case.outcome.verdict
    if row.listing_id is None or not row.applies:
        return
    facets = facets_of(case.session, [row.listing_id])
    for kind, applied_fp in row.applies.items():
        facet = facets.get((row.listing_id, kind))
        if facet is None:
            continue
        if kind == FacetKind.PRICE and row.kind == OpKind.PRICE:
            add_prices(facet, done_prices(judged))
        elif verdict is Verdict.DONE and not (kind == FacetKind.VISIBILITY and case.outcome.code == HIDDEN):
            facet.applied, facet.applied_fp = applied_payload(row, kind, judged), applied_fp
        if any(refused(each) for each in judged) or (verdict is Verdict.REJECTED and not judged):
            facet.rejected_fp = applied_fp
        facet.dirty = needs_write(facet.desired_fp, facet.applied_fp, facet.rejected_fp)
    price = facets.get((row.listing_id, FacetKind.PRICE))
    if row.kind == OpKind.CONTENT and price is not None:
        add_prices(price, done_prices(judged))  # of variants that this content brought
        price.dirty = needs_write(price.desired_fp, price.applied_fp, price.rejected_fp)


def add_prices(facet: Facet, prices: Mapping[str, int]) -> None:
    """Prices that the channel took join those that were applied before."""
    if prices:
        known = {**(facet.applied or {}).get("prices", {}), **prices}
        facet.applied = {"prices": {code: known[code] for code in facet.desired["prices"] if code in known}}
        facet.applied_fp = fingerprint(facet.applied)


def done_prices(judged: Sequence[Judged]) -> dict[str, int]:
    """Prices that the channel took, by SKU code."""
    return {
        each.row.seller_sku: each.row.price_idr
        for each in judged
        if each.verdict is Verdict.DONE and each.row.price_idr is not None
    }


def applied_payload(row: OperationRow, kind: str, judged: Sequence[Judged]) -> dict[str, object]:
    """What a settled operation put on the channel, per facet."""
    if kind == FacetKind.PRICE:
        return {"prices": dict(done_prices(judged))}
    if kind == FacetKind.VISIBILITY:
        return {"visible": row.payload.get("visible", True)}
    content = {name: value for name, value in row.payload.items() if name not in (SOURCES, "changed")}
    return {**content, "pictures": row.payload.get(SOURCES, row.payload.get("pictures", []))}


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
    """SKUs that are settled for good are not sent again with the others. Refused ones end in an operation of their own, so that
    they are shown."""
    if case.row.kind not in ABSOLUTE:
        return
    if lasting := [each for each in case.judged if refused(each)]:
        part_refused(case, lasting)
    for each in case.judged:
        if each.verdict in (Verdict.DONE, Verdict.REJECTED):
            case.session.delete(each.row)
    case.session.flush()


def part_refused(case: Case, refused: Sequence[Judged]) -> None:
    """Writes the refused SKUs of an operation that goes on down as an operation that has ended."""
    columns = case.row.model_dump(exclude={"id", "state", "settled_at", "code", "message"})
    ended = OperationRow(**columns, state="rejected", settled_at=case.now)
    ended.code, ended.message = refused[0].code, refused[0].message[:500]
    case.session.add(ended)
    case.session.flush()
    for each in refused:
        case.session.add(OperationSku(**{**each.row.model_dump(), "operation_id": row_id(ended)}))
    case.lane.tally.rejected.add(target_id(case.row))


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
    """Wait what the channel asked for, else back off: 2, 4, 8 … seconds, one hour at most."""
    if outcome.retry_after is not None:
        return outcome.retry_after
    return timedelta(seconds=min(2 ** min(attempts, 12), 3600))


def target_id(row: OperationRow) -> int:
    """The listing's or order's number."""
    found = row.listing_id if row.listing_id is not None else row.order_id
    return found if found is not None else 0


def forget_expired(lane: Lane) -> None:
    """Lost writes whose horizon has passed cannot land any more: their figures may be written cleanly again."""
    engine = lane.engine
    with engine.store.write() as session:
        counts: Mapping[int, int] = dict(expired_writes(session, engine.clock()))
        for key, tie in lock_rows(session, counts).items():
            state = range_of(tie)
            for _ in range(counts[key]):
                state = forget_write(state)
            put_range(tie, state)
