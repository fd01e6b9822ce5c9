"""`jembatan import --from CHANNEL`: answers that were saved while a marketplace was open, into the catalog.

What cannot be read is named with its file and place, and the rest goes on. Stock in them is told, never counted.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bridge.cli.files import day_of, read_file
from bridge.cli.imported import SHOWN, code_of, counts_of, show_counts, show_rows
from bridge.cli.products import problem_row
from bridge.cli.progress import Bars
from bridge.cli.session import opened, settings_for
from bridge.cli.speak import blank, problem_text, say, write_json
from bridge.errors import UserError
from bridge.locale import N_
from bridge.model import Problem

if TYPE_CHECKING:
    from bridge.connectors.base import SavedOrder
    from bridge.engine.importing import Imported
    from bridge.engine.saved_answers import Answers
    from bridge.engine.saved_judging import OldProduct

SHEET_PLACE = ("xlsx_sheet", "xlsx_row", "csv_line")  # columns that a saved answer has not
READER_WORDS = (  # what is said of a place that cannot be read; Python's own words among them
    N_("Expecting value"),
    N_("Expecting ',' delimiter"),
    N_("Expecting ':' delimiter"),
    N_("Expecting property name enclosed in double quotes"),
    N_("Illegal trailing comma before end of object"),
    N_("Illegal trailing comma before end of array"),
    N_("Unterminated string starting at"),
    N_("Invalid control character at"),
    N_("Extra data"),
    N_("numbers or nesting beyond all bounds"),
    N_("it has no name"),
    N_("it holds signs that are no text"),
    N_("not a number"),
    N_("a number out of all bounds"),
    N_("a time out of all bounds"),
    N_("a list or object where a text was due"),
)


def import_saved(
    path: Path, channel: str, merchant: str | None, dry_run: bool, as_of: str | None, as_json: bool
) -> int:
    """Reads, judges and, unless it is a dry run, stores."""
    from bridge.engine.saved_answers import import_answers, read_answers, saved_source

    saved_source(channel)
    with nullcontext() if dry_run else opened() as engine, Bars() as bars:
        settings = settings_for() if engine is None else engine.settings
        files, unread = read_files(path, bars)
        answers = read_answers(settings, channel, files, day_of(as_of, settings.timezone), merchant)
        require_something(path, answers, unread)
        result = None
        if engine is not None:
            result = import_answers(engine, channel, answers, lambda done, total: bars.tell("store", done, total))
    problems = (*unread, *answers.problems)
    tell = write_answers if as_json else show_answers
    tell(answers, problems, result)
    return 3 if problems else code_of(answers.rows)


# --- files ------------------------------------------------------------------------------------------------------------


def read_files(path: Path, bars: Bars) -> tuple[dict[str, bytes], list[Problem]]:
    """Name -> content of one file, or of every .json file of a folder and its folders; and what could not be opened."""
    if not path.is_dir():
        return {path.name: read_file(path)}, []
    found, unread = list_files(path)
    if not found and not unread:
        raise UserError("There is no .json file in the folder {folder}.", folder=path)
    top, files = path.resolve().name, {}
    for done, file in enumerate(found, 1):
        name = f"{top}/{file.relative_to(path).as_posix()}"
        try:
            files[name] = file.read_bytes()
        except OSError as error:
            unread.append(closed(name, error))
        bars.tell("files", done, len(found))
    return files, unread


def list_files(folder: Path) -> tuple[list[Path], list[Problem]]:
    """Every .json file in a fixed order, and the folders that could not be opened. Raises UserError for the folder itself."""
    errors: list[OSError] = []
    walked = os.walk(folder, onerror=errors.append)
    found = [Path(place, name) for place, _folders, names in walked for name in names if name.lower().endswith(".json")]
    for error in errors:
        if Path(error.filename) == folder:
            raise UserError(
                "The folder {folder} cannot be read: {why}.", folder=folder, why=error.strerror or str(error)
            )
    return sorted(found), [closed(str(error.filename), error) for error in errors]


def closed(place: str, error: OSError) -> Problem:
    """A file or folder that the system does not open."""
    return Problem(
        "saved_closed",
        place,
        "It cannot be opened: {why}.",
        "Allow it to be read, or copy it to another folder.",
        {"why": error.strerror or str(error)},
    )


def require_something(path: Path, answers: "Answers", unread: Sequence[Problem]) -> None:
    """Raises UserError where all was read and nothing was in it."""
    if not (answers.products or answers.orders or answers.problems or unread):
        raise UserError("There are no products or transactions in {path}; nothing was stored.", path=path)


# --- for scripts ------------------------------------------------------------------------------------------------------


def write_answers(answers: "Answers", problems: Sequence[Problem], result: "Imported | None") -> None:
    """JSON Lines: products under the rule book's column names, orders, what could not be read, what was left out."""
    lines = (
        *map(product_record, answers.products),
        *map(order_record, answers.orders),
        *problem_records("problem", problems),
        *problem_records("note", answers.notes),
    )
    for line in lines:
        write_json(line)
    if result is not None:
        more = {"kept": result.kept, "orders": len(answers.orders), "problems": len(problems)}
        write_json({"row_kind": "summary", **counts_of(result), **more, "notes": len(answers.notes)})


def product_record(old: "OldProduct") -> dict[str, Any]:
    """A product as a sheet's row is told, with its place, its old id and all variants."""
    from bridge.sheets.record import as_record

    record = as_record(old.row, csv=False)
    place = {"row_kind": record["row_kind"], "place": old.saved.place, "remote_id": old.saved.remote_id}
    told = {name: value for name, value in record.items() if name not in SHEET_PLACE}
    skus = [
        {"sku": sku.code, "options": sku.options, "price_idr": sku.price_idr, "old_stock": sku.stock}
        for sku in old.saved.skus
    ]
    return {**place, **told, "skus": skus}


def order_record(saved: "SavedOrder") -> dict[str, Any]:
    """An old order; who bought is not told."""
    order = saved.order
    return {
        "row_kind": "order",
        "place": saved.place,
        "nama_usaha": saved.seller or None,
        "order": order.remote_id,
        "status": order.status,
        "ordered_at": order.created_at,
        "total_idr": order.total_idr,
        "lines": [asdict(line) for line in order.lines],
        "booked": False,
    }


def problem_records(kind: str, problems: Sequence[Problem]) -> Iterator[dict[str, Any]]:
    """What could not be read (problem) or was left out (note)."""
    for problem in problems:
        yield {"row_kind": kind, **problem_row(asdict(problem))}


# --- for people -------------------------------------------------------------------------------------------------------


def show_answers(answers: "Answers", problems: Sequence[Problem], result: "Imported | None") -> None:
    """What was in the files, what could not be read, and what comes next."""
    show_rows(answers.rows)
    show_problems(N_("What could not be read or placed:"), problems)
    show_problems(N_("Read and left out:"), answers.notes)
    if answers.orders:
        blank()
        say(
            "Old orders read: {number}. They are not booked: what they sold left the shelf long before anybody counts it. "
            "Each of them: --json",
            number=len(answers.orders),
        )
    if result is None:
        say("Nothing was stored (--dry-run).")
    else:
        show_result(answers, result)


def show_problems(title: str, problems: Sequence[Problem]) -> None:
    """A line each, so that places stay whole; or nothing."""
    if not problems:
        return
    blank()
    say(title)
    for problem in problems[:SHOWN]:
        typer.echo(f"  {problem.place}: {problem_text(asdict(problem))}")
    if len(problems) > SHOWN:
        say("… and {number} more. All of them: --json", number=len(problems) - SHOWN)


def show_result(answers: "Answers", result: "Imported") -> None:
    """What is in the catalog now, what it lacks, and what comes next."""
    show_counts(result)
    if result.kept:
        say("Left as a spreadsheet has told them since: {number} products.", number=result.kept)
    if not all(row.publishable for row in answers.rows):
        say(
            "What a product lacks: write it into a spreadsheet, one whole row with the same business and product, and import "
            "that. The row takes the place of the old answer."
        )
    if result.created or result.updated or result.unchanged:
        say(
            "Stock figures in old answers are of the past and were not taken over: the stock is unknown until somebody counts. "
            "Count with: jembatan stock count SKU NUMBER"
        )
        say("Next: jembatan shop connect, then jembatan plan")
