"""The meanings that all channels share, the tables that lead to them, and that every plugin hands its own on."""

import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

from bridge import locale
from bridge.connectors import base, registry
from bridge.connectors.codes import Row, Table, error_for
from bridge.connectors.meanings import TEMPLATES, TEXTS, Meaning, Who, read_meaning
from bridge.connectors.outcomes import Campaign, Locked, QuotaUsed
from bridge.errors import (
    AuthExpired,
    ChannelError,
    ChannelUnavailable,
    Misconfigured,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    ShopBlocked,
    TokenExpired,
)

FOLDER = Path(base.__file__).parent
MARKETS = sorted(path.parent.name for path in FOLDER.glob("*/errors.py"))
NOBODY, PEOPLE = {Who.NOBODY}, {Who.MERCHANT, Who.OPERATOR}
ACTS: dict[type[ChannelError], set[Who]] = {  # what the class of an error lets its meaning say
    TokenExpired: NOBODY,
    RateLimited: NOBODY,
    QuotaUsed: NOBODY,
    ChannelUnavailable: NOBODY,
    OutcomeUnknown: NOBODY,
    Campaign: NOBODY,
    Locked: {Who.NOBODY, Who.MERCHANT},  # it ends by itself, or sooner if the seller ends it
    AuthExpired: PEOPLE,
    ShopBlocked: {Who.MERCHANT},
    Misconfigured: {Who.OPERATOR, Who.PROGRAMMER},
    Rejected: {*PEOPLE, Who.PROGRAMMER},
}


def table_of(market: str) -> Table:
    table = importlib.import_module(f"bridge.connectors.{market}.errors").TABLE
    assert isinstance(table, Table)
    return table


# --- the meanings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("meaning", list(Meaning))
def test_a_meaning_says_what_is_wrong_who_acts_and_what_to_do_in_both_languages(meaning: Meaning) -> None:
    who, wrong, remedy = TEMPLATES[meaning]
    assert who in TEXTS
    assert re.fullmatch(r"[A-Z][^{}]{9,}\.", wrong), "one sentence, nothing to fill in"
    assert re.fullmatch(r"[A-Z][^{}]{9,}", remedy)
    locale.use("id")
    try:
        told = [locale._(text) for text in (TEXTS[who], wrong, remedy)]
    finally:
        locale.use("en")
    assert all(told)
    assert all(said != text for said, text in zip(told, (TEXTS[who], wrong, remedy), strict=True))


def test_no_two_meanings_say_the_same() -> None:
    assert set(TEMPLATES) == set(Meaning)
    assert [text for text, times in Counter(wrong for _, wrong, _ in TEMPLATES.values()).items() if times > 1] == []


def test_every_meaning_is_used_by_a_connector() -> None:
    """By a row of its table, or as the code of a refusal of its own."""
    used = {row.meaning for market in MARKETS for row in table_of(market).rows}
    for path in (FOLDER / "outcomes.py", *(file for market in MARKETS for file in (FOLDER / market).glob("*.py"))):
        used |= {read_meaning(word) for word in re.findall(r'"([a-z_]+)"', path.read_text(encoding="utf-8"))} - {None}
    assert set(Meaning) - used == set()


def test_a_name_that_is_none_is_no_meaning() -> None:
    assert read_meaning("title_length") is Meaning.TITLE_LENGTH
    assert read_meaning("") is read_meaning(None) is read_meaning("error_param") is None


# --- the connectors' tables -------------------------------------------------------------------------------------------


def test_all_marketplaces_are_looked_at() -> None:
    assert {"bukalapak", "shopee", "tokopedia"} <= set(MARKETS)


@pytest.mark.parametrize("market", MARKETS)
def test_class_and_meaning_agree_on_who_acts(market: str) -> None:
    """The engine goes by the class, people by the meaning: nobody may be told to act where the bridge goes on by itself."""
    wrong = [row for row in table_of(market).rows if TEMPLATES[row.meaning][0] not in ACTS[row.kind]]
    assert wrong == []


@pytest.mark.parametrize("market", MARKETS)
def test_the_plugin_of_a_marketplace_hands_its_meanings_on(market: str) -> None:
    plugin = registry.plugin(market)
    assert isinstance(plugin, base.ErrorSource)
    for row in table_of(market).rows:
        codes = [code for code in row.codes.split() if "*" not in code and code != "-" and not row.words]
        assert {plugin.meaning(code, "") for code in codes} <= {row.meaning}


@pytest.mark.parametrize("market", MARKETS)
def test_patterns_of_words_can_be_read(market: str) -> None:
    for row in table_of(market).rows:
        re.compile(row.words)


# --- a table ----------------------------------------------------------------------------------------------------------

SMALL = Table(
    Row(Rejected, Meaning.TITLE_LENGTH, "long short"),
    Row(Locked, Meaning.LOCKED, "busy_*"),
    Row(Locked, Meaning.STOCK_HELD, "many -", r"reserved"),
    Row(Rejected, Meaning.PRICE_RANGE, "many -", r"price"),
    Row(Rejected, Meaning.VALUE, "many busy_not"),
    Row(QuotaUsed, Meaning.QUOTA, "full"),
    forms=lambda code: (code, code.rsplit(".", 1)[-1]),
)


@pytest.mark.parametrize(
    ("code", "message", "meaning"),
    [
        ("short", "", Meaning.TITLE_LENGTH),
        ("item.long", "", Meaning.TITLE_LENGTH),
        ("busy_now", "", Meaning.LOCKED),
        ("item.busy_not", "", Meaning.VALUE),  # a name counts before a pattern
        ("many", "The PRICE of reserved goods", Meaning.STOCK_HELD),  # the first row that fits
        ("many", "The PRICE is odd", Meaning.PRICE_RANGE),
        ("many", "anything", Meaning.VALUE),
        ("", "the price", Meaning.PRICE_RANGE),
        ("", "anything", None),
        ("new", "the price", None),  # words without a code are no help for a code that nobody knows
    ],
)
def test_a_code_and_words_lead_to_a_row(code: str, message: str, meaning: Meaning | None) -> None:
    row = SMALL.find(code, message)
    assert (row.meaning if row is not None else None) is meaning


@pytest.mark.parametrize(
    ("code", "message", "meaning"),
    [
        ("short", "short: its words", Meaning.TITLE_LENGTH),
        ("locked", "item.busy_now: its words", Meaning.LOCKED),
        ("locked", "many: reserved", Meaning.STOCK_HELD),
        ("locked", "goods are reserved", Meaning.STOCK_HELD),
        ("locked", "no code, no words", Meaning.LOCKED),
        ("quota", "full: no more today", Meaning.QUOTA),
        ("price_missing", "a new listing needs a price", Meaning.PRICE_MISSING),
        ("alone", "long: its words", Meaning.TITLE_LENGTH),
        ("", "long: its words", Meaning.TITLE_LENGTH),
        ("", "", None),
        ("http_418", "a teapot", None),
    ],
)
def test_what_the_journal_keeps_still_leads_to_the_meaning(code: str, message: str, meaning: Meaning | None) -> None:
    assert SMALL.meaning(code, message) is meaning


@pytest.mark.parametrize("words", ["", "stock"])
def test_a_code_cannot_be_listed_twice(words: str) -> None:
    rows = (Row(Rejected, Meaning.VALUE, "a b", words), Row(Locked, Meaning.LOCKED, "c b", words))
    with pytest.raises(ValueError, match="the code b is listed twice"):
        Table(*rows)


def test_codes_are_found_by_their_meaning() -> None:
    assert SMALL.codes_of(Meaning.TITLE_LENGTH) == {"long", "short"}
    assert SMALL.codes_of(Meaning.AUDIT) == frozenset()


def test_an_error_carries_code_and_meaning() -> None:
    refused = error_for(SMALL.find("long"), "long: words", "item.long")
    assert isinstance(refused, Rejected)
    assert (refused.code, refused.meaning, str(refused)) == ("item.long", "title_length", "long: words")
    locked = error_for(SMALL.find("busy_1"), "busy_1", "busy_1")
    assert isinstance(locked, Locked)
    assert (locked.origin, locked.code, locked.meaning) == ("busy_1", "locked", "locked")
    unknown = error_for(None, "new: words", "new")
    assert (type(unknown), unknown.meaning) == (OutcomeUnknown, "")
