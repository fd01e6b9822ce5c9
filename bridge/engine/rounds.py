"""The daemon's rounds over the shops, each safe to run at any time and twice: orders, tokens, changes, the night.

A round asks only shops that may go on; what waits for a person is asked after by the rounds of changes and of the night.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from bridge.engine.alerting import note_guards
from bridge.engine.categories import load_categories
from bridge.engine.context import Engine, Lane
from bridge.engine.drain import drain
from bridge.engine.enduring import every
from bridge.engine.hurry import urgent_shops, with_urgent_writes
from bridge.engine.order_writes import only_kinds
from bridge.engine.pull import pull_orders
from bridge.engine.runs import Report, ShopRun
from bridge.engine.settle import forget_expired
from bridge.engine.sync import ready, shops_of, sync_shops
from bridge.errors import ChannelError, UserError
from bridge.model import OpKind
from bridge.store.shops import ShopView
from bridge.store.tables import Facet, GrantRow, Listing, OperationRow, Shop

SLICE_S = 300.0  # a long run is cut, so that its shops' orders are fetched in between
PAUSES_S = (2.0, 8.0, 20.0)  # before a shop that somebody is at is tried again
AHEAD = timedelta(minutes=20)  # how long before its end an access token is renewed
REFRESH_AHEAD = timedelta(days=7)  # the same for a refresh token, where no end of the access token is known
HANDED = (OpKind.CANCEL, OpKind.SHIP, OpKind.VISIBILITY, OpKind.STOCK)
log = structlog.get_logger()


def pull_round(engine: Engine) -> list[ShopRun]:
    """Fetches the orders of every shop that nobody works on; whoever does has fetched them at its beginning."""
    engine.begin()
    runs = [ShopRun(shop=shop) for shop in shops_of(engine) if shop.state == "ok"]
    every(engine, runs, lambda run: pull_one(engine, run))
    return runs


def pull_one(engine: Engine, run: ShopRun) -> None:
    """One shop's, under its lease."""
    if not ready(engine, run, None):
        return
    assert run.lane is not None
    if not run.lane.enter():
        run.beside = True
        return
    run.lane.between = send_handed
    try:
        pull_orders(run.lane)
        forget_expired(run.lane)
        send_handed(run.lane)
    finally:
        run.lane.leave()


def send_handed(lane: Lane) -> None:
    """Whoever holds a shop sends what cannot wait: others wrote it down meanwhile and left it to us."""
    lane.shop = only_kinds(lane, HANDED)
    with lane.engine.store.read() as session:
        due = with_urgent_writes(session, [lane.shop.shop_id], lane.engine.clock())
    if due:
        drain(lane, time.monotonic() + SLICE_S)


def renew_round(engine: Engine) -> list[ShopRun]:
    """Renews tokens before they end, so that no call has to wait for it. Gives the shops whose token was due."""
    with engine.store.read() as session:
        due = due_tokens(session, engine)
    runs = [ShopRun(shop=shop) for shop in shops_of(engine, due)]
    every(engine, runs, lambda run: renew_one(engine, run))
    return runs


def due_tokens(session: Session, engine: Engine) -> list[int]:
    """Shops whose token ends soon. A channel that tells no end renews when a call is refused."""
    now = engine.clock()
    untold = and_(col(GrantRow.access_until).is_(None), col(GrantRow.refresh_until) <= now + REFRESH_AHEAD)
    ends = or_(col(GrantRow.access_until) <= now + AHEAD, untold)
    query = select(col(Shop.id)).join(GrantRow, col(GrantRow.id) == col(Shop.grant_id))
    query = query.where(col(GrantRow.state) == "ok", ends).order_by(col(Shop.id))
    return [key for key in session.execute(query).scalars() if key is not None]


def renew_one(engine: Engine, run: ShopRun) -> None:
    """One shop's token; where another shop of the same grant was first, its pair is found in force."""
    if not ready(engine, run, None):
        return
    assert run.lane is not None
    with engine.store.read() as session:
        still = run.shop.shop_id in due_tokens(session, engine)
    if still:
        vault = engine.ports(run.shop.channel, run.lane.count, run.lane.before_call).vault
        remote = run.shop.remote_shop_id
        vault.renew(remote, vault.current(remote).access_token)


def changes_round(engine: Engine) -> Report | None:
    """A run over the shops that need something: changed products and rules, what falls due, shops that were held. None: nothing."""
    shops = shops_of(engine)
    with engine.store.read() as session:
        needing = shops_with_work(session, engine, shops)
    needing |= urgent_shops(engine, shops)
    held = {shop.shop_id for shop in shops if shop.state not in ("ok", "auth")}
    return whole_run(
        engine, [shop for shop in shops if shop.state != "auth" and shop.shop_id in needing | held], "changes"
    )


def whole_run(engine: Engine, shops: Sequence[ShopView], kind: str) -> Report | None:
    """A run of everything. A guard holds only the businesses that tripped it: the others go on in a run of their own, and so do
    shops that somebody else was at, such as the round that fetches orders."""
    report: Report | None = None
    for pause in (*PAUSES_S, None):
        if not shops or engine.stopping.is_set():
            break
        report = sync_shops(engine, shops, kind, budget_s=SLICE_S)
        note_guards(engine, report)
        tripped = {run.shop.merchant_id for run in report.runs if run.trips and run.code == 6}
        busy = {run.shop.shop_id for run in report.runs if run.beside}
        shops = [each for each in shops if each.merchant_id not in tripped and (tripped or each.shop_id in busy)]
        if busy and pause is not None:
            engine.sleep(pause)
    return report


def shops_with_work(session: Session, engine: Engine, shops: Sequence[ShopView]) -> set[int]:
    """Shops with listings to map, facets to write, or operations that are due."""
    ids, now = [shop.shop_id for shop in shops], engine.clock()
    waits = or_(col(Listing.parked).is_(None), col(Facet.kind) == "visibility")
    queries = (
        select(col(Listing.shop_id)).where(col(Listing.stale)),
        select(col(Listing.shop_id)).where(col(Listing.shop_id).in_(ids), col(Listing.valid_until) <= now),
        select(col(Facet.shop_id))
        .join(Listing, col(Listing.id) == col(Facet.listing_id))
        .where(col(Facet.dirty), waits),
        select(col(OperationRow.shop_id)).where(
            col(OperationRow.shop_id).in_(ids),
            col(OperationRow.state).in_(("pending", "accepted", "unknown")),
            col(OperationRow.due_at) <= now,
        ),
    )
    return {shop_id for query in queries for shop_id in session.execute(query.distinct()).scalars()}


def night_round(engine: Engine, only: frozenset[int] | None = None) -> Report | None:
    """Every shop, or `only` these, whole: asked after, fetched, planned, written; old lists of categories are read before."""
    shops = [each for each in shops_of(engine) if each.state != "auth" and (only is None or each.shop_id in only)]
    refresh_categories(engine, shops)
    return whole_run(engine, shops, "night")


def refresh_categories(engine: Engine, shops: Sequence[ShopView]) -> None:
    """One list for each channel, a day before the kept one would be refused. A channel that cannot be asked keeps its old one."""
    days = max(1, engine.settings.schema_days - 1)
    early = replace(engine, settings=engine.settings.model_copy(update={"schema_days": days}))
    first = {shop.channel: shop for shop in reversed(shops) if shop.state == "ok"}
    for channel, shop in sorted(first.items()):
        try:
            if ready(early, ShopRun(shop=shop), None):
                load_categories(early, shop)
        except (ChannelError, UserError) as error:
            log.warning("categories not refreshed", channel=channel, error=str(error))
