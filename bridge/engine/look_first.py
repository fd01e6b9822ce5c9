"""Reading right before writing, for the facets whose policy the office has set to `theirs` or `ask`.

What somebody has changed by hand since the last reading is then found before our value lands on it, and only what the policy lets
through is written. With the default settings nothing is read here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bridge.connectors.base import Find
from bridge.engine.context import Engine, Lane
from bridge.engine.figures_first import cover_figures
from bridge.engine.judging import ask_stock, judge_readings, policy_of
from bridge.engine.readings import read_listings
from bridge.model import FacetKind, OpKind
from bridge.planning.drift import Policy, differences
from bridge.planning.plan import Plan, SkuStep, Step
from bridge.store.catalog import row_id
from bridge.store.first_look import kept_back, listings_by_id, sure_writes, take_back, take_figures_back
from bridge.store.tables import DriftRow, OperationRow

SOON = timedelta(seconds=60)  # what falls due in this run, too


def look_first(lane: Lane, plan: Plan) -> Plan:
    """The plan less what somebody has changed by hand meanwhile. Writes of earlier runs that are due are looked at as well."""
    kinds, can = asked_kinds(lane.engine), lane.connector.capabilities()
    if not kinds or can.by_file or Find.ID not in can.finds:
        return plan
    steps = {step.listing_id for step in plan.steps if step.kind.value in kinds and not hides(step.kind, step.new)}
    with lane.engine.store.read() as session:
        untouched = sure_writes(session, lane.shop.shop_id)
        until = lane.engine.clock() + SOON
        due = [row for row in untouched if row.kind in kinds and row.due_at <= until]
        waiting = [row for row in due if not hides(row.kind, row.payload)]
        listings = listings_by_id(session, steps | {row.listing_id or 0 for row in waiting})
    if not listings:
        return plan
    sure = frozenset((row.listing_id or 0, row.kind) for row in untouched)
    questions = ask_stock(lane, listings, sure) if FacetKind.STOCK in kinds else {}
    readings = read_listings(lane, listings)
    covered, unclear = cover_figures(lane, readings, questions)
    found = judge_readings(lane, readings, questions if covered else {}, kinds, sure)
    kept = Kept(take_back_edited(lane, found, unclear, waiting), unclear)
    return replace(plan, steps=tuple(left for step in plan.steps if (left := kept.let_through(step)) is not None))


def asked_kinds(engine: Engine) -> frozenset[str]:
    """The facets of which the office has said, itself and not by default, that edits by hand are kept or asked about."""
    said = engine.settings.model_fields_set
    return frozenset(
        kind.value for kind in FacetKind if f"drift_{kind}" in said and policy_of(engine, kind) is not Policy.OURS
    )


def hides(kind: str, payload: Mapping[str, object]) -> bool:
    """Taking a listing off is never held up."""
    return kind == OpKind.VISIBILITY and not payload.get("visible")


class Kept:
    """What is not written over: whole facets, prices one by one where theirs stay, and figures."""

    def __init__(self, rows: Sequence[DriftRow], unclear: frozenset[int]) -> None:
        theirs = [row for row in rows if row.kind == FacetKind.PRICE and row.decided is not None]
        whole = [row for row in rows if row not in theirs and row.kind != FacetKind.STOCK]
        self.facets = {(row.listing_id, row.kind) for row in whole}
        self.prices = {row.listing_id: differences(row.kind, row.ours, row.theirs).keys() for row in theirs}
        self.figures = unclear | {row.listing_sku_id for row in rows if row.listing_sku_id is not None}

    def let_through(self, step: Step) -> Step | None:
        """What is left of a step."""
        if hides(step.kind, step.new):
            return step
        if (step.listing_id, step.kind.value) in self.facets:
            return None
        left = tuple(sku for sku in step.skus if not self.keeps(step, sku))
        return replace(step, skus=left) if left or not step.skus else None

    def keeps(self, step: Step, sku: SkuStep) -> bool:
        """Whether one SKU of a step is left alone."""
        if step.kind is OpKind.PRICE:
            return sku.sku in self.prices.get(step.listing_id, ())
        return step.kind is OpKind.STOCK and sku.listing_sku_id in self.figures


def take_back_edited(
    lane: Lane, found: Sequence[int], unclear: frozenset[int], waiting: Sequence[OperationRow]
) -> list[DriftRow]:
    """The differences over which ours is not written. What waits of them is taken back, and planned anew once that is decided."""
    with lane.engine.store.write() as session:
        lane.must_hold(session)
        rows = kept_back(session, found)
        edited = {(row.listing_id, row.kind) for row in rows if row.kind != FacetKind.STOCK}
        figures = unclear | {row.listing_sku_id for row in rows if row.listing_sku_id is not None}
        now = lane.engine.clock()
        take_back(session, [row_id(row) for row in waiting if (row.listing_id, row.kind) in edited], now)
        take_figures_back(session, [row_id(row) for row in waiting if row.kind == FacetKind.STOCK], figures, now)
    lane.edited |= {row_id(row) for row in rows}
    return rows
