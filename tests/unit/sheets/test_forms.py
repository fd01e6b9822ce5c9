"""Answers of forms and wide sheets (rule book A11): groups, option columns, consent, answers given twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from bridge.sheets import JudgedRow, as_record
from tests.unit.sheets.helpers import RULES, codes, judge_csv, judge_xlsx, products

OWNER = ("Nama Usaha", "No WA", "Kelurahan", "NIB", "Kategori")
HELD = ("Dapur Contoh", "0890 1234 5678", "Imopuro", "9900012345678", "Kerajinan")
at = datetime.fromisoformat  # cells have no zone
TEXT = "Dibuat dari bahan pilihan warga"


def form(heads: Sequence[str], *rows: Sequence[Any], owner: Sequence[str] = OWNER) -> list[JudgedRow]:
    """Products of a form; each row begins with its time stamp and the owner's cells are put in."""
    header = ["Cap waktu", *owner, *heads]
    return products(judge_csv([header, *([row[0], *HELD, *row[1:]] for row in rows)]))


def test_numbered_groups_become_products_with_their_number() -> None:
    heads = ["Nama Produk 1", "Harga 1", "Nama Produk ke-3", "Harga produk ketiga", "Stok"]
    first, third = form(heads, ["01/10/2026 8:00:00", "Tas", "15rb", "Dompet", "20.000", "7"])
    assert [(row.sub_row, row.product, row.price.value if row.price else 0) for row in (first, third)] == [
        (1, "Tas", 15000),
        (3, "Dompet", 20000),
    ]
    assert (first.stock, third.stock) == (7, 7)  # an unnumbered stock holds for every group
    assert "W_ROW_SPLIT" not in codes(first)
    assert third.place == "uji!2.3"


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("Produk 2 - Nama", "Produk 2 - Harga"),
        ("Produk ke-2: Nama", "Produk ke-2: Harga"),
        ("Nama produk kedua", "Harga produk kedua"),
        ("12. Nama barang 2 (tulis lengkap)", "13. Harga 2 (Rp)"),
        ("Nama Produk 2: tulis sesuai kemasan", "Berapa harga produk 2? Tulis angka saja"),
        ("Nama", "Harga"),
    ],
)
def test_marks_of_the_second_group(name: str, price: str) -> None:
    if name == "Nama":  # a brother without a number is group 1
        name, price = "Nama Produk 2", "Harga 2"
    found = form(["Nama Produk", "Harga", name, price], ["01/10/2026 8:00:00", "Tas", "15000", "Dompet", "20000"])
    assert [(row.sub_row, row.product) for row in found] == [(1, "Tas"), (2, "Dompet")]
    assert [row.price.value for row in found if row.price] == [15000, 20000]


def test_headings_repeated_unchanged_are_groups_in_their_order() -> None:
    heads = ["Nama Produk", "Harga", "Nama Produk", "Harga", "Nama Produk", "Harga"]
    found = form(heads, ["01/10/2026 8:00:00", "Tas", "15000", "", "", "Topi", "9000"])
    assert [(row.sub_row, row.product) for row in found] == [(1, "Tas"), (3, "Topi")]


def test_photos_with_numbers_are_photos_of_one_product_where_names_have_none() -> None:
    heads = ["Nama Produk", "Harga", "Foto 1", "Foto 2"]
    (row,) = form(heads, ["01/10/2026 8:00:00", "Tas", "15000", "https://a.example/1.jpg", "https://a.example/2.jpg"])
    assert len(row.images) == 2


def test_group_of_dashes_gives_no_row_and_one_without_a_name_is_an_error() -> None:
    heads = ["Nama Produk 1", "Harga 1", "Nama Produk 2", "Harga 2", "Nama Produk 3", "Harga 3"]
    found = form(heads, ["01/10/2026 8:00:00", "Tas", "15000", ".", "tidak ada", "-", "9000"])
    assert [row.sub_row for row in found] == [1, 3]
    assert "E_NAME_MISSING" in codes(found[1])


def test_line_break_in_a_group_is_a_space() -> None:
    heads = ["Nama Produk 1", "Harga 1", "Nama Produk 2", "Harga 2"]
    (row,) = form(heads, ["01/10/2026 8:00:00", "Tas\nPandan", "15000\n20000", "", ""])
    assert row.product == "Tas Pandan"


def test_answer_without_a_product_is_a_note_with_its_business() -> None:
    rows = judge_csv([["Timestamp", *OWNER, "Nama Produk", "Harga"], ["01/10/2026 8:00", *HELD, "-", ""]])
    assert [str(row.kind) for row in rows] == ["header", "note"]
    assert (rows[1].business, rows[1].answered) == ("Dapur Contoh", True)


def test_nothing_is_filled_down_in_a_form() -> None:
    header = ["Timestamp", *OWNER, "Nama Produk", "Harga"]
    rows = [["01/10/2026 8:00", *HELD, "Tas", "15000"], ["02/10/2026 8:00", "", "", "", "", "", "Topi", "9000"]]
    assert [row.business for row in products(judge_csv([header, *rows]))] == ["Dapur Contoh", ""]


def test_wide_sheet_that_is_no_form_fills_its_owner_down() -> None:
    header = ["No", "Nama Usaha", "Nama Produk 1", "Harga 1", "Nama Produk 2", "Harga 2"]
    rows = [["1", "Dapur Contoh", "Tas", "15000", "Topi", "9000"], ["", "", "Dompet", "20000", "", ""]]
    found = products(judge_csv([header, *rows]))
    assert [(row.business, row.row, row.sub_row, row.product) for row in found] == [
        ("Dapur Contoh", 2, 1, "Tas"),
        ("Dapur Contoh", 2, 2, "Topi"),
        ("Dapur Contoh", 3, 1, "Dompet"),
    ]


# Option columns


def offer(heads: Sequence[str], *cells: Any, name: str = "Kopi") -> JudgedRow:
    (row,) = form(["Nama Produk", *heads], ["01/10/2026 8:00:00", name, *cells])
    return row


def test_prices_per_pack_in_columns() -> None:
    row = offer(["Harga 100gr", "Harga kemasan 1/4 kg", "Harga per 1 kg"], "9.000", "-", "70rb")
    assert as_record(row, csv=True)["variants_json"] == [
        {
            "axis": "Kemasan",
            "options": ["100 gr", "1 kg"],
            "prices": {"100 gr": 9000, "1 kg": 70000},
            "weights_g": {"100 gr": 100, "1 kg": 1000},
        }
    ]
    assert (row.price.kind if row.price else "", row.weight_kind) == ("per_variant", "per_variant")


def test_one_filled_option_is_no_variant_and_gives_the_weight() -> None:
    row = offer(["Harga 250 ml", "Harga 1 liter", "Berat"], "", "30000", "5 kg")
    assert (row.price.value if row.price else 0, row.variants, row.weight_g, row.weight_kind) == (
        30000,
        (),
        1000,
        "from_volume",
    )


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ("nego", "E_PRICE_UNPARSEABLE"),
        ("15", "E_PRICE_TOO_SMALL"),
        ("900 juta", "E_PRICE_TOO_LARGE"),
        ("10-20rb", "E_PRICE_UNPARSEABLE"),
    ],
)
def test_an_option_price_in_doubt_leaves_all_prices_out(second: str, code: str) -> None:
    row = offer(["Harga 100gr", "Harga 250gr"], "9.000", second)
    assert {each for each in codes(row) if "PRICE" in each} == {code}
    assert [(axis.options, dict(axis.prices)) for axis in row.variants] == [(("100 gr", "250 gr"), {})]


def test_options_of_two_axes_are_in_doubt() -> None:
    row = offer(["Harga 100gr", "Harga 250gr", "Harga rasa Original"], "9000", "20000", "8000")
    assert "E_PRICE_UNPARSEABLE" in codes(row)
    assert [axis.name for axis in row.variants] == ["Kemasan", "Rasa"]


def test_stock_per_size_from_grid_questions() -> None:
    heads = ["Harga", "Stok per ukuran [S]", "Stok per ukuran [M]", "Stok per ukuran [38]"]
    row = offer(heads, "85rb", "5", "habis", "")
    assert [(axis.name, dict(axis.stock)) for axis in row.variants] == [("Ukuran", {"S": 5, "M": 0})]
    assert row.stock == 5
    unknown = offer(heads, "85rb", "5", "ready", "")
    assert unknown.stock is None
    assert "W_STOCK_UNKNOWN" in codes(unknown)


def test_options_in_words_need_an_axis_word_or_brackets() -> None:
    row = offer(["Harga rasa Original", "Harga rasa Pedas Manis"], "9000", "10000")
    assert [(axis.name, axis.options) for axis in row.variants] == [("Rasa", ("Original", "Pedas Manis"))]
    assumed = offer(["Harga [Biasa]", "Harga [Jumbo]"], "9000", "10000")
    assert [(axis.name, axis.options) for axis in assumed.variants] == [("Varian", ("Biasa", "Jumbo"))]
    assert "I_VARIANT_AXIS_DEFAULT" in codes(assumed)
    plain = offer(["Harga reseller", "Harga jual"], "9000", "10000")
    assert (plain.price.value if plain.price else 0, plain.variants) == (10000, ())


def test_option_columns_within_groups() -> None:
    heads = ["Nama Produk 1", "Harga 100gr Produk 1", "Harga 250gr Produk 1", "Nama Produk 2", "Produk 2 Harga 100gr"]
    first, second = form(heads, ["01/10/2026 8:00:00", "Kopi", "9000", "20000", "Teh", "7000"])
    assert [dict(axis.prices) for axis in first.variants] == [{"100 gr": 9000, "250 gr": 20000}]
    assert (second.price.value if second.price else 0, second.weight_g) == (7000, 100)


# Consent and answers


@pytest.mark.parametrize(
    ("heading", "answer", "refused"),
    [
        ("Saya menyatakan data ini benar", "Tidak setuju", True),
        ("Saya menyatakan data ini benar", "", False),
        ("Bersedia data usaha ditampilkan di katalog?", "tidak", True),
        ("Apakah Anda bersedia mengikuti pelatihan?", "Tidak", False),
        ("Persetujuan", "Setuju", False),
    ],
)
def test_consent(heading: str, answer: str, refused: bool) -> None:
    (row,) = form(["Nama Produk", "Harga", heading], ["01/10/2026 8:00:00", "Tas", "15000", answer])
    assert ("E_CONSENT_REFUSED" in codes(row)) is refused


def test_personal_answers_are_kept_nowhere() -> None:
    heads = ["Nama Produk", "Harga", "Email", "NIK", "Nama ibu kandung", "Upload foto KTP pemilik", "Foto tempat usaha"]
    cells = ["orang@contoh.example", "1872990603849029", "Ibu", "ktp-budi.jpg", "https://a.example/toko.jpg"]
    (row,) = form(heads, ["01/10/2026 8:00:00", "Tas", "15000", *cells])
    told = repr(row)
    assert not any(cell in told for cell in cells)


def test_form_choices_read_what_stands_behind_lainnya() -> None:
    (row,) = form(["Nama Produk", "Harga", "Satuan"], ["01/10/2026 8:00:00", "Tas", "15000", "Lainnya: toples"])
    assert row.unit == "toples"


# Answered twice

TWICE = ["Alamat email", "Nama Produk", "Harga", "Deskripsi"]
ONE, OTHER = "a@contoh.example", "b@contoh.example"


def twice(*stamps_and_prices: tuple[Any, str, str], owner: Sequence[str] = OWNER) -> list[JudgedRow]:
    return form(TWICE, *([stamp, email, "Tas", price, TEXT] for stamp, email, price in stamps_and_prices))


def test_latest_answer_stands() -> None:
    first, last = twice(("13/10/2026 8:00:00", ONE, "15000"), ("14/10/2026 8:00:00", " A@contoh.example ", "16000"))
    assert (first.verdict, first.duplicate_of, last.duplicate_of) == ("skip", last.place, None)
    assert "I_RESPONSE_SUPERSEDED" in codes(first)
    assert not codes(last) & {"E_DUPLICATE", "E_DUPLICATE_CONFLICT", "I_TIMESTAMP_ASSUMED"}


def test_later_by_time_not_by_place() -> None:
    first, last = twice(("14/10/2026 8:00:00", ONE, "15000"), ("13/10/2026 8:00:00", ONE, "16000"))
    assert (first.verdict == "skip", last.verdict == "skip") == (False, True)


def test_by_place_where_a_time_cannot_be_read() -> None:
    first, last = twice(("14/10/2026 8:00:00", ONE, "15000"), ("kemarin", ONE, "16000"))
    assert (first.verdict == "skip", last.verdict == "skip") == (True, False)


def test_order_of_day_and_month_is_assumed_only_where_nothing_shows_it() -> None:
    stamps = [("03/04/2026 8:00:00", ONE), ("05/01/2026 8:00:00", OTHER), ("01/06/2026 9:00:00", ONE)]
    header = ["Cap waktu", *OWNER, *TWICE]
    rows = [[stamp, *HELD, email, f"Tas {email}", "15000", TEXT] for stamp, email in stamps]
    for row in rows:
        row[2] = "" if OTHER in row else row[2]
    first, _, last = products(judge_csv([header, *rows]))
    assert first.duplicate_of == last.place
    assert "I_TIMESTAMP_ASSUMED" in codes(last)


def test_same_phone_chains_with_same_email_and_another_email_alone_does_not_match() -> None:
    header = ["Cap waktu", *OWNER, *TWICE]

    def row(day: int, phone: str, email: str) -> list[str]:
        return [f"{day}/10/2026 8:00:00", HELD[0], phone, *HELD[2:], email, "Tas", "15000", TEXT]

    chain = products(
        judge_csv(
            [header, row(13, "089011112222", ONE), row(14, "089033334444", ONE), row(15, "+62 890-3333-4444", OTHER)]
        )
    )
    assert [each.duplicate_of for each in chain] == [chain[2].place, chain[2].place, None]
    apart = products(judge_csv([header, row(13, "089011112222", ONE), row(14, "089033334444", OTHER)]))
    assert [("E_DUPLICATE" in codes(each)) for each in apart] == [False, True]


def test_product_only_in_the_earlier_answer_stays() -> None:
    heads = ["Alamat email", "Nama Produk 1", "Harga 1", "Nama Produk 2", "Harga 2"]
    found = form(
        heads,
        ["13/10/2026 8:00:00", ONE, "Tas", "15000", "Topi", "9000"],
        ["14/10/2026 8:00:00", ONE, "Tas", "16000", "", ""],
    )
    assert [(row.product, str(row.verdict) == "skip") for row in found] == [
        ("Tas", True),
        ("Topi", False),
        ("Tas", False),
    ]


def test_answers_of_all_tabs_belong_together() -> None:
    from bridge.sheets import judge_book, read_book
    from tests.unit.sheets.helpers import xlsx_bytes
    from tests.unit.sheets.scorer import AS_OF

    header = ["Cap waktu", *OWNER, *TWICE]
    early = [header, [at("2026-10-01 08:00:00"), *HELD, ONE, "Tas", 15000, TEXT]]
    late = [header, [at("2026-09-01 08:00:00"), *HELD, ONE, "tas", 16000, TEXT]]
    content = xlsx_bytes(("Form Responses 1", early), ("Form Responses 2", late))
    first, last = products(judge_book(read_book("uji.xlsx", content), RULES, AS_OF))
    assert (first.duplicate_of, last.duplicate_of) == (None, "Form Responses 1!2")


def test_form_with_a_title_above_is_still_a_form() -> None:
    header = ["No", "Cap waktu", *OWNER, *TWICE]
    rows = judge_xlsx([["REKAP JAWABAN"], [], header, [1, at("2026-10-01 08:00:00"), *HELD, ONE, "Tas", 15000, TEXT]])
    assert [str(row.kind) for row in rows] == ["title", "blank", "header", "product"]
