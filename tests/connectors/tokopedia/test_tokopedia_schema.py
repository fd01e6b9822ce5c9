"""The tree that the storefronts share, attributes, rules, brands."""

from typing import Any

import pytest

from bridge.connectors.base import SchemaSource
from bridge.connectors.tokopedia import TokopediaConnector
from bridge.errors import Rejected
from bridge.model import Attribute, certificate_key

CATEGORIES = "/product/202309/categories"
ATTRIBUTES, RULES, BRANDS = f"{CATEGORIES}/5/attributes", f"{CATEGORIES}/5/rules", "/product/202309/brands"


def node(name: str, parent: str, leaf: bool = True) -> dict[str, Any]:
    return {"id": name, "parent_id": parent, "local_name": f"K{name}", "is_leaf": leaf, "permission_statuses": None}


TREE = [
    node("5", "2"),
    node("1", "0", False),
    node("2", "1", False),
    node("6", "1"),
    node("3", "0", False),
    node("7", "3"),
]


def test_a_leaf_must_be_on_every_storefront(wire: Any, shop: TokopediaConnector) -> None:
    assert isinstance(shop, SchemaSource)
    wire.answer(CATEGORIES, {"categories": TREE}, {"categories": [node("5", "2"), node("6", "1"), node("9", "0")]})
    told = list(shop.categories())
    assert [(row.category_id, row.parent_id, row.leaf) for row in told] == [
        ("1", None, False),
        ("2", "1", False),
        ("5", "2", True),
        ("6", "1", True),
    ]
    assert told[0].name == "K1"
    common = {"category_version": "v2", "locale": "id-ID"}
    assert [call.params for call in wire.calls] == [
        {"listing_platform": "TOKOPEDIA", **common},
        {"listing_platform": "TIKTOK_SHOP", **common},
    ]
    assert (wire.count.schema, wire.count.reads) == (2, 0)


def test_one_storefront_needs_one_read_and_a_ring_of_parents_ends(wire: Any) -> None:
    shop = wire.connect(storefronts="TIKTOK_SHOP")
    wire.answer(CATEGORIES, {"categories": [node("1", "2", False), node("2", "1", False), node("3", "2")]})
    assert [row.category_id for row in shop.categories()][-1] == "3"
    assert wire.count.schema == 1


def asked(**more: Any) -> dict[str, Any]:
    return {"id": "9", "name": "Bahan", "type": "PRODUCT_PROPERTY", **more}


VALUES = [{"id": "1", "name": "Katun"}, {"id": "2", "name": "Sutra"}]


@pytest.mark.parametrize(
    ("row", "kind", "mandatory"),
    [
        (asked(values=VALUES), "choice", False),
        (asked(values=VALUES, is_customizable=True, is_requried=True), "choice_text", True),
        (asked(values=VALUES, is_multiple_selection=True, is_required=True), "choices", True),
        (asked(values=VALUES, is_multiple_selection=True, is_customizable=True), "choices_text", False),
        (asked(values=None, value_data_format="POSITIVE_INT_OR_DECIMAL"), "number", False),
        (asked(is_required=None), "text", False),
    ],
)
def test_an_attribute_is_asked_in_our_kinds(
    wire: Any, shop: TokopediaConnector, row: dict[str, Any], kind: str, mandatory: bool
) -> None:
    wire.answer(ATTRIBUTES, {"attributes": [row, asked(type="SALES_PROPERTY")]})
    wire.answer(RULES, {})
    (told,) = shop.schema("5").attributes
    assert (told.kind, told.mandatory, told.name) == (kind, mandatory, "Bahan")
    assert told.options == ((("1", "Katun"), ("2", "Sutra")) if row.get("values") else ())


def test_a_conditional_question_hangs_on_its_answer(wire: Any, shop: TokopediaConnector) -> None:
    condition = {"condition_type": "VALUE_ID_MATCH", "attribute_id": "8", "attribute_value_id": "80"}
    wire.answer(ATTRIBUTES, {"attributes": [asked(requirement_conditions=[condition])]})
    wire.answer(RULES, {})
    assert shop.schema("5").attributes == (Attribute("9", "Bahan", True, "text", parent=("8", "80")),)


def test_rules_become_limits(wire: Any, shop: TokopediaConnector) -> None:
    always = {"id": "1", "is_required": True}
    sometimes = {**always, "requirement_conditions": [{"attribute_id": "8", "attribute_value_id": "80"}]}
    wire.answer(ATTRIBUTES, {"attributes": []}, {"attributes": []})
    wire.answer(
        RULES,
        {
            "product_certifications": [sometimes, always],
            "size_chart": {"is_supported": True, "is_required": True},
            "package_dimension": {"is_required": True},
            "seller_sku": {"is_required": True},
            "allowed_special_product_types": '"PRE_ORDER"',
        },
        {"product_certifications": [sometimes], "size_chart": None, "allowed_special_product_types": []},
    )
    strict, plain = shop.schema("5").limits, shop.schema("5").limits
    names = ("size_chart_mandatory", "dimension_mandatory", "certificate_mandatory", "preorder_min", "preorder_max")
    assert [strict[name] for name in names] == [1, 1, 1, 3, 30]
    assert [plain[name] for name in names] == [0, 0, 0, 0, 0]
    assert [(limits.get("sku_min"), limits.get("sku_signs")) for limits in (strict, plain)] == [(6, 0), (None, None)]
    assert [limits[certificate_key("8", "80")] for limits in (strict, plain)] == [1, 1]
    assert (plain["title_min"], plain["title_max"], plain["price_min"], plain["price_max"]) == (
        25,
        255,
        100,
        100_000_000,
    )
    assert (plain["skus_max"], plain["axes_max"], plain["images_max"]) == (100, 3, 9)
    assert all(type(number) is int for number in plain.values())
    assert wire.count.schema == 4
    assert wire.calls[0].params == {"category_version": "v2", "locale": "id-ID"}


def test_the_version_follows_the_content(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(ATTRIBUTES, *[{"attributes": [asked()]}] * 2, {"attributes": []})
    wire.answer(RULES, *[{}] * 3)
    first, second, third = (shop.schema("5").version for _ in range(3))
    assert first == second != third


def test_an_inner_category_has_no_schema(wire: Any, shop: TokopediaConnector, refusal: Any) -> None:
    wire.answer(ATTRIBUTES, refusal(12052024, "not a leaf"))
    with pytest.raises(Rejected):
        shop.schema("5")


def test_choices_are_found_in_what_was_read(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(ATTRIBUTES, {"attributes": [asked(values=VALUES)]})
    assert shop.choices("5", "9", "sut") == [("2", "Sutra")]
    assert shop.choices("5", "9", "") == [("1", "Katun"), ("2", "Sutra")]
    assert shop.choices("5", "404", "x") == []
    assert wire.count.schema == 1


def test_brands_are_searched_by_their_beginning(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(
        BRANDS,
        {"brands": [{"id": "1", "name": "Kopi A"}], "next_page_token": "t"},
        {"brands": [{"id": "2", "name": "Kopi B"}], "next_page_token": ""},
    )
    assert shop.choices("5", "brand", "Kopi & Co") == [("1", "Kopi A"), ("2", "Kopi B")]
    assert wire.calls[0].params == {"category_id": "5", "brand_name": "Kopi & Co", "page_size": "100"}
    assert wire.calls[1].params["page_token"] == "t"
