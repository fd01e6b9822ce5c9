"""Category trees of two storefronts, rules, attributes, brands, and the seller's surroundings."""

from typing import Any

import pytest
from tokopedia_client import FURNITURE, LEAF, SHOES, SOAP, TOY, Penjual

CATEGORIES = "/product/202309/categories"


def tree(penjual: Penjual, platform: str, **query: str) -> list[dict[str, Any]]:
    asked = {"locale": "id-ID", "category_version": "v2", "listing_platform": platform}
    found: list[dict[str, Any]] = penjual.get(CATEGORIES, asked | query)["categories"]
    return found


def test_each_storefront_has_its_tree(penjual: Penjual) -> None:
    tokopedia, shop = tree(penjual, "TOKOPEDIA"), tree(penjual, "TIKTOK_SHOP")
    names = {row["id"]: row["local_name"] for row in (*tokopedia, *shop)}
    one, two = {row["id"] for row in tokopedia}, {row["id"] for row in shop}
    assert {names[number] for number in one - two} >= {"Wayang & Topeng", "Tanaman Buah"}
    assert {names[number] for number in two - one} == {"Parfum"}
    default = penjual.get(CATEGORIES, {"category_version": "v2"})["categories"]
    assert {row["id"] for row in default} == two
    for row in tokopedia:
        assert row["parent_id"] == "0" or row["parent_id"] in names
        assert set(row) == {"id", "parent_id", "local_name", "is_leaf", "permission_statuses"}
    parents = {row["parent_id"] for row in tokopedia}
    assert all(row["is_leaf"] != (row["id"] in parents) for row in tokopedia)


def test_the_first_common_leaf_needs_no_papers(penjual: Penjual) -> None:
    shop = {row["id"] for row in tree(penjual, "TIKTOK_SHOP")}
    first = next(row["id"] for row in tree(penjual, "TOKOPEDIA") if row["is_leaf"] and row["id"] in shop)
    assert first == LEAF
    rules = penjual.get(f"{CATEGORIES}/{first}/rules", {"category_version": "v2"})
    assert not any(paper["is_required"] for paper in rules["product_certifications"])
    assert rules["size_chart"]["is_required"] is False
    for row in own(penjual, first).values():
        if row["is_requried"]:
            assert row["values"] or row["is_customizable"]


def own(penjual: Penjual, leaf: str) -> dict[str, dict[str, Any]]:
    found = penjual.get(f"{CATEGORIES}/{leaf}/attributes", {"category_version": "v2", "locale": "id-ID"})["attributes"]
    return {row["name"]: row for row in found}


def test_attributes_of_every_kind_exist(penjual: Penjual) -> None:
    kinds = set()
    for row in tree(penjual, "TOKOPEDIA"):
        if row["is_leaf"] and "AVAILABLE" in row["permission_statuses"]:
            for attribute in own(penjual, row["id"]).values():
                head = (attribute["type"], attribute["is_customizable"], attribute["is_multiple_selection"])
                kinds.add((*head, bool(attribute["values"]), "value_data_format" in attribute))
    product = {kind[1:] for kind in kinds if kind[0] == "PRODUCT_PROPERTY"}
    assert product == {
        (False, False, True, False),  # one of a list
        (True, False, True, False),  # one of a list, or own text
        (False, True, True, False),  # several of a list
        (True, True, True, False),  # several of a list, or own text
        (True, False, False, False),  # own text
        (True, False, False, True),  # a number
    }
    assert {kind[0] for kind in kinds} == {"PRODUCT_PROPERTY", "SALES_PROPERTY"}
    condition = own(penjual, FURNITURE)["Alat Rakit Disertakan"]["requirement_conditions"]
    assert condition == [
        {"condition_type": "VALUE_ID_MATCH", "attribute_id": "920042", "attribute_value_id": "92004202"}
    ]


def test_rules_tell_papers_size_charts_and_parcels(penjual: Penjual) -> None:
    def rules(leaf: str) -> Any:
        return penjual.get(f"{CATEGORIES}/{leaf}/rules", {"category_version": "v2"})

    assert [paper["is_required"] for paper in rules(TOY)["product_certifications"]] == [True]
    paper = rules(SOAP)["product_certifications"][0]
    assert (paper["is_required"], paper["requirement_conditions"][0]["attribute_value_id"]) == (False, "92005103")
    assert rules(SHOES)["size_chart"] == {"is_supported": True, "is_required": True}
    furniture = rules(FURNITURE)
    assert (furniture["package_dimension"]["is_required"], furniture["cod"]["is_supported"]) == (True, False)
    assert rules(LEAF)["allowed_special_product_types"] == ["PRE_ORDER"]


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        (CATEGORIES, {}, 12052217),
        (CATEGORIES, {"category_version": "v1"}, 12052217),
        (CATEGORIES, {"category_version": "v2", "listing_platform": "LAZADA"}, 98001004),
        (CATEGORIES, {"category_version": "v2", "locale": "xx"}, 98001004),
        (f"{CATEGORIES}/{LEAF}/rules", {}, 12052217),
        (f"{CATEGORIES}/910010/rules", {"category_version": "v2"}, 12052024),
        (f"{CATEGORIES}/1/attributes", {"category_version": "v2"}, 12052023),
        (f"{CATEGORIES}/x/attributes", {"category_version": "v2"}, 12052002),
        (f"{CATEGORIES}/910033/attributes", {"category_version": "v2"}, 12052220),
        ("/product/202309/brands", {}, 98001004),
        ("/product/202309/brands", {"page_size": "101"}, 98001004),
        ("/product/202309/brands", {"page_size": "5", "page_token": "!"}, 98001004),
        ("/product/202309/brands", {"page_size": "5", "category_id": "910010"}, 12052024),
    ],
)
def test_wrong_reads(penjual: Penjual, path: str, query: dict[str, str], code: int) -> None:
    assert penjual.code(path, None, query, "GET") == code


def test_keywords_and_prohibited_categories(penjual: Penjual) -> None:
    assert {row["local_name"] for row in tree(penjual, "TOKOPEDIA", keyword="keripik")} == {"Keripik & Kerupuk"}
    assert tree(penjual, "TOKOPEDIA", keyword="beralkohol") == []
    row = tree(penjual, "TOKOPEDIA", keyword="beralkohol", include_prohibited_categories="true")[0]
    assert row["permission_statuses"] == ["PROHIBITED"]


def test_a_category_is_recommended_by_its_words(penjual: Penjual) -> None:
    path = f"{CATEGORIES}/recommend"
    found = penjual.post(path, {"product_title": "Kopi bubuk Gayo", "listing_platform": "TOKOPEDIA"})
    assert found["leaf_category_id"] == "910022"
    assert [step["level"] for step in found["categories"]] == [1, 2, 3, 4]
    assert penjual.code(path, {"product_title": "zzz"}) == 12052913
    assert penjual.code(path, {"product_title": "Kopi", "category_version": "v1"}) == 12052217
    assert penjual.code(path, {}) == 98001004


def test_brands_are_paged_found_and_made(penjual: Penjual) -> None:
    path = "/product/202309/brands"
    first = penjual.get(path, {"page_size": 2})
    assert len(first["brands"]) == 2
    rest = penjual.get(path, {"page_size": 100, "page_token": first["next_page_token"]})
    assert rest["next_page_token"] == ""
    assert len(rest["brands"]) == first["total_count"] - 2
    assert first["brands"][0]["authorized_status"] == "UNAUTHORIEZD"
    name = f"Merek {penjual.shop_id[-8:]}"
    made = penjual.post(path, {"name": name}, cipher=False)["id"]
    assert [row["id"] for row in penjual.get(path, {"page_size": 5, "brand_name": name.lower()})["brands"]] == [made]
    assert penjual.code(path, {"name": name}, cipher=False) == 12052205
    assert penjual.code(path, {"name": "x"}, cipher=False) == 12052189
    assert penjual.code(path, {"name": "x" * 31}, cipher=False) == 12052190
    assert penjual.code(path, {"name": "Lain"}) == 36009004


def test_warehouses_and_couriers(penjual: Penjual) -> None:
    rows = penjual.get("/logistics/202309/warehouses")["warehouses"]
    assert [(row["type"], row["effect_status"], row["is_default"]) for row in rows] == [
        ("SALES_WAREHOUSE", "ENABLED", True),
        ("RETURN_WAREHOUSE", "ENABLED", True),
    ]
    assert "distict" in rows[0]["address"]
    path = f"/logistics/202309/warehouses/{rows[0]['id']}/delivery_options"
    option = penjual.get(path, {"scope": "WAREHOUSE"})["delivery_options"][0]
    assert option["platform"] == ["TIKTOK_SHOP", "TOKOPEDIA"]
    assert penjual.code("/logistics/202309/warehouses/1/delivery_options", None, {}, "GET") == 12052097
    providers = f"/logistics/202309/delivery_options/{option['id']}/shipping_providers"
    assert len(penjual.get(providers)["shipping_providers"]) == 3
    assert penjual.code("/logistics/202309/delivery_options/1/shipping_providers", None, {}, "GET") == 98001004


@pytest.mark.parametrize("version", ["202309", "202312"])
def test_prerequisites_are_met(penjual: Penjual, version: str) -> None:
    results = penjual.get(f"/product/{version}/prerequisites")["check_results"]
    assert {row["check_item"] for row in results} >= {"SHOP_STATUS", "PRODUCT_QUANTITY_LIMIT", "BANk_ACCOUNT"}
    assert not any(row["is_failed"] for row in results)
