"""The platform's calls as typed reads and writes of one shop; no decision is made here."""

import json
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from urllib.parse import parse_qsl, urlsplit

from bridge.connectors.base import Ports
from bridge.connectors.http import Auth, Call, Client, Http
from bridge.connectors.tokopedia.auth import TokopediaAuth, cipher_of
from bridge.connectors.tokopedia.errors import STATUSES, classifier, judge_of
from bridge.connectors.tokopedia.types import TokopediaSettings
from bridge.connectors.wire import W, parse, read_rates
from bridge.errors import OutcomeUnknown
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
        self._ports, self._client = ports, client
        self._http = self._make_http(settings.base_url, self._sign)

    def _make_http(self, base_url: str, sign: Callable[[Call, Grant | None], Auth | None]) -> Http:
        return Http(
            base_url=base_url,
            channel="tokopedia",
            app=self.settings.app_id,
            shop=self.shop,
            ports=self._ports,
            rates=self.rates,
            sign=sign,
            classify=classifier(self.judge),
            secrets=(self.settings.app_secret,),
            statuses=STATUSES,
            client=self._client,
        )

    def get(self, path: str, reply: type[W], kind: str = "reads", **params: str | int) -> W:
        """A read by address."""
        return self._send(Call(method="GET", path=path, kind=kind, params=_pairs(params)), reply)

    def search(self, path: str, body: Mapping[str, object], reply: type[W], **params: str | int) -> W:
        """A read by body; an empty one is not sent, since clients and platform sign it differently."""
        content = _json(body) if body else None
        return self._send(Call(method="POST", path=path, params=_pairs(params), body=content), reply)

    def write(self, path: str, body: Mapping[str, object], reply: type[W], method: str = "POST", **params: str) -> W:
        """A write; an empty body is not sent."""
        content = _json(body) if body else None
        return self._send(Call(method=method, path=path, kind="writes", params=_pairs(params), body=content), reply)

    def fetch(self, url: str) -> bytes:
        """A file that the platform lays out for a while, without any key of ours; by https, or on the platform's own host."""
        parts, own = urlsplit(url), urlsplit(self.settings.base_url)
        if parts.scheme != "https" and (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
            raise OutcomeUnknown("the address of the file is no https")
        http = self._make_http(f"{parts.scheme}://{parts.netloc}", lambda _call, _grant: None)
        params = tuple(parse_qsl(parts.query, keep_blank_values=True))
        return http.send(Call(method="GET", path=parts.path, params=params, needs_token=False, is_json=False)).content

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
