"""`jembatan import`: a spreadsheet into the catalog, with a word for every row that a person should look at.

With `--from` it reads saved answers of a marketplace instead: `bridge.cli.saved_answers`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bridge.cli.columns import keep_answers, settle_columns
from bridge.cli.giving_back import check_output, give_back
from bridge.cli.grammar import App
from bridge.cli.options import Json
from bridge.cli.progress import Bars
from bridge.cli.reason import reason_words
from bridge.cli.session import opened, settings_for
from bridge.cli.speak import blank, say, table, warn, write_json
from bridge.cli.todo import write_list
from bridge.errors import UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.importing import Imported, Judged
    from bridge.settings import Settings
    from bridge.sheets.record import JudgedRow

CSV = {".csv", ".tsv", ".txt"}
SHOWN = 200  # rows of the table; a longer one is read in the spreadsheet itself

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
        show_stored(result)
    if job.report is not None:
        give_back(job.report, job.file, job.content, result.tables, result.rows, result.ids)
    if job.todo is not None:
        write_list(job.todo, result.rows)
    return code_of(result.rows)


def judge(job: Job, settings: "Settings") -> "tuple[Judged, dict[str, str]]":
    """The file with its columns settled: by the words of their headings, by profiles, by `--map` and by answers at the prompt."""
    return settle_columns(settings, job.file, job.content, day_of(job.as_of, settings.timezone), job.maps, job.as_json)


def read_file(file: Path) -> bytes:
    """The bytes of a file. Raises UserError that says what is wrong with it."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise UserError("There is no file {file}. Check the name and the folder.", file=file) from None
    except OSError as error:
        raise UserError("The file {file} cannot be read: {why}.", file=file, why=error.strerror or str(error)) from None


def day_of(text: str | None, zone: str) -> date:
    """The day that expiry dates are judged by; today by the office's clock unless it is told."""
    if text is None:
        return datetime.now(ZoneInfo(zone)).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError("{text} is no date. Write it like 2026-11-23.", text=text) from None


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


def code_of(rows: "Sequence[JudgedRow]") -> int:
    """3 when a row cannot become a product."""
    return 3 if any(str(row.verdict) == "error" for row in rows) else 0


def write_rows(file: Path, rows: "Sequence[JudgedRow]") -> None:
    """One JSON object per row, under the rule book's column names."""
    from bridge.sheets.record import as_record

    for row in rows:
        write_json(as_record(row, file.suffix.casefold() in CSV))


def counts_of(result: "Imported") -> dict[str, Any]:
    """What an import did, for scripts."""
    products = [row for row in result.rows if row.is_product]
    return {
        "rows": len(products),
        "publishable": sum(row.publishable for row in products),
        "merchants": result.merchants,
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "refused": result.refused,
        "without_business": result.homeless,
        "missing": [asdict(each) for each in result.missing],
        "ids_not_followed": [asdict(each) for each in result.unbelieved],
    }


def show_rows(rows: "Sequence[JudgedRow]") -> None:
    """How many rows of which kind, and every row that is not published with the reason and what to do."""
    products = [row for row in rows if row.is_product]
    verdicts = Counter(str(row.verdict) for row in products)
    say(
        "{products} product rows read: {publishable} can be published, {drafts} wait as drafts, {errors} cannot be taken in.",
        products=len(products),
        publishable=sum(row.publishable for row in products),
        drafts=sum(not row.publishable for row in products) - verdicts["error"] - verdicts["skip"],
        errors=verdicts["error"],
    )
    held = [row for row in products if not row.publishable and str(row.verdict) != "skip"]
    if held:
        blank()
        say("Rows that need attention before they can be published:")
        show_held(held)


def show_held(rows: "Sequence[JudgedRow]") -> None:
    """One line per reason that keeps a row from being published."""
    columns = [_("Place"), _("Product"), _("What is wrong"), _("What to do")]
    lines: list[Sequence[Any]] = []
    for row in sorted(rows, key=lambda row: str(row.verdict) != "error"):
        for reason in stopping(row):
            message, fix = reason_words(reason, row)
            lines.append((row.place, row.product, message, fix))
    table(columns, lines[:SHOWN])
    if len(lines) > SHOWN:
        say("… and {number} more. All of them: --json", number=len(lines) - SHOWN)


def stopping(row: "JudgedRow") -> list[Any]:
    """The reasons that keep a row from being published."""
    from bridge.sheets.reasons import BLOCKING, Level

    return [reason for reason in row.reasons if reason.level is Level.ERROR or reason in BLOCKING]


def show_stored(result: "Imported") -> None:
    """What is in the catalog now, and what comes next."""
    show_counts(result)
    if result.refused:
        warn(
            "{number} rows were not taken in. Correct them in the spreadsheet and import it again.",
            number=result.refused,
        )
    for each in result.recoded:
        warn(
            "{place}: the SKU code {given} belongs to another product of {merchant}. This one got the code {code}.",
            place=each.place,
            given=each.given,
            merchant=each.merchant,
            code=each.code,
        )
    show_identity(result)
    say("Next: jembatan shop connect, then jembatan plan")


NOT_FOLLOWED = {
    "unknown": N_("{place}: the ID {ref} is not one of ours; the row was read by its name. Do not type or drag IDs."),
    "business": N_("{place}: the ID {ref} belongs to another business; the row was read by its name."),
    "twice": N_("{place}: the ID {ref} stands in another row as well; this one was read by its name."),
    "taken": N_(
        "{place}: another product of the business has this name already; the product with the ID {ref} keeps its own."
    ),
}
NAMED = 10  # missing products that are named


def show_identity(result: "Imported") -> None:
    """Rows that could not be tied to a product as their sheet says, and products that the sheet has lost."""
    if result.homeless:
        warn(
            "{number} products have no business and were not stored. Fill in the column with the name of the business.",
            number=result.homeless,
        )
    for each in result.unbelieved:
        warn(NOT_FOLLOWED[each.why], place=each.place, ref=each.ref)
    if result.missing:
        names = ", ".join(f"{each.product} ({each.merchant}, {each.code})" for each in result.missing[:NAMED])
        more = ", …" if len(result.missing) > NAMED else ""
        warn(
            "{number} products of the earlier version are not in this sheet: {names}. Nothing was changed about them; "
            "to take one off, count it as 0: jembatan stock count SKU 0",
            number=len(result.missing),
            names=names + more,
        )


def show_counts(result: "Imported") -> None:
    """What the import did to the catalog."""
    blank()
    say(
        "Stored: {merchants} businesses; products new {created}, changed {updated}, unchanged {unchanged}.",
        merchants=result.merchants,
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
    )
