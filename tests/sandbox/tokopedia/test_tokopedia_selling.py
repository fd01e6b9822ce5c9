"""Orders: buying on either storefront, their life, stock, search and detail."""

import time
from typing import Any

import pytest
from sandbox_client import Sandbox
from tokopedia_client import Penjual

ORDERS = "/order/202309/orders/search"
LATER = {"create_time_ge": 1}


def test_one_line_per_unit(penjual: Penjual) -> None:
    made = penjual.live()
    row = penjual.order(penjual.buy(("KT-1", 3)))
    assert (row["status"], row["commerce_platform"]) == ("AWAITING_SHIPMENT", "TOKOPEDIA")
    lines = row["line_items"]
    assert len({line["id"] for line in lines}) == 3
    assert {(line["seller_sku"], line["sale_price"], line["product_id"]) for line in lines} == {
        ("KT-1", "15000", made["product_id"])
    }
    assert not any("quantity" in line for line in lines)
    assert row["payment"]["sub_total"] == "45000"
    assert row["fulfillment_type"] == "FULFILLMENT_BY_SELLER"
    assert row["packages"][0]["id"] == lines[0]["package_id"]
    assert "*" in row["recipient_address"]["name"]


def test_stock_is_committed_when_an_order_is_made(penjual: Penjual) -> None:
    number = penjual.live()["product_id"]
    unpaid = penjual.buy(("KT-1", 2), paid=False)
    assert penjual.stock(number) == {"KT-1": (18, 2)}
    row = penjual.order(unpaid)
    assert (row["status"], row["packages"], "recipient_address" in row) == ("UNPAID", [], False)
    assert penjual.move(unpaid, "pay")["status"] == "AWAITING_SHIPMENT"
    penjual.set_stock(number, (penjual.read(number)["skus"][0]["id"], 50))
    assert penjual.stock(number) == {"KT-1": (50, 2)}
    penjual.move(unpaid, "ship")
    assert penjual.stock(number) == {"KT-1": (50, 0)}
    gone = penjual.buy(("KT-1", 5), paid=False)
    penjual.move(gone, "cancel")
    assert (penjual.order(gone)["status"], penjual.stock(number)) == ("CANCELLED", {"KT-1": (50, 0)})


def test_cancelled_units_stay_away_when_told_to(own_sandbox: Any) -> None:
    sandbox: Sandbox = own_sandbox(restock=False, review_s=0.0)
    shop = Penjual(sandbox, sandbox.credentials["shops"][0])
    number = shop.create()["product_id"]
    shop.move(shop.buy(("KT-1", 2)), "cancel")
    assert shop.stock(number) == {"KT-1": (18, 0)}


def test_either_storefront_sells_from_one_pool(penjual: Penjual) -> None:
    number = penjual.live()["product_id"]
    one, two = penjual.buy(("KT-1", 1), storefront="TIKTOK_SHOP"), penjual.buy(("KT-1", 1), storefront="TOKOPEDIA")
    assert [penjual.order(n)["commerce_platform"] for n in (one, two)] == ["TIKTOK_SHOP", "TOKOPEDIA"]
    assert penjual.stock(number) == {"KT-1": (18, 2)}
    body = {"product_ids": [number], "listing_platforms": ["TOKOPEDIA"]}
    penjual.post("/product/202309/products/deactivate", body)
    order = {"shop_id": penjual.shop_id, "lines": [{"seller_sku": "KT-1", "quantity": 1}]}
    assert penjual.sandbox.call("POST", "orders", order | {"storefront": "TOKOPEDIA"})[0] == 409
    assert penjual.order(penjual.buy(("KT-1", 1)))["commerce_platform"] == "TIKTOK_SHOP"


def test_an_order_on_hold_waits_an_hour(penjual: Penjual) -> None:
    penjual.live()
    number = penjual.buy(("KT-1", 1), on_hold=True)
    row = penjual.order(number)
    assert (row["status"], row["is_on_hold_order"], "recipient_address" in row) == ("ON_HOLD", True, False)
    package = row["packages"][0]["id"]
    assert penjual.code(f"/fulfillment/202309/packages/{package}/ship", {}) == 21011003
    assert penjual.sandbox.call("POST", f"orders/{number}/ship")[0] == 409
    gone = penjual.buy(("KT-1", 1), paid=False)
    penjual.move(gone, "pay", on_hold=True)
    penjual.move(gone, "cancel")
    penjual.sandbox.advance(3601)
    assert penjual.order(number)["status"] == "AWAITING_SHIPMENT"
    assert penjual.order(gone)["status"] == "CANCELLED"


def test_part_of_an_order_is_cancelled_line_by_line(penjual: Penjual) -> None:
    number = penjual.live()["product_id"]
    order = penjual.buy(("KT-1", 3))
    row = penjual.move(order, "cancel", lines=[{"seller_sku": "KT-1", "quantity": 2}])
    assert (row["status"], row["lines"][0]["quantity"], row["lines"][0]["cancelled"]) == ("AWAITING_SHIPMENT", 3, 2)
    shown = penjual.order(order)
    states = [line["display_status"] for line in shown["line_items"]]
    assert states == ["CANCELLED", "CANCELLED", "AWAITING_SHIPMENT"]
    assert (shown["line_items"][0]["cancel_user"], shown["status"]) == ("BUYER", "AWAITING_SHIPMENT")
    assert penjual.stock(number) == {"KT-1": (19, 1)}
    penjual.move(order, "cancel")
    shown = penjual.order(order)
    assert (shown["status"], shown["cancel_reason"], shown["cancellation_initiator"]) == (
        "CANCELLED",
        "Berubah pikiran",
        "BUYER",
    )


def test_the_way_to_the_buyer_and_back(penjual: Penjual) -> None:
    penjual.live()
    order = penjual.buy(("KT-1", 2))
    assert [penjual.move(order, action)["status"] for action in ("ship", "deliver", "deliver")] == [
        "IN_TRANSIT",
        "DELIVERED",
        "COMPLETED",
    ]
    row = penjual.move(order, "return", lines=[{"seller_sku": "KT-1", "quantity": 1}])
    assert (row["status"], row["lines"][0]["returned"]) == ("COMPLETED", 1)
    quick = penjual.buy(("KT-1", 1))
    penjual.move(quick, "ship")
    assert penjual.move(quick, "deliver", complete=True)["status"] == "COMPLETED"
    for action in ("pay", "ship", "deliver", "cancel"):
        assert penjual.sandbox.call("POST", f"orders/{quick}/{action}")[0] == 409
    shown = penjual.order(quick)
    assert shown["line_items"][0]["package_status"] == "COMPLETED"
    assert {"paid_time", "rts_time", "collection_time", "delivery_time"} <= set(shown)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"lines": []}, 400),
        ({"lines": [{"quantity": 1}]}, 400),
        ({"lines": [{"seller_sku": "KT-1", "quantity": 0}]}, 400),
        ({"lines": [{"seller_sku": "KT-1", "quantity": True}]}, 400),
        ({"lines": [{"seller_sku": "KT-9", "quantity": 1}]}, 409),
        ({"lines": [{"seller_sku": "KT-1", "quantity": 21}]}, 409),
        ({"lines": [{"seller_sku": "KT-1", "quantity": 11}] * 2}, 409),
        ({"lines": [{"seller_sku": "KT-1", "quantity": 1}], "storefront": "SHOPEE"}, 400),
        ({"lines": [{"seller_sku": "KT-1", "quantity": 1}], "shop_id": "1"}, 404),
        ({"lines": "x"}, 400),
    ],
)
def test_what_cannot_be_bought(penjual: Penjual, body: dict[str, Any], status: int) -> None:
    number = penjual.live()["product_id"]
    assert penjual.sandbox.call("POST", "orders", {"shop_id": penjual.shop_id} | body)[0] == status
    assert penjual.stock(number) == {"KT-1": (20, 0)}


def test_nothing_is_sold_before_its_review_ends(penjual: Penjual) -> None:
    penjual.create()
    body = {"shop_id": penjual.shop_id, "lines": [{"seller_sku": "KT-1", "quantity": 1}]}
    assert penjual.sandbox.call("POST", "orders", body)[0] == 409
    penjual.settle()
    assert penjual.sandbox.call("POST", "orders", body)[0] == 200


def test_wrong_moves(penjual: Penjual) -> None:
    penjual.live()
    order, sandbox = penjual.buy(("KT-1", 2)), penjual.sandbox
    assert sandbox.call("POST", "orders/1/ship")[0] == 404
    assert sandbox.call("POST", f"orders/{order}/eat")[0] == 404
    assert sandbox.call("POST", f"orders/{order}/cancel", {"lines": []})[0] == 409
    assert sandbox.call("POST", f"orders/{order}/cancel", {"lines": [{"seller_sku": "KT-1", "quantity": 3}]})[0] == 409
    assert sandbox.call("POST", f"orders/{order}/return")[0] == 409


def test_search_by_status_time_and_page(penjual: Penjual, sandbox: Sandbox) -> None:
    penjual.live()
    made = [penjual.buy(("KT-1", 1), age_s=600 - 60 * n) for n in range(5)]
    now = int(time.time())
    assert penjual.orders() == made[::-1]
    assert penjual.orders(LATER, sort_order="ASC") == made
    assert penjual.orders({"create_time_ge": now - 510, "create_time_lt": now - 450}) == [made[2]]
    penjual.move(made[1], "ship")
    assert penjual.orders({"order_status": "IN_TRANSIT"}) == [made[1]]
    assert penjual.orders({"update_time_ge": now - 30}) == [made[1]]
    assert penjual.orders({"update_time_ge": now - 30}, sort_field="update_time", sort_order="ASC") == [made[1]]
    assert penjual.orders({"update_time_lt": now - 30}, sort_field="update_time", sort_order="ASC") == [
        made[0],
        *made[2:],
    ]
    found, token = [], ""
    for _ in range(5):
        page = penjual.post(ORDERS, LATER, {"page_size": 1, "page_token": token, "sort_order": "ASC"})
        found += [row["id"] for row in page["orders"]]
        token = page["next_page_token"]
        assert page["total_count"] == 5
    assert (found, token) == (made, "")


def test_filters_that_no_index_knows(penjual: Penjual) -> None:
    penjual.live()
    one, two = penjual.buy(("KT-1", 1)), penjual.buy(("KT-1", 1))
    penjual.move(one, "cancel", requested=True)
    assert penjual.orders({"is_buyer_request_cancel": True}) == [one]
    assert penjual.orders({"is_buyer_request_cancel": False}) == [two]
    assert set(penjual.orders({"shipping_type": "TIKTOK"})) == {one, two}
    assert penjual.orders({"shipping_type": "SELLER"}) == []
    assert set(penjual.orders({"warehouse_ids": penjual.warehouses})) == {one, two}
    assert penjual.orders({"warehouse_ids": ["1"]}) == []
    assert penjual.orders({"buyer_user_id": "1"}) == []
    assert set(penjual.orders({"buyer_user_id": penjual.order(one)["user_id"]})) == {one, two}


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ({}, {}),
        ({}, {"page_size": 101}),
        ({"order_status": "CANCEL"}, {"page_size": 1}),
        ({"order_status": ["UNPAID"]}, {"page_size": 1}),
        ({"create_time_ge": 5, "create_time_lt": 4}, {"page_size": 1}),
        ({"shipping_type": "PIGEON"}, {"page_size": 1}),
        ({"is_buyer_request_cancel": "yes"}, {"page_size": 1}),
        ({"warehouse_ids": ["1"] * 101}, {"page_size": 1}),
        ({}, {"page_size": 1, "sort_field": "price"}),
        ({}, {"page_size": 1, "sort_order": "UP"}),
        ({}, {"page_size": 1, "page_token": "?"}),
    ],
)
def test_wrong_searches(penjual: Penjual, body: dict[str, Any], query: dict[str, Any]) -> None:
    assert penjual.code(ORDERS, body or None, query) == 98001004


@pytest.mark.parametrize("version", ["202309", "202507"])
def test_detail_in_two_versions(penjual: Penjual, other: Penjual, version: str) -> None:
    penjual.live()
    other.live()
    one, foreign, path = penjual.buy(("KT-1", 1)), other.buy(("KT-1", 1)), f"/order/{version}/orders"
    assert penjual.get(path, {"ids": f"{one},{one}"})["orders"][0]["id"] == one
    for ids, code in ((foreign, 21008111), ("1", 21008111), ("", 98001004), (",".join(map(str, range(51))), 98001004)):
        assert penjual.code(path, None, {"ids": ids}, "GET") == code
    detail = penjual.get(f"/order/202407/orders/{one}/price_detail")
    assert (detail["sku_sale_price"], detail["total"]) == ("15000", "25000")


def test_an_order_outlives_the_sku(penjual: Penjual) -> None:
    made = penjual.varied()
    order, kept = penjual.buy(("KT-V0", 1)), made["skus"][1]["id"]
    body = {
        "skus": [{"id": kept, "seller_sku": "KT-V1", "sales_attributes": [{"name": "Rasa", "value_name": "Rasa 1"}]}]
    }
    penjual.post(f"/product/202509/products/{made['product_id']}/partial_edit", body)
    penjual.settle()
    assert penjual.move(order, "cancel")["status"] == "CANCELLED"
    assert penjual.stock(made["product_id"]) == {"KT-V1": (20, 0)}
