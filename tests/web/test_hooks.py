"""The receiver: signed webhooks are kept once and acknowledged with an empty body; everything else changes nothing."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hook_client import (
    call,
    half_a_request,
    running,
    shopee_push,
    shopee_sign,
    tiktok_push,
    tiktok_sign,
)
from sqlmodel import select

from bridge.engine.connecting import store_app
from bridge.engine.context import Engine
from bridge.model import Grant
from bridge.settings import Settings
from bridge.store.catalog import row_id, save_merchant
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.shops import save_app, save_grant, save_shop
from bridge.store.tables import Inbox
from bridge.web import hooks
from bridge.web.hooks import LARGEST, build_app

SHOP, APPS = 300000507, {"2001": "first-key", "2002": "second-key"}
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL: see test_inbox.py


@dataclass
class Receiver:
    """An engine with two apps on Shopee and one on Tokopedia, a shop on each, and the running receiver."""

    engine: Engine
    address: str = ""
    woken: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.address}/webhooks/shopee"

    def kept(self) -> list[tuple[str, str, list[str]]]:
        with self.engine.store.read() as session:
            rows = session.exec(select(Inbox).order_by(Inbox.id)).all()  # type: ignore[arg-type]
            return [(row.channel, row.remote_shop_id, row.hint["orders"]) for row in rows]

    def push(self, order: str, key: str = "second-key", stamp: int = 1) -> tuple[int, bytes]:
        body = shopee_push(SHOP, order, stamp)
        return call(self.url, body, shopee_sign(key, self.url, body))[:2]


@pytest.fixture
def receiver(store: Store, cipher: Cipher, tmp_path: Path) -> Iterator[Receiver]:
    engine = Engine(settings=Settings(home=tmp_path), store=store, cipher=cipher)
    for name, secret in APPS.items():
        store_app(engine, "shopee", name, secret, {"base_url": "https://shopee.example"})
    grant = Grant("a", "r", None, None, None, ())
    with store.write() as session:
        merchant = row_id(save_merchant(session, "tokouji", {"name": "Toko Uji"}, engine.clock())[0])
        for channel, remote in (("shopee", str(SHOP)), ("tokopedia", "7495")):
            app = save_app(session, cipher, channel, "6abc", "tiktok-secret", {"base_url": "https://x.example"})
            kept = save_grant(session, cipher, row_id(app), grant)
            save_shop(session, channel, remote, merchant, row_id(app), row_id(kept), engine.clock())
    found = Receiver(engine)
    with running(build_app(engine, lambda: found.woken.append(1), lambda: {"status": "ok"})) as address:
        found.address = address
        yield found


def test_a_signed_webhook_is_kept_and_acknowledged_with_an_empty_body(receiver: Receiver) -> None:
    body = shopee_push(SHOP, "2511A1")
    status, answer, headers = call(receiver.url, body, shopee_sign("first-key", receiver.url, body))
    assert (status, answer) == (204, b"")
    assert "server" not in {name.lower() for name in headers}
    assert receiver.push("2511A2", "second-key") == (204, b""), "another app of the same channel"
    assert receiver.kept() == [("shopee", str(SHOP), ["2511A1"]), ("shopee", str(SHOP), ["2511A2"])]
    assert receiver.woken == [1, 1]


def test_tokopedia_has_its_own_signature_and_status(receiver: Receiver) -> None:
    url, body = f"{receiver.address}/webhooks/tokopedia", tiktok_push("7495", "5801", "1")
    assert call(url, body, tiktok_sign("6abc", "tiktok-secret", body))[:2] == (200, b"")
    assert call(url, body, tiktok_sign("6abc", "another", body))[:2] == (401, b"")
    assert receiver.kept() == [("tokopedia", "7495", ["5801"])]


def test_forged_repeated_and_foreign_webhooks_change_nothing(receiver: Receiver) -> None:
    body = shopee_push(SHOP, "2511A1")
    assert call(receiver.url, body)[:2] == (403, b"")
    assert receiver.push("2511A1", "guessed") == (403, b"")
    other = shopee_sign("first-key", receiver.url, shopee_push(SHOP, "2511A9"))
    assert call(receiver.url, body, other)[:2] == (403, b""), "the signature of another body"
    assert receiver.kept() == []
    assert receiver.woken == []
    for _ in range(3):
        assert receiver.push("2511A1") == (204, b"")
    unknown = shopee_push(999, "2511A1")
    assert call(receiver.url, unknown, shopee_sign("first-key", receiver.url, unknown))[:2] == (204, b"")
    assert receiver.kept() == [("shopee", str(SHOP), ["2511A1"])]


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"code": 3}', b'{"data": {}, "code": 3}'])
def test_signed_rubbish_is_acknowledged_and_kept_nowhere(receiver: Receiver, body: bytes) -> None:
    """Else the marketplace would send it again for hours."""
    assert call(receiver.url, body, shopee_sign("first-key", receiver.url, body))[:2] == (204, b"")
    assert receiver.kept() == []


def test_the_address_behind_a_proxy_is_told_by_the_settings(receiver: Receiver) -> None:
    receiver.engine.settings.public_url = "https://jembatan.example.id/"
    body, told = shopee_push(SHOP, "2511A1"), "https://jembatan.example.id/webhooks/shopee"
    assert call(receiver.url, body, shopee_sign("first-key", receiver.url, body))[0] == 403
    assert call(receiver.url, body, shopee_sign("first-key", told, body))[0] == 204
    assert call(f"{receiver.url}?env=a", body, shopee_sign("first-key", f"{told}?env=a", body))[0] == 204


def test_unknown_channels_paths_and_verbs_are_refused(receiver: Receiver) -> None:
    for name in ("lain", "bukalapak", "memory"):
        assert call(f"{receiver.address}/webhooks/{name}", b"{}")[:2] == (404, b"")
    assert call(receiver.url)[0] == 405
    assert call(f"{receiver.address}/")[0] == 404


def test_a_large_body_is_refused(receiver: Receiver) -> None:
    chunk = b"%x\r\n%s\r\n" % (LARGEST + 1, b" " * (LARGEST + 1))
    announced = half_a_request(receiver.address, f"Content-Length: {LARGEST + 1}")
    chunked = half_a_request(receiver.address, "Transfer-Encoding: chunked", chunk)
    for caller in (announced, chunked):
        assert caller.recv(100).startswith(b"HTTP/1.1 413")
        caller.close()
    fits = shopee_push(SHOP, "2511A1").ljust(LARGEST)
    assert call(receiver.url, fits, shopee_sign("first-key", receiver.url, fits))[0] == 204


def test_a_caller_that_stalls_hinders_nobody(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "WHOLE_S", 0.3)
    callers = [half_a_request(receiver.address) for _ in range(20)]
    assert receiver.push("2511A1") == (204, b"")
    assert callers[0].recv(100).startswith(b"HTTP/1.1 503")
    for caller in callers:
        caller.close()


def test_what_cannot_be_kept_in_time_is_to_be_sent_again(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "WHOLE_S", 0.3)
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with receiver.engine.store.write():
            begun.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(10)
    assert receiver.push("2511A1") == (503, b"")
    done.set()
    holder.join()
    assert receiver.push("2511A1") == (204, b"")
    assert receiver.kept() == [("shopee", str(SHOP), ["2511A1"])]


def test_health_is_json(receiver: Receiver) -> None:
    status, body, headers = call(f"{receiver.address}/health")
    assert (status, body, headers["content-type"]) == (200, b'{"status":"ok"}', "application/json")
