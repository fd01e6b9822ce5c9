"""A scripted Bukalapak: answers written by us from the fact sheet, every call recorded and its credentials checked."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest

from bridge.connectors.base import CallCount, Operation, Ports, SkuWrite
from bridge.connectors.bukalapak import BukalapakConnector
from bridge.model import Bucket, Content, Grant, OpKind

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHOP, TOKEN = "52357", "tok-49Rk5LJvph5PAccAQ2Mq"


@dataclass(frozen=True)
class Seen:
    """One call as it went over the wire."""

    method: str
    path: str
    params: dict[str, str]
    body: Any
    raw: bytes = field(repr=False, default=b"")
    content_type: str = ""


class Free:
    """A limiter that lets all through."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, timedelta]] = []

    def take(self, buckets: Sequence[Bucket]) -> timedelta:
        return timedelta(0)

    def report(self, bucket: str, retry_after: timedelta) -> None:
        self.reports.append((bucket, retry_after))


class Vault:
    def current(self, shop: str) -> Grant:
        return Grant(TOKEN, "", None, None, None, (shop,))

    def renew(self, shop: str, stale_access_token: str) -> str:
        raise AssertionError("there is nothing to renew")


class Wire:
    """Answers in the order they were laid down for a call; a plain dict is put into the envelope of a success."""

    def __init__(self) -> None:
        self.calls: list[Seen] = []
        self.count = CallCount()
        self.limiter = Free()
        self._answers: dict[str, list[Any]] = {}
        self.client = httpx2.Client(transport=httpx2.MockTransport(self._handle))
        self.ports = Ports(limiter=self.limiter, vault=Vault(), clock=lambda: NOW, count=self.count)

    def answer(self, call: str, *answers: Any) -> None:
        """Answers for `METHOD /path` (without version and .json), each used once."""
        self._answers.setdefault(call, []).extend(answers)

    def connect(self, **settings: str) -> BukalapakConnector:
        return BukalapakConnector(SHOP, {"base_url": "http://bukalapak.test/v2", **settings}, self.ports, self.client)

    @property
    def paths(self) -> list[str]:
        return [f"{call.method} {call.path}" for call in self.calls]

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        assert request.headers["authorization"] == "Basic " + base64.b64encode(f"{SHOP}:{TOKEN}".encode()).decode()
        assert request.url.path.startswith("/v2/")
        assert request.url.path.endswith(".json")
        path = request.url.path.removeprefix("/v2").removesuffix(".json")
        kind = request.headers.get("content-type", "")
        raw = request.read()
        body: Any = None
        if kind == "application/json":
            body = json.loads(raw)
        elif kind == "application/x-www-form-urlencoded":
            body = dict(parse_qsl(raw.decode(), strict_parsing=True))
        self.calls.append(Seen(request.method, path, dict(request.url.params), body, raw, kind))
        waiting = self._answers.get(f"{request.method} {path}")
        assert waiting, f"no answer was laid down for {request.method} {path}"
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx2.Response):
            return answer
        return httpx2.Response(200, json={"status": "OK", "message": None, **answer})


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    monkeypatch.setattr("bridge.connectors.http.time.sleep", lambda _seconds: None)
    return Wire()


@pytest.fixture
def shop(wire: Wire) -> BukalapakConnector:
    return wire.connect()


@pytest.fixture
def failed() -> Callable[..., dict[str, Any]]:
    """An answer that says ERROR, with HTTP 200 as the channel does."""
    return lambda message, **keys: {"status": "ERROR", "message": message, **keys}


@pytest.fixture
def content() -> Callable[..., Content]:
    """A valid content; keywords replace fields."""

    def make(**fields: Any) -> Content:
        plain: dict[str, Any] = {
            "title": "Keripik Tempe 100 g",
            "description": "Renyah [asli]\nTanpa pengawet",
            "category_id": "242",
            "attributes": [{"attribute_id": "brand", "values": [{"value_id": "", "text": "Lokal", "unit": ""}]}],
            "brand_id": "",
            "brand": "",
            "weight_g": 150,
            "package_cm": [],
            "pictures": ["10820", "10822"],
            "couriers": [],
            "dangerous": False,
            "preorder_days": None,
            "axes": [],
            "skus": [{"sku": "KRP-001", "options": [], "weight_g": 150}],
            "item_sku": "KRP-001",
        }
        return {**plain, **fields}  # type: ignore[return-value]

    return make


@pytest.fixture
def operation() -> Callable[..., Operation]:
    """One operation with one SKU, unless told otherwise."""

    def make(kind: OpKind, payload: Any = None, remote_id: str | None = None, **more: Any) -> Operation:
        sku = SkuWrite(1, "KRP-001", remote_id, more.pop("price_idr", None), more.pop("stock", {}))
        skus = more.pop("skus", (sku,))
        return Operation(more.pop("operation_id", 7), kind, "key-7", remote_id, skus, payload or {}, **more)

    return make
