"""A sheet with headings nobody knows: columns are shown, explained with --map or at the prompt, and remembered."""

import sys
from pathlib import Path

import pytest
from cli_world import Cli, Terminal

ODD = "Toko;Brg Dagangan;Nominal;Catatan lain\nAnyam Sari;Tas Pandan;50.000;x\nAnyam Sari;Topi;20.000;y\n"
MAPS = ("--map", "Toko=business", "--map", "Brg Dagangan=product", "--map", "nominal=price")


@pytest.fixture
def odd(ready: Cli) -> Path:
    sheet = ready.folder / "aneh.csv"
    sheet.write_text(ODD, "utf-8")
    return sheet


def test_sheet_that_is_not_understood_shows_its_columns(ready: Cli, odd: Path) -> None:
    done = ready.run("import", str(odd), "--dry-run")
    assert done.code == 2
    assert "Brg Dagangan" in done.out
    assert "not recognised" in done.out
    assert "--map" in done.err


def test_maps_are_followed_and_remembered_for_the_header_row(ready: Cli, odd: Path) -> None:
    done = ready.run("import", str(odd), *MAPS, "--json")
    assert (done.code, done.lines()[-1]["created"]) == (0, 2)
    (profile,) = (ready.home / "config" / "import" / "profiles").glob("*.toml")
    assert "aneh" not in profile.name
    newer = ready.folder / "baru.csv"
    newer.write_text(f"Rekap bulan ini\n{ODD}Anyam Sari;Keranjang;30.000;z\n", "utf-8")
    again = ready.run("import", str(newer), "--json")
    assert (again.code, again.lines()[-1]["created"], again.lines()[-1]["unchanged"]) == (0, 1, 2)
    broken = profile.read_text("utf-8").replace("[map]", "[peta]")
    profile.write_text(broken, "utf-8")
    refused = ready.run("import", str(newer))
    assert (refused.code, profile.name in refused.err) == (2, True)


def test_dry_run_remembers_nothing(ready: Cli, odd: Path) -> None:
    assert ready.run("import", str(odd), *MAPS, "--dry-run").code == 0
    assert not (ready.home / "config" / "import" / "profiles").exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Toko=pemilk", "There is no field pemilk. Choose one of: business, owner"),
        ("Tokoh=business", "There is no heading Tokoh in the sheet. It has: Toko, Brg Dagangan, Nominal"),
        ("Toko", "does not say what a column is"),
    ],
)
def test_names_that_are_not_known(ready: Cli, odd: Path, said: str, words: str) -> None:
    done = ready.run("import", str(odd), *MAPS[2:], "--map", said)
    assert (done.code, words in done.err) == (2, True), done.err


def test_a_known_heading_may_stand_for_its_field_and_a_column_may_be_ignored(ready: Cli) -> None:
    sheet = ready.folder / "tutup.csv"
    sheet.write_text("UMKM;Nama Dagangan;Harga;Harga Lama\nAnyam Sari;Tas;50.000;9\n", "utf-8")
    done = ready.run(
        "import", str(sheet), "--dry-run", "--json", "--map", "Nama Dagangan=Nama Produk", "--map", "Harga=ignore",
        "--map", "Harga Lama=price",
    )  # fmt: skip
    row = done.lines()[1]
    assert (row["nama_produk"], row["reasons"][-1:]) == ("Tas", row["reasons"][-1:])
    assert "E_PRICE_TOO_SMALL" in row["reasons"]


def test_answers_at_the_prompt(ready: Cli, odd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("A\nsalah\nBrg dagangan\nNominal\n"))
    done = ready.run("import", str(odd))
    assert done.code == 0, done.err
    assert "There is no column salah." in done.err
    assert "Stored: 1 businesses; products new 2" in done.out
    assert len(list((ready.home / "config" / "import" / "profiles").glob("*.toml"))) == 1


def test_a_table_below_that_names_no_products_is_shown_and_explained_once(ready: Cli) -> None:
    sheet = ready.folder / "dua.csv"
    first = "Nama Usaha;Nama Produk;Harga\nAnyam Sari;Tas;50.000\n"
    sheet.write_text(f"{first}{';;' * 70}\nNama Usaha;Dagangan;Harga;Stok\nAnyam Sari;Topi;20.000;4\n", "utf-8")
    done = ready.run("import", str(sheet), "--dry-run")
    assert done.code == 0
    assert "The table in row 4 of the sheet dua names no products" in done.out
    assert "Dagangan" in done.out
    assert "Not found: product." in done.out
    told = ready.run("import", str(sheet), "--map", "Dagangan=product", "--json")
    assert told.lines()[-1]["created"] == 2
    newer = ready.folder / "dua-baru.csv"
    newer.write_text(sheet.read_text("utf-8") + "Anyam Sari;Kipas;9.000;1\n", "utf-8")
    assert ready.run("import", str(newer), "--json").lines()[-1]["created"] == 1
