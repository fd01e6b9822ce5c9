"""Answers of a closed marketplace, saved as files: into the catalog, judged as a sheet, without their stock; then onto another."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from cli_world import Cli, Done, Market, product, write_sheet

SELLER = "Batik Lawas"
LAPAK = ("import", "--from", "bukalapak")


def old_product(number: str, name: str, **fields: Any) -> dict[str, Any]:
    """A product as Bukalapak told it in 2017; as a sheet's row it could be published."""
    return {
        "id": number,
        "name": name,
        "category": "Kain Batik",
        "category_structure": ["Fashion Wanita", "Kain Batik"],
        "price": 150000,
        "weight": 400,
        "stock": 7,
        "condition": "new",
        "images": [f"https://contoh.example/foto/{number}.jpg"],
        "desc": "Batik tulis asli<br/>dibuat tangan, dua meter.",
        "specs": {"bahan": "Katun"},
        "seller_id": 52357,
        "seller_name": SELLER,
        **fields,
    }


def variant(name: str, price: int, **labels: str) -> dict[str, Any]:
    told = [{"label": label, "value": value} for label, value in labels.items()]
    return {"sku_name": name, "price": price, "stock": 3, "variant": told}


def sale(number: int, *products: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number,
        "state": "remitted",
        "created_at": "2018-12-03T16:15:40+07:00",
        "total_amount": 300000,
        "products": [{**each, "order_quantity": 2} for each in products],
        "seller": {"id": 52357, "name": SELLER},
        "buyer": {"id": 1, "name": "Ani Pembeli"},
        "consignee": {"name": "Ani Pembeli", "address": "Jl. Rahasia 1"},
    }


BATIK = old_product("k1", "Kain Batik Mega Mendung")
SHIRT = old_product(
    "k2",
    "Kemeja Batik Pria Lengan Panjang",
    category_structure=["Fashion Pria", "Kemeja"],
    product_sku=[variant("KB-M", 175000, Ukuran="M"), variant("KB-L", 185000, Ukuran="L")],
)


def page(*rows: dict[str, Any]) -> str:
    return json.dumps({"status": "OK", "products": rows, "message": None})


@pytest.fixture
def folder(cli: Cli) -> Path:
    """An old shop: two pages of products in folders of their own, and its sales."""
    folder = cli.folder / "lapak lama"
    (folder / "2018").mkdir(parents=True)
    (folder / "mylapak.json").write_text(page(BATIK), encoding="utf-8")
    (folder / "2018" / "mylapak-2.JSON").write_text(page(SHIRT), encoding="utf-8")
    sales = {"status": "OK", "transactions": [sale(7870, BATIK)]}
    (folder / "penjualan.json").write_text(json.dumps(sales), encoding="utf-8")
    (folder / "catatan.txt").write_text("bukan jawaban", encoding="utf-8")
    return folder


@pytest.fixture
def home(cli: Cli) -> Cli:
    assert cli.run("init").code == 0
    return cli


def catalog(cli: Cli) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cli.run("products", "list", "--json").json()
    return found


def summary(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = done.lines()[-1]
    assert found["row_kind"] == "summary"
    return found


# --- what comes in ----------------------------------------------------------------------------------------------------


def test_an_old_shop_becomes_a_catalog_whose_stock_is_unknown(home: Cli, folder: Path) -> None:
    done = home.run(*LAPAK, str(folder))
    assert (done.code, done.err) == (0, "")
    assert "2 product rows read: 2 can be published" in done.out
    assert "Stored: 1 businesses; products new 2, changed 0, unchanged 0." in done.out
    assert "the stock is unknown until somebody counts. Count with: jembatan stock count SKU NUMBER" in done.out
    batik, shirt = sorted(catalog(home), key=lambda row: row["product"])
    assert (batik["product"], batik["merchant"], batik["publishable"]) == (BATIK["name"], SELLER, True)
    assert [(sku["price_idr"], sku["weight_g"], sku["on_hand"]) for sku in batik["skus"]] == [(150000, 400, None)]
    assert [(sku["sku"], sku["options"], sku["price_idr"], sku["on_hand"]) for sku in shirt["skus"]] == [
        ("KB-M", ["M"], 175000, None), ("KB-L", ["L"], 185000, None),
    ]  # fmt: skip
    assert home.run("stock", "show", batik["skus"][0]["sku"], "--json").json()["available"] is None


def test_importing_twice_changes_nothing_not_even_a_count(home: Cli, folder: Path) -> None:
    assert summary(home.run(*LAPAK, str(folder), "--json"))["created"] == 2
    sku = catalog(home)[0]["skus"][0]["sku"]
    assert home.run("stock", "count", sku, "5").code == 0
    before = catalog(home)
    again = summary(home.run(*LAPAK, str(folder), "--json"))
    assert (again["created"], again["updated"], again["unchanged"], again["merchants"]) == (0, 0, 2, 1)
    assert catalog(home) == before
    assert len(home.run("merchant", "list", "--json").json()) == 1


def test_a_dry_run_stores_nothing_and_needs_no_home(cli: Cli, folder: Path) -> None:
    done = cli.run(*LAPAK, str(folder), "--dry-run")
    assert (done.code, "2 can be published" in done.out, "Nothing was stored" in done.out) == (0, True, True)
    assert not (cli.home / "jembatan.sqlite3").exists()


def test_one_file_may_be_named_alone(home: Cli, folder: Path) -> None:
    done = home.run(*LAPAK, str(folder / "mylapak.json"), "--json")
    assert (done.code, [row["row_kind"] for row in done.lines()]) == (0, ["product", "summary"])
    assert done.lines()[0]["place"] == "mylapak.json: products.1"


def test_json_has_the_columns_of_a_sheet_and_what_only_answers_tell(home: Cli, folder: Path) -> None:
    sheet = home.run("import", str(write_sheet(home.folder / "a.csv")), "--dry-run", "--json").lines()[1]
    shirt, batik, order, _ = home.run(*LAPAK, str(folder), "--json").lines()
    columns = set(sheet) - {"xlsx_sheet", "xlsx_row", "csv_line"}
    assert set(batik) == columns | {"place", "remote_id", "skus"}
    assert (batik["place"], batik["remote_id"]) == ("lapak lama/mylapak.json: products.1", "k1")
    assert (batik["nama_usaha"], batik["price_int"], batik["jenis"]) == (SELLER, 150000, "Fashion")
    assert (batik["stock_int"], batik["skus"][0]["old_stock"]) == (None, 7)
    assert (shirt["price_kind"], shirt["price_min"], shirt["price_max"]) == ("per_variant", 175000, 185000)
    assert shirt["variants_json"] == [{"axis": "Ukuran", "options": ["M", "L"], "prices": {"M": 175000, "L": 185000}}]
    assert (order["row_kind"], order["order"], order["status"], order["booked"]) == (
        "order",
        "7870",
        "remitted",
        False,
    )


# --- orders -----------------------------------------------------------------------------------------------------------


def test_old_orders_are_told_and_not_booked(home: Cli, folder: Path) -> None:
    done = home.run(*LAPAK, str(folder))
    assert "Old orders read: 1. They are not booked" in done.out
    assert home.run("orders", "list", "--json").json() == []
    assert home.run("shop", "list", "--json").json() == [], "no shop is made up for them"
    assert "Ani" not in done.out + home.run(*LAPAK, str(folder), "--json").out


def test_what_only_a_sale_tells_of_is_a_product_too(home: Cli, folder: Path) -> None:
    sold = old_product("k3", "Selendang Batik Parang")
    sales = {"status": "OK", "transactions": [sale(7871, sold)]}
    (folder / "penjualan.json").write_text(json.dumps(sales), encoding="utf-8")
    assert home.run(*LAPAK, str(folder)).code == 0
    found = {row["product"]: row for row in catalog(home)}
    assert found[sold["name"]]["skus"][0]["on_hand"] is None
    assert len(found) == 3


# --- what cannot be read ----------------------------------------------------------------------------------------------


def test_a_broken_file_is_named_with_its_place_and_the_rest_goes_on(home: Cli, folder: Path) -> None:
    (folder / "2018" / "a rusak.json").write_text('{"status": "OK",\n "products": [{"id": kxvi}]}', encoding="utf-8")
    (folder / "kategori.json").write_text('{"status": "OK", "categories": []}', encoding="utf-8")
    done = home.run(*LAPAK, str(folder))
    assert done.code == 3
    assert "  lapak lama/2018/a rusak.json:2:22: Here the file is no valid JSON: Expecting value." in done.out
    assert "Read and left out:\n  lapak lama/kategori.json: There are no products" in done.out
    assert len(catalog(home)) == 2
    told = home.run(*LAPAK, str(folder), "--json", "--lang", "id").lines()
    assert [row["place"] for row in told if row["row_kind"] == "problem"] == ["lapak lama/2018/a rusak.json:2:22"]
    assert [row["code"] for row in told if row["row_kind"] == "note"] == ["saved_nothing"]
    assert "seharusnya ada nilai" in next(row["message"] for row in told if row["row_kind"] == "problem")
    assert (told[-1]["problems"], told[-1]["notes"]) == (1, 1)


def test_a_file_that_cannot_be_opened_is_named(home: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.read_bytes

    def read(path: Path) -> bytes:
        if path.name == "mylapak.json":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    done = home.run(*LAPAK, str(folder))
    assert (done.code, "lapak lama/mylapak.json: It cannot be opened: Permission denied." in done.out) == (3, True)
    assert {row["product"] for row in catalog(home)} == {SHIRT["name"], BATIK["name"]}, "the sale tells of the other"


def test_where_nothing_is_a_sentence_says_so(home: Cli) -> None:
    (empty := home.folder / "kosong").mkdir()
    (page_without := home.folder / "kosong.json").write_text(page(), encoding="utf-8")
    for place, words in (
        (empty, "There is no .json file in the folder"),
        (home.folder / "tidak ada", "There is no file"),
        (page_without, "There are no products or transactions in"),
    ):
        for more in ((), ("--dry-run",), ("--json",)):
            done = home.run(*LAPAK, str(place), *more)
            assert (done.code, done.out, words in done.err) == (2, "", True), done


def test_a_folder_that_cannot_be_read_is_told(home: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, shut = os.scandir, [folder / "2018"]

    def scan(path: Any) -> Any:
        if Path(path) in shut:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scan)
    done = home.run(*LAPAK, str(folder))
    assert (done.code, f"{folder / '2018'}: It cannot be opened: Permission denied." in done.out) == (3, True)
    assert [row["product"] for row in catalog(home)] == [BATIK["name"]]
    shut.append(folder)
    done = home.run(*LAPAK, str(folder))
    assert (done.code, "cannot be read: Permission denied." in done.err) == (2, True), done


def test_a_channel_without_saved_answers_names_those_with(home: Cli, folder: Path) -> None:
    done = home.run("import", "--from", "shopee", str(folder))
    assert (done.code, done.out) == (2, "")
    assert "Saved answers of shopee cannot be imported. Channels whose answers can be: bukalapak." in done.err
    assert (home.run("import", "--from", "toko", str(folder)).code) == 2


# --- whose --------------------------------------------------------------------------------------------------------------


def test_an_answer_without_a_seller_asks_for_the_option(home: Cli, folder: Path) -> None:
    nameless = {name: value for name, value in BATIK.items() if not name.startswith("seller")}
    (folder / "mylapak.json").write_text(page(nameless), encoding="utf-8")
    (folder / "penjualan.json").unlink()
    done = home.run(*LAPAK, str(folder))
    assert done.code == 3
    assert (
        "mylapak.json: products.1: The answer does not say whose product this is. Import it again with --merchant"
        in (done.out)
    )
    assert [row["merchant"] for row in catalog(home)] == [SELLER]
    assert home.run(*LAPAK, str(folder), "--merchant", "BATIK lawas").code == 0
    assert [row["merchant"] for row in catalog(home)] == [SELLER, SELLER], "the folded name is the same business"


def test_the_option_overrides_the_sellers_name(home: Cli, folder: Path) -> None:
    assert home.run(*LAPAK, str(folder), "--merchant", "Batik Baru").code == 0
    assert {row["merchant"] for row in catalog(home)} == {"Batik Baru"}
    done = home.run(*LAPAK, str(folder), "--merchant", "…")
    assert (done.code, "is no name of a business" in done.err) == (2, True)


def test_goods_of_several_sellers_are_not_put_under_one_name(home: Cli, folder: Path) -> None:
    other = old_product("z1", "Tas Anyam Pandan", seller_id=9, seller_name="Anyaman Sari")
    (folder / "lain.json").write_text(page(other), encoding="utf-8")
    done = home.run(*LAPAK, str(folder), "--merchant", SELLER)
    assert (done.code, "several sellers: Anyaman Sari, Batik Lawas." in done.err, catalog(home)) == (2, True, [])
    assert home.run(*LAPAK, str(folder)).code == 0
    assert {row["merchant"] for row in catalog(home)} == {SELLER, "Anyaman Sari"}


def test_a_seller_who_changed_the_name_is_one(home: Cli, folder: Path) -> None:
    (folder / "mylapak.json").write_text(page({**BATIK, "seller_name": "Batik Tua"}), encoding="utf-8")
    assert home.run(*LAPAK, str(folder), "--merchant", SELLER).code == 0
    assert {row["merchant"] for row in catalog(home)} == {SELLER}


def test_the_option_alone_is_explained(home: Cli) -> None:
    done = home.run("import", str(write_sheet(home.folder / "a.csv")), "--merchant", "Dapur Uji")
    assert (done.code, "--merchant goes with --from" in done.err) == (2, True)


# --- beside a spreadsheet -----------------------------------------------------------------------------------------------


def sheet_row(**other: str) -> dict[str, str]:
    row = product(BATIK["name"], Nama_Usaha=SELLER, Jenis_Produk="Fashion", Harga="200000", PIRT="", Halal="", Stok="7")
    return row | other


def test_a_spreadsheet_is_newer_than_an_old_answer(home: Cli, folder: Path) -> None:
    assert home.run("import", str(write_sheet(home.folder / "a.csv", [sheet_row()]))).code == 0
    before = catalog(home)
    done = home.run(*LAPAK, str(folder / "mylapak.json"), "--json")
    told = summary(done)
    assert (told["kept"], told["created"], told["updated"]) == (1, 0, 0)
    assert catalog(home) == before
    assert "Left as a spreadsheet has told them since: 1 products." in home.run(*LAPAK, str(folder)).out


def test_a_spreadsheet_completes_an_old_answer_and_its_stock_counts(home: Cli, folder: Path) -> None:
    """Seven pieces then and seven now: the figure of the past must not make the count look old."""
    assert home.run(*LAPAK, str(folder / "mylapak.json")).code == 0
    assert catalog(home)[0]["skus"][0]["on_hand"] is None
    assert home.run("import", str(write_sheet(home.folder / "a.csv", [sheet_row()]))).code == 0
    (found,) = catalog(home)
    assert [(sku["price_idr"], sku["on_hand"]) for sku in found["skus"]] == [(200000, 7)]
    assert home.run(*LAPAK, str(folder / "mylapak.json")).code == 0
    assert home.run("stock", "count", found["code"], "2").code == 0
    assert home.run("import", str(write_sheet(home.folder / "a.csv", [sheet_row(Harga="210000")]))).code == 0
    assert [(sku["price_idr"], sku["on_hand"]) for sku in catalog(home)[0]["skus"]] == [(210000, 2)]


def test_an_old_answer_does_not_change_a_business_that_is_known(home: Cli, folder: Path) -> None:
    row = sheet_row(Nama_Produk="Sarung Batik") | {"Nama Usaha": "BATIK lawas"}
    assert home.run("import", str(write_sheet(home.folder / "a.csv", [row]))).code == 0
    assert home.run(*LAPAK, str(folder)).code == 0
    assert [row["merchant"] for row in home.run("merchant", "list", "--json").json()] == ["BATIK lawas"]


# --- verdicts -----------------------------------------------------------------------------------------------------------


def test_faulty_products_are_refused_or_wait_and_say_why(home: Cli, folder: Path) -> None:
    rows = [
        old_product("a", "Rokok Kretek"),
        old_product("b", "Kain Tanpa Harga", price=None),
        old_product("c", "Kain Tanpa Berat", weight=None),
        old_product("d", "Kain Bekas Pakai", condition="used"),
        old_product("e", "Keripik Tempe", category_structure=["Food", "Makanan Ringan"]),
        old_product("f", "KAIN batik Mega-Mendung"),
    ]
    (folder / "lain.json").write_text(page(*rows), encoding="utf-8")
    done = home.run(*LAPAK, str(folder), "--json")
    told = {row["remote_id"]: set(row["reasons"]) for row in done.lines() if row["row_kind"] == "product"}
    assert done.code == 3
    for number, code in (("a", "E_PROHIBITED"), ("b", "E_PRICE_MISSING"), ("c", "W_WEIGHT_MISSING"), ("d", "W_USED"),
                         ("e", "W_IZIN_EDAR_MISSING"), ("k1", "E_DUPLICATE")):  # fmt: skip
        assert code in told[number], number
    assert summary(done)["refused"] == 3
    found = {row["product"]: row["publishable"] for row in catalog(home)}
    assert found == {
        SHIRT["name"]: True, "KAIN batik Mega-Mendung": True, "Kain Tanpa Berat": False, "Kain Bekas Pakai": False,
        "Keripik Tempe": False,
    }  # fmt: skip
    assert "second-hand" in home.run(*LAPAK, str(folder)).out


# --- the stored samples, and another marketplace -------------------------------------------------------------------------


def test_the_stored_samples_come_through(home: Cli, shared_data: Path) -> None:
    samples = shared_data / "api-samples" / "bukalapak-legacy-v2"
    done = home.run(*LAPAK, str(samples), "--json")
    rows = done.lines()
    assert done.code == 3
    assert [row["remote_id"] for row in rows if row["row_kind"] == "product"] == [
        "ix45", "n2fc", "n2he", "n1vh", "n2gn", "mwza",
    ]  # fmt: skip
    broken = [row["place"].rpartition(": ") for row in rows if row["row_kind"] == "problem"]
    assert [(Path(name).name, place) for name, _, place in broken] == [
        ("categories__list-category__1.json", "response_raw_not_valid_json:52:3"),
        ("products__read-product__12.json", "response_raw_not_valid_json:5:8"),
        ("products__update-product__11.json", "response_raw_not_valid_json:15:3"),
        ("users__register__2.json", "response_raw_not_valid_json:5:3"),
    ]
    assert (rows[-1]["created"], rows[-1]["orders"], rows[-1]["merchants"]) == (6, 1, 1)
    assert {sku["on_hand"] for row in catalog(home) for sku in row["skus"]} == {None}
    again = summary(home.run(*LAPAK, str(samples), "--json"))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 6)


def test_an_old_seller_is_listed_on_another_marketplace_after_a_count(
    home: Cli, folder: Path, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JEMBATAN_PICTURE_BASE_URL", f"{market.address}/_sandbox/pictures")
    assert home.run(*LAPAK, str(folder)).code == 0
    words = ("--channel", "shopee", "--merchant", SELLER, "--sandbox", market.address, "--create")
    assert home.run("shop", "connect", *words).code == 0
    shop = home.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    assert home.run("sync", "--json").json()["created"] == 0, "nobody knows yet how many there are"
    assert market.listings(shop) == []

    skus = {sku["sku"]: pieces for row in catalog(home) for sku, pieces in zip(row["skus"], (4, 5), strict=False)}
    for sku, pieces in skus.items():
        assert home.run("stock", "count", sku, str(pieces)).code == 0
    assert home.run("sync", "--json").json()["created"] == 2
    shown = {row["title"]: row for row in market.listings(shop)}
    assert {row["status"] for row in shown.values()} == {"NORMAL"}
    assert {sku["seller_sku"]: (sku["price"], sku["stock"]) for row in shown.values() for sku in row["skus"]} == {
        "M01P002": (150000, 4), "KB-M": (175000, 4), "KB-L": (185000, 5),
    }  # fmt: skip
    assert home.run("sync", "--json").json()["writes"] == 0
