"""The whole way through the command line: from a spreadsheet to orders, and back to rest."""

import re
import sys

import pytest
from cli_world import Cli, Market, Terminal, connect_words, product, write_sheet


def test_from_a_spreadsheet_to_an_order_and_back_to_rest(
    ready: Cli, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JEMBATAN_PICTURE_BASE_URL", f"{market.address}/_sandbox/pictures")
    connect = connect_words(market, merchant="DAPUR  uji")
    assert ready.run(*connect).code == 0
    shop = ready.run("shop", "list", "--json").json()[0]["remote_shop_id"]

    plan = ready.run("plan", "--all", "--json").json()
    assert [step["kind"] for step in plan["steps"]] == ["create"] * 3
    assert market.listings(shop) == [], "a plan writes nothing"

    assert ready.run("apply", "--yes").code == 0
    shown = market.listings(shop)
    assert {row["status"] for row in shown} == {"NORMAL"}
    assert {sku["stock"] for row in shown for sku in row["skus"]} == {10}

    order = market.buy(shop, "M01P001", 3)
    pulled = ready.run("sync", "--json").json()
    assert (pulled["orders_new"], pulled["writes"]) == (1, 0), "the channel lowered its own number"

    stock = ready.run("stock", "show", "M01P001", "--json").json()
    assert (stock["on_hand"], stock["held"], stock["available"], stock["exposure"]) == (10, 3, 7, 0)
    assert stock["listings"][0]["low"] == 7

    why = ready.run("why", "M01P001").out
    assert order in why
    assert "available 7" in why

    listed = ready.run("orders", "list", "--json").json()
    assert listed[0]["order"] == order
    assert listed[0]["lines"][0]["ordered"] == 3
    assert "buyer" not in str(listed).lower()

    again = ready.run("sync", "--all", "--json").json()
    assert (again["writes"], again["orders_new"], again["orders_changed"]) == (0, 0, 0)


def test_two_shops_of_one_business_share_the_stock(live: Cli, market: Market) -> None:
    words = connect_words(market)
    assert live.run(*words).code == 0
    assert live.run("sync", "--json").json()["created"] == 3
    first, second = (row["remote_shop_id"] for row in live.run("shop", "list", "--json").json())
    market.buy(first, "M01P002", 4)
    done = live.run("sync", "--json").json()
    assert (done["orders_new"], done["stock"]) == (1, 1)
    assert [
        sku["stock"] for row in market.listings(second) for sku in row["skus"] if sku["seller_sku"] == "M01P002"
    ] == [6]
    assert live.run("sync", "--json").json()["writes"] == 0


def test_a_corrected_price_and_a_count_reach_the_shop(live: Cli, market: Market) -> None:
    sheet = write_sheet(live.folder / "produk.csv", Harga="17000")
    assert live.run("import", str(sheet), "--as-of", "2026-11-23").code == 0
    assert live.run("stock", "count", "M01P001", "25", "--note", "Senin pagi").code == 0
    plan = live.run("plan").out
    assert "Rp15,000" in plan
    assert "Rp17,000" in plan
    assert "25 pcs" in plan
    done = live.run("sync", "--json").json()
    assert (done["price"], done["stock"]) == (3, 1)
    assert live.run("sync", "--json").json()["writes"] == 0


def test_a_licence_that_ended_takes_the_product_off(live: Cli, market: Market) -> None:
    sheet = write_sheet(live.folder / "produk.csv", [product("Keripik Pisang Kepok", PIRT="2061872010001-25")])
    assert live.run("import", str(sheet), "--as-of", "2026-11-23").code == 0
    plan = live.run("plan")
    assert "hidden" in plan.out
    assert "The P-IRT number has expired" in plan.out
    assert live.run("plan", "--json").json()["steps"][0]["visible"] is False
    assert live.run("sync", "--json").json()["visibility"] == 1
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    assert sorted(row["status"] for row in market.listings(shop)) == ["NORMAL", "NORMAL", "UNLIST"]
    assert "hidden" in live.run("products", "list").out
    why = live.run("why", "M01P001").out
    assert why.index("The P-IRT number has expired") < why.index("hidden: it may not be sold as it is.")
    assert "sold out" not in why


def test_a_new_text_is_shown_before_it_is_sent(live: Cli) -> None:
    sheet = write_sheet(live.folder / "produk.csv", Deskripsi="Renyah, gurih, dibuat segar setiap pagi di dapur kami.")
    assert live.run("import", str(sheet), "--as-of", "2026-11-23").code == 0
    told = live.run("plan").out
    assert "text and pictures" in told
    assert told.count("Keripik Tempe Sagu") == 2, "name and title; the title does not change"
    assert "texts 3" in live.run("sync").out


def test_the_plan_shows_name_and_title_side_by_side(live: Cli) -> None:
    sheet = write_sheet(live.folder / "lain.csv", [product("KERIPIK UBI COD")])
    assert live.run("import", str(sheet), "--as-of", "2026-11-23").code == 0
    told = live.run("plan")
    assert "Title in the shop" in told.out
    row = next(line for line in told.out.splitlines() if "new listing" in line)
    assert re.search(r"KERIPIK UBI COD\s+Keripik Ubi\s+M01P004", row), row
    step = next(step for step in live.run("plan", "--json").json()["steps"] if step["kind"] == "create")
    assert (step["product"], step["title"]) == ("KERIPIK UBI COD", "Keripik Ubi")

    assert live.run("stock", "count", "M01P001", "4").code == 0
    assert live.run("apply", "--yes").code == 0
    assert live.run("stock", "count", "M01P001", "6").code == 0
    assert "Title in the shop" not in live.run("plan").out, "a figure carries no title"


def test_what_cannot_be_published_is_held_back_with_its_reason(connected: Cli) -> None:
    sheet = write_sheet(connected.folder / "lain.csv", [product("Barang Aneh Sekali", Jenis_Produk="Kerajinan")])
    assert connected.run("import", str(sheet), "--as-of", "2026-11-23").code == 0
    done = connected.run("plan")
    assert done.code == 0
    assert "Held back" in done.out
    assert "categories map" in done.out
    parked = connected.run("plan", "--json").json()["parked"]
    assert parked[0]["title"] == "Barang Aneh Sekali"
    assert parked[0]["problems"][0]["code"].startswith("M_CATEGORY")
    why = connected.run("why", "M01P004")
    assert "held back" in why.out
    shown = connected.run("products", "show", "M01P004")
    assert "Held back" in shown.out


def test_apply_shows_the_plan_and_does_nothing_without_a_yes(connected: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("\n"))
    done = connected.run("apply")
    assert done.code == 0
    assert "new listing" in done.out
    assert "Nothing was written." in done.out
    assert connected.run("sync", "--dry-run", "--json").json()["created"] == 3
    assert "new listing" in connected.run("sync", "--dry-run").out
    assert connected.run("apply", "--dry-run", "--json").json()["created"] == 0


def test_apply_writes_after_a_yes(connected: Cli, market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("ya\n"))
    done = connected.run("apply", "--merchant", "dapur uji")
    assert done.code == 0
    assert "Written: new listings 3" in done.out
    assert connected.run("apply", "--yes").code == 0


def test_a_run_over_no_shop_says_so_and_is_fine(ready: Cli) -> None:
    done = ready.run("sync", "--all", "--json")
    assert done.code == 0
    assert done.json()["shops"] == 0
    assert "No shop is connected yet" in done.err
