"""The daemon's timetable: APScheduler gives the beat, a lease lets one daemon of a database work, the engine does the work.

A second daemon on the same database receives webhooks and waits; it takes over when the first ends or its lease runs out. Every job
runs once at a time (`max_instances`), and once however many beats were missed (`coalesce`, however late): after a night with the
lid shut orders are fetched once, not 500 times. What happens once a day is remembered in the database, so that a restart neither
repeats a night nor forgets it; shops that another run held then are tried again some minutes later.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bridge.engine.alerting import Words, fetching_shops, last_pulls, tell_alerts
from bridge.engine.auditing import audit_shops
from bridge.engine.context import Engine
from bridge.engine.days import DayEnd, Days, day_end
from bridge.engine.inbox import purge_inbox
from bridge.engine.privacy import purge_due
from bridge.engine.reacting import Reactor
from bridge.engine.roads import Road, RoadFailed
from bridge.engine.rounds import changes_round, night_round, pull_round, renew_round
from bridge.engine.runs import URGENCY, ShopRun
from bridge.engine.sync import shops_of
from bridge.errors import BridgeError
from bridge.planning.clock import last_due
from bridge.store.inbox import count_waiting
from bridge.store.jobs import list_jobs
from bridge.store.leases import Held, drop_lease, renew_lease, take_lease

LEASE, LEASE_LIFE, LEASE_PACE_S = "timetable", timedelta(seconds=60), 15.0
LOOK_S = 2.0  # how soon a change of another process is seen
GATHER_S = 0.3  # webhooks come in swarms: the first one is followed at once, the next wait for each other
TOKENS_S, ALERTS_S, DAILY_S = 300, 60, 30
NIGHT, NIGHT_ZONE = "23:15", "Asia/Jakarta"  # a quarter of an hour after Shopee's quota of the day begins anew
AUDIT = "03:00"  # by the office's clock: listings are read again when few people buy
NIGHT_GRACE, DIGEST_GRACE = timedelta(hours=23), timedelta(hours=2)  # how late each is still made up for
STOP_S = 120.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Herald:
    """How people are told: the roads, and alerts and the summary of the day in words."""

    roads: Sequence[Road]
    alerts: Words
    digest: Callable[[], tuple[str, str]]


class Daemon:
    """Everything that runs by itself. `start` returns at once; `stop` waits for the calls that are under way."""

    def __init__(self, engine: Engine, herald: Herald) -> None:
        def sleep(seconds: float) -> None:
            engine.stopping.wait(seconds)

        self._engine = replace(engine, sleep=sleep)
        self._herald = herald
        self._stopping, self._woken, self._hooked = engine.stopping, threading.Event(), False
        self._lease: Held | None = None
        self._leased_at = 0.0
        self._whole = threading.Lock()  # one run over everything at a time
        self._days, self._reactor = Days(), Reactor()
        self._ended: dict[str, tuple[datetime, int]] = {}
        self._threads = [
            threading.Thread(target=self._keep_lease, name="lease", daemon=True),
            threading.Thread(target=self._react, name="react", daemon=True),
            threading.Thread(target=self._catch_up, name="late", daemon=True),
        ]
        self._scheduler = self._timetable()

    def start(self) -> None:
        """Takes the lease if it is free, and begins."""
        self._hold()
        self._scheduler.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends in order: nothing is left half done, and another daemon can begin at once."""
        self._stopping.set()
        self._woken.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(STOP_S)
        if self._lease is not None:
            drop_lease(self._engine.store, self._lease)
            self._lease = None

    def wake(self) -> None:
        """A webhook came in: it is looked at now."""
        self._hooked = True
        self._woken.set()

    @property
    def leads(self) -> bool:
        """Whether this daemon keeps the timetable, by its own clock. After the computer slept two may believe it until the next
        renewal; the leases of the shops and the rows of the days keep them apart all the same."""
        return self._lease is not None and time.monotonic() - self._leased_at < LEASE_LIFE.total_seconds()

    # --- the beat ---

    def _timetable(self) -> BackgroundScheduler:
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a beat that is left out is no news
        scheduler = BackgroundScheduler(
            timezone=ZoneInfo(self._engine.settings.timezone),
            executors={"default": ThreadPoolExecutor(len(self._jobs()))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for name, (seconds, work) in self._jobs().items():
            scheduler.add_job(
                self._run, "interval", args=(name, work), seconds=seconds, id=name, next_run_time=datetime.now(UTC)
            )
        return scheduler

    def _jobs(self) -> dict[str, tuple[int, Callable[[Engine], int]]]:
        """Every job with its beat in seconds. Those of a day look each half minute whether they are due."""
        settings = self._engine.settings
        return {
            "orders": (settings.orders_every_s, self._orders),
            "tokens": (TOKENS_S, lambda engine: worst(renew_round(engine))),
            "changes": (settings.changes_every_s, self._changes),
            "alerts": (ALERTS_S, self._alerts),
            "night": (DAILY_S, self._night),
            "audit": (DAILY_S, self._audit),
            "digest": (DAILY_S, self._digest),
        }

    def _run(self, name: str, work: Callable[[Engine], int]) -> None:
        """One job, if this daemon keeps the timetable. Whatever happens to it, its next beat comes."""
        if self._stopping.is_set() or not self.leads:
            return
        engine = replace(self._engine, rules={}, refused_apps={})  # what one run learns is not cleared by another
        try:
            code = work(engine)
        except BridgeError as error:
            code = int(getattr(error, "exit_code", 4))
            log.warning("job ended early", job=name, code=code, error=str(error))
        except Exception:
            code = 1
            log.exception("job failed", job=name)
        self._ended[name] = (engine.clock(), code)

    def _react(self) -> None:
        """Looks every other second, and at once when a webhook came."""
        while not self._stopping.is_set():
            self._woken.wait(LOOK_S)
            self._woken.clear()
            hooked, self._hooked = self._hooked, False
            self._run("react", lambda engine: code_of_report(self._reactor.react(engine)))
            if hooked:
                self._stopping.wait(GATHER_S)

    def _catch_up(self) -> None:
        """Hints that had to wait are followed beside it, so that no sale waits for them."""
        while not self._stopping.wait(LOOK_S):
            self._run("late", self._late)

    def _keep_lease(self) -> None:
        """Renews the lease, or takes it when the other daemon is gone."""
        while not self._stopping.wait(LEASE_PACE_S if self.leads else LOOK_S):
            try:
                self._hold()
            except BridgeError as error:
                log.warning("lease not renewed", error=str(error))

    def _hold(self) -> None:
        """Keeps or takes the lease. Whoever takes it fetches orders at once: they may have waited for long."""
        begun, store, led = time.monotonic(), self._engine.store, self.leads
        held = renew_lease(store, self._lease, LEASE_LIFE) if self._lease is not None else None
        self._lease = held if held is not None else take_lease(store, LEASE, self._engine.holder, LEASE_LIFE)
        self._leased_at = begun
        if self.leads and not led and self._scheduler.running:
            self._scheduler.modify_job("orders", next_run_time=datetime.now(UTC))

    # --- the jobs ---

    def _orders(self, engine: Engine) -> int:
        runs = pull_round(engine)
        self._reactor.heard(runs)
        self._woken.set()  # whoever found a shop taken comes again
        return worst(runs)

    def _late(self, engine: Engine) -> int:
        if self._reactor.catch_up(engine):
            self._woken.set()
        return 0

    def _changes(self, engine: Engine) -> int:
        if not self._whole.acquire(blocking=False):
            return 0  # the run of the night does it
        try:
            return code_of_report(changes_round(engine))
        finally:
            self._whole.release()

    def _alerts(self, engine: Engine) -> int:
        return 4 if tell_alerts(engine, self._herald.roads, self._herald.alerts).failed else 0

    def _night(self, engine: Engine) -> int:
        at, zone = engine.settings.nightly_at, self._zone
        due = last_due(at, zone, engine.clock()) if at else last_due(NIGHT, ZoneInfo(NIGHT_ZONE), engine.clock())

        def whole(only: frozenset[int] | None) -> DayEnd:
            purge_inbox(engine)
            purge_due(engine)
            with self._whole:
                report = night_round(engine, only)
            return DayEnd(code_of_report(report), day_end(report.runs if report is not None else ()).held)

        return self._days.once(engine, "night", due, NIGHT_GRACE, whole)

    def _audit(self, engine: Engine) -> int:
        due = last_due(AUDIT, self._zone, engine.clock())

        def read(only: frozenset[int] | None) -> DayEnd:
            shops = [shop for shop in shops_of(engine) if shop.state == "ok" and (only is None or shop.shop_id in only)]
            return day_end(audit_shops(engine, shops).runs)

        return self._days.once(engine, "audit", due, NIGHT_GRACE, read)

    def _digest(self, engine: Engine) -> int:
        at = engine.settings.digest_at
        if not at or not self._herald.roads:
            return 0
        due = last_due(at, self._zone, engine.clock())
        sent = [
            self._days.once(engine, f"digest/{road.name}", due, DIGEST_GRACE, partial(self._send_digest, road), True)
            for road in self._herald.roads
        ]
        return max(sent)

    def _send_digest(self, road: Road, _only: frozenset[int] | None) -> DayEnd:
        try:
            road.send(*self._herald.digest())
        except RoadFailed as error:
            log.warning("digest not sent", road=road.name, error=str(error))
            return DayEnd(4)
        return DayEnd(0)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._engine.settings.timezone)

    # --- how it is ---

    def health(self) -> Mapping[str, Any]:
        """Whether all is well, in numbers that name nobody. `late`: orders were not fetched for too long."""
        engine = self._engine
        shops = shops_of(engine)
        with engine.store.read() as session:
            pulled, waiting = last_pulls(session), count_waiting(session)
            daily = {job.name: (job.ended_at, job.code) for job in list_jobs(session) if job.ended_at is not None}
        oldest = max((engine.clock() - pulled[key] for key in fetching_shops(engine, shops)), default=None)
        late = oldest is not None and oldest > timedelta(minutes=engine.settings.alert_pull_min)
        return {
            "status": "late" if late else "ok",
            "timetable": "here" if self.leads else "elsewhere",
            "shops": len(shops),
            "shops_waiting_for_a_person": sum(shop.state != "ok" for shop in shops),
            "oldest_pull_s": None if oldest is None else round(oldest.total_seconds()),
            "hints_waiting": waiting,
            "jobs": {
                name: {"ended_at": ended.isoformat(), "code": code}
                for name, (ended, code) in sorted({**self._ended, **daily}.items())
                if ended is not None
            },
        }


def worst(runs: Sequence[ShopRun]) -> int:
    """The exit code that the same work would have had as a command."""
    return next((code for code in URGENCY if any(run.code == code for run in runs)), 0)


def code_of_report(report: Any) -> int:
    """The same of a run; 0 where there was nothing to do."""
    return 0 if report is None else int(report.code)
