"""One judged row, and its form as a record: the columns of the rule book, nothing personal beyond the phone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bridge.sheets.images import Image, image_kinds
from bridge.sheets.price import Price
from bridge.sheets.reasons import Level, Reason, Verdict, is_publishable, verdict_of
from bridge.sheets.rows import RowKind
from bridge.sheets.variants import Axis


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row as read. For rows that are no product only place and kind are told. Row 0: `sheet` is a place that has no rows.

    `cells` holds the original text beside every parsed value, by field; `extras` the text of columns that are no field, by
    heading. NIK, mother's name, pictures of identity cards and e-mail addresses are in neither.
    """

    sheet: str
    row: int
    kind: RowKind
    sub_row: int = 1
    ref: str = ""  # the ID that a report gave this product
    answered: bool = False  # an answer of a form: its business counts although it names no product
    business: str = ""  # in the spelling that is shown
    merchant_key: str = ""
    owner: str = ""
    address: str = ""
    product: str = ""
    product_key: str = ""
    sku: str = ""
    category_answer: str = ""
    category: str | None = None
    price: Price | None = None
    weight_g: int | None = None
    weight_kind: str | None = None
    unit: str | None = None
    pack_qty: int | None = None
    variants: tuple[Axis, ...] = ()
    stock: int | None = None
    preorder_days: int | None = None
    phone_e164: str | None = None
    phone_status: str | None = None
    nib: str | None = None
    nib_status: str | None = None
    permit_kind: str | None = None
    permit_number: str | None = None
    pirt_status: str | None = None
    pirt_expiry_year: int | None = None
    halal_number: str | None = None
    halal_status: str | None = None
    kelurahan_code: str | None = None
    kecamatan_code: str | None = None
    nib_date: date | None = None
    images: tuple[Image, ...] = ()
    description: str = ""
    duplicate_of: str | None = None
    other_variant: bool = False  # than that of the row it is a duplicate of; both name one
    reasons: tuple[Reason, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_product(self) -> bool:
        return self.kind is RowKind.PRODUCT

    @property
    def place(self) -> str:
        """`SHEET!ROW`, with `.SUB` behind it for the second product of a row and later ones."""
        if not self.row:
            return self.sheet
        sub = f".{self.sub_row}" if self.sub_row > 1 else ""
        return f"{self.sheet}!{self.row}{sub}"

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.reasons) if self.is_product else Verdict.SKIP

    @property
    def publishable(self) -> bool:
        return self.is_product and is_publishable(self.reasons)

    @property
    def assumed(self) -> tuple[Reason, ...]:
        """What was taken for granted without a need to act."""
        return tuple(reason for reason in self.reasons if reason.level is Level.INFO)


def as_record(row: JudgedRow, csv: bool) -> dict[str, object]:
    """The row under the rule book's column names; None where there is nothing."""
    place: dict[str, object] = {
        "xlsx_sheet": None if csv else row.sheet,
        "xlsx_row": None if csv else row.row,
        "csv_line": row.row if csv else None,
        "sub_row": row.sub_row if row.is_product else None,
        "row_kind": row.kind.value,
    }
    told = row if row.is_product else JudgedRow(row.sheet, row.row, row.kind)
    return {**place, **_product(told), **_verdict(row)}


def _verdict(row: JudgedRow) -> dict[str, object]:
    return {
        "duplicate_of": row.duplicate_of,
        "verdict": row.verdict.value,
        "publishable": "yes" if row.publishable else "no",
        "reasons": [reason.value for reason in row.reasons],
    }


def _product(row: JudgedRow) -> dict[str, object]:
    price = row.price
    return {
        "nama_usaha": row.business or None,
        "nama_produk": row.product or None,
        "jenis": row.category,
        "price_kind": price.kind.value if price is not None else None,
        "price_int": price.value if price is not None else None,
        "price_min": price.low if price is not None else None,
        "price_max": price.high if price is not None else None,
        "weight_g": row.weight_g,
        "weight_kind": row.weight_kind,
        "unit": row.unit,
        "pack_qty": row.pack_qty,
        "variants_json": [axis.as_record() for axis in row.variants] if row.is_product else None,
        "stock_int": row.stock,
        "preorder_days": row.preorder_days,
        **_papers(row),
        "image_kinds": image_kinds(row.images) if row.is_product else None,
        "desc_clean": row.description or None,
    }


def _papers(row: JudgedRow) -> dict[str, object]:
    return {
        "phone_e164": row.phone_e164,
        "phone_status": row.phone_status,
        "nib_clean": row.nib,
        "nib_status": row.nib_status,
        "izin_edar_type": row.permit_kind,
        "izin_edar_clean": row.permit_number,
        "pirt_status": row.pirt_status,
        "pirt_expiry_year": row.pirt_expiry_year,
        "halal_clean": row.halal_number,
        "halal_status": row.halal_status,
        "kelurahan_kode": row.kelurahan_code,
        "kecamatan_kode": row.kecamatan_code,
        "date_iso": row.nib_date.isoformat() if row.nib_date is not None else None,
    }
