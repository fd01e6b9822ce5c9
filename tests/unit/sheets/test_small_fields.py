"""Units, stock, kinds, pictures, dates, answers and text."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sheets.answers import is_blank, licence_answer, other_answer
from bridge.sheets.category import is_prohibited, parse_category
from bridge.sheets.dates import parse_date
from bridge.sheets.images import image_kinds, image_reasons, parse_images
from bridge.sheets.stock import Stock, parse_stock
from bridge.sheets.text import cell_text, clean, fold, hide_private, title_case
from bridge.sheets.units import parse_unit
from tests.unit.sheets.helpers import RULES, unhurried


@pytest.mark.parametrize(
    ("text", "unit", "pieces"),
    [
        ("buah", "pcs", 1),
        ("BH", "pcs", 1),
        ("pc", "pcs", 1),
        ("Bungkus ", "pack", 1),
        ("pouch", "pack", 1),
        ("btl", "botol", 1),
        ("jar", "toples", 1),
        ("kotak", "box", 1),
        ("lbr", "lembar", 1),
        ("stel", "set", 1),
        ("psg", "pasang", 1),
        ("kilo", "kg", 1),
        ("gelas", "cup", 1),
        ("pot", "pot", 1),
        ("saset", "sachet", 1),
        ("lsn", "lusin", 12),
        ("kodi", "kodi", 20),
        ("gross", "gross", 144),
        ("per pcs", "pcs", 1),
        ("1 lusin", "lusin", 12),
    ],
)
def test_units(text: str, unit: str, pieces: int) -> None:
    found = parse_unit(text, RULES)
    assert (found.name, found.pack_qty, found.reasons) == (unit, pieces, ())


@pytest.mark.parametrize("text", ["", "-", "ekor"])
def test_unknown_unit_is_assumed_to_be_pieces(text: str) -> None:
    assert (parse_unit(text, RULES).name, parse_unit(text, RULES).reasons) == ("pcs", ("I_UNIT_DEFAULT",))


@pytest.mark.parametrize(
    ("cell", "pieces"),
    [
        (50, 50),
        (12.0, 12),
        ("50 pcs", 50),
        ("±50", 50),
        ("sisa 3", 3),
        ("1.000", 1000),
        ("25.0", 25),
        ("0", 0),
        ("Stok: 5", 5),
    ]
    + [(word, 0) for word in ("habis", "Kosong", "sold out", "Habis!")],
)
def test_known_stock(cell: object, pieces: int) -> None:
    assert parse_stock(cell, "pcs", RULES) == Stock(pieces)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "-",
        "ready",
        "banyak",
        "ada",
        "-5",
        "10-20",
        "50/bulan",
        "10 lusin",
        "10 kg",
        "50+",
        12.5,
        "1.00",
        "9" * 300,
        "99999999",
    ],
)
def test_unknown_stock_is_neither_zero_nor_a_number(cell: object) -> None:
    assert parse_stock(cell, "pcs", RULES) == Stock(None, None, ("W_STOCK_UNKNOWN",))  # type: ignore[arg-type]


def test_stock_in_the_unit_of_sale() -> None:
    assert (parse_stock("10 kg", "kg", RULES).pieces, parse_stock("3 lusin", "lusin", RULES).pieces) == (10, 3)


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("PO 3 hari", 3),
        ("by order (5 hari)", 5),
        ("Pre order 7 hr", 7),
        ("PO 3-5 hari", 5),
        ("PO 1 minggu", 7),
        ("pre-order", None),
    ],
)
def test_preorder(cell: str, days: int | None) -> None:
    assert parse_stock(cell, "pcs", RULES) == Stock(None, days, ("W_PREORDER",))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "product", "kind", "code"),
    [
        ("Makanan Ringan", "x", "Makanan", ()),
        ("KULINER", "Kopi", "Makanan", ()),
        ("minuman", "x", "Minuman", ()),
        ("Fesyen", "x", "Fashion", ()),
        ("Kriya", "x", "Kerajinan", ()),
        ("Handycraft", "x", "Kerajinan", ()),
        ("Kosmetik & perawatan tubuh", "x", "Kosmetik", ()),
        ("Pertanian", "x", "Pertanian", ()),
        ("Lainnya: kriya", "x", "Kerajinan", ()),
        ("Kerajinan (fashion)", "x", "Kerajinan", ()),
        ("Makanan & Minuman", "Kopi Jahe", "Minuman", ("I_CATEGORY_FROM_NAME",)),
        ("Makanan, Minuman", "Keripik Kopi", "Makanan", ("I_CATEGORY_FROM_NAME",)),
        ("F&B", "Es Teh", "Minuman", ("I_CATEGORY_FROM_NAME",)),
        ("F&B", "Esensi", "Makanan", ("I_CATEGORY_FROM_NAME",)),
        ("Makanan, Fashion", "x", None, ("W_CATEGORY_UNKNOWN",)),
        ("Jasa", "x", None, ("W_CATEGORY_UNKNOWN",)),
        ("", "x", None, ("W_CATEGORY_UNKNOWN",)),
        ("Lainnya", "x", None, ("W_CATEGORY_UNKNOWN",)),
    ],
)
def test_categories(answer: str, product: str, kind: str | None, code: tuple[str, ...]) -> None:
    found = parse_category(answer, product, RULES)
    assert (found.name, found.reasons) == (kind, code)


@pytest.mark.parametrize("name", ["Tuak Manis", "Burung Kenari", "Liquid-Vape", "Minuman Beralkohol 5%", "ROKOK"])
def test_prohibited(name: str) -> None:
    assert is_prohibited(name, RULES)


@pytest.mark.parametrize("name", ["Gelang Karakter", "Kaos Barakallah", "Keripik", ""])
def test_prohibited_only_as_whole_words(name: str) -> None:
    assert not is_prohibited(name, RULES)


@pytest.mark.parametrize(
    ("text", "kinds", "codes"),
    [
        ("https://drive.google.com/file/d/AB-c_1/view?usp=sharing", "drive_file", ("I_IMAGE_DRIVE",)),
        ("https://drive.google.com/open?id=XYZ", "drive_file", ("I_IMAGE_DRIVE",)),
        ("drive.google.com/open?id=XYZ", "drive_file", ("I_IMAGE_DRIVE",)),
        ("https://drive.google.com/drive/folders/abc?usp=sharing", "drive_folder", ("W_IMAGE_FOLDER_LINK",)),
        ("https://drive.google.com/", "drive_folder", ("W_IMAGE_FOLDER_LINK",)),
        ("https://photos.app.goo.gl/x", "drive_folder", ("W_IMAGE_FOLDER_LINK",)),
        ("https://contoh.example/a.jpg", "direct", ()),
        ("IMG_20240101.jpg", "local_name", ("W_IMAGE_LOCAL_NAME",)),
        ("WhatsApp Image 2024-03-12 at 10.2062.jpeg", "local_name", ("W_IMAGE_LOCAL_NAME",)),
        ("foto di WA", "missing", ("W_IMAGE_MISSING",)),
        ("menyusul", "missing", ("W_IMAGE_MISSING",)),
        ("-", "missing", ("W_IMAGE_MISSING",)),
        ("http://[::1", "missing", ("W_IMAGE_MISSING",)),
        ("a.jpg; https://contoh.example/b.jpg", "local_name|direct", ("W_IMAGE_LOCAL_NAME",)),
        ("https://contoh.example/a.jpg https://contoh.example/b.jpg", "direct|direct", ()),
        (
            "https://drive.google.com/open?id=A, https://drive.google.com/open?id=B",
            "drive_file|drive_file",
            ("I_IMAGE_DRIVE",),
        ),
    ],
)
def test_images(text: str, kinds: str, codes: tuple[str, ...]) -> None:
    images = parse_images(text, RULES)
    assert (image_kinds(images), image_reasons(images)) == (kinds, codes)


def test_drive_ids_in_order() -> None:
    images = parse_images("https://drive.google.com/open?id=A\nhttps://drive.google.com/file/d/B/view", RULES)
    assert [image.drive_id for image in images] == ["A", "B"]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("12 Maret 2024", date(2024, 3, 12)),
        ("5 Agust 2023", date(2023, 8, 5)),
        ("3 Nop 2022", date(2022, 11, 3)),
        ("12/03/24", date(2024, 3, 12)),
        ("13-3-22", date(2022, 3, 13)),
        ("2024-03-12", date(2024, 3, 12)),
        ("2024-03-12 00:00:00", date(2024, 3, 12)),
        ("Senin, 12 Maret 2024", date(2024, 3, 12)),
        ("12-Mar-98", date(1998, 3, 12)),
        (45000.0, date(2023, 3, 15)),
        ("45000", date(2023, 3, 15)),
        (datetime(2024, 1, 2, 3), date(2024, 1, 2)),  # noqa: DTZ001 - cells have no zone
        (date(2024, 1, 2), date(2024, 1, 2)),
        ("Apr-25", None),
        ("Maret 2024", None),
        ("31/02/2024", None),
        ("03/25/2024", None),
        ("12 Foo 2024", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_day_first(cell: object, day: date | None) -> None:
    assert parse_date(cell, RULES) == day  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["belum", "Tidak ada", "sedang diurus", "dalam proses", "masih proses", "menunggu", "", "-", " - "]
)
def test_answers_that_there_is_none(text: str) -> None:
    assert licence_answer(text, RULES) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Ya: 123", "123"),
        ("sudah, 123", "123"),
        ("Ada", ""),
        ("punya - 123", "123"),
        ("Yayasan 1", "Yayasan 1"),
        ("123", "123"),
    ],
)
def test_answers_that_there_is_one(text: str, rest: str) -> None:
    assert licence_answer(text, RULES) == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Lainnya: X", "X"),
        ("Lainnya (X)", "X"),
        ("lainnya - X", "X"),
        ("Other: X", "X"),
        ("Lainnya", ""),
        ("Lainnyakah", "Lainnyakah"),
        ("X", "X"),
    ],
)
def test_other_answers(text: str, rest: str) -> None:
    assert other_answer(text, RULES) == rest


def test_invisible_text_is_blank() -> None:
    assert is_blank("\u200b", RULES)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("<b>Abon Lele</b>", "Abon Lele"),
        ("<p>Satu.</p><p>Dua.</p>", "Satu. Dua."),
        ("renyah &amp; gurih", "renyah & gurih"),
        ("😋 Sirup Markisa 👍", "Sirup Markisa"),
        ("❤️ Dodol 💯", "Dodol"),
        ("Bawang\u00a0Goreng", "Bawang Goreng"),
        ("Peci\nTapis", "Peci Tapis"),
        ("  a  b ", "a b"),
        ("\u200bKopi\u200d", "Kopi"),
        ("“Kopi”", "Kopi"),
        ("'Kopi'", "Kopi"),
        ('"Kopi', "Kopi"),
        ("Jum'at", "Jum'at"),
        ("5 < 10", "5 < 10"),
        ("KERIPIK", "KERIPIK"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@unhurried
@given(st.text(max_size=80))
def test_clean_keeps_letters_and_spaces_are_single(text: str) -> None:
    cleaned = clean(text)
    assert "  " not in cleaned
    assert cleaned == cleaned.strip()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1.0, "1"),
        (9900071900307.0, "9900071900307"),
        (0.25, "0.25"),
        (None, ""),
        (True, ""),
        (7, "7"),
        (date(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2), "2024-01-02"),  # noqa: DTZ001
        (datetime(2024, 1, 2, 3, 4), "2024-01-02 03:04:00"),  # noqa: DTZ001
    ],
)
def test_cell_text_rebuilds_digit_strings(cell: object, text: str) -> None:
    assert cell_text(cell) == text  # type: ignore[arg-type]


def test_small_helpers() -> None:
    assert fold("Dapur  Bu-Ani!") == "dapurbuani"
    assert title_case("DAPUR bu ani") == "Dapur Bu Ani"
    assert hide_private("Budi (budi@contoh.example) 1872991909889004") == "Budi () "
