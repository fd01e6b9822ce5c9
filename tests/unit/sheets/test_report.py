"""The sheet given back: same cells, remarks beside the products, nothing that a spreadsheet program would run."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from bridge.sheets import read_book
from bridge.sheets.judge import judge_tables, read_tables
from bridge.sheets.reason_texts import NOTHING, TEXTS
from bridge.sheets.reasons import Level, Reason
from bridge.sheets.record import JudgedRow
from bridge.sheets.remedies import EXAMPLES, field_of
from bridge.sheets.report import ReportWords, write_report
from tests.unit.sheets.helpers import GOOD, HEADER, RULES, codes, csv_bytes, good, judge, products, xlsx_bytes
from tests.unit.sheets.scorer import AS_OF, SAMPLES

WORDS = ReportWords(
    headings={
        "id": "ID Jembatan",
        "report_status": "Status Jembatan",
        "report_wrong": "Jembatan: yang salah",
        "report_fix": "Jembatan: cara memperbaiki",
        "report_assumed": "Jembatan: anggapan",
    },
    states={name: name for name in ("ready", "draft", "error", "homeless", "replaced")},
    homeless=("no business", "write it"),
    example="Contoh: {example}",
    reason=lambda reason, _row: TEXTS[reason],
)


def report(name: str, content: bytes, ids: dict[str, str] | None = None) -> bytes:
    tables = read_tables(read_book(name, content), RULES)
    rows = judge_tables(tables, RULES, AS_OF)
    places = {row.place: f"JB-{number}-abcdef" for number, row in enumerate(rows)} if ids is None else ids
    return write_report(name, content, tables, rows, places, WORDS)


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def same(one: JudgedRow, other: JudgedRow) -> bool:
    names = ("row", "sub_row", "product", "price", "cells", "extras", "reasons", "phone_e164", "nib", "stock", "kind")
    return all(getattr(one, name) == getattr(other, name) for name in names)


@pytest.mark.parametrize("name", SAMPLES)
def test_report_of_a_sample_reads_as_the_sample(name: str) -> None:
    content = SAMPLES[name][0].read_bytes()
    before, after = judge(name, content), judge("balik.xlsx", report(name, content))
    assert len(before) == len(after)
    assert all(same(one, other) for one, other in zip(before, after, strict=True))
    assert all(row.ref.startswith("JB-") for row in products(after))


def test_report_of_a_report_adds_no_columns() -> None:
    first = report("uji.csv", csv_bytes([HEADER, GOOD]))
    second = report("uji.xlsx", first)
    assert [sheet.max_column for sheet in (opened(first).worksheets[0], opened(second).worksheets[0])] == [14, 14]


def test_ids_of_a_second_table_are_read_again() -> None:
    second = ("Nama Produk", "Harga", "Stok", "Nama Usaha")
    content = csv_bytes([HEADER, GOOD, [], second, ["Stik", "9.000", "7", "Dapur B"]])
    back = products(judge("uji.xlsx", report("uji.csv", content)))
    assert [(row.business, row.product) for row in back] == [("Dapur Contoh", "Keripik Contoh"), ("Dapur B", "Stik")]
    assert all(row.ref.startswith("JB-") for row in back)


def test_sheets_keep_names_and_order_and_hidden_ones_stay() -> None:
    content = xlsx_bytes(("Satu", [HEADER, GOOD]), ("Dua", [["catatan"]]), ("Tiga", [HEADER, GOOD]))
    workbook = opened(content)
    workbook["Dua"].sheet_state = "hidden"
    out = io.BytesIO()
    workbook.save(out)
    back = opened(report("uji.xlsx", out.getvalue()))
    assert back.sheetnames == ["Satu", "Dua", "Tiga"]
    assert back["Dua"].sheet_state == "hidden"


def test_what_stands_beside_a_product() -> None:
    back = opened(report("uji.csv", csv_bytes([HEADER, (*GOOD[:2], "nego", *GOOD[3:]), GOOD])))["uji"]
    head, wrong, right = (list(cells) for cells in back.iter_rows(values_only=True))
    assert head[9:] == list(WORDS.headings.values())
    assert wrong[10] == "error"
    assert str(wrong[11]).splitlines()[0] == "The price cannot be read."
    assert "15000" in str(wrong[12])
    assert right[10] == "error"  # the same product again
    assert back["C2"].fill.fgColor.rgb.endswith("FFC7CE")
    assert back.auto_filter.ref == "A1:N3"


def test_nothing_becomes_a_formula_and_digits_stay_digits() -> None:
    header = ["Nama Usaha", "Nama Produk", "Harga", "No WA", "NIB", "Keterangan"]
    row = ["=HYPERLINK(1)", "+Keripik", "15.000", "081234567890", "0120001234567", "@SUM(A1)"]
    back = opened(report("uji.csv", csv_bytes([header, row])))["uji"]
    assert [cell.value for cell in back[2]][:6] == row
    assert {cell.data_type for cell in back[2] if cell.value is not None} == {"s"}
    assert [cell.quotePrefix for cell in back[2]][:6] == [True, True, False, False, False, True]


def test_numbers_of_a_workbook_keep_their_digits() -> None:
    header = ["Nama Usaha", "Nama Produk", "Harga", "NIB"]
    content = xlsx_bytes(("Data", [header, ["Dapur", "Keripik", 15000, 9120001234567]]))
    assert [cell.value for cell in opened(report("uji.xlsx", content))["Data"][2]][:4] == [
        "Dapur", "Keripik", 15000, 9120001234567,
    ]  # fmt: skip


def test_formulas_come_back_as_their_results() -> None:
    content = xlsx_bytes(("Data", [HEADER, GOOD]))
    workbook = opened(content)
    workbook["Data"]["A5"] = "=1+1"
    out = io.BytesIO()
    workbook.save(out)
    tables = read_tables(read_book("uji.xlsx", content), RULES)
    rows = judge_tables(tables, RULES, AS_OF)
    back = opened(write_report("uji.xlsx", out.getvalue(), tables, rows, {}, WORDS))["Data"]
    assert back["A5"].value is None


def test_control_characters_of_a_text_file_do_not_stop_the_report() -> None:
    back = opened(report("uji.csv", csv_bytes([HEADER, ("Dapur\x07", *GOOD[1:])])))["uji"]
    assert back["A2"].value == "Dapur"


def test_groups_of_a_form_have_their_ids_in_one_cell() -> None:
    header = ["Timestamp", "Nama Usaha", "Nama Produk 1", "Harga 1", "Nama Produk 2", "Harga 2"]
    content = csv_bytes([header, ["01/10/2026 8:00:00", "Dapur", "Tas", "15000", "Topi", "9000"]])
    back = report("uji.csv", content, {"uji!2": "JB-1-aaaaaa", "uji!2.2": "JB-2-bbbbbb"})
    assert [row.ref for row in products(judge("uji.xlsx", back))] == ["JB-1-aaaaaa", "JB-2-bbbbbb"]


def test_price_of_a_filled_option_column_is_the_one_that_is_coloured() -> None:
    header = ["Nama Usaha", "Nama Produk", "Harga", "Harga 100gr", "Harga 250gr"]
    back = opened(report("uji.csv", csv_bytes([header, ["Dapur", "Kopi", "", "nego", "20000"]])))["uji"]
    assert [cell.fill.fgColor.rgb[-6:] for cell in back[2]][2:5] == ["000000", "FFC7CE", "FFC7CE"]


def test_every_code_has_an_example() -> None:
    assert set(EXAMPLES) == set(Reason)


HEADINGS = {
    "price": "Harga", "product": "Nama Produk", "weight": "Berat", "description": "Deskripsi", "variant": "Varian", "stock": "Stok",
    "phone": "No WA", "nib": "NIB", "licence": "PIRT", "halal": "Halal", "category": "Jenis", "photo": "Foto",
    "kelurahan": "Kelurahan", "sku": "SKU", "unit": "Satuan",
}  # fmt: skip


@pytest.mark.parametrize("reason", [each for each in Reason if each.level is not Level.INFO])
def test_the_example_of_a_code_is_not_what_the_code_complains_of(reason: Reason) -> None:
    field = field_of(reason)
    if reason is Reason.PREORDER:
        return  # the example says how days are written; the product stays one that is made to order
    if field in HEADINGS:
        assert reason.value not in codes(good(**{HEADINGS[field]: EXAMPLES[reason], "Jenis": "Makanan"}))
    assert TEXTS[reason][1] != NOTHING
