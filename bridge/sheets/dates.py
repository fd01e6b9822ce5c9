"""Dates as they stand in sheets, day first (rule book A9). A month without a day is no date."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from bridge.sheets.rules import ImportRules
from bridge.sheets.text import Cell, cell_text, squash

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4}|\d{2})(?: \d{1,2}[:.]\d{2}.*)?")
_NAMED = re.compile(r"(?:[a-z]+, ?)?(\d{1,2})[-/. ]*([a-z]+)[-/., ]*(\d{4}|\d{2})")
_SERIAL = re.compile(r"[2-6]\d{4}")
_EPOCH = date(1899, 12, 30)
_LAST_CENTURY = 70  # two digits from here on are 19xx


def parse_date(cell: Cell, rules: ImportRules) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else _from_text(cell_text(cell)[:60], rules)


@lru_cache(maxsize=2048)
def _from_text(text: str, rules: ImportRules) -> date | None:
    said = squash(text).casefold()
    if match := _ISO.fullmatch(said):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(said):
        return _date(_year(match[3]), int(match[2]), int(match[1]))
    if match := _NAMED.fullmatch(said):
        return _date(_year(match[3]), rules.words.months.get(match[2], 0), int(match[1]))
    return _EPOCH + timedelta(days=int(said)) if _SERIAL.fullmatch(said) else None


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= _LAST_CENTURY else 2000)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
