"""Matching an answer with the values that a channel lists: equal after folding and synonyms, or all but equal. Never a likeness."""

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from bridge.mapping.text import fold

_NEAR = 92.0  # a letter or two of a word: "cokelat" is "coklat"
_LEAD = 4.0  # and no other option may be as near
_NUMBERS = re.compile(r"\d+")
_JOINT = re.compile(r"(?<=\d)(?=[^\W\d_])")

Option = tuple[str, str]


def plain(text: str, synonyms: Mapping[str, str]) -> str:
    """Folded, numbers apart from their units, every word by the first of its synonyms."""
    folded = fold(_JOINT.sub(" ", re.sub(r"(?<=\d)[.,](?=\d)", "p", text)))
    whole = synonyms.get(folded)
    return whole if whole is not None else " ".join(synonyms.get(word, word) for word in folded.split())


def match_option(text: str, options: Sequence[Option], synonyms: Mapping[str, str]) -> Option | None:
    """The listed option that says the same, if there is exactly one."""
    wanted = plain(text, synonyms)
    exact = [option for option in options if plain(option[1], synonyms) == wanted]
    if exact:
        return exact[0] if wanted else None
    scored = sorted(((fuzz.ratio(wanted, plain(o[1], synonyms)), i) for i, o in enumerate(options)), reverse=True)
    if not scored or scored[0][0] < _NEAR or (len(scored) > 1 and scored[1][0] > scored[0][0] - _LEAD):
        return None
    best = options[scored[0][1]]
    return best if _NUMBERS.findall(plain(best[1], synonyms)) == _NUMBERS.findall(wanted) else None


def options_in(
    text: str, options: Sequence[Option], synonyms: Mapping[str, str], filler: Sequence[str]
) -> list[Option]:
    """The options that stand in a text as whole words; the longer one where one holds the other."""
    hay = f" {plain(text, synonyms)} "
    empty = {plain(word, synonyms) for word in filler}
    found = [o for o in options if (p := plain(o[1], synonyms)) and p not in empty and f" {p} " in hay]
    names = [f" {plain(o[1], synonyms)} " for o in found]
    return [o for o, name in zip(found, names, strict=True) if not any(name != n and name in n for n in names)]
