"""The way back: what a run wrote is put back as it was before, through the same guard, journal and lanes as every other write.

What is put back stays until the catalog says something else than now; else the next run would write it anew. Stock is never undone.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.engine.applying import applied_payload
from bridge.engine.context import Engine
from bridge.engine.deciding import put_held
from bridge.engine.enduring import every
from bridge.engine.plans import changed_prices, facet_step, new_skus
from bridge.engine.refusals import titles_of
from bridge.engine.runs import Report, ShopRun, Told, Watch, trip_told
from bridge.engine.settle import forget_expired
from bridge.engine.sync import code_of, finish_report, hold, judge, ready, running, send_all, shops_of, write_down
from bridge.errors import UserError
from bridge.model import FacetKind, OpKind
from bridge.planning.drift import RESETS, keep_held
from bridge.planning.drift import hold as held_with
from bridge.planning.fingerprint import fingerprint, needs_write
from bridge.planning.plan import Plan, SkuStep, Step, build_plan
from bridge.store.catalog import row_id
from bridge.store.drift import ACTIVE, held_back
from bridge.store.journal import operations_of_run, skus_of
from bridge.store.listings import DirtyFacet, facets_of, skus_of_listings
from bridge.store.tables import Facet, Listing, OperationRow, Run

NEVER = frozenset({OpKind.SHIP, OpKind.CANCEL})
Keep = dict[tuple[int, str], dict[str, Any]]  # (listing, facet) → what is put back


@dataclass(kw_only=True)
class WayBack:
    """What undoing a run means for one shop, and what of it cannot be undone."""

    keep: Keep = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)

    def cannot(self, new: Told) -> None:
        """Says once what is not undone."""
        if new not in self.told:
            self.told.append(new)


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run that wrote something."""

    run: int
    kind: str
    started_at: datetime
    summary: Mapping[str, Any]


def past_runs(engine: Engine, limit: int = 10) -> list[PastRun]:
    """The newest runs that wrote something, the newest first."""
    wrote = select(col(OperationRow.id)).where(
        col(OperationRow.run_id) == col(Run.id), col(OperationRow.state) == "done"
    )
    query = select(Run).where(wrote.exists()).order_by(col(Run.id).desc()).limit(limit)
    with engine.store.read() as session:
        return [PastRun(row_id(row), row.kind, row.started_at, row.summary) for row in session.execute(query).scalars()]


def look_back(engine: Engine, run_id: int) -> Report:
    """What undoing a run would write. Nothing is written."""
    runs = runs_for(engine, run_id)

    def look(run: ShopRun) -> None:
        if ready(engine, run, None):
            plan_back(engine, run, run_id)
            run.told += [trip_told(run, trip) for trip in run.trips]

    engine.begin()
    every(engine, runs, look)
    return finish_report(engine, Report(run_id=None, runs=runs), None)


def undo_run(engine: Engine, run_id: int, confirm: str | None = None, watch: Watch | None = None) -> Report:
    """Puts back what a run changed. A guard's trip stops it before anything is recorded, unless `confirm` is its code.

    Raises UserError where there is no such run, or nothing that it wrote.
    """
    watch = watch if watch is not None else Watch()
    runs = runs_for(engine, run_id)
    until = time.monotonic() + engine.settings.sync_budget_s
    with running(engine, "undo", runs) as report:
        every(engine, runs, lambda run: take(engine, run, report.run_id, run_id))
        report.confirm = code_of(runs)
        if report.confirm is None or report.confirm == confirm:
            every(engine, runs, lambda run: put_back(engine, run, run_id, watch))
            send_all(engine, runs, until, watch)
        else:
            hold(runs)
    return report


def runs_for(engine: Engine, run_id: int) -> list[ShopRun]:
    """The shops that a run wrote to."""
    with engine.store.read() as session:
        if session.get(Run, run_id) is None:
            raise UserError("There is no run {run}. See which there are with: jembatan undo", run=run_id)
        shops = sorted({row.shop_id for row in operations_of_run(session, run_id) if row.state == "done"})
    if not shops:
        raise UserError("Run {run} wrote nothing that can be undone.", run=run_id)
    return [ShopRun(shop=shop) for shop in shops_of(engine, shops)]


def take(engine: Engine, run: ShopRun, own: int | None, undone: int) -> None:
    """Takes the shop and plans its way back."""
    if not ready(engine, run, own) or run.lane is None:
        return
    if not run.lane.enter():
        run.fail(
            7,
            "{shop}: another run is working on this shop. Wait until it has ended; a killed one lets go within two minutes.",
        )
        return
    forget_expired(run.lane)
    plan_back(engine, run, undone)


def plan_back(engine: Engine, run: ShopRun, undone: int) -> None:
    """The shop's plan, what cannot be undone, and what the guard says."""
    with engine.store.read() as session:
        way = way_back(session, run.shop.shop_id, undone)
        run.plan = plan_of(session, run, way)
    run.told += way.told
    run.trips = judge(engine, run)


def put_back(engine: Engine, run: ShopRun, undone: int, watch: Watch) -> None:
    """What is put back becomes what the shop should show; then it is written down and sent like every change."""
    if run.lane is None or run.plan is None:
        return
    with engine.store.write() as session:
        run.lane.must_hold(session)
        way = way_back(session, run.shop.shop_id, undone)
        facets = facets_of(session, [key for key, _ in way.keep])
        for name, keep in way.keep.items():
            facet = facets[name]
            put_held(facet, keep)
            facet.rejected_fp = None
            facet.dirty = needs_write(facet.desired_fp, facet.applied_fp, None)
    write_down(run, watch)


# --- what has to be put back ------------------------------------------------------------------------------------------


def way_back(session: Session, shop_id: int, run_id: int) -> WayBack:
    """What each listing showed before a run, as far as it is known and nothing else has changed it since."""
    done = [row for row in operations_of_run(session, run_id) if row.shop_id == shop_id and row.state == "done"]
    way, ids = WayBack(), [row.listing_id for row in done if row.listing_id is not None]
    titles, facets, held = titles_of(session, ids), facets_of(session, ids), held_back(session, shop_id)
    created = {row.listing_id for row in done if row.kind == OpKind.CREATE}
    for row in sorted(done, key=row_id):
        if row.kind in NEVER:
            way.cannot(Told(template="What was shipped or cancelled is not undone."))
        elif row.kind == OpKind.STOCK:
            way.cannot(Told(template="Stock is not undone: it follows what was counted, bought and sold."))
        elif row.listing_id is not None and (row.kind == OpKind.CREATE or row.listing_id not in created):
            kind = FacetKind.VISIBILITY if row.kind == OpKind.CREATE else FacetKind(row.kind)
            facet, title = facets.get((row.listing_id, kind)), titles.get(row.listing_id, "?")
            if facet is None:
                continue
            if later := changed_since(session, row, kind):
                way.cannot(
                    Told(
                        template="{title}: changed again since, by run {run}. Undo that one first.",
                        values={"title": title, "run": later},
                    )
                )
            elif held.facet(row.listing_id, kind, {"visible": True}):
                way.cannot(
                    Told(
                        template="{title}: somebody changed it in the seller centre. Decide first with: jembatan drift",
                        values={"title": title},
                    )
                )
            elif (keep := before(session, way, row, facet, title)) is not None:
                way.keep[row.listing_id, kind] = keep
    return way


def changed_since(session: Session, row: OperationRow, kind: FacetKind) -> int | None:
    """The run that wrote the same facet later, or is about to."""
    query = select(OperationRow).where(
        col(OperationRow.target) == row.target,
        col(OperationRow.id) > row.id,
        col(OperationRow.run_id) != row.run_id,
        col(OperationRow.kind).in_(RESETS[kind] if kind != FacetKind.PRICE else ("price", "create")),
        col(OperationRow.state).in_((*ACTIVE, "done")),
    )
    found = session.execute(query.order_by(col(OperationRow.id).desc())).scalars().first()
    return None if found is None else found.run_id


def before(session: Session, way: WayBack, row: OperationRow, facet: Facet, title: str) -> dict[str, Any] | None:
    """What a facet showed before one write; None where it is not known, or may not be shown."""
    if row.kind == OpKind.CREATE:
        way.cannot(
            Told(template="{title}: was made new by that run; it is hidden, not deleted.", values={"title": title})
        )
        return {"visible": False}
    if row.kind == OpKind.PRICE:
        return prices_before(session, way, row, facet, title)
    if row.kind == OpKind.VISIBILITY:
        shown = not row.payload.get("visible", True)
        listing = session.get_one(Listing, facet.listing_id)
        if shown and (facet.held is None or listing.parked is not None):
            way.cannot(
                Told(
                    template="{title}: is sold out or may not be shown now, and stays hidden.", values={"title": title}
                )
            )
            return None
        return {"visible": shown}
    query = select(OperationRow).where(
        col(OperationRow.target) == row.target,
        col(OperationRow.id) < row.id,
        col(OperationRow.kind).in_(("content", "create")),
        col(OperationRow.state) == "done",
    )
    last = session.execute(query.order_by(col(OperationRow.id).desc())).scalars().first()
    if last is None:
        way.cannot(
            Told(
                template="{title}: its text before that run is not known, and stays as it is.", values={"title": title}
            )
        )
        return None
    return applied_payload(last, FacetKind.CONTENT, ())


def prices_before(session: Session, way: WayBack, row: OperationRow, facet: Facet, title: str) -> dict[str, Any] | None:
    """The prices that one write changed, as they were."""
    skus = [sku for sku in skus_of(session, [row_id(row)])[row_id(row)] if sku.verdict == "done"]
    old = {sku.seller_sku: sku.old_price_idr for sku in skus if sku.old_price_idr is not None}
    if len(old) < len(skus):
        way.cannot(
            Told(
                template="{title}: not every price before that run is known; those stay as they are.",
                values={"title": title},
            )
        )
    kept = {code: price for code, price in old.items() if code in facet.desired["prices"]}
    return {"prices": kept} if kept else None


# --- the plan ---------------------------------------------------------------------------------------------------------


def plan_of(session: Session, run: ShopRun, way: WayBack) -> Plan:
    """The steps that put things back, for the kinds that the channel takes now."""
    assert run.lane is not None
    ids = sorted({key for key, _ in way.keep})
    facets, titles = facets_of(session, ids), titles_of(session, ids)
    ties = skus_of_listings(session, run.shop.shop_id, ids)
    wanted = frozenset(run.lane.connector.capabilities().batch) - {OpKind(kind) for kind in run.shop.blocked}
    steps: list[Step] = []
    for (listing_id, kind), keep in way.keep.items():
        facet = put_back_value(facets[listing_id, kind], keep, titles.get(listing_id, "?"))
        skus: tuple[SkuStep, ...] = ()
        if kind == FacetKind.PRICE:
            skus = tuple(sku for sku in changed_prices(facet, ties.get(listing_id, ())) if sku.sku in keep["prices"])
        elif kind == FacetKind.CONTENT:
            skus = new_skus(facet, None, ties.get(listing_id, ()), {})
        changes = bool(skus) if kind == FacetKind.PRICE else facet.applied != facet.desired
        if changes and OpKind(kind) in wanted:
            steps.append(replace(facet_step(run.shop.shop_id, facet, skus), reason="undo"))
    return build_plan(run.shop.shop_id, steps)


def put_back_value(facet: Facet, keep: Mapping[str, Any], title: str) -> DirtyFacet:
    """A facet as it will be wanted once `keep` is put back."""
    held = held_with(facet.kind, facet.desired, facet.held, keep)
    said: dict[str, Any] = dict(facet.desired)
    if facet.kind != FacetKind.PRICE:
        said = dict(held["from"])
    else:
        told = {code: pair[1] for code, pair in held["prices"].items() if code in said["prices"]}
        said = {**said, "prices": {**said["prices"], **told}}
    desired, _ = keep_held(facet.kind, said, held)
    return DirtyFacet(
        facet.listing_id, facet.kind, desired, fingerprint(desired), facet.applied, title, bound=True, parked=False
    )
