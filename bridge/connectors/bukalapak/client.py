"""Bukalapak's calls as typed reads and writes of one shop; no decision is made here but one: nothing goes to the closed market."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel

from bridge.connectors.base import Ports
from bridge.connectors.bukalapak.auth import BukalapakAuth
from bridge.connectors.bukalapak.errors import NAME, STATUSES, classify, is_closed
from bridge.connectors.bukalapak.types import BukalapakSettings
from bridge.connectors.http import Call, Client, Http
from bridge.connectors.wire import parse, read_rates
from bridge.errors import OutcomeUnknown
from bridge.model import Rate

W = TypeVar("W", bound=BaseModel)
R = TypeVar("R")


class BukalapakClient:
    """Paths are given without the version and `.json`."""

    def __init__(self, shop: str, settings: BukalapakSettings, ports: Ports, client: Client | None = None) -> None:
        self.shop, self.settings, self.clock = shop, settings, ports.clock
        self.config = settings.config
        self.rates: tuple[Rate, ...] = read_rates(self.config["rates"], settings.rates_per_s)
        self._http = Http(
            base_url=settings.base_url,
            channel="bukalapak",
            app="",
            shop=shop,
            ports=ports,
            rates=self.rates,
            sign=lambda _call, grant: BukalapakAuth(shop, grant.access_token) if grant is not None else None,
            classify=classify,
            statuses=STATUSES,
            client=client,
        )

    def get(self, path: str, reply: type[W], kind: str = "reads", **params: str | int | None) -> W:
        """None is left out."""
        pairs = tuple((name, str(value)) for name, value in params.items() if value is not None)
        return self._send(Call(method="GET", path=f"{path}.json", kind=kind, params=pairs), reply)

    def send(self, method: str, path: str, reply: type[W], body: Mapping[str, object] | None = None) -> W:
        """A write with a JSON body, or with none."""
        content = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return self._send(Call(method=method, path=f"{path}.json", kind="writes", body=content), reply)

    def form(self, method: str, path: str, reply: type[W], fields: Mapping[str, str]) -> W:
        """A write with a form for a body."""
        content = urlencode(fields).encode()
        form = "application/x-www-form-urlencoded"
        return self._send(
            Call(method=method, path=f"{path}.json", kind="writes", body=content, content_type=form), reply
        )

    def upload(self, path: str, file: tuple[str, bytes, str], reply: type[W]) -> W:
        """One multipart call with one file in the field `file`."""
        return self._send(Call(method="POST", path=f"{path}.json", kind="writes", files=(("file", file),)), reply)

    def pages(self, read: Callable[[int], Sequence[R]], key: Callable[[R], str]) -> Iterator[Sequence[R]]:
        """Pages up to an empty or repeated one; rows that stood on an earlier page are left out."""
        seen: set[str] = set()
        for number in range(1, self.config["pages"]["most"] + 1):
            fresh = [row for row in read(number) if key(row) not in seen]
            if not fresh:
                return
            seen.update(key(row) for row in fresh)
            yield fresh
        raise OutcomeUnknown(f"{NAME}'s list does not end")

    def _send(self, call: Call, reply: type[W]) -> W:
        if self.settings.is_closed:
            raise is_closed(self.config["closed_on"])
        return parse(reply, self._http.send(call).body, call.label)
