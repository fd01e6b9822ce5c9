"""The category tree as the calls see it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from bridge.sandbox.tokopedia.attributes import PROFILES, Profile
from bridge.sandbox.tokopedia.category_tree import TREE
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.values import PLATFORMS, TIKTOK_SHOP, TOKOPEDIA

ONLY = {"": PLATFORMS, "T": (TOKOPEDIA,), "S": (TIKTOK_SHOP,)}


@dataclass(frozen=True, slots=True)
class Category:
    category_id: str
    parent_id: str
    name: str
    platforms: tuple[str, ...]
    profile_name: str  # empty: not a leaf
    permission: str

    @property
    def leaf(self) -> bool:
        return bool(self.profile_name)

    @property
    def profile(self) -> Profile:
        return PROFILES[self.profile_name]

    def row(self) -> dict[str, Any]:
        return {
            "id": self.category_id,
            "parent_id": self.parent_id,
            "local_name": self.name,
            "is_leaf": self.leaf,
            "permission_statuses": [self.permission],
        }


def _parse(line: str) -> Category:
    number, parent, name, only, profile = line.split("|")
    profile_name, _, permission = profile.partition("!")
    return Category(number, parent, name, ONLY[only], profile_name, permission or "AVAILABLE")


CATEGORIES = {category.category_id: category for category in map(_parse, TREE.strip().splitlines())}
LEAVES = tuple(category for category in CATEGORIES.values() if category.leaf)


def leaf(category_id: str) -> Category:
    found = CATEGORIES.get(category_id)
    if found is None:
        raise ApiError(12052023 if category_id.isdecimal() else 12052002)
    if not found.leaf:
        raise ApiError(12052024)
    return found


@cache
def chain(category_id: str) -> list[dict[str, Any]]:
    """From the root to the category, as a product shows it."""
    found = CATEGORIES[category_id]
    above = chain(found.parent_id) if found.parent_id != "0" else []
    row = {key: value for key, value in found.row().items() if key != "permission_statuses"}
    return [*above, row]


@cache
def rows(platform: str, keyword: str, prohibited: bool) -> list[dict[str, Any]]:
    """The tree of one storefront. With a keyword only what bears it in its name."""
    return [
        category.row()
        for category in CATEGORIES.values()
        if platform in category.platforms
        and keyword.lower() in category.name.lower()
        and (prohibited or category.permission != "PROHIBITED")
    ]


def recommend(title: str, platform: str) -> Category | None:
    """The leaf whose name shares most words with the title."""
    words = set(title.lower().split())
    fitting = [category for category in LEAVES if platform in category.platforms and category.permission == "AVAILABLE"]
    scored = [(len(words & set(category.name.lower().split())), category) for category in fitting]
    best = max(scored, key=lambda pair: pair[0])
    return best[1] if best[0] else None
