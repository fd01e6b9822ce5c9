"""Answers that were saved as files: what is good is read, what is not is named with its place, order never matters."""

import itertools
import json
from dataclasses import replace
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
    """What could not be read, then what was left out."""
    return [(problem.code, problem.place) for problem in (*saved.problems, *saved.notes)]


# --- the stored samples -----------------------------------------------------------------------------------------------

NOT_JSON = {
    "categories__list-category__1.json": "52:3",  # a comma before the last bracket
    "products__read-product__12.json": "5:8",  # an id without quotes
    "products__update-product__11.json": "15:3",  # a missing comma
    "users__register__2.json": "5:3",  # a missing comma
}


def test_stored_samples_are_read_and_the_broken_ones_named(shared_data: Path) -> None:
    folder = shared_data / "api-samples" / "bukalapak-legacy-v2"
    files = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    saved = read_saved(files)
    assert len(files) == 24
    assert [row.remote_id for row in saved.products] == ["ix45", "n2fc", "n2he", "n1vh", "n2gn", "mwza"]
    assert saved.products[-1].place == "transactions__list-transactions__1.json: response: transactions.1.products.1"
    assert all(row.skus[0].price_idr and row.pictures and row.category and row.description for row in saved.products)
    assert [row.used for row in saved.products] == [True, False, True, False, True, False]
    assert saved.products[0].attributes["features"].startswith("Touchscreen, Wifi, Bluetooth")
    assert "bahan" not in saved.products[1].attributes
    (order,) = saved.orders
    assert (order.seller_id, order.order.remote_id, order.order.status) == ("52357", "51947", "paid")
    assert [(line.remote_id, line.ordered) for line in order.order.lines] == [("mwza", 1)]
    assert told(replace(saved, notes=())) == [
        ("saved_not_json", f"{name}: response_raw_not_valid_json:{place}") for name, place in NOT_JSON.items()
    ]
    assert {problem.code for problem in saved.notes} == {"saved_error", "saved_nothing"}
    assert len(saved.problems) + len(saved.notes) == len(files) - 6
    assert not any("49Rk5LJvph5PAccAQ2Mq" in problem.text() for problem in (*saved.problems, *saved.notes))


def test_stored_samples_of_other_marketplaces_are_named_and_give_nothing(shared_data: Path) -> None:
    folders = [
        path for path in (shared_data / "api-samples").iterdir() if path.is_dir() and "bukalapak" not in path.name
    ]
    files = {f"{path.parent.name}/{path.name}": path.read_bytes() for each in folders for path in each.glob("*.json")}
    saved = read_saved(files)
    assert len(files) > 200
    assert (saved.products, saved.orders) == ((), ())
    assert {problem.place.split(": ")[0] for problem in saved.problems} == set(files), "none is passed over"


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


@pytest.mark.parametrize(
    "rows",
    [
        [sku("A", 1), sku("B", 2)],
        [sku("A", 1, Rasa="x"), sku("B", 2, Isi="y")],
        [sku("A", 1, Rasa="x"), sku("B", 2, Rasa="x")],
        [sku("A", 1, Rasa="x"), sku("B", 2, Rasa="")],
    ],
)
def test_variants_without_common_labels_keep_their_names(rows: list[dict[str, Any]]) -> None:
    (read,) = read_saved({"a.json": mylapak(product(product_sku=rows))}).products
    assert read.axes == ("Varian",)
    assert [each.options for each in read.skus] == [("Varian A",), ("Varian B",)]


def test_no_variant_is_lost_when_two_have_one_name() -> None:
    row = product(product_sku=[sku("A", 1), sku("A", 2), sku("B", 3)])
    (read,) = read_saved({"a.json": mylapak(row)}).products
    assert [(each.options, each.price_idr) for each in read.skus] == [
        (("Varian A (1)",), 1), (("Varian A (2)",), 2), (("Varian B",), 3),
    ]  # fmt: skip


def test_what_the_answer_said_is_kept_and_nothing_personal() -> None:
    row = product("b", price="15000", desc="a<br>b", specs={"rasa": "Asin"}, stock=0, condition="used", email="x@y.id")
    (read,) = read_saved({"a.json": mylapak(row)}).products
    assert read.used
    assert read.original == {
        "id": "b", "name": "Keripik", "price": "15000", "stock": "0", "condition": "used", "desc": "a<br>b",
        "specs": '{"rasa": "Asin"}',
    }  # fmt: skip


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
        [{"api": "x", "response": {"status": "OK", "product": product()}}, {"response": json.dumps(sale())}],
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
        (
            b'{"response_raw_not_valid_json":"{\\n \\"id\\": kxvi}"}',
            "saved_not_json",
            "bad.json: response_raw_not_valid_json:2:8",
        ),
        (b"null", "saved_unknown", "bad.json"),
        (b"7", "saved_unknown", "bad.json"),
        (b'[1, {"status":"OK"}]', "saved_unknown", "bad.json: 1"),
        (b'{"data":[{"name":"v4"}],"meta":{"http_status":200}}', "saved_unknown", "bad.json"),
        (b'{"name":"a fixture","want":{}}', "saved_unknown", "bad.json"),
        (b'{"products":[{"id":1,"name":"a request","price":1}]}', "saved_unknown", "bad.json"),
        (b'{"status":"OK","categories":[]}', "saved_nothing", "bad.json"),
        (b'{"status":"ERROR","product":null,"message":"tidak ditemukan"}', "saved_error", "bad.json"),
    ],
)
def test_a_bad_file_is_named_and_the_others_are_read(content: bytes, code: str, place: str) -> None:
    saved = read_saved({"a.json": mylapak(product("a")), "bad.json": content, "z.json": mylapak(product("z"))})
    assert [row.remote_id for row in saved.products] == ["a", "z"]
    assert told(saved)[0] == (code, place)
    assert all(problem.text() for problem in (*saved.problems, *saved.notes))


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
        (product("x", desc="a\x00b"), "a.json: products.2"),
        (product("x", specs={"rasa": "\ud83d"}), "a.json: products.2"),
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
    assert told(saved) == [("saved_row", "t.json: transactions.2"), ("saved_unclear", "t.json: transactions.1")]


def test_an_order_that_is_unclear_in_a_list_counts_where_another_answer_tells_it() -> None:
    listed = sale(1, products=[product(), product("b")], quantity=5)
    alone = sale(1, products=[product(order_quantity=2), product("b", order_quantity=3)])
    for names in (("a.json", "b.json"), ("b.json", "a.json")):
        saved = read_saved({names[0]: sales(listed), names[1]: sales(alone)})
        assert [line.ordered for line in saved.orders[0].order.lines] == [2, 3]
        assert saved.problems == ()


# --- what was sold ----------------------------------------------------------------------------------------------------


def test_what_was_sold_is_a_product_where_no_other_answer_tells_of_it() -> None:
    known, unknown = product("kxvi", seller_id=52357, price=15000), product("aa", name="Sirup", order_quantity=1)
    sold = sale(products=[product("kxvi", price=9, stock=9, weight=9, desc="lebih lengkap", order_quantity=1), unknown])
    saved = read_saved({"p.json": mylapak(known), "t.json": sales(sold)})
    assert [(row.remote_id, row.skus[0].price_idr) for row in saved.products] == [("kxvi", 15000), ("aa", 15000)]
    assert saved.products[1].place == "t.json: transactions.1.products.2"
    assert (saved.products[1].seller_id, saved.products[1].seller) == ("52357", "Warung")


def test_what_was_bought_is_no_product_of_the_shop() -> None:
    bought = sale(
        2,
        products=[product("b", name="Kardus", order_quantity=1)],
        seller={"id": 9, "name": "Pabrik"},
        buyer={"id": 52357},
    )
    saved = read_saved({"p.json": mylapak(product(seller_id=52357)), "t.json": sales(bought)})
    assert [row.remote_id for row in saved.products] == ["kxvi"]
    assert told(saved) == [("saved_purchase", "t.json: transactions.1")]


def test_sales_of_several_sellers_alone_give_no_products() -> None:
    others = sale(2, products=[product("b", order_quantity=1)], seller={"id": 9, "name": "Pabrik"})
    saved = read_saved({"t.json": sales(sale(1), others)})
    assert (saved.products, len(saved.orders)) == ((), 2)
    assert told(saved) == [("saved_foreign", f"t.json: transactions.{n}") for n in (1, 2)]
    assert [row.title for row in read_saved({"t.json": sales(sale(1), sale(3))}).products] == ["Keripik"]


def test_a_seller_without_a_number_is_known_by_name() -> None:
    saved = read_saved({"p.json": mylapak(product("a", seller_name="WARUNG")), "t.json": sales(sale(1))})
    assert [row.remote_id for row in saved.products] == ["a", "kxvi"]
    assert saved.notes == ()


def test_old_orders_never_tell_who_bought() -> None:
    (read,) = read_saved({"t.json": sales(sale(consignee={"name": "Bu Ani", "address": "Jl. Rahasia 1"}))}).orders
    assert read.order.buyer is None


def test_products_without_an_id_stay_apart() -> None:
    saved = read_saved({"a.json": mylapak(product(None), product(None, name="Lain"))})
    assert [row.title for row in saved.products] == ["Keripik", "Lain"]
