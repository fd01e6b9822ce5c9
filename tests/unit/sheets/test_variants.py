"""Variants: separators, axis words, ranges and free text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sheets.variants import Variants, heading_axis, parse_variants
from tests.unit.sheets.helpers import RULES, codes, good, one, unhurried

DEFAULT = ("I_VARIANT_AXIS_DEFAULT",)
EXPANDED = ("W_VARIANT_EXPANDED",)


def read(text: str, heading: str = "Varian", category: str | None = "Makanan") -> Variants:
    return parse_variants(((heading, text),), category, RULES)


def axes(variants: Variants) -> list[tuple[str, list[str]]]:
    return [(axis.name, list(axis.options)) for axis in variants.axes]


@pytest.mark.parametrize(
    ("text", "axis", "options"),
    [
        ("Rasa: Original dan Pedas", "Rasa", ["Original", "Pedas"]),
        ("rasa : terasi / bawang", "Rasa", ["terasi", "bawang"]),
        ("Rasa coklat/keju/moka", "Rasa", ["coklat", "keju", "moka"]),
        ("varian rasa : Coklat, Keju & Melon", "Rasa", ["Coklat", "Keju", "Melon"]),
        ("uk. M, L, XL", "Ukuran", ["M", "L", "XL"]),
        ("size : M,L", "Ukuran", ["M", "L"]),
        ("Warna: Maroon, Hijau Tua", "Warna", ["Maroon", "Hijau Tua"]),
        ("aroma : kopi, sereh", "Aroma", ["kopi", "sereh"]),
        ("Gilingan: halus, kasar", "Gilingan", ["halus", "kasar"]),
        ("Level: 1,2,3", "Level", ["1", "2", "3"]),
        ("level 1-5", "Level", ["1", "2", "3", "4", "5"]),
        ("Level 1, Level 2", "Level", ["1", "2"]),
        ("rasa coklat, rasa keju", "Rasa", ["coklat", "keju"]),
        ("Model: A, B", "Model", ["A", "B"]),
        ("warna merah, Merah, hitam", "Warna", ["merah", "hitam"]),
    ],
)
def test_axis_word_in_the_cell(text: str, axis: str, options: list[str]) -> None:
    assert axes(read(text)) == [(axis, options)]
    assert read(text).reasons == ()


@pytest.mark.parametrize("text", ["a, b", "a/b", "a; b", "a | b", "a & b", "a\nb", "a dan b"])
def test_separators_without_an_axis(text: str) -> None:
    assert axes(read(text)) == [("Varian", ["a", "b"])]
    assert read(text).reasons == DEFAULT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Warna: hitam, putih; Ukuran: S, M", [("Warna", ["hitam", "putih"]), ("Ukuran", ["S", "M"])]),
        ("Ukuran S/M/L - Warna Hitam/Navy", [("Ukuran", ["S", "M", "L"]), ("Warna", ["Hitam", "Navy"])]),
        ("Ukuran S/M Warna Hitam/Navy", [("Ukuran", ["S", "M"]), ("Warna", ["Hitam", "Navy"])]),
    ],
)
def test_two_axes_in_one_cell(text: str, expected: list[tuple[str, list[str]]]) -> None:
    assert axes(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("ukuran S-XL", ["S", "M", "L", "XL"]),
        ("ukuran S s/d XL", ["S", "M", "L", "XL"]),
        ("ukuran 36-40", ["36", "37", "38", "39", "40"]),
        ("ukuran 36-38, 42", ["36", "37", "38", "42"]),
    ],
)
def test_expanded_ranges(text: str, options: list[str]) -> None:
    assert axes(read(text)) == [("Ukuran", options)]
    assert read(text).reasons == EXPANDED


def test_chain_of_sizes_is_a_list() -> None:
    assert (axes(read("ukuran S-M-L")), read("ukuran S-M-L").reasons) == ([("Ukuran", ["S", "M", "L"])], ())


@pytest.mark.parametrize("text", ["", "-", "all size", "Ukuran: all size", "210 x 115 cm", "Original", "rasa keju"])
def test_no_variant(text: str) -> None:
    assert read(text) == Variants()


@pytest.mark.parametrize(
    "text",
    [
        "bisa request warna & nama",
        "aneka rasa",
        "merah, hitam, dll",
        "20x30 cm, 30x40 cm",
        "XL-S",
        "1-9999",
        "x" * 100 + ", b",
    ],
)
def test_free_text(text: str) -> None:
    assert read(text) == Variants(reasons=("W_VARIANT_FREE_TEXT",))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("heading", "category", "axis"),
    [
        ("Warna", "Fashion", "Warna"),
        ("Size", "Fashion", "Ukuran"),
        ("Motif/Rasa", "Makanan", "Rasa"),
        ("Motif/Rasa", "Fashion", "Motif"),
        ("Motif/Rasa", None, "Motif"),
        ("Varian/Rasa/Ukuran", "Makanan", None),
        ("Warna/Ukuran", "Fashion", None),
        ("Varian (rasa/ukuran)", "Makanan", None),
    ],
)
def test_axis_of_the_heading(heading: str, category: str | None, axis: str | None) -> None:
    assert heading_axis(heading, category, RULES) == axis


def test_heading_decides_without_a_code() -> None:
    assert axes(read("Hitam, Putih", "Warna")) == [("Warna", ["Hitam", "Putih"])]
    assert read("Hitam, Putih", "Warna").reasons == ()


def test_two_variant_columns_are_two_axes() -> None:
    product = one(("Nama Produk", "Harga", "Ukuran", "Warna"), ("Kaos", "75.000", "S, M", "hitam, putih"))
    assert [(axis.name, axis.options) for axis in product.variants] == [
        ("Ukuran", ("S", "M")),
        ("Warna", ("hitam", "putih")),
    ]


def test_prices_stand_on_the_axis_of_the_variant_cell() -> None:
    product = good(Harga="S 75rb / M 80rb", Varian="Warna: hitam, putih; Ukuran: S, M")
    assert [axis.as_record() for axis in product.variants] == [
        {"axis": "Warna", "options": ["hitam", "putih"]},
        {"axis": "Ukuran", "options": ["S", "M"], "prices": {"S": 75000, "M": 80000}},
    ]


def test_default_axis_with_the_same_options_is_the_priced_one() -> None:
    product = good(Harga="S 75rb / M 80rb", Varian="S, M")
    assert [axis.name for axis in product.variants] == ["Ukuran"]
    assert "I_VARIANT_AXIS_DEFAULT" not in codes(product)


def test_option_without_a_price_is_a_doubt() -> None:
    assert "E_PRICE_UNPARSEABLE" in codes(good(Harga="S 75rb / M 80rb", Varian="Ukuran: S, M, L"))


@unhurried
@given(st.text(max_size=80))
def test_never_raises_and_one_value_is_no_variant(text: str) -> None:
    assert all(len(axis.options) > 1 for axis in read(text).axes)


@pytest.mark.parametrize(
    ("variants", "price", "prices"),
    [
        ("Original, Keju", "Original 10rb, Keju 12rb", {"Original": 10_000, "Keju": 12_000}),
        ("Rasa: Original, Keju", "KEJU: Rp 12.000,-\noriginal: Rp 10.000,-", {"Original": 10_000, "Keju": 12_000}),
        ("Coklat, Coklat-Keju", "coklat keju 12rb / coklat 10rb", {"Coklat": 10_000, "Coklat-Keju": 12_000}),
        ("Level 1-2", "level 1 10rb, level 2 = 12rb", {"1": 10_000, "2": 12_000}),
        ("250gr, 500gr", "250gr: 15.000 / 500gr: 28.000", {"250 gr": 15_000, "500 gr": 28_000}),
    ],
)
def test_prices_of_the_rows_own_variants(variants: str, price: str, prices: dict[str, int]) -> None:
    row = good(Varian=variants, Harga=price)
    assert [dict(axis.prices) for axis in row.variants] == [prices]
    assert row.price is not None
    assert row.price.value is None


@pytest.mark.parametrize(
    ("variants", "price"),
    [
        ("Original, Keju, Coklat", "Original 10rb, Keju 12rb"),
        ("Original, Keju", "Original 10rb, Keju 12rb, Coklat 13rb"),
        ("Original, Keju", "Orginal 10rb, Keju 12rb"),
        ("Original, Keju", "Original 10rb, Keju 12rb, Keju 13rb"),
        ("Original, Keju", "10rb original, 12rb keju"),
        ("Original, Keju", "Original 10rb/pcs, Keju 100rb/lusin"),
        ("Original, Keju", "Original 10rb Keju"),
        ("", "Original 10rb, Keju 12rb"),
        ("Level 1-3", "110rb, 212rb, 315rb"),
        ("250gr, 500gr, 1kg", "250gr: 15.000 / 500gr: 28.000"),
        ("1/2 kg, 1 kg", "250gr: 15.000 / 500gr: 28.000"),
    ],
)
def test_prices_of_other_variants_are_never_guessed(variants: str, price: str) -> None:
    row = good(Varian=variants, Harga=price)
    assert "E_PRICE_UNPARSEABLE" in codes(row)
    assert [axis for axis in row.variants if axis.prices] == []


@pytest.mark.parametrize(
    "variants", ["Dewasa 150rb, Anak 100rb", "M, L (XL tambah 10rb)", "Besar Rp20000; Kecil", "Isi 10 20.000, Isi 5"]
)
def test_one_price_beside_variants_that_tell_others_is_a_doubt(variants: str) -> None:
    row = good(Varian=variants, Harga="150.000")
    assert row.price is not None
    assert (row.price.value, row.price.doubt) == (None, "priced_variants")
    assert "E_PRICE_MISSING" in codes(good(Varian=variants, Harga=""))


@pytest.mark.parametrize(
    "variants", ["250 gr, 1.000 gr", "Kaos 4XL, Kaos 5XL", "Isi 10, Isi 20", "2024, 2025", "Rupa A, B"]
)
def test_figures_that_are_no_money_cast_no_doubt_on_the_price(variants: str) -> None:
    row = good(Varian=variants, Harga="150.000")
    assert row.price is not None
    assert row.price.value == 150_000
