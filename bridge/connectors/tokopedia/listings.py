"""Reading listings, and the writes that are harmless to repeat: price, stock, visibility."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bridge.connectors.base import Find, Operation, Outcome, SkuOutcome, SkuWrite, Verdict
from bridge.connectors.outcomes import Locked, refused, remote_id_of, settle_skus, verdict_of
from bridge.connectors.paging import chunks, in_halves
from bridge.connectors.tokopedia.client import TokopediaClient
from bridge.connectors.tokopedia.errors import NOT_THERE, WAREHOUSES, WRONG_STATUS, ZERO_REFUSED, errors_by
from bridge.connectors.tokopedia.types import (
    Empty,
    Inventory,
    Product,
    ProductPage,
    Results,
    Sku,
    Warehouse,
    Warehouses,
)
from bridge.connectors.wire import moment
from bridge.errors import ChannelError, Rejected
from bridge.model import RemoteListing, RemoteSku

Review = Callable[[Operation, str], Outcome]  # what becomes of a write that an audit follows
PRODUCTS, SEARCH = "/product/202309/products", "/product/202502/products/search"
GONE = "DELETED"
FIRST_SHOP = datetime(2020, 1, 1, tzinfo=UTC)  # before any product


class ListingReader:
    """Products, page by page."""

    def __init__(self, client: TokopediaClient) -> None:
        self._client, self._batch = client, client.config["batch"]
        self._wanted = client.settings.storefronts

    def find(self, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[RemoteListing]:
        """The listings asked for. Deleted ones come with ID and CHANGED only."""
        if by is Find.ID:
            for key in keys:
                product = self.product(key)
                if product is not None:
                    yield self.listing(product, whole=True)
            return
        seen: set[str] = set()
        for product in self._products(by, keys, since):
            if product.id not in seen and (by is Find.CHANGED or set(self.statuses(product).values()) != {GONE}):
                seen.add(product.id)
                yield self.listing(product)

    def product(self, remote_id: str) -> Product | None:
        """One product in full; None for one that the shop does not have."""
        try:
            return self._client.get(f"{PRODUCTS}/{remote_id}", Product)
        except Rejected as error:
            if error.code in NOT_THERE:
                return None
            raise

    def by_codes(self, codes: Sequence[str]) -> Iterator[Product]:
        """Products that carry exactly one of these seller SKUs."""
        for some in chunks(list(codes), self._batch["search_skus"]):
            for product in self.walk({"status": "ALL", "seller_skus": list(some)}):
                if {sku.seller_sku for sku in product.skus} & set(some):
                    yield product

    def _products(self, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[Product]:
        if by is Find.SKU:
            return self.by_codes(keys)
        changed = {"update_time_ge": int(since.timestamp())} if by is Find.CHANGED and since is not None else {}
        return self.walk({"status": "ALL", **changed})

    def walk(self, body: Mapping[str, Any]) -> Iterator[Product]:
        """All pages of a search; one with more hits than can be walked is cut by the time of creation."""
        token = ""
        while True:
            size = self._batch["page"]
            page = self._client.search(SEARCH, body, ProductPage, page_size=size, page_token=token)
            if not token and page.total_count > self._batch["search_depth"]:
                for part in self._cut(body):
                    yield from self.walk(part)
                return
            yield from page.products
            if page.next_page_token in ("", token):
                return
            token = page.next_page_token

    def _cut(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The same search in two halves of the time; of one second nothing can be cut."""
        low = int(body.get("create_time_ge", FIRST_SHOP.timestamp()))
        high = int(body.get("create_time_le", (self._client.clock() + timedelta(days=1)).timestamp()))
        if high <= low:
            raise Rejected("more products of one second than can be walked", "12052180")
        half = (low + high) // 2
        return [
            {**body, "create_time_ge": low, "create_time_le": half},
            {**body, "create_time_ge": half + 1, "create_time_le": high},
        ]

    def statuses(self, product: Product) -> dict[str, str]:
        """Of the storefronts that this shop uses; of all where it is on none of them."""
        told = product.statuses
        return {name: told[name] for name in self._wanted if name in told} or told

    def listing(self, product: Product, whole: bool = False) -> RemoteListing:
        """A product in our words; only `whole` ones tell their content."""
        statuses = self.statuses(product)
        words = set(statuses.values())
        status = next(iter(words)) if len(words) == 1 else " ".join(f"{k}:{v}" for k, v in sorted(statuses.items()))
        return RemoteListing(
            remote_id=product.id,
            title=product.title,
            status=status or None,
            visible="ACTIVATE" in words if words - {"PENDING"} else None,
            skus=tuple(self._sku(sku) for sku in product.skus),
            content=_content(product) if whole else None,
            updated_at=moment(product.update_time),
        )

    def _sku(self, sku: Sku) -> RemoteSku:
        """Stock as one figure, or by warehouse where there are several; what is not told is None."""
        by_place = max(len(self._client.settings.locations), len(sku.inventory or ())) > 1
        stock: Counter[str] = Counter()
        for row in sku.inventory or ():
            stock[row.warehouse_id if by_place else ""] += row.quantity
        price = sku.price.shown if sku.price is not None else None
        return RemoteSku(sku.id, sku.seller_sku or None, price, dict(stock) if sku.inventory else None)


def _content(product: Product) -> dict[str, str]:
    """What a person may have edited, in a form that stays the same while nobody does."""
    attributes = sorted(
        f"{row.get('id')}={sorted(str(value.get('id') or value.get('name')) for value in row.get('values') or [])}"
        for row in product.product_attributes
    )
    return {
        "title": product.title or "",
        "description": product.description or "",
        "category_id": next((row.id for row in product.category_chains if row.is_leaf), ""),
        "brand": product.brand.id if product.brand is not None else "",
        "weight_g": str(round(product.package_weight.value * 1000)) if product.package_weight is not None else "",
        "pictures": ",".join(image.uri for image in product.main_images),
        "attributes": ";".join(attributes),
        "variants": ";".join(
            f"{sku.id}:{','.join(f'{row.name}={row.value_name}' for row in sku.sales_attributes)}"
            for sku in sorted(product.skus, key=lambda row: row.id)
        ),
    }


# --- where goods lie --------------------------------------------------------------------------------------------------


class Places:
    """The shop's warehouses, read once and only when one has to be named."""

    def __init__(self, client: TokopediaClient) -> None:
        self._client = client
        self._known: tuple[str, ...] = client.settings.locations
        self.several = len(self._known) > 1

    def sales(self) -> list[Warehouse]:
        """The warehouses that sell; the default one first, unless it is closed for now."""
        found = self._client.get("/logistics/202309/warehouses", Warehouses).warehouses
        open_ = [row for row in found if row.type == "SALES_WAREHOUSE" and row.effect_status != "DISABLED"]
        return sorted(open_, key=lambda row: (row.effect_status != "ENABLED", not row.is_default))

    def main(self) -> str:
        """Where a figure without a place lies."""
        if not self._known:
            self._known = tuple(row.id for row in self.sales())
        if not self._known:
            raise Rejected("the shop has no warehouse that sells; open one in the seller centre", "12052115")
        return self._known[0]

    def rows(self, stock: Mapping[str, int], assigned: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """A figure for every warehouse that the SKU has; what is told of no such one lies in the main one. A single one need not be
        named."""
        if assigned and "" in stock:
            main = self.main() if self.main() in assigned else assigned[0]
            stock = dict.fromkeys(assigned, 0) | {main: stock[""]}
        elif assigned:
            there = dict.fromkeys(assigned, 0) | {place: stock[place] for place in stock if place in assigned}
            main = self.main() if self.main() in assigned else assigned[0]
            stock = there | {main: there[main] + sum(stock.values()) - sum(there.values())}
        only = next(iter(self._known), "")
        named = [(place or only, pieces) for place, pieces in stock.items()]
        return [{**({"warehouse_id": place} if place else {}), "quantity": pieces} for place, pieces in named]

    def named_rows(self, stock: Mapping[str, int]) -> list[dict[str, Any]]:
        """The same for a new SKU, whose warehouse must be named."""
        return [{"warehouse_id": place or self.main(), "quantity": pieces} for place, pieces in stock.items()]

    def assigned(self, product_id: str) -> dict[str, list[str]]:
        """SKU → the warehouses that it has."""
        found = self._client.search("/product/202309/inventory/search", {"product_ids": [product_id]}, Inventory)
        return {
            sku.id: [row.warehouse_id for row in sku.warehouse_inventory]
            for product in found.inventory
            for sku in product.skus
        }


# --- writes that are harmless to repeat -------------------------------------------------------------------------------


class ListingWriter:
    """Price, stock and visibility: absolute values."""

    def __init__(self, client: TokopediaClient, reader: ListingReader, places: Places, review: Review) -> None:
        self._client, self._reader, self._places, self._review = client, reader, places, review

    def price(self, operation: Operation) -> Outcome:
        """One product's prices. The platform fails such a call as a whole, so a bad row is found by halves."""
        path = f"{PRODUCTS}/{remote_id_of(operation)}/prices/update"

        def send(some: Sequence[SkuWrite]) -> list[SkuOutcome]:
            rows = [{"id": sku.remote_sku_id, "price": price_body(sku.price_idr)} for sku in some]
            self._client.write(path, {"skus": rows}, Empty)
            return [SkuOutcome(sku.listing_sku_id, Verdict.DONE) for sku in some]

        return settle_skus(operation, _sent([sku for sku in operation.skus if sku.price_idr is not None], send))

    def stock(self, operation: Operation) -> Outcome:
        """One product's stock; each SKU is settled alone. That a shop has several warehouses is told by settings or a refusal."""
        product_id = remote_id_of(operation)
        assigned = self._places.assigned(product_id) if self._places.several else {}

        def send(some: Sequence[SkuWrite]) -> list[SkuOutcome]:
            rows = [
                {
                    "id": sku.remote_sku_id,
                    "inventory": self._places.rows(sku.stock, assigned.get(sku.remote_sku_id or "")),
                }
                for sku in some
            ]
            found = self._client.write(f"{PRODUCTS}/{product_id}/inventory/update", {"skus": rows}, Results)
            errors = errors_by(found.errors, "sku_id", self._client.judge)
            return [_end(sku, errors.get(sku.remote_sku_id or "", errors.get(""))) for sku in some]

        def settled() -> Outcome:
            try:
                return settle_skus(operation, _sent([sku for sku in operation.skus if sku.stock], send))
            except Rejected as error:
                return refused(operation, error)

        outcome = settled()
        if not self._places.several and {outcome.code, *(row.code for row in outcome.skus)} & WAREHOUSES:
            self._places.several = True
            assigned = self._places.assigned(product_id)
            outcome = settled()
        return outcome

    def visibility(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Hides or shows up to 20 products on all storefronts of the shop; shown ones are audited first."""
        show = bool(operations[0].payload["visible"])
        body = {
            "product_ids": [remote_id_of(operation) for operation in operations],
            "listing_platforms": list(self._client.settings.storefronts),
        }
        try:
            found = self._client.write(f"{PRODUCTS}/{'activate' if show else 'deactivate'}", body, Results)
        except (Rejected, Locked) as error:
            if len(operations) > 1:
                return [refused(operation, error, alone=False) for operation in operations]
            return [self._shown(operations[0], show, error)]
        errors = errors_by(found.errors, "product_id", self._client.judge)
        return [self._shown(op, show, errors.get(op.remote_id or "", errors.get(""))) for op in operations]

    def _shown(self, operation: Operation, show: bool, error: ChannelError | None) -> Outcome:
        """A status that does not allow the change may already be the wanted one."""
        if error is None:
            done = Outcome(operation.operation_id, Verdict.DONE, operation.remote_id)
            return self._review(operation, remote_id_of(operation)) if show else done
        if isinstance(error, Locked) and error.origin in WRONG_STATUS:
            product = self._reader.product(remote_id_of(operation))
            words = set(self._reader.statuses(product).values()) if product is not None else set()
            if show and words & {"ACTIVATE", "PENDING"}:
                return self._review(operation, remote_id_of(operation))
            if not show and words and not words & {"ACTIVATE", "PENDING"}:
                return Outcome(operation.operation_id, Verdict.DONE, operation.remote_id)
        return refused(operation, error)


def price_body(price_idr: int | None) -> dict[str, str]:
    """Money is text."""
    return {"amount": str(price_idr), "currency": "IDR"}


def _sent(skus: Sequence[SkuWrite], send: Callable[[Sequence[SkuWrite]], list[SkuOutcome]]) -> list[SkuOutcome]:
    """One call; if one SKU spoils it for all, that one is found. A SKU without an id is not sent."""
    known = [sku for sku in skus if sku.remote_sku_id]
    nameless = Rejected("the variant is not bound to one of the channel's", "variants_differ")
    ends = [_end(sku, nameless) for sku in skus if not sku.remote_sku_id]
    return ends + (in_halves(known, send, _spoils, lambda sku, error: [_end(sku, error)]) if known else [])


def _spoils(error: Rejected) -> bool:
    """Whether it may concern one SKU only, so that the others are tried without it."""
    return error.code not in NOT_THERE | WAREHOUSES


def _end(sku: SkuWrite, error: ChannelError | None) -> SkuOutcome:
    if error is None:
        return SkuOutcome(sku.listing_sku_id, Verdict.DONE)
    verdict, code = verdict_of(error)
    if code in ZERO_REFUSED and sku.stock and not any(sku.stock.values()):
        code = "zero_refused"
    return SkuOutcome(sku.listing_sku_id, verdict, code=code, message=str(error))


def codes_of(skus: Iterable[Sku]) -> dict[str, str]:
    """Seller SKU → remote id."""
    return {sku.seller_sku: sku.id for sku in skus if sku.seller_sku}
