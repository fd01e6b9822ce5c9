"""The shipped word map: real leaf ids, no contradictions, and the office's sample finds its way."""

import csv
import itertools
from collections import defaultdict

import pytest
from mapping_samples import ORIGIN, TREE, load, product, sample, schema, shipped, truth_file

from bridge.mapping.categories import CategoryChoice, choose_category
from bridge.mapping.listing import MappedListing, map_listing
from bridge.mapping.rules import CategoryRule
from bridge.mapping.text import words

needs_sample = pytest.mark.skipif(truth_file() is None, reason="the sample's truth is not here")


def test_no_word_leads_to_two_categories() -> None:
    seen: dict[tuple[tuple[str, ...], tuple[str, ...]], list[CategoryRule]] = defaultdict(list)
    for rule in shipped().category:
        for phrase in rule.words:
            seen[words(phrase), rule.also].append(rule)
    for key, rules in seen.items():
        for one, other in itertools.combinations(rules, 2):
            shared = not one.jenis or not other.jenis or set(one.jenis) & set(other.jenis)
            assert not shared, f"{key}: {one.id} and {other.id}"


def test_every_category_of_the_shared_file_is_for_the_channel_to_say() -> None:
    assert "category" not in load("common")


@pytest.mark.shared_data
@pytest.mark.skipif(not TREE.exists(), reason="the published tree is not here")
def test_every_id_is_a_leaf_of_the_published_tree() -> None:
    with TREE.open(encoding="utf-8", newline="") as file:
        leaves = {
            row["category_id"] for row in csv.DictReader(file) if row["is_leaf"] == "1" and row["is_prohibited"] == "0"
        }
    assert {rule.id for rule in shipped().category} <= leaves


@needs_sample
def test_the_sample_finds_its_categories() -> None:
    rules = shipped()
    choices = [choose_category(item, rules) for item, stock in sample() if any(stock.values())]
    sure = [choice for choice in choices if isinstance(choice, CategoryChoice) and choice.confidence >= 0.8]
    assert len(choices) > 100
    assert len(sure) >= 0.95 * len(choices)


@needs_sample
def test_the_sample_is_mapped_without_hand_work() -> None:
    rules = shipped()
    done = total = 0
    for item, stock in sample():
        choice = choose_category(item, rules)
        if any(stock.values()) and isinstance(choice, CategoryChoice):
            total += 1
            done += isinstance(map_listing(item, stock, choice, schema(ORIGIN), rules), MappedListing)
    assert done >= 0.95 * total


@needs_sample
def test_the_sample_never_gets_made_up_stock() -> None:
    rules = shipped()
    for item, stock in sample():
        if None in stock.values():
            choice = choose_category(item, rules)
            assert isinstance(choice, CategoryChoice)
            result = map_listing(item, stock, choice, schema(), rules)
            assert [problem.code for problem in result] == ["M_STOCK_UNKNOWN"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "jenis", "category"),
    [
        ("Rengginang Terasi", "Makanan", "100788"),
        ("Kue Kering Kastengel", "Makanan", "100787"),
        ("Nastar Premium", "Makanan", "100787"),
        ("Dodol Durian", "Makanan", "100785"),
        ("Abon Lele", "Makanan", "100855"),
        ("Sambal Cumi Asin", "Makanan", "100808"),
        ("Kopi Luwak", "Minuman", "100824"),
        ("Kunyit Asam", "Minuman", "100834"),
        ("Gula Semut", "Pertanian", "100805"),
        ("Beras Organik", "Pertanian", "100798"),
        ("Kain Tapis", "Kerajinan", "100416"),
        ("Kemeja Batik Anak", "Fashion", "101047"),
        ("Kaos Wanita", "Fashion", "100352"),
        ("Dompet Kulit Pria", "Fashion", "100613"),
        ("Gantungan Kunci Siger", "Kerajinan", "101396"),
        ("Lulur Kopi", "Kosmetik", "102004"),
        ("Sabun Susu Kambing", "Kosmetik", "102003"),
        ("Bibit Alpukat", "Pertanian", "101176"),
        ("Pupuk Kompos", "Pertanian", "101179"),
    ],
)
def test_usual_goods(name: str, jenis: str, category: str) -> None:

    choice = choose_category(product(name=name, jenis=jenis), shipped())
    assert isinstance(choice, CategoryChoice)
    assert choice.category_id == category
