"""Row kinds, fill down, split rows, and what is kept of a row."""

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from bridge.sheets import RowKind, as_record, read_book
from tests.unit.sheets.helpers import GOOD, HEADER, codes, judge, judge_csv, judge_xlsx, one, products, xlsx_bytes

OWNER = ("No", "Nama Usaha", "Nama Pemilik", "No. WA", "Nama Produk", "Harga")


def kinds(rows: list[list[object]]) -> list[str]:
    return [row.kind.value for row in judge_csv(rows)]


def test_every_row_kind() -> None:
    rows: list[list[object]] = [
        ["PEMERINTAH KOTA METRO"],
        [],
        ["", "DATA PEMILIK", "", "", "PRODUK", ""],
        list(OWNER),
        [1, 2, 3, 4, 5, 6],
        ["KECAMATAN METRO PUSAT"],
        [1, "Dapur A", "Budi", "0891", "Keripik", "15.000"],
        list(OWNER),
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
        ["", "", "", "", "Dodol", "12.000"],
        ["I", "Kec. Metro Barat"],
        ["JUMLAH", "2 produk"],
        ["", "TOTAL", "", "", "", "27.000"],
        [2, "", "", "", "", ""],
        ["-", "-", "", "", "-", "-"],
        [3, "Dapur B", "Ani", "0892", "", ""],
        ["Catatan: harga dapat berubah"],
        [4, "Dapur C", "Ina", "0893", "", "9.000"],
        ["", "", "", "Metro, 2 November 2026"],
        ["", "Mengetahui", "", "Kepala Dinas"],
        ["Drs. Contoh"],
    ]
    assert kinds(rows) == [
        "title", "blank", "header", "header", "header_number", "section", "product", "header_repeat", "header_number", "product",
        "section", "subtotal", "subtotal", "blank", "blank", "note", "note", "product", "note", "note", "note",
    ]  # fmt: skip


def test_rows_that_are_no_product_fill_nothing_but_place_and_kind() -> None:
    title = as_record(judge_csv([["JUDUL"], HEADER, GOOD])[0], csv=True)
    assert {key: value for key, value in title.items() if value not in (None, [])} == {
        "csv_line": 1,
        "row_kind": "title",
        "verdict": "skip",
        "publishable": "no",
    }


def test_business_without_product_is_a_note_that_knows_its_merchant() -> None:
    row = judge_csv([OWNER, [1, "Dapur B", "Ani", "089273142288", "", ""]])[1]
    assert (row.kind, row.business, row.phone_e164) == (RowKind.NOTE, "Dapur B", "+6289273142288")
    record = as_record(row, csv=True)
    assert {key for key, value in record.items() if value not in (None, [])} == {
        "csv_line",
        "row_kind",
        "verdict",
        "publishable",
    }


def test_csv_fills_the_owner_down_and_nothing_else() -> None:
    header = (*OWNER, "PIRT", "Jenis", "Berat")
    rows = [
        header,
        [1, "Dapur A", "Budi", "089273142288", "Keripik", "15.000", "2061872120586-28", "Makanan", "250 gr"],
        ["", "", "", "", "Dodol", "", "", "", ""],
        ["", "-", "", "089388647033", "Stik", "9.000", "", "", ""],
    ]
    _, dodol, stik = products(judge_csv(rows))
    assert (dodol.business, dodol.owner, dodol.phone_e164) == ("Dapur A", "Budi", "+6289273142288")
    assert (dodol.permit_number, dodol.category, dodol.weight_g) == (None, None, None)
    assert "E_PRICE_MISSING" in codes(dodol)
    assert (stik.business, stik.phone_e164) == ("Dapur A", "+6289388647033")


def test_section_ends_the_owner() -> None:
    rows = [
        OWNER,
        [1, "Dapur A", "Budi", "", "Keripik", "15.000"],
        ["KECAMATAN X"],
        ["", "", "", "", "Dodol", "12.000"],
    ]
    assert products(judge_csv(rows))[1].business == ""


SECOND = ("No", "Nama Produk", "Stok", "Harga Satuan", "Nama Usaha", "NIK")


def two_tables(*between: list[str]) -> list[list[str]]:
    first = [["Nama Usaha", "Nama Produk", "Harga", "Komposisi"], ["Dapur A", "Keripik", "15.000", "Pisang"]]
    return [*first, *between, list(SECOND), ["1", "Stik", "7", "9.000", "Dapur B", "1872991909889004"]]


@pytest.mark.parametrize("between", [[], [[""]], [["DATA TAHAP DUA"]]])
def test_a_second_table_is_read_by_its_own_header(between: list[list[str]]) -> None:
    judged = judge_csv(two_tables(*between))
    assert [row.kind for row in judged if row.kind in {"header", "product"}] == ["header", "product"] * 2
    keripik, stik = products(judged)
    assert stik.price is not None
    assert (stik.business, stik.product, stik.price.value, stik.stock) == ("Dapur B", "Stik", 9000, 7)
    assert (keripik.extras, stik.extras) == ({"Komposisi": "Pisang"}, {})
    assert "1872991909889004" not in repr(stik)


def test_the_owner_of_one_table_is_not_that_of_the_next() -> None:
    rows = [*two_tables()[:3], ["1", "Stik", "7", "9.000", "", ""]]
    assert [row.business for row in products(judge_csv(rows))] == ["Dapur A", ""]


def test_a_product_named_like_a_heading_begins_no_table() -> None:
    rows = [HEADER, GOOD, ("Dapur Contoh", "Item", "nego", "", "ready", "buah", "Produk", "Foto menyusul", "")]
    assert [row.kind for row in judge_csv(rows)] == ["header", "product", "product"]


def test_a_business_alone_in_its_row_owns_the_products_below() -> None:
    rows = [
        ("Nama Usaha", "Nama Produk", "Harga"),
        ["Dapur A"],
        ["", "Keripik", "15.000"],
        ["Kec. Metro Pusat"],
        ["", "Dodol", "12.000"],
    ]
    judged = judge_csv(rows)
    assert [row.kind for row in judged] == ["header", "note", "product", "section", "product"]
    assert [row.business for row in products(judged)] == ["Dapur A", ""]


@pytest.mark.parametrize("section", ["FASHION", "Kec. Metro Pusat"])
def test_a_kind_or_place_in_the_business_column_is_a_section(section: str) -> None:
    rows = [OWNER, [1, "Dapur A", "Budi", "", "Keripik", "15.000"], ["II", section], ["", "", "", "", "Kaos", "50.000"]]
    judged = judge_csv(rows)
    assert [row.kind for row in judged] == ["header", "product", "section", "product"]
    assert products(judged)[1].business == ""


def test_a_section_right_below_the_header_is_no_second_header_row() -> None:
    rows = [OWNER, ["", "KECAMATAN METRO PUSAT"], [1, "Dapur A", "Budi", "", "Keripik", "15.000"]]
    judged = judge_csv(rows)
    assert [row.kind for row in judged] == ["header", "section", "product"]
    assert products(judged)[0].business == "Dapur A"


def test_units_in_brackets_below_the_headings_belong_to_them() -> None:
    rows = [
        ("Nama Usaha", "Nama Produk", "Harga", "Berat"),
        ["", "", "(Rp 000)", "(kg)"],
        ["(1)", "(2)", "(3)", "(4)"],
        ["Dapur A", "Keripik", "150", "0,5"],
    ]
    judged = judge_csv(rows)
    assert [row.kind for row in judged] == ["header", "header", "header_number", "product"]
    price = products(judged)[0].price
    assert price is not None
    assert (price.value, products(judged)[0].weight_g) == (150_000, 500)


def test_averages_are_no_products() -> None:
    rows = [OWNER, [1, "Dapur A", "Budi", "", "Keripik", "15.000"], ["Rata-rata", "", "", "", "", "15.000"]]
    assert [row.kind for row in judge_csv(rows)] == ["header", "product", "subtotal"]


def test_workbook_fills_the_owner_from_merged_ranges() -> None:
    def merge(sheet: Worksheet) -> None:
        for column in "BCDF":
            sheet.merge_cells(f"{column}2:{column}3")

    rows = [OWNER, [1, "Dapur A", "Budi", "089273142288", "Keripik", "15.000"], [2, None, None, None, "Dodol", None]]
    first, second = products(judge_xlsx(rows, merge))
    assert (second.business, second.owner, second.phone_e164) == ("Dapur A", "Budi", "+6289273142288")
    assert first.price is not None
    assert second.price is not None
    assert (first.price.value, second.price.value) == (15000, None)


def test_merged_section_in_the_product_column() -> None:
    rows = [("Nama Produk", "Harga", "Stok"), ["MAKANAN RINGAN", None, None], ["Keripik", "15.000", 3]]
    assert [row.kind for row in judge_xlsx(rows, lambda sheet: sheet.merge_cells("A2:C2"))] == [
        "header",
        "section",
        "product",
    ]
    assert [row.kind for row in judge_xlsx(rows)] == ["header", "product", "product"]


def test_merged_title_with_group_headings_below() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:F1")
        sheet.merge_cells("B2:D2")
        sheet.merge_cells("E2:F2")

    rows = [["DAFTAR"], [None, "PEMILIK", None, None, "BARANG"], OWNER, [1, "Dapur A", "Budi", None, "Keripik", 15000]]
    assert [row.kind for row in judge_xlsx(rows, merge)] == ["title", "header", "header", "product"]


def test_lines_in_name_and_price_are_products() -> None:
    rows = [
        ("Nama Produk", "Harga", "Berat", "Stok", "Deskripsi"),
        ["Keripik\nDodol", "15.000\n9.000", "250 gr\n100 gr", "5", "Satu\nDua"],
    ]
    first, second = products(judge_csv(rows))
    assert [(row.product, row.sub_row, row.weight_g, row.stock) for row in (first, second)] == [
        ("Keripik", 1, 250, 5),
        ("Dodol", 2, 100, 5),
    ]
    assert second.description == "Satu Dua"
    assert second.place == "uji!2.2"
    assert "W_ROW_SPLIT" in codes(first) & codes(second)


@pytest.mark.parametrize(
    ("name", "price"), [("Peci\nTapis", "15.000"), ("Peci Tapis", "15.000\n9.000"), ("A\nB\nC", "15.000\n9.000")]
)
def test_unequal_lines_are_one_product(name: str, price: str) -> None:
    found = products(judge_csv([("Nama Produk", "Harga"), [name, price]]))
    assert [row.product for row in found] == [name.replace("\n", " ")]
    assert "W_ROW_SPLIT" not in codes(found[0])


def test_original_text_and_extra_columns_are_kept() -> None:
    header = ("Nama Produk", "Harga", "No. WA", "NIK", "E-mail", "Foto KTP", "Komposisi", "Lain-lain", "Harga Pokok")
    cells = (
        "  <b>Keripik</b> ",
        "Rp 15.000,-",
        "0891 2345 6789 a@b.example",
        "1872991909889004",
        "a@b.example",
        "x.jpg",
        "Singkong, garam",
    )
    product = one(header, (*cells, "1872991909889004", "9.000"))
    assert dict(product.cells) == {"product": "  <b>Keripik</b> ", "price": "Rp 15.000,-", "phone": "0891 2345 6789 "}
    assert dict(product.extras) == {"Komposisi": "Singkong, garam"}
    assert product.phone_e164 == "+6289123456789"
    assert "1872991909889004" not in repr(product)
    assert "b.example" not in repr(product)


def test_blank_name_beside_other_product_cells_is_an_error() -> None:
    product = one(("Nama Produk", "Harga"), ("-", "15.000"))
    assert (product.product, "E_NAME_MISSING" in codes(product)) == ("", True)


def test_hidden_sheets_are_not_imported() -> None:
    def hide(sheet: Worksheet) -> None:
        if sheet.title == "Rahasia":
            sheet.sheet_state = "hidden"

    rows = judge("uji.xlsx", xlsx_bytes(("Data", [HEADER, GOOD]), ("Rahasia", [HEADER, GOOD]), change=hide))
    assert {row.sheet for row in rows} == {"Data"}


def test_sheet_without_products_is_notes() -> None:
    assert [row.kind for row in judge_csv([["Petunjuk"], [], ["Isi dengan benar", "ya"]])] == ["note", "blank", "note"]


def test_numbers_of_rows_survive_an_empty_beginning() -> None:
    rows = judge_xlsx([[], [], [None, *HEADER], [None, *GOOD]])
    assert [(row.row, row.kind) for row in rows if row.kind is not RowKind.BLANK] == [(3, "header"), (4, "product")]


FIRST = [["Nama Usaha", "Nama Produk", "Harga", "Stok"], ["Dapur A", "Keripik", "15.000", "5"]]


@pytest.mark.parametrize(
    "header",
    [
        ["No", "Nama Usaha", "Alamat", "No HP"],
        ["Nama Usaha", "Dagangan", "Stok", "Harga", "NIB"],
        ["Nama Usaha", "NIB", "Alamat", "Bulan", "Omzet"],
    ],
)
def test_a_table_below_without_products_is_not_read_with_the_header_above(header: list[str]) -> None:
    below = ["1", "Dapur B", "900", "0890 1111 2222", "1"][: len(header)]
    judged = judge_csv([*FIRST, ["REKAP"], header, below, [], FIRST[0], ["Dapur C", "Stik", "9.000", "3"]])
    kinds = ["header", "product", "note", "header", "note", "blank", "header", "product"]
    assert [row.kind for row in judged] == kinds
    assert [row.product for row in products(judged)] == ["Keripik", "Stik"]


def test_a_third_header_row_begins_no_table() -> None:
    rows = [
        ["Nama Usaha", "Produk", "", "", "Legalitas", "", ""],
        ["", "Nama", "Harga", "Stok", "NIB", "No PIRT", "Sertifikat Halal"],
        ["", "", "", "", "NIB", "No PIRT", "Halal"],
        ["Dapur A", "Keripik", "15.000", "5", "", "", ""],
    ]
    assert [row.product for row in products(judge_csv(rows))] == ["Keripik"]


def test_a_second_table_may_have_two_header_rows() -> None:
    rows = [
        *FIRST,
        ["No", "Nama Usaha", "Produk", "", "", "Alamat"],
        ["", "", "Nama", "Harga", "Berat", ""],
        ["1", "Dapur B", "Stik", "9.000", "250 gr", "Jl. Uji"],
    ]
    stik = products(judge_csv(rows))[1]
    assert stik.price is not None
    assert (stik.business, stik.product, stik.price.value, stik.weight_g) == ("Dapur B", "Stik", 9000, 250)


def test_a_merged_range_reaches_the_last_column_and_the_last_row() -> None:
    rows = [
        ["Nama Usaha", "Nama Produk", "Stok", "", "Harga", ""],
        ["", "", "250 gr", "500 gr", "250 gr", "500 gr"],
        ["Dapur A", "Keripik", 1, 2, "15.000", "28.000"],
        ["", "Dodol", 3, 4, "9.000", "17.000"],
    ]

    def merge(sheet: Worksheet) -> None:
        for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:F1", "A3:A4"):
            sheet.merge_cells(cells)

    content = xlsx_bytes(("Data", rows), change=merge)
    assert read_book("uji.xlsx", content).sheets[0].merged[(3, 0)] == (2, 0)
    judged = products(judge("uji.xlsx", content))
    assert [[dict(axis.prices) for axis in row.variants] for row in judged] == [
        [{"250 gr": 15_000, "500 gr": 28_000}],
        [{"250 gr": 9_000, "500 gr": 17_000}],
    ]


def test_totals_in_the_business_column_are_no_products() -> None:
    header = ["No", "Nama Usaha", "Nama Produk", "Harga", "Stok"]
    rows = [header, ["1", "Total Snack", "Keripik", "15.000", "5"], ["", "Jumlah produk", "", "1", "5"]]
    judged = judge_csv(
        [*rows, ["", "TOTAL UMKM METRO", "", "Rp 15.000", ""], ["", "Total Snack", "Dodol", "9.000", ""]]
    )
    assert [row.kind for row in judged] == ["header", "product", "subtotal", "subtotal", "product"]


def test_who_signs_is_no_product() -> None:
    header = ["No", "Nama Produk", "Nama Usaha", "Harga"]
    foot = [["", "Mengetahui,", "", "Metro, 12 November 2026"], ["", "Kepala Dinas", "", "Petugas"], []]
    names = [["", "Drs. H. Contoh, M.Si", "", "Budi Rekaan"], ["", "( Fiktif )", "( Rekaan )"], ["", "Dodol", "9.000"]]
    judged = judge_csv([header, ["1", "Keripik", "Dapur A", "15.000"], *foot, *names])
    assert [row.kind for row in judged][2:] == ["note", "note", "blank", "note", "note", "product"]


SARI = [["Nama Usaha", "Dapur Sari"], ["Pemilik :", "Siti Contoh"], ["No HP : 0890 1111 2222"], ["Alamat", "Jl. Uji 1"]]
AYU = [["Nama Usaha: Batik Ayu"], ["Pemilik", ": Ayu Fiktif"]]


@pytest.mark.parametrize("second", [["No", "Nama Produk", "Harga"], ["No", "Nama Produk", "Stok", "Harga"]])
def test_owners_may_be_told_above_their_products(second: list[str]) -> None:
    rows = [*SARI, ["No", "Nama Produk", "Harga"], ["1", "Keripik", "15.000"], ["2", "Dodol", "9.000"], []]
    last = ["1", "Kain", "4", "150.000"] if "Stok" in second else ["1", "Kain", "150.000"]
    judged = products(judge_csv([*rows, *AYU, second, last]))
    assert [(row.business, row.owner, row.product) for row in judged] == [
        ("Dapur Sari", "Siti Contoh", "Keripik"),
        ("Dapur Sari", "Siti Contoh", "Dodol"),
        ("Batik Ayu", "Ayu Fiktif", "Kain"),
    ]
    assert (judged[1].phone_e164, judged[2].phone_e164, judged[2].address) == ("+6289011112222", None, "")


def test_where_a_column_names_the_business_no_row_above_does() -> None:
    rows = [["Nama Usaha : Dinas"], ["Nama Usaha", "Nama Produk", "Harga"], ["Dapur A", "Keripik", "15.000"]]
    assert [row.business for row in products(judge_csv([*rows, ["Alamat", "Jl. Uji"], ["", "Stik", "9.000"]]))][:1] == [
        "Dapur A"
    ]


def test_tables_side_by_side_have_an_owner_each() -> None:
    head = ["Nama Usaha", "Nama Produk", "Harga"]
    rows = [[*head, "", *head], ["Dapur A", "Keripik", "15.000", "", "Dapur B", "Dodol", "9.000"]]
    assert [(row.business, row.product) for row in products(judge_csv(rows))] == [
        ("Dapur A", "Keripik"),
        ("Dapur B", "Dodol"),
    ]


def test_a_table_lying_on_its_side_is_no_list() -> None:
    rows = [["Nama Produk", "Keripik", "Dodol"], ["Harga", "15.000", "9.000"], ["Stok", "5", "6"]]
    assert products(judge_csv(rows)) == []


def test_the_numbers_of_a_list_in_one_cell_are_no_part_of_names_and_prices() -> None:
    cells = ("1. Keripik\n2. Stik", "1) Rp 15.000\n2) 12.000", "1. 100 gr\n2. 80 gr")
    judged = products(judge_csv([("Nama Produk", "Harga", "Berat"), cells]))
    assert [(row.product, row.price and row.price.value, row.weight_g) for row in judged] == [
        ("Keripik", 15_000, 100),
        ("Stik", 12_000, 80),
    ]


def test_a_price_that_a_comma_cut_in_two_is_none() -> None:
    head = b"Nama Usaha,Nama Produk,Harga,Berat\n"
    judged = products(judge("uji.csv", head + b"Dapur A,Kain,150,000,250 gr\nDapur A,Topi,500,100 gr\n"))
    assert [row.price and row.price.value for row in judged] == [None, 500]
