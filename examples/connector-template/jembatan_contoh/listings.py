"""Reading listings, and every write to them. All writes may be repeated: a create has a key, the others are absolute."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bridge.connectors.base import Find, Operation, Outcome, SkuOutcome, SkuWrite, Verdict
from bridge.connectors.outcomes import bound, picture_refused, remote_id_of, settle_skus, verdict_of
from bridge.connectors.paging import chunks
from bridge.errors import OutcomeUnknown, Rejected
from bridge.model import OpKind, Problem, RemoteListing, RemoteSku
from jembatan_contoh.client import ContohClient, at
from jembatan_contoh.errors import NAME, error_of
from jembatan_contoh.types import Named, Page, Product, RowAnswer

SHOWN, HIDDEN = "tayang", "arsip"


def find(client: ContohClient, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[RemoteListing]:
    """Page by page; what the shop does not have is left out."""
    some: list[Sequence[tuple[str, object]]] = [[("since", int(since.timestamp()))] if since is not None else []]
    if by in (Find.ID, Find.SKU):
        some = [[(by.value, key) for key in few] for few in chunks(keys, client.config["batch"]["keys"])]
    for params in some:
        for page in client.pages("/products", Page[Product], *params):
            yield from map(listing, page)


# --- writes -----------------------------------------------------------------------------------------------------------


def upload(client: ContohClient, picture: bytes) -> str | Problem:
    """A reference, or why there is none."""
    try:
        return client.send("POST", "/pictures", Named, {"image": b64encode(picture).decode()}).id
    except Rejected as error:
        return picture_refused(NAME, 0, str(error))


def create(client: ContohClient, operation: Operation) -> Outcome:
    """One call with all variants, visible at once. Sent again with the same key it makes nothing new."""
    return made(operation, client.send("POST", "/products", Product, {**body_of(operation), "key": operation.key}))


def change(client: ContohClient, operation: Operation) -> Outcome:
    """Content or visibility, one call. Variants are known by their seller SKU, so that a new one is added once."""
    shown: dict[str, object] = {"status": SHOWN if operation.payload.get("visible") else HIDDEN}
    body = shown if operation.kind is OpKind.VISIBILITY else body_of(operation)
    return made(operation, client.send("PATCH", at("/products", remote_id_of(operation)), Product, body))


def values(client: ContohClient, operations: Sequence[Operation]) -> list[Outcome]:
    """Prices and stock of many products in one call. Contoh answers row by row, in our order."""
    rows = [(operation, sku) for operation in operations for sku in operation.skus]
    answers = client.send("POST", "/values", Page[RowAnswer], {"rows": [value_row(*row) for row in rows]}).rows
    if len(answers) != len(rows):
        raise OutcomeUnknown(f"{NAME} answered {len(answers)} of {len(rows)} rows")
    ends = [(of, row_outcome(sku, answer)) for (of, sku), answer in zip(rows, answers, strict=True)]
    return [settle_skus(operation, [end for of, end in ends if of is operation]) for operation in operations]


def look_up(client: ContohClient, operation: Operation) -> Outcome:
    """A create by its key, which the list knows at once; all else is absent, for sent again it does no harm."""
    if operation.kind is OpKind.CREATE:
        for product in client.get("/products", Page[Product], ("key", operation.key)).rows:
            return made(operation, product)
    return Outcome(operation.operation_id, Verdict.RETRY, operation.remote_id, retry_after=timedelta(0))


# --- Contoh's words and ours ------------------------------------------------------------------------------------------


def listing(product: Product) -> RemoteListing:
    """A product in our words."""
    return RemoteListing(
        remote_id=product.id,
        title=product.title,
        status=product.status,
        visible=product.status == SHOWN,
        skus=tuple(RemoteSku(sku.id, sku.seller_sku, sku.price, {"": sku.stock}) for sku in product.skus),
        updated_at=product.updated,
    )


def made(operation: Operation, product: Product) -> Outcome:
    """Done, with every id that the answer tells."""
    ids = {sku.seller_sku: sku.id for sku in product.skus}
    known = {sku.listing_sku_id: ids[sku.seller_sku] for sku in operation.skus if sku.seller_sku in ids}
    return Outcome(operation.operation_id, Verdict.DONE, product.id, bound(operation, known, Verdict.DONE))


def body_of(operation: Operation) -> dict[str, object]:
    """A product in Contoh's words; the payload is a `bridge.model.Content`."""
    content = operation.payload
    options = {sku["sku"]: sku["options"] for sku in content["skus"]}
    return {
        **{name: content[name] for name in ("title", "description", "weight_g", "pictures")},
        "category": content["category_id"],
        "answers": {each["attribute_id"]: each["values"][0]["text"] for each in content["attributes"]},
        "skus": [sku_body(sku, options.get(sku.seller_sku, [])) for sku in operation.skus],
    }


def sku_body(sku: SkuWrite, options: Sequence[str]) -> dict[str, object]:
    """Price and stock go along with new variants only: those that are there have writes of their own for them."""
    new = {"price": sku.price_idr, "stock": sum(sku.stock.values())} if sku.remote_sku_id is None else {}
    return {"seller_sku": sku.seller_sku, "options": options, **new}


def value_row(operation: Operation, sku: SkuWrite) -> dict[str, object]:
    """A price, or the pieces that buyers may still take; what is null stays as it is."""
    stock = sum(sku.stock.values()) if sku.stock else None
    return {"product": operation.remote_id, "sku": sku.remote_sku_id, "price": sku.price_idr, "stock": stock}


def row_outcome(sku: SkuWrite, answer: RowAnswer) -> SkuOutcome:
    """One row's end: a bad one never fails its batch."""
    if not answer.code:
        return SkuOutcome(sku.listing_sku_id, Verdict.DONE)
    error = error_of(answer.code, answer.message)
    verdict, code = (Verdict.UNKNOWN, "") if isinstance(error, OutcomeUnknown) else verdict_of(error)
    return SkuOutcome(sku.listing_sku_id, verdict, code=code, message=str(error))
