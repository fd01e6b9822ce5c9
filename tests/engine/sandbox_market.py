"""A shop of a sandbox in the words of the memory marketplace, as far as `World` speaks them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bridge.engine.connecting import ask_sandbox
from bridge.model import Grant
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.testing.sandbox_world import SandboxWorld
from tests.engine.world import World, build_engine, open_shop

LIVE = {"NORMAL", "ACTIVATE", "available"}  # Shopee, Tokopedia, Bukalapak


class SandboxMarket:
    """One shop, a new one unless it is named. All processes that name the same `clock` share it: a file with the seconds ahead."""

    def __init__(self, address: str, clock: Path, shop: str | None = None) -> None:
        self.address, self.clock = address, clock
        self.there = SandboxWorld(address, shop, settings={"rates_per_s": "1000"})

    @property
    def grant(self) -> Grant:
        """The token pair that the platform has given last."""
        return SandboxWorld(self.address, self.there.shop).lent.vault.grant

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead())

    def advance(self, seconds: float) -> None:
        """The sandbox judges requests by this clock as well, for they carry its time."""
        self.clock.write_text(str(self._ahead() + seconds), encoding="ascii")
        ask_sandbox(self.address, "/_sandbox/clock", {"advance_s": seconds, "skew": True})

    def _ahead(self) -> float:
        return float(self.clock.read_text(encoding="ascii")) if self.clock.exists() else 0.0

    def expire_tokens(self, shop: str) -> None:
        self.there.expire_tokens()

    def buy(self, shop: str, lines: Mapping[str, int]) -> str:
        """Where the channel has no seller SKUs, the ids of its only listings stand for them."""
        named = [sku["seller_sku"] for row in self.there.state()["listings"] for sku in row["skus"]]
        return self.there.buy(lines if set(lines) <= set(named) else dict(zip(named, lines.values(), strict=True)))

    def state(self, shop: str) -> dict[str, list[dict[str, Any]]]:
        """What is not on sale says so in its title."""
        return {"listing": [_row(row) for row in self.there.state()["listings"]]}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    words = {row["status"], *row.get("statuses", {}).values()} - LIVE
    skus = [
        {
            "id": sku["id"],
            "seller_sku": "" if sku["seller_sku"] == row["id"] else sku["seller_sku"],
            "price_idr": sku["price"],
            "stock": {"": sku["stock"]},
        }
        for sku in row["skus"]
    ]
    return {"id": row["id"], "title": " ".join([row["title"], *sorted(words)]), "skus": skus}


def build_sandbox_world(store: Store, cipher: Cipher, home: Path, channel: str, market: SandboxMarket) -> World:
    """A merchant with a shop in a sandbox, and pictures that were fetched already."""
    engine = build_engine(store, cipher, home, market)  # type: ignore[arg-type]
    world = World(engine, market, market.there.shop)  # type: ignore[arg-type]
    open_shop(world, channel, market.there.settings, market.grant)
    return world
