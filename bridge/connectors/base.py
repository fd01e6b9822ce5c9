"""The contract between the engine and a marketplace. It knows values only: no store, no planning, no HTTP library.

Seven methods every connector has, and abilities as separate protocols. What a channel cannot do is said by `capabilities()`,
so that nobody finds out by an exception. `bridge.testing.ConnectorContract` checks all of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from bridge.model import (
    Bucket,
    Category,
    CategorySchema,
    Grant,
    Hint,
    OpKind,
    Problem,
    Rate,
    RemoteListing,
    RemoteOrder,
    Window,
)


class Verdict(StrEnum):
    DONE = "done"  # the channel shows the new value
    NEXT = "next"  # one step is done: commit ids and ticket, submit again after `retry_after`
    ACCEPTED = "accepted"  # taken, not yet visible: ask again with the ticket
    RETRY = "retry"  # nothing changed, safe to send again later
    REJECTED = "rejected"  # will fail again until the data changes
    UNKNOWN = "unknown"  # it may or may not have happened: look before sending again


CAMPAIGN = "campaign"  # code of a RETRY: the channel keeps the field; without `retry_after` the engine says when
HIDDEN = "hidden"  # code of a create that is DONE but not shown yet: the engine shows it with a VISIBILITY batch


class Find(StrEnum):
    ALL = "all"
    ID = "id"  # remote ids
    SKU = "sku"  # seller SKUs
    CHANGED = "changed"  # since a time


@dataclass(frozen=True, slots=True)
class SkuWrite:
    listing_sku_id: int  # not our SKU: two ListingSkus may share one, with different `units`
    seller_sku: str
    remote_sku_id: str | None = None
    price_idr: int | None = None
    stock: Mapping[str, int] = field(default_factory=dict)  # location ("": the only one) -> pieces still for sale


@dataclass(frozen=True, slots=True)
class Operation:
    """One journalled write. `payload` of CREATE and CONTENT is a `bridge.model.Content`, of VISIBILITY `{"visible": bool}`, of SHIP
    `{"tracking_number": str, "courier": str}` where the seller hires the courier, of CANCEL `{"reason": str}`.
    """

    operation_id: int
    kind: OpKind
    key: str  # idempotency key, made when recorded, kept at every resend
    remote_id: str | None  # the listing; the order for SHIP and CANCEL
    skus: tuple[SkuWrite, ...]  # PRICE and STOCK: the changed ones; else every SKU of the listing
    payload: Mapping[str, Any]  # frozen when recorded, with the references of uploaded pictures
    ticket: str = ""  # from the last NEXT or ACCEPTED
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SkuOutcome:
    listing_sku_id: int
    verdict: Verdict
    remote_sku_id: str | None = None
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    operation_id: int
    verdict: Verdict
    remote_id: str | None = None  # bound at once, whatever the verdict
    skus: tuple[SkuOutcome, ...] = ()  # those that differ from the verdict, and new remote ids
    ticket: str = ""
    code: str = ""  # ours: zero_refused, locked, campaign, quota (until retry_after), alone, hidden; else the channel's
    message: str = ""
    retry_after: timedelta | None = None
    deadline: timedelta | None = None  # of ACCEPTED; None: a review or a person ends it


@dataclass(frozen=True, slots=True)
class Batch:
    """What one wire write can take. Kinds with the same `call` travel together."""

    call: str
    listings: int = 1
    skus: int | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    batch: Mapping[OpKind, Batch]  # its keys are what can be written
    finds: frozenset[Find]
    orders_by: str | None = "updated"  # "created": open orders are asked for by id as well; None: no orders
    order_window: timedelta | None = None
    rates: tuple[Rate, ...] = ()
    concurrent_calls: int = 1
    by_file: bool = False  # no calls at all: a person carries files there and back, and every kind is late
    late: frozenset[OpKind] = frozenset()  # may answer ACCEPTED
    pictures: str = "shop"  # one upload serves the shop; "listing": one listing only; "inline": sent in the create
    pictures_per_call: int = 1  # of PictureSink.upload
    takes_zero: bool = True  # a `zero_refused` turns it off for the shop
    creates_with_zero: bool = True  # a new listing or variant may begin without a piece
    skus_per_listing: int = 50  # 1: variants become listings of their own
    create_keyed: bool = False  # a create sent twice with one key makes one listing
    closed_on: date | None = None  # a discontinued marketplace
    list_lag: timedelta = timedelta(0)  # how late an order may enter the order list
    restock_lag: timedelta = timedelta(0)  # how late a cancelled unit may come back to the channel's number
    write_horizon: timedelta = timedelta(minutes=6)  # after which a write whose answer was lost cannot land any more


@dataclass(frozen=True, slots=True)
class RemoteShop:
    remote_id: str
    name: str = ""
    authorised_until: datetime | None = None
    locations: tuple[str, ...] = ("",)  # the warehouses that sell, the main one first; "": the only one
    blocked: Mapping[OpKind, str] = field(default_factory=dict)  # kind -> why, now
    remember: Mapping[str, str] = field(default_factory=dict)  # to be told again as settings at `open`: spares reads
    location_names: Mapping[str, str] = field(
        default_factory=dict
    )  # what the seller calls them, where the channel tells it


@runtime_checkable
class Connector(Protocol):
    """One shop on one channel. Thread-safe; never sleeps, retries, logs a payload, opens the store or reads the environment."""

    def capabilities(self) -> Capabilities:
        """What this channel can do; costs nothing."""

    def check(self) -> RemoteShop:
        """The shop as the channel sees it. Raises AuthExpired, ShopBlocked or Misconfigured."""

    def listings(self, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[RemoteListing]:
        """Pages by itself and yields as pages arrive. `keys` are remote ids or seller SKUs; `since` serves CHANGED."""

    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        """Orders of a window, then the Window that was walked whole; or the orders of the ids. An order may come twice."""

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """Exactly one outcome per operation; at most one write that is unsafe to repeat. Raises only if the whole call failed."""

    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """What became of accepted operations. Never writes."""

    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """What became of operations whose answer was lost: DONE, NEXT, ACCEPTED, RETRY (absent) or UNKNOWN. Never writes."""


class Limiter(Protocol):
    """Shared by all processes through the store. Only http.py waits: at most 10 s, else RateLimited."""

    def take(self, buckets: Sequence[Bucket]) -> timedelta:
        """Zero: all were charged, go. Else nothing was charged; wait so long."""

    def report(self, bucket: str, retry_after: timedelta) -> None:
        """The channel said so; every process obeys."""


class TokenVault(Protocol):
    """One refresh per grant at a time, intent written first, the new pair committed before use."""

    def current(self, shop: str) -> Grant:
        """The tokens in force for a remote shop id."""

    def renew(self, shop: str, stale_access_token: str) -> str:
        """A fresh access token; another process's if it was quicker. Raises AuthExpired."""


def _no_lease(_timeout: timedelta) -> None:
    return None


def _no_probe(_label: str) -> None:
    return None


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class CallCount:
    """HTTP calls of one run. Uploads are writes, token calls are neither; schema reads are counted apart."""

    reads: int = 0
    writes: int = 0
    schema: int = 0
    tokens: int = 0

    def add(self, kind: str) -> None:
        setattr(self, kind, getattr(self, kind) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What the engine lends a connector: the doors to the outside, each replaceable in a test."""

    limiter: Limiter
    vault: TokenVault
    before_call: Callable[[timedelta], None] = _no_lease  # checks that the lease outlives a call of that time-out
    reach: Callable[[str], None] = _no_probe  # named points for the kill test
    clock: Callable[[], datetime] = _utc_now
    count: CallCount = field(default_factory=CallCount)
    files: Path | None = None  # the shop's folder on the file road
    patience: timedelta | None = None  # how long a read may take where others wait for its end; it is then tried once


class Plugin(Protocol):
    """What the entry point names: abilities that exist before any shop does belong here.

    `settings` holds app_id, app_secret, base_url, auth_url, what else the channel's page in docs/channels names, and `home`, the
    folder under which an office keeps its own `config/channels/<name>.toml`.
    """

    name: str
    real_host: str

    def open(self, shop: str, settings: Mapping[str, str], ports: Ports) -> Connector:
        """A connector for a remote shop id."""


class ConsentFlow(Protocol):
    """A person authorises in the browser; then tokens are exchanged and refreshed."""

    def link(self, state: str, callback: str) -> str:
        """The address a seller opens."""

    def exchange(self, answer: Mapping[str, str]) -> Sequence[Grant]:
        """Tokens for the callback's parameters. Raises AuthExpired when the code is used or old."""

    def refresh(self, grant: Grant, shop: str) -> Grant:
        """A new pair for a grant. Raises AuthExpired when only the seller can help."""


@runtime_checkable
class ConsentSource(Protocol):
    """Ability of a plugin: it has a consent flow, per app."""

    def consent(self, settings: Mapping[str, str], ports: Ports) -> ConsentFlow:
        """The flow for one app."""


@runtime_checkable
class WebhookSource(Protocol):
    """Ability of a plugin, per app. The answer's body is always empty. `read` gives None for a bad signature."""

    ok_status: int
    refused_status: int

    def read(self, url: str, headers: Mapping[str, str], body: bytes, secret: str) -> Sequence[Hint] | None:
        """What to read again; verified over the raw body in constant time."""


@runtime_checkable
class WebhookSecret(Protocol):
    """Ability of a plugin whose `read` needs something else than `app_secret` as its secret."""

    def webhook_secret(self, settings: Mapping[str, str]) -> str:
        """What an app's settings make of it."""


@runtime_checkable
class ErrorSource(Protocol):
    """Ability of a plugin: it knows what its channel's refusals mean to people. Pure, and cheap: no shop is opened for it."""

    def meaning(self, code: str, message: str) -> str | None:
        """For code and message of an outcome a name of `bridge.connectors.meanings`; None for what the channel never said."""


@runtime_checkable
class PictureSink(Protocol):
    """Ability of a connector: pictures go up before the create that names them."""

    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        """One reference or problem per picture, in order; one wire call (`pictures_per_call` at most)."""


@runtime_checkable
class LabelSource(Protocol):
    """Ability of a connector: the shipping label as the channel gives it (PDF)."""

    def label(self, remote_order_id: str) -> bytes:
        """The label's bytes. ChannelUnavailable with `retry_after` while it is being made, Rejected where there is none."""


@runtime_checkable
class SchemaSource(Protocol):
    """Ability of a connector: what a category asks for, read from the channel."""

    def categories(self) -> Iterator[Category]:
        """The whole tree, parents before children."""

    def schema(self, category_id: str) -> CategorySchema:
        """Attributes, limits and couriers of a leaf."""

    def choices(self, category_id: str, attribute_id: str, text: str) -> Sequence[tuple[str, str]]:
        """Listed values near a text, as (value id, name); for attributes whose options are not sent inline."""


@dataclass(frozen=True, slots=True)
class SavedSku:
    """One variant as a saved answer tells it; a product without variants has one, without options."""

    code: str | None
    options: tuple[str, ...]
    price_idr: int | None
    stock: int | None  # what was left when the answer was saved: a figure of the past, no count


@dataclass(frozen=True, slots=True)
class SavedProduct:
    """A product of an old shop, in plain text; `place` is the file and the row in it."""

    place: str
    remote_id: str
    seller_id: str  # "" where the answer does not say whose it is
    seller: str
    title: str
    description: str
    category: tuple[str, ...]  # from the root
    weight_g: int | None
    pictures: tuple[str, ...]  # links
    attributes: Mapping[str, str]
    axes: tuple[str, ...]
    skus: tuple[SavedSku, ...]
    used: bool = False  # second-hand
    original: Mapping[str, str] = field(default_factory=dict)  # what the answer said, by its own names


@dataclass(frozen=True, slots=True)
class SavedOrder:
    place: str
    seller_id: str
    seller: str
    order: RemoteOrder


@dataclass(frozen=True, slots=True)
class Saved:
    """All that was in the files, each product and order once, and what could not be read, by file and place."""

    products: tuple[SavedProduct, ...]
    orders: tuple[SavedOrder, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()  # what was read and left out on purpose


@runtime_checkable
class SavedSource(Protocol):
    """Ability of a plugin: answers of the channel that somebody kept as files are read into values."""

    def read_saved(self, files: Mapping[str, bytes]) -> Saved:
        """File name → content. Pure; a file or row that cannot be read is a problem and hinders nothing else."""
