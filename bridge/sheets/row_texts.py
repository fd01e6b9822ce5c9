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
    "price_zero": ("The price is 0 or below.", "Write the selling price, above 0, such as 15000."),
}

_ZERO = re.compile(r"(?:rp|idr)?[\s.:]*0+(?:[.,]0+)*(?:,-)?")
_NEGATIVE = re.compile(r"(?:rp|idr)?[\s.:]*[-–−]\s*(?:rp|idr)?[\s.:]*\d[\d.,]*")
_PRICE_CODES = frozenset({Reason.PRICE_TOO_SMALL, Reason.PRICE_UNPARSEABLE})


def texts_of(reason: Reason, row: JudgedRow | None) -> tuple[str, str]:
    """What is wrong and what to do, as templates: those that fit the row, else those of the code."""
    closer = None if row is None else _closer(reason, row)
    return reason_texts.TEXTS[reason] if closer is None else TEXTS[closer]


def _closer(reason: Reason, row: JudgedRow) -> str | None:
    if reason is Reason.DUPLICATE and row.other_variant:
        return "variant"
    if reason is Reason.DUPLICATE_CONFLICT and row.other_variant:
        return "variant_price"
    if reason in _PRICE_CODES and not_above_zero(row.cells.get("price", "")):
        return "price_zero"
    return None


def not_above_zero(written: str) -> bool:
    """Whether a price cell says 0 or a number below it."""
    said = written.strip().casefold()
    return _ZERO.fullmatch(said) is not None or _NEGATIVE.fullmatch(said) is not None
