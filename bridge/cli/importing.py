"""`jembatan import`: a spreadsheet into the catalog, with a word for every row that a person should look at.

With `--from` it reads saved answers of a marketplace instead: `bridge.cli.saved_answers`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.columns import keep_answers, settle_columns
from bridge.cli.files import day_of, read_file
from bridge.cli.giving_back import check_output, give_back
from bridge.cli.grammar import App
from bridge.cli.imported import code_of, counts_of, show_rows, show_stored, show_uncounted, write_rows
from bridge.cli.options import Json
from bridge.cli.progress import Bars
from bridge.cli.session import opened, settings_for
from bridge.cli.speak import say, write_json
from bridge.cli.todo import write_list
from bridge.errors import UserError
from bridge.locale import N_

if TYPE_CHECKING:
    from bridge.engine.importing import Judged
    from bridge.settings import Settings
    from bridge.sheets.record import JudgedRow

File = Annotated[
    Path,
    typer.Argument(
        metavar=N_("FILE"),
        help=N_(
            "A spreadsheet: .xlsx, .xls, .ods or .csv. With --from: a folder of saved answers (.json), or one of them."
        ),
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=N_("Only read and judge; store nothing. Works without jembatan init."))
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar=N_("DATE"),
        help=N_("The day that expiry dates are judged by, such as 2026-11-23. Default: today."),
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from", metavar=N_("CHANNEL"), help=N_("Read saved answers of this marketplace, such as bukalapak, instead.")
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="OUT.xlsx",
        help=N_("Give the sheet back as this file, with an ID, what is wrong and how to fix it beside every product."),
    ),
]
Todo = Annotated[
    Path | None,
    typer.Option(
        "--todo",
        metavar="OUT.xlsx",
        help=N_("Write a list of what each owner still has to give, with a message to send to them."),
    ),
]
Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar=N_("HEADING=FIELD"),
        help=N_(
            'What a column is, such as "Nama Brg=product". May be repeated. The answer is kept for sheets with these headings.'
        ),
    ),
]
Merchant = Annotated[
    str | None,
    typer.Option("--merchant", metavar=N_("NAME"), help=N_("Only with --from: whose products the answers tell of.")),
]


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("import", N_("Read a spreadsheet into the catalog. The same file twice changes nothing."))
    def import_sheet(
        file: File,
        channel: From = None,
        merchant: Merchant = None,
        dry_run: DryRun = False,
        as_of: AsOf = None,
        report: Report = None,
        todo: Todo = None,
        maps: Maps = None,
        as_json: Json = False,
    ) -> int:
        if channel is not None:
            from bridge.cli.saved_answers import import_saved

            return import_saved(file, channel, merchant, dry_run, as_of, as_json)
        if merchant is not None:
            raise UserError("--merchant goes with --from. In a spreadsheet every row names its business.")
        for out in (report, todo):
            if out is not None:
                check_output(out, file)
        job = Job(file, read_file(file), as_of, report, todo, tuple(maps or ()), as_json)
        return look(job) if dry_run else store(job)


@dataclass(frozen=True)
class Job:
    """One import, as it was asked for."""

    file: Path
    content: bytes
    as_of: str | None
    report: Path | None
    todo: Path | None
    maps: Sequence[str]
    as_json: bool


def look(job: Job) -> int:
    """Judges a file and stores nothing."""
    judged, _answers = judge(job, settings_for())
    rows = judged.rows
    require_products(job.file, rows)
    if job.as_json:
        write_rows(job.file, rows)
    else:
        show_rows(rows)
        show_uncounted(rows)
        say("Nothing was stored (--dry-run).")
    if job.report is not None:
        ids = {row.place: row.ref for row in rows if row.ref}
        give_back(job.report, job.file, job.content, judged.tables, rows, ids)
    if job.todo is not None:
        write_list(job.todo, rows)
    return code_of(rows)


def store(job: Job) -> int:
    """Judges a file and stores its products."""
    from bridge.engine.importing import store_judged

    counted = datetime.fromtimestamp(job.file.stat().st_mtime, UTC)
    with opened() as engine:
        judged, answers = judge(job, engine.settings)
        require_products(job.file, judged.rows)
        with Bars() as bars:
            result = store_judged(
                engine, job.file.name, judged, counted, lambda done, total: bars.tell("store", done, total)
            )
        keep_answers(engine.settings, judged, answers)
    if job.as_json:
        write_rows(job.file, result.rows)
        write_json({"row_kind": "summary", **counts_of(result)})
    else:
        show_rows(result.rows)
        show_uncounted(result.rows)
        show_stored(result)
    if job.report is not None:
        give_back(job.report, job.file, job.content, result.tables, result.rows, result.ids)
    if job.todo is not None:
        write_list(job.todo, result.rows)
    return code_of(result.rows)


def judge(job: Job, settings: "Settings") -> "tuple[Judged, dict[str, str]]":
    """The file with its columns settled: by the words of their headings, by profiles, by `--map` and by answers at the prompt."""
    return settle_columns(settings, job.file, job.content, day_of(job.as_of, settings.timezone), job.maps, job.as_json)


def require_products(file: Path, rows: "Sequence[JudgedRow]") -> None:
    """Nothing was stored of a file without a product. Raises UserError that says what a sheet needs."""
    if any(row.is_product for row in rows):
        return
    if any(str(row.kind) == "header" for row in rows):
        raise UserError("There is no product below the headings of {file}. Nothing was stored.", file=file.name)
    raise UserError(
        "No headings were recognised in {file}; nothing was stored. A sheet needs one row with headings such as Nama Usaha, "
        "Nama Produk, Harga, Berat, Stok and Foto, and one product per row below it.",
        file=file.name,
    )
