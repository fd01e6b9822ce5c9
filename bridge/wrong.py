"""Why a value of a file that people edit cannot be used, in our own sentences: the libraries that read them know English only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the command line's help must not wait for it
    from pydantic import ValidationError

TEXTS: Mapping[str, str] = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such name",
    "int": "it has to be a whole number",
    "float": "it has to be a number",
    "bool": "it has to be true or false",
    "string": "it has to be text in quotation marks",
    "list": "it has to be a list in square brackets",
    "dict": "it has to be a table",
    "greater_than": "it has to be more than {gt}",
    "greater_than_equal": "it has to be at least {ge}",
    "less_than": "it has to be less than {lt}",
    "less_than_equal": "it may be {le} at most",
    "too_short": "it needs at least {min_length} entries",
    "string_too_short": "it needs at least {min_length} letters",
    "string_pattern": "it is not written as it has to be",
    "literal": "it has to be one of {expected}",
    "enum": "it has to be one of {expected}",
    "date": "it has to be a date such as 2026-11-30",
    "clock": "it has to be a time of the day such as 23:15",
    "address": "it has to be an address such as https://jembatan.example.id",
    "other": "it is of the wrong kind",
    "line": "line {line} is not written as it has to be",
    "end": "something is missing at the end",
    "encoding": "it is not saved as UTF-8",
}


@dataclass(frozen=True, slots=True)
class Why:
    """A part of a sentence that is a sentence itself, with its values: the shell translates it."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


def why_invalid(error: "ValidationError") -> Why:
    """The first thing that is wrong. What a validator of ours says stays as it is."""
    first: Mapping[str, Any] = error.errors(include_url=False)[0]
    kind = str(first["type"])
    if kind == "value_error":
        return Why("{words}", {"words": first["ctx"]["error"]})
    known = next((name for name in (kind, kind.partition("_")[0]) if name in TEXTS), "other")
    return Why(TEXTS[known], dict(first.get("ctx", {})))


def why_unreadable(error: ValueError) -> Why:
    """Where a TOML file breaks off, or that it is no text."""
    if isinstance(error, UnicodeDecodeError):
        return Why(TEXTS["encoding"])
    place = re.search(r"at line (\d+)", str(error))
    return Why(TEXTS["line"], {"line": place[1]}) if place else Why(TEXTS["end"])
