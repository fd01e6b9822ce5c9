"""Columns of a sheet that was not understood: shown with how surely each was read, settled by `--map` or at the prompt."""

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.speak import ask_line, is_terminal, say, table, warn
from bridge.errors import UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.importing import Judged
    from bridge.settings import Settings
    from bridge.sheets.judge import Table

SURETY = {
    "answered": N_("your answer"),
    "sure": N_("sure"),
    "likely": N_("likely"),
    "unsure": N_("unsure"),
    "unknown": N_("not recognised"),
}
ASKED = {
    "business": N_("Which column holds the name of the business? Its letter or heading; Enter for none:"),
    "product": N_("Which column holds the name of the product? Its letter or heading; Enter for none:"),
    "price": N_("Which column holds the price? Its letter or heading; Enter for none:"),
}
TRIES = 3


def settle_columns(
    settings: "Settings", file: Path, content: bytes, day: date, maps: Sequence[str], as_json: bool
) -> "tuple[Judged, dict[str, str]]":
    """The judged file, and the answers that were given now. Raises UserError with the choices for a name that is not known."""
    from bridge.engine.importing import judge_file, load_import_rules

    answers = read_maps(maps, load_import_rules(settings))
    judged = judge_file(settings, file.name, content, day, answers)
    require_headings(answers, maps, judged)
    poor = poor_tables(judged)
    if poor and not as_json:
        for each in poor:
            show_columns(each, judged)
        if is_terminal(sys.stdin):
            more = ask_columns(poor, judged)
            answers |= more
            return (judge_file(settings, file.name, content, day, answers) if more else judged), answers
        warn('Say what a column is with --map, such as: --map "Nama Brg=product"')
    return judged, answers


def poor_tables(judged: "Judged") -> "list[Table]":
    """Lists without a column that they need, and tables below them that were not read for want of product names."""
    from bridge.sheets.understood import unread_below

    poor = [[each] if is_poor(each, judged) else [] for each in judged.tables]
    return [each for found, own in zip(judged.tables, poor, strict=True) for each in (*own, *unread_below(found))]


def is_poor(table_: "Table", judged: "Judged") -> bool:
    """A list of products without a column that it needs; a sheet without a header only where no other sheet has one."""
    from bridge.sheets.understood import missing_fields, without_header

    if table_.header is None:
        return without_header(table_) and all(each.header is None for each in judged.tables)
    return bool(missing_fields(table_))


def read_maps(maps: Sequence[str], rules: object) -> dict[str, str]:
    """`Nama Brg=product` as folded heading and field; the right side may be a heading that is known."""
    from bridge.sheets.headings import read_heading
    from bridge.sheets.rules import ImportRules
    from bridge.sheets.text import words
    from bridge.sheets.understood import FIELDS, IGNORE

    assert isinstance(rules, ImportRules)
    answers: dict[str, str] = {}
    for said in maps:
        heading, sign, field = said.rpartition("=")
        if not sign or not words(heading):
            raise UserError('{said} does not say what a column is. Write it like "Nama Brg=product".', said=said)
        name = field.strip().casefold()
        if name not in {*FIELDS, IGNORE}:
            name = read_heading(field, rules).field or ""
        if name not in {*FIELDS, IGNORE}:
            raise UserError(
                "There is no field {field}. Choose one of: {choices}.",
                field=field.strip(),
                choices=", ".join((*FIELDS, IGNORE)),
            )
        answers[words(heading)] = name
    return answers


def require_headings(answers: Mapping[str, str], maps: Sequence[str], judged: "Judged") -> None:
    """Every heading that was named stands in the file. Raises UserError with those that do."""
    from bridge.sheets.text import words
    from bridge.sheets.understood import columns_of, header_words, with_further

    tables = [each for found in judged.tables for each in with_further(found)]
    shown = [each.heading for found in tables for each in columns_of(found, judged.rules)]
    known = {words(text) for text in shown} | {text for found in tables for text in header_words(found)}
    for said in maps:
        heading = said.rpartition("=")[0]
        if words(heading) in answers and words(heading) not in known:
            raise UserError(
                "There is no heading {heading} in the sheet. It has: {choices}.",
                heading=heading.strip(),
                choices=", ".join(dict.fromkeys(shown)) or "–",
            )


def show_columns(table_: "Table", judged: "Judged") -> None:
    """Every column with what it was taken for and how surely."""
    from bridge.sheets.understood import columns_of, missing_fields

    if table_.header is not None and any(table_.header in each.further for each in judged.tables):
        say(
            "The table in row {row} of the sheet {sheet} names no products, so its rows were not read. Its columns:",
            row=table_.header.first + 1,
            sheet=table_.sheet.name,
        )
    else:
        say("Columns of the sheet {sheet}:", sheet=table_.sheet.name)
    rows = [
        (each.letter, each.heading, each.field, _(SURETY[each.surety])) for each in columns_of(table_, judged.rules)
    ]
    table([_("Column"), _("Heading"), _("Read as"), _("How surely")], rows)
    say("Not found: {fields}.", fields=", ".join(missing_fields(table_)))


def ask_columns(tables: "Sequence[Table]", judged: "Judged") -> dict[str, str]:
    """What a person at the terminal says about the columns that are missing."""
    from bridge.sheets.text import words
    from bridge.sheets.understood import columns_of, missing_fields

    answers: dict[str, str] = {}
    for found in tables:
        columns = columns_of(found, judged.rules)
        choices = {each.letter.casefold(): words(each.heading) for each in columns}
        choices |= {words(each.heading): words(each.heading) for each in columns}
        for field in missing_fields(found):
            for _try in range(TRIES):
                said = ask_line(_(ASKED[field]))
                heading = choices.get(said.strip().casefold()) or choices.get(words(said))
                if heading is not None:
                    answers[heading] = field
                if heading is not None or not said:
                    break
                warn("There is no column {said}.", said=said)
    return answers


def keep_answers(settings: "Settings", judged: "Judged", answers: Mapping[str, str]) -> None:
    """The answers as a profile of this office: the next sheet with the same header row is read without asking."""
    from bridge.engine.profiles import save_profile
    from bridge.sheets.understood import header_words, with_further

    for found in (each for every in judged.tables for each in with_further(every)):
        headings = set(header_words(found))
        given = {heading: field for heading, field in answers.items() if heading in headings}
        if given:
            file = save_profile(settings.home, headings, given)
            warn("The columns are remembered for sheets with these headings. To forget them, delete {file}.", file=file)
