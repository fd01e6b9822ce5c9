"""`jembatan alerts`: what somebody should know, told once, and a summary that fits on a telephone."""

import shlex
import sys
from pathlib import Path

import pytest
from cli_world import Cli, Market, write_sheet


@pytest.fixture
def told(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file into which the office's program writes what it is told."""
    script, out = cli.folder / "wa.py", cli.folder / "told.txt"
    script.write_text(f"import sys; open({str(out)!r}, 'ab').write(sys.stdin.buffer.read() + b'|')", encoding="utf-8")
    monkeypatch.setenv("JEMBATAN_ALERT_COMMAND", f'"{sys.executable}" "{script}"')
    return out


def test_a_quiet_home_has_nothing_to_tell_and_nobody_to_tell_it_to(ready: Cli) -> None:
    assert ready.run("alerts").out == "Nothing needs anybody now.\n"
    assert ready.run("alerts", "--json").json() == {"alerts": [], "sent": {}}
    done = ready.run("alerts", "--send")
    assert (done.code, done.out) == (2, "")
    assert "mail_to" in done.err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MAIL_TO", "a@x.id", "smtp_host"),
        ("ALERT_COMMAND", "'wa", "alert_command"),
        ("DIGEST_AT", "7 pagi", "such as 23:15"),
        ("NIGHTLY_AT", "24:00", "such as 23:15"),
        ("PUBLIC_URL", "jembatan.example.id", "such as https://"),
    ],
)
def test_a_wrong_setting_is_named(
    ready: Cli, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"JEMBATAN_{name}", value)
    done = ready.run("alerts")
    assert done.code == 2
    assert words in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_a_refused_change_is_told_once(connected: Cli, market: Market, told: Path) -> None:
    market.fault(
        match="/api/v2/product/add_item", what="error", value={"code": "error_param", "message": "Name is odd"}
    )
    assert connected.run("sync").code == 3
    shown = connected.run("alerts", "--json").json()["alerts"]
    assert [(each["kind"], each["shop"]) for each in shown] == [("refused", 1)]
    assert connected.run("alerts", "--send", "--json").json()["sent"] == {"command": 1}
    assert connected.run("alerts", "--send", "--json").json()["sent"] == {}
    text = told.read_text(encoding="utf-8")
    assert text.count("jembatan retry") == text.count("|") == 1
    assert "Dapur Uji (shopee" in text


def test_the_summary_is_short_and_in_bahasa_indonesia(live: Cli, market: Market, told: Path) -> None:
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    market.buy(shop, "M01P001", 2)
    assert live.run("sync").code == 0
    done = live.run("alerts", "--digest", "--send", "--lang", "id")
    assert done.code == 0, done.err
    assert "Pesanan baru: 1 (shopee 1), Rp" in done.out
    assert done.out.startswith("*Jembatan, ")
    assert len(done.out) < 900
    assert told.read_text(encoding="utf-8") == done.out.rstrip("\n") + "|"
    assert "No new orders." not in live.run("alerts", "--digest").out


def test_a_trial_message_shows_whether_it_arrives(ready: Cli, told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ready.run("alerts", "--test").code == 0
    assert told.read_text(encoding="utf-8").count("|") == 1
    monkeypatch.setenv("JEMBATAN_MAIL_TO", "a@example.id")
    monkeypatch.setenv("JEMBATAN_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("JEMBATAN_SMTP_PORT", "1")
    done = ready.run("alerts", "--test")
    assert done.code == 4
    assert done.err.startswith("Not sent by mail (127.0.0.1: ")


def test_a_guard_is_told_with_the_command_that_goes_on(live: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEMBATAN_GUARD_MINIMUM", "1")
    sheet = write_sheet(live.folder / "murah.csv", Harga="5000")
    assert live.run("import", str(sheet), "--as-of", "2026-11-23").code == 0
    assert live.run("sync").code == 6
    (shown,) = live.run("alerts", "--json").json()["alerts"]
    assert shown["kind"] == "guard"
    command = shown["message"].rpartition(": jembatan ")[2]
    held = live.run(*shlex.split(command))
    assert held.code == 2, "it asks"
    code = live.run("sync").err.rpartition("--confirm ")[2].split()[0]
    assert live.run(*shlex.split(command), "--yes", "--confirm", code).code == 0
    assert live.run("alerts", "--json").json()["alerts"] == []


def test_an_oversold_sku_is_told_with_the_command_that_says_why(live: Cli, market: Market, told: Path) -> None:
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    market.buy(shop, "M01P001", 4)
    assert live.run("sync").code == 0
    assert live.run("stock", "count", "M01P001", "1").code == 0
    (shown,) = live.run("alerts", "--json").json()["alerts"]
    assert (shown["kind"], shown["shop"]) == ("oversold", None)
    assert "Dapur Uji: pieces of Keripik Pisang Kepok (M01P001) ordered that are not there: 3." in shown["message"]
    why = live.run(*shlex.split(shown["message"].rpartition(": jembatan ")[2]))
    assert "Pieces ordered that are not there: 3." in why.out
    assert live.run("alerts", "--send", "--json").json()["sent"] == {"command": 1}
    assert live.run("alerts", "--send", "--json").json()["sent"] == {}
    assert told.read_text(encoding="utf-8").count("M01P001") == 2
    assert live.run("stock", "count", "M01P001", "4").code == 0
    assert live.run("alerts", "--json").json()["alerts"] == []
