"""Creates and content changes step by step, and what a look finds after a lost answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from bridge.connectors.base import Operation, Outcome, SkuWrite, Verdict
from bridge.connectors.shopee import ShopeeConnector
from bridge.errors import OutcomeUnknown
from bridge.model import OpKind

Make = Callable[..., Operation]
ONE = [SkuWrite(1, "KOP-001", None, 65000, {"": 40})]
SKUS = [{"sku": f"T-{w}", "options": [w], "weight_g": 300} for w in ("Asin", "Manis")]
TWO = [SkuWrite(1, "T-Asin", None, 10000, {"": 3}), SkuWrite(2, "T-Manis", None, 12000, {"": 4})]
BOUND = [replace(TWO[0], remote_sku_id="61"), replace(TWO[1], remote_sku_id="62")]


def varied(content: Any, **more: Any) -> Any:
    return content(axes=["Rasa"], skus=SKUS, item_sku="T", **more)


def models(*rows: tuple[int, str, list[int]], options: tuple[str, ...] = ("Asin", "Manis"), **more: Any) -> Any:
    return {
        "tier_variation": [{"name": "Rasa", "option_list": [{"option": option} for option in options]}],
        "model": [{"model_id": n, "model_sku": sku, "tier_index": index, **more} for n, sku, index in rows],
    }


FULL = models((61, "T-Asin", [0]), (62, "T-Manis", [1]))


def ids(outcome: Outcome) -> dict[int, str | None]:
    return {row.listing_sku_id: row.remote_sku_id for row in outcome.skus}


# --- create -----------------------------------------------------------------------------------------------------------


def test_a_create_without_variants_is_one_write_and_visible_at_once(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    wire.answer("/product/add_item", {"item_id": 5, "item_status": "UNLIST"})
    (outcome,) = shop.submit([operation(OpKind.CREATE, ONE, content())])
    assert (outcome.verdict, outcome.remote_id, ids(outcome)) == (Verdict.DONE, "5", {1: "0"})
    assert (wire.count.writes, wire.count.reads) == (1, 0)
    assert wire.calls[0].body == {
        "item_name": "Kopi Gayo 250 g",
        "description": "Biji kopi arabika dari Gayo.",
        "category_id": 100633,
        "image": {"image_id_list": ["img-1", "img-2"]},
        "attribute_list": [],
        "brand": {"brand_id": 0, "original_brand_name": "No Brand"},
        "weight": 0.3,
        "logistic_info": [{"logistic_id": 8003, "enabled": True}],
        "item_dangerous": 0,
        "item_sku": "KOP-001",
        "original_price": 65000,
        "seller_stock": [{"stock": 40}],
        "item_status": "NORMAL",
        "condition": "NEW",
    }


def test_every_optional_field_has_its_form(wire: Any, shop: ShopeeConnector, content: Any, operation: Make) -> None:
    def value(value_id: str, text: str, unit: str = "") -> dict[str, str]:
        return {"value_id": value_id, "text": text, "unit": unit}

    wire.answer("/product/add_item", {"item_id": 5})
    payload = content(
        attributes=[
            {"attribute_id": "1", "values": [value("11", "Merah"), value("", "Sendiri")]},
            {"attribute_id": "2", "values": [value("", "500", "g")]},
            {"attribute_id": "3", "values": [value("", "2026-12-31")]},
        ],
        brand_id="77",
        brand="Kopi Rakyat",
        package_cm=[10, 20, 30],
        dangerous=True,
        preorder_days=7,
        item_sku="",
    )
    shop.submit([operation(OpKind.CREATE, [replace(ONE[0], stock={})], payload)])
    body = wire.calls[0].body
    assert body["attribute_list"] == [
        {
            "attribute_id": 1,
            "attribute_value_list": [
                {"value_id": 11, "original_value_name": "Merah"},
                {"value_id": 0, "original_value_name": "Sendiri"},
            ],
        },
        {
            "attribute_id": 2,
            "attribute_value_list": [{"value_id": 0, "original_value_name": "500", "value_unit": "g"}],
        },
        {"attribute_id": 3, "attribute_value_list": [{"value_id": 0, "original_value_name": "1798650000"}]},
    ]
    assert body["brand"] == {"brand_id": 77, "original_brand_name": "Kopi Rakyat"}
    assert body["dimension"] == {"package_length": 10, "package_width": 20, "package_height": 30}
    assert body["pre_order"] == {"is_pre_order": True, "days_to_ship": 7}
    assert (body["item_dangerous"], body["item_sku"]) == (1, "KOP-001")
    assert "seller_stock" not in body


def test_a_create_with_variants_is_two_writes_and_no_read(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    op = operation(OpKind.CREATE, TWO, varied(content))
    wire.answer("/product/add_item", {"item_id": 5})
    (first,) = shop.submit([op])
    assert (first.verdict, first.remote_id, first.retry_after) == (Verdict.NEXT, "5", timedelta(seconds=5))
    body = wire.calls[0].body
    assert (body["item_status"], body["original_price"], body["seller_stock"]) == ("UNLIST", 10000, [{"stock": 100}])

    wire.answer("/product/init_tier_variation", {"item_id": 5, **FULL})
    op = replace(op, remote_id="5", ticket=first.ticket)
    (second,) = shop.submit([op])
    assert (second.verdict, second.code, ids(second)) == (Verdict.DONE, "hidden", {1: "61", 2: "62"})
    assert wire.calls[1].body == {
        "item_id": 5,
        "standardise_tier_variation": [
            {
                "variation_id": 0,
                "variation_group_id": 0,
                "variation_name": "Rasa",
                "variation_option_list": [{"variation_option_name": "Asin"}, {"variation_option_name": "Manis"}],
            }
        ],
        "model": [
            {"tier_index": [0], "original_price": 10000, "seller_stock": [{"stock": 3}], "model_sku": "T-Asin"},
            {"tier_index": [1], "original_price": 12000, "seller_stock": [{"stock": 4}], "model_sku": "T-Manis"},
        ],
    }


def test_two_axes_have_two_indices_and_own_weights(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    skus = [
        {"sku": f"K-{w}-{z}", "options": [w, z], "weight_g": g}
        for w in ("M", "B")
        for z, g in (("L", 200), ("XL", 250))
    ]
    writes = [SkuWrite(n, sku["sku"], None, 1000, {}) for n, sku in enumerate(skus)]  # type: ignore[arg-type]
    wire.answer("/product/init_tier_variation", {"model": []})
    payload = content(axes=["Warna", "Ukuran"], skus=skus, weight_g=200)
    (outcome,) = shop.submit([operation(OpKind.CREATE, writes, payload, "5", ticket="init")])
    rows = wire.calls[0].body["model"]
    assert [row["tier_index"] for row in rows] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert [row["weight"] for row in rows] == [0.2, 0.25, 0.2, 0.25]
    assert rows[0]["seller_stock"] == [{"stock": 0}]
    assert outcome.ticket == "variants"  # the answer told no ids: compare, then go on


@pytest.mark.parametrize(
    ("settings", "stock", "place"),
    [({}, {"IDA": 3, "IDB": 0}, "IDA"), ({"locations": "IDZ, IDY"}, {}, "IDZ"), ({"locations": "IDZ"}, {}, None)],
)
def test_a_figure_that_nobody_gave_has_a_location_where_there_are_several(
    wire: Any, content: Any, operation: Make, settings: Any, stock: Any, place: str | None
) -> None:
    shop, named = wire.connect(**settings), {} if place is None else {"location_id": place}
    op = operation(OpKind.CREATE, [replace(TWO[0], stock=stock), replace(TWO[1], stock={})], varied(content))
    wire.answer("/product/add_item", {"item_id": 5})
    (first,) = shop.submit([op])
    assert wire.calls[0].body["seller_stock"] == [{"stock": 100, **named}]
    wire.answer("/product/init_tier_variation", {"item_id": 5, **FULL})
    shop.submit([replace(op, remote_id="5", ticket=first.ticket)])
    rows = [row["seller_stock"] for row in wire.calls[1].body["model"]]
    given = [{"stock": pieces, "location_id": where} for where, pieces in stock.items()]
    assert rows == [given or [{"stock": 0, **named}], [{"stock": 0, **named}]]


def test_tiers_that_are_there_already_are_compared(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make, refusal: Any
) -> None:
    wire.answer(
        "/product/init_tier_variation",
        refusal("product.error_param", "The level of tier-variation is not change."),
        refusal("product.error_param", "something else"),
    )
    op = operation(OpKind.CREATE, TWO, varied(content), "5", ticket="init")
    (first,) = shop.submit([op])
    assert (first.verdict, first.ticket) == (Verdict.NEXT, "variants")
    wire.answer("/product/get_model_list", FULL)
    (second,) = shop.submit([replace(op, ticket="variants")])
    assert (second.verdict, second.code, ids(second)) == (Verdict.DONE, "hidden", {1: "61", 2: "62"})
    (third,) = shop.submit([op])
    assert third.verdict is Verdict.REJECTED


def test_showing_may_need_the_second_way(wire: Any, shop: ShopeeConnector, operation: Make, refusal: Any) -> None:
    rows = {"failure_list": [{"item_id": 5, "failed_reason": "error_set_normal_unlisted_item"}]}
    wire.answer("/product/unlist_item", refusal("error_unlist_item_all_failed", "", **rows))
    op = operation(OpKind.VISIBILITY, ONE, {"visible": True}, "5")
    (first,) = shop.submit([op])
    wire.answer("/product/update_item", {"item_id": 5})
    (second,) = shop.submit([replace(op, ticket=first.ticket)])
    assert (first.verdict, second.verdict) == (Verdict.NEXT, Verdict.DONE)
    wire.answer("/product/unlist_item", {"failure_list": [{"item_id": 5, "failed_reason": "Product is banned"}]})
    (third,) = shop.submit([op])
    assert third.verdict is Verdict.REJECTED


def test_a_price_is_never_guessed(wire: Any, shop: ShopeeConnector, content: Any, operation: Make) -> None:
    (outcome,) = shop.submit([operation(OpKind.CREATE, [replace(ONE[0], price_idr=None)], content())])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "price_missing")
    unpriced = [replace(TWO[0], price_idr=None), TWO[1]]
    (outcome,) = shop.submit([operation(OpKind.CREATE, unpriced, varied(content), "5", ticket="init")])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "price_missing")
    assert wire.calls == []


def test_of_several_creates_only_the_first_is_sent(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    wire.answer("/product/add_item", {"item_id": 5})
    outcomes = shop.submit([operation(OpKind.CREATE, ONE, content(), operation_id=n) for n in (1, 2)])
    assert [(out.operation_id, out.verdict) for out in outcomes] == [(1, Verdict.DONE), (2, Verdict.RETRY)]


def test_a_refused_create_says_what_shopee_said(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make, refusal: Any
) -> None:
    wire.answer("/product/add_item", refusal("product.error_name_length_limit", "Name is too short"))
    (outcome,) = shop.submit([operation(OpKind.CREATE, ONE, content())])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "product.error_name_length_limit")
    assert "Name is too short" in outcome.message


@pytest.mark.parametrize("trouble", [httpx2.ReadTimeout("x"), httpx2.Response(502, text="<html>")])
def test_a_lost_create_is_unknown_and_not_repeated(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make, trouble: Any
) -> None:
    wire.answer("/product/add_item", trouble)
    with pytest.raises(OutcomeUnknown):
        shop.submit([operation(OpKind.CREATE, ONE, content())])
    assert len(wire.calls) == 1


# --- content ----------------------------------------------------------------------------------------------------------


def test_content_without_variants_is_one_write(wire: Any, shop: ShopeeConnector, content: Any, operation: Make) -> None:
    wire.answer("/product/update_item", {"item_id": 5})
    bound = [replace(ONE[0], remote_sku_id="0")]
    (outcome,) = shop.submit([operation(OpKind.CONTENT, bound, content(title="Baru"), "5")])
    assert outcome.verdict is Verdict.DONE
    body = wire.calls[0].body
    assert (body["item_id"], body["item_name"]) == (5, "Baru")
    assert not {"original_price", "seller_stock", "item_status", "condition"} & set(body)
    assert len(wire.calls) == 1


def test_only_what_changed_is_sent_where_it_is_named(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    wire.answer("/product/update_item", {})
    payload = {**varied(content, title="Baru"), "changed": ["title"]}
    (outcome,) = shop.submit([operation(OpKind.CONTENT, BOUND, payload, "5")])
    assert (outcome.verdict, wire.calls[0].body) == (Verdict.DONE, {"item_id": 5, "item_name": "Baru"})


def test_a_preorder_ends_with_the_categorys_own_days(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    wire.answer("/product/get_item_limit", {"dts_limit": {"non_pre_order_days_to_ship": 3}})
    wire.answer("/product/update_item", {})
    payload = {**content(), "changed": ["preorder_days"]}
    shop.submit([operation(OpKind.CONTENT, ONE, payload, "5")])
    assert wire.calls[1].body == {"item_id": 5, "pre_order": {"is_pre_order": False, "days_to_ship": 3}}


def test_changed_variants_alone_touch_no_item_field(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    wire.answer("/product/get_model_list", FULL)
    payload = {**varied(content), "changed": ["skus"]}
    (outcome,) = shop.submit([operation(OpKind.CONTENT, BOUND, payload, "5")])
    assert (outcome.verdict, wire.paths) == (Verdict.DONE, ["/product/get_model_list"])


def test_nothing_changed_is_nothing_sent(wire: Any, shop: ShopeeConnector, content: Any, operation: Make) -> None:
    (outcome,) = shop.submit([operation(OpKind.CONTENT, ONE, {**content(), "changed": []}, "5")])
    assert (outcome.verdict, wire.calls) == (Verdict.DONE, [])


def drive(shop: ShopeeConnector, op: Operation) -> list[Outcome]:
    """As the engine does: commit ids and ticket, submit again."""
    trail: list[Outcome] = []
    while not trail or trail[-1].verdict is Verdict.NEXT:
        (outcome,) = shop.submit([op])
        trail.append(outcome)
        known = ids(outcome)
        skus = tuple(replace(sku, remote_sku_id=known.get(sku.listing_sku_id, sku.remote_sku_id)) for sku in op.skus)
        op = replace(op, ticket=outcome.ticket, skus=skus)
    return trail


def test_an_unchanged_item_with_variants_costs_one_write_and_one_read(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    wire.answer("/product/update_item", {})
    wire.answer("/product/get_model_list", FULL)
    trail = drive(shop, operation(OpKind.CONTENT, BOUND, varied(content), "5"))
    assert trail[-1].verdict is Verdict.DONE
    assert wire.paths == ["/product/update_item", "/product/get_model_list"]


def test_a_new_variant_extends_the_tiers_then_gets_a_model(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    skus = [*SKUS, {"sku": "T-Pedas", "options": ["Pedas"], "weight_g": 300}]
    options = ("Asin", "Manis", "Pedas")
    wire.answer("/product/update_item", {})
    extended = models((61, "T-Asin", [0]), (62, "T-Manis", [1]), options=options)
    wire.answer("/product/get_model_list", FULL, extended)
    wire.answer("/product/update_tier_variation", {"error": "", "request_id": "r"})
    wire.answer("/product/add_model", {"model": [{"model_id": 63, "model_sku": "T-Pedas", "tier_index": [2]}]})
    writes = [*BOUND, SkuWrite(3, "T-Pedas", None, 11000, {"": 1})]
    op = operation(OpKind.CONTENT, writes, content(axes=["Rasa"], skus=skus, item_sku="T"), "5")
    trail = drive(shop, op)
    assert (trail[-1].verdict, ids(trail[-1])) == (Verdict.DONE, {3: "63"})
    tiers, added = wire.calls[2].body, wire.calls[4].body
    assert tiers["model_list"] == [{"model_id": 61, "tier_index": [0]}, {"model_id": 62, "tier_index": [1]}]
    assert tiers["standardise_tier_variation"][0]["variation_option_list"][2] == {
        "variation_option_id": 0,
        "variation_option_name": "Pedas",
    }
    assert added["model_list"] == [
        {"tier_index": [2], "original_price": 11000, "seller_stock": [{"stock": 1}], "model_sku": "T-Pedas"}
    ]


def test_a_dropped_variant_is_left_out_of_the_list(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    wire.answer("/product/get_model_list", FULL)
    wire.answer("/product/update_tier_variation", {"error": "", "request_id": "r"})
    payload = content(axes=["Rasa"], skus=SKUS[:1], item_sku="T")
    (outcome,) = shop.submit([operation(OpKind.CONTENT, BOUND[:1], payload, "5", ticket="variants")])
    assert outcome.verdict is Verdict.DONE
    assert wire.calls[1].body["model_list"] == [{"model_id": 61, "tier_index": [0]}]


def test_a_renamed_option_keeps_its_model(wire: Any, shop: ShopeeConnector, content: Any, operation: Make) -> None:
    renamed = [{**SKUS[0], "options": ["Gurih"]}, SKUS[1]]
    wire.answer("/product/get_model_list", FULL)
    wire.answer("/product/update_tier_variation", {"error": "", "request_id": "r"})
    op = operation(OpKind.CONTENT, BOUND, content(axes=["Rasa"], skus=renamed, item_sku="T"), "5", ticket="variants")
    assert shop.submit([op])[0].verdict is Verdict.DONE
    assert wire.calls[1].body["model_list"] == [
        {"model_id": 61, "tier_index": [0]},
        {"model_id": 62, "tier_index": [1]},
    ]


def test_codes_and_weights_of_models_follow(wire: Any, shop: ShopeeConnector, content: Any, operation: Make) -> None:
    skus = [SKUS[0], {**SKUS[1], "weight_g": 400}]
    old = models((61, "LAMA", [0]), (62, "T-Manis", [1]), weight="0.300")
    wire.answer("/product/get_model_list", old)
    wire.answer("/product/update_model", {"error": "", "request_id": "r"})
    op = operation(OpKind.CONTENT, BOUND, content(axes=["Rasa"], skus=skus, item_sku="T"), "5", ticket="variants")
    assert shop.submit([op])[0].verdict is Verdict.DONE
    assert wire.calls[1].body["model"] == [
        {"model_id": 61, "model_sku": "T-Asin"},
        {"model_id": 62, "model_sku": "T-Manis", "weight": 0.4},
    ]


def test_another_number_of_tiers_makes_all_models_anew(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    plain = [replace(ONE[0], seller_sku="T-Asin", remote_sku_id="61")]
    wire.answer("/product/update_item", {})
    wire.answer("/product/get_model_list", FULL)
    wire.answer("/product/init_tier_variation", {"model": [{"model_id": 0, "tier_index": []}]})
    payload = content(skus=[{"sku": "T-Asin", "options": [], "weight_g": 300}], item_sku="T")
    trail = drive(shop, operation(OpKind.CONTENT, plain, payload, "5"))
    assert (trail[-1].verdict, ids(trail[-1])) == (Verdict.DONE, {1: "0"})
    assert wire.calls[2].body == {
        "item_id": 5,
        "standardise_tier_variation": [],
        "model": [{"tier_index": [], "original_price": 65000, "seller_stock": [{"stock": 40}], "model_sku": "T-Asin"}],
    }


def test_an_item_that_never_had_variants_needs_none(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    wire.answer("/product/get_model_list", {"tier_variation": [], "model": []})
    (outcome,) = shop.submit([operation(OpKind.CONTENT, ONE, content(), "5", ticket="variants")])
    assert outcome.verdict is Verdict.DONE


def test_a_variant_without_an_id_is_unknown(wire: Any, shop: ShopeeConnector, content: Any, operation: Make) -> None:
    unnamed = models((61, "", [0]), (62, "", [1]))
    wire.answer("/product/get_model_list", unnamed)
    wire.answer("/product/update_model", {"error": "", "request_id": "r"})
    op = operation(OpKind.CONTENT, [*BOUND, SkuWrite(9, "SISA")], varied(content), "5", ticket="variants")
    (outcome,) = shop.submit([op])
    assert (outcome.verdict, outcome.ticket) == (Verdict.NEXT, "variants")
    wire.answer("/product/get_model_list", FULL)
    with pytest.raises(OutcomeUnknown, match="not every variant"):
        shop.submit([op])


# --- looking up -------------------------------------------------------------------------------------------------------


def item(**more: Any) -> dict[str, Any]:
    return {"item_id": 5, "item_sku": "T", "item_status": "NORMAL", "has_model": False, **more}


def look(shop: ShopeeConnector, op: Operation) -> Outcome:
    (outcome,) = shop.look_up([op])
    assert shop.poll([]) == []
    return outcome


def test_a_create_that_arrived_is_found_by_its_sku(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    wire.answer("/product/search_item", {"item_id_list": [5, 6], "next_offset": ""})
    near = [item(item_sku="KOP-001"), item(item_id=6, item_sku="KOP-0011")]
    wire.answer("/product/get_item_base_info", {"item_list": near})
    outcome = look(shop, operation(OpKind.CREATE, ONE, content()))
    assert (outcome.verdict, outcome.remote_id, ids(outcome)) == (Verdict.DONE, "5", {1: "0"})
    assert wire.count.writes == 0


def test_an_absent_create_is_looked_for_in_the_list_too(
    wire: Any, shop: ShopeeConnector, content: Any, operation: Make
) -> None:
    wire.answer("/product/search_item", *[{"item_id_list": [], "next_offset": ""}] * 2)
    wire.answer("/product/get_item_list", {"item": [{"item_id": 5}]})
    wire.answer("/product/get_item_base_info", {"item_list": [item(item_sku="KOP-001")]})
    op = operation(OpKind.CREATE, ONE, content(), sent_at=wire.now - timedelta(minutes=1))
    assert look(shop, op).verdict is Verdict.DONE
    outcome = look(shop, replace(op, sent_at=None))
    assert (outcome.verdict, outcome.retry_after) == (Verdict.RETRY, timedelta(seconds=30))


def test_several_of_one_sku_are_for_a_person(wire: Any, shop: ShopeeConnector, content: Any, operation: Make) -> None:
    wire.answer("/product/search_item", {"item_id_list": [5, 6, 7], "next_offset": ""})
    same = [item(item_sku="KOP-001"), item(item_id=6, item_sku="KOP-001")]
    deleted = item(item_id=7, item_sku="KOP-001", item_status="SELLER_DELETE")
    wire.answer("/product/get_item_base_info", {"item_list": [*same, deleted]})
    outcome = look(shop, operation(OpKind.CREATE, ONE, content()))
    assert (outcome.verdict, outcome.code) == (Verdict.UNKNOWN, "duplicate")
    assert "5, 6" in outcome.message


@pytest.mark.parametrize(
    ("found", "told", "verdict", "ticket", "code"),
    [
        (item(item_status="UNLIST"), None, Verdict.NEXT, "init", ""),
        (item(item_status="UNLIST", has_model=True), FULL, Verdict.DONE, "", "hidden"),
        (item(has_model=True), FULL, Verdict.DONE, "", ""),
        (item(item_status="UNLIST", has_model=True), models((61, "T-Asin", [0])), Verdict.NEXT, "variants", ""),
    ],
)
def test_an_incomplete_create_is_resumed_where_it_stopped(
    wire: Any,
    shop: ShopeeConnector,
    content: Any,
    operation: Make,
    found: Any,
    told: Any,
    verdict: Verdict,
    ticket: str,
    code: str,
) -> None:
    wire.answer("/product/search_item", {"item_id_list": [5], "next_offset": ""})
    wire.answer("/product/get_item_base_info", {"item_list": [found]})
    if told is not None:
        wire.answer("/product/get_model_list", told)
    outcome = look(shop, operation(OpKind.CREATE, TWO, varied(content)))
    assert (outcome.verdict, outcome.ticket, outcome.remote_id, outcome.code) == (verdict, ticket, "5", code)
    assert ids(outcome).get(1) == (None if told is None else "61")


def test_a_known_item_is_read_by_its_id(wire: Any, shop: ShopeeConnector, content: Any, operation: Make) -> None:
    wire.answer("/product/get_item_base_info", {"item_list": [item(item_status="UNLIST")]}, {"item_list": []})
    op = operation(OpKind.CREATE, ONE, content(), "5")
    assert look(shop, op).code == "hidden"
    assert look(shop, op).verdict is Verdict.UNKNOWN


def test_a_lost_variant_step_is_compared(wire: Any, shop: ShopeeConnector, content: Any, operation: Make) -> None:
    wire.answer("/product/get_model_list", FULL, models((61, "T-Asin", [0])))
    op = operation(OpKind.CONTENT, TWO, varied(content), "5", ticket="variants")
    done = look(shop, op)
    assert (done.verdict, ids(done)) == (Verdict.DONE, {1: "61", 2: "62"})
    assert look(shop, op).ticket == "variants"


@pytest.mark.parametrize("kind", [OpKind.PRICE, OpKind.STOCK, OpKind.VISIBILITY, OpKind.CONTENT])
def test_absolute_writes_are_sent_again_without_a_look(
    wire: Any, shop: ShopeeConnector, operation: Make, kind: OpKind
) -> None:
    outcome = look(shop, operation(kind, ONE, remote_id="5"))
    assert (outcome.verdict, outcome.retry_after) == (Verdict.RETRY, timedelta(0))
    assert wire.calls == []
