"""Hints are followed by reading again: each order once however often it was named, and nothing is believed."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.connectors import registry
from bridge.engine.auditing import audit_shops
from bridge.engine.context import Lane
from bridge.engine.inbox import LONGEST, Recent, follow_hints, hook_sources, purge_inbox, receive
from bridge.engine.sync import shops_of
from bridge.errors import AuthExpired, ChannelUnavailable, Rejected
from bridge.model import Hint
from bridge.store.inbox import save_hints
from bridge.store.leases import holder_of
from bridge.store.tables import DriftRow, Inbox, Listing, Order, Shop
from tests.engine.world import World

URL = "https://jembatan.example/webhooks/memory"
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # where the database makes no difference


class Hooked:
    """The memory marketplace with webhooks: JSON of shop, key and ids, signed by the app's secret."""

    ok_status, refused_status = 200, 401

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def read(self, url: str, headers: Mapping[str, str], body: bytes, secret: str) -> Sequence[Hint] | None:
        if not hmac.compare_digest(headers.get("sign", ""), sign(body, secret)):
            return None
        told = json.loads(body)
        return [Hint(told["shop"], told["key"], tuple(told.get("orders", ())), tuple(told.get("listings", ())))]


def sign(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.fixture
def hooked(world: World) -> World:
    world.add_product("Keripik Pisang", stock=10)
    world.engine.plugins["memory"] = Hooked(registry.plugin("memory"))  # type: ignore[assignment]
    assert world.sync().code == 0
    return world


def tell(world: World, key: str, *orders: str, secret: str = "secret", **more: Any) -> bool:  # noqa: S107  the world's own
    body = json.dumps({"shop": world.shop, "key": key, "orders": orders, **more}).encode()
    source: Any = world.engine.plugins["memory"]
    return receive(world.engine, "memory", source, URL, {"sign": sign(body, secret)}, body)


def buy(world: World, pieces: int = 1) -> str:
    (code,) = world.codes(world.products()[0].id or 0)
    return world.market.buy(world.shop, {code: pieces})


def held(world: World) -> int:
    (code,) = world.codes(world.products()[0].id or 0)
    return world.balance(code).held


def test_a_hinted_order_is_read_and_booked_once_however_often_it_is_hinted(hooked: World) -> None:
    order = buy(hooked, 3)
    assert tell(hooked, "event", order)
    flood = [Hint(hooked.shop, f"event-{number}", (order,)) for number in range(1000)]
    with hooked.engine.store.write() as session:
        assert save_hints(session, "memory", flood, hooked.engine.clock()) == 1000
    (run,) = follow_hints(hooked.engine)
    assert run.lane is not None
    assert (run.code, run.lane.count.reads, run.lane.tally.orders_new) == (0, 1, 1)
    assert held(hooked) == 3
    assert follow_hints(hooked.engine) == [], "nothing waits"
    assert hooked.sync().summary()["orders_new"] == 0, "the pull books it no second time"
    assert held(hooked) == 3


@SQLITE
def test_an_order_that_was_read_just_now_waits_a_little_and_is_read_once_more(hooked: World) -> None:
    order, other, now = buy(hooked, 3), buy(hooked), [0.0]
    recent = Recent(ticks=lambda: now[0])
    read = []
    for tick in range(10):
        now[0] = float(tick)
        tell(hooked, f"event-{tick}", order)
        read.append(len(follow_hints(hooked.engine, recent=recent)))
    assert read == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    tell(hooked, "event-other", other)
    assert len(follow_hints(hooked.engine, recent=recent)) == 1, "another order does not wait for it"
    now[0] += 5
    assert len(follow_hints(hooked.engine, recent=recent)) == 1, "what was told meanwhile is not forgotten"
    assert follow_hints(hooked.engine, recent=recent) == []
    assert held(hooked) == 4


@SQLITE
def test_a_flood_of_many_orders_is_followed_in_pieces(hooked: World) -> None:
    order, now = buy(hooked, 3), [0.0]

    def clock() -> float:
        now[0] += 2  # every look at the clock is late
        return now[0]

    flood = [Hint(hooked.shop, f"event-{number}", (f"X{number}",)) for number in range(700)]
    with hooked.engine.store.write() as session:
        save_hints(session, "memory", [*flood, Hint(hooked.shop, "last", (order,))], hooked.engine.clock())
    looks = 0
    while follow_hints(hooked.engine, recent=Recent(ticks=clock)):
        looks += 1
        assert looks == 1 or hooked.rows(Inbox)[0].handled_at is not None
    assert (3 <= looks < 30, held(hooked)) == (True, 3)


@pytest.mark.parametrize(("label", "booked"), [("pull:before-commit", 0), ("pull:after-commit", 3)])
def test_a_crash_settles_a_hint_with_what_it_led_to_or_reads_it_once_more(
    hooked: World, label: str, booked: int
) -> None:
    tell(hooked, "event", buy(hooked, 3))

    def die(reached: str) -> None:
        if reached == label:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow_hints(replace(hooked.engine, reach=die))
    assert held(hooked) == booked
    hooked.engine.stopping.clear()
    assert len(follow_hints(hooked.engine)) == (0 if booked else 1)
    assert held(hooked) == 3


@SQLITE
def test_only_channels_with_webhooks_are_named(hooked: World) -> None:
    assert set(hook_sources(hooked.engine)) == {"memory", "shopee", "tokopedia"}


def test_a_replayed_event_is_read_no_second_time(hooked: World) -> None:
    order = buy(hooked)
    for _ in range(2):
        assert tell(hooked, "event-1", order)
        assert tell(hooked, "event-1", order)
        follow_hints(hooked.engine)
    assert len(hooked.rows(Inbox)) == 1


@SQLITE
def test_a_forged_webhook_leaves_nothing(hooked: World) -> None:
    assert not tell(hooked, "event-1", buy(hooked), secret="guessed")
    assert hooked.rows(Inbox) == []
    assert follow_hints(hooked.engine) == []
    assert hooked.rows(Order) == []


@SQLITE
def test_what_a_webhook_says_is_never_believed(hooked: World) -> None:
    """It names an order that is not there."""
    assert tell(hooked, "event-1", "no-such-order")
    (run,) = follow_hints(hooked.engine)
    assert run.code == 0
    assert hooked.rows(Order) == []
    assert follow_hints(hooked.engine) == []


@SQLITE
def test_a_hint_waits_while_the_channel_does_not_answer_and_not_for_ever(hooked: World) -> None:
    order = buy(hooked)
    tell(hooked, "event-1", order)
    hooked.market.fail(ChannelUnavailable("down"), on="reads", times=1)
    (run,) = follow_hints(hooked.engine)
    assert run.code == 4
    assert follow_hints(hooked.engine, but=[run.shop.shop_id]) == []
    (run,) = follow_hints(hooked.engine)
    assert (run.code, held(hooked)) == (0, 1)

    tell(hooked, "event-2", buy(hooked))
    hooked.advance(LONGEST.total_seconds() + 1)
    assert follow_hints(hooked.engine) == []
    assert held(hooked) == 1, "the pull tells it"
    assert all(row.handled_at is not None for row in hooked.rows(Inbox))


@SQLITE
def test_a_refused_hint_does_not_come_back(hooked: World) -> None:
    tell(hooked, "event-1", buy(hooked))
    hooked.market.fail(Rejected("no such order"), on="reads", times=1)
    (run,) = follow_hints(hooked.engine)
    assert run.code == 0
    assert follow_hints(hooked.engine) == []


@SQLITE
def test_a_shop_without_authorisation_is_paused_and_asked_no_more(hooked: World) -> None:
    tell(hooked, "event-1", buy(hooked))
    hooked.market.fail(AuthExpired("ended"), on="reads", times=1)
    (run,) = follow_hints(hooked.engine)
    assert run.code == 5
    assert hooked.rows(Shop)[0].state == "auth"
    (run,) = follow_hints(hooked.engine)
    assert run.lane is not None
    assert (run.code, run.lane.count.reads) == (0, 0)
    assert follow_hints(hooked.engine) == []


@SQLITE
def test_a_hint_about_the_shop_asks_after_the_shop(hooked: World) -> None:
    before = hooked.rows(Shop)[0].checked_at
    hooked.advance(60)
    tell(hooked, "event-1")
    follow_hints(hooked.engine)
    assert hooked.rows(Shop)[0].checked_at > before


def test_a_hinted_listing_is_compared_with_the_reading_before(hooked: World) -> None:
    listing = a_listing(hooked)
    assert audit_shops(hooked.engine, shops_of(hooked.engine)).found == []
    hooked.market.edit(listing, price_idr=12000)
    for key in ("e1", "e2", "e3"):
        tell(hooked, key, listings=[listing, "of nobody"])
    (run,) = follow_hints(hooked.engine)
    assert [(row.kind, row.theirs) for row in hooked.rows(DriftRow)] == [("price", {"prices": {"M01P001": 12000}})]
    assert run.lane is not None
    assert run.lane.count.reads == 1, "once, however often it was hinted"
    assert follow_hints(hooked.engine) == []
    with hooked.engine.store.read() as session:
        assert holder_of(session, f"shop/{run.shop.shop_id}") is None, "the shop is free again"


@SQLITE
def test_an_echo_of_our_own_write_is_not_read(hooked: World) -> None:
    listing = a_listing(hooked)
    hooked.set_price(hooked.products()[0].id or 0, 17000)
    assert hooked.sync().summary()["price"] == 1
    tell(hooked, "e1", listings=[listing])
    (run,) = follow_hints(hooked.engine)
    assert (run.code, run.lane.count.reads if run.lane else None) == (0, 0)
    assert follow_hints(hooked.engine) == []


@SQLITE
def test_a_hinted_listing_of_a_shop_that_a_run_holds_is_left_to_the_night(hooked: World) -> None:
    listing = a_listing(hooked)
    run = Lane(engine=replace(hooked.engine, holder="another"), shop=shops_of(hooked.engine)[0])
    assert run.enter()
    tell(hooked, "e1", listings=[listing])
    (followed,) = follow_hints(hooked.engine)
    assert (followed.code, followed.lane.count.reads if followed.lane else None) == (0, 0)
    assert follow_hints(hooked.engine) == []
    run.leave()


def a_listing(world: World) -> str:
    """One that was written long ago."""
    world.advance(3600)
    return str(world.rows(Listing)[0].remote_item_id)


def test_old_events_are_forgotten(hooked: World) -> None:
    tell(hooked, "event-1", buy(hooked))
    follow_hints(hooked.engine)
    hooked.advance(timedelta(days=6).total_seconds())
    purge_inbox(hooked.engine)
    assert len(hooked.rows(Inbox)) == 1
    hooked.advance(timedelta(days=2).total_seconds())
    purge_inbox(hooked.engine)
    assert hooked.rows(Inbox) == []
