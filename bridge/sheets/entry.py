"""One product of a sheet, or one row that is none, with its cells by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.sheets.headers import Column
from bridge.sheets.rows import RowKind
from bridge.sheets.text import Cell, cell_text

# The mixed "Legalitas" cell of the owner's first row: it may hold the NIB, which is the owner's.
OWNER_LEGALITY = "owner_legality"
# Filled from merged ranges and down; everything else belongs to one product.
OWNER_FIELDS = ("business", "owner", "phone", "address", "kelurahan", "kecamatan", "nib", "nib_date", "consent")
PRODUCT_FIELDS = (
    "product",
    "variant",
    "price",
    "unit",
    "weight",
    "stock",
    "description",
    "photo",
    "sku",
    "licence",
    "halal",
    "legality",
    "category",
    "price_option",
    "stock_option",
)

Values = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """When an answer of a form was given, as it stands there, and by whom. The e-mail address goes no further than matching."""

    stamp: Cell
    email: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that is no product, or one product of a row. `row` is 1-based; `values` has one cell per column of a field."""

    sheet: str
    row: int
    kind: RowKind
    sub_row: int = 1
    split: bool = False
    values: Mapping[str, Values] = field(default_factory=dict)
    columns: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)
    grouped: bool = False
    ref: str = ""
    response: Response | None = None

    def value(self, name: str) -> Cell:
        found = self.values.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        found = self.values.get(name)
        return cell_text(found[0]) if found else ""

    def texts(self, name: str) -> list[str]:
        found = self.values.get(name)
        if not found:
            return []
        return [cell_text(found[0])] if len(found) == 1 else [cell_text(cell) for cell in found]

    def options(self, name: str) -> list[tuple[Column, Cell]]:
        """Option columns with their cells."""
        found = self.values.get(name)
        return list(zip(self.columns[name], found, strict=True)) if found else []

    def column(self, name: str) -> Column | None:
        found = self.columns.get(name)
        return found[0] if found else None
