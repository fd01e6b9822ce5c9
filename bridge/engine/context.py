"""What every part of the engine is handed: the store and its doors, and one shop's lane while it is worked on."""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bridge.connectors import registry
from bridge.connectors.base import CallCount, Connector, Limiter, Plugin, Ports
from bridge.engine.limiter import StoreLimiter
from bridge.engine.tokens import StoreVault
from bridge.errors import AlreadyRunning, ChannelError, Stopped
from bridge.mapping.rules import MappingRules
from bridge.settings import Settings
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.leases import Held, drop_lease, fence_of, renew_lease, take_lease_in
from bridge.store.shops import ShopView

LEASE = timedelta(seconds=120)
MARGIN = timedelta(seconds=5)


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


def no_probe(_label: str) -> None:
    """Does nothing; a test puts its own probe here to die at a named point."""


def no_pause(_lane: "Lane") -> None:
    """A long pull goes on without doing anything else."""


def new_holder() -> str:
    """A name for this runner that no other has: machine, process and a random word."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class Takeover:
    """What a shop showed already: how many listings became ours, and titles that look like ours but carry other codes."""

    bound: int = 0
    twins: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Engine:
    """One process's way to everything."""

    settings: Settings
    store: Store
    cipher: Cipher
    clock: Callable[[], datetime] = utc_now
    reach: Callable[[str], None] = no_probe
    sleep: Callable[[float], None] = time.sleep
    holder: str = field(default_factory=new_holder)
    limiter: Limiter = field(init=False)
    rules: dict[str, MappingRules] = field(default_factory=dict)  # by channel, for one run
    refused_apps: dict[int, str] = field(default_factory=dict)  # app → what the channel said of its key, for one run
    takeovers: dict[int, Takeover] = field(default_factory=dict)  # shop → what connecting it found there
    stopping: threading.Event = field(default_factory=threading.Event)
    plugins: dict[str, Plugin] = field(default_factory=dict)  # by channel; a test puts its own here
    patience: timedelta | None = None  # with a marketplace that does not answer, where other shops wait for this one

    def begin(self) -> None:
        """A run begins: nothing is remembered of the one before."""
        self.rules.clear()
        self.refused_apps.clear()

    def go_on(self) -> None:
        """Raises Stopped when somebody asked this process to end. Asked between calls, never between sending and settling."""
        if self.stopping.is_set():
            raise Stopped("Stopped. Nothing is lost: run the same command again.")

    def plugin(self, channel: str) -> Plugin:
        """The plugin of a channel, looked for once."""
        if channel not in self.plugins:
            self.plugins[channel] = registry.plugin(channel)
        return self.plugins[channel]

    def __post_init__(self) -> None:
        self.limiter = StoreLimiter(self.store)

    def ports(
        self, channel: str, count: CallCount, before_call: Callable[[timedelta], None], trial_key: str | None = None
    ) -> Ports:
        """The doors lent to a connector; with a `trial_key` tokens are renewed with that secret of the app."""
        vault = StoreVault(
            self.store, channel, self.cipher, self.holder, self.clock, self.reach, count, self.limiter, trial_key
        )
        return Ports(
            limiter=self.limiter,
            vault=vault,
            before_call=before_call,
            reach=self.reach,
            clock=self.clock,
            count=count,
            patience=self.patience,
        )


@dataclass(slots=True)
class SharedCount(CallCount):
    """Calls of one shop, counted by all its callers."""

    lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def add(self, kind: str) -> None:
        with self.lock:
            CallCount.add(self, kind)


@dataclass(kw_only=True)
class Tally:
    """What one run did: listings by kind of write, orders, and what went wrong."""

    done: dict[str, set[int]] = field(default_factory=dict)
    rejected: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    orders_new: int = 0
    orders_changed: int = 0

    def settle(self, kind: str, target: int) -> None:
        """One listing or order was written."""
        self.done.setdefault(kind, set()).add(target)
        self.unknown.discard(target)


@dataclass(kw_only=True)
class Lane:
    """One shop while it is worked on: its connector, the lease, the calls made and what came of them."""

    engine: Engine
    shop: ShopView
    run_id: int | None = None
    count: CallCount = field(default_factory=SharedCount)
    tally: Tally = field(default_factory=Tally)
    lease: Held | None = None
    trouble: ChannelError | None = None  # what the last call ended with; None when it was answered
    edited: set[int] = field(default_factory=set)  # differences found right before a write, over which none was written
    gated: bool = False  # a figure has to go through 0, or waits for others to be lowered
    learnt: bool = False  # what the channel said changes what the shop should show: it is planned once more
    between: Callable[["Lane"], None] = no_pause  # what is done between two pieces of a long pull
    connector: Connector = field(init=False)
    _leased_at: float = 0.0
    _lost: bool = False  # another runner has taken the shop over
    _renewing: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        ports = self.engine.ports(self.shop.channel, self.count, self.before_call)
        plugin = self.engine.plugin(self.shop.channel)
        settings = {**self.shop.settings, "home": str(self.engine.settings.home)}  # where an office's own limits lie
        self.connector = plugin.open(self.shop.remote_shop_id, settings, ports)

    def enter(self) -> bool:
        """Takes the shop's lease; False while another runner holds it."""
        return self.engine.store.run(self.enter_in, lasting=False)

    def enter_in(self, session: Session) -> bool:
        """The same within a transaction, which has to commit before anything is sent."""
        self._leased_at = time.monotonic()
        holder = f"{self.engine.holder}/{secrets.token_hex(4)}"  # two runs of one process must not share a lease
        self.lease = take_lease_in(session, f"shop/{self.shop.shop_id}", holder, LEASE)
        return self.lease is not None

    def leave(self) -> None:
        """Gives the lease back."""
        if self.lease is not None:
            drop_lease(self.engine.store, self.lease)
            self.lease = None

    def before_call(self, timeout: timedelta) -> None:
        """The lease must outlive the call, else a successor could send while our call is still on its way."""
        with self._renewing:
            if self._lost:
                raise self._taken()
            remaining = LEASE - timedelta(seconds=time.monotonic() - self._leased_at)
            if self.lease is not None and remaining <= timeout + MARGIN + LEASE / 4:
                self._renew(self.lease)

    def _renew(self, held: Held) -> None:
        begun = time.monotonic()
        self.lease = renew_lease(self.engine.store, held, LEASE)
        self._leased_at = begun
        if self.lease is None:
            raise self._taken()

    def must_hold(self, session: Session) -> None:
        """Locks the lease until the transaction ends. Raises AlreadyRunning when another runner has taken the shop over."""
        held = self.lease
        if self._lost or (held is not None and fence_of(session, held.name) != held.fence):
            raise self._taken()

    def _taken(self) -> AlreadyRunning:
        self.lease, self._lost = None, True
        return AlreadyRunning(
            "Another run has taken over the shop {shop}.", shop=self.shop.name or self.shop.remote_shop_id
        )
