"""The daemon beside three marketplaces: what a buyer takes on one is gone from the others at once, by webhook, whatever the
webhooks do on their way. The order list is fetched only once an hour here, so nothing else can have told it.
"""

import json
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from office import LIVE, Office

from bridge.cli.alert_words import digest_words, words_for
from bridge.cli.session import opened
from bridge.engine.connecting import ask_sandbox
from bridge.sandbox import start_in_thread
from bridge.scheduler import Daemon, Herald
from bridge.web.hooks import build_app
from bridge.web.server import address_of, build_server, listen

SKU, BEFORE, MERCHANT = "M01P001", 20, "Dapur Uji"
SHEET = (
    "Nama Usaha;Jenis Produk;Nama Produk;Harga;Berat;Stok;PIRT;Halal;Foto;Deskripsi\n"
    f"{MERCHANT};Makanan;Keripik Pisang Kepok;15000;250 gr;{BEFORE};2061872010001-30;ID18110000123456789;"
    "https://contoh.example/foto/keripik.jpg;Dibuat di rumah setiap hari, renyah dan tanpa pengawet.\n"
)
HOOKED = ("shopee", "tokopedia")
Addresses = Mapping[str, str]


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Addresses]:
    monkeypatch.setenv("JEMBATAN_ORDERS_EVERY_S", "3600")
    with ExitStack() as running:
        start = {name: start_in_thread(name, rate_limit=False, wait_s=0, review_s=0) for name in LIVE}
        found = {name: running.enter_context(each) for name, each in start.items()}
        monkeypatch.setenv("JEMBATAN_PICTURE_BASE_URL", f"{found['shopee']}/_sandbox/pictures")
        yield found


@contextmanager
def serving() -> Iterator[str]:
    """The daemon's address, as `jembatan serve` puts it together."""
    with opened() as engine:
        daemon = Daemon(engine, Herald((), words_for(engine), lambda: digest_words(engine)))
        listener = listen("127.0.0.1", 0)
        server = build_server(build_app(engine, daemon.wake, daemon.health))
        daemon.start()
        thread = Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield address_of(listener)
        finally:
            server.should_exit = True
            thread.join(10)
            daemon.stop()
            listener.close()


def health(address: str) -> Any:
    with urllib.request.urlopen(f"{address}/health", timeout=10) as answer:  # noqa: S310  this machine
        return json.load(answer)


def until(true: Any, what: Any) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, what()
        time.sleep(0.1)


def pieces(addresses: Addresses, ids: Mapping[str, str]) -> dict[str, int]:
    """What buyers see of the SKU in each sandbox."""
    found = {}
    for channel, address in addresses.items():
        (row,) = (row for row in ask_sandbox(address, "/_sandbox/state")["listings"] if row["id"] == ids[channel])
        found[channel] = row["skus"][0]["stock"]
    return found


def hooks(addresses: Addresses, channel: str) -> Any:
    """How a sandbox's webhooks went."""
    return ask_sandbox(addresses[channel], "/_sandbox/state")["webhooks"]


def buy(address: str, shop: str, quantity: int) -> str:
    lines = [{"seller_sku": SKU, "quantity": quantity}]
    return str(ask_sandbox(address, "/_sandbox/orders", {"shop_id": shop, "lines": lines})["id"])


@pytest.mark.slow
def test_a_sale_is_gone_everywhere_at_once_whatever_webhooks_do(
    office: Office, addresses: Addresses, tmp_path: Path
) -> None:
    sheet = tmp_path / "produk.csv"
    sheet.write_text(SHEET, encoding="utf-8")
    assert office.run("init")[0] == 0
    assert office.run("import", str(sheet), "--as-of", "2026-11-23")[0] == 0
    for channel, address in addresses.items():
        office.connect(channel, MERCHANT, address)
    assert office.answer("sync", "--all")["rejected"] == 0
    shops = {row["channel"]: row["remote_shop_id"] for row in office.answer("shop", "list")}
    ids = {row["channel"]: row["remote_id"] for row in office.answer("stock", "show", SKU)["listings"]}
    assert pieces(addresses, ids) == dict.fromkeys(LIVE, BEFORE)

    with serving() as daemon:
        until(lambda: {"orders", "changes", "night"} <= set(health(daemon)["jobs"]), lambda: health(daemon))
        for channel in HOOKED:
            ask_sandbox(addresses[channel], "/_sandbox/webhooks", {"url": f"{daemon}/webhooks/{channel}"})

        buy(addresses["shopee"], shops["shopee"], 3)
        until(lambda: set(pieces(addresses, ids).values()) == {BEFORE - 3}, lambda: pieces(addresses, ids))

        for what, value in (("duplicate", 4), ("shuffle", 0.5), ("duplicate", 3), ("shuffle", 1)):
            fault = {"match": "webhook", "what": what, "times": 2, "value": value}
            ask_sandbox(addresses["tokopedia"], "/_sandbox/faults", [fault])  # type: ignore[arg-type]  # a list is a schedule
        for _ in range(4):
            buy(addresses["tokopedia"], shops["tokopedia"], 1)
        until(lambda: set(pieces(addresses, ids).values()) == {BEFORE - 7}, lambda: pieces(addresses, ids))
        until(lambda: not any(hooks(addresses, name)["waiting"] for name in HOOKED), lambda: "webhooks wait")
        until(lambda: health(daemon)["hints_waiting"] == 0, lambda: health(daemon))
        assert {job["code"] for job in health(daemon)["jobs"].values()} <= {0, 7}, health(daemon)

    stock = office.answer("stock", "show", SKU)
    assert (stock["on_hand"], stock["held"], stock["available"]) == (BEFORE, 7, BEFORE - 7), "each counted once"
    again = office.answer("sync", "--all")
    assert (again["orders_new"], again["orders_changed"], again["writes"]) == (0, 0, 0)
    for name in HOOKED:
        told = hooks(addresses, name)
        assert told["delivered"] > 0
        assert (told["failed_attempts"], told["lost"]) == (0, 0), "each was acknowledged"
