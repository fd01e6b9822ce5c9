"""Reading listings again: a share of each shop a night, compared with the reading before it. Writes nothing to a channel.

Only `jembatan drift check`, `sync --audit` and the night's job come here, so that a plain run makes no call more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bridge.connectors.base import Find
from bridge.engine.context import Engine, Lane
from bridge.engine.enduring import every
from bridge.engine.figures_first import LONGEST_LAG
from bridge.engine.judging import Question, Reading, ask_stock, judge_readings
from bridge.engine.pull import pull_orders
from bridge.engine.readings import PIECE, read_piece
from bridge.engine.runs import URGENCY, ShopRun, Watch
from bridge.engine.settle import forget_expired
from bridge.engine.strays import open_missing, open_unknown
from bridge.engine.sync import ready
from bridge.model import RemoteListing
from bridge.planning.drift import share_of, too_many_gone
from bridge.planning.guard import GuardRule
from bridge.store.drift import close_written, next_to_read
from bridge.store.listings import live_count
from bridge.store.orders import cursor_of
from bridge.store.shops import ShopView
from bridge.store.tables import Listing

PAUSES_S = (2.0, 8.0, 20.0)  # before a shop that somebody is at is tried again
SAMPLE = 5  # listings of a shop that were written since the last reading and come first


@dataclass(kw_only=True)
class Audited:
    """What one shop's reading came to."""

    listings: int = 0  # that the shop has
    wanted: int = 0
    read: int = 0
    calls: int = 0
    found: list[int] = field(default_factory=list)  # rows of `drift` that this reading opened or saw again


@dataclass(kw_only=True)
class AuditReport:
    """What a reading of several shops came to, and how each ended."""

    runs: list[ShopRun]
    shops: dict[int, Audited]

    @property
    def code(self) -> int:
        """The exit code of the whole."""
        found = {run.code for run in self.runs}
        return next((code for code in URGENCY if code in found), 0)

    @property
    def found(self) -> list[int]:
        """Rows of `drift`, over all shops."""
        return [key for each in self.shops.values() for key in each.found]


def audit_shops(
    engine: Engine,
    shops: Sequence[ShopView],
    budget: int | None = None,
    full: bool = False,
    watch: Watch | None = None,
) -> AuditReport:
    """Reads a night's share of each shop, `budget` calls each at most (the setting `audit_calls`), and records what differs.

    `full`: all listings without a budget, also those that are not ours. A shop that another run holds is left out (code 7).
    """
    engine.begin()
    watch = watch if watch is not None else Watch()
    calls = budget if budget is not None else engine.settings.audit_calls
    runs = [ShopRun(shop=shop) for shop in shops]
    report = AuditReport(runs=runs, shops={shop.shop_id: Audited() for shop in shops})

    def one(run: ShopRun) -> None:
        try:
            audit_shop(engine, run, report.shops[run.shop.shop_id], None if full else calls, watch)
        finally:
            if run.lane is not None:
                run.lane.leave()

    every(engine, runs, one)
    return report


def audit_shop(engine: Engine, run: ShopRun, told: Audited, budget: int | None, watch: Watch) -> None:
    """One shop. Orders are pulled before, so that our own figures are known, and after, so that what was bought is no drift.

    The shop is not held while it is read and while its order list catches up: stock that has to go out does not wait for that.
    """
    if not ready(engine, run, None) or run.lane is None:
        return
    lane = run.lane
    can = lane.connector.capabilities()
    if can.by_file or Find.ID not in can.finds:
        return
    if not lane.enter():
        run.fail(
            7,
            "{shop}: another run is working on this shop. Wait until it has ended; a killed one lets go within two minutes.",
        )
        return
    pull_orders(lane)
    forget_expired(lane)
    with engine.store.write() as session:
        close_written(session, run.shop.shop_id, engine.clock())
        told.listings = live_count(session, run.shop.shop_id)
        share = told.listings if budget is None else share_of(told.listings, engine.settings.audit_nights)
        listings = next_to_read(session, run.shop.shop_id, share, SAMPLE)
    told.wanted = len(listings)
    watch("audit", 0, told.wanted)
    questions = ask_stock(lane, listings)
    lane.leave()
    before = lane.count.reads
    readings, gone = (
        read_all(lane, listings, told, watch) if budget is None else read_some(lane, listings, budget, watch)
    )
    told.calls = lane.count.reads - before
    told.read = len(readings)
    check_gone(run, told, listings, gone)
    wait_for_orders(lane, readings, questions)
    if not enter_again(lane):
        run.fail(
            7,
            "{shop}: another run is working on this shop. Wait until it has ended; a killed one lets go within two minutes.",
        )
        return
    covered = cover_reading(lane, readings, questions)
    told.found += judge_readings(lane, readings, questions if covered else {})


def wait_for_orders(lane: Lane, readings: Sequence[Reading], questions: dict[int, Question]) -> None:
    """Lets the channel's order list catch up with the readings, where figures are to be judged."""
    lag = lane.connector.capabilities().list_lag
    if readings and questions and lag <= LONGEST_LAG:
        wait(lane.engine, max(reading.at for reading in readings) + lag)


def enter_again(lane: Lane) -> bool:
    """Takes the shop back; a run that is at it just now may end soon."""
    for pause in (*PAUSES_S, None):
        if lane.enter():
            return True
        if pause is not None:
            lane.engine.sleep(pause)
    return False


def read_some(
    lane: Lane, listings: Sequence[Listing], budget: int | None, watch: Watch
) -> tuple[list[Reading], list[Listing]]:
    """Readings of as many listings as the budget allows, and those that the channel did not tell of although it was asked."""
    most = None if budget is None else lane.count.reads + budget
    readings: list[Reading] = []
    gone: list[Listing] = []
    for start in range(0, len(listings), PIECE):
        if most is not None and lane.count.reads >= most:
            break
        piece = listings[start : start + PIECE]
        found = read_piece(lane, piece, most)
        readings += found[0]
        watch("audit", len(found[0]))
        if found[1]:
            gone += [each for each in piece if each.id not in {reading.listing_id for reading in found[0]}]
    return readings, gone


def read_all(
    lane: Lane, listings: Sequence[Listing], told: Audited, watch: Watch
) -> tuple[list[Reading], list[Listing]]:
    """Everything that the shop shows: ours, and what is not ours, which is recorded at once. Without a list of all, ours by id."""
    if Find.ALL not in lane.connector.capabilities().finds:
        return read_some(lane, listings, None, watch)
    known = {str(each.remote_item_id): each for each in listings}
    at, readings, others = lane.engine.clock(), dict[int, Reading](), list[RemoteListing]()
    for remote in pages(lane):
        if remote.remote_id in known:
            key = known[remote.remote_id].id or 0
            readings[key] = Reading(key, remote, at)
            watch("audit", 1)
        else:
            others.append(remote)
    told.found += open_unknown(lane, others)
    return list(readings.values()), [each for each in listings if each.id not in readings]


def pages(lane: Lane) -> Iterator[RemoteListing]:
    """All listings, as long as nobody asked this process to end."""
    for remote in lane.connector.listings(Find.ALL, (), None):
        lane.engine.go_on()
        yield remote


def check_gone(run: ShopRun, told: Audited, listings: Sequence[Listing], gone: Sequence[Listing]) -> None:
    """What is not there is looked for once more by id; if it is gone then, a person decides. When too many are, the answer is
    not believed: nothing is recorded, and the shop ends like a run that the guard stopped."""
    assert run.lane is not None
    lane, engine = run.lane, run.lane.engine
    if not gone:
        return
    again = [
        reading
        for start in range(0, len(gone), PIECE)
        for reading in read_piece(lane, gone[start : start + PIECE], None)[0]
    ]
    there = {reading.listing_id for reading in again}
    missing = [each for each in gone if each.id not in there]
    rule = GuardRule(engine.settings.guard_share, engine.settings.guard_minimum)
    if too_many_gone({each.id or 0 for each in missing}, len(listings), rule):
        run.fail(
            6,
            "{shop}: the channel does not tell of {count} of the {total} listings that were asked for. Nothing is made anew for "
            "that; look into the seller centre.",
            count=len(missing),
            total=len(listings),
        )
        return
    told.found += open_missing(lane, missing)


def cover_reading(lane: Lane, readings: Sequence[Reading], questions: dict[int, Question]) -> bool:
    """A pull that began after the readings and the list's lag, and saw every order. Without a figure to judge none is made."""
    can, engine = lane.connector.capabilities(), lane.engine
    if not readings or not questions or can.orders_by is None or can.list_lag > LONGEST_LAG:
        return False
    wait_until = max(reading.at for reading in readings) + can.list_lag
    pull_orders(lane)
    with engine.store.read() as session:
        cursor = cursor_of(session, lane.shop.shop_id)
    return cursor is not None and cursor.covered_at is not None and cursor.covered_at >= wait_until


def wait(engine: Engine, until: datetime) -> None:
    """Lets time pass."""
    rest = (until - engine.clock()).total_seconds()
    if rest > 0:
        engine.sleep(rest)
