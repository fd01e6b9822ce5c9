"""Amounts of mass and volume in text: `1/4 kg`, `250ml`, `1.000 gr`. Exact fractions inside, grams outside."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from bridge.sheets.rules import ImportRules, Measure
from bridge.sheets.text import squash

_FRACTION_SIGNS = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3", "⅛": " 1/8", "⁄": "/"}
_MIXED = re.compile(r"(?:(\d{1,3}) )?(\d{1,2})/(\d{1,2})")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_DECIMAL = re.compile(r"(\d+)[.,](\d+)")
_LARGEST_DENOMINATOR = 16


@dataclass(frozen=True, slots=True)
class Quantity:
    """`grams` is None where unit and number contradict each other ("1.500 kg" may be 1.5 or 1500)."""

    grams: Fraction | None
    volume: bool
    written: str


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Patterns and factors made from the unit table."""

    number: str
    unit: str
    factors: Mapping[str, tuple[str, int, bool]]  # spelling -> name, grams, is it a volume
    number_words: Mapping[str, Fraction]

    def quantity(self, number: str, unit: str) -> Quantity:
        name, factor, volume = self.factors[unit]
        value = self.value(number, factor)
        return Quantity(None if value is None else value * factor, volume, f"{_shown(number, value)} {name}")

    def value(self, number: str, factor: int) -> Fraction | None:
        """The number alone; `factor` (grams in the unit) tells which readings are believable."""
        number = number.strip()
        if number in self.number_words:
            return self.number_words[number]
        if mixed := _MIXED.fullmatch(number):
            return _mixed(mixed)
        if number.isdigit():
            return Fraction(int(number))
        if _GROUPED.fullmatch(number):
            return Fraction(number.replace(".", "").replace(",", ".")) if factor < 1000 else None
        return _decimal(number, factor)


def _mixed(match: re.Match[str]) -> Fraction | None:
    whole, top, bottom = (int(part) if part else 0 for part in match.groups())
    if not 0 < top < bottom <= _LARGEST_DENOMINATOR:
        return None
    return whole + Fraction(top, bottom)


def _decimal(number: str, factor: int) -> Fraction | None:
    match = _DECIMAL.fullmatch(number)
    if match is None:
        return None
    whole, rest = match.groups()
    if "," in number and len(rest) == 3 and whole != "0" and factor < 1000:
        return None  # "1,000 gr": a thousand or one, nobody can tell
    return Fraction(f"{whole}.{rest}")


def _shown(number: str, value: Fraction | None) -> str:
    return str(value.numerator) if value is not None and value.denominator == 1 else number.strip().replace(".", ",")


@lru_cache(maxsize=8)
def scale_of(rules: ImportRules) -> Scale:
    units = rules.units
    factors = {**_factors(units.mass, volume=False), **_factors(units.volume, volume=True)}
    spellings = "|".join(re.escape(word) for word in sorted(factors, key=len, reverse=True))
    number_words = {word: Fraction(top, bottom) for word, (top, bottom) in units.numbers.items()}
    number = r"\d+ \d+/\d+|\d+/\d+|\d+(?:[.,]\d+)*|" + "|".join(re.escape(word) for word in number_words)
    return Scale(rf"(?:{number})", rf"(?:{spellings})(?![a-z])", factors, number_words)


def _factors(measures: Mapping[str, Measure], *, volume: bool) -> dict[str, tuple[str, int, bool]]:
    return {word: (name, measure.grams, volume) for name, measure in measures.items() for word in measure.words}


def plain(text: str) -> str:
    """Small letters, one space, written-out fraction signs: the form that the patterns expect."""
    if not text.isascii():
        for sign, written in _FRACTION_SIGNS.items():
            text = text.replace(sign, written)
    return squash(text).casefold()


def to_grams(value: Fraction) -> int:
    """Whole grams, a half rounded up."""
    return int(value + Fraction(1, 2))
