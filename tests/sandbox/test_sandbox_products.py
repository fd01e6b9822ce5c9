"""Creating, reading, changing, hiding and finding items."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from sandbox_client import DESCRIPTION, Answer, Sandbox, Seller, own

SIZE = {"package_length": 20, "package_width": 10, "package_height": 5}


def test_an_item_reads_back_as_it_was_written(seller: Seller) -> None:
    item_id = seller.add(
        dimension=SIZE,
        condition="NEW",
        item_dangerous=0,
        gtin_code="8991234567890",
        pre_order={"is_pre_order": True, "days_to_ship": 7},
        brand={"brand_id": 1000002, "original_brand_name": "Kopi Rakyat"},
        wholesale=[{"min_count": 10, "max_count": 99, "unit_price": 12000}],
        purchase_limit_info={"min_purchase_limit": 1},
    )
    assert item_id < 2**53
    item = seller.item(item_id)
    assert (item["item_status"], item["item_sku"], item["weight"], item["has_model"]) == (
        "NORMAL",
        "KT-1",
        "0.3",
        False,
    )
    assert (
        item["price_info"][0] | {"currency": "IDR", "original_price": 15000, "current_price": 15000}
        == item["price_info"][0]
    )
    assert item["stock_info_v2"]["summary_info"] == {"total_reserved_stock": 0, "total_available_stock": 20}
    assert item["brand"]["original_brand_name"] == "Kopi Rakyat"
    assert (item["dimension"], item["pre_order"]["days_to_ship"]) == (SIZE, 7)
    assert item["wholesales"][0]["unit_price"] == 12000
    assert [a["attribute_id"] for a in item["attribute_list"]] == [100037, 900001]
    assert item["logistic_info"][0]["logistic_name"]
    assert abs(item["create_time"] - time.time()) < 5


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"item_name": None}, "error_param"),
        ({"item_name": 5}, "error_param"),
        ({"item_name": "   "}, "error_item_name_empty"),
        ({"item_name": "Kopi"}, "error_item_name_is_too_short"),
        ({"item_name": "K" * 256}, "error_title_exceeds_max_length"),
        ({"item_name": "Kopi\u0007 Gayo"}, "error_title_character_forbidden"),
        ({"description": "pendek"}, "error_desc_length_min_limit"),
        ({"description": "a" * 5001}, "error_param"),
        ({"description": DESCRIPTION + " #a" * 19}, "error_desc_hash_tag_over_limit"),
        ({"description_type": "extended"}, "error_param"),
        ({"original_price": 15000.5}, "error_invalid_price"),
        ({"original_price": 98}, "error_price_exceed_min_limitt"),
        ({"original_price": 150_000_001}, "error_price_exceed_max_limitt"),
        ({"original_price": "15000"}, "error_param"),
        ({"original_price": float("nan")}, "error_param"),
        ({"original_price": True}, "error_param"),
        ({"weight": 0}, "error_param"),
        ({"weight": None}, "error_param"),
        ({"category_id": 100629}, "error_invalid_category"),
        ({"category_id": 1 << 63}, "error_param"),
        ({"image": {"image_id_list": []}}, "error_image_num_min"),
        ({"image": {"image_id_list": ["x"]}}, "error_image_unavailable"),
        ({"image": {"image_id_list": [5]}}, "error_param"),
        ({"image": {"image_id_list": "x"}}, "error_param"),
        ({"image": {"image_id_list": ["x"], "image_ratio": "3:4"}}, "error_param"),
        ({"image": ["x"]}, "error_param"),
        ({"logistic_info": []}, "error_param"),
        ({"logistic_info": ["x"]}, "error_param"),
        ({"logistic_info": [{"logistic_id": 1, "enabled": True}]}, "error_invalid_logistic_info"),
        ({"logistic_info": [{"logistic_id": 8003, "enabled": False}]}, "error_invalid_logistic_info"),
        ({"logistic_info": [{"logistic_id": 8003, "enabled": True}] * 2}, "error_invalid_logistic_info"),
        ({"logistic_info": [{"logistic_id": 8003, "enabled": 1}]}, "error_param"),
        ({"logistic_info": [{"logistic_id": 8003}]}, "error_param"),
        ({"logistic_info": [{"logistic_id": 80014, "enabled": True}]}, "error_invalid_logistic_info"),
        ({"logistic_info": [{"logistic_id": 8002, "enabled": True}]}, "error_invalid_logistic_info"),
        ({"logistic_info": [{"logistic_id": 8006, "enabled": True}], "dimension": SIZE}, "error_invalid_logistic_info"),
        ({"logistic_info": [{"logistic_id": 8005, "enabled": True}]}, "error_param"),
        ({"logistic_info": [{"logistic_id": 8007, "enabled": True}]}, "error_param"),
        ({"logistic_info": [{"logistic_id": 8008, "enabled": True, "size_id": 9}]}, "error_invalid_logistic_info"),
        (
            {"logistic_info": [{"logistic_id": 8005, "enabled": True}], "dimension": SIZE | {"package_width": 61}},
            "error_invalid_logistic_info",
        ),
        ({"dimension": SIZE | {"package_width": 0}}, "error_param"),
        ({"seller_stock": [{"stock": 0}]}, "error_busi"),
        ({"seller_stock": [{"stock": 10_000_001}]}, "error_busi"),
        ({"seller_stock": [{"stock": 5}, {"stock": 5}]}, "error_param"),
        ({"seller_stock": [{"stock": 5, "location_id": "IDZ"}]}, "error_auth"),
        ({"item_status": "BANNED"}, "error_param"),
        ({"condition": "OLD"}, "error_param"),
        ({"item_dangerous": 2}, "error_param"),
        ({"item_sku": "x" * 101}, "error_param"),
        ({"gtin_code": "12"}, "error_param_validate"),
        ({"brand": {"brand_id": 5, "original_brand_name": "x"}}, "error_invalid_brand"),
        ({"brand": {"brand_id": 0}}, "error_invalid_brand"),
        ({"brand": {"original_brand_name": "x"}}, "error_invalid_brand"),
        ({"pre_order": {"is_pre_order": True, "days_to_ship": 60}}, "error_invalid_days_to_ship"),
        ({"pre_order": {"is_pre_order": False, "days_to_ship": 5}}, "error_invalid_days_to_ship"),
        ({"wholesale": [{"min_count": 9, "max_count": 1, "unit_price": 12000}]}, "error_param"),
        (
            {"wholesale": [{"min_count": 1, "max_count": 9, "unit_price": 15000}]},
            "error_whole_sale_price_setting_incorrect",
        ),
        (
            {"wholesale": [{"min_count": 1, "max_count": 9, "unit_price": 99}]},
            "error_wholesale_price_less_than_ratio_limit",
        ),
        ({"video_upload_id": ["x"]}, "error_video_info_not_found"),
        ({"size_chart_info": {"size_chart": "x"}}, "error_image_unavailable"),
        ({"scheduled_publish_time": 1}, "error_param"),
        ({"attribute_list": None}, "error_less_required_attribute"),
        ({"attribute_list": [own(100037, 10003701)]}, "error_less_required_attribute"),
    ],
)
def test_what_add_item_refuses(seller: Seller, change: dict[str, Any], code: str) -> None:
    before = len(seller.sandbox.get("state")["listings"])
    seller.refused("product/add_item", seller.body(**change), f"product.{code}")
    assert len(seller.sandbox.get("state")["listings"]) == before


def test_missing_fields_and_unreadable_bodies_are_worded_as_the_module_does(seller: Seller) -> None:
    assert (
        seller.refused("product/delete_item", {}, "product.error_param")["message"]
        == "invalid field ItemId: value must  Not Null"
    )
    assert seller.refused("product/add_item", b"[1]", "product.error_param")["message"] == "EOF"
    assert seller.refused("product/add_item", b"{", "product.error_param")["message"] == "EOF"
    status, _ = seller.raw("POST", "product/add_item", (), b"")
    assert status == 200


FULL = [own(100037, 10003701), own(900001, 90000101)]


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        (own(900004, 0, "Rendang"), ""),
        (own(900002, 0, "P-IRT 2063273010123-28"), ""),
        (own(900005, 0, "250", "g"), ""),
        (own(900012, 0, "12"), ""),
        (own(900003, 0, "1798675200"), ""),
        (own(900005, 0, "250", "ton"), "error_invalid_attribute_value"),
        (own(900005, 0, "berat", "g"), "error_invalid_attribute_value"),
        (own(900012, 0, "1.5"), "error_invalid_attribute_value"),
        (own(900003, 0, "31/12/2026"), "error_invalid_attribute_value"),
        (own(900003, 0, "9" * 30), "error_invalid_attribute_value"),
        (own(900002, 0), "error_value_name_required"),
        (own(900002, 5), "error_value_id_must_equal_zero"),
        (own(900011, 0, "Lemari"), "error_invalid_attribute_value"),
        (own(900011, 4), "error_invalid_attribute_value"),
        (own(900006, 90000601), "error_invalid_category_attribute"),
        (own(123456, 1), "error_invalid_category_attribute"),
        (own(100037, 10003702), "error_invalid_attribute"),
        ({"attribute_id": 900002, "attribute_value_list": []}, "error_param"),
        (
            {"attribute_id": 900011, "attribute_value_list": [{"value_id": 90001101}, {"value_id": 90001102}]},
            "error_invalid_attribute_value",
        ),
        ({"attribute_id": 900004, "attribute_value_list": [{"value_id": 90000401}, {"value_id": 90000402}]}, ""),
    ],
)
def test_attribute_values(seller: Seller, attribute: Answer, code: str) -> None:
    body = seller.body(attribute_list=[*FULL, attribute])
    if code:
        seller.refused("product/add_item", body, f"product.{code}")
    else:
        seller.write("product/add_item", body)


def test_dates_read_back_as_days_or_months_and_listed_values_by_name(seller: Seller) -> None:
    dates = [own(900003, 0, "1798650000"), own(900013, 0, "1798650000")]
    item = seller.item(seller.add(attribute_list=[own(100037, 10003701, "apa saja"), own(900001, 90000101), *dates]))
    shown = {a["attribute_id"]: a["attribute_value_list"][0] for a in item["attribute_list"]}
    assert shown[900003]["original_value_name"] == "31/12/2026"
    assert shown[900013]["original_value_name"] == "12/2026"
    assert shown[100037]["original_value_name"] == "Indonesia"
    assert shown[900001]["value_unit"] == "Bulan"


def test_a_child_attribute_needs_its_parents_value(seller: Seller) -> None:
    roast = own(900007, 90000701)
    beans = [*FULL, own(900006, 90000602), roast]
    seller.add(category_id=100824, attribute_list=beans)
    ground = [*FULL, own(900006, 90000601), roast]
    seller.refused(
        "product/add_item",
        seller.body(category_id=100824, attribute_list=ground),
        "product.error_invalid_category_attribute",
    )


def test_a_mandatory_brand_may_be_none(seller: Seller) -> None:
    seller.refused("product/add_item", seller.body(category_id=102003), "product.error_less_required_brand")
    seller.add(category_id=102003, brand={"brand_id": 0, "original_brand_name": "No Brand"})


def test_categories_without_pre_order_and_with_dimension(seller: Seller) -> None:
    frozen = {"category_id": 100854, "attribute_list": [*FULL, own(900011, 90001101)]}
    wait = {"is_pre_order": True, "days_to_ship": 7}
    seller.refused(
        "product/add_item", seller.body(**frozen, pre_order=wait), "product.error_param_category_not_support_pre_order"
    )
    seller.add(**frozen)
    chair = {"category_id": 101171, "attribute_list": [own(900018, 90001801), own(100370, 10037001)]}
    seller.refused("product/add_item", seller.body(**chair), "product.error_param")
    seller.add(**chair, dimension=SIZE)


def test_couriers_with_sizes_and_own_prices(seller: Seller) -> None:
    rows = [
        {"logistic_id": 8003, "enabled": False},
        {"logistic_id": 8005, "enabled": True},
        {"logistic_id": 8007, "enabled": True, "shipping_fee": 10000},
        {"logistic_id": 8008, "enabled": True, "size_id": 1, "is_free": True},
    ]
    shown = {
        row["logistic_id"]: row for row in seller.item(seller.add(logistic_info=rows, dimension=SIZE))["logistic_info"]
    }
    assert (shown[8007]["shipping_fee"], shown[8008]["size_id"], shown[8008]["is_free"]) == (10000, 1, True)


def test_an_item_may_be_created_hidden_or_for_later(seller: Seller) -> None:
    later = int(time.time()) + 2 * 3600
    item = seller.item(seller.add(item_status="UNLIST", scheduled_publish_time=later, seller_stock=None))
    assert (item["item_status"], item["scheduled_publish_time"]) == ("UNLIST", later)
    assert item["stock_info_v2"]["summary_info"]["total_available_stock"] == 0


def test_updating_keeps_what_was_not_sent(seller: Seller) -> None:
    item_id = seller.add()
    echo = seller.write(
        "product/update_item",
        {
            "item_id": item_id,
            "item_name": "Keripik Tempe Baru",
            "item_sku": "",
            "original_price": 1,
            "seller_stock": [{"stock": 1}],
        },
    )
    assert echo["item_id"] == item_id
    assert "logistic_info" not in echo
    item = seller.item(item_id)
    assert (item["item_name"], item["item_sku"], item["description"]) == ("Keripik Tempe Baru", "", DESCRIPTION)
    assert item["price_info"][0]["original_price"] == 15000
    assert item["stock_info_v2"]["summary_info"]["total_available_stock"] == 20


def test_updating_checks_the_whole_item_and_replaces_lists(seller: Seller) -> None:
    item_id = seller.add()
    seller.refused(
        "product/update_item", {"item_id": item_id, "category_id": 100824}, "product.error_less_required_attribute"
    )
    seller.refused("product/update_item", {"item_id": item_id + 1}, "product.error_item_not_found")
    rows = [{"logistic_id": 8007, "enabled": True, "shipping_fee": 5000}]
    seller.write(
        "product/update_item", {"item_id": item_id, "logistic_info": rows, "item_status": "UNLIST", "weight": 1.25}
    )
    item = seller.item(item_id)
    assert [row["logistic_id"] for row in item["logistic_info"]] == [8007]
    assert (item["item_status"], item["weight"]) == ("UNLIST", "1.25")


def test_an_echo_may_be_stale(own_sandbox: Callable[..., Sandbox]) -> None:
    seller = own_sandbox(stale_echo=True).seller()
    item_id = seller.add(item_status="UNLIST")
    assert seller.write("product/update_item", {"item_id": item_id, "item_status": "NORMAL"})["item_status"] == "UNLIST"
    assert seller.item(item_id)["item_status"] == "NORMAL"


def test_deleted_items_stay_readable_but_cannot_be_changed(seller: Seller) -> None:
    item_id = seller.add()
    assert "response" not in seller.post("product/delete_item", {"item_id": item_id})
    assert seller.item(item_id)["item_status"] == "SELLER_DELETE"
    assert seller.read("product/get_model_list", {"item_id": item_id})["model"] == []
    seller.refused("product/update_item", {"item_id": item_id, "item_sku": "x"}, "product.error_item_not_found")
    assert seller.read("product/search_item", {"item_sku": "KT-1", "page_size": 10})["item_id_list"] == []


def test_hiding_and_showing_again(seller: Seller) -> None:
    item_id, gone = seller.add(), 12345
    answer = seller.post(
        "product/unlist_item", {"item_list": [{"item_id": i, "unlist": True} for i in (item_id, gone)]}
    )
    assert answer["error"] == ""
    assert answer["response"]["success_list"] == [{"item_id": item_id, "unlist": True}]
    assert answer["response"]["failure_list"][0]["item_id"] == gone
    assert seller.item(item_id)["item_status"] == "UNLIST"
    seller.write("product/unlist_item", {"item_list": [{"item_id": item_id, "unlist": False}]})
    assert seller.item(item_id)["item_status"] == "NORMAL"
    all_failed = seller.refused(
        "product/unlist_item",
        {"item_list": [{"item_id": gone, "unlist": True}]},
        "product.error_unlist_item_all_failed",
    )
    assert all_failed["response"]["failure_list"]
    seller.refused("product/unlist_item", {"item_list": []}, "product.error_param")
    seller.refused("product/unlist_item", {"item_list": [{"item_id": 1, "unlist": True}] * 51}, "product.error_param")


def pages(seller: Seller, query: list[tuple[str, Any]], size: int = 2) -> list[int]:
    found: list[int] = []
    offset, more = 0, True
    while more:
        page = seller.read("product/get_item_list", [*query, ("offset", offset), ("page_size", size)])
        found += [row["item_id"] for row in page["item"]]
        assert page["total_count"] >= len(found)
        offset, more = page["next_offset"], page["has_next_page"]
    return found


def test_lists_page_through_all_statuses_asked_for(seller: Seller) -> None:
    shown = [seller.add() for _ in range(3)]
    hidden = [seller.add(item_status="UNLIST") for _ in range(3)]
    normal, unlist = ("item_status", "NORMAL"), ("item_status", "UNLIST")
    assert pages(seller, [normal]) == shown
    assert sorted(pages(seller, [normal, unlist])) == sorted(shown + hidden)
    assert sorted(pages(seller, [("item_status", "NORMAL,UNLIST")])) == sorted(shown + hidden)
    assert pages(seller, [("item_status", "BANNED")]) == []


def test_lists_narrow_by_the_time_of_change(seller: Seller) -> None:
    item_id, now = seller.add(), int(time.time())
    normal = ("item_status", "NORMAL")
    assert pages(seller, [normal, ("update_time_from", now - 60), ("update_time_to", now + 60)]) == [item_id]
    assert pages(seller, [normal, ("update_time_from", now + 60)]) == []
    assert pages(seller, [normal, ("update_time_to", now - 60)]) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"page_size": 10}, "error_param"),
        ({"page_size": 101, "item_status": "NORMAL"}, "error_param"),
        ({"page_size": 0, "item_status": "NORMAL"}, "error_param"),
        ({"page_size": "x", "item_status": "NORMAL"}, "error_param"),
        ({"page_size": 1 << 64, "item_status": "NORMAL"}, "error_param"),
        ({"item_status": "NORMAL"}, "error_param"),
        ({"page_size": 10, "item_status": "GONE"}, "error_param_item_status"),
        (
            {"page_size": 10, "item_status": "NORMAL", "update_time_from": 5, "update_time_to": 5},
            "error_update_time_range",
        ),
        ({"page_size": 10, "item_status": "NORMAL", "offset": 50_001}, "error_param"),
    ],
)
def test_wrong_list_queries(seller: Seller, query: dict[str, Any], code: str) -> None:
    answer = seller.get("product/get_item_list", query)
    assert answer["error"] == f"product.{code}"
    if query.get("page_size") == 101:
        assert "page_size must be 100 or less" in answer["message"]


def test_ids_come_joined_bracketed_or_repeated(seller: Seller) -> None:
    one, two = seller.add(), seller.add()
    forms: list[Any] = [
        {"item_id_list": f"{one},{two}"},
        {"item_id_list": f"[{one}, {two}]"},
        {"item_id_list": f"[{one},{two}]"},
        [("item_id_list", one), ("item_id_list", two)],
    ]
    for form in forms:
        rows = seller.read("product/get_item_base_info", form)["item_list"]
        assert [row["item_id"] for row in rows] == [one, two]


def test_unknown_ids_are_left_out_with_a_warning(seller: Seller, sandbox: Sandbox) -> None:
    stranger = sandbox.seller().add()
    answer = seller.get("product/get_item_base_info", {"item_id_list": f"{seller.add()},{stranger}"})
    assert len(answer["response"]["item_list"]) == 1
    assert answer["warning"]
    many = ",".join(str(n) for n in range(51))
    assert seller.get("product/get_item_base_info", {"item_id_list": many})["error"] == "product.error_param"
    assert seller.read("product/get_item_extra_info", {"item_id_list": stranger})["item_list"] == []
    assert seller.get("product/get_model_list", {"item_id": stranger})["error"] == "product.error_item_not_found"


def test_searching_finds_words_not_exact_matches(seller: Seller) -> None:
    one = seller.add(item_name="Keripik Pisang Manis", item_sku="KP-01")
    two = seller.add(item_name="Keripik Pisang Asin", item_sku="KP-01-B")
    hidden = seller.add(item_name="Kopi Gayo Bubuk", item_sku="X", item_status="UNLIST")
    for query, found in (
        ({"item_sku": "KP-01"}, [one, two]),
        ({"item_sku": "KP-01-B", "item_name": "manis"}, [two]),
        ({"item_name": "pisang MANIS"}, [one]),
        ({"item_name": "gayo", "item_status": "UNLIST"}, [hidden]),
        ({"item_name": "gayo", "item_status": "NORMAL"}, []),
        ({"item_sku": "-"}, []),
        ({"attribute_status": "1"}, []),
    ):
        answer = seller.read("product/search_item", {**query, "page_size": 10, "offset": ""})
        assert answer["item_id_list"] == found, query
        assert answer["next_offset"] == ""
    first = seller.read("product/search_item", {"item_name": "pisang", "page_size": 1})
    assert (first["item_id_list"], first["total_count"]) == ([one], 2)
    second = seller.read("product/search_item", {"item_name": "pisang", "page_size": 1, "offset": first["next_offset"]})
    assert second["item_id_list"] == [two]
    assert "must set one of" in seller.get("product/search_item", {"page_size": 1})["message"]
    assert (
        seller.get("product/search_item", {"page_size": 1, "offset": "x", "item_name": "a"})["error"]
        == "product.error_param"
    )


def test_promotions_lock_and_bans_hide(seller: Seller, sandbox: Sandbox) -> None:
    item_id = seller.add()
    sandbox.ok("PATCH", f"listings/{item_id}", {"promotion": True, "reserved": 5})
    assert seller.read("product/get_item_promotion", {"item_id_list": item_id})["success_list"][0]["promotion"]
    for path, body, code in (
        ("update_item", {"item_name": "Keripik Lain"}, "error_cannt_edit_name_in_promotion"),
        ("delete_item", {}, "error_cannt_delete_item_in_promotion"),
        ("unlist_item", {"item_list": [{"item_id": item_id, "unlist": True}]}, "error_unlist_item_all_failed"),
        ("init_tier_variation", {"standardise_tier_variation": [], "model": []}, "error_system_busy"),
        ("update_stock", {"stock_list": [{"seller_stock": [{"stock": 9}]}]}, "error_busi_update_stock_failed"),
    ):
        seller.refused(f"product/{path}", {"item_id": item_id, **body}, f"product.{code}")
    seller.write("product/update_item", {"item_id": item_id, "item_sku": "KT-9"})
    sandbox.ok("PATCH", f"listings/{item_id}", {"promotion": False, "ban": True})
    assert seller.read("product/get_item_promotion", {"item_id_list": item_id})["success_list"][0]["promotion"] == []
    assert seller.item(item_id)["item_status"] == "BANNED"
    answer = seller.get("product/get_item_violation_info", {"item_id_list": item_id})
    assert "error" not in answer
    assert answer["response"]["item_list"][0]["item_status_details"][0]["violation_reason"]
    assert seller.get("product/get_item_violation_info")["error"] == "error_param"
    seller.refused(
        "product/update_item", {"item_id": item_id, "item_status": "NORMAL"}, "product.error_busi_item_status_invalid"
    )
    unlist = {"item_list": [{"item_id": item_id, "unlist": True}]}
    seller.refused("product/unlist_item", unlist, "product.error_unlist_item_all_failed")
    sandbox.ok("PATCH", f"listings/{item_id}", {"ban": False})
    assert seller.item(item_id)["item_status"] == "NORMAL"
    query = {"item_id_list": f"{item_id},{item_id}"}
    assert seller.get("product/get_item_promotion", query)["message"] == "Repeat item_id."
    assert seller.read("product/get_item_promotion", {"item_id_list": 5})["failure_list"]
