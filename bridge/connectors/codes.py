"""A connector's table of codes: from what the channel says to the class that decides for the bridge, and the meaning for people.

One table per connector, read beside the channel's own list: one row per class and meaning. Where a code means several things, rows
with words of the message come before the row without.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bridge.connectors.meanings import Meaning, read_meaning
from bridge.connectors.outcomes import Locked
from bridge.errors import ChannelError, OutcomeUnknown, Rejected

NO_CODE = "-"  # among a row's codes: text without a code
GENERAL = frozenset({Meaning.LOCKED, Meaning.QUOTA})  # as codes of ours they stand for several codes of the channel


@dataclass(frozen=True, slots=True)
class Row:
    """`codes` are separated by blanks, `*` in them stands for any letters; `words` is a pattern that the message must contain."""

    kind: type[ChannelError]
    meaning: Meaning
    codes: str
    words: str = ""


class Table:
    """Its rows by code. `forms` gives the spellings under which a code may stand in the table, the best one first."""

    def __init__(self, *rows: Row, forms: Callable[[str], Sequence[str]] = lambda code: (code,)) -> None:
        self.rows, self._forms = rows, forms
        self._by_code: dict[str, list[Row]] = {}
        for row in rows:
            for code in row.codes.split():
                known = self._by_code.setdefault(code, [])
                if any(other.words == row.words for other in known):
                    raise ValueError(f"the code {code} is listed twice")
                known.append(row)
        self._patterns = [code for code in self._by_code if "*" in code]

    def find(self, code: str, message: str = "") -> Row | None:
        """The first row of a code whose words fit, else the one without words; None: nobody knows it."""
        known = self._rows_of(code if code else NO_CODE)
        fits = (row for row in known if row.words and re.search(row.words, message, re.IGNORECASE))
        return next(fits, next((row for row in known if not row.words), None))

    def _rows_of(self, code: str) -> Sequence[Row]:
        forms = self._forms(code)
        exact = next((form for form in forms if form in self._by_code), None)
        like = (pattern for pattern in self._patterns for form in forms if fnmatchcase(form, pattern))
        return self._by_code.get(exact if exact is not None else next(like, ""), ())

    def codes_of(self, meaning: Meaning) -> frozenset[str]:
        """All codes that mean this."""
        return frozenset(code for row in self.rows if row.meaning is meaning for code in row.codes.split())

    def meaning(self, code: str, message: str) -> Meaning | None:
        """What a stored refusal means, by its code: the channel's, or ours, which is the name of a meaning. Else by the code that
        the message begins with, or by its words."""
        own, tries = read_meaning(code), [code] if code else []
        if own is None or own in GENERAL:
            tries += [re.split(r"[:\s]", message, maxsplit=1)[0], ""]
        found = (self.find(each, message) for each in tries)
        return next((row.meaning for row in found if row is not None), own)


def error_for(row: Row | None, text: str, code: str) -> ChannelError:
    """The error of a row, with the channel's own words; OutcomeUnknown where there is none."""
    if row is None:
        return OutcomeUnknown(text)
    error = row.kind(text)
    if isinstance(error, Rejected):
        error.code = code
    elif isinstance(error, Locked):
        error.origin = code
    error.meaning = row.meaning.value
    return error
