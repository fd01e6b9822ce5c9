"""Checks the attributes of a write against the category, and turns them into what a read shows."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from bridge.sandbox.shopee.attribute_types import (
    DATE,
    DROP_DOWN,
    FLOAT,
    FREE,
    INT,
    MULTI_COMBO,
    MULTI_DROP_DOWN,
    Attribute,
)
from bridge.sandbox.shopee.attributes import ALL, PROFILES
from bridge.sandbox.shopee.errors import ApiError
from bridge.sandbox.shopee.fields import Fields

WIB = timezone(timedelta(hours=7))


def checked_attributes(rows: list[Fields], profile: str) -> list[dict[str, Any]]:
    """The attribute list as get_item_base_info will show it."""
    mandatory, optional = PROFILES[profile]
    given = {row.integer("attribute_id"): row for row in rows}
    if len(given) != len(rows):
        raise ApiError("error_invalid_attribute", "Invalid attribute: repeated attribute_id")
    values = {number: _values(_known(number), row) for number, row in given.items()}
    allowed = {a.attribute_id for a in (*mandatory, *optional)} | _children(values)
    for number in values:
        if number not in allowed:
            raise ApiError("error_invalid_category_attribute", f"Category and attribute not match: {number}")
    missing = [a.name_en for a in mandatory if a.attribute_id not in values]
    if missing:
        raise ApiError(
            "error_less_required_attribute", f"Mandatory attribute information required: {', '.join(missing)}"
        )
    required = {a.attribute_id for a in mandatory}
    return [_shown(ALL[number], number in required, found) for number, found in values.items()]


def _known(attribute_id: int) -> Attribute:
    attribute = ALL.get(attribute_id)
    if attribute is None:
        raise ApiError("error_invalid_category_attribute", f"Category and attribute not match: {attribute_id}")
    return attribute


def _children(values: dict[int, list[dict[str, Any]]]) -> set[int]:
    """Attributes that become allowed by a chosen parent value."""
    chosen = [ALL[number].by_id.get(value["value_id"]) for number, found in values.items() for value in found]
    return {child.attribute_id for value in chosen if value is not None for child in value.children}


def _values(attribute: Attribute, row: Fields) -> list[dict[str, Any]]:
    rows = row.rows("attribute_value_list", low=1)
    most = attribute.most if attribute.input_type in (MULTI_DROP_DOWN, MULTI_COMBO) else 1
    if len(rows) > most:
        raise ApiError("error_invalid_attribute_value", f"Invalid attribute value: {attribute.name_en} takes {most}")
    return [_value(attribute, value) for value in rows]


def _value(attribute: Attribute, row: Fields) -> dict[str, Any]:
    value_id = row.integer("value_id")
    if value_id:
        return _listed(attribute, value_id)
    if attribute.input_type in (DROP_DOWN, MULTI_DROP_DOWN):
        raise ApiError("error_invalid_attribute_value", f"Invalid attribute value: {attribute.name_en}")
    text = row.text("original_value_name", "")
    if not text.strip():
        raise ApiError("error_value_name_required", "Value_name is required.")
    unit = row.text("value_unit", "")
    if attribute.units and unit not in attribute.units:
        raise ApiError("error_invalid_attribute_value", f"Invalid attribute value: unit of {attribute.name_en}")
    return {"value_id": 0, "original_value_name": _own(attribute, text), "value_unit": unit}


def _listed(attribute: Attribute, value_id: int) -> dict[str, Any]:
    if attribute.input_type == FREE:
        raise ApiError("error_value_id_must_equal_zero", "Value_id must equal 0.")
    value = attribute.by_id.get(value_id)
    if value is None:
        raise ApiError("error_invalid_attribute_value", f"Invalid attribute value: {value_id}")
    return {"value_id": value_id, "original_value_name": value.name_en, "value_unit": value.unit}


def _own(attribute: Attribute, text: str) -> str:
    """An own text as it reads back; refused when it is not of the attribute's kind."""
    try:
        if attribute.validation == INT:
            int(text)
        elif attribute.validation == FLOAT:
            float(text)
        elif attribute.validation == DATE:
            day = datetime.fromtimestamp(int(text), UTC).astimezone(WIB)
            return day.strftime("%m/%Y" if attribute.months_only else "%d/%m/%Y")
    except (ValueError, OverflowError, OSError):
        raise ApiError("error_invalid_attribute_value", f"Invalid attribute value: {attribute.name_en}") from None
    return text


def _shown(attribute: Attribute, mandatory: bool, values: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "attribute_id": attribute.attribute_id,
        "original_attribute_name": attribute.name_en,
        "is_mandatory": mandatory,
        "attribute_value_list": values,
    }
