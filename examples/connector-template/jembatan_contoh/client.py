"""Contoh's calls as typed reads and writes of one shop; no decision is made here.

Waiting for a permit, retrying, redacting and counting are the work of `Http`.
"""

import json
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from bridge.connectors.base import Ports
from bridge.connectors.http import Call, Http
from bridge.connectors.wire import W, parse, read_rates, read_settings
from bridge.settings import channel_config
from jembatan_contoh.auth import ContohAuth
from jembatan_contoh.errors import classify
from jembatan_contoh.types import ContohSettings, Page


class ContohClient:
    """Paths are those of the API's pages."""

    def __init__(self, shop: str, given: Mapping[str, str], ports: Ports) -> None:
        settings = read_settings(ContohSettings, given)
        self.clock, self.config = ports.clock, channel_config("contoh", settings.home)
        self.rates = read_rates(self.config["rates"], settings.rates_per_s)
        self._http = Http(
            base_url=settings.base_url,
            channel="contoh",
            app="",
            shop=shop,
            ports=ports,
            rates=self.rates,
            sign=lambda _call, grant: ContohAuth(grant.access_token) if grant is not None else None,
            classify=classify,
        )

    def get(self, path: str, reply: type[W], *params: tuple[str, object], kind: str = "reads") -> W:
        """A parameter may come more than once. `kind` is what the call counts as: "reads" or "schema"."""
        pairs = tuple((name, str(value)) for name, value in params)
        return self._send(Call(method="GET", path=path, kind=kind, params=pairs), reply)

    def pages(self, path: str, reply: type[Page[W]], *params: tuple[str, object]) -> Iterator[list[W]]:
        """Every page; a last one may be empty."""
        number, more = 1, True
        while more:
            page = self.get(path, reply, ("page", number), *params)
            yield page.rows
            number, more = number + 1, page.more

    def send(self, method: str, path: str, reply: type[W], body: Mapping[str, object]) -> W:
        """A write with a JSON body."""
        content = json.dumps(body, ensure_ascii=False).encode()
        return self._send(Call(method=method, path=path, kind="writes", body=content), reply)

    def _send(self, call: Call, reply: type[W]) -> W:
        return parse(reply, self._http.send(call).body, call.label)


def at(collection: str, remote_id: str) -> str:
    """The path of one thing, whatever signs its id has."""
    return f"{collection}/{quote(remote_id, safe='')}"
