"""Titles within the limits that the channel tells: tidied, lengthened with what the sheet knows, cut at a word's end."""

import re
from collections.abc import Mapping, Sequence

from bridge.mapping.facts import Facts
from bridge.mapping.problems import Findings, MappingCode
from bridge.mapping.rules import TitleRules
from bridge.mapping.text import (
    cut,
    find_words,
    is_shouting,
    tidy_line,
    title_case,
    without_contacts,
    without_emoji,
    without_escapes,
    without_phrases,
    without_runs,
    words,
)

_PLACE = "title"
_AMOUNT = re.compile(r"\d\s*(?:mg|g|gr|grm|gram|kg|kilo|kilogram|ml|cc|l|lt|ltr|liter)\b", re.IGNORECASE)


def clean_title(name: str, rules: TitleRules) -> str:
    """The name without what marketplaces forbid: emoji, SHOUTING, contacts, other marketplaces' names, HTML escapes."""
    text = without_phrases(without_contacts(without_emoji(without_escapes(name))), rules.drop_words)
    text = tidy_line(without_runs(text.translate({ord(c): " " for c in rules.drop_chars}), rules.repeats_max))
    return title_case(text, rules.keep_upper, rules.keep_lower) if is_shouting(text, rules.shout_share) else text


def map_title(
    name: str, facts: Facts, limits: Mapping[str, int], rules: TitleRules, findings: Findings, tail: Sequence[str] = ()
) -> str:
    """The listing's title. `tail`: options of a listing that shows one variant only; they survive the cut."""
    clean = clean_title(name, rules)
    if clean != " ".join(name.split()):
        findings.note(MappingCode.TITLE_TIDIED, _PLACE, title=clean, value=name)
    whole = tidy_line(" ".join([clean, *tail]))
    least, most = limits.get("title_min", 0), limits.get("title_max")
    long_enough = _lengthened(whole, facts, least, most, rules)
    if long_enough != whole and len(long_enough) >= least:
        findings.note(MappingCode.TITLE_LENGTHENED, _PLACE, title=long_enough, limit=least)
    short_enough = _cut(clean, long_enough, tail, most)
    if short_enough != long_enough:
        findings.note(MappingCode.TITLE_SHORTENED, _PLACE, title=short_enough, limit=most)
    if len(short_enough) < max(least, 1):
        findings.stop(
            MappingCode.TITLE_TOO_SHORT, _PLACE, title=short_enough, value=len(short_enough), limit=max(least, 1)
        )
    return short_enough


def _lengthened(title: str, facts: Facts, least: int, most: int | None, rules: TitleRules) -> str:
    """The title with one fact after the other until it is long enough. Facts that do not fit or are there already are passed by."""
    for fact in rules.lengthen:
        text = clean_title(facts.get(fact, ""), rules)
        longer = f"{title} {text}"
        fits = most is None or len(longer) <= most
        if len(title) < least and words(text) and fits and not _is_said(fact, text, title):
            title = longer
    return title


def _is_said(fact: str, text: str, title: str) -> bool:
    """A name that states an amount keeps that one: “100gr” is “100 g”, and two different amounts would contradict each other."""
    return find_words(words(text), words(title)) >= 0 or (fact == "net_weight" and _AMOUNT.search(title) is not None)


def _cut(clean: str, title: str, tail: Sequence[str], most: int | None) -> str:
    if most is None or len(title) <= most:
        return title
    end = tidy_line(" ".join(tail))
    room = most - len(end) - 1
    return f"{cut(clean, room)} {end}" if end and room >= len(clean) // 2 else cut(title, most)
