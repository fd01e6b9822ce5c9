"""Tokopedia's shipped rules against its sandbox: leaves of both storefronts, mandatory questions, titles of 25 to 255 signs."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
from mapping_samples import load, product, sample, sku, truth_file

from bridge.connectors.base import SchemaSource
from bridge.connectors.tokopedia import plugin
from bridge.mapping.categories import CategoryChoice, choose_category
from bridge.mapping.facts import gather_facts
from bridge.mapping.listing import MappedListing, map_listing
from bridge.mapping.rules import CategoryRule, MappingRules, parse_mapping_rules
from bridge.mapping.text import words
from bridge.model import CatalogProduct, CategorySchema, Problem
from bridge.sandbox.core.server import start_in_thread
from bridge.sandbox.tokopedia.text_rules import checked_description, checked_title
from bridge.testing import SandboxWorld

Schemas = Callable[[str], CategorySchema]
needs_sample = pytest.mark.skipif(truth_file() is None, reason="the sample's truth is not here")


@pytest.fixture(scope="module")
def rules() -> MappingRules:
    return parse_mapping_rules(load("common"), load("tokopedia"))


@pytest.fixture(scope="module")
def shop() -> Iterator[SchemaSource]:
    with start_in_thread("tokopedia", rate_limit=False) as address:
        connector = SandboxWorld(address).connect(plugin)
        assert isinstance(connector, SchemaSource)
        yield connector


@pytest.fixture(scope="module")
def schemas(shop: SchemaSource) -> Schemas:
    return cache(shop.schema)


def mapped(
    item: CatalogProduct, rules: MappingRules, schemas: Schemas, stock: dict[int, int | None] | None = None
) -> MappedListing | tuple[Problem, ...]:
    choice = choose_category(item, rules)
    assert isinstance(choice, CategoryChoice), choice.text()
    pieces = stock if stock is not None else {each.sku_id: 5 for each in item.skus}
    return map_listing(item, pieces, choice, schemas(choice.category_id), rules)


def listing(item: CatalogProduct, rules: MappingRules, schemas: Schemas) -> MappedListing:
    result = mapped(item, rules, schemas)
    assert isinstance(result, MappedListing), [problem.text() for problem in result]
    return result


def answers(result: MappedListing, schema: CategorySchema) -> dict[str, str]:
    names = {attribute.attribute_id: attribute.name for attribute in schema.attributes}
    given = result.content["attributes"]
    return {names[each["attribute_id"]]: ", ".join(value["text"] for value in each["values"]) for each in given}


def test_no_word_leads_to_two_categories(rules: MappingRules) -> None:
    seen: dict[tuple[tuple[str, ...], tuple[str, ...]], list[CategoryRule]] = defaultdict(list)
    for rule in rules.category:
        for phrase in rule.words:
            seen[words(phrase), rule.also].append(rule)
    for key, found in seen.items():
        for one, other in itertools.combinations(found, 2):
            shared = not one.jenis or not other.jenis or set(one.jenis) & set(other.jenis)
            assert not shared, f"{key}: {one.id} and {other.id}"


def test_every_id_is_a_leaf_of_both_storefronts(rules: MappingRules, shop: SchemaSource) -> None:
    leaves = {category.category_id for category in shop.categories() if category.leaf}
    assert {rule.id for rule in rules.category} <= leaves
    assert {each for rule in rules.attribute for each in rule.categories} <= leaves
    assert {each for rule in rules.package for each in rule.categories} <= leaves


@needs_sample
def test_the_sample_is_mapped_without_hand_work(rules: MappingRules, schemas: Schemas) -> None:
    items = [(replace(item, place="Metro Pusat"), stock) for item, stock in sample() if any(stock.values())]
    results = [mapped(item, rules, schemas, stock) for item, stock in items]
    assert len(items) > 130
    assert sum(isinstance(result, MappedListing) for result in results) >= 0.95 * len(items)
    for (item, stock), result in zip(items, results, strict=True):
        assert mapped(item, rules, schemas, stock) == result
        if isinstance(result, MappedListing):
            assert 25 <= len(result.content["title"]) <= 255
            checked_title(result.content["title"])
            checked_description(result.content["description"], ())
            assert result.content["couriers"] == []
            assert result.content["brand_id"] == ""


@needs_sample
def test_titles_say_nothing_that_the_sheet_does_not(rules: MappingRules, schemas: Schemas) -> None:
    for item, stock in sample():
        placed = replace(item, place="Metro Pusat")
        result = mapped(placed, rules, schemas, stock)
        if isinstance(result, MappedListing):
            facts = gather_facts(placed, rules)
            known = words(" ".join([item.name, *(facts.get(name, "") for name in rules.title.lengthen)]))
            assert set(words(result.content["title"])) <= set(known)
            assert words(result.content["title"])[: len(words(item.name))] == words(item.name)


@needs_sample
def test_without_a_place_only_what_is_too_short_is_parked(rules: MappingRules, schemas: Schemas) -> None:
    results = [mapped(item, rules, schemas, stock) for item, stock in sample() if any(stock.values())]
    parked = [problem.code for result in results if not isinstance(result, MappedListing) for problem in result]
    assert set(parked) <= {"M_TITLE_TOO_SHORT"}
    assert len(parked) <= 0.05 * len(results)


@pytest.mark.parametrize(
    ("name", "jenis", "category"),
    [
        ("Keripik Tempe", "Makanan", "700645"),
        ("Sale Pisang", "Makanan", "910018"),
        ("Kopi Bubuk Robusta", "Minuman", "910022"),
        ("Kopi Robusta Biji", "Minuman", "910023"),
        ("Kopi Jahe Instan", "Minuman", "910024"),
        ("Teh Kelor Celup", "Minuman", "910026"),
        ("Beras Merah", "Pertanian", "910061"),
        ("Tiwul Instan", "Makanan", "910061"),
        ("Gula Aren Cair", "Makanan", "910049"),
        ("Bakso Ikan Beku", "Makanan", "910071"),
        ("Bolu Kukus", "Makanan", "910073"),
        ("Rendang Jengkol", "Makanan", "910072"),
        ("Kebaya Sulam Usus", "Fashion", "910132"),
        ("Kemeja Batik Siger", "Fashion", "910153"),
        ("Kemeja Batik Tulis Siger", "Fashion", "910154"),
        ("Kemeja Batik Cap Wanita", "Fashion", "910134"),
        ("Kaos Anak Perempuan", "Fashion", "910162"),
        ("Kain Batik Cap", "Fashion", "910171"),
        ("Sandal Kulit", "Fashion", "910211"),
        ("Tas Anyam Pandan", "Kerajinan", "910184"),
        ("Kursi Rotan", "Kerajinan", "910231"),
        ("Sapu Lidi", "Kerajinan", "910229"),
        ("Sabun Susu Kambing", "Kosmetik", "910282"),
        ("Minyak Urut Kunyit", "Kosmetik", "910302"),
        ("Bibit Alpukat", "Pertanian", "910311"),
        ("Aglonema Merah", "Pertanian", "910312"),
        ("Media Tanam Sekam", "Pertanian", "910314"),
    ],
)
def test_usual_goods_are_mapped_with_all_that_is_asked(
    rules: MappingRules, schemas: Schemas, name: str, jenis: str, category: str
) -> None:
    assert listing(product(name=name, jenis=jenis), rules, schemas).content["category_id"] == category


@pytest.mark.parametrize(
    ("name", "jenis"),
    [
        ("Sepatu Batik", "Fashion"),
        ("Parfum Melati", "Kosmetik"),
        ("Kapsul Kelor", "Minuman"),
        ("Lampu Bambu", "Kerajinan"),
        ("Angklung Bambu", "Kerajinan"),
    ],
)
def test_goods_without_a_leaf_of_both_storefronts_are_asked(rules: MappingRules, name: str, jenis: str) -> None:
    assert not isinstance(choose_category(product(name=name, jenis=jenis), rules), CategoryChoice)


@pytest.mark.parametrize(
    ("name", "jenis", "question", "answer"),
    [
        ("Keripik Tempe", "Makanan", "Negara Asal", "Indonesia"),
        ("Keripik Tempe", "Makanan", "Nomor Izin Edar (PIRT/BPOM)", "2131872030889-29"),
        ("Keripik Tempe", "Makanan", "Berat Bersih (g)", "250"),
        ("Bolu Kukus", "Makanan", "Masa Simpan", "7 Hari"),
        ("Bolu Kukus", "Makanan", "Cara Penyimpanan", "Suhu Ruang"),
        ("Bakso Ikan", "Makanan", "Cara Penyimpanan", "Beku"),
        ("Kopi Bubuk Robusta", "Minuman", "Jenis Kopi", "Robusta"),
        ("Kopi Susu", "Minuman", "Jenis Kopi", "Campuran"),
        ("Teh Daun Kelor", "Minuman", "Jenis Teh", "Teh Herbal"),
        ("Beras Merah", "Pertanian", "Jenis Beras", "Beras Merah"),
        ("Beras Organik", "Pertanian", "Jenis Beras", "Beras Putih"),
        ("Kunyit Asam", "Minuman", "Komposisi", "Kunyit dan asam jawa (bahan utama)"),
        ("Kemeja Batik Printing", "Fashion", "Teknik Batik", "Printing"),
        ("Kemeja Batik Siger", "Fashion", "Motif", "Batik"),
        ("Talenan Kayu", "Kerajinan", "Bahan Kerajinan", "Kayu"),
        ("Dompet Tapis", "Fashion", "Bahan Kerajinan", "Kain"),
        ("Gantungan Kunci", "Kerajinan", "Bahan Kerajinan", "Lainnya"),
        ("Sabun Susu Kambing", "Kosmetik", "Jenis Sabun", "Batang"),
        ("Pupuk Kompos", "Pertanian", "Jenis Pupuk", "Kompos"),
        ("Aglonema Merah", "Pertanian", "Jenis Tanaman", "Hias"),
    ],
)
def test_questions_are_answered_from_the_sheet_or_a_named_default(
    rules: MappingRules, schemas: Schemas, name: str, jenis: str, question: str, answer: str
) -> None:
    result = listing(product(name=name, jenis=jenis), rules, schemas)
    assert answers(result, schemas(result.content["category_id"]))[question] == answer


@pytest.mark.parametrize(
    ("name", "jenis", "question"),
    [("Kopi Bubuk", "Minuman", "Jenis Kopi"), ("Teh Tubruk", "Minuman", "Jenis Teh"), ("Baju Adat", "Fashion", "Teknik Batik")],
)  # fmt: skip
def test_what_nobody_said_is_asked(rules: MappingRules, schemas: Schemas, name: str, jenis: str, question: str) -> None:
    result = mapped(product(name=name, jenis=jenis), rules, schemas)
    assert not isinstance(result, MappedListing)
    assert [(problem.code, problem.place) for problem in result] == [("M_ATTRIBUTE_MISSING", question)]


@pytest.mark.parametrize(
    ("name", "jenis", "code"),
    [
        ("Mainan Kayu Edukasi", "Kerajinan", "M_CERTIFICATE"),
        ("Lotion Zaitun", "Kosmetik", "M_CERTIFICATE"),
        ("Sabun Antiseptik Sereh", "Kosmetik", "M_CERTIFICATE"),
        ("Sepatu Kulit Pria", "Fashion", "M_SIZE_CHART"),
    ],
)
def test_what_needs_a_paper_that_cannot_be_sent_is_parked(
    rules: MappingRules, schemas: Schemas, name: str, jenis: str, code: str
) -> None:
    result = mapped(product(name=name, jenis=jenis, skus=(sku(code="KRP-01"),)), rules, schemas)
    assert not isinstance(result, MappedListing)
    assert [problem.code for problem in result] == [code]


def test_some_categories_take_no_short_codes(rules: MappingRules, schemas: Schemas) -> None:
    result = mapped(product(name="Sepatu Kulit Pria", jenis="Fashion"), rules, schemas)
    assert not isinstance(result, MappedListing)
    assert [problem.code for problem in result] == ["M_SIZE_CHART", "M_SKU_CODE"]


@pytest.mark.parametrize(("cell", "answer"), [("250 gr", "250"), ("1 kg", "1000"), ("0,5 kg", "500"), ("250 ml", None)])
def test_a_unit_in_the_questions_name_is_kept(
    rules: MappingRules, schemas: Schemas, cell: str, answer: str | None
) -> None:
    result = listing(product(name="Madu Hutan", attributes={"Netto": cell}), rules, schemas)
    assert answers(result, schemas(result.content["category_id"])).get("Berat Bersih (g)") == answer


def test_a_package_size_is_told_only_where_it_is_asked_for(rules: MappingRules, schemas: Schemas) -> None:
    stool = listing(product(name="Kursi Rotan", jenis="Kerajinan"), rules, schemas)
    assert stool.content["package_cm"] == [60, 40, 40]
    assert listing(product(), rules, schemas).content["package_cm"] == []


@pytest.mark.parametrize("jenis", ["Makanan", "Minuman", "Fashion", "Kosmetik", "Kerajinan", "Pertanian"])
def test_every_kind_has_a_package_for_a_tree_that_asks(rules: MappingRules, jenis: str) -> None:
    assert any(not rule.categories and jenis in rule.jenis for rule in rules.package)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Abon Lele", "Abon Lele 250 g Samudra Snack"),
        ("KERIPIK TEMPE 100GR", "Keripik Tempe 100gr Samudra Snack"),
        ("Keripik 😋 Tempe ❤️ 1️⃣ WA 0812-3456-7890", "Keripik Tempe 1 250 g Samudra Snack"),
        ("Keripik &amp; Kawan Shopee", "Keripik & Kawan 250 g Samudra Snack"),
        ("Keripik Tempe Wuenaaaaaaaaaaaaaak", "Keripik Tempe Wuenaaaaaaaaak"),
    ],
)
def test_titles_of_this_channel(rules: MappingRules, schemas: Schemas, name: str, title: str) -> None:
    assert checked_title(listing(product(name=name), rules, schemas).content["title"]) == title


def test_a_title_that_stays_too_short_is_parked(rules: MappingRules, schemas: Schemas) -> None:
    item = product(name="Peci Tapis", jenis="Fashion", merchant="Tapis", place=None)
    result = mapped(item, rules, schemas)
    assert not isinstance(result, MappedListing)
    assert [problem.code for problem in result] == ["M_TITLE_TOO_SHORT"]


@pytest.mark.parametrize(
    ("merchant", "title"),
    [
        ("SNACK EMBUN", "Abon Lele 250 g Snack Embun"),
        ("Snack Embun 😋 WA 0812-3456-7890", "Abon Lele 250 g Snack Embun"),
        ("Snack Embun Shopee", "Abon Lele 250 g Snack Embun"),
    ],
)
def test_a_businesss_name_is_tidied_like_the_products(
    rules: MappingRules, schemas: Schemas, merchant: str, title: str
) -> None:
    assert listing(product(name="Abon Lele", merchant=merchant), rules, schemas).content["title"] == title


def test_liquid_soap_has_no_net_weight(rules: MappingRules, schemas: Schemas) -> None:
    result = mapped(product(name="Sabun Cair Sereh", jenis="Kosmetik"), rules, schemas)
    assert not isinstance(result, MappedListing)
    assert [problem.place for problem in result] == ["Berat Bersih (g)"]


def test_variants_of_different_weights_leave_the_net_weight_out(rules: MappingRules, schemas: Schemas) -> None:
    skus = (sku(1, "A", "100 gr", weight=100), sku(2, "B", "250 gr", weight=250))
    result = listing(product(name="Abon Lele", axes=("Kemasan",), skus=skus), rules, schemas)
    assert result.content["title"] == "Abon Lele Samudra Snack Metro Pusat"


def test_a_line_of_dashes_is_shortened(rules: MappingRules, schemas: Schemas) -> None:
    result = listing(
        product(description="Keripik renyah buatan rumah.\n------------------\nTahan 2 bulan."), rules, schemas
    )
    assert "-" * 9 in result.content["description"]
    checked_description(result.content["description"], ())
