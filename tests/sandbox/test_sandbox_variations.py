"""Tiers, models, prices and stock."""

from collections.abc import Callable
from typing import Any

import pytest
from sandbox_client import Answer, Sandbox, Seller, models, tier

INIT = "product/init_tier_variation"


def init(item_id: int, tiers: list[Answer], rows: list[Answer]) -> Answer:
    return {"item_id": item_id, "standardise_tier_variation": tiers, "model": rows}


def ready(seller: Seller, **changes: Any) -> int:
    item_id = seller.add(**changes)
    seller.sandbox.advance(6)
    return item_id


def test_variations_must_wait_five_seconds(seller: Seller) -> None:
    item_id = seller.add()
    body = init(item_id, [tier()], models((15000, 16000)))
    seller.refused(INIT, body, "product.error_system_busy")
    seller.sandbox.advance(4)
    seller.refused(INIT, body, "product.error_system_busy")
    seller.sandbox.advance(1.5)
    answer = seller.write(INIT, body)
    assert answer["item_id"] == item_id
    assert [model["tier_index"] for model in answer["model"]] == [[0], [1]]
    assert answer["tier_variation"][0]["name"] == "Rasa"


def test_the_wait_can_be_switched_off(own_sandbox: Callable[..., Sandbox]) -> None:
    seller = own_sandbox(wait_s=0).seller()
    seller.write(INIT, init(seller.add(), [tier()], models((15000, 16000))))


def test_variants_read_back(seller: Seller) -> None:
    item_id, ids = seller.add_varied()
    item = seller.item(item_id)
    assert item["has_model"] is True
    assert "price_info" not in item
    assert "stock_info_v2" not in item
    rows = seller.models(item_id)
    assert [row["model_id"] for row in rows.values()] == ids
    second = rows["KT-V1"]
    assert (second["tier_index"], second["price_info"][0]["original_price"], second["weight"]) == ([1], 16000, "0.3")
    assert second["stock_info_v2"]["shopee_stock"][0]["stock"] == "0"
    assert second["model_status"] == "MODEL_NORMAL"


@pytest.mark.parametrize(
    ("tiers", "rows", "code"),
    [
        ([tier()] * 3, models((1000,)), "error_tier_var_too_many"),
        ([tier(), tier()], [], "error_model_duplicate_name"),
        ([tier(name="")], [], "error_nil_name_new_item_model"),
        ([tier(name="N" * 15)], [], "error_tier_var_name_too_long"),
        ([tier(51)], [], "error_tier_opt_too_many"),
        ([tier() | {"variation_id": 7}], [], "error_param"),
        ([tier() | {"variation_option_list": []}], [], "error_param"),
        ([tier() | {"variation_option_list": [{"variation_option_name": "a"}] * 2}], [], "error_model_duplicate_name"),
        (
            [tier() | {"variation_option_list": [{"variation_option_name": "a" * 21}]}],
            [],
            "error_tier_opt_val_too_long",
        ),
        ([tier() | {"variation_option_list": [{"variation_option_name": " "}]}], [], "error_param"),
        ([tier(images=["x", "x"])], [], "error_image_unavailable"),
        ([tier(), tier(name="Isi", images=["x", "x"])], [], "error_param"),
        ([tier()], [], "error_param"),
        ([], models((1000,)), "error_param"),
        ([tier()], models((1000,)) * 51, "error_model_count_over_limit"),
        ([tier()], models((1000,)) * 2, "error_model_duplicate_tier_variation_index"),
        ([tier()], [models((1000,))[0] | {"tier_index": [2]}], "error_tier_index"),
        ([tier()], [models((1000,))[0] | {"tier_index": [0, 0]}], "error_tier_index"),
        ([tier()], [models((1000,))[0] | {"tier_index": ["0"]}], "error_tier_index"),
        ([tier()], models((1000,), stock=0), "error_busi"),
        ([tier()], models((98,)), "error_price_exceed_min_limitt"),
        ([tier()], models((1000, 7001)), "error_busi"),
        ([tier()], [models((1000,))[0] | {"model_sku": "x" * 101}], "error_param"),
        ([tier()], [models((1000,))[0] | {"seller_stock": None}], "error_param"),
        ([tier()], [models((1000,))[0] | {"dimension": {"package_length": 1}}], "error_param"),
    ],
)
def test_what_init_refuses(seller: Seller, tiers: list[Answer], rows: list[Answer], code: str) -> None:
    answer = seller.refused(INIT, init(ready(seller), tiers, rows), f"product.{code}")
    if rows and rows[0]["seller_stock"] == [{"stock": 0}]:
        assert answer["message"] == "Stock should be within 1-10000000 for model"


def test_the_old_request_form_is_not_taken(seller: Seller) -> None:
    body = {"item_id": ready(seller), "tier_variation": [{"name": "Rasa"}], "model": models((1000,))}
    seller.refused(INIT, body, "product.error_param")


def test_pictures_of_options_are_for_all_or_none_of_the_first_tier(seller: Seller) -> None:
    image = seller.body()["image"]["image_id_list"][0]
    item_id = ready(seller)
    seller.refused(INIT, init(item_id, [tier(images=[image])], models((1000, 1000))), "product.error_tier_img_partial")
    seller.write(INIT, init(item_id, [tier(images=[image, image])], models((1000, 1000))))
    answer = seller.read("product/get_model_list", {"item_id": item_id})
    assert answer["tier_variation"][0]["option_list"][0]["image"]["image_id"] == image
    assert answer["standardise_tier_variation"][0]["variation_option_list"][1]["image_url"].startswith("http")


def test_changing_the_number_of_tiers_deletes_the_old_models(seller: Seller) -> None:
    item_id, old = seller.add_varied()
    seller.refused(INIT, init(item_id, [tier()], models((1000, 1000))), "product.error_param")
    rows = [
        {"tier_index": [a, b], "original_price": 15000, "seller_stock": [{"stock": 3}], "model_sku": f"K{a}{b}"}
        for a in (0, 1)
        for b in (0, 1)
    ]
    answer = seller.write(INIT, init(item_id, [tier(), tier(name="Isi")], rows))
    assert not {model["model_id"] for model in answer["model"]} & set(old)
    plain = [{"tier_index": [], "original_price": 17000, "seller_stock": [{"stock": 8}]}]
    assert seller.write(INIT, init(item_id, [], plain))["model"] == []
    item = seller.item(item_id)
    assert (item["has_model"], item["price_info"][0]["original_price"]) == (False, 17000)


def test_options_are_replaced_as_a_whole(seller: Seller) -> None:
    item_id, (first, second) = seller.add_varied()
    path = "product/update_tier_variation"
    wider = {"item_id": item_id, "standardise_tier_variation": [tier(3)]}
    swapped = [{"model_id": first, "tier_index": [1]}, {"model_id": second, "tier_index": [0]}]
    assert "response" not in seller.post(path, {**wider, "model_list": swapped})
    assert {m["model_id"]: m["tier_index"] for m in seller.models(item_id).values()} == {first: [1], second: [0]}
    new = seller.write("product/add_model", {"item_id": item_id, "model_list": [models((1, 1, 15000))[2]]})
    assert new["model"][0]["tier_index"] == [2]
    for rows, code in (
        ([], "error_busi_cannot_delete_all_model"),
        ([swapped[0]] * 2, "error_duplicate_modelid"),
        ([{"model_id": first, "tier_index": [0]}, swapped[1]], "error_model_duplicate_tier_variation_index"),
        ([{"model_id": first, "tier_index": [9]}], "error_tier_index"),
        ([{"model_id": 5, "tier_index": [0]}], "error_model_invalid_model_id"),
    ):
        seller.refused(path, {**wider, "model_list": rows}, f"product.{code}")
    two = {"item_id": item_id, "standardise_tier_variation": [tier(), tier(name="Isi")], "model_list": swapped}
    seller.refused(path, two, "product.error_tier_var_level_not_same")
    no_option_id = tier(3)
    del no_option_id["variation_option_list"][0]["variation_option_id"]
    body = {"item_id": item_id, "standardise_tier_variation": [no_option_id], "model_list": swapped}
    seller.refused(path, body, "product.error_param")
    seller.write(path, {**wider, "model_list": swapped[:1]})
    assert [m["model_id"] for m in seller.models(item_id).values()] == [first]
    seller.refused(
        path,
        {"item_id": seller.add(), "standardise_tier_variation": [], "model_list": []},
        "product.error_tier_var_is_",
    )


def test_adding_changing_and_deleting_models(seller: Seller) -> None:
    item_id, (first, second) = seller.add_varied()
    again = {"item_id": item_id, "model_list": [models((15000,))[0]]}
    seller.refused("product/add_model", again, "product.error_model_duplicate_tier_variation_index")
    seller.refused("product/add_model", {**again, "item_id": seller.add()}, "product.error_param")
    extra = {
        "gtin_code": "00",
        "weight": 0.5,
        "dimension": {"package_length": 1, "package_width": 2, "package_height": 3},
    }
    wait = {"pre_order": {"is_pre_order": False, "days_to_ship": 2}}
    change = {"item_id": item_id, "model": [{"model_id": first, "model_sku": "BARU", **extra, **wait}]}
    seller.write("product/update_model", change)
    row = seller.models(item_id)["BARU"]
    assert (row["model_id"], row["weight"], row["dimension"]["package_height"]) == (first, "0.5", 3)
    seller.refused("product/update_model", {"item_id": item_id, "model": [{"model_id": first}]}, "product.error_param")
    seller.refused(
        "product/update_model", {"item_id": item_id, "model": change["model"] * 2}, "product.error_duplicate_modelid"
    )
    seller.write("product/update_item", {"item_id": item_id, "weight": 2})
    assert seller.models(item_id)["BARU"]["weight"] == "2"
    seller.write("product/delete_model", {"item_id": item_id, "model_id": second})
    seller.refused(
        "product/delete_model", {"item_id": item_id, "model_id": second}, "product.error_model_invalid_model_id"
    )
    seller.refused(
        "product/delete_model", {"item_id": item_id, "model_id": first}, "product.error_busi_cannot_delete_all_model"
    )


def price(seller: Seller, item_id: int, *rows: tuple[int | None, float]) -> Answer:
    wanted = [{"original_price": value} | ({} if model is None else {"model_id": model}) for model, value in rows]
    return seller.post("product/update_price", {"item_id": item_id, "price_list": wanted})


def stock(seller: Seller, item_id: int, *rows: tuple[int, int]) -> Answer:
    wanted = [{"model_id": model, "seller_stock": [{"stock": value}]} for model, value in rows]
    return seller.post("product/update_stock", {"item_id": item_id, "stock_list": wanted})


def test_prices_without_models(seller: Seller) -> None:
    item_id = seller.add()
    assert price(seller, item_id, (None, 16500))["response"]["success_list"] == [
        {"model_id": 0, "original_price": 16500}
    ]
    price(seller, item_id, (0, 16600))
    assert seller.item(item_id)["price_info"][0]["original_price"] == 16600
    for value, reason in (
        (98, "error_price_out_of_range: Price should be within 99-150000000"),
        (16000.5, "error_invalid_price"),
    ):
        answer = price(seller, item_id, (0, value))
        assert answer["error"] == ""
        assert answer["response"]["failure_list"][0]["failed_reason"].startswith(reason)
    assert seller.item(item_id)["price_info"][0]["original_price"] == 16600


def test_models_fail_each_for_itself(seller: Seller) -> None:
    item_id, (first, second) = seller.add_varied()
    answer = price(seller, item_id, (first, 15500), (1, 15500))
    assert answer["error"] == ""
    assert answer["response"]["success_list"] == [{"model_id": first, "original_price": 15500}]
    assert answer["response"]["failure_list"] == [{"model_id": 1, "failed_reason": "error_param: Wrong model_id."}]
    mixed = stock(seller, item_id, (first, 7), (second, 10_000_001), (5, 1))
    assert [row["model_id"] for row in mixed["response"]["success_list"]] == [first]
    assert [row["model_id"] for row in mixed["response"]["failure_list"]] == [second, 5]
    assert seller.models(item_id)["KT-V0"]["stock_info_v2"]["summary_info"]["total_available_stock"] == 7


def test_item_level_ids_and_repeats_fail_the_call(seller: Seller) -> None:
    item_id, (first, _) = seller.add_varied()
    assert price(seller, item_id, (0, 15500))["error"] == "product.error_edit_item_price_for_item_has_model"
    assert stock(seller, item_id, (0, 5))["error"] == "product.error_edit_item_stock_for_item_has_model"
    assert price(seller, item_id, (first, 15500), (first, 15500))["message"] == "Repeat model_id."
    assert price(seller, 5, (0, 15500))["error"] == "product.error_item_not_found"
    seller.refused("product/update_price", {"item_id": item_id, "price_list": []}, "product.error_param")


def test_a_sibling_can_break_the_price_ratio(seller: Seller) -> None:
    item_id, (first, second) = seller.add_varied()
    answer = price(seller, item_id, (second, 15000 * 7 + 1))
    assert "7 times" in answer["response"]["failure_list"][0]["failed_reason"]
    assert price(seller, item_id, (first, 50000), (second, 150000))["response"]["failure_list"] == []


def test_wholesale_keeps_all_models_at_one_price(seller: Seller) -> None:
    tiers = [{"min_count": 10, "max_count": 99, "unit_price": 12000}]
    item_id = ready(seller, wholesale=tiers)
    body = init(item_id, [tier()], models((15000, 16000)))
    seller.refused(INIT, body, "product.error_price_should_be_same_for_wholesales")
    ids = [m["model_id"] for m in seller.write(INIT, init(item_id, [tier()], models((15000, 15000))))["model"]]
    assert price(seller, item_id, (ids[0], 15500))["response"]["success_list"] == []
    assert price(seller, item_id, (ids[0], 12000))["response"]["failure_list"][0]["failed_reason"].startswith(
        "error_busi_price_lower_then_wholesale_price"
    )
    assert len(price(seller, item_id, (ids[0], 15500), (ids[1], 15500))["response"]["success_list"]) == 2


def test_stock_zero_sells_out_although_it_cannot_be_created(seller: Seller) -> None:
    item_id = seller.add()
    assert stock(seller, item_id, (0, 0))["response"]["success_list"] == [
        {"model_id": 0, "location_id": "", "stock": 0}
    ]
    assert seller.item(item_id)["stock_info_v2"]["summary_info"]["total_available_stock"] == 0
    seller.refused("product/add_item", seller.body(seller_stock=[{"stock": 0}]), "product.error_busi")


def test_stock_does_not_go_below_what_is_reserved(seller: Seller, sandbox: Sandbox) -> None:
    item_id, (first, second) = seller.add_varied()
    sandbox.ok("PATCH", f"listings/{item_id}", {"seller_sku": "KT-V0", "reserved": 5})
    alone = stock(seller, item_id, (first, 4))
    assert (alone["error"], alone["message"]) == ("product.error_auth", "Total stock must be more than reserved stock.")
    mixed = stock(seller, item_id, (first, 4), (second, 4))
    assert mixed["response"]["failure_list"][0]["failed_reason"].startswith("error_auth")
    stock(seller, item_id, (first, 9))
    assert seller.models(item_id)["KT-V0"]["stock_info_v2"]["summary_info"] == {
        "total_reserved_stock": 5,
        "total_available_stock": 4,
    }


def test_stock_knows_one_location_and_the_old_fields_are_gone(seller: Seller) -> None:
    item_id = seller.add()
    row = {"model_id": 0, "seller_stock": [{"stock": 5, "location_id": "IDZ"}]}
    seller.refused("product/update_stock", {"item_id": item_id, "stock_list": [row]}, "product.error_auth")
    body = {"item_id": item_id, "stock_list": [{"model_id": 0, "normal_stock": 5}]}
    all_failed = seller.refused("product/update_stock", body, "product.error_busi_update_stock_failed")
    assert "SellerStock" in all_failed["response"]["failure_list"][0]["failed_reason"]


def test_prices_are_locked_in_a_promotion(seller: Seller, sandbox: Sandbox) -> None:
    item_id, (first, _) = seller.add_varied()
    sandbox.ok("PATCH", f"listings/{item_id}", {"promotion": True})
    reason = price(seller, item_id, (first, 15500))["response"]["failure_list"][0]["failed_reason"]
    assert reason.startswith("error_cannt_edit_price_in_promotion")
    seller.refused(
        "product/delete_model", {"item_id": item_id, "model_id": first}, "product.error_model_remove_model_in_promotion"
    )
