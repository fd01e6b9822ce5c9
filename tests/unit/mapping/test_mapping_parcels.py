"""What is sent and by whom: weight, package, couriers, dangerous goods, pre-order."""

from typing import Any

import pytest
from mapping_samples import COURIERS, codes, listing, mapped, product, schema, shipped, sku

from bridge.mapping.parcels import packed
from bridge.mapping.rules import WeightRules
from bridge.model import Courier


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, 250),
        ({"allowance_g": 50}, 300),
        ({"allowance_percent": 5}, 263),
        ({"allowance_g": 20, "allowance_percent": 10}, 295),
    ],
)
def test_packaging_is_added_and_rounded_up(rule: dict[str, Any], expected: int) -> None:
    assert packed(250, WeightRules.model_validate(rule)) == expected


def test_the_heaviest_variant_gives_the_listings_weight() -> None:
    item = product(axes=("Isi",), skus=(sku(1, "A", "1", weight=100), sku(2, "B", "2", weight=900)))
    content = listing(item).content
    assert content["weight_g"] == 950
    assert [each["weight_g"] for each in content["skus"]] == [150, 950]


@pytest.mark.parametrize("weight", [None, 0])
def test_a_missing_weight_is_parked(weight: int | None) -> None:
    assert codes(mapped(product(skus=(sku(weight=weight),)))) == ["M_WEIGHT_MISSING"]


def test_a_weight_outside_the_channels_bounds_is_parked() -> None:
    assert codes(mapped(product(), schema(weight_max=299))) == ["M_WEIGHT_OUT_OF_RANGE"]
    assert codes(mapped(product(), schema(weight_min=301))) == ["M_WEIGHT_OUT_OF_RANGE"]
    assert listing(product(), schema(weight_min=300, weight_max=300))


def test_package_size_is_asked_only_where_the_category_asks() -> None:
    assert listing(product()).content["package_cm"] == []
    asked = schema(dimension_mandatory=1)
    assert codes(mapped(product(), asked)) == ["M_PACKAGE_MISSING"]
    rules = shipped(
        package=[{"cm": [9, 9, 9], "categories": ["1"]}, {"cm": [8, 8, 8], "jenis": ["Fashion"]}, {"cm": [30, 20, 10]}]
    )
    assert listing(product(), asked, rules=rules).content["package_cm"] == [30, 20, 10]
    by_kind = shipped(package=[{"cm": [8, 8, 8], "categories": ["100788"], "jenis": ["Makanan"]}])
    assert listing(product(), asked, rules=by_kind).content["package_cm"] == [8, 8, 8]


def test_a_size_chart_cannot_be_sent() -> None:
    assert codes(mapped(product(), schema(size_chart_mandatory=1))) == ["M_SIZE_CHART"]


def test_couriers_that_take_every_weight_are_switched_on() -> None:
    assert listing(product()).content["couriers"] == ["8003"]
    heavy = product(skus=(sku(weight=10_000),))
    assert listing(heavy).content["couriers"] == ["8003", "8005"]
    mixed = product(axes=("Isi",), skus=(sku(1, "A", "1", weight=100), sku(2, "B", "2", weight=10_000)))
    assert listing(mixed).content["couriers"] == ["8003"]


def test_no_courier_is_parked() -> None:
    heavy = product(skus=(sku(weight=10_000),))
    assert codes(mapped(heavy, schema(couriers=(Courier("1", "Sepeda", None, 5_000),)))) == ["M_COURIER_NONE"]
    assert codes(mapped(product(), schema(couriers=()))) == ["M_COURIER_NONE"]


def test_a_channel_that_chooses_couriers_itself_needs_none() -> None:
    rules = shipped(couriers={"required": False})
    assert listing(product(), schema(couriers=()), rules=rules).content["couriers"] == []


def test_a_courier_that_asks_for_a_size_is_left_out_where_none_is_told() -> None:
    couriers = (*COURIERS, Courier("8009", "Kotak", needs_size=True))
    assert listing(product(), schema(couriers=couriers)).content["couriers"] == ["8003"]
    sized = shipped(package=[{"cm": [30, 20, 10]}])
    asked = schema(couriers=couriers, dimension_mandatory=1)
    assert listing(product(), asked, rules=sized).content["couriers"] == ["8003", "8009"]


def test_an_office_may_exclude_a_courier() -> None:
    rules = shipped(couriers={"exclude": ["reguler"]})
    assert codes(mapped(product(), rules=rules)) == ["M_COURIER_NONE"]


@pytest.mark.parametrize(
    ("name", "jenis", "flag"),
    [
        ("Keripik Tempe", "Makanan", False),
        ("Kembang Goyang", "Makanan", False),
        ("Parfum Melati", "Kosmetik", True),
        ("Korek Api Ukir", "Kerajinan", True),
        ("Kain Batik", "Fashion", False),
    ],
)
def test_dangerous_goods_are_flagged_by_name(name: str, jenis: str, flag: bool) -> None:
    assert listing(product(name=name, jenis=jenis)).content["dangerous"] is flag


def test_dangerous_goods_are_flagged_by_category() -> None:
    assert listing(product(), rules=shipped(danger={"categories": ["100788"]})).content["dangerous"]


def test_days_of_a_preorder_within_the_limits_are_taken() -> None:
    assert listing(product()).content["preorder_days"] is None
    assert listing(product(preorder_days=7)).content["preorder_days"] == 7


@pytest.mark.parametrize(
    ("days", "limits", "code"),
    [
        (2, {}, "M_PREORDER_OUT_OF_RANGE"),
        (31, {}, "M_PREORDER_OUT_OF_RANGE"),
        (7, {"preorder_min": -1, "preorder_max": -1}, "M_PREORDER_NOT_OFFERED"),
        (7, {"preorder_min": 0, "preorder_max": 0}, "M_PREORDER_NOT_OFFERED"),
    ],
)
def test_days_out_of_the_limits_are_parked(days: int, limits: dict[str, int], code: str) -> None:
    assert codes(mapped(product(preorder_days=days), schema(**limits))) == [code]


def test_a_category_that_says_nothing_offers_no_preorder() -> None:
    asked = schema()
    bare = type(asked)(
        asked.attributes, {k: v for k, v in asked.limits.items() if "preorder" not in k}, "v", asked.couriers
    )
    assert codes(mapped(product(preorder_days=7), bare)) == ["M_PREORDER_NOT_OFFERED"]
