"""The daemon: one timetable per database, days that are neither repeated nor forgotten, and an end in order."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge import scheduler
from bridge.engine import auditing, rounds
from bridge.engine.context import Engine
from bridge.engine.days import DayEnd, Days
from bridge.engine.roads import Road, RoadFailed
from bridge.errors import TryLater
from bridge.planning.alerts import Alert
from bridge.scheduler import Daemon, Herald
from bridge.store.jobs import begin_job, end_job, list_jobs
from bridge.store.leases import drop_lease, holder_of, take_lease
from bridge.store.tables import Run
from tests.engine.world import World

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # where the database makes no difference


@dataclass
class Notebook:
    """A road that writes down."""

    name: str = "notebook"
    told: list[str] = field(default_factory=list)
    fails: bool = False

    def send(self, heading: str, text: str) -> None:
        if self.fails:
            raise RoadFailed("no paper")
        self.told.append(f"{heading}: {text}")


def words(alerts: Sequence[Alert]) -> tuple[str, str]:
    return "alerts", " ".join(alert.subject for alert in alerts)


def daemon_of(engine: Engine, *roads: Road) -> Daemon:
    return Daemon(engine, Herald(roads, words, lambda: ("summary", "of the day")))


def second_engine(world: World) -> Engine:
    """Another process's way to the same database."""
    mine = world.engine
    return Engine(settings=mine.settings, store=mine.store, cipher=mine.cipher, clock=mine.clock)


@contextmanager
def started(daemon: Daemon) -> Iterator[Daemon]:
    daemon.start()
    try:
        yield daemon
    finally:
        daemon.stop()


def until(true: Callable[[], Any], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks and leases at a test's pace."""
    monkeypatch.setattr(scheduler, "LOOK_S", 0.1)
    monkeypatch.setattr(scheduler, "LEASE_PACE_S", 0.1)
    monkeypatch.setattr(scheduler, "GATHER_S", 0.0)
    monkeypatch.setattr(rounds, "PAUSES_S", (0.2, 0.5, 1.0))


def jobs_of(daemon: Daemon) -> set[str]:
    return set(daemon.health()["jobs"])


def test_everything_runs_at_once_and_a_change_of_another_process_goes_out(world: World, calm: None) -> None:
    world.add_product("Keripik Pisang", stock=10)
    with started(daemon_of(world.engine)) as daemon:
        until(lambda: {"orders", "changes", "night", "tokens", "alerts", "react"} <= jobs_of(daemon))
        until(lambda: world.shown())
        (code,) = world.codes(world.products()[0].id or 0)
        world.count(code, 3)
        until(lambda: world.shown()["Keripik Pisang"][code][1] == 3)
        found = daemon.health()
    assert (found["status"], found["timetable"], found["shops"], found["hints_waiting"]) == ("ok", "here", 1, 0)
    codes = {name: job["code"] for name, job in found["jobs"].items()}
    assert set(codes.values()) <= {0, 7}, f"at most one was at the shop when another came: {codes}"


def test_of_two_daemons_one_keeps_the_timetable_and_the_other_takes_over(world: World, calm: None) -> None:
    first, second = daemon_of(world.engine), daemon_of(second_engine(world))
    with started(second):
        until(lambda: "orders" in jobs_of(second))
        with started(first):
            time.sleep(0.4)
            assert (second.leads, first.leads) == (True, False)
            assert first.health()["timetable"] == "elsewhere"
            assert "orders" not in jobs_of(first)
            second.stop()
            until(lambda: first.leads, 5)
            assert not second.leads


@SQLITE
def test_a_daemon_that_leads_again_fetches_orders_at_once(world: World, calm: None) -> None:
    """After a database that another program had locked for minutes."""
    with started(daemon_of(world.engine)) as daemon:
        until(lambda: "orders" in jobs_of(daemon))
        done = daemon.health()["jobs"]["orders"]["ended_at"]
        daemon._leased_at -= 100
        assert not daemon.leads
        until(lambda: daemon.health()["jobs"]["orders"]["ended_at"] != done, 10)
        assert daemon.leads


@SQLITE
def test_a_daemon_that_lost_its_lease_does_nothing(world: World, calm: None) -> None:
    daemon = daemon_of(world.engine)
    daemon._hold()
    assert daemon.leads
    world.forget_leases()
    assert take_lease(world.engine.store, "timetable", "another", timedelta(seconds=60)) is not None
    daemon._hold()
    daemon._run("orders", lambda _engine: 0)
    assert jobs_of(daemon) == set()


@SQLITE
def test_an_error_ends_one_beat_and_not_the_next(world: World, calm: None) -> None:
    daemon = daemon_of(world.engine)
    daemon._hold()

    def bug(_engine: Engine) -> int:
        raise KeyError("bug")

    def busy(_engine: Engine) -> int:
        raise TryLater("The disk is full. Nothing half done is left: free some space, then run the command again.")

    for work, code in ((bug, 1), (busy, 4), (lambda _engine: 0, 0)):
        daemon._run("orders", work)
        assert daemon.health()["jobs"]["orders"]["code"] == code


@pytest.mark.parametrize(
    ("hour", "minute", "before", "runs"),
    [
        (17, 5, None, True),  # it is time
        (18, 59, None, True),  # started a little late
        (19, 5, None, False),  # too late for a summary
        (17, 5, "today", False),  # the daemon was only restarted
        (17, 5, "yesterday", True),
    ],
)
@SQLITE
def test_the_summary_is_sent_once_a_day(world: World, hour: int, minute: int, before: str | None, runs: bool) -> None:
    now = datetime(2026, 11, 26, hour - 7, minute, tzinfo=UTC)
    world.engine.clock = lambda: now
    due = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    if before is not None:
        with world.engine.store.write() as session:
            begin_job(session, "digest/notebook", due if before == "today" else due - timedelta(days=1), now)
            end_job(session, "digest/notebook", 0, now)
    road = Notebook()
    daemon = daemon_of(world.engine, road)
    daemon._hold()
    for _ in range(2):
        daemon._run("digest", daemon._digest)
    assert road.told == (["summary: of the day"] if runs else [])


def test_a_missed_night_is_made_up_for_once(world: World) -> None:
    now = [datetime(2026, 11, 26, 1, 0, tzinfo=UTC)]  # 08:00 WIB
    world.engine.clock = lambda: now[0]
    label = world.engine.settings.labels / "old.pdf"
    label.parent.mkdir(parents=True, exist_ok=True)
    label.write_bytes(b"a buyer's address")
    os.utime(label, (0, 0))
    daemon = daemon_of(world.engine)
    daemon._hold()
    for _ in range(2):
        daemon._run("night", daemon._night)
    assert not label.exists(), "what is due is deleted"
    again = daemon_of(world.engine)
    again._hold()
    again._run("night", again._night)
    with world.engine.store.read() as session:
        (job,) = list_jobs(session)
    assert (job.name, job.due_at, job.code) == ("night", datetime(2026, 11, 25, 16, 15, tzinfo=UTC), 0)
    assert [run.kind for run in world.rows(Run)] == ["night"]
    now[0] += timedelta(hours=16)
    again._run("night", again._night)
    assert [run.kind for run in world.rows(Run)] == ["night", "night"]


@SQLITE
def test_no_summary_without_a_time_or_without_roads(world: World) -> None:
    world.engine.clock = lambda: datetime(2026, 11, 26, 10, 5, tzinfo=UTC)
    road = Notebook()
    world.engine.settings.digest_at = ""
    silent = daemon_of(world.engine, road)
    assert silent._digest(world.engine) == 0
    world.engine.settings.digest_at = "17:00"
    assert daemon_of(world.engine)._digest(world.engine) == 0
    assert road.told == []


@SQLITE
def test_a_summary_that_could_not_be_sent_is_tried_again_on_that_road_only(world: World) -> None:
    world.engine.clock = lambda: datetime(2026, 11, 26, 10, 5, tzinfo=UTC)
    paper, wire = Notebook(), Notebook("wire", fails=True)
    daemon = daemon_of(world.engine, paper, wire)
    assert daemon._digest(world.engine) == 4
    wire.fails = False
    assert [daemon._digest(world.engine) for _ in range(2)] == [0, 0]
    assert paper.told == wire.told == ["summary: of the day"]


@SQLITE
def test_listings_are_read_again_once_a_night(world: World) -> None:
    world.engine.clock = lambda: datetime(
        2026, 11, 26, 1, 0, tzinfo=UTC
    )  # a morning: late in the evening it would be too late
    world.add_product("Keripik Pisang")
    world.sync()
    daemon = daemon_of(world.engine)
    assert daemon._audit(world.engine) == 0
    assert [job.name for job in world_jobs(world)] == ["audit"]
    assert world.tie("M01P001").seen == 10, "it was read"
    world.count("M01P001", 3)
    world.sync()
    assert daemon_of(world.engine)._audit(world.engine) == 0
    assert world.tie("M01P001").seen == 10, "not twice a night"


@pytest.mark.parametrize("name", ["audit", "night"])
@SQLITE
def test_shops_that_another_run_held_are_tried_again_some_minutes_later(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(rounds, "PAUSES_S", ())
    monkeypatch.setattr(auditing, "PAUSES_S", ())
    world.add_product("Keripik Pisang")
    world.sync()
    now = [datetime(2026, 11, 26, 1, 0, tzinfo=UTC)]
    world.engine.clock = lambda: now[0]
    daemon = daemon_of(world.engine)
    work = daemon._audit if name == "audit" else daemon._night
    lease = take_lease(world.engine.store, "shop/1", "another", timedelta(seconds=600))
    assert lease is not None
    assert work(world.engine) == 7
    assert [job.ended_at for job in world_jobs(world)] == [None]
    drop_lease(world.engine.store, lease)
    now[0] += timedelta(seconds=30)
    assert [job.ended_at for job in world_jobs(world) if work(world.engine) == 0] == [None], "not in a hot loop"
    now[0] += timedelta(minutes=3)
    assert work(world.engine) == 0
    assert [(job.name, job.code, job.ended_at) for job in world_jobs(world)] == [(name, 0, now[0])]
    assert work(world.engine) == 0
    held_again = take_lease(world.engine.store, "shop/1", "another", timedelta(seconds=600))
    now[0] += timedelta(minutes=3)
    assert (held_again is not None, work(world.engine)) == (True, 0), "once it was done, it is done"


def test_what_is_left_of_a_day_is_only_what_was_held(world: World) -> None:
    days, asked, now = Days(), [], [datetime(2026, 11, 26, 1, 0, tzinfo=UTC)]
    world.engine.clock = lambda: now[0]
    ends = [DayEnd(5, frozenset({1, 2})), DayEnd(7, frozenset({2})), DayEnd(0), DayEnd(0)]

    def work(only: frozenset[int] | None) -> DayEnd:
        asked.append(only)
        return ends[len(asked) - 1]

    due, grace = now[0], timedelta(hours=1)
    for minutes in (0, 1, 3, 3, 3):
        now[0] += timedelta(minutes=minutes)
        days.once(world.engine, "audit", due, grace, work)
    assert asked == [None, frozenset({1, 2}), frozenset({2})]
    now[0] += timedelta(days=1)
    days.once(world.engine, "audit", due, grace, work)
    days.once(world.engine, "audit", now[0], grace, work)
    assert asked[3:] == [None], "what is too late is left out, and another day asks all shops"


def world_jobs(world: World) -> list[Any]:
    with world.engine.store.read() as session:
        return list(list_jobs(session))


@SQLITE
def test_a_night_that_was_cut_off_is_begun_anew(world: World) -> None:
    world.engine.clock = lambda: datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    first = daemon_of(world.engine)
    world.engine.stopping.set()
    assert first._night(world.engine) in (0, 4)
    world.engine.stopping.clear()
    assert daemon_of(world.engine)._night(world.engine) == 0
    with world.engine.store.read() as session:
        (job,) = list_jobs(session)
    assert job.code == 0
    runs = [run.state for run in world.rows(Run)]
    assert runs[-1:] == ["done"]


@SQLITE
def test_health_says_when_orders_were_not_fetched_for_too_long(world: World) -> None:
    world.sync()
    daemon = daemon_of(world.engine)
    before = daemon.health()
    world.advance(31 * 60)
    after = daemon.health()
    assert (before["status"], after["status"]) == ("ok", "late")
    assert 31 * 60 <= after["oldest_pull_s"] < 32 * 60


@SQLITE
def test_it_ends_at_once_and_gives_the_lease_back(world: World, calm: None) -> None:
    with started(daemon_of(world.engine)) as daemon:
        until(lambda: "orders" in jobs_of(daemon))
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    with world.engine.store.read() as session:
        assert holder_of(session, "timetable") is None
        assert holder_of(session, "shop/1") is None
