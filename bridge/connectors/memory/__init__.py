"""A real marketplace inside this process, or inside one SQLite file that several processes share.

`plugin` is what the registry finds. Settings: `world` (a name; the same name is the same marketplace), `file` (an SQLite file
instead), `shape` (names of TWISTS, comma-separated).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from bridge.connectors.base import Ports
from bridge.connectors.memory.connector import STANDARD, TWISTS, MemoryConnector
from bridge.connectors.memory.market import Market
from bridge.errors import AuthExpired, UserError
from bridge.model import Grant

__all__ = ["STANDARD", "TWISTS", "Market", "MemoryConnector", "MemoryPlugin", "plugin"]


@dataclass(frozen=True, slots=True)
class MemoryConsent:
    """The consent page of a marketplace that always agrees; the code is the shop's id."""

    market: Market
    ports: Ports

    def link(self, state: str, callback: str) -> str:
        return f"{callback}?{urlencode({'state': state, 'code': '1'})}"

    def exchange(self, answer: Mapping[str, str]) -> Sequence[Grant]:
        if not answer.get("code"):
            raise AuthExpired("memory: the answer carries no code")
        return [self._grant(answer["code"])]

    def refresh(self, grant: Grant, shop: str) -> Grant:
        if shop not in grant.shops:
            raise AuthExpired("memory: this consent is for other shops")
        return self._grant(shop)

    def _grant(self, shop: str) -> Grant:
        self.ports.count.add("tokens")
        return Grant(self.market.new_token(shop), f"refresh-{shop}", None, None, None, (shop,))


class MemoryPlugin:
    name = "memory"
    real_host = ""
    internal = True  # for tests: no list of marketplaces shows it

    def __init__(self) -> None:
        self._lock = Lock()
        self._markets: dict[str, Market] = {}

    def open(self, shop: str, settings: Mapping[str, str], ports: Ports) -> MemoryConnector:
        """A connector over the marketplace that the settings name; the first to open it lends it a clock."""
        twists = [name.strip() for name in settings.get("shape", "").split(",") if name.strip()]
        if unknown := [name for name in twists if name not in TWISTS]:
            raise UserError(
                "Unknown shape {names}. Known: {known}.", names=", ".join(unknown), known=", ".join(sorted(TWISTS))
            )
        bent: dict[str, Any] = {key: value for name in twists for key, value in TWISTS[name].items()}
        return MemoryConnector(self.market(settings, ports), shop, ports, **bent)

    def consent(self, settings: Mapping[str, str], ports: Ports) -> MemoryConsent:
        return MemoryConsent(self.market(settings, ports), ports)

    def market(self, settings: Mapping[str, str], ports: Ports | None = None) -> Market:
        """The books behind the settings: for tests, which play buyer, seller and clock there."""
        file = settings.get("file")
        with self._lock:
            name = f"file:{Path(file).resolve()}" if file else settings.get("world", "default")
            if name not in self._markets:
                more = {} if ports is None else {"clock": ports.clock}
                self._markets[name] = Market(Path(file) if file else None, **more)
            return self._markets[name]

    def forget(self, world: str = "default") -> None:
        """The next opening of that world starts an empty marketplace."""
        with self._lock:
            self._markets.pop(world, None)


plugin = MemoryPlugin()
