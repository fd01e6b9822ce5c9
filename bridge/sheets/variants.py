"""Variant axes and their options from free writing (rule book A7). Free text becomes no variant, and a code says so."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bridge.sheets.category import is_food
from bridge.sheets.price import Price, PriceKind
from bridge.sheets.quantity import scale_of
from bridge.sheets.reasons import Reason
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import clean, drop_brackets, fold, words
from bridge.sheets.weight import read_label


@dataclass(frozen=True, slots=True)
class Axis:
    name: str
    options: tuple[str, ...]
    prices: Mapping[str, int] = field(default_factory=dict)
    weights_g: Mapping[str, int] = field(default_factory=dict)
    stock: Mapping[str, int | None] = field(default_factory=dict)

    def as_record(self) -> dict[str, object]:
        record: dict[str, object] = {"axis": self.name, "options": list(self.options)}
        for key, values in (("prices", self.prices), ("weights_g", self.weights_g), ("stock", self.stock)):
            if values:
                record[key] = dict(values)
        return record


@dataclass(frozen=True, slots=True)
class Variants:
    axes: tuple[Axis, ...] = ()
    reasons: tuple[Reason, ...] = ()


NONE = Variants()
FREE_TEXT = Variants(reasons=(Reason.VARIANT_FREE_TEXT,))

_LONGEST = 600
_SEPARATOR = re.compile(r"\s*(?:[,/;|&\n]|\bdan\b)\s*", re.IGNORECASE)
_EDGES = " ,;/|&-–—:.\n\"'"
_DIMENSION = re.compile(
    r"\d+(?:[.,]\d+)?\s*[x×*]\s*\d+(?:[.,]\d+)?(?:\s*[x×*]\s*\d+(?:[.,]\d+)?)?\s*(?:cm|mm|m|inch|inci)?", re.IGNORECASE
)
_UNTIL = re.compile(r"\s+s\s*/\s*d\.?\s+|\s+(?:sd|sampai)\s+", re.IGNORECASE)
_SPAN = re.compile(r"(\w+)\s*[-–—]\s*(\w+)")
_CHAIN = re.compile(r"\w+(?:\s*[-–—]\s*\w+){2,}")
_MOST_WORDS = 7


@lru_cache(maxsize=4096)
def parse_variants(cells: tuple[tuple[str, str], ...], category: str | None, rules: ImportRules) -> Variants:
    """`cells` are (heading, cell text) of the variant columns. Axes of several columns stand side by side."""
    found = [
        _parse(text[:_LONGEST], heading_axis(heading, category, rules), rules)
        for heading, text in cells
        if text.strip()
    ]
    axes: dict[str, Axis] = {}
    for variants in found:
        for axis in variants.axes:
            axes.setdefault(axis.name, axis)
    return Variants(
        tuple(axes.values()), tuple(dict.fromkeys(reason for variants in found for reason in variants.reasons))
    )


@lru_cache(maxsize=1024)
def heading_axis(heading: str, category: str | None, rules: ImportRules) -> str | None:
    """The axis a column heading names; None where it names none or leaves a choice open."""
    said = words(drop_brackets(heading)).split()
    if any(word in rules.variants.words.lead for word in said):
        return None
    found = list(dict.fromkeys(rules.variants.axes[word] for word in said if word in rules.variants.axes))
    taste = rules.variants.words.taste_axis
    if len(found) > 1 and taste in found:
        return taste if is_food(category, rules) else next(axis for axis in found if axis != taste)
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=4096)
def _parse(text: str, axis: str | None, rules: ImportRules) -> Variants:
    said = _UNTIL.sub("–", "\n".join(clean(line) for line in text.splitlines()))
    if _says_none(said, rules):
        return NONE
    if _is_free(said, rules):
        return FREE_TEXT
    axes: dict[str, list[str]] = {}
    reasons: dict[Reason, None] = {}
    for named, body in _segments(said, rules):
        name = named or axis or rules.variants.words.default_axis
        options, codes = _options(body, name, rules)
        if Reason.VARIANT_FREE_TEXT in codes:
            return FREE_TEXT
        if named is None and axis is None and len(options) > 1:
            codes = (*codes, Reason.VARIANT_AXIS_DEFAULT)
        axes.setdefault(name, []).extend(options)
        reasons.update(dict.fromkeys(codes))
    made = (
        Axis(name, tuple({fold(option): option for option in reversed(options)}.values())[::-1])
        for name, options in axes.items()
    )
    return Variants(tuple(axis for axis in made if len(axis.options) > 1), tuple(reasons))


def _says_none(said: str, rules: ImportRules) -> bool:
    bare = said.strip(_EDGES)
    return not bare or fold(bare) in {fold(word) for word in rules.variants.words.none}


def _is_free(said: str, rules: ImportRules) -> bool:
    free, known = rules.variants.words.free, words(said).split()
    begins = _mark_pattern(rules).match(said)
    told = words(said[begins.end() :]).split() if begins else known
    return any(word in free for word in told) or not told


@lru_cache(maxsize=8)
def _mark_pattern(rules: ImportRules) -> re.Pattern[str]:
    lead = "|".join(map(re.escape, rules.variants.words.lead))
    axes = "|".join(map(re.escape, sorted(rules.variants.axes, key=len, reverse=True)))
    return re.compile(
        rf"(?:(?:{lead})\s+)*(?:(?P<axis>{axes})\b\.?\s*[:=]?\s*|(?P<other>[^\W\d_]{{3,20}})\s*:\s*)", re.IGNORECASE
    )


_BREAK = re.compile(r"[;,/|&\n]\s*|\s[-–—]\s+|\bdan\s+", re.IGNORECASE)


def _segments(said: str, rules: ImportRules) -> Iterator[tuple[str | None, str]]:
    """Cuts at axis words. They count at the beginning of a part, or anywhere once the cell has begun with one."""
    pattern = _mark_pattern(rules)
    starts = {0, *(match.end() for match in _BREAK.finditer(said))}
    if pattern.match(said):
        starts |= {match.end() for match in re.finditer(r"\s+", said)}
    marks: list[re.Match[str]] = []
    for start in sorted(starts):
        mark = pattern.match(said, start)
        if mark is not None and (not marks or start >= marks[-1].end()):
            marks.append(mark)
    ends = [*(mark.start() for mark in marks), len(said)]
    if ends[0] > 0:
        yield None, said[: ends[0]]
    for mark, end in zip(marks, ends[1:], strict=True):
        yield _axis_name(mark, rules), said[mark.end() : end]


def _axis_name(mark: re.Match[str], rules: ImportRules) -> str | None:
    word = (mark["axis"] or mark["other"]).casefold()
    if word in rules.variants.words.lead:
        return None
    return rules.variants.axes.get(word, word.capitalize())


def _options(body: str, axis: str, rules: ImportRules) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    options: list[str] = []
    reasons: dict[Reason, None] = {}
    parts = [part.strip(_EDGES) for part in _SEPARATOR.split(_kept_fractions(body, rules))]
    parts = [part.replace("\u2044", "/") for part in parts if part and not _says_none(part, rules)]
    sized = [part for part in parts if _DIMENSION.fullmatch(part)]
    for part in parts:
        if part in sized:
            continue
        expanded = _expand(part, rules)
        if expanded is None or len(part) > rules.variants.words.longest_option or len(part.split()) > _MOST_WORDS:
            return (), (Reason.VARIANT_FREE_TEXT,)
        options.extend(expanded or (part,))
        if expanded and not _CHAIN.fullmatch(part) and axis not in rules.variants.words.counted:
            reasons[Reason.VARIANT_EXPANDED] = None
    if len(sized) > 1:
        reasons[Reason.VARIANT_FREE_TEXT] = None
    return tuple(options), tuple(reasons)


def _kept_fractions(body: str, rules: ImportRules) -> str:
    """`1/2 kg` is one option: its slash does not separate."""
    return re.sub(rf"(?<!\d)(\d)/(\d)(?=\s*{scale_of(rules).unit})", "\\1\u2044\\2", body, flags=re.IGNORECASE)


def _expand(part: str, rules: ImportRules) -> tuple[str, ...] | None:
    """Options that a range stands for; () for no range, None for one that is no list of options."""
    said = rules.variants.words
    if _CHAIN.fullmatch(part):
        links = tuple(link.upper() for link in re.split(r"\s*[-–—]\s*", part))
        return links if all(link in said.sizes for link in links) else ()
    span = _SPAN.fullmatch(part)
    if span is None:
        return ()
    first, last = span[1].upper(), span[2].upper()
    if first in said.sizes and last in said.sizes:
        begin, end = said.sizes.index(first), said.sizes.index(last)
        return said.sizes[begin : end + 1] if begin < end else None
    if not (first.isdecimal() and last.isdecimal()):
        return ()
    begin, end = int(first), int(last)
    return tuple(str(number) for number in range(begin, end + 1)) if 0 < end - begin < said.longest_range else None


def with_prices(variants: Variants, price: Price, rules: ImportRules) -> Variants | None:
    """Puts the prices of a price cell on their axis. None where the variant cell names other options: a doubt about the price."""
    if price.kind is not PriceKind.PER_VARIANT:
        return variants
    priced = Axis(price.axis, tuple(price.options), price.options, price.weights_g)
    wanted = {fold(option) for option in priced.options}
    default = rules.variants.words.default_axis
    axes: list[Axis] = []
    for axis in variants.axes:
        named = {fold(option) for option in axis.options}
        same = named == wanted
        if not same and (axis.name == priced.name or named & wanted or _are_packs(axis, priced, rules)):
            return None
        if axis.name == priced.name or (same and axis.name == default):
            axis = priced = replace(priced, stock=_stock_of(axis, priced.options))
        axes.append(axis)
    reasons = variants.reasons if any(axis.name == default for axis in axes) else _without_default(variants.reasons)
    return replace(variants, axes=tuple(axes if priced in axes else (*axes, priced)), reasons=reasons)


def without_prices(variants: Variants) -> Variants:
    """The same options, of which no price is known after all."""
    return replace(variants, axes=tuple(replace(axis, prices={}) for axis in variants.axes))


def _are_packs(axis: Axis, priced: Axis, rules: ImportRules) -> bool:
    """Whether both tell of weights or volumes: `1/2 kg, 1 kg` beside prices of 250 gr and 500 gr."""
    return bool(priced.weights_g) and all(read_label(option, rules) is not None for option in axis.options)


def _stock_of(axis: Axis, options: tuple[str, ...]) -> Mapping[str, int | None]:
    """The stock of columns of their own, under the options as the price cell writes them."""
    known = {fold(option): pieces for option, pieces in axis.stock.items()}
    return {option: known.get(fold(option)) for option in options} if known else {}


def _without_default(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    return tuple(reason for reason in reasons if reason is not Reason.VARIANT_AXIS_DEFAULT)
