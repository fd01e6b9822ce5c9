"""Reading listings and writing price, stock and visibility, in the wire form of the documents."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from bridge.connectors.base import Find, Operation, SkuWrite, Verdict
from bridge.connectors.tokopedia import TokopediaConnector
from bridge.errors import AuthExpired, ChannelError, OutcomeUnknown, Rejected
from bridge.model import OpKind

Make = Callable[..., Operation]
SEARCH, PRODUCTS = "/product/202502/products/search", "/product/202309/products"
WAREHOUSES, INVENTORY = "/logistics/202309/warehouses", "/product/202309/inventory/search"
SHOPS, CHECKS = "/authorization/202309/shops", "/product/202312/prerequisites"
W1, W2 = "7068517275539719942", "7068517275539719943"


def row(product: str = "5", code: str = "A", **more: Any) -> dict[str, Any]:
    """As the search tells a product: no `sale_price`, no pictures."""
    sku = {
        "id": f"{product}1",
        "seller_sku": code,
        "price": {"currency": "IDR", "tax_exclusive_price": "15000"},
        "inventory": [{"warehouse_id": W1, "quantity": 7}],
    }
    plain = {"id": product, "title": "Keripik", "status": "ACTIVATE", "skus": [sku], "update_time": 1795400000}
    return {**plain, "integrated_platform_statuses": [{"platform": "TOKOPEDIA", "status": "ACTIVATE"}], **more}


def page(*rows: dict[str, Any], token: str = "", total: int = 0) -> dict[str, Any]:
    return {"products": list(rows), "next_page_token": token, "total_count": total or len(rows)}


# --- reading ----------------------------------------------------------------------------------------------------------


def test_all_listings_come_page_by_page_a_hundred_a_read(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(SEARCH, page(row("5"), token="b2Zm+/=="), page(row("6"), row("5")))
    first, second = shop.listings(Find.ALL, (), None)
    assert (first.remote_id, first.title, first.status, first.visible) == ("5", "Keripik", "ACTIVATE", True)
    assert (first.skus[0].remote_sku_id, first.skus[0].seller_sku) == ("51", "A")
    assert (first.skus[0].price_idr, first.skus[0].stock, first.content) == (15000, {"": 7}, None)
    assert first.updated_at == datetime.fromtimestamp(1795400000, UTC)
    assert second.remote_id == "6"
    assert [call.params for call in wire.calls] == [
        {"page_size": "100"},
        {"page_size": "100", "page_token": "b2Zm+/=="},
    ]
    assert [call.body for call in wire.calls] == [{"status": "ALL"}] * 2
    assert (wire.count.reads, wire.count.writes) == (2, 0)


def test_a_page_token_that_repeats_ends_the_walk(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(SEARCH, page(row(), token="t"), page(row("6"), token="t"))
    assert len(list(shop.listings(Find.ALL, (), None))) == 2


def test_a_deleted_listing_comes_only_where_changes_are_asked_for(wire: Any, shop: TokopediaConnector) -> None:
    gone = row("5", status="DELETED", integrated_platform_statuses=[])
    wire.answer(SEARCH, page(gone), page(gone), page(gone))
    since = wire.now - timedelta(hours=1)
    assert list(shop.listings(Find.ALL, (), None)) == []
    assert list(shop.listings(Find.SKU, ["A"], None)) == []
    assert [each.status for each in shop.listings(Find.CHANGED, (), since)] == ["DELETED"]
    assert wire.calls[2].body == {"status": "ALL", "update_time_ge": int(since.timestamp())}


@pytest.mark.parametrize(
    ("storefronts", "own", "tokopedia", "status", "visible"),
    [
        ("both", "ACTIVATE", "ACTIVATE", "ACTIVATE", True),
        ("both", "ACTIVATE", "PLATFORM_DEACTIVATED", "TIKTOK_SHOP:ACTIVATE TOKOPEDIA:PLATFORM_DEACTIVATED", True),
        ("both", "", "ACTIVATE", "ACTIVATE", True),
        ("TOKOPEDIA", "SELLER_DEACTIVATED", "ACTIVATE", "ACTIVATE", True),
        ("TIKTOK_SHOP", "SELLER_DEACTIVATED", "ACTIVATE", "SELLER_DEACTIVATED", False),
        ("TOKOPEDIA", "ACTIVATE", "", "ACTIVATE", True),
        ("both", "PENDING", "PENDING", "PENDING", None),
        ("both", "FREEZE", "", "FREEZE", False),
        ("both", "", "", None, None),
    ],
)
def test_the_status_is_that_of_the_shops_storefronts(
    wire: Any, storefronts: str, own: str, tokopedia: str, status: str | None, visible: bool | None
) -> None:
    told = [{"platform": "TOKOPEDIA", "status": tokopedia}] if tokopedia else None
    wire.answer(SEARCH, page(row(status=own or None, integrated_platform_statuses=told)))
    (listing,) = wire.connect(storefronts=storefronts).listings(Find.ALL, (), None)
    assert (listing.status, listing.visible) == (status, visible)


def test_stock_that_is_not_told_is_not_zero_and_several_places_are_named(wire: Any) -> None:
    two = [{"warehouse_id": W1, "quantity": 1}, {"warehouse_id": W2, "quantity": 2}]
    skus = [
        {"id": "1", "inventory": two},
        {"id": "2", "inventory": None},
        {"id": "3", "inventory": [], "price": {"currency": "IDR"}},
        {"id": "4", "inventory": two[:1]},
    ]
    wire.answer(SEARCH, page(row(skus=skus)), page(row(skus=skus)))
    (listing,) = wire.connect().listings(Find.ALL, (), None)
    assert [sku.stock for sku in listing.skus] == [{W1: 1, W2: 2}, None, None, {"": 1}]
    assert [sku.price_idr for sku in listing.skus] == [None] * 4
    (listing,) = wire.connect(locations=f"{W1},{W2}").listings(Find.ALL, (), None)
    assert [sku.stock for sku in listing.skus] == [{W1: 1, W2: 2}, None, None, {W1: 1}]


def test_more_hits_than_can_be_walked_are_cut_by_time(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(SEARCH, page(token="t", total=10_001), page(row("5")), page(row("6"), total=10_000))
    assert [each.remote_id for each in shop.listings(Find.ALL, (), None)] == ["5", "6"]
    whole, early, late = (call.body for call in wire.calls)
    assert "create_time_ge" not in whole
    assert early["create_time_le"] + 1 == late["create_time_ge"]
    assert late["create_time_le"] > wire.now.timestamp()


def test_a_second_with_too_many_products_is_told(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(SEARCH, *[page(total=10_001)] * 60)
    with pytest.raises(Rejected, match="one second"):
        list(shop.listings(Find.ALL, (), None))


def test_seller_skus_are_searched_ten_a_read_and_compared_exactly(wire: Any, shop: TokopediaConnector) -> None:
    codes = [f"S{n}" for n in range(11)]
    wire.answer(SEARCH, page(row("5", "S1"), row("6", "S1-X")), page(row("7", "S10")))
    assert [each.remote_id for each in shop.listings(Find.SKU, codes, None)] == ["5", "7"]
    assert [len(call.body["seller_skus"]) for call in wire.calls] == [10, 1]
    assert list(shop.listings(Find.SKU, [], None)) == []


FULL = {
    **row("5"),
    "description": "<p>Biji</p>",
    "category_chains": [{"id": "1", "is_leaf": False}, {"id": "700645", "is_leaf": True}],
    "main_images": [{"uri": "u1"}, {"uri": "u2"}],
    "brand": {"id": "77", "name": "Kita"},
    "product_attributes": [{"id": "9", "values": [{"id": "2"}, {"name": "5"}]}, {"id": "8", "values": None}],
    "package_weight": {"value": "1.32", "unit": "KILOGRAM"},
    "skus": [
        {
            "id": "52",
            "seller_sku": "B",
            "price": {"sale_price": "15500.00", "tax_exclusive_price": "14000"},
            "inventory": [{"warehouse_id": W1, "quantity": "3"}],
            "sales_attributes": [{"id": "1", "name": "Rasa", "value_id": "11", "value_name": "Asin"}],
        }
    ],
}


def test_one_listing_is_read_in_full(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(f"{PRODUCTS}/5", FULL)
    (listing,) = shop.listings(Find.ID, ["5"], None)
    assert listing.skus[0].price_idr == 15500
    assert listing.content == {
        "title": "Keripik",
        "description": "<p>Biji</p>",
        "category_id": "700645",
        "brand": "77",
        "weight_g": "1320",
        "pictures": "u1,u2",
        "attributes": "8=[];9=['2', '5']",
        "variants": "52:Rasa=Asin",
    }
    wire.answer(f"{PRODUCTS}/6", row("6"))
    (bare,) = shop.listings(Find.ID, ["6"], None)
    assert bare.content is not None
    assert (bare.content["brand"], bare.content["weight_g"], bare.content["category_id"]) == ("", "", "")


@pytest.mark.parametrize("code", [12052032, 12052260, 12019150, 12052031, 12052048])
def test_unknown_and_foreign_ids_are_left_out(wire: Any, shop: TokopediaConnector, refusal: Any, code: int) -> None:
    wire.answer(f"{PRODUCTS}/404", refusal(code, "x"))
    wire.answer(f"{PRODUCTS}/5", row("5"))
    assert [each.remote_id for each in shop.listings(Find.ID, ["404", "5"], None)] == ["5"]


def test_another_refusal_of_a_read_is_told(wire: Any, shop: TokopediaConnector, refusal: Any) -> None:
    wire.answer(f"{PRODUCTS}/5", refusal(98001004, "x"))
    with pytest.raises(Rejected):
        list(shop.listings(Find.ID, ["5"], None))


# --- the shop ---------------------------------------------------------------------------------------------------------


def place(name: str, **more: Any) -> dict[str, Any]:
    plain = {"id": name, "type": "SALES_WAREHOUSE", "effect_status": "ENABLED", "is_default": False}
    return {**plain, **more}


def lay_check(wire: Any, warehouses: Any, *failed: tuple[str, str]) -> None:
    wire.answer(SHOPS, {"shops": [{"id": 7494049642642441621, "name": "Kedai", "region": "ID", "cipher": "c"}]})
    wire.answer(WAREHOUSES, {"warehouses": warehouses} if warehouses is not None else {})
    rows = [{"check_item": item, "is_failed": True, "fail_reasons": [why] if why else None} for item, why in failed]
    wire.answer(CHECKS, {"check_results": [{"check_item": "SHOP_TAX", "is_failed": False}, *rows]})


def test_check_reads_name_end_and_the_single_place(wire: Any, shop: TokopediaConnector) -> None:
    wire.vault.consent_until = wire.now
    lay_check(
        wire, [place(W1, is_default=True), place("R", type="RETURN_WAREHOUSE"), place("D", effect_status="DISABLED")]
    )
    told = shop.check()
    assert (told.remote_id, told.name, told.authorised_until) == ("7494049642642441621", "Kedai", wire.now)
    assert (told.locations, told.blocked, told.remember) == (("",), {}, {"locations": W1})
    assert wire.count.reads == 3


def test_several_places_are_told_and_settings_choose_among_them(wire: Any, shop: TokopediaConnector) -> None:
    holiday = place("H", effect_status="RESTRICTED", is_default=True)
    for _ in range(2):
        lay_check(wire, [holiday, place(W2), place(W1, is_default=True)])
    assert (shop.check().locations, wire.connect(locations=f"{W2},{W1}").check().locations) == ((W1, W2, "H"), (W2, W1))
    lay_check(wire, [holiday, place(W2), place(W1, is_default=True)])
    assert shop.check().remember == {"locations": f"{W1},{W2},H"}


@pytest.mark.parametrize(
    ("failed", "blocked"),
    [
        ([("SHOP_STATUS", "shop integration in progress")], {OpKind.CONTENT, OpKind.CREATE, OpKind.VISIBILITY}),
        ([("RETURN_WAREHOUSE", "")], {OpKind.CREATE}),
        ([("PRODUCT_QUANTITY_LIMIT", "full")], set()),
    ],
)
def test_a_shop_that_merges_takes_price_and_stock_only(
    wire: Any, shop: TokopediaConnector, failed: Any, blocked: set[OpKind]
) -> None:
    lay_check(wire, None, *failed)
    told = shop.check()
    assert set(told.blocked) == blocked
    assert all(failed[0][0] in why and failed[0][1] in why for why in told.blocked.values())
    assert (told.locations, told.remember) == (("",), {})


def test_a_shop_that_is_not_authorised_any_more_is_told(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(SHOPS, {"shops": []})
    with pytest.raises(AuthExpired):
        shop.check()


# --- price ------------------------------------------------------------------------------------------------------------


def skus(*numbers: int, **values: Any) -> list[SkuWrite]:
    return [SkuWrite(n, f"S{n}", f"6{n}", **{k: v(n) for k, v in values.items()}) for n in numbers]


def flat(_n: int) -> int:
    return 1000


def test_prices_of_one_product_go_in_one_call(wire: Any, shop: TokopediaConnector, operation: Make) -> None:
    wire.answer(f"{PRODUCTS}/6/prices/update", {"code": 0, "message": "Success", "data": None})
    (outcome,) = shop.submit([operation(OpKind.PRICE, skus(1, 2, price_idr=lambda n: 1000 * n), remote_id="6")])
    assert (outcome.verdict, outcome.remote_id, outcome.skus) == (Verdict.DONE, "6", ())
    assert wire.calls[0].body == {
        "skus": [
            {"id": "61", "price": {"amount": "1000", "currency": "IDR"}},
            {"id": "62", "price": {"amount": "2000", "currency": "IDR"}},
        ]
    }


def test_a_bad_row_is_found_by_halves_and_fails_alone(
    wire: Any, shop: TokopediaConnector, operation: Make, refusal: Any
) -> None:
    bad = refusal(12052557, "The SKU ID does not belong to the product.")
    wire.answer(f"{PRODUCTS}/6/prices/update", bad, {}, bad, {}, bad)
    (outcome,) = shop.submit([operation(OpKind.PRICE, skus(1, 2, 3, 4, price_idr=flat), remote_id="6")])
    assert outcome.verdict is Verdict.REJECTED
    assert outcome.code == "12052557"
    assert {each.listing_sku_id: each.verdict for each in outcome.skus} == dict.fromkeys((1, 2, 3), Verdict.DONE)
    assert [[one["id"] for one in call.body["skus"]] for call in wire.calls] == [
        ["61", "62", "63", "64"],
        ["61", "62"],
        ["63", "64"],
        ["63"],
        ["64"],
    ]


@pytest.mark.parametrize(
    ("code", "verdict", "ours"),
    [
        (12052032, Verdict.REJECTED, "12052032"),
        (12052038, Verdict.RETRY, "campaign"),
        (12019045, Verdict.RETRY, "campaign"),
        (12052901, Verdict.RETRY, "locked"),
        (12052308, Verdict.RETRY, "locked"),
    ],
)
def test_what_concerns_the_product_is_not_split(
    wire: Any, shop: TokopediaConnector, operation: Make, refusal: Any, code: int, verdict: Verdict, ours: str
) -> None:
    wire.answer(f"{PRODUCTS}/6/prices/update", refusal(code, "x"))
    (outcome,) = shop.submit([operation(OpKind.PRICE, skus(1, 2, price_idr=flat), remote_id="6")])
    assert (outcome.verdict, outcome.code) == (verdict, ours)
    assert len(wire.calls) == 1
    assert outcome.retry_after == (timedelta(hours=1) if ours == "locked" else None)


@pytest.mark.parametrize("answer", [httpx2.ReadTimeout("x"), httpx2.Response(500, json={"code": 36009003})])
def test_a_lost_answer_goes_up_unsettled(wire: Any, shop: TokopediaConnector, operation: Make, answer: Any) -> None:
    wire.answer(f"{PRODUCTS}/6/prices/update", answer)
    with pytest.raises(OutcomeUnknown):
        shop.submit([operation(OpKind.PRICE, skus(1, price_idr=flat), remote_id="6")])
    assert len(wire.calls) == 1


def test_an_operation_without_a_listing_is_refused_unsent(wire: Any, shop: TokopediaConnector, operation: Make) -> None:
    (outcome,) = shop.submit([operation(OpKind.PRICE, skus(1, price_idr=flat))])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "not_found")
    assert wire.calls == []


def test_a_variant_without_an_id_is_not_sent_and_nothing_costs_nothing(
    wire: Any, shop: TokopediaConnector, operation: Make
) -> None:
    nameless = SkuWrite(9, "S9", None, 1000, {"": 1})
    for kind in (OpKind.PRICE, OpKind.STOCK):
        (outcome,) = shop.submit([operation(kind, [nameless], remote_id="6")])
        assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "variants_differ")
        (outcome,) = shop.submit([operation(kind, [SkuWrite(9, "S9", "69")], remote_id="6")])
        assert outcome.verdict is Verdict.DONE
    assert wire.calls == []


# --- stock ------------------------------------------------------------------------------------------------------------


def pieces(n: int) -> dict[str, int]:
    return {"": n}


def error(sku: str, code: int, inner: int | None = None) -> dict[str, Any]:
    extra = [{"warehouse_id": W1, "code": inner, "message": "why"}] if inner is not None else None
    return {"code": code, "message": "check failed", "detail": {"sku_id": sku, "extra_errors": extra}}


def test_stock_of_a_shop_with_one_warehouse_needs_no_read(wire: Any, shop: TokopediaConnector, operation: Make) -> None:
    wire.answer(f"{PRODUCTS}/6/inventory/update", {})
    (outcome,) = shop.submit([operation(OpKind.STOCK, skus(1, 2, stock=pieces), remote_id="6")])
    assert outcome.verdict is Verdict.DONE
    assert wire.calls[0].body == {
        "skus": [{"id": "61", "inventory": [{"quantity": 1}]}, {"id": "62", "inventory": [{"quantity": 2}]}]
    }
    assert (wire.count.reads, wire.count.writes) == (0, 1)


def test_a_known_warehouse_is_named(wire: Any, operation: Make) -> None:
    wire.answer(f"{PRODUCTS}/6/inventory/update", {})
    wire.connect(locations=W1).submit([operation(OpKind.STOCK, skus(0, stock=pieces), remote_id="6")])
    assert wire.calls[0].body["skus"] == [{"id": "60", "inventory": [{"warehouse_id": W1, "quantity": 0}]}]


def test_success_with_errors_is_judged_row_by_row(wire: Any, shop: TokopediaConnector, operation: Make) -> None:
    errors = [error("62", 12052990, 12052097), error("63", 12052990, 12052393), error("60", 12052055)]
    wire.answer(f"{PRODUCTS}/6/inventory/update", {"errors": errors})
    (outcome,) = shop.submit([operation(OpKind.STOCK, skus(0, 1, 2, 3, stock=pieces), remote_id="6")])
    told = {each.listing_sku_id: (each.verdict, each.code) for each in outcome.skus}
    assert outcome.verdict is Verdict.RETRY
    assert told == {
        0: (Verdict.REJECTED, "zero_refused"),
        1: (Verdict.DONE, ""),
        2: (Verdict.REJECTED, "12052097"),
    }
    assert outcome.code == "campaign"


@pytest.mark.parametrize("code", [12052055, 12019024])
def test_a_refused_zero_has_our_name_and_a_refused_number_its_own(
    wire: Any, shop: TokopediaConnector, operation: Make, refusal: Any, code: int
) -> None:
    wire.answer(f"{PRODUCTS}/6/inventory/update", *[refusal(code, "quantity")] * 2)
    (zero,) = shop.submit([operation(OpKind.STOCK, skus(0, stock=pieces), remote_id="6")])
    (one,) = shop.submit([operation(OpKind.STOCK, skus(1, stock=pieces), remote_id="6")])
    assert (zero.verdict, zero.code) == (Verdict.REJECTED, "zero_refused")
    assert (one.verdict, one.code) == (Verdict.REJECTED, str(code))


def test_an_error_without_a_sku_concerns_them_all(wire: Any, shop: TokopediaConnector, operation: Make) -> None:
    wire.answer(f"{PRODUCTS}/6/inventory/update", {"errors": [{"code": 12052850, "message": "bundle"}]})
    (outcome,) = shop.submit([operation(OpKind.STOCK, skus(1, 2, stock=pieces), remote_id="6")])
    assert (outcome.verdict, outcome.code, outcome.skus) == (Verdict.REJECTED, "12052850", ())


def inventory(sku: str, *places: str) -> dict[str, Any]:
    rows = [{"warehouse_id": place, "available_quantity": 3} for place in places]
    return {"inventory": [{"product_id": "6", "skus": [{"id": sku, "warehouse_inventory": rows}]}]}


@pytest.mark.parametrize("code", [12052037, 12019028, 12052516, 12052533])
@pytest.mark.parametrize("whole", [True, False])
def test_that_a_shop_has_several_warehouses_is_learnt_and_all_are_given(
    wire: Any, shop: TokopediaConnector, operation: Make, refusal: Any, code: int, whole: bool
) -> None:
    no = refusal(code, "give all") if whole else {"errors": [error("65", 12052990, code)]}
    wire.answer(f"{PRODUCTS}/6/inventory/update", no, {}, {})
    wire.answer(INVENTORY, inventory("65", W2, W1), inventory("65", W2))
    wire.answer(WAREHOUSES, {"warehouses": [place(W2), place(W1, is_default=True)]})
    op = operation(OpKind.STOCK, skus(5, stock=pieces), remote_id="6")
    (outcome,) = shop.submit([op])
    assert outcome.verdict is Verdict.DONE
    assert wire.calls[-1].body["skus"][0]["inventory"] == [
        {"warehouse_id": W2, "quantity": 0},
        {"warehouse_id": W1, "quantity": 5},
    ]
    shop.submit([op])  # now it is known: one read, one write
    assert wire.paths[-2:] == [INVENTORY, f"{PRODUCTS}/6/inventory/update"]
    assert wire.calls[-1].body["skus"][0]["inventory"] == [{"warehouse_id": W2, "quantity": 5}]


def test_named_places_are_sent_and_the_others_of_a_sku_set_to_nothing(wire: Any, operation: Make) -> None:
    shop = wire.connect(locations=f"{W1},{W2}")
    wire.answer(INVENTORY, inventory("65", W1, W2))
    wire.answer(f"{PRODUCTS}/6/inventory/update", {})
    shop.submit([operation(OpKind.STOCK, skus(5, stock=lambda n: {W2: n}), remote_id="6")])
    assert wire.calls[-1].body["skus"][0]["inventory"] == [
        {"warehouse_id": W1, "quantity": 0},
        {"warehouse_id": W2, "quantity": 5},
    ]


# --- visibility -------------------------------------------------------------------------------------------------------


def turn(operation: Make, *ids: str, visible: bool = False, **more: Any) -> list[Operation]:
    return [
        operation(OpKind.VISIBILITY, [], {"visible": visible}, remote, operation_id=int(remote), **more)
        for remote in ids
    ]


def test_many_listings_are_hidden_in_one_call_on_all_storefronts(
    wire: Any, shop: TokopediaConnector, operation: Make
) -> None:
    errors = [
        {"code": 12052048, "message": "foreign", "detail": {"product_id": 6}},
        {"code": 12052308, "message": "appeal", "detail": {"product_id": "7"}},
    ]
    wire.answer(f"{PRODUCTS}/deactivate", {"errors": errors})
    outcomes = shop.submit(turn(operation, "5", "6", "7"))
    assert [(out.verdict, out.code) for out in outcomes] == [
        (Verdict.DONE, ""),
        (Verdict.REJECTED, "12052048"),
        (Verdict.RETRY, "locked"),
    ]
    assert wire.calls[0].body == {"product_ids": ["5", "6", "7"], "listing_platforms": ["TOKOPEDIA", "TIKTOK_SHOP"]}


def test_shown_listings_are_reviewed_first(wire: Any, operation: Make) -> None:
    shop = wire.connect(storefronts="TOKOPEDIA")
    inner = {"product_id": "6", "extra_errors": [{"code": 12052332, "message": "merging"}]}
    wire.answer(f"{PRODUCTS}/activate", {"errors": [{"code": 12052990, "message": "check failed", "detail": inner}]})
    shown, merging = shop.submit(turn(operation, "5", "6", visible=True))
    assert (shown.verdict, shown.ticket, shown.retry_after) == (Verdict.ACCEPTED, "0", timedelta(seconds=5))
    assert (merging.verdict, merging.code) == (Verdict.RETRY, "locked")
    assert wire.calls[0].body["listing_platforms"] == ["TOKOPEDIA"]


def test_a_call_refused_for_several_is_tried_alone(
    wire: Any, shop: TokopediaConnector, operation: Make, refusal: Any
) -> None:
    wire.answer(f"{PRODUCTS}/deactivate", refusal(12052031, "x"), refusal(12052031, "x"))
    assert [(out.verdict, out.code) for out in shop.submit(turn(operation, "5", "6"))] == [(Verdict.RETRY, "alone")] * 2
    assert [out.verdict for out in shop.submit(turn(operation, "5"))] == [Verdict.REJECTED]


@pytest.mark.parametrize(
    ("visible", "status", "verdict"),
    [
        (False, "SELLER_DEACTIVATED", Verdict.DONE),
        (False, "PENDING", Verdict.RETRY),
        (True, "ACTIVATE", Verdict.ACCEPTED),
        (True, "PENDING", Verdict.ACCEPTED),
        (True, "FREEZE", Verdict.RETRY),
    ],
)
def test_a_status_that_forbids_the_change_may_be_the_wanted_one(
    wire: Any, shop: TokopediaConnector, operation: Make, visible: bool, status: str, verdict: Verdict
) -> None:
    word = "activate" if visible else "deactivate"
    errors = [{"code": 12052901, "message": "status", "detail": {"product_id": "5"}}]
    wire.answer(f"{PRODUCTS}/{word}", {"errors": errors})
    wire.answer(f"{PRODUCTS}/5", row("5", status=status, integrated_platform_statuses=[]))
    assert [out.verdict for out in shop.submit(turn(operation, "5", visible=visible))] == [verdict]


def test_a_listing_that_is_gone_cannot_be_hidden(
    wire: Any, shop: TokopediaConnector, operation: Make, refusal: Any
) -> None:
    wire.answer(f"{PRODUCTS}/deactivate", refusal(12052901, "status"))
    wire.answer(f"{PRODUCTS}/5", refusal(12052032, "x"))
    assert [out.verdict for out in shop.submit(turn(operation, "5"))] == [Verdict.RETRY]


# --- pictures ---------------------------------------------------------------------------------------------------------

UPLOAD = "/product/202309/images/upload"


def test_a_picture_goes_up_with_its_use_and_without_a_cipher(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(UPLOAD, {"uri": "tos-1", "url": "https://x"}, {"uri": "tos-2"})
    assert shop.upload([b"\x89PNG\r\n", b"\xff\xd8\xff"]) == ["tos-1", "tos-2"]
    raw = wire.calls[0].raw
    assert b'name="use_case"' in raw
    assert b"MAIN_IMAGE" in raw
    assert b'name="data"; filename="0.png"' in raw
    assert b"image/jpeg" in wire.calls[1].raw
    assert wire.count.writes == 2


@pytest.mark.parametrize("code", [12038002, 12038015, 12038005, 12038014])
def test_a_refused_picture_is_a_problem_of_its_own(
    wire: Any, shop: TokopediaConnector, refusal: Any, code: int
) -> None:
    wire.answer(UPLOAD, refusal(code, "bad file"), {"uri": "tos-2"})
    first, second = shop.upload([b"junk", b"\xff\xd8\xff"])
    assert second == "tos-2"
    assert not isinstance(first, str)
    assert "bad file" in first.text()
    assert "Tokopedia refused picture 1" in first.text()


def test_a_lost_upload_is_unknown(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(UPLOAD, httpx2.ReadTimeout("x"), {})
    for _ in range(2):
        with pytest.raises(ChannelError):
            shop.upload([b"\xff\xd8\xff"])
