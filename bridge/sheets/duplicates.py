"""The same product twice, and one SKU for two products (rule book A9). The later row is marked."""

from collections.abc import Iterable
from dataclasses import replace

from bridge.sheets.price import Price
from bridge.sheets.reasons import Reason
from bridge.sheets.record import JudgedRow
from bridge.sheets.text import fold


def mark_duplicates(rows: Iterable[JudgedRow]) -> tuple[JudgedRow, ...]:
    """Rows in the order of the file, across its sheets. A product without a name is nobody's duplicate."""
    products: dict[tuple[str, str], JudgedRow] = {}
    skus: dict[tuple[str, str], str] = {}
    marked: list[JudgedRow] = []
    for row in rows:
        if row.is_product and Reason.RESPONSE_SUPERSEDED not in row.reasons:
            row = _with_sku(_with_product(row, products), skus)
        marked.append(row)
    return tuple(marked)


def _with_product(row: JudgedRow, products: dict[tuple[str, str], JudgedRow]) -> JudgedRow:
    if not row.product_key:
        return row
    first = products.setdefault((row.merchant_key, row.product_key), row)
    if first is row:
        return row
    same = _asked(first.price) == _asked(row.price)
    code = Reason.DUPLICATE if same else Reason.DUPLICATE_CONFLICT
    return replace(row, duplicate_of=first.place, other_variant=_differs(row, first), reasons=(*row.reasons, code))


def _differs(row: JudgedRow, first: JudgedRow) -> bool:
    """Whether the two rows look like variants of one product: both name one, and not the same."""
    mine, earlier = (fold(each.cells.get("variant", "")) for each in (row, first))
    return bool(mine and earlier) and mine != earlier


def _asked(price: Price | None) -> object:
    return None if price is None else (price.kind, price.low, price.high, dict(price.options))


def _with_sku(row: JudgedRow, skus: dict[tuple[str, str], str]) -> JudgedRow:
    sku = fold(row.sku)
    if not sku:
        return row
    owner = skus.setdefault((row.merchant_key, sku), row.product_key)
    return row if owner == row.product_key else replace(row, reasons=(*row.reasons, Reason.SKU_DUPLICATE))
