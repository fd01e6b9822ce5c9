"""Writing a plan down before anything is sent. Pictures go up first, so that a create names references that are committed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from sqlmodel import Session

from bridge.connectors.base import PictureSink
from bridge.engine.context import Lane
from bridge.engine.look_first import look_first
from bridge.engine.pictures import stage_pictures, upload_pictures
from bridge.engine.plans import need_of
from bridge.engine.ranges import lock_ties
from bridge.engine.shares import stock_rows
from bridge.model import OpKind, Problem
from bridge.planning.plan import Plan, Step
from bridge.planning.stock_range import Need
from bridge.store.figures import rest_stock
from bridge.store.journal import NewOperation, NewSku, record
from bridge.store.listings import chunks
from bridge.store.tables import Listing
from bridge.store.turns import take_turn

WITH_PICTURES = (OpKind.CREATE, OpKind.CONTENT)
SOURCES = "picture_sources"  # kept in the operation, so that what was applied can be compared with the facet again
Progress = Callable[[int, int], None]


def record_plan(lane: Lane, plan: Plan, progress: Progress = lambda _done, _total: None) -> int:
    """Looks first where the office wants that, stages pictures, then records every step as a pending operation in one transaction;
    gives how many."""
    plan = look_first(lane, plan)
    ready = with_pictures(lane, plan.steps, progress)
    written = lane.engine.store.run(lambda session: write_plan(session, lane, plan, ready))
    lane.engine.reach("record:after-commit")
    return written


def write_plan(session: Session, lane: Lane, plan: Plan, ready: "Pictured") -> int:
    """The same within a transaction."""
    take_turn(session.connection(), lane.shop.merchant_id)
    for listing_id, problem in ready.broken.items():
        session.get_one(Listing, listing_id).parked = [asdict(problem)]
    for listing_id, problems in ready.missing.items():
        listing = session.get_one(Listing, listing_id)
        listing.notes = [*listing.notes, *(asdict(problem) for problem in problems)]
    written = record(session, [operation_of(step) for step in ready.steps], lane.run_id, lane.engine.clock())
    stocked = [sku.listing_sku_id for step in ready.steps if step.kind is OpKind.STOCK for sku in step.skus]
    rest_stock(session, [*still_rested(session, plan.rested), *stocked])
    lane.engine.reach("record:before-commit")
    return written


def still_rested(session: Session, listing_sku_ids: Sequence[int]) -> list[int]:
    """Those that need nothing even now: a count or a sale may have come since the plan was made."""
    found = []
    for some in chunks(listing_sku_ids):
        lock_ties(session, some)
        found += [row.listing_sku_id for row in stock_rows(session, some) if need_of(row) is not Need.WRITE]
    return found


def operation_of(step: Step) -> NewOperation:
    """A step as an operation to record."""
    return NewOperation(
        shop_id=step.shop_id,
        target=f"listing/{step.listing_id}",
        kind=step.kind.value,
        lane=step.lane,
        reason=step.reason,
        listing_id=step.listing_id,
        payload=step.new,
        applies=step.applies,
        skus=tuple(
            NewSku(s.listing_sku_id, s.sku, s.price_idr, s.stock, s.old_price_idr, s.old_stock) for s in step.skus
        ),
    )


@dataclass(frozen=True, slots=True)
class Pictured:
    """Steps whose pictures are on the channel, and what is wrong with pictures, by listing: with all of them, or with some."""

    steps: list[Step] = field(default_factory=list)
    broken: dict[int, Problem] = field(default_factory=dict)
    missing: dict[int, list[Problem]] = field(default_factory=dict)


def with_pictures(lane: Lane, steps: Sequence[Step], progress: Progress) -> Pictured:
    """The steps with references in place of picture links; a listing without a usable picture is left out, with the reason."""
    wanting = [step for step in steps if wants_pictures(step)]
    if not wanting or not isinstance(lane.connector, PictureSink):
        return Pictured(list(steps))
    references = upload_for(lane, wanting, progress)
    result = Pictured()
    for step in steps:
        if not wants_pictures(step):
            result.steps.append(step)
            continue
        found = [references[step.listing_id][link] for link in step.new["pictures"]]
        usable = [reference for reference in found if isinstance(reference, str)]
        problems = [problem for problem in found if isinstance(problem, Problem)]
        if usable:
            result.steps.append(replace(step, new={**step.new, "pictures": usable, SOURCES: step.new["pictures"]}))
            if problems:
                result.missing[step.listing_id] = problems
        else:
            result.broken[step.listing_id] = problems[0]
    return result


def wants_pictures(step: Step) -> bool:
    """A step that puts pictures on the channel."""
    return step.kind in WITH_PICTURES and bool(step.new.get("pictures"))


def upload_for(lane: Lane, steps: Sequence[Step], progress: Progress) -> Mapping[int, Mapping[str, str | Problem]]:
    """References by listing. Where one upload serves the shop, pictures of many listings share a call; where it serves one listing
    only, each listing has its own."""
    shop = f"{lane.shop.channel}/{lane.shop.shop_id}"
    if lane.connector.capabilities().pictures == "listing":
        return {
            step.listing_id: references_of(lane, step.new["pictures"], f"{shop}/{step.listing_id}", progress)
            for step in steps
        }
    links = dict.fromkeys(link for step in steps for link in step.new["pictures"])
    shared = references_of(lane, links, shop, progress)
    return {step.listing_id: shared for step in steps}


def references_of(lane: Lane, links: Iterable[str], scope: str, progress: Progress) -> Mapping[str, str | Problem]:
    """Link → reference on the channel, or why there is none."""
    assert isinstance(lane.connector, PictureSink)
    engine, can = lane.engine, lane.connector.capabilities()
    settings = engine.settings
    staged = stage_pictures(engine.store, settings.pictures, settings.picture_base_url, list(links), engine.clock())
    hashes = list(dict.fromkeys(value for value in staged.values() if isinstance(value, str)))
    uploaded = upload_pictures(
        engine.store, lane.connector, scope, can.pictures_per_call, hashes, settings.pictures, engine.clock(), progress
    )
    return {link: uploaded[value] if isinstance(value, str) else value for link, value in staged.items()}
