"""Reviewing, approving and returning products on the command line."""

import pytest
from cli_world import NAMES, Cli, product, write_sheet


@pytest.fixture
def codes(ready: Cli) -> list[str]:
    return [row["code"] for row in ready.run("products", "list", "--json").json()]


def test_from_submitted_to_approved(ready: Cli, codes: list[str]) -> None:
    assert [row["state"] for row in ready.run("products", "review", "--json").json()] == ["submitted"] * 3
    assert ready.run("products", "check", codes[0], "--by", "Bu Rina").code == 0
    approved = ready.run("products", "approve", "--merchant", "dapur uji", "--by", "Pak Kadis")
    assert (approved.code, "3 products: approved." in approved.out) == (0, True)
    assert "approved_only = true" in approved.err
    (row,) = ready.run("products", "review", codes[0], "--json").json()
    assert [(step["state"], step["by"]) for step in row["steps"]] == [("checked", "Bu Rina"), ("approved", "Pak Kadis")]
    shown = ready.run("products", "review", codes[0])
    assert "Pak Kadis" in shown.out
    changed = write_sheet(
        ready.folder / "produk.csv", [product(NAMES[0], Harga="17000"), product(NAMES[1]), product(NAMES[2])]
    )
    ready.run("import", str(changed), "--as-of", "2026-11-23")
    states = [row["state"] for row in ready.run("products", "review", "--json").json()]
    assert sorted(states) == ["approved", "approved", "submitted"]


def test_returning_needs_a_note_and_deciding_needs_products(ready: Cli, codes: list[str]) -> None:
    assert ready.run("products", "return", codes[0], "--note", " ").code == 2
    done = ready.run("products", "return", codes[0], "--note", "Foto buram")
    assert done.code == 0
    assert "Foto buram" in ready.run("products", "review", "--state", "returned").out
    for words in (("products", "approve"), ("products", "approve", "ADA"), ("products", "review", "--state", "apa")):
        assert ready.run(*words).code == 2


def test_what_cannot_be_published_is_not_approved(ready: Cli) -> None:
    sheet = write_sheet(ready.folder / "kurang.csv", [product("Keripik Bayam", Berat="")])
    ready.run("import", str(sheet), "--as-of", "2026-11-23")
    done = ready.run("products", "approve", "--all", "--dry-run")
    assert done.code == 3
    assert "There is no weight." in done.out
    assert "Nothing was decided (--dry-run)." in done.out
    assert {row["state"] for row in ready.run("products", "review", "--json").json()} == {"submitted"}


def test_a_report_that_was_filtered_names_the_products(ready: Cli) -> None:
    out = ready.folder / "laporan.xlsx"
    ready.run("import", str(ready.folder / "produk.csv"), "--as-of", "2026-11-23", "--report", str(out))
    assert ready.run("products", "approve", "--file", str(out)).code == 0
    assert {row["state"] for row in ready.run("products", "review", "--json").json()} == {"approved"}
