"""Formulas of an .xlsx that nobody has calculated: there is no value to read. Says where they are; calculates nothing."""

import html
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']([A-Za-z]{1,3}\d{1,7})["'][^<>]*>\s*$""")
_BEFORE = 500  # bytes in which the cell of a formula begins
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^<>]{0,2000}>")
_LINK = re.compile(r"<(?:\w+:)?Relationship\s[^<>]{0,2000}>")
_ATTRIBUTE = re.compile(r"""(?<![\w:])([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """How many formulas of one sheet have no result, and the cell of the first; "?" where the file does not name it."""

    number: int
    cell: str


def uncalculated(xml: bytes) -> Uncalculated | None:
    """What a worksheet's part has of them; None for none."""
    first = _UNCALCULATED.search(xml) if b"<f" in xml or b":f" in xml else None
    if first is None:
        return None
    place = _PLACE.search(xml[max(first.start() - _BEFORE, 0) : first.start()])
    return Uncalculated(sum(1 for _ in _UNCALCULATED.finditer(xml)), place[1].decode().upper() if place else "?")


def sheet_name(archive: zipfile.ZipFile, part: str) -> str:
    """The name on the tab of a worksheet's part; the part's own where the workbook does not tell."""
    return _tab(archive, part).get("name") or PurePosixPath(part).stem


def is_hidden(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether the workbook says that a worksheet's part is a hidden sheet, which is not read."""
    return _tab(archive, part).get("state", "visible") != "visible"


def _tab(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """What the workbook says of a worksheet's part; nothing where it does not know it."""
    if not {_BOOK, _LINKS} <= set(archive.namelist()):
        return {}
    links = _attributes(_LINK, archive.read(_LINKS))
    ids = {each["Id"] for each in links if "Id" in each and _leads_to(each.get("Target", ""), part)}
    return next((each for each in _attributes(_SHEET, archive.read(_BOOK)) if each.get("r:id") in ids), {})


def _leads_to(target: str, part: str) -> bool:
    """Targets are relative to the workbook's folder, or begin with a slash."""
    return part == (target.removeprefix("/") if target.startswith("/") else f"xl/{target}")


def _attributes(element: re.Pattern[str], xml: bytes) -> list[dict[str, str]]:
    return [
        {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(found[0])}
        for found in element.finditer(xml.decode("utf-8", errors="replace"))
    ]
