"""Prices: markup, rounding, the channel's bounds, the ratio between variants."""

from typing import Any

import pytest
from mapping_samples import codes, listing, mapped, product, schema, shipped, sku

from bridge.mapping.prices import marked_up, rupiah
from bridge.mapping.rules import PriceRules


@pytest.mark.parametrize(
    ("price", "rule", "expected"),
    [
        (15_050, {}, 15_050),  # no markup: the merchant's price is not rounded
        (15_000, {"markup_percent": 10}, 16_500),
        (15_010, {"markup_percent": 10}, 16_600),
        (15_010, {"markup_percent": 10, "rounding": "down"}, 16_500),
        (15_010, {"markup_percent": 10, "rounding": "nearest"}, 16_500),
        (15_500, {"markup_percent": 10, "round_to": 100, "rounding": "nearest"}, 17_100),
        (15_000, {"markup_fixed_idr": 1_250}, 16_300),
        (15_000, {"markup_fixed_idr": 1_250, "round_to": 1}, 16_250),
        (15_000, {"markup_percent": 6.5, "round_to": 1}, 15_975),
        (12_000, {"markup_percent": 5, "markup_fixed_idr": 1_000, "round_to": 500}, 14_000),
    ],
)
def test_markup_and_rounding(price: int, rule: dict[str, Any], expected: int) -> None:
    assert marked_up(price, PriceRules.model_validate(rule)) == expected


def test_the_rule_reaches_the_listing() -> None:
    rules = shipped(price={"markup_percent": 10})
    assert listing(product(), rules=rules).prices == {"KRP-1": 16_500}


@pytest.mark.parametrize(
    ("prices", "code"),
    [((None,), "M_PRICE_MISSING"), ((98,), "M_PRICE_TOO_LOW"), ((150_000_001,), "M_PRICE_TOO_HIGH")],
)
def test_prices_out_of_bounds_are_parked(prices: tuple[int | None, ...], code: str) -> None:
    assert codes(mapped(product(skus=tuple(sku(price=price) for price in prices)))) == [code]


def test_variants_too_far_apart_are_parked_with_both_names() -> None:
    item = product(axes=("Isi",), skus=(sku(1, "A", "1", price=1_000), sku(2, "B", "10", price=7_001)))
    result = mapped(item)
    assert codes(result) == ["M_PRICE_RATIO"]
    assert result[0].text().startswith("B (Rp 7.001) costs more than 7 times A (Rp 1.000)")  # type: ignore[index]
    assert listing(item, schema(price_ratio_max=8))
    at_limit = product(axes=("Isi",), skus=(sku(1, "A", "1", price=1_000), sku(2, "B", "10", price=7_000)))
    assert listing(at_limit)


def test_a_variant_that_is_left_out_does_not_count_for_the_ratio() -> None:
    item = product(axes=("Isi",), skus=(sku(1, "A", "1", price=1_000), sku(2, "B", "10", price=9_000)))
    assert listing(item, stock={1: 0, 2: 4}).prices == {"B": 9_000}


def test_rupiah_are_written_the_indonesian_way() -> None:
    assert rupiah(1_250_000) == "1.250.000"
