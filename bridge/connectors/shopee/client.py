"""Shopee's calls as typed reads and writes of one shop; no decision is made here."""

import json
from collections.abc import Mapping, Sequence
from datetime import time, timedelta

from bridge.connectors.base import Ports
from bridge.connectors.http import Call, Client, Http
from bridge.connectors.shopee.auth import ShopeeAuth
from bridge.connectors.shopee.errors import classifier
from bridge.connectors.shopee.types import ShopeeSettings
from bridge.connectors.wire import W, parse, read_rates
from bridge.model import Rate

Value = str | int | Sequence[str]
UPLOAD_TIME = timedelta(seconds=60)  # the lease must outlive it


class ShopeeClient:
    """Paths are given without `/api/v2`."""

    def __init__(self, shop: str, settings: ShopeeSettings, ports: Ports, client: Client | None = None) -> None:
        self.shop, self.settings, self.clock = shop, settings, ports.clock
        self.config = settings.config
        self.rates: tuple[Rate, ...] = read_rates(self.config["rates"], settings.rates_per_s)
        self._http = Http(
            base_url=settings.host,
            channel="shopee",
            app=settings.app_id,
            shop=shop,
            ports=ports,
            rates=self.rates,
            sign=lambda call, grant: ShopeeAuth(
                settings, ports.clock, call.path, shop if grant is not None else "", grant.access_token if grant else ""
            ),
            classify=classifier(ports.clock, time.fromisoformat(self.config["calls"]["quota_reset"])),
            secrets=(settings.app_secret, settings.push_secret),
            client=client,
        )

    def get(self, path: str, reply: type[W], kind: str = "reads", *, wrapped: bool = True, **params: Value | None) -> W:
        """Lists become repeated keys; None is left out. `wrapped` answers keep their payload in `response`."""
        pairs = [
            (name, str(one))
            for name, value in params.items()
            if value is not None
            for one in ([value] if isinstance(value, str | int) else value)
        ]
        return self._send(Call(method="GET", path=f"/api/v2{path}", kind=kind, params=tuple(pairs)), reply, wrapped)

    def post(self, path: str, body: Mapping[str, object], reply: type[W], kind: str = "writes") -> W:
        """Sends JSON; the answer's payload is in `response`, which some writes lack."""
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return self._send(Call(method="POST", path=f"/api/v2{path}", kind=kind, body=content), reply, True)

    def download(self, path: str, body: Mapping[str, object]) -> bytes:
        """A file; a refusal comes as JSON in its place."""
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return self._http.send(Call(method="POST", path=f"/api/v2{path}", body=content, is_json=False)).content

    def upload(self, path: str, files: Sequence[tuple[str, bytes, str]], reply: type[W]) -> W:
        """One multipart call with every file in the field `image`; signed without a shop, as the reference says."""
        call = Call(
            method="POST",
            path=f"/api/v2{path}",
            kind="writes",
            files=tuple(("image", file) for file in files),
            needs_token=False,
            timeout=UPLOAD_TIME,
        )
        return self._send(call, reply, True)

    def _send(self, call: Call, reply: type[W], wrapped: bool) -> W:
        body = self._http.send(call).body
        inner = body.get("response") if wrapped and isinstance(body, dict) else body
        return parse(reply, {} if inner is None else inner, call.label)
