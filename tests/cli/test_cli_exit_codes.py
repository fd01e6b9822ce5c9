"""Every exit code, with the sentence beside it: what happened and what to do, never a traceback, nothing half-done."""

import errno
import json
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from cli_world import Cli, Market, connect_words, product, write_sheet

from bridge.engine import home, standing
from bridge.sandbox import start_in_thread
from bridge.store import engine as store_engine
from bridge.store.engine import open_store
from bridge.store.leases import take_lease


def refused(cli: Cli, code: int, words: list[str], says: str) -> None:
    done = cli.run(*words)
    assert (done.code, done.out) == (code, ""), done
    assert says in done.err, done.err


# --- 1: a bug -------------------------------------------------------------------------------------------------------------


def test_a_bug_is_one_sentence_and_its_text_is_in_the_log(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_engine: object) -> None:
        raise RuntimeError("access_token=geheim123 went missing")

    monkeypatch.setattr(standing, "status", broken)
    done = ready.run("status")
    assert done.code == 1
    assert "RuntimeError" in done.err
    log = (ready.home / "log" / "jembatan.log").read_text(encoding="utf-8")
    assert "went missing" in log
    assert "geheim123" not in log
    assert json.loads(log.splitlines()[-1])["level"] == "error"


# --- 2: usage or configuration ------------------------------------------------------------------------------------------------


def test_without_a_home_every_command_names_init(cli: Cli) -> None:
    refused(cli, 2, ["plan"], "Run: jembatan init")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nonsense"], "There is no command nonsense"),
        (["plan", "--nonsense"], "There is no option --nonsense"),
        (["stock", "show"], "SKU is missing"),
        (["stock", "show", "a", "b"], "Too many words: b."),
        (["stock", "count", "M01P001", "ten"], "unable to parse string as an integer"),
        (["sync", "--budget-s", "0"], "greater than or equal to 1"),
        (["sync", "--shop"], "needs a value"),
        (["sync", "--json=3"], "takes no value"),
        (["--lang", "fr", "plan"], "Bahasa fr tidak ada"),
        (["shop", "connect", "--channel", "shopee"], "--merchant is missing"),
    ],
)
def test_a_misused_command_is_explained(cli: Cli, words: list[str], says: str) -> None:
    refused(cli, 2, words, says)


def test_a_noun_alone_shows_its_help(cli: Cli) -> None:
    done = cli.run("stock")
    assert (done.code, done.out) == (2, "")
    assert "history" in done.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["plan", "--shop", "9"], "There is no shop 9"),
        (["plan", "--all", "--merchant", "Dapur Uji"], "Choose one of"),
        (["plan", "--merchant", "Nobody"], "There is no business named"),
        (["stock", "show", "X1"], "There is no SKU X1"),
        (["stock", "count", "M01P001", "5", "--counted-at", "2999-01-01"], "lies in the future"),
        (["stock", "count", "M01P001", "5", "--counted-at", "yesterday"], "yesterday is no time"),
        (["stock", "count", "M01P001", "--", "-5"], "cannot be below 0"),
        (["stock", "count", "M01P001", "99999999999999999999"], "more than anybody has"),
        (["stock", "adjust", "M01P001", "-99999999999999999999"], "more than anybody has"),
        (["stock", "adjust", "M01P001", "some"], "some is no number"),
        (["stock", "adjust", "M01P001", "0"], "changes nothing"),
        (["stock", "adjust", "M01P001", "-11"], "is too much"),
        (["stock", "rule", "--buffer", "2"], "Say which shops"),
        (["stock", "rule"], "Say what to set"),
        (["stock", "rule", "--sold-out", "least"], "Say for whom"),
        (["stock", "rule", "--sold-out", "never", "--sku", "M01P001"], "neither hide nor least"),
        (["categories", "suggest"], "Name a SKU"),
        (["categories", "suggest", "--all"], "Connect a shop first"),
        (
            ["shop", "connect", "--channel", "nope", "--merchant", "Dapur Uji", "--sandbox", "http://127.0.0.1:9"],
            "There is no channel",
        ),
        (["shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji"], "Give --sandbox URL"),
        (
            ["shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--sandbox", "127.0.0.1"],
            "must begin with http",
        ),
        (["sandbox", "nope"], "There is no sandbox for nope"),
        (["sandbox", "--port", "1"], "--port needs one marketplace"),
        (["sandbox", "shopee", "--rate-per-s", "0"], "must be above 0"),
        (["import", "nothing.xlsx"], "There is no file nothing.xlsx"),
        (["import", "."], "cannot be read"),
    ],
)
def test_a_wrong_value_is_explained(ready: Cli, words: list[str], says: str) -> None:
    refused(ready, 2, words, says)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("kosong.csv", b"", "is empty"),
        ("rusak.xlsx", b"PK\x03\x04 broken", "is damaged"),
        ("surat.docx", b"text", "is no spreadsheet"),
        ("palsu.xlsx", b"Nama;Harga\n", "is not what its ending says"),
    ],
)
def test_a_broken_spreadsheet_changes_nothing(ready: Cli, name: str, content: bytes, says: str) -> None:
    file = ready.folder / name
    file.write_bytes(content)
    refused(ready, 2, ["import", str(file)], says)
    refused(ready, 2, ["import", str(file), "--dry-run", "--json"], says)
    assert len(ready.run("products", "list", "--json").json()) == 3


def test_a_wrong_day_is_explained(ready: Cli) -> None:
    refused(ready, 2, ["import", str(ready.folder / "produk.csv"), "--as-of", "23-11-2026"], "is no date")


def test_a_wrong_setting_is_named(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEMBATAN_GUARD_SHARE", "5")
    refused(ready, 2, ["plan"], "guard_share")


def test_a_zone_that_does_not_exist_is_named(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEMBATAN_TIMEZONE", "Mars/Olympus")
    refused(ready, 2, ["plan"], "There is no time zone Mars/Olympus")


def test_an_answer_of_the_wrong_kind_is_explained(ready: Cli) -> None:
    key = ready.folder / "key.txt"
    key.write_text("k", encoding="utf-8")
    key.chmod(0o600)
    words = [
        "shop",
        "connect",
        "--channel",
        "shopee",
        "--merchant",
        "Dapur Uji",
        "--app-id",
        "12",
        "--app-key-file",
        str(key),
    ]
    words += ["--redirect", "https://contoh.example", "--yes", "--answer"]
    refused(ready, 2, [*words, "https://contoh.example/?code=1&shop_id=abc"], "not of the kind that shopee uses")
    refused(ready, 2, [*words, "https://contoh.example/"], "Copy the whole line from the browser")


def test_a_lost_key_file_is_asked_for_and_no_second_one_is_made(ready: Cli) -> None:
    key = ready.home / "key.json"
    kept = key.rename(ready.folder / "kept.json")
    for words in (["status"], ["init"], ["sync"]):
        done = ready.run(*words)
        assert (done.code, "Put back your copy of the key file" in done.err) == (2, True)
    assert not key.exists()
    kept.rename(key)
    assert ready.run("status").code == 0


def test_a_damaged_key_file_is_named(ready: Cli) -> None:
    (ready.home / "key.json").write_text("{", encoding="utf-8")
    refused(ready, 2, ["plan"], "is damaged")


def test_a_damaged_database_is_named(ready: Cli) -> None:
    (ready.home / "jembatan.sqlite3").write_bytes(b"no database at all, but long enough to be looked at" * 20)
    for extra in ("jembatan.sqlite3-wal", "jembatan.sqlite3-shm"):
        (ready.home / extra).unlink(missing_ok=True)
    refused(ready, 2, ["plan"], "is damaged")


def test_apply_without_a_terminal_asks_for_yes(connected: Cli) -> None:
    refused(connected, 2, ["apply"], "Add --yes")


def test_a_wrong_app_key_is_exit_2_and_connects_nothing(ready: Cli, market: Market) -> None:
    key = ready.folder / "key.txt"
    key.write_text("wrongkey\n", encoding="utf-8")
    key.chmod(0o600)
    app = market.call("/_sandbox/credentials")["app"]["id"]
    code = market.call("/_sandbox/shops", {"name": "x"})
    words = [
        "shop",
        "connect",
        "--channel",
        "shopee",
        "--merchant",
        "Dapur Uji",
        "--app-id",
        app,
        "--app-key-file",
        str(key),
    ]
    words += ["--redirect", "https://contoh.example/kembali", "--base-url", market.address]
    words += ["--yes", "--answer", f"https://contoh.example/kembali?code={code['auth_code']}&shop_id={code['id']}"]
    refused(ready, 2, words, "key, signature or address is wrong")
    assert ready.run("shop", "list", "--json").json() == []


def test_a_key_file_with_more_than_a_key_is_refused(ready: Cli) -> None:
    key = ready.folder / "key.txt"
    key.write_text("this is no key", encoding="utf-8")
    key.chmod(0o600)
    words = [
        "shop",
        "connect",
        "--channel",
        "shopee",
        "--merchant",
        "Dapur Uji",
        "--app-id",
        "1",
        "--app-key-file",
        str(key),
    ]
    refused(ready, 2, [*words, "--redirect", "https://contoh.example"], "nothing else")


# --- 3: some items rejected ------------------------------------------------------------------------------------------------


def test_a_row_that_cannot_be_taken_in_is_exit_3(ready: Cli) -> None:
    sheet = write_sheet(ready.folder / "harga.csv", [product("Keripik Nego", Harga="nego"), product("Keripik Baru")])
    done = ready.run("import", str(sheet), "--as-of", "2026-11-23")
    assert done.code == 3
    assert "Write it in digits" in done.out
    assert "Correct them in the spreadsheet" in done.err
    assert ready.run("import", str(sheet), "--dry-run", "--as-of", "2026-11-23").code == 3


def test_a_write_that_the_channel_refuses_is_exit_3_with_its_words(connected: Cli, market: Market) -> None:
    market.fault(
        match="/api/v2/product/add_item", what="error", value={"code": "error_param", "message": "Name is odd"}
    )
    done = connected.run("sync", "--json")
    assert done.code == 3
    assert (done.json()["rejected"], done.json()["created"]) == (1, 2)
    assert "Name is odd" in done.err
    assert connected.run("sync", "--json").code == 0, "it is not sent again as it is"


# --- 4: try later ---------------------------------------------------------------------------------------------------------


def test_a_locked_database_is_exit_4(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "BUSY_S", 0)
    other = sqlite3.connect(ready.home / "jembatan.sqlite3", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        refused(ready, 4, ["stock", "count", "M01P001", "5"], "locked by another program")
    finally:
        other.close()
    assert ready.run("stock", "show", "M01P001", "--json").json()["on_hand"] == 10


def test_shops_do_not_wait_for_a_locked_database_one_after_the_other(
    connected: Cli, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = connect_words(market)
    for _ in range(3):
        assert connected.run(*again).code == 0
    monkeypatch.setattr(store_engine, "BUSY_S", 1)
    with closing(sqlite3.connect(connected.home / "jembatan.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        done = connected.run("plan")
        took = time.monotonic() - begun
    assert (done.code, done.err.count("locked by another program"), len(done.err.splitlines())) == (4, 1, 1), done
    assert took < 3, "four shops that wait one after the other take four seconds"
    assert connected.run("plan").code == 0


def test_a_full_disk_is_exit_4(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(home, "create_key_file", full)
    refused(cli, 4, ["init"], "The disk is full")


def test_a_full_disk_anywhere_else_is_exit_4(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_engine: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(standing, "status", full)
    refused(ready, 4, ["status"], "The disk is full")


def test_a_folder_that_may_not_be_read_is_exit_2(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_engine: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "/somewhere")

    monkeypatch.setattr(standing, "status", closed)
    refused(ready, 2, ["status"], "/somewhere: Permission denied")


def test_an_interrupted_command_says_that_nothing_is_lost(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_engine: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(standing, "status", interrupted)
    refused(ready, 4, ["status"], "Nothing is lost")


def test_a_channel_that_is_away_is_exit_4(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(
        ready,
        4,
        ["shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--sandbox", "http://127.0.0.1:9"],
        "No sandbox answers",
    )
    with start_in_thread("shopee", rate_limit=False, wait_s=0) as address:
        words = ("shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--sandbox", address)
        assert ready.run(*words).code == 0
    monkeypatch.setattr("bridge.connectors.http.TRIES", 1)
    done = ready.run("sync", "--json")
    assert done.code == 4
    assert "cannot be reached" in done.err


# --- 5: a person must authorise ----------------------------------------------------------------------------------------------


def test_an_expired_authorisation_is_exit_5_and_a_new_one_mends_it(ready: Cli) -> None:
    with start_in_thread("shopee", rate_limit=False, wait_s=0) as address:
        market = Market(address)
        connect = ("shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--sandbox", address)
        assert ready.run(*connect).code == 0
        market.call("/_sandbox/clock", {"advance_s": 400 * 86400})
        for words in (["sync"], ["sync"], ["plan"], ["shop", "check"], ["doctor"]):
            done = ready.run(*words)
            assert done.code == 5, (words, done)
            assert "jembatan shop connect" in done.out + done.err
        shown = ready.run("shop", "list", "--json").json()[0]
        assert shown["state"] == "auth"


def test_an_answer_that_is_used_up_is_exit_5(ready: Cli, market: Market) -> None:
    info = market.call("/_sandbox/credentials")
    key = ready.folder / "key.txt"
    key.write_text(info["app"]["secret"], encoding="utf-8")
    key.chmod(0o600)
    words = ["shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--app-id", info["app"]["id"]]
    words += ["--app-key-file", str(key), "--redirect", "https://contoh.example/kembali", "--base-url", market.address]
    words += ["--auth-url", info["auth_url"], "--yes"]
    words += ["--answer", "https://contoh.example/kembali?code=old&shop_id=1"]
    refused(ready, 5, words, "Open the link again")


# --- 6: stopped by the guard -----------------------------------------------------------------------------------------------


def test_the_guard_stops_a_run_and_prints_the_command_that_goes_on(
    live: Cli, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JEMBATAN_GUARD_SHARE", "0")
    monkeypatch.setenv("JEMBATAN_GUARD_MINIMUM", "1")
    sheet = write_sheet(live.folder / "produk.csv", Harga="9000")
    assert live.run("import", str(sheet), "--as-of", "2026-11-23").code == 0
    stopped = live.run("sync", "--shop", "1", "--json")
    assert stopped.code == 6
    assert stopped.json()["price"] == 0
    command = next(line for line in stopped.err.splitlines() if "--confirm" in line).partition("jembatan ")[2]
    assert command.startswith("apply --shop 1 --confirm ")
    assert live.run("status", "--json").json()["last_run"]["state"] == "guarded"
    assert live.run("apply", "--confirm", "00000000").code == 6, "another code confirms nothing"
    done = live.run(*command.split(), "--json")
    assert done.code == 0
    assert done.json()["price"] == 3


# --- 7: another run holds the lock -----------------------------------------------------------------------------------------


def test_a_second_run_is_exit_7_and_leaves_the_first_alone(live: Cli) -> None:
    store = open_store(f"sqlite:///{live.home / 'jembatan.sqlite3'}")
    try:
        assert take_lease(store, "shop/1", "another runner", timedelta(minutes=5)) is not None
    finally:
        store.close()
    done = live.run("sync", "--json")
    assert done.code == 7
    assert "another run is working on this shop" in done.err
    assert done.json()["writes"] == 0


def test_a_wrong_clock_is_called_so_and_holds_no_shop(live: Cli, market: Market) -> None:
    wrong = {"code": "error_param", "message": "Timestamp is expired."}
    market.fault(match="/api/v2/", times=99, where="before", what="error", value=wrong)
    words = "the clock of this computer is wrong, and the marketplace refuses every call"
    for command in (["sync"], ["shop", "check"], ["doctor"]):
        done = live.run(*command)
        assert (done.code, words in done.out + done.err) == (2, True), done
        assert "shop connect" not in done.out + done.err
    assert live.run("shop", "list", "--json").json()[0]["state"] == "ok"
    market.call("/_sandbox/faults", verb="DELETE")
    assert live.run("sync").code == 0
