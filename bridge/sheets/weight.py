"""Weight of one sold unit in grams (rule book A5). A doubtful weight is no weight, and a code says why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import inf

from bridge.sheets.quantity import Quantity, Scale, plain, scale_of, to_grams
from bridge.sheets.reasons import Reason
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import Cell, cell_text, drop_brackets, has_digit


class WeightKind(StrEnum):
    EXACT = "exact"
    APPROX = "approx"
    RANGE = "range"
    FROM_VOLUME = "from_volume"
    FROM_NAME = "from_name"
    ASSUMED_UNIT = "assumed_unit"
    PER_VARIANT = "per_variant"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Weight:
    kind: WeightKind
    grams: int | None = None
    pack_qty: int = 1
    reasons: tuple[Reason, ...] = ()
    fits: frozenset[int] = field(default_factory=frozenset)  # other readings that a name may repeat without conflict
    lowest: int | None = None


MISSING = Weight(WeightKind.MISSING, reasons=(Reason.WEIGHT_MISSING,))
AMBIGUOUS = Weight(WeightKind.MISSING, reasons=(Reason.WEIGHT_AMBIGUOUS,))


@dataclass(frozen=True, slots=True, eq=False)
class _Grammar:
    scale: Scale
    lead: re.Pattern[str]
    approx: re.Pattern[str]
    single: re.Pattern[str]
    bare: re.Pattern[str]
    spread: re.Pattern[str]
    count_first: re.Pattern[str]
    count_last: re.Pattern[str]
    some: re.Pattern[str]  # a quick look whether a text can hold any amount
    in_name: re.Pattern[str]
    label: re.Pattern[str]


_TAIL = re.compile(r"\s*(?:/|per )\s*[a-z]+\.?$|\s*[.,;]$")
_SEPARATOR = r"\s*(?:-|–|—|s/d|sd|sampai)\s*"
_COUNTS = re.compile(r"[\d½¼¾⅓⅔⅛]")
_MOST_PIECES = 10_000
_HEAVIEST_G = 1_000_000  # a ton: beyond it somebody mistook the unit
_HEAVIEST_BARE_G = 100_000  # a bare 250 below "Berat (kg)" was meant as grams, or it was not: nobody can tell
_LONGEST = 300  # characters; patterns stay quick


@lru_cache(maxsize=8)
def _grammar(rules: ImportRules) -> _Grammar:
    scale, said = scale_of(rules), rules.units.weight_words
    number, unit = scale.number, scale.unit
    quantity = rf"(?P<number>{number})\s*(?P<unit>{unit})\.?"
    first = rf"(?:isi )?(?P<count>\d{{1,5}})\s*(?:[a-z]+\s*)?(?:[x×*@]|isi )\s*@?\s*{quantity}"
    last = rf"{quantity}\s*[x×*]\s*(?P<count>\d{{1,5}})(?:\s*[a-z]+)?"
    name_unit = rf"(?P<unit>(?:{'|'.join(sorted(set(scale.factors) - {'l', 'lt'}, key=len, reverse=True))})(?![a-z]))"
    return _Grammar(
        scale=scale,
        lead=re.compile(rf"^(?:{_any(said.lead)})\s*[:.=]?\s*"),
        approx=re.compile(rf"^(?:{_any(said.approx)})\s*"),
        single=re.compile(rf"(?:isi )?{quantity}"),
        bare=re.compile(rf"(?P<number>{number})"),
        spread=re.compile(
            rf"(?P<low>{number})\s*(?P<low_unit>{unit})?\.?{_SEPARATOR}(?P<number>{number})\s*(?P<unit>{unit})?\.?"
        ),
        count_first=re.compile(first),
        count_last=re.compile(last),
        some=re.compile(rf"(?:\d|{_any(tuple(scale.number_words))})\s*{unit}"),
        in_name=re.compile(rf"(?<![\w.,])(?P<number>{number})\s*{name_unit}"),
        label=re.compile(rf"(?P<number>{number})\s*(?P<unit>{unit})\.?"),
    )


def _any(said: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(said, key=len, reverse=True))


def parse_weight(cell: Cell, unit: str | None, name: str, rules: ImportRules) -> Weight:
    """The cell's weight; the name's where the cell has none. `unit` is the heading's, for bare numbers."""
    from_cell = read_weight(cell, unit, rules)
    from_name = weight_in_name(name, rules)
    if from_cell is None:
        return MISSING if from_name is None else _named(from_name)
    if from_cell.grams is not None and from_name is not None and _differ(from_cell, from_name):
        return replace(from_cell, reasons=(*from_cell.reasons, Reason.WEIGHT_CONFLICT))
    return from_cell


def _named(weight: Weight) -> Weight:
    return replace(weight, kind=WeightKind.FROM_NAME, reasons=(*weight.reasons, Reason.WEIGHT_FROM_NAME))


def _differ(cell: Weight, name: Weight) -> bool:
    if cell.grams is None or name.grams is None or cell.grams == name.grams:
        return False
    between = cell.lowest is not None and cell.lowest <= name.grams <= cell.grams
    return not between and name.grams not in cell.fits and cell.grams not in name.fits


def read_weight(cell: Cell, unit: str | None, rules: ImportRules) -> Weight | None:
    """None: the cell holds no weight at all (blank, `?`, `10 pcs`)."""
    if not isinstance(cell, str) and isinstance(cell, int | float) and not isinstance(cell, bool):
        return _bare(Fraction(str(cell)), unit, rules) if 0 < cell < inf else None
    text = cell_text(cell)
    return _read_text(text, unit, rules) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _read_text(text: str, unit: str | None, rules: ImportRules) -> Weight | None:
    grammar = _grammar(rules)
    said = grammar.lead.sub("", plain(drop_brackets(text)))
    stripped = grammar.approx.sub("", said)
    approx = stripped != said
    stripped = _TAIL.sub("", stripped).strip()
    weight = (
        _read_single(stripped, grammar)
        or _read_pack(stripped, grammar)
        or _read_spread(stripped, unit, rules)
        or _read_bare(stripped, unit, rules)
    )
    if approx and weight is not None and weight.kind is WeightKind.EXACT:
        return replace(weight, kind=WeightKind.APPROX)
    return weight


def _read_single(text: str, grammar: _Grammar) -> Weight | None:
    match = grammar.single.fullmatch(text)
    return _of(grammar.scale.quantity(match["number"], match["unit"])) if match else None


def _of(quantity: Quantity, count: int = 1) -> Weight | None:
    if quantity.grams is None or quantity.grams * count > _HEAVIEST_G:
        return AMBIGUOUS
    grams = to_grams(quantity.grams * count)
    if grams == 0 or not 0 < count <= _MOST_PIECES:
        return None
    each = frozenset({to_grams(quantity.grams)})
    if quantity.volume:
        return Weight(WeightKind.FROM_VOLUME, grams, count, (Reason.WEIGHT_FROM_VOLUME,), each)
    return Weight(WeightKind.EXACT, grams, count, fits=each)


def _read_pack(text: str, grammar: _Grammar) -> Weight | None:
    match = grammar.count_first.fullmatch(text) or grammar.count_last.fullmatch(text)
    if match is None:
        return None
    return _of(grammar.scale.quantity(match["number"], match["unit"]), int(match["count"]))


def _read_spread(text: str, unit: str | None, rules: ImportRules) -> Weight | None:
    grammar = _grammar(rules)
    match = grammar.spread.fullmatch(text)
    if match is None:
        return None
    high_unit = match["unit"]
    high = _end(match["number"], high_unit, unit, rules)
    low = _end(match["low"], match["low_unit"] or high_unit, unit, rules)
    if high is None or low is None or high.grams is None or low.grams is None or low.grams > high.grams:
        return AMBIGUOUS
    reasons = (*high.reasons, Reason.WEIGHT_RANGE)
    return Weight(WeightKind.RANGE, high.grams, 1, reasons, lowest=low.grams)


def _end(number: str, own: str | None, unit: str | None, rules: ImportRules) -> Weight | None:
    if own is not None:
        return _of(_grammar(rules).scale.quantity(number, own))
    return _read_bare(number, unit, rules)


def _read_bare(text: str, unit: str | None, rules: ImportRules) -> Weight | None:
    grammar = _grammar(rules)
    if grammar.bare.fullmatch(text) is None:
        return None
    value = grammar.scale.value(text, 1 if unit is None else grammar.scale.factors[unit][1])
    return AMBIGUOUS if value is None else _bare(value, unit, rules)


def _bare(value: Fraction, unit: str | None, rules: ImportRules) -> Weight | None:
    if unit is not None:
        _, factor, volume = _grammar(rules).scale.factors[unit]
        if value * factor >= _HEAVIEST_BARE_G:
            return AMBIGUOUS
        return _of(Quantity(value * factor, volume, "")) or AMBIGUOUS
    if value == 0:
        return None
    if not rules.units.weight_words.smallest_bare <= value <= _HEAVIEST_G:
        return AMBIGUOUS
    return Weight(WeightKind.ASSUMED_UNIT, to_grams(value), reasons=(Reason.WEIGHT_UNIT_ASSUMED,))


def weight_in_name(name: str, rules: ImportRules) -> Weight | None:
    """The one weight that a product's name tells; None where it tells none or several."""
    if not _COUNTS.search(name) and not any(word in name.casefold() for word in rules.units.numbers):
        return None
    grammar, said = _grammar(rules), plain(name[:_LONGEST])
    if not grammar.some.search(said):
        return None
    pack = grammar.count_first.search(said) or grammar.count_last.search(said)
    if pack is not None:
        return _of(grammar.scale.quantity(pack["number"], pack["unit"]), int(pack["count"]))
    found = {_told(match["number"], match["unit"], rules) for match in grammar.in_name.finditer(said)}
    only = found.pop() if len(found) == 1 else None
    return only if only is not None and only.grams is not None else None


@lru_cache(maxsize=1024)
def _told(number: str, unit: str, rules: ImportRules) -> Weight | None:
    return _of(_grammar(rules).scale.quantity(number, unit))


def read_label(text: str, rules: ImportRules) -> Quantity | None:
    """A variant option that is a weight or volume, such as `250gr`."""
    grammar = _grammar(rules)
    match = grammar.label.fullmatch(plain(text))
    return grammar.scale.quantity(match["number"], match["unit"]) if match else None


def measure(per: str, rules: ImportRules) -> Quantity | None:
    """The amount that a price is for: `100gr`, and `kg` as one of it."""
    return read_label(per if has_digit(per) else f"1 {per}", rules)


def per_variant(weights: Mapping[str, int], *, volume: bool) -> Weight:
    """The weight of a product whose options have weights of their own; the weight column is not read."""
    reasons = (Reason.WEIGHT_FROM_VOLUME,) if volume and weights else ()
    return Weight(WeightKind.PER_VARIANT, reasons=reasons)
