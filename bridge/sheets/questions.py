"""Headings beside each other: numbered groups and option columns of forms and wide sheets (rule book A11)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from bridge.sheets.headings import Heading, Option, asked_words, heading_of, read_heading
from bridge.sheets.quantity import to_grams
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import drop_brackets, squash, words
from bridge.sheets.weight import read_label

# Fields of which every group has its own, and those that hold for every group without one.
OWN = ("product", "price", "weight", "variant", "description", "photo", "sku")
SHARED = ("category", "licence", "halal", "legality", "unit", "stock")
OPTIONS = {"price_option": "price", "stock_option": "stock"}
_GROUPED = frozenset({*OWN, *SHARED, *OPTIONS})


def read_headings(texts: Mapping[int, str], rules: ImportRules) -> dict[int, Heading]:
    """The headings of one header, by column, each with its group and option where its neighbours make them count."""
    marks = {index: mark for index, text in texts.items() if (mark := _mark(text, rules)) is not None}
    groups = _groups(texts, marks, rules)
    if not groups:
        return _with_options(texts, {index: read_heading(text, rules) for index, text in texts.items()}, {}, rules)
    counted = {index: mark for index, mark in marks.items() if mark.number in groups}
    headings = _with_options(
        texts, {index: _grouped(text, counted.get(index), rules) for index, text in texts.items()}, counted, rules
    )
    _number_repeats(texts, headings, groups)
    _number_first(headings, {index: mark.without for index, mark in counted.items()}, texts, rules)
    return headings


# Groups


@dataclass(frozen=True, slots=True)
class _Mark:
    number: int
    rest: str  # the question without "Produk 2"
    without: str  # … and without the number alone


@lru_cache(maxsize=8192)
def _mark(text: str, rules: ImportRules) -> _Mark | None:
    asked = asked_words(text, rules)
    if asked.isdigit():
        return None  # a figure asks for nothing
    for pattern in _mark_patterns(rules):
        found = pattern.search(asked)
        if found is not None:
            said = found["number"]
            number = rules.headers.groups.ordinals.get(said) or int(said)
            without = squash(f"{asked[: found.start('number')]} {asked[found.end('number') :]}")
            return _Mark(number, squash(f"{asked[: found.start()]} {asked[found.end() :]}"), without)
    return None


@lru_cache(maxsize=8)
def _mark_patterns(rules: ImportRules) -> tuple[re.Pattern[str], ...]:
    """From the surest to the barest: `produk 2`, `ke 2`, `kedua`, and a number at the end."""
    said = rules.headers.groups
    digits = "|".join(str(number) for number in range(said.largest, 0, -1))
    ordinals, nouns = "|".join(said.ordinals), "|".join(said.nouns)
    return (
        re.compile(rf"(?<!\S)(?:{nouns}) ?(?:(?:yang )?ke |no |nomor )?(?P<number>{digits}|{ordinals})(?!\S)"),
        re.compile(rf"(?<!\S)(?:(?:yang )?ke (?P<number>{digits}))(?!\S)"),
        re.compile(rf"(?<!\S)(?:yang )?(?P<number>{ordinals})(?!\S)"),
        re.compile(rf"(?<!\d)(?P<number>{digits})$"),
    )


def _groups(texts: Mapping[int, str], marks: Mapping[int, _Mark], rules: ImportRules) -> frozenset[int]:
    """The numbers that product names carry, or as many as one name is asked for again and again."""
    named = {mark.number for index, mark in marks.items() if _grouped(texts[index], mark, rules).field == "product"}
    plain = [index for index, text in texts.items() if index not in marks and _asks_name(text, rules)]
    if named:
        return frozenset(named | {1}) if plain and min(named) > 1 else frozenset(named)
    repeated = Counter(_same(texts[index]) for index in plain).most_common(1)
    return frozenset(range(1, repeated[0][1] + 1)) if repeated and repeated[0][1] > 1 else frozenset()


def _asks_name(text: str, rules: ImportRules) -> bool:
    return read_heading(text, rules).field == "product"


def _same(text: str) -> str:
    return words(text)


@lru_cache(maxsize=8192)
def _grouped(text: str, mark: _Mark | None, rules: ImportRules) -> Heading:
    plain = read_heading(text, rules)
    if mark is None:
        return plain
    marked = heading_of(text, mark.rest, rules, mark.number)
    return marked if marked.field in _GROUPED else plain


def _number_repeats(texts: Mapping[int, str], headings: dict[int, Heading], groups: frozenset[int]) -> None:
    """A heading repeated unchanged: the n-th is group n."""
    again: defaultdict[str, list[int]] = defaultdict(list)
    for index in sorted(headings):
        if not headings[index].group and headings[index].field in _GROUPED:
            again[_same(texts[index])].append(index)
    for places in again.values():
        if len(places) > 1:
            for number, index in enumerate(places, start=1):
                headings[index] = replace(headings[index], group=number if number in groups else 0)


def _number_first(
    headings: dict[int, Heading], without: Mapping[int, str], texts: Mapping[int, str], rules: ImportRules
) -> None:
    """An unnumbered heading with brothers from 2 on is group 1: by its field where no group can do without, else by its words."""
    numbers: defaultdict[str | None, set[int]] = defaultdict(set)
    brothers: defaultdict[str, set[int]] = defaultdict(set)
    for index, heading in headings.items():
        if heading.group:
            numbers[heading.field].add(heading.group)
            brothers[without.get(index, "")].add(heading.group)
    for index, heading in headings.items():
        if heading.group or heading.field not in _GROUPED:
            continue
        known = numbers[heading.field] if heading.field in OWN else brothers[asked_words(texts[index], rules)]
        if known and 1 not in known:
            headings[index] = replace(heading, group=1)


# Options


def _with_options(
    texts: Mapping[int, str], headings: dict[int, Heading], marks: Mapping[int, _Mark], rules: ImportRules
) -> dict[int, Heading]:
    """Headings of a price or stock with an option behind it become option columns where there are two or more of the kind."""
    for field, plain in OPTIONS.items():
        found = {
            index: option
            for index, text in texts.items()
            if headings[index].field not in {"consent", "timestamp"}
            and (option := _option(text, plain, index in marks, rules)) is not None
        }
        if len(found) < 2:
            continue
        for index, option in found.items():
            group = marks[index].number if index in marks else 0
            heading = heading_of(texts[index], words(rules.headers.fields[plain][0]), rules, group)
            headings[index] = replace(heading, field=field, option=option)
    return headings


_IN_SQUARE = re.compile(r"\[([^\[\]]+)\]")
_EDGES = " \t\r\n-–—:;,./=()[]"


@lru_cache(maxsize=8192)
def _option(text: str, field: str, marked: bool, rules: ImportRules) -> Option | None:
    said = squash(drop_brackets(text[:300]))
    if marked:
        said = _unmarked(said, rules)
    found = _field_pattern(field, rules).search(said)
    if found is None:
        return None
    behind = said[found.end() :]
    if square := _IN_SQUARE.search(behind):
        return _measured(square[1], rules) or _worded(square[1], behind[: square.start()], rules)
    rest = behind.strip(_EDGES)
    if (measured := _measured(_unfilled(rest, rules), rules)) is not None:
        return measured
    axis = _axis_pattern(rules).search(rest)
    return _worded(rest[axis.end() :], axis[0], rules) if axis and rest[axis.end() :].strip(_EDGES) else None


def _unmarked(said: str, rules: ImportRules) -> str:
    """Takes "Produk 2", "ke-2" or a number at the end out of a heading as written."""
    return squash(_written_mark(rules).sub(" ", said, count=1))


@lru_cache(maxsize=8)
def _written_mark(rules: ImportRules) -> re.Pattern[str]:
    nouns, ordinals = "|".join(rules.headers.groups.nouns), "|".join(rules.headers.groups.ordinals)
    digits = "|".join(str(number) for number in range(rules.headers.groups.largest, 0, -1))
    numbered = rf"\b(?:{nouns})\W*(?:ke\W+)?(?:{digits}|{ordinals})\b"
    return re.compile(rf"{numbered}|\bke\W+(?:{digits})\b|\b(?:{ordinals})\b|(?<![\w.,/])(?:{digits})$", re.IGNORECASE)


@lru_cache(maxsize=8)
def _field_pattern(field: str, rules: ImportRules) -> re.Pattern[str]:
    whole = rules.headers.limits.whole
    known = sorted((word for word in rules.headers.fields[field] if word not in whole), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{_any(known)})(?!\w)", re.IGNORECASE)


def _any(known: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\W+") for word in known)


@lru_cache(maxsize=8)
def _axis_pattern(rules: ImportRules) -> re.Pattern[str]:
    known = sorted(rules.variants.axes, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{_any(known)})(?!\w)", re.IGNORECASE)


def _unfilled(rest: str, rules: ImportRules) -> str:
    said = rest.split(" ")
    while len(said) > 1 and said[0].strip(_EDGES).casefold() in rules.headers.options.fill:
        said = said[1:]
    return " ".join(said).strip(_EDGES)


def _measured(text: str, rules: ImportRules) -> Option | None:
    """A weight, a volume or a size."""
    label, known = text.strip(_EDGES), rules.variants.words
    quantity = read_label(label, rules)
    if quantity is not None and quantity.grams is not None:
        return Option(known.pack_axis, quantity.written, to_grams(quantity.grams), quantity.volume)
    if label.upper() in known.sizes:
        return Option(known.size_axis, label.upper())
    number = label.isascii() and label.isdigit() and len(label) <= rules.headers.options.longest_number
    return Option(known.size_axis, label) if number and int(label) >= known.smallest_number else None


def _worded(text: str, before: str, rules: ImportRules) -> Option:
    """An option in words: its axis stands before it."""
    label = text.strip(_EDGES)
    axis = _axis_pattern(rules).search(before)
    if axis is None:
        return Option(rules.variants.words.default_axis, label, assumed=True)
    return Option(rules.variants.axes[axis[0].casefold()], label)
