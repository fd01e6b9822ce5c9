"""Bytes to sheets: delimiters, encodings, and files that must not be read."""

import contextlib
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bridge.errors import UserError
from bridge.sheets import book as book_module
from bridge.sheets import read_book
from tests.unit.sheets.helpers import GOOD, HEADER, csv_bytes, judge, products, unhurried, xlsx_bytes

ROWS = [HEADER, GOOD]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "^"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_dialects(delimiter: str, encoding: str) -> None:
    rows = [HEADER, ("Kafé – Contoh", "Keripik, pedas; gurih", *GOOD[2:])]
    found = products(judge("uji.csv", csv_bytes(rows, delimiter, encoding)))
    assert [(row.business, row.product) for row in found] == [("Kafé – Contoh", "Keripik, pedas; gurih")]


def test_line_breaks_inside_quotes_do_not_count_as_rows() -> None:
    content = b'Nama Produk;Harga\r\n"Peci\r\nTapis";15.000\r\n\r\nDodol;9.000\r\n'
    assert [(row.row, row.product) for row in products(judge("uji.csv", content))] == [(2, "Peci Tapis"), (4, "Dodol")]


def test_excels_own_delimiter_hint() -> None:
    content = b"sep=;\r\nNama Produk;Harga\r\nKeripik;15.000\r\n"
    assert [(row.row, row.kind) for row in judge("uji.csv", content)] == [(1, "blank"), (2, "header"), (3, "product")]


def test_cells_of_a_workbook_keep_their_kind() -> None:
    book = read_book("uji.xlsx", xlsx_bytes(("Data", [["a", 1, 2.5, date(2024, 1, 2), None, True]])))
    assert book.sheets[0].rows == [["a", 1.0, 2.5, date(2024, 1, 2), None, True]]
    assert (book.csv, book.name) == (False, "uji.xlsx")


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(UserError) as caught:
        read_book(name, content)
    assert name in str(caught.value)
    return str(caught.value)


WORKBOOK = xlsx_bytes(("Data", ROWS))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b" \r\n ", "empty"),
        ("a.xlsm", WORKBOOK, "macros"),
        ("a.docx", WORKBOOK, "Save it as .xlsx or .csv"),
        ("a", b"x;y", "Save it as .xlsx or .csv"),
        ("a.csv", WORKBOOK, "not what its ending says"),
        ("a.csv", b"%PDF-1.7", "not what its ending says"),
        ("a.xlsx", b"Nama;Harga", "not what its ending says"),
        ("a.xlsx", b"<html><table></table></html>", "not what its ending says"),
        ("a.xls", b"<html><table></table></html>", "not what its ending says"),
        ("a.xlsx", WORKBOOK[:400], "damaged"),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 100, "damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 4000, "damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.csv", b"a;b\x00c", "no text file"),
        ("a.csv", b'a;"' + b"x" * 200_000, "quote mark"),
    ],
)
def test_refused_files(name: str, content: bytes, words: str) -> None:
    assert words in refusal(name, content)


def test_too_large_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "MAX_BYTES", 10)
    assert "too large" in refusal("a.csv", b"x" * 11)


@pytest.mark.parametrize("limit", ["MAX_ROWS", "MAX_COLUMNS", "MAX_CELLS"])
@pytest.mark.parametrize(("name", "content"), [("a.csv", csv_bytes(ROWS)), ("a.xlsx", WORKBOOK)])
def test_too_many_cells(monkeypatch: pytest.MonkeyPatch, limit: str, name: str, content: bytes) -> None:
    monkeypatch.setattr(book_module, limit, 1)
    assert "too many cells" in refusal(name, content)


def repacked(change: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part not in change:
                new.writestr(part, old.read(part))
        for part, data in change.items():
            new.writestr(part, data)
    return content.getvalue()


def test_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "MAX_UNZIPPED", 1_000_000)
    assert "unpacks to more" in refusal("a.xlsx", repacked({"xl/media/a.png": b"\0" * 1_000_001}))
    monkeypatch.setattr(book_module, "MAX_PARTS", 3)
    assert "unpacks to more" in refusal("a.xlsx", WORKBOOK)


def sheet_xml(rows: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="' + space + b'"><sheetData>' + rows + b"</sheetData></worksheet>"


@pytest.mark.parametrize(
    "far",
    [
        b'<c s="1" r="XFD1048576"/>',
        b"<c s='1' r='XFD1048576'/>",
        b'<c r = "XFD1048576"/>',
        b'<c\nr\t=\n"XFD1048576"/>',
        b'<c r="xfd1048576"/>',
        b'<c r="XFD0001048576"/>',
        b'<c r="AAAAAA1"/>',
        b"<c><v>1</v></c>",
    ],
)
def test_two_cells_far_apart(far: bytes) -> None:
    """In every spelling that the workbook reader understands."""
    rows = b'<row r="1"><c r="A1"/></row><row r="1048576">' + far + b"</row>"
    assert "too many cells" in refusal("a.xlsx", repacked({"xl/worksheets/sheet1.xml": sheet_xml(rows)}))


def test_a_million_empty_rows_are_no_rows() -> None:
    cells = b'<row r="1"><c r="A1"><v>7</v></c></row>'
    rows = cells + b"".join(b'<row r="%d"/>' % number for number in (*range(2, 50_000), 1_048_576))
    assert read_book("a.xlsx", repacked({"xl/worksheets/sheet1.xml": sheet_xml(rows)})).sheets[0].rows == [[7.0]]


def test_merged_ranges_over_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "MAX_CELLS", 50)
    xml = sheet_xml(b'<row r="1"><c r="A1"><v>7</v></c></row><row r="4"><c r="D4"><v>7</v></c></row>')
    merges = b'<mergeCells count="9">' + b'<mergeCell ref="A1:D4"/>' * 9 + b"</mergeCells></worksheet>"
    content = repacked({"xl/worksheets/sheet1.xml": xml.replace(b"</worksheet>", merges)})
    assert "too many cells" in refusal("a.xlsx", content)


def test_macros_in_a_renamed_workbook() -> None:
    assert "macros" in refusal("a.xlsx", repacked({"xl/vbaProject.bin": b"x"}))


def test_damaged_part() -> None:
    assert "damaged" in refusal("a.xlsx", repacked({"xl/workbook.xml": b"<workbook>"}))


def test_formulas_without_a_result() -> None:
    workbook = Workbook()
    workbook.worksheets[0].append([1])
    sheet = workbook.create_sheet("Harga & Stok 2026")
    for row in ["Nama", "Keripik"], ["Dodol", "=1+1"], ["Kopi", "=B2*2"]:
        sheet.append(row)
    content = io.BytesIO()
    workbook.save(content)
    said = refusal("a.xlsx", content.getvalue())
    assert "formulas without a result: 2 in the sheet Harga & Stok 2026, the first in the cell B2." in said
    assert "LibreOffice" in said


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_formulas_of_a_hidden_sheet_refuse_nothing(state: str) -> None:
    workbook = Workbook()
    workbook.worksheets[0].append(["Nama Produk", "Harga"])
    hidden = workbook.create_sheet("Acuan")
    hidden.append(["=1+1"])
    hidden.sheet_state = state
    content = io.BytesIO()
    workbook.save(content)
    assert [sheet.name for sheet in read_book("a.xlsx", content.getvalue()).sheets] == ["Sheet"]


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        (b'<c r="C7" s="1"><f>1+1</f><v></v></c>', "C7"),
        (b"<c><f>1+1</f></c>", "?"),
        (b'<c r="A1"><v>1</v></c><c><f>1+1</f></c>', "?"),
        (b'<c t="str" r="AB12"><f t="shared" si="0"/></c>', "AB12"),
        (b'<c r="A1"><f>1</f><v>1</v></c><c r="B1"><f>1</f><v/></c>', "B1"),
    ],
)
def test_the_cell_of_a_formula_without_a_result(cell: bytes, place: str) -> None:
    content = repacked({"xl/worksheets/sheet1.xml": sheet_xml(b'<row r="1">' + cell + b"</row>")})
    assert f": 1 in the sheet Data, the first in the cell {place}." in refusal("a.xlsx", content)


def test_calculated_formulas_are_read_by_their_result() -> None:
    sheet = sheet_xml(b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')
    assert read_book("a.xlsx", repacked({"xl/worksheets/sheet1.xml": sheet})).sheets[0].rows == [[2.0]]


def test_only_hidden_sheets() -> None:
    hidden = repacked({})
    with zipfile.ZipFile(io.BytesIO(hidden)) as archive:
        book = archive.read("xl/workbook.xml")
    content = repacked({"xl/workbook.xml": book.replace(b'state="visible"', b'state="hidden"')})
    assert "no visible sheet" in refusal("a.xlsx", content)


ODS_MANIFEST = (
    b'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    b'<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    b"</manifest:manifest>"
)
ODS_HEAD = (
    b'<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    b' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    b'<office:body><office:spreadsheet><table:table table:name="Data">'
)
ODS_FOOT = b"</table:table></office:spreadsheet></office:body></office:document-content>"


def ods(body: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", ODS_MANIFEST)
        archive.writestr("content.xml", ODS_HEAD + body + ODS_FOOT)
    return content.getvalue()


def ods_row(*texts: str) -> bytes:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in texts
    )
    return f"<table:table-row>{cells}</table:table-row>".encode()


def test_open_document_sheets() -> None:
    rows = judge("uji.ods", ods(ods_row("Nama Produk", "Harga") + ods_row("Keripik", "15.000")))
    assert [(row.product, row.price and row.price.value) for row in products(rows)] == [("Keripik", 15000)]


def test_merged_ranges_of_open_documents() -> None:
    text = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    owner = text.format(' office:value-type="string" table:number-rows-spanned="2"', "Dapur Contoh")
    head = ods_row("Nama Usaha", "Nama Produk", "Harga")
    first = f"<table:table-row>{owner}".encode() + ods_row("Keripik", "15.000").removeprefix(b"<table:table-row>")
    second = b"<table:table-row><table:covered-table-cell/>" + ods_row("Dodol", "9.000").removeprefix(
        b"<table:table-row>"
    )
    third = b"<table:table-row><table:table-cell/>" + ods_row("Peyek", "7.000").removeprefix(b"<table:table-row>")
    blank = b'<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    sheet = read_book("uji.ods", ods(head + blank + first + second + third)).sheets[0]
    assert sheet.merged == {(4, 0): (3, 0)}
    assert sheet.filled(4, 0) == "Dapur Contoh"


def test_open_document_with_entities_is_refused() -> None:
    body = ods(ods_row("Nama Produk", "Harga"))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(content, "w") as new:
        for part in old.namelist():
            xml = old.read(part)
            spanned = b'<table:table-cell table:number-rows-spanned="2"/></table:table>'
            new.writestr(
                part, xml.replace(b"<office:doc", bomb + b"<office:doc", 1).replace(b"</table:table>", spanned, 1)
            )
    assert "damaged" in refusal("a.ods", content.getvalue())


@pytest.mark.parametrize("repeated", ["columns", "rows"])
def test_filled_cells_repeated_a_million_times(repeated: str) -> None:
    many = f' table:number-{repeated}-repeated="1000000"'
    row, cell = (many, "") if repeated == "rows" else ("", many)
    value = f'<table:table-cell{cell} office:value-type="float" office:value="1"/>'
    assert "too many cells" in refusal("a.ods", ods(f"<table:table-row{row}>{value}</table:table-row>".encode()))


def test_spreadsheet_injection_is_plain_text() -> None:
    found = products(judge("uji.csv", csv_bytes([HEADER, ("Dapur", "=HYPERLINK(1)", "=1+15000", *GOOD[3:])])))
    assert (found[0].product, found[0].price and found[0].price.value) == ("=HYPERLINK(1)", None)


@unhurried
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(UserError):
        judge("uji.csv", content)


ANY_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@unhurried
@given(st.lists(st.lists(ANY_TEXT, max_size=9), max_size=8))
def test_any_cells_below_a_header_are_judged(rows: list[list[str]]) -> None:
    found = judge("uji.csv", csv_bytes([HEADER, *rows]))
    assert [row.row for row in found if row.sub_row == 1] == list(range(1, len(rows) + 2))


def test_sample_folder_holds_only_the_sample() -> None:
    root = Path(__file__).resolve().parents[3]
    assert (root / "samples" / "umkm_metro.xlsx").exists()


def test_lines_that_are_one_quoted_cell_each_are_read_as_lines() -> None:
    content = b'"Nama Produk,Harga,Berat"\n"Keripik,15000,""0,5 kg"""\n'
    assert read_book("a.csv", content).sheets[0].rows == [
        ["Nama Produk", "Harga", "Berat"],
        ["Keripik", "15000", "0,5 kg"],
    ]
    assert read_book("a.csv", b"Catatan, satu\n").sheets[0].rows == [["Catatan", " satu"]]
    assert read_book("a.csv", b'"a, b, c"\n').sheets[0].rows == [["a", " b", " c"]]
