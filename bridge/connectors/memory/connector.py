"""The memory marketplace through the contract's seven methods, with pictures, schema and labels.

It keeps every promise of the contract and can be bent (`TWISTS`) to resemble other channels. It calls the ports in the order of
http.py: token, lease, permit, send. It refuses to sleep: where http.py would wait for a permit, it raises RateLimited.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from bridge.connectors.base import (
    Batch,
    Capabilities,
    Find,
    Operation,
    Outcome,
    Ports,
    RemoteShop,
)
from bridge.connectors.memory.catalogue import CATEGORIES, SCHEMA
from bridge.connectors.memory.market import FIRST, LAST, Market, Place, Row, stamp_of
from bridge.connectors.memory.writer import Writer
from bridge.errors import AuthExpired, RateLimited, Rejected
from bridge.model import (
    Bucket,
    Category,
    CategorySchema,
    Grant,
    OpKind,
    Problem,
    RemoteLine,
    RemoteListing,
    RemoteOrder,
    RemoteSku,
    Window,
)

PAGE = 50
CALL_TIMEOUT = timedelta(seconds=30)
BATCHES: Mapping[OpKind, Batch] = MappingProxyType(
    {
        OpKind.CREATE: Batch("create"),
        OpKind.CONTENT: Batch("content"),
        OpKind.PRICE: Batch("values", 20, 200),
        OpKind.STOCK: Batch("values", 20, 200),
        OpKind.VISIBILITY: Batch("show", 50),
        OpKind.SHIP: Batch("ship"),
        OpKind.CANCEL: Batch("cancel"),
    }
)
STANDARD = Capabilities(batch=BATCHES, finds=frozenset(Find), concurrent_calls=4, pictures_per_call=5)
UNSEARCHABLE = frozenset({Find.ALL, Find.ID})
TWISTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {  # names for settings["shape"], comma-separated; each is arguments of MemoryConnector
        "single": {"skus_per_listing": 1},
        "no-zero": {"takes_zero": False},
        "by-created": {"orders_by": "created"},
        "late": {"late": frozenset({OpKind.CREATE, OpKind.CONTENT, OpKind.PRICE, OpKind.STOCK})},
        "steps": {"steps": True},
        "no-search": {"finds": UNSEARCHABLE},
        "nameless": {"finds": UNSEARCHABLE, "names_skus": False},
        "keyed": {"create_keyed": True},
        "fresh-pictures": {"pictures": "listing"},
        "narrow": {"order_window": timedelta(days=15)},
        "two-places": {"places": ("UTARA", "SELATAN")},
        "alone": {"batch": MappingProxyType({kind: Batch(kind.value) for kind in OpKind})},
    }
)


class _AnyPermit:
    def take(self, buckets: Sequence[Bucket]) -> timedelta:  # noqa: ARG002  the port's signature, here and below
        return timedelta(0)

    def report(self, bucket: str, retry_after: timedelta) -> None:  # noqa: ARG002
        return None


class _AnyToken:
    def current(self, shop: str) -> Grant:
        return Grant("token", "refresh", None, None, None, (shop,))

    def renew(self, shop: str, stale_access_token: str) -> str:  # noqa: ARG002
        raise AuthExpired("memory: authorise the shop again")


class MemoryConnector:
    """One shop of a memory marketplace; without arguments a shop of its own in a marketplace of its own.

    `steps`: a create with variants takes three calls, `wait` apart. `names_skus`: reads show the seller SKU. `review`: how long
    what is `late` takes; `places`: its warehouses. All other keywords are fields of Capabilities.
    """

    def __init__(
        self,
        market: Market | None = None,
        shop: str = "1",
        ports: Ports | None = None,
        *,
        steps: bool = False,
        names_skus: bool = True,
        wait: timedelta = timedelta(seconds=5),
        review: timedelta = timedelta(seconds=1),
        places: tuple[str, ...] = ("",),
        **capabilities: Any,
    ) -> None:
        self._ports = ports if ports is not None else Ports(limiter=_AnyPermit(), vault=_AnyToken())
        self._market = market if market is not None else Market(clock=self._ports.clock)
        self._shop, self._names_skus, self._places = shop, names_skus, places
        self._caps = replace(STANDARD, **capabilities)
        self._writer = Writer(self._market, shop, self._caps, names_skus, wait if steps else None, review)

    def capabilities(self) -> Capabilities:
        return self._caps

    def check(self) -> RemoteShop:
        with self._call("reads", "shop"):
            names = {place: f"Gudang {place.title()}" for place in self._places if place}
            return RemoteShop(self._shop, f"Toko {self._shop}", locations=self._places, location_names=names)

    # the wire

    @contextmanager
    def _call(self, sort: str, endpoint: str) -> Iterator[None]:
        """One call ("reads", "writes" or "schema"): all that happens within it is one transaction of the marketplace."""
        ports, market = self._ports, self._market
        self._sign_in()
        ports.before_call(CALL_TIMEOUT)
        wait = ports.limiter.take(self._buckets(endpoint))
        if wait > timedelta(0):
            raise RateLimited("memory: no permit", wait)
        ports.reach("http:before-send")
        ports.count.add(sort)
        if error := market.take_fault("before", sort):
            raise error
        with market.transaction():
            yield
        if error := market.take_fault("after", sort):
            raise error
        ports.reach("http:after-receive")

    def _buckets(self, endpoint: str) -> list[Bucket]:
        rates = [rate for rate in self._caps.rates if rate.endpoint in (None, endpoint)]
        names = ["app" if rate.scope == "app" else f"shop/{self._shop}" for rate in rates]
        return [Bucket(f"memory/{n}/{r.endpoint or 'all'}/{r.per}", r) for n, r in zip(names, rates, strict=True)]

    def _sign_in(self) -> None:
        token = self._ports.vault.current(self._shop).access_token
        if not self._market.token_holds(self._shop, token):
            token = self._ports.vault.renew(self._shop, token)
            if not self._market.token_holds(self._shop, token):
                raise AuthExpired("memory: authorise the shop again")

    # reads

    def listings(self, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[RemoteListing]:
        if by not in self._caps.finds:
            raise Rejected(f"memory: cannot find by {by}", "find")
        if by in (Find.ID, Find.SKU):
            for start in range(0, len(keys), PAGE):
                with self._call("reads", "listings"):
                    page = [row for key in keys[start : start + PAGE] for row in self._listings_of(by, key)]
                yield from map(self._listing, {row["id"]: row for row in page}.values())
            return
        place = (stamp_of(since), "") if by is Find.CHANGED and since is not None else FIRST
        page = []
        while not page or len(page) == PAGE:
            with self._call("reads", "listings"):
                page = self._market.rows("listing", self._shop, place, limit=PAGE)
            yield from map(self._listing, page)
            if not page:
                return
            place = (page[-1]["updated"], page[-1]["id"])

    def _listings_of(self, by: Find, key: str) -> list[Row]:
        if by is Find.SKU:
            return self._market.tagged(self._shop, key)
        row = self._market.get("listing", key)
        return [row] if row is not None and row["shop"] == self._shop else []

    def _listing(self, row: Row) -> RemoteListing:
        content = row["content"]
        return RemoteListing(
            remote_id=row["id"],
            title=row["title"],
            status=row["status"],
            visible=row["visible"],
            skus=tuple(
                RemoteSku(s["id"], s["seller_sku"] if self._names_skus else None, s["price_idr"], s["stock"])
                for s in row["skus"]
            ),
            content={key: str(content[key]) for key in ("description", "category_id") if key in content},
            updated_at=datetime.fromisoformat(row["updated"]),
        )

    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        if isinstance(wanted, Window):
            yield from self._walk(wanted)
            return
        for start in range(0, len(wanted), PAGE):
            with self._call("reads", "orders"):
                page = [row for key in wanted[start : start + PAGE] if (row := self._order_row(key))]
            yield from map(self._order, page)

    def _walk(self, window: Window) -> Iterator[RemoteOrder | Window]:
        """Newest first: an order that changes meanwhile leaves the rest in place and belongs to a later window."""
        limit, until = self._caps.order_window, window.until
        if limit is not None and (until if until is not None else self._ports.clock()) - window.since > limit:
            raise Rejected(f"memory: a window is at most {limit}", "window")
        by = "born" if self._caps.orders_by == "created" else "stamp"
        low: Place = (stamp_of(window.since), "")
        high = (stamp_of(until), "~") if until is not None else LAST
        page: list[Row] = []
        while not page or len(page) == PAGE:
            with self._call("reads", "orders"):
                page = self._market.rows("order", self._shop, low, high, by, newest=True, limit=PAGE)
            yield from map(self._order, page)
            if not page:
                break
            high = (page[-1]["created" if by == "born" else "updated"], page[-1]["id"])
        yield window

    def _order_row(self, order_id: str | None) -> Row | None:
        row = self._market.get("order", order_id)
        return row if row is not None and row["shop"] == self._shop else None

    def _order(self, row: Row) -> RemoteOrder:
        return RemoteOrder(
            remote_id=row["id"],
            status=row["status"],
            open=row["status"] in ("UNPAID", "PAID", "SHIPPED"),
            created_at=datetime.fromisoformat(row["created"]),
            updated_at=datetime.fromisoformat(row["updated"]),
            lines=tuple(self._line(n, line) for n, line in enumerate(row["lines"], 1)),
            buyer={"name": f"Pembeli {row['id']}"},
            total_idr=sum(line["ordered"] * (line["price_idr"] or 0) for line in row["lines"]),
        )

    def _line(self, number: int, line: Row) -> RemoteLine:
        names = line["seller_sku"] if self._names_skus else None
        quantities = {key: line[key] for key in ("ordered", "shipped", "cancelled", "recalled", "returned")}
        more = {"price_idr": line["price_idr"], "location": line["place"]}
        return RemoteLine(str(number), line["sku"], names, line["title"], **quantities, **more)

    # writes

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """Raises ValueError for a batch that `capabilities()` does not allow: on a real channel that is a bug as well."""
        if not operations:
            return []
        self._must_fit(operations)
        with self._call("writes", self._caps.batch[operations[0].kind].call):
            return self._writer.submit(operations)

    def _must_fit(self, operations: Sequence[Operation]) -> None:
        batches = [self._caps.batch[op.kind] for op in operations if op.kind in self._caps.batch]
        if len(batches) < len(operations):
            raise ValueError("memory: capabilities() names no such write")
        skus = sum(len(op.skus) for op in operations)
        limit = batches[0].skus
        if len({batch.call for batch in batches}) > 1 or len(operations) > batches[0].listings:
            raise ValueError("memory: these operations do not travel together")
        if operations[0].kind in (OpKind.PRICE, OpKind.STOCK) and limit is not None and skus > limit:
            raise ValueError("memory: too many SKUs for one call")

    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        if not operations:
            return []
        with self._call("reads", "poll"):
            return [self._writer.poll(operation) for operation in operations]

    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        if not operations:
            return []
        with self._call("reads", "look_up"):
            return [self._writer.look_up(operation) for operation in operations]

    # abilities

    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        if len(pictures) > self._caps.pictures_per_call:
            raise ValueError("memory: too many pictures for one call")
        with self._call("writes", "pictures"):
            return [self._keep(number, picture) for number, picture in enumerate(pictures, 1)]

    def _keep(self, number: int, picture: bytes) -> str | Problem:
        if not picture.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
            return Problem("picture", str(number), "This is not a JPEG or PNG picture.", "Save it as JPEG.")
        name = sha256(picture).hexdigest()[:16] if self._caps.pictures == "shop" else self._market.new_id()
        return str(self._market.put("picture", {"id": name, "shop": self._shop, "used": False})["id"])

    def label(self, remote_order_id: str) -> bytes:
        with self._call("reads", "label"):
            order = self._order_row(remote_order_id)
        if order is None or order["status"] != "SHIPPED":
            raise Rejected("memory: this order has no label", "label")
        return b"%PDF-1.4\n% " + remote_order_id.encode() + b"\n%%EOF\n"

    def categories(self) -> Iterator[Category]:
        with self._call("schema", "categories"):
            tree = CATEGORIES
        yield from tree

    def schema(self, category_id: str) -> CategorySchema:
        with self._call("schema", "schema"):
            if not any(category.leaf and category.category_id == category_id for category in CATEGORIES):
                raise Rejected(f"memory: {category_id} is not a leaf", "category")
            return SCHEMA

    def choices(self, category_id: str, attribute_id: str, text: str) -> Sequence[tuple[str, str]]:
        schema = self.schema(category_id)
        with self._call("schema", "choices"):
            options = [option for a in schema.attributes if a.attribute_id == attribute_id for option in a.options]
            return [option for option in options if text.casefold() in option[1].casefold()]
