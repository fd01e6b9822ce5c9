"""Which currency a heading or a cell names. Converts nothing: what is not in rupiah is no price here."""

import re
from functools import lru_cache

from bridge.sheets.rules import ImportRules
from bridge.sheets.text import Cell, drop_brackets, has_digit

_IN_BRACKETS = re.compile(r"\(([^()]*)\)")


def names_foreign(text: str, rules: ImportRules) -> bool:
    """Whether a currency other than rupiah stands in the text."""
    return _pattern(rules.words.price.foreign).search(text) is not None


def names_rupiah(cell: Cell, rules: ImportRules) -> bool:
    """Whether a cell says by itself that it is in rupiah, and in nothing else."""
    if not isinstance(cell, str):
        return False
    own = _pattern((*rules.words.price.currency, "rupiah"))
    return own.search(cell) is not None and not names_foreign(cell, rules)


def is_foreign(said: str, rules: ImportRules) -> bool:
    """Whether a price cell is in another currency. A note such as `(USD 1)` beside the price makes it none; `(USD)` does."""
    if not names_foreign(said, rules):
        return False
    noted = (note for note in _IN_BRACKETS.findall(said) if names_foreign(note, rules))
    return names_foreign(drop_brackets(said), rules) or any(not has_digit(note) for note in noted)


@lru_cache(maxsize=16)
def _pattern(known: tuple[str, ...]) -> re.Pattern[str]:
    """These as whole words; digits may touch them (`10usd`). Nothing is found where there are none."""
    letters = r"[^\W\d_]"
    said = (
        rf"{rf'(?<!{letters})' if word[0].isalpha() else ''}{re.escape(word)}{rf'(?!{letters})' if word[-1].isalpha() else ''}"
        for word in sorted(known, key=len, reverse=True)
    )
    return re.compile("|".join(said) or "(?!)", re.IGNORECASE)
