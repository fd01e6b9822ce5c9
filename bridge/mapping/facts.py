"""What the sheet says about a product, by name of the fact. An absent fact is an empty answer, never a default."""

import re
from collections.abc import Mapping, Sequence

from bridge.mapping.rules import FactRules, MappingRules
from bridge.mapping.text import find_words, fold, words
from bridge.model import CatalogProduct, CatalogSku

Facts = Mapping[str, str]
YES = "Ya"


def gather_facts(
    product: CatalogProduct, rules: MappingRules, skus: Sequence[CatalogSku] | None = None
) -> dict[str, str]:
    """Fact → text. Licences, net weight, pack, place, business; what a heading holds, else what a pattern finds."""
    found = {
        "merchant": product.merchant,
        "place": product.place,
        "jenis": product.jenis,
        "unit": product.unit,
        "pack_qty": str(product.pack_qty) if product.pack_qty is not None and product.pack_qty > 1 else None,
        "net_weight": net_weight(product, rules.facts, product.skus if skus is None else skus),
        **_licences(product),
    }
    for name, pattern in rules.facts.patterns.items():
        found[name] = _said(product.description, pattern)
    for name, headings in rules.facts.headings.items():
        cell = by_heading(product, headings)
        found[name] = found.get(name) if cell is None or name == "net_weight" else cell
    return {name: text for name, text in found.items() if text}


def _said(description: str, pattern: re.Pattern[str]) -> str | None:
    match = pattern.search(description)
    return match.group(1).strip() if match is not None else None


def _licences(product: CatalogProduct) -> dict[str, str | None]:
    numbers = {name: product.licences.get(name) for name in ("pirt", "bpom", "halal", "nib")}
    permit = numbers["bpom"] or numbers["pirt"]
    return {
        **numbers,
        "izin_edar": permit,
        "has_izin_edar": YES if permit else None,
        "has_halal": YES if numbers["halal"] else None,
    }


def by_heading(product: CatalogProduct, headings: Sequence[str]) -> str | None:
    """The cell under the first heading that the sheet has and that is filled."""
    cells = {fold(heading): text.strip() for heading, text in product.attributes.items()}
    return next((cells[fold(h)] for h in headings if cells.get(fold(h), "") not in ("", "-")), None)


def net_weight(product: CatalogProduct, rules: FactRules, skus: Sequence[CatalogSku]) -> str | None:
    """The net contents as the sheet writes them, else the weight of goods that are weighed.

    A weight taken from a volume, or of a shirt, is none; nor is one that differs between variants.
    """
    cell = by_heading(product, rules.headings.get("net_weight", ()))
    if cell is not None and any(c.isdigit() for c in cell) and any(c.isalpha() for c in cell):
        return cell
    weights = {sku.weight_g for sku in skus}
    weight = weights.pop() if len(weights) == 1 else None
    if weight is None or product.jenis not in rules.net_weight_jenis or _is_liquid(product, rules):
        return None
    return f"{weight} g"


def _is_liquid(product: CatalogProduct, rules: FactRules) -> bool:
    name = words(product.name)
    solid = any(find_words(words(phrase), name) == 0 for phrase in rules.solid_words)
    starts = [find_words(words(phrase), name) for phrase in rules.liquid_words]
    liquid = any(start == 0 if solid else start >= 0 for start in starts)
    return liquid or fold(product.unit) in {fold(unit) for unit in rules.liquid_units}


def axis_options(product: CatalogProduct, skus: Sequence[CatalogSku], axes: Sequence[str]) -> list[str]:
    """The options of the first axis that bears one of these names."""
    wanted = {fold(axis) for axis in axes}
    at = next((i for i, axis in enumerate(product.axes) if fold(axis) in wanted), None)
    if at is None:
        return []
    return list(dict.fromkeys(sku.options[at] for sku in skus if at < len(sku.options)))
