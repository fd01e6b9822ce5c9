"""Unit of sale in one spelling, and how many pieces it holds (rule book A6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bridge.sheets.reasons import Reason
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import words

_DEFAULT = "pcs"


@dataclass(frozen=True, slots=True)
class Unit:
    name: str
    pack_qty: int = 1
    reasons: tuple[Reason, ...] = ()


@lru_cache(maxsize=8)
def unit_names(rules: ImportRules) -> Mapping[str, str]:
    """Spelling -> canonical name."""
    return {words(word): name for name, spellings in rules.units.sale.items() for word in spellings}


@lru_cache(maxsize=1024)
def parse_unit(text: str, rules: ImportRules) -> Unit:
    """The first known unit word; pieces, and a code for the assumption, where there is none."""
    known = unit_names(rules)
    for word in words(text[:100]).split():
        if name := known.get(word.strip("0123456789")):
            return Unit(name, rules.units.pieces.get(name, 1))
    return Unit(_DEFAULT, reasons=(Reason.UNIT_DEFAULT,))
