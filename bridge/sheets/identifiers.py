"""Phone numbers and business numbers (NIB) in one form (rule book A9)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bridge.sheets.answers import licence_answer
from bridge.sheets.reasons import Reason
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import digits_of, has_digit, squash


class PhoneStatus(StrEnum):
    VALID = "valid"
    MULTIPLE = "multiple"
    LANDLINE = "landline"
    INVALID = "invalid"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Phone:
    status: PhoneStatus
    e164: str | None = None
    reasons: tuple[Reason, ...] = ()


class NibStatus(StrEnum):
    VALID = "valid"
    BAD_LENGTH = "bad_length"
    BAD_CHARS = "bad_chars"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Nib:
    status: NibStatus
    digits: str | None = None
    reasons: tuple[Reason, ...] = ()


_LONGEST = 300
_LINK = re.compile(r"(?:https?://)?(?:www\.)?(?:wa\.me/|api\.whatsapp\.com/send/?\?phone=)", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;/|&\n]|\b(?:dan|atau|or)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[+(]*\d[\d\s().\-+]*")
_POWER = re.compile(r"\d[.,]?\d*e\+?\d+", re.IGNORECASE)
_MOBILE = re.compile(r"8\d{8,11}")
_LANDLINE = re.compile(r"[2-79]\d{7,10}")
_GLUED = re.compile(r"\s+(?=\+?62\s?8|08)")  # two numbers with only a space between


@lru_cache(maxsize=4096)
def parse_phone(text: str, rules: ImportRules) -> Phone:
    """The first number that can be one. Names and words round it are ignored."""
    if licence_answer(text, rules) is None and not has_digit(text):
        return Phone(PhoneStatus.MISSING, None, (Reason.PHONE_MISSING,))
    numbers = list(dict.fromkeys(number for number in map(_number, _candidates(text[:_LONGEST])) if number))
    if not numbers:
        return Phone(PhoneStatus.INVALID, None, (Reason.PHONE_INVALID,))
    landline = () if numbers[0].startswith("+628") else (Reason.PHONE_LANDLINE,)
    if len(numbers) > 1:
        return Phone(PhoneStatus.MULTIPLE, numbers[0], (Reason.PHONE_MULTIPLE, *landline))
    return Phone(PhoneStatus.LANDLINE if landline else PhoneStatus.VALID, numbers[0], landline)


def _candidates(text: str) -> Iterator[str]:
    for part in _BETWEEN.split(_LINK.sub(" ", without_point_zero(text))):
        if _POWER.search(part):
            continue  # Excel kept only the first digits
        for run in _NUMBER.findall(part):
            yield from [run] if _number(run) else _GLUED.split(run)


def _number(run: str) -> str | None:
    digits = digits_of(run).removeprefix("00")
    if digits.startswith("0"):
        rest = digits.lstrip("0")
        rest = rest[2:] if rest.startswith("628") else rest
    else:
        rest = digits[2:].lstrip("0") if digits.startswith("62") else digits
    return f"+62{rest}" if _MOBILE.fullmatch(rest) or _LANDLINE.fullmatch(rest) else None


def without_point_zero(text: str) -> str:
    """`8123456789.0`, as some programs export numbers, is `8123456789`."""
    said = text.strip()
    return said[:-2] if said.endswith(".0") and said[:-2].isdigit() else text


_NIB_LABEL = re.compile(r"nomor induk berusaha|\bno(?:mor)?\b\.?|\bnib\b|nib(?=\d)", re.IGNORECASE)
_NIB_NOISE = re.compile(r"[\s.\-–:='\"]")
_NIB_DIGITS = 13


@lru_cache(maxsize=4096)
def parse_nib(text: str, rules: ImportRules) -> Nib:
    answer = licence_answer(without_point_zero(text[:_LONGEST]), rules)
    digits = _NIB_NOISE.sub("", _NIB_LABEL.sub(" ", squash(answer or "")))
    if not digits:
        return Nib(NibStatus.MISSING, None, (Reason.NIB_MISSING,))
    if not (digits.isascii() and digits.isdigit()):
        return Nib(NibStatus.BAD_CHARS, None, (Reason.NIB_BAD_CHARS,))
    if len(digits) != _NIB_DIGITS:
        return Nib(NibStatus.BAD_LENGTH, None, (Reason.NIB_BAD_LENGTH,))
    return Nib(NibStatus.VALID, digits)
