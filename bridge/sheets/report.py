"""The sheet given back: the same rows and sheets, with what is wrong and how to mend it beside every product.

Nothing is ever written as a formula, and digits stay digits: a leading zero or a number of 13 digits comes back as it was.
"""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bridge.sheets.book import Sheet
from bridge.sheets.entry import Entry
from bridge.sheets.headers import Column, Header
from bridge.sheets.headings import REPORTED
from bridge.sheets.judge import Table
from bridge.sheets.reasons import BLOCKING, Level, Reason, Verdict
from bridge.sheets.record import JudgedRow
from bridge.sheets.remedies import EXAMPLES, field_of
from bridge.sheets.row_texts import is_closer
from bridge.sheets.text import Cell

_WIDTHS = {"id": 16, "report_status": 20, "report_wrong": 44, "report_fix": 60, "report_assumed": 44}


@dataclass(frozen=True, slots=True)
class ReportWords:
    """What the report says, in the user's language: headings and states by their names, a reason's two sentences, two templates."""

    headings: Mapping[str, str]
    states: Mapping[str, str]
    homeless: tuple[str, str]
    example: str
    reason: Callable[[Reason, JudgedRow], tuple[str, str]]


def write_report(
    name: str,
    content: bytes,
    tables: Sequence[Table],
    rows: Sequence[JudgedRow],
    ids: Mapping[str, str],
    words: ReportWords,
) -> bytes:
    """`rows` are those judged from `tables`; `ids` are by place. Gives an .xlsx whatever came in."""
    workbook = _workbook(name, content, tables)
    by_row: defaultdict[tuple[str, int], list[JudgedRow]] = defaultdict(list)
    for row in rows:
        if row.is_product:
            by_row[(row.sheet, row.row)].append(row)
    for table in tables:
        if table.header is not None:
            sheet = workbook[_title(table.sheet.name)]
            _Writer(sheet, table.sheet, table.header, ids, words).write(table.entries, by_row)
    _make_safe(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def state_of(row: JudgedRow) -> str:
    """ready, draft, error, replaced, or homeless: without a business nothing is stored."""
    if row.verdict is Verdict.SKIP:
        return "replaced"
    if row.verdict is Verdict.ERROR:
        return "error"
    if not row.merchant_key:
        return "homeless"
    return "ready" if row.publishable else "draft"


# The workbook


_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile)


def _workbook(name: str, content: bytes, tables: Sequence[Table]) -> Workbook:
    """The workbook that came in, with values for formulas; of another kind of file a new one with its cells."""
    if name.casefold().endswith(".xlsx"):
        try:
            workbook = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
        except _BROKEN:
            workbook = None  # calamine read it; this library cannot
        if workbook is not None and all(table.sheet.name in workbook.sheetnames for table in tables):
            return workbook
    made = Workbook()
    for sheet in made.worksheets:
        made.remove(sheet)
    for table in tables:
        _copy(table.sheet, made.create_sheet(_title(table.sheet.name)))
    return made


def _title(name: str) -> str:
    return re.sub(r"[\\/*?:\[\]]", "_", name)[:31] or "Data"


def _copy(source: Sheet, sheet: Worksheet) -> None:
    widths: defaultdict[int, int] = defaultdict(int)
    for index, cells in enumerate(source.rows, start=1):
        for column, cell in enumerate(cells, start=1):
            if cell is not None and cell != "":
                put(sheet.cell(index, column), cell)
                widths[column] = max(widths[column], len(str(cell)))
    for top, bottom in _ranges(source).items():
        sheet.merge_cells(
            start_row=top[0] + 1, start_column=top[1] + 1, end_row=bottom[0] + 1, end_column=bottom[1] + 1
        )
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = min(max(width + 2, 8), 40)


def _ranges(source: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    for (row, column), top in source.merged.items():
        end = ends.get(top, top)
        ends[top] = (max(end[0], row), max(end[1], column))
    return ends


_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_CELL = 32_000
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_LONG_NUMBER = 10_000_000


def put(cell: SheetCell | MergedCell, value: Cell) -> None:
    """A value as itself. Text is never a formula."""
    if isinstance(cell, MergedCell):
        return
    if isinstance(value, str):
        cell.value = _ILLEGAL.sub("", value)[:_LONGEST_CELL]
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in _FORMULA_SIGNS
    elif isinstance(value, bool | datetime | date | time | timedelta):
        cell.value = value
    elif isinstance(value, int | float):
        whole = float(value).is_integer() and abs(value) < 1e16
        cell.value = int(value) if whole else value
        if whole and abs(value) >= _LONG_NUMBER:
            cell.number_format = "0"  # else 9.1E+12


def _make_safe(workbook: Workbook) -> None:
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, SheetCell) and isinstance(cell.value, str) and cell.value[:1] in _FORMULA_SIGNS:
                    cell.data_type = "s"
                    cell.quotePrefix = True


# The columns that are added


_FILLS = {
    "ready": "C6EFCE",
    "draft": "FFEB9C",
    "error": "FFC7CE",
    "homeless": "FFC7CE",
    "replaced": "D9D9D9",
    "remark": "FFF7DB",
}
_LINE, _HIGHEST = 15, 300  # points
HEAD_FILL = PatternFill("solid", fgColor="1F4E5F")
HEAD_FONT = Font(bold=True, color="FFFFFF")
WRAP = Alignment(wrap_text=True, vertical="top")


def _fill(name: str) -> PatternFill:
    return PatternFill("solid", fgColor=_FILLS[name])


_IN_LEGALITY = frozenset({"nib", "licence", "halal"})


class _Writer:
    """Writes beside the products of one sheet."""

    def __init__(
        self, sheet: Worksheet, source: Sheet, header: Header, ids: Mapping[str, str], words: ReportWords
    ) -> None:
        self.sheet, self.source, self.header, self.ids, self.words = sheet, source, header, ids, words
        self.columns = {name: found[0].index + 1 for name in REPORTED if (found := header.of(name))}
        self.added = [name for name in REPORTED if name not in self.columns]
        free = _first_free(source)
        self.columns |= {name: free + place for place, name in enumerate(self.added)}

    def write(self, entries: Sequence[Entry], by_row: Mapping[tuple[str, int], Sequence[JudgedRow]]) -> None:
        top = self.header.last + 1
        for name in self.added:
            self._head(name, self.columns[name])
        fields = {(entry.row, entry.sub_row): entry.columns for entry in entries}
        for (title, row), found in by_row.items():
            if title != self.source.name:
                continue
            self._row(row, found)
            for each in found:
                self._colour(each, fields[(row, each.sub_row)])
        last = max((row for title, row in by_row if title == self.source.name), default=top)
        if not self.sheet.tables:  # a table has filters of its own
            right = max(*self.columns.values(), len(max(self.source.rows, key=len, default=[])))
            self.sheet.auto_filter.ref = f"A{top}:{get_column_letter(right)}{max(last, top)}"
        if self.sheet.freeze_panes is None:
            self.sheet.freeze_panes = f"A{top + 1}"
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self.sheet.page_setup.orientation, self.sheet.page_setup.fitToHeight = "landscape", 0
        self.sheet.print_title_rows = f"{self.header.first + 1}:{top}"

    def _head(self, name: str, column: int) -> None:
        """In the upper header row: below a second one it would look as if it belonged to the column on its left."""
        first, last = self.header.first + 1, self.header.last + 1
        cell = self.sheet.cell(first, column)
        put(cell, self.words.headings[name])
        cell.fill, cell.font, cell.alignment = HEAD_FILL, HEAD_FONT, WRAP
        if last > first:
            self.sheet.merge_cells(start_row=first, start_column=column, end_row=last, end_column=column)
        self.sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[name]

    def _row(self, row: int, found: Sequence[JudgedRow]) -> None:
        several = len(found) > 1
        texts = {
            name: "\n".join(filter(None, (self._text(name, each, several) for each in found))) for name in REPORTED
        }
        self._make_room(row, texts)
        worst = min((state_of(each) for each in found), key=list(_FILLS)[::-1].index)
        for name, text in texts.items():
            cell = self.sheet.cell(row, self.columns[name])
            put(cell, text)
            if isinstance(cell, SheetCell):
                cell.alignment = WRAP
                if name == "report_status":
                    cell.fill = _fill(worst)

    def _make_room(self, row: int, texts: Mapping[str, str]) -> None:
        """Spreadsheet programs do not make a row higher by themselves when it has a height already."""
        lines = (sum(1 + len(line) // _WIDTHS[name] for line in text.splitlines()) for name, text in texts.items())
        needed = min(max(lines, default=1) * _LINE, _HIGHEST)
        size = self.sheet.row_dimensions[row]
        if needed > (size.height or _LINE):
            size.height = needed

    def _text(self, name: str, row: JudgedRow, several: bool) -> str:
        front = f"{row.sub_row}: " if several else ""
        if name == "id":
            known = self.ids.get(row.place, "")
            return f"{row.sub_row}={known}" if known and several else known
        if name == "report_status":
            return front + self.words.states[state_of(row)]
        lines = self._lines(name, row)
        return front + "\n".join(lines) if lines else ""

    def _lines(self, name: str, row: JudgedRow) -> list[str]:
        wanted = [reason for reason in row.reasons if (reason.level is Level.INFO) == (name == "report_assumed")]
        wanted.sort(key=lambda reason: (reason.level is not Level.ERROR, reason not in BLOCKING))
        texts = [(reason, *self.words.reason(reason, row)) for reason in wanted]
        if name == "report_fix":
            lines = [fix if is_closer(reason, row) else self._remedy(reason, fix) for reason, _, fix in texts]
        else:
            lines = [wrong for _, wrong, _ in texts]
        if state_of(row) == "homeless" and name != "report_assumed":
            lines.insert(0, self.words.homeless[name == "report_fix"])
        return list(dict.fromkeys(lines))

    def _remedy(self, reason: Reason, fix: str) -> str:
        example = EXAMPLES[reason]
        if example in fix:
            return fix
        return f"{fix if fix[-1:] in '.!?' else f'{fix}.'} {self.words.example.format(example=example)}"

    def _colour(self, row: JudgedRow, columns: Mapping[str, Sequence[Column]]) -> None:
        for reason in sorted(row.reasons, key=lambda reason: (reason.level is Level.ERROR, reason in BLOCKING)):
            name = field_of(reason)
            if reason.level is Level.INFO or name is None:
                continue
            colour = "error" if reason.level is Level.ERROR else "draft" if reason in BLOCKING else "remark"
            for column in self._meant(name, columns, row.row - 1):
                cell = self.sheet.cell(*self._top(row.row, column))
                if isinstance(cell, SheetCell):
                    cell.fill = _fill(colour)

    def _meant(self, name: str, columns: Mapping[str, Sequence[Column]], index: int) -> list[int]:
        """The columns that a field was read from: option columns where they are filled, a mixed cell where there is no own one."""
        options = [each.index for each in columns.get(f"{name}_option", ()) if self.source.cell(index, each.index)]
        if options:
            return options
        own = columns.get(name, ()) or (columns.get("legality", ()) if name in _IN_LEGALITY else ())
        return [each.index for each in own[:1]]

    def _top(self, row: int, column: int) -> tuple[int, int]:
        above = self.source.merged.get((row - 1, column))
        return (above[0] + 1, above[1] + 1) if above is not None else (row, column + 1)


def _first_free(source: Sheet) -> int:
    """The first column, 1-based, right of every filled or merged cell."""
    filled = (index for cells in source.rows for index, cell in enumerate(cells) if cell is not None and cell != "")
    return max(max(filled, default=-1), max((column for _, column in source.merged), default=-1)) + 2
