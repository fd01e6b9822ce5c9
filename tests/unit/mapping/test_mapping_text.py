"""Tools for words: what counts as a word, what is dropped, where a text is cut."""

import pytest

from bridge.mapping.text import (
    cut,
    find_words,
    fold,
    is_shouting,
    tidy_block,
    title_case,
    without_contacts,
    without_phrases,
    words,
)


def test_words_are_letters_and_digits_without_case() -> None:
    assert words("Kopi-Bubuk (Robusta) 100gr!") == ("kopi", "bubuk", "robusta", "100gr")
    assert fold("Ｋｏｐｉ\u00a0Ⅱ") == "kopi ii"


def test_a_phrase_is_found_by_whole_words_only() -> None:
    assert find_words(("gula", "aren"), ("kopi", "gula", "aren")) == 1
    assert find_words(("gula",), ("gulai",)) == -1
    assert find_words((), ("gula",)) == -1
    assert find_words(("a", "b"), ("a",)) == -1


def test_phrases_go_as_whole_words_the_longer_one_first() -> None:
    assert without_phrases("Free Ongkir gratis", ["ongkir", "free ongkir", " "]).split() == ["gratis"]
    assert without_phrases("promosi", ["promo"]) == "promosi"
    assert without_phrases("promo", []) == "promo"


@pytest.mark.parametrize(
    "kept",
    [
        "15.000", "2026-11-23", "No. 08", "0812", "P-IRT 2131872030889-29", "1.5 kg", "a.b", "no. 1234567890123", "08-2023",
        "BPOM 867028001234", "No. P-IRT 2131872030889-29", "NIB no. 0220001234567", "order isi 10", "IG", "ukuran 010-015",
        "(0725)", "tiktok viral",
    ],
)  # fmt: skip
def test_what_is_no_contact_stays(kept: str) -> None:
    assert without_contacts(kept) == kept


@pytest.mark.parametrize(
    "gone",
    [
        "0812-3456-7890", "+62 812 3456 789", "62812345678", "+62(0)812 3456 7890", "wa.me/628123456789", "http://x.y/z", "a@b.id",
        "@kami", "@kami.snack", "IG: @kami.snack", "ig:kamisnack", "Instagram/kamisnack", "No WA 0812-3456-7890",
        "WA 0725 412345", "telp. 0725-41234", "(0725) 41234", "0725-412345", "Chat WA: 6272541234",
    ],
)  # fmt: skip
def test_contacts_go(gone: str) -> None:
    assert without_contacts(f"a {gone} b").split() == ["a", "b"]


def test_an_abbreviation_is_no_shout() -> None:
    assert not is_shouting("VCO", 0.7)
    assert not is_shouting("Kaos XXL", 0.7)
    assert is_shouting("KAOS LAMPUNG", 0.7)


def test_title_case_knows_units_and_small_words() -> None:
    assert title_case("TEH DARI KEBUN 50GR PIRT", ["PIRT"], ["dari"]) == "Teh dari Kebun 50gr PIRT"
    assert title_case("JUM'AT", [], []) == "Jum'at"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("abc def", 7, "abc def"),
        ("abc def", 6, "abc"),
        ("abc defghij", 9, "abc defgh"),
        ("abcdef & gh", 8, "abcdef"),
        ("---", 2, "--"),
    ],
)
def test_cutting_ends_at_a_word_where_that_costs_less_than_half(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short


def test_blocks_keep_one_empty_line() -> None:
    assert tidy_block("  a  b \n\n\n\n c ") == "a b\n\nc"
