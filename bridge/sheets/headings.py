"""What one heading asks for (rule book A10, and the question headings of A11). Knows nothing of its neighbours."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bridge.sheets.currency import names_foreign
from bridge.sheets.quantity import scale_of
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import clean, drop_brackets, words
from bridge.sheets.units import unit_names
from bridge.sheets.weight import measure

_NUMBER_IN_FRONT = re.compile(r"^\s*\d{1,3}\s*[.)]\s*")
_HELP = re.compile(r"[?:\n]")
_LONGEST = 600
_WHOLE = 1.0  # of `covers`: the synonym is the whole heading
ANSWERED = 9.0  # of `covers`: a person said so
REPORTED = ("id", "report_status", "report_wrong", "report_fix", "report_assumed")  # columns that a report added
HIDDEN = frozenset({"timestamp", "email", *REPORTED})  # told apart, never kept as something the sheet says


@dataclass(frozen=True, slots=True)
class Option:
    """What one of several price or stock columns is for: `Harga 250gr`, `Stok [S]`."""

    axis: str
    label: str
    grams: int | None = None
    volume: bool = False
    assumed: bool = False  # the heading names no axis


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as written, with the field it asks for (if any) and the unit or multiplier it carries."""

    text: str
    field: str | None = None
    covers: float = 0.0  # share of the heading that the synonym takes; above 1 for one that wins over all others
    unit: str | None = None
    multiplier: int = 1
    foreign: bool = False  # the price is in another currency
    kept: bool = True  # False: what stands under it is never kept
    group: int = 0  # of the numbered groups of a wide sheet; 0: of none
    option: Option | None = None  # of the fields price_option and stock_option

    def is_sure_beside(self, other: "Heading") -> bool:
        """Whether it is the one that is meant where both ask for the same field."""
        preferred = self.covers > _WHOLE and other.covers <= _WHOLE
        return (
            other.foreign
            or preferred
            or (self.covers != other.covers and self.covers in {_WHOLE, 2 * _WHOLE, ANSWERED})
        )


@dataclass(frozen=True, slots=True)
class Column:
    index: int
    heading: Heading


def read_heading(text: str, rules: ImportRules) -> Heading:
    """The heading by itself, without its neighbours."""
    return _read_heading(text[:_LONGEST], rules)


@lru_cache(maxsize=8192)
def _read_heading(text: str, rules: ImportRules) -> Heading:
    return heading_of(text, asked_words(text, rules), rules)


def asked_words(text: str, rules: ImportRules) -> str:
    """What a heading asks, as folded words: without brackets, the question's number and help text."""
    return words(_without_help(_NUMBER_IN_FRONT.sub("", drop_brackets(text[:_LONGEST])), rules))


def heading_of(text: str, asked: str, rules: ImportRules, group: int = 0) -> Heading:
    """The heading `text` whose question is `asked`."""
    field, covers = _field(text, asked, rules, group)
    kept = (
        bool(asked)
        and rules.headers.answered.get(words(text)) != "ignore"
        and field not in HIDDEN
        and not never_kept(words(text), rules)
    )
    heading = Heading(clean(text), field, covers, kept=kept, group=group)
    return replace(
        heading,
        unit=_unit(text, field, rules),
        multiplier=_multiplier(text, field, rules),
        foreign=field == "price" and names_foreign(text, rules),
    )


def _without_help(text: str, rules: ImportRules) -> str:
    """Cuts the help text off: from the first `?`, `:` or line break that has a synonym before it."""
    for mark in _HELP.finditer(text):
        if longest(words(text[: mark.start()]), rules) is not None:
            return text[: mark.start()]
    return text


def _field(text: str, asked: str, rules: ImportRules, group: int) -> tuple[str | None, float]:
    limits, answered = rules.headers.limits, rules.headers.answered
    if answered and (told := answered.get(words(text))) is not None:
        return (told, ANSWERED) if told != "ignore" else (None, 0.0)
    if asked in limits.timestamp:
        return "timestamp", 1.0
    if _asks_consent(words(text[:_LONGEST]), rules):
        return "consent", 1.0
    if _is_other_photo(words(text[:_LONGEST]), rules):
        return None, 0.0
    if group and asked in limits.group_names:
        return "product", 1.0
    found = longest(asked, rules)
    if found is None or not found[1]:
        return ("email" if found is not None and found[0] in limits.email else None), 0.0
    synonym, field = found
    if asked.split(" ", 1)[0] in limits.question_starts and field not in limits.question_fields:
        return None, 0.0
    return field, len(synonym) / len(asked) + (synonym in limits.preferred)


def _asks_consent(said: str, rules: ImportRules) -> bool:
    known, asked = rules.headers.consent, set(said.split())
    return bool(asked & set(known.words)) or (bool(asked & set(known.willing)) and bool(asked & set(known.about)))


def _is_other_photo(asked: str, rules: ImportRules) -> bool:
    limits, said = rules.headers.limits, f" {asked} "
    if not any(f" {word} " in said for word in limits.photo_words):
        return False
    return any(f" {word} " in said for word in limits.photo_not) and not any(word in said for word in limits.photo_yes)


@lru_cache(maxsize=8)
def _synonyms(rules: ImportRules) -> Mapping[str, Sequence[tuple[str, str]]]:
    """(synonym, field) by the synonym's first word; "" as field for what is no field."""
    known = {words(word): field for field, spellings in rules.headers.fields.items() for word in spellings}
    known |= {words(word): "" for word in rules.headers.limits.nothing}
    by_word: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for synonym, field in known.items():
        by_word[synonym.split(" ", 1)[0]].append((synonym, field))
    return dict(by_word)


def longest(asked: str, rules: ImportRules) -> tuple[str, str] | None:
    """The longest synonym that stands in the question, then the leftmost, with its field."""
    known, whole, said = _synonyms(rules), rules.headers.limits.whole, f" {asked} "
    found = [
        (-len(synonym), said.index(f" {synonym} "), synonym, field)
        for word in set(asked.split())
        for synonym, field in known.get(word, ())
        if f" {synonym} " in said and (synonym not in whole or synonym == asked)
    ]
    return min(found)[2:] if found else None


def is_synonym(text: str, rules: ImportRules) -> bool:
    """Whether the text is a known heading, word for word: quick, where most texts are none."""
    said = words(text)
    return any(said == synonym for synonym, _ in _synonyms(rules).get(said.split(" ", 1)[0], ()))


def never_kept(asked: str, rules: ImportRules) -> bool:
    said = f" {asked} "
    return _is_other_photo(asked, rules) or any(f" {word} " in said for word in rules.headers.limits.never_kept)


_PER = re.compile(r"(?:/|\bper\b)\s*((?:\d+(?:[.,]\d+)?\s*)?[^\W\d_]+)", re.IGNORECASE)


def _unit(text: str, field: str | None, rules: ImportRules) -> str | None:
    """The unit of a weight, none where the heading offers several ("gr/ml"); what a price is for: `kg`, `lusin`, `100gr`."""
    if field == "price":
        said = (found[1].casefold() for found in _PER.finditer(text))
        return next((per for per in said if per in unit_names(rules) or measure(per, rules) is not None), None)
    if field != "weight":
        return None
    factors = scale_of(rules).factors
    found = {factors[word][0]: word for word in words(text).split() if word in factors}
    return next(iter(found.values())) if len(found) == 1 else None


def _multiplier(text: str, field: str | None, rules: ImportRules) -> int:
    if field != "price":
        return 1
    said = f" {words(text)} "
    return max((factor for word, factor in rules.headers.multipliers.items() if f" {words(word)} " in said), default=1)
