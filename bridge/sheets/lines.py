"""Cells with several lines: a product for each, where name and price have as many (rule book A2)."""

import re

from bridge.sheets.entry import Values
from bridge.sheets.text import Cell

# Split together with the name where they have as many lines.
_LINED_FIELDS = frozenset(
    {"product", "variant", "price", "unit", "weight", "stock", "photo", "sku", "licence", "halal", "category"}
)


def split_lines(values: dict[str, Values]) -> list[dict[str, Values]]:
    """One product per line where name and price have the same number of lines, above one."""
    names, prices = (_lines(found[0]) if (found := values.get(name)) else [] for name in ("product", "price"))
    if len(names) < 2 or len(names) != len(prices):
        return [values]
    lined = [(name, found, name in _LINED_FIELDS) for name, found in values.items()]
    return [
        {name: tuple(_line(cell, number, len(names)) for cell in found) if own else found for name, found, own in lined}
        for number in range(len(names))
    ]


_NUMBERED = re.compile(r"\s*(\d{1,2})[.)]\s+(?=\S)")


def _unnumbered(lines: list[str]) -> list[str]:
    """`1. Keripik`, `2. Stik`: a list's own numbers, from one upwards, belong to no cell."""
    found = [_NUMBERED.match(line) for line in lines]
    if [match and match[1] for match in found] != [str(number) for number in range(1, len(lines) + 1)]:
        return lines
    return [line[match.end() :] for line, match in zip(lines, found, strict=True) if match]


def _lines(cell: Cell) -> list[str]:
    if not isinstance(cell, str) or ("\n" not in cell and "\r" not in cell):
        return []
    return _unnumbered([line for line in cell.splitlines() if line.strip()])


def _line(cell: Cell, number: int, count: int) -> Cell:
    lines = _lines(cell)
    return lines[number] if len(lines) == count else cell
