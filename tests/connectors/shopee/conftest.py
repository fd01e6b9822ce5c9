"""A scripted Shopee: answers written by us from the reference, every call recorded and its signature checked."""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from bridge.connectors.base import CallCount, Operation, Ports, SkuWrite
from bridge.connectors.shopee import ShopeeConnector
from bridge.connectors.shopee.auth import ShopeeConsent
from bridge.connectors.shopee.types import read_settings
from bridge.model import Bucket, Content, Grant, OpKind

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHOP, APP, KEY = "322300222", "2001887", "shpk-test-key"
PUBLIC = ("/auth/", "/public/", "/media_space/upload_image", "/shop/auth_partner")


@dataclass(frozen=True)
class Seen:
    """One call as it went over the wire, without the common parameters."""

    method: str
    path: str
    params: dict[str, str | list[str]]
    body: Any
    raw: bytes = field(repr=False, default=b"")


class Free:
    """A limiter that lets all through."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, timedelta]] = []

    def take(self, buckets: Sequence[Bucket]) -> timedelta:
        return timedelta(0)

    def report(self, bucket: str, retry_after: timedelta) -> None:
        self.reports.append((bucket, retry_after))


class Vault:
    def __init__(self) -> None:
        self.token = "token-1"
        self.renewals = 0

    def current(self, shop: str) -> Grant:
        return Grant(self.token, "refresh-1", None, None, None, (shop,))

    def renew(self, shop: str, stale_access_token: str) -> str:
        self.renewals += 1
        self.token = f"token-{self.renewals + 1}"
        return self.token


class Wire:
    """Answers in the order they were laid down for a path; a plain dict is put into the usual envelope."""

    def __init__(self) -> None:
        self.calls: list[Seen] = []
        self.count = CallCount()
        self.vault, self.limiter = Vault(), Free()
        self.now = NOW
        self._answers: dict[str, list[Any]] = {}
        self.client = httpx2.Client(transport=httpx2.MockTransport(self._handle))
        self.ports = Ports(limiter=self.limiter, vault=self.vault, clock=lambda: self.now, count=self.count)

    def answer(self, path: str, *answers: Any) -> None:
        """Answers for a path (without /api/v2), each used once."""
        self._answers.setdefault(f"/api/v2{path}", []).extend(answers)

    def connect(self, **settings: str) -> ShopeeConnector:
        return ShopeeConnector(SHOP, self.settings(**settings), self.ports, self.client)

    def consent(self, **settings: str) -> ShopeeConsent:
        return ShopeeConsent(read_settings(self.settings(**settings)), self.ports, self.client)

    def settings(self, **more: str) -> dict[str, str]:
        return {"app_id": APP, "app_secret": KEY, "base_url": "http://shopee.test/api/v2/", **more}

    @property
    def paths(self) -> list[str]:
        return [call.path for call in self.calls]

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        params: dict[str, Any] = {}
        for name, value in request.url.params.multi_items():
            params[name] = [*params[name], value] if isinstance(params.get(name), list) else value
            if request.url.params.get_list(name) != [value] and not isinstance(params[name], list):
                params[name] = [value]
        path = request.url.path
        self._check_signature(path, params)
        raw = request.content
        is_json = request.headers.get("content-type") == "application/json"
        self.calls.append(Seen(request.method, path[7:], params, json.loads(raw) if is_json else None, raw))
        waiting = self._answers.get(path)
        assert waiting, f"no answer was laid down for {request.method} {path}"
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx2.Response):
            return answer
        if "error" not in answer:
            answer = {"request_id": "r1", "error": "", "message": "", "warning": "", "response": answer}
        return httpx2.Response(200, json=answer)

    def _check_signature(self, path: str, params: dict[str, Any]) -> None:
        stamp = params.pop("timestamp")
        assert abs(int(stamp) - self.now.timestamp()) < 2
        base = params.pop("partner_id") + path + stamp
        if not path.startswith(tuple(f"/api/v2{start}" for start in PUBLIC)):
            assert params["shop_id"] == SHOP
            base += params.pop("access_token") + params.pop("shop_id")
        assert "access_token" not in params
        assert params.pop("sign") == hmac.new(KEY.encode(), base.encode(), hashlib.sha256).hexdigest()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def shop(wire: Wire) -> ShopeeConnector:
    return wire.connect()


@pytest.fixture
def content() -> Callable[..., Content]:
    """A valid content; keywords replace fields."""

    def make(**fields: Any) -> Content:
        plain: dict[str, Any] = {
            "title": "Kopi Gayo 250 g",
            "description": "Biji kopi arabika dari Gayo.",
            "category_id": "100633",
            "attributes": [],
            "brand_id": "0",
            "brand": "",
            "weight_g": 300,
            "package_cm": [],
            "pictures": ["img-1", "img-2"],
            "couriers": ["8003"],
            "dangerous": False,
            "preorder_days": None,
            "axes": [],
            "skus": [{"sku": "KOP-001", "options": [], "weight_g": 300}],
            "item_sku": "KOP-001",
        }
        return {**plain, **fields}  # type: ignore[return-value]

    return make


@pytest.fixture
def operation() -> Callable[..., Operation]:
    """One operation; SKUs are (id, seller SKU, remote SKU, price, stock)."""

    def make(
        kind: OpKind, skus: Sequence[SkuWrite], payload: Any = None, remote_id: str | None = None, **more: Any
    ) -> Any:
        return Operation(more.pop("operation_id", 7), kind, "key-7", remote_id, tuple(skus), payload or {}, **more)

    return make


def failed(code: str, message: str = "", **response: Any) -> dict[str, Any]:
    """An error body."""
    return {"request_id": "r1", "error": code, "message": message, **({"response": response} if response else {})}


@pytest.fixture
def refusal() -> Callable[..., dict[str, Any]]:
    return failed
