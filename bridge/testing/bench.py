"""The workbench of one case: a connector, its world, and short words for what every case does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from bridge.connectors.base import Capabilities, Connector, Find, Operation, Outcome, PictureSink, SkuWrite, Verdict
from bridge.model import Content, OpKind, Problem, RemoteListing, RemoteOrder, RemoteSku, Window
from bridge.testing.driver import Settled, settle
from bridge.testing.samples import Sampler, png, unique
from bridge.testing.worlds import World, now

NUMBERS = count(1)
AGO = timedelta(hours=1)
ABSENT = "999999999"  # an id that nothing has


@dataclass(frozen=True, slots=True)
class Listed:
    """A listing that a case made: what was sent and what was bound."""

    remote_id: str
    content: Content
    skus: tuple[SkuWrite, ...]
    create: Settled

    @property
    def title(self) -> str:
        return self.content["title"]


@dataclass(slots=True)
class Bench:
    make: Callable[[], Connector]
    outside: World | None
    connector: Connector = field(init=False)
    caps: Capabilities = field(init=False)
    sampler: Sampler = field(init=False)
    _location: str | None = None

    def __post_init__(self) -> None:
        self.connector = self.make()
        self.caps = self.connector.capabilities()
        self.sampler = Sampler(self.connector)

    # what a case needs, or is skipped for

    @property
    def world(self) -> World:
        if self.outside is None:
            pytest.skip("no world: nobody can play the outside here")
        return self.outside

    def needs(self, *kinds: OpKind) -> None:
        if missing := [kind.value for kind in kinds if kind not in self.caps.batch]:
            pytest.skip(f"capabilities: cannot write {', '.join(missing)}")

    def needs_find(self, find: Find) -> None:
        if find not in self.caps.finds:
            pytest.skip(f"capabilities: cannot find by {find.value}")

    def needs_variants(self, skus: int = 2) -> None:
        if self.caps.skus_per_listing < skus:
            pytest.skip(f"capabilities: skus_per_listing is {self.caps.skus_per_listing}")

    def needs_calls(self) -> None:
        if self.caps.by_file:
            pytest.skip("capabilities: by_file, so nothing is called")

    def needs_orders(self) -> None:
        if self.caps.orders_by is None:
            pytest.skip("capabilities: no orders (orders_by is None)")

    # making and sending

    @property
    def location(self) -> str:
        if self._location is None:
            self._location = self.connector.check().locations[0]
        return self._location

    def pictures(self) -> list[str]:
        """References for a create, one picture of its own each."""
        number = max(1, self.sampler.read().limits.get("images_min", 1))
        if self.caps.pictures == "inline" or not isinstance(self.connector, PictureSink):
            return []
        return [self.upload(png(next(NUMBERS))) for _ in range(number)]

    def upload(self, picture: bytes) -> str:
        assert isinstance(self.connector, PictureSink)
        (answer,) = self.connector.upload([picture])
        assert not isinstance(answer, Problem), f"a good picture was refused: {answer.text()}"
        return answer

    def new(self, skus: int = 1, *, pieces: int | None = None, title: str = "") -> Operation:
        """A create that was never sent, with SKUs of their own, prices 500 apart and stock one apart."""
        self.needs(OpKind.CREATE)
        codes = [unique("UJI-") for _ in range(skus)]
        content = self.sampler.content(codes, self.pictures(), title)
        writes = tuple(
            SkuWrite(
                listing_sku_id=next(NUMBERS),
                seller_sku=code,
                price_idr=self.sampler.price(n),
                stock={self.location: self.sampler.pieces(n) if pieces is None else pieces},
            )
            for n, code in enumerate(codes)
        )
        return self.operation(OpKind.CREATE, None, writes, content)

    def operation(
        self,
        kind: OpKind,
        remote_id: str | None,
        skus: Sequence[SkuWrite] = (),
        payload: Mapping[str, Any] | None = None,
    ) -> Operation:
        return Operation(
            operation_id=next(NUMBERS),
            kind=kind,
            key=unique(f"{kind.value}-"),
            remote_id=remote_id,
            skus=tuple(skus),
            payload=payload if payload is not None else {},
            sent_at=now(),
        )

    def listed(self, skus: int = 1, *, title: str = "") -> Listed:
        """A listing that is there, complete and bound."""
        return self.finished(self.settle(self.new(skus, title=title)))

    def finished(self, settled: Settled) -> Listed:
        """A create that must have succeeded. Ids that came late are taken from a read, as the engine would."""
        assert settled.verdict is Verdict.DONE, f"a valid create ended as {settled.outcome}"
        op = settled.operation
        if op.remote_id is None or any(write.remote_sku_id is None for write in op.skus):
            op = self._bind(op)
        assert op.remote_id is not None
        content: Any = op.payload
        return Listed(op.remote_id, content, op.skus, settled)

    def _bind(self, op: Operation) -> Operation:
        wanted = {write.seller_sku for write in op.skus}
        for listing in self.all():
            found = {sku.seller_sku: sku.remote_sku_id for sku in listing.skus}
            if wanted <= set(found) or listing.title == op.payload["title"]:
                skus = tuple(replace(w, remote_sku_id=found.get(w.seller_sku, w.remote_sku_id)) for w in op.skus)
                return replace(op, remote_id=listing.remote_id, skus=skus)
        raise AssertionError("a create is done, but its listing is nowhere to be found")

    def settle(self, operation: Operation, outcome: Outcome | None = None) -> Settled:
        return settle(self.connector, operation, self.outside, outcome)

    def done(
        self, kind: OpKind, listed: Listed, skus: Sequence[SkuWrite] = (), payload: Mapping[str, Any] | None = None
    ) -> Settled:
        """Writes, and insists that it worked."""
        settled = self.settle(self.operation(kind, listed.remote_id, skus, payload))
        assert settled.verdict is Verdict.DONE, f"{kind.value} ended as {settled.outcome}"
        refused = [s for s in settled.outcome.skus if s.verdict is not Verdict.DONE]
        assert not refused, f"{kind.value} left SKUs undone: {refused}"
        return settled

    def price(self, sku: SkuWrite, price_idr: int) -> SkuWrite:
        return replace(sku, price_idr=price_idr, stock={})

    def stock(self, sku: SkuWrite, pieces: int) -> SkuWrite:
        return replace(sku, price_idr=None, stock={self.location: pieces})

    # seeing

    def all(self) -> Iterator[RemoteListing]:
        return self.connector.listings(Find.ALL, (), None)

    def read(self, remote_id: str) -> RemoteListing:
        """One listing as a read shows it."""
        found = [row for row in self.find(remote_id) if row.remote_id == remote_id]
        assert found, f"listing {remote_id} is not there"
        return found[-1]

    def find(self, *remote_ids: str) -> list[RemoteListing]:
        if Find.ID in self.caps.finds:
            return list(self.connector.listings(Find.ID, remote_ids, None))
        return [listing for listing in self.all() if listing.remote_id in remote_ids]

    def sku(self, listed: Listed, place: int = 0, listing: RemoteListing | None = None) -> RemoteSku:
        """One SKU of a listing as a read shows it."""
        shown = listing if listing is not None else self.read(listed.remote_id)
        found = [sku for sku in shown.skus if sku.remote_sku_id == listed.skus[place].remote_sku_id]
        assert len(found) == 1, f"SKU {listed.skus[place].remote_sku_id} is shown {len(found)} times, not once"
        return found[0]

    def shown_price(self, listed: Listed, place: int = 0) -> int:
        price = self.sku(listed, place).price_idr
        return price if price is not None else int(float(self.truth(listed, place)["price"]))

    def shown_stock(self, listed: Listed, place: int = 0) -> int:
        stock = self.sku(listed, place).stock
        return sum(stock.values()) if stock is not None else int(self.truth(listed, place)["stock"])

    def truth(self, listed: Listed, place: int = 0) -> Mapping[str, Any]:
        """A SKU as the channel's own books show it, where a read leaves it out."""
        rows = [row for row in self.world.state()["listings"] if str(row["id"]) == listed.remote_id]
        return next(
            sku
            for row in rows
            for sku in row["skus"]
            if str(sku["id"]) == listed.skus[place].remote_sku_id or len(row["skus"]) == 1
        )

    def copies(self, operation: Operation) -> int:
        """How many listings the channel's own books hold for one create."""
        title, codes = operation.payload["title"], {write.seller_sku for write in operation.skus}
        rows = self.world.state()["listings"]
        return sum(row["title"] == title or any(sku["seller_sku"] in codes for sku in row["skus"]) for row in rows)

    def handle(self, listed: Listed, place: int = 0) -> str:
        """What a buyer names a SKU by: the seller SKU, or where the channel has none its own id."""
        shown = self.sku(listed, place)
        return shown.seller_sku if shown.seller_sku is not None else shown.remote_sku_id

    # orders

    def order_write(self, kind: OpKind, order_id: str) -> Operation:
        """Ships by a courier whom the seller hired, or rejects because nothing is left. A channel ignores what it does not need."""
        shipped = {"tracking_number": unique("UJI"), "courier": "JNE"}
        return self.operation(kind, order_id, payload=shipped if kind is OpKind.SHIP else {"reason": "OUT_OF_STOCK"})

    def bought(self, pieces: int = 2, *, paid: bool = True, age_s: float = 0) -> tuple[str, Listed]:
        self.needs_orders()
        world = self.world
        listed = self.listed()
        return world.buy({self.handle(listed): pieces}, paid=paid, age_s=age_s), listed

    def recent(self) -> Window:
        """The last hour, open at its end; for channels that may show orders late, only after that time has passed."""
        if self.caps.list_lag > timedelta(0):
            self.world.advance(self.caps.list_lag.total_seconds())
        return Window(now() - AGO - self.caps.list_lag, None)

    def walk(self, window: Window) -> list[RemoteOrder | Window]:
        return list(self.connector.orders(window))

    def order(self, order_id: str) -> RemoteOrder:
        """One order, read by its id."""
        found = [row for row in self.connector.orders([order_id]) if isinstance(row, RemoteOrder)]
        assert found, f"order {order_id} is not given for its id"
        assert {row.remote_id for row in found} == {order_id}, (
            f"asked for {order_id}, got {[row.remote_id for row in found]}"
        )
        return found[-1]


def kept(order: RemoteOrder) -> int:
    """Pieces that are held: neither shipped nor cancelled."""
    return sum(line.ordered - line.shipped - line.cancelled for line in order.lines)


def total(order: RemoteOrder, quantity: str) -> int:
    return sum(int(getattr(line, quantity)) for line in order.lines)
