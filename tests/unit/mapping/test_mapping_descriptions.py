"""Descriptions: tidied, with the licence numbers of the sheet, inside the channel's limits."""

from mapping_samples import codes, listing, mapped, notes, product, schema, shipped

from bridge.mapping.descriptions import clean_description
from bridge.mapping.rules import DescriptionRules

TEXT = "Keripik tempe renyah buatan rumahan."


def description(text: str = TEXT, limits: dict[str, int] | None = None, **changes: object) -> str:
    return listing(product(description=text, **changes), schema(**(limits or {}))).content["description"]


def test_lines_stay_and_contacts_go() -> None:
    text = "Renyah   sekali 😋\n\n\n\nPesan WA 0812 3456 7890 atau Tokopedia kami\nwww.contoh.id\nAwet."
    assert clean_description(text, shipped().description) == "Renyah sekali\n\nPesan atau kami\n\nAwet."


def test_hashtags_beyond_the_limit_become_words() -> None:
    assert clean_description("#a #b #c 1#", DescriptionRules(hashtags_max=2)) == "#a #b c 1#"
    assert clean_description("#a #b", DescriptionRules()) == "#a #b"


def test_licence_numbers_are_added_where_the_sheet_has_them() -> None:
    licences = {"pirt": "2131872030889-29", "halal": "ID99110003356570122"}
    assert description(licences=licences) == (
        f"{TEXT}\n\nNo. P-IRT: 2131872030889-29\nNo. Sertifikat Halal: ID99110003356570122"
    )
    assert description(licences={}) == TEXT


def test_a_number_that_is_there_already_is_not_repeated() -> None:
    text = f"{TEXT} P-IRT 2131872030889-29"
    assert description(text) == text


def test_a_short_text_is_lengthened_with_facts_until_it_is_long_enough() -> None:
    found = description(limits={"description_min": 60}, licences={})
    assert found == f"{TEXT}\n\nBerat bersih: 250 g\nDiproduksi oleh Samudra Snack."
    composed = description("Komposisi: tempe, tepung beras. Tahan 3 bulan.", {"description_min": 70}, licences={})
    assert (
        composed
        == "Komposisi: tempe, tepung beras. Tahan 3 bulan.\n\nBerat bersih: 250 g\nDiproduksi oleh Samudra Snack."
    )
    column = description(limits={"description_min": 50}, licences={}, attributes={"Komposisi": "tempe, garam"})
    assert column == f"{TEXT}\n\nKomposisi: tempe, garam"


def test_a_text_that_stays_too_short_is_parked() -> None:
    item = product(description="Enak.", licences={}, merchant="", place=None, jenis="Fashion")
    assert codes(mapped(item)) == ["M_DESCRIPTION_TOO_SHORT"]
    assert codes(mapped(product(description="", licences={}), schema(description_min=0))) == ["M_DESCRIPTION_TOO_SHORT"]


def test_a_long_text_is_cut_and_the_licence_stays() -> None:
    long = " ".join(["renyah"] * 40)
    result = listing(product(description=long), schema(description_max=120))
    text = result.content["description"]
    assert len(text) <= 120
    assert text.endswith("No. P-IRT: 2131872030889-29")
    assert "M_DESCRIPTION_SHORTENED" in notes(result)
    tiny = listing(product(description=long), schema(description_max=40)).content["description"]
    assert len(tiny) <= 40
    assert "P-IRT" not in tiny
    plain = listing(product(description=long, licences={}), schema(description_max=50)).content["description"]
    assert plain.endswith("renyah")
