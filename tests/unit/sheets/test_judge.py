"""Verdicts, merchants, duplicates and records."""

import pytest

from bridge.sheets import Level, Reason, RowKind, Verdict, as_record
from bridge.sheets.reasons import BLOCKING, is_publishable, verdict_of
from tests.unit.sheets.helpers import GOOD, HEADER, codes, good, judge, judge_csv, products, xlsx_bytes
from tests.unit.sheets.scorer import SAMPLES

WARNED = {"W_PHONE_MISSING", "W_NIB_MISSING", "W_REGION_KELURAHAN_MISSING"}  # the small sheets have no such columns


def test_a_good_row() -> None:
    product = good()
    assert codes(product) == WARNED
    assert (product.verdict, product.publishable, product.assumed) == (Verdict.WARNING, True, ())


@pytest.mark.parametrize(
    ("reasons", "verdict", "publishable"),
    [
        ((), "ok", True),
        ((Reason.UNIT_DEFAULT,), "ok", True),
        ((Reason.PREORDER, Reason.UNIT_DEFAULT), "warning", True),
        ((Reason.WEIGHT_MISSING,), "warning", False),
        ((Reason.HALAL_MISSING,), "warning", True),
        ((Reason.PRICE_MISSING, Reason.PREORDER), "error", False),
        ((Reason.PRICE_MISSING, Reason.RESPONSE_SUPERSEDED), "skip", False),
    ],
)
def test_verdicts(reasons: tuple[Reason, ...], verdict: str, publishable: bool) -> None:
    assert (verdict_of(reasons), is_publishable(reasons)) == (verdict, publishable)


def test_levels_follow_the_prefix_and_blocking_codes_are_warnings() -> None:
    assert {reason.level.value[0].upper() for reason in Reason} == {reason.value[0] for reason in Reason}
    assert {reason.level for reason in BLOCKING} == {Level.WARNING}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Harga": ""}, "E_PRICE_MISSING"),
        ({"Nama Produk": ""}, "E_NAME_MISSING"),
        ({"Nama Produk": "Tuak Manis"}, "E_PROHIBITED"),
        ({"Jenis": "Jasa"}, "W_CATEGORY_UNKNOWN"),
        ({"Deskripsi": "enak"}, "W_DESC_TOO_SHORT"),
        ({"Deskripsi": "-"}, "W_DESC_TOO_SHORT"),
        ({"Foto": ""}, "W_IMAGE_MISSING"),
        ({"Stok": "ready"}, "W_STOCK_UNKNOWN"),
        ({"Satuan": ""}, "I_UNIT_DEFAULT"),
        ({"Jenis": "Makanan"}, "W_IZIN_EDAR_MISSING"),
        ({"Jenis": "Makanan"}, "W_HALAL_MISSING"),
    ],
)
def test_one_fault_one_code(change: dict[str, str], code: str) -> None:
    assert code in codes(good(**change))
    assert code not in codes(good())


def named(*names: str) -> list[str]:
    return [
        row.business
        for row in products(judge_csv([HEADER, *((name, f"P{i}", *GOOD[2:]) for i, name in enumerate(names))]))
    ]


def test_businesses_are_one_in_the_spelling_with_mixed_case() -> None:
    assert named("DAPUR GUNTUR", "Dapur Guntur ", "dapur-guntur") == ["Dapur Guntur"] * 3
    assert named("DAPUR GUNTUR", "dapur guntur") == ["Dapur Guntur"] * 2
    assert named("KWT Rimba") == ["KWT Rimba"]
    assert named("-") == [""]


def test_merchant_and_product_keys() -> None:
    product = good()
    assert (product.merchant_key, product.product_key) == ("dapurcontoh", "keripikcontoh")


def test_duplicates_point_to_the_first_across_sheets() -> None:
    again = ("DAPUR CONTOH", "keripik  contoh!", *GOOD[2:])
    other = ("Dapur Contoh", "Keripik Contoh", "16.000", *GOOD[3:])
    rows = products(judge("uji.xlsx", xlsx_bytes(("A", [HEADER, GOOD]), ("B", [HEADER, again, other]))))
    assert [row.duplicate_of for row in rows] == [None, "A!2", "A!2"]
    assert "E_DUPLICATE" in codes(rows[1])
    assert "E_DUPLICATE_CONFLICT" in codes(rows[2])


def test_names_missing_are_no_duplicates() -> None:
    blank = ("Dapur Contoh", "", *GOOD[2:])
    assert [row.duplicate_of for row in products(judge_csv([HEADER, blank, blank]))] == [None, None]


def test_same_name_of_another_business_is_no_duplicate() -> None:
    assert [row.duplicate_of for row in products(judge_csv([HEADER, GOOD, ("Dapur Lain", *GOOD[1:])]))] == [None, None]


def test_one_sku_for_two_products() -> None:
    header = (*HEADER, "SKU")
    rows = [
        header,
        (*GOOD, "K-1"),
        ("Dapur Contoh", "Dodol", *GOOD[2:], "k 1"),
        ("Dapur Lain", "Stik", *GOOD[2:], "K-1"),
        (*GOOD, "K-1"),
    ]
    found = products(judge_csv(rows))
    assert ["W_SKU_DUPLICATE" in codes(row) for row in found] == [False, True, False, False]
    assert found[0].sku == "K-1"


def test_record_has_the_columns_of_the_rule_book() -> None:
    record = as_record(good(), csv=True)
    header = SAMPLES["umkm_metro.csv"][1].read_text("utf-8").splitlines()[0]
    assert ["row_id", *record] == header.split(",")
    assert (record["xlsx_sheet"], record["xlsx_row"], record["csv_line"], record["sub_row"]) == (None, None, 2, 1)
    assert (record["price_int"], record["weight_g"], record["variants_json"]) == (15000, 250, [])
    assert (record["image_kinds"], record["publishable"], record["row_kind"]) == (
        "direct",
        "yes",
        RowKind.PRODUCT.value,
    )


def test_record_of_a_workbook_has_sheet_and_row() -> None:
    row = products(judge("uji.xlsx", xlsx_bytes(("Data", [HEADER, GOOD]))))[0]
    record = as_record(row, csv=False)
    assert (record["xlsx_sheet"], record["xlsx_row"], record["csv_line"]) == ("Data", 2, None)


def test_record_holds_plain_values_only() -> None:
    products_of_sample = products(judge(SAMPLES["umkm_metro.csv"][0].name, SAMPLES["umkm_metro.csv"][0].read_bytes()))
    values = [value for row in products_of_sample for value in as_record(row, csv=True).values()]
    assert {type(value) for value in values} == {str, int, list, type(None)}
