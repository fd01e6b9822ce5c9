"""Webhooks: kept when an app of ours signed them, then followed by reading again. What they say is never believed.

Reading by id needs no lease: an order is compared and booked under the lock on its row, whoever reads it. A hint is settled with
what it led to or after it, so that a crash only reads once more; and the order list is pulled anyway. Listings are
read as an audit reads them, which needs the shop: where a run is at it they are left to the next night, and so is an echo of
our own writes.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bridge.connectors import registry
from bridge.connectors.base import Find, Plugin, WebhookSecret, WebhookSource
from bridge.engine.checking import check_lane
from bridge.engine.context import Engine, Lane
from bridge.engine.enduring import every
from bridge.engine.judging import judge_readings
from bridge.engine.pull import read_orders
from bridge.engine.readings import read_listings
from bridge.engine.runs import ShopRun
from bridge.engine.sync import shops_of
from bridge.errors import Rejected, UserError
from bridge.planning.drift import RESETS
from bridge.store.catalog import row_id
from bridge.store.drift import busy_kinds, last_written, listings_by_remote_id
from bridge.store.inbox import Waiting, drop_hints, save_hints, settle_hints, waiting_hints
from bridge.store.shops import ShopView, app_settings, apps_of

REST_S = 5.0  # between two reads of one order
LIMIT = 2000  # hints of one look
PIECE = 20  # things that are read at a time; numbers that a marketplace does not know may cost two calls each
LOOK_S = 8.0  # then stock that changed has its turn, however large the flood
LONGEST = timedelta(hours=1)  # then the order list has told it
ECHO = timedelta(minutes=10)  # a hint about a listing that we have written ourselves tells nothing
KEPT = timedelta(days=7)  # longer than any marketplace repeats an event
log = structlog.get_logger()


@dataclass(kw_only=True)
class Recent:
    """Orders that were read just now. Hinted again they are read again a little later, once, however large the flood."""

    ticks: Callable[[], float] = time.monotonic
    read_at: dict[tuple[int, str], float] = field(default_factory=dict)

    def rests(self, shop_id: int, hint: Waiting) -> bool:
        """Whether something that it names was read within the last seconds."""
        since = self.ticks() - REST_S
        return any(self.read_at.get((shop_id, name), since) > since for name in named(hint))

    def note(self, shop_id: int, hints: Sequence[Waiting]) -> None:
        """What they name was read; what was read long ago is forgotten."""
        now = self.ticks()
        for key in [key for key, at in self.read_at.copy().items() if at <= now - REST_S]:
            self.read_at.pop(key, None)
        self.read_at.update({(shop_id, name): now for hint in hints for name in named(hint)})


def named(hint: Waiting) -> list[str]:
    """Orders and listings; the same number may stand for one of each."""
    return [f"order/{key}" for key in hint.order_ids] + [f"listing/{key}" for key in hint.listing_ids]


def hook_sources(engine: Engine) -> dict[str, WebhookSource]:
    """The channels that send webhooks."""
    plugins: Mapping[str, Plugin] = {**registry.plugins(), **engine.plugins}
    return {name: plugin for name, plugin in plugins.items() if isinstance(plugin, WebhookSource)}


def receive(
    engine: Engine, channel: str, source: WebhookSource, url: str, headers: Mapping[str, str], body: bytes
) -> bool:
    """Keeps what a webhook hints at, each event once. False: no app of ours signed it, and nothing is kept."""
    read = (source.read(url, headers, body, secret) for secret in secrets_of(engine, channel, source))
    hints = next((found for found in read if found is not None), None)
    if hints:
        engine.store.run(lambda session: save_hints(session, channel, hints, engine.clock()), lasting=False)
    return hints is not None


def secrets_of(engine: Engine, channel: str, source: WebhookSource) -> list[str]:
    """What the apps of a channel sign with; an app whose settings cannot be read hinders no other."""
    with engine.store.read() as session:
        every_app = [app_settings(app, engine.cipher) for app in apps_of(session, channel)]
    found = []
    for settings in every_app:
        try:
            found.append(
                source.webhook_secret(settings) if isinstance(source, WebhookSecret) else settings["app_secret"]
            )
        except UserError as error:
            log.warning("app cannot read webhooks", channel=channel, error=str(error))
    return found


def follow_hints(
    engine: Engine,
    but: Collection[int] = (),
    recent: Recent | None = None,
    shops_now: Sequence[ShopView] | None = None,
    **span: datetime,
) -> list[ShopRun]:
    """Reads again what waiting hints name, each order once however often it was named. Shops in `but` are left for later, and so
    are orders that were read just now. `after` or `until` a moment: only hints that came then."""
    recent = recent if recent is not None else Recent()
    with engine.store.read() as session:
        hints = waiting_hints(session, LIMIT, **span)
    if not hints:
        return []
    found = shops_now if shops_now is not None else shops_of(engine)
    shops = {(shop.channel, shop.remote_shop_id): shop for shop in found}
    by_shop: dict[int, list[Waiting]] = {}
    late = engine.clock() - LONGEST
    over = [each.inbox_id for each in hints if each.received_at < late or place(each) not in shops]
    settle(engine, over)
    gone = set(over)
    for each in hints:
        if each.inbox_id not in gone and not recent.rests(shops[place(each)].shop_id, each):
            by_shop.setdefault(shops[place(each)].shop_id, []).append(each)
    runs = [ShopRun(shop=shop) for shop in shops.values() if shop.shop_id in by_shop and shop.shop_id not in but]
    every(engine, runs, lambda run: follow(engine, run, by_shop[run.shop.shop_id], recent))
    return runs


def place(hint: Waiting) -> tuple[str, str]:
    """Which shop a hint is about."""
    return hint.channel, hint.remote_shop_id


def follow(engine: Engine, run: ShopRun, hints: Sequence[Waiting], recent: Recent) -> None:
    """One shop's hints; what is left of a flood after some seconds waits for the next look. Of a shop that waits for a person
    nothing is read; its pull catches up once it goes on."""
    run.lane = lane = Lane(engine=engine, shop=run.shop)
    if run.shop.state != "ok":
        settle(engine, [each.inbox_id for each in hints])
        return
    until = recent.ticks() + LOOK_S
    for some in pieces(hints):
        follow_piece(lane, some, recent)
        if recent.ticks() >= until:
            break


def pieces(hints: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    """Some at a time; those that name the same are answered by one reading, however many they are."""
    alike: dict[tuple[str, ...], list[Waiting]] = {}
    for each in hints:
        alike.setdefault(tuple(named(each)), []).append(each)
    groups = list(alike.values())
    for start in range(0, len(groups), PIECE):
        yield [each for group in groups[start : start + PIECE] for each in group]


def follow_piece(lane: Lane, hints: Sequence[Waiting], recent: Recent) -> None:
    """Some of them, settled together with what they led to, or once it is committed."""
    shop_id = lane.shop.shop_id
    recent.note(shop_id, hints)
    settled: set[int] = set()
    try:
        settled = read_again(lane, hints)
    except Rejected as error:
        log.warning("hint refused", shop=shop_id, error=type(error).__name__)
    settle(lane.engine, [each.inbox_id for each in hints if each.inbox_id not in settled])


def read_again(lane: Lane, hints: Sequence[Waiting]) -> set[int]:
    """What they name, each once; a hint that names nothing is about the shop itself. Gives those that are settled by that."""
    if any(not named(each) for each in hints):
        check_lane(lane)
    ids = list(dict.fromkeys(order_id for each in hints for order_id in each.order_ids))
    told = {each.inbox_id for each in hints if each.order_ids and not each.listing_ids}
    booked = read_orders(lane, ids, sorted(told))
    read_listings_again(lane, {listing_id for each in hints for listing_id in each.listing_ids})
    return told if booked else set()


def read_listings_again(lane: Lane, remote_ids: Collection[str]) -> None:
    """Compares listings of ours that somebody may have changed in the seller centre with the reading before."""
    can = lane.connector.capabilities()
    if not remote_ids or can.by_file or Find.ID not in can.finds:
        return
    with lane.engine.store.read() as session:
        listings = listings_by_remote_id(session, lane.shop.shop_id, sorted(remote_ids))
        ids = [row_id(each) for each in listings]
        ours = {key for key, _kind in busy_kinds(session, ids)}
        since = lane.engine.clock() - ECHO
        ours |= {key for (key, _facet), at in last_written(session, ids, RESETS).items() if at > since}
    listings = [each for each in listings if row_id(each) not in ours]
    if not listings or not lane.enter():
        return
    try:
        judge_readings(lane, read_listings(lane, listings), {})
    finally:
        lane.leave()


def settle(engine: Engine, inbox_ids: Sequence[int]) -> None:
    """These wait no more."""
    if inbox_ids:
        engine.store.run(lambda session: settle_hints(session, inbox_ids, engine.clock()), lasting=False)
    engine.reach("inbox:settled")


def purge_inbox(engine: Engine) -> None:
    """Forgets events that were followed long ago."""
    with engine.store.write() as session:
        drop_hints(session, engine.clock() - KEPT)
