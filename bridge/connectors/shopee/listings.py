"""Reading listings, and the writes that are harmless to repeat: price, stock, visibility."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bridge.connectors.base import Find, Operation, Outcome, SkuOutcome, SkuWrite, Verdict
from bridge.connectors.outcomes import Locked, guarded, next_step, refused, remote_id_of, settle_skus, verdict_of
from bridge.connectors.paging import chunks
from bridge.connectors.shopee.client import ShopeeClient
from bridge.connectors.shopee.errors import normalise, reason_of
from bridge.connectors.shopee.types import (
    Envelope,
    Item,
    ItemList,
    ItemPage,
    ModelList,
    Price,
    Results,
    SearchPage,
    StockInfo,
)
from bridge.connectors.shopee.variants import NO_MODEL, stock_body
from bridge.connectors.wire import moment
from bridge.errors import Rejected
from bridge.model import OpKind, RemoteListing, RemoteSku

LIVE = ("NORMAL", "UNLIST", "BANNED", "REVIEWING")
GONE = ("SELLER_DELETE", "SHOPEE_DELETE")
PRELAUNCH = "error_set_normal_unlisted_item"  # hidden by Shopee before launch: only update_item shows such an item
SHOW_BY_UPDATE = "show"  # the ticket of that second step


class ListingReader:
    """Items and their models, page by page."""

    def __init__(self, client: ShopeeClient) -> None:
        self._client = client
        self._batch: Mapping[str, int] = client.config["batch"]
        self._many_places = bool(client.settings.places)

    def find(self, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[RemoteListing]:
        """The listings asked for. Deleted ones come with ID and CHANGED only."""
        if by is Find.ID:
            yield from self._listings(keys)
        elif by is Find.SKU:
            yield from self._by_sku(keys)
        else:
            states = LIVE + GONE if by is Find.CHANGED else LIVE
            for page in self._pages(states, since if by is Find.CHANGED else None):
                yield from self._listings(page)

    def items(self, ids: Iterable[str]) -> Iterator[Item]:
        """Base information; an item Shopee does not know is left out."""
        for some in chunks(list(ids), self._batch["base_info"]):
            try:
                found = self._client.get("/product/get_item_base_info", ItemList, item_id_list=",".join(some))
            except Rejected as error:
                if "not_found" not in error.code:
                    raise
                continue
            yield from found.item_list

    def models(self, item_id: str) -> ModelList:
        """Tiers and models, fresh."""
        return self._client.get("/product/get_model_list", ModelList, item_id=item_id)

    def search(self, seller_sku: str) -> list[str]:
        """Ids near a seller SKU: keyword search, so compare exactly afterwards."""
        found: list[str] = []
        offset = ""
        while True:
            size = self._batch["list_page"]
            page = self._client.get(
                "/product/search_item", SearchPage, page_size=size, offset=offset, item_sku=seller_sku
            )
            found += page.item_id_list
            if len(page.item_id_list) < size or page.next_offset in ("", offset):
                return list(dict.fromkeys(found))
            offset = page.next_offset

    def changed_ids(self, since: datetime) -> list[str]:
        """Ids of live items touched since then, by the list (which is no search index)."""
        return [item_id for page in self._pages(LIVE, since) for item_id in page]

    def _pages(self, states: Sequence[str], since: datetime | None) -> Iterator[list[str]]:
        start = int(since.timestamp()) if since is not None else None
        until = max(start + 1, int(self._client.clock().timestamp()) + 60) if start is not None else None
        size = self._batch["list_page"]
        offset = 0
        while True:
            page = self._client.get(
                "/product/get_item_list",
                ItemPage,
                offset=offset,
                page_size=size,
                item_status=states,
                update_time_from=start,
                update_time_to=until,
            )
            yield [row.item_id for row in page.item]
            if not page.has_next_page or page.next_offset <= offset:
                return
            offset = page.next_offset

    def _listings(self, ids: Iterable[str]) -> Iterator[RemoteListing]:
        for item in self.items(ids):
            yield self.listing(item, self.models(item.item_id) if item.has_model else None)

    def _by_sku(self, keys: Sequence[str]) -> Iterator[RemoteListing]:
        """By search; what it did not find (whether it knows models' SKUs is not stated) by one walk over all."""
        missing, seen = set(keys), set[str]()
        for key in keys:
            for listing in self._listings(item for item in self.search(key) if item not in seen):
                own = {sku.seller_sku for sku in listing.skus} | {(listing.content or {}).get("item_sku")}
                if own & set(keys):
                    missing -= own
                    seen.add(listing.remote_id)
                    yield listing
        if missing:
            for listing in self.find(Find.ALL, (), None):
                if listing.remote_id not in seen and missing & {sku.seller_sku for sku in listing.skus}:
                    yield listing

    def listing(self, item: Item, models: ModelList | None) -> RemoteListing:
        """An item in our words. Without `models` it has no variants."""
        if models is not None:
            skus = tuple(
                RemoteSku(row.model_id, row.model_sku or None, _price(row.price_info), self._stock(row.stock_info_v2))
                for row in models.model
            )
        else:
            stock = self._stock(item.stock_info_v2)
            skus = (RemoteSku(NO_MODEL, item.item_sku or None, _price(item.price_info), stock),)
        return RemoteListing(
            remote_id=item.item_id,
            title=item.item_name,
            status=item.item_status,
            visible=item.item_status == "NORMAL",
            skus=skus,
            content=_content(item, models),
            updated_at=moment(item.update_time),
        )

    def _stock(self, info: StockInfo | None) -> Mapping[str, int] | None:
        if info is None:
            return None
        if not info.seller_stock:
            return {"": info.summary_info.total_available_stock} if info.summary_info is not None else None
        if len(info.seller_stock) == 1 and not self._many_places:
            return {"": info.seller_stock[0].stock}
        return {row.location_id: row.stock for row in info.seller_stock}


def _price(rows: Sequence[Price]) -> int | None:
    return round(rows[0].original_price) if rows and rows[0].original_price > 0 else None


def _content(item: Item, models: ModelList | None) -> dict[str, str]:
    """What a person may have edited, in a form that stays the same while nobody does."""
    attributes = sorted(
        (
            str(row.get("attribute_id")),
            sorted(
                str(value.get("value_id") or f"{value.get('original_value_name')} {value.get('value_unit') or ''}")
                for value in row.get("attribute_value_list") or []
            ),
        )
        for row in item.attribute_list
    )
    return {
        "title": item.item_name,
        "description": item.description,
        "category_id": item.category_id,
        "item_sku": item.item_sku,
        "brand": item.brand.brand_id if item.brand is not None else "0",
        "weight_g": str(round(item.weight * 1000)),
        "pictures": ",".join(item.image.image_id_list),
        "attributes": json.dumps(attributes, ensure_ascii=False),
        "couriers": ",".join(sorted(row.logistic_id for row in item.logistic_info if row.enabled)),
        "variants": json.dumps(models.tiers if models is not None else (), ensure_ascii=False),
    }


# --- writes that are harmless to repeat -------------------------------------------------------------------------------


class ListingWriter:
    """Price, stock and visibility: absolute values."""

    def __init__(self, client: ShopeeClient) -> None:
        self._client = client

    def price(self, operation: Operation) -> Outcome:
        """One item's prices; each model is settled alone."""
        rows = [
            {"model_id": int(model_of(sku)), "original_price": sku.price_idr}
            for sku in operation.skus
            if sku.price_idr is not None
        ]
        body = {"item_id": int(remote_id_of(operation)), "price_list": rows}
        return settle_rows(operation, self._client.post("/product/update_price", body, Results))

    def stock(self, operation: Operation) -> Outcome:
        """One item's stock; each model is settled alone."""
        rows = [
            {"model_id": int(model_of(sku)), "seller_stock": stock_body(sku.stock)}
            for sku in operation.skus
            if sku.stock
        ]
        body = {"item_id": int(remote_id_of(operation)), "stock_list": rows}
        return settle_rows(operation, self._client.post("/product/update_stock", body, Results))

    def visibility(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Hides or shows up to 50 items in one call; those that Shopee itself had hidden are shown one by one."""
        second = [operation for operation in operations if operation.ticket == SHOW_BY_UPDATE]
        outcomes = [guarded(operation, self._show_by_update) for operation in second]
        first = [operation for operation in operations if operation.ticket != SHOW_BY_UPDATE]
        if not first:
            return outcomes
        rows = [{"item_id": int(remote_id_of(op)), "unlist": not op.payload["visible"]} for op in first]
        try:
            results = self._client.post("/product/unlist_item", {"item_list": rows}, Results)
        except (Rejected, Locked) as error:
            return outcomes + [refused(operation, error, alone=len(first) == 1) for operation in first]
        failed = {row.item_id: row.failed_reason for row in results.failure_list}
        done = {row.item_id for row in results.success_list}
        return outcomes + [_shown(op, failed.get(remote_id_of(op)), remote_id_of(op) in done) for op in first]

    def _show_by_update(self, operation: Operation) -> Outcome:
        body = {"item_id": int(remote_id_of(operation)), "item_status": "NORMAL"}
        self._client.post("/product/update_item", body, Envelope)
        return Outcome(operation.operation_id, Verdict.DONE, operation.remote_id)


def _shown(operation: Operation, reason: str | None, done: bool) -> Outcome:
    if reason is None:
        verdict = Verdict.DONE if done else Verdict.UNKNOWN
        return Outcome(operation.operation_id, verdict, operation.remote_id)
    if PRELAUNCH in normalise(reason) and operation.payload["visible"]:
        return next_step(operation, operation.remote_id, SHOW_BY_UPDATE)
    return refused(operation, reason_of(reason))


def settle_rows(operation: Operation, results: Results) -> Outcome:
    """Each SKU by its own rows; one that is in neither list is unknown, and so is one that was set at some locations only."""
    failed = {row.model_id: row.failed_reason for row in results.failure_list}
    done: dict[str, set[str]] = {}
    for row in results.success_list:
        done.setdefault(row.model_id, set()).add(row.location_id)
    rows = [
        _settle_row(operation, sku, failed.get(model_of(sku)), done.get(model_of(sku), set())) for sku in operation.skus
    ]
    return settle_skus(operation, rows)


def _settle_row(operation: Operation, sku: SkuWrite, reason: str | None, places: set[str]) -> SkuOutcome:
    """`places`: the locations at which it was done; a row that names none stands for all of them."""
    if places and (reason is not None or not (set(sku.stock) - {""} <= places or "" in places)):
        message = reason if reason is not None else "the answer does not name every location"
        return SkuOutcome(sku.listing_sku_id, Verdict.UNKNOWN, message=message)
    if reason is None:
        verdict = Verdict.DONE if places else Verdict.UNKNOWN
        return SkuOutcome(
            sku.listing_sku_id, verdict, message="" if places else "the answer does not name this variant"
        )
    verdict, code = verdict_of(reason_of(reason))
    if operation.kind is OpKind.STOCK and "should be within" in reason.lower() and not any(sku.stock.values()):
        code = "zero_refused"
    return SkuOutcome(sku.listing_sku_id, verdict, code=code, message=reason)


def model_of(sku: SkuWrite) -> str:
    """The model's id, 0 for an item without variants."""
    return sku.remote_sku_id if sku.remote_sku_id else NO_MODEL
