"""The calls of a sale alone, as a yardstick: the same connectors, but no database, no ledger, no journal and no guard.

A webhook comes, the order is read, the figure is sent to all others at once. Nothing that follows a sale can be quicker.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

from bridge.connectors.base import CallCount, Connector, Operation, Ports, SkuWrite, Verdict
from bridge.engine.context import Engine
from bridge.engine.sync import shops_of
from bridge.model import Bucket, Grant, OpKind


class NoLimit:
    """Every call may be made."""

    def take(self, _buckets: Sequence[Bucket]) -> timedelta:
        return timedelta(0)

    def report(self, bucket: str, retry_after: timedelta) -> None:
        raise AssertionError(f"{bucket}: wait {retry_after}")


class Remembered:
    """A shop's tokens, opened once."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    def current(self, _shop: str) -> Grant:
        return self._grant

    def renew(self, shop: str, _stale_access_token: str) -> str:
        raise AssertionError(f"{shop}: no token ends within a benchmark")


def open_bare(engine: Engine) -> dict[str, Connector]:
    """A connector by channel, for the one shop that each has here."""
    found = {}
    for shop in shops_of(engine):
        vault = engine.ports(shop.channel, CallCount(), lambda _timeout: None).vault
        grant = Remembered(vault.current(shop.remote_shop_id))
        ports = Ports(limiter=NoLimit(), vault=grant, reach=engine.reach)
        settings = {**shop.settings, "home": str(engine.settings.home)}
        found[shop.channel] = engine.plugin(shop.channel).open(shop.remote_shop_id, settings, ports)
    return found


@contextmanager
def following(connectors: Mapping[str, Connector], shown: Mapping[str, tuple[str, SkuWrite]]) -> Iterator[str]:
    """A receiver of Shopee's webhooks that does no more than this; its address. `shown`: by channel the listing and what it has."""
    left = {channel: next(iter(sku.stock.values())) for channel, (_, sku) in shown.items()}
    seen: set[str] = set()
    with ThreadPoolExecutor(4) as pool:

        def follow(order_id: str) -> None:
            assert list(connectors["shopee"].orders([order_id]))
            for channel in shown:
                left[channel] -= 1
                pool.submit(write, channel, left[channel]).add_done_callback(lambda call: call.result())

        def write(channel: str, pieces: int) -> None:
            listing, sku = shown[channel]
            told = SkuWrite(sku.listing_sku_id, sku.seller_sku, sku.remote_sku_id, None, {"": pieces})
            operation = Operation(1, OpKind.STOCK, f"{channel}{pieces}", listing, (told,), {})
            (outcome,) = connectors[channel].submit([operation])
            assert outcome.verdict is Verdict.DONE

        def heard(body: bytes) -> None:
            order_id = (json.loads(body).get("data") or {}).get("ordersn")
            if order_id and order_id not in seen:
                seen.add(order_id)
                pool.submit(follow, order_id)

        server = HTTPServer(("127.0.0.1", 0), receiver(heard))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


def receiver(heard: Callable[[bytes], None]) -> type[BaseHTTPRequestHandler]:
    """Answers with an empty body, then hands the webhook on."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            heard(body)

        def log_message(self, *_: object) -> None:
            pass

    return Receiver
