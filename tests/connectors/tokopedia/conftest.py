"""A scripted platform: answers written by us from the documents, every call recorded and its signature checked."""

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
from bridge.connectors.tokopedia import TokopediaConnector
from bridge.connectors.tokopedia.auth import TokopediaConsent
from bridge.connectors.tokopedia.types import read_settings
from bridge.model import Bucket, Content, Grant, OpKind

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SHOP, APP, KEY, CIPHER = "7494049642642441621", "6br1dgesync01", "0f3c9d7b51e84a62", "ROW_kQ3mWg"
RETURNS = "/return_refund/202309/returns/search"  # nothing came back where no answer was laid down
NO_CIPHER = ("/authorization/", "/product/202309/images/")


@dataclass(frozen=True)
class Seen:
    """One call as it went over the wire, without the common parameters."""

    method: str
    path: str
    params: dict[str, str]
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
        self.consent_until: datetime | None = None

    def current(self, shop: str) -> Grant:
        return Grant(self.token, "refresh-1", None, None, self.consent_until, (shop,), {"cipher": CIPHER})

    def renew(self, shop: str, stale_access_token: str) -> str:
        self.renewals += 1
        self.token = f"token-{self.renewals + 1}"
        return self.token


class Wire:
    """Answers in the order they were laid down for a path; a dict without a code is put into the usual envelope."""

    def __init__(self) -> None:
        self.calls: list[Seen] = []
        self.count = CallCount()
        self.vault, self.limiter = Vault(), Free()
        self.now = NOW
        self._answers: dict[str, list[Any]] = {}
        self.client = httpx2.Client(transport=httpx2.MockTransport(self._handle))
        self.ports = Ports(limiter=self.limiter, vault=self.vault, clock=lambda: self.now, count=self.count)

    def answer(self, path: str, *answers: Any) -> None:
        """Answers for a path, each used once."""
        self._answers.setdefault(path, []).extend(answers)

    def connect(self, **settings: str) -> TokopediaConnector:
        return TokopediaConnector(SHOP, self.settings(**settings), self.ports, self.client)

    def consent(self, **settings: str) -> TokopediaConsent:
        return TokopediaConsent(read_settings(self.settings(**settings)), self.ports, self.client)

    def settings(self, **more: str) -> dict[str, str]:
        hosts = {"base_url": "http://tiktok.test", "auth_url": "http://auth.test"}
        return {"app_id": APP, "app_secret": KEY, **hosts, **more}

    @property
    def paths(self) -> list[str]:
        return [call.path for call in self.calls]

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        pairs = request.url.params.multi_items()
        params = dict(pairs)
        assert len(pairs) == len(params), "a key is repeated, which only one client signs"
        path, raw = request.url.path, request.content
        if request.url.host == "auth.test":
            assert not {"sign", "timestamp"} & set(params)
            assert "x-tts-access-token" not in request.headers
        else:
            self._check(request, path, params, raw)
        is_json = raw and request.headers["content-type"] == "application/json"
        assert raw != b"{}", "an empty object is signed in two ways"
        self.calls.append(Seen(request.method, path, params, json.loads(raw) if is_json else None, raw))
        waiting = self._answers.get(path) or ([{"return_orders": []}] if path == RETURNS else None)
        assert waiting, f"no answer was laid down for {request.method} {path}"
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx2.Response):
            return answer
        if "code" not in answer:
            answer = {"code": 0, "message": "Success", "request_id": "r1", "data": answer}
        return httpx2.Response(200, json=answer)

    def _check(self, request: httpx2.Request, path: str, params: dict[str, str], raw: bytes) -> None:
        assert request.headers["x-tts-access-token"]
        given = params.pop("sign")
        body = b"" if request.headers.get("content-type", "").startswith("multipart/form-data") else raw
        text = "".join(key + params[key] for key in sorted(params, key=str.encode))
        message = KEY.encode() + path.encode() + text.encode() + body + KEY.encode()
        assert given == hmac.new(KEY.encode(), message, hashlib.sha256).hexdigest()
        assert abs(int(params.pop("timestamp")) - self.now.timestamp()) < 2
        assert params.pop("app_key") == APP
        if path.startswith(NO_CIPHER):
            assert "shop_cipher" not in params
        else:
            assert params.pop("shop_cipher") == CIPHER


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def shop(wire: Wire) -> TokopediaConnector:
    return wire.connect()


@pytest.fixture
def content() -> Callable[..., Content]:
    """A valid content; keywords replace fields."""

    def make(**fields: Any) -> Content:
        plain: dict[str, Any] = {
            "title": "Keripik Singkong Balado Renyah 250 g",
            "description": "Renyah & gurih.\nPedas sedang.\n\nBerat <250 g",
            "category_id": "700645",
            "attributes": [],
            "brand_id": "0",
            "brand": "No Brand",
            "weight_g": 300,
            "package_cm": [],
            "pictures": ["tos-1", "tos-2"],
            "couriers": [],
            "dangerous": False,
            "preorder_days": None,
            "axes": [],
            "skus": [{"sku": "KSB-250", "options": [], "weight_g": 300}],
            "item_sku": "KSB-250",
        }
        return {**plain, **fields}  # type: ignore[return-value]

    return make


@pytest.fixture
def operation() -> Callable[..., Operation]:
    def make(
        kind: OpKind, skus: Sequence[SkuWrite], payload: Any = None, remote_id: str | None = None, **more: Any
    ) -> Operation:
        return Operation(more.pop("operation_id", 7), kind, "key-7", remote_id, tuple(skus), payload or {}, **more)

    return make


def failed(code: int | str, message: str = "", status: int = 200, **data: Any) -> httpx2.Response:
    """An error answer."""
    body = {"code": code, "message": message, "request_id": "r1", "data": data or None}
    return httpx2.Response(status, json=body)


@pytest.fixture
def refusal() -> Callable[..., httpx2.Response]:
    return failed
