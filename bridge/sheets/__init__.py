"""Spreadsheets of offices, read into judged rows. Takes bytes, rules and a day; touches no file, network or clock."""

from bridge.sheets.book import Book, Sheet, read_book
from bridge.sheets.judge import judge_book
from bridge.sheets.reasons import Level, Reason, Verdict
from bridge.sheets.record import JudgedRow, as_record
from bridge.sheets.rows import RowKind
from bridge.sheets.rules import ImportRules, parse_import_rules

__all__ = [
    "Book",
    "ImportRules",
    "JudgedRow",
    "Level",
    "Reason",
    "RowKind",
    "Sheet",
    "Verdict",
    "as_record",
    "judge_book",
    "parse_import_rules",
    "read_book",
]
