"""What a reason code means for one row, where its cells tell more than the code. Chooses sentences, never a verdict."""

import re
from collections.abc import Mapping

from bridge.sheets import reason_texts
from bridge.sheets.reasons import Reason
from bridge.sheets.record import JudgedRow

TEXTS: Mapping[str, tuple[str, str]] = {
    "variant": (
        "The same product stands in {other} already, with another variant.",
        "Write all variants into the row {other}, in one cell of the variant column, such as S, M, L, and their stock together. "
        "Then delete this row.",
    ),
    "variant_price": (
        "The same product stands in {other} already, with another variant and another price.",
        "Write all variants into the row {other}: the variants in one cell, such as S, M, L, the prices in the price cell, such as "
        "S 75rb / M 80rb / L 80rb, and their stock together. Then delete this row. Flavours with prices of their own: give each "
        "row a name of its own instead.",
    ),
    "currency": (
        "The price is in another currency.",
        "Write the selling price in rupiah, such as 15000. If it is in rupiah already, correct the heading of the column.",
    ),
    "several": (
        "Several prices stand in one cell.",
        "Write one price. If variants have prices of their own, name the same variants in the variant column, such as Original, "
        "Keju, and in the price cell, such as Original 10rb, Keju 12rb.",
    ),
    "other_variants": (
        "The prices are for other variants than those of the variant column.",
        "Write the same variants in both cells, each one once, such as S, M, L and S 75rb / M 80rb / L 80rb.",
    ),
    "priced_variants": (
        "Prices stand in the variant column.",
        "Write the names of the variants alone there, such as Original, Keju, and their prices in the price cell, such as "
        "Original 10rb, Keju 12rb.",
    ),
    "other_columns": (
        "Several columns hold a price, and none of them is surely the selling price.",
        "Call the column with the selling price Harga Jual, and import the sheet again.",
    ),
    "other_amount": (
        "The price is for another amount than the one that is sold.",
        "Write the price of what a buyer gets, such as 15000, or correct unit and weight.",
    ),
    "option_axes": (
        "Columns of two kinds hold prices, such as packs and sizes.",
        "Fill in the columns of one kind only, and leave the others empty.",
    ),
    "option_zero": (
        "The price of a pack or size is 0 or below.",
        "Write its price, such as 15000. If it is not sold, leave the cell empty.",
    ),
    "option_unread": (
        "The price of a pack or size cannot be read.",
        "Write it in digits, such as 15000. If it is not sold, leave the cell empty.",
    ),
    "nameless_variant": (
        "The row names a variant and no product.",
        "If it is a variant of the product above, write all variants into that row: the variants in one cell, such as S, M, L, the "
        "prices in the price cell, such as S 75rb / M 80rb / L 80rb, and their stock together. Then delete this row. Else write "
        "the product's name.",
    ),
    "price_zero": ("The price is 0 or below.", "Write the selling price, above 0, such as 15000."),
}

_ZERO = re.compile(r"(?:rp|idr)?[\s.:]*0+(?:[.,]0+)*(?:,-)?")
_NEGATIVE = re.compile(r"(?:rp|idr)?[\s.:]*[-–−]\s*(?:rp|idr)?[\s.:]*\d[\d.,]*")
_PRICE_CODES = frozenset({Reason.PRICE_TOO_SMALL, Reason.PRICE_UNPARSEABLE})


def texts_of(reason: Reason, row: JudgedRow | None) -> tuple[str, str]:
    """What is wrong and what to do, as templates: those that fit the row, else those of the code."""
    closer = None if row is None else _closer(reason, row)
    return reason_texts.TEXTS[reason] if closer is None else TEXTS[closer]


def is_closer(reason: Reason, row: JudgedRow) -> bool:
    """Whether the sentences are nearer than those of the code: they bring an example of their own where one helps."""
    return _closer(reason, row) is not None


def _closer(reason: Reason, row: JudgedRow) -> str | None:
    if reason is Reason.DUPLICATE and row.other_variant:
        return "variant"
    if reason is Reason.DUPLICATE_CONFLICT and row.other_variant:
        return "variant_price"
    if reason is Reason.NAME_MISSING and row.cells.get("variant", "").strip(" -–—"):
        return "nameless_variant"
    return _of_price(reason, row) if reason in _PRICE_CODES else None


def _of_price(reason: Reason, row: JudgedRow) -> str | None:
    if row.price is not None and row.price.doubt:
        return row.price.doubt
    if options := [line for line in row.cells.get("price_option", "").splitlines() if line.strip(" -–—")]:
        zero = any(map(not_above_zero, options))
        return "option_zero" if zero else "option_unread" if reason is Reason.PRICE_UNPARSEABLE else None
    return "price_zero" if not_above_zero(row.cells.get("price", "")) else None


def not_above_zero(written: str) -> bool:
    """Whether a price cell says 0 or a number below it."""
    said = written.strip().casefold()
    return _ZERO.fullmatch(said) is not None or _NEGATIVE.fullmatch(said) is not None
