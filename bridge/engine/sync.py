"""One run over many shops: pull, plan, guard, record, drain. Each shop fails alone; the report says how each ended."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from bridge.engine.campaigns import held_writes
from bridge.engine.checking import check_due, check_lane
from bridge.engine.context import Engine, Lane
from bridge.engine.drain import drain
from bridge.engine.enduring import every, explain
from bridge.engine.plans import make_plan
from bridge.engine.pull import pull_orders
from bridge.engine.record import record_plan
from bridge.engine.remap import remap
from bridge.engine.runs import Report, ShopRun, Told, Watch, shop_name, trip_told
from bridge.engine.settle import forget_expired
from bridge.errors import Misconfigured
from bridge.model import OpKind
from bridge.planning.guard import GuardRule, Trip, confirm_code, guard_plan
from bridge.store.kept import begin_run, end_run
from bridge.store.listings import live_count, parked_listings
from bridge.store.orders import parked_lines
from bridge.store.shops import MISCONFIGURED, ShopView, list_shops

ROUNDS = 3  # down to 0, up again, and up where another one had to come down first
SOON = timedelta(seconds=60)  # a run waits for what falls due within this time


def plan_shops(engine: Engine, shops: Sequence[ShopView], watch: Watch | None = None) -> Report:
    """What every shop needs. Nothing is written to a channel and no order is pulled; schemas that are missing are read."""
    watch = watch if watch is not None else Watch()
    engine.begin()
    runs = [ShopRun(shop=shop) for shop in shops]

    def look(run: ShopRun) -> None:
        if ready(engine, run, None):
            plan_one(run, watch)
            run.trips = judge(engine, run)
            run.told += [trip_told(run, trip) for trip in run.trips]

    every(engine, runs, look)
    return finish_report(engine, Report(run_id=None, runs=runs), None)


def sync_shops(
    engine: Engine,
    shops: Sequence[ShopView],
    kind: str = "sync",
    pull: bool = True,
    confirm: str | None = None,
    budget_s: float | None = None,
    watch: Watch | None = None,
) -> Report:
    """Pulls orders, plans, records and drains until nothing falls due within a minute or the time budget ends.

    A guard's trip stops the run before anything of any shop is recorded, unless `confirm` is the code of just these plans.
    """
    watch = watch if watch is not None else Watch()
    until = time.monotonic() + (budget_s if budget_s is not None else engine.settings.sync_budget_s)
    runs = [ShopRun(shop=shop) for shop in shops]
    with running(engine, kind, runs) as report:
        every(engine, runs, lambda run: enter(engine, run, report.run_id, pull, watch))
        every(engine, runs, lambda run: prepare(engine, run, watch))  # what one shop sold shows in the plans of all
        report.confirm = code_of(runs)
        if report.confirm is not None and report.confirm != confirm:
            release(engine, runs, until, watch)
            report.confirm = code_of(runs)
        if report.confirm is None or report.confirm == confirm:
            every(engine, runs, lambda run: write_down(run, watch))
            send_all(engine, runs, until, watch)
            again = [run for run in runs if run.code == 0 and run.lane is not None and run.lane.learnt]
            every(engine, again, lambda run: plan_again(engine, run, watch))
            send_all(engine, again, until, watch)
            go_through_zero(engine, runs, until, watch)
        else:
            hold(runs)
    return report


@contextmanager
def running(engine: Engine, kind: str, runs: list[ShopRun]) -> Iterator[Report]:
    """A run from its row in the store to its end: whatever happens in between, its shops are left and its report is closed."""
    engine.begin()
    begun = time.monotonic()
    with engine.store.write(lasting=False) as session:
        report = Report(run_id=begin_run(session, kind, engine.clock()), runs=runs)
    try:
        yield report
    finally:
        for run in runs:
            if run.lane is not None:
                run.lane.leave()
        report.seconds = time.monotonic() - begun
        finish_report(engine, report, state=ending(engine, runs))


def go_through_zero(engine: Engine, runs: Sequence[ShopRun], until: float, watch: Watch) -> None:
    """Partitioned mode: a listing that was told 0 gets its figure once a pull has seen that nothing was sold meanwhile, then the
    others get theirs. What needs more rounds, or longer than a minute each, is left to the next run and told."""
    for _ in range(ROUNDS):
        gated = gated_among(runs)
        merchants = {run.shop.merchant_id for run in gated}
        mine = [
            run for run in runs if run.code == 0 and run.shop.merchant_id in merchants and run.lane and run.lane.lease
        ]
        lag = max((lane.connector.capabilities().list_lag for run in gated if (lane := run.lane)), default=timedelta(0))
        if not mine or time.monotonic() + lag.total_seconds() > until:
            break
        if lag <= SOON:
            engine.sleep(lag.total_seconds())  # until the channel's list shows the orders up to the 0
        for run in mine:
            assert run.lane is not None
            run.lane.gated = False
        every(engine, mine, lambda run: pull_orders(run.lane) if run.lane is not None else None)
        every(engine, mine, lambda run: plan_again(engine, run, watch))
        send_all(engine, mine, until, watch)
    template = "{shop}: the stock is being divided anew; some listings may stand at 0 until the next run."
    for run in gated_among(runs):
        run.told.append(Told(template=template, values={"shop": shop_name(run.shop)}))


def gated_among(runs: Iterable[ShopRun]) -> list[ShopRun]:
    """The shops of which a figure has to go through 0, or waits for others."""
    return [run for run in runs if run.code == 0 and run.lane is not None and run.lane.gated]


def code_of(runs: Iterable[ShopRun]) -> str | None:
    """The code that confirms just these plans; None where no guard has tripped."""
    trips = [trip for run in runs for trip in run.trips]
    return confirm_code(trips, [run.plan for run in runs if run.plan is not None]) if trips else None


def release(engine: Engine, runs: Sequence[ShopRun], until: float, watch: Watch) -> None:
    """A guard holds the run, but never a figure above what is there: those are lowered in all shops, the rest is planned anew."""
    every(engine, runs, lower)
    send_all(engine, runs, until, watch)
    every(engine, runs, lambda run: prepare(engine, run, watch))


def lower(run: ShopRun) -> None:
    """Records the figures of a plan that are above what is there."""
    if run.lane is None or run.plan is None:
        return
    stock = [step for step in run.plan.steps if step.kind is OpKind.STOCK]
    steps = [replace(step, skus=tuple(sku for sku in step.skus if sku.over)) for step in stock]
    record_plan(run.lane, replace(run.plan, steps=tuple(step for step in steps if step.skus), rested=()))


def ending(engine: Engine, runs: Sequence[ShopRun]) -> str:
    """How a run is remembered."""
    if engine.stopping.is_set():
        return "stopped"
    return "guarded" if any(run.code == 6 for run in runs) else "done"


def ready(engine: Engine, run: ShopRun, run_id: int | None) -> bool:
    """Opens the shop's lane, unless the channel is closed or a person has to act first."""
    plugin = engine.plugin(run.shop.channel)
    run.lane = lane = Lane(engine=engine, shop=run.shop, run_id=run_id)
    closed = lane.connector.capabilities().closed_on
    if closed is not None and plugin.real_host in (run.shop.settings.get("base_url") or plugin.real_host):
        run.told.append(
            Told(
                template="{shop}: this marketplace closed on {day}; nothing is sent.",
                values={"shop": shop_name(run.shop), "day": closed},
            )
        )
        return False
    if run.shop.state == "auth":
        run.end_authorisation()
        return False
    if run.shop.state != "ok" or (run_id is not None and check_due(run.shop, engine.clock())):
        ask_after(engine, run, lane)
    if run.shop.blocked:
        why = ", ".join(sorted(set(run.shop.blocked.values())))
        template = "{shop}: the channel does not take every kind of change for now ({why}). The rest goes on."
        run.told.append(Told(template=template, values={"shop": shop_name(run.shop), "why": why}))
    return True


def ask_after(engine: Engine, run: ShopRun, lane: Lane) -> None:
    """A shop that was held goes on once the channel says that it may; of an app that is refused one shop's answer is enough."""
    refused = engine.refused_apps.get(run.shop.app_id) if run.shop.app_id is not None else None
    if run.shop.state == MISCONFIGURED and refused is not None:
        raise Misconfigured(refused)
    check_lane(lane)
    run.shop = shops_of(engine, [run.shop.shop_id])[0]
    run.lane = Lane(engine=engine, shop=run.shop, run_id=lane.run_id, count=lane.count)


def enter(engine: Engine, run: ShopRun, run_id: int | None, pull: bool, watch: Watch) -> None:
    """Takes the shop and pulls its orders."""
    run.open = ready(engine, run, run_id)
    if not run.open:
        return
    assert run.lane is not None
    run.beside = not run.lane.enter()
    if run.beside:
        return
    if pull:
        pull_orders(run.lane)
        watch("pull", 1)
    forget_expired(run.lane)


def prepare(engine: Engine, run: ShopRun, watch: Watch) -> None:
    """The shop's plan. Where another run holds it only stock is planned: that does not wait for the other's end, which takes the
    most urgent operation before every call."""
    if not run.open:
        return
    assert run.lane is not None
    if run.beside:
        plan = make_plan(run.lane)
        run.plan = replace(plan, steps=tuple(step for step in plan.steps if step.kind is OpKind.STOCK))
    else:
        plan_one(run, watch)
    run.trips = judge(engine, run)


def plan_again(engine: Engine, run: ShopRun, watch: Watch) -> None:
    """What was learnt while sending is acted on at once: a sold-out listing should not wait for the next run to come off."""
    assert run.lane is not None
    run.lane.shop = run.shop = shops_of(engine, [run.shop.shop_id])[0]
    plan_one(run, watch)
    run.trips = judge(engine, run)
    if run.trips:
        hold([run])
    else:
        write_down(run, watch)


def judge(engine: Engine, run: ShopRun) -> tuple[Trip, ...]:
    """What the guard says of the shop's plan."""
    assert run.plan is not None
    rule = GuardRule(engine.settings.guard_share, engine.settings.guard_minimum)
    with engine.store.read() as session:
        live = live_count(session, run.shop.shop_id)
    explained = frozenset(sku.listing_sku_id for step in run.plan.steps for sku in step.skus if sku.explained)
    return guard_plan(run.plan, live, rule, explained)


def plan_one(run: ShopRun, watch: Watch) -> None:
    """Maps what is stale and makes the plan."""
    assert run.lane is not None
    remap(run.lane, lambda done: watch("map", done))
    run.plan = make_plan(run.lane)


def hold(runs: Iterable[ShopRun]) -> None:
    """A guard has tripped: nothing is recorded; the shops that tripped it say why."""
    for run in runs:
        for trip in run.trips:
            run.code = 6
            run.told.append(trip_told(run, trip))
        if run.beside and not run.trips:
            run.fail(
                7,
                "{shop}: another run is working on this shop. Wait until it has ended; a killed one lets go within two minutes.",
            )


def write_down(run: ShopRun, watch: Watch) -> None:
    """Records the plan as operations."""
    if run.lane is None or run.plan is None:
        return
    engine = run.lane.engine

    def uploaded(done: int, total: int) -> None:
        engine.go_on()
        watch("pictures", done, total)

    number = record_plan(run.lane, run.plan, uploaded)
    watch("write", 0, number)
    if run.lane.edited:
        template = (
            "{shop}: {count} values were changed in the seller centre and are left as they are. See jembatan drift"
        )
        run.told.append(Told(template=template, values={"shop": shop_name(run.shop), "count": len(run.lane.edited)}))
        run.lane.edited.clear()
    if run.beside and number:
        template = (
            "{shop}: another run is working on this shop. {count} changes of stock were handed to it; wait for its end."
        )
        run.fail(7, template, count=number)
    elif run.beside:
        run.fail(
            7,
            "{shop}: another run is working on this shop. Wait until it has ended; a killed one lets go within two minutes.",
        )


def send_all(engine: Engine, runs: Sequence[ShopRun], until: float, watch: Watch, soon: timedelta = SOON) -> None:
    """Drains all shops in rounds: while one waits for a step of its create, the others are served. What falls due `soon` is
    waited for."""

    def one(run: ShopRun) -> None:
        if run.lane is not None and run.lane.lease is not None:
            run.due = drain(run.lane, until, lambda done: watch("write", done))

    waiting = list(runs)
    while waiting and time.monotonic() < until:
        every(engine, waiting, one)
        now = engine.clock()
        waiting = [run for run in waiting if run.code == 0 and run.due is not None and run.due - now <= soon]
        if waiting:
            first = min(run.due for run in waiting if run.due is not None)
            engine.sleep(max(0.0, min((first - now).total_seconds(), until - time.monotonic())))
    for run in runs:
        if run.code == 0 and run.due is not None and run.lane is not None and run.lane.trouble is not None:
            explain(run, run.lane.trouble)  # work is left because the channel does not answer: that is not a success


def finish_report(engine: Engine, report: Report, state: str | None) -> Report:
    """Counts what is parked and what campaigns hold, and closes the run's row."""
    report.campaign = len(held_writes(engine.store, [run.shop.shop_id for run in report.runs]))
    with engine.store.read() as session:
        report.parked_order_lines = len(parked_lines(session))
        if state is not None:
            mapped = [run.shop.shop_id for run in report.runs if run.plan is not None]
            report.parked_now = sum(len(parked_listings(session, shop_id)) for shop_id in mapped)
    if report.run_id is not None and state is not None:
        with engine.store.write() as session:
            end_run(session, report.run_id, state, report.summary(), engine.clock(), report.confirm)
    return report


def shops_of(engine: Engine, ids: Sequence[int] | None = None) -> list[ShopView]:
    """The shops to work on."""
    with engine.store.read() as session:
        return list_shops(session, engine.cipher, ids)
