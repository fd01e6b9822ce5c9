"""Bytes of a spreadsheet to sheets of cells. Bounded before anything is unpacked; reads no file, runs no formula."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from pathlib import PurePath

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bridge.errors import UserError
from bridge.sheets.formulas import is_hidden, sheet_name, uncalculated
from bridge.sheets.ods import Merge, read_merges
from bridge.sheets.text import Cell

MAX_BYTES = 30_000_000
MAX_UNZIPPED = 150_000_000
MAX_PARTS = 5_000
MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
MAX_CELLS = 3_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells by row, and for each covered cell of a merged range the cell that holds its value."""

    name: str
    rows: list[list[Cell]]
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> Cell:
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    def filled(self, row: int, column: int) -> Cell:
        """The cell's value, or that of the vertically merged range which covers it."""
        top = self.merged.get((row, column))
        return self.cell(*top) if top is not None and top[1] == column else self.cell(row, column)


@dataclass(frozen=True, slots=True)
class Book:
    name: str
    csv: bool
    sheets: tuple[Sheet, ...]


def read_book(name: str, content: bytes) -> Book:
    """The visible sheets of a workbook, or the one sheet of a CSV. Raises UserError with a sentence that says what to do."""
    ending = PurePath(name).suffix.casefold()
    if len(content) > MAX_BYTES:
        raise UserError(
            "File {name} is too large. Split it into files of at most {size} MB.",
            name=name,
            size=MAX_BYTES // 1_000_000,
        )
    if not content.strip():
        raise UserError("File {name} is empty.", name=name)
    _check_ending(name, ending, content)
    if ending in _TEXT_ENDINGS:
        return Book(name, True, (Sheet(PurePath(name).stem, _csv_rows(name, content)),))
    return Book(name, False, tuple(_workbook_sheets(name, content)))


_TEXT_ENDINGS = {".csv", ".tsv", ".txt"}
_ZIP_ENDINGS = {".xlsx", ".ods"}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def _check_ending(name: str, ending: str, content: bytes) -> None:
    if ending == ".xlsm":
        raise UserError("File {name} holds macros. Save it as .xlsx without macros and try again.", name=name)
    if ending not in {*_TEXT_ENDINGS, *_ZIP_ENDINGS, ".xls"}:
        raise UserError("File {name} is no spreadsheet that can be read. Save it as .xlsx or .csv.", name=name)
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise UserError("File {name} is protected by a password. Save it without a password and try again.", name=name)
    expected = _OLE if ending == ".xls" else _ZIP if ending in _ZIP_ENDINGS else b""
    wrong = not content.startswith(expected) or (not expected and content.startswith((_ZIP, _OLE, b"%PDF")))
    if wrong:
        raise UserError(
            "File {name} is not what its ending says. Open it in a spreadsheet program and save it as .xlsx.", name=name
        )


# CSV


def _csv_rows(name: str, content: bytes) -> list[list[Cell]]:
    rows = _records(name, _decode(name, content))
    if all(len(row) == 1 for row in rows if row) and any(_SEPARATED.search(str(row[0])) for row in rows[:_FEW] if row):
        return _records(name, "\n".join(str(row[0]) if row else "" for row in rows))  # each line is one quoted cell
    return rows


_FEW = 10
_SEPARATED = re.compile(r"[;,\t].+[;,\t]")


def _records(name: str, text: str) -> list[list[Cell]]:
    text, delimiter = _delimiter(text)
    rows: list[list[Cell]] = []
    cells = 0
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells += len(record)
            _check_size(name, len(rows) + 1, len(record), cells)
            rows.append(list(record))
    except csv.Error as error:
        raise UserError(
            "File {name} has a cell that never ends: a quote mark is missing near record {row}.",
            name=name,
            row=len(rows) + 1,
        ) from error
    return rows


def _decode(name: str, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if (wide := _wide(content)) is not None:
        return content.decode(wide, errors="replace")
    if b"\x00" in content:
        raise UserError("File {name} is no text file. Save it as .csv or .xlsx from a spreadsheet program.", name=name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _wide(content: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Latin text is zero."""
    sample = content[:400]
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if max(odd, even) * 4 < len(sample) or min(odd, even) > 0:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


_SAMPLE = 64_000
_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def _delimiter(text: str) -> tuple[str, str]:
    """The delimiter that gives the most rows of the same, largest width. Excel's own hint `sep=;` is believed."""
    if hint := _HINT.match(text):
        return text[hint.end() - 1 :], hint[1]
    sample = text[:_SAMPLE]
    return text, max(";,\t|^~", key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(sample: str, delimiter: str) -> int:
    widths: dict[int, int] = {}
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            widths[len(record)] = widths.get(len(record), 0) + 1
    except csv.Error:
        return 0
    return max((count * (width - 1) for width, count in widths.items()), default=0)


def _check_size(name: str, rows: int, columns: int, cells: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS or cells > MAX_CELLS:
        raise UserError(
            "File {name} has too many cells. At most {rows} rows and {columns} columns are read; split the file.",
            name=name,
            rows=MAX_ROWS,
            columns=MAX_COLUMNS,
        )


# Workbooks


def _workbook_sheets(name: str, content: bytes) -> Iterator[Sheet]:
    if content.startswith(_ZIP):
        _check_archive(name, content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [
            meta.name
            for meta in workbook.sheets_metadata
            if meta.visible is SheetVisibleEnum.Visible and meta.typ is SheetTypeEnum.WorkSheet
        ]
        merges = read_merges(content) if PurePath(name).suffix.casefold() == ".ods" else {}
        sheets = [_sheet(name, workbook.get_sheet_by_name(title), merges.get(title)) for title in shown]
    except PasswordError as error:
        raise UserError(
            "File {name} is protected by a password. Save it without a password and try again.", name=name
        ) from error
    except (CalamineError, zipfile.BadZipFile, ValueError, KeyError, OverflowError) as error:
        raise UserError(
            "File {name} is damaged. Open it in a spreadsheet program and save it again.", name=name
        ) from error
    if not sheets:
        raise UserError("File {name} has no visible sheet. Unhide the sheet with the products.", name=name)
    yield from sheets


def _sheet(name: str, sheet: CalamineSheet, merges: list[Merge] | None) -> Sheet:
    _check_size(name, sheet.total_height, sheet.total_width, sheet.total_height * sheet.total_width)
    rows = [
        [cell if cell.__class__ is not str else _text(cell) if _RETURN in cell else cell or None for cell in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    height, width = len(rows), max(map(len, rows), default=0)  # the library's own totals leave the last ones out
    return Sheet(sheet.name, rows, _covered(name, merges or sheet.merged_cell_ranges or [], height, width))


_RETURN = "_x000D_"  # a carriage return as Excel writes it


def _text(cell: Cell) -> Cell:
    return str(cell).replace(_RETURN, "")


def _covered(name: str, merges: list[Merge], height: int, width: int) -> dict[tuple[int, int], tuple[int, int]]:
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    cells = 0
    for (top, left), (bottom, right) in merges:
        cells += max(min(bottom + 1, height) - top, 0) * max(min(right + 1, width) - left, 0)
        _check_size(name, 0, 0, cells)  # ranges over each other would be walked again and again
        for row in range(top, min(bottom + 1, height)):
            for column in range(left, min(right + 1, width)):
                if (row, column) != (top, left):
                    covered[(row, column)] = (top, left)
    return covered


_CHUNK = 1 << 20
# These begin with letters, by which the search is four times as quick as by white space.
_CELL_COLUMN = re.compile(rb"""r\s*=\s*["']([A-Za-z]+)\d""")
_CELL_ROW = re.compile(rb"""r\s*=\s*["'][A-Za-z]+(\d+)["']""")
_FILLED_ROW = re.compile(rb"""row\s[^>]*?\br\s*=\s*["'](\d+)["'][^>]*(?<!/)>(?!\s*</)""")
_REPEATED = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d+)"')


def _check_archive(name: str, content: bytes) -> None:
    """Sizes are bounded by what really unpacks, before the workbook reader sees the file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNZIPPED:
                raise UserError(
                    "File {name} unpacks to more than can be read. Remove pictures and empty rows, then save it again.",
                    name=name,
                )
            if any(part.filename.casefold().endswith("vbaproject.bin") for part in parts):
                raise UserError("File {name} holds macros. Save it as .xlsx without macros and try again.", name=name)
            for part in parts:
                if part.filename.casefold().endswith((".xml", ".rels")):
                    _check_part(name, archive, part.filename)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UserError(
            "File {name} is damaged. Open it in a spreadsheet program and save it again.", name=name
        ) from error


def _check_part(name: str, archive: zipfile.ZipFile, part: str) -> None:
    xml = archive.read(part)
    if "worksheets/" in part:
        _check_places(name, xml)
        if (found := uncalculated(xml)) is not None and not is_hidden(archive, part):
            raise UserError(
                "File {name} has formulas without a result: {number} in the sheet {sheet}, the first in the cell {cell}. Open the "
                "file in Excel or LibreOffice, save it again, and import it once more.",
                name=name,
                number=found.number,
                sheet=sheet_name(archive, part),
                cell=found.cell,
            )
    elif part == "content.xml":
        _check_repeats(name, xml)


def _check_places(name: str, xml: bytes) -> None:
    """Two cells far apart would make the reader lay out everything between them."""
    columns = set(_CELL_COLUMN.findall(xml))
    rows = {*_CELL_ROW.findall(xml), *_FILLED_ROW.findall(xml)}
    widest = max((reduce(_column_number, letters[:_FAR].upper(), 0) for letters in columns), default=0)
    lowest = max((int(digits.lstrip(b"0")[:_FAR] or 0) for digits in rows), default=0)
    _check_size(name, lowest, widest, lowest * max(widest, 1))


_FAR = 12  # letters or digits; more say nothing more


def _column_number(total: int, letter: int) -> int:
    return total * 26 + letter - ord("A") + 1


def _check_repeats(name: str, xml: bytes) -> None:
    """A filled cell or row of an .ods file may be repeated a million times by one attribute."""
    for match in _REPEATED.finditer(xml):
        if int(match[1]) > MAX_COLUMNS and b"office:value" in xml[match.end() : match.end() + 400].split(b"/>", 1)[0]:
            _check_size(name, MAX_ROWS + 1, 0, 0)
