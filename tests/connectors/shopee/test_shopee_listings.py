"""Reading listings and writing price, stock and visibility, in the wire form of the reference."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from bridge.connectors.base import Find, Operation, SkuWrite, Verdict
from bridge.connectors.shopee import ShopeeConnector
from bridge.errors import ChannelError, Misconfigured, OutcomeUnknown, Rejected, ShopBlocked
from bridge.model import OpKind

Make = Callable[..., Operation]
PLAIN = {
    "item_id": 5,
    "category_id": 100633,
    "item_name": "Kopi",
    "description": "Biji",
    "item_sku": "KOP",
    "item_status": "NORMAL",
    "update_time": 1795400000,
    "has_model": False,
    "weight": "0.300",
    "price_info": [{"currency": "IDR", "original_price": 65000, "current_price": 60000}],
    "stock_info_v2": {"seller_stock": [{"location_id": "IDZ", "stock": 12, "if_saleable": True}]},
    "image": {"image_id_list": ["i1"]},
    "brand": {"brand_id": 0, "original_brand_name": "NoBrand"},
    "attribute_list": [
        {
            "attribute_id": 9,
            "attribute_value_list": [{"value_id": 0, "original_value_name": "5", "value_unit": "kg"}, {"value_id": 3}],
        },
        {"attribute_id": 8, "attribute_value_list": None},
    ],
    "logistic_info": [{"logistic_id": 8003, "enabled": True}, {"logistic_id": 8005, "enabled": False}],
}
VARIED = {**PLAIN, "item_id": 6, "has_model": True, "item_status": "UNLIST", "price_info": None, "stock_info_v2": None}
MODELS = {
    "tier_variation": [{"name": "Rasa", "option_list": [{"option": "Asin"}, {"option": "Manis"}]}],
    "model": [
        {
            "model_id": 61,
            "model_sku": "A",
            "tier_index": [0],
            "price_info": [{"original_price": 1000}],
            "stock_info_v2": {
                "seller_stock": [{"location_id": "", "stock": 0}],
                "shopee_stock": [{"location_id": "", "stock": "4"}],
            },
        },
        {"model_id": 62, "model_sku": "", "tier_index": [1], "price_info": [], "stock_info_v2": None},
    ],
}


def page(*ids: int, more: bool = False, offset: int = 0) -> dict[str, Any]:
    rows = [{"item_id": item, "item_status": "NORMAL"} for item in ids]
    return {"item": rows, "total_count": len(ids), "has_next_page": more, "next_offset": offset}


# --- reading ----------------------------------------------------------------------------------------------------------


def test_an_item_without_variants_costs_one_read(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/product/get_item_base_info", {"item_list": [PLAIN]})
    (listing,) = shop.listings(Find.ID, ["5", "404"], None)
    (call,) = wire.calls
    assert (call.method, call.params) == ("GET", {"item_id_list": "5,404"})
    assert (listing.remote_id, listing.title, listing.status, listing.visible) == ("5", "Kopi", "NORMAL", True)
    (sku,) = listing.skus
    assert (sku.remote_sku_id, sku.seller_sku, sku.price_idr, sku.stock) == ("0", "KOP", 65000, {"": 12})
    assert listing.content is not None
    assert listing.content["weight_g"] == "300"
    assert listing.content["couriers"] == "8003"
    assert listing.content["attributes"] == '[["8", []], ["9", ["3", "5 kg"]]]'
    assert listing.updated_at is not None


def test_models_are_read_with_one_more_call(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/product/get_item_base_info", {"item_list": [VARIED]})
    wire.answer("/product/get_model_list", MODELS)
    (listing,) = shop.listings(Find.ID, ["6"], None)
    assert listing.visible is False
    first, second = listing.skus
    assert (first.remote_sku_id, first.seller_sku, first.price_idr, first.stock) == ("61", "A", 1000, {"": 0})
    assert (second.seller_sku, second.price_idr, second.stock) == (None, None, None)
    assert wire.calls[1].params == {"item_id": "6"}


def test_stock_is_by_location_only_where_the_shop_has_several(wire: Any) -> None:
    shop = wire.connect(locations="IDA,IDZ")
    wire.answer("/product/get_item_base_info", {"item_list": [PLAIN]})
    assert next(iter(shop.listings(Find.ID, ["5"], None))).skus[0].stock == {"IDZ": 12}
    two = {"seller_stock": [{"location_id": "IDA", "stock": 1}, {"location_id": "IDZ", "stock": 2}]}
    wire.answer("/product/get_item_base_info", {"item_list": [{**PLAIN, "stock_info_v2": two}]})
    assert next(iter(wire.connect().listings(Find.ID, ["5"], None))).skus[0].stock == {"IDA": 1, "IDZ": 2}


@pytest.mark.parametrize(
    ("info", "stock"),
    [({"summary_info": {"total_available_stock": 3}, "seller_stock": None}, {"": 3}), ({"seller_stock": []}, None)],
)
def test_stock_that_is_not_told_is_not_zero(wire: Any, shop: ShopeeConnector, info: Any, stock: Any) -> None:
    wire.answer("/product/get_item_base_info", {"item_list": [{**PLAIN, "stock_info_v2": info, "brand": None}]})
    assert next(iter(shop.listings(Find.ID, ["5"], None))).skus[0].stock == stock


def test_all_items_are_walked_page_by_page(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/product/get_item_list", page(*range(100), more=True, offset=100), page(5))
    wire.answer("/product/get_item_base_info", {"item_list": []}, {"item_list": []}, {"item_list": [PLAIN]})
    assert [listing.remote_id for listing in shop.listings(Find.ALL, (), None)] == ["5"]
    assert wire.calls[0].params == {
        "offset": "0",
        "page_size": "100",
        "item_status": ["NORMAL", "UNLIST", "BANNED", "REVIEWING"],
    }
    assert wire.calls[3].params["offset"] == "100"
    assert wire.count.reads == 5


def test_an_empty_shop_costs_one_read(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/product/get_item_list", page())
    assert list(shop.listings(Find.ALL, (), None)) == []


def test_a_next_offset_that_does_not_move_ends_the_walk(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/product/get_item_list", page(more=True, offset=0))
    assert list(shop.listings(Find.ALL, (), None)) == []


def test_changed_items_are_asked_by_time_deleted_ones_too(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/product/get_item_list", page())
    since = wire.now - timedelta(minutes=10)
    assert list(shop.listings(Find.CHANGED, (), since)) == []
    params = wire.calls[0].params
    assert params["update_time_from"] == str(int(since.timestamp()))
    assert int(params["update_time_to"]) > wire.now.timestamp()
    assert "SELLER_DELETE" in params["item_status"]


def test_unknown_ids_are_left_out(wire: Any, shop: ShopeeConnector, refusal: Any) -> None:
    wire.answer("/product/get_item_base_info", refusal("product.error_item_not_found", "Product not found"))
    assert list(shop.listings(Find.ID, ["404"], None)) == []
    wire.answer("/product/get_item_base_info", refusal("product.error_param", "bad"))
    with pytest.raises(Rejected):
        list(shop.listings(Find.ID, ["x"], None))


def test_a_seller_sku_is_compared_exactly(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/product/search_item", {"item_id_list": [5, 7], "total_count": 2, "next_offset": ""})
    wire.answer("/product/get_item_base_info", {"item_list": [PLAIN, {**PLAIN, "item_id": 7, "item_sku": "KOP-2"}]})
    assert [listing.remote_id for listing in shop.listings(Find.SKU, ["KOP"], None)] == ["5"]
    assert wire.calls[0].params == {"page_size": "100", "offset": "", "item_sku": "KOP"}


def test_a_models_sku_is_found_by_one_walk_where_the_search_does_not_know_it(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/product/search_item", {"item_id_list": [], "next_offset": ""})
    wire.answer("/product/get_item_list", page(5, 6))
    wire.answer("/product/get_item_base_info", {"item_list": [PLAIN, VARIED]})
    wire.answer("/product/get_model_list", MODELS)
    assert [listing.remote_id for listing in shop.listings(Find.SKU, ["A"], None)] == ["6"]


def test_a_long_search_follows_its_cursor(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer(
        "/product/search_item",
        {"item_id_list": list(range(100)), "next_offset": "c1"},
        {"item_id_list": [5], "next_offset": "c2"},
    )
    wire.answer("/product/get_item_base_info", {"item_list": [PLAIN]}, {"item_list": []})
    assert [listing.remote_id for listing in shop.listings(Find.SKU, ["KOP"], None)] == ["5"]
    assert wire.calls[1].params["offset"] == "c1"


def test_an_answer_of_another_form_is_not_guessed_at(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/product/get_item_list", {"item": "nonsense"})
    with pytest.raises(OutcomeUnknown, match="unexpected form at item") as caught:
        list(shop.listings(Find.ALL, (), None))
    assert caught.value.__context__ is None


# --- the shop ---------------------------------------------------------------------------------------------------------

INFO = {"shop_name": "Toko", "region": "ID", "status": "NORMAL", "expire_time": 1800000000, "error": ""}


def test_check_reads_name_end_and_places(wire: Any, shop: ShopeeConnector, refusal: Any) -> None:
    wire.answer("/shop/get_shop_info", INFO)
    wire.answer("/shop/get_warehouse_detail", refusal("warehouse.error_not_in_whitelist", "", response=None))
    told = shop.check()
    assert (told.remote_id, told.name, told.locations) == ("322300222", "Toko", ("",))
    assert told.authorised_until is not None


def test_check_names_several_warehouses(wire: Any, shop: ShopeeConnector) -> None:
    rows = [{"location_id": "IDA"}, {"location_id": "IDZ"}, {"location_id": "IDA"}]
    wire.answer("/shop/get_shop_info", INFO, INFO)
    wire.answer("/shop/get_warehouse_detail", {"error": "", "response": rows}, {"error": "", "response": rows[:1]})
    assert shop.check().locations == ("IDA", "IDZ")
    assert shop.check().locations == ("",)


@pytest.mark.parametrize("status", ["BANNED", "FROZEN"])
def test_a_banned_shop_is_blocked(wire: Any, shop: ShopeeConnector, status: str) -> None:
    wire.answer("/shop/get_shop_info", {**INFO, "status": status})
    with pytest.raises(ShopBlocked):
        shop.check()


def test_another_warehouse_error_is_told(wire: Any, shop: ShopeeConnector, refusal: Any) -> None:
    wire.answer("/shop/get_shop_info", INFO)
    wire.answer("/shop/get_warehouse_detail", refusal("error_permission", ""))
    with pytest.raises(Misconfigured):
        shop.check()
    wire.answer("/shop/get_shop_info", INFO)
    wire.answer("/shop/get_warehouse_detail", refusal("error_param", "x"))
    with pytest.raises(Rejected):
        shop.check()


# --- price and stock --------------------------------------------------------------------------------------------------


def test_prices_of_one_item_go_in_one_call_and_settle_alone(wire: Any, shop: ShopeeConnector, operation: Make) -> None:
    wire.answer(
        "/product/update_price",
        {
            "success_list": [{"model_id": 61, "original_price": 1000}],
            "failure_list": [
                {"model_id": 62, "failed_reason": "error_price_out_of_range"},
                {"model_id": 63, "failed_reason": "error_cannt_edit_price_in_promotion"},
            ],
        },
    )
    skus = [SkuWrite(n, f"S{n}", str(60 + n), 1000 * n) for n in (1, 2, 3, 4)]
    (outcome,) = shop.submit([operation(OpKind.PRICE, skus, remote_id="6")])
    assert wire.calls[0].body == {
        "item_id": 6,
        "price_list": [{"model_id": 60 + n, "original_price": 1000 * n} for n in (1, 2, 3, 4)],
    }
    assert outcome.verdict is Verdict.UNKNOWN  # the fourth is in neither list
    assert {row.listing_sku_id: (row.verdict, row.code) for row in outcome.skus} == {
        1: (Verdict.DONE, ""),
        2: (Verdict.REJECTED, "error_price_out_of_range"),
        3: (Verdict.RETRY, "campaign"),
    }


def test_a_price_that_a_campaign_holds_is_tried_again_when_the_engine_says(
    wire: Any, shop: ShopeeConnector, operation: Make
) -> None:
    wire.answer("/product/update_price", {"failure_list": [{"model_id": 0, "failed_reason": "in promotion"}]})
    (outcome,) = shop.submit([operation(OpKind.PRICE, [SkuWrite(1, "A", None, 5)], remote_id="6")])
    assert (outcome.verdict, outcome.code, outcome.retry_after) == (Verdict.RETRY, "campaign", None)
    assert outcome.skus == ()


def test_an_item_without_variants_has_model_zero(wire: Any, shop: ShopeeConnector, operation: Make) -> None:
    wire.answer("/product/update_stock", {"success_list": [{"stock": 0}]})
    (outcome,) = shop.submit([operation(OpKind.STOCK, [SkuWrite(1, "A", "0", None, {"": 0})], remote_id="6")])
    assert outcome.verdict is Verdict.DONE
    assert wire.calls[0].body == {"item_id": 6, "stock_list": [{"model_id": 0, "seller_stock": [{"stock": 0}]}]}


def test_locations_are_named_where_there_are_several(wire: Any, shop: ShopeeConnector, operation: Make) -> None:
    wire.answer("/product/update_stock", {"success_list": [{"model_id": 0, "location_id": "IDA", "stock": 1}]})
    skus = [SkuWrite(1, "A", "0", None, {"IDA": 1, "IDZ": 2})]
    shop.submit([operation(OpKind.STOCK, skus, remote_id="6")])
    assert wire.calls[0].body["stock_list"][0]["seller_stock"] == [
        {"stock": 1, "location_id": "IDA"},
        {"stock": 2, "location_id": "IDZ"},
    ]


@pytest.mark.parametrize(
    ("done", "failed", "verdict"),
    [
        ([{"location_id": "IDA"}, {"location_id": "IDZ"}], [], Verdict.DONE),
        ([{}], [], Verdict.DONE),  # told for the model as a whole
        ([{"location_id": "IDA"}], [], Verdict.UNKNOWN),
        ([{"location_id": "IDA"}], [{"failed_reason": "location_id IDZ is not matched"}], Verdict.UNKNOWN),
        ([], [{"failed_reason": "error_auth: location_id IDZ is not matched"}], Verdict.REJECTED),
    ],
)
def test_stock_is_done_when_every_location_has_it(
    wire: Any, shop: ShopeeConnector, operation: Make, done: Any, failed: Any, verdict: Verdict
) -> None:
    wire.answer("/product/update_stock", {"success_list": done, "failure_list": failed})
    skus = [SkuWrite(1, "A", "0", None, {"IDA": 1, "IDZ": 2})]
    (outcome,) = shop.submit([operation(OpKind.STOCK, skus, remote_id="6")])
    assert outcome.verdict is verdict


def test_a_single_location_may_have_a_name_in_the_answer(wire: Any, shop: ShopeeConnector, operation: Make) -> None:
    wire.answer("/product/update_stock", {"success_list": [{"model_id": 0, "location_id": "IDZ", "stock": 1}]})
    (outcome,) = shop.submit([operation(OpKind.STOCK, [SkuWrite(1, "A", "0", None, {"": 1})], remote_id="6")])
    assert outcome.verdict is Verdict.DONE


def test_a_batch_that_failed_whole_still_settles_by_row(
    wire: Any, shop: ShopeeConnector, operation: Make, refusal: Any
) -> None:
    rows = {"failure_list": [{"model_id": 61, "failed_reason": "Stock should be within 1-10 for model"}]}
    wire.answer("/product/update_stock", refusal("product.error_busi_update_stock_failed", "all failed", **rows))
    (outcome,) = shop.submit([operation(OpKind.STOCK, [SkuWrite(1, "A", "61", None, {"": 0})], remote_id="6")])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "zero_refused")


def test_a_refused_call_is_a_refused_operation(wire: Any, shop: ShopeeConnector, operation: Make, refusal: Any) -> None:
    wire.answer("/product/update_price", refusal("product.error_edit_item_price_for_item_has_model", "has model"))
    (outcome,) = shop.submit([operation(OpKind.PRICE, [SkuWrite(1, "A", None, 5)], remote_id="6")])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "product.error_edit_item_price_for_item_has_model")
    assert "has model" in outcome.message


def test_a_transient_error_goes_up_unsettled(wire: Any, shop: ShopeeConnector, operation: Make, refusal: Any) -> None:
    wire.answer("/product/update_price", refusal("error_server", "x"))
    with pytest.raises(ChannelError):
        shop.submit([operation(OpKind.PRICE, [SkuWrite(1, "A", None, 5)], remote_id="6")])
    assert len(wire.calls) == 1


def test_an_operation_without_a_listing_is_refused_unsent(wire: Any, shop: ShopeeConnector, operation: Make) -> None:
    (outcome,) = shop.submit([operation(OpKind.PRICE, [SkuWrite(1, "A", None, 5)])])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "not_found")
    assert wire.calls == []


# --- visibility -------------------------------------------------------------------------------------------------------


def hide(operation: Make, *ids: str, visible: bool = False, ticket: str = "") -> list[Operation]:
    return [
        operation(OpKind.VISIBILITY, [], {"visible": visible}, remote, operation_id=int(remote), ticket=ticket)
        for remote in ids
    ]


def test_many_items_are_hidden_in_one_call(wire: Any, shop: ShopeeConnector, operation: Make) -> None:
    wire.answer(
        "/product/unlist_item",
        {
            "success_list": [{"item_id": 5, "unlist": True}],
            "failure_list": [{"item_id": 6, "failed_reason": "error_unlist_in_promotion"}],
        },
    )
    outcomes = shop.submit(hide(operation, "5", "6", "7"))
    assert [out.verdict for out in outcomes] == [Verdict.DONE, Verdict.RETRY, Verdict.UNKNOWN]
    assert wire.calls[0].body == {"item_list": [{"item_id": n, "unlist": True} for n in (5, 6, 7)]}


def test_a_call_refused_for_several_is_tried_alone(
    wire: Any, shop: ShopeeConnector, operation: Make, refusal: Any
) -> None:
    wire.answer("/product/unlist_item", refusal("product.error_param", "x"), refusal("product.error_param", "x"))
    assert [(out.verdict, out.code) for out in shop.submit(hide(operation, "5", "6"))] == [(Verdict.RETRY, "alone")] * 2
    assert [out.verdict for out in shop.submit(hide(operation, "5"))] == [Verdict.REJECTED]


def test_what_shopee_hid_itself_is_shown_by_a_second_way(
    wire: Any, shop: ShopeeConnector, operation: Make, refusal: Any
) -> None:
    rows = {"failure_list": [{"item_id": 5, "failed_reason": "error_set_normal_unlisted_item"}]}
    wire.answer("/product/unlist_item", refusal("error_unlist_item_all_failed", "", **rows))
    (first,) = shop.submit(hide(operation, "5", visible=True))
    assert (first.verdict, first.retry_after) == (Verdict.NEXT, timedelta(0))
    wire.answer("/product/update_item", {"item_id": 5})
    (second,) = shop.submit(hide(operation, "5", visible=True, ticket=first.ticket))
    assert second.verdict is Verdict.DONE
    assert wire.calls[1].body == {"item_id": 5, "item_status": "NORMAL"}


# --- pictures ---------------------------------------------------------------------------------------------------------

PNG, JPEG = b"\x89PNG\r\n", b"\xff\xd8\xff"


def image(at: int, name: str, error: str = "") -> dict[str, Any]:
    return {"id": at, "error": error, "message": "", "image_info": {"image_id": name} if name else None}


def test_pictures_of_several_listings_go_in_one_public_call(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/media_space/upload_image", {"image_info_list": [image(1, "b"), image(0, "a"), image(2, "", "error")]})
    first, second, third, fourth = shop.upload([PNG, JPEG, b"junk", JPEG])
    assert (first, second) == ("a", "b")
    assert not isinstance(third, str)
    assert not isinstance(fourth, str)
    assert "3" in third.text()
    raw = wire.calls[0].raw
    assert raw.count(b'name="image"') == 4
    assert b"image/png" in raw
    assert b"image/jpeg" in raw
    assert wire.count.writes == 1


def test_one_picture_may_come_back_alone(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/media_space/upload_image", {"image_info": {"image_id": "only", "image_url_list": []}})
    assert shop.upload([JPEG]) == ["only"]


def test_a_picture_that_spoils_the_call_is_found_by_sending_each_alone(
    wire: Any, shop: ShopeeConnector, refusal: Any
) -> None:
    bad = refusal("product.error_param", "image is invalid or not supported")
    wire.answer("/media_space/upload_image", bad, {"image_info_list": [image(0, "a")]}, bad)
    first, second = shop.upload([JPEG, b"junk"])
    assert first == "a"
    assert not isinstance(second, str)
    assert "invalid" in second.text()


def test_a_lost_upload_is_unknown(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/media_space/upload_image", httpx2.ReadTimeout("x"))
    with pytest.raises(OutcomeUnknown):
        shop.upload([JPEG])
