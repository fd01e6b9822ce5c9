"""Choosing a category: a person's word, the head of the name, the kind of the sheet; else a problem with its candidates."""

from typing import Any

import pytest
from mapping_samples import product, shipped

from bridge.mapping.categories import CategoryChoice, choose_category, suggest_categories
from bridge.mapping.rules import MappingRules, parse_mapping_rules
from bridge.model import Category, Problem

CRISPS, COFFEE, SOAP, MILK, KIDS, SHIRTS, CLOTH = "1", "2", "3", "4", "5", "6", "7"


def rules(**more: Any) -> MappingRules:
    channel = {
        "name": "x",
        "no_category": ["sepatu"],
        "category": [
            {"id": CRISPS, "jenis": ["Makanan"], "words": ["keripik", "keripik kopi"]},
            {"id": COFFEE, "jenis": ["Makanan", "Minuman"], "words": ["kopi", "kopi bubuk"]},
            {"id": SOAP, "jenis": ["Kosmetik"], "words": ["sabun"]},
            {"id": MILK, "jenis": ["Minuman", "Kosmetik"], "words": ["susu", "susu kambing"]},
            {"id": KIDS, "jenis": ["Fashion"], "words": ["kemeja"], "also": ["anak", "anak anak"]},
            {"id": SHIRTS, "jenis": ["Fashion"], "words": ["kemeja", "kemeja batik"]},
            {"id": CLOTH, "words": ["batik"]},
            {"id": "8", "words": ["serba"]},
            {"id": "9", "words": ["serba"]},
            {"id": "10", "words": ["kopi"]},
        ],
    }
    return parse_mapping_rules({}, {**channel, **more})


@pytest.mark.parametrize(
    ("name", "jenis", "category"),
    [
        ("Keripik Tempe", "Makanan", CRISPS),
        ("KERIPIK-TEMPE 100gr", "Makanan", CRISPS),
        ("Original Keripik Pisang", "Makanan", CRISPS),
        ("Keripik Kopi", "Makanan", CRISPS),
        ("Kopi Bubuk Lampung", "Minuman", COFFEE),
        ("Sabun Susu Kambing", "Kosmetik", SOAP),  # the head of an Indonesian name comes first
        ("Susu Kambing", "Kosmetik", MILK),
        ("Kemeja Batik", "Fashion", SHIRTS),
        ("Kemeja Batik Anak", "Fashion", KIDS),  # an extra word beats a longer phrase
        ("Kemeja untuk anak-anak", "Fashion", KIDS),
        ("Batik Tulis", "Fashion", CLOTH),
        ("Kopi Susu", None, COFFEE),  # a rule for some kinds beats one for all
        ("Keripik dan Keripik Kopi", "Makanan", CRISPS),
        ("Keripik, asin", "Makanan", CRISPS),
        ("Kopi Senja", "Minuman", COFFEE),
    ],
)
def test_the_head_of_the_name_decides(name: str, jenis: str | None, category: str) -> None:
    choice = choose_category(product(name=name, jenis=jenis), rules())
    assert isinstance(choice, CategoryChoice), choice
    assert choice.category_id == category


@pytest.mark.parametrize(
    ("name", "jenis", "code", "candidates"),
    [
        ("Piring Terbang", "Makanan", "M_CATEGORY_UNKNOWN", None),
        ("Sepatu Batik", "Fashion", "M_CATEGORY_UNKNOWN", None),
        ("Lensa", None, "M_CATEGORY_UNKNOWN", None),
        ("Serba Ada", "Makanan", "M_CATEGORY_AMBIGUOUS", "8 (serba), 9 (serba)"),
        ("Keripik & Kopi", "Makanan", "M_CATEGORY_AMBIGUOUS", "1 (keripik), 2 (kopi)"),
        ("Keripik, kopi", "Makanan", "M_CATEGORY_AMBIGUOUS", "1 (keripik), 2 (kopi)"),
        ("Sabun Cuci", "Makanan", "M_CATEGORY_CONFLICT", "3 (sabun)"),
    ],
)
def test_what_is_not_sure_is_asked(name: str, jenis: str | None, code: str, candidates: str | None) -> None:
    found = choose_category(product(name=name, jenis=jenis), rules())
    assert isinstance(found, Problem)
    assert found.code == code
    assert found.place == "category"
    assert found.values.get("candidates") == candidates
    assert name in found.text()


def test_a_person_wins_over_the_map() -> None:
    choice = choose_category(product(name="Keripik", category_id="777"), rules())
    assert choice == CategoryChoice("777", 1.0, "chosen by a person")


def test_the_business_name_in_front_is_no_product() -> None:
    choice = choose_category(product(name="Kopi Senja - Keripik Singkong", merchant="Kopi Senja"), rules())
    assert isinstance(choice, CategoryChoice)
    assert choice.category_id == CRISPS
    alone = choose_category(product(name="Kopi Senja", merchant="Kopi Senja"), rules())
    assert isinstance(alone, CategoryChoice)
    assert alone.category_id == COFFEE


def test_confidence_falls_with_doubt() -> None:
    sure, inside, unknown = (
        choose_category(product(name=name, jenis=jenis), rules())
        for name, jenis in (("Keripik", "Makanan"), ("Aneka Keripik", "Makanan"), ("Keripik", None))
    )
    assert isinstance(sure, CategoryChoice)
    assert isinstance(inside, CategoryChoice)
    assert isinstance(unknown, CategoryChoice)
    assert sure.confidence > inside.confidence > unknown.confidence


def test_below_the_wanted_confidence_a_person_confirms() -> None:
    found = choose_category(product(name="Aneka Keripik"), rules(confidence_min=0.85))
    assert isinstance(found, Problem)
    assert found.code == "M_CATEGORY_UNSURE"
    assert "80%" in found.text()


TREE = [
    Category("100", "Makanan & Minuman", "0", leaf=False),
    Category("110", "Makanan Ringan", "100", leaf=False),
    Category("100788", "Keripik & Kerupuk", "110", leaf=True),
    Category("111", "Kacang", "110", leaf=True),
    Category("200", "Perlengkapan Rumah", "0", leaf=False),
    Category("201", "Talenan", "200", leaf=True),
    Category("999", "Ring", "999", leaf=True),
]


def test_suggestions_are_leaves_with_their_paths_the_nearest_first() -> None:
    found = suggest_categories(product(name="Talenan Ukir", jenis=None, merchant="x"), TREE, rules(), limit=2)
    assert found[0].category_id == "201"
    assert found[0].path == "Perlengkapan Rumah > Talenan"
    assert len(found) == 2
    assert found[0].score > found[1].score


def test_the_map_comes_first_among_suggestions() -> None:
    found = suggest_categories(product(name="Kripik Kacang"), TREE, shipped())
    assert (found[0].category_id, found[0].score) == ("100788", 100.0)
    assert "100" not in [each.category_id for each in found]
