"""What a channel refuses is told to people: what it means, who acts, what to do, then its own words. Scripts get the names."""

from datetime import timedelta
from typing import Any

import pytest
from cli_world import NAMES, Cli, Market

from bridge import locale
from bridge.cli.meaning import reason, refusal
from bridge.cli.speak import channel_reason
from bridge.connectors import registry
from bridge.connectors.base import Plugin, Ports
from bridge.connectors.shopee.errors import error_of
from bridge.errors import UserError

ADD, STOCK = "/api/v2/product/add_item", "/api/v2/product/update_stock"
TITLE = {"code": "error_title_character_forbidden", "message": "Item_name contains forbidden characters."}
MEANS = "Judulnya memuat kata atau tanda yang dilarang marketplace."
REMEDY = "Pemilik usaha: Tulis namanya tanpa emoji, HTML, dan tanda berulang, lalu impor lagi lembar datanya."
WORDS = "(“error_title_character_forbidden: Item_name contains forbidden characters”)"


@pytest.fixture
def refused(connected: Cli, market: Market) -> tuple[Cli, str, str]:
    """A run in Bahasa Indonesia that met one refused title: the shell, the product's code, and what the run said on stderr."""
    market.fault(match=ADD, what="error", value=TITLE)
    done = connected.run("sync", "--lang", "id")
    assert done.code == 3
    row = connected.run("retry", "--json").json()["refused"][0]
    return connected, f"M01P{NAMES.index(row['title']) + 1:03}", done.err


def test_the_end_of_a_run_says_it_in_the_users_language(refused: tuple[Cli, str, str]) -> None:
    _cli, _code, told = refused
    assert f"{MEANS} {REMEDY} {WORDS}" in told


def test_the_list_of_refused_writes_says_it(refused: tuple[Cli, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.cli.speak.WIDE", 1000)
    cli, _code, _told = refused
    listed = cli.run("retry", "--lang", "id").out
    assert f"{MEANS} {WORDS}" in listed
    assert REMEDY in listed
    assert "tambahkan --force" in listed
    assert "Pemilik usaha" not in cli.run("retry", "--lang", "id", "--force").out


def test_a_product_says_what_was_refused_of_it(refused: tuple[Cli, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.cli.speak.WIDE", 1000)
    cli, code, _told = refused
    shown = cli.run("products", "show", code, "--lang", "id").out
    assert f"{MEANS} {WORDS}" in shown
    assert REMEDY in shown
    (listing,) = cli.run("products", "show", code, "--json").json()["listings"]
    (row,) = listing["refused"]
    assert (row["kind"], row["meaning"], row["who"], row["changed"]) == ("create", "title_signs", "merchant", False)
    other = next(f"M01P{number:03}" for number in (1, 2, 3) if f"M01P{number:03}" != code)
    assert MEANS not in cli.run("products", "show", other, "--lang", "id").out
    assert cli.run("products", "show", other, "--json").json()["listings"][0]["refused"] == []


def test_why_says_it_and_scripts_get_the_names(refused: tuple[Cli, str, str]) -> None:
    cli, code, _told = refused
    assert f"{MEANS} {REMEDY} {WORDS}" in cli.run("why", code, "--lang", "id").out
    operation = cli.run("why", code, "--json").json()["shops"][0]["operation"]
    assert (operation["meaning"], operation["who"]) == ("title_signs", "merchant")
    assert operation["code"] == "error_title_character_forbidden"


def test_retry_for_scripts_has_meaning_and_who(refused: tuple[Cli, str, str]) -> None:
    cli, _code, _told = refused
    (row,) = cli.run("retry", "--json").json()["refused"]
    assert (row["meaning"], row["who"], row["code"]) == (
        "title_signs",
        "merchant",
        "error_title_character_forbidden",
    )


def test_a_write_that_waits_for_the_channel_says_why(live: Cli, market: Market) -> None:
    market.fault(match=STOCK, what="error", value={"code": "error_holiday_mode_change_stock"})
    assert live.run("stock", "count", "M01P001", "4").code == 0
    assert live.run("sync").code == 0
    told = live.run("why", "M01P001").out
    assert "4 waits to be sent. The shop is in holiday mode. The business: End it in the seller centre" in told
    assert live.run("why", "M01P001", "--json").json()["shops"][0]["operation"]["meaning"] == "holiday"


def test_a_write_that_just_waits_means_nothing(live: Cli) -> None:
    operation = live.run("why", "M01P001", "--json").json()["shops"][0]["operation"]
    assert (operation["state"], operation["meaning"], operation["who"]) == ("done", None, None)


def without_meanings(channel: str) -> Plugin:
    """The plugin of a connector that was written before meanings were asked for."""

    class Plain:
        name, real_host = channel, "https://market.test"

        def open(self, shop: str, settings: Any, ports: Ports) -> Any:
            raise AssertionError("nothing is opened to tell what a refusal means")

    return Plain()


def missing(_channel: str) -> Plugin:
    raise UserError("There is no channel {name}.", name="shopee")


@pytest.mark.parametrize("found", [without_meanings, missing])
def test_without_a_table_the_words_are_left(
    refused: tuple[Cli, str, str], monkeypatch: pytest.MonkeyPatch, found: Any
) -> None:
    cli, _code, _told = refused
    monkeypatch.setattr(registry, "plugin", found)
    (row,) = cli.run("retry", "--json").json()["refused"]
    assert (row["meaning"], row["who"]) == ("unknown", "operator")
    monkeypatch.setattr("bridge.cli.speak.WIDE", 1000)
    assert f"The bridge does not know this reason. {WORDS}" in cli.run("retry").out


def test_an_error_of_the_whole_shop_says_what_its_code_means() -> None:
    error = error_of("error_param", "Timestamp is expired.", timedelta(0))
    locale.use("id")
    assert channel_reason(error) == "Jam komputer ini salah: “error_param: Timestamp is expired”"
    locale.use("en")
    assert channel_reason(error) == "The clock of this computer is wrong: “error_param: Timestamp is expired”"


def test_nobody_is_named_where_nobody_acts_and_no_brackets_stand_around_nothing() -> None:
    assert refusal("locked", "") == "A review or an appeal keeps it as it is for now. It is sent again by itself."
    assert reason("price_missing", "no price.") == "A variant has no price. (“no price”)"
    assert reason("a name from a newer package", "x") == "The bridge does not know this reason. (“x”)"
