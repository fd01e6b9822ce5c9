"""A shop with several warehouses: stock by location, orders that leave from one of them. Other shops name no location."""

from collections.abc import Iterator
from typing import Any

import pytest
from sandbox_client import Answer, Sandbox, Seller, tier

from bridge.sandbox import start_in_thread

ONE, TWO = "IDZ", "IDZ2"
WAREHOUSES = "shop/get_warehouse_detail"


@pytest.fixture(scope="module")
def two() -> Iterator[Sandbox]:
    with start_in_thread("shopee", rate_limit=False, warehouses=2, wait_s=0) as address:
        yield Sandbox(address)


@pytest.fixture
def owner(two: Sandbox) -> Seller:
    return two.seller()


def at(**stock: int) -> list[Answer]:
    """Rows of `seller_stock`."""
    return [{"location_id": location, "stock": pieces} for location, pieces in stock.items()]


def model(number: int, rows: list[Answer]) -> Answer:
    return {"tier_index": [number], "original_price": 15000, "model_sku": f"KT-V{number}", "seller_stock": rows}


def shown(seller: Seller, item_id: int) -> dict[str, int]:
    info = seller.item(item_id)["stock_info_v2"]
    stock = {row["location_id"]: row["stock"] for row in info["seller_stock"]}
    assert info["summary_info"]["total_available_stock"] == sum(stock.values())
    return stock


def test_the_warehouses_are_told(owner: Seller) -> None:
    rows = owner.read(WAREHOUSES)
    assert [row["location_id"] for row in rows] == [ONE, TWO]
    assert len({row["warehouse_id"] for row in rows}) == len({row["address_id"] for row in rows}) == 2
    assert owner.read(WAREHOUSES, {"warehouse_type": 1}) == rows
    assert owner.get(WAREHOUSES, {"warehouse_type": 2})["error"] == "warehouse.error_can_not_find_warehouse"
    assert owner.get(WAREHOUSES, {"warehouse_type": 3})["error"] == "error_param"


def test_stock_is_written_and_read_by_location(owner: Seller) -> None:
    item_id = owner.add(seller_stock=at(IDZ=5, IDZ2=3))
    assert shown(owner, item_id) == {ONE: 5, TWO: 3}
    rows = [{"model_id": 0, "seller_stock": at(IDZ=0, IDZ2=9)}]
    done = owner.write("product/update_stock", {"item_id": item_id, "stock_list": rows})
    assert done["success_list"] == [
        {"model_id": 0, "location_id": ONE, "stock": 0},
        {"model_id": 0, "location_id": TWO, "stock": 9},
    ]
    assert shown(owner, item_id) == {ONE: 0, TWO: 9}
    rows = [{"model_id": 0, "seller_stock": at(IDZ=2)}]
    owner.write("product/update_stock", {"item_id": item_id, "stock_list": rows})
    assert shown(owner, item_id) == {ONE: 2, TWO: 9}, "a location that is left out keeps what it had"
    (sku,) = owner.sandbox.listing(item_id)["skus"]
    assert (sku["stock"], sku["warehouses"]) == (11, {ONE: 2, TWO: 9})


def test_models_have_stock_by_location(owner: Seller) -> None:
    item_id = owner.add(seller_stock=at(IDZ=1))
    rows = [model(0, at(IDZ=4, IDZ2=2)), model(1, at(IDZ2=7))]
    body = {"item_id": item_id, "standardise_tier_variation": [tier(3)], "model": rows}
    made = owner.write("product/init_tier_variation", body)["model"]
    assert [row["seller_stock"] for row in made] == [at(IDZ=4, IDZ2=2), at(IDZ2=7)]
    owner.write("product/add_model", {"item_id": item_id, "model_list": [model(2, at(IDZ=1, IDZ2=1))]})
    found = {
        code: {each["location_id"]: each["stock"] for each in row["stock_info_v2"]["seller_stock"]}
        for code, row in owner.models(item_id).items()
    }
    assert found == {"KT-V0": {ONE: 4, TWO: 2}, "KT-V1": {TWO: 7}, "KT-V2": {ONE: 1, TWO: 1}}


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        ([{"stock": 5}], "product.error_busi", "multi warehouse, please input location id"),
        ([{"stock": 5, "location_id": ""}], "product.error_busi", "multi warehouse"),
        ([*at(IDZ=5), {"stock": 5}], "product.error_param", "different stock structure"),
        (at(IDX=5), "product.error_auth", "location_id IDX is not matched"),
        (at(IDZ=5) * 2, "product.error_param", "Repeat location_id."),
        (at(IDZ=0, IDZ2=0), "product.error_busi", "Stock should be within 1-"),
        (at(IDZ=5, IDZ2=-1), "product.error_busi", "Stock should be within 0-"),
        ([{"stock": 5, "location_id": 7}], "product.error_param", "location_id should be a string"),
        ([{"location_id": ONE}], "product.error_param", "invalid field Stock"),
    ],
)
def test_a_new_item_is_refused(owner: Seller, rows: list[Answer], code: str, words: str) -> None:
    assert words in owner.refused("product/add_item", owner.body(seller_stock=rows), code)["message"]


@pytest.mark.parametrize("junk", [True, -1, 2.5, 1 << 70, "x", [], [None], [[]], {}, {"a": 1}, "1" * 5000])
def test_junk_for_a_location_is_refused(owner: Seller, junk: Any) -> None:
    item_id = owner.add(seller_stock=at(IDZ=5))
    for rows in (junk, [junk], [{"location_id": junk, "stock": 1}], [{"location_id": ONE, "stock": junk}]):
        assert owner.post("product/add_item", owner.body(seller_stock=rows))["error"].startswith("product.error_")
        body = {"item_id": item_id, "stock_list": [{"seller_stock": rows}]}
        assert owner.post("product/update_stock", body)["error"].startswith("product.error_")
    assert shown(owner, item_id) == {ONE: 5}


def test_stock_without_a_location_is_refused(owner: Seller) -> None:
    item_id = owner.add(seller_stock=at(IDZ=5, IDZ2=3))

    def refused(rows: list[Answer], code: str) -> Any:
        body = {"item_id": item_id, "stock_list": [{"model_id": 0, "seller_stock": rows}]}
        return owner.refused("product/update_stock", body, code)["message"]

    assert refused([{"stock": 5}], "product.error_auth") == "Lack of location_id"
    assert refused([*at(IDZ=5), {"stock": 5}], "product.error_param") == "different stock structure"
    assert "not matched" in refused(at(IDX=5), "product.error_auth")
    owner.sandbox.ok("PATCH", f"listings/{item_id}", {"reserved": 6})
    assert "reserved" in refused(at(IDZ=2), "product.error_auth")
    assert owner.sandbox.listing(item_id)["skus"][0]["warehouses"] == {ONE: 5, TWO: 3}
    owner.write("product/update_stock", {"item_id": item_id, "stock_list": [{"seller_stock": at(IDZ=3)}]})


def test_the_models_of_one_call_are_written_alike(owner: Seller) -> None:
    item_id = owner.add(seller_stock=at(IDZ=1))
    rows = [model(0, at(IDZ=4)), model(1, [{"stock": 7}])]
    body = {"item_id": item_id, "standardise_tier_variation": [tier()], "model": rows}
    told = owner.refused("product/init_tier_variation", body, "product.error_param")
    assert told["message"] == "different stock structure"
    body["model"] = [model(0, at(IDZ=4)), model(1, at(IDZ=7))]
    ids = [row["model_id"] for row in owner.write("product/init_tier_variation", body)["model"]]
    rows = [{"model_id": ids[0], "seller_stock": at(IDZ=1)}, {"model_id": ids[1], "seller_stock": at(IDZ=1, IDX=1)}]
    done = owner.write("product/update_stock", {"item_id": item_id, "stock_list": rows})
    assert [row["model_id"] for row in done["success_list"]] == [ids[0]]
    assert "not matched" in done["failure_list"][0]["failed_reason"]
    assert {
        code: row["stock_info_v2"]["summary_info"]["total_available_stock"]
        for code, row in owner.models(item_id).items()
    } == {
        "KT-V0": 1,
        "KT-V1": 7,
    }


def test_an_order_leaves_from_one_location_and_comes_back_there(owner: Seller) -> None:
    item_id = owner.add(seller_stock=at(IDZ=5, IDZ2=8))
    owner.add(item_sku="KT-2", seller_stock=at(IDZ=4))
    big = owner.buy(("KT-1", 6))
    assert shown(owner, item_id) == {ONE: 5, TWO: 2}
    both = owner.buy(("KT-1", 1), ("KT-2", 4))
    assert shown(owner, item_id) == {ONE: 4, TWO: 2}
    lines = owner.detail(both, "item_list", "package_list")
    assert [line["product_location_id"] for line in lines["item_list"]] == [[ONE], [ONE]]
    assert {row["product_location_id"] for row in lines["package_list"][0]["item_list"]} == {ONE}
    body = {"filter": {}, "pagination": {"page_size": 10, "cursor": ""}}
    parcels = owner.write("order/search_package_list", body)["packages_list"]
    assert {row["order_sn"]: row["product_location_id"] for row in parcels} == {big: TWO, both: ONE}
    detail = owner.read("order/get_package_detail", {"package_number_list": parcels[0]["package_number"]})
    assert detail["package_list"][0]["item_list"][0]["product_location_id"] == TWO

    owner.sandbox.post(f"orders/{big}/cancel", {"lines": [{"seller_sku": "KT-1", "quantity": 2}]})
    assert shown(owner, item_id) == {ONE: 4, TWO: 4}
    owner.write("order/cancel_order", {"order_sn": both, "cancel_reason": "CUSTOMER_REQUEST"})
    assert shown(owner, item_id) == {ONE: 5, TWO: 4}


def test_what_no_location_has_all_of_is_not_sold(owner: Seller) -> None:
    item_id = owner.add(seller_stock=at(IDZ=5, IDZ2=3))
    lines = [{"seller_sku": "KT-1", "quantity": 4}, {"seller_sku": "KT-1", "quantity": 2}]
    status, told = owner.sandbox.call("POST", "orders", {"shop_id": owner.shop_id, "lines": lines})
    assert (status, "any one location" in str(told)) == (409, True), told
    assert shown(owner, item_id) == {ONE: 5, TWO: 3}


def test_goods_that_were_there_before_lie_in_the_first_location(owner: Seller) -> None:
    skus = [{"seller_sku": "A", "price": 9000, "stock": 4}]
    body = {"shop_id": owner.shop_id, "listings": [{"title": "Keripik Lama", "skus": skus}]}
    owner.sandbox.post("listings", body)
    (item_id,) = [row["id"] for row in owner.sandbox.get("state")["listings"] if row["shop_id"] == str(owner.shop_id)]
    assert shown(owner, int(item_id)) == {ONE: 4}
    owner.write("product/update_stock", {"item_id": int(item_id), "stock_list": [{"seller_stock": at(IDZ2=6)}]})
    edited = owner.sandbox.ok("PATCH", f"listings/{item_id}", {"stock": 7})
    assert edited["skus"][0]["warehouses"] == {ONE: 7, TWO: 0}


def test_an_ordinary_shop_names_no_location(seller: Seller) -> None:
    told = seller.refused("product/add_item", seller.body(seller_stock=at(IDZ=5)), "product.error_auth")
    assert "do not have right to use seller location_id" in told["message"]
    item_id = seller.add()
    assert shown(seller, item_id) == {"": 20}
    assert "warehouses" not in seller.sandbox.listing(item_id)["skus"][0]
    (line,) = seller.detail(seller.buy(("KT-1", 1)), "item_list")["item_list"]
    assert line["product_location_id"] == [""]
