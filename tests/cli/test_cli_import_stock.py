"""An import says which stock cells it could not count, and how many products wait for a count."""

from cli_world import Cli, product, write_sheet

WAIT = "have no stock in this sheet. Those that were never counted wait at the marketplaces until they are"


def shown(cli: Cli, *stocks: str) -> str:
    rows = [product(f"Keripik {letter}", Stok=stock) for letter, stock in zip("ABCDEFG", stocks, strict=False)]
    return cli.run("import", str(write_sheet(cli.folder / "stok.csv", rows)), "--dry-run").out


def test_stock_cells_that_cannot_be_right_are_listed_with_their_text(cli: Cli) -> None:
    out = shown(cli, "ready", "-4", "2.5", "1000000000000000", "", "PO 3 hari", "12")
    cells = out.split("the stock of these products is not known:\n")[1].split("\n\n")[0].splitlines()[2:]
    assert [line.split()[-1] for line in cells] == ["-4", "2.5", "1000000000000000", "ready"]
    assert [line.split()[0] for line in cells] == ["stok!3", "stok!4", "stok!5", "stok!2"]
    assert f"6 products that can be published {WAIT}" in out


def test_a_sheet_with_all_stock_known_says_nothing_of_it(cli: Cli) -> None:
    out = shown(cli, "12", "habis", "0")
    assert "3 can be published" in out
    assert "Stock cell" not in out
    assert WAIT not in out


def test_rows_that_cannot_be_taken_in_are_listed_and_not_counted(cli: Cli) -> None:
    rows = [product("Keripik A", Harga="nego", Stok="-4")]
    out = cli.run("import", str(write_sheet(cli.folder / "salah.csv", rows)), "--dry-run").out
    assert [line.split()[-1] for line in out.splitlines() if line.startswith("salah!2")][-1] == "-4"
    assert WAIT not in out


def test_empty_cells_are_counted_and_not_listed(cli: Cli) -> None:
    out = shown(cli, "", "5")
    assert f"1 products that can be published {WAIT}" in out
    assert "Stock cell" not in out


def test_only_the_first_of_many_cells_are_listed(cli: Cli) -> None:
    rows = [product(f"Keripik {number}", Stok="-1") for number in range(25)]
    out = cli.run("import", str(write_sheet(cli.folder / "banyak.csv", rows)), "--dry-run").out
    assert out.count("banyak!") == 20
    assert "… and 5 more." in out
