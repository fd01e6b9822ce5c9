"""Titles within the limits that the channel tells: tidied, lengthened with what the sheet knows, cut at a word's end."""

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
    without_phrases,
    words,
)

_PLACE = "title"


def clean_title(name: str, rules: TitleRules) -> str:
    """The name without what marketplaces forbid: emoji, SHOUTING, contacts, other marketplaces' names."""
    text = without_phrases(without_contacts(without_emoji(name)), rules.drop_words)
    text = tidy_line(text.translate({ord(c): " " for c in rules.drop_chars}))
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
        text = tidy_line(without_contacts(without_emoji(facts.get(fact, ""))))
        longer = f"{title} {text}"
        fits = most is None or len(longer) <= most
        if len(title) < least and words(text) and fits and find_words(words(text), words(title)) < 0:
            title = longer
    return title


def _cut(clean: str, title: str, tail: Sequence[str], most: int | None) -> str:
    if most is None or len(title) <= most:
        return title
    end = tidy_line(" ".join(tail))
    room = most - len(end) - 1
    return f"{cut(clean, room)} {end}" if end and room >= len(clean) // 2 else cut(title, most)
