"""The advice fits the row: rows per variant, prices of zero."""

import pytest

from bridge.sheets.reasons import Reason
from bridge.sheets.row_texts import is_closer, texts_of
from tests.unit.sheets.helpers import codes, good, judge_csv, products

HEAD = ("Nama Usaha", "Nama Produk", "Varian", "Harga", "Stok")


def second(first_variant: str, variant: str, price: str = "75000") -> tuple[str, str]:
    """The code of the second of two rows with one name, and what it is told to do."""
    first = ("Butik Uji", "Gamis Tapis", first_variant, "75000", "3")
    row = products(judge_csv([HEAD, first, ("Butik Uji", "Gamis Tapis", variant, price, "4")]))[1]
    code = next(reason for reason in row.reasons if reason in {Reason.DUPLICATE, Reason.DUPLICATE_CONFLICT})
    return str(code), texts_of(code, row)[1]


def test_rows_of_variants_are_told_to_go_into_one_row() -> None:
    code, fix = second("S", "M")
    assert code == "E_DUPLICATE"
    assert fix.startswith("Write all variants into the row {other}")
    assert "one of the two rows" not in fix


def test_variants_with_other_prices_are_shown_how_to_write_them() -> None:
    code, fix = second("S", "M", "80000")
    assert code == "E_DUPLICATE_CONFLICT"
    assert fix.startswith("Write all variants into the row {other}")
    assert "S 75rb / M 80rb" in fix


@pytest.mark.parametrize(("first", "later"), [("S", "s"), ("", ""), ("-", "M"), ("S", "")])
def test_the_same_variant_or_none_may_be_a_row_written_twice(first: str, later: str) -> None:
    code, fix = second(first, later)
    assert code == "E_DUPLICATE"
    assert fix.startswith("If the rows are sizes or flavours")
    assert fix.endswith("Else delete one of the two rows.")


def test_what_the_advice_says_is_read() -> None:
    row = products(judge_csv([HEAD, ("Butik Uji", "Gamis Tapis", "S, M, L", "S 75rb / M 80rb / L 80rb", "9")]))[0]
    assert [dict(axis.prices) for axis in row.variants] == [{"S": 75000, "M": 80000, "L": 80000}]
    assert row.stock == 9
    assert not codes(row) & {"E_DUPLICATE", "E_PRICE_UNPARSEABLE", "W_VARIANT_FREE_TEXT"}


@pytest.mark.parametrize(("sizes", "price"), [("S, M", "75000"), ("S, M", "S 75rb / M 80rb"), ("", "s 75rb / m 80rb")])
def test_stock_of_each_size_stays_beside_prices_of_each(sizes: str, price: str) -> None:
    head = (*HEAD[:4], "Stok S", "Stok M")
    row = products(judge_csv([head, ("Butik Uji", "Gamis Tapis", sizes, price, "3", "4")]))[0]
    assert [(axis.name, dict(axis.stock)) for axis in row.variants] == [("Ukuran", {"S": 3, "M": 4})]
    assert row.stock == 7


@pytest.mark.parametrize("written", ["0", "Rp 0", "Rp0,-", "-5000", "Rp -5.000", "-Rp5.000"])
def test_a_price_of_zero_or_below_is_not_taken_for_thousands(written: str) -> None:
    row = good(Harga=written)
    code = next(reason for reason in row.reasons if reason.value.startswith("E_PRICE"))
    assert texts_of(code, row) == ("The price is 0 or below.", "Write the selling price, above 0, such as 15000.")


@pytest.mark.parametrize(
    ("written", "fix"),
    [("15", "Write it in full, such as 15000 instead of 15."), ("nego", "Write it in digits, such as 15000.")],
)
def test_other_prices_keep_the_advice_of_their_code(written: str, fix: str) -> None:
    row = good(Harga=written)
    code = next(reason for reason in row.reasons if reason.value.startswith("E_PRICE"))
    assert texts_of(code, row)[1] == fix


@pytest.mark.parametrize(
    ("head", "cells", "wrong"),
    [
        (("Harga S", "Harga M"), ("0", "15.000"), "The price of a pack or size is 0 or below."),
        (("Harga S", "Harga M"), ("-5000", "15.000"), "The price of a pack or size is 0 or below."),
        (("Harga S", "Harga M"), ("habis", "15.000"), "The price of a pack or size cannot be read."),
        (("Harga S", "Harga M"), ("15", "15.000"), "The price is below Rp100; probably it is meant in thousands."),
        (("Harga S (USD)", "Harga M (USD)"), ("150", "160"), "The price is in another currency."),
        (
            ("Harga S", "Harga 250gr"),
            ("15.000", "15.000"),
            "Columns of two kinds hold prices, such as packs and sizes.",
        ),
        (("Varian", "Harga"), ("", "A 10rb, B 12rb"), "Several prices stand in one cell."),
        (
            ("Varian", "Harga"),
            ("Ukuran S, M", "S 10rb, L 12rb"),
            "The prices are for other variants than those of the variant column.",
        ),
        (("Satuan", "Harga"), ("pcs", "50rb/lusin"), "The price is for another amount than the one that is sold."),
    ],
)
def test_what_is_wrong_with_a_price_is_told_as_it_is(head: tuple[str, str], cells: tuple[str, str], wrong: str) -> None:
    row = products(judge_csv([("Nama Usaha", "Nama Produk", *head), ("Butik Uji", "Gamis", *cells)]))[0]
    code = next(reason for reason in row.reasons if reason.value.startswith("E_PRICE"))
    assert texts_of(code, row)[0] == wrong


@pytest.mark.parametrize(("variant", "wrong"), [("M", "names a variant"), ("-", "has no name")])
def test_a_row_that_names_only_a_variant_is_told_where_it_belongs(variant: str, wrong: str) -> None:
    rows = [HEAD, ("Butik Uji", "Gamis", "S", "75000", "3"), ("", "", variant, "80000", "4")]
    row = products(judge_csv(rows))[1]
    assert wrong in texts_of(Reason.NAME_MISSING, row)[0]


def test_advice_of_its_own_is_not_followed_by_the_example_of_the_code() -> None:
    assert is_closer(Reason.PRICE_UNPARSEABLE, good(Harga="A 10rb, B 12rb"))
    assert not is_closer(Reason.PRICE_UNPARSEABLE, good(Harga="nego"))
