"""`jembatan drift`: edits by hand in the seller centre of the sandbox, and whose value counts."""

import pytest
from cli_world import Cli, Market


@pytest.fixture
def read_once(ready: Cli, market: Market, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Products on sale whose first reading is done, on a marketplace that lists its orders at once."""
    monkeypatch.setenv("JEMBATAN_PICTURE_BASE_URL", f"{market.address}/_sandbox/pictures")
    monkeypatch.setenv("JEMBATAN_AUDIT_NIGHTS", "1")
    words = ("--channel", "shopee", "--merchant", "Dapur Uji", "--sandbox", market.address, "--create")
    assert ready.run("shop", "connect", *words, "--set", "list_lag_s=0", "--set", "restock_lag_s=0").code == 0
    assert ready.run("sync").code == 0
    done = ready.run("drift", "check", "--json")
    assert (done.code, done.json()["differences"]) == (0, []), done
    assert done.json()["shops"][0]["read"] == 3
    return ready


def edit(cli: Cli, market: Market, **values: object) -> str:
    """The seller changes the first listing by hand; gives its id."""
    shop = cli.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    listing = next(row for row in market.listings(shop) if row["skus"][0]["seller_sku"] == "M01P001")
    market.call(f"/_sandbox/listings/{listing['id']}", values, "PATCH")
    return str(listing["id"])


def test_nothing_differs_before_anybody_has_looked(live: Cli) -> None:
    done = live.run("drift")
    assert (done.code, done.err) == (0, "")
    assert "jembatan drift check" in done.out
    assert live.run("drift", "--json").json() == []


def test_an_edit_is_found_told_and_decided(read_once: Cli, market: Market) -> None:
    listing = edit(read_once, market, price=9000, title="Judul Lain Buatan Sendiri")
    found = read_once.run("drift", "check", "--json").json()["differences"]
    assert sorted((row["kind"], row["state"]) for row in found) == [("content", "waiting"), ("price", "waiting")]
    shown = read_once.run("drift")
    assert shown.code == 0
    assert "Rp9,000" in shown.out
    assert "Judul Lain" in shown.out
    assert read_once.run("status", "--json").json()["drift"] == {"waiting": 2, "red": 0}
    assert "jembatan drift" in read_once.run("why", "M01P001").out
    assert read_once.run("drift", "theirs", listing, "--what", "price").code == 0
    assert read_once.run("drift", "ours", "M01P001").code == 0
    done = read_once.run("sync", "--json")
    assert (done.code, done.json()["content"], done.json()["price"]) == (0, 1, 0)
    assert read_once.run("drift", "--json").json() == []


def test_a_raised_figure_is_an_alert_until_ours_is_written(read_once: Cli, market: Market) -> None:
    listing = edit(read_once, market, stock=900)
    done = read_once.run("drift", "check")
    assert done.code == 0
    assert "900" in done.out
    assert "above what is there" in done.err
    assert [each["kind"] for each in read_once.run("alerts", "--json").json()["alerts"]] == ["drift"]
    assert read_once.run("sync", "--json").json()["stock"] == 1
    assert read_once.run("alerts", "--json").json()["alerts"] == []
    shop = read_once.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    there = next(row for row in market.listings(shop) if row["id"] == listing)
    assert there["skus"][0]["stock"] != 900


def test_a_run_with_audit_reads_first(read_once: Cli, market: Market) -> None:
    edit(read_once, market, stock=900)
    assert read_once.run("sync", "--audit", "--json").json()["stock"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ours", "M01P001"), "Nothing waits"),
        (("theirs", "M01P001", "--what", "colour"), "There is no colour"),
        (("ours", "XX"), "XX"),
    ],
)
def test_misuse_is_one_sentence(live: Cli, words: tuple[str, ...], said: str) -> None:
    done = live.run("drift", *words)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_a_policy_that_the_office_has_set_is_asked_before_anything_is_written(
    live: Cli, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JEMBATAN_DRIFT_PRICE", "ask")
    edit(live, market, price=9000)
    sheet = live.folder / "produk.csv"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("15000", "15500"), encoding="utf-8")
    assert live.run("import", str(sheet), "--as-of", "2026-11-23").code == 0
    done = live.run("sync")
    assert done.code == 0
    assert "prices 2" in done.out
    assert "1 values were changed in the seller centre and are left as they are. See jembatan drift" in done.err
    assert [(row["kind"], row["state"]) for row in live.run("drift", "--json").json()] == [("price", "waiting")]
