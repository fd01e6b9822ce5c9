"""Answers of products and transactions that were saved as files while the marketplace was open, as products and orders.

Pure: bytes in, values out. Nothing is mended: what is no valid JSON, or no product, is named with its file and place, and the rest
goes on. Of a product or order that stands in several files the fullest (the latest) counts, in whatever order the files come.
What a shop sold is a product of it too, where no other answer tells of it; what a shop bought is not.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from bridge.connectors.base import Saved, SavedOrder, SavedProduct, SavedSku
from bridge.connectors.bukalapak.orders import remote_order
from bridge.connectors.bukalapak.types import Person, Product, ProductSku, Transaction
from bridge.errors import OutcomeUnknown
from bridge.model import Problem

LARGEST_FILE = 64 * 1024 * 1024
PRODUCTS, TRANSACTIONS = ("products", "product", "product_detail"), ("transactions", "transaction")
KEPT_WITH_CALL = ("response", "response_raw_not_valid_json")  # collections keep an answer beside its call, or its text
ORIGINAL = (
    "id", "name", "category", "category_structure", "price", "weight", "stock", "condition", "active", "for_sale",
    "state_description", "image", "images", "desc", "specs", "seller_id", "seller_name", "seller_username", "product_sku", "url",
)  # fmt: skip
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_BREAK = re.compile(r"<\s*(?:br\s*/?|/\s*(?:p|div|li|h\d))\s*>|\r\n?", re.IGNORECASE)
_TAG = re.compile(
    r"</?[a-z][^<>]{0,200}>|\[/?(?:b|i|u|s|url|img|color|size|center|list|quote|\*)(?:=[^\]]{0,200})?\]", re.IGNORECASE
)
TEXTS: Mapping[str, tuple[str, str]] = {
    "saved_too_large": ("The file is larger than {limit} MB.", "Save fewer pages in one file."),
    "saved_not_text": ("The file is not text in UTF-8.", "Save the answer again as it came."),
    "saved_not_json": ("Here the file is no valid JSON: {why}.", "Correct this place, or save the answer again."),
    "saved_unknown": (
        "This is no answer in a form that can be read.",
        "Save answers of mylapak, products or transactions (API v2).",
    ),
    "saved_row": ("This row cannot be read: {why}.", "Correct this place; all other rows were read."),
    "saved_unclear": (
        "The order does not say how many pieces of which product were ordered.",
        "Save that transaction alone, by its own address.",
    ),
    "saved_nothing": (
        "There are no products or transactions in it.",
        "Nothing to do; it is an answer about something else.",
    ),
    "saved_error": ("The saved answer is a refusal: {why}.", "Nothing to do; it holds no data."),
    "saved_purchase": ("This is a purchase of the shop, not a sale.", "Nothing to do; it was left out."),
    "saved_foreign": (
        "It is not certain that this sale is of the same shop; the products in it were left out.",
        "Import the files of each shop on their own.",
    ),
}
NOTES = ("saved_nothing", "saved_error", "saved_purchase", "saved_foreign")  # read, and left out on purpose


@dataclass(frozen=True, slots=True)
class _Sale:
    order: SavedOrder | None  # None where the quantities are unclear
    place: str
    seller: frozenset[str]
    buyer: frozenset[str]
    products: tuple[SavedProduct, ...]

    @property
    def rank(self) -> tuple[bool, datetime]:
        """The clear ones first, then the latest."""
        return (False, LONG_AGO) if self.order is None else (True, self.order.order.updated_at or LONG_AGO)


@dataclass(slots=True)
class _Found:
    products: dict[str, SavedProduct] = field(default_factory=dict)
    sales: dict[str, _Sale] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def problem(self, code: str, place: str, **values: str) -> None:
        message, fix = TEXTS[code]
        (self.notes if code in NOTES else self.problems).append(Problem(code, place, message, fix, values))


def read_saved(files: Mapping[str, bytes]) -> Saved:
    """See `bridge.connectors.base.SavedSource`."""
    found = _Found()
    for name in sorted(files):
        _read_file(name, files[name], found)
    own = _own(found)
    sales = [sale for sale in found.sales.values() if not _is_purchase(sale, own, found)]
    sold: dict[str, SavedProduct] = {}
    for sale in sales:
        _take_sold(sale, own, sold, found)
    products = found.products | {key: product for key, product in sold.items() if key not in found.products}
    orders = tuple(sale.order for sale in sales if sale.order is not None)
    return Saved(tuple(products.values()), orders, tuple(found.problems), tuple(found.notes))


def _own(found: _Found) -> frozenset[str]:
    """Ids and names of the shop whose answers these are: whoever sells the products, else the only seller there is."""
    sellers = [_keys(product.seller_id, product.seller) for product in found.products.values()]
    if not any(sellers):
        told = {sale.seller for sale in found.sales.values() if sale.seller}
        sellers = list(told) if len(told) == 1 else []
    return frozenset().union(*sellers)


def _keys(number: str, *names: str) -> frozenset[str]:
    return frozenset(text for text in (number, *(name.casefold() for name in names)) if text)


def _is_purchase(sale: _Sale, own: frozenset[str], found: _Found) -> bool:
    bought = bool(sale.buyer & own) and not sale.seller & own
    if bought:
        found.problem("saved_purchase", sale.place)
    return bought


def _take_sold(sale: _Sale, own: frozenset[str], sold: dict[str, SavedProduct], found: _Found) -> None:
    if sale.order is None:
        found.problem("saved_unclear", sale.place)
    if sale.products and not sale.seller & own:
        found.problem("saved_foreign", sale.place)
        return
    for product in sale.products:
        _keep_fuller(product, sold)


def _read_file(name: str, content: bytes, found: _Found) -> None:
    if len(content) > LARGEST_FILE:
        found.problem("saved_too_large", name, limit=str(LARGEST_FILE // 2**20))
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found.problem("saved_not_text", f"{name}: byte {error.start + 1}")
        return
    _read_text(name, text, found)


def _read_text(place: str, text: str, found: _Found) -> None:
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        found.problem("saved_not_json", f"{place}:{error.lineno}:{error.colno}", why=error.msg)
        return
    except (ValueError, RecursionError):
        found.problem("saved_not_json", place, why="numbers or nesting beyond all bounds")
        return
    if isinstance(body, list):
        for at, answer in enumerate(body, 1):
            _read_answer(f"{place}: {at}", answer, found)
    else:
        _read_answer(place, body, found)


def _read_answer(place: str, answer: Any, found: _Found) -> None:
    """An answer in its envelope, one beside its call, or a single product or transaction without an envelope."""
    if not isinstance(answer, dict):
        found.problem("saved_unknown", place)
        return
    if "status" not in answer:
        kept = next((name for name in KEPT_WITH_CALL if name in answer), None)
        if kept is not None:
            read: Any = _read_text if isinstance(answer[kept], str) else _read_answer
            read(f"{place}: {kept}", answer[kept], found)
            return
        answer = _in_envelope(answer)
    if "status" not in answer:
        found.problem("saved_unknown", place)  # every answer of this channel has one
    elif not _read_rows(place, answer, found):
        _tell_empty(place, answer, found)


def _in_envelope(answer: dict[str, Any]) -> dict[str, Any]:
    if "name" in answer and "price" in answer:
        return {"status": "OK", "product": answer}
    return {"status": "OK", "transaction": answer} if "state" in answer else answer


def _read_rows(place: str, answer: Mapping[str, Any], found: _Found) -> bool:
    """Whether there were any."""
    rows = list(_rows(answer))
    for key, path, row in rows:
        try:
            if not _is_text(row):
                found.problem("saved_row", f"{place}: {path}", why="it holds signs that are no text")
                continue
            read = _read_product if key in PRODUCTS else _read_transaction
            read(f"{place}: {path}", row, found)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = ".".join((path, *(str(part) for part in first["loc"])))
            found.problem("saved_row", f"{place}: {where}", why=str(first["msg"]).removeprefix("Value error, "))
    return bool(rows)


def _is_text(row: Any) -> bool:
    """Halves of a sign and the sign zero can be written in JSON, but no database keeps them."""
    told = json.dumps(row, ensure_ascii=False)
    return "\\u0000" not in told and told.encode(errors="replace").decode() == told


def _tell_empty(place: str, answer: Mapping[str, Any], found: _Found) -> None:
    status = str(answer.get("status")).upper()
    if status == "ERROR":
        found.problem("saved_error", place, why=str(answer.get("message")))
    elif any(answer.get(key) == [] for key in ("products", "transactions")):
        return
    elif status == "OK":
        found.problem("saved_nothing", place)
    else:
        found.problem("saved_unknown", place)


def _rows(answer: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Key, place and content of each product and transaction."""
    for key in (*PRODUCTS, *TRANSACTIONS):
        value = answer.get(key)
        if isinstance(value, list):
            yield from ((key, f"{key}.{at}", row) for at, row in enumerate(value, 1))
        elif value not in (None, "", "null"):
            yield key, key, value


# --- products ---------------------------------------------------------------------------------------------------------


def _read_product(place: str, row: Any, found: _Found) -> None:
    product = Product.model_validate(row)
    if product.name:
        _keep_fuller(_saved_product(place, product, row), found.products)
    else:
        found.problem("saved_row", place, why="it has no name")


def _saved_product(place: str, product: Product, row: Mapping[str, Any], seller: Person | None = None) -> SavedProduct:
    """`seller` is the one of the sale, where the product stands in one."""
    axes, skus = _skus(product)
    named = seller if seller is not None else Person()
    return SavedProduct(
        place=place,
        remote_id=product.id,
        seller_id=product.seller_id or named.id,
        seller=product.seller_name or product.seller_username or named.name or named.username,
        title=html.unescape(product.name),
        description=plain_text(product.desc),
        category=tuple(product.category_structure or ([product.category] if product.category else [])),
        weight_g=product.weight,
        pictures=tuple(product.images or ([product.image] if product.image else [])),
        attributes=_attributes(product.specs),
        axes=axes,
        skus=skus,
        used=product.condition.casefold() == "used",
        original=_original(row),
    )


def _original(row: Mapping[str, Any]) -> dict[str, str]:
    """Texts as they came; numbers, lists and objects as JSON."""
    told = {name: row[name] for name in ORIGINAL if row.get(name) not in (None, "", [], {})}
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for name, value in told.items()
    }


def _keep_fuller(product: SavedProduct, among: dict[str, SavedProduct]) -> None:
    key = product.remote_id or product.place
    if key not in among or _fullness(product) >= _fullness(among[key]):
        among[key] = product


def _fullness(product: SavedProduct) -> tuple[int, int]:
    values = [getattr(product, each.name) for each in fields(product)]
    figures = [value for sku in product.skus for value in (sku.price_idr, sku.stock) if value is not None]
    return sum(value not in (None, "", (), {}) for value in values), len(figures)


def _attributes(specs: Mapping[str, Any]) -> dict[str, str]:
    """Answered ones; several values in one text."""
    told = {
        name: ", ".join(str(one).strip() for one in (value if isinstance(value, list) else [value]) if one)
        for name, value in specs.items()
    }
    return {name: text for name, text in told.items() if text}


def _skus(product: Product) -> tuple[tuple[str, ...], tuple[SavedSku, ...]]:
    """Variants exist in answers of 2018 only."""
    rows = product.product_sku
    if len(rows) < 2:
        code = rows[0].sku_name or None if rows else None
        return (), (SavedSku(code, (), product.price, product.stock),)
    labels = tuple(part.label for part in rows[0].variant)
    options = [tuple(part.value for part in row.variant) for row in rows]
    alike = all(tuple(part.label for part in row.variant) == labels for row in rows)
    if labels and alike and all(map(all, options)) and len(set(options)) == len(rows):
        return labels, tuple(map(_sku, rows, options))
    names = [row.variant_name or row.sku_name or str(at) for at, row in enumerate(rows, 1)]
    told = [name if names.count(name) == 1 else f"{name} ({at})" for at, name in enumerate(names, 1)]
    return ("Varian",), tuple(_sku(row, (name,)) for row, name in zip(rows, told, strict=True))


def _sku(row: ProductSku, options: tuple[str, ...]) -> SavedSku:
    return SavedSku(row.sku_name or None, options, row.price, row.stock)


def plain_text(text: str) -> str:
    """A description without HTML (2017) and BBCode, with its line breaks."""
    plain = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    return re.sub(r"[ \t]*\n(?:[ \t]*\n){2,}", "\n\n", plain).strip()


# --- transactions -----------------------------------------------------------------------------------------------------


def _read_transaction(place: str, row: Any, found: _Found) -> None:
    transaction = Transaction.model_validate(row)
    seller = transaction.seller if transaction.seller is not None else Person()
    try:
        told = remote_order(transaction, with_buyer=False)  # long delivered: nobody needs the address
        order = SavedOrder(place, seller.id, seller.name or seller.username, told)
    except OutcomeUnknown:
        order = None
    sale = _Sale(order, place, _keys_of(seller), _keys_of(transaction.buyer), tuple(_sold(place, transaction, row)))
    known = found.sales.get(transaction.id)
    if known is None or sale.rank >= known.rank:
        found.sales[transaction.id] = sale


def _keys_of(person: Person | None) -> frozenset[str]:
    return frozenset() if person is None else _keys(person.id, person.name, person.username)


def _sold(place: str, transaction: Transaction, row: Any) -> Iterator[SavedProduct]:
    for at, product in enumerate(transaction.products, 1):
        if product.name:
            yield _saved_product(f"{place}.products.{at}", product, row["products"][at - 1], transaction.seller)
