"""For every reason code a cell as it should look (data of a sheet, in no language; "" where none would do), and the field meant."""

from collections.abc import Mapping

from bridge.sheets.reasons import Reason

_PHOTO = "https://drive.google.com/file/d/1AbCdEf/view"
_DESCRIPTION = "Keripik pisang renyah buatan rumahan, tanpa pengawet."

EXAMPLES: Mapping[Reason, str] = {
    Reason.PRICE_MISSING: "15000",
    Reason.PRICE_UNPARSEABLE: "15000",
    Reason.PRICE_TOO_SMALL: "15000",
    Reason.PRICE_TOO_LARGE: "150000",
    Reason.NAME_MISSING: "Keripik Pisang Cokelat",
    Reason.DUPLICATE: "S, M, L",
    Reason.DUPLICATE_CONFLICT: "S 75rb / M 80rb / L 80rb",
    Reason.PROHIBITED: "",
    Reason.CONSENT_REFUSED: "Setuju",
    Reason.PRICE_NOTE: "15000",
    Reason.PRICE_RANGE: "100 gr = 15000, 250 gr = 30000",
    Reason.PRICE_FROM: "15000",
    Reason.PRICE_HEADER_CONFLICT: "15",
    Reason.WEIGHT_MISSING: "250 gr",
    Reason.WEIGHT_AMBIGUOUS: "1 kg",
    Reason.WEIGHT_RANGE: "250 gr",
    Reason.WEIGHT_FROM_VOLUME: "270 gr",
    Reason.WEIGHT_UNIT_ASSUMED: "250 gr",
    Reason.WEIGHT_FROM_NAME: "250 gr",
    Reason.WEIGHT_CONFLICT: "250 gr",
    Reason.ROW_SPLIT: "Keripik Pisang Cokelat",
    Reason.DESC_TOO_SHORT: _DESCRIPTION,
    Reason.VARIANT_EXPANDED: "S, M, L, XL",
    Reason.VARIANT_FREE_TEXT: "merah, biru",
    Reason.STOCK_UNKNOWN: "25",
    Reason.PREORDER: "PO 3 hari",
    Reason.PHONE_MULTIPLE: "0812 3456 7890",
    Reason.PHONE_LANDLINE: "0812 3456 7890",
    Reason.PHONE_INVALID: "0812 3456 7890",
    Reason.PHONE_MISSING: "0812 3456 7890",
    Reason.NIB_BAD_LENGTH: "9120001234567",
    Reason.NIB_BAD_CHARS: "9120001234567",
    Reason.NIB_MISSING: "9120001234567",
    Reason.PIRT_EXPIRED: "2061872010001-30",
    Reason.PIRT_EXPIRING: "2061872010001-30",
    Reason.PIRT_BAD_FORMAT: "2061872010001-30",
    Reason.BPOM_BAD_FORMAT: "MD 123456789012",
    Reason.IZIN_EDAR_MISSING: "2061872010001-30",
    Reason.HALAL_BAD_FORMAT: "ID18110000123456789",
    Reason.HALAL_MISSING: "ID18110000123456789",
    Reason.CATEGORY_UNKNOWN: "Makanan",
    Reason.IMAGE_MISSING: _PHOTO,
    Reason.IMAGE_LOCAL_NAME: _PHOTO,
    Reason.IMAGE_FOLDER_LINK: _PHOTO,
    Reason.REGION_KELURAHAN_MISSING: "Ganjar Agung",
    Reason.SKU_DUPLICATE: "KRP-002",
    Reason.USED: "Baru",
    Reason.PRICE_HEADER_MULTIPLIER: "15",
    Reason.UNIT_DEFAULT: "bungkus",
    Reason.VARIANT_AXIS_DEFAULT: "Rasa: cokelat, keju",
    Reason.IMAGE_DRIVE: _PHOTO,
    Reason.CATEGORY_FROM_NAME: "Minuman",
    Reason.RESPONSE_SUPERSEDED: "14/10/2026 8:00:00",
    Reason.TIMESTAMP_ASSUMED: "14/10/2026 8:00:00",
}


def field_of(reason: Reason) -> str | None:
    """The field whose cell a reason is about, by the words of its code; None for the row as a whole."""
    words = reason.value[2:]
    return next((name for start, name in _FIELDS if words.startswith(start)), None)


_FIELDS = (
    ("PRICE_", "price"),
    ("NAME_", "product"),
    ("DUPLICATE", "product"),
    ("PROHIBITED", "product"),
    ("CONSENT_", "consent"),
    ("WEIGHT_", "weight"),
    ("DESC_", "description"),
    ("VARIANT_", "variant"),
    ("STOCK_", "stock"),
    ("PREORDER", "stock"),
    ("PHONE_", "phone"),
    ("NIB_", "nib"),
    ("PIRT_", "licence"),
    ("BPOM_", "licence"),
    ("IZIN_", "licence"),
    ("HALAL_", "halal"),
    ("CATEGORY_", "category"),
    ("IMAGE_", "photo"),
    ("REGION_", "kelurahan"),
    ("SKU_", "sku"),
    ("UNIT_", "unit"),
)
