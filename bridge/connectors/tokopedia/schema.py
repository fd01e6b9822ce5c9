"""What a category asks for: the tree that all storefronts of the shop share, its attributes and its rules."""

import hashlib
from collections.abc import Iterator, Sequence

from bridge.connectors.tokopedia.client import TokopediaClient
from bridge.connectors.tokopedia.types import (
    AttributeList,
    AttributeRow,
    BrandPage,
    CategoryList,
    CategoryRow,
    CategoryRules,
    Demand,
)
from bridge.model import Attribute, Category, CategorySchema, certificate_key

CATEGORIES = "/product/202309/categories"
BRAND = "brand"  # as if it were an attribute, for `choices`
VERSION = {"category_version": "v2", "locale": "id-ID"}


class SchemaReader:
    """Reads the schemas of one shop."""

    def __init__(self, client: TokopediaClient) -> None:
        self._client = client
        self._attributes: dict[str, tuple[Attribute, ...]] = {}

    def categories(self) -> Iterator[Category]:
        """One read per storefront; leaves that one of them lacks are left out, and branches that then bear none."""
        trees = [self._tree(name) for name in self._client.settings.storefronts]
        rows = trees[0]
        leaves = [row for row in rows.values() if row.is_leaf and all(row.id in tree for tree in trees)]
        told: set[str] = set()
        for leaf in leaves:
            yield from (self._category(row, rows, told) for row in _branch(leaf, rows) if row.id not in told)

    def _tree(self, storefront: str) -> dict[str, CategoryRow]:
        found = self._client.get(CATEGORIES, CategoryList, "schema", listing_platform=storefront, **VERSION)
        return {row.id: row for row in found.categories}

    @staticmethod
    def _category(row: CategoryRow, rows: dict[str, CategoryRow], told: set[str]) -> Category:
        told.add(row.id)
        return Category(row.id, row.local_name, row.parent_id if row.parent_id in rows else None, row.is_leaf)

    def schema(self, category_id: str) -> CategorySchema:
        """Two reads."""
        attributes = self._read_attributes(category_id)
        rules = self._client.get(f"{CATEGORIES}/{category_id}/rules", CategoryRules, "schema", **VERSION)
        config = self._client.config
        preorder = (
            config["preorder"] if "PRE_ORDER" in str(rules.allowed_special_product_types) else {"min": 0, "max": 0}
        )
        limits = {
            **config["limits"],
            "preorder_min": preorder["min"],
            "preorder_max": preorder["max"],
            "dimension_mandatory": int(rules.package_dimension.is_required),
            "size_chart_mandatory": int(rules.size_chart.is_required),
            **(config["seller_sku"] if rules.seller_sku.is_required else {}),
            **_certificates(rules.product_certifications),
        }
        version = hashlib.sha256(repr((attributes, sorted(limits.items()))).encode()).hexdigest()[:16]
        return CategorySchema(attributes, limits, version)

    def choices(self, category_id: str, attribute_id: str, text: str) -> Sequence[tuple[str, str]]:
        """Listed values near a text; all come with the attributes. For `brand`: brands whose name begins with it."""
        if attribute_id == BRAND:
            return list(self._brands(category_id, text))
        if category_id not in self._attributes:
            self._read_attributes(category_id)
        asked = next((row for row in self._attributes[category_id] if row.attribute_id == attribute_id), None)
        options = asked.options if asked is not None else ()
        return [pair for pair in options if text.casefold() in pair[1].casefold()]

    def _read_attributes(self, category_id: str) -> tuple[Attribute, ...]:
        path = f"{CATEGORIES}/{category_id}/attributes"
        rows = self._client.get(path, AttributeList, "schema", **VERSION).attributes
        found = tuple(_attribute(row) for row in rows if row.type != "SALES_PROPERTY")
        self._attributes[category_id] = found
        return found

    def _brands(self, category_id: str, text: str) -> Iterator[tuple[str, str]]:
        token = ""
        while True:
            size = self._client.config["batch"]["page"]
            page = self._client.get(
                "/product/202309/brands", BrandPage, "schema",
                category_id=category_id, brand_name=text, page_size=size, page_token=token,
            )  # fmt: skip
            yield from ((row.id, row.name) for row in page.brands)
            if page.next_page_token in ("", token):
                return
            token = page.next_page_token


def _certificates(rows: Sequence[Demand]) -> dict[str, int]:
    """Whether one is always needed, and with which answers one is."""
    always = any(row.is_required and not row.requirement_conditions for row in rows)
    answers = [condition for row in rows for condition in row.requirement_conditions]
    return {"certificate_mandatory": int(always)} | {
        certificate_key(each.attribute_id, each.attribute_value_id): 1 for each in answers
    }


def _branch(leaf: CategoryRow, rows: dict[str, CategoryRow]) -> list[CategoryRow]:
    """From the root to the leaf."""
    path = [leaf]
    while path[0].parent_id in rows and len(path) <= len(rows):
        path.insert(0, rows[path[0].parent_id])
    return path


def _attribute(row: AttributeRow) -> Attribute:
    """Asked under a condition, it hangs on the first answer that brings it up."""
    if row.values:
        kind = ("choices" if row.is_multiple_selection else "choice") + ("_text" if row.is_customizable else "")
    else:
        kind = "number" if "INT" in row.value_data_format or "DECIMAL" in row.value_data_format else "text"
    condition = row.requirement_conditions[0] if row.requirement_conditions else None
    return Attribute(
        attribute_id=row.id,
        name=row.name,
        mandatory=row.is_required or condition is not None,
        kind=kind,
        options=tuple((value.id, value.name) for value in row.values),
        parent=(condition.attribute_id, condition.attribute_value_id) if condition is not None else None,
    )
