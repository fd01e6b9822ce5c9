"""Answers of products and transactions that were saved as files while the marketplace was open, as products and orders.

Pure: bytes in, values out. Nothing is mended: what is no valid JSON, or no product, is named with its file and place, and the rest
goes on. Of a product or order that stands in several files the fullest (the latest) counts, in whatever order the files come.
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
from bridge.connectors.bukalapak.types import Product, ProductSku, Transaction
from bridge.errors import OutcomeUnknown
from bridge.model import Problem

LARGEST_FILE = 64 * 1024 * 1024
PRODUCTS, TRANSACTIONS = ("products", "product", "product_detail"), ("transactions", "transaction")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_BREAK = re.compile(r"<\s*(?:br\s*/?|/\s*(?:p|div|li|h\d))\s*>|\r\n?", re.IGNORECASE)
_TAG = re.compile(
    r"</?[a-z][^<>]{0,200}>|\[/?(?:b|i|u|s|url|img|color|size|center|list|quote|\*)(?:=[^\]]{0,200})?\]", re.IGNORECASE
)
_TEXTS: Mapping[str, tuple[str, str]] = {
    "saved_too_large": ("The file is larger than {limit} MB.", "Save fewer pages in one file."),
    "saved_not_text": ("The file is not text in UTF-8.", "Save the answer again as it came."),
    "saved_not_json": ("Here the file is no valid JSON: {why}.", "Correct this place, or save the answer again."),
    "saved_nothing": (
        "There are no products or transactions in it.",
        "Save answers of mylapak, products or transactions.",
    ),
    "saved_error": ("The saved answer is a refusal: {why}.", "Nothing to do; it holds no data."),
    "saved_row": ("This row cannot be read: {why}.", "Correct this place; all other rows were read."),
    "saved_unclear": (
        "The order does not say how many pieces of which product were ordered.",
        "Save that transaction alone, by its own address.",
    ),
    "saved_purchase": ("This is a purchase of the shop, not a sale.", "Nothing to do; it was left out."),
}


@dataclass(slots=True)
class _Found:
    products: dict[str, SavedProduct] = field(default_factory=dict)
    orders: dict[str, tuple[SavedOrder, str]] = field(default_factory=dict)  # with the buyer's id
    problems: list[Problem] = field(default_factory=list)

    def problem(self, code: str, place: str, **values: str) -> None:
        message, fix = _TEXTS[code]
        self.problems.append(Problem(code, place, message, fix, values))


def read_saved(files: Mapping[str, bytes]) -> Saved:
    """See `bridge.connectors.base.SavedSource`."""
    found = _Found()
    for name in sorted(files):
        _read_file(name, files[name], found)
    own = {product.seller_id for product in found.products.values() if product.seller_id}
    orders = []
    for saved, buyer_id in found.orders.values():
        if buyer_id in own and saved.seller_id not in own:
            found.problem("saved_purchase", saved.place)
        else:
            orders.append(saved)
    return Saved(tuple(found.products.values()), tuple(orders), tuple(found.problems))


def _read_file(name: str, content: bytes, found: _Found) -> None:
    if len(content) > LARGEST_FILE:
        found.problem("saved_too_large", name, limit=str(LARGEST_FILE // 2**20))
        return
    try:
        body = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        found.problem("saved_not_text", f"{name}: byte {error.start + 1}")
        return
    except json.JSONDecodeError as error:
        found.problem("saved_not_json", f"{name}:{error.lineno}:{error.colno}", why=error.msg)
        return
    except (ValueError, RecursionError):
        found.problem("saved_not_json", name, why="numbers or nesting beyond all bounds")
        return
    if isinstance(body, list):
        for at, answer in enumerate(body, 1):
            _read_answer(f"{name}: {at}", answer, found)
    else:
        _read_answer(name, body, found)


def _read_answer(place: str, answer: Any, found: _Found) -> None:
    """An answer in its envelope, or a single product or transaction without one."""
    if isinstance(answer, dict) and "status" not in answer and "name" in answer:
        answer = {"product": answer}
    elif isinstance(answer, dict) and "status" not in answer and "state" in answer:
        answer = {"transaction": answer}
    rows = list(_rows(answer)) if isinstance(answer, dict) else []
    for key, path, row in rows:
        try:
            read = _read_product if key in PRODUCTS else _read_transaction
            read(f"{place}: {path}", row, found)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = ".".join((path, *(str(part) for part in first["loc"])))
            found.problem("saved_row", f"{place}: {where}", why=str(first["msg"]).removeprefix("Value error, "))
    if rows:
        return
    if isinstance(answer, dict) and str(answer.get("status")).upper() == "ERROR":
        found.problem("saved_error", place, why=str(answer.get("message")))
    elif not isinstance(answer, dict) or not any(answer.get(key) == [] for key in ("products", "transactions")):
        found.problem("saved_nothing", place)


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
    if not product.name:
        found.problem("saved_row", place, why="it has no name")
        return
    axes, skus = _skus(product)
    saved = SavedProduct(
        place=place,
        remote_id=product.id,
        seller_id=product.seller_id,
        seller=product.seller_name or product.seller_username,
        title=html.unescape(product.name),
        description=plain_text(product.desc),
        category=tuple(product.category_structure or ([product.category] if product.category else [])),
        weight_g=product.weight,
        pictures=tuple(product.images or ([product.image] if product.image else [])),
        attributes=_attributes(product.specs),
        axes=axes,
        skus=skus,
    )
    key = product.id or place
    if key not in found.products or _fullness(saved) >= _fullness(found.products[key]):
        found.products[key] = saved


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
    if not labels or any(tuple(part.label for part in row.variant) != labels for row in rows):
        return ("Varian",), tuple(
            _sku(row, (row.variant_name or row.sku_name or str(n),)) for n, row in enumerate(rows, 1)
        )
    return labels, tuple(_sku(row, tuple(part.value for part in row.variant)) for row in rows)


def _sku(row: ProductSku, options: tuple[str, ...]) -> SavedSku:
    return SavedSku(row.sku_name or None, options, row.price, row.stock)


def plain_text(text: str) -> str:
    """A description without HTML (2017) and BBCode, with its line breaks."""
    plain = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    return re.sub(r"[ \t]*\n(?:[ \t]*\n){2,}", "\n\n", plain).strip()


# --- transactions -----------------------------------------------------------------------------------------------------


def _read_transaction(place: str, row: Any, found: _Found) -> None:
    transaction = Transaction.model_validate(row)
    try:
        order = remote_order(transaction)
    except OutcomeUnknown:
        found.problem("saved_unclear", place)
        return
    seller = transaction.seller
    name = (seller.name or seller.username) if seller is not None else ""
    saved = SavedOrder(place, seller.id if seller is not None else "", name, order)
    known = found.orders.get(order.remote_id)
    if known is None or (order.updated_at or LONG_AGO) >= (known[0].order.updated_at or LONG_AGO):
        found.orders[order.remote_id] = (saved, transaction.buyer.id if transaction.buyer is not None else "")
