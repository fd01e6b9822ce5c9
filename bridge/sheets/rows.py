"""What each row of a sheet is: a heading, a section, a total, a note, or a product (rule book A2)."""

import re
from collections.abc import Sequence, Set
from enum import StrEnum

from bridge.sheets.answers import is_blank
from bridge.sheets.book import Sheet
from bridge.sheets.headers import Header, header_texts, repeats
from bridge.sheets.headings import is_synonym
from bridge.sheets.labels import label_of
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import Cell, cell_text, has_digit, words


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


_FOOT_DATE = re.compile(r"^[^\W\d_][^\d,]{0,40},?\s+\d{1,2}[\s/.-]+(?:[^\W\d_]+|\d{1,2})[\s/.-]+\d{4}\b")
_MANY_CELLS = 3
_FEWEST_HEADS = 2
_IN_BRACKETS = re.compile(r"\(\D+\)")


class RowKinds:
    """What each row of a sheet is."""

    def __init__(self, sheet: Sheet, header: Header, product: Set[int], rules: ImportRules) -> None:
        """`product`: the columns of which a filled one makes a row a product."""
        self.sheet, self.header, self.product, self.rules = sheet, header, sorted(product), rules
        self.number = {column.index for column in header.of("number")}
        self.business = {column.index for column in header.of("business")}
        self.names = {column.index for column in header.of("product")}
        self.categories = {words(word) for known in rules.words.categories.values() for word in known}
        self.subtotals = {words(word) for word in rules.words.rows.subtotal}
        self.begin_subtotals = tuple(f"{word} " for word in self.subtotals)
        self.first = _first_header_row(sheet, header, rules)
        self.repeats = header_texts(header, sheet)

    def of(self, rows: range) -> list[RowKind]:
        """The kinds of a table's rows. Behind its last product nothing begins a section, and below signatures stand names."""
        kinds = self._without_signers(rows, [self._kind(index) for index in rows])
        last = max((index for index, kind in enumerate(kinds) if kind is RowKind.PRODUCT), default=len(kinds))
        return [RowKind.NOTE if kind is RowKind.SECTION and index > last else kind for index, kind in enumerate(kinds)]

    def _without_signers(self, rows: range, kinds: list[RowKind]) -> list[RowKind]:
        """Whoever signs is no product: a few texts without a figure, behind the date or the office of the first of them."""
        signed = False
        for place, (index, kind) in enumerate(zip(rows, kinds, strict=True)):
            if kind is RowKind.NOTE:
                signed = signed or self._signs(index)
            elif kind is RowKind.PRODUCT and signed:
                signed = _is_bare(self.sheet.rows[index])
                kinds[place] = RowKind.NOTE if signed else kind
        return kinds

    def _signs(self, index: int) -> bool:
        texts = [text for cell in self.sheet.rows[index] if (text := cell_text(cell).strip())]
        offices = self.rules.words.rows.signature
        return len(texts) < _MANY_CELLS and any(
            _FOOT_DATE.match(text) or _begins(words(text), offices) for text in texts
        )

    def _kind(self, index: int) -> RowKind:
        row = self.sheet.rows[index]
        texts = [cell.strip() if cell.__class__ is str else cell_text(cell) for cell in row]
        filled = [column for column, text in enumerate(texts) if text]
        if not filled:
            return RowKind.BLANK
        if index <= self.header.last:
            return RowKind.HEADER if index >= self.first else RowKind.TITLE
        return self._below(index, texts, filled)

    def _below(self, index: int, texts: Sequence[str], filled: Sequence[int]) -> RowKind:
        if _counts_columns(texts, filled):
            return RowKind.HEADER_NUMBER
        if index == self.header.last + 1 and self._only_heads(texts, filled):
            return RowKind.HEADER
        if repeats(self.repeats, texts, filled):
            return RowKind.HEADER_REPEAT
        if self._is_subtotal(texts, filled):
            return RowKind.SUBTOTAL
        if len(filled) < _MANY_CELLS and (few := self._few(index, texts, filled)) is not None:
            return few
        if any(not is_blank(texts[column], self.rules) for column in self.product if column < len(texts)):
            return RowKind.PRODUCT
        told = (column for column in filled if not is_blank(texts[column], self.rules))
        return RowKind.BLANK if all(column in self.number for column in told) else RowKind.NOTE

    def _only_heads(self, texts: Sequence[str], filled: Sequence[int]) -> bool:
        """A further header row: nothing but headings and units in brackets, and no product's name."""
        if len(filled) < _FEWEST_HEADS or any(column in self.names for column in filled):
            return False
        return all(_IN_BRACKETS.fullmatch(texts[column]) or is_synonym(texts[column], self.rules) for column in filled)

    def _is_subtotal(self, texts: Sequence[str], filled: Sequence[int]) -> bool:
        first = filled[0]
        said = words(texts[first][:80])
        if said.rstrip("0123456789 ") in self.subtotals:
            return True
        if first in self.business and said.startswith(self.begin_subtotals) and self.names.isdisjoint(filled):
            return all(has_digit(texts[column]) for column in filled[1:])
        if first in self.business or not self.names.isdisjoint(filled):
            return False
        return said.startswith(self.begin_subtotals)

    def _few(self, index: int, texts: Sequence[str], filled: Sequence[int]) -> RowKind | None:
        """A row of one or two texts: a section, a note at the foot, or a product of which little is known."""
        if not any(letter.isalpha() for column in filled for letter in texts[column]):
            return None
        if self._is_foot(texts, filled) or (not self.business and label_of(texts, self.rules) is not None):
            return RowKind.NOTE
        last = filled[-1]
        alone = len(filled) == 1 or filled[0] in self.number
        said = words(texts[last])
        kind = said in self.categories and last not in self.names
        named = kind or _begins(said, self.rules.words.rows.section)
        if alone and (named or self._spans(index, last)):
            return RowKind.SECTION
        named_here = last in self.names or last in self.business
        return RowKind.SECTION if len(filled) == 1 and not named_here else None

    def _is_foot(self, texts: Sequence[str], filled: Sequence[int]) -> bool:
        """Signatures: a date with its place, or offices of those who sign, side by side."""
        said = [texts[column] for column in filled]
        return all(_FOOT_DATE.match(text) or _begins(words(text), self.rules.words.rows.note) for text in said)

    def _spans(self, index: int, column: int) -> bool:
        return self.sheet.merged.get((index, column + 1)) == (index, column)


def _is_bare(cells: Sequence[Cell]) -> bool:
    """A few texts and not one digit: no price, no number."""
    texts = [text for cell in cells if (text := cell_text(cell).strip())]
    return len(texts) < _MANY_CELLS and not any(map(has_digit, texts))


def _begins(said: str, known: Sequence[str]) -> bool:
    return any(f"{said} ".startswith(f"{words(word)} ") for word in known)


def _counts_columns(texts: Sequence[str], filled: Sequence[int]) -> bool:
    """`1 2 3 …` or `(1) (2) (3) …`, from one upwards."""
    if len(filled) < 3 or texts[filled[0]].strip("().[] ") != "1":
        return False
    numbers = [texts[column].strip("().[] ") for column in filled]
    return numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _first_header_row(sheet: Sheet, header: Header, rules: ImportRules) -> int:
    """A row of group headings above a header that needed none of them is header as well."""
    above = header.first - 1
    if header.first != header.last or above < 0:
        return header.first
    texts = {column: text for column, cell in enumerate(sheet.rows[above]) if (text := cell_text(cell).strip())}
    apart = max(texts, default=0) - min(texts, default=0) >= len(texts)
    told = any(":" in text or has_digit(text) for text in texts.values())
    place = any(_begins(words(text), rules.words.rows.section) for text in texts.values())
    return above if len(texts) > 1 and apart and not told and not place else header.first
