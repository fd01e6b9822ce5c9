"""What is said is true and readable: nothing claimed that is not so, reasons in the user's language, no doubled full stops."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from cli_world import Cli, Market, product, write_sheet

from bridge import locale
from bridge.cli.orders import state_of
from bridge.cli.speak import channel_reason, quoted, sentence
from bridge.engine import stock_views
from bridge.engine.context import Engine
from bridge.errors import AuthExpired, ChannelUnavailable, OutcomeUnknown, RateLimited
from bridge.locale import fill
from bridge.sandbox import start_in_thread

AT_REST = "the shops show what they should"


# --- nothing is claimed that is not so ------------------------------------------------------------------------------------


def test_a_quiet_run_says_that_the_shops_are_right(live: Cli) -> None:
    assert AT_REST in live.run("sync").out


def test_a_run_that_the_guard_stopped_does_not_say_that_all_is_well(live: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEMBATAN_GUARD_SHARE", "0")
    monkeypatch.setenv("JEMBATAN_GUARD_MINIMUM", "1")
    sheet = write_sheet(live.folder / "produk.csv", Harga="9000")
    assert live.run("import", str(sheet), "--as-of", "2026-11-23").code == 0
    done = live.run("sync")
    assert (done.code, AT_REST in done.out, "Written: nothing." in done.out) == (6, False, True)


def test_pictures_that_failed_in_the_run_count_as_held_back(
    connected: Cli, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JEMBATAN_PICTURE_BASE_URL", f"{market.address}/nowhere")
    done = connected.run("sync", "--json")
    assert done.json()["parked"] == 3
    shown = connected.run("sync")
    assert "Held back: 3" in shown.out


def test_what_the_run_itself_held_back_is_not_called_right(
    connected: Cli, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JEMBATAN_PICTURE_BASE_URL", f"{market.address}/nowhere")
    done = connected.run("sync")
    assert (AT_REST in done.out, "Written: nothing." in done.out, "Held back: 3" in done.out) == (False, True, True)
    again = connected.run("sync")  # all is held now, and nothing of it is shown
    assert (AT_REST in again.out, "what is not held back is shown as it should be" in again.out) == (False, True)


def test_what_was_refused_earlier_is_not_called_right(connected: Cli, market: Market) -> None:
    error = {"code": "error_param", "message": "Name is odd"}
    market.fault(match="/api/v2/product/add_item", what="error", value=error)
    assert connected.run("sync").code == 3
    done = connected.run("sync")
    assert (done.code, AT_REST in done.out) == (0, False)
    assert "Refused earlier and not changed since: 1" in done.out


def test_a_channel_that_is_away_is_told_in_the_users_language(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with start_in_thread("shopee", rate_limit=False, wait_s=0) as address:
        words = ("shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--sandbox", address)
        assert ready.run(*words).code == 0
    monkeypatch.setattr("bridge.connectors.http.TRIES", 1)
    done = ready.run("sync", "--lang", "id")
    assert (done.code, "sesuai" in done.out, "Dikirim: tidak ada." in done.out) == (4, False, True)
    assert "(tidak tersambung: “" in done.err
    assert "sesuai" not in ready.run("sync", "--lang", "id").out
    assert "tidak tersambung: “" in ready.run("doctor", "--lang", "id").out
    locale.use("en")


# --- reasons and full stops -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RateLimited("slow down", timedelta(seconds=1)), "it asks to wait: “slow down”"),
        (ChannelUnavailable("GET /x: refused"), "no connection: “GET /x: refused”"),
        (
            OutcomeUnknown("no whole answer came (ReadTimeout)"),
            "no clear answer came: “no whole answer came (ReadTimeout)”",
        ),
        (AuthExpired("Invalid code."), "“Invalid code”"),
        (AuthExpired(""), "AuthExpired"),
    ],
)
def test_a_channels_error_is_told_by_its_kind_and_in_its_words(error: Exception, told: str) -> None:
    assert channel_reason(error) == told  # type: ignore[arg-type]


def test_there_are_never_two_full_stops() -> None:
    template = "The marketplace did not accept the answer: {why}. Open the link again."
    assert sentence(template, {"why": AuthExpired("Invalid code.")}).endswith(
        "answer: “Invalid code”. Open the link again."
    )
    assert fill("{file}: {why}.", {"file": "a.", "why": "It is full."}) == "a.: It is full."
    assert fill("{a} ({why}).", {"a": 1, "why": "so…"}) == "1 (so…)."
    assert fill("{why}. Go.", {"why": "wait..."}) == "wait.... Go.", "an ellipsis is no full stop"
    assert quoted(" ") == ""


def test_a_wrong_code_is_one_clean_sentence(ready: Cli, market: Market) -> None:
    info = market.call("/_sandbox/credentials")
    key = ready.folder / "key.txt"
    key.write_text(info["app"]["secret"], encoding="utf-8")
    key.chmod(0o600)
    words = ["shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--app-id", info["app"]["id"]]
    words += ["--app-key-file", str(key), "--redirect", "https://contoh.example/kembali", "--base-url", market.address]
    words += ["--auth-url", info["auth_url"], "--yes"]
    words += ["--answer", "https://contoh.example/kembali?code=old&shop_id=1"]
    done = ready.run(*words, "--lang", "id")
    assert done.code == 5
    assert not re.search(r"\.[”)]?\.", done.err), done.err
    locale.use("en")


# --- why, import, businesses ------------------------------------------------------------------------------------------------


def test_why_puts_each_problem_on_a_line_of_its_own(connected: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    row = product("Barang Aneh Sekali", Jenis_Produk="Kerajinan")
    assert connected.run("import", str(write_sheet(connected.folder / "lain.csv", [row]))).code == 0
    assert connected.run("plan").code == 0
    more = {"code": "M_X", "message": "It is also too heavy.", "fix": "Weigh it again."}
    real = stock_views.stock_of_sku

    def with_two(engine: Engine, code: str, merchant: str | None = None) -> stock_views.SkuStock:
        found = real(engine, code, merchant)
        return replace(found, listings=tuple(replace(e, problems=(*e.problems, more)) for e in found.listings))

    monkeypatch.setattr(stock_views, "stock_of_sku", with_two)
    lines = connected.run("why", "M01P004").out.splitlines()
    at = lines.index("Shop 1 (shopee): held back:")
    assert lines[at + 1].startswith("  No category is known for")
    assert lines[at + 2 :] == ["  It is also too heavy. Weigh it again."]


def test_a_file_that_is_no_sheet_is_refused(ready: Cli) -> None:
    for name, text, says in (
        ("key.txt", "shpk1234567890\n", "No headings were recognised in key.txt"),
        ("kosong.csv", "Nama Usaha;Nama Produk;Harga;Berat;Stok\n", "no product below the headings"),
    ):
        file = ready.folder / name
        file.write_text(text, encoding="utf-8")
        for more in ((), ("--dry-run",), ("--json",), ("--dry-run", "--json")):
            done = ready.run("import", str(file), *more)
            assert (done.code, done.out, says in done.err) == (2, "", True), (name, more, done)
    assert len(ready.run("products", "list", "--json").json()) == 3


def test_a_business_without_a_shop_is_named(connected: Cli) -> None:
    sheet = write_sheet(connected.folder / "lain.csv", [product("Teh Telang", Nama_Usaha="Warung Lain")])
    assert connected.run("import", str(sheet)).code == 0
    for words in (["sync"], ["sync", "--dry-run"], ["plan"], ["apply", "--yes"]):
        done = connected.run(*words, "--merchant", "warung lain")
        assert (done.code, done.err.count("Warung Lain has no shop yet")) == (0, 1), (words, done)
        assert "No shop is connected" not in done.err


def test_an_unknown_business_leads_on(ready: Cli) -> None:
    near = ready.run("plan", "--merchant", "Dapor Ujii")
    assert (near.code, "Perhaps: Dapur Uji. All of them: jembatan merchant list" in near.err) == (2, True)
    none = ready.run("shop", "connect", "--channel", "shopee", "--merchant", "Xyz", "--sandbox", "http://127.0.0.1:9")
    assert (none.code, none.err.strip().endswith("List them with: jembatan merchant list")) == (2, True)


# --- orders, doctor, channels -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "still_open", "told"),
    [
        ((2, 0, 0, 0), True, "new"),
        ((2, 2, 0, 0), True, "shipped"),
        ((2, 1, 0, 0), True, "partly shipped"),
        ((2, 2, 0, 0), False, "finished"),
        ((2, 0, 2, 0), False, "cancelled"),
        ((2, 1, 1, 1), False, "cancelled"),
        ((2, 1, 1, 0), True, "shipped"),
    ],
)
def test_an_order_has_a_word_of_its_own(amounts: tuple[int, int, int, int], still_open: bool, told: str) -> None:
    ordered, shipped, cancelled, recalled = amounts
    held = ordered - shipped - cancelled
    line = {"ordered": ordered, "shipped": shipped, "cancelled": cancelled, "recalled": recalled, "held": held}
    assert state_of({"open": still_open, "lines": [line], "channel": "shopee", "status": "READY_TO_SHIP"}) == told


@pytest.mark.parametrize(("shipped", "told"), [(0, "shipment arranged"), (2, "shipped")])
def test_an_order_whose_courier_is_ordered_is_not_new(shipped: int, told: str) -> None:
    line = {"ordered": 2, "shipped": shipped, "cancelled": 0, "recalled": 0, "held": 2 - shipped}
    assert state_of({"open": True, "lines": [line], "channel": "shopee", "status": "PROCESSED"}) == told


def test_orders_show_both_words_and_json_the_channels(live: Cli, market: Market) -> None:
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    market.buy(shop, "M01P001")
    assert live.run("sync").code == 0
    status = live.run("orders", "list", "--json").json()[0]["status"]
    assert f"new ({status})" in live.run("orders", "list").out
    assert f"baru ({status})" in live.run("orders", "list", "--lang", "id").out
    locale.use("en")


def test_the_doctor_tells_the_time_of_the_office(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEMBATAN_TIMEZONE", "Asia/Jakarta")
    line = next(each for each in ready.run("doctor").out.splitlines() if "Clock" in each)
    assert re.fullmatch(r"OK  Clock: \d+ \w+ \d{4} \d\d:\d\d", line), line


def test_what_only_tests_need_is_no_marketplace(ready: Cli) -> None:
    names = {row["channel"] for row in ready.run("channels", "--json").json()}
    assert {"shopee", "tokopedia", "bukalapak"} <= names
    for words in (["channels"], ["channels", "--json"], ["doctor"]):
        assert "memory" not in ready.run(*words).out


def test_what_no_command_does_is_not_promised(cli: Cli) -> None:
    rows = {row["channel"]: row["abilities"] for row in cli.run("channels", "--json").json()}
    assert (rows["shopee"], rows["bukalapak"]) == (["consent"], ["saved"])
