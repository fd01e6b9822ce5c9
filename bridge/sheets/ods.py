"""Merged ranges of an .ods file, which the workbook reader does not tell. Refuses document types: no entity is ever expanded."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from xml.parsers import expat

Merge = tuple[tuple[int, int], tuple[int, int]]
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})


def read_merges(content: bytes) -> Mapping[str, list[Merge]]:
    """Merged ranges by sheet name, 0-based. Raises ValueError for a part that is no plain XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("content.xml")
    return {} if b"-spanned=" not in xml else _Spans().read(xml)


class _Spans:
    """Counts rows and cells of each sheet as they pass by."""

    def __init__(self) -> None:
        self.merges: defaultdict[str, list[Merge]] = defaultdict(list)
        self.sheet, self.row, self.column, self.repeated = "", 0, 0, 1

    def read(self, xml: bytes) -> Mapping[str, list[Merge]]:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(xml, True)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error
        return self.merges

    def _refuse(self, *_told: object) -> None:
        raise ValueError("a document type declaration")

    def _start(self, name: str, told: dict[str, str]) -> None:
        if name == "table:table":
            self.sheet, self.row = told.get("table:name", ""), 0
        elif name == "table:table-row":
            self.column, self.repeated = 0, _number(told, "table:number-rows-repeated")
        elif name in _CELLS:
            self._cell(told)

    def _cell(self, told: dict[str, str]) -> None:
        down, right = _number(told, "table:number-rows-spanned"), _number(told, "table:number-columns-spanned")
        if down > 1 or right > 1:
            end = (self.row + down - 1, self.column + right - 1)
            self.merges[self.sheet].append(((self.row, self.column), end))
        self.column += _number(told, "table:number-columns-repeated")

    def _end(self, name: str) -> None:
        if name == "table:table-row":
            self.row += self.repeated


def _number(told: Mapping[str, str], name: str) -> int:
    text = told.get(name, "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
