"""Listings that wait for the platform's audit: who waits, and one look for all of them.

While other listings are still being written nothing is asked; then one read tells of many, and answers later questions too.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from bridge.connectors.base import Operation, Outcome, SkuOutcome, Verdict
from bridge.connectors.outcomes import bound, remote_id_of
from bridge.connectors.paging import chunks
from bridge.connectors.tokopedia.client import TokopediaClient
from bridge.connectors.tokopedia.listings import ListingReader, codes_of
from bridge.connectors.tokopedia.types import Product, Sku
from bridge.model import OpKind

FEW = 3  # products that are cheaper read one by one
PATIENCE = timedelta(minutes=10)  # however much is being written, nobody waits longer for a look
MARGIN = timedelta(minutes=5)


class Reviews:
    """The audits of one shop, as far as this connector has begun or seen them."""

    def __init__(self, client: TokopediaClient, reader: ListingReader) -> None:
        self._client, self._reader = client, reader
        self._waiting: dict[str, tuple[datetime, str]] = {}  # product -> when it was written, a SKU of it
        self._seen: dict[str, tuple[datetime, Product]] = {}  # product -> when it was looked at, as it was then
        self._newest = self._asked = ""  # the product written last; the one that was so at the last question

    def begin(self, operation: Operation, remote_id: str, skus: tuple[SkuOutcome, ...] = ()) -> Outcome:
        """Taken; an audit, by machine or by people, decides when it is shown."""
        bound_now = next((sku.remote_sku_id for sku in skus if sku.remote_sku_id), "")
        self._waiting[remote_id] = (self._client.clock(), bound_now or _first(operation))
        self._newest = remote_id
        return self._later(operation, remote_id, 0, skus)

    def poll(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Whether the audits are over."""
        if self._writes_go_on(operations):
            return [self._later(op, op.remote_id, _looks(op)) for op in operations]
        now = self._client.clock()
        every = {op.remote_id or "": product for op in operations if (product := self._remembered(op)) is not None}
        for product in self._look([op for op in operations if op.remote_id not in every]):
            every[product.id] = product
            if not self._is_open(product):
                self._seen[product.id] = (now, product)
                self._waiting.pop(product.id, None)
        return [self.judge(op, every.get(op.remote_id or "")) for op in operations]

    def judge(self, operation: Operation, found: Product | None) -> Outcome:
        """What a product's state means for a write. One that a look left out is read by itself."""
        product = found if found is not None else self._reader.product(remote_id_of(operation))
        if product is None:
            return Outcome(operation.operation_id, Verdict.REJECTED, code="12052032", message="the listing is gone")
        words, ids = set(self._reader.statuses(product).values()), ids_of(operation, product.skus)
        if self._is_open(product):
            skus = bound(operation, ids, Verdict.ACCEPTED)
            return self._later(operation, product.id, _looks(operation) + 1, skus)
        failed = {
            OpKind.CONTENT: words == {"FAILED"} or product.audit.status == "FAILED",
            OpKind.VISIBILITY: "ACTIVATE" not in words,
        }.get(operation.kind, words == {"FAILED"})
        verdict = Verdict.REJECTED if failed else Verdict.DONE
        told = self._why(product, words) if failed or "FAILED" in words else ""
        rows = bound(operation, ids, verdict)
        return Outcome(operation.operation_id, verdict, product.id, rows, code="audit" if failed else "", message=told)

    def _later(
        self, operation: Operation, remote_id: str | None, looks: int, skus: tuple[SkuOutcome, ...] = ()
    ) -> Outcome:
        """The ticket counts the looks: soon at first, seldom in the end."""
        waits = self._client.config["create"]["review_s"]
        rest = timedelta(seconds=waits[min(looks, len(waits) - 1)])
        return Outcome(operation.operation_id, Verdict.ACCEPTED, remote_id, skus, ticket=f"{looks}", retry_after=rest)

    def _writes_go_on(self, operations: Sequence[Operation]) -> bool:
        """Something else was written since the last question."""
        since, self._asked = self._asked, self._newest
        now, ids = self._client.clock(), {op.remote_id for op in operations}
        young = all(op.sent_at is not None and now - op.sent_at < PATIENCE for op in operations)
        return young and since != self._newest and self._newest not in ids

    def _remembered(self, operation: Operation) -> Product | None:
        """A product whose audit was over when it was looked at, after this write."""
        looked, product = self._seen.get(operation.remote_id or "", (None, None))
        return product if looked is not None and operation.sent_at is not None and looked > operation.sent_at else None

    def _is_open(self, product: Product) -> bool:
        return "PENDING" in self._reader.statuses(product).values() or product.audit.status == "AUDITING"

    def _look(self, operations: Sequence[Operation]) -> Iterator[Product]:
        """Ten products a read; many, or many without SKU ids, by what changed since: a hundred a read. Few are read one by one."""
        if not operations:
            return
        asked = {op.remote_id or "": (op.sent_at, _first(op)) for op in operations}
        every = {**self._waiting, **{name: row for name, row in asked.items() if name not in self._waiting}}
        size = self._client.config["batch"]["search_skus"]
        named = [sku for _, sku in every.values() if sku]
        stamps = [stamp for stamp, _ in every.values() if stamp is not None]
        if len(stamps) == len(every) and (len(every) > size or len(every) - len(named) > FEW):
            body = {"status": "ALL", "update_time_ge": int((min(stamps) - MARGIN).timestamp())}
            yield from self._reader.walk(body)
            return
        for some in chunks(named, size):
            yield from self._reader.walk({"status": "ALL", "sku_ids": list(some)})

    def _why(self, product: Product, words: Iterable[str]) -> str:
        """The reasons of an audit, by storefront; the search does not tell them."""
        whole = product if product.audit_failed_reasons else self._reader.product(product.id)
        rows = whole.audit_failed_reasons if whole is not None else []
        parts = (": ".join((row.listing_platform, " ".join([*row.reasons, *row.suggestions]))) for row in rows)
        return "; ".join(parts) or f"the platform shows it as {', '.join(sorted(words))}"


def _looks(operation: Operation) -> int:
    return int(operation.ticket) if operation.ticket.isdecimal() else 0


def _first(operation: Operation) -> str:
    return next((sku.remote_sku_id for sku in operation.skus if sku.remote_sku_id), "")


def ids_of(operation: Operation, skus: Sequence[Sku]) -> dict[int, str]:
    """Remote SKU ids by ListingSku; a single SKU needs no code to be known."""
    if len(skus) == len(operation.skus) == 1:
        return {operation.skus[0].listing_sku_id: skus[0].id}
    by_code, alive = codes_of(skus), {sku.id for sku in skus}
    return {
        sku.listing_sku_id: sku.remote_sku_id if sku.remote_sku_id in alive else by_code[sku.seller_sku]
        for sku in operation.skus
        if sku.remote_sku_id in alive or sku.seller_sku in by_code
    }
