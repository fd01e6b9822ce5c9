"""Owners who are told above their products: `Nama Usaha : Dapur Sari`, in one cell or two. Reads no table."""

from collections.abc import Sequence

from bridge.sheets.headings import read_heading
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import Cell, cell_text

OWNER_LABELS = ("business", "owner", "phone", "address", "kelurahan", "kecamatan", "nib")
_WHOLE = 1.0
_LONGEST_LABEL = 60


def label_of(cells: Sequence[Cell], rules: ImportRules) -> tuple[str, Cell] | None:
    """The field that a row names in its first text, and what it says of it. None for rows of another kind."""
    filled = [cell for cell in cells if cell_text(cell).strip(" :")]
    label, _colon, rest = (cell_text(filled[0]) if filled else "").partition(":")
    alone, pair = len(filled) == 1, len(filled) == len(("label", "value"))
    if len(label) > _LONGEST_LABEL or not (alone if rest.strip() else pair):
        return None
    heading = read_heading(label, rules)
    if heading.field not in OWNER_LABELS or heading.covers < _WHOLE:
        return None
    if rest.strip():
        return heading.field, rest.strip()
    value = filled[1]
    return heading.field, value.strip().lstrip(":").strip() if isinstance(value, str) else value
