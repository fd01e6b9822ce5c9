"""What is sent and by whom: weight with packaging, package size, couriers, dangerous goods, days of a pre-order."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal

from bridge.mapping.problems import Findings, MappingCode
from bridge.mapping.rules import MappingRules, WeightRules
from bridge.mapping.text import find_words, fold, words
from bridge.model import CatalogProduct, CatalogSku, CategorySchema, Courier


def packed(weight_g: int, rules: WeightRules) -> int:
    """Grams with the packaging allowance, rounded up."""
    extra = Decimal(weight_g) * rules.allowance_percent / 100
    return weight_g + rules.allowance_g + int(extra.to_integral_value(ROUND_CEILING))


def map_weights(
    skus: Sequence[CatalogSku], limits: Mapping[str, int], rules: WeightRules, findings: Findings
) -> dict[str, int]:
    """SKU code → grams as sent."""
    weights: dict[str, int] = {}
    for sku in skus:
        if sku.weight_g is None or sku.weight_g <= 0:
            findings.stop(MappingCode.WEIGHT_MISSING, sku.code, sku=sku.code)
        else:
            weights[sku.code] = packed(sku.weight_g, rules)
            _check_weight(sku.code, weights[sku.code], limits, findings)
    return weights


def _check_weight(code: str, weight_g: int, limits: Mapping[str, int], findings: Findings) -> None:
    low, high = limits.get("weight_min"), limits.get("weight_max")
    if (low is not None and weight_g < low) or (high is not None and weight_g > high):
        values = {"sku": code, "value": weight_g, "minimum": low or 0, "limit": high if high is not None else "∞"}
        findings.stop(MappingCode.WEIGHT_OUT_OF_RANGE, code, **values)


def map_package(
    product: CatalogProduct, category_id: str, limits: Mapping[str, int], rules: MappingRules, findings: Findings
) -> list[int]:
    """Length, width, height in cm; empty where the category does not ask."""
    if not limits.get("dimension_mandatory"):
        return []
    for rule in rules.package:
        of_category = not rule.categories or category_id in rule.categories
        if of_category and (not rule.jenis or product.jenis in rule.jenis):
            return list(rule.cm)
    findings.stop(MappingCode.PACKAGE_MISSING, "package", category=category_id)
    return []


def map_couriers(
    schema: CategorySchema, weights: Sequence[int], rules: MappingRules, findings: Findings, sized: bool = False
) -> list[str]:
    """All couriers of the shop that take every SKU's weight; those that ask for a package size only where it is told."""
    excluded = {fold(name) for name in rules.couriers.exclude}
    usable = [c for c in schema.couriers if fold(c.name) not in excluded and (sized or not c.needs_size)]
    fitting = [c.courier_id for c in usable if _takes(c, weights)]
    if not fitting and weights and (schema.couriers or rules.couriers.required):
        findings.stop(MappingCode.COURIER_NONE, "couriers", value=max(weights))
    return fitting


def _takes(courier: Courier, weights: Sequence[int]) -> bool:
    light = courier.min_g is None or all(weight >= courier.min_g for weight in weights)
    return light and (courier.max_g is None or all(weight <= courier.max_g for weight in weights))


def is_dangerous(product: CatalogProduct, category_id: str, rules: MappingRules) -> bool:
    """Whether the name or the category is on the list of dangerous goods."""
    name = words(product.name)
    return category_id in rules.danger.categories or any(
        find_words(words(phrase), name) >= 0 for phrase in rules.danger.words
    )


def map_preorder(product: CatalogProduct, limits: Mapping[str, int], findings: Findings) -> int | None:
    """Days to make the product, where the sheet says so and the category offers it."""
    days = product.preorder_days
    if days is None:
        return None
    low, high = limits.get("preorder_min"), limits.get("preorder_max")
    if high is None or high <= 0:  # absent, -1 or 0: the category has no pre-order
        findings.stop(MappingCode.PREORDER_NOT_OFFERED, "preorder", value=days)
    elif days > high or (low is not None and days < low):
        findings.stop(MappingCode.PREORDER_OUT_OF_RANGE, "preorder", value=days, minimum=low or 0, limit=high)
    return days
