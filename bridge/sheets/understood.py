"""Which columns of a table were recognised, how surely, and which fields a list of products still needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from openpyxl.utils import get_column_letter

from bridge.sheets.book import Sheet
from bridge.sheets.entry import OWNER_FIELDS, PRODUCT_FIELDS
from bridge.sheets.headings import HIDDEN
from bridge.sheets.judge import Table
from bridge.sheets.rows import RowKind
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import cell_text, clean, words

FIELDS = tuple(name for name in (*OWNER_FIELDS, *PRODUCT_FIELDS) if not name.endswith("_option"))
IGNORE = "ignore"  # the answer that a column is nothing
NEEDED = ("business", "product", "price")
_DEEPEST = 60
_SURE = 0.99
_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Seen:
    """A column and what it was taken for. `surety`: answered, sure, likely, unsure, or unknown."""

    sheet: str
    letter: str
    heading: str
    field: str | None
    surety: str


def with_further(table: Table) -> Iterator[Table]:
    """The table, and each of those that stand below it as a table of its own header."""
    yield table
    yield from (replace(table, header=header, further=()) for header in table.further)


def unread_below(table: Table) -> Iterator[Table]:
    """Tables below it whose rows were not read: their header names no product."""
    return (each for each in with_further(table) if each.header in table.further and not each.header.names_products)


def columns_of(table: Table, rules: ImportRules) -> tuple[Seen, ...]:
    """The columns of a table; of a sheet without a header those of the row that looks most like one."""
    if table.header is None:
        return tuple(
            Seen(table.sheet.name, get_column_letter(index + 1), text, None, "unknown")
            for index, text in likeliest_header(table.sheet).items()
        )
    return tuple(
        Seen(
            table.sheet.name,
            get_column_letter(column.index + 1),
            heading.text,
            heading.field,
            _surety(heading.field, heading.covers, heading.text, rules),
        )
        for column in table.header.columns
        if (heading := column.heading).field not in HIDDEN and heading.text
    )


def _surety(field: str | None, covers: float, text: str, rules: ImportRules) -> str:
    if words(text) in rules.headers.answered:
        return "answered"
    if field is None:
        return "unknown"
    return "sure" if covers >= _SURE else "likely" if covers >= _LIKELY else "unsure"


def missing_fields(table: Table) -> tuple[str, ...]:
    """Of the fields that a list of products needs those without a column; all of them where there is no header."""
    if table.header is None:
        return NEEDED
    found = {(column.heading.field or "").removesuffix("_option") for column in table.header.columns}
    if any(entry.kind is RowKind.PRODUCT and entry.text("business") for entry in table.entries):
        found.add("business")  # told in rows of its own
    return tuple(name for name in NEEDED if name not in found)


def likeliest_header(sheet: Sheet) -> Mapping[int, str]:
    """The texts of the first row that is as full of words as any. One column is no list: what stands in it is not shown."""
    best: dict[int, str] = {}
    for cells in sheet.rows[:_DEEPEST]:
        texts = {index: clean(text) for index, cell in enumerate(cells) if (text := cell_text(cell).strip())}
        told = {index: text for index, text in texts.items() if any(letter.isalpha() for letter in text)}
        if len(told) == len(texts) and len(told) > len(best):
            best = told
    return best if len(best) > 1 else {}


def header_words(table: Table) -> Iterator[str]:
    """The folded texts of the header row, as a profile keeps them: of two rows the lower one."""
    if table.header is None:
        yield from (words(text) for text in likeliest_header(table.sheet).values())
        return
    for cell in table.sheet.rows[table.header.last]:
        if said := words(cell_text(cell)[:600]):
            yield said


def without_header(table: Table) -> bool:
    """Whether a sheet has rows but none that was taken for a header."""
    return table.header is None and bool(likeliest_header(table.sheet))


def with_answers(rules: ImportRules, answers: Mapping[str, str]) -> ImportRules:
    """The rules with what an office answered: folded heading -> field."""
    if not answers:
        return rules
    headers = rules.headers.model_copy(update={"answered": {**rules.headers.answered, **answers}})
    return ImportRules(headers, rules.units, rules.variants, rules.words, rules.regions)
