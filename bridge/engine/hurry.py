"""Stock at once: after a sale, a count or an import the other shops of the business follow without waiting for a whole run.

Only stock goes out, and the hiding of what is sold out; a guard's trip leaves just the lowering of what is above what is there, and
the next whole run tells of the trip. What changed is found by one small index, whoever changed it.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Table, and_, bindparam, select
from sqlmodel import Session, col

from bridge.engine.context import Engine
from bridge.engine.enduring import every
from bridge.engine.plans import make_plan
from bridge.engine.record import record_plan
from bridge.engine.runs import Report, ShopRun, Watch
from bridge.engine.sync import code_of, enter, judge, lower, plan_one, running, send_all, write_down
from bridge.engine.telling import tell_falls
from bridge.model import OpKind
from bridge.planning.plan import LANES
from bridge.store.drift import figure_waits
from bridge.store.leases import holder_of
from bridge.store.ledger import table
from bridge.store.often import Among, Often
from bridge.store.shops import ShopView
from bridge.store.tables import ListingSku, OperationRow

BUDGET_S = 120.0
BRIEF = timedelta(seconds=3)  # a shop that is to be tried again later keeps nobody waiting: the next look comes soon
URGENT = and_(col(ListingSku.stock_dirty), col(ListingSku.remote_sku_id).is_not(None))  # as its index has it
FIGURES = Often(select(col(ListingSku.shop_id)).where(URGENT, ~figure_waits()).distinct())
WRITE: Table = table(OperationRow)
WRITES = Often(
    select(WRITE.c.shop_id)
    .where(
        Among(WRITE.c.shop_id),
        WRITE.c.state == "pending",
        WRITE.c.lane <= LANES[OpKind.STOCK],
        WRITE.c.due_at <= bindparam("now", type_=WRITE.c.due_at.type),
    )
    .distinct()
)


def urgent_shops(engine: Engine, shops: Sequence[ShopView]) -> set[int]:
    """Of these shops those with a figure on the channel that has to be looked at and waits for no person, or with an urgent write
    that is due and that nobody is there to send: the run that it was handed to may have ended just then."""
    ids = [shop.shop_id for shop in shops]
    with engine.store.read() as session:
        dirty = {row[0] for row in FIGURES.find(session.connection())}
        due = with_urgent_writes(session, ids, engine.clock())
        left = {key for key in due - dirty if holder_of(session, f"shop/{key}") is None}
    return (dirty | left) & set(ids)


def with_urgent_writes(session: Session, shop_ids: Sequence[int], now: datetime) -> set[int]:
    """Of these shops those with a write that is due and should wait for nothing."""
    return {row[0] for row in WRITES.find(session.connection(), ids=list(shop_ids), now=now)}


def same_businesses(shops: Sequence[ShopView], wanted: Collection[int]) -> list[ShopView]:
    """All shops of the businesses to which the wanted ones belong."""
    merchants = {shop.merchant_id for shop in shops if shop.shop_id in wanted}
    return [shop for shop in shops if shop.merchant_id in merchants]


def push_stock(engine: Engine, shops: Sequence[ShopView], budget_s: float = BUDGET_S, pull: bool = True) -> Report:
    """Pulls these shops' orders, brings their stock up to date and sends what is due. Without `pull` after a sale that was read
    just now: the others wait for the figure, and what falls goes out before anything else."""
    watch, until = Watch(), time.monotonic() + budget_s
    runs = [ShopRun(shop=shop) for shop in shops]
    with running(engine, "stock", runs) as report:
        if not pull and report.run_id is not None:
            tell_falls(engine, runs, report.run_id, until)
        later = [run for run in runs if run.lane is None]
        every(engine, later, lambda run: enter(engine, run, report.run_id, pull, watch))
        every(engine, runs, lambda run: plan_stock(engine, run, watch))
        held = code_of(runs) is not None
        every(engine, runs, lower if held else lambda run: write_down(run, watch))
        send_all(engine, runs, until, watch, BRIEF)
        every(engine, runs, look_again)
    return report


def plan_stock(engine: Engine, run: ShopRun, watch: Watch) -> None:
    """The part of a shop's plan that cannot wait. Showing a hidden listing can."""
    if not run.open:
        return
    plan_one(run, watch)
    assert run.plan is not None
    steps = [step for step in run.plan.steps if step.kind is OpKind.STOCK or step.reason == "sold_out"]
    run.plan = replace(run.plan, steps=tuple(steps))
    run.trips = judge(engine, run)


def look_again(run: ShopRun) -> None:
    """What was written has to be looked at once more; where it is as it should be, nobody needs to come back for it."""
    if run.lane is not None and run.lane.lease is not None:
        record_plan(run.lane, replace(make_plan(run.lane), steps=()))
