"""Reading listings, and the writes that are harmless to repeat: price, stock, visibility. A listing is its own and only SKU."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from bridge.connectors.base import Find, Operation, Outcome
from bridge.connectors.bukalapak.client import BukalapakClient
from bridge.connectors.bukalapak.types import Envelope, Product, ProductAnswer, ProductPage
from bridge.connectors.outcomes import done
from bridge.errors import Rejected
from bridge.model import RemoteListing, RemoteSku

SOLD_OUT = "Stok Habis"
_FOR_SALE: Mapping[bool | None, str] = {True: "for sale", False: "not for sale"}
_ID = re.compile(r"[0-9A-Za-z]{1,20}")


class ListingReader:
    """Products, page by page. The list of what cannot be bought is read after that of what can: sales move a product there."""

    def __init__(self, client: BukalapakClient) -> None:
        self._client = client

    def find(self, by: Find, keys: Sequence[str]) -> Iterator[RemoteListing]:
        """All, or those of the ids that the shop has."""
        if by is Find.ID:
            yield from (listing(product) for key in keys if (product := self.product(key)) is not None)
        else:
            yield from (listing(product) for product in self.walk())

    def walk(self) -> Iterator[Product]:
        """Every product; twice only if it changed between the two lists."""
        seen: dict[str, Product] = {}
        for not_for_sale in (None, 1):
            for page in self._client.pages(lambda number, n=not_for_sale: self._page(number, n), lambda row: row.id):  # type: ignore[misc]
                for product in page:
                    if seen.get(product.id) != product:
                        seen[product.id] = product
                        yield product

    def _page(self, number: int, not_for_sale: int | None) -> Sequence[Product]:
        size = self._client.config["pages"]["products"]
        page = self._client.get(
            "/products/mylapak", ProductPage, page=number, per_page=size, not_for_sale_only=not_for_sale
        )
        return page.products

    def product(self, remote_id: str) -> Product | None:
        """One product; None for one that is deleted or was never there."""
        if not _ID.fullmatch(remote_id):
            return None
        try:
            return self._client.get(f"/products/{remote_id}", ProductAnswer).product
        except Rejected:
            return None


def listing(product: Product) -> RemoteListing:
    """A product in our words."""
    stock = {"": product.stock} if product.stock is not None else None
    return RemoteListing(
        remote_id=product.id,
        title=product.name,
        status=", ".join(product.state_description) or _FOR_SALE.get(product.for_sale),
        visible=_visible(product),
        skus=(RemoteSku(product.id, None, product.price, stock),),
        content=_content(product),
    )


def _visible(product: Product) -> bool | None:
    """Selling out hides nothing that a person had hidden; where both look alike, nothing is said."""
    if product.active is False or set(product.state_description) - {SOLD_OUT}:
        return False
    if product.active or product.for_sale:
        return True
    if product.for_sale is False and product.stock and SOLD_OUT not in product.state_description:
        return False
    return None


def _content(product: Product) -> dict[str, str]:
    """What a person may have edited, as read; what an answer leaves out is left out. The texts are never compared with ours."""
    told = {
        "title": product.name,
        "description": product.desc,
        "category_id": product.category_id,
        "weight_g": "" if product.weight is None else str(product.weight),
        "pictures": ",".join(product.image_ids),
        "attributes": json.dumps(product.specs, ensure_ascii=False, sort_keys=True) if product.specs else "",
    }
    return {name: value for name, value in told.items() if value}


# --- writes that are harmless to repeat -------------------------------------------------------------------------------


class ListingWriter:
    """Absolute values; an update changes only what it names."""

    def __init__(self, client: BukalapakClient) -> None:
        self._client = client

    def price(self, operation: Operation) -> Outcome:
        """The listing's price."""
        return self._update(operation, "price", [sku.price_idr for sku in operation.skus if sku.price_idr is not None])

    def stock(self, operation: Operation) -> Outcome:
        """The pieces that buyers may still take; 0 is sold out."""
        return self._update(operation, "stock", [sum(sku.stock.values()) for sku in operation.skus if sku.stock])

    def _update(self, operation: Operation, field: str, values: Sequence[int]) -> Outcome:
        if len(values) != 1:
            raise Rejected(
                f"a listing has one {field}, not {len(values)}: Bukalapak knows no variants", "variants_too_many"
            )
        body = {"product": {field: str(values[0])}}
        self._client.send("PATCH", f"/products/{remote_id_of(operation)}", Envelope, body)
        return done(operation)

    def visibility(self, operation: Operation) -> Outcome:
        """Takes a listing off or puts it back; one a call, because the bulk calls take effect later and do not say when."""
        word = "relist" if operation.payload["visible"] else "sold"
        self._client.send("PATCH", f"/products/{remote_id_of(operation)}/{word}", Envelope)
        return done(operation)


def remote_id_of(operation: Operation) -> str:
    """The listing or order of an operation that needs one, safe to stand in a path."""
    if operation.remote_id is None or not _ID.fullmatch(operation.remote_id):
        raise Rejected(f"operation {operation.operation_id} names nothing that can be on this channel", "not_found")
    return operation.remote_id
