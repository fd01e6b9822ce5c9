"""Which category of a channel a product belongs to: a person's choice, else the word map, else a problem. Never a guess.

In Indonesian the head of a name comes first: *sabun* susu kambing is soap, *keripik* tempe are crisps. So of all phrases in the
name the one that begins earliest wins, and of those that begin there the longest.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bridge.mapping.problems import MappingCode, problem
from bridge.mapping.rules import CategoryRule, MappingRules
from bridge.mapping.text import find_words, fold, words
from bridge.model import CatalogProduct, Category, Problem

_AND = re.compile(r"\s+(?:dan|atau|&|\+|plus)\s+|\s*[,/;]\s*", re.IGNORECASE)
_CHOSEN, _SURE, _INSIDE, _KIND_UNKNOWN = 1.0, 0.9, 0.8, 0.7


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    category_id: str
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class CategorySuggestion:
    category_id: str
    path: str
    score: float


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    phrase: tuple[str, ...]
    rule: CategoryRule

    @property
    def rank(self) -> tuple[int, bool, int, bool]:
        """Smaller is better: early, with its extra word, long, meant for this kind."""
        return (self.start, not self.rule.also, -len(self.phrase), not self.rule.jenis)


def choose_category(product: CatalogProduct, rules: MappingRules) -> CategoryChoice | Problem:
    """The category for a product, with how sure that is, or what a person must decide."""
    if product.category_id is not None:
        return CategoryChoice(product.category_id, _CHOSEN, "chosen by a person")
    parts = [_best(words(part), product.jenis, rules) for part in _AND.split(_bare_name(product))]
    heads = [best for i, best in enumerate(parts) if best and (i == 0 or best[0].start == 0)] or [b for b in parts if b]
    if not heads:
        return _unknown(product, rules)
    ids = {hit.rule.id for best in heads for hit in best}
    if len(ids) > 1:
        hits = [hit for best in heads for hit in best]
        return problem(MappingCode.CATEGORY_AMBIGUOUS, "category", name=product.name, candidates=_named(hits))
    return _judged(product, heads[0][0], rules)


def _judged(product: CatalogProduct, hit: _Hit, rules: MappingRules) -> CategoryChoice | Problem:
    confidence = _KIND_UNKNOWN if product.jenis is None else _SURE if hit.start == 0 else _INSIDE
    if confidence < rules.confidence_min:
        values = {"name": product.name, "category": hit.rule.id, "confidence": f"{confidence:.0%}"}
        return problem(MappingCode.CATEGORY_UNSURE, "category", **values)
    return CategoryChoice(hit.rule.id, confidence, f"“{' '.join(hit.phrase)}” in the name")


def _unknown(product: CatalogProduct, rules: MappingRules) -> Problem:
    jenis = product.jenis if product.jenis is not None else "-"
    others = _best(words(_bare_name(product)), None, rules)
    if others and product.jenis is not None:
        values = {"name": product.name, "jenis": jenis, "candidates": _named(others)}
        return problem(MappingCode.CATEGORY_CONFLICT, "category", **values)
    return problem(MappingCode.CATEGORY_UNKNOWN, "category", name=product.name, jenis=jenis)


def _named(hits: Sequence[_Hit]) -> str:
    return ", ".join(sorted({f"{hit.rule.id} ({' '.join(hit.phrase)})" for hit in hits}))


def _bare_name(product: CatalogProduct) -> str:
    """The name without the business's own name in front: “Kopi Senja” may well sell crisps."""
    pattern = r"\W+".join(re.escape(word) for word in product.merchant.split())
    rest = re.sub(rf"^\W*{pattern}\b[\s,:–-]*", "", product.name, flags=re.IGNORECASE) if pattern else product.name
    return rest if rest.strip() else product.name


def _best(name: Sequence[str], jenis: str | None, rules: MappingRules) -> list[_Hit]:
    """All hits of the best rank; more than one only where the map itself is undecided.

    None where goods stand before them that the file names as having no category: “sepatu batik” is no cloth.
    """
    hits = _hits(name, jenis, rules)
    best = min((hit.rank for hit in hits), default=None)
    if best is None or any(find_words(phrase, name[: best[0]]) >= 0 for phrase in rules.unmapped):
        return []
    return [hit for hit in hits if hit.rank == best]


def _hits(name: Sequence[str], jenis: str | None, rules: MappingRules) -> list[_Hit]:
    found = []
    for start, first in enumerate(name):
        for phrase, rule in rules.words_index.get(first, ()):
            if tuple(name[start : start + len(phrase)]) == phrase and _allowed(rule, name, jenis):
                found.append(_Hit(start, phrase, rule))
    return found


def _allowed(rule: CategoryRule, name: Sequence[str], jenis: str | None) -> bool:
    if jenis is not None and rule.jenis and jenis not in rule.jenis:
        return False
    return not rule.also or any(find_words(words(extra), name) >= 0 for extra in rule.also)


def suggest_categories(
    product: CatalogProduct, categories: Sequence[Category], rules: MappingRules, limit: int = 5
) -> list[CategorySuggestion]:
    """Leaves whose name or path is near the product's, the map's own choice first. For a person to choose from."""
    known = {category.category_id: category for category in categories}
    chosen = choose_category(product, rules)
    mapped = chosen.category_id if isinstance(chosen, CategoryChoice) else None
    text = fold(f"{product.name} {product.jenis if product.jenis is not None else ''}")
    found = []
    for category in categories:
        if category.leaf:
            path = _path(category, known)
            score = 100.0 if category.category_id == mapped else _nearness(text, category.name, path)
            found.append(CategorySuggestion(category.category_id, path, round(score, 1)))
    return sorted(found, key=lambda each: (-each.score, each.path, each.category_id))[:limit]


def _nearness(text: str, name: str, path: str) -> float:
    return 0.7 * fuzz.token_set_ratio(text, fold(name)) + 0.29 * fuzz.token_set_ratio(text, fold(path))


def _path(category: Category, known: Mapping[str, Category]) -> str:
    names: list[str] = []
    at: Category | None = category
    seen: set[str] = set()
    while at is not None and at.category_id not in seen:
        seen.add(at.category_id)
        names.insert(0, at.name)
        at = known.get(at.parent_id) if at.parent_id is not None else None
    return " > ".join(names)
