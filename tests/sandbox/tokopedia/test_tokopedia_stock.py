"""Prices, stock, reading stock, and searching products."""

import time
from typing import Any

import pytest
from sandbox_client import Sandbox
from tokopedia_client import BOTH, SEARCH, Penjual, option

PRODUCTS = "/product/202309/products"
INVENTORY = "/product/202309/inventory/search"


def price(sku: str, amount: str = "15500", **more: Any) -> dict[str, Any]:
    return {"id": sku, "price": {"amount": amount, "currency": "IDR", **more}}


def prices(penjual: Penjual) -> dict[str, str]:
    return {
        sku["seller_sku"]: sku["price"]["tax_exclusive_price"]
        for row in penjual.search()["products"]
        for sku in row["skus"]
    }


def test_prices_change_at_once_or_not_at_all(penjual: Penjual) -> None:
    made = penjual.varied()
    path = f"{PRODUCTS}/{made['product_id']}/prices/update"
    one, two = (sku["id"] for sku in made["skus"])
    assert penjual.post(path, {"skus": [price(one), price(two, "99000.00")]}) == {}
    assert prices(penjual) == {"KT-V0": "15500", "KT-V1": "99000"}
    for code, rows in (
        (12052902, []),
        (12052036, [{"price": {"amount": "1", "currency": "IDR"}}]),
        (12052553, [price(one), price(one)]),
        (12052557, [price(one, "20000"), price("1729592969712207012")]),
        (12052570, [price(one, "20000"), price(two, "1")]),
        (12052571, [{"id": one}]),
    ):
        assert penjual.code(path, {"skus": rows}) == code
    assert prices(penjual) == {"KT-V0": "15500", "KT-V1": "99000"}


def test_a_price_needs_a_live_product_without_promotion(penjual: Penjual, sandbox: Sandbox) -> None:
    made = penjual.create()
    path, rows = f"{PRODUCTS}/{made['product_id']}/prices/update", {"skus": [price(made["skus"][0]["id"])]}
    assert penjual.code(path, rows) == 12019113
    penjual.settle()
    sandbox.ok("PATCH", f"listings/{made['product_id']}", {"promotion": True})
    assert penjual.code(path, rows) == 12052038
    sku = made["skus"][0]["id"]
    assert penjual.set_stock(made["product_id"], (sku, 25)) == {}
    assert penjual.set_stock(made["product_id"], (sku, 24))["errors"][0]["code"] == 12052393


def test_stock_fails_sku_by_sku(penjual: Penjual, other: Penjual, sandbox: Sandbox) -> None:
    made = penjual.varied()
    number, (one, two) = made["product_id"], (sku["id"] for sku in made["skus"])
    path, own = f"{PRODUCTS}/{number}/inventory/update", penjual.warehouses[0]
    assert penjual.set_stock(number, (one, 0), (two, 99_999)) == {}
    assert penjual.stock(number) == {"KT-V0": (0, 0), "KT-V1": (99_999, 0)}

    def send(*rows: dict[str, Any]) -> Any:
        return penjual.post(path, {"skus": list(rows)})["errors"]

    good = {"id": one, "inventory": [{"warehouse_id": own, "quantity": 3}]}
    errors = send(good, {"id": two, "inventory": [{"warehouse_id": "1", "quantity": 5}]})
    assert errors == [
        {
            "code": 12052990,
            "message": "Check failed",
            "detail": {
                "sku_id": two,
                "extra_errors": [{"code": 12052097, "message": "The warehouse does not exist", "warehouse_id": "1"}],
            },
        }
    ]
    assert penjual.stock(number)["KT-V0"] == (3, 0)
    foreign = {"warehouse_id": other.warehouses[0], "quantity": 5}
    assert send({"id": two, "inventory": [foreign]})[0]["detail"]["extra_errors"][0]["code"] == 12052530
    assert send({"id": two, "inventory": [{"quantity": 100_000}]})[0]["detail"]["extra_errors"][0]["code"] == 12052055
    assert send({"id": two})[0]["code"] == 12019022
    assert send({"id": "1", "inventory": [{"quantity": 1}]})[0]["code"] == 12052556
    for code, body in (
        (12052902, {}),
        (12052553, {"skus": [good, good]}),
        (98001004, {"skus": [{"id": one, "inventory": [{"quantity": "5"}]}]}),
        (98001004, {"skus": [{"id": one, "inventory": [{"quantity": 5, "warehouse_id": 1}]}]}),
    ):
        assert penjual.code(path, body) == code
    sandbox.fault(path, "item_failure", value=1, seed=3)
    assert len(penjual.set_stock(number, (one, 7), (two, 7))["errors"]) == 1


def test_every_warehouse_of_a_sku_must_be_named(own_sandbox: Any) -> None:
    sandbox: Sandbox = own_sandbox(warehouses=2, review_s=0.0)
    shop = Penjual(sandbox, sandbox.credentials["shops"][0])
    one, two = shop.warehouses
    rows = [{"warehouse_id": one, "quantity": 5}, {"warehouse_id": two, "quantity": 3}]
    made = shop.create(skus=[shop.sku(inventory=rows)])
    number, sku = made["product_id"], made["skus"][0]["id"]

    def send(*given: tuple[str | None, int]) -> Any:
        inventory = [
            {"quantity": quantity} | ({} if name is None else {"warehouse_id": name}) for name, quantity in given
        ]
        answer = shop.post(f"{PRODUCTS}/{number}/inventory/update", {"skus": [{"id": sku, "inventory": inventory}]})
        return answer["errors"][0]["code"] if answer else 0

    assert send((one, 1)) == 12019028
    assert send((None, 1)) == 12019028
    assert shop.stock(number) == {"KT-1": (8, 0)}
    order = shop.buy(("KT-1", 7))
    found = shop.post(INVENTORY, {"sku_ids": [sku]})["inventory"][0]["skus"][0]["warehouse_inventory"]
    assert sum(row["available_quantity"] for row in found) == 1
    assert sum(row["committed_quantity"] for row in found) == 7
    assert shop.orders({"warehouse_ids": [one]}) == [order]
    assert send((one, 4), (two, 2)) == 0
    assert shop.stock(number) == {"KT-1": (6, 7)}
    single = shop.create(skus=[shop.sku("KT-2")])
    row = {"id": single["skus"][0]["id"], "inventory": rows}
    path = f"{PRODUCTS}/{single['product_id']}/inventory/update"
    assert shop.post(path, {"skus": [row]})["errors"][0]["code"] == 12052533
    sandbox.ok("PATCH", f"listings/{number}", {"stock": 9})
    assert shop.stock(number) == {"KT-1": (9, 7)}


def test_reading_stock_by_products_or_skus(penjual: Penjual, other: Penjual) -> None:
    one, two, foreign = penjual.live(), penjual.live(skus=[penjual.sku("KT-2")]), other.live()
    asked = {"product_ids": [one["product_id"], foreign["product_id"], "1"]}
    assert [row["product_id"] for row in penjual.post(INVENTORY, asked)["inventory"]] == [one["product_id"]]
    skus = {"sku_ids": [two["skus"][0]["id"], foreign["skus"][0]["id"], "1"]}
    found = penjual.post(INVENTORY, asked | skus)["inventory"]
    assert [row["product_id"] for row in found] == [two["product_id"]]
    assert found[0]["skus"][0]["total_available_inventory_distribution"]["in_shop_inventory"] == {"quantity": 20}
    for body in ({}, {"product_ids": ["1"] * 101}, {"sku_ids": ["1"] * 601}):
        assert penjual.code(INVENTORY, body) == 98001004


def test_restocking_can_be_switched_off_by_sku(penjual: Penjual) -> None:
    made = penjual.live()
    path, sku = "/product/202608/inventory/operation/settings", made["skus"][0]["id"]
    body = {"seller_id": "1", "sku_ids": [sku, "1"], "stock_operation_setting": {}}
    assert penjual.post(path, body)["stock_operation"] == {"success_sku_ids": [sku], "failed_sku_ids": ["1"]}
    penjual.move(penjual.buy(("KT-1", 2)), "cancel")
    assert penjual.stock(made["product_id"]) == {"KT-1": (18, 0)}
    penjual.post(path, body | {"stock_operation_setting": {"enable_auto_restock": True}})
    penjual.move(penjual.buy(("KT-1", 2)), "cancel")
    assert penjual.stock(made["product_id"]) == {"KT-1": (18, 0)}
    assert penjual.code(path, body | {"sku_ids": []}) == 98001004


def test_search_by_sku_status_and_storefront(penjual: Penjual, other: Penjual) -> None:
    both, only = penjual.live(), penjual.live(listing_platforms=["TOKOPEDIA"], skus=[penjual.sku("KT-2")])
    foreign = other.live()
    one, two = both["product_id"], only["product_id"]
    assert set(penjual.found()) == {one, two}
    assert penjual.found({"seller_skus": ["KT-2", "KT-9"]}) == [two]
    assert penjual.found({"sku_ids": [both["skus"][0]["id"], foreign["skus"][0]["id"]]}) == [one]
    assert penjual.found({"sku_ids": [both["skus"][0]["id"]], "seller_skus": ["KT-1"]}) == [one]
    assert penjual.found({"sku_ids": [both["skus"][0]["id"]], "seller_skus": ["KT-2"]}) == []
    assert penjual.found({"status": "ACTIVATE"}) == [one]  # the status is TikTok Shop's
    assert set(penjual.found({"status": "ACTIVATE", "listing_platforms": ["TOKOPEDIA"]})) == {one, two}
    assert penjual.found({"status": "ACTIVATE", "listing_platforms": BOTH}) == [one]
    penjual.post(f"{PRODUCTS}/deactivate", {"product_ids": [one]})
    assert penjual.found({"status": "ACTIVATE", "listing_platforms": BOTH}) == []
    assert penjual.found({"status": "SELLER_DEACTIVATED"}) == [one]
    assert penjual.found({"seller_skus": ["KT-1"], "status": "ACTIVATE"}) == []
    assert penjual.found({"category_version": "v1"}) == []
    row = next(row for row in penjual.search()["products"] if row["id"] == two)
    assert ("status" in row, row["integrated_platform_statuses"][0]["status"]) == (False, "ACTIVATE")
    assert not {"main_images", "product_attributes", "category_chains"} & set(row)


@pytest.mark.parametrize("version", ["202309", "202312", "202502"])
def test_several_versions_of_search(penjual: Penjual, version: str) -> None:
    number = penjual.live()["product_id"]
    row = penjual.search(version=version)["products"][0]
    assert (row["id"], row["status"]) == (number, "ACTIVATE")
    assert ("integrated_platform_statuses" in row) == (version != "202309")


def test_search_by_time_and_page(penjual: Penjual) -> None:
    rows = [{"title": f"Produk {n}", "skus": [{"seller_sku": f"P{n}", "price": 5000, "stock": 1}]} for n in range(25)]
    made = penjual.sandbox.post("listings", {"shop_id": penjual.shop_id, "listings": rows})["ids"]
    now, found, token = int(time.time()), [], ""
    for _ in range(9):
        page = penjual.search(page_size=3, page_token=token)
        found += [row["id"] for row in page["products"]]
        token = page["next_page_token"]
        assert page["total_count"] == 25
    assert (sorted(found), token) == (sorted(made), "")
    changed = made[7]
    sku = penjual.read(changed)["skus"][0]["id"]
    penjual.set_stock(changed, (sku, 2))
    assert penjual.found({"update_time_ge": now}) == [changed]
    assert len(penjual.found({"create_time_le": now - 10})) + len(penjual.found({"create_time_ge": now - 9})) == 25
    both = {"update_time_ge": now, "create_time_ge": now - 1}
    assert penjual.found(both) == []
    assert penjual.found({"update_time_ge": now, "create_time_le": now}) == [changed]
    assert penjual.found({"seller_skus": ["P7"], "update_time_ge": now + 100}) == []


@pytest.mark.parametrize(
    ("code", "body", "query"),
    [
        (12019109, {}, {}),
        (12019109, {}, {"page_size": 0}),
        (12019109, {}, {"page_size": 101}),
        (98001004, {"status": "LIVE"}, {"page_size": 1}),
        (98001004, {"listing_platforms": ["TOKOPEDIA"]}, {"page_size": 1}),
        (98001004, {"status": "ACTIVATE", "listing_platforms": ["X"]}, {"page_size": 1}),
        (12019027, {"seller_skus": ["x"] * 11}, {"page_size": 1}),
        (12019087, {"sku_ids": ["x"] * 11}, {"page_size": 1}),
        (12019118, {"create_time_ge": 5, "create_time_le": 4}, {"page_size": 1}),
        (12019119, {"update_time_ge": 5, "update_time_le": 4}, {"page_size": 1}),
        (98001004, {"create_time_ge": "5"}, {"page_size": 1}),
        (98001004, {}, {"page_size": 1, "page_token": "abc"}),
        (98001004, {}, {"page_size": 1, "page_token": "eHh4"}),
        (98001004, {}, {"page_size": 1, "page_token": "eD5hPmI="}),
        (98001004, {}, {"page_size": 1, "page_token": "eD4xPmI="}),
    ],
)
def test_wrong_searches(penjual: Penjual, code: int, body: dict[str, Any], query: dict[str, Any]) -> None:
    assert penjual.code(SEARCH, {"status": "ALL"} | body, query) == code


def test_ten_thousand_listings_must_be_cut_by_time(own_sandbox: Any) -> None:
    sandbox: Sandbox = own_sandbox(rate_limit=False)
    shop = Penjual(sandbox, sandbox.credentials["shops"][0])
    row = {"title": "Produk", "skus": [{"seller_sku": "P", "price": 5000, "stock": 1}]}
    for _ in range(2):
        sandbox.post("listings", {"shop_id": shop.shop_id, "listings": [row] * 5001})
    assert shop.code(SEARCH, {"status": "ALL"}, {"page_size": 1}) == 12052180
    now = int(time.time())
    assert shop.search({"status": "ALL", "create_time_ge": now - 6000})["total_count"] in range(5900, 6001)
    start = time.perf_counter()
    for _ in range(50):
        shop.search({"status": "ACTIVATE", "create_time_le": now - 5000}, page_size=1)
    assert time.perf_counter() - start < 5


def test_paging_survives_changes(penjual: Penjual) -> None:
    made = [penjual.create(skus=[penjual.sku(f"K{n}", sales_attributes=option("x"))])["product_id"] for n in range(4)]
    first = penjual.search(page_size=2)
    penjual.ok("DELETE", PRODUCTS, (), {"product_ids": [first["products"][0]["id"]]})
    rest = penjual.search(page_size=2, page_token=first["next_page_token"])
    assert {row["id"] for row in (*first["products"], *rest["products"])} == set(made)
