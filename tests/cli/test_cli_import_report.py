"""`import --report`: the sheet goes out with remarks and comes back corrected."""

from cli_world import NAMES, Cli, product, write_sheet
from openpyxl import load_workbook


def test_sheet_is_given_back_corrected_and_recognised(ready: Cli) -> None:
    rows = [product(NAMES[0]), product(NAMES[1]), product("Keripik Baru", Harga="nego")]
    sheet, out = write_sheet(ready.folder / "produk.csv", rows), ready.folder / "laporan.xlsx"
    done = ready.run("import", str(sheet), "--as-of", "2026-11-23", "--report", str(out))
    assert done.code == 3
    assert str(out) in done.err
    assert f"1 products of the earlier version are not in this sheet: {NAMES[2]}" in done.err
    workbook = load_workbook(out)
    cells = workbook.worksheets[0]
    head = [cell.value for cell in cells[1]]
    assert head[-5:] == [
        "Jembatan ID", "Jembatan status", "Jembatan: what is wrong", "Jembatan: how to fix it", "Jembatan: what was assumed",
    ]  # fmt: skip
    name, price = head.index("Nama Produk") + 1, head.index("Harga") + 1
    cells.cell(2, name, "Keripik Pisang Kepok Manis")
    cells.cell(4, price, 12000)
    workbook.save(out)
    again = ready.run("import", str(out), "--as-of", "2026-11-23", "--json")
    summary = again.lines()[-1]
    assert (again.code, summary["created"], summary["updated"], summary["unchanged"]) == (0, 1, 1, 1)
    assert summary["ids_not_followed"] == []


def test_report_needs_no_home_in_a_dry_run_and_speaks_indonesian(cli: Cli) -> None:
    sheet, out = write_sheet(cli.folder / "produk.csv", [product("Keripik", Harga="nego")]), cli.folder / "laporan.xlsx"
    done = cli.run("import", str(sheet), "--dry-run", "--lang", "id", "--report", str(out))
    assert (done.code, cli.home.exists()) == (3, False)
    cells = [str(cell.value) for cell in load_workbook(out).worksheets[0][2]]
    assert "Tidak diterima" in cells
    assert any(text.startswith("Tulis dengan angka, misalnya 15000.") for text in cells)


def test_places_where_a_report_cannot_go(ready: Cli) -> None:
    sheet = ready.folder / "produk.csv"
    for out, words in (
        ("laporan.csv", "must end in .xlsx"),
        ("tidak/ada/laporan.xlsx", "There is no folder"),
    ):
        done = ready.run("import", str(sheet), "--report", str(ready.folder / out))
        assert (done.code, words in done.err) == (2, True)
    book = ready.folder / "sendiri.xlsx"
    done = ready.run("import", str(book), "--report", str(book))
    assert (done.code, "is the sheet itself" in done.err) == (2, True)
