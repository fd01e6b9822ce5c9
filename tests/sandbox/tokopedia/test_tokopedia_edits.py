"""Edits, reviews, activating and deactivating, deleting and recovering."""

from typing import Any

import pytest
from sandbox_client import Sandbox
from tokopedia_client import BOTH, TITLE, Penjual, attributes, option

PRODUCTS = "/product/202309/products"
NEW = "Keripik Tempe Baru Lebih Renyah 250 g"


def edit(penjual: Penjual, product_id: str, **changes: Any) -> Any:
    body = penjual.body(idempotency_key=None, **changes)
    return penjual.ok("PUT", f"/product/202509/products/{product_id}", (), body)


def part(penjual: Penjual, product_id: str, **body: Any) -> Any:
    return penjual.post(f"/product/202509/products/{product_id}/partial_edit", body)


def ids(penjual: Penjual, product_id: str, **query: Any) -> dict[str, str]:
    return {sku["seller_sku"]: sku["id"] for sku in penjual.read(product_id, **query)["skus"]}


def test_a_live_product_keeps_its_version_until_the_review_ends(penjual: Penjual) -> None:
    made = penjual.live()
    number = made["product_id"]
    part(penjual, number, title=NEW)
    row = penjual.read(number)
    assert (row["title"], row["status"], row["audit"]["status"]) == (TITLE, "ACTIVATE", "AUDITING")
    assert penjual.read(number, return_under_review_version="true")["title"] == NEW
    assert penjual.found({"status": "ALL", "audit_status": ["AUDITING"]}) == [number]
    penjual.settle()
    assert (penjual.read(number)["title"], penjual.statuses(number)) == (NEW, dict.fromkeys(BOTH, "ACTIVATE"))
    path = f"{PRODUCTS}/{number}"
    assert penjual.code(path, None, {"return_under_review_version": "true"}, "GET") == 12052547
    both = {"return_under_review_version": "true", "return_draft_version": "true"}
    assert penjual.code(path, None, both, "GET") == 12052910


@pytest.mark.parametrize("full", [True, False])
def test_an_edit_deletes_the_skus_it_leaves_out(penjual: Penjual, full: bool) -> None:
    made = penjual.varied()
    number, known = made["product_id"], {sku["seller_sku"]: sku["id"] for sku in made["skus"]}
    rows = [
        {"id": known["KT-V1"], "seller_sku": "KT-V1", "sales_attributes": option("Rasa 1")},
        penjual.sku("KT-V2", "17000", sales_attributes=option("Rasa 2")),
    ]
    answer = edit(penjual, number, skus=rows) if full else part(penjual, number, skus=rows)
    assert [sku["seller_sku"] for sku in answer["skus"]] == ["KT-V1", "KT-V2"]
    assert answer["skus"][0]["id"] == known["KT-V1"]
    assert ids(penjual, number) == known
    penjual.settle()
    after = ids(penjual, number)
    assert after == {"KT-V1": known["KT-V1"], "KT-V2": answer["skus"][1]["id"]}
    assert penjual.stock(number) == {"KT-V1": (20, 0), "KT-V2": (20, 0)}
    assert penjual.read(number)["skus"][0]["price"]["sale_price"] == "16000"


def test_price_and_stock_of_an_edit_count_at_once(penjual: Penjual) -> None:
    made = penjual.live()
    number, sku = made["product_id"], made["skus"][0]["id"]
    edit(penjual, number, title=NEW, skus=[penjual.sku(idr="17500", stock=7, id=sku)])
    row = penjual.read(number)
    assert (row["title"], row["skus"][0]["price"]["sale_price"], penjual.stock(number)) == (
        TITLE,
        "17500",
        {"KT-1": (7, 0)},
    )
    penjual.set_stock(number, (sku, 5))
    body = {"skus": [{"id": sku, "price": {"amount": "18000", "currency": "IDR"}}]}
    penjual.post(f"{PRODUCTS}/{number}/prices/update", body)
    penjual.settle()
    row = penjual.read(number)
    assert (row["title"], row["skus"][0]["price"]["sale_price"], penjual.stock(number)) == (
        NEW,
        "18000",
        {"KT-1": (5, 0)},
    )


def test_a_new_sku_has_stock_before_its_review_ends(penjual: Penjual) -> None:
    made = penjual.varied()
    number, rows = made["product_id"], [{"id": sku["id"]} for sku in made["skus"]]
    for at, row in enumerate(rows):
        row["sales_attributes"] = option(f"Rasa {at}")  # type: ignore[assignment]
    answer = part(penjual, number, skus=[*rows, penjual.sku("KT-V2", sales_attributes=option("Rasa 2"))])
    penjual.set_stock(number, (answer["skus"][2]["id"], 9))
    assert penjual.stock(number)["KT-V2"] == (9, 0)
    found = penjual.post("/product/202309/inventory/search", {"sku_ids": [answer["skus"][2]["id"]]})
    assert found["inventory"][0]["skus"][0]["total_available_quantity"] == 9
    penjual.settle()
    assert penjual.stock(number)["KT-V2"] == (9, 0)


def test_a_full_edit_blanks_what_it_leaves_out(penjual: Penjual) -> None:
    made = penjual.live(brand_id="7082427311584347905", minimum_order_quantity=3)
    number, row = made["product_id"], [{"id": made["skus"][0]["id"], "seller_sku": "KT-1"}]
    part(penjual, number, title=NEW)
    penjual.settle()
    shown = penjual.read(number)
    assert (shown["brand"]["name"], shown["minimum_order_quantity"]) == ("Nusantara", 3)
    edit(penjual, number, skus=row)
    penjual.settle()
    shown = penjual.read(number)
    assert not {"brand", "minimum_order_quantity"} & set(shown)
    assert shown["skus"][0]["price"]["sale_price"] == "15000"


def test_a_partial_edit_keeps_own_values_of_attributes(penjual: Penjual) -> None:
    rows = [*attributes("92001001"), {"id": "920011", "values": [{"name": "45 Hari"}]}]
    made = penjual.live(product_attributes=rows)
    part(penjual, made["product_id"], description="<p>Uraian baru.</p>")
    penjual.settle()
    shown = penjual.read(made["product_id"])
    assert (shown["product_attributes"][1]["values"][0]["name"], shown["description"]) == (
        "45 Hari",
        "<p>Uraian baru.</p>",
    )


@pytest.mark.parametrize("full", [True, False])
def test_a_storefront_left_out_is_switched_off(penjual: Penjual, full: bool) -> None:
    made = penjual.live()
    number, skus = made["product_id"], [{"id": made["skus"][0]["id"], "seller_sku": "KT-1"}]

    def send(platforms: list[str] | None) -> dict[str, str]:
        if full:
            edit(penjual, number, skus=skus, listing_platforms=platforms)
        else:
            part(penjual, number, listing_platforms=platforms, title=NEW)
        penjual.settle()
        return penjual.statuses(number)

    assert send(["TOKOPEDIA"]) == {"TOKOPEDIA": "ACTIVATE", "TIKTOK_SHOP": "SELLER_DEACTIVATED"}
    assert send(None) == {"TOKOPEDIA": "ACTIVATE", "TIKTOK_SHOP": "SELLER_DEACTIVATED"}
    assert send(BOTH) == dict.fromkeys(BOTH, "ACTIVATE")


def test_a_storefront_can_be_added_and_what_the_seller_took_off_stays_off(penjual: Penjual) -> None:
    made = penjual.live(listing_platforms=["TOKOPEDIA"])
    number = made["product_id"]
    part(penjual, number, listing_platforms=BOTH)
    assert penjual.statuses(number) == {"TOKOPEDIA": "ACTIVATE", "TIKTOK_SHOP": "PENDING"}
    penjual.settle()
    assert penjual.statuses(number) == dict.fromkeys(BOTH, "ACTIVATE")
    assert switch(penjual, "deactivate", number, listing_platforms=["TIKTOK_SHOP"]) == {}
    part(penjual, number, listing_platforms=BOTH)
    penjual.settle()
    assert penjual.statuses(number) == {"TOKOPEDIA": "ACTIVATE", "TIKTOK_SHOP": "SELLER_DEACTIVATED"}


def test_a_storefront_must_know_the_category(penjual: Penjual) -> None:
    plant = {"category_id": "910313", "product_attributes": attributes("92006001")}
    made = penjual.live(**plant, listing_platforms=["TOKOPEDIA"])
    path = f"/product/202509/products/{made['product_id']}/partial_edit"
    assert penjual.code(path, {"listing_platforms": BOTH}) == 12052330
    for name, value in (("category_id", "1"), ("delivery_option_ids", ["1"]), ("minimum_order_quantity", 2)):
        assert penjual.code(path, {name: value}) == 98001004
    assert penjual.code(path, {"skus": [penjual.sku(id="1")]}) == 12052556
    twice = [penjual.sku(id=made["skus"][0]["id"])] * 2
    assert penjual.code(path, {"skus": twice}) == 12052553


def test_an_edit_of_what_is_off_counts_at_once(penjual: Penjual) -> None:
    made = penjual.live()
    number = made["product_id"]
    switch(penjual, "deactivate", number, listing_platforms=BOTH)
    part(penjual, number, title=NEW)
    assert (penjual.read(number)["title"], set(penjual.statuses(number).values())) == (NEW, {"SELLER_DEACTIVATED"})
    penjual.settle()
    assert set(penjual.statuses(number).values()) == {"SELLER_DEACTIVATED"}


def test_reviews_may_fail_per_storefront(penjual: Penjual, sandbox: Sandbox) -> None:
    one, two = penjual.create()["product_id"], penjual.create()["product_id"]
    sandbox.ok("PATCH", f"listings/{one}", {"reject": ["TOKOPEDIA"]})
    sandbox.ok("PATCH", f"listings/{two}", {"reject": True})
    penjual.settle()
    assert penjual.statuses(one) == {"TOKOPEDIA": "FAILED", "TIKTOK_SHOP": "ACTIVATE"}
    assert [row["listing_platform"] for row in penjual.read(one)["audit_failed_reasons"]] == ["TOKOPEDIA"]
    assert (set(penjual.statuses(two).values()), penjual.read(two)["audit"]["status"]) == ({"FAILED"}, "FAILED")
    part(penjual, two, title=NEW)
    assert set(penjual.statuses(two).values()) == {"PENDING"}
    penjual.settle()
    assert set(penjual.statuses(two).values()) == {"ACTIVATE"}


def test_an_edit_refused_everywhere_leaves_the_old_version(penjual: Penjual, sandbox: Sandbox) -> None:
    number = penjual.live()["product_id"]
    part(penjual, number, title=NEW)
    sandbox.ok("PATCH", f"listings/{number}", {"reject": True})
    penjual.settle()
    row = penjual.read(number)
    assert (row["title"], row["status"], row["audit"]["status"]) == (TITLE, "ACTIVATE", "FAILED")
    part(penjual, number, title=NEW)
    sandbox.ok("PATCH", f"listings/{number}", {"reject": ["TOKOPEDIA"]})
    penjual.settle()
    assert penjual.read(number)["title"] == NEW
    assert penjual.statuses(number) == {"TOKOPEDIA": "PLATFORM_DEACTIVATED", "TIKTOK_SHOP": "ACTIVATE"}


def switch(penjual: Penjual, what: str, *numbers: str, **more: Any) -> Any:
    method = "DELETE" if what == "delete" else "POST"
    path = PRODUCTS if what == "delete" else f"{PRODUCTS}/{what}"
    return penjual.ok(method, path, (), {"product_ids": list(numbers), **more})


def test_deactivating_and_activating_default_to_tiktok_shop(penjual: Penjual) -> None:
    number = penjual.live()["product_id"]
    assert switch(penjual, "deactivate", number) == {}
    assert penjual.statuses(number) == {"TOKOPEDIA": "ACTIVATE", "TIKTOK_SHOP": "SELLER_DEACTIVATED"}
    switch(penjual, "deactivate", number, listing_platforms=["TOKOPEDIA"])
    assert set(penjual.statuses(number).values()) == {"SELLER_DEACTIVATED"}
    switch(penjual, "activate", number, listing_platforms=BOTH)
    assert set(penjual.statuses(number).values()) == {"PENDING"}
    penjual.settle()
    assert set(penjual.statuses(number).values()) == {"ACTIVATE"}


def test_each_product_fails_for_itself(penjual: Penjual, other: Penjual, sandbox: Sandbox) -> None:
    good, foreign = penjual.live()["product_id"], other.live()["product_id"]
    errors = switch(penjual, "deactivate", good, foreign, "1729592969712200000", "x", listing_platforms=BOTH)["errors"]
    assert [(row["code"], row["detail"]["product_id"]) for row in errors] == [
        (12052048, foreign),
        (12052032, "1729592969712200000"),
        (12052031, "x"),
    ]
    errors = switch(penjual, "deactivate", good, listing_platforms=["TOKOPEDIA"])["errors"]
    assert (errors[0]["code"], errors[0]["detail"]["listing_platform"]) == (12052901, "TOKOPEDIA")
    switch(penjual, "activate", good, listing_platforms=["TOKOPEDIA"])
    error = switch(penjual, "activate", good, listing_platforms=["TOKOPEDIA"])["errors"][0]
    assert (error["code"], error["detail"]["extra_errors"][0]["code"]) == (12052990, 12052901)
    for path, method in ((PRODUCTS, "DELETE"), (f"{PRODUCTS}/activate", "POST"), (f"{PRODUCTS}/recover", "POST")):
        assert penjual.code(path, {"product_ids": []}, method=method) == 98001004
        assert penjual.code(path, {"product_ids": ["1"] * 21}, method=method) == 12019120
    assert penjual.code(f"{PRODUCTS}/deactivate", {"product_ids": [good], "listing_platforms": ["X"]}) == 98001004
    for what in ("activate", "recover"):
        sandbox.fault(f"{PRODUCTS}/{what}", "item_failure")
        assert len(switch(penjual, what, good, foreign)["errors"]) == 2


def test_deleting_and_recovering(penjual: Penjual, sandbox: Sandbox) -> None:
    number = penjual.live()["product_id"]
    assert switch(penjual, "delete", number) == {}
    assert set(penjual.statuses(number).values()) == {"DELETED"}
    assert penjual.found() == []
    assert penjual.found({"status": "DELETED"}) == [number]
    assert switch(penjual, "delete", number)["errors"][0]["code"] == 12052901
    path = f"/product/202509/products/{number}"
    assert penjual.code(path, penjual.body(), method="PUT") == 12052901
    assert penjual.code(f"{PRODUCTS}/{number}/inventory/update", {"skus": []}) == 12052901
    assert switch(penjual, "recover", number) == {}
    assert set(penjual.statuses(number).values()) == {"SELLER_DEACTIVATED"}
    assert switch(penjual, "recover", number)["errors"][0]["code"] == 12052901
    sandbox.ok("PATCH", f"listings/{number}", {"freeze": True, "storefronts": ["TOKOPEDIA"]})
    errors = switch(penjual, "delete", number)["errors"]
    assert {row["code"] for row in errors} == {12052901}
    assert penjual.statuses(number)["TOKOPEDIA"] == "FREEZE"


def test_a_review_of_what_was_deleted_ends_in_nothing(penjual: Penjual) -> None:
    number = penjual.create()["product_id"]
    switch(penjual, "delete", number)
    penjual.settle()
    assert set(penjual.statuses(number).values()) == {"DELETED"}


def test_foreign_and_unknown_products(penjual: Penjual, other: Penjual) -> None:
    foreign = other.live()["product_id"]
    for number, code in ((foreign, 12052048), ("1", 12052032), ("x", 12052031)):
        assert penjual.code(f"{PRODUCTS}/{number}", None, {}, "GET") == code
        assert penjual.code(f"{PRODUCTS}/{number}/prices/update", {"skus": []}) == code
