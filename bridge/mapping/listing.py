"""One product for one shop's channel: content, prices and visibility of a listing, or all that stands in the way."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bridge.mapping.attributes import map_attributes
from bridge.mapping.categories import CategoryChoice
from bridge.mapping.descriptions import map_description
from bridge.mapping.facts import gather_facts
from bridge.mapping.parcels import is_dangerous, map_couriers, map_package, map_preorder, map_weights
from bridge.mapping.prices import map_prices
from bridge.mapping.problems import Findings, MappingCode, blocker
from bridge.mapping.rules import MappingRules
from bridge.mapping.titles import map_title
from bridge.mapping.variants import choose_skus, has_variants, map_axes
from bridge.model import (
    AttributeAnswer,
    CatalogProduct,
    CatalogSku,
    CategorySchema,
    Content,
    ContentSku,
    Problem,
    certificate_key,
)


@dataclass(frozen=True, slots=True)
class MappedListing:
    """`sku_ids` are in the order of `content["skus"]`; `assumed` are notes, they park nothing."""

    content: Content
    prices: Mapping[str, int]  # SKU code → rupiah
    visible: bool
    assumed: tuple[Problem, ...]
    sku_ids: tuple[int, ...]


def map_listing(
    product: CatalogProduct,
    stock: Mapping[int, int | None],
    choice: CategoryChoice,
    schema: CategorySchema,
    rules: MappingRules,
    part: tuple[int, ...] | None = None,
    bound: Collection[int] = (),
) -> MappedListing | tuple[Problem, ...]:
    """The listing, or every problem at once, so that one look at the sheet mends them all.

    `stock`: SKU id → pieces that would be sent at creation. `bound`: SKU ids that the listing shows already; their stock parks and
    hides nothing, since selling out is normal once a listing is there.
    """
    findings = Findings(problems=[blocker(reason, product.code) for reason in product.blockers])
    skus = choose_skus(product, stock, schema.limits, part, bound, findings)
    content = _content(product, skus, choice.category_id, schema, rules, part, findings)
    prices = map_prices(skus, schema.limits, rules.price, findings)
    _check_codes([sku for sku in skus if sku.sku_id not in bound], schema.limits, findings)
    if findings.problems:
        return tuple(findings.problems)
    return MappedListing(content, prices, True, tuple(findings.notes), tuple(sku.sku_id for sku in skus))


def _content(
    product: CatalogProduct,
    skus: Sequence[CatalogSku],
    category_id: str,
    schema: CategorySchema,
    rules: MappingRules,
    part: tuple[int, ...] | None,
    findings: Findings,
) -> Content:
    limits, facts = schema.limits, gather_facts(product, rules, skus)
    varied = has_variants(product, part)
    axes, options = map_axes(product, skus, limits, rules, findings) if varied else ([], {})
    weights = map_weights(skus, limits, rules.weight, findings)
    tail = _named_options(product, skus[0]) if not varied and len(product.skus) > 1 and skus else []
    package = map_package(product, category_id, limits, rules, findings)
    attributes = map_attributes(product, skus, category_id, schema, rules, findings)
    _check_papers(limits, attributes, findings)
    return {
        "title": map_title(product.name, facts, limits, rules.title, findings, tail),
        "description": map_description(product.description, facts, limits, rules.description, findings),
        "category_id": category_id,
        "attributes": attributes,
        "brand_id": rules.brand.id,
        "brand": rules.brand.name,
        "weight_g": max(weights.values(), default=0),
        "package_cm": package,
        "pictures": _pictures(product.pictures, limits, findings),
        "couriers": map_couriers(schema, tuple(weights.values()), rules, findings, sized=bool(package)),
        "dangerous": is_dangerous(product, category_id, rules),
        "preorder_days": map_preorder(product, limits, findings),
        "axes": axes,
        "skus": [_sku(sku, options, weights) for sku in skus],
        "item_sku": product.code if varied or not skus else skus[0].code,
    }


def _check_papers(limits: Mapping[str, int], answers: Sequence[AttributeAnswer], findings: Findings) -> None:
    """Parks what needs something that cannot be sent: the channel would refuse it."""
    given = [(answer["attribute_id"], value["value_id"]) for answer in answers for value in answer["values"]]
    if limits.get("size_chart_mandatory"):
        findings.stop(MappingCode.SIZE_CHART, "size_chart")
    if limits.get("certificate_mandatory") or any(limits.get(certificate_key(*pair)) for pair in given):
        findings.stop(MappingCode.CERTIFICATE, "certificate")
    if limits.get("gtin_mandatory"):
        findings.stop(MappingCode.GTIN, "gtin")


def _check_codes(skus: Sequence[CatalogSku], limits: Mapping[str, int], findings: Findings) -> None:
    """Parks what has a code that the channel would refuse; a code is never changed by itself, since orders come back under it."""
    low, high = limits.get("sku_min", 1), limits.get("sku_max")
    blank = r"\S+" if limits.get("sku_blanks") == 0 else r".+"
    form = r"[A-Za-z0-9_-]+" if limits.get("sku_signs") == 0 else blank
    for sku in skus:
        if len(sku.code) < low or (high is not None and len(sku.code) > high) or not re.fullmatch(form, sku.code):
            limit = high if high is not None else "∞"
            findings.stop(MappingCode.SKU_CODE, sku.code, sku=sku.code, minimum=low, limit=limit)


def _named_options(product: CatalogProduct, sku: CatalogSku) -> list[str]:
    """The options of a variant that is a listing of its own, for its title; “Level 1”, since a bare 1 says nothing."""
    pairs = zip(product.axes, sku.options, strict=False)
    return [f"{axis} {option}" if option.isdigit() else option for axis, option in pairs]


def _sku(sku: CatalogSku, options: Mapping[str, list[str]], weights: Mapping[str, int]) -> ContentSku:
    return {"sku": sku.code, "options": options.get(sku.code, []), "weight_g": weights.get(sku.code, 0)}


def _pictures(links: Sequence[str], limits: Mapping[str, int], findings: Findings) -> list[str]:
    """The links in order, each once, as many as the channel takes."""
    unique = list(dict.fromkeys(links))
    least, most = limits.get("images_min", 0), limits.get("images_max")
    if len(unique) < least:
        findings.stop(MappingCode.PICTURES_TOO_FEW, "pictures", value=len(unique), limit=least)
    if most is not None and len(unique) > most:
        findings.note(MappingCode.PICTURES_LEFT_OUT, "pictures", value=len(unique), limit=most)
    return unique[:most]
