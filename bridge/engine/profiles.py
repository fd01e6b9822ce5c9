"""What an office answered about the headings of its sheets, kept in its home and recognised by the header row.

A profile is `config/import/profiles/<hash>.toml`: the folded headings of one header row, and the field of each answered one.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import UserError
from bridge.sheets.book import Book, Sheet
from bridge.sheets.text import cell_text, words

DEEPEST = 60  # rows in which the first header is looked for; those of further tables begin with a heading that is known
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Profile:
    """The folded headings of a header row, and what the answered ones are."""

    headings: frozenset[str]
    answers: Mapping[str, str]


def folder_of(home: Path) -> Path:
    """Where the profiles of a home are."""
    return home / "config" / "import" / "profiles"


def load_profiles(home: Path) -> list[Profile]:
    """All profiles of a home. Raises UserError that names the file which cannot be read."""
    return [_read(file) for file in sorted(folder_of(home).glob("*.toml"))]


def _read(file: Path) -> Profile:
    try:
        told = tomllib.loads(file.read_text("utf-8"))
        headings, answers = told["headings"], told["map"]
        return Profile(frozenset(map(str, headings)), {str(key): str(value) for key, value in answers.items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            "The profile {file} cannot be read: {why}. Delete it; the next import asks again.", file=file, why=error
        ) from None


def answers_for(book: Book, profiles: Sequence[Profile]) -> dict[str, str]:
    """What the office answered before about header rows that stand in this book."""
    answers: dict[str, str] = {}
    if profiles:
        known = frozenset[str]().union(*(profile.headings for profile in profiles))
        for row in (row for sheet in book.sheets for row in rows_of(sheet, known)):
            for profile in profiles:
                if profile.headings <= row:
                    answers |= profile.answers
    return answers


def rows_of(sheet: Sheet, known: Set[str]) -> Iterable[frozenset[str]]:
    """The folded texts of each row in which a header may be. `known`: headings of profiles."""
    for index, cells in enumerate(sheet.rows):
        texts = (said for cell in cells if (said := words(cell_text(cell)[:LONGEST])))
        first = next(texts, "")
        if index < DEEPEST or first in known:
            yield frozenset((first, *texts)) - {""}


def save_profile(home: Path, headings: Iterable[str], answers: Mapping[str, str]) -> Path:
    """Keeps answers for a header row, beside those that were given for it before. The file's name tells nothing of the sheet."""
    row = sorted(set(headings))
    file = folder_of(home) / f"{hashlib.sha256(json.dumps(row).encode()).hexdigest()[:16]}.toml"
    known = dict(_read(file).answers) if file.exists() else {}
    lines = [f"headings = {json.dumps(row, ensure_ascii=False)}", "", "[map]"]
    lines += [f"{quote(heading)} = {quote(field)}" for heading, field in sorted({**known, **answers}.items())]
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text("\n".join(lines) + "\n", "utf-8")
    part.replace(file)
    return file


def quote(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False)
