"""When answers of a form were given (rule book A11). The order of day and month is one for the whole column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bridge.sheets.text import Cell, cell_text, squash

_TEXT = re.compile(
    r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})"
    r"(?:[ T,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?)?(?:\.\d+)?"
    r"\s*([ap]\.?m\.?)?\s*(?:gmt|utc|wib|wita|wit|z)?\s*[+\-]?[\d:]*",
    re.IGNORECASE,
)
_EPOCH = datetime.combine(date(1899, 12, 30), time())
_SERIALS = range(20_000, 80_000)


@dataclass(frozen=True, slots=True)
class Stamps:
    """Times of the rows in their order; None where one cannot be read. `assumed`: the order of day and month was."""

    times: tuple[datetime | None, ...]
    assumed: bool = False


def read_stamps(cells: Sequence[Cell]) -> Stamps:
    """Real dates as they are; text by the one order of day and month that the column shows."""
    parts = [_parts(cell) for cell in cells]
    undecided = [part for part in parts if isinstance(part, _Parts)]
    day_first = any(part.first > 12 for part in undecided)
    month_first = any(part.second > 12 for part in undecided)
    if day_first and month_first:
        return Stamps(tuple(part.by_itself() if isinstance(part, _Parts) else part for part in parts))
    if day_first or month_first:
        return Stamps(_all(parts, day_first))
    for order in (True, False):
        times = _all(parts, order)
        if _never_back(times):
            return Stamps(times)
    return Stamps(_all(parts, day_first=True), bool(undecided))


@dataclass(frozen=True, slots=True)
class _Parts:
    first: int
    second: int
    year: int
    time: time

    def read(self, day_first: bool) -> datetime | None:
        day, month = (self.first, self.second) if day_first else (self.second, self.first)
        return _moment(self.year, month, day, self.time)

    def by_itself(self) -> datetime | None:
        decided = self.first > 12 or self.second > 12 or self.first == self.second
        return self.read(self.second <= 12) if decided else None


def _parts(cell: Cell) -> _Parts | datetime | None:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _EPOCH + timedelta(days=cell) if int(cell) in _SERIALS else None
    match = _TEXT.fullmatch(squash(cell_text(cell)[:80]))
    return None if match is None else _from_match(match)


def _from_match(match: re.Match[str]) -> _Parts | datetime | None:
    at = _clock(match)
    if at is None:
        return None
    first, second, third = (int(match[number]) for number in (1, 2, 3))
    if len(match[1]) == 4:
        return _moment(first, second, third, at)
    if len(match[1]) > 2 or len(match[3]) not in {2, 4}:
        return None
    return _Parts(first, second, third if len(match[3]) == 4 else 2000 + third, at)


def _clock(match: re.Match[str]) -> time | None:
    hour, minute, second = (int(match[number] or 0) for number in (4, 5, 6))
    half = (match[7] or "").casefold()[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _moment(year: int, month: int, day: int, at: time) -> datetime | None:
    try:
        return datetime.combine(date(year, month, day), at)
    except ValueError:
        return None


def _all(parts: Sequence[_Parts | datetime | None], day_first: bool) -> tuple[datetime | None, ...]:
    return tuple(part.read(day_first) if isinstance(part, _Parts) else part for part in parts)


def _never_back(times: Sequence[datetime | None]) -> bool:
    known = [moment.replace(microsecond=0) for moment in times if moment is not None]
    return all(earlier <= later for earlier, later in pairwise(known))
