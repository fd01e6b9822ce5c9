"""What a heading asks for (rule book A2, A10, and the question headings of A11), and where the header rows are."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bridge.sheets.book import Sheet
from bridge.sheets.quantity import scale_of
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import cell_text, clean, drop_brackets, words

_BRACKET_TEXT = re.compile(r"\(([^()]*)\)")
_NUMBER_IN_FRONT = re.compile(r"^\s*\d{1,3}\s*[.)]\s*")
_HELP = re.compile(r"[?:\n]")
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as written, with the field it asks for (if any) and the unit or multiplier it carries."""

    text: str
    field: str | None = None
    covers: float = 0.0  # share of the heading that the synonym takes; above 1 for one that wins over all others
    unit: str | None = None
    multiplier: int = 1
    kept: bool = True  # False: what stands under it is never kept


@dataclass(frozen=True, slots=True)
class Column:
    index: int
    heading: Heading


@dataclass(frozen=True, slots=True)
class Header:
    """Header rows of a sheet (0-based, one or two) and its columns."""

    first: int
    last: int
    columns: tuple[Column, ...]

    def of(self, field: str) -> tuple[Column, ...]:
        """Columns of a field, the best first: the synonym that covers more of its heading, then the left one."""
        found = [column for column in self.columns if column.heading.field == field]
        return tuple(sorted(found, key=lambda column: (-column.heading.covers, column.index)))

    def extras(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.heading.field is None and column.heading.kept)


def read_heading(text: str, rules: ImportRules) -> Heading:
    return _read_heading(text[:_LONGEST], rules)


@lru_cache(maxsize=8192)
def _read_heading(text: str, rules: ImportRules) -> Heading:
    asked = words(_without_help(_NUMBER_IN_FRONT.sub("", drop_brackets(text)), rules))
    field, covers = _field(asked, rules)
    kept = bool(asked) and not _never_kept(words(text), rules)
    heading = Heading(clean(text), field, covers, kept=kept)
    return replace(heading, unit=_unit(text, field, rules), multiplier=_multiplier(text, field, rules))


def _without_help(text: str, rules: ImportRules) -> str:
    """Cuts the help text off: from the first `?`, `:` or line break that has a synonym before it."""
    for mark in _HELP.finditer(text):
        if _longest(words(text[: mark.start()]), rules) is not None:
            return text[: mark.start()]
    return text


def _field(asked: str, rules: ImportRules) -> tuple[str | None, float]:
    limits = rules.headers.limits
    if _is_other_photo(asked, rules):
        return None, 0.0
    found = _longest(asked, rules)
    if found is None or not found[1]:
        return None, 0.0
    synonym, field = found
    if asked.split(" ", 1)[0] in limits.question_starts and field not in limits.question_fields:
        return None, 0.0
    return field, len(synonym) / len(asked) + (synonym in limits.preferred)


def _is_other_photo(asked: str, rules: ImportRules) -> bool:
    limits, said = rules.headers.limits, f" {asked} "
    if not any(f" {word} " in said for word in limits.photo_words):
        return False
    return any(f" {word} " in said for word in limits.photo_not) and not any(word in said for word in limits.photo_yes)


@lru_cache(maxsize=8)
def _synonyms(rules: ImportRules) -> tuple[tuple[str, str], ...]:
    """(synonym, field), the longest first; "" as field for what is no field."""
    known = {words(word): field for field, spellings in rules.headers.fields.items() for word in spellings}
    known |= {words(word): "" for word in rules.headers.limits.nothing}
    return tuple(sorted(known.items(), key=lambda pair: -len(pair[0])))


def _longest(asked: str, rules: ImportRules) -> tuple[str, str] | None:
    whole = rules.headers.limits.whole
    said, best = f" {asked} ", None
    for synonym, field in _synonyms(rules):
        if best is not None and len(synonym) < len(best[0]):
            break
        place = said.find(f" {synonym} ")
        if place < 0 or (synonym in whole and synonym != asked):
            continue
        if best is None or place < best[2]:
            best = (synonym, field, place)
    return None if best is None else best[:2]


def _never_kept(asked: str, rules: ImportRules) -> bool:
    said = f" {asked} "
    return _is_other_photo(asked, rules) or any(f" {word} " in said for word in rules.headers.limits.never_kept)


def _unit(text: str, field: str | None, rules: ImportRules) -> str | None:
    """The unit of weight in a heading; none where it offers several ("gr/ml")."""
    if field != "weight":
        return None
    factors = scale_of(rules).factors
    found = {factors[word][0]: word for word in words(text).split() if word in factors}
    return next(iter(found.values())) if len(found) == 1 else None


def _multiplier(text: str, field: str | None, rules: ImportRules) -> int:
    if field != "price":
        return 1
    said = f" {words(text)} "
    return max((factor for word, factor in rules.headers.multipliers.items() if f" {words(word)} " in said), default=1)


_DEEPEST = 60  # rows in which a header is looked for
_FEWEST_FIELDS = 2
_NEEDED = frozenset({"product", "price"})


def find_header(sheet: Sheet, rules: ImportRules) -> Header | None:
    """The row, or pair of rows, where most cells are known headings. None: the sheet is no list of products."""
    best: tuple[tuple[int, int], Header] | None = None
    for row in range(min(_DEEPEST, len(sheet.rows))):
        for preference, header in _candidates(sheet, row, rules):
            fields = _fields(header)
            rank = (len(fields), preference)
            if len(fields) >= _FEWEST_FIELDS and fields & _NEEDED and (best is None or rank > best[0]):
                best = (rank, header)
    return best[1] if best else None


def _fields(header: Header) -> set[str]:
    return {column.heading.field for column in header.columns if column.heading.field is not None}


def _candidates(sheet: Sheet, row: int, rules: ImportRules) -> Iterator[tuple[int, Header]]:
    """This row alone, and with the one below. A pair wins a draw unless its upper row adds nothing to the lower one."""
    texts = _texts(sheet, row)
    if not texts:
        return
    yield 0, _header(row, row, texts, rules)
    below = _texts(sheet, row + 1)
    if not below:
        return
    groups = _groups(sheet, row, texts, max((*texts, *below)) + 1)
    if _looks_like_headings(below, groups, texts, rules):
        pair = _header(row, row + 1, _paired(texts, below, groups, rules), rules)
        adds = len(_fields(pair)) > len(_fields(_header(row + 1, row + 1, below, rules)))
        yield (1 if adds else -1), pair


def _texts(sheet: Sheet, row: int) -> dict[int, str]:
    if row >= len(sheet.rows):
        return {}
    return {index: text for index, cell in enumerate(sheet.rows[row]) if (text := cell_text(cell).strip())}


def _groups(sheet: Sheet, row: int, above: Mapping[int, str], width: int) -> dict[int, int]:
    """Column of the group heading over each column: as merged, else the next one to the left (a CSV has lost the merge)."""
    if any(sheet.merged.get((row, index + 1)) == (row, index) for index in above):
        return {index: sheet.merged.get((row, index), (row, index))[1] for index in range(width)}
    groups: dict[int, int] = {}
    last = 0
    for index in range(width):
        last = groups[index] = index if index in above else last
    return groups


def _looks_like_headings(
    below: Mapping[int, str], groups: Mapping[int, int], above: Mapping[int, str], rules: ImportRules
) -> bool:
    """A second header row: at least half of its cells are headings, by themselves or below a shared group, and none is a number."""
    if any(not any(letter.isalpha() for letter in text) for text in below.values()):
        return False
    shared = Counter(groups[index] for index in below)
    known = sum(
        _names_something(text, rules)
        or (shared[groups[index]] > 1 and _with_group(text, above.get(groups[index], ""), rules) != text)
        for index, text in below.items()
    )
    return known * 2 >= len(below)


def _names_something(text: str, rules: ImportRules) -> bool:
    asked = words(drop_brackets(text))
    return _longest(asked, rules) is not None or _never_kept(asked, rules)


def _paired(
    above: Mapping[int, str], below: Mapping[int, str], groups: Mapping[int, int], rules: ImportRules
) -> dict[int, str]:
    """One heading per column: the lower cell, helped by its group heading where it says nothing by itself."""
    paired = dict(above)
    for index, text in below.items():
        group = above.get(groups[index], "")
        paired[index] = text if _names_something(text, rules) else _with_group(text, group, rules)
    return {index: text for index, text in paired.items() if index in below or not _is_group(index, groups, below)}


def _with_group(text: str, group: str, rules: ImportRules) -> str:
    """`Nama` under `PRODUK` is "Nama PRODUK", `Pokok` under `Harga` is "Harga Pokok": the order that says more."""
    both = (f"{group} {text}", f"{text} {group}")
    found = [(_longest(words(drop_brackets(said)), rules), said) for said in both]
    known = [(len(match[0]), said) for match, said in found if match is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else text


def _is_group(index: int, groups: Mapping[int, int], below: Mapping[int, str]) -> bool:
    """Whether an upper cell without one below it is a heading over its right neighbour, not over a column of its own."""
    return index + 1 in below and groups.get(index + 1) == index


def _header(first: int, last: int, texts: Mapping[int, str], rules: ImportRules) -> Header:
    columns = tuple(Column(index, read_heading(text, rules)) for index, text in sorted(texts.items()))
    return Header(first, last, columns)


def header_texts(header: Header, sheet: Sheet) -> Mapping[int, frozenset[str]]:
    """What stands in the header rows, by column and folded as `repeats` compares it."""
    rows = [_texts(sheet, row) for row in range(header.first, header.last + 1)]
    columns = {index for texts in rows for index in texts}
    return {index: frozenset(_same(texts[index]) for texts in rows if index in texts) for index in columns}


def _same(text: str) -> str:
    return " ".join(text[:_LONGEST].casefold().split())


_FIRST_CELLS = 4  # enough to see that a row is not the header again


def repeats(known: Mapping[int, frozenset[str]], texts: Sequence[str], filled: Sequence[int]) -> bool:
    """Whether a row says the header again: most of its cells stand in a header row, in the same column."""
    if not any(index in known and _same(texts[index]) in known[index] for index in filled[:_FIRST_CELLS]):
        return False
    same = sum(index in known and _same(texts[index]) in known[index] for index in filled)
    return same >= 3 and same * 10 >= len(filled) * 6
