"""The control plane: its shapes are a contract for all platforms."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sandbox_client import Sandbox, Seller, fetch


def test_credentials_are_all_a_client_needs(sandbox: Sandbox) -> None:
    found = sandbox.get("credentials")
    assert found["platform"] == "shopee"
    assert found["base_url"] == sandbox.address
    assert found["auth_url"] == f"{sandbox.address}/auth"
    assert set(found["app"]) == {"id", "secret"}
    assert len(found["shops"]) >= 3
    for shop in found["shops"]:
        assert all(isinstance(value, str) for value in shop.values())
    first = Seller(sandbox, found["shops"][0])
    assert first.get("shop/get_shop_info")["shop_name"] == found["shops"][0]["name"]


def test_a_new_shop_starts_empty(sandbox: Sandbox) -> None:
    shop = sandbox.post("shops", {})
    assert set(shop) == {"id", "name", "auth_code", "access_token", "refresh_token"}
    seller = Seller(sandbox, shop)
    assert seller.read("product/get_item_list", {"item_status": "NORMAL", "page_size": 1})["total_count"] == 0
    assert set(sandbox.post("shops", {"name": "Baru", "authorised": False})) == {"id", "name"}


def test_equal_seeds_give_equal_sandboxes(own_sandbox: Callable[..., Sandbox]) -> None:
    one, two, other = (own_sandbox(seed=seed, shops=4).credentials for seed in (7, 7, 8))
    assert len(one["shops"]) == 4
    assert (one["app"], one["shops"]) == (two["app"], two["shops"])
    assert one["app"] != other["app"]


def test_the_state_is_the_truth(seller: Seller, sandbox: Sandbox) -> None:
    plain = seller.add()
    varied, ids = seller.add_varied()
    sn = seller.buy(("KT-1", 2))
    assert sandbox.listing(plain) == {
        "id": str(plain),
        "shop_id": str(seller.shop_id),
        "title": "Keripik Tempe Asli",
        "status": "NORMAL",
        "skus": [{"id": "0", "seller_sku": "KT-1", "price": 15000, "stock": 18}],
    }
    assert [sku["id"] for sku in sandbox.listing(varied)["skus"]] == [str(model_id) for model_id in ids]
    order = sandbox.order(sn)
    assert (order["shop_id"], order["status"]) == (str(seller.shop_id), "READY_TO_SHIP")
    assert {key: order["lines"][0][key] for key in ("seller_sku", "quantity")} == {"seller_sku": "KT-1", "quantity": 2}
    state = sandbox.get("state")
    assert {row["shop_id"] for row in state["tokens"]} >= {str(seller.shop_id)}
    assert "url" in state["webhooks"]


def test_models_without_a_sku_answer_to_the_items(seller: Seller, sandbox: Sandbox) -> None:
    item_id, (first, _) = seller.add_varied()
    seller.write("product/update_model", {"item_id": item_id, "model": [{"model_id": first, "model_sku": ""}]})
    assert sandbox.listing(item_id)["skus"][0]["seller_sku"] == "KT-V"
    assert sandbox.order(seller.buy(("KT-V", 1)))["lines"][0]["seller_sku"] == "KT-V"


def test_preloading_many_at_once(seller: Seller, sandbox: Sandbox) -> None:
    rows: list[dict[str, Any]] = [
        {"title": f"Produk {n}", "skus": [{"seller_sku": f"P{n}", "price": 5000, "stock": n}]} for n in range(300)
    ]
    skus = [{"seller_sku": f"V{n}", "price": 5000 + n, "stock": 3} for n in range(3)]
    rows.append({"title": "Produk Varian", "skus": skus, "category_id": 100824, "item_sku": "V"})
    ids = sandbox.post("listings", {"shop_id": seller.shop_id, "listings": rows})["ids"]
    assert len(set(ids)) == 301
    page = seller.read("product/get_item_list", {"item_status": "NORMAL", "page_size": 100, "offset": 200})
    assert (page["total_count"], len(page["item"]), page["has_next_page"]) == (301, 100, True)
    assert list(seller.models(int(ids[-1]))) == ["V0", "V1", "V2"]
    assert seller.item(int(ids[-1]))["category_id"] == 100824
    seller.write("product/update_item", {"item_id": int(ids[0]), "description": "Uraian yang baru dan cukup panjang."})
    assert seller.item(int(ids[1]))["description"] != seller.item(int(ids[0]))["description"]
    assert seller.buy(("V2", 3))


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "listings", {"shop_id": 1, "listings": []}, 404),
        ("POST", "listings", {"listings": []}, 400),
        ("POST", "listings", {"shop_id": "x", "listings": "x"}, 400),
        ("POST", "orders", {"shop_id": 1, "lines": []}, 404),
        ("POST", "orders", {"shop_id": 1}, 400),
        ("POST", "orders/X/pay", {}, 404),
        ("POST", "orders/X/eat", {}, 404),
        ("PATCH", "listings/5", {"price": 1}, 404),
        ("PATCH", "listings/x", {"price": 1}, 404),
        ("POST", "clock", {}, 400),
        ("POST", "clock", {"advance_s": "x"}, 400),
        ("POST", "webhooks", {}, 400),
        ("POST", "faults", [{"match": "/", "what": "magic"}], 400),
        ("POST", "faults", [{"match": "", "what": "drop"}], 400),
        ("POST", "faults", [{"match": "/", "what": "drop", "where": "later"}], 400),
        ("POST", "faults", [{"match": "/", "what": "drop", "nth": -1}], 400),
        ("POST", "faults", [{"match": "webhook", "what": "5xx"}], 400),
        ("POST", "faults", "text", 400),
    ],
)
def test_malformed_control_calls_are_refused(sandbox: Sandbox, method: str, path: str, body: Any, status: int) -> None:
    got, answer = sandbox.call(method, path, body)
    assert (got, bool(answer["error"])) == (status, True)


def test_unreadable_control_calls_are_refused(sandbox: Sandbox, seller: Seller) -> None:
    assert fetch("POST", f"{sandbox.address}/_sandbox/shops", b"{")[0] == 400
    for rows in (
        [{"title": "x", "skus": []}],
        [{"title": "x", "skus": [{}]}],
        [{"title": "x", "skus": [{}], "category_id": 1}],
    ):
        assert sandbox.call("POST", "listings", {"shop_id": seller.shop_id, "listings": rows})[0] == 400


def test_buyers_get_what_is_shown_and_no_more(seller: Seller, sandbox: Sandbox) -> None:
    item_id = seller.add()

    def buy(**line: Any) -> int:
        return sandbox.call("POST", "orders", {"shop_id": str(seller.shop_id), "lines": [line]})[0]

    assert buy(seller_sku="KT-1", quantity=21) == 409
    assert buy(seller_sku="KT-9", quantity=1) == 409
    assert buy(seller_sku="KT-1", quantity=0) == 400
    assert buy(quantity=1) == 400
    assert sandbox.call("POST", "orders", {"shop_id": str(seller.shop_id), "lines": []})[0] == 400
    twice = [{"seller_sku": "KT-1", "quantity": 11}] * 2
    assert sandbox.call("POST", "orders", {"shop_id": str(seller.shop_id), "lines": twice})[0] == 409
    assert sandbox.listing(item_id)["skus"][0]["stock"] == 20
    sandbox.ok("PATCH", f"listings/{item_id}", {"delist": True})
    assert buy(seller_sku="KT-1", quantity=1) == 409


def test_parts_of_an_order_must_exist(seller: Seller, sandbox: Sandbox) -> None:
    seller.add()
    sn = seller.buy(("KT-1", 2))
    for lines, status in (
        ([{"seller_sku": "X", "quantity": 1}], 409),
        ([{"seller_sku": "KT-1", "quantity": 3}], 409),
        ([], 400),
    ):
        assert sandbox.call("POST", f"orders/{sn}/cancel", {"lines": lines})[0] == status


def test_the_seller_edits_in_the_seller_centre(seller: Seller, sandbox: Sandbox) -> None:
    item_id, (first, second) = seller.add_varied()
    sandbox.ok(
        "PATCH", f"listings/{item_id}", {"title": "Nama Baru", "seller_sku": "KT-V1", "price": 17000, "stock": 3}
    )
    row = sandbox.listing(item_id)
    assert row["title"] == "Nama Baru"
    assert [(sku["price"], sku["stock"]) for sku in row["skus"]] == [(15000, 20), (17000, 3)]
    skus = [{"id": str(first), "price": 14000}, {"id": second, "stock": 1}]
    assert sandbox.ok("PATCH", f"listings/{item_id}", {"skus": skus})["skus"][0]["price"] == 14000
    assert sandbox.ok("PATCH", f"listings/{item_id}", {"stock": 2})["skus"][1]["stock"] == 2
    assert sandbox.call("PATCH", f"listings/{item_id}", {"seller_sku": "X", "price": 1})[0] == 404
    assert sandbox.call("PATCH", f"listings/{item_id}", {"colour": "red"})[0] == 400
    for change, status in (
        ({"delist": True}, "UNLIST"),
        ({"delist": False}, "NORMAL"),
        ({"ban": True}, "BANNED"),
        ({"delete": True}, "SELLER_DELETE"),
    ):
        assert sandbox.ok("PATCH", f"listings/{item_id}", change)["status"] == status


def test_pictures_differ_by_name_and_are_big_enough(sandbox: Sandbox) -> None:
    def content(name: str) -> bytes:
        status, body = fetch("GET", f"{sandbox.address}/_sandbox/pictures/{name}")
        assert status == 200
        return body

    assert content("a.jpg") == content("folder/a.jpg")
    assert content("a.jpg") != content("b.jpg")
    with Image.open(BytesIO(content("a.jpg"))) as image:
        assert (image.format, min(image.size) >= 600) == ("JPEG", True)


def test_calls_are_counted_by_path_and_outcome(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox()
    seller = sandbox.seller()
    seller.get("shop/get_shop_info")
    seller.get("shop/get_shop_info")
    seller.get("shop/get_shop_info", sign="x")
    seller.get("product/get_item_list")
    assert sandbox.get("calls") == {
        "calls": {
            "/api/v2/shop/get_shop_info": {"ok": 2, "error_sign": 1},
            "/api/v2/product/get_item_list": {"product.error_param": 1},
        },
        "rate_limit_violations": 0,
    }
    assert sandbox.ok("DELETE", "calls") == {}
    assert sandbox.get("calls") == {"calls": {}, "rate_limit_violations": 0}


def test_calls_are_limited_per_shop(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox(rate_per_s=5)
    one, two = sandbox.seller(), sandbox.seller()
    answers = [one.get("shop/get_shop_info")["error"] for _ in range(12)]
    assert answers[:5] == [""] * 5
    assert "error_rate_limit" in answers
    assert sandbox.get("calls")["rate_limit_violations"] == answers.count("error_rate_limit")
    assert two.get("shop/get_shop_info")["error"] == ""
    sandbox.advance(1)
    assert one.get("shop/get_shop_info")["error"] == ""


def test_ten_calls_a_second_pass_by_default(own_sandbox: Callable[..., Sandbox]) -> None:
    seller = own_sandbox().seller()
    assert {seller.get("shop/get_shop_info")["error"] for _ in range(10)} == {""}


def test_latency_is_added_to_every_answer(own_sandbox: Callable[..., Sandbox]) -> None:
    seller = own_sandbox(latency_ms=200).seller()
    start = time.monotonic()
    seller.get("shop/get_shop_info")
    assert time.monotonic() - start >= 0.2
