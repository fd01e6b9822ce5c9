"""Old products judged as the rows of a sheet with the same facts would be. Pure; the day is an argument.

Stock is not among the facts: a figure of the past is no answer to how many there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bridge.connectors.base import SavedProduct
from bridge.sheets.answers import is_blank
from bridge.sheets.duplicates import mark_duplicates
from bridge.sheets.entry import Entry
from bridge.sheets.headers import Column, read_heading
from bridge.sheets.judge import judge_entries
from bridge.sheets.price import Price, PriceKind, parse_price
from bridge.sheets.reasons import Reason
from bridge.sheets.record import JudgedRow
from bridge.sheets.rows import RowKind
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import hide_private, squash
from bridge.sheets.variants import Axis
from bridge.store.catalog import SkuDraft

LICENCES = ("licence", "halal")  # attributes with such a heading are judged as a sheet's columns
ESCAPED = str.maketrans({",": "%2C", ";": "%3B", "|": "%7C"})  # in a link; in a cell they separate links


@dataclass(frozen=True, slots=True)
class OldProduct:
    """A product of a saved answer, as it came, as a sheet's row would be judged, and its variants."""

    saved: SavedProduct
    row: JudgedRow
    skus: tuple[SkuDraft, ...]


def judge(owned: Sequence[tuple[SavedProduct, str]], rules: ImportRules, as_of: date) -> Iterator[OldProduct]:
    """Every product with the verdict that a sheet's row with the same facts would have."""
    products = [product for product, _ in owned]
    rows = judge_entries([entry_of(product, name, rules) for product, name in owned], rules, as_of)
    offers = [with_offer(row, product, rules) for row, product in zip(rows, products, strict=True)]
    for product, row in zip(products, mark_duplicates(offers), strict=True):
        yield OldProduct(product, row, tuple(sku_drafts(product, row, rules)))


def entry_of(product: SavedProduct, merchant: str, rules: ImportRules) -> Entry:
    """The product as a row of cells. The stock has none: a figure of the past is no answer to how many there are."""
    first = product.skus[0]
    asked = {read_heading(name, rules).field: text for name, text in product.attributes.items()}
    cells = {
        "business": merchant,
        "product": squash(product.title),
        "category": " > ".join(product.category),
        "price": first.price_idr,
        "weight": product.weight_g,
        "description": product.description,
        "photo": "\n".join(link.translate(ESCAPED) for link in product.pictures),
        "sku": first.code if len(product.skus) == 1 else None,
    } | {name: asked[name] for name in LICENCES if name in asked}
    return Entry(
        sheet=product.place,
        row=0,
        kind=RowKind.PRODUCT,
        values={name: (cell,) for name, cell in cells.items()},
        columns={"weight": (Column(0, read_heading("Berat (gram)", rules)),)},
        extras=extras_of(product, rules),
    )


def extras_of(product: SavedProduct, rules: ImportRules) -> dict[str, str]:
    """Attributes that are no field of ours and nothing personal."""
    return {
        name: text
        for name, text in product.attributes.items()
        if (heading := read_heading(name, rules)).kept and heading.field not in LICENCES and hide_private(text) == text
    }


def with_offer(row: JudgedRow, product: SavedProduct, rules: ImportRules) -> JudgedRow:
    """The row with all variants and their prices, the cells as the answer had them, and what only such answers tell."""
    prices = [parse_price(sku.price_idr, 1, rules) for sku in product.skus]
    reasons = (*row.reasons, *(reason for price in prices for reason in price.reasons), *reasons_of(product, rules))
    return replace(
        row,
        price=price_of(prices, product),
        variants=axes_of(product),
        reasons=tuple(dict.fromkeys(reasons)),
        cells=product.original or row.cells,
    )


def reasons_of(product: SavedProduct, rules: ImportRules) -> Iterator[Reason]:
    """What a sheet's row cannot show."""
    codes = [sku.code for sku in product.skus if sku.code]
    if rules.variants.words.default_axis in product.axes:
        yield Reason.VARIANT_AXIS_DEFAULT
    if len(set(codes)) < len(codes):
        yield Reason.SKU_DUPLICATE
    if product.used:
        yield Reason.USED


def price_of(prices: Sequence[Price], product: SavedProduct) -> Price:
    """One price, or one per variant; a price that is in doubt is nobody's price."""
    doubtful = next((price for price in prices if price.low is None), None)
    amounts = [price.low for price in prices if price.low is not None]
    if doubtful is not None or len(set(amounts)) == 1:
        return doubtful or prices[0]
    options = {sku.options[0]: low for sku, low in zip(product.skus, amounts, strict=True) if len(product.axes) == 1}
    return Price(PriceKind.PER_VARIANT, min(amounts), max(amounts), axis=product.axes[0], options=options)


def axes_of(product: SavedProduct) -> tuple[Axis, ...]:
    """The options in the order of the variants; with their prices where there is one axis."""
    alone = {sku.options[0]: sku.price_idr for sku in product.skus if len(product.axes) == 1}
    prices = {option: price for option, price in alone.items() if price is not None}
    return tuple(
        Axis(name, tuple(dict.fromkeys(sku.options[at] for sku in product.skus)), prices)
        for at, name in enumerate(product.axes)
    )


def sku_drafts(product: SavedProduct, row: JudgedRow, rules: ImportRules) -> Iterator[SkuDraft]:
    """The variants that there are, which need not be every combination."""
    for sku in product.skus:
        code = squash(sku.code or "")
        yield SkuDraft(sku.options, sku.price_idr, row.weight_g, None if is_blank(code, rules) else code)
