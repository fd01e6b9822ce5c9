"""Answers to a category's questions: from the sheet; mandatory ones else from the file's defaults; else a problem."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.mapping.facts import Facts, axis_options, by_heading, gather_facts
from bridge.mapping.options import match_option, options_in
from bridge.mapping.problems import Findings, MappingCode
from bridge.mapping.rules import AttributeRule, MappingRules
from bridge.mapping.text import find_words, without_phrases, words
from bridge.mapping.values import MANY, fill, listed
from bridge.model import Attribute, AttributeAnswer, AttributeValue, CatalogProduct, CatalogSku, CategorySchema, Problem

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
    hinted = _first(attribute, _hints(attribute, sheet), sheet)
    values = hinted or _first(attribute, _defaults(attribute, sheet), sheet, listed_first=True)
    if values:
        code = MappingCode.ATTRIBUTE_HINTED if hinted else MappingCode.ATTRIBUTE_DEFAULT
        findings.note(code, attribute.name, field=attribute.name, value=", ".join(value["text"] for value in values))
    return values


def _fitting(attribute: Attribute, sheet: _Sheet) -> list[AttributeRule]:
    return sheet.rules.attribute_rules(attribute.name, sheet.category_id, sheet.product.jenis)


def _candidates(attribute: Attribute, sheet: _Sheet) -> list[str]:
    """What the sheet says, the surest first: a column of that name, the rule's headings, a fact, the options of an axis."""
    texts = [by_heading(sheet.product, (attribute.name,))]
    for rule in _fitting(attribute, sheet):
        texts.append(by_heading(sheet.product, rule.headings))
        fact = sheet.facts.get(rule.fact)
        texts += rule.values.get(fact, (fact,)) if fact is not None else ()
        options = axis_options(sheet.product, sheet.skus, rule.axes)
        texts += [", ".join(options)] if attribute.kind in MANY or len(options) == 1 else []
    return [text for text in texts if text]


def _from_text(attribute: Attribute, sheet: _Sheet) -> list[AttributeValue]:
    rules = [rule for rule in _fitting(attribute, sheet) if rule.in_text != "no"]
    if not attribute.options or not rules:
        return []
    where = sheet.text if any(rule.in_text == "all" for rule in rules) else sheet.product.name
    text = without_phrases(where, [phrase for rule in rules for phrase in rule.blind])
    found = options_in(text, attribute.options, sheet.rules.synonyms, sheet.rules.filler)
    if len(found) == 1 or (found and attribute.kind in MANY):
        return [listed(attribute, option) for option in found]
    return []


def _hints(attribute: Attribute, sheet: _Sheet) -> list[str]:
    said = words(sheet.product.name)
    hints = [hint for rule in _fitting(attribute, sheet) for hint in rule.hints]
    fitting = [h for h in hints if any(find_words(words(phrase), said) >= 0 for phrase in h.words)]
    return [value for hint in fitting for value in hint.values]


def _defaults(attribute: Attribute, sheet: _Sheet) -> list[str]:
    return [text for rule in _fitting(attribute, sheet) for text in rule.default]


def _first(
    attribute: Attribute, texts: Sequence[str], sheet: _Sheet, listed_first: bool = False
) -> list[AttributeValue]:
    """The first text that the attribute can take. `listed_first`: a later text that is listed goes before an own text."""
    synonyms = sheet.rules.synonyms
    if listed_first:
        for text in texts:
            option = match_option(text, attribute.options, synonyms)
            if option is not None:
                return [listed(attribute, option)]
    return next((values for text in texts if (values := fill(attribute, text, synonyms))), [])
