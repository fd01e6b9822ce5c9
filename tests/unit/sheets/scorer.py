"""Compares what the importer reads in the sample with the truth file. Run: `python -m tests.unit.sheets.scorer`."""

import csv
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bridge.sheets import ImportRules, as_record, judge_book, parse_import_rules, read_book

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "tests" / "data"
AS_OF = date(2026, 11, 23)
SAMPLES = {
    "umkm_metro.xlsx": (ROOT / "samples" / "umkm_metro.xlsx", DATA / "umkm_metro_truth.csv"),
    "umkm_metro.csv": (DATA / "umkm_metro.csv", DATA / "umkm_metro_truth.csv"),
    "umkm_form.xlsx": (DATA / "umkm_form.xlsx", DATA / "umkm_form_truth.csv"),
    "umkm_form.csv": (DATA / "umkm_form.csv", DATA / "umkm_form_truth.csv"),
}
PLACE = ("xlsx_sheet", "xlsx_row", "csv_line", "sub_row")
PRICES = ("price_kind", "price_int", "price_min", "price_max")

Record = Mapping[str, Any]
Key = tuple[str, ...]


def load_rules() -> ImportRules:
    folder = ROOT / "config" / "import"
    return parse_import_rules({path.stem: tomllib.loads(path.read_text("utf-8")) for path in folder.glob("*.toml")})


@dataclass
class Score:
    """Right and wrong cells per column, over the rows of the truth file."""

    rows: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: list[Key] = field(default_factory=list)
    invented: list[Key] = field(default_factory=list)

    def accuracy(self, column: str) -> float:
        return self.right[column] / self.rows if self.rows else 0.0

    @property
    def false_ok(self) -> int:
        return sum(count for (true, read), count in self.verdicts.items() if read == "ok" and true != "ok")

    @property
    def wrong_prices(self) -> int:
        return len({place for column in PRICES[1:] for place in self.wrong.get(column, [])})


def score(source: Path, truth: Path) -> Score:
    book = read_book(source.name, source.read_bytes())
    read = {
        _key(record, book.csv): record
        for record in (as_record(row, book.csv) for row in judge_book(book, load_rules(), AS_OF))
    }
    true = {_key(record, book.csv): record for record in _truth(truth, book.csv)}
    result = Score(rows=len(true), lost=sorted(true.keys() - read.keys()), invented=sorted(read.keys() - true.keys()))
    for key, record in true.items():
        _compare(key, record, read.get(key, {}), result)
    return result


def _truth(path: Path, is_csv: bool) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    place = "csv_line" if is_csv else "xlsx_row"
    ids = {record["row_id"]: _place_of(record, path, is_csv) for record in records if record["row_id"]}
    for record in records:
        record["duplicate_of"] = ids.get(record["duplicate_of"], "")
    return [record for record in records if record[place]]


def _place_of(record: Record, truth: Path, is_csv: bool) -> str:
    sub = f".{record['sub_row']}" if record["sub_row"] > "1" else ""
    sheet = truth.stem.removesuffix("_truth")  # a CSV's only sheet is called as the file
    return f"{sheet}!{record['csv_line']}{sub}" if is_csv else f"{record['xlsx_sheet']}!{record['xlsx_row']}{sub}"


def _key(record: Record, is_csv: bool) -> Key:
    names = ("csv_line",) if is_csv else ("xlsx_sheet", "xlsx_row")
    return (*(str(record[name]) for name in names), str(record["sub_row"] or ""))


def _compare(key: Key, true: Record, read: Record, result: Score) -> None:
    for column in true:
        if column == "row_id" or column in PLACE:
            continue
        if _plain(column, true[column]) == _plain(column, read.get(column)):
            result.right[column] += 1
        else:
            place = "!".join(key)
            result.wrong.setdefault(column, []).append(f"{place}: {true[column]!r} read as {read.get(column)!r}")
    result.verdicts[(true["verdict"], str(read.get("verdict")))] += 1


def _plain(column: str, value: Any) -> object:
    if column == "reasons":
        return frozenset(value.split(";") if isinstance(value, str) else value or ()) - {""}
    if column == "variants_json":
        return json.loads(value) if isinstance(value, str) and value else value or None if value != [] else []
    return "" if value is None else str(value)


def report(result: Score) -> str:
    lines = [f"{column:22} {result.accuracy(column):7.2%}" for column in sorted({*result.right, *result.wrong})]
    lines += [f"  {column} {place}" for column, places in result.wrong.items() for place in places[:8]]
    lines += [f"verdict {true} read as {read}: {count}" for (true, read), count in sorted(result.verdicts.items())]
    lines += [f"rows {result.rows}, lost {result.lost}, invented {result.invented}, false ok {result.false_ok}"]
    return "\n".join(lines)


def main() -> int:
    for name, (source, truth) in SAMPLES.items():
        sys.stdout.write(f"{name}\n{report(score(source, truth))}\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
