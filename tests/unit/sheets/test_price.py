"""Prices: every line of the rule book's table, and what must never become a price."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sheets.price import Price, PriceKind, parse_price
from tests.unit.sheets.helpers import RULES, codes, good, judge_csv, one, products, unhurried


def read(cell: object, multiplier: int = 1) -> Price:
    return parse_price(cell, multiplier, RULES)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "rupiah"),
    [
        ("Rp 15.000,-", 15000),
        ("Rp15.000", 15000),
        ("Rp. 15.000,00", 15000),
        ("15.000", 15000),
        ("15000", 15000),
        ("IDR 15000", 15000),
        ("15.000,-", 15000),
        ("15,000", 15000),
        ("15.000/pcs", 15000),
        ("@15.000", 15000),
        ("15rb", 15000),
        ("15 ribu", 15000),
        ("15k", 15000),
        ("15K", 15000),
        ("12,5rb", 12500),
        ("12.5k", 12500),
        ("1,2jt", 1200000),
        ("1.25 juta", 1250000),
        ("Rp\u00a018.000", 18000),
        (" 15.000 ", 15000),
        ("Rp 18.000 / bks", 18000),
        ("Rp15rb/pcs", 15000),
        ("17.500 per bungkus", 17500),
        ("15000.0", 15000),
        ("1.500.000", 1500000),
        ("15,000.00", 15000),
        ("Rp. 15.000 rupiah", 15000),
        ("15.000.-", 15000),
        (15000, 15000),
        (15000.0, 15000),
        ("100", 100),
        ("150.000.000", 150000000),
    ],
)
def test_single_prices(written: object, rupiah: int) -> None:
    price = read(written)
    assert (price.kind, price.value, price.low, price.high) == (PriceKind.SINGLE, rupiah, rupiah, rupiah)
    assert price.reasons == ()


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("15.000 - 20.000", 15000, 20000),
        ("15rb-20rb", 15000, 20000),
        ("15-20rb", 15000, 20000),
        ("1-1,5jt", 1000000, 1500000),
        ("15.000 s/d 20.000", 15000, 20000),
        ("15.000 sd 20.000", 15000, 20000),
        ("15rb sampai 20rb", 15000, 20000),
        ("15.000–20.000", 15000, 20000),
        ("15.000,- - 20.000,-", 15000, 20000),
        ("10.000-15rb", 10000, 15000),
        ("mulai 15rb - 20rb", 15000, 20000),
    ],
)
def test_ranges_have_no_single_price(written: str, low: int, high: int) -> None:
    price = read(written)
    assert (price.kind, price.value, price.low, price.high) == (PriceKind.RANGE, None, low, high)
    assert "W_PRICE_RANGE" in price.reasons


@pytest.mark.parametrize(
    "written", ["mulai 15.000", "mulai dari 15rb", "start from 15k", "Mulai Rp15.000", "harga mulai dari 15.000"]
)
def test_starting_prices_have_a_lower_end_only(written: str) -> None:
    price = read(written)
    assert (price.kind, price.value, price.low, price.high) == (PriceKind.FROM, None, 15000, None)


@pytest.mark.parametrize(
    "written",
    [
        "nego",
        "hub. WA",
        "by request",
        "lima puluh ribu",
        "15.0000",
        "1.5000",
        "15.00",
        "15.OOO",
        "1.500,000",
        "-15000",
        "15.000 -",
        "15.000/20.000",
        "15.000, 20.000",
        "15.000\n16.000",
        "20.000-15.000",
        "1.500rb",
        "15000rb",
        "15rban",
        "± 15.000",
        "15.000 nego",
        "3 pcs 10.000",
        "10.000/3 bks",
        "Rp 15.000 / 250gr",
        "ecer 15.000, grosir 12.000",
        "S 75rb",
        "S 75rb / S 80rb",
        "100gr=12rb, S=20rb",
        "(15.000)",
        "$15",
        "1 juta 200 ribu",
        "#REF!",
        "1" * 400,
        True,
        float("nan"),
        15000.5,
    ],
)
def test_doubtful_prices_are_no_prices(written: object) -> None:
    price = read(written)
    assert (price.kind, price.low, price.high) == (PriceKind.UNPARSEABLE, None, None)


@pytest.mark.parametrize("written", ["", "-", "—", " ", None, "Rp", "Rp -"])
def test_blank_prices_are_missing(written: object) -> None:
    assert read(written).kind is PriceKind.MISSING


@pytest.mark.parametrize("written", [18, 18.0, "50", "0", "99", "15-20", -4, 27.5])
def test_too_small_is_not_multiplied(written: object) -> None:
    price = read(written)
    assert (price.kind, price.low) == (PriceKind.TOO_SMALL, None)


@pytest.mark.parametrize("written", ["Rp 175.000.000", "200jt", 150_000_001, "100.000 - 200.000.000"])
def test_too_large(written: object) -> None:
    assert read(written).kind is PriceKind.TOO_LARGE


def test_note_in_brackets_is_ignored_and_told() -> None:
    price = read("15.000 (reseller 13.000)")
    assert (price.value, price.reasons) == (15000, ("W_PRICE_NOTE",))


@pytest.mark.parametrize(
    ("written", "options", "weights", "axis"),
    [
        ("S 75rb / M 75rb / L 80rb", {"S": 75000, "M": 75000, "L": 80000}, {}, "Ukuran"),
        ("100gr=12rb, 250gr=27.500", {"100 gr": 12000, "250 gr": 27500}, {"100 gr": 100, "250 gr": 250}, "Kemasan"),
        (
            "250 ml: 12rb / 1 liter: 40rb",
            {"250 ml": 12000, "1 liter": 40000},
            {"250 ml": 250, "1 liter": 1000},
            "Kemasan",
        ),
        ("1/2 kg = 30rb; 1 kg = 55rb", {"1/2 kg": 30000, "1 kg": 55000}, {"1/2 kg": 500, "1 kg": 1000}, "Kemasan"),
        ("36=75rb, 37=80rb", {"36": 75000, "37": 80000}, {}, "Ukuran"),
        ("ukuran S 75rb, ukuran XL 80rb", {"S": 75000, "XL": 80000}, {}, "Ukuran"),
    ],
)
def test_price_per_option(written: str, options: dict[str, int], weights: dict[str, int], axis: str) -> None:
    price = read(written)
    assert (price.kind, price.options, price.weights_g, price.axis) == (PriceKind.PER_VARIANT, options, weights, axis)
    assert (price.value, price.low, price.high) == (None, min(options.values()), max(options.values()))


def test_price_per_option_out_of_bounds_is_no_price() -> None:
    assert read("S=75, M=80rb").kind is PriceKind.TOO_SMALL


@pytest.mark.parametrize(
    ("written", "rupiah", "code"),
    [
        ("15", 15000, "I_PRICE_HEADER_MULTIPLIER"),
        (15.0, 15000, "I_PRICE_HEADER_MULTIPLIER"),
        ("12,5", 12500, "I_PRICE_HEADER_MULTIPLIER"),
        ("1500", 1500, "W_PRICE_HEADER_CONFLICT"),
        ("15.000", 15000, "W_PRICE_HEADER_CONFLICT"),
    ],
)
def test_heading_in_thousands(written: object, rupiah: int, code: str) -> None:
    price = read(written, 1000)
    assert (price.value, price.reasons) == (rupiah, (code,))


def test_suffix_in_the_cell_wins_over_the_heading() -> None:
    assert read("15rb", 1000) == read("15rb")


@pytest.mark.parametrize("heading", ["Harga (ribu)", "Harga (Rp 000)", "HARGA JUAL (dalam ribuan)"])
def test_heading_multiplies_bare_numbers(heading: str) -> None:
    product = one(("Nama Produk", heading), ("Keripik", "15"))
    assert product.price is not None
    assert product.price.value == 15000
    assert "I_PRICE_HEADER_MULTIPLIER" in codes(product)


def test_price_of_a_dozen_is_nobodys_price_of_a_piece() -> None:
    assert "E_PRICE_UNPARSEABLE" in codes(good(Harga="50.000/lusin"))
    assert "E_PRICE_UNPARSEABLE" not in codes(good(Harga="50.000/lusin", Satuan="lusin"))
    assert "E_PRICE_UNPARSEABLE" in codes(good(Harga="5.000/pcs", Satuan="lusin"))
    assert "E_PRICE_UNPARSEABLE" in codes(good(Harga="5.000/bks", Satuan="kodi"))


def test_price_of_a_kilo_is_the_price_of_what_weighs_a_kilo() -> None:
    assert "E_PRICE_UNPARSEABLE" in codes(good(Harga="60rb/kg", Berat="250 gr", Satuan="bks"))
    assert "E_PRICE_UNPARSEABLE" in codes(good(Harga="60rb/kg", Berat="250 gr", Satuan=""))
    for row in (
        good(Harga="60rb/kg", Berat="1 kg", Satuan="bks"),
        good(Harga="60rb/kg", Berat="1 kg", Satuan=""),
        good(Harga="60rb/kg", Berat="", Satuan="kg"),
        good(Harga="60rb/kg", Berat="500 gr", Satuan="kg"),
    ):
        assert row.price is not None
        assert row.price.value == 60_000


@pytest.mark.parametrize("heading", ["Harga per kg", "Harga/Kg", "HARGA (Rp/kg)"])
def test_price_of_a_kilo_in_the_heading(heading: str) -> None:
    def read(price: str, weight: str) -> int | None:
        product = one(("Nama Produk", heading, "Berat"), ("Keripik", price, weight))
        assert product.price is not None
        return product.price.value

    assert read("60.000", "250 gr") is None
    assert read("60.000", "1 kg") == 60_000
    assert read("15.000/bks", "250 gr") == 15_000


@pytest.mark.parametrize(
    ("weight", "unit", "value"),
    [("100 gr", "bks", 5000), ("250 gr", "bks", None), ("", "kg", None), ("1 ons", "", 5000)],
)
@pytest.mark.parametrize("heading", ["Harga/100gr", "Harga per 100 gram", "Harga per ons"])
def test_price_of_an_amount_in_the_heading(heading: str, weight: str, unit: str, value: int | None) -> None:
    product = one(("Nama Produk", heading, "Berat", "Satuan"), ("Keripik", "5.000", weight, unit))
    assert product.price is not None
    assert product.price.value == value


@pytest.mark.parametrize(
    "other",
    ["Harga Beli", "Harga Bahan Baku", "HPP", "Harga Promo", "Harga Lama", "Harga Jual Grosir", "Harga Terendah"],
)
def test_prices_that_no_buyer_is_asked_for(other: str) -> None:
    alone = one(("Nama Usaha", "Nama Produk", other), ("Dapur A", "Keripik", "12.000"))
    assert "E_PRICE_MISSING" in codes(alone)
    beside = one(("Nama Produk", other, "Harga Jual Eceran"), ("Keripik", "12.000", "15.000"))
    assert beside.price is not None
    assert beside.price.value == 15_000


def test_heading_in_millions() -> None:
    product = one(("Nama Produk", "Harga (juta)"), ("Gerobak", "1,5"))
    assert product.price is not None
    assert product.price.value == 1_500_000


def test_only_the_selling_price_is_used() -> None:
    header = ("Nama Produk", "Harga Pokok", "Harga", "Harga Reseller", "Harga Jual")
    product = one(header, ("Keripik", "10.000", "11.000", "12.000", "15.000"))
    assert product.price is not None
    assert product.price.value == 15000
    assert product.extras == {}


@unhurried
@given(
    st.one_of(st.text(max_size=60), st.integers(), st.floats(), st.booleans(), st.none()), st.sampled_from([1, 1000])
)
def test_never_raises_and_is_within_bounds(cell: object, multiplier: int) -> None:
    price = read(cell, multiplier)
    assert all(100 <= value <= 150_000_000 for value in (price.low, price.high) if value is not None)
    assert (price.kind in {PriceKind.SINGLE, PriceKind.RANGE, PriceKind.FROM, PriceKind.PER_VARIANT}) == (
        price.low is not None
    )


@unhurried
@given(st.integers(min_value=100, max_value=150_000_000))
def test_a_formatted_price_reads_as_itself(rupiah: int) -> None:
    grouped = f"{rupiah:,}"
    for written in (f"Rp {grouped.replace(',', '.')},-", grouped, str(rupiah), f"{grouped.replace(',', '.')},00"):
        if rupiah < 1000 and written.endswith(",00"):
            continue  # "150,00" may be a cut-off 150,000
        assert read(written).value == rupiah


@unhurried
@given(st.integers(min_value=1, max_value=999), st.integers(min_value=1, max_value=999))
def test_ranges_read_as_themselves(first: int, last: int) -> None:
    low, high = sorted((first, last))
    price = read(f"{low}rb - {high}rb")
    assert (price.low, price.high) == (low * 1000, high * 1000)


@pytest.mark.parametrize(
    "heading", ["Harga (USD)", "Price (US$)", "Harga $", "HARGA RM", "Harga Jual SGD", "Harga (Rp/USD)"]
)
def test_a_heading_in_another_currency_has_no_prices_in_rupiah(heading: str) -> None:
    def value(written: str) -> int | None:
        price = one(("Nama Usaha", "Nama Produk", heading), ("Dapur", "Keripik", written)).price
        assert price is not None
        assert price.value is not None or price.doubt == "currency"
        return price.value

    assert [value(written) for written in ("15", "15.000", "150", "15rb", "2,5")] == [None] * 5
    assert value("Rp 15.000") == 15_000


def test_beside_a_column_in_rupiah_the_other_currency_is_left_alone() -> None:
    row = one(("Nama Usaha", "Nama Produk", "Harga Jual (USD)", "Harga (Rp)"), ("Dapur", "Keripik", "150", "15.000"))
    assert row.price is not None
    assert row.price.value == 15_000


@pytest.mark.parametrize("written", ["$ 2.50", "USD 3", "RM 10", "150 (USD)", "US$ 15.000", "15.000 SGD", "€15000"])
def test_a_cell_in_another_currency_is_no_price(written: str) -> None:
    assert read(written).doubt == "currency"


def test_a_note_in_another_currency_is_a_note() -> None:
    assert (read("15.000 (USD 1)").value, read("Rp 15.000").value) == (15_000, 15_000)


@pytest.mark.parametrize("per", ["/lusin", "/kg"])
def test_prices_of_options_for_another_amount_are_none(per: str) -> None:
    for variants in ("Original, Keju", ""):
        row = good(Varian=variants, Harga=f"250gr 60rb{per}, 500gr 55rb{per}")
        assert row.price is not None
        assert (row.price.kind, row.price.doubt) == (PriceKind.UNPARSEABLE, "other_amount")
        assert [axis for axis in row.variants if axis.prices] == []


@pytest.mark.parametrize(
    ("headings", "value"),
    [
        (("Harga per Pack", "Harga per Dus"), None),
        (("Harga per Dus", "Harga per Pack"), None),
        (
            ("Harga Online", "Harga Dalam Kota"),
            20_000,
        ),  # of two for the same thing the left one, as rule book A11 has it
        (("Harga", "Harga"), 20_000),
        (("Harga Jual Online", "Harga Jual Toko"), 25_000),  # it covers more of its heading
        (("Harga", "Harga Online"), 20_000),
        (("Harga Jual Toko", "Harga"), 20_000),
        (("Harga Jual", "Harga Jual Online"), 20_000),
        (("Harga Toko", "Harga Setelah Diskon"), 20_000),
        (("Harga Toko", "Ongkir"), 20_000),
    ],
)
def test_of_several_prices_none_is_picked_by_chance(headings: tuple[str, str], value: int | None) -> None:
    price = one(("Nama Usaha", "Nama Produk", *headings), ("Dapur A", "Keripik", "20.000", "25.000")).price
    assert price is not None
    assert (price.value, price.doubt) == (value, "" if value else "other_columns")
    same = one(("Nama Usaha", "Nama Produk", *headings), ("Dapur A", "Keripik", "20.000", "20rb")).price
    assert same is not None
    assert same.value == 20_000


def test_group_headings_may_be_repeated_instead_of_merged() -> None:
    rows = [
        ("Nama Usaha", "Nama Produk", "Harga", "Harga", "Harga"),
        ("", "", "Reseller", "Eceran", "Grosir"),
        ("Dapur A", "Keripik", "18.000", "20.000", "15.000"),
    ]
    (row,) = products(judge_csv(rows))
    assert row.price is not None
    assert row.price.value == 20_000
