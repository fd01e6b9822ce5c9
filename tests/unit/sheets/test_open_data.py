"""Lists of UMKM as others publish them: read without a crash, and never taken for more than they are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.sheets import JudgedRow, judge_book, read_book
from bridge.sheets.judge import read_tables
from bridge.sheets.understood import columns_of, with_answers
from tests.unit.sheets.helpers import RULES, products
from tests.unit.sheets.scorer import AS_OF


@dataclass(frozen=True)
class Known:
    """What a list holds: its headings with the field each asks for, and its rows by kind."""

    columns: Mapping[str, str | None]
    kinds: Mapping[str, int]
    listed: bool = False  # a list of products


DISTRICTS = Known({"Kecamatan": None, "Mikro": None, "Kecil": None}, {"note": 10, "blank": 8})
LISTS = {
    "umkm_surakarta_2023.csv": Known({"Nama": None, "Kegiatan": None}, {"note": 5652, "blank": 1}),
    "umkm_malawele_sorong_2026.csv": Known({"nama": None, "kategori": None}, {"note": 137}),
    "jabar_umkm_binaan_jenis_usaha.csv": Known(
        {
            "id": None,
            "kode_provinsi": None,
            "nama_provinsi": None,
            "kode_kabupaten_kota": None,
            "nama_kabupaten_kota": None,
            "jenis_usaha": None,
            "jumlah_umkm": None,
            "satuan": None,
            "tahun": None,
        },
        {"note": 1216},
    ),
    "umkm_jatim_survey_products.csv": Known(
        {"nama_perusahaan": "business", "produk_utama": "product", "tahun_survey": None, "provinsi": None},
        {"header": 1, "product": 200},
        listed=True,
    ),
    "tangsel_kuliner.csv": DISTRICTS,
    "tangsel_fashion.csv": DISTRICTS,
    "tangsel_kreatif.csv": DISTRICTS,
}


@pytest.fixture
def folder(shared_data: Path) -> Path:
    return shared_data / "umkm-opendata"


def test_every_list_has_its_case(folder: Path) -> None:
    assert {path.name for path in folder.glob("*.csv")} == set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_taken_for_what_it_is(folder: Path, name: str) -> None:
    known, content = LISTS[name], (folder / name).read_bytes()
    (table,) = read_tables(read_book(name, content), RULES)
    assert {seen.heading: seen.field for seen in columns_of(table, RULES)} == known.columns
    assert (table.header is not None) == known.listed
    rows = judge_book(read_book(name, content), RULES, AS_OF)
    assert Counter(row.kind.value for row in rows) == known.kinds
    assert {row.verdict for row in rows} <= {"error", "skip"}  # none tells a price


def explained(folder: Path, name: str, **answers: str) -> tuple[JudgedRow, ...]:
    """The list, read as if an office had said what its columns are."""
    return judge_book(read_book(name, (folder / name).read_bytes()), with_answers(RULES, answers), AS_OF)


def test_free_text_of_thousands_is_read_once_its_columns_are_explained(folder: Path) -> None:
    rows = explained(folder, "umkm_surakarta_2023.csv", nama="business", kegiatan="product")
    assert Counter(row.kind.value for row in rows) == {
        "header": 1,
        "product": 4064,
        "note": 1586,
        "section": 1,
        "blank": 1,
    }
    assert not [row.place for row in products(rows) if row.verdict != "error" or row.publishable]
    assert all("E_PRICE_MISSING" in row.reasons for row in products(rows))
    assert not [row.place for row in rows if "\n" in row.product or "\n" in row.business]


def test_businesses_that_name_no_product_are_no_products(folder: Path) -> None:
    rows = explained(folder, "umkm_malawele_sorong_2026.csv", nama="business")
    assert len({row.merchant_key for row in products(rows)}) > 120
    assert all({"E_NAME_MISSING", "E_PRICE_MISSING"} <= set(row.reasons) for row in products(rows))
