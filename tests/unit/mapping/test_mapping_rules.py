"""Rule files are checked once, merged predictably, and refused with file, key and value."""

from typing import Any

import pytest
from mapping_samples import load, shipped

from bridge.errors import UserError
from bridge.mapping.rules import parse_mapping_rules

WORD = {"id": "1", "words": ["keripik"]}


def test_the_shipped_files_are_valid() -> None:
    rules = shipped()
    assert rules.name == "shopee"
    assert rules.brand.name == "No Brand"
    assert rules.category
    assert rules.attribute


def test_a_channel_lies_over_the_shared_rules() -> None:
    rules = parse_mapping_rules(
        {"price": {"markup_percent": 5, "round_to": 500}, "filler": ["a"], "package": [{"cm": [1, 1, 1]}]},
        {
            "name": "x",
            "price": {"markup_percent": 7},
            "filler": ["b"],
            "package": [{"cm": [2, 2, 2]}],
            "brand": {"id": "0"},
        },
    )
    assert rules.price.markup_percent == 7
    assert rules.price.round_to == 500
    assert rules.filler == ("b",)
    assert [each.cm for each in rules.package] == [(2, 2, 2), (1, 1, 1)]
    assert rules.brand.id == "0"


@pytest.mark.parametrize(
    ("common", "channel", "words"),
    [
        ({"price": {"markup_percent": -1}}, {"name": "shopee"}, ["common.toml", "price.markup_percent", "-1"]),
        ({}, {"name": "shopee", "price": {"markup_percent": "viel"}}, ["shopee.toml", "price.markup_percent", "viel"]),
        ({}, {"name": "shopee", "titel": {"x": 1}}, ["shopee.toml", "titel"]),
        ({"category": [WORD]}, {"name": "shopee", "category": [WORD, {"id": ""}]}, ["shopee.toml", "category[2]"]),
        (
            {"category": [WORD, {"id": "2", "words": []}]},
            {"name": "shopee", "category": [WORD]},
            ["common.toml", "category[2].words"],
        ),
        ({"category": [{"id": "2", "words": []}]}, {"name": "shopee"}, ["common.toml", "category[1].words"]),
        (
            {"facts": {"patterns": {"storage": "(("}}},
            {"name": "shopee"},
            ["common.toml", "facts.patterns.storage", "(("],
        ),
        (
            {"description": {"labels": {"pirt": "P-IRT"}}},
            {"name": "shopee"},
            ["common.toml", "description.labels", "pirt"],
        ),
        (
            {"description": {"labels": {"pirt": "{value} {x}"}}},
            {"name": "shopee"},
            ["common.toml", "description.labels"],
        ),
        ({"price": 5}, {"name": "shopee"}, ["common.toml", "price", "5"]),
    ],
)
def test_a_mistake_is_named_with_file_key_and_value(
    common: dict[str, Any], channel: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(UserError) as refused:
        parse_mapping_rules(common, channel, "shopee")
    assert all(word in str(refused.value) for word in words), str(refused.value)


def test_the_file_is_named_after_the_channel_whatever_it_calls_itself() -> None:
    with pytest.raises(UserError, match=r"shopee\.toml"):
        parse_mapping_rules({}, {"confidence_min": 7, "name": "lazada"}, "shopee")


def test_the_fingerprint_follows_the_content_only() -> None:
    common, channel = load("common"), load("shopee")
    turned = dict(reversed(common.items()))
    assert parse_mapping_rules(common, channel).fingerprint == parse_mapping_rules(turned, channel).fingerprint
    common["price"]["markup_percent"] = 3
    assert parse_mapping_rules(common, channel).fingerprint != shipped().fingerprint


def test_rules_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        shipped().name = "y"  # type: ignore[misc]
