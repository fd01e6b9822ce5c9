"""Reason codes of the rule book and what they lead to. Human wording is the shell's work; codes are never translated."""

from collections.abc import Iterable
from enum import StrEnum


class Level(StrEnum):
    ERROR = "error"  # must not become a product until a person decides
    WARNING = "warning"  # stored as a draft; a person should look
    INFO = "info"  # normal reading


class Reason(StrEnum):
    """One finding about one product. The first letter tells the level."""

    PRICE_MISSING = "E_PRICE_MISSING"
    PRICE_UNPARSEABLE = "E_PRICE_UNPARSEABLE"
    PRICE_TOO_SMALL = "E_PRICE_TOO_SMALL"
    PRICE_TOO_LARGE = "E_PRICE_TOO_LARGE"
    NAME_MISSING = "E_NAME_MISSING"
    DUPLICATE = "E_DUPLICATE"
    DUPLICATE_CONFLICT = "E_DUPLICATE_CONFLICT"
    PROHIBITED = "E_PROHIBITED"
    CONSENT_REFUSED = "E_CONSENT_REFUSED"

    PRICE_NOTE = "W_PRICE_NOTE"
    PRICE_RANGE = "W_PRICE_RANGE"
    PRICE_FROM = "W_PRICE_FROM"
    PRICE_HEADER_CONFLICT = "W_PRICE_HEADER_CONFLICT"
    WEIGHT_MISSING = "W_WEIGHT_MISSING"
    WEIGHT_AMBIGUOUS = "W_WEIGHT_AMBIGUOUS"
    WEIGHT_RANGE = "W_WEIGHT_RANGE"
    WEIGHT_FROM_VOLUME = "W_WEIGHT_FROM_VOLUME"
    WEIGHT_UNIT_ASSUMED = "W_WEIGHT_UNIT_ASSUMED"
    WEIGHT_FROM_NAME = "W_WEIGHT_FROM_NAME"
    WEIGHT_CONFLICT = "W_WEIGHT_CONFLICT"
    ROW_SPLIT = "W_ROW_SPLIT"
    DESC_TOO_SHORT = "W_DESC_TOO_SHORT"
    VARIANT_EXPANDED = "W_VARIANT_EXPANDED"
    VARIANT_FREE_TEXT = "W_VARIANT_FREE_TEXT"
    STOCK_UNKNOWN = "W_STOCK_UNKNOWN"
    PREORDER = "W_PREORDER"
    PHONE_MULTIPLE = "W_PHONE_MULTIPLE"
    PHONE_LANDLINE = "W_PHONE_LANDLINE"
    PHONE_INVALID = "W_PHONE_INVALID"
    PHONE_MISSING = "W_PHONE_MISSING"
    NIB_BAD_LENGTH = "W_NIB_BAD_LENGTH"
    NIB_BAD_CHARS = "W_NIB_BAD_CHARS"
    NIB_MISSING = "W_NIB_MISSING"
    PIRT_EXPIRED = "W_PIRT_EXPIRED"
    PIRT_EXPIRING = "W_PIRT_EXPIRING"
    PIRT_BAD_FORMAT = "W_PIRT_BAD_FORMAT"
    BPOM_BAD_FORMAT = "W_BPOM_BAD_FORMAT"
    IZIN_EDAR_MISSING = "W_IZIN_EDAR_MISSING"
    HALAL_BAD_FORMAT = "W_HALAL_BAD_FORMAT"
    HALAL_MISSING = "W_HALAL_MISSING"
    CATEGORY_UNKNOWN = "W_CATEGORY_UNKNOWN"
    IMAGE_MISSING = "W_IMAGE_MISSING"
    IMAGE_LOCAL_NAME = "W_IMAGE_LOCAL_NAME"
    IMAGE_FOLDER_LINK = "W_IMAGE_FOLDER_LINK"
    REGION_KELURAHAN_MISSING = "W_REGION_KELURAHAN_MISSING"
    SKU_DUPLICATE = "W_SKU_DUPLICATE"
    USED = "W_USED"  # of saved answers only; a sheet has no such column

    PRICE_HEADER_MULTIPLIER = "I_PRICE_HEADER_MULTIPLIER"
    UNIT_DEFAULT = "I_UNIT_DEFAULT"
    VARIANT_AXIS_DEFAULT = "I_VARIANT_AXIS_DEFAULT"
    IMAGE_DRIVE = "I_IMAGE_DRIVE"
    CATEGORY_FROM_NAME = "I_CATEGORY_FROM_NAME"
    RESPONSE_SUPERSEDED = "I_RESPONSE_SUPERSEDED"
    TIMESTAMP_ASSUMED = "I_TIMESTAMP_ASSUMED"

    @property
    def level(self) -> Level:
        return _LEVELS[self.value[0]]


_LEVELS = {"E": Level.ERROR, "W": Level.WARNING, "I": Level.INFO}

# What keeps a product off the marketplaces although it is no error (rule book A1).
BLOCKING = frozenset(
    {
        Reason.WEIGHT_MISSING,
        Reason.WEIGHT_AMBIGUOUS,
        Reason.IMAGE_MISSING,
        Reason.IMAGE_LOCAL_NAME,
        Reason.IMAGE_FOLDER_LINK,
        Reason.IZIN_EDAR_MISSING,
        Reason.PIRT_EXPIRED,
        Reason.PIRT_BAD_FORMAT,
        Reason.BPOM_BAD_FORMAT,
        Reason.PRICE_RANGE,
        Reason.PRICE_FROM,
        Reason.DESC_TOO_SHORT,
        Reason.CATEGORY_UNKNOWN,
        Reason.USED,
    }
)


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    SKIP = "skip"


def verdict_of(reasons: Iterable[Reason]) -> Verdict:
    """The verdict about a product; other rows are `skip` without asking."""
    found = frozenset(reasons)
    if Reason.RESPONSE_SUPERSEDED in found:
        return Verdict.SKIP
    levels = {reason.level for reason in found}
    if Level.ERROR in levels:
        return Verdict.ERROR
    return Verdict.WARNING if Level.WARNING in levels else Verdict.OK


def is_publishable(reasons: Iterable[Reason]) -> bool:
    """Whether a product with these findings may be listed. A missing halal certificate is decided elsewhere, by a setting."""
    found = frozenset(reasons)
    return verdict_of(found) in {Verdict.OK, Verdict.WARNING} and not found & BLOCKING
