"""What a category asks for: the tree, attributes with their children, limits, brands and couriers."""

from typing import Any

import pytest

from bridge.connectors.shopee import ShopeeConnector
from bridge.connectors.shopee.schema import read_limits
from bridge.errors import Rejected
from bridge.model import Attribute, Category, Courier


def node(attribute_id: int, name: str, kind: int, **more: Any) -> dict[str, Any]:
    info = {"input_type": kind, **more.pop("info", {})}
    return {"attribute_id": attribute_id, "name": name, "mandatory": False, "attribute_info": info, **more}


CHILD = node(2, "Rincian", 3, mandatory=True)
TREE = {
    "list": [
        {
            "category_id": 100,
            "attribute_tree": [
                node(
                    1,
                    "Jenis",
                    1,
                    attribute_value_list=[
                        {"value_id": 11, "name": "Kering", "child_attribute_list": [CHILD]},
                        {"value_id": 12, "name": "Basah", "child_attribute_list": None},
                    ],
                ),
                node(3, "Merek dagang", 2, attribute_value_list=[{"value_id": 31, "name": "Satu"}]),
                node(4, "Bahan", 4, info={"support_search_value": True}),
                node(5, "Lainnya", 5),
                node(6, "Isi", 3, info={"input_validation_type": 1}),
                node(7, "Berat", 3, info={"input_validation_type": 3, "format_type": 2, "attribute_unit_list": ["g"]}),
                node(8, "Kedaluwarsa", 3, info={"input_validation_type": 4}),
            ],
        }
    ]
}
LIMITS = {
    "price_limit": {"min_limit": 99.5, "max_limit": 1000000.9},
    "item_name_length_limit": {"min_limit": 20, "max_limit": 255},
    "stock_limit": {"min_limit": 0, "max_limit": 0},
    "dts_limit": {"days_to_ship_limit": {"min_limit": 7, "max_limit": 30}, "non_pre_order_days_to_ship": 2},
    "weight_limit": {"weight_mandatory": True},
    "dimension_limit": {"dimension_mandatory": False},
    "size_chart_limit": {"size_chart_mandatory": True},
    "gtin_limit": {"gtin_validation_rule": "Mandatory"},
}
BRANDS = {"brand_list": [], "has_next_page": False, "next_offset": 0, "is_mandatory": True, "input_type": "DROP_DOWN"}


def channel(channel_id: int, **more: Any) -> dict[str, Any]:
    return {
        "logistics_channel_id": channel_id,
        "logistics_channel_name": f"Kurir {channel_id}",
        "enabled": True,
        "mask_channel_id": 0,
        "fee_type": "SIZE_INPUT",
        **more,
    }


CHANNELS = {
    "logistics_channel_list": [
        channel(8003, weight_limit={"item_max_weight": 50, "item_min_weight": 0}),
        channel(8006, fee_type="FIXED_DEFAULT_PRICE", weight_limit={"item_max_weight": None, "item_min_weight": 5}),
        channel(8007, weight_limit=None),
        channel(1, enabled=False),
        channel(2, mask_channel_id=8003),
        channel(3, fee_type="SIZE_SELECTION"),
        channel(4, fee_type="CUSTOM_PRICE"),
    ]
}


def lay(wire: Any, times: int = 1, **limits: Any) -> None:
    wire.answer("/product/get_attribute_tree", *[TREE] * times)
    wire.answer("/product/get_item_limit", *[{**LIMITS, **limits}] * times)
    wire.answer("/product/get_brand_list", *[BRANDS] * times)
    wire.answer("/logistics/get_channel_list", CHANNELS)


def test_the_tree_comes_in_one_read_parents_first(wire: Any, shop: ShopeeConnector) -> None:
    rows = [
        {"category_id": 3, "parent_category_id": 2, "display_category_name": "Kopi", "has_children": False},
        {"category_id": 2, "parent_category_id": 0, "original_category_name": "Minuman", "has_children": True},
    ]
    wire.answer("/product/get_category", {"category_list": rows})
    assert list(shop.categories()) == [
        Category("2", "Minuman", None, leaf=False),
        Category("3", "Kopi", "2", leaf=True),
    ]
    assert wire.calls[0].params == {"language": "id"}
    assert (wire.count.schema, wire.count.reads) == (1, 0)


def test_a_schema_costs_four_reads_and_three_for_each_other_category(wire: Any, shop: ShopeeConnector) -> None:
    lay(wire, times=2)
    first, second = shop.schema("100"), shop.schema("100")
    assert first == second
    assert wire.paths == [
        "/product/get_attribute_tree",
        "/product/get_item_limit",
        "/product/get_brand_list",
        "/logistics/get_channel_list",
        "/product/get_attribute_tree",
        "/product/get_item_limit",
        "/product/get_brand_list",
    ]
    assert wire.calls[0].params == {"category_id_list": "100", "language": "id"}
    assert wire.calls[2].params == {"offset": "0", "page_size": "100", "category_id": "100", "status": "1"}
    assert (wire.count.schema, wire.count.reads) == (7, 0)


def test_attributes_have_kinds_units_and_parents(wire: Any, shop: ShopeeConnector) -> None:
    lay(wire)
    attributes = shop.schema("100").attributes
    assert attributes[0] == Attribute("1", "Jenis", False, "choice", (("11", "Kering"), ("12", "Basah")))
    assert attributes[1] == Attribute("2", "Rincian", True, "text", parent=("1", "11"))
    kinds = {attribute.attribute_id: attribute.kind for attribute in attributes[2:]}
    assert kinds == {
        "3": "choice_text",
        "4": "choices",
        "5": "choices_text",
        "6": "number",
        "7": "number",
        "8": "date",
    }
    assert {a.attribute_id: a.unit_options for a in attributes if a.unit_options} == {"7": ("g",)}


def test_limits_are_whole_numbers_told_or_hard_or_unverified(wire: Any, shop: ShopeeConnector) -> None:
    lay(wire)
    limits = shop.schema("100").limits
    assert limits["price_min"] == 100
    assert limits["price_max"] == 1000000
    assert (limits["title_min"], limits["title_max"]) == (20, 255)
    assert limits["stock_min"] == 0
    assert "stock_max" not in limits
    assert (limits["preorder_min"], limits["preorder_max"]) == (7, 30)
    assert (limits["axes_max"], limits["options_max"], limits["skus_max"], limits["price_ratio_max"]) == (2, 50, 50, 7)
    assert limits["description_max"] == 2000  # the sample, as Shopee did not say
    flags = ("weight", "dimension", "size_chart", "gtin", "brand")
    assert [limits[f"{flag}_mandatory"] for flag in flags] == [1, 0, 1, 1, 1]


def test_a_category_without_preorder_says_so() -> None:
    none = {"dts_limit": {"days_to_ship_limit": {"min_limit": -1, "max_limit": -1}}}
    assert read_limits(none) == {"preorder_min": 0, "preorder_max": 0, "gtin_mandatory": 0}
    assert read_limits({}) == {"gtin_mandatory": 0}


def test_the_gtin_rule_is_read_where_the_reference_draws_it(wire: Any, shop: ShopeeConnector) -> None:
    assert read_limits({"gtin_limit": {"gtin_validation_rule": "Flexible"}})["gtin_mandatory"] == 0


def test_couriers_are_those_an_item_may_use_without_a_persons_choice(wire: Any, shop: ShopeeConnector) -> None:
    lay(wire)
    assert shop.schema("100").couriers == (
        Courier("8003", "Kurir 8003", None, 50000, needs_size=True),
        Courier("8006", "Kurir 8006", 5000, None),  # a fixed fee
        Courier("8007", "Kurir 8007", needs_size=True),
    )


def test_the_version_follows_what_the_category_asks(wire: Any) -> None:
    lay(wire)
    before = wire.connect().schema("100").version
    lay(wire)
    assert wire.connect().schema("100").version == before
    lay(wire, item_name_length_limit={"min_limit": 1, "max_limit": 120})
    assert wire.connect().schema("100").version != before


def test_an_inner_category_has_no_schema(wire: Any, shop: ShopeeConnector, refusal: Any) -> None:
    wire.answer("/product/get_attribute_tree", refusal("product.error_invalid_category", "not a leaf"))
    with pytest.raises(Rejected):
        shop.schema("1")


def test_long_lists_are_searched_and_short_ones_are_at_hand(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/product/get_attribute_tree", TREE)
    assert shop.choices("100", "1", "ker") == [("11", "Kering")]
    assert wire.paths == ["/product/get_attribute_tree"]
    body = {
        "error": "",
        "msg": "",
        "response": {"value_list": [{"value_id": 41, "value_name": "Katun"}], "page_info": {"has_next": False}},
    }
    wire.answer("/product/search_attribute_value_list", body)
    assert shop.choices("100", "4", "kat") == [("41", "Katun")]
    assert wire.calls[1].method == "POST"
    assert wire.calls[1].body == {"attribute_id": 4, "value_name": "kat", "cursor": 0, "limit": 100}
    assert wire.count.writes == 0


def test_brands_are_walked_by_name(wire: Any, shop: ShopeeConnector) -> None:
    def brand(brand_id: int, name: str) -> dict[str, Any]:
        return {"brand_id": brand_id, "original_brand_name": name, "display_brand_name": name}

    more = {
        **BRANDS,
        "brand_list": [brand(1, "Kopi Rakyat"), brand(2, "Teh")],
        "has_next_page": True,
        "next_offset": 100,
    }
    wire.answer("/product/get_brand_list", more, {**BRANDS, "brand_list": [brand(3, "kopikita")]})
    assert shop.choices("100", "brand", "KOPI") == [("1", "Kopi Rakyat"), ("3", "kopikita")]
    assert wire.calls[1].params["offset"] == "100"
