"""The importer's editable data (`config/import/*.toml`) as frozen values. Reads no file: the tables come parsed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bridge.errors import UserError
from bridge.wrong import why_invalid

Words = tuple[str, ...]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HeadingLimits(_Table):
    whole: Words
    nothing: Words
    preferred: Words
    question_starts: Words
    question_fields: Words
    photo_words: Words
    photo_not: Words
    photo_yes: Words
    never_kept: Words
    timestamp: Words
    email: Words
    group_names: Words


class ConsentWords(_Table):
    words: Words
    willing: Words
    about: Words


class GroupWords(_Table):
    nouns: Words
    ordinals: Mapping[str, int]
    largest: int


class OptionWords(_Table):
    fill: Words
    longest_number: int


class HeaderTable(_Table):
    fields: Mapping[str, Words]
    limits: HeadingLimits
    consent: ConsentWords
    groups: GroupWords
    options: OptionWords
    answered: Mapping[str, str] = {}  # whole headings that an office explained, folded
    multipliers: Mapping[str, int]


class Measure(_Table):
    grams: int = Field(gt=0)
    words: Words


class WeightWords(_Table):
    approx: Words
    lead: Words
    smallest_bare: int


class UnitTable(_Table):
    sale: Mapping[str, Words]
    pieces: Mapping[str, int]
    mass: Mapping[str, Measure]
    volume: Mapping[str, Measure]
    numbers: Mapping[str, tuple[int, int]]
    weight_words: WeightWords


class VariantWords(_Table):
    default_axis: str
    size_axis: str
    pack_axis: str
    taste_axis: str
    lead: Words
    counted: Words
    none: Words
    free: Words
    sizes: Words
    smallest_number: int
    longest_range: int
    longest_option: int


class VariantTable(_Table):
    axes: Mapping[str, str]
    words: VariantWords


class CategoryRules(_Table):
    food: Words
    cosmetics: Words
    drink: str
    other: str
    drink_words: Words


class WordList(_Table):
    words: Words


class PriceWords(_Table):
    currency: Words
    foreign: Words = ()  # an office's own file may be older
    thousand: Words
    million: Words
    range: Words
    from_: Words = Field(alias="from")
    per: Words
    smallest: int
    largest: int


class StockWords(_Table):
    empty: Words
    lead: Words
    preorder: Words
    days: Mapping[str, int]


class AnswerWords(_Table):
    missing: Words
    yes: Words
    other: Words
    blank: Words
    nothing: Words
    refused: Words


class ImageWords(_Table):
    extensions: Words
    drive_hosts: Words
    album_hosts: Words


class RowWords(_Table):
    subtotal: Words
    section: Words
    note: Words
    signature: Words = ()


class WordTable(_Table):
    categories: Mapping[str, Words]
    category_rules: CategoryRules
    prohibited: WordList
    price: PriceWords
    stock: StockWords
    answers: AnswerWords
    images: ImageWords
    rows: RowWords
    months: Mapping[str, int]


class RegionWords(_Table):
    kelurahan: Words
    kecamatan: Words
    regency: Words


class Matching(_Table):
    likeness: int
    lead: int


class RegionTable(_Table):
    words: RegionWords
    short: Mapping[str, str]
    matching: Matching


@dataclass(frozen=True, slots=True, eq=False)
class ImportRules:
    """Everything the importer knows about words. Compared by identity, so that what is derived from it can be cached."""

    headers: HeaderTable
    units: UnitTable
    variants: VariantTable
    words: WordTable
    regions: RegionTable


_TABLES: Mapping[str, type[_Table]] = {
    "headers": HeaderTable,
    "units": UnitTable,
    "variants": VariantTable,
    "words": WordTable,
    "regions": RegionTable,
}


def parse_import_rules(tables: Mapping[str, Mapping[str, Any]]) -> ImportRules:
    """Rules from the parsed TOML files, keyed by file name without ending. Raises UserError naming the file and the entry."""
    parsed = {name: _parse(name, model, tables) for name, model in _TABLES.items()}
    return ImportRules(**parsed)  # type: ignore[arg-type]


def _parse(name: str, model: type[_Table], tables: Mapping[str, Mapping[str, Any]]) -> _Table:
    if name not in tables:
        raise UserError("The file import/{name}.toml is missing. Put it back into the config folder.", name=name)
    try:
        return model.model_validate(tables[name])
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(
            "In import/{name}.toml the entry {place} is wrong: {problem}.",
            name=name,
            place=place,
            problem=why_invalid(error),
        ) from error
