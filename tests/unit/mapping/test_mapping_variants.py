"""Variants: stock decides who is shown at creation, the channel's limits decide the names; nothing is made up."""

from dataclasses import replace

import pytest
from mapping_samples import codes, listing, mapped, notes, product, schema, shipped, sku, varied

from bridge.mapping.rules import MappingRules
from bridge.mapping.variants import shorten


@pytest.fixture(scope="module")
def rules() -> MappingRules:
    return shipped()


def test_a_product_without_variants_bears_its_sku() -> None:
    result = listing(product())
    assert result.content["item_sku"] == "KRP-1"
    assert result.content["axes"] == []
    assert result.content["skus"] == [{"sku": "KRP-1", "options": [], "weight_g": 300}]
    assert result.sku_ids == (1,)


def test_a_product_with_variants_bears_its_own_code_and_each_model_its_sku() -> None:
    result = listing(varied())
    assert result.content["item_sku"] == "KRP"
    assert result.content["axes"] == ["Rasa"]
    assert [(each["sku"], each["options"]) for each in result.content["skus"]] == [
        ("KRP-1", ["Original"]),
        ("KRP-2", ["Pedas"]),
        ("KRP-3", ["Keju"]),
    ]
    assert result.sku_ids == (1, 2, 3)
    assert set(result.prices) == {"KRP-1", "KRP-2", "KRP-3"}


def test_unknown_stock_waits_and_names_the_skus() -> None:
    result = mapped(varied(), stock={1: 5, 2: None})
    assert codes(result) == ["M_STOCK_UNKNOWN"]
    assert result[0].values["skus"] == "KRP-2, KRP-3"  # type: ignore[index]


def test_stock_below_the_least_is_parked() -> None:
    assert codes(mapped(product(), stock={1: 0})) == ["M_STOCK_BELOW_MIN"]
    assert codes(mapped(varied(), schema(stock_min=5), stock={1: 4, 2: 4, 3: 0})) == ["M_STOCK_BELOW_MIN"]


def test_stock_above_the_most_is_parked_unless_the_listing_is_there() -> None:
    asked = schema(stock_max=99_999)
    result = mapped(varied(), asked, stock={1: 100_000, 2: 99_999, 3: 1_000_000})
    assert codes(result) == ["M_STOCK_ABOVE_MAX"]
    assert result[0].values == {"skus": "KRP-1, KRP-3", "limit": "99999"}  # type: ignore[index]
    assert listing(varied(), asked, stock={1: 100_000, 2: 5, 3: 5}, bound={1}).sku_ids == (1, 2, 3)
    assert listing(product(), asked, stock={1: 99_999}).sku_ids == (1,)


def test_a_channel_without_a_least_takes_zero() -> None:
    asked = schema()
    limits = {key: value for key, value in asked.limits.items() if key != "stock_min"}
    assert listing(product(), replace(asked, limits=limits), stock={1: 0}).sku_ids == (1,)


def test_a_variant_without_stock_is_left_out_with_a_note() -> None:
    result = listing(varied(), stock={1: 5, 2: 0, 3: 7})
    assert result.sku_ids == (1, 3)
    assert [each["sku"] for each in result.content["skus"]] == ["KRP-1", "KRP-3"]
    assert result.content["axes"] == ["Rasa"]
    assert set(result.prices) == {"KRP-1", "KRP-3"}
    assert notes(result) == ["M_VARIANT_LEFT_OUT"]


def test_the_axis_stays_when_one_variant_is_left() -> None:
    result = listing(varied(), stock={1: 0, 2: 3, 3: 0})
    assert result.content["axes"] == ["Rasa"]
    assert result.content["item_sku"] == "KRP"


def test_what_a_listing_shows_already_stays_whatever_its_stock() -> None:
    sold_out = listing(varied(), stock={1: 0, 2: 0, 3: None}, bound={1, 2, 3})
    assert sold_out.sku_ids == (1, 2, 3)
    assert notes(sold_out) == []
    new = listing(varied(), stock={1: 0, 2: 9, 3: None}, bound={1})
    assert new.sku_ids == (1, 2)
    assert notes(new) == ["M_VARIANT_LEFT_OUT"]


def test_a_part_of_one_sku_is_a_listing_without_axes() -> None:
    result = listing(varied(), part=(2,))
    assert result.content["item_sku"] == "KRP-2"
    assert result.content["axes"] == []
    assert result.content["title"] == "Keripik Tempe Pedas"
    assert result.sku_ids == (2,)


def test_a_bare_number_in_a_title_gets_its_axis() -> None:
    assert listing(varied("Level", "1", "2", name="Sambal"), part=(2,)).content["title"] == "Sambal Level 2"


def test_a_part_of_several_keeps_the_axes() -> None:
    result = listing(varied(), part=(3, 1))
    assert result.sku_ids == (1, 3)
    assert result.content["axes"] == ["Rasa"]


def test_a_product_without_skus_is_parked() -> None:
    assert codes(mapped(product(skus=()))) == ["M_VARIANT_NONE"]
    assert codes(mapped(varied(), part=(99,))) == ["M_VARIANT_NONE"]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (product(skus=(sku(1, "A"), sku(2, "B"))), "M_VARIANT_SHAPE"),
        (product(axes=("Rasa",), skus=(sku(1, "A", "x"), sku(2, "B", "y", "z"))), "M_VARIANT_SHAPE"),
        (product(axes=("Rasa",), skus=(sku(1, "A", "x"), sku(2, "B", " "))), "M_VARIANT_SHAPE"),
        (varied("Rasa", "Pedas", "pedas"), "M_VARIANT_TWICE"),
        (
            product(axes=("A", "B", "C"), skus=(sku(1, "A", "1", "2", "3"), sku(2, "B", "1", "2", "4"))),
            "M_AXES_TOO_MANY",
        ),
        (varied("Rasa", *"abcdef"), "M_OPTIONS_TOO_MANY"),
        (varied("Rasa", "Keripik pedas manis sekali satu", "Keripik pedas manis sekali dua"), "M_OPTION_COLLISION"),
        (
            product(
                axes=("Rasa pedas manis A", "Rasa pedas manis B"), skus=(sku(1, "A", "1", "2"), sku(2, "B", "1", "3"))
            ),
            "M_OPTION_COLLISION",
        ),
    ],
)
def test_variants_that_do_not_fit_are_parked(item: object, code: str) -> None:
    assert codes(mapped(item, schema(options_max=5))) == [code]  # type: ignore[arg-type]


def test_too_many_skus_are_parked() -> None:
    assert codes(mapped(varied(), schema(skus_max=2))) == ["M_SKUS_TOO_MANY"]


def test_long_names_are_shortened_with_a_note() -> None:
    item = varied("Ukuran dan kemasan", "Kemasan Ekonomis 250 gram", "Kemasan Keluarga 1 kilogram")
    result = listing(item)
    assert result.content["axes"] == ["uk. dan kms"]
    assert [each["options"] for each in result.content["skus"]] == [["kms Ekonomis 250 gr"], ["kms Keluarga 1 kg"]]
    assert notes(result) == ["M_AXIS_SHORTENED", "M_OPTION_SHORTENED", "M_OPTION_SHORTENED"]


@pytest.mark.parametrize(
    ("name", "limit", "short"),
    [
        ("Pedas", 20, "Pedas"),
        ("Pedas", None, "Pedas"),
        ("Original Tanpa Bawang", 14, "ori tnp Bawang"),
        ("Pedas Manis Gurih Asam", 14, "Pedas Manis"),
        ("Abcdefghijklmnop", 5, "Abcde"),
    ],
)
def test_shortening(rules: MappingRules, name: str, limit: int | None, short: str) -> None:
    assert shorten(name, limit, rules) == short
