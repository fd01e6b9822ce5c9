"""The parts that a row is judged by, and how they stand side by side in a judged row. Reads no cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bridge.sheets.category import Category
from bridge.sheets.entry import OWNER_FIELDS, PRODUCT_FIELDS, Entry
from bridge.sheets.identifiers import Nib, Phone
from bridge.sheets.images import Image, image_reasons
from bridge.sheets.licences import Halal, Permit
from bridge.sheets.price import Price
from bridge.sheets.reasons import Reason
from bridge.sheets.record import JudgedRow
from bridge.sheets.regions import Region
from bridge.sheets.stock import Stock
from bridge.sheets.text import Cell, cell_text, fold, hide_private, squash
from bridge.sheets.units import Unit
from bridge.sheets.variants import Variants
from bridge.sheets.weight import Weight

_SHORTEST_DESCRIPTION = 20
_OWNER = frozenset(OWNER_FIELDS)


@dataclass(frozen=True, slots=True)
class Merchant:
    """What the owner's columns say; the same for all products of an owner."""

    business: str
    key: str
    owner: str
    address: str
    phone: Phone
    place: Region
    nib_date: date | None
    reasons: tuple[Reason, ...]
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What a product says of itself. `reasons` are those of its name."""

    name: str
    sku: str
    category: Category
    images: tuple[Image, ...]
    description: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Goods:
    price: Price
    variants: Variants
    weight: Weight
    unit: Unit
    stock: Stock

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return (
            *self.price.reasons,
            *self.unit.reasons,
            *self.weight.reasons,
            *self.variants.reasons,
            *self.stock.reasons,
        )

    @property
    def pack_qty(self) -> int:
        return self.unit.pack_qty if self.unit.pack_qty > 1 else self.weight.pack_qty


@dataclass(frozen=True, slots=True)
class Papers:
    nib: Nib
    permit: Permit
    halal: Halal


def listed_row(entry: Entry, merchant: Merchant, nib: Nib, *, answered: bool) -> JudgedRow:
    """The row of a business that names no product."""
    return JudgedRow(
        sheet=entry.sheet,
        row=entry.row,
        kind=entry.kind,
        answered=answered,
        business=merchant.business,
        merchant_key=merchant.key,
        owner=merchant.owner,
        address=merchant.address,
        phone_e164=merchant.phone.e164,
        nib=nib.digits,
        kelurahan_code=merchant.place.kelurahan,
        kecamatan_code=merchant.place.kecamatan,
        nib_date=merchant.nib_date,
    )


def product_row(entry: Entry, merchant: Merchant, told: Told, goods: Goods, papers: Papers) -> JudgedRow:
    """The row of a product. One line a field, and nothing decided here."""
    return JudgedRow(
        sheet=entry.sheet,
        row=entry.row,
        kind=entry.kind,
        ref=entry.ref,
        answered=entry.response is not None,
        sub_row=entry.sub_row,
        business=merchant.business,
        merchant_key=merchant.key,
        owner=merchant.owner,
        address=merchant.address,
        product=told.name,
        product_key=fold(told.name),
        sku=told.sku,
        category_answer=squash(entry.text("category")),
        category=told.category.name,
        price=goods.price,
        weight_g=goods.weight.grams,
        weight_kind=goods.weight.kind.value,
        unit=goods.unit.name,
        pack_qty=goods.pack_qty,
        variants=goods.variants.axes,
        stock=goods.stock.pieces,
        preorder_days=goods.stock.preorder_days,
        phone_e164=merchant.phone.e164,
        phone_status=merchant.phone.status.value,
        nib=papers.nib.digits,
        nib_status=papers.nib.status.value,
        permit_kind=papers.permit.kind,
        permit_number=papers.permit.number,
        pirt_status=papers.permit.pirt_status.value,
        pirt_expiry_year=papers.permit.expiry_year,
        halal_number=papers.halal.number,
        halal_status=papers.halal.status.value,
        kelurahan_code=merchant.place.kelurahan,
        kecamatan_code=merchant.place.kecamatan,
        nib_date=merchant.nib_date,
        images=told.images,
        description=told.description,
        reasons=_reasons(merchant, told, goods, papers),
        cells={**merchant.cells, **cells_of(entry, PRODUCT_FIELDS)},
        extras=entry.extras,
    )


def _reasons(merchant: Merchant, told: Told, goods: Goods, papers: Papers) -> tuple[Reason, ...]:
    short = len(told.description) < _SHORTEST_DESCRIPTION
    return (
        *merchant.reasons,
        *papers.nib.reasons,
        *told.reasons,
        *told.category.reasons,
        *goods.reasons,
        *papers.permit.reasons,
        *papers.halal.reasons,
        *image_reasons(told.images),
        *((Reason.DESC_TOO_SHORT,) if short else ()),
    )


def cells_of(entry: Entry, fields: Iterable[str]) -> Mapping[str, str]:
    """The original text of those fields that are filled; of several columns all texts, one a line."""
    cells: dict[str, str] = {}
    for name in fields:
        if (found := entry.values.get(name)) is None:
            continue
        text: Cell = found[0] if len(found) == 1 else "\n".join(map(cell_text, found))
        if text.__class__ is not str:
            text = cell_text(text)
        if text:
            cells[name] = hide_private(text) if name in _OWNER else text
    return cells
