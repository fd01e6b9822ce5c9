"""The shipped word map: it parses, no word leads to two places, and every id is a leaf of the tree that can be listed on."""

import itertools
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.connectors.base import Connector, SchemaSource
from bridge.connectors.bukalapak import plugin
from bridge.mapping.categories import CategoryChoice, choose_category
from bridge.mapping.listing import MappedListing, map_listing
from bridge.mapping.rules import CategoryRule, MappingRules, parse_mapping_rules
from bridge.mapping.text import words
from bridge.model import CatalogProduct, CatalogSku
from bridge.sandbox.core.server import start_in_thread
from bridge.testing import SandboxWorld

FOLDER = Path(__file__).parents[3] / "config" / "mapping"


@pytest.fixture(scope="module")
def rules() -> MappingRules:
    common, own = (
        tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")) for name in ("common", "bukalapak")
    )
    return parse_mapping_rules(common, own)


@pytest.fixture(scope="module")
def shop() -> Iterator[Connector]:
    with start_in_thread("bukalapak", rate_limit=False) as address:
        yield SandboxWorld(address).connect(plugin)


def product(name: str, jenis: str, **changes: object) -> CatalogProduct:
    plain: dict[str, object] = {
        "product_id": 1,
        "code": "P",
        "merchant": "Samudra",
        "name": name,
        "description": "Buatan rumahan dari Lampung, tanpa bahan pengawet.",
        "jenis": jenis,
        "axes": (),
        "skus": (CatalogSku(1, "P-1", (), 15_000, 250),),
        "pictures": ("https://contoh.example/1.jpg",),
        "unit": "pack",
        "pack_qty": 1,
        "preorder_days": None,
        "licences": {"pirt": "2131872030889-29"},
        "attributes": {},
        "blockers": (),
    }
    return CatalogProduct(**{**plain, **changes})  # type: ignore[arg-type]


def test_no_word_leads_to_two_categories(rules: MappingRules) -> None:
    seen: dict[tuple[tuple[str, ...], tuple[str, ...]], list[CategoryRule]] = defaultdict(list)
    for rule in rules.category:
        for phrase in rule.words:
            seen[words(phrase), rule.also].append(rule)
    for key, found in seen.items():
        for one, other in itertools.combinations(found, 2):
            shared = not one.jenis or not other.jenis or set(one.jenis) & set(other.jenis)
            assert not shared, f"{key}: {one.id} and {other.id}"


def test_every_id_is_a_leaf(rules: MappingRules, shop: Connector) -> None:
    assert isinstance(shop, SchemaSource)
    leaves = {category.category_id for category in shop.categories() if category.leaf}
    assert {rule.id for rule in rules.category} <= leaves
    assert {each for rule in rules.attribute for each in rule.categories} <= leaves


@pytest.mark.parametrize(
    ("name", "jenis", "category_id"),
    [
        ("Keripik Tempe", "Makanan", "2010"),
        ("Rendang Jengkol", "Makanan", "2040"),
        ("Kopi Bubuk Robusta", "Minuman", "2020"),
        ("Sambal Seruit", "Makanan", "2035"),
        ("Bumbu Rendang", "Makanan", "2034"),
        ("Madu Hutan", "Makanan", "2036"),
        ("Kemeja Batik Lampung", "Fashion", "2133"),
        ("Gamis Ecoprint", "Fashion", "2102"),
        ("Peci Tapis", "Fashion", "12"),
        ("Sepatu Kulit Pria", "Fashion", "2136"),
        ("Tas Rotan", "Kerajinan", "2106"),
        ("Sabun Susu Kambing", "Kosmetik", "2201"),
        ("Minyak Urut", "Kosmetik", "2232"),
        ("Bibit Alpukat", "Pertanian", "2265"),
    ],
)
def test_goods_of_small_businesses_find_their_way(
    rules: MappingRules, shop: Connector, name: str, jenis: str, category_id: str
) -> None:
    assert isinstance(shop, SchemaSource)
    item = product(name, jenis, attributes={"Ukuran": "40"} if name.startswith("Sepatu") else {})
    choice = choose_category(item, rules)
    assert isinstance(choice, CategoryChoice)
    assert choice.category_id == category_id
    mapped = map_listing(item, {1: 5}, choice, shop.schema(category_id), rules)
    assert isinstance(mapped, MappedListing), mapped


@pytest.mark.parametrize("name", ["Celana Batik", "Peci Hitam", "Sepatu Batik", "Meja Rotan", "Kursi Bambu"])
def test_goods_without_a_leaf_are_asked(rules: MappingRules, name: str) -> None:
    assert not isinstance(choose_category(product(name, "Fashion"), rules), CategoryChoice)


@pytest.mark.parametrize("name", ["Kopi Jahe Instan", "Kopi Susu Gula Aren", "Kopi Rempah"])
def test_coffee_with_something_in_it_is_a_blend(rules: MappingRules, shop: Connector, name: str) -> None:
    assert isinstance(shop, SchemaSource)
    schema = shop.schema("2020")
    item = product(name, "Minuman")
    mapped = map_listing(item, {1: 5}, CategoryChoice("2020", 0.9, "test"), schema, rules)
    assert isinstance(mapped, MappedListing), mapped
    texts = [value["text"] for answer in mapped.content["attributes"] for value in answer["values"]]
    assert "Campuran" in texts


def test_plain_coffee_whose_kind_nobody_says_is_asked(rules: MappingRules, shop: Connector) -> None:
    assert isinstance(shop, SchemaSource)
    choice = CategoryChoice("2020", 0.9, "test")
    asked = map_listing(product("Kopi Bubuk", "Minuman"), {1: 5}, choice, shop.schema("2020"), rules)
    assert not isinstance(asked, MappedListing)
    assert [(problem.code, problem.place) for problem in asked] == [("M_ATTRIBUTE_MISSING", "Jenis Kopi")]
