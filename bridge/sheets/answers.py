"""Answers as people give them: blank, "belum", "Ya: 123", "Lainnya: X" (rule book A11)."""

import re
from functools import lru_cache

from bridge.sheets.rules import ImportRules
from bridge.sheets.text import squash

_OTHER_TAIL = re.compile(r"\s*(?:[:\-–]\s*(.*)|\((.*)\))\s*")


def is_blank(text: str, rules: ImportRules) -> bool:
    said = text.strip()
    if not said or said in rules.words.answers.blank:
        return True
    return not said.isascii() and not squash(said)


def is_nothing(text: str, rules: ImportRules) -> bool:
    """Blank, or one of the signs that people put where they have to answer something."""
    return is_blank(text, rules) or squash(text).casefold() in rules.words.answers.nothing


def is_refusal(text: str, rules: ImportRules) -> bool:
    """An answer to the question of consent that begins with "tidak"."""
    return _begins(rules.words.answers.refused).match(squash(text)) is not None


@lru_cache(maxsize=8)
def _begins(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})(?!\w)\s*[,:\-–—]?\s*", re.IGNORECASE)


def licence_answer(text: str, rules: ImportRules) -> str | None:
    """What is left to read as a number. None: the answer says that there is none ("belum", "masih proses", blank)."""
    said = squash(text)
    if said[:1].isdigit():
        return said
    missing, yes = _licence_words(rules)
    if not said or said in rules.words.answers.blank or missing.match(said):
        return None
    begin = yes.match(said)
    return said[begin.end() :] if begin else said


@lru_cache(maxsize=8)
def _licence_words(rules: ImportRules) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return _begins(rules.words.answers.missing), _begins(rules.words.answers.yes)


def other_answer(text: str, rules: ImportRules) -> str:
    """`Lainnya: X`, `Lainnya (X)`, `Other - X` are X; bare `Lainnya` is blank; anything else is itself."""
    said = squash(text)
    for word in rules.words.answers.other:
        if not said.casefold().startswith(word):
            continue
        rest = said[len(word) :]
        if not rest:
            return ""
        if match := _OTHER_TAIL.fullmatch(rest):
            return (match[1] if match[1] is not None else match[2]).strip()
    return said
