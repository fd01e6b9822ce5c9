"""The control plane: its shapes are a contract for all platforms."""

from collections.abc import Callable
from typing import Any

import pytest
from sandbox_client import Sandbox
from tokopedia_client import BOTH, TITLE, Penjual


def test_credentials_are_all_a_client_needs(sandbox: Sandbox) -> None:
    found = sandbox.get("credentials")
    assert found["platform"] == "tokopedia"
    assert found["base_url"] == found["auth_url"] == sandbox.address
    assert set(found["app"]) == {"id", "secret"}
    assert len(found["shops"]) >= 3
    first = Penjual(sandbox, found["shops"][0])
    assert first.get("/seller/202309/shops", cipher=False)["shops"][0]["id"] == found["shops"][0]["id"]


def test_a_new_shop_starts_empty(sandbox: Sandbox) -> None:
    shop = sandbox.post("shops", {})
    assert set(shop) == {"id", "name", "auth_code", "access_token", "refresh_token", "cipher"}
    assert all(isinstance(value, str) for value in shop.values())
    assert Penjual(sandbox, shop).search()["total_count"] == 0
    assert set(sandbox.post("shops", {"name": "Baru", "authorised": False})) == {"id", "name"}


def test_equal_seeds_give_equal_sandboxes(own_sandbox: Callable[..., Sandbox]) -> None:
    one, two, other = (own_sandbox(seed=seed, shops=4).credentials for seed in (7, 7, 8))
    assert len(one["shops"]) == 4
    assert (one["app"], one["shops"]) == (two["app"], two["shops"])
    assert one["app"] != other["app"]


def test_the_state_is_the_truth(penjual: Penjual, sandbox: Sandbox) -> None:
    made = penjual.live()
    order = penjual.buy(("KT-1", 2))
    number, sku = made["product_id"], made["skus"][0]["id"]
    warehouses = {penjual.warehouses[0]: 18}
    assert sandbox.listing(number) == {
        "id": number,
        "shop_id": penjual.shop_id,
        "title": TITLE,
        "status": "ACTIVATE",
        "statuses": dict.fromkeys(BOTH, "ACTIVATE"),
        "skus": [{"id": sku, "seller_sku": "KT-1", "price": 15000, "stock": 18, "warehouses": warehouses}],
    }
    row = sandbox.order(order)
    assert (row["shop_id"], row["status"], row["storefront"]) == (penjual.shop_id, "AWAITING_SHIPMENT", "TOKOPEDIA")
    assert row["lines"] == [
        {"seller_sku": "KT-1", "quantity": 2, "cancelled": 0, "returned": 0, "product_id": number, "sku_id": sku}
    ]
    state = sandbox.get("state")
    assert {row["shop_id"] for row in state["tokens"]} >= {penjual.shop_id}
    assert "url" in state["webhooks"]


def test_one_word_stands_for_two_storefronts(penjual: Penjual, sandbox: Sandbox) -> None:
    number = penjual.create()["product_id"]
    assert sandbox.listing(number)["status"] == "PENDING"
    penjual.settle()
    for platform, word in (("TIKTOK_SHOP", "ACTIVATE"), ("TOKOPEDIA", "SELLER_DEACTIVATED")):
        sandbox.ok("PATCH", f"listings/{number}", {"delist": True, "storefronts": [platform]})
        assert sandbox.listing(number)["status"] == word


def test_preloading_many_at_once(penjual: Penjual, sandbox: Sandbox) -> None:
    rows: list[dict[str, Any]] = [
        {"title": f"Produk {n}", "skus": [{"seller_sku": f"P{n}", "price": 5000, "stock": n}]} for n in range(300)
    ]
    skus = [{"seller_sku": f"V{n}", "price": 5000 + n, "stock": 3} for n in range(3)]
    rows.append({"title": "Produk Varian", "skus": skus, "category_id": "910022", "listing_platforms": ["TOKOPEDIA"]})
    made = sandbox.post("listings", {"shop_id": penjual.shop_id, "listings": rows})["ids"]
    assert len(set(made)) == 301
    assert penjual.search(page_size=1)["total_count"] == 301
    row = penjual.read(made[-1])
    assert [sku["sales_attributes"][0]["value_name"] for sku in row["skus"]] == ["Pilihan 1", "Pilihan 2", "Pilihan 3"]
    assert (row["category_chains"][-1]["id"], penjual.statuses(made[-1])) == ("910022", {"TOKOPEDIA": "ACTIVATE"})
    assert penjual.buy(("V2", 3))
    path = f"/product/202509/products/{made[0]}/partial_edit"
    penjual.post(path, {"description": "<p>Uraian yang baru.</p>"})
    penjual.settle()
    assert penjual.read(made[0])["description"] != penjual.read(made[1])["description"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "listings", {"shop_id": 1, "listings": []}, 404),
        ("POST", "listings", {"listings": []}, 400),
        ("POST", "listings", {"shop_id": "SHOP", "listings": [{"title": "x", "skus": []}]}, 400),
        ("POST", "listings", {"shop_id": "SHOP", "listings": [{"title": "x"}]}, 400),
        (
            "POST",
            "listings",
            {
                "shop_id": "SHOP",
                "listings": [{"title": "x", "category_id": 1, "skus": [{"seller_sku": "x", "price": 1, "stock": 1}]}],
            },
            400,
        ),
        (
            "POST",
            "listings",
            {
                "shop_id": "SHOP",
                "listings": [
                    {"title": "x", "listing_platforms": ["X"], "skus": [{"seller_sku": "x", "price": 1, "stock": 1}]}
                ],
            },
            400,
        ),
        ("PATCH", "listings/1", {"price": 1}, 404),
        ("PATCH", "listings/x", {"price": 1}, 404),
    ],
)
def test_what_the_control_plane_refuses(
    penjual: Penjual, method: str, path: str, body: dict[str, Any], status: int
) -> None:
    if body.get("shop_id") == "SHOP":
        body = body | {"shop_id": penjual.shop_id}
    got, answer = penjual.sandbox.call(method, path, body)
    assert (got, "error" in answer) == (status, True)


def test_the_seller_edits_in_the_seller_centre(penjual: Penjual, sandbox: Sandbox) -> None:
    number = penjual.varied()["product_id"]
    path = f"listings/{number}"
    row = sandbox.ok("PATCH", path, {"title": "Judul Lain", "price": 20000, "stock": 3})
    assert (row["title"], {(sku["price"], sku["stock"]) for sku in row["skus"]}) == ("Judul Lain", {(20000, 3)})
    row = sandbox.ok("PATCH", path, {"seller_sku": "KT-V0", "stock": 9})
    assert [sku["stock"] for sku in row["skus"]] == [9, 3]
    second = row["skus"][1]["id"]
    row = sandbox.ok(
        "PATCH", path, {"skus": [{"id": second, "stock": 1, "price": 500}, {"seller_sku": "KT-V0", "price": 700}]}
    )
    assert [(sku["price"], sku["stock"]) for sku in row["skus"]] == [(700, 9), (500, 1)]
    assert sandbox.call("PATCH", path, {"seller_sku": "X", "price": 1})[0] == 404
    assert sandbox.call("PATCH", path, {"colour": "red"})[0] == 400
    for changes, status in (
        ({"delist": True}, "SELLER_DEACTIVATED"),
        ({"delist": False}, "ACTIVATE"),
        ({"ban": True}, "PLATFORM_DEACTIVATED"),
        ({"ban": False}, "ACTIVATE"),
        ({"freeze": True}, "FREEZE"),
        ({"delete": True}, "DELETED"),
    ):
        assert sandbox.ok("PATCH", path, changes)["status"] == status
    assert set(penjual.statuses(number).values()) == {"DELETED"}


def test_moving_the_clock(penjual: Penjual, sandbox: Sandbox) -> None:
    number = penjual.create()["product_id"]
    assert sandbox.listing(number)["status"] == "PENDING"
    sandbox.advance(1.1)
    assert sandbox.listing(number)["status"] == "ACTIVATE"


def test_skew_ages_the_timestamps_of_requests(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox()
    shop = Penjual(sandbox, sandbox.credentials["shops"][0])
    sandbox.advance(400)
    assert shop.call("GET", "/logistics/202309/warehouses")["code"] == 0
    sandbox.advance(400, skew=True)
    assert shop.call("GET", "/logistics/202309/warehouses")["code"] == 36009004


def test_calls_are_counted_by_path_and_outcome(penjual: Penjual, sandbox: Sandbox) -> None:
    sandbox.ok("DELETE", "calls")
    penjual.search()
    penjual.code("/product/202502/products/search", {"status": "ALL"}, {})
    assert sandbox.get("calls")["calls"] == {"/product/202502/products/search": {"ok": 1, "12019109": 1}}
