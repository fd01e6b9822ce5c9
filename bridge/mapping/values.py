"""Putting a text into the form that an attribute takes: listed values, own text, a number with its unit, a date."""

import re
from collections.abc import Mapping
from datetime import date

from bridge.mapping.options import Option, match_option, plain
from bridge.model import Attribute, AttributeValue

MANY = ("choices", "choices_text")
_OWN_TEXT = ("text", "choice_text", "choices_text")
_NUMBER = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?)\s*([^\W\d_]*)")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_NAMED_UNIT = re.compile(r"\(([^\W\d_]{1,5})\)\s*$")
_PARTS = re.compile(r"\s*[,;/|\n]\s*")
_GRAMS = {"mg": 0.001, "g": 1.0, "kg": 1000.0}

Synonyms = Mapping[str, str]


def fill(attribute: Attribute, text: str, synonyms: Synonyms) -> list[AttributeValue]:
    """The values that say what the text says; none where the attribute cannot take all of it."""
    if attribute.kind == "date":
        return _as_date(text)
    if attribute.kind == "number" and not attribute.options:
        return _as_number(attribute, text, synonyms)
    parts = _PARTS.split(text) if attribute.kind in MANY else [text]
    values = [value for part in parts if (value := _as_value(attribute, part, synonyms)) is not None]
    return values if len(values) == len(parts) else []


def listed(attribute: Attribute, option: Option) -> AttributeValue:
    unit = next((unit for unit in attribute.unit_options if option[1].casefold().endswith(unit.casefold())), "")
    return {"value_id": option[0], "text": option[1], "unit": unit}


def _as_value(attribute: Attribute, text: str, synonyms: Synonyms) -> AttributeValue | None:
    option = match_option(text, attribute.options, synonyms)
    if option is not None:
        return listed(attribute, option)
    if attribute.kind not in _OWN_TEXT or not text:
        return None
    if attribute.unit_options:
        return next(iter(_as_number(attribute, text, synonyms)), None)
    return {"value_id": "", "text": text, "unit": ""}


def _as_number(attribute: Attribute, text: str, synonyms: Synonyms) -> list[AttributeValue]:
    """One number, in a unit that the attribute offers or bears in its name; grams and kilos are converted."""
    found = _NUMBER.findall(text)
    if len(found) != 1:
        return []
    amount, written = float(found[0][0].replace(",", ".")), plain(found[0][1], synonyms)
    if not attribute.unit_options:
        return _bare(amount, written, _NAMED_UNIT.search(attribute.name), synonyms)
    offered = {plain(unit, synonyms): unit for unit in attribute.unit_options}
    if written in offered:
        return [{"value_id": "", "text": _shown(amount), "unit": offered[written]}]
    target = next((unit for unit in ("g", "kg", "mg") if unit in offered), None)
    if written not in _GRAMS or target is None:
        return []
    return [{"value_id": "", "text": _shown(amount * _GRAMS[written] / _GRAMS[target]), "unit": offered[target]}]


def _bare(amount: float, written: str, named: re.Match[str] | None, synonyms: Synonyms) -> list[AttributeValue]:
    """Without a unit of its own. “Berat Bersih (g)” wants grams: kilos are converted, and what is no weight is no answer."""
    wanted = plain(named[1], synonyms) if named is not None else written
    if written not in ("", wanted):
        if written not in _GRAMS or wanted not in _GRAMS:
            return []
        amount = amount * _GRAMS[written] / _GRAMS[wanted]
    return [{"value_id": "", "text": _shown(amount), "unit": ""}]


def _shown(amount: float) -> str:
    return f"{amount:.3f}".rstrip("0").rstrip(".")


def _as_date(text: str) -> list[AttributeValue]:
    """ISO, or day first; the connector puts it into the channel's own form."""
    match = _DAY_FIRST.fullmatch(text.strip())
    try:
        day = date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(text.strip())
    except ValueError:
        return []
    return [{"value_id": "", "text": day.isoformat(), "unit": ""}]
