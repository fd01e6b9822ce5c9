"""The category tree as the calls see it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from bridge.sandbox.shopee.category_tree import TREE


@dataclass(frozen=True, slots=True)
class Category:
    category_id: int
    parent_id: int
    name_id: str
    name_en: str
    profile: str  # empty: not a leaf

    @property
    def leaf(self) -> bool:
        return bool(self.profile)


def _parse(line: str) -> Category:
    number, parent, name_id, name_en, profile = line.split("|")
    return Category(int(number), int(parent), name_id, name_en, profile)


CATEGORIES = {category.category_id: category for category in map(_parse, TREE.strip().splitlines())}


def leaf(category_id: int) -> Category | None:
    found = CATEGORIES.get(category_id)
    return found if found is not None and found.leaf else None


@cache
def category_list(language: str) -> list[dict[str, Any]]:
    """The whole tree as get_category answers it."""
    return [
        {
            "category_id": c.category_id,
            "parent_category_id": c.parent_id,
            "original_category_name": c.name_en,
            "display_category_name": c.name_id if language == "id" else c.name_en,
            "has_children": not c.leaf,
        }
        for c in CATEGORIES.values()
    ]


def recommend(name: str) -> list[int]:
    """Leaves whose names share a word with the item's name; some leaf always."""
    words = {word for word in name.lower().split() if len(word) > 2}
    found = [
        c.category_id for c in CATEGORIES.values() if c.leaf and words & set(f"{c.name_id} {c.name_en}".lower().split())
    ]
    return found[:5] or [100793]
