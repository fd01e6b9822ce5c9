"""The control plane with Bukalapak's specifics: user id, token, user name and password; the product id is the SKU."""

from collections.abc import Callable
from typing import Any

import pytest
from bukalapak_client import Lapak
from sandbox_client import Sandbox, fetch


def test_credentials_are_all_a_client_needs(sandbox: Sandbox) -> None:
    found = sandbox.get("credentials")
    assert (found["platform"], found["base_url"]) == ("bukalapak", f"{sandbox.address}/v2")
    assert found["auth_url"] == found["base_url"]
    assert set(found["app"]) == {"id", "secret"}
    assert len(found["shops"]) >= 3
    for shop in found["shops"]:
        assert all(isinstance(value, str) for value in shop.values())
        assert {"id", "name", "username", "password"} <= set(shop)
    first = Lapak(sandbox, found["shops"][0])
    assert first.get("users/info")["user"]["name"] == found["shops"][0]["name"]


def test_a_new_shop_starts_empty(sandbox: Sandbox) -> None:
    shop = sandbox.post("shops", {})
    assert set(shop) == {"id", "name", "username", "password", "auth_code", "access_token", "refresh_token"}
    lapak = Lapak(sandbox, shop)
    assert lapak.lapak() + lapak.hidden() + lapak.sales() == []
    closed = sandbox.post("shops", {"name": "Baru", "authorised": False})
    assert set(closed) == {"id", "name", "username", "password"}


def test_equal_seeds_give_equal_sandboxes(own_sandbox: Callable[..., Sandbox]) -> None:
    one, two, three = (own_sandbox(seed=seed, shops=4).credentials["shops"] for seed in (7, 7, 8))
    assert len(one) == 4
    assert one == two
    assert one != three


def test_the_state_is_the_truth(lapak: Lapak, sandbox: Sandbox) -> None:
    product_id = lapak.create()
    number = lapak.buy((product_id, 2))
    assert sandbox.listing(product_id) == {
        "id": product_id,
        "shop_id": lapak.shop_id,
        "title": "Keripik Tempe 100 g",
        "status": "available",
        "skus": [{"id": product_id, "seller_sku": product_id, "price": 15000, "stock": 18}],
    }
    order = sandbox.order(number)
    assert (order["shop_id"], order["status"]) == (lapak.shop_id, "paid")
    assert order["lines"] == [{"seller_sku": product_id, "quantity": 2, "cancelled": 0, "returned": 0}]
    assert order["transaction_id"] == lapak.transaction(number)["transaction_id"]
    state = sandbox.get("state")
    assert lapak.shop_id in {row["shop_id"] for row in state["tokens"]}
    assert state["webhooks"]["url"] is None


def test_each_preloaded_sku_is_a_listing(lapak: Lapak, sandbox: Sandbox) -> None:
    skus = [{"seller_sku": f"V{n}", "price": 5000 + n, "stock": n} for n in range(3)]
    skus[1]["option"] = "Pedas"
    rows = [
        {
            "title": "Tunggal",
            "skus": [{"seller_sku": "S", "price": 1000, "stock": 1}],
            "category_id": 2020,
            "weight": 50,
        },
        {"title": "Ragam", "skus": skus, "description": "Uraian"},
    ]
    ids = sandbox.post("listings", {"shop_id": int(lapak.shop_id), "listings": rows})["ids"]
    assert [lapak.product(product_id)["name"] for product_id in ids] == [
        "Tunggal",
        "Ragam V0",
        "Ragam Pedas",
        "Ragam V2",
    ]
    assert lapak.product(ids[0])["category"] == "Kopi"
    assert len(lapak.product(ids[0])["image_ids"]) == 1
    lapak.patch(ids[0], price=900)
    assert lapak.refused("GET", f"images/status/{lapak.product(ids[0])['image_ids'][0]}")["message"] == "Assigned"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "listings", {"shop_id": 1, "listings": []}, 404),
        ("POST", "listings", {"shop_id": "x", "listings": []}, 404),
        ("POST", "orders", {"shop_id": 1, "lines": []}, 404),
        ("POST", "orders/X/pay", {}, 404),
        ("POST", "orders/5/eat", {}, 404),
        ("PATCH", "listings/5", {"price": 1}, 404),
        ("PATCH", "listings/-", {"price": 1}, 404),
    ],
)
def test_malformed_control_calls_are_refused(sandbox: Sandbox, method: str, path: str, body: Any, status: int) -> None:
    got, answer = sandbox.call(method, path, body)
    assert (got, bool(answer["error"])) == (status, True)


def test_faulty_preloads_leave_no_trace(lapak: Lapak, sandbox: Sandbox) -> None:
    good = {"title": "x", "skus": [{"seller_sku": "a", "price": 1, "stock": 1}]}
    for row in ({"title": "x", "skus": []}, {"title": "x", "skus": [{}]}, {**good, "category_id": 1}):
        body = {"shop_id": lapak.shop_id, "listings": [good, row]}
        assert sandbox.call("POST", "listings", body)[0] == 400
    assert lapak.lapak() == []
    assert fetch("GET", f"{sandbox.address}/_sandbox/nothing")[0] == 404


def test_buyers_get_what_is_shown_and_no_more(lapak: Lapak, sandbox: Sandbox) -> None:
    product_id = lapak.create()

    def buy(*lines: dict[str, Any], **more: Any) -> int:
        return sandbox.call("POST", "orders", {"shop_id": lapak.shop_id, "lines": list(lines), **more})[0]

    assert buy({"seller_sku": product_id, "quantity": 21}) == 409
    assert buy({"seller_sku": "zzzz", "quantity": 1}) == 409
    assert buy({"seller_sku": product_id, "quantity": 0}) == 400
    assert buy({"quantity": 1}) == 400
    assert buy() == 400
    assert buy(*[{"seller_sku": product_id, "quantity": 11}] * 2) == 409
    assert buy({"seller_sku": product_id, "quantity": 1}, buyer_id=lapak.shop_id) == 409
    assert buy({"seller_sku": product_id, "quantity": 1}, buyer_id=1) == 404
    assert buy({"seller_sku": product_id, "quantity": 1}, age_s="lama") == 400
    assert sandbox.listing(product_id)["skus"][0]["stock"] == 20
    assert buy(*[{"seller_sku": product_id.upper(), "quantity": 10}] * 2) == 200
    assert lapak.hidden() == [product_id]
    assert buy({"seller_sku": product_id, "quantity": 1}) == 409
    assert buy({"seller_sku": int(lapak.create(), 36), "quantity": 1}) == 200


def test_an_order_lives(lapak: Lapak, sandbox: Sandbox) -> None:
    product_id = lapak.create()

    def move(number: str, action: str, **body: Any) -> str:
        status, answer = sandbox.call("POST", f"orders/{number}/{action}", body)
        return answer["status"] if status == 200 else str(status)

    number = lapak.buy((product_id, 1), paid=False)
    assert lapak.transaction(number)["state"] == "pending"
    assert lapak.transaction(number)["state_changes"] == {}
    steps = [
        move(number, action) for action in ("ship", "pay", "pay", "deliver", "ship", "deliver", "deliver", "deliver")
    ]
    assert steps == ["409", "paid", "409", "409", "delivered", "received", "remitted", "409"]
    row = lapak.transaction(number)
    assert list(row["state_changes"]) == ["paid_at", "delivered_at", "received_at", "remitted_at"]
    assert row["shipping_code"].startswith("CGK")
    assert move(number, "return") == "refunded"
    assert sandbox.order(number)["lines"][0]["returned"] == 1
    assert lapak.product(product_id)["stock"] == 19
    second = lapak.buy((product_id, 1))
    assert [move(second, "ship", shipping_code="R-9"), move(second, "deliver", complete=True)] == [
        "delivered",
        "remitted",
    ]
    assert lapak.transaction(second)["shipping_code"] == "R-9"
    third = lapak.buy((product_id, 1))
    assert [move(third, "ship"), move(third, "cancel")] == ["delivered", "refunded"]
    assert lapak.product(product_id)["stock"] == 17
    unknown = lapak.buy((product_id, 1), paid=False)
    assert move(unknown, "pay", state="dikemas") == "dikemas"
    assert lapak.transaction(unknown)["state"] == "dikemas"


def test_a_transaction_ends_as_a_whole(lapak: Lapak, sandbox: Sandbox) -> None:
    first, second = lapak.create(), lapak.create()
    number = lapak.buy((first, 2), (second, 1))
    for lines, status in (
        ([{"seller_sku": first, "quantity": 1}], 409),
        ([{"seller_sku": first, "quantity": 2}], 409),
        ([{"seller_sku": "zz", "quantity": 2}], 409),
        ([5], 400),
    ):
        assert sandbox.call("POST", f"orders/{number}/cancel", {"lines": lines})[0] == status
    every = [{"seller_sku": second, "quantity": 1}, {"seller_sku": first}, {"seller_sku": first}]
    lapak.ok("PATCH", f"products/{second}/remove")
    assert sandbox.post(f"orders/{number}/cancel", {"lines": every})["status"] == "cancelled"
    assert lapak.product(first)["stock"] == 20
    assert lapak.transaction(number)["products"][1]["id"] == second


def test_cancelled_units_may_stay_away(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox(restock=False)
    lapak = Lapak(sandbox, sandbox.post("shops", {}))
    product_id = lapak.create()
    sandbox.post(f"orders/{lapak.buy((product_id, 3))}/cancel")
    assert lapak.product(product_id)["stock"] == 17


def test_the_seller_edits_on_the_web_site(lapak: Lapak, sandbox: Sandbox) -> None:
    product_id = lapak.create()
    place = f"listings/{product_id}"
    row = sandbox.ok("PATCH", place, {"title": "Nama Baru", "price": 17000, "stock": 3})
    assert (row["title"], row["skus"][0]["price"], row["skus"][0]["stock"]) == ("Nama Baru", 17000, 3)
    row = sandbox.ok("PATCH", place, {"skus": [{"id": product_id, "price": 14000}], "seller_sku": product_id})
    assert (row["skus"][0]["price"], lapak.product(product_id)["price"]) == (14000, 14000)
    assert sandbox.call("PATCH", place, {"seller_sku": "X", "price": 1})[0] == 404
    assert sandbox.call("PATCH", place, {"colour": "red"})[0] == 400
    assert sandbox.call("PATCH", place, {"price": "murah"})[0] == 400
    for change, status in (
        ({"delist": True}, "sold"),
        ({"delist": False}, "available"),
        ({"stock": 0}, "Stok Habis"),
        ({"ban": True}, "Melanggar"),
        ({"delete": True}, "removed"),
    ):
        assert sandbox.ok("PATCH", place, change)["status"] == status
    assert sandbox.call("PATCH", place, {"stock": 1})[0] == 404
    assert lapak.lapak() + lapak.hidden() == []


def test_calls_are_counted_by_path_and_outcome(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox()
    lapak = Lapak(sandbox, sandbox.post("shops", {}))
    lapak.get("users/info")
    lapak.refused("GET", "products/zz")
    tag = lapak.raw("GET", "categories.json")[1]["ETag"]
    lapak.raw("GET", "categories.json", If_None_Match=tag)
    fetch("GET", f"{sandbox.address}/v2/users/info.json")
    assert sandbox.get("calls") == {
        "calls": {
            "/v2/users/info.json": {"ok": 1, "401": 1},
            "/v2/products/zz.json": {"ERROR": 1},
            "/v2/categories.json": {"ok": 1, "304": 1},
        },
        "rate_limit_violations": 0,
    }
    assert sandbox.ok("DELETE", "calls") == {}


def test_calls_are_limited_per_seller(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox(rate_per_s=5)
    one, two = (Lapak(sandbox, shop) for shop in sandbox.credentials["shops"][:2])
    answers = [one.raw("GET", "users/info.json") for _ in range(12)]
    statuses = [status for status, _, _ in answers]
    assert statuses[:5] == [200] * 5
    assert 429 in statuses
    assert next(headers["Retry-After"] for status, headers, _ in answers if status == 429) == "1"
    assert sandbox.get("calls")["rate_limit_violations"] == statuses.count(429)
    assert two.raw("GET", "users/info.json")[0] == 200
    sandbox.advance(1)
    assert one.raw("GET", "users/info.json")[0] == 200


def test_ten_calls_a_second_pass_by_default(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox()
    lapak = Lapak(sandbox, sandbox.credentials["shops"][0])
    assert {lapak.raw("GET", "users/info.json")[0] for _ in range(10)} == {200}
