"""Titles: tidied, lengthened with facts only, cut at a word's end, and parked when the sheet knows too little."""

from dataclasses import replace

import pytest
from mapping_samples import (
    codes,
    listing,
    load,
    mapped,
    notes,
    product,
    sample,
    schema,
    shipped,
    sku,
    truth_file,
    varied,
)

from bridge.mapping.facts import gather_facts
from bridge.mapping.problems import Findings
from bridge.mapping.rules import parse_mapping_rules
from bridge.mapping.text import words
from bridge.mapping.titles import clean_title, map_title

CHANNELS = ("shopee", "tokopedia", "bukalapak")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Keripik Tempe", "Keripik Tempe"),
        ("  Keripik   Tempe ", "Keripik Tempe"),
        ("😋 Sirup Markisa 👍", "Sirup Markisa"),
        ("KERIPIK TEMPE 250GR", "Keripik Tempe 250gr"),
        ("KAOS XL DAN PECI UMKM", "Kaos XL dan Peci UMKM"),
        ("STIK BAWANG isi 10", "Stik Bawang isi 10"),
        ("VCO", "VCO"),
        ("keripik tempe", "keripik tempe"),
        ("Keripik Tempe (Shopee) WA 0812-3456-7890", "Keripik Tempe"),
        ("Keripik Tempe hub. +62 812 3456 7890", "Keripik Tempe"),
        ("Keripik Tempe tokopedia.com/kami www.kami.id", "Keripik Tempe"),
        ("Keripik @kamisnack kami@contoh.example", "Keripik"),
        ("Keripik Tempe GRATIS ONGKIR!!!", "Keripik Tempe!"),
        ("*** Keripik *** Tempe ***", "Keripik Tempe"),
        ("Keripik Tempe 100.000 keping", "Keripik Tempe 100.000 keping"),
        ("Keripik 'Mak Nyus' - pedas", "Keripik 'Mak Nyus' - pedas"),
    ],
)
def test_what_channels_forbid_is_left_out(name: str, title: str) -> None:
    assert clean_title(name, shipped().title) == title


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    "name",
    [
        "Abon Lele 😋❤️",
        "Abon Lele WA 0812-3456-7890",
        "Abon Lele (0725) 412345",
        "Abon Lele IG: @dapur.kami",
        "Abon Lele Shopee Mall / Tokopedia",
        "Abon Lele Lazada Blibli Bukalapak TikTokShop GoFood",
    ],
)
def test_every_channels_rule_book_drops_what_is_forbidden(channel: str, name: str) -> None:
    rules = parse_mapping_rules(load("common"), load(channel)).title
    assert clean_title(name, rules) == "Abon Lele"
    assert clean_title(name.upper(), rules) == "Abon Lele", "nobody shouts"


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_has_its_own_title_rule_to_edit(channel: str) -> None:
    own = load(channel)
    assert own["title"]["lengthen"] == ["net_weight", "merchant", "place"]
    own["title"]["lengthen"] = ["place"]
    edited = parse_mapping_rules(load("common"), own)
    assert listing(product(name="Abon"), schema(title_min=10), rules=edited).content["title"] == "Abon Metro Pusat"


@pytest.mark.skipif(truth_file() is None, reason="the sample's truth is not here")
def test_short_names_of_the_sample_grow_by_what_the_sheet_knows() -> None:
    rules = parse_mapping_rules(load("common"), load("tokopedia"))
    items = [replace(item, place="Metro Pusat") for item, _ in sample()]
    short = [item for item in items if len(item.name) < 25]
    assert (len(items), len(short)) == (160, 108)
    for item in short:
        facts, findings = gather_facts(item, rules), Findings()
        title = map_title(item.name, facts, {"title_min": 25, "title_max": 255}, rules.title, findings)
        assert (len(title) >= 25, findings.problems) == (True, [])
        added = words(title)[len(words(item.name)) :]
        told = [words(facts[name]) for name in ("net_weight", "merchant", "place") if name in facts]
        assert words(title)[: len(words(item.name))] == words(item.name)
        assert added
        assert set(added) <= {word for fact in told for word in fact}, "nothing is made up"


def test_a_changed_title_is_said() -> None:
    assert "M_TITLE_TIDIED" in notes(listing(product(name="KERIPIK TEMPE")))
    assert "M_TITLE_TIDIED" not in notes(listing(product(name="Keripik Tempe")))


def test_a_short_title_is_lengthened_with_what_the_sheet_knows() -> None:
    result = listing(product(name="Abon"), schema(title_min=25))
    assert result.content["title"] == "Abon 250 g Samudra Snack Metro Pusat"
    assert "M_TITLE_LENGTHENED" in notes(result)
    assert listing(product(name="Abon"), schema(title_min=10)).content["title"] == "Abon 250 g"


@pytest.mark.parametrize(
    "item",
    [
        product(name="Sirup", jenis="Minuman", unit="botol"),
        product(name="Madu"),
        product(name="Peci", jenis="Fashion"),
        product(name="Abon", axes=("Kemasan",), skus=(sku(1, "A", "a", weight=100), sku(2, "B", "b", weight=250))),
    ],
)
def test_a_weight_that_is_no_net_weight_stays_out_of_the_title(item: object) -> None:
    assert " g" not in listing(item, schema(title_min=10)).content["title"]  # type: ignore[arg-type]


@pytest.mark.parametrize("channel", CHANNELS)
def test_soap_with_milk_is_soap_everywhere(channel: str) -> None:
    rules = parse_mapping_rules(load("common"), load(channel))
    soap = product(name="Sabun Susu Kambing", jenis="Kosmetik", unit="pcs")
    assert listing(soap, schema(title_min=20), rules=rules).content["title"] == "Sabun Susu Kambing 250 g"
    liquid = product(name="Sabun Cair Sereh", jenis="Kosmetik", unit="pcs")
    assert listing(liquid, schema(title_min=20), rules=rules).content["title"] == "Sabun Cair Sereh Samudra Snack"


def test_a_fact_is_not_said_twice() -> None:
    result = listing(product(name="Abon 250 g Samudra Snack"), schema(title_min=30))
    assert result.content["title"] == "Abon 250 g Samudra Snack Metro Pusat"


def test_net_contents_of_the_sheet_go_before_the_shipping_weight() -> None:
    result = listing(product(name="Sirup", attributes={"Netto": "250 ml"}), schema(title_min=10))
    assert result.content["title"] == "Sirup 250 ml"


def test_a_title_that_stays_too_short_is_parked() -> None:
    bare = product(name="Abon", jenis="Fashion", merchant="", place=None)
    assert codes(mapped(bare, schema(title_min=25))) == ["M_TITLE_TOO_SHORT"]
    assert codes(mapped(product(name="👍", merchant="", place=None, jenis="Fashion"), schema(title_min=0))) == [
        "M_TITLE_TOO_SHORT"
    ]


def test_a_long_title_is_cut_at_a_words_end() -> None:
    result = listing(product(name="Keripik Singkong Balado Pedas Manis Khas Lampung"), schema(title_max=30))
    assert result.content["title"] == "Keripik Singkong Balado Pedas"
    assert "M_TITLE_SHORTENED" in notes(result)
    endless = listing(product(name="K" + "e" * 60), schema(title_max=30))
    assert len(endless.content["title"]) == 30


def test_the_option_of_a_single_variant_survives_the_cut() -> None:
    item = varied("Rasa", "Original", "Pedas Manis", name="Keripik Singkong Balado Khas Lampung Renyah")
    assert listing(item, part=(2,)).content["title"] == "Keripik Singkong Balado Khas Lampung Renyah Pedas Manis"
    cut = listing(item, schema(title_max=40), part=(2,)).content["title"]
    assert cut == "Keripik Singkong Balado Khas Pedas Manis"
    tight = listing(item, schema(title_max=20), part=(2,)).content["title"]
    assert tight == "Keripik Singkong"
