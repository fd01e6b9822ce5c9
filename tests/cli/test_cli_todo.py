"""What owners still have to give, and how far products are, before any shop exists."""

from datetime import timedelta

from cli_world import Cli, product, write_sheet
from openpyxl import load_workbook
from sqlmodel import col, select

from bridge.engine.home import open_engine
from bridge.engine.readiness import open_channels
from bridge.mapping.categories import choose_category
from bridge.model import Problem
from bridge.settings import load_settings
from bridge.store.catalog import load_products, row_id
from bridge.store.kept import save_schema
from bridge.store.tables import Merchant, Product, Shop

TAKE_OUT = "Take the row out; it cannot be sold online."
ROWS = [
    product("Keripik Bayam", Berat="", Foto=""),
    product("Keripik Talas", Harga="nego"),
    product("Keripik Ubi"),
    product("Keripik Lain", Nama_Usaha="Dapur Beres"),
]


def poor(cli: Cli) -> str:
    return str(write_sheet(cli.folder / "kurang.csv", ROWS))


def test_list_of_an_import_needs_no_home(cli: Cli) -> None:
    out = cli.folder / "daftar.xlsx"
    done = cli.run("import", poor(cli), "--dry-run", "--todo", str(out), "--lang", "id")
    assert (done.code, cli.home.exists()) == (3, False)
    points, messages = load_workbook(out).worksheets
    rows = [(row[3], row[5]) for row in points.iter_rows(min_row=2, values_only=True)]
    assert ("Keripik Bayam", "Berat belum ada.") in rows
    assert ("Keripik Talas", "Harganya tidak dapat dibaca.") in rows
    texts = {row[0]: (row[3], str(row[4])) for row in messages.iter_rows(min_row=2, values_only=True)}
    assert set(texts) == {"Dapur Uji", "Dapur Beres"}  # the second lacks its NIB
    number, text = texts["Dapur Uji"]
    assert number == 3
    assert text.index("Harganya") < text.index("Berat") < text.index("NIB")
    assert len(text) <= 1000


def asked(cli: Cli) -> dict[str, set[str]]:
    """What is open by product, without the NIB that every row here lacks."""
    owners = cli.run("products", "todo", "--json").json()
    return {each["product"]: set(each["reasons"]) - {"W_NIB_MISSING"} for owner in owners for each in owner["products"]}


def test_message_for_one_owner_from_the_catalog(ready: Cli) -> None:
    ready.run("import", poor(ready), "--as-of", "2026-11-23")
    assert asked(ready)["Keripik Bayam"] == {"W_WEIGHT_MISSING", "W_IMAGE_MISSING"}
    assert asked(ready)["Keripik Talas"] == {"E_PRICE_UNPARSEABLE"}
    shown = ready.run("products", "todo", "--merchant", "dapur uji", "--out", str(ready.folder / "x.xlsx"))
    assert shown.out.startswith("Dear Dapur Uji")
    assert (ready.folder / "x.xlsx").exists()
    assert ready.run("products", "todo", "--owner", "Pak Lain").code == 2
    mended = [product("Keripik Talas"), *ROWS[:1], *ROWS[2:]]
    ready.run("import", str(write_sheet(ready.folder / "lagi.csv", mended)), "--as-of", "2026-11-23")
    assert "E_PRICE_UNPARSEABLE" not in asked(ready).get("Keripik Talas", set())


def test_readiness_per_product_and_channel(ready: Cli) -> None:
    ready.run("import", poor(ready), "--as-of", "2026-11-23")
    rows = ready.run("products", "readiness", "--json").json()
    assert {row["channel"] for row in rows} == {"shopee", "tokopedia"}  # a closed marketplace takes nothing
    by_name = {(row["product"], row["channel"]): row for row in rows}
    assert by_name["Keripik Pisang Kepok", "shopee"]["score"] == 100
    poor_one = by_name["Keripik Bayam", "shopee"]
    assert set(poor_one["missing_needs"]) == {"weight", "pictures"}
    assert poor_one["score"] == 78
    assert "Keripik Bayam" in ready.run("products", "readiness").out


def test_readiness_counts_what_a_shop_was_told_about_the_category(ready: Cli) -> None:
    ready.run("import", poor(ready), "--as-of", "2026-11-23")
    engine = open_engine(load_settings())
    rules, limits = open_channels(engine)["shopee"]
    now = engine.clock()
    with engine.store.write() as session:
        mine = select(Product).join(Merchant).where(col(Merchant.name) == "Dapur Beres")
        row = session.execute(mine).scalar_one()
        product = load_products(session, [row_id(row)], "shopee", now)[row_id(row)]
        choice = choose_category(product, rules)
        assert not isinstance(choice, Problem)
        for channel, remote, days in ("shopee", "1", 1), ("shopee", "2", 2), ("tokopedia", "3", 0):
            shop = Shop(channel=channel, remote_shop_id=remote, merchant_id=row.merchant_id, created_at=now)
            session.add(shop)
            session.flush()
            asked_for = {**limits, "certificate_mandatory": int(remote == "1"), "images_min": 9 * int(remote == "3")}
            payload = {"attributes": [], "limits": asked_for, "version": "v", "couriers": []}
            save_schema(session, row_id(shop), "schema", choice.category_id, payload, "v", now - timedelta(days=days))
    engine.store.close()
    found = {
        row["channel"]: row
        for row in ready.run("products", "readiness", "--json").json()
        if row["product"] == "Keripik Lain"
    }
    assert found["shopee"]["missing_needs"] == ["papers"]  # the newer of the two
    assert "papers" not in found["tokopedia"]["missing_needs"]


def test_who_refused_is_not_asked(cli: Cli) -> None:
    sheet, out = cli.folder / "form.csv", cli.folder / "daftar.xlsx"
    sheet.write_text(
        "Timestamp,Saya setuju,Nama Usaha,Nama Produk,Harga\n1/2/2026 8:00:00,Tidak,Dapur Tolak,Tas,nego\n", "utf-8"
    )
    assert cli.run("import", str(sheet), "--dry-run", "--todo", str(out)).code == 3
    assert [page.max_row for page in load_workbook(out).worksheets] == [1, 1]


def test_forbidden_goods_are_named_once_and_nothing_is_asked_about_them(ready: Cli) -> None:
    rows = [
        product("Tembakau Linting", Foto=""),
        product("Keripik Bayam", Berat=""),
        product("Rokok", Nama_Usaha="Toko Asap"),
    ]
    ready.run("import", str(write_sheet(ready.folder / "larang.csv", rows)), "--as-of", "2026-11-23")
    told = {each["merchant"]: each["message"] for each in ready.run("products", "todo", "--json").json()}
    assert asked(ready)["Tembakau Linting"] == {"E_PROHIBITED"}
    lines = told["Dapur Uji"].splitlines()
    assert "once you give us this" in lines[0]
    assert lines[-2] == "Marketplaces do not allow these products, so they cannot be sold there: Tembakau Linting."
    assert [line for line in lines if "Tembakau" in line] == [lines[-2]]
    assert "Keripik Pisang Cokelat" not in told["Dapur Uji"]


def test_an_owner_of_forbidden_goods_alone_is_promised_nothing(cli: Cli) -> None:
    sheet, out = cli.folder / "larang.csv", cli.folder / "daftar.xlsx"
    sheet.write_text("Nama Usaha,Nama Produk,Harga\nToko Asap,Rokok,15000\nToko Asap,Cerutu,15000\n", "utf-8")
    assert cli.run("import", str(sheet), "--dry-run", "--todo", str(out)).code == 3
    points, messages = load_workbook(out).worksheets
    assert messages["E2"].value == (
        "Dear Toko Asap (Toko Asap), marketplaces do not allow these products, so they cannot be sold there: Rokok, Cerutu. "
        "You need not do anything. Thank you."
    )
    assert [row[6] for row in points.iter_rows(min_row=2, values_only=True)] == [TAKE_OUT, TAKE_OUT]


def test_owners_are_asked_for_a_full_price_whether_it_is_15_or_0(ready: Cli) -> None:
    rows = [product("Keripik Bayam", Harga="0"), product("Keripik Talas", Harga="15")]
    ready.run("import", str(write_sheet(ready.folder / "murah.csv", rows)), "--as-of", "2026-11-23")
    (owner,) = ready.run("products", "todo", "--json").json()
    assert (
        "The price is below Rp100. (Keripik Bayam, Keripik Talas) Write it in full, such as 15000.\n"
        in owner["message"]
    )
