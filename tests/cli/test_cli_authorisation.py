"""Until when shops are authorised: a sentence each, warnings before the end, and what the two ends and a lost answer look like."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cli_world import Cli, Done, Market, connect_words

from bridge.sandbox import start_in_thread

DAY = 86400
YEAR = datetime.now(UTC).year + 1  # far enough from today, whenever that is
PLACES = (["status"], ["sync"], ["apply", "--yes", "--json"])


def change(cli: Cli, statement: str, *values: object) -> None:
    """Something happens to the rows."""
    with sqlite3.connect(cli.home / "jembatan.sqlite3") as db:
        db.execute(statement, values)
    db.close()


def stamp(days: float) -> str:
    """A moment so many days from now, as the database keeps it."""
    return (datetime.now(UTC) + timedelta(days=days, minutes=5)).replace(tzinfo=None).isoformat(sep=" ")


def consent_ends(cli: Cli, days: float) -> None:
    change(cli, "update shop set authorised_until = ?", stamp(days))


def refresh_ends(cli: Cli, days: float) -> None:
    change(cli, 'update "grant" set refresh_until = ?', stamp(days))


def told(done: Done) -> str:
    return done.out + done.err


# --- one sentence per shop ----------------------------------------------------------------------------------------------------


def test_each_shop_has_a_sentence_with_its_end_and_the_way_to_renew_it(live: Cli) -> None:
    change(live, "update shop set authorised_until = ?", f"{YEAR}-03-14 03:00:00")
    english, indonesian = live.run("shop", "list"), live.run("shop", "list", "--lang", "id")
    row = live.run("shop", "list", "--json").json()[0]
    shop, command = row["remote_shop_id"], row["renew"]
    assert command.startswith('jembatan shop connect --channel shopee --merchant "Dapur Uji" --app-id ')
    assert (
        f"Shop 1, Dapur Uji (shopee {shop}): connected, valid until 14 March {YEAR}. Renew it here: {command}"
        in english.out
    )
    sentence = (
        f"Toko 1, Dapur Uji (shopee {shop}): terhubung, berlaku sampai 14 Maret {YEAR}. Perbarui di sini: {command}"
    )
    assert sentence in indonesian.out


def test_the_day_is_the_offices_day(live: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    change(live, "update shop set authorised_until = ?", f"{YEAR}-03-14 20:00:00")
    assert f"valid until 15 March {YEAR}" in live.run("shop", "list").out
    monkeypatch.setenv("JEMBATAN_TIMEZONE", "UTC")
    assert f"valid until 14 March {YEAR}" in live.run("shop", "list").out


def test_scripts_read_the_same(live: Cli) -> None:
    consent_ends(live, 6)
    refresh_ends(live, 0.5)
    listed, status = live.run("shop", "list", "--json").json(), live.run("status", "--json").json()
    assert listed == status["shops"]
    row = listed[0]
    assert {"shop", "channel", "remote_shop_id", "merchant", "name", "state", "authorised_until", "checked_at"} <= set(
        row
    )
    assert row["authorisation"] == "ok"
    assert row["consent_until"] == row["authorised_until"]
    found = [(each["ends"], each["days"], each["within_days"]) for each in row["warnings"]]
    assert found == [("refresh", 0, 1), ("consent", 6, 7)]


# --- warnings -----------------------------------------------------------------------------------------------------------------

CONSENT = [
    (200, None),
    (29, "the owner's consent ends on"),
    (6, "the owner's consent ends soon, on"),
    (0.5, "the owner's consent ends within a day, on"),
    (-1, "the owner's consent ended on"),
]
REFRESH = [
    (25, None),
    (6, "the refresh token ends on"),
    (0.5, "the refresh token ends within a day, on"),
    (-1, "the refresh token ended on"),
]


def test_the_end_of_the_consent_is_warned_about_everywhere(live: Cli) -> None:
    for days, words in CONSENT:
        consent_ends(live, days)
        for command in PLACES:
            done = live.run(*command)
            assert done.code == 0, (command, done)
            assert "refresh token" not in told(done)
            if words is None:
                assert "consent" not in told(done), command
                continue
            assert told(done).count(words) == 1, (command, done)
            assert "jembatan shop connect --channel shopee" in told(done)


def test_the_end_of_the_refresh_token_is_told_apart(live: Cli) -> None:
    consent_ends(live, 200)
    for days, words in REFRESH:
        refresh_ends(live, days)
        for command in (*PLACES, ["doctor"]):
            done = live.run(*command)
            assert done.code == 0, (command, done)
            assert "consent" not in told(done)
            found = told(done).count("refresh token")
            assert (found, words is None or words in told(done)) == (0 if words is None else 1, True), (command, done)


def test_the_doctor_warns_from_what_the_channel_says_now(ready: Cli) -> None:
    """A year in steps, each with a run that renews the pair; the end of the consent is read from the channel."""
    with start_in_thread("shopee", rate_limit=False, wait_s=0) as address:
        market = Market(address)
        words = ("shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--sandbox", address)
        assert ready.run(*words).code == 0
        assert "!!" not in ready.run("doctor").out
        for _ in range(12):
            market.call("/_sandbox/clock", {"advance_s": 28 * DAY})
            assert ready.run("shop", "check").code == 0
        done = ready.run("doctor")
        assert done.code == 0
        warned = [line for line in done.out.splitlines() if line.startswith("!!")]
        assert len(warned) == 1
        assert "the owner's consent ends on" in warned[0]
        assert "(days left: 28)" in warned[0]
        rows = ready.run("doctor", "--json").json()
        assert [(row["check"], row["ok"], row["code"]) for row in rows if row["warning"]] == [
            ("authorisation/1", True, 0)
        ]


def test_a_warning_names_its_own_shops_only(live: Cli, market: Market) -> None:
    again = connect_words(market)
    assert live.run(*again).code == 0
    change(live, "update shop set authorised_until = ? where id = 2", stamp(3))
    assert "consent" not in told(live.run("sync", "--shop", "1"))
    assert "the owner's consent ends soon" in told(live.run("sync", "--shop", "2"))


# --- ended, lost, unanswered --------------------------------------------------------------------------------------------------


@pytest.fixture
def single() -> Iterator[Market]:
    """A Shopee sandbox of its own whose used refresh tokens are refused."""
    with start_in_thread("shopee", rate_limit=False, wait_s=0) as address:
        yield Market(address)


@pytest.fixture
def office(ready: Cli, single: Market) -> Cli:
    words = ("shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--sandbox", single.address)
    assert ready.run(*words).code == 0
    return ready


REFRESH_CALL = "/api/v2/auth/access_token/get"


def test_a_lost_answer_is_told_from_the_first_run_to_the_last(
    office: Cli, single: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service took the token and its answer broke off: first unanswered, then lost; never asked about again."""
    single.call("/_sandbox/clock", {"advance_s": 5 * 3600})
    single.fault(match=REFRESH_CALL, nth=1, times=1, where="after", what="drop")
    first = office.run("sync")
    assert (first.code, "the answer to a token refresh was lost" in first.err) == (4, True), first
    monkeypatch.setattr("bridge.engine.authorisations.LEASE", timedelta(0))
    row = office.run("shop", "list", "--json").json()[0]
    assert (row["state"], row["authorisation"]) == ("ok", "unanswered")
    assert "the answer to a renewal is missing. The next run asks again" in told(office.run("status"))
    second = office.run("sync")
    assert second.code == 5
    assert "the answer to a renewal was lost, and the marketplace does not take the old token again" in second.err
    assert 'Let the owner authorise again: jembatan shop connect --channel shopee --merchant "Dapur Uji"' in second.err
    row = office.run("shop", "list", "--json").json()[0]
    assert (row["state"], row["authorisation"]) == ("auth", "lost")
    single.call("/_sandbox/calls", verb="DELETE")
    for command in (["sync"], ["plan"], ["status"]):
        office.run(*command)
    assert single.call("/_sandbox/calls")["calls"] == {}


@pytest.mark.parametrize("command", [["sync", "--all"], ["plan"], ["apply", "--dry-run"], ["sync", "--all", "--json"]])
def test_an_ended_authorisation_is_told_once_with_its_command(office: Cli, single: Market, command: list[str]) -> None:
    single.call("/_sandbox/clock", {"advance_s": 400 * DAY})
    first, again = office.run("sync", "--all"), office.run(*command)
    for done in (first, again):
        assert done.code == 5, done
        assert done.err.count("the authorisation has ended") == 1
        assert (
            "the authorisation has ended. Let the owner authorise again: jembatan shop connect --channel shopee"
            in done.err
        )
    assert "must be authorised again" in office.run("shop", "list").out


def test_where_no_end_is_told_that_is_said(ready: Cli) -> None:
    with start_in_thread("bukalapak", rate_limit=False) as address:
        words = ("shop", "connect", "--channel", "bukalapak", "--merchant", "Dapur Uji", "--sandbox", address)
        assert ready.run(*words).code == 0
        assert "connected, the marketplace tells no end." in ready.run("shop", "list").out
        assert ready.run("shop", "list", "--json").json()[0]["warnings"] == []


def test_why_says_that_nothing_goes_to_a_shop_which_waits_for_its_owner(live: Cli) -> None:
    words = "Nothing is read from this shop or sent to it now: must be authorised again."
    assert words not in live.run("why", "M01P001").out
    change(live, "update shop set state = ?", "auth")
    done = live.run("why", "M01P001")
    assert (done.code, words in done.out) == (0, True)
    assert words in live.run("why", "M01P001", "--json").json()["shops"][0]["sentence"]
    assert "valid until" not in live.run("shop", "list").out
