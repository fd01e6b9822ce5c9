"""The same business answering a form again (rule book A11): its latest word about a product stands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bridge.sheets.entry import Entry
from bridge.sheets.reasons import Reason
from bridge.sheets.record import JudgedRow
from bridge.sheets.timestamps import Stamps, read_stamps


@dataclass(frozen=True, slots=True)
class _Answer:
    """One response: its rows' places in the list, who gave it and when."""

    rows: tuple[int, ...]
    business: str
    email: str
    phone: str | None
    moment: datetime | None
    assumed: bool


def mark_superseded(rows: Sequence[JudgedRow], entries: Sequence[Entry]) -> tuple[JudgedRow, ...]:
    """`entries` are those that the rows were read from, one each. Rows that are no answers of a form stay as they are."""
    marked = list(rows)
    for family in _families(_answers(rows, entries)):
        if len(family) > 1:
            _mark_family(_in_order(family), marked)
    return tuple(marked)


def _answers(rows: Sequence[JudgedRow], entries: Sequence[Entry]) -> list[_Answer]:
    places: dict[tuple[str, int], list[int]] = {}
    for place, entry in enumerate(entries):
        if entry.response is not None:
            places.setdefault((entry.sheet, entry.row), []).append(place)
    stamps = _stamps(entries, places)
    return [_answer(rows, entries, found, stamps[key]) for key, found in places.items()]


def _answer(
    rows: Sequence[JudgedRow], entries: Sequence[Entry], places: Sequence[int], stamp: tuple[datetime | None, bool]
) -> _Answer:
    row, response = rows[places[0]], entries[places[0]].response
    email = response.email if response is not None else ""
    moment = stamp[0].replace(microsecond=0) if stamp[0] is not None else None
    return _Answer(tuple(places), row.merchant_key, email, row.phone_e164, moment, stamp[1])


def _stamps(
    entries: Sequence[Entry], places: Mapping[tuple[str, int], Sequence[int]]
) -> dict[tuple[str, int], tuple[datetime | None, bool]]:
    by_sheet: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for key in places:
        by_sheet[key[0]].append(key)
    found: dict[tuple[str, int], tuple[datetime | None, bool]] = {}
    for keys in by_sheet.values():
        cells = [response.stamp for key in keys if (response := entries[places[key][0]].response) is not None]
        stamps: Stamps = read_stamps(cells)
        found.update({key: (moment, stamps.assumed) for key, moment in zip(keys, stamps.times, strict=True)})
    return found


def _families(answers: Sequence[_Answer]) -> list[list[_Answer]]:
    """Answers of one business with the same e-mail address or phone; chains count, a blank matches nothing."""
    family = list(range(len(answers)))

    def root(place: int) -> int:
        while family[place] != place:
            family[place] = family[family[place]]
            place = family[place]
        return place

    first: dict[tuple[str, str, str], int] = {}
    for place, answer in enumerate(answers):
        for kind, said in (("email", answer.email), ("phone", answer.phone)):
            if answer.business and said:
                known = first.setdefault((answer.business, kind, said), place)
                family[root(place)] = root(known)
    groups: defaultdict[int, list[_Answer]] = defaultdict(list)
    for place, answer in enumerate(answers):
        groups[root(place)].append(answer)
    return list(groups.values())


def _in_order(family: Sequence[_Answer]) -> list[_Answer]:
    """The earliest first: by time, then by place; by place alone where a time cannot be read."""
    timed = [(answer.moment, answer.rows, answer) for answer in family if answer.moment is not None]
    if len(timed) < len(family):
        return [replace(answer, assumed=False) for answer in family]
    return [answer for _, _, answer in sorted(timed, key=lambda found: found[:2])]


def _mark_family(family: Sequence[_Answer], rows: list[JudgedRow]) -> None:
    standing: dict[str, tuple[int, int]] = {}  # product -> its answer and its row
    for number, answer in enumerate(family):
        for place in answer.rows:
            key = rows[place].product_key
            if key and (key not in standing or standing[key][0] < number):
                standing[key] = (number, place)
    for number, answer in enumerate(family):
        for place in answer.rows:
            row = rows[place]
            last, stands = standing.get(row.product_key, (number, place))
            if last == number or not row.is_product:
                continue
            rows[place] = replace(
                row, duplicate_of=rows[stands].place, reasons=(*row.reasons, Reason.RESPONSE_SUPERSEDED)
            )
            if (answer.assumed or family[last].assumed) and Reason.TIMESTAMP_ASSUMED not in rows[stands].reasons:
                rows[stands] = replace(rows[stands], reasons=(*rows[stands].reasons, Reason.TIMESTAMP_ASSUMED))
