"""Creates and content changes, what an edit must never leave out, and what a look finds afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from bridge.connectors.base import Operation, Outcome, SkuWrite, Verdict
from bridge.connectors.tokopedia import TokopediaConnector
from bridge.connectors.tokopedia.publish import description_html, weight_body
from bridge.errors import OutcomeUnknown
from bridge.model import OpKind

Make = Callable[..., Operation]
PRODUCTS, SEARCH, EDIT = "/product/202309/products", "/product/202502/products/search", "/product/202509/products/6"
PARTIAL, WAREHOUSES = f"{EDIT}/partial_edit", "/logistics/202309/warehouses"
PLACES = {"warehouses": [{"id": "W", "type": "SALES_WAREHOUSE", "effect_status": "ENABLED", "is_default": True}]}
ONE = [SkuWrite(1, "KSB-250", None, 15000, {"": 40})]
SKUS = [{"sku": f"T-{w}", "options": [w], "weight_g": 300} for w in ("Asin", "Manis")]
TWO = [SkuWrite(1, "T-Asin", None, 10000, {"": 3}), SkuWrite(2, "T-Manis", None, 12000, {"": 4})]
BOUND = [replace(TWO[0], remote_sku_id="61"), replace(TWO[1], remote_sku_id="62")]
HELD = [SkuWrite(1, "T-Asin", "61"), SkuWrite(2, "T-Manis", "62")]  # as a content change brings what is there already


def varied(content: Any, **more: Any) -> Any:
    return content(**{"axes": ["Rasa"], "skus": SKUS, "item_sku": "T", **more})


def made(*rows: tuple[str, str], product: str = "6") -> dict[str, Any]:
    return {"product_id": product, "skus": [{"id": sku, "seller_sku": code} for sku, code in rows], "warnings": []}


def shown(*rows: tuple[str, str], status: str = "ACTIVATE", tokopedia: str = "ACTIVATE", **more: Any) -> dict[str, Any]:
    told = [{"platform": "TOKOPEDIA", "status": tokopedia}] if tokopedia else []
    skus = [{"id": sku, "seller_sku": code} for sku, code in rows]
    return {"id": "6", "title": "x", "status": status, "integrated_platform_statuses": told, "skus": skus, **more}


def ids(outcome: Outcome) -> dict[int, str | None]:
    return {row.listing_sku_id: row.remote_sku_id for row in outcome.skus}


# --- create -----------------------------------------------------------------------------------------------------------


def test_a_create_is_one_keyed_write_for_both_storefronts(wire: Any, content: Any, operation: Make) -> None:
    wire.answer(PRODUCTS, made(("61", "KSB-250")))
    (outcome,) = wire.connect(locations="W").submit([operation(OpKind.CREATE, ONE, content())])
    assert (outcome.verdict, outcome.remote_id, ids(outcome)) == (Verdict.ACCEPTED, "6", {1: "61"})
    assert (outcome.ticket, outcome.retry_after, outcome.deadline) == ("0", timedelta(seconds=5), None)
    assert (wire.count.writes, wire.count.reads) == (1, 0)
    assert wire.calls[0].body == {
        "save_mode": "LISTING",
        "title": "Keripik Singkong Balado Renyah 250 g",
        "description": "<p>Renyah & gurih.<br>Pedas sedang.</p><p>Berat ‹250 g</p>",
        "main_images": [{"uri": "tos-1"}, {"uri": "tos-2"}],
        "package_weight": {"value": "0.3", "unit": "KILOGRAM"},
        "product_attributes": [],
        "category_id": "700645",
        "category_version": "v2",
        "skus": [
            {
                "seller_sku": "KSB-250",
                "price": {"amount": "15000", "currency": "IDR"},
                "inventory": [{"warehouse_id": "W", "quantity": 40}],
            }
        ],
        "listing_platforms": ["TOKOPEDIA", "TIKTOK_SHOP"],
        "idempotency_key": "key-7",
    }


def test_variants_options_weights_and_answers_have_their_form(wire: Any, content: Any, operation: Make) -> None:
    def value(value_id: str, text: str, unit: str = "") -> dict[str, str]:
        return {"value_id": value_id, "text": text, "unit": unit}

    payload = varied(
        content,
        skus=[SKUS[0], {**SKUS[1], "weight_g": 1250}],
        attributes=[
            {"attribute_id": "9", "values": [value("11", "Merah"), value("", "500", "g"), value("", "Sendiri")]}
        ],
        brand_id="77",
        package_cm=[20, 15, 5],
        preorder_days=7,
    )
    wire.answer(PRODUCTS, made(("61", "T-Asin"), ("62", "T-Manis")))
    (outcome,) = wire.connect(locations="W", storefronts="TIKTOK_SHOP").submit([operation(OpKind.CREATE, TWO, payload)])
    assert ids(outcome) == {1: "61", 2: "62"}
    body = wire.calls[0].body
    assert body["listing_platforms"] == ["TIKTOK_SHOP"]
    assert body["brand_id"] == "77"
    assert body["package_dimensions"] == {"length": "20", "width": "15", "height": "5", "unit": "CENTIMETER"}
    assert body["product_attributes"] == [{"id": "9", "values": [{"id": "11"}, {"name": "500 g"}, {"name": "Sendiri"}]}]
    pre = {"type": "PRE_ORDER", "fulfillment_type": {"handling_duration_days": 7}}
    assert body["skus"][1] == {
        "seller_sku": "T-Manis",
        "sales_attributes": [{"name": "Rasa", "value_name": "Manis"}],
        "sku_weight": {"value": "1.25", "unit": "KILOGRAM"},
        "pre_sale": pre,
        "price": {"amount": "12000", "currency": "IDR"},
        "inventory": [{"warehouse_id": "W", "quantity": 4}],
    }
    assert body["skus"][0]["pre_sale"] == pre
    assert "sku_weight" not in body["skus"][0]


def test_the_warehouse_is_read_once_for_all_creates(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make
) -> None:
    wire.answer(WAREHOUSES, PLACES)
    wire.answer(PRODUCTS, made(("61", "KSB-250")), made(("71", "KSB-250"), product="7"))
    for _ in range(2):
        shop.submit([operation(OpKind.CREATE, ONE, content())])
    assert (wire.count.writes, wire.count.reads) == (2, 1)
    assert wire.calls[1].body["skus"][0]["inventory"] == [{"warehouse_id": "W", "quantity": 40}]


def test_a_shop_without_a_warehouse_is_refused_unsent(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make
) -> None:
    wire.answer(WAREHOUSES, {})
    (outcome,) = shop.submit([operation(OpKind.CREATE, ONE, content())])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "12052115")
    assert wire.count.writes == 0


def test_of_several_creates_only_the_first_is_sent(wire: Any, content: Any, operation: Make) -> None:
    wire.answer(PRODUCTS, made(("61", "KSB-250")))
    ops = [operation(OpKind.CREATE, ONE, content(), operation_id=n) for n in (1, 2)]
    first, second = wire.connect(locations="W").submit(ops)
    assert first.verdict is Verdict.ACCEPTED
    assert (second.verdict, second.retry_after) == (Verdict.RETRY, timedelta(0))


def test_a_create_without_a_price_is_refused_unsent(wire: Any, content: Any, operation: Make) -> None:
    shop = wire.connect(locations="W")
    for writes in ([replace(ONE[0], price_idr=None)], [replace(ONE[0], seller_sku="other")]):
        (outcome,) = shop.submit([operation(OpKind.CREATE, writes, content())])
        assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "price_missing")
    assert wire.calls == []


@pytest.mark.parametrize(
    ("code", "verdict", "ours"),
    [
        (12052051, Verdict.REJECTED, "12052051"),
        (12052994, Verdict.REJECTED, "12052994"),
        (12052332, Verdict.RETRY, "locked"),
        (12052055, Verdict.REJECTED, "12052055"),
    ],
)
def test_a_refused_create_says_why(
    wire: Any, content: Any, operation: Make, refusal: Any, code: int, verdict: Verdict, ours: str
) -> None:
    wire.answer(PRODUCTS, refusal(code, "because"))
    (outcome,) = wire.connect(locations="W").submit([operation(OpKind.CREATE, ONE, content())])
    assert (outcome.verdict, outcome.code) == (verdict, ours)
    assert "because" in outcome.message


def test_a_create_without_stock_is_tried_and_its_refusal_named(
    wire: Any, content: Any, operation: Make, refusal: Any
) -> None:
    wire.answer(PRODUCTS, refusal(12052055, "range"))
    ops = [operation(OpKind.CREATE, [replace(ONE[0], stock={"": 0})], content())]
    (outcome,) = wire.connect(locations="W").submit(ops)
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "zero_refused")
    assert wire.calls[0].body["skus"][0]["inventory"][0]["quantity"] == 0


def test_a_used_up_quota_stops_the_creates_of_the_day(wire: Any, content: Any, operation: Make, refusal: Any) -> None:
    shop = wire.connect(locations="W")
    wire.answer(PRODUCTS, refusal(12052093, "limit"), made(("61", "KSB-250")))
    for _ in range(2):
        (outcome,) = shop.submit([operation(OpKind.CREATE, ONE, content())])
        assert (outcome.verdict, outcome.code, outcome.retry_after) == (Verdict.RETRY, "quota", timedelta(hours=5))
    assert wire.count.writes == 1
    wire.now += timedelta(hours=5)
    assert shop.submit([operation(OpKind.CREATE, ONE, content())])[0].verdict is Verdict.ACCEPTED


def platform_error(*names: str) -> list[dict[str, Any]]:
    return [{"code": 12052330, "message": f"not on {name}", "detail": {"listing_platform": name}} for name in names]


def test_an_error_of_one_storefront_leaves_the_other(wire: Any, content: Any, operation: Make) -> None:
    shop = wire.connect(locations="W")
    wire.answer(
        PRODUCTS,
        {**made(("61", "KSB-250")), "errors": platform_error("TOKOPEDIA")},
        {**made(("61", "KSB-250")), "errors": platform_error("TOKOPEDIA", "TIKTOK_SHOP")},
        {"errors": platform_error("TOKOPEDIA")},
    )
    half, none, nothing = (shop.submit([operation(OpKind.CREATE, ONE, content())])[0] for _ in range(3))
    assert (half.verdict, half.remote_id) == (Verdict.ACCEPTED, "6")
    assert (none.verdict, none.remote_id, none.code) == (Verdict.REJECTED, "6", "12052330")
    assert "not on TIKTOK_SHOP" in none.message
    assert (nothing.verdict, nothing.remote_id) == (Verdict.REJECTED, None)


@pytest.mark.parametrize(
    "answer", [httpx2.ReadTimeout("x"), {}, httpx2.Response(200, json={"code": 5555, "message": "new"})]
)
def test_a_create_whose_answer_cannot_be_read_is_unknown(wire: Any, content: Any, operation: Make, answer: Any) -> None:
    wire.answer(PRODUCTS, answer)
    with pytest.raises(OutcomeUnknown):
        wire.connect(locations="W").submit([operation(OpKind.CREATE, ONE, content())])
    assert len(wire.calls) == 1


# --- content ----------------------------------------------------------------------------------------------------------


def test_a_changed_title_is_one_write_and_touches_no_sku(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make
) -> None:
    wire.answer(PARTIAL, {"code": 0, "message": "", "data": None})
    op = operation(OpKind.CONTENT, BOUND, {**varied(content), "changed": ["title", "couriers"]}, "6")
    (outcome,) = shop.submit([op])
    assert (outcome.verdict, outcome.remote_id, outcome.skus) == (Verdict.ACCEPTED, "6", ())
    (call,) = wire.calls
    assert call.method == "POST"
    assert call.body == {
        "listing_platforms": ["TOKOPEDIA", "TIKTOK_SHOP"],
        "title": "Keripik Singkong Balado Renyah 250 g",
    }


def test_what_this_channel_does_not_show_costs_no_call(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make
) -> None:
    op = operation(OpKind.CONTENT, ONE, {**content(), "changed": ["couriers", "dangerous", "item_sku", "brand"]}, "6")
    assert shop.submit([op])[0].verdict is Verdict.DONE
    assert wire.calls == []


def test_a_new_variant_keeps_the_others_and_what_we_do_not_know(wire: Any, content: Any, operation: Make) -> None:
    foreign = {
        "id": "69",
        "seller_sku": "HAND",
        "sales_attributes": [{"id": "1", "name": "Rasa", "value_id": "19", "value_name": "Keju"}],
    }
    now = shown(("61", "T-Asin"))
    now["skus"] += [foreign, {"id": "68"}]
    wire.answer(f"{PRODUCTS}/6", now)
    wire.answer(PARTIAL, made(("61", "T-Asin"), ("62", "T-Manis"), ("69", "HAND"), ("68", "")))
    op = operation(OpKind.CONTENT, [HELD[0], TWO[1]], {**varied(content), "changed": ["skus"]}, "6")
    (outcome,) = wire.connect(locations="W").submit([op])
    assert (outcome.verdict, ids(outcome)) == (Verdict.ACCEPTED, {2: "62"})
    assert wire.calls[1].body == {
        "listing_platforms": ["TOKOPEDIA", "TIKTOK_SHOP"],
        "skus": [
            {"id": "61", "seller_sku": "T-Asin", "sales_attributes": [{"name": "Rasa", "value_name": "Asin"}]},
            {
                "seller_sku": "T-Manis",
                "sales_attributes": [{"name": "Rasa", "value_name": "Manis"}],
                "price": {"amount": "12000", "currency": "IDR"},
                "inventory": [{"warehouse_id": "W", "quantity": 4}],
            },
            {"id": "69", "seller_sku": "HAND", "sales_attributes": [{"id": "1", "value_id": "19"}]},
            {"id": "68"},
        ],
    }


def test_a_variant_whose_id_was_lost_is_found_by_its_code_not_made_again(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make
) -> None:
    wire.answer(f"{PRODUCTS}/6", shown(("61", "T-Asin"), ("62", "T-Manis")))
    wire.answer(PARTIAL, made(("61", "T-Asin"), ("62", "T-Manis")))
    op = operation(OpKind.CONTENT, [HELD[0], TWO[1]], {**varied(content), "changed": ["skus", "weight_g"]}, "6")
    (outcome,) = shop.submit([op])
    assert ids(outcome) == {2: "62"}
    assert [sku["id"] for sku in wire.calls[1].body["skus"]] == ["61", "62"]
    assert not any("price" in sku or "inventory" in sku for sku in wire.calls[1].body["skus"])
    assert wire.calls[1].body["package_weight"] == {"value": "0.3", "unit": "KILOGRAM"}


@pytest.mark.parametrize("changed", [None, ["category_id", "title"]])
def test_another_category_is_a_full_edit(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make, changed: Any
) -> None:
    wire.answer(f"{PRODUCTS}/6", shown(("61", "T-Asin"), ("62", "T-Manis")))
    wire.answer(EDIT, made())
    more = {} if changed is None else {"changed": changed}
    (outcome,) = shop.submit([operation(OpKind.CONTENT, HELD, {**varied(content), **more}, "6")])
    assert outcome.verdict is Verdict.ACCEPTED
    call = wire.calls[1]
    assert call.method == "PUT"
    assert set(call.body) == {
        "title", "description", "main_images", "package_weight", "product_attributes", "category_id", "category_version", "skus",
        "listing_platforms",
    }  # fmt: skip
    assert (call.body["category_version"], call.body["category_id"]) == ("v2", "700645")
    assert [sku["id"] for sku in call.body["skus"]] == ["61", "62"]


def test_a_listing_that_is_gone_cannot_be_edited(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make, refusal: Any
) -> None:
    wire.answer(f"{PRODUCTS}/6", refusal(12052032, "x"))
    (outcome,) = shop.submit([operation(OpKind.CONTENT, HELD, varied(content), "6")])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "12052032")


def test_a_refused_zero_of_a_new_variant_is_named(wire: Any, content: Any, operation: Make, refusal: Any) -> None:
    wire.answer(f"{PRODUCTS}/6", shown(("61", "T-Asin")))
    wire.answer(PARTIAL, refusal(12052055, "range"))
    writes = [HELD[0], replace(TWO[1], stock={"": 0})]
    op = operation(OpKind.CONTENT, writes, {**varied(content), "changed": ["skus"]}, "6")
    assert wire.connect(locations="W").submit([op])[0].code == "zero_refused"


# --- the audit --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "tokopedia", "audit", "verdict"),
    [
        (OpKind.CREATE, "ACTIVATE", "ACTIVATE", "APPROVED", Verdict.DONE),
        (OpKind.CREATE, "PENDING", "PENDING", "AUDITING", Verdict.ACCEPTED),
        (OpKind.CREATE, "ACTIVATE", "PENDING", "NONE", Verdict.ACCEPTED),
        (OpKind.CREATE, "ACTIVATE", "FAILED", "NONE", Verdict.DONE),
        (OpKind.CREATE, "FAILED", "FAILED", "FAILED", Verdict.REJECTED),
        (OpKind.CREATE, "", "FAILED", "", Verdict.REJECTED),
        (OpKind.CREATE, "SELLER_DEACTIVATED", "SELLER_DEACTIVATED", "NONE", Verdict.DONE),
        (OpKind.CONTENT, "ACTIVATE", "ACTIVATE", "AUDITING", Verdict.ACCEPTED),
        (OpKind.CONTENT, "ACTIVATE", "ACTIVATE", "FAILED", Verdict.REJECTED),
        (OpKind.CONTENT, "ACTIVATE", "ACTIVATE", "PRE_APPROVED", Verdict.DONE),
        (OpKind.VISIBILITY, "ACTIVATE", "PLATFORM_DEACTIVATED", "NONE", Verdict.DONE),
        (OpKind.VISIBILITY, "PLATFORM_DEACTIVATED", "PLATFORM_DEACTIVATED", "NONE", Verdict.REJECTED),
    ],
)
def test_an_audit_ends_as_the_storefronts_say(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make, kind: OpKind, status: str, tokopedia: str, audit: str,
    verdict: Verdict,
) -> None:  # fmt: skip
    told = shown(("61", "KSB-250"), status=status, tokopedia=tokopedia, audit={"status": audit})
    wire.answer(SEARCH, {"products": [told]})
    wire.answer(f"{PRODUCTS}/6", told)
    writes = [replace(ONE[0], remote_sku_id="61")]
    op = operation(kind, writes, {**content(), "visible": True}, "6", ticket="0", sent_at=wire.now)
    (outcome,) = shop.poll([op])
    assert (outcome.verdict, outcome.remote_id) == (verdict, "6")
    if verdict is Verdict.ACCEPTED:
        assert (outcome.ticket, outcome.retry_after) == ("1", timedelta(seconds=30))
    if verdict is Verdict.REJECTED:
        assert (outcome.code, bool(outcome.message)) == ("audit", True)
    assert wire.count.writes == 0


def test_reasons_of_an_audit_are_told_by_storefront(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make
) -> None:
    told = shown(("61", "KSB-250"), status="FAILED", tokopedia="FAILED")
    reasons = [
        {"listing_platform": "TOKOPEDIA", "position": "title", "reasons": ["judul salah"], "suggestions": ["perbaiki"]},
        {"listing_platform": "TIKTOK_SHOP", "reasons": ["foto buram"], "suggestions": None},
    ]
    wire.answer(SEARCH, {"products": [told]})
    wire.answer(f"{PRODUCTS}/6", {**told, "audit_failed_reasons": reasons})
    (outcome,) = shop.poll([operation(OpKind.CREATE, [replace(ONE[0], remote_sku_id="61")], content(), "6")])
    assert outcome.message == "TOKOPEDIA: judul salah perbaiki; TIKTOK_SHOP: foto buram"


def test_ten_are_asked_in_one_read_and_many_by_what_changed(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make
) -> None:
    def ops(number: int) -> list[Operation]:
        return [
            operation(
                OpKind.CREATE, [replace(ONE[0], remote_sku_id=f"{n}1")], content(), str(n), operation_id=n,
                sent_at=wire.now + timedelta(seconds=n),
            )
            for n in range(1, number + 1)
        ]  # fmt: skip

    def products(number: int) -> dict[str, Any]:
        return {"products": [{**shown((f"{n}1", "KSB-250")), "id": str(n)} for n in range(1, number + 1)]}

    wire.answer(SEARCH, products(10), products(11))
    assert {out.verdict for out in shop.poll(ops(10))} == {Verdict.DONE}
    assert wire.calls[0].body["sku_ids"] == [f"{n}1" for n in range(1, 11)]
    assert [out.operation_id for out in shop.poll(ops(11))] == list(range(1, 12))
    since = wire.now + timedelta(seconds=1) - timedelta(minutes=5)
    assert wire.calls[1].body == {"status": "ALL", "update_time_ge": int(since.timestamp())}
    assert wire.count.reads == 2


def test_looks_grow_rarer(wire: Any, shop: TokopediaConnector, content: Any, operation: Make) -> None:
    wire.answer(SEARCH, *[{"products": [shown(("61", "KSB-250"), status="PENDING")]}] * 3)
    op = operation(OpKind.CREATE, [replace(ONE[0], remote_sku_id="61")], content(), "6", sent_at=wire.now)
    waits = []
    for _ in range(3):
        (outcome,) = shop.poll([op])
        waits.append(outcome.retry_after)
        op = replace(op, ticket=outcome.ticket)
    assert waits == [timedelta(seconds=30), timedelta(minutes=15), timedelta(minutes=15)]


def test_while_listings_are_made_nothing_is_asked_and_then_one_read_tells_of_all(
    wire: Any, content: Any, operation: Make
) -> None:
    shop = wire.connect(locations="W")
    ops = []
    for n in range(1, 13):
        wire.answer(PRODUCTS, made((f"{n}1", "KSB-250"), product=str(n)))
        op = operation(OpKind.CREATE, ONE, content(), None, operation_id=n, sent_at=wire.now)
        (outcome,) = shop.submit([op])
        ops.append(replace(op, remote_id=str(n), ticket=outcome.ticket))
        wire.now += timedelta(seconds=1)
        if n in (6, 9):  # the first ones fall due while others are made
            (waiting,) = shop.poll([ops[n - 6]])
            assert (waiting.verdict, waiting.retry_after, waiting.ticket) == (
                Verdict.ACCEPTED,
                timedelta(seconds=5),
                "0",
            )
    assert wire.count.reads == 0
    wire.answer(
        SEARCH, {"products": [{**shown((f"{n}1", "KSB-250")), "id": str(n)} for n in range(1, 12)]}
    )  # the last one's is not over
    assert shop.poll([ops[1]])[0].verdict is Verdict.ACCEPTED  # something was written since the last question
    assert shop.poll([ops[1]])[0].verdict is Verdict.DONE
    assert [out.verdict for out in shop.poll(ops[2:11])] == [Verdict.DONE] * 9
    assert wire.count.reads == 1
    wire.answer(SEARCH, {"products": [{**shown(("121", "KSB-250")), "id": "12"}]})
    assert shop.poll([ops[11]])[0].verdict is Verdict.DONE
    assert wire.calls[-1].body == {"status": "ALL", "sku_ids": ["121"]}
    assert wire.count.reads == 2


def test_nobody_waits_for_ever_for_a_look(wire: Any, content: Any, operation: Make) -> None:
    shop = wire.connect(locations="W")
    wire.answer(PRODUCTS, made(("61", "KSB-250")), made(("71", "KSB-250"), product="7"))
    old = operation(OpKind.CREATE, ONE, content(), "6", ticket="0", sent_at=wire.now)
    shop.submit([replace(old, remote_id=None)])
    wire.now += timedelta(minutes=11)
    shop.submit([operation(OpKind.CREATE, ONE, content(), operation_id=8)])
    wire.answer(SEARCH, {"products": [shown(("61", "KSB-250"))]})
    assert shop.poll([old])[0].verdict is Verdict.DONE


def test_an_older_look_says_nothing_of_a_newer_write(wire: Any, content: Any, operation: Make) -> None:
    shop = wire.connect(locations="W")
    writes = [replace(ONE[0], remote_sku_id="61")]
    wire.answer(SEARCH, {"products": [shown(("61", "KSB-250"))]}, {"products": [shown(("61", "KSB-250"))]})
    op = operation(OpKind.CREATE, writes, content(), "6", sent_at=wire.now - timedelta(seconds=9))
    shop.poll([op])
    shop.poll([op])
    assert wire.count.reads == 1
    shop.poll([replace(op, kind=OpKind.CONTENT, sent_at=wire.now + timedelta(seconds=1))])
    assert wire.count.reads == 2


def test_few_without_sku_ids_are_read_one_by_one(
    wire: Any, shop: TokopediaConnector, operation: Make, refusal: Any
) -> None:
    wire.answer(f"{PRODUCTS}/6", shown())
    wire.answer(f"{PRODUCTS}/7", refusal(12052032, "x"))
    ops = [operation(OpKind.VISIBILITY, [], {"visible": True}, name, operation_id=int(name)) for name in ("6", "7")]
    assert [out.verdict for out in shop.poll(ops)] == [Verdict.DONE, Verdict.REJECTED]
    assert wire.paths == [f"{PRODUCTS}/6", f"{PRODUCTS}/7"]


# --- lost answers -----------------------------------------------------------------------------------------------------


def test_a_lost_create_is_found_by_its_seller_sku(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make
) -> None:
    wire.answer(SEARCH, {"products": [shown(("61", "T-Asin"), ("62", "T-Manis"))]})
    (outcome,) = shop.look_up([operation(OpKind.CREATE, TWO, varied(content))])
    assert (outcome.verdict, outcome.remote_id, ids(outcome)) == (Verdict.DONE, "6", {1: "61", 2: "62"})
    assert wire.calls[0].body == {"status": "ALL", "seller_skus": ["T-Asin"]}
    assert wire.count.writes == 0


@pytest.mark.parametrize(
    "found",
    [[], [shown(("61", "KSB-2500"))], [shown(("61", "KSB-250"), status="DELETED", tokopedia="DELETED")]],
)
def test_an_absent_create_is_sent_again(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make, found: Any
) -> None:
    wire.answer(SEARCH, {"products": found})
    (outcome,) = shop.look_up([operation(OpKind.CREATE, ONE, content())])
    assert (outcome.verdict, outcome.retry_after) == (Verdict.RETRY, timedelta(seconds=5))


def test_two_listings_with_one_code_are_for_a_person(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make
) -> None:
    wire.answer(SEARCH, {"products": [shown(("61", "KSB-250")), {**shown(("71", "KSB-250")), "id": "7"}]})
    (outcome,) = shop.look_up([operation(OpKind.CREATE, ONE, content())])
    assert (outcome.verdict, outcome.code) == (Verdict.UNKNOWN, "duplicate")
    assert "6, 7" in outcome.message


def test_a_lost_create_that_is_still_audited_is_accepted(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make
) -> None:
    wire.answer(SEARCH, {"products": [shown(("61", "KSB-250"), status="PENDING", tokopedia="PENDING")]})
    (outcome,) = shop.look_up([operation(OpKind.CREATE, ONE, content())])
    assert (outcome.verdict, outcome.remote_id, ids(outcome)) == (Verdict.ACCEPTED, "6", {1: "61"})


def test_edits_and_values_are_sent_again_without_a_look(
    wire: Any, shop: TokopediaConnector, content: Any, operation: Make
) -> None:
    ops = [
        operation(kind, HELD, content(), "6", operation_id=n) for n, kind in enumerate((OpKind.CONTENT, OpKind.STOCK))
    ]
    assert [(out.verdict, out.retry_after) for out in shop.look_up(ops)] == [(Verdict.RETRY, timedelta(0))] * 2
    assert wire.calls == []


# --- small forms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("Satu", "<p>Satu</p>"),
        ("a\r\nb\n\n\n c ", "<p>a<br>b</p><p>c</p>"),
        ("R&D dan H&M", "<p>R&D dan H&M</p>"),
        ("&lt;b&gt; &amp;nbsp; &copy", "<p>‹b› & nbsp; ©</p>"),
        ("<script>", "<p>‹script›</p>"),
        ("", ""),
    ],
)
def test_descriptions_become_paragraphs_without_escapes(text: str, markup: str) -> None:
    assert description_html(text) == markup


@pytest.mark.parametrize(("grams", "text"), [(300, "0.3"), (1250, "1.25"), (1, "0.001"), (2000, "2"), (10000, "10")])
def test_weights_are_kilograms_as_text(grams: int, text: str) -> None:
    assert weight_body(grams) == {"value": text, "unit": "KILOGRAM"}
