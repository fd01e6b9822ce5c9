"""Rows of a sheet: what each is, and the cells of its products by field (rule book A2)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bridge.sheets.answers import is_blank
from bridge.sheets.book import Sheet
from bridge.sheets.headers import Column, Header, find_header, repeats
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import Cell, cell_text, squash, words


class RowKind(StrEnum):
    TITLE = "title"
    HEADER = "header"
    HEADER_NUMBER = "header_number"
    HEADER_REPEAT = "header_repeat"
    SECTION = "section"
    SUBTOTAL = "subtotal"
    NOTE = "note"
    BLANK = "blank"
    PRODUCT = "product"


# Filled from merged ranges and down; everything else belongs to one product.
OWNER_FIELDS = ("business", "owner", "phone", "address", "kelurahan", "kecamatan", "nib", "nib_date")
PRODUCT_FIELDS = (
    "product",
    "variant",
    "price",
    "unit",
    "weight",
    "stock",
    "description",
    "photo",
    "sku",
    "licence",
    "halal",
    "legality",
    "category",
)
# Split together with the name where they have as many lines.
_LINED_FIELDS = frozenset(
    {"product", "variant", "price", "unit", "weight", "stock", "photo", "sku", "licence", "halal", "category"}
)

Values = tuple[tuple[Column, Cell], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that is no product, or one product of a row. `row` is 1-based."""

    sheet: str
    row: int
    kind: RowKind
    sub_row: int = 1
    split: bool = False
    values: Mapping[str, Values] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> Cell:
        found = self.values.get(name, ())
        return found[0][1] if found else None

    def text(self, name: str) -> str:
        return cell_text(self.value(name))


def read_entries(sheet: Sheet, rules: ImportRules) -> tuple[Header | None, tuple[Entry, ...]]:
    header = find_header(sheet, rules)
    if header is None:
        return None, tuple(_without_header(sheet))
    return header, tuple(_Reader(sheet, header, rules).entries())


def _without_header(sheet: Sheet) -> Iterator[Entry]:
    for index, row in enumerate(sheet.rows):
        blank = not any(cell_text(cell).strip() for cell in row)
        yield Entry(sheet.name, index + 1, RowKind.BLANK if blank else RowKind.NOTE)


class _Reader:
    """Walks down one sheet. Holds the owner whose products are being read."""

    def __init__(self, sheet: Sheet, header: Header, rules: ImportRules) -> None:
        self.sheet, self.header, self.rules = sheet, header, rules
        self.columns = {name: header.of(name) for name in (*OWNER_FIELDS, *PRODUCT_FIELDS)}
        self.owner: dict[str, Values] = {}
        self.kinds = _RowKinds(sheet, header, rules)

    def entries(self) -> Iterator[Entry]:
        kinds = self.kinds.all()
        for index, kind in enumerate(kinds):
            if kind is RowKind.PRODUCT:
                yield from self._products(index)
                continue
            if kind in {RowKind.SECTION, RowKind.SUBTOTAL, RowKind.NOTE}:
                self.owner = self._owner_of(index) if kind is RowKind.NOTE else {}
            yield Entry(self.sheet.name, index + 1, kind, values=self.owner if kind is RowKind.NOTE else {})

    def _owner_of(self, index: int) -> dict[str, Values]:
        """A business listed without a product still names its owner for the rows below."""
        return self._owner_values(index) if self._names_business(index) else {}

    def _names_business(self, index: int) -> bool:
        return any(not self._is_blank(self.sheet.filled(index, column.index)) for column in self.columns["business"])

    def _is_blank(self, cell: Cell) -> bool:
        return is_blank(cell_text(cell), self.rules)

    def _owner_values(self, index: int) -> dict[str, Values]:
        return {name: self._cells(index, name, filled=True) for name in OWNER_FIELDS}

    def _cells(self, index: int, name: str, *, filled: bool = False) -> Values:
        read = self.sheet.filled if filled else self.sheet.cell
        return tuple((column, read(index, column.index)) for column in self.columns[name])

    def _products(self, index: int) -> Iterator[Entry]:
        values = self._owner(index)
        values.update({name: self._cells(index, name) for name in PRODUCT_FIELDS})
        parts = _split(values)
        extras = self._extras(index)
        for number, part in enumerate(parts, start=1):
            yield Entry(self.sheet.name, index + 1, RowKind.PRODUCT, number, len(parts) > 1, part, extras)

    def _owner(self, index: int) -> dict[str, Values]:
        """The row's own owner, or the last one where the business is blank or merged with the row above."""
        own = self._owner_values(index)
        continued = all(self._is_blank(self.sheet.cell(index, column.index)) for column in self.columns["business"])
        if continued:
            own = {name: self._first_filled(own[name], self.owner.get(name, ())) for name in OWNER_FIELDS}
        self.owner = own
        return dict(own)

    def _first_filled(self, own: Values, above: Values) -> Values:
        return own if any(not self._is_blank(cell) for _, cell in own) or not above else above

    def _extras(self, index: int) -> dict[str, str]:
        found = (
            (column.heading.text, squash(cell_text(self.sheet.cell(index, column.index))))
            for column in self.header.extras()
        )
        return {heading: text for heading, text in found if text and not _is_private(text)}


_PRIVATE = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|(?<!\d)\d{16}(?!\d)")


def _is_private(text: str) -> bool:
    """An e-mail address or a NIK under a heading that does not say so."""
    return _PRIVATE.search(text) is not None


def _split(values: dict[str, Values]) -> list[dict[str, Values]]:
    """One product per line where name and price have the same number of lines, above one."""
    names, prices = (_lines(values[name]) for name in ("product", "price"))
    if len(names) < 2 or len(names) != len(prices):
        return [values]
    return [
        {name: _line(name, found, number, len(names)) for name, found in values.items()} for number in range(len(names))
    ]


def _lines(found: Values) -> list[str]:
    return [line for line in cell_text(found[0][1]).splitlines() if line.strip()] if found else []


def _line(name: str, found: Values, number: int, count: int) -> Values:
    if name not in _LINED_FIELDS:
        return found
    return tuple(
        (column, lines[number] if len(lines := _lines(((column, cell),))) == count else cell) for column, cell in found
    )


_FOOT_DATE = re.compile(r"^[^\W\d_][^\d,]{0,40},?\s+\d{1,2}[\s/.-]+(?:[^\W\d_]+|\d{1,2})[\s/.-]+\d{4}\b")
_MANY_CELLS = 3


class _RowKinds:
    """What each row of a sheet is."""

    def __init__(self, sheet: Sheet, header: Header, rules: ImportRules) -> None:
        self.sheet, self.header, self.rules = sheet, header, rules
        self.number = {column.index for column in header.of("number")}
        self.business = {column.index for column in header.of("business")}
        self.names = {column.index for column in header.of("product")}
        self.product = {column.index for name in PRODUCT_FIELDS for column in header.of(name)}
        self.first = _first_header_row(sheet, header)

    def all(self) -> list[RowKind]:
        kinds = [self._kind(index) for index in range(len(self.sheet.rows))]
        last = max((index for index, kind in enumerate(kinds) if kind is RowKind.PRODUCT), default=len(kinds))
        return [RowKind.NOTE if kind is RowKind.SECTION and index > last else kind for index, kind in enumerate(kinds)]

    def _kind(self, index: int) -> RowKind:
        texts = [squash(cell_text(cell)) for cell in self.sheet.rows[index]]
        filled = [column for column, text in enumerate(texts) if text]
        if not filled:
            return RowKind.BLANK
        if index <= self.header.last:
            return RowKind.HEADER if index >= self.first else RowKind.TITLE
        return self._below(index, texts, filled)

    def _below(self, index: int, texts: Sequence[str], filled: Sequence[int]) -> RowKind:
        if _counts_columns(texts, filled):
            return RowKind.HEADER_NUMBER
        if repeats(self.header, self.sheet, texts):
            return RowKind.HEADER_REPEAT
        if self._is_subtotal(texts, filled):
            return RowKind.SUBTOTAL
        if (alone := self._alone(index, texts, filled)) is not None:
            return alone
        if any(column in self.product and not is_blank(texts[column], self.rules) for column in filled):
            return RowKind.PRODUCT
        return (
            RowKind.BLANK
            if all(is_blank(texts[column], self.rules) or column in self.number for column in filled)
            else RowKind.NOTE
        )

    def _is_subtotal(self, texts: Sequence[str], filled: Sequence[int]) -> bool:
        first = filled[0]
        said = words(texts[first])
        known = {words(word) for word in self.rules.words.rows.subtotal}
        if said.rstrip("0123456789 ") in known:
            return True
        begins = any(said.startswith(f"{word} ") for word in known)
        return begins and first not in self.business and first not in self.names and not (self.names & set(filled))

    def _alone(self, index: int, texts: Sequence[str], filled: Sequence[int]) -> RowKind | None:
        """A row of one text: a section, a note at the foot, or a product of which only the name is known."""
        if len(filled) != 1:
            return RowKind.NOTE if len(filled) < _MANY_CELLS and self._is_foot(texts, filled) else None
        column, text = filled[0], texts[filled[0]]
        if not any(letter.isalpha() for letter in text):
            return None
        said = words(text)
        if _FOOT_DATE.match(text) or _begins(said, self.rules.words.rows.note):
            return RowKind.NOTE
        if _begins(said, self.rules.words.rows.section) or self._spans(index, column):
            return RowKind.SECTION
        return None if column in self.names else RowKind.SECTION

    def _is_foot(self, texts: Sequence[str], filled: Sequence[int]) -> bool:
        """Signatures: a date with its place, or offices of those who sign, side by side."""
        said = [texts[column] for column in filled]
        return all(_FOOT_DATE.match(text) or _begins(words(text), self.rules.words.rows.note) for text in said)

    def _spans(self, index: int, column: int) -> bool:
        return self.sheet.merged.get((index, column + 1)) == (index, column)


def _begins(said: str, known: Sequence[str]) -> bool:
    return any(f"{said} ".startswith(f"{words(word)} ") for word in known)


def _counts_columns(texts: Sequence[str], filled: Sequence[int]) -> bool:
    """`1 2 3 …` or `(1) (2) (3) …`, from one upwards."""
    numbers = [texts[column].strip("().[] ") for column in filled]
    return len(numbers) >= 3 and numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _first_header_row(sheet: Sheet, header: Header) -> int:
    """A row of group headings above a header that needed none of them is header as well."""
    above = header.first - 1
    if header.first != header.last or above < 0:
        return header.first
    texts = {column: text for column, cell in enumerate(sheet.rows[above]) if (text := cell_text(cell).strip())}
    merged = any(sheet.merged.get((above, column + 1)) == (above, column) for column in texts)
    enough = 2 if merged else _MANY_CELLS
    grouped = len(texts) >= enough and not any(
        ":" in text or any(sign.isdigit() for sign in text) for text in texts.values()
    )
    return above if grouped else header.first
