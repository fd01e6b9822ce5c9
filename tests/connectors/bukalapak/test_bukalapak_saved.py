"""Answers that were saved as files: what is good is read, what is not is named with its place, order never matters."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from bridge.connectors.base import Saved
from bridge.connectors.bukalapak.saved import plain_text, read_saved


def product(product_id: Any = "kxvi", **fields: Any) -> dict[str, Any]:
    return {"id": product_id, "name": "Keripik", "price": 15000, **fields}


def sale(number: int = 7870, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "state": "remitted",
        "created_at": "2018-12-03T16:15:40+07:00",
        "products": [product(order_quantity=2)],
        "seller": {"id": 52357, "name": "Warung"},
        "buyer": {"id": 1, "name": "Nama"},
        **fields,
    }


def mylapak(*rows: Any) -> bytes:
    return json.dumps({"status": "OK", "products": list(rows), "message": None}).encode()


def sales(*rows: Any) -> bytes:
    return json.dumps({"status": "OK", "transactions": list(rows)}).encode()


def told(saved: Saved) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in saved.problems]


# --- the stored samples -----------------------------------------------------------------------------------------------

NOT_JSON = {
    "categories__list-category__1.json": "52:3",  # a comma before the last bracket
    "products__read-product__12.json": "5:8",  # an id without quotes
    "products__update-product__11.json": "15:3",  # a missing comma
    "users__register__2.json": "5:3",  # a missing comma
}


def test_stored_samples_are_read_and_the_broken_ones_named(shared_data: Path) -> None:
    files = {}
    for path in sorted((shared_data / "api-samples" / "bukalapak-legacy-v2").glob("*.json")):
        sample = json.loads(path.read_text(encoding="utf-8"))
        raw = sample.get("response_raw_not_valid_json")
        files[path.name] = (json.dumps(sample["response"]) if raw is None else raw).encode()
    saved = read_saved(files)
    assert len(files) == 24
    assert [row.remote_id for row in saved.products] == ["ix45", "n2fc", "n2he", "n1vh", "n2gn"]
    assert all(row.skus[0].price_idr and row.pictures and row.category and row.description for row in saved.products)
    assert saved.products[0].attributes["features"].startswith("Touchscreen, Wifi, Bluetooth")
    assert "bahan" not in saved.products[1].attributes
    (order,) = saved.orders
    assert (order.seller_id, order.order.remote_id, order.order.status) == ("52357", "51947", "paid")
    assert [(line.remote_id, line.ordered) for line in order.order.lines] == [("mwza", 1)]
    broken = [problem for problem in saved.problems if problem.code == "saved_not_json"]
    assert [problem.place for problem in broken] == [f"{name}:{place}" for name, place in NOT_JSON.items()]
    refusals = {problem.place for problem in saved.problems if problem.code == "saved_error"}
    assert "products__create-product__9.json" in refusals
    assert {problem.code for problem in saved.problems} == {"saved_not_json", "saved_error", "saved_nothing"}
    assert len(saved.problems) == len(files) - 6
    assert not any("49Rk5LJvph5PAccAQ2Mq" in problem.text() for problem in saved.problems)


# --- products ---------------------------------------------------------------------------------------------------------


def test_a_product_of_2017_is_read_whole() -> None:
    row = product(
        category_structure=["Food", "Makanan Ringan", "Keripik"],
        weight="150",
        stock=20,
        images=["https://a/1.jpg", "https://a/2.jpg"],
        desc="Renyah &amp; gurih<br/>[b]Asli[/b] Lampung",
        specs={"brand": "Lokal", "kosong": None, "rasa": ["Asin", "", "Pedas"]},
        seller_id=52357,
        seller_name="Warung &",
        product_sku=[{"id": 1, "sku_name": "KRP-001", "price": 15000, "stock": 20, "is_default": True}],
    )
    (read,) = read_saved({"a.json": mylapak(row)}).products
    assert read.place == "a.json: products.1"
    assert read.description == "Renyah & gurih\nAsli Lampung"
    assert read.category == ("Food", "Makanan Ringan", "Keripik")
    assert (read.weight_g, read.seller_id, read.seller) == (150, "52357", "Warung &")
    assert read.pictures == ("https://a/1.jpg", "https://a/2.jpg")
    assert read.attributes == {"brand": "Lokal", "rasa": "Asin, Pedas"}
    assert [(sku.code, sku.options, sku.price_idr, sku.stock) for sku in read.skus] == [("KRP-001", (), 15000, 20)]


def test_a_product_of_2013_has_one_picture_and_a_decimal_id() -> None:
    (read,) = read_saved(
        {
            "a.json": json.dumps(
                {"status": "OK", "product": product(1069174, image="http://a/1.jpg", category="Buku")}
            ).encode()
        }
    ).products
    assert (read.remote_id, read.pictures, read.category) == ("mwza", ("http://a/1.jpg",), ("Buku",))
    assert read.skus[0].stock is None


def sku(name: str, price: int, **labels: str) -> dict[str, Any]:
    variant = [{"label": label, "value": value} for label, value in labels.items()]
    return {"sku_name": name, "variant_name": f"Varian {name}", "price": price, "stock": 1, "variant": variant}


def test_variants_of_2018_become_axes_and_options() -> None:
    row = product(product_sku=[sku("A", 1000, Rasa="Asin", Isi="100"), sku("", 2000, Rasa="Manis", Isi="100")])
    (read,) = read_saved({"a.json": mylapak(row)}).products
    assert read.axes == ("Rasa", "Isi")
    assert [(each.code, each.options, each.price_idr) for each in read.skus] == [
        ("A", ("Asin", "100"), 1000),
        (None, ("Manis", "100"), 2000),
    ]


@pytest.mark.parametrize("rows", [[sku("A", 1), sku("B", 2)], [sku("A", 1, Rasa="x"), sku("B", 2, Isi="y")]])
def test_variants_without_common_labels_keep_their_names(rows: list[dict[str, Any]]) -> None:
    (read,) = read_saved({"a.json": mylapak(product(product_sku=rows))}).products
    assert read.axes == ("Varian",)
    assert [each.options for each in read.skus] == [("Varian A",), ("Varian B",)]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", ""),
        ("a\r\nb<br>c<BR />d", "a\nb\nc\nd"),
        ("<p>a</p><p>b</p>", "a\nb"),
        ("[url=http://x]a[/url] [list][*]b[/list]", "a b"),
        ("harga <50rb, isi > 3 [promo]", "harga <50rb, isi > 3 [promo]"),
        ("a\n \n\n\nb", "a\n\nb"),
        ("&lt;b&gt; 5 &times; 10", "<b> 5 × 10"),
    ],
)
def test_descriptions_lose_markup_and_keep_lines(text: str, plain: str) -> None:
    assert plain_text(text) == plain


# --- several files ----------------------------------------------------------------------------------------------------


def test_of_a_product_in_several_files_the_fullest_counts_in_any_order() -> None:
    full = product(stock=5, weight=100, desc="panjang", images=["x"])
    files = {"1.json": mylapak(product()), "2.json": mylapak(full), "3.json": mylapak(product(price=None))}
    results = [read_saved(dict(order)) for order in itertools.permutations(files.items())]
    assert all(result == results[0] for result in results)
    (read,) = results[0].products
    assert read.place == "2.json: products.1"


def test_of_an_order_in_several_files_the_latest_counts() -> None:
    older, newer = (
        sale(state="paid", updated_at="2018-12-04T00:00:00+07:00"),
        sale(updated_at="2018-12-05T00:00:00+07:00"),
    )
    for files in (
        {"1": sales(older), "2": sales(newer)},
        {"1": sales(newer), "2": sales(older)},
        {"1": sales(sale(state="paid")), "2": sales(newer)},
    ):
        (read,) = read_saved(files).orders
        assert read.order.status == "remitted"


def test_purchases_of_the_shop_are_left_out_and_named() -> None:
    bought = sale(2, seller={"id": 9}, buyer={"id": 52357})
    saved = read_saved({"p.json": mylapak(product(seller_id=52357)), "t.json": sales(sale(1), bought)})
    assert [row.order.remote_id for row in saved.orders] == ["1"]
    assert told(saved) == [("saved_purchase", "t.json: transactions.2")]


@pytest.mark.parametrize(
    "body",
    [
        [{"status": "OK", "products": [product()]}, {"status": "OK", "transactions": [sale()]}],
        [product(), sale()],
        {"status": "OK", "product": product(), "transactions": sale()},
        {"status": "OK", "product_detail": product(), "transaction": sale()},
    ],
)
def test_answers_may_stand_together_or_without_an_envelope(body: Any) -> None:
    saved = read_saved({"a.json": b"\xef\xbb\xbf" + json.dumps(body).encode()})
    assert (len(saved.products), len(saved.orders), saved.problems) == (1, 1, ())


# --- what cannot be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "saved_not_json", "bad.json:1:1"),
        (b'{"status":"OK",\n "products":[{"id":kxvi}]}', "saved_not_json", "bad.json:2:20"),
        (b'{"status":"OK","products":[{"id":"a","na', "saved_not_json", "bad.json:1:38"),
        (b"<html></html>", "saved_not_json", "bad.json:1:1"),
        (b"\x89PNG\r\n", "saved_not_text", "bad.json: byte 1"),
        (b"[" * 100_000, "saved_not_json", "bad.json"),
        (b'{"status":"OK","products":[{"price":' + b"9" * 5000 + b"}]}", "saved_not_json", "bad.json"),
        (b"null", "saved_nothing", "bad.json"),
        (b"7", "saved_nothing", "bad.json"),
        (b'[1, {"status":"OK"}]', "saved_nothing", "bad.json: 1"),
        (b'{"data":[{"name":"v4"}],"meta":{"http_status":200}}', "saved_nothing", "bad.json"),
        (b'{"status":"ERROR","product":null,"message":"tidak ditemukan"}', "saved_error", "bad.json"),
    ],
)
def test_a_bad_file_is_named_and_the_others_are_read(content: bytes, code: str, place: str) -> None:
    saved = read_saved({"a.json": mylapak(product("a")), "bad.json": content, "z.json": mylapak(product("z"))})
    assert [row.remote_id for row in saved.products] == ["a", "z"]
    assert told(saved)[0] == (code, place)
    assert all(problem.text() for problem in saved.problems)


def test_a_file_beyond_all_bounds_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.connectors.bukalapak.saved.LARGEST_FILE", 10)
    assert told(read_saved({"a.json": mylapak(product())})) == [("saved_too_large", "a.json")]


def test_an_empty_page_is_no_problem() -> None:
    assert read_saved({"a.json": mylapak(), "b.json": sales()}) == Saved((), (), ())


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"id": "x"}, "a.json: products.2"),
        ("x", "a.json: products.2"),
        (None, "a.json: products.2"),
        (product("x", price="Rp banyak"), "a.json: products.2.price"),
        (product("x", price=float("inf")), "a.json: products.2.price"),
        (product("x", weight=10**16), "a.json: products.2.weight"),
        (product("x", name=["Keripik"]), "a.json: products.2.name"),
        (product("x", product_sku=[{"price": "?"}]), "a.json: products.2.product_sku.0.price"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(row: Any, place: str) -> None:
    saved = read_saved({"a.json": mylapak(product("a"), row, product("z"))})
    assert [read.remote_id for read in saved.products] == ["a", "z"]
    assert told(saved) == [("saved_row", place)]
    assert "banyak" not in saved.problems[0].text()


def test_bad_orders_are_named_and_the_others_are_read() -> None:
    unclear = sale(1, products=[product(), product("b")], quantity=5)
    late = sale(2, created_at="kemarin")
    saved = read_saved({"t.json": sales(unclear, late, sale(3))})
    assert [row.order.remote_id for row in saved.orders] == ["3"]
    assert told(saved) == [("saved_unclear", "t.json: transactions.1"), ("saved_row", "t.json: transactions.2")]


def test_products_without_an_id_stay_apart() -> None:
    saved = read_saved({"a.json": mylapak(product(None), product(None, name="Lain"))})
    assert [row.title for row in saved.products] == ["Keripik", "Lain"]
