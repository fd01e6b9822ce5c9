"""Reading products in two passes, and the wire form of price, stock, visibility, create, content and pictures."""

import json
from typing import Any

import pytest

from bridge.connectors.base import Find, SkuWrite, Verdict
from bridge.connectors.bukalapak import BukalapakConnector
from bridge.connectors.bukalapak.listings import listing
from bridge.connectors.bukalapak.types import Product, base36
from bridge.errors import OutcomeUnknown, Rejected
from bridge.model import OpKind, Problem

MYLAPAK = "GET /products/mylapak"


def row(product_id: str = "kxvi", **fields: Any) -> dict[str, Any]:
    return {
        "id": product_id,
        "name": "Keripik",
        "price": 15000,
        "stock": 20,
        "weight": "150",
        "image_ids": [1],
        **fields,
    }


def page(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"products": list(rows)}


# --- reads ------------------------------------------------------------------------------------------------------------


def test_the_whole_shop_is_two_passes_to_an_empty_page(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer(MYLAPAK, page(row("a"), row("b")), page(row("c")), page(), page(row("d", stock=0)), page())
    assert [found.remote_id for found in shop.listings(Find.ALL, (), None)] == ["a", "b", "c", "d"]
    assert [call.params for call in wire.calls] == [
        {"page": "1", "per_page": "50"},
        {"page": "2", "per_page": "50"},
        {"page": "3", "per_page": "50"},
        {"page": "1", "per_page": "50", "not_for_sale_only": "1"},
        {"page": "2", "per_page": "50", "not_for_sale_only": "1"},
    ]
    assert wire.count.reads == 5


def test_a_repeated_page_ends_the_list_too(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer(MYLAPAK, page(row("a")), page(row("a")), page())
    assert [found.remote_id for found in shop.listings(Find.ALL, (), None)] == ["a"]


def test_a_product_that_sold_out_between_the_passes_comes_as_it_is_last(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer(MYLAPAK, page(row("a", stock=1)), page(), page(row("a", stock=0)), page())
    stocks = [found.skus[0].stock for found in shop.listings(Find.ALL, (), None)]
    assert stocks == [{"": 1}, {"": 0}]


def test_a_list_that_holds_everything_gives_each_product_once(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer(MYLAPAK, page(row("a"), row("b")), page(), page(row("b")), page())
    assert [found.remote_id for found in shop.listings(Find.ALL, (), None)] == ["a", "b"]


def test_products_are_read_by_id_and_what_is_gone_is_left_out(wire: Any, shop: BukalapakConnector, failed: Any) -> None:
    wire.answer("GET /products/a", {"product": row("a")})
    wire.answer("GET /products/x", failed("Produk tidak ditemukan", product=None))
    ids = ["x", "a", "../users/info", "", "a?b"]
    assert [found.remote_id for found in shop.listings(Find.ID, ids, None)] == ["a"]
    assert len(wire.calls) == 2


def test_a_product_is_its_own_sku() -> None:
    found = listing(Product.model_validate(row(desc="Renyah<br/>asli", category_id=242, specs={"brand": "Lokal"})))
    (sku,) = found.skus
    assert (found.remote_id, sku.remote_sku_id, sku.seller_sku) == ("kxvi", "kxvi", None)
    assert (sku.price_idr, sku.stock) == (15000, {"": 20})
    assert found.content == {
        "title": "Keripik",
        "description": "Renyah<br/>asli",
        "category_id": "242",
        "weight_g": "150",
        "pictures": "1",
        "attributes": '{"brand": "Lokal"}',
    }


def test_what_an_answer_leaves_out_was_not_read() -> None:
    found = listing(Product.model_validate({"id": "a", "name": "x"}))
    assert (found.visible, found.skus[0].price_idr, found.skus[0].stock) == (None, None, None)
    assert found.content == {"title": "x"}


@pytest.mark.parametrize(
    ("fields", "visible", "status"),
    [
        ({"active": True, "for_sale": True}, True, "for sale"),
        ({"for_sale": True}, True, "for sale"),
        ({"active": False, "for_sale": False}, False, "not for sale"),
        ({"for_sale": False}, False, "not for sale"),
        ({"active": True, "for_sale": False, "stock": 0, "state_description": ["Stok Habis"]}, True, "Stok Habis"),
        ({"for_sale": False, "stock": 0, "state_description": ["Stok Habis"]}, None, "Stok Habis"),
        ({"active": "false", "stock": 0, "state_description": ["Stok Habis"]}, False, "Stok Habis"),
        ({"active": True, "state_description": ["Stok Habis", "Melanggar"]}, False, "Stok Habis, Melanggar"),
        ({"active": True, "state_description": ["Lapak Tutup"]}, False, "Lapak Tutup"),
        ({"state_description": None}, None, None),
    ],
)
def test_selling_out_is_not_hiding(fields: dict[str, Any], visible: bool | None, status: str | None) -> None:
    found = listing(Product.model_validate(row(**fields)))
    assert (found.visible, found.status) == (visible, status)


@pytest.mark.parametrize(("number", "text"), [(197, "5h"), (1069174, "mwza"), (0, "0"), (35, "z"), (36, "10")])
def test_decimal_ids_are_the_short_text(number: int, text: str) -> None:
    assert base36(number) == text
    assert Product.model_validate({"id": number}).id == text
    assert Product.model_validate({"id": text}).id == text
    assert Product.model_validate({"id": "197"}).id == "197"


# --- writes that are harmless to repeat -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "values", "sent"),
    [
        (OpKind.PRICE, {"price_idr": 15000}, {"product": {"price": "15000"}}),
        (OpKind.STOCK, {"stock": {"": 20}}, {"product": {"stock": "20"}}),
        (OpKind.STOCK, {"stock": {"": 0}}, {"product": {"stock": "0"}}),
    ],
)
def test_price_and_stock_send_only_themselves_as_text(
    wire: Any, shop: BukalapakConnector, operation: Any, kind: OpKind, values: Any, sent: Any
) -> None:
    wire.answer("PATCH /products/kxvi", {"product": row()})
    (outcome,) = shop.submit([operation(kind, remote_id="kxvi", **values)])
    assert outcome.verdict is Verdict.DONE
    assert wire.calls[0].body == sent
    assert wire.count.writes == 1


def test_a_write_with_no_value_or_two_is_refused_unsent(wire: Any, shop: BukalapakConnector, operation: Any) -> None:
    two = (SkuWrite(1, "A", "a", 100), SkuWrite(2, "B", "b", 200))
    for op in (operation(OpKind.PRICE, remote_id="kxvi"), operation(OpKind.PRICE, remote_id="kxvi", skus=two)):
        (outcome,) = shop.submit([op])
        assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "variants_too_many")
    assert wire.calls == []


@pytest.mark.parametrize("remote_id", [None, "", "../users/info", "a/b", "a?x=1"])
def test_an_id_that_cannot_be_one_is_refused_unsent(
    wire: Any, shop: BukalapakConnector, operation: Any, remote_id: str | None
) -> None:
    (outcome,) = shop.submit([operation(OpKind.PRICE, remote_id=remote_id, price_idr=100)])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "not_found")
    assert wire.calls == []


@pytest.mark.parametrize(("visible", "word"), [(False, "sold"), (True, "relist")])
def test_hiding_and_showing_have_no_body(
    wire: Any, shop: BukalapakConnector, operation: Any, visible: bool, word: str
) -> None:
    wire.answer(f"PATCH /products/kxvi/{word}", {"id": "kxvi", "message": "Product has been set"})
    (outcome,) = shop.submit([operation(OpKind.VISIBILITY, {"visible": visible}, "kxvi")])
    assert outcome.verdict is Verdict.DONE
    assert wire.calls[0].raw == b""


# --- create -----------------------------------------------------------------------------------------------------------


def test_a_create_is_one_call_in_the_form_of_2017(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any
) -> None:
    wire.answer("POST /products", {"id": "kxvi", "product_detail": row(), "message": "Product Created"})
    (outcome,) = shop.submit([operation(OpKind.CREATE, content(), price_idr=15000, stock={"": 20})])
    assert (outcome.verdict, outcome.remote_id, outcome.ticket) == (Verdict.DONE, "kxvi", "")
    assert [sku.remote_sku_id for sku in outcome.skus] == ["kxvi"]
    assert wire.calls[0].body == {
        "product": {
            "category_id": "242",
            "name": "Keripik Tempe 100 g",
            "new": "true",
            "price": "15000",
            "negotiable": "false",
            "weight": "150",
            "stock": "20",
            "description_bb": "Renyah (asli)\nTanpa pengawet",
            "product_detail_attributes": {"brand": "Lokal"},
        },
        "images": "10820,10822",
    }


@pytest.mark.parametrize("answer", [{"id": 1069174}, {"id": None, "product_detail": row("mwza")}])
def test_the_new_id_is_taken_where_it_stands(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any, answer: dict[str, Any]
) -> None:
    wire.answer("POST /products", answer)
    (outcome,) = shop.submit([operation(OpKind.CREATE, content(), price_idr=1)])
    assert outcome.remote_id == "mwza"


def test_a_success_without_an_id_is_unknown(wire: Any, shop: BukalapakConnector, operation: Any, content: Any) -> None:
    wire.answer("POST /products", {"id": "null"})
    with pytest.raises(OutcomeUnknown):
        shop.submit([operation(OpKind.CREATE, content(), price_idr=1)])


def test_a_refused_create_says_why(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any, failed: Any
) -> None:
    wire.answer("POST /products", failed("Image tidak boleh kosong", id=None))
    (outcome,) = shop.submit([operation(OpKind.CREATE, content(pictures=[]), price_idr=1)])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "picture_count")
    assert outcome.message == "Image tidak boleh kosong"


@pytest.mark.parametrize(
    ("skus", "code"),
    [
        ((SkuWrite(1, "A", None, 1), SkuWrite(2, "B", None, 1)), "variants_too_many"),
        ((), "variants_too_many"),
        ((SkuWrite(1, "A"),), "price_missing"),
    ],
)
def test_what_cannot_be_one_listing_is_refused_unsent(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any, skus: Any, code: str
) -> None:
    (outcome,) = shop.submit([operation(OpKind.CREATE, content(), skus=skus)])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, code)
    assert wire.calls == []


def test_one_submit_sends_one_create(wire: Any, shop: BukalapakConnector, operation: Any, content: Any) -> None:
    wire.answer("POST /products", {"id": "a"})
    ops = [operation(OpKind.CREATE, content(), price_idr=1, operation_id=n) for n in (1, 2)]
    assert [out.verdict for out in shop.submit(ops)] == [Verdict.DONE, Verdict.RETRY]


# --- content and pictures ---------------------------------------------------------------------------------------------


def test_only_what_changed_is_sent(wire: Any, shop: BukalapakConnector, operation: Any, content: Any) -> None:
    wire.answer("PATCH /products/kxvi", {"product": row()})
    payload = {**content(), "changed": ["title", "item_sku"]}
    (outcome,) = shop.submit([operation(OpKind.CONTENT, payload, "kxvi")])
    assert outcome.verdict is Verdict.DONE
    assert wire.calls[0].body == {"product": {"name": "Keripik Tempe 100 g"}}


def test_a_change_that_the_channel_cannot_show_costs_no_call(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any
) -> None:
    payload = {**content(), "changed": ["couriers", "brand", "item_sku"]}
    (outcome,) = shop.submit([operation(OpKind.CONTENT, payload, "kxvi")])
    assert outcome.verdict is Verdict.DONE
    assert wire.calls == []


@pytest.mark.parametrize(
    ("attribute_id", "values", "sent"),
    [
        ("fitur[]", ["Wifi", "GPS"], {"fitur": ["Wifi", "GPS"]}),
        ("ukuran[]", ["M"], {"ukuran": ["M"]}),
        ("brand", ["Lokal"], {"brand": "Lokal"}),
        ("brand", ["Lokal", "Lain"], {"brand": "Lokal, Lain"}),
    ],
)
def test_some_questions_want_a_list(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any, attribute_id: str, values: Any, sent: Any
) -> None:
    wire.answer("PATCH /products/kxvi", {"product": row()})
    rows = [{"value_id": value, "text": value, "unit": ""} for value in values]
    payload = {**content(attributes=[{"attribute_id": attribute_id, "values": rows}]), "changed": ["attributes"]}
    shop.submit([operation(OpKind.CONTENT, payload, "kxvi")])
    assert wire.calls[0].body["product"] == {"product_detail_attributes": sent}


def walk(wire: Any, shop: BukalapakConnector, op: Any, have: list[str]) -> list[str]:
    """Follows a change of pictures to its end, playing the product; gives what was sent."""
    from dataclasses import replace

    sent = []
    for _ in range(20):
        wire.answer("GET /products/kxvi", {"product": row(image_ids=[int(one) for one in have])})
        before = len(wire.calls)
        for call in (
            "PATCH /products/kxvi",
            *(f"DELETE /images/{one}" for one in have),
            f"PATCH /images/{op.payload['pictures'][0]}/primary",
        ):
            wire.answer(call, {})
        (outcome,) = shop.submit([op])
        writes = [call for call in wire.calls[before:] if call.method != "GET"]
        assert len(writes) <= 1, "one submit, one write"
        for call in writes:
            sent.append(f"{call.method} {call.path} {(call.body or {}).get('images', '')}".strip())
            if call.method == "DELETE":
                have.remove(call.path.rsplit("/", 1)[-1])
                assert have, "the last picture was taken away"
            elif call.path.endswith("primary"):
                have.insert(0, have.pop(have.index(op.payload["pictures"][0])))
            elif call.body and call.body.get("images"):
                have += call.body["images"].split(",")
                assert len(have) <= 5, "more pictures than the channel takes"
        wire._answers.clear()
        if outcome.verdict is not Verdict.NEXT:
            assert outcome.verdict is Verdict.DONE
            return sent
        op = replace(op, ticket=outcome.ticket)
    raise AssertionError("it does not end")


@pytest.mark.parametrize(
    ("have", "wanted"),
    [
        (["1"], ["1"]),
        (["1"], ["2"]),
        (["1", "2"], ["2", "1"]),
        (["1", "2", "3"], ["3"]),
        (["1"], ["1", "2", "3", "4", "5"]),
        (["1", "2", "3", "4", "5"], ["6", "7", "8", "9", "10"]),
    ],
)
def test_pictures_end_as_they_should_with_one_write_a_step(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any, have: list[str], wanted: list[str]
) -> None:
    payload = {**content(pictures=wanted), "changed": ["pictures"]}
    walk(wire, shop, operation(OpKind.CONTENT, payload, "kxvi"), have)
    assert sorted(have) == sorted(wanted)
    assert have[0] == wanted[0]


def test_pictures_that_are_right_cost_one_read(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any
) -> None:
    payload = {**content(pictures=["1", "2"]), "changed": ["pictures"]}
    assert walk(wire, shop, operation(OpKind.CONTENT, payload, "kxvi"), ["1", "2"]) == []


def test_pictures_of_a_product_that_is_gone_are_refused(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any, failed: Any
) -> None:
    wire.answer("GET /products/kxvi", failed("Produk tidak ditemukan", product=None))
    (outcome,) = shop.submit([operation(OpKind.CONTENT, content(), "kxvi", ticket="pictures")])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "not_found")


def test_a_picture_goes_up_as_a_file(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer("POST /images", {"id": "10820"}, {"id": 10821})
    assert shop.upload([b"\x89PNG...", b"\xff\xd8..."]) == ["10820", "10821"]
    assert b'name="file"; filename="picture.png"' in wire.calls[0].raw
    assert b"image/jpeg" in wire.calls[1].raw
    assert wire.count.writes == 2


def test_a_refused_picture_fails_alone(wire: Any, shop: BukalapakConnector, failed: Any) -> None:
    wire.answer("POST /images", failed("Ukuran gambar minimal 300x300", id=None), {"id": "5"})
    bad, good = shop.upload([b"x", b"y"])
    assert isinstance(bad, Problem)
    assert "300x300" in bad.text()
    assert good == "5"


# --- lost answers -----------------------------------------------------------------------------------------------------

STATUS = "GET /images/status/10820"


@pytest.mark.parametrize("message", ["Orphaned", None])
def test_a_free_picture_means_that_nothing_was_made(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any, message: str | None
) -> None:
    wire.answer(STATUS, {"id": 10820, "message": message})
    (outcome,) = shop.look_up([operation(OpKind.CREATE, content())])
    assert outcome.verdict is Verdict.RETRY
    assert outcome.retry_after is not None
    assert outcome.retry_after.total_seconds() == 30


def test_a_picture_that_is_unknown_means_that_nothing_was_made(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any, failed: Any
) -> None:
    wire.answer(STATUS, failed("Image not found", user_id=10820))
    (outcome,) = shop.look_up([operation(OpKind.CREATE, content())])
    assert outcome.verdict is Verdict.RETRY


def test_a_picture_in_use_leads_to_the_listing_that_shows_it(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any, failed: Any
) -> None:
    wire.answer(STATUS, failed("Assigned", id=10820))
    wire.answer(MYLAPAK, page(row("a", image_ids=[7])), page(), page(row("b", image_ids=["9", 10820])))
    (outcome,) = shop.poll([operation(OpKind.CREATE, content())])
    assert (outcome.verdict, outcome.remote_id) == (Verdict.DONE, "b")
    assert [sku.remote_sku_id for sku in outcome.skus] == ["b"]
    assert wire.count.writes == 0


def test_a_picture_in_use_that_no_listing_shows_is_for_a_person(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any, failed: Any
) -> None:
    wire.answer(STATUS, failed("Assigned"))
    wire.answer(MYLAPAK, page(), page())
    (outcome,) = shop.look_up([operation(OpKind.CREATE, content())])
    assert outcome.verdict is Verdict.UNKNOWN
    assert "10820" in outcome.message


def test_content_and_creates_without_pictures_need_no_look(
    wire: Any, shop: BukalapakConnector, operation: Any, content: Any
) -> None:
    ops = [operation(OpKind.CONTENT, content(), "kxvi"), operation(OpKind.CREATE, content(pictures=[]))]
    assert [out.verdict for out in shop.look_up(ops)] == [Verdict.RETRY, Verdict.RETRY]
    assert wire.calls == []


# --- what a category asks for -----------------------------------------------------------------------------------------

TREE = {
    "categories": [
        {
            "id": 64,
            "name": "Sepeda",
            "url": "x",
            "children": [{"id": 242, "name": "Fullbike", "children": [{"id": 370, "name": "MTB"}]}],
        },
        {"id": 10, "name": "Kamera", "children": []},
    ]
}
ROWS = [
    {"fieldName": "brand", "displayName": "Merek", "inputType": "string", "options": [], "required": True},
    {"fieldName": "type", "displayName": "Tipe", "inputType": "select", "options": ["XC", "DH"], "required": "true"},
    {
        "fieldName": "bahan",
        "displayName": "Bahan",
        "inputType": "combo_select",
        "options": ["Alloy"],
        "required": False,
    },
    {"fieldName": "fitur", "displayName": "", "inputType": "check_boxes", "options": ["Wifi", None], "required": None},
    {"fieldName": "garansi", "displayName": "Garansi", "inputType": "boolean", "options": None},
    {"fieldName": "kosong", "displayName": "Kosong", "inputType": "radio_buttons", "options": []},
    {"fieldName": "apa", "displayName": "Apa", "inputType": "never seen", "options": ["x"]},
]


def test_the_tree_comes_parents_first(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer("GET /categories", TREE)
    tree = [(c.category_id, c.parent_id, c.leaf) for c in shop.categories()]
    assert tree == [("64", None, False), ("10", None, True), ("242", "64", False), ("370", "242", True)]
    assert (wire.count.schema, wire.count.reads) == (1, 0)


def test_a_schema_holds_questions_and_the_documented_limits(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer("GET /categories", TREE)
    wire.answer("GET /categories/370/attributes", {"attributes": ROWS}, {"attributes": ROWS})
    schema = shop.schema("370")
    assert [(a.attribute_id, a.name, a.mandatory, a.kind, len(a.options)) for a in schema.attributes] == [
        ("brand", "Merek", True, "text", 0),
        ("type", "Tipe", True, "choice", 2),
        ("bahan", "Bahan", False, "choice_text", 1),
        ("fitur[]", "fitur", False, "choices", 1),
        ("garansi", "Garansi", False, "choice", 2),
        ("kosong", "Kosong", False, "text", 0),
        ("apa", "Apa", False, "text", 1),
    ]
    assert (schema.limits["images_min"], schema.limits["images_max"]) == (1, 5)
    assert shop.choices("370", "type", "x") == [("XC", "XC")]
    assert json.dumps(dict(schema.limits))
    assert wire.count.schema == 3


@pytest.mark.parametrize("category_id", ["64", "999999999", "../users"])
def test_what_is_no_leaf_has_no_schema(wire: Any, shop: BukalapakConnector, category_id: str) -> None:
    wire.answer("GET /categories", TREE)
    with pytest.raises(Rejected):
        shop.schema(category_id)
    assert len(wire.calls) == 1
