"""Stock as written (rule book A8). Unknown stays unknown: never 0, never a made-up number."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bridge.sheets.identifiers import without_point_zero
from bridge.sheets.reasons import Reason
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import Cell, cell_text, drop_brackets, squash
from bridge.sheets.units import unit_names


@dataclass(frozen=True, slots=True)
class Stock:
    pieces: int | None = None
    preorder_days: int | None = None
    reasons: tuple[Reason, ...] = ()


UNKNOWN = Stock(reasons=(Reason.STOCK_UNKNOWN,))

_LARGEST = 9_999_999
_LONGEST = 200
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+)")


def parse_stock(cell: Cell, unit: str, rules: ImportRules) -> Stock:
    """`unit` is the product's: "10 kg" counts only what is sold by the kilo."""
    text = cell_text(cell)
    return _parse(text, unit, rules) if len(text) <= _LONGEST else UNKNOWN


@lru_cache(maxsize=4096)
def _parse(text: str, unit: str, rules: ImportRules) -> Stock:
    said = squash(text).casefold()
    if (preorder := _preorder(said, rules)) is not None:
        return preorder
    bare = without_point_zero(squash(drop_brackets(said)))
    if bare.strip(" .!") in rules.words.stock.empty:
        return Stock(0)
    pieces = _pieces(bare, unit, rules)
    return UNKNOWN if pieces is None else Stock(pieces)


def _preorder(said: str, rules: ImportRules) -> Stock | None:
    begin, days = _preorder_patterns(rules)
    if not begin.match(said):
        return None
    lengths = [int(found[1]) * rules.words.stock.days[found[2]] for found in days.finditer(said)]
    return Stock(None, max(lengths) if lengths else None, (Reason.PREORDER,))


@lru_cache(maxsize=8)
def _preorder_patterns(rules: ImportRules) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = rules.words.stock
    return (
        re.compile(rf"(?:{_any(words.preorder)})(?![a-z])"),
        re.compile(rf"(\d{{1,3}})\s*({_any(tuple(words.days))})(?![a-z])"),
    )


def _pieces(said: str, unit: str, rules: ImportRules) -> int | None:
    match = _count_pattern(rules).fullmatch(said)
    if match is None:
        return None
    word = unit_names(rules).get(match["unit"] or "", "")
    if (match["unit"] and not word) or (word in {*rules.units.pieces, "kg"} and word != unit):
        return None
    number = match["number"]
    if not number.isdigit():
        if not _GROUPED.fullmatch(number):
            return None
        number = re.sub(r"[.,]", "", number)
    return int(number) if int(number) <= _LARGEST else None


@lru_cache(maxsize=8)
def _count_pattern(rules: ImportRules) -> re.Pattern[str]:
    lead = rf"(?:(?:{_any(rules.words.stock.lead)})\s*[:=]?\s*)*"
    return re.compile(rf"{lead}(?P<number>\d+(?:[.,]\d+)*)\s*(?P<unit>[a-z]+)?\.?")


def _any(said: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(said, key=len, reverse=True))
