"""One run over many shops: pull, plan, guard, record, drain. Each shop fails alone; the report says how each ended."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bridge.engine.context import Engine, Lane
from bridge.engine.drain import drain, pause_shop
from bridge.engine.plans import make_plan
from bridge.engine.pull import pull_orders
from bridge.engine.record import record_plan
from bridge.engine.remap import remap
from bridge.engine.settle import forget_expired
from bridge.errors import AuthExpired, ChannelError, Misconfigured, ShopBlocked, UserError
from bridge.planning.guard import GuardRule, Trip, confirm_code, guard_plan
from bridge.planning.plan import Plan
from bridge.store.kept import begin_run, end_run
from bridge.store.listings import live_count, parked_listings
from bridge.store.orders import parked_lines
from bridge.store.shops import ShopView, list_shops, set_shop_state

SOON = timedelta(seconds=60)  # a run waits for what falls due within this time
URGENCY = (1, 2, 5, 6, 7, 4, 3, 0)  # whose exit code a run of several shops ends with
log = structlog.get_logger()


@dataclass(kw_only=True)
class Told:
    """A sentence about a shop: an English template, translated and filled by the shell."""

    template: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(kw_only=True)
class ShopRun:
    """One shop within a run: its lane, its plan, and how it ended."""

    shop: ShopView
    lane: Lane | None = None
    plan: Plan | None = None
    trips: tuple[Trip, ...] = ()
    code: int = 0
    told: list[Told] = field(default_factory=list)
    due: datetime | None = None

    def fail(self, code: int, template: str, **values: object) -> None:
        """Ends this shop's part with a sentence and an exit code."""
        self.code = code
        self.told.append(Told(template=template, values={"shop": shop_name(self.shop), **values}))


@dataclass(kw_only=True)
class Report:
    """What a run did over all its shops."""

    run_id: int | None
    runs: list[ShopRun]
    seconds: float = 0.0
    parked_order_lines: int = 0
    parked_now: int | None = None  # listings, read again at the end: a picture may have failed after the plan
    confirm: str | None = None

    @property
    def code(self) -> int:
        """The exit code of the whole run."""
        rejected = any(run.lane is not None and run.lane.tally.rejected for run in self.runs)
        found = {run.code for run in self.runs} | ({3} if rejected else set())
        return next((code for code in URGENCY if code in found), 0)

    def summary(self) -> dict[str, int | float | None]:
        """The JSON line that scripts read."""
        lanes = [run.lane for run in self.runs if run.lane is not None]
        planned = sum(len(run.plan.parked) for run in self.runs if run.plan is not None)
        names = {
            "created": "create",
            "content": "content",
            "price": "price",
            "stock": "stock",
            "visibility": "visibility",
        }
        return {
            "run": self.run_id,
            "shops": len(self.runs),
            "reads": sum(lane.count.reads + lane.count.schema for lane in lanes),
            "writes": sum(lane.count.writes for lane in lanes),
            **{key: sum(len(lane.tally.done.get(kind, ())) for lane in lanes) for key, kind in names.items()},
            "orders_new": sum(lane.tally.orders_new for lane in lanes),
            "orders_changed": sum(lane.tally.orders_changed for lane in lanes),
            "rejected": sum(len(lane.tally.rejected) for lane in lanes),
            "unknown": sum(len(lane.tally.unknown) for lane in lanes),
            "parked": (self.parked_now if self.parked_now is not None else planned) + self.parked_order_lines,
            "seconds": round(self.seconds, 2),
        }


@dataclass(kw_only=True)
class Watch:
    """Who is told how far a run is: stage (pull, map, pictures, write), steps done, steps known so far."""

    tell: Callable[[str, int, int], None] = lambda _stage, _done, _total: None

    def __call__(self, stage: str, done: int, total: int = 0) -> None:
        self.tell(stage, done, total)


def shop_name(shop: ShopView) -> str:
    """How a shop is called in sentences."""
    return f"{shop.merchant} ({shop.channel} {shop.remote_shop_id})"


def plan_shops(engine: Engine, shops: Sequence[ShopView], watch: Watch | None = None) -> Report:
    """What every shop needs. Nothing is written to a channel and no order is pulled; schemas that are missing are read."""
    watch = watch if watch is not None else Watch()
    engine.rules.clear()
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
    engine.rules.clear()
    begun = time.monotonic()
    until = begun + (budget_s if budget_s is not None else engine.settings.sync_budget_s)
    with engine.store.write() as session:
        run_id = begin_run(session, kind, engine.clock())
    runs = [ShopRun(shop=shop) for shop in shops]
    report = Report(run_id=run_id, runs=runs)
    try:
        every(engine, runs, lambda run: prepare(engine, run, run_id, pull, watch))
        trips = [trip for run in runs for trip in run.trips]
        report.confirm = confirm_code(trips, [run.plan for run in runs if run.plan is not None]) if trips else None
        if report.confirm is None or report.confirm == confirm:
            every(engine, runs, lambda run: write_down(run, watch))
            send_all(engine, runs, until, watch)
        else:
            hold(runs)
    finally:
        for run in runs:
            if run.lane is not None:
                run.lane.leave()
        report.seconds = time.monotonic() - begun
        finish_report(engine, report, state="guarded" if any(run.code == 6 for run in runs) else "done")
    return report


def every(engine: Engine, runs: Iterable[ShopRun], work: Callable[[ShopRun], None]) -> None:
    """Does something for every shop that has not failed, several at a time; an error ends only its own shop."""
    waiting = [run for run in runs if run.code == 0]
    with ThreadPoolExecutor(max_workers=engine.settings.parallel_shops, thread_name_prefix="shop") as pool:
        list(pool.map(lambda run: guarded(run, work), waiting))


def guarded(run: ShopRun, work: Callable[[ShopRun], None]) -> None:
    """The outermost loop of the engine: an error becomes this shop's sentence and exit code."""
    try:
        work(run)
    except UserError as error:
        run.code = error.exit_code
        run.told.append(Told(template=error.template, values=error.values))
    except ChannelError as error:
        explain(run, error)
    except Exception:
        log.exception("shop failed", shop=run.shop.shop_id, channel=run.shop.channel)
        run.fail(1, "{shop}: an error in the program itself; its text is in the log.")


def explain(run: ShopRun, error: ChannelError) -> None:
    """What a channel's error means for the shop, and who acts."""
    state = pause_shop(run.lane, error) if run.lane is not None else None
    if isinstance(error, AuthExpired):
        run.fail(5, "{shop}: the authorisation has ended. Connect the shop again with: jembatan shop connect")
    elif isinstance(error, ShopBlocked):
        run.fail(5, "{shop}: the channel has closed or banned the shop ({why}). Open the seller centre.", why=error)
    elif isinstance(error, Misconfigured):
        run.fail(
            2,
            "{shop}: the app key, signature or address is wrong ({why}). Correct it with: jembatan shop connect",
            why=error,
        )
    else:
        run.fail(
            4, "{shop}: the channel cannot be reached or asks to wait ({why}). Run the command again later.", why=error
        )
    log.warning("shop stopped", shop=run.shop.shop_id, error=type(error).__name__, state=state)


def ready(engine: Engine, run: ShopRun, run_id: int | None) -> bool:
    """Opens the shop's lane, unless the channel is closed or a person has to act first."""
    plugin = engine.plugin(run.shop.channel)
    run.lane = Lane(engine=engine, shop=run.shop, run_id=run_id)
    closed = run.lane.connector.capabilities().closed_on
    if closed is not None and plugin.real_host in (run.shop.settings.get("base_url") or plugin.real_host):
        run.told.append(
            Told(
                template="{shop}: this marketplace closed on {day}; nothing is sent.",
                values={"shop": shop_name(run.shop), "day": closed},
            )
        )
        return False
    if run.shop.state == "auth":
        run.fail(5, "{shop}: the authorisation has ended. Connect the shop again with: jembatan shop connect")
        return False
    if run.shop.state != "ok":
        recheck(run.lane)
    return True


def recheck(lane: Lane) -> None:
    """A shop that was blocked or misconfigured goes on once the channel says that it may."""
    lane.connector.check()
    with lane.engine.store.write() as session:
        set_shop_state(session, lane.shop.shop_id, "ok", None)


def prepare(engine: Engine, run: ShopRun, run_id: int, pull: bool, watch: Watch) -> None:
    """Everything of a shop that comes before its first write."""
    if not ready(engine, run, run_id):
        return
    assert run.lane is not None
    if not run.lane.enter():
        run.fail(7, "{shop}: another run is working on this shop. Wait until it has ended.")
        return
    if pull:
        pull_orders(run.lane)
        watch("pull", 1)
    forget_expired(run.lane)
    plan_one(run, watch)
    assert run.plan is not None
    run.trips = judge(engine, run)


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


def trip_told(run: ShopRun, trip: Trip) -> Told:
    """A trip in words."""
    words = {
        "hide": "{shop}: this run would take {count} of {total} listings off the shop.",
        "zero": "{shop}: this run would set {count} of {total} listings to 0.",
        "price_cut": "{shop}: this run would lower the price of {count} of {total} listings.",
    }
    values = {"shop": shop_name(run.shop), "count": trip.count, "total": trip.total}
    return Told(template=words[trip.what], values=values)


def hold(runs: Iterable[ShopRun]) -> None:
    """A guard has tripped: nothing is recorded; the shops that tripped it say why."""
    for run in runs:
        for trip in run.trips:
            run.code = 6
            run.told.append(trip_told(run, trip))


def write_down(run: ShopRun, watch: Watch) -> None:
    """Records the plan as operations."""
    if run.lane is None or run.plan is None:
        return
    number = record_plan(run.lane, run.plan, lambda done, total: watch("pictures", done, total))
    watch("write", 0, number)


def send_all(engine: Engine, runs: Sequence[ShopRun], until: float, watch: Watch) -> None:
    """Drains all shops in rounds: while one waits for a step of its create, the others are served."""

    def one(run: ShopRun) -> None:
        if run.lane is not None and run.lane.lease is not None:
            run.due = drain(run.lane, until, lambda done: watch("write", done))

    waiting = list(runs)
    while waiting and time.monotonic() < until:
        every(engine, waiting, one)
        now = engine.clock()
        waiting = [run for run in waiting if run.code == 0 and run.due is not None and run.due - now <= SOON]
        if waiting:
            first = min(run.due for run in waiting if run.due is not None)
            engine.sleep(max(0.0, min((first - now).total_seconds(), until - time.monotonic())))
    for run in runs:
        if run.code == 0 and run.due is not None and run.lane is not None and run.lane.trouble is not None:
            explain(run, run.lane.trouble)  # work is left because the channel does not answer: that is not a success


def finish_report(engine: Engine, report: Report, state: str | None) -> Report:
    """Counts what is parked and closes the run's row."""
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
