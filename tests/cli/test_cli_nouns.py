"""Each noun's commands: what people read, and the keys that scripts read."""

import sqlite3
import sys
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest
from cli_world import Cli, Market, Terminal, connect_words, product, write_sheet


def test_init_may_be_run_again(cli: Cli) -> None:
    assert "The home is ready" in cli.run("init").out
    key = (cli.home / "key.json").read_bytes()
    again = cli.run("init")
    assert (again.code, "already" in again.out) == (0, True)
    assert (cli.home / "key.json").read_bytes() == key


# --- import -----------------------------------------------------------------------------------------------------------------


def test_a_dry_run_needs_no_home_and_gives_one_record_per_row(cli: Cli) -> None:
    sheet = write_sheet(cli.folder / "produk.csv", [product("Keripik Satu"), product("Keripik Dua", Harga="")])
    done = cli.run("import", str(sheet), "--dry-run", "--json", "--as-of", "2026-11-23")
    assert done.code == 3
    rows = done.lines()
    assert [row["row_kind"] for row in rows] == ["header", "product", "product"]
    assert rows[1]["csv_line"] == 2
    assert (rows[1]["price_int"], rows[1]["publishable"]) == (15000, "yes")
    assert "E_PRICE_MISSING" in rows[2]["reasons"]
    assert not cli.home.joinpath("jembatan.sqlite3").exists()
    text = cli.run("import", str(sheet), "--dry-run", "--as-of", "2026-11-23").out
    assert "Nothing was stored" in text
    assert "produk!3" in text


def test_importing_twice_changes_nothing(ready: Cli) -> None:
    done = ready.run("import", str(ready.folder / "produk.csv"), "--json")
    summary = done.lines()[-1]
    assert summary.pop("row_kind") == "summary"
    assert [summary.pop(key) for key in ("without_business", "missing", "ids_not_followed")] == [0, [], []]
    assert summary == dict(rows=3, publishable=3, merchants=1, created=0, updated=0, unchanged=3, refused=0)  # noqa: C408


def test_a_duplicate_names_the_other_row(ready: Cli) -> None:
    sheet = write_sheet(ready.folder / "ganda.csv", [product("Keripik Satu"), product("Keripik Satu")])
    assert "ganda!2" in ready.run("import", str(sheet)).out


def test_a_code_that_is_taken_is_replaced_and_said(ready: Cli) -> None:
    rows = [product("Keripik Ungu", SKU="KU-1"), product("Keripik Jingga", SKU="KU-1")]
    done = ready.run("import", str(write_sheet(ready.folder / "kode.csv", rows)))
    assert (
        "kode!3: the SKU code KU-1 belongs to another product of Dapur Uji. This one got the code M01P005" in done.err
    )
    assert ready.run("products", "show", "KU-1").code == 0


def test_a_long_table_says_how_much_is_left_out(cli: Cli) -> None:
    sheet = write_sheet(cli.folder / "banyak.csv", [product(f"Keripik {number}", Foto="") for number in range(210)])
    assert "… and 10 more" in cli.run("import", str(sheet), "--dry-run").out


# --- merchant and products ----------------------------------------------------------------------------------------------------


def test_businesses_are_listed_and_found_in_any_spelling(connected: Cli) -> None:
    assert "Dapur Uji" in connected.run("merchant", "list").out
    row = connected.run("merchant", "list", "--json").json()[0]
    assert (row["merchant"], row["products"], row["publishable"], row["stocked"], row["shops"]) == (
        "Dapur Uji",
        3,
        3,
        3,
        1,
    )
    assert connected.run("merchant", "show", "dapur.UJI", "--json").json()["shop_numbers"] == [1]
    assert "Shop 1: shopee" in connected.run("merchant", "show", "Dapur Uji").out


def test_an_empty_catalog_says_what_to_do(cli: Cli) -> None:
    assert cli.run("init").code == 0
    for noun in ("merchant", "products"):
        assert "jembatan import" in cli.run(noun, "list").out
    assert cli.run("products", "list", "--json").json() == []
    assert "No shop is connected yet" in cli.run("shop", "list").out
    assert "No order yet" in cli.run("orders", "list").out
    assert "Nothing has run yet" in cli.run("status").out


def test_products_tell_their_state_and_what_holds_them_back(ready: Cli) -> None:
    sheet = write_sheet(ready.folder / "kurang.csv", [product("Keripik Tanpa Foto", Foto="")])
    assert ready.run("import", str(sheet)).code == 0
    row = ready.run("products", "list", "--merchant", "dapur uji", "--json").json()[-1]
    assert (row["code"], row["product"], row["publishable"]) == ("M01P004", "Keripik Tanpa Foto", False)
    assert "W_IMAGE_MISSING" in row["blockers"]
    shown = ready.run("products", "show", "M01P004").out
    assert "cannot be published yet" in shown
    assert "There is no picture." in shown
    assert ready.run("products", "show", "M01P004", "--json").json()["code"] == "M01P004"
    assert "W_IMAGE_MISSING" in ready.run("why", "M01P004").out


def test_products_are_listed_for_people(connected: Cli) -> None:
    text = connected.run("products", "list").out
    assert "Keripik Tempe Sagu" in text
    assert "Rp15,000" in text
    assert "1: waits to be written" in text
    assert "Rp15.000" in connected.run("products", "list", "--lang", "id").out
    assert "It can be published." in connected.run("products", "show", "M01P001").out


def test_a_product_with_variants_asks_which_one(ready: Cli) -> None:
    assert ready.run("products", "show", "M01P001").code == 0
    sheet = ready.folder / "varian.csv"
    sheet.write_text(
        "Nama Usaha;Jenis Produk;Nama Produk;Ukuran;Harga;Berat;Stok;Foto;Deskripsi\n"
        "Batik Uji;Fashion;Kaos Siger Dewasa;S, M, L;75000;200 gr;10;"
        "https://contoh.example/kaos.jpg;Kaos katun adem untuk sehari-hari.\n",
        encoding="utf-8",
    )
    assert ready.run("import", str(sheet)).code == 0
    done = ready.run("stock", "show", "M02P001")
    assert (done.code, "M02P001-1, M02P001-2, M02P001-3" in done.err) == (2, True)
    shown = ready.run("stock", "show", "M02P001-2").out
    assert "Kaos Siger Dewasa – M" in shown
    assert "split over the variants (10 / 3)" in shown
    assert "10 / 3" in ready.run("why", "M02P001-2").out


# --- shops --------------------------------------------------------------------------------------------------------------------


def test_shops_are_listed_and_checked(connected: Cli) -> None:
    row = connected.run("shop", "list", "--json").json()[0]
    assert (row["shop"], row["channel"], row["merchant"], row["state"]) == (1, "shopee", "Dapur Uji", "ok")
    assert "connected" in connected.run("shop", "list").out
    assert "Dapur Uji (shopee" in connected.run("shop", "check").out
    checked = connected.run("shop", "check", "shopee", "--json")
    assert (checked.code, checked.json()[0]["ok"], checked.json()[0]["check"]) == (0, True, "shop/1")


def test_two_shops_of_a_channel_must_be_named_by_number(connected: Cli, market: Market) -> None:
    again = connect_words(market)
    assert connected.run(*again).code == 0
    done = connected.run("plan", "--shop", "shopee")
    assert (done.code, "1 (Dapur Uji), 2 (Dapur Uji)" in done.err) == (2, True)
    assert connected.run("plan", "--shop", "2", "--json").json()["shops"] == 1
    assert connected.run("plan", "--merchant", "DAPUR UJI", "--json").json()["shops"] == 2


def test_an_own_app_is_connected_by_link_and_pasted_answer(
    ready: Cli, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = market.call("/_sandbox/credentials")
    market.call("/_sandbox/shops", {"name": "Toko Baru", "authorised": False})
    key = ready.folder / "key.txt"
    key.write_text(info["app"]["secret"] + "\n", encoding="utf-8")
    key.chmod(0o600)
    words = ["shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--app-id", info["app"]["id"]]
    words += ["--app-key-file", str(key), "--redirect", "https://contoh.example/kembali"]
    words += ["--base-url", market.address, "--auth-url", info["auth_url"]]

    alone = ready.run(*words)
    assert (alone.code, "--answer URL" in alone.err) == (2, True)
    link = next(line for line in alone.out.splitlines() if line.startswith("http"))
    answer = follow(link)
    state = parse_qs(urlsplit(answer).query)["state"][0]

    wrong = ready.run(*words, "--answer", answer.replace(state, "another"))
    assert (wrong.code, "another attempt" in wrong.err) == (2, True)
    monkeypatch.setattr(sys, "stdin", Terminal(answer + "\n"))
    done = ready.run(*words)
    assert done.code == 0, done.err
    assert "Connected: shop 1" in done.out
    assert info["app"]["secret"] not in done.out + done.err


def follow(link: str) -> str:
    """The owner agrees; gives the address that the browser is sent to."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_args: object) -> None:
            return None

    try:
        urllib.request.build_opener(Stay).open(link, timeout=20)
    except urllib.error.HTTPError as error:
        with error:
            return str(error.headers["location"])
    raise AssertionError("the consent page sent nobody back")


# --- stock, orders, why -------------------------------------------------------------------------------------------------------


def test_stock_is_counted_corrected_and_told(live: Cli) -> None:
    assert live.run("stock", "count", "M01P001", "8", "--counted-at", "2026-01-02T08:00").code == 0
    assert live.run("stock", "count", "M01P001", "12", "--note", "gudang").code == 0
    assert "14 pieces on hand" in live.run("stock", "adjust", "M01P001", "+2", "--note", "retur").out
    assert "13 pieces on hand" in live.run("stock", "adjust", "M01P001", "-1").out
    kinds = [row["kind"] for row in live.run("stock", "history", "M01P001", "--json").json()]
    assert sorted(kinds) == ["adjust", "adjust", "count", "count", "count"]
    told = live.run("stock", "history", "M01P001").out
    assert "retur" in told
    assert "corrected" in told


def test_stock_json_has_the_words_of_the_architecture(live: Cli) -> None:
    stock = live.run("stock", "show", "M01P001", "--json").json()
    assert {"sku", "merchant", "on_hand", "held", "available", "exposure", "listings"} <= set(stock)
    listing = stock["listings"][0]
    assert {"channel", "shop", "may_sell", "low", "seen", "base"} <= set(listing)
    assert (listing["channel"], listing["shop"], listing["base"], listing["seen"]) == ("shopee", 1, 10, None)
    text = live.run("stock", "show", "M01P001").out
    assert "On hand 10, held by orders 0, available 10." in text
    assert "on sale" in text


def test_unknown_stock_is_null_and_never_zero(connected: Cli) -> None:
    sheet = write_sheet(connected.folder / "tanya.csv", [product("Keripik Tanpa Stok", Stok="")])
    assert connected.run("import", str(sheet)).code == 0
    stock = connected.run("stock", "show", "M01P004", "--json").json()
    assert (stock["on_hand"], stock["available"], stock["exposure"]) == (None, None, None)
    assert "The stock is unknown" in connected.run("stock", "show", "M01P004").out
    assert "unknown stock is never sent" in connected.run("why", "M01P004").out
    assert "never counted" in connected.run("stock", "adjust", "M01P004", "+1").err
    assert connected.run("stock", "history", "M01P004").out.strip() == "Nothing was ever counted or moved."
    assert connected.run("plan").code == 0
    assert "held back:\n  The stock of M01P004 is unknown." in connected.run("why", "M01P004").out


def test_a_buffer_lowers_what_the_shop_shows(live: Cli, market: Market) -> None:
    assert "keep 2 pieces back" in live.run("stock", "rule", "--buffer", "2", "--shop", "1").out
    assert live.run("sync", "--json").json()["stock"] == 3
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    assert {sku["stock"] for row in market.listings(shop) for sku in row["skus"]} == {8}
    assert "buffer 2 → shows 8" in live.run("why", "M01P001").out


def test_what_sells_out_where_no_zero_is_taken_is_the_merchants_choice(live: Cli) -> None:
    database = live.home / "jembatan.sqlite3"
    with sqlite3.connect(database) as db:
        db.execute("update shop set takes_zero = 0")
    db.close()
    done = live.run("stock", "rule", "--sold-out", "hide", "--sku", "M01P001")
    assert "a listing with a sold-out variant is hidden" in done.out
    live.run("stock", "count", "M01P001", "0")
    live.run("stock", "count", "M01P003", "0")
    plan = live.run("plan").out
    assert plan.count("sold out, and the channel takes no 0") == 2
    live.run("sync")
    assert "hidden" in live.run("stock", "show", "M01P001").out
    assert "can be oversold" in live.run("stock", "rule", "--sold-out", "least", "--merchant", "Dapur Uji").out


def test_why_for_scripts_names_orders_and_sentences(live: Cli, market: Market) -> None:
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    order = market.buy(shop, "M01P003", 2)
    assert live.run("sync").code == 0
    why = live.run("why", "M01P003", "--json").json()
    assert (why["orders"][0]["order"], why["orders"][0]["pieces"]) == (order, 2)
    assert why["shops"][0]["sent"] == 10
    assert "Sent 10 on" in why["shops"][0]["sentence"]
    listed = live.run("orders", "list", "--shop", "1", "--limit", "1")
    assert f"2 × {'Keripik Singkong Pedas'}" in listed.out
    assert "are not there" not in live.run("why", "M01P003").out
    assert live.run("stock", "count", "M01P003", "1").code == 0
    told = live.run("why", "M01P003").out
    assert "Pieces ordered that are not there: 1. Cancel an order" in told
    assert "jembatan stock count M01P003 N" in told
    assert live.run("stock", "count", "M01P003", "10").code == 0
    market.call(f"/_sandbox/orders/{order}/ship", {})
    assert live.run("sync").code == 0
    assert live.run("stock", "show", "M01P003", "--json").json()["on_hand"] == 8


def test_a_product_on_no_shop_says_how_to_get_there(ready: Cli) -> None:
    assert "its business has none yet" in ready.run("why", "M01P001").out
    assert "It is on no shop yet" in ready.run("stock", "show", "M01P001").out


def test_a_line_that_nobody_knows_is_kept_and_said(live: Cli, market: Market) -> None:
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    row = {"title": "Barang Lama", "skus": [{"seller_sku": "LAMA-1", "price": 9000, "stock": 4}]}
    market.call("/_sandbox/listings", {"shop_id": shop, "listings": [row]})
    assert "Every line of these orders" in live.run("orders", "list", "--unknown").out
    order = market.buy(shop, "LAMA-1")
    market.buy(shop, "M01P003")
    assert live.run("sync", "--json").json()["parked"] == 1
    assert [row["order"] for row in live.run("orders", "list", "--unknown", "--json").json()] == [order]
    listed = live.run("orders", "list").out
    assert "Barang Lama (not in the catalog)" in listed
    assert "belong to no product" in listed
    again = live.run("sync").out
    assert "Order lines of products that are not in the catalog: 1." in again
    assert "jembatan orders list --unknown" in again
    assert "Held back" not in again
    assert "belong to no product" in live.run("status").err
