"""Alerts: what there is to tell is read from the store, told once on every road, and remembered until its cause ends.

A road that fails is tried again at the next look, without telling anything twice on the others.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from bridge.engine.authorisations import authorisations
from bridge.engine.context import Engine
from bridge.engine.drifting import red_shops
from bridge.engine.refusals import refused
from bridge.engine.roads import Road, RoadFailed
from bridge.engine.runs import Report, ShopRun
from bridge.engine.sync import ready, shops_of
from bridge.errors import UserError
from bridge.planning.alerts import Alert, Kind, Oversold, ShopFacts, alerts_of, begun, ended
from bridge.store.alerts import close_alerts, mark_told, open_alerts, told_alerts
from bridge.store.catalog import row_id
from bridge.store.figures import oversold
from bridge.store.shops import ShopView
from bridge.store.tables import AlertRow, Cursor, Merchant, Shop

Words = Callable[[Sequence[Alert]], tuple[str, str]]  # a heading and the text of one message
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Told:
    """What one look came to: all alerts there are, and by road how many went out now or could not."""

    alerts: list[Alert]
    sent: dict[str, int]
    failed: dict[str, str]


def current_alerts(engine: Engine) -> list[Alert]:
    """All alerts there are now. Reads only, and asks no channel."""
    shops = shops_of(engine)
    ends = {auth.shop: auth for auth in authorisations(engine)}
    counts = Counter(row.shop for row in refused(engine) if not row.changed)
    red = red_shops(engine)
    with engine.store.read() as session:
        pulled, guarded = last_pulls(session), guarded_merchants(session)
        missing = [Oversold(*row) for row in oversold(session)]
    fetching = fetching_shops(engine, shops)
    facts = [
        ShopFacts(
            shop=shop.shop_id,
            merchant=shop.merchant_id,
            state=shop.state,
            reason=shop.reason,
            pulled_at=pulled.get(shop.shop_id) if shop.shop_id in fetching else None,
            refused=counts[shop.shop_id],
            endings=ends[shop.shop_id].endings if shop.shop_id in ends else (),
            red=red.get(shop.shop_id, 0),
        )
        for shop in shops
    ]
    longest = timedelta(minutes=engine.settings.alert_pull_min)
    return alerts_of(facts, guarded, engine.clock(), longest, missing)


def last_pulls(session: Session) -> dict[int, datetime]:
    """When all orders of each shop were known last; of a new shop since when that is waited for."""
    query = select(col(Shop.id), col(Shop.created_at), Cursor)
    query = query.outerjoin(Cursor, (col(Cursor.shop_id) == col(Shop.id)) & (col(Cursor.stream) == "orders"))
    found: dict[int, datetime] = {}
    for key, created, cursor in session.execute(query):
        found[key] = created if cursor is None else cursor.covered_at if cursor.covered_at is not None else cursor.at
    return found


def fetching_shops(engine: Engine, shops: Sequence[ShopView]) -> set[int]:
    """The shops whose orders are fetched. One shop is asked for all that are reached in the same way."""
    ways: dict[tuple[str, str | None], bool] = {}
    found = set()
    for shop in shops:
        way = (shop.channel, shop.settings.get("base_url"))
        if shop.state == "ok" and way not in ways:
            ways[way] = fetches_orders(engine, shop)
        if shop.state == "ok" and ways[way]:
            found.add(shop.shop_id)
    return found


def fetches_orders(engine: Engine, shop: ShopView) -> bool:
    """Whether orders are fetched from its channel: not where it has closed, and not where a person carries files."""
    try:
        run = ShopRun(shop=shop)
        if not ready(engine, run, None) or run.lane is None:
            return False
        can = run.lane.connector.capabilities()
        return can.orders_by is not None and not can.by_file
    except UserError:  # its connector is not installed any more
        return False


def guarded_merchants(session: Session) -> list[int]:
    """Businesses that a guard holds, as the last run over them left it."""
    names = session.execute(select(col(AlertRow.subject)).where(col(AlertRow.kind) == Kind.GUARD.value)).scalars()
    return [int(name.partition("/")[2]) for name in names]


def merchant_names(engine: Engine) -> dict[int, str]:
    """The businesses by number."""
    with engine.store.read() as session:
        return {row_id(row): row.name for row in session.execute(select(Merchant)).scalars()}


def note_guards(engine: Engine, report: Report) -> None:
    """Remembers which businesses a guard holds after a run, and forgets those that passed it."""
    tripped = {run.shop.merchant_id for run in report.runs if run.trips and run.code == 6}
    passed = {run.shop.merchant_id for run in report.runs if run.plan is not None} - tripped
    with engine.store.write() as session:
        open_alerts(session, [(Kind.GUARD.value, f"merchant/{key}") for key in sorted(tripped)], engine.clock())
        if report.code != 6:  # else the others were planned and held as well
            close_alerts(session, [(Kind.GUARD.value, f"merchant/{key}") for key in sorted(passed)])


def tell_alerts(engine: Engine, roads: Sequence[Road], words: Words) -> Told:
    """Tells what began since the last look, on every road once. Without roads nothing is remembered as told."""
    alerts = current_alerts(engine)
    with engine.store.write() as session:
        known = told_alerts(session)
        close_alerts(session, ended(alerts, known))
        open_alerts(session, [alert.name for alert in begun(alerts, known)], engine.clock())
    before = {name: set(row.told) for name, row in known.items()}
    told = Told(alerts, {}, {})
    for road in roads:
        fresh = [alert for alert in alerts if road.name not in before.get(alert.name, set())]
        if fresh:
            tell_on(engine, road, fresh, words, told)
    return told


def tell_on(engine: Engine, road: Road, fresh: Sequence[Alert], words: Words, told: Told) -> None:
    """One message on one road; remembered once it is out. Killed in between it would be told twice, never not at all."""
    try:
        road.send(*words(fresh))
    except RoadFailed as error:
        told.failed[road.name] = str(error)
        log.warning("alert not sent", road=road.name, error=str(error))
        return
    engine.reach("alert:sent")
    with engine.store.write() as session:
        mark_told(session, [alert.name for alert in fresh], road.name)
    told.sent[road.name] = len(fresh)
