"""Categories, attributes, limits, couriers, pictures: what a seller reads before writing."""

import csv
from pathlib import Path

import pytest
from sandbox_client import Seller, jpeg, own

from bridge.sandbox.shopee.attributes import ALL, PROFILES
from bridge.sandbox.shopee.categories import CATEGORIES

TREE = Path(__file__).parents[3] / "shared" / "data" / "categories-shopee" / "shopee_global_tree_2023.csv"


@pytest.mark.shared_data
def test_ids_levels_and_names_are_the_platforms_own() -> None:
    if not TREE.exists():
        pytest.skip("the folder ../shared is absent")
    with TREE.open() as file:
        real = {int(row["category_id"]): row for row in csv.DictReader(file)}
    for category in CATEGORIES.values():
        row = real[category.category_id]
        assert (int(row["parent_category_id"]), row["is_leaf"] == "1", row["name_en"]) == (
            category.parent_id,
            category.leaf,
            category.name_en,
        )


def test_the_tree_holds_together_and_its_attributes_are_of_every_kind() -> None:
    for category in CATEGORIES.values():
        assert category.parent_id == 0 or not CATEGORIES[category.parent_id].leaf
        assert not category.leaf or category.profile in PROFILES
    assert {a.input_type for a in ALL.values()} == {1, 2, 3, 4, 5}
    assert {a.validation for a in ALL.values()} == {1, 2, 3, 4}
    assert any(value.children for a in ALL.values() for value in a.values)
    assert all(a.values or a.input_type == 3 for mandatory, _ in PROFILES.values() for a in mandatory)
    assert not any(a.searchable for mandatory, _ in PROFILES.values() for a in mandatory)


def test_categories_come_in_two_languages(seller: Seller) -> None:
    for language, name in (("id", "Kopi"), ("en", "Coffee"), (None, "Coffee")):
        query = {"language": language} if language else {}
        rows = {row["category_id"]: row for row in seller.read("product/get_category", query)["category_list"]}
        coffee = rows[100824]
        assert (coffee["display_category_name"], coffee["has_children"]) == (name, False)
        assert rows[coffee["parent_category_id"]]["has_children"] is True
    assert seller.get("product/get_category", {"language": "fr"})["error"] == "product.error_invalid_language"


@pytest.mark.parametrize("leaf", [c.category_id for c in CATEGORIES.values() if c.leaf][::9])
def test_leaves_take_one_picture_the_first_courier_and_first_options(seller: Seller, leaf: int) -> None:
    tree = seller.read("product/get_attribute_tree", {"category_id_list": leaf})["list"][0]["attribute_tree"]
    rows = []
    for node in tree:
        if node["mandatory"]:
            values = node["attribute_value_list"]
            value = values[0] if values else None
            rows.append(
                own(node["attribute_id"], value["value_id"], value["name"])
                if value
                else own(node["attribute_id"], 0, "Teks")
            )
    brand = {"brand_id": 0, "original_brand_name": "No Brand"}
    size = {"package_length": 20, "package_width": 10, "package_height": 5}
    limit = seller.read("product/get_item_limit", {"category_id": leaf})
    needed = {"dimension": size} if limit["dimension_limit"]["dimension_mandatory"] else {}
    seller.add(category_id=leaf, attribute_list=rows, brand=brand, **needed)


def test_attribute_trees_take_every_list_form(seller: Seller) -> None:
    wanted = [100824, 100788]
    forms = [
        {"category_id_list": "100824,100788"},
        {"category_id_list": "[100824, 100788]"},
        [("category_id_list", 100824), ("category_id_list", 100788)],
        {"category_ids": "100824,100788"},
    ]
    for form in forms:
        answer = seller.read("product/get_attribute_tree", form)
        assert [row["category_id"] for row in answer["list"]] == wanted
    assert seller.get("product/get_attribute_tree")["error"] == "product.error_param"
    assert seller.get("product/get_attribute_tree", {"category_id_list": "x"})["error"] == "product.error_param"
    assert seller.get("product/get_attribute_tree", {"category_id_list": "[x"})["error"] == "product.error_param"
    assert (
        seller.get("product/get_attribute_tree", {"category_id_list": 100629})["error"]
        == "product.error_invalid_category"
    )
    many = ",".join(["100824"] * 21)
    assert seller.get("product/get_attribute_tree", {"category_id_list": many})["error"] == "product.error_param"


def test_values_of_a_searchable_attribute_come_page_by_page(seller: Seller) -> None:
    answer = seller.write("product/search_attribute_value_list", {"attribute_id": 900015, "cursor": 0, "limit": 10})
    assert len(answer["value_list"]) == 10
    assert answer["page_info"] == {"cursor": 10, "has_next": True}
    body = {"attribute_id": 900015, "cursor": 0, "limit": 10, "value_name": "java"}
    assert [v["value_name"] for v in seller.write("product/search_attribute_value_list", body)["value_list"]] == [
        "West Java",
        "Central Java",
        "East Java",
    ]
    seller.refused("product/search_attribute_value_list", {**body, "limit": 0}, "product.error_param")
    seller.refused(
        "product/search_attribute_value_list", {**body, "attribute_id": 900001}, "product.error_invalid_attribute"
    )


def test_brands_limits_and_recommendations(seller: Seller) -> None:
    query = {"offset": 0, "page_size": 2, "category_id": 102003, "status": 1}
    brands = seller.read("product/get_brand_list", query)
    assert (len(brands["brand_list"]), brands["has_next_page"], brands["next_offset"]) == (2, True, 2)
    assert brands["is_mandatory"] is True
    assert seller.read("product/get_brand_list", query | {"status": 2})["brand_list"] == []
    assert seller.get("product/get_brand_list", query | {"status": 3})["error"] == "product.error_param"
    limit = seller.read("product/get_item_limit")
    assert limit["price_limit"] == {"min_limit": 99, "max_limit": 150_000_000}
    frozen = seller.read("product/get_item_limit", {"category_id": 100854})
    assert frozen["dts_limit"]["days_to_ship_limit"] == {"min_limit": -1, "max_limit": -1}
    assert 100824 in seller.read("product/category_recommend", {"item_name": "Kopi Gayo"})["category_id"]
    assert seller.read("product/category_recommend", {"item_name": "xyz"})["category_id"]
    query = {"item_name": "Kopi", "category_id": 100824}
    assert seller.read("product/get_recommend_attribute", query)["attribute_list"]
    assert seller.get("product/get_variations", {"category_id": 100824})["data"] == {"standardise_variation_list": []}
    charts = seller.read("product/get_size_chart_list", {"category_id": 100824, "page_size": 50})
    assert charts["size_chart_list"] == []
    assert seller.get("product/get_size_chart_list", {"category_id": 100824})["error"] == "product.error_param"


def test_couriers_can_be_switched_but_the_compulsory_one(seller: Seller) -> None:
    rows = seller.read("logistics/get_channel_list")["logistics_channel_list"]
    first = next(row for row in rows if row["enabled"])
    assert (first["mask_channel_id"], first["fee_type"]) == (0, "FIXED_DEFAULT_PRICE")
    assert {row["fee_type"] for row in rows} == {"FIXED_DEFAULT_PRICE", "SIZE_INPUT", "SIZE_SELECTION", "CUSTOM_PRICE"}
    assert any(row["mask_channel_id"] for row in rows)
    answer = seller.write("logistics/update_channel", {"logistics_channel_id": 8002, "enabled": True})
    assert answer["enabled"] is True
    assert seller.write("logistics/update_channel", {"logistics_channel_id": 8002})["enabled"] is True
    compulsory = {"logistics_channel_id": first["logistics_channel_id"], "enabled": False}
    seller.refused("logistics/update_channel", compulsory, "logistics.error_param")
    seller.refused("logistics/update_channel", {"logistics_channel_id": 1}, "logistics.error_param")


@pytest.mark.parametrize("public", [True, False])
def test_uploads_pass_with_either_signature(seller: Seller, public: bool) -> None:
    answer = seller.upload(jpeg(), public=public)
    info = answer["response"]["image_info"]
    assert len(info["image_id"]) >= 32
    assert info["image_url_list"][0]["image_url"].startswith(seller.sandbox.address)


def test_one_bad_picture_fails_alone(seller: Seller) -> None:
    answer = seller.upload(jpeg(), b"no picture", jpeg(16), jpeg(kind="PNG"), jpeg(kind="GIF"))
    assert answer["error"] == ""
    rows = answer["response"]["image_info_list"]
    assert [row["id"] for row in rows] == [0, 1, 2, 3, 4]
    assert [bool(row["error"]) for row in rows] == [False, True, True, False, True]
    alone = seller.upload(jpeg(16))
    assert (alone["error"], alone["message"]) == ("product.error_param", "image is invalid or not supported")


def test_uploads_are_bounded(seller: Seller) -> None:
    assert seller.upload(*[jpeg()] * 9)["error"] == "product.error_param"
    assert seller.upload(jpeg(), name="file")["error"] == "product.error_param"
    assert seller.upload(jpeg(), texts={"scene": "x"})["error"] == "product.error_param"
    assert seller.upload(jpeg(), texts={"ratio": "3:4"})["error"] == "product.error_param"
    assert seller.upload(b"x" * (10 * 1024 * 1024 + 1))["message"] == "image is larger than 10 MB"
    all_bad = seller.upload(b"x", b"y")["response"]
    assert all_bad["image_info"]["image_id"] == ""


def test_a_broken_form_is_refused(seller: Seller) -> None:
    from sandbox_client import fetch

    url = seller.url("media_space/upload_image", public=True)
    status, body = fetch("POST", url, b"--x\r\nbroken", "multipart/form-data; boundary=x")
    assert status == 200
    assert b"error_param" in body
