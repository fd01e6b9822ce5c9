"""The editable rules of `config/mapping/`, checked once: shared rules, overlaid by a channel's own.

Parsing refuses what it does not know, so that a misspelt key is an error with its file, key and value, never a rule that silently
does nothing.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bridge.errors import UserError
from bridge.mapping.text import fold, words
from bridge.wrong import why_invalid

MAPPER_VERSION = 3  # raise it when the same rules lead to other facets; listings are then mapped again

_FOLDER = "config/mapping"
_COMMON = "common"


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CategoryRule(_Rules):
    """Words of a product name that lead to a category. `also`: one of these must stand in the name as well."""

    id: str = Field(min_length=1)
    words: tuple[str, ...] = Field(min_length=1)
    jenis: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class TitleRules(_Rules):
    """`lengthen` names facts, in the order in which they are added. `repeats_max`: the longest run of one sign."""

    drop_words: tuple[str, ...] = ()
    drop_chars: str = ""
    keep_upper: tuple[str, ...] = ()
    keep_lower: tuple[str, ...] = ()
    shout_share: float = Field(default=0.7, gt=0, le=1)
    repeats_max: int | None = Field(default=None, ge=1)
    lengthen: tuple[Literal["net_weight", "merchant", "place"], ...] = ("net_weight", "merchant", "place")


class DescriptionRules(_Rules):
    """`always` and `lengthen` name facts; `labels` says how a line with a fact reads, with `{value}` in it."""

    drop_words: tuple[str, ...] = ()
    hashtags_max: int | None = Field(default=None, ge=0)
    repeats_max: int | None = Field(default=None, ge=1)
    always: tuple[str, ...] = ()
    lengthen: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}

    @field_validator("labels")
    @classmethod
    def _only_value(cls, labels: Mapping[str, str]) -> Mapping[str, str]:
        for name, label in labels.items():
            if "{value}" not in label or re.search(r"[{}]", label.replace("{value}", "")):
                raise ValueError(f"“{name}” needs {{value}} where the fact goes, and no other curly brackets")
        return labels


class FactRules(_Rules):
    """How the sheet is read: headings of facts, patterns of facts in the description (the first group is the fact), and which
    weights are net weights: those of these kinds, unless the pack or the name says it is a liquid. A name that begins with one of
    `solid_words` is none, whatever follows: soap with milk is soap.
    """

    headings: Mapping[str, tuple[str, ...]] = {}
    patterns: Mapping[str, re.Pattern[str]] = {}
    net_weight_jenis: tuple[str, ...] = ()
    liquid_units: tuple[str, ...] = ()
    liquid_words: tuple[str, ...] = ()
    solid_words: tuple[str, ...] = ()


class Hint(_Rules):
    """Words of a name that imply an answer: a batik is cloth."""

    words: tuple[str, ...] = Field(min_length=1)
    values: tuple[str, ...] = Field(min_length=1)


class AttributeRule(_Rules):
    """How attributes of these names (`*` stands for anything) are answered; the first source that knows wins.

    A column of the sheet, a fact, the options of an axis, listed options that stand in the name or in all of the text
    (`in_text`, but for the phrases in `blind`); for mandatory ones only: hints, then the default, each a list of alternatives.
    """

    names: tuple[str, ...] = Field(min_length=1)
    categories: tuple[str, ...] = ()
    jenis: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    fact: str = ""
    axes: tuple[str, ...] = ()
    in_text: Literal["no", "name", "all"] = "no"
    blind: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    values: Mapping[str, tuple[str, ...]] = {}
    default: tuple[str, ...] = ()

    def is_named(self, name: str) -> bool:
        return any(fnmatchcase(fold(name), pattern) for pattern in self.patterns)

    def is_for(self, category_id: str, jenis: str | None) -> bool:
        return (not self.categories or category_id in self.categories) and (not self.jenis or jenis in self.jenis)

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        return tuple("*".join(fold(part) for part in name.split("*")) for name in self.names)


class PriceRules(_Rules):
    """Markup in percent, then a fixed part, then rounding. Without any markup a price stays what the sheet says."""

    markup_percent: Decimal = Field(default=Decimal(0), ge=0, le=1000)
    markup_fixed_idr: int = Field(default=0, ge=0)
    round_to: int = Field(default=100, ge=1)
    rounding: Literal["up", "nearest", "down"] = "up"


class WeightRules(_Rules):
    """The packaging that is not in the stated net weight; grams and percent are added together."""

    allowance_g: int = Field(default=0, ge=0)
    allowance_percent: Decimal = Field(default=Decimal(0), ge=0, le=1000)


class PackageRule(_Rules):
    cm: tuple[int, int, int]  # length, width, height
    categories: tuple[str, ...] = ()
    jenis: tuple[str, ...] = ()


class CourierRules(_Rules):
    required: bool = False
    exclude: tuple[str, ...] = ()


class DangerRules(_Rules):
    words: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class BrandRules(_Rules):
    id: str = ""
    name: str = "No Brand"


class MappingRules(_Rules):
    """All rules of one channel. `fingerprint` changes exactly when the content does."""

    name: str = _COMMON
    no_category: tuple[str, ...] = ()
    confidence_min: float = Field(default=0.6, ge=0, le=1)
    category: tuple[CategoryRule, ...] = ()
    title: TitleRules = TitleRules()
    description: DescriptionRules = DescriptionRules()
    facts: FactRules = FactRules()
    attribute: tuple[AttributeRule, ...] = ()
    same: tuple[tuple[str, ...], ...] = ()
    filler: tuple[str, ...] = ()
    choices_max: int = Field(default=5, ge=1)
    abbreviations: Mapping[str, str] = {}
    price: PriceRules = PriceRules()
    weight: WeightRules = WeightRules()
    package: tuple[PackageRule, ...] = ()
    couriers: CourierRules = CourierRules()
    danger: DangerRules = DangerRules()
    brand: BrandRules = BrandRules()

    @cached_property
    def fingerprint(self) -> str:
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def words_index(self) -> Mapping[str, tuple[tuple[tuple[str, ...], CategoryRule], ...]]:
        """First word of each phrase → the phrases that begin with it, with their rules."""
        index: dict[str, list[tuple[tuple[str, ...], CategoryRule]]] = {}
        for rule in self.category:
            for phrase in rule.words:
                parts = words(phrase)
                index.setdefault(parts[0] if parts else "", []).append((parts, rule))
        return {first: tuple(entries) for first, entries in index.items()}

    @cached_property
    def unmapped(self) -> frozenset[tuple[str, ...]]:
        """Phrases that name goods without a category in this file."""
        return frozenset(words(phrase) for phrase in self.no_category)

    @cached_property
    def _rules_by_name(self) -> dict[str, tuple[AttributeRule, ...]]:
        """A memo: channels ask the same few hundred names for every product."""
        return {}

    def attribute_rules(self, name: str, category_id: str, jenis: str | None) -> list[AttributeRule]:
        """The rules for an attribute of that name, in the file's order."""
        if name not in self._rules_by_name:
            self._rules_by_name[name] = tuple(rule for rule in self.attribute if rule.is_named(name))
        return [rule for rule in self._rules_by_name[name] if rule.is_for(category_id, jenis)]

    @cached_property
    def synonyms(self) -> Mapping[str, str]:
        """Folded word or phrase → the folded first of its group."""
        return {fold(text): fold(group[0]) for group in self.same for text in group}


_LISTS = ("category", "attribute", "package", "same")


def parse_mapping_rules(common: Mapping[str, Any], channel: Mapping[str, Any], name: str = "channel") -> MappingRules:
    """The channel's rules laid over the shared ones. Raises UserError that names file (`name` is the channel's), key and value.

    Tables are merged key by key; lists of tables are joined, the channel's first, because the first rule that fits wins; any other
    value of the channel replaces the shared one.
    """
    merged = _overlay(common, channel)
    try:
        return MappingRules.model_validate(merged)
    except ValidationError as error:
        raise _refusal(error, channel, name) from error


def _overlay(common: Mapping[str, Any], channel: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(common)
    for key, value in channel.items():
        below = merged.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            merged[key] = _overlay(below, value)
        elif key in _LISTS and isinstance(value, list) and isinstance(below, list):
            merged[key] = [*value, *below]
        else:
            merged[key] = value
    return merged


def _refusal(error: ValidationError, channel: Mapping[str, Any], name: str) -> UserError:
    first = error.errors(include_url=False)[0]
    place = first["loc"]
    own_file = _is_in(channel, place)
    if not own_file and len(place) > 1 and place[0] in _LISTS and isinstance(place[1], int):
        own = channel.get(str(place[0]))
        place = (place[0], place[1] - len(own) if isinstance(own, list) else place[1], *place[2:])
    return UserError(
        "{file}: {key} = {value!r} cannot be used: {why}. Correct it and run again.",
        file=f"{_FOLDER}/{name if own_file else _COMMON}.toml",
        key=_key(place),
        value=first["input"],
        why=why_invalid(error),
    )


def _is_in(source: object, place: Sequence[int | str]) -> bool:
    """Whether a source holds that place; of a missing key, whether it holds the table that lacks it."""
    for step in place[:-1]:
        source = _step(source, step)
    last = place[-1] if place else ""
    return source is not None and (_step(source, last) is not None or (isinstance(source, Mapping) and len(place) > 1))


def _step(source: object, step: int | str) -> object:
    if isinstance(source, Mapping):
        return source.get(step)
    return source[step] if isinstance(source, list) and isinstance(step, int) and step < len(source) else None


def _key(place: Iterable[int | str]) -> str:
    """`category[3].id`: lists are counted from 1, as a person counts them in the file."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text
