"""What only the outside can do to a shop, so that a test can play buyer, seller, clock and bad line.

`World` is the contract; `MemoryWorld` plays the memory marketplace, `SandboxWorld` (beside this file) a sandbox over its control
plane. A world also lends the ports and counts what went through them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Protocol, cast

from bridge.connectors import registry
from bridge.connectors.base import CallCount, Connector, ConsentSource, Plugin, Ports
from bridge.errors import AuthExpired, OutcomeUnknown, RateLimited
from bridge.model import Bucket, Grant, OpKind


class Turnstile:
    """A limiter that lets everybody through until `wait` is set."""

    def __init__(self) -> None:
        self.wait = timedelta(0)
        self.reports: list[tuple[str, timedelta]] = []

    def take(self, buckets: Sequence[Bucket]) -> timedelta:  # noqa: ARG002  the port's signature
        return self.wait

    def report(self, bucket: str, retry_after: timedelta) -> None:
        self.reports.append((bucket, retry_after))


class Keyring:
    """A vault with one grant, renewed through the plugin's consent flow, one renewal at a time; `renewals` counts them."""

    def __init__(self, grant: Grant, refresh: Callable[[Grant, str], Grant] | None = None) -> None:
        self.grant = grant
        self.refresh = refresh
        self.renewals = 0
        self._lock = Lock()

    def current(self, shop: str) -> Grant:  # noqa: ARG002  one grant serves all
        return self.grant

    def renew(self, shop: str, stale_access_token: str) -> str:
        with self._lock:
            if self.grant.access_token == stale_access_token:
                if self.refresh is None:
                    raise AuthExpired("the shop must be authorised again")
                self.grant = self.refresh(self.grant, shop)
                self.renewals += 1
            return self.grant.access_token


@dataclass(slots=True)
class Lent:
    """The ports of one test, and what passed them."""

    vault: Keyring
    limiter: Turnstile = field(default_factory=Turnstile)
    count: CallCount = field(default_factory=CallCount)
    leases: list[timedelta] = field(default_factory=list)
    points: list[str] = field(default_factory=list)

    def ports(self) -> Ports:
        return Ports(
            limiter=self.limiter,
            vault=self.vault,
            before_call=self.leases.append,
            reach=self.points.append,
            count=self.count,
        )


class World(Protocol):
    """The outside of one shop. What nobody could do raises ValueError; ids and SKUs are text.

    In `buy` and `move`, lines are seller SKU (or remote SKU id, where the channel has none) -> pieces.
    """

    shop: str
    lent: Lent

    def advance(self, seconds: float) -> None:
        """Ages waits, reviews, queues and tokens; stamps stay real."""

    def buy(self, lines: Mapping[str, int], *, paid: bool = True, age_s: float = 0) -> str:
        """A buyer buys; the order's remote id."""

    def move(self, order_id: str, action: str, lines: Mapping[str, int] | None = None) -> None:
        """pay, ship, deliver, cancel or return."""

    def edit(self, listing_id: str, **values: object) -> None:
        """The seller's hand: title, price_idr, stock, visible."""

    def preload(self, seller_skus: Sequence[str]) -> Sequence[str]:
        """Many listings at once, one per SKU; their remote ids."""

    def state(self) -> Mapping[str, list[dict[str, Any]]]:
        """The shop's truth, in the form of the control plane's `state`: listings and orders."""

    def lose(self, kind: OpKind, *, arrived: bool, step: int = 0) -> None:
        """The answer of the next write of that kind is lost (of a create: of that step); with `arrived` it took effect."""

    def throttle(self, retry_after: timedelta) -> None:
        """Every call is refused as too many, until `calm`."""

    def calm(self) -> None:
        """Ends all faults."""

    def expire_tokens(self) -> bool:
        """The access token is over; False where tokens never end."""

    def secrets(self) -> Sequence[str]:
        """What no message may show."""


class MemoryBooks(Protocol):
    """What MemoryWorld needs of the memory plugin's marketplace (`bridge.connectors.memory.Market`)."""

    def advance(self, seconds: float) -> None: ...
    def buy(self, shop: str, lines: Mapping[str, int], paid: bool = True, age_s: float = 0) -> str: ...
    def move(self, order_id: str, action: str, lines: Mapping[str, int] | None = None) -> None: ...
    def edit(self, listing_id: str, **values: Any) -> None: ...
    def add_listing(self, shop: str, title: str, seller_sku: str, price_idr: int, pieces: int) -> str: ...
    def state(self, shop: str) -> dict[str, list[dict[str, Any]]]: ...
    def fail(self, error: Exception, where: str = "before", on: str = "writes", times: int = 1) -> None: ...
    def forgive(self) -> None: ...
    def expire_tokens(self, shop: str) -> None: ...


class MemoryWorld:
    """The outside of a shop of the memory marketplace; `shape` bends it (see `bridge.connectors.memory.TWISTS`)."""

    def __init__(self, world: str = "default", shop: str = "1", shape: str = "", file: str = "") -> None:
        self.shop = shop
        self.settings = {"world": world, "shape": shape, **({"file": file} if file else {})}
        self._plugin: Plugin = registry.plugin("memory")
        self.lent = Lent(Keyring(Grant("token-first", "refresh-first", None, None, None, (shop,))))
        source = cast(ConsentSource, self._plugin)
        self.lent.vault.refresh = source.consent(self.settings, self.lent.ports()).refresh
        self._books: MemoryBooks = cast(Any, self._plugin).market(self.settings)

    def connect(self) -> Connector:
        return self._plugin.open(self.shop, self.settings, self.lent.ports())

    def advance(self, seconds: float) -> None:
        self._books.advance(seconds)

    def buy(self, lines: Mapping[str, int], *, paid: bool = True, age_s: float = 0) -> str:
        return self._books.buy(self.shop, lines, paid, age_s)

    def move(self, order_id: str, action: str, lines: Mapping[str, int] | None = None) -> None:
        self._books.move(order_id, action, lines)

    def edit(self, listing_id: str, **values: object) -> None:
        self._books.edit(listing_id, **values)

    def preload(self, seller_skus: Sequence[str]) -> Sequence[str]:
        return [self._books.add_listing(self.shop, f"Muatan {sku}", sku, 15000, 20) for sku in seller_skus]

    def state(self) -> Mapping[str, list[dict[str, Any]]]:
        truth = self._books.state(self.shop)
        listings = [
            {
                **{key: row[key] for key in ("id", "title", "status")},
                "skus": [
                    {
                        "id": s["id"],
                        "seller_sku": s["seller_sku"],
                        "price": s["price_idr"],
                        "stock": sum(s["stock"].values()),
                    }
                    for s in row["skus"]
                ],
            }
            for row in truth["listing"]
        ]
        orders = [{"id": row["id"], "status": row["status"], "lines": row["lines"]} for row in truth["order"]]
        return {"listings": listings, "orders": orders}

    def lose(self, kind: OpKind, *, arrived: bool, step: int = 0) -> None:  # noqa: ARG002  the next write is the one
        self._books.fail(OutcomeUnknown("memory: the answer was lost"), "after" if arrived else "before")

    def throttle(self, retry_after: timedelta) -> None:
        for sort in ("reads", "writes", "schema"):
            self._books.fail(RateLimited("memory: too many calls", retry_after), on=sort, times=100)

    def calm(self) -> None:
        self._books.forgive()

    def expire_tokens(self) -> bool:
        self._books.expire_tokens(self.shop)
        return True

    def secrets(self) -> Sequence[str]:
        return (self.lent.vault.grant.access_token, self.lent.vault.grant.refresh_token)


def now() -> datetime:
    return datetime.now(UTC)
