"""What a stranger stumbled over: a key of another home, a product of many listings, and where to go next."""

import json
import shutil
from typing import Any

from cli_world import Cli, Market

from bridge.cli.products import shop_states
from bridge.engine.listing_states import ListingState


def test_init_refuses_the_key_of_another_database_as_every_command_does(connected: Cli) -> None:
    assert connected.run("init").code == 0
    file = connected.home / "key.json"
    found = file.read_text()
    file.unlink()
    connected.home.rename(connected.folder / "mine")
    assert connected.run("init").code == 0
    shutil.copy(file, connected.folder / "mine" / "key.json")
    shutil.rmtree(connected.home)
    (connected.folder / "mine").rename(connected.home)
    wrong, sync = connected.run("init"), connected.run("sync")
    assert (wrong.code, sync.code) == (2, 2)
    assert "is not in key.json. Put back the key file that belongs to this database." in wrong.err
    file.write_text(found)
    assert connected.run("init").code == 0


def states(*found: tuple[int, str]) -> list[str]:
    return shop_states([ListingState(shop, "bukalapak", 1, None, state) for shop, state in found])


def test_a_shop_with_a_listing_for_each_variant_is_named_once(cli: Cli) -> None:
    assert cli.run("--lang", "en", "channels").code == 0
    assert states((1, "live"), (3, "live"), (3, "live")) == ["1: on sale", "3: on sale"]
    assert states((3, "live"), (3, "hidden"), (3, "live")) == ["3: 2 of 3 on sale"]


def test_a_plan_ends_with_the_command_that_writes_it(connected: Cli) -> None:
    assert connected.run("plan", "--shop", "1").out.strip().endswith("jembatan apply --shop 1")
    assert connected.run("apply", "--yes").code == 0
    assert "jembatan apply" not in connected.run("plan").out


def test_the_history_names_shop_and_order(live: Cli, market: Market) -> None:
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    number = market.buy(shop, "M01P001")
    assert live.run("sync").code == 0
    rows: list[dict[str, Any]] = live.run("stock", "history", "M01P001", "--json").json()
    assert [(row["shop"], row["order"]) for row in rows] == [(None, None), (1, number)]
    assert number in live.run("stock", "history", "M01P001").out


def test_full_says_who_masked_the_buyer(live: Cli, market: Market) -> None:
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    number = market.buy(shop, "M01P001")
    assert live.run("sync").code == 0
    shown = live.run("orders", "show", number, "--full")
    buyer = live.run("orders", "show", number, "--full", "--json").json()["buyer"]
    assert ("*" in json.dumps(buyer), "The stars are the marketplace's" in shown.out) == (True, True)
    assert "The stars" not in live.run("orders", "show", number).out
