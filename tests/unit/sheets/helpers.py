"""Small sheets made in memory, and their judged rows."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import settings
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bridge.sheets import JudgedRow, as_record, judge_book, read_book
from tests.unit.sheets.scorer import AS_OF, load_rules

RULES = load_rules()
HEADER = ("Nama Usaha", "Nama Produk", "Harga", "Berat", "Stok", "Satuan", "Jenis", "Deskripsi", "Foto")
GOOD = (
    "Dapur Contoh",
    "Keripik Contoh",
    "15.000",
    "250 gr",
    "10",
    "bks",
    "Kerajinan",
    "Dibuat dari bahan pilihan warga",
    "https://contoh.example/a.jpg",
)

unhurried = settings(deadline=None)  # the first example may load the regions, and machines are shared

Rows = Sequence[Sequence[Any]]


def csv_bytes(rows: Rows, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(*sheets: tuple[str, Rows], change: Callable[[Worksheet], None] | None = None) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets:
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        if change is not None:
            change(sheet)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def judge(name: str, content: bytes) -> tuple[JudgedRow, ...]:
    return judge_book(read_book(name, content), RULES, AS_OF)


def judge_csv(rows: Rows) -> tuple[JudgedRow, ...]:
    return judge("uji.csv", csv_bytes(rows))


def judge_xlsx(rows: Rows, change: Callable[[Worksheet], None] | None = None) -> tuple[JudgedRow, ...]:
    return judge("uji.xlsx", xlsx_bytes(("Data", rows), change=change))


def products(rows: Sequence[JudgedRow]) -> list[JudgedRow]:
    return [row for row in rows if row.is_product]


def one(header: Sequence[str], row: Sequence[Any]) -> JudgedRow:
    """The product of a sheet with one row."""
    found = products(judge_csv([header, row]))
    assert len(found) == 1
    return found[0]


def good(**changes: str) -> JudgedRow:
    """A product without any fault, changed by heading."""
    cells = dict(zip(HEADER, GOOD, strict=True)) | changes
    return one(tuple(cells), tuple(cells.values()))


def codes(row: JudgedRow) -> set[str]:
    return set(as_record(row, csv=True)["reasons"])  # type: ignore[call-overload, no-any-return]
