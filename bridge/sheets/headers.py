"""Where the header rows of a sheet are, and the columns below them (rule book A2)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.sheets.book import Sheet
from bridge.sheets.headings import ANSWERED, REPORTED, Column, Heading, is_synonym, longest, never_kept, read_heading
from bridge.sheets.questions import read_headings
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import Cell, cell_text, drop_brackets, has_digit, words

__all__ = ["Column", "Header", "Heading", "find_header", "header_texts", "read_heading", "repeats"]

_LONGEST = 600  # characters of a heading
_FORM_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Header:
    """Header rows of a sheet (0-based, one or two) and its columns."""

    first: int
    last: int
    columns: tuple[Column, ...]

    def of(self, field: str) -> tuple[Column, ...]:
        """Columns of a field, the best first: rupiah, the synonym that covers more of its heading, then the left one."""
        found = [column for column in self.columns if column.heading.field == field]
        return tuple(sorted(found, key=_rank))

    @property
    def groups(self) -> tuple[int, ...]:
        """Numbers of the product groups of a wide sheet, in order; empty where a row holds one product."""
        return tuple(sorted({column.heading.group for column in self.columns if column.heading.group}))

    @property
    def names_products(self) -> bool:
        """Whether there is a column for the product's name; without it the rows below are no products."""
        return any(column.heading.field == "product" for column in self.columns)

    @property
    def is_form(self) -> bool:
        """Whether the rows are answers to a form: a time stamp is among the first three headings."""
        return any(column.heading.field == "timestamp" for column in self.columns[:_FORM_COLUMNS])

    def extras(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.heading.field is None and column.heading.kept)


def _rank(column: Column) -> tuple[bool, float, int]:
    return column.heading.foreign, -column.heading.covers, column.index


_FIRST_CELLS = 4  # enough to see that a row is no header
_FEW = 6  # cells of a row that is judged by its figures
_DEEPEST = 60  # rows in which a header is looked for
_IN_BRACKETS = re.compile(r"\([^()]*[^\W\d_][^()]*\)")  # `(gram)` below "Berat"; `(1)` counts columns
_FEWEST_FIELDS = 2
_FEWEST_BELOW = 2
_NEEDED = frozenset({"product", "price"})
_COUNTED = {"price_option": "price", "stock_option": "stock"}


def find_header(sheet: Sheet, rules: ImportRules) -> Header | None:
    """The row, or pair of rows, where most cells are known headings. None: the sheet is no list of products."""
    best: tuple[tuple[int, int], Header] | None = None
    for row in range(min(_DEEPEST, len(sheet.rows))):
        for preference, header in _candidates(sheet, row, rules):
            fields = _fields(header)
            told = any(column.heading.covers >= ANSWERED for column in header.columns)
            if not told and (len(fields) < _FEWEST_FIELDS or not fields & _NEEDED):
                continue
            if header.is_form and header.first == header.last:
                return header
            rank = (len(fields), preference)
            if best is None or rank > best[0]:
                best = (rank, header)
    return None if best is None else _above(best[1], sheet, rules) or best[1]


def _above(best: Header, sheet: Sheet, rules: ImportRules) -> Header | None:
    """The header of a table above the one with the most fields. The row right above that one holds its group headings."""
    for row in range(best.first - 1):
        texts = _texts(sheet, row)
        if _all_headings(texts, rules) and (found := _header(row, row, texts, rules)).names_products:
            return found
    return None


_SURE = 0.99  # of `covers`: the synonym is the whole heading
_MOST_TABLES = 100


def further_headers(sheet: Sheet, first: Header, rules: ImportRules) -> list[Header]:
    """Headers of further tables below the first: other columns, or the same in another order. What a report added stays.

    One that names no product is among them: its rows are not those of the table above.
    """
    added = [column for column in first.columns if column.heading.field in REPORTED]
    headers, prices = [first], _price_columns(first)
    for row in range(first.last + 1, len(sheet.rows)):
        if row <= headers[-1].last or any(_is_figure(sheet.cell(row, column)) for column in prices):
            continue
        found = _further(sheet, row, headers[-1], rules)
        if found is None:
            continue
        taken = {column.index for column in found.columns}
        kept = [column for column in added if column.index not in taken]
        headers.append(replace(found, columns=(*found.columns, *kept)))
        prices = _price_columns(headers[-1])
        if len(headers) > _MOST_TABLES:
            break
    return headers[1:]


def _further(sheet: Sheet, row: int, above: Header, rules: ImportRules) -> Header | None:
    """The header that begins in this row, with the row below it where that says more. A third header row begins no table."""
    texts = _texts(sheet, row)
    if not _all_headings(texts, rules) or repeats(header_texts(above, sheet), _said(texts), sorted(texts)):
        return None
    candidates = [(len(_fields(found)), order, found) for order, found in _candidates(sheet, row, rules)]
    best = max(candidates, key=lambda each: each[:2], default=(0, 0, _header(row, row, texts, rules)))[2]
    return best if best.names_products or row > above.last + 1 else None


def _price_columns(header: Header) -> list[int]:
    """Where a quick look shows most rows to be no header: a price has digits, a heading there has none."""
    return [column.index for column in header.columns if column.heading.field == "price"]


def _is_figure(cell: Cell) -> bool:
    return has_digit(cell) if isinstance(cell, str) else cell is not None


def _all_headings(texts: Mapping[int, str], rules: ImportRules) -> bool:
    """Whether nearly all cells of a row are headings by themselves, of three fields or more."""
    first = list(texts.values())[:_FIRST_CELLS]
    if len(texts) < len(_NEEDED) + 1 or not any(is_synonym(text[:_LONGEST], rules) for text in first):
        return False
    read = [read_heading(text, rules) for text in texts.values()]
    sure = {heading.field for heading in read if heading.field is not None and heading.covers >= _SURE}
    return len(sure) > len(_NEEDED) and len(sure) * 10 >= len(texts) * 6


def _said(texts: Mapping[int, str]) -> Sequence[str]:
    return [texts.get(index, "") for index in range(max(texts) + 1)]


def _fields(header: Header) -> set[str]:
    return {_COUNTED.get(field, field) for column in header.columns if (field := column.heading.field) is not None}


def _candidates(sheet: Sheet, row: int, rules: ImportRules) -> Iterator[tuple[int, Header]]:
    """This row alone, and with the one below. A pair wins a draw unless its upper row adds nothing to the lower one."""
    texts = _texts(sheet, row)
    if not texts or _holds_figures(sheet.rows[row], len(texts)):
        return
    yield 0, _header(row, row, texts, rules)
    below = _texts(sheet, row + 1)
    if not below:
        return
    if below.keys() <= texts.keys() and all(_IN_BRACKETS.fullmatch(text) for text in below.values()):
        yield (
            1,
            _header(row, row + 1, {index: f"{text} {below.get(index, '')}" for index, text in texts.items()}, rules),
        )
        return
    groups = _groups(sheet, row, texts, max((*texts, *below)) + 1)
    if _looks_like_headings(below, groups, texts, rules):
        pair = _header(row, row + 1, _paired(texts, below, groups, rules), rules)
        adds = len(_fields(pair)) > len(_fields(_header(row + 1, row + 1, below, rules)))
        yield (1 if adds else -1), pair


def _holds_figures(cells: Sequence[Cell], filled: int) -> bool:
    """Whether a third of a row's cells are numbers or dates: rows of a list are, headings are not."""
    figures = sum(cell is not None and not isinstance(cell, str) for cell in cells)
    return filled > _FEW and figures * 3 >= filled


def _texts(sheet: Sheet, row: int) -> dict[int, str]:
    if row >= len(sheet.rows):
        return {}
    return {index: text for index, cell in enumerate(sheet.rows[row]) if (text := cell_text(cell).strip())}


def _groups(sheet: Sheet, row: int, above: Mapping[int, str], width: int) -> dict[int, int]:
    """Column of the group heading over each column: as merged, else the next one to the left (a CSV has lost the merge)."""
    if any(sheet.merged.get((row, index + 1)) == (row, index) for index in above):
        return {index: sheet.merged.get((row, index), (row, index))[1] for index in range(width)}
    groups: dict[int, int] = {}
    last = 0
    for index in range(width):
        last = groups[index] = index if index in above else last
    return groups


def _looks_like_headings(
    below: Mapping[int, str], groups: Mapping[int, int], above: Mapping[int, str], rules: ImportRules
) -> bool:
    """A second header row: at least half of its cells are headings, by themselves or below a shared group, and none is a number.

    One cell alone is a section.
    """
    if len(below) < _FEWEST_BELOW or any(not any(letter.isalpha() for letter in text) for text in below.values()):
        return False
    shared = Counter(above.get(groups[index], "") for index in below)
    known = sum(
        _names_something(text, rules)
        or (shared[above.get(groups[index], "")] > 1 and _with_group(text, above.get(groups[index], ""), rules) != text)
        for index, text in below.items()
    )
    return known * 2 >= len(below)


def _names_something(text: str, rules: ImportRules) -> bool:
    asked = words(drop_brackets(text))
    return longest(asked, rules) is not None or never_kept(asked, rules)


def _paired(
    above: Mapping[int, str], below: Mapping[int, str], groups: Mapping[int, int], rules: ImportRules
) -> dict[int, str]:
    """One heading per column: the lower cell, helped by its group heading where it says nothing by itself."""
    paired = dict(above)
    for index, text in below.items():
        group = above.get(groups[index], "")
        paired[index] = text if _names_something(text, rules) else _with_group(text, group, rules)
    return {index: text for index, text in paired.items() if index in below or not _is_group(index, groups, below)}


def _with_group(text: str, group: str, rules: ImportRules) -> str:
    """`Nama` under `PRODUK` is "Nama PRODUK", `Pokok` under `Harga` is "Harga Pokok": the order that says more."""
    both = (f"{group} {text}", f"{text} {group}")
    found = [(longest(words(drop_brackets(said)), rules), said) for said in both]
    known = [(len(match[0]), said) for match, said in found if match is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else text


def _is_group(index: int, groups: Mapping[int, int], below: Mapping[int, str]) -> bool:
    """Whether an upper cell without one below it is a heading over its right neighbour, not over a column of its own."""
    return index + 1 in below and groups.get(index + 1) == index


def _header(first: int, last: int, texts: Mapping[int, str], rules: ImportRules) -> Header:
    columns = tuple(Column(index, heading) for index, heading in sorted(read_headings(texts, rules).items()))
    return Header(first, last, columns)


def header_texts(header: Header, sheet: Sheet) -> Mapping[int, frozenset[str]]:
    """What stands in the header rows, by column and folded as `repeats` compares it."""
    rows = [_texts(sheet, row) for row in range(header.first, header.last + 1)]
    columns = {index for texts in rows for index in texts}
    return {index: frozenset(_same(texts[index]) for texts in rows if index in texts) for index in columns}


def _same(text: str) -> str:
    return " ".join(text[:_LONGEST].casefold().split())


def repeats(known: Mapping[int, frozenset[str]], texts: Sequence[str], filled: Sequence[int]) -> bool:
    """Whether a row says the header again: most of its cells stand in a header row, in the same column."""
    if not any(index in known and _same(texts[index]) in known[index] for index in filled[:_FIRST_CELLS]):
        return False
    same = sum(index in known and _same(texts[index]) in known[index] for index in filled)
    return same >= 3 and same * 10 >= len(filled) * 6
