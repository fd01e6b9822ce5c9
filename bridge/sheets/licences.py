"""Distribution permits (P-IRT, BPOM), halal certificates, and the mixed cell that holds them all (rule book A9)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from bridge.sheets.answers import is_blank, licence_answer
from bridge.sheets.category import is_cosmetic, is_food
from bridge.sheets.reasons import Reason
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import digits_of, has_digit, squash


class PermitStatus(StrEnum):
    """Of the P-IRT number; a BPOM number makes it not applicable."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    BAD_FORMAT = "bad_format"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Permit:
    kind: str | None  # pirt, bpom_md, bpom_ml, bpom_na, bpom_tr, bpom_sd
    number: str | None
    pirt_status: PermitStatus
    expiry_year: int | None = None
    reasons: tuple[Reason, ...] = ()


class HalalStatus(StrEnum):
    VALID = "valid"
    BAD_FORMAT = "bad_format"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Halal:
    status: HalalStatus
    number: str | None = None
    reasons: tuple[Reason, ...] = ()


_LONGEST = 300
_SPLIT = re.compile(r"[,;/|&\n]|\bdan\b", re.IGNORECASE)
_PIRT = re.compile(r"P[\s.\-]*IRT")
_MARKS = re.compile(r"[\s.\-]+")
_BPOM = re.compile(r"(?<![A-Z])(MD|ML|NA|TR|SD)(?![A-Z])[\s.:]*([\dA-Z][\dA-Z\s.\-]*)?")
_BPOM_LENGTHS = {"MD": range(12, 16), "ML": range(12, 16), "NA": range(11, 12), "TR": range(9, 10), "SD": range(9, 10)}
_LABELS = re.compile(r"(?:SP)?P[\s.\-]*IRT|\b(?:SPP|DINKES|DEPKES|RI|BPOM|POM|NO|NOMOR)\b|[\s.:\-–=#/]")
_PIRT_DIGITS = 15
_FEWEST_DIGITS = 8
_CENTURY = 2000


def parse_permit(text: str, category: str | None, as_of: date, rules: ImportRules) -> Permit:
    """The permit on this product, judged for its kind: food needs any, cosmetics need a BPOM NA number."""
    permit = _read(text[:_LONGEST], as_of.year, rules)
    cosmetic = is_cosmetic(category, rules)
    wrong_kind = cosmetic and permit is not None and permit.kind != "bpom_na"
    if permit is None:
        status = PermitStatus.MISSING if is_food(category, rules) else PermitStatus.NOT_APPLICABLE
        permit = Permit(None, None, status)
        wrong_kind = is_food(category, rules) or cosmetic
    if not wrong_kind:
        return permit
    reasons = (*permit.reasons, Reason.IZIN_EDAR_MISSING)
    return Permit(permit.kind, permit.number, permit.pirt_status, permit.expiry_year, reasons)


@lru_cache(maxsize=8192)
def _read(text: str, year: int, rules: ImportRules) -> Permit | None:
    answer = licence_answer(_unlabelled(text), rules)
    if not answer:
        return None
    whole = _one(answer.upper(), year)
    if whole is not None and whole.number is not None:
        return whole
    parts = [permit for part in _parts(answer) if (permit := _one(squash(part).upper(), year)) is not None]
    return next((permit for permit in parts if permit.number is not None), whole or (parts[0] if parts else None))


def _parts(answer: str) -> list[str]:
    """Several numbers in one cell. A label without digits belongs to what follows it."""
    parts, label = [], ""
    for part in _SPLIT.split(answer):
        label = f"{label} {part}"
        if has_digit(part):
            parts.append(label)
            label = ""
    return parts


def _one(said: str, year: int) -> Permit | None:
    if not has_digit(said):
        return None  # a label alone says no more than "ada"
    pirt = _PIRT.search(said)
    bpom = None if pirt else _BPOM.search(said)
    if bpom is not None:
        return _bpom(bpom[1], bpom[2] or "")
    digits = _LABELS.sub("", said)
    if pirt is None and "POM" in said:
        return Permit(None, None, PermitStatus.NOT_APPLICABLE, None, (Reason.BPOM_BAD_FORMAT,))
    if pirt is None and not (digits.isalnum() and len(digits_of(digits)) >= _FEWEST_DIGITS):
        return None
    return _pirt(digits, year)


def _bpom(prefix: str, rest: str) -> Permit:
    digits = _MARKS.sub("", rest)
    kind = f"bpom_{prefix.lower()}"
    if digits.isascii() and digits.isdigit() and len(digits) in _BPOM_LENGTHS[prefix]:
        return Permit(kind, f"{prefix}{digits}", PermitStatus.NOT_APPLICABLE)
    return Permit(kind, None, PermitStatus.NOT_APPLICABLE, None, (Reason.BPOM_BAD_FORMAT,))


def _pirt(digits: str, year: int) -> Permit:
    if not (len(digits) == _PIRT_DIGITS and digits.isascii() and digits.isdigit()):
        return Permit("pirt", None, PermitStatus.BAD_FORMAT, None, (Reason.PIRT_BAD_FORMAT,))
    expiry = _CENTURY + int(digits[-2:])
    if expiry < year:
        return Permit("pirt", digits, PermitStatus.EXPIRED, expiry, (Reason.PIRT_EXPIRED,))
    if expiry == year:
        return Permit("pirt", digits, PermitStatus.EXPIRING, expiry, (Reason.PIRT_EXPIRING,))
    return Permit("pirt", digits, PermitStatus.VALID, expiry)


_HALAL = re.compile(r"(?<![A-Z])ID[\s.:\-]*(\d[\d\s.\-]*)")
_HALAL_LENGTHS = (17, 18)


def parse_halal(text: str, category: str | None, rules: ImportRules) -> Halal:
    """Asked of food and drink; a cosmetic without one is only noted as missing."""
    answer = _halal_answer(text[:_LONGEST], rules)
    if answer is not None:
        return _read_halal(answer)
    if is_food(category, rules):
        return Halal(HalalStatus.MISSING, None, (Reason.HALAL_MISSING,))
    return Halal(HalalStatus.MISSING if is_cosmetic(category, rules) else HalalStatus.NOT_APPLICABLE)


def _halal_answer(text: str, rules: ImportRules) -> str | None:
    """A bare "ada" says that there is one and shows no number: bad format, not missing."""
    answer = licence_answer(_unlabelled(text), rules)
    return text if answer == "" and not is_blank(text, rules) else answer


@lru_cache(maxsize=8192)
def _read_halal(answer: str) -> Halal:
    for match in _HALAL.finditer(answer.upper()):
        digits = digits_of(match[1])
        if len(digits) in _HALAL_LENGTHS:
            return Halal(HalalStatus.VALID, f"ID{digits}")
    return Halal(HalalStatus.BAD_FORMAT, None, (Reason.HALAL_BAD_FORMAT,))


_PART = re.compile(
    r"(?P<nib>\bNIB\b|\bNOMOR INDUK BERUSAHA\b)"
    r"|(?P<licence>(?:\bSPP[\s\-]*)?\bP[\s.\-]*IRT\b|\bBPOM\b|\bPOM\b|\b(?:MD|ML|NA|TR|SD)(?=[\s.:]*\d))"
    r"|(?P<halal>\bHALAL\b|\bID(?=[\s.:]*\d))",
    re.IGNORECASE,
)


def split_legality(text: str) -> Mapping[str, str]:
    """`NIB: … PIRT: … Halal: …` in one cell, as the fields nib, licence and halal. The first of each counts."""
    said = squash(text[:_LONGEST])
    starts = [(match.lastgroup or "", match.start()) for match in _PART.finditer(said)]
    parts: dict[str, str] = {}
    ends = [*(start for _, start in starts), len(said)]
    for (field, start), end in zip(starts, ends[1:], strict=True):
        part = said[start:end].strip(" ,;/|-")
        parts[field] = f"{parts[field]} {part}" if field in parts else part
    return {field: _unlabelled(part) for field, part in parts.items()}


def _unlabelled(part: str) -> str:
    """ "PIRT: belum" must read as "belum"; "PIRT 2061…" keeps its label, which tells the kind."""
    if has_digit(part):
        return part
    return _PART.sub("", part).strip(" :=.,-") or part
