"""Weights: every line of the rule book's tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sheets.weight import Weight, parse_weight, weight_in_name
from tests.unit.sheets.helpers import RULES, codes, good, one, unhurried


def read(cell: object, unit: str | None = None, name: str = "") -> Weight:
    return parse_weight(cell, unit, name, RULES)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "grams"),
    [
        ("250g", 250),
        ("250 gr", 250),
        ("200 Gr.", 200),
        ("200 grm", 200),
        ("200 GRAM", 200),
        ("1 Kilo", 1000),
        ("5 kg", 5000),
        ("2 ons", 200),
        ("1/4 kg", 250),
        ("1/4kg", 250),
        ("½ kg", 500),
        ("¾ kg", 750),
        ("1 1/2 kg", 1500),
        ("1½ kg", 1500),
        ("setengah kilo", 500),
        ("seperempat kg", 250),
        ("0,5 kg", 500),
        ("0.5kg", 500),
        ("1,5 kg", 1500),
        ("0,250 kg", 250),
        ("1.000 gr", 1000),
        ("Netto 250 gr", 250),
        ("isi 250gr", 250),
        ("250 gr / bungkus", 250),
        ("250gr (kotor 300gr)", 250),
    ],
)
def test_exact_weights(written: str, grams: int) -> None:
    weight = read(written)
    assert (weight.kind, weight.grams, weight.pack_qty, weight.reasons) == ("exact", grams, 1, ())


@pytest.mark.parametrize("written", ["± 200 gr", "+/- 200gr", "kurang lebih 200gr"])
def test_about(written: str) -> None:
    assert (read(written).kind, read(written).grams, read(written).reasons) == ("approx", 200, ())


@pytest.mark.parametrize("written", ["200-250 gr", "200 s/d 250 gr", "200gr-250gr", "± 200 – 250 gr"])
def test_upper_end_of_a_range(written: str) -> None:
    assert (read(written).kind, read(written).grams, read(written).reasons) == ("range", 250, ("W_WEIGHT_RANGE",))


@pytest.mark.parametrize(
    ("written", "grams", "count"),
    [
        ("isi 10 x 25 gr", 250, 10),
        ("10 sachet @ 20 gr", 200, 10),
        ("25gr x 10", 250, 10),
        ("10x25gr", 250, 10),
        ("isi 5 @25gr", 125, 5),
    ],
)
def test_packs_weigh_what_all_pieces_weigh(written: str, grams: int, count: int) -> None:
    assert (read(written).kind, read(written).grams, read(written).pack_qty) == ("exact", grams, count)


@pytest.mark.parametrize(
    ("written", "grams"), [("250 ml", 250), ("600 cc", 600), ("1 liter", 1000), ("1/2 liter", 500), ("1 ltr", 1000)]
)
def test_volume_is_taken_as_grams(written: str, grams: int) -> None:
    weight = read(written)
    assert (weight.kind, weight.grams, weight.reasons) == ("from_volume", grams, ("W_WEIGHT_FROM_VOLUME",))


@pytest.mark.parametrize("written", ["250", 250, 250.0, "250.0"])
def test_bare_number_without_unit(written: object) -> None:
    assert (read(written).kind, read(written).grams, read(written).reasons) == (
        "assumed_unit",
        250,
        ("W_WEIGHT_UNIT_ASSUMED",),
    )
    assert read(20).grams == 20


@pytest.mark.parametrize("written", ["19", 5, "1/2", "1.500 kg", "1,000 gr", "250-200 gr", "5000 kg", 9e300])
def test_ambiguous_weights_are_none(written: object) -> None:
    weight = read(written, name="Keripik 250gr")
    assert (weight.kind, weight.grams, weight.reasons) == ("missing", None, ("W_WEIGHT_AMBIGUOUS",))


@pytest.mark.parametrize(
    "written", ["", "-", "?", "10 pcs", None, "0 gr", "tidak tahu", "100/250/500 gr", "isi 24", 0, -5, "9" * 400]
)
def test_no_weight(written: object) -> None:
    assert read(written).reasons == ("W_WEIGHT_MISSING",)
    from_name = read(written, name="Keripik 250gr")
    assert (from_name.kind, from_name.grams, from_name.reasons) == ("from_name", 250, ("W_WEIGHT_FROM_NAME",))


def test_heading_unit_is_for_bare_numbers_only() -> None:
    assert (read(250.0, "gram").kind, read("250", "gram").grams) == ("exact", 250)
    assert (read("0,5", "kg").grams, read(0.5, "kg").grams, read("250 gr", "kg").grams) == (500, 500, 250)
    assert read("250", "ml").kind == "from_volume"
    assert read("200-250", "gram").grams == 250
    assert read(0.1, "gram").reasons == ("W_WEIGHT_AMBIGUOUS",)


@pytest.mark.parametrize(
    ("heading", "grams"),
    [("Berat (gram)", 2), ("Berat kirim (kg)", 2000), ("Berat bersih", None), ("Isi (gr/ml)", None)],
)
def test_unit_in_the_heading(heading: str, grams: int | None) -> None:
    assert one(("Nama Produk", "Harga", heading), ("Keripik", "15.000", "2")).weight_g == grams


def test_cell_wins_over_name() -> None:
    weight = read("280 gr", name="Kastengel 250GR")
    assert (weight.grams, weight.reasons) == (280, ("W_WEIGHT_CONFLICT",))
    assert read("250 gr", name="Kastengel 250GR").reasons == ()
    assert read("200-250 gr", name="Kastengel 200 gr").reasons == ("W_WEIGHT_RANGE",)
    assert read("10 x 25 gr", name="Kopi 25gr").reasons == ()


@pytest.mark.parametrize(
    "name", ["Kaos L", "Kaos 5 L", "Sambal level 5", "Keripik 100gr/250gr", "Kopi 3 in 1", "Kerupuk 2kgan"]
)
def test_names_without_one_weight(name: str) -> None:
    assert weight_in_name(name, RULES) is None


def test_pack_in_the_name() -> None:
    weight = read("", name="Kopi Jahe 10 x 20 gr")
    assert (weight.kind, weight.grams, weight.pack_qty) == ("from_name", 200, 10)


@unhurried
@given(
    st.one_of(st.text(max_size=60), st.floats(), st.integers()),
    st.sampled_from([None, "gram", "kg"]),
    st.text(max_size=40),
)
def test_never_raises_and_no_weight_is_zero(cell: object, unit: str | None, name: str) -> None:
    weight = read(cell, unit, name)
    assert weight.grams is None or weight.grams > 0
    assert (weight.grams is None) == (weight.kind == "missing")


@unhurried
@given(st.integers(min_value=1, max_value=999_999))
def test_a_formatted_weight_reads_as_itself(grams: int) -> None:
    assert read(f"{grams} gr").grams == grams
    assert read(f"{grams:,} gr".replace(",", ".")).grams == grams


def test_weights_per_option_come_from_the_price() -> None:
    product = good(Harga="100gr=12rb, 250gr=27.500", Berat="100/250 gr")
    assert (product.weight_g, product.weight_kind) == (None, "per_variant")
    assert "W_WEIGHT_MISSING" not in codes(product)
    assert "W_WEIGHT_FROM_VOLUME" in codes(good(Harga="100ml=12rb, 250ml=27.500"))


def test_grams_below_a_heading_in_kilos_are_a_doubt() -> None:
    def read(cell: str) -> tuple[int | None, bool]:
        product = one(("Nama Produk", "Harga", "Berat (kg)"), ("Keripik", "15.000", cell))
        return product.weight_g, "W_WEIGHT_AMBIGUOUS" in codes(product)

    assert read("250") == (None, True)
    assert read("0,25") == (250, False)
    assert read("25") == (25_000, False)
    assert read("150 kg") == (150_000, False)
