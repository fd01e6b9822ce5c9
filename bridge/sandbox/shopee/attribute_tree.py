"""The attributes of a category as get_attribute_tree answers them."""

from functools import cache
from typing import Any

from bridge.sandbox.shopee.attribute_types import Attribute, Value
from bridge.sandbox.shopee.attributes import PROFILES


@cache
def attribute_tree(profile: str, language: str) -> list[dict[str, Any]]:
    mandatory, optional = PROFILES[profile]
    return [_node(a, a in mandatory, language) for a in (*mandatory, *optional)]


def _node(attribute: Attribute, mandatory: bool, language: str) -> dict[str, Any]:
    values = () if attribute.searchable else attribute.values
    return {
        "attribute_id": attribute.attribute_id,
        "mandatory": mandatory,
        "name": attribute.name(language),
        "attribute_value_list": [_value_node(value, language) for value in values],
        "attribute_info": {
            "input_type": attribute.input_type,
            "input_validation_type": attribute.validation,
            "format_type": 2 if attribute.units else 1,
            "date_format_type": int(attribute.months_only),
            "attribute_unit_list": list(attribute.units),
            "max_value_count": attribute.most,
            "introduction": "",
            "is_oem": False,
            "support_search_value": attribute.searchable,
        },
        "multi_lang": [{"language": code, "value": attribute.name(code)} for code in ("en", "id")],
    }


def _value_node(value: Value, language: str) -> dict[str, Any]:
    return {
        "value_id": value.value_id,
        "name": value.name(language),
        "value_unit": value.unit,
        "child_attribute_list": [_node(child, False, language) for child in value.children],
        "multi_lang": [{"language": code, "value": value.name(code)} for code in ("en", "id")],
    }
