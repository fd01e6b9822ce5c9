"""The category tree as the platform tells it, and what follows from a category."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bridge.sandbox.bukalapak.category_tree import TREE


@dataclass(slots=True)
class Category:
    category_id: int
    parent_id: int
    name: str
    profile: str  # empty for those that have children
    children: list["Category"] = field(default_factory=list)


def _read() -> dict[int, Category]:
    found: dict[int, Category] = {}
    for line in TREE.strip().splitlines():
        number, parent, name, profile = line.split("|")
        found[int(number)] = Category(int(number), int(parent), name, profile)
        if parent != "0":
            found[int(parent)].children.append(found[int(number)])
    return found


CATEGORIES = _read()


def leaf(category_id: int | None) -> Category | None:
    """The category if products can be listed in it."""
    category = CATEGORIES.get(category_id or 0)
    return category if category is not None and not category.children else None


@cache
def ancestry(category_id: int) -> tuple[int, ...]:
    """Ids from the root down to the category."""
    parent = CATEGORIES[category_id].parent_id
    return (*ancestry(parent), category_id) if parent else (category_id,)


@cache
def structure(category_id: int) -> tuple[str, ...]:
    return tuple(CATEGORIES[number].name for number in ancestry(category_id))


@cache
def path(category_id: int) -> str:
    return "/".join(slug(name) for name in structure(category_id))


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


@cache
def tree(*, urls: bool) -> list[dict[str, Any]]:
    """Leaves have no `children` key. In 2013 there were no urls."""
    return [_node(category, urls) for category in CATEGORIES.values() if not category.parent_id]


def _node(category: Category, urls: bool) -> dict[str, Any]:
    node: dict[str, Any] = {"id": category.category_id, "name": category.name}
    if urls:
        node["url"] = f"/c/{path(category.category_id)}"
    if category.children:
        node["children"] = [_node(child, urls) for child in category.children]
    return node
