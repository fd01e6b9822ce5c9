"""Answers to a category's questions: the sheet first, defaults for mandatory ones only, problems for the rest."""

from typing import Any

import pytest
from mapping_samples import ORIGIN, codes, listing, mapped, notes, product, schema, shipped, sku, varied

from bridge.mapping.attributes import answer_attributes, wanted_choices
from bridge.mapping.facts import gather_facts
from bridge.mapping.options import match_option, options_in
from bridge.mapping.rules import MappingRules
from bridge.mapping.values import fill
from bridge.model import Attribute, CatalogProduct

YES_NO = (("1", "Belum Ada"), ("2", "Ada"))
MONTHS = (("11", "1 Bulan"), ("13", "3 Bulan"), ("17", "7 Hari"), ("112", "12 Bulan"))


@pytest.fixture(scope="module")
def rules() -> MappingRules:
    return shipped()


def ask(name: str, kind: str = "text", *options: str, mandatory: bool = True, **more: Any) -> Attribute:
    return Attribute(
        f"id {name}", name, mandatory, kind, tuple((str(i), text) for i, text in enumerate(options, 1)), **more
    )


def answered(item: CatalogProduct, *attributes: Attribute, **more: Any) -> dict[str, list[str]]:
    """Attribute name → its answers, own texts marked with a star, units behind."""
    names = {each.attribute_id: each.name for each in attributes}
    content = listing(item, schema(*attributes), **more).content
    return {
        names[each["attribute_id"]]: [
            f"{value['text']}{'' if value['value_id'] else '*'}{' ' + value['unit'] if value['unit'] else ''}"
            for value in each["values"]
        ]
        for each in content["attributes"]
    }


# --- where an answer comes from ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "attribute", "answer"),
    [
        (product(), ORIGIN, ["Indonesia"]),
        (product(), ask("Country of Origin", "choice", "Japan", "Indonesia"), ["Indonesia"]),
        (product(), ask("Negara Asal"), ["Indonesia*"]),
        (product(attributes={"Negara Asal": "Malaysia"}), ORIGIN, ["Malaysia"]),
        (product(), ask("Kondisi", "choice", "Bekas", "Baru"), ["Baru"]),
        (product(), ask("Jenis Garansi", "choice", "Garansi Resmi", "Tidak Garansi"), ["Tidak Garansi"]),
        (product(), ask("Warranty Type", "choice", "Supplier Warranty", "No Warranty"), ["No Warranty"]),
        (product(), ask("No. Izin Edar (BPOM/PIRT)"), ["2131872030889-29*"]),
        (
            product(licences={"bpom": "MD123456789012", "pirt": "x"}),
            ask("No. Izin Edar (BPOM/PIRT)"),
            ["MD123456789012*"],
        ),
        (product(), ask("Nomor P-IRT"), ["2131872030889-29*"]),
        (product(licences={"bpom": "NA18200100001"}), ask("Nomor BPOM"), ["NA18200100001*"]),
        (product(licences={"halal": "ID99"}), ask("Sertifikat Halal", "choice", "Belum Ada", "Ada"), ["Ada"]),
        (product(), ask("Sertifikat Halal", "choice", "Belum Ada", "Ada"), ["Belum Ada"]),
        (product(licences={"halal": "ID99"}), ask("Nomor Sertifikat Halal"), ["ID99*"]),
        (
            product(licences={"halal": "ID99"}),
            ask("Bahan Non Halal", "choice", "Ya, mengandung bahan Non Halal", "Tidak mengandung bahan Non Halal"),
            ["Tidak mengandung bahan Non Halal"],
        ),
        (product(), ask("Berat Bersih", "number", unit_options=("g", "kg")), ["250* g"]),
        (product(), ask("Berat Bersih", "number", unit_options=("Kg",)), ["0.25* Kg"]),
        (product(attributes={"Netto": "0,5 kg"}), ask("Net Weight", "number", unit_options=("gr",)), ["500* gr"]),
        (product(pack_qty=10), ask("Isi per Kemasan", "number"), ["10*"]),
        (product(), ask("Jenis Kemasan", "choice", "Botol", "Pouch"), ["Pouch"]),
        (product(attributes={"Masa Simpan": "2 minggu"}), ask("Masa Simpan"), ["2 minggu*"]),
        (
            product(description="Keripik renyah. Tahan 3 bulan di suhu ruang."),
            Attribute("9", "Masa Simpan", True, "choice", MONTHS),
            ["3 Bulan"],
        ),
        (product(), Attribute("9", "Masa Penyimpanan", True, "choice", MONTHS), ["1 Bulan"]),
        (product(name="Kunyit Asam Segar"), Attribute("9", "Masa Penyimpanan", True, "choice", MONTHS), ["7 Hari"]),
        (product(jenis="Kosmetik"), Attribute("9", "Masa Penyimpanan", True, "choice", MONTHS), ["12 Bulan"]),
        (
            varied("Rasa", "Original", "Pedas"),
            ask("Rasa", "choices", "Manis", "Pedas", "Original"),
            ["Original", "Pedas"],
        ),
        (varied("Rasa", "Moka", "Pedas"), ask("Rasa", "choices_text", "Pedas"), ["Moka*", "Pedas"]),
        (product(name="Keripik Tempe Pedas"), ask("Rasa", "choice", "Manis", "Pedas"), ["Pedas"]),
        (product(name="Kopi Biji Arabika"), ask("Bentuk Kopi", "choice", "Bubuk", "Biji"), ["Biji"]),
        (product(name="Kopi Lampung"), ask("Bentuk Kopi", "choice", "Biji", "Bubuk"), ["Bubuk"]),
        (product(name="Peci Tapis", jenis="Fashion"), ask("Gaya Topi", "choice", "Topi Bisbol", "Peci"), ["Peci"]),
        (
            product(name="Kopiah Tapis", jenis="Fashion"),
            ask("Gaya Topi", "choice", "Topi Bisbol", "Lainnya"),
            ["Lainnya"],
        ),
        (product(name="Kemeja Batik", jenis="Fashion"), ask("Bahan", "choice", "Katun", "Batik"), ["Batik"]),
        (product(name="Tas Tapis", jenis="Fashion"), ask("Bahan", "choices_text", "Katun", "Lainnya"), ["Kain*"]),
        (product(name="Tas Tapis", jenis="Fashion"), ask("Bahan", "choice", "Katun", "Lainnya"), ["Lainnya"]),
        (product(name="Tas Kulit Sintetis", jenis="Fashion"), ask("Bahan", "choice", "Kulit", "Lainnya"), ["Lainnya"]),
        (
            product(name="Tempat Tisu Anyaman Rotan", jenis="Kerajinan"),
            ask("Bahan Utama", "choice_text", "Rotan", "Anyaman"),
            ["Rotan"],
        ),
        (product(name="Kunyit Asam"), ask("Komposisi"), ["Kunyit dan asam jawa (bahan utama)*"]),
        (
            product(attributes={"Panjang Lengan": "pendek"}),
            ask("Panjang Lengan", "choice_text", "Lengan Pendek"),
            ["pendek*"],
        ),
        (product(attributes={"Tanggal Produksi": "5/10/2026"}), ask("Tanggal Produksi", "date"), ["2026-10-05*"]),
    ],
)
def test_answers(item: CatalogProduct, attribute: Attribute, answer: list[str]) -> None:
    assert answered(item, attribute) == {attribute.name: answer}


def test_optional_questions_get_no_default() -> None:
    optional = [
        Attribute("1", "Asal Produk", False, "choice", (("1", "Indonesia"),)),
        ask("Kondisi", mandatory=False),
        Attribute("2", "Sertifikat Halal", False, "choice", YES_NO),
        ask("Bahan", "choice", "Lainnya", mandatory=False),
    ]
    assert answered(product(), *optional) == {}


def test_what_nobody_knows_is_parked_with_its_options() -> None:
    result = mapped(product(), schema(ask("Tingkat Kematangan", "choice", *"abcdefghijklmn"), ask("Nama Ilmiah")))
    assert codes(result) == ["M_ATTRIBUTE_MISSING", "M_ATTRIBUTE_MISSING"]
    assert result[0].values == {"field": "Tingkat Kematangan", "options": "a, b, c, d, e, f, g, h, i, j, k, l, …"}  # type: ignore[index]
    assert result[1].values == {"field": "Nama Ilmiah", "options": "(text)"}  # type: ignore[index]


def test_what_was_assumed_is_noted() -> None:
    item = product(name="Tempat Tisu Anyaman", jenis="Kerajinan")
    result = listing(item, schema(ORIGIN, ask("Bahan Utama", "choice_text", "Kayu")))
    assert notes(result) == ["M_ATTRIBUTE_DEFAULT", "M_ATTRIBUTE_HINTED"]
    assert notes(listing(product(attributes={"Asal Produk": "Indonesia"}), schema(ORIGIN))) == []


def test_a_default_holds_for_its_category_only() -> None:
    rules = shipped(attribute=[{"names": ["Kelas *"], "categories": ["100788"], "default": ["Ringan"]}])
    assert answered(product(), ask("Kelas Muatan"), rules=rules) == {"Kelas Muatan": ["Ringan*"]}
    found = answer_attributes(product(), schema(ask("Kelas Muatan")), rules, category_id="1")
    assert [problem.code for problem in found[1]] == ["M_ATTRIBUTE_MISSING"]


def test_answers_come_in_the_schemas_order_and_problems_beside_them(rules: MappingRules) -> None:
    answers, problems = answer_attributes(product(), schema(ask("Kondisi"), ORIGIN, ask("Nama Ilmiah")), rules)
    assert [each["attribute_id"] for each in answers] == ["id Kondisi", "100037"]
    assert [problem.place for problem in problems] == ["Nama Ilmiah"]


def test_a_list_longer_than_channels_take_is_left_out_or_cut() -> None:
    item = varied("Warna", "Merah", "Hitam", "Putih", "Biru", "Hijau", "Ungu")
    assert answered(item, ask("Warna", "choices_text", mandatory=False)) == {}
    assert len(answered(item, ask("Warna", "choices_text"))["Warna"]) == 5


# --- parents and children ----------------------------------------------------------------------------------------------

FORM = Attribute("10", "Bentuk Kopi", True, "choice", (("1", "Bubuk"), ("2", "Biji")))
GRIND = Attribute("11", "Tingkat Giling", True, "choice_text", (("5", "Halus"),), parent=("10", "1"))
ROAST = Attribute("12", "Tingkat Sangrai", True, "choice", (("6", "Gelap"),), parent=("10", "2"))


def test_a_child_is_asked_only_with_its_parents_value() -> None:
    asked = (GRIND, ROAST, FORM)
    ground = product(name="Kopi Bubuk", attributes={"Tingkat Giling": "halus"})
    assert answered(ground, *asked) == {"Tingkat Giling": ["Halus"], "Bentuk Kopi": ["Bubuk"]}
    beans = mapped(product(name="Kopi Biji"), schema(*asked))
    assert [problem.place for problem in beans] == ["Tingkat Sangrai"]  # type: ignore[union-attr]


def test_a_child_without_its_parent_in_the_schema_is_never_asked() -> None:
    assert answered(product(), GRIND) == {}


# --- choices that the channel does not send inline -----------------------------------------------------------------------


def test_what_to_look_up_for_choices_without_inline_options(rules: MappingRules) -> None:
    item = product(attributes={"Daerah Asal": "Lampung"})
    asked = schema(
        ask("Daerah Asal", "choice", mandatory=False),
        ask("Negara Asal", "choice"),
        ask("Kondisi"),
        ask("Nama Ilmiah", "choices"),
        ORIGIN,
    )
    assert wanted_choices(item, asked, rules) == {"id Daerah Asal": "Lampung", "id Negara Asal": "Indonesia"}


# --- matching ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options", "found"),
    [
        ("indonesia", ["Malaysia", "Indonesia"], "Indonesia"),
        ("Coklat", ["Cokelat", "Keju"], "Cokelat"),
        ("Robusstaa", ["Robusta", "Arabika"], None),
        ("Arabikka", ["Robusta", "Arabika"], "Arabika"),
        ("250gr", ["250 g", "150 g"], "250 g"),
        ("1250 g", ["250 g", "12500 g"], None),
        ("0,5 kg", ["5 kg", "0.5 kg"], "0.5 kg"),
        ("Pedas", ["Tidak Pedas"], None),
        ("Semarangan", ["Semarangin", "Semarangun"], None),
        ("", ["", "x"], None),
        ("x", [], None),
    ],
)
def test_options_match_exactly_or_nearly_never_loosely(
    rules: MappingRules, text: str, options: list[str], found: str | None
) -> None:
    listed = [(str(i), name) for i, name in enumerate(options)]
    option = match_option(text, listed, rules.synonyms)
    assert (option[1] if option else None) == found


def test_options_in_a_text_are_whole_words_and_the_longer_one(rules: MappingRules) -> None:
    listed = [("1", "Kayu"), ("2", "Kayu Jati"), ("3", "Lainnya"), ("4", "Bambu")]
    found = options_in("Talenan kayu jati, lainnya", listed, rules.synonyms, rules.filler)
    assert [name for _, name in found] == ["Kayu Jati"]


@pytest.mark.parametrize(
    ("attribute", "text", "texts"),
    [
        (ask("x", "date"), "2026-10-05", ["2026-10-05"]),
        (ask("x", "date"), "05.10.2026", ["2026-10-05"]),
        (ask("x", "date"), "31/02/2026", []),
        (ask("x", "date"), "Oktober", []),
        (ask("x", "number"), "12,50", ["12.5"]),
        (ask("x", "number"), "10 x 25", []),
        (ask("x", "number"), "banyak", []),
        (ask("x", "number", unit_options=("cm",)), "210 x 115 cm", []),
        (ask("x", "number", unit_options=("cm",)), "20 g", []),
        (ask("x", "number", unit_options=("cm", "m")), "20cm", ["20"]),
        (ask("x", "number", unit_options=("cm", "m")), "20 jari", []),
        (ask("x", "choice", "A"), "B", []),
        (ask("x", "choices", "A"), "A, B", []),
        (ask("x", "choices_text", "A"), "a; B", ["A", "B"]),
        (ask("x", "text"), "", []),
        (ask("x", "choice_text", "1 Bulan", unit_options=("Bulan", "Minggu")), "2 minggu", ["2"]),
        (ask("x", "choice_text", "1 Bulan", unit_options=("Bulan", "Minggu")), "lama", []),
    ],
)
def test_a_text_takes_the_attributes_form_or_none(
    rules: MappingRules, attribute: Attribute, text: str, texts: list[str]
) -> None:
    assert [value["text"] for value in fill(attribute, text, rules.synonyms)] == texts


# --- facts -------------------------------------------------------------------------------------------------------------


def test_facts_are_what_the_sheet_says(rules: MappingRules) -> None:
    item = product(
        attributes={"Komposisi": "tempe", "Penyimpanan": "-", "Bahan": " "},
        description="Komposisi: lain. Tahan 2 bulan. Terbuat dari kedelai lokal.",
        pack_qty=10,
    )
    facts = gather_facts(item, rules)
    assert facts["composition"] == "tempe"
    assert facts["shelf_life"] == "2 bulan"
    assert facts["material"] == "kedelai lokal"
    assert facts["net_weight"] == "250 g"
    assert facts["pack_qty"] == "10"
    assert facts["has_izin_edar"] == "Ya"
    assert "has_halal" not in facts
    assert "storage" not in facts


def test_a_weight_that_differs_between_variants_is_no_fact(rules: MappingRules) -> None:
    item = product(axes=("Isi",), skus=(sku(1, "A", "1", weight=100), sku(2, "B", "2", weight=200)))
    assert "net_weight" not in gather_facts(item, rules)
    assert gather_facts(item, rules, item.skus[:1])["net_weight"] == "100 g"
