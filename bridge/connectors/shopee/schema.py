"""What a category asks for: the tree, its attributes, limits and brand rule, and the shop's couriers."""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.connectors.shopee.client import ShopeeClient
from bridge.connectors.shopee.types import (
    AttributeNode,
    AttributeTrees,
    BrandPage,
    CategoryRow,
    CategoryTree,
    FoundValues,
    Limits,
    LogisticsChannel,
    LogisticsChannels,
)
from bridge.model import Attribute, Category, CategorySchema, Courier

BRAND = "brand"  # as if it were an attribute, for `choices`
NEEDS_A_PERSON = frozenset({"SIZE_SELECTION", "CUSTOM_PRICE"})  # couriers whose size or fee is chosen per item
_KINDS = {1: "choice", 2: "choice_text", 4: "choices", 5: "choices_text"}
_TEXTS = {1: "number", 3: "number", 4: "date"}
_BANDS = {
    "price": "price_limit",
    "stock": "stock_limit",
    "title": "item_name_length_limit",
    "description": "item_description_length_limit",
    "images": "item_image_count_limit",
    "axis_name": "tier_variation_name_length_limit",
    "option_name": "tier_variation_option_length_limit",
}


class SchemaReader:
    """Reads the schemas of one shop; the couriers once."""

    def __init__(self, client: ShopeeClient) -> None:
        self._client = client
        self._couriers: tuple[Courier, ...] | None = None
        self._attributes: dict[str, tuple[Attribute, ...]] = {}

    def categories(self) -> Iterator[Category]:
        """The whole tree in one answer, parents first."""
        language = self._client.settings.language
        tree = self._client.get("/product/get_category", CategoryTree, "schema", language=language)
        waiting: dict[str, list[CategoryRow]] = {}
        for row in tree.category_list:
            waiting.setdefault(row.parent_category_id, []).append(row)
        level = waiting.get("0", [])
        while level:
            yield from (_category(row) for row in level)
            level = [child for row in level for child in waiting.get(row.category_id, [])]

    def schema(self, category_id: str) -> CategorySchema:
        """Four reads for the first category of a shop, three for each other one."""
        attributes = self._read_attributes(category_id)
        told = self._client.get("/product/get_item_limit", Limits, "schema", category_id=category_id)
        brands = self._brands(category_id, 0)
        limits = {
            **self._client.config["limits_unverified"],
            **self._client.config["limits"],
            **read_limits(told.model_extra or {}),
            "brand_mandatory": int(brands.is_mandatory),
        }
        couriers = self._shop_couriers()
        text = repr((attributes, sorted(limits.items()), couriers))
        return CategorySchema(attributes, limits, hashlib.sha256(text.encode()).hexdigest()[:16], couriers)

    def choices(self, category_id: str, attribute_id: str, text: str) -> Sequence[tuple[str, str]]:
        """Listed values near a text; for `brand` the category's brands whose name holds it. Only long lists need a search."""
        if attribute_id == BRAND:
            return list(self._brand_choices(category_id, text))
        if category_id not in self._attributes:
            self._read_attributes(category_id)
        asked = next((row for row in self._attributes[category_id] if row.attribute_id == attribute_id), None)
        if asked is not None and asked.options:
            return [pair for pair in asked.options if text.casefold() in pair[1].casefold()]
        body = {"attribute_id": int(attribute_id), "value_name": text, "cursor": 0, "limit": 100}
        found = self._client.post("/product/search_attribute_value_list", body, FoundValues, "schema")
        return [(row.value_id, row.value_name) for row in found.value_list]

    def _read_attributes(self, category_id: str) -> tuple[Attribute, ...]:
        language = self._client.settings.language
        trees = self._client.get(
            "/product/get_attribute_tree", AttributeTrees, "schema", category_id_list=category_id, language=language
        )
        nodes = [node for tree in trees.list for node in tree.attribute_tree]
        self._attributes[category_id] = tuple(_attributes(nodes, None))
        return self._attributes[category_id]

    def _brand_choices(self, category_id: str, text: str) -> Iterator[tuple[str, str]]:
        offset = 0
        while True:
            page = self._brands(category_id, offset)
            for row in page.brand_list:
                name = row.display_brand_name or row.original_brand_name
                if text.casefold() in name.casefold():
                    yield row.brand_id, row.original_brand_name or name
            if not page.has_next_page or page.next_offset <= offset:
                return
            offset = page.next_offset

    def _brands(self, category_id: str, offset: int) -> BrandPage:
        size = self._client.config["batch"]["list_page"]
        return self._client.get(
            "/product/get_brand_list",
            BrandPage,
            "schema",
            offset=offset,
            page_size=size,
            category_id=category_id,
            status=1,
        )

    def _shop_couriers(self) -> tuple[Courier, ...]:
        if self._couriers is None:
            found = self._client.get("/logistics/get_channel_list", LogisticsChannels, "schema")
            self._couriers = tuple(
                _courier(row)
                for row in found.logistics_channel_list
                if row.enabled and row.mask_channel_id == 0 and row.fee_type not in NEEDS_A_PERSON
            )
        return self._couriers


def _category(row: CategoryRow) -> Category:
    parent = row.parent_category_id if row.parent_category_id != "0" else None
    name = row.display_category_name or row.original_category_name
    return Category(row.category_id, name, parent, not row.has_children)


def _attributes(nodes: Sequence[AttributeNode], parent: tuple[str, str] | None) -> Iterator[Attribute]:
    """Depth first: a question, then those that hang on one of its answers."""
    for node in nodes:
        info = node.attribute_info
        yield Attribute(
            attribute_id=node.attribute_id,
            name=node.name,
            mandatory=node.mandatory,
            kind=_KINDS.get(info.input_type, _TEXTS.get(info.input_validation_type, "text")),
            options=tuple((value.value_id, value.name) for value in node.attribute_value_list),
            unit_options=tuple(info.attribute_unit_list) if info.format_type == 2 else (),
            parent=parent,
        )
        for value in node.attribute_value_list:
            yield from _attributes(value.child_attribute_list, (node.attribute_id, value.value_id))


def read_limits(told: Mapping[str, Any]) -> dict[str, int]:
    """The bands and flags that Shopee told, in our names; what it left out is left out."""
    limits: dict[str, int] = {}
    for name, field in _BANDS.items():
        band = told.get(field) or {}
        if band.get("min_limit") is not None:
            limits[f"{name}_min"] = math.ceil(band["min_limit"])
        if band.get("max_limit"):
            limits[f"{name}_max"] = math.floor(band["max_limit"])
    days = (told.get("dts_limit") or {}).get("days_to_ship_limit") or {}
    if days:
        none = days.get("max_limit", -1) < 0
        limits |= {"preorder_min": 0, "preorder_max": 0} if none else _days(days)
    flags = {
        "weight_mandatory": (told.get("weight_limit") or {}).get("weight_mandatory"),
        "dimension_mandatory": (told.get("dimension_limit") or {}).get("dimension_mandatory"),
        "size_chart_mandatory": (told.get("size_chart_limit") or {}).get("size_chart_mandatory"),
        "gtin_mandatory": (told.get("gtin_limit") or {}).get("gtin_validation_rule") == "Mandatory",
    }
    return limits | {name: int(flag) for name, flag in flags.items() if flag is not None}


def _days(band: Mapping[str, int]) -> dict[str, int]:
    return {"preorder_min": band.get("min_limit", 0), "preorder_max": band["max_limit"]}


def _courier(row: LogisticsChannel) -> Courier:
    weight = row.weight_limit
    smallest = round(weight.item_min_weight * 1000) if weight is not None else 0
    largest = round(weight.item_max_weight * 1000) if weight is not None else 0
    by_size = row.fee_type == "SIZE_INPUT"  # 3.1: the package's dimension is then required
    return Courier(row.logistics_channel_id, row.logistics_channel_name, smallest or None, largest or None, by_size)
