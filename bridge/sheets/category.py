"""The product's kind, `jenis` (rule book A9). A mixture or an unknown word is no kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bridge.sheets.answers import other_answer
from bridge.sheets.reasons import Reason
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import drop_brackets, words


@dataclass(frozen=True, slots=True)
class Category:
    name: str | None
    reasons: tuple[Reason, ...] = ()


UNKNOWN = Category(None, (Reason.CATEGORY_UNKNOWN,))


def parse_category(answer: str, product: str, rules: ImportRules) -> Category:
    found = _named(answer[:300], rules)
    if len(found) == 1:
        return Category(next(iter(found)))
    if found == frozenset(rules.words.category_rules.food):
        return Category(_by_name(product, rules), (Reason.CATEGORY_FROM_NAME,))
    return UNKNOWN


@lru_cache(maxsize=1024)
def _named(answer: str, rules: ImportRules) -> frozenset[str]:
    said = drop_brackets(other_answer(answer, rules)).casefold()
    return frozenset(name for name, known in rules.words.categories.items() if any(word in said for word in known))


def _by_name(product: str, rules: ImportRules) -> str:
    decided = rules.words.category_rules
    name = f"{words(product)} "
    return decided.drink if any(name.startswith(f"{word} ") for word in decided.drink_words) else decided.other


def is_food(category: str | None, rules: ImportRules) -> bool:
    return category in rules.words.category_rules.food


def is_cosmetic(category: str | None, rules: ImportRules) -> bool:
    return category in rules.words.category_rules.cosmetics


def is_prohibited(product: str, rules: ImportRules) -> bool:
    said, known = words(product), _prohibited(rules)
    return any(f" {phrase} " in f" {said} " for word in said.split() for phrase in known.get(word, ()))


@lru_cache(maxsize=8)
def _prohibited(rules: ImportRules) -> Mapping[str, Sequence[str]]:
    """What may not be sold, by its first word."""
    phrases = [phrase for word in rules.words.prohibited.words if (phrase := words(word))]
    return {phrase.split()[0]: [each for each in phrases if each.split()[0] == phrase.split()[0]] for phrase in phrases}
