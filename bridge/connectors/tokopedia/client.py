"""The platform's calls as typed reads and writes of one shop; no decision is made here."""

import json
from collections.abc import Mapping
from datetime import time, timedelta

from bridge.connectors.base import Ports
from bridge.connectors.http import Auth, Call, Client, Http
from bridge.connectors.tokopedia.auth import TokopediaAuth, cipher_of
from bridge.connectors.tokopedia.errors import STATUSES, classifier, judge_of
from bridge.connectors.tokopedia.types import TokopediaSettings
from bridge.connectors.wire import W, parse, read_rates
from bridge.model import Grant, Rate

UPLOAD_TIME = timedelta(seconds=60)  # the lease must outlive it
NO_CIPHER = ("/authorization/", "/product/202309/images/")  # the platform refuses a cipher there


class TokopediaClient:
    """Paths are given whole, since every endpoint has its own version."""

    def __init__(self, shop: str, settings: TokopediaSettings, ports: Ports, client: Client | None = None) -> None:
        self.shop, self.settings, self.clock, self.vault = shop, settings, ports.clock, ports.vault
        self.config = settings.config
        self.rates: tuple[Rate, ...] = read_rates(self.config["rates"], settings.rates_per_s)
        self.judge = judge_of(ports.clock, time.fromisoformat(self.config["calls"]["quota_reset"]))
        self._http = Http(
            base_url=settings.base_url,
            channel="tokopedia",
            app=settings.app_id,
            shop=shop,
            ports=ports,
            rates=self.rates,
            sign=self._sign,
            classify=classifier(self.judge),
            secrets=(settings.app_secret,),
            statuses=STATUSES,
            client=client,
        )

    def get(self, path: str, reply: type[W], kind: str = "reads", **params: str | int) -> W:
        """A read by address."""
        return self._send(Call(method="GET", path=path, kind=kind, params=_pairs(params)), reply)

    def search(self, path: str, body: Mapping[str, object], reply: type[W], **params: str | int) -> W:
        """A read by body; an empty one is not sent, since clients and platform sign it differently."""
        content = _json(body) if body else None
        return self._send(Call(method="POST", path=path, params=_pairs(params), body=content), reply)

    def write(self, path: str, body: Mapping[str, object], reply: type[W], method: str = "POST") -> W:
        """A write."""
        return self._send(Call(method=method, path=path, kind="writes", body=_json(body)), reply)

    def upload(self, path: str, field: str, file: tuple[str, bytes, str], reply: type[W], **fields: str) -> W:
        """One file by multipart, whose body is not signed."""
        parts = tuple((name, (None, value.encode(), None)) for name, value in fields.items())
        call = Call(method="POST", path=path, kind="writes", files=((field, file), *parts), timeout=UPLOAD_TIME)
        return self._send(call, reply)

    def _sign(self, call: Call, grant: Grant | None) -> Auth | None:
        if grant is None:
            return None
        cipher = "" if call.path.startswith(NO_CIPHER) else cipher_of(grant, self.shop)
        return TokopediaAuth(self.settings, self.clock, grant.access_token, cipher)

    def _send(self, call: Call, reply: type[W]) -> W:
        body = self._http.send(call).body
        data = body.get("data") if isinstance(body, dict) else None
        return parse(reply, {} if data is None else data, call.label)


def _pairs(params: Mapping[str, str | int]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in params.items() if value != "")


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
