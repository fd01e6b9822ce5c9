"""One sale, and how soon all other shops of the business show it, in round trips: the sandboxes answer after 100 ms.

Least possible are two: the order is read, the figure is sent. How much of the rest is ours is told by the same calls without all
that makes them safe (`bench/bare_calls.py`). Polling alone takes its interval at worst, and then the same.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from statistics import quantiles
from threading import Thread

from sqlmodel import select

from bench.bare_calls import following, open_bare
from bench.calls import add_products
from bench.world import control, home, sandbox
from bridge.connectors.base import SkuWrite
from bridge.engine.connecting import connect_sandbox
from bridge.engine.context import Engine
from bridge.engine.counting import count_stock
from bridge.engine.sync import shops_of, sync_shops
from bridge.scheduler import Daemon, Herald
from bridge.store.tables import ListingSku
from bridge.web.hooks import build_app
from bridge.web.server import address_of, build_server, listen, look_seldom_for_garbage

CHANNELS = ("shopee", "tokopedia", "bukalapak")
OTHERS = CHANNELS[1:]
LATENCY_S, SALES, MERCHANT, CODE = 0.1, 40, "Usaha", "M01P001"
Addresses = Mapping[str, str]
Ties = Mapping[str, ListingSku]


class Answers:
    """When the last answer of a marketplace came, as the connectors' own probe tells it."""

    last = 0.0

    def reach(self, label: str) -> None:
        if label == "http:after-receive":
            self.last = time.monotonic()


def run() -> None:
    """Buyers take one piece after the other on Shopee; the two other marketplaces are watched."""
    with ExitStack() as running:
        options = {"latency_ms": int(LATENCY_S * 1000), "review_s": 0}
        addresses = {name: running.enter_context(sandbox(name, **options)) for name in CHANNELS}
        engine = running.enter_context(home(addresses["shopee"]))
        answers = Answers()
        engine.reach = answers.reach
        ties = prepare(engine, addresses)
        shop = next(each.remote_shop_id for each in shops_of(engine) if each.channel == "shopee")
        print(
            f"{'sale to all other shops':<28}{'p50':>8}{'p99':>8}   round trips of {LATENCY_S * 1000:.0f} ms, {SALES} sales"
        )
        with serving(engine) as hooks:
            ours = measure(addresses, ties, answers, shop, hooks)
        print(f"{'with webhooks':<28}{ours[0]:>8.2f}{ours[1]:>8.2f}   least possible 2; aim 2.1 and 3")
        shown = {name: written(addresses[name], ties[name]) for name in OTHERS}
        with following(open_bare(engine), shown) as hooks:
            bare = measure(addresses, ties, answers, shop, hooks)
        print(
            f"{'the same calls alone':<28}{bare[0]:>8.2f}{bare[1]:>8.2f}   ours are {ours[0] / bare[0]:.2f} times that"
        )
        worst = engine.settings.orders_every_s / LATENCY_S
        print(
            f"{'polling alone, worst case':<28}{worst + ours[0]:>8.0f}{worst + ours[1]:>8.0f}   its interval and the same"
        )


def prepare(engine: Engine, addresses: Addresses) -> Ties:
    """One product in a shop on every marketplace, as it comes from a sheet; gives its rows by channel."""
    add_products(engine, MERCHANT, range(1))
    count_stock(engine, CODE, 2 * SALES + 10, MERCHANT, None, None)
    for channel, address in addresses.items():
        connect_sandbox(engine, channel, MERCHANT, address, create=True)
    for _ in range(2):
        sync_shops(engine, shops_of(engine))
    with engine.store.read() as session:
        rows = {row.shop_id: row for row in session.exec(select(ListingSku))}
    return {shop.channel: rows[shop.shop_id] for shop in shops_of(engine)}


@contextmanager
def serving(engine: Engine) -> Iterator[str]:
    """The daemon with its receiver of webhooks; its address."""
    daemon = Daemon(engine, Herald((), lambda _alerts: ("", ""), lambda: ("", "")))
    listener = listen("127.0.0.1", 0)
    server = build_server(build_app(engine, daemon.wake, daemon.health))
    look_seldom_for_garbage()
    daemon.start()
    thread = Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        time.sleep(3)  # the first beat of every job is over
        yield address_of(listener)
    finally:
        server.should_exit = True
        thread.join(10)
        daemon.stop()
        listener.close()


def measure(addresses: Addresses, ties: Ties, answers: Answers, shop: str, hooks: str) -> tuple[float, float]:
    """The half of the sales that is quickest takes no longer, in round trips; nor do 99 of 100."""
    control(addresses["shopee"], "/_sandbox/webhooks", {"url": f"{hooks}/webhooks/shopee"})
    took = [spread(addresses, ties, answers, shop) for _ in range(SALES)]
    marks = quantiles(took, n=100)
    return marks[49] / LATENCY_S, marks[98] / LATENCY_S


def spread(addresses: Addresses, ties: Ties, answers: Answers, shop: str) -> float:
    """Seconds from a sale until all other marketplaces have answered that they show one piece less, and do."""
    before = {name: shown(addresses[name], ties[name]) for name in OTHERS}
    control(addresses["shopee"], "/_sandbox/orders", {"shop_id": shop, "lines": [{"seller_sku": CODE, "quantity": 1}]})
    begun = time.monotonic()
    waiting: list[str] = list(OTHERS)
    time.sleep(2 * LATENCY_S)  # nothing can show it sooner, and looking takes from the time of those who work
    while waiting:
        time.sleep(LATENCY_S / 2)
        waiting = [name for name in waiting if shown(addresses[name], ties[name]) == before[name]]
        if time.monotonic() - begun > 30:
            raise SystemExit(f"not followed on {', '.join(waiting)}")
    time.sleep(LATENCY_S / 2)  # what is shown was perhaps not answered yet
    took = answers.last - begun
    time.sleep(1)  # the writes of this sale settle before the next one
    return took


def shown(address: str, tie: ListingSku) -> int:
    """Pieces that buyers see."""
    rows = control(address, "/_sandbox/state")["listings"]
    return int(next(sku["stock"] for row in rows if row["id"] == tie.remote_item_id for sku in row["skus"]))


def written(address: str, tie: ListingSku) -> tuple[str, SkuWrite]:
    """The listing, and the figure that it shows now as a write."""
    assert tie.id is not None
    return tie.remote_item_id or "", SkuWrite(tie.id, CODE, tie.remote_sku_id, None, {"": shown(address, tie)})
