"""Answers to a category's questions: from the sheet; mandatory ones else from the file's defaults; else a problem."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bridge.mapping.facts import Facts, axis_options, by_heading, gather_facts
from bridge.mapping.options import match_option, options_in, plain
from bridge.mapping.problems import Findings, MappingCode
from bridge.mapping.rules import AttributeRule, MappingRules
from bridge.mapping.text import find_words, without_phrases, words
from bridge.model import Attribute, AttributeAnswer, AttributeValue, CatalogProduct, CatalogSku, CategorySchema, Problem

_NUMBER = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?)\s*([^\W\d_]*)")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_MANY = ("choices", "choices_text")
_OWN_TEXT = ("text", "choice_text", "choices_text")
_GRAMS = {"mg": 0.001, "g": 1.0, "kg": 1000.0}
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class _Sheet:
    """All that one mapping asks again and again."""

    product: CatalogProduct
    skus: Sequence[CatalogSku]
    category_id: str
    facts: Facts
    rules: MappingRules

    @property
    def text(self) -> str:
        return f"{self.product.name} . {self.product.description}"


def answer_attributes(
    product: CatalogProduct, schema: CategorySchema, rules: MappingRules, category_id: str = ""
) -> tuple[list[AttributeAnswer], list[Problem]]:
    """The answers in the schema's order, and a problem for each mandatory question that stays open."""
    findings = Findings()
    answers = map_attributes(product, product.skus, category_id, schema, rules, findings)
    return answers, findings.problems


def map_attributes(
    product: CatalogProduct,
    skus: Sequence[CatalogSku],
    category_id: str,
    schema: CategorySchema,
    rules: MappingRules,
    findings: Findings,
) -> list[AttributeAnswer]:
    """As `answer_attributes`; besides, notes say which answers come from a hint or a default."""
    sheet = _Sheet(product, skus, category_id, gather_facts(product, rules, skus), rules)
    given: dict[str, AttributeAnswer] = {}
    for attribute in _parents_first(schema.attributes):
        if _is_asked(attribute, given):
            values = _values(attribute, sheet, findings)
            if len(values) > rules.choices_max:
                values = values[: rules.choices_max] if attribute.mandatory else []
            if values:
                given[attribute.attribute_id] = {"attribute_id": attribute.attribute_id, "values": values}
            elif attribute.mandatory:
                _say_missing(attribute, findings)
    return [given[a.attribute_id] for a in schema.attributes if a.attribute_id in given]


def wanted_choices(
    product: CatalogProduct, schema: CategorySchema, rules: MappingRules, category_id: str = ""
) -> dict[str, str]:
    """Attribute id → text to look up at the channel, for choices whose options it does not send with the schema."""
    sheet = _Sheet(product, product.skus, category_id, gather_facts(product, rules), rules)
    open_ones = [a for a in schema.attributes if not a.options and a.kind in ("choice", "choices")]
    texts = {
        a.attribute_id: next(iter(_candidates(a, sheet)), "") or next(iter(_defaults(a, sheet)), "") for a in open_ones
    }
    return {attribute_id: text for attribute_id, text in texts.items() if text}


def _parents_first(attributes: Iterable[Attribute]) -> list[Attribute]:
    waiting, ordered, done = list(attributes), list[Attribute](), set[str]()
    while waiting:
        ready = [a for a in waiting if a.parent is None or a.parent[0] in done]
        if not ready:
            return ordered  # children of a question that is not in the schema are never asked
        ordered += ready
        done |= {a.attribute_id for a in ready}
        waiting = [a for a in waiting if a.attribute_id not in done]
    return ordered


def _is_asked(attribute: Attribute, given: dict[str, AttributeAnswer]) -> bool:
    if attribute.parent is None:
        return True
    parent, value_id = attribute.parent
    return parent in given and any(value["value_id"] == value_id for value in given[parent]["values"])


def _say_missing(attribute: Attribute, findings: Findings) -> None:
    names = [name for _, name in attribute.options[:_SHOWN]]
    more = ["…"] if len(attribute.options) > _SHOWN else []
    options = ", ".join(names + more) if names else f"({attribute.kind})"
    findings.stop(MappingCode.ATTRIBUTE_MISSING, attribute.name, field=attribute.name, options=options)


def _values(attribute: Attribute, sheet: _Sheet, findings: Findings) -> list[AttributeValue]:
    values = _first(attribute, _candidates(attribute, sheet), sheet) or _from_text(attribute, sheet)
    if values or not attribute.mandatory:
        return values
    for source, texts in (("a hint", _hints(attribute, sheet)), ("a default", _defaults(attribute, sheet))):
        values = _first(attribute, texts, sheet, own_last=True)
        if values:
            shown = ", ".join(f"{v['text']} {v['unit']}".strip() for v in values)
            findings.note(
                MappingCode.ATTRIBUTE_ASSUMED, attribute.name, field=attribute.name, value=shown, source=source
            )
            return values
    return []


def _fitting(attribute: Attribute, sheet: _Sheet) -> list[AttributeRule]:
    jenis = sheet.product.jenis
    return [rule for rule in sheet.rules.attribute if rule.fits(attribute.name, sheet.category_id, jenis)]


def _candidates(attribute: Attribute, sheet: _Sheet) -> list[str]:
    """What the sheet says, the surest first: a column of that name, the rule's headings, a fact, the options of an axis."""
    texts = [by_heading(sheet.product, (attribute.name,))]
    for rule in _fitting(attribute, sheet):
        texts.append(by_heading(sheet.product, rule.headings))
        fact = sheet.facts.get(rule.fact)
        texts += rule.values.get(fact, (fact,)) if fact is not None else ()
        options = axis_options(sheet.product, sheet.skus, rule.axes)
        texts += [", ".join(options)] if attribute.kind in _MANY or len(options) == 1 else []
    return [text for text in texts if text]


def _from_text(attribute: Attribute, sheet: _Sheet) -> list[AttributeValue]:
    rules = [rule for rule in _fitting(attribute, sheet) if rule.in_text]
    if not attribute.options or not rules:
        return []
    text = without_phrases(sheet.text, [phrase for rule in rules for phrase in rule.blind])
    found = options_in(text, attribute.options, sheet.rules.synonyms, sheet.rules.filler)
    if len(found) == 1 or (found and attribute.kind in _MANY):
        return [_listed(option, attribute) for option in found]
    return []


def _hints(attribute: Attribute, sheet: _Sheet) -> list[str]:
    said = words(sheet.text)
    hints = [hint for rule in _fitting(attribute, sheet) for hint in rule.hints]
    fitting = [h for h in hints if any(find_words(words(phrase), said) >= 0 for phrase in h.words)]
    return [value for hint in fitting for value in hint.values]


def _defaults(attribute: Attribute, sheet: _Sheet) -> list[str]:
    return [text for rule in _fitting(attribute, sheet) for text in rule.default]


def _first(attribute: Attribute, texts: Sequence[str], sheet: _Sheet, own_last: bool = False) -> list[AttributeValue]:
    """The first text that the attribute can take. `own_last`: texts are alternatives, so a listed one goes before free text."""
    if own_last and attribute.options:
        for text in texts:
            option = match_option(text, attribute.options, sheet.rules.synonyms)
            if option is not None:
                return [_listed(option, attribute)]
    for text in texts:
        values = _fill(attribute, text, sheet)
        if values:
            return values
    return []


def _fill(attribute: Attribute, text: str, sheet: _Sheet) -> list[AttributeValue]:
    if attribute.kind == "date":
        return _as_date(text)
    if attribute.kind == "number" and not attribute.options:
        return _as_number(attribute, text, sheet)
    parts = re.split(r"\s*[,;/|\n]\s*", text) if attribute.kind in _MANY else [text]
    values = [value for part in parts if (value := _as_value(attribute, part, sheet)) is not None]
    return values if len(values) == len(parts) else []


def _as_value(attribute: Attribute, text: str, sheet: _Sheet) -> AttributeValue | None:
    option = match_option(text, attribute.options, sheet.rules.synonyms)
    if option is not None:
        return _listed(option, attribute)
    if attribute.kind not in _OWN_TEXT or not text:
        return None
    if attribute.unit_options:
        return next(iter(_as_number(attribute, text, sheet)), None)
    return {"value_id": "", "text": text, "unit": ""}


def _listed(option: tuple[str, str], attribute: Attribute) -> AttributeValue:
    unit = next((u for u in attribute.unit_options if option[1].casefold().endswith(u.casefold())), "")
    return {"value_id": option[0], "text": option[1], "unit": unit}


def _as_number(attribute: Attribute, text: str, sheet: _Sheet) -> list[AttributeValue]:
    """One number, in a unit that the attribute offers; grams and kilos are converted."""
    found = _NUMBER.findall(text)
    if len(found) != 1:
        return []
    amount, written = float(found[0][0].replace(",", ".")), plain(found[0][1], sheet.rules.synonyms)
    if not attribute.unit_options:
        return [{"value_id": "", "text": _shown(amount), "unit": ""}]
    offered = {plain(unit, sheet.rules.synonyms): unit for unit in attribute.unit_options}
    if written in offered:
        return [{"value_id": "", "text": _shown(amount), "unit": offered[written]}]
    target = next((unit for unit in ("g", "kg", "mg") if unit in offered), None)
    if written not in _GRAMS or target is None:
        return []
    return [{"value_id": "", "text": _shown(amount * _GRAMS[written] / _GRAMS[target]), "unit": offered[target]}]


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
