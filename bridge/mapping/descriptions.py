"""Descriptions within the channel's limits: tidied, with the licence numbers of the sheet, lengthened with its facts only."""

import re
from collections.abc import Mapping, Sequence

from bridge.mapping.facts import Facts
from bridge.mapping.problems import Findings, MappingCode
from bridge.mapping.rules import DescriptionRules
from bridge.mapping.text import cut, fold, tidy_block, without_contacts, without_emoji, without_phrases, without_runs

_PLACE = "description"
_TAG = re.compile(r"#(?=\w)")
_GAP = "\n\n"


def clean_description(text: str, rules: DescriptionRules) -> str:
    """Without emoji, contacts, forbidden words and long runs of one sign; hashtags beyond the limit become plain words.

    Line breaks stay.
    """
    lines = "\n".join(without_contacts(without_emoji(line)) for line in text.splitlines())
    text = without_runs(tidy_block(without_phrases(lines, rules.drop_words)), rules.repeats_max)
    return _tame_tags(text, rules.hashtags_max)


def _tame_tags(text: str, limit: int | None) -> str:
    if limit is None:
        return text
    count = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return match.group() if count <= limit else ""

    return _TAG.sub(keep, text)


def map_description(
    text: str, facts: Facts, limits: Mapping[str, int], rules: DescriptionRules, findings: Findings
) -> str:
    """The listing's description. Lines with facts come last and survive the cut."""
    base = clean_description(text, rules)
    least, most = limits.get("description_min", 0), limits.get("description_max")
    lines = _lines(rules.always, base, facts, rules)
    for line in _lines(rules.lengthen, base, facts, rules):
        if len(_joined(base, lines)) < least and line not in lines:
            lines.append(line)
    whole = _joined(base, lines)
    fitting = whole if most is None else _cut(base, lines, most)
    if fitting != whole:
        findings.note(MappingCode.DESCRIPTION_SHORTENED, _PLACE, value=len(whole), limit=most)
    if len(fitting) < max(least, 1):
        findings.stop(MappingCode.DESCRIPTION_TOO_SHORT, _PLACE, value=len(fitting), limit=max(least, 1))
    return fitting


def _lines(names: Sequence[str], base: str, facts: Facts, rules: DescriptionRules) -> list[str]:
    """One line per fact that the sheet has and the text does not say yet."""
    said = fold(base)
    known = [(name, facts[name]) for name in names if name in facts and fold(facts[name]) not in said]
    return [rules.labels.get(name, "{value}").format(value=value) for name, value in known]


def _joined(base: str, lines: Sequence[str]) -> str:
    return _GAP.join(part for part in (base, "\n".join(lines)) if part)


def _cut(base: str, lines: Sequence[str], most: int) -> str:
    tail = "\n".join(lines)
    room = most - len(tail) - len(_GAP)
    if len(_joined(base, lines)) <= most:
        return _joined(base, lines)
    return _joined(cut(base, room), lines) if tail and room >= most // 2 else cut(base, most)
