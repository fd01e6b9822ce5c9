"""What the tests of the receiver share: a daemon's web part that runs, and calls to it."""

import contextlib
import hashlib
import hmac
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from starlette.applications import Starlette

from bridge.web.server import address_of, build_server, listen


@contextmanager
def running(app: Starlette) -> Iterator[str]:
    """The address of an application that is served until the block ends."""
    listener = listen("127.0.0.1", 0)
    server = build_server(app)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield address_of(listener)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


def call(
    url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of an answer."""
    request = urllib.request.Request(url, body, dict(headers or {}))  # noqa: S310  this machine
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(), dict(refusal.headers)


def shopee_push(shop: int, order: str, stamp: int = 1) -> bytes:
    """An order push in Shopee's form."""
    data = {"ordersn": order, "status": "READY_TO_SHIP", "update_time": stamp}
    return json.dumps({"data": data, "shop_id": shop, "code": 3, "timestamp": stamp}).encode()


def shopee_sign(key: str, url: str, body: bytes) -> dict[str, str]:
    """The header of a push, written from the fact sheet."""
    return {"Authorization": hmac.new(key.encode(), url.encode() + b"|" + body, hashlib.sha256).hexdigest()}


def tiktok_push(shop: str, order: str, number: str) -> bytes:
    """An order webhook in TikTok Shop's form."""
    data = {"order_id": order, "order_status": "AWAITING_SHIPMENT", "update_time": 1}
    envelope: dict[str, Any] = {"type": 1, "tts_notification_id": number, "shop_id": shop, "timestamp": 1, "data": data}
    return json.dumps(envelope).encode()


def tiktok_sign(key: str, secret: str, body: bytes) -> dict[str, str]:
    """The header of a webhook, written from the fact sheet."""
    return {"Authorization": hmac.new(secret.encode(), key.encode() + body, hashlib.sha256).hexdigest()}


def half_a_request(address: str, head: str = "Content-Length: 10", body: bytes = b"") -> socket.socket:
    """A caller that announces a body and sends none of it, or a part."""
    host, _, port = address.removeprefix("http://").partition(":")
    caller = socket.create_connection((host, int(port)), timeout=10)
    caller.sendall(f"POST /webhooks/shopee HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode())
    with contextlib.suppress(OSError):  # it was answered already
        caller.sendall(body)
    return caller
