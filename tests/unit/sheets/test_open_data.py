"""Lists of UMKM as others publish them: read without a crash, and never taken for more than they are."""

from pathlib import Path

import pytest

from bridge.sheets import read_book
from bridge.sheets.headers import find_header
from tests.unit.sheets.helpers import RULES, judge
from tests.unit.sheets.scorer import ROOT

FOLDER = ROOT.parent / "shared" / "data" / "umkm-opendata"
COLUMNS = {
    "umkm_surakarta_2023.csv": 2,
    "umkm_malawele_sorong_2026.csv": 2,
    "jabar_umkm_binaan_jenis_usaha.csv": 9,
    "umkm_jatim_survey_products.csv": 4,
    "tangsel_kuliner.csv": 3,
    "tangsel_fashion.csv": 3,
    "tangsel_kreatif.csv": 3,
}


@pytest.mark.shared_data
@pytest.mark.parametrize("name", COLUMNS)
def test_open_data_is_read(name: str) -> None:
    path: Path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    sheet = read_book(name, path.read_bytes()).sheets[0]
    widths = [len(row) for row in sheet.rows if row]
    assert max(set(widths), key=widths.count) == COLUMNS[name]
    assert find_header(sheet, RULES) is None  # counts and plain lists hold no products
    assert {row.verdict for row in judge(name, path.read_bytes())} == {"skip"}
