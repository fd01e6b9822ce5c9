"""Products of a sheet, and the cells of each by field (rule book A2)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bridge.sheets.answers import is_blank, is_nothing
from bridge.sheets.book import Sheet
from bridge.sheets.entry import OWNER_FIELDS, OWNER_LEGALITY, PRODUCT_FIELDS, Entry, Response, Values
from bridge.sheets.headers import Column, Header, find_header, further_headers
from bridge.sheets.labels import label_of
from bridge.sheets.lines import split_lines
from bridge.sheets.questions import SHARED
from bridge.sheets.rows import RowKind, RowKinds
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import Cell, cell_text, hide_private

_FRONT, _BACK = re.compile(r"(?:[Rr]p\.?\s*)?\d{1,3}"), re.compile(r"\d{3}(?!\d).*")


def read_entries(sheet: Sheet, rules: ImportRules) -> tuple[tuple[Header, ...], tuple[Entry, ...]]:
    """The headers of the tables that stand under each other, none where nothing is a list of products, and every row."""
    header, every = find_header(sheet, rules), range(len(sheet.rows))
    if header is None:
        return (), tuple(_unread(sheet, every))
    if header.is_form:
        return (header,), tuple(_FormReader(sheet, header, rules).entries())
    headers = (header, *further_headers(sheet, header, rules))
    return headers, tuple(_tables(sheet, headers, rules))


def _tables(sheet: Sheet, headers: Sequence[Header], rules: ImportRules) -> Iterator[Entry]:
    """The rows of each table by its own header; those of a further one that names no products are not read."""
    told: Mapping[str, Values] = {}
    starts = [0, *(each.first for each in headers[1:]), len(sheet.rows)]
    for each, (start, end) in zip(headers, pairwise(starts), strict=True):
        if each.names_products or each is headers[0]:
            reader = _Reader(sheet, each, rules, range(start, end), told)
            yield from reader.entries()
            told = reader.told
        else:
            yield from _unread(sheet, range(start, end), each)


def _unread(sheet: Sheet, rows: range, header: Header | None = None) -> Iterator[Entry]:
    for index in rows:
        blank = not any(cell_text(cell).strip() for cell in sheet.rows[index])
        heads = header is not None and header.first <= index <= header.last
        kind = RowKind.HEADER if heads else RowKind.BLANK if blank else RowKind.NOTE
        yield Entry(sheet.name, index + 1, kind)


class _Reader:
    """Walks down one table. Holds the owner whose products are being read."""

    def __init__(
        self, sheet: Sheet, header: Header, rules: ImportRules, rows: range, told: Mapping[str, Values] | None = None
    ) -> None:
        """`told`: the owner named in rows of their own above this table; not asked where a column names the business."""
        self.sheet, self.rules, self.rows = sheet, rules, rows
        self.columns = {name: found for name in (*OWNER_FIELDS, *PRODUCT_FIELDS) if (found := header.of(name))}
        self.owner_places = _places({name: self.columns.get(name, ()) for name in OWNER_FIELDS})
        self.owner_places += _places({OWNER_LEGALITY: self.columns.get("legality", ())})
        self.own_columns = [(name, found) for name, found in self.columns.items() if name in PRODUCT_FIELDS]
        self.own_places = _places(dict(self.own_columns))
        self.width = max(column.index for column in header.columns) + 1
        self.covered = {row for row, _ in sheet.merged}
        self.groups = [(number, self._of_group(number)) for number in header.groups]
        self.extras = [(column.index, column.heading.text) for column in header.extras()]
        self.refs = [column.index for column in header.of("id")[:1]]
        self.business = self.columns.get("business", ())
        self.owner: dict[str, Values] = {}
        self.told = {} if told is None or self.business else told
        product = {index for _, found in self.own_places for index in found}
        self.kinds = RowKinds(sheet, header, product, rules)

    def entries(self) -> Iterator[Entry]:
        for index, kind in zip(self.rows, self.kinds.of(self.rows), strict=True):
            if kind is RowKind.PRODUCT:
                yield from self._products(index)
                continue
            if not self.business and kind in {RowKind.TITLE, RowKind.NOTE}:
                self._hear(index)
            if kind in {RowKind.SECTION, RowKind.SUBTOTAL, RowKind.NOTE}:
                self.owner = self._listed_owner(index) if kind is RowKind.NOTE else {}
            values = self.owner if kind is RowKind.NOTE else {}
            yield Entry(self.sheet.name, index + 1, kind, values=values, columns=self.columns)

    def _hear(self, index: int) -> None:
        """Another business begins another owner."""
        label = label_of(self.sheet.rows[index], self.rules)
        if label is not None:
            name, value = label
            self.told = {**({} if name == "business" else self.told), name: (value,)}

    def _listed_owner(self, index: int) -> dict[str, Values]:
        """A business listed without a product; it is the owner of the rows below where they name none."""
        named = any(not self._is_blank(self.sheet.filled(index, column.index)) for column in self.business)
        return self._owner_values(index) if named else {}

    def _is_blank(self, cell: Cell) -> bool:
        return cell is None or is_blank(cell_text(cell), self.rules)

    def _owner_values(self, index: int) -> dict[str, Values]:
        """With the values of merged ranges that begin above."""
        if index not in self.covered:
            return _pick(self._cells(index), self.owner_places)
        return _pick([self.sheet.filled(index, column) for column in range(self.width)], self.owner_places)

    def _cells(self, index: int) -> Sequence[Cell]:
        """The row's cells, at least as many as the header has columns."""
        cells = self.sheet.rows[index]
        return cells if len(cells) >= self.width else [*cells, *[None] * (self.width - len(cells))]

    def _ref(self, index: int, number: int) -> str:
        """The ID of one product of a row: alone in its cell, or `2=JB-…` among several."""
        for column in self.refs:
            said = cell_text(self.sheet.cell(index, column)).split()
            numbered = dict(part.split("=", 1) for part in said if "=" in part)
            return numbered.get(str(number), said[0] if said and not numbered and number == 1 else "")
        return ""

    def _of_group(self, number: int) -> dict[str, tuple[Column, ...]]:
        """A group's own columns, and those that hold for every group where it has none of its own."""
        own = {name: tuple(each for each in found if each.heading.group == number) for name, found in self.own_columns}
        every = {name: tuple(each for each in found if not each.heading.group) for name, found in self.own_columns}
        return {name: found for name in own if (found := own[name] or (every[name] if name in SHARED else ()))}

    def _grouped(self, index: int, owner: Mapping[str, Values]) -> Iterator[Entry]:
        """One product per filled group. A row without any is a note, and its business is known all the same."""
        extras, any_filled = self._extra_texts(index), False
        for place, (number, columns) in enumerate(self.groups):
            values = {
                name: tuple([self.sheet.cell(index, each.index) for each in found]) for name, found in columns.items()
            }
            own = (
                cell
                for name, found in columns.items()
                for each, cell in zip(found, values[name], strict=True)
                if each.heading.group
            )
            if all(is_nothing(cell_text(cell), self.rules) for cell in own):
                continue
            any_filled = True
            yield Entry(
                self.sheet.name,
                index + 1,
                RowKind.PRODUCT,
                number,
                values={**self._beside(owner, place), **values},
                columns={**self.columns, **columns},
                extras=extras,
                grouped=True,
                ref=self._ref(index, number),
            )
        if not any_filled:
            yield Entry(self.sheet.name, index + 1, RowKind.NOTE, values=owner, columns=self.columns)

    def _beside(self, owner: Mapping[str, Values], place: int) -> Mapping[str, Values]:
        """Tables that stand side by side have an owner each: as many columns with one heading as there are groups."""
        headings = [column.heading.text for column in self.business]
        if len(headings) != len(self.groups) or len(set(headings)) > 1:
            return owner
        return {name: (found[place],) if len(found) == len(headings) else found for name, found in owner.items()}

    def _products(self, index: int) -> Iterator[Entry]:
        if self.groups:
            yield from self._grouped(index, self._owner(index))
            return
        yield from self._ungrouped(index)

    def _ungrouped(self, index: int) -> Iterator[Entry]:
        parts = split_lines({**self._owner(index), **self._unbroken(index, _pick(self._cells(index), self.own_places))})
        extras = self._extra_texts(index)
        for number, part in enumerate(parts, start=1):
            ref = self._ref(index, number)
            split = len(parts) > 1
            yield Entry(self.sheet.name, index + 1, RowKind.PRODUCT, number, split, part, self.columns, extras, ref=ref)

    def _unbroken(self, index: int, values: dict[str, Values]) -> dict[str, Values]:
        """A price that a comma cut in two: `150`, `000` in a row with more cells than headings is read as neither."""
        cells = self.sheet.rows[index]
        if len(cells) <= self.width or "price" not in values:
            return values
        place = self.columns["price"][0].index
        front, back = (cell_text(cell).strip() for cell in cells[place : place + 2])
        if not (_FRONT.fullmatch(front) and _BACK.fullmatch(back) and any(map(cell_text, cells[self.width :]))):
            return values
        return {**values, "price": (f"{front} {back}", *values["price"][1:])}

    def _owner(self, index: int) -> dict[str, Values]:
        """The row's own owner, or the last one where the business is blank or merged with the row above."""
        own = self._owner_values(index)
        if all(self._is_blank(self.sheet.cell(index, column.index)) for column in self.business):
            own = {name: self._first_filled(values, self.owner.get(name)) for name, values in own.items()}
        self.owner = own
        return {**own, **self.told} if "business" in self.told else own

    def _first_filled(self, own: Values, above: Values | None) -> Values:
        return own if above is None or any(not self._is_blank(cell) for cell in own) else above

    def _extra_texts(self, index: int) -> dict[str, str]:
        texts: dict[str, str] = {}
        cells = self._cells(index)
        for column, heading in self.extras:
            text = cell_text(cells[column]).strip()
            if text and hide_private(text) == text:
                texts[heading] = text
        return texts


def _places(columns: Mapping[str, Sequence[Column]]) -> list[tuple[str, list[int]]]:
    return [(name, [column.index for column in found]) for name, found in columns.items() if found]


def _pick(cells: Sequence[Cell], places: Sequence[tuple[str, list[int]]]) -> dict[str, Values]:
    return {
        name: (cells[found[0]],) if len(found) == 1 else tuple([cells[index] for index in found])
        for name, found in places
    }


class _FormReader(_Reader):
    """Answers to a form: every row is one answer, and nothing is filled down."""

    def __init__(self, sheet: Sheet, header: Header, rules: ImportRules) -> None:
        super().__init__(sheet, header, rules, range(len(sheet.rows)))
        self.header = header
        self.stamp = header.of("timestamp")[0].index
        self.emails = [column.index for column in header.of("email")]

    def entries(self) -> Iterator[Entry]:
        for index, row in enumerate(self.sheet.rows):
            if not any(cell_text(cell).strip() for cell in row):
                yield Entry(self.sheet.name, index + 1, RowKind.BLANK)
            elif index <= self.header.last:
                yield Entry(self.sheet.name, index + 1, RowKind.TITLE if index < self.header.first else RowKind.HEADER)
            else:
                response = self._response(index)
                yield from (replace(entry, response=response) for entry in self._products(index))

    def _owner(self, index: int) -> dict[str, Values]:
        return self._owner_values(index)

    def _ungrouped(self, index: int) -> Iterator[Entry]:
        own = (
            self.sheet.cell(index, each.index)
            for name, found in self.own_columns
            if name not in SHARED
            for each in found
        )
        if all(is_nothing(cell_text(cell), self.rules) for cell in own):
            yield Entry(self.sheet.name, index + 1, RowKind.NOTE, values=self._owner(index), columns=self.columns)
        else:
            yield from super()._ungrouped(index)

    def _response(self, index: int) -> Response:
        said = (cell_text(self.sheet.cell(index, column)).strip().casefold() for column in self.emails)
        return Response(self.sheet.cell(index, self.stamp), next((text for text in said if "@" in text), ""))
