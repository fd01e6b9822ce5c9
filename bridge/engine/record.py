"""Writing a plan down before anything is sent. Pictures go up first, so that a create names references that are committed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from bridge.connectors.base import PictureSink
from bridge.engine.context import Lane
from bridge.engine.pictures import stage_pictures, upload_pictures
from bridge.model import OpKind, Problem
from bridge.planning.plan import Plan, Step
from bridge.store.journal import NewOperation, NewSku, record
from bridge.store.listings import rest_stock
from bridge.store.tables import Listing

WITH_PICTURES = (OpKind.CREATE, OpKind.CONTENT)
SOURCES = "picture_sources"  # kept in the operation, so that what was applied can be compared with the facet again
Progress = Callable[[int, int], None]


def record_plan(lane: Lane, plan: Plan, progress: Progress = lambda _done, _total: None) -> int:
    """Stages pictures, then records every step as a pending operation in one transaction; gives how many."""
    steps, broken = with_pictures(lane, plan.steps, progress)
    engine = lane.engine
    with engine.store.write() as session:
        for listing_id, problem in broken.items():
            session.get_one(Listing, listing_id).parked = [asdict(problem)]
        written = record(session, [operation_of(step) for step in steps], lane.run_id, engine.clock())
        stocked = [sku.listing_sku_id for step in steps if step.kind is OpKind.STOCK for sku in step.skus]
        rest_stock(session, [*plan.rested, *stocked])
        engine.reach("record:before-commit")
    engine.reach("record:after-commit")
    return written


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


def with_pictures(lane: Lane, steps: Sequence[Step], progress: Progress) -> tuple[list[Step], dict[int, Problem]]:
    """The steps with references in place of picture links; listings without a usable picture are parked with the reason."""
    wanting = [step for step in steps if step.kind in WITH_PICTURES and step.new.get("pictures")]
    if not wanting or not isinstance(lane.connector, PictureSink):
        return list(steps), {}
    links = list(dict.fromkeys(link for step in wanting for link in step.new["pictures"]))
    references = references_of(lane, links, progress)
    done: list[Step] = []
    broken: dict[int, Problem] = {}
    for step in steps:
        if step not in wanting:
            done.append(step)
            continue
        found = [references[link] for link in step.new["pictures"]]
        usable = [reference for reference in found if isinstance(reference, str)]
        if usable:
            done.append(replace(step, new={**step.new, "pictures": usable, SOURCES: step.new["pictures"]}))
        else:
            broken[step.listing_id] = next(problem for problem in found if isinstance(problem, Problem))
    return done, broken


def references_of(lane: Lane, links: Iterable[str], progress: Progress) -> Mapping[str, str | Problem]:
    """Link → reference on the channel, or why there is none. Eight pictures of any listings share a call where that is allowed."""
    assert isinstance(lane.connector, PictureSink)
    engine, can = lane.engine, lane.connector.capabilities()
    settings = engine.settings
    staged = stage_pictures(engine.store, settings.pictures, settings.picture_base_url, list(links), engine.clock())
    hashes = list(dict.fromkeys(value for value in staged.values() if isinstance(value, str)))
    scope = f"{lane.shop.channel}/{lane.shop.shop_id}"
    uploaded = upload_pictures(
        engine.store, lane.connector, scope, can.pictures_per_call, hashes, settings.pictures, engine.clock(), progress
    )
    return {link: uploaded[value] if isinstance(value, str) else value for link, value in staged.items()}
