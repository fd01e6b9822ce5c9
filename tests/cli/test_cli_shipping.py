"""Orders shipped, cancelled and shown, and a buyer's data given out and erased: the commands against a Shopee sandbox."""

import json
import os
import re
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from cli_world import Cli, Market

from bridge.engine.context import Lane
from bridge.engine.home import open_engine
from bridge.engine.sync import shops_of
from bridge.settings import load_settings


@pytest.fixture
def sold(live: Cli, market: Market) -> tuple[Cli, list[str]]:
    """Three paid orders of three pieces, known here."""
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    sku = live.run("products", "list", "--json").json()[0]["skus"][0]["sku"]
    numbers = [market.buy(shop, sku, 1) for _ in range(3)]
    assert live.run("sync", "--json").json()["orders_new"] == 3
    return live, numbers


def order(cli: Cli, number: str, *more: str) -> Any:
    return cli.run("orders", "show", number, "--json", *more).json()


def state_of(market: Market, number: str) -> str:
    """What the marketplace itself says of an order."""
    return next(str(row["status"]) for row in market.call("/_sandbox/state")["orders"] if row["id"] == number)


def test_shipping_with_a_label(sold: tuple[Cli, list[str]]) -> None:
    cli, (first, second, third) = sold
    planned = cli.run("orders", "ship", first, "--dry-run")
    assert (planned.code, planned.out.strip()) == (0, f"shopee {first}: would be shipped.")
    assert order(cli, first)["status"] == "READY_TO_SHIP"
    done = cli.run("orders", "ship", first, "--label")
    assert done.code == 0, done.err
    assert f"shopee {first}: shipped." in done.out
    label = Path(re.findall(r"Label: (\S+)", done.out)[0])
    assert label.read_bytes().startswith(b"%PDF")
    assert label.parent == cli.home / "labels"
    assert (stat.S_IMODE(label.stat().st_mode), stat.S_IMODE(label.parent.stat().st_mode)) == (0o600, 0o700)
    shown = order(cli, first)
    assert (shown["status"], [each["state"] for each in shown["writes"]]) == ("PROCESSED", ["done"])
    refused = cli.run("orders", "ship", first)
    assert (refused.code, "refused" in refused.err) == (3, True)
    bulk = cli.run("orders", "ship", "--all-paid", "--merchant", "Dapur Uji", "--json")
    assert bulk.code == 0, bulk.err
    assert {row["order"]: row["state"] for row in bulk.json()} == {second: "done", third: "done"}
    assert "No paid order" in cli.run("orders", "ship", "--all-paid").out
    os.utime(label, (0, 0))
    assert cli.run("sync", "--json").code == 0
    assert not label.exists(), "a label whose days are over goes with the next run"
    again = cli.run("orders", "label", first)
    assert (again.code, label.exists()) == (0, True)


def test_cancelling_asks_for_a_reason_that_the_channel_knows_and_nonsense_is_said_in_a_sentence(
    sold: tuple[Cli, list[str]], market: Market
) -> None:
    cli, (first, _, _) = sold
    wrong = cli.run("orders", "cancel", first, "--reason", "bored")
    assert (wrong.code, "out-of-stock, customer-request" in wrong.err) == (2, True)
    assert cli.run("orders", "cancel", first, "--reason", "out-of-stock", "--dry-run").code == 0
    done = cli.run("orders", "cancel", first, "--reason", "Out of stock")
    assert (done.code, done.out.strip()) == (0, f"shopee {first}: cancelled.")
    assert state_of(market, first) == "CANCELLED"
    over = cli.run("orders", "ship", first)
    assert (over.code, "nothing is left" in over.err) == (2, True)
    for words, told in (
        (("ship",), "Name one order"),
        (("ship", first, "--all-paid"), "Name one order"),
        (("ship", "--all-paid", "--tracking", "R1"), "belongs to one order"),
        (("ship", "404"), "no order 404"),
        (("cancel", first), "--reason"),
        (("show", "404"), "no order 404"),
    ):
        done = cli.run("orders", *words)
        assert (done.code, told in done.err) == (2, True), done


def test_a_shop_that_another_run_holds_gets_the_shipment_and_a_lost_answer_is_looked_up(
    sold: tuple[Cli, list[str]], market: Market
) -> None:
    cli, (first, second, _) = sold
    engine = open_engine(load_settings())
    lane = Lane(engine=engine, shop=shops_of(engine)[0])
    assert lane.enter()
    done = cli.run("orders", "ship", first)
    assert (done.code, "another run" in done.err) == (7, True)
    lane.leave()
    engine.store.close()
    assert cli.run("sync", "--json").code == 0
    assert state_of(market, first) == "PROCESSED"
    market.fault(match="/api/v2/logistics/ship_order", where="after", what="drop")
    done = cli.run("orders", "ship", second)
    assert (done.code, done.out.strip()) == (0, f"shopee {second}: shipped."), done.err
    calls = market.call("/_sandbox/calls")["calls"]["/api/v2/logistics/ship_order"]
    assert calls.get("logistics.package_already_shipped") is None


def test_a_person_gets_all_that_is_held_and_may_have_it_erased(sold: tuple[Cli, list[str]], market: Market) -> None:
    cli, (first, second, _) = sold
    (cli.home / "labels").mkdir()
    (cli.home / "labels" / f"1-{first}.pdf").write_bytes(b"%PDF")
    masked, full = order(cli, first)["buyer"], order(cli, first, "--full")["buyer"]
    assert full["phone"] == "******21"
    assert masked["phone"] == "•••*21"
    assert masked["address"] == "•••"
    shown = cli.run("orders", "show", first)
    assert "--full" in shown.out
    assert full["name"] not in shown.out
    given = cli.run("privacy", "export", first)
    assert given.code == 0, given.err
    file = next((cli.home / "exports").iterdir())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (held,) = json.loads(file.read_text())["orders"]
    assert (held["order"], held["buyer"], len(held["labels"])) == (first, full, 1)
    nobody = cli.run("privacy", "erase", "B******i", "--yes")
    assert (nobody.code, "Nothing is held" in nobody.err) == (2, True)
    unasked = cli.run("privacy", "erase", first)
    assert (unasked.code, "--yes" in unasked.err) == (2, True)
    assert cli.run("privacy", "erase", first, "--dry-run").code == 0
    assert order(cli, first)["buyer"]
    gone = cli.run("privacy", "erase", first, "--yes", "--json")
    assert gone.json() == {"orders": [first], "buyers": 1, "files": 2}
    assert list((cli.home / "labels").iterdir()) == list((cli.home / "exports").iterdir()) == []
    time.sleep(1.1)
    market.call(f"/_sandbox/orders/{first}/ship", {})
    assert cli.run("sync", "--json").json()["orders_changed"] == 1
    after = order(cli, first, "--full")
    assert (after["status"], after["buyer"], after["total_idr"] is not None) == ("SHIPPED", {}, True)
    assert after["erased_at"]
    assert "erased" in cli.run("orders", "show", first).out
    assert order(cli, second)["buyer"], "another order keeps its buyer"
