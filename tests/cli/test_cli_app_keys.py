"""App keys: several apps beside each other, a key that is replaced without connecting anew, and secrets that nobody else sees."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_world import Cli, Done, Market
from test_cli_consent import connect, follow, link_of

from bridge.cli.session import opened
from bridge.engine.apps import DeveloperApp, apps
from bridge.sandbox import start_in_thread
from bridge.store import crypto
from bridge.store.crypto import create_key_file
from bridge.store.shops import save_app

WRONG = "shpk" + "0" * 48


@pytest.fixture
def fresh() -> Iterator[Market]:
    """A Shopee sandbox of its own."""
    with start_in_thread("shopee", rate_limit=False, wait_s=0) as address:
        yield Market(address)


@pytest.fixture
def office(ready: Cli, fresh: Market) -> Cli:
    """A home with two shops of one app."""
    for _ in range(2):
        words = ("shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--sandbox", fresh.address)
        assert ready.run(*words).code == 0
    return ready


def key_file(cli: Cli, key: str, name: str = "new.key", mode: int = 0o600) -> Path:
    file = cli.folder / name
    file.write_text(key + "\n", encoding="utf-8")
    file.chmod(mode)
    return file


def change(cli: Cli, key: str) -> Done:
    return cli.run("shop", "key", "--channel", "shopee", "--app-key-file", str(key_file(cli, key)))


def the_app() -> DeveloperApp:
    with opened() as engine:
        (app,) = apps(engine)
    return app


def store_key(key: str) -> None:
    """As if the console had given the app another key than the one that is stored."""
    app = the_app()
    with opened() as engine, engine.store.write() as session:
        save_app(session, engine.cipher, app.channel, app.app_id, key, app.settings)


def right_key(market: Market) -> str:
    return str(market.call("/_sandbox/credentials")["app"]["secret"])


# --- rotating -----------------------------------------------------------------------------------------------------------------


def test_a_new_key_is_tried_before_it_replaces_the_old_one(office: Cli, fresh: Market) -> None:
    wrong = change(office, WRONG)
    assert (wrong.code, "The old key stays." in wrong.err) == (2, True)
    assert the_app().secret == right_key(fresh)
    assert office.run("sync").code == 0
    assert WRONG not in wrong.out + wrong.err


def test_the_shops_of_an_app_stay_connected_under_its_new_key(office: Cli, fresh: Market) -> None:
    store_key(WRONG)
    assert office.run("sync").code == 2
    assert {row["state"] for row in office.run("shop", "list", "--json").json()} == {"misconfigured"}
    done = change(office, right_key(fresh))
    assert (done.code, "2 shops stay connected" in done.out) == (0, True), done
    assert office.run("sync").code == 0
    assert the_app().secret == right_key(fresh)
    assert right_key(fresh) not in done.out + done.err


def test_a_new_key_also_renews_a_token_that_has_run_out(office: Cli, fresh: Market) -> None:
    """The old key may be dead already, so the trial signs everything with the new one; a wrong one ends no grant."""
    store_key(WRONG)
    fresh.call("/_sandbox/clock", {"advance_s": 5 * 3600})
    assert change(office, "shpk" + "1" * 48).code == 2
    assert {row["authorisation"] for row in office.run("shop", "list", "--json").json()} == {"ok"}
    assert change(office, right_key(fresh)).code == 0
    assert office.run("sync").code == 0


def test_where_nobody_can_be_asked_the_old_key_stays(office: Cli, fresh: Market) -> None:
    fresh.call("/_sandbox/clock", {"advance_s": 400 * 86400})
    assert office.run("sync").code == 5
    done = change(office, right_key(fresh))
    assert (done.code, "can be asked whether the new key works" in done.err) == (2, True), done
    assert the_app().secret == right_key(fresh)


def test_a_channel_that_is_away_leaves_the_old_key(office: Cli, fresh: Market) -> None:
    fresh.fault(match="/api/v2/shop/get_shop_info", what="5xx", nth=1, times=99)
    assert change(office, WRONG).code in (2, 4)
    assert the_app().secret == right_key(fresh)


def test_a_wrong_key_at_connect_harms_no_shop_of_the_app(office: Cli, fresh: Market) -> None:
    """Nothing is stored before the marketplace has taken the answer."""
    words = connect(office, fresh)
    answer = follow(link_of(office, words) + "&shop_id=" + fresh.call("/_sandbox/credentials")["shops"][2]["id"])
    words[words.index("--app-key-file") + 1] = str(key_file(office, WRONG))
    state_of_wrong = link_of(office, words).partition("state=")[2]
    code = answer.partition("code=")[2].partition("&")[0]
    forged = f"https://contoh.example/kembali?code={code}&shop_id=1&state={state_of_wrong}"
    assert office.run(*words, "--answer", forged).code == 2
    assert the_app().secret == right_key(fresh)
    assert office.run("sync").code == 0


def test_the_old_key_is_in_no_table(office: Cli, fresh: Market) -> None:
    store_key(WRONG)
    with sqlite3.connect(office.home / "jembatan.sqlite3") as db:
        (before,) = db.execute("select secret_sealed from app").fetchone()
    db.close()
    assert change(office, right_key(fresh)).code == 0
    with sqlite3.connect(office.home / "jembatan.sqlite3") as db:
        rows = db.execute("select secret_sealed from app").fetchall()
    db.close()
    assert len(rows) == 1
    assert rows[0][0] != before


def test_an_app_must_be_there_and_a_key_given(office: Cli) -> None:
    none = office.run("shop", "key", "--channel", "tokopedia", "--app-key-file", str(key_file(office, "k")))
    assert (none.code, "no such app" in none.err) == (2, True)
    bare = office.run("shop", "key", "--channel", "shopee")
    assert (bare.code, "--app-key-file" in bare.err) == (2, True)


# --- several apps -------------------------------------------------------------------------------------------------------------


def test_several_apps_stand_beside_each_other(office: Cli, fresh: Market) -> None:
    with start_in_thread("shopee", rate_limit=False, wait_s=0, seed=7) as address:
        more = Market(address)
        words = ("shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--sandbox", address)
        assert office.run(*words).code == 0
        rows = office.run("shop", "apps", "--json").json()
        assert [(row["base_url"], row["shops"]) for row in rows] == [(fresh.address, 2), (address, 1)]
        shown = office.run("shop", "apps")
        assert fresh.address in shown.out
        assert not [key for key in (right_key(fresh), right_key(more)) if key in shown.out]
        vague = change(office, right_key(more))
        assert (vague.code, "has several apps" in vague.err) == (2, True)
        named = ("shop", "key", "--channel", "shopee", "--base-url", address, "--app-key-file")
        assert office.run(*named, str(key_file(office, right_key(more)))).code == 0
        assert office.run("sync").code == 0


# --- secrets ------------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="files are guarded in another way there")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610])
def test_a_key_file_that_others_can_reach_is_refused(office: Cli, mode: int) -> None:
    file = key_file(office, "geheim-4711", mode=mode)
    for words in (
        ("shop", "key", "--channel", "shopee", "--app-key-file", str(file)),
        ("shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--app-key-file", str(file)),
    ):
        done = office.run(*words)
        assert (done.code, f"chmod 600 {file}" in done.err, "geheim" in done.out + done.err) == (2, True, False)


@pytest.mark.skipif(os.name != "posix", reason="files are guarded in another way there")
def test_a_home_whose_key_others_can_read_is_refused(office: Cli) -> None:
    file = office.home / "key.json"
    file.chmod(0o644)
    for words in (["status"], ["sync"], ["doctor"], ["shop", "list"]):
        done = office.run(*words)
        assert (done.code, f"chmod 600 {file}" in done.out + done.err) == (2, True), words
    file.chmod(0o600)
    assert office.run("status").code == 0


def test_where_it_cannot_be_checked_that_is_said(office: Cli, monkeypatch: pytest.MonkeyPatch, fresh: Market) -> None:
    monkeypatch.setattr(crypto, "GUARDED", False)
    done = change(office, right_key(fresh))
    assert (done.code, "it is not checked who can read the file" in done.err) == (0, True)
    assert "it is not checked who can read the key file" in office.run("doctor").out


def test_a_key_may_come_from_the_environment(office: Cli, fresh: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEMBATAN_APP_KEY", right_key(fresh))
    assert office.run("shop", "key", "--channel", "shopee").code == 0
    monkeypatch.setenv("JEMBATAN_APP_KEY", "two words")
    done = office.run("shop", "key", "--channel", "shopee")
    assert (done.code, "JEMBATAN_APP_KEY must hold the app's secret key" in done.err) == (2, True)
    assert "two words" not in done.err


def test_a_token_may_come_from_the_environment(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with start_in_thread("bukalapak", rate_limit=False) as address:
        shop = Market(address).call("/_sandbox/shops", {"name": "Lapak", "authorised": True})
        monkeypatch.setenv("JEMBATAN_SHOP_TOKEN", shop["access_token"])
        words = ("shop", "connect", "--channel", "bukalapak", "--merchant", "Dapur Uji", "--shop-id", str(shop["id"]))
        done = ready.run(*words, "--base-url", f"{address}/v2")
        assert (done.code, shop["access_token"] in done.out + done.err) == (0, False), done
        renew = ready.run("shop", "list", "--json").json()[0]["renew"]
        assert renew.endswith(f"--shop-id {shop['id']} --token-file FILE")


# --- the home's own key -------------------------------------------------------------------------------------------------------


def test_the_home_gets_a_new_key_and_everything_goes_on(office: Cli) -> None:
    file = office.home / "key.json"
    before = file.read_text(encoding="utf-8")
    done = office.run("init", "--new-key")
    assert (done.code, "The home has a new key" in done.out, "Backups" in done.out) == (0, True, True), done
    assert file.read_text(encoding="utf-8") != before
    assert os.name != "posix" or file.stat().st_mode & 0o777 == 0o600
    assert office.run("sync").code == 0
    file.write_text(before, encoding="utf-8")
    assert office.run("sync").code == 2, "the old key opens nothing any more"


def test_a_new_key_needs_a_home(cli: Cli) -> None:
    done = cli.run("init", "--new-key")
    assert (done.code, "Run: jembatan init" in done.err) == (2, True)
    assert not cli.home.joinpath("key.json").exists()


def test_init_with_the_key_of_another_home_changes_neither_database_nor_home(
    office: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, database = office.home / "key.json", office.home / "jembatan.sqlite3"
    with sqlite3.connect(database) as db:
        db.execute("update alembic_version set version_num = '0005'")  # a newer program would bring it up to date
    db.close()
    file.unlink()
    create_key_file(file)
    done = office.run("init")
    assert (done.code, "Put back the key file that belongs to this database" in done.err) == (2, True), done
    with sqlite3.connect(database) as db:
        assert db.execute("select version_num from alembic_version").fetchall() == [("0005",)]
    db.close()
    monkeypatch.setenv("JEMBATAN_HOME", str(office.folder / "other"))
    monkeypatch.setenv("JEMBATAN_DATABASE_URL", f"sqlite:///{database}")
    assert office.run("init").code == 2
    assert not (office.folder / "other" / "key.json").exists()
