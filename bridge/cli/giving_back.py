"""`import --report`: the sheet given back with what is wrong and how to mend it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.reason import reason_words
from bridge.cli.speak import warn
from bridge.errors import UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.sheets.judge import Table
    from bridge.sheets.record import JudgedRow
    from bridge.sheets.report import ReportWords

HEADINGS = {
    "id": N_("Jembatan ID"),
    "report_status": N_("Jembatan status"),
    "report_wrong": N_("Jembatan: what is wrong"),
    "report_fix": N_("Jembatan: how to fix it"),
    "report_assumed": N_("Jembatan: what was assumed"),
}
STATES = {
    "ready": N_("Ready to be published"),
    "draft": N_("To be completed"),
    "error": N_("Not taken in"),
    "homeless": N_("Not taken in"),
    "replaced": N_("Replaced by a newer answer"),
}


def check_output(out: Path, file: Path | None = None) -> None:
    """A workbook that can be written and is not the sheet itself. Raises UserError before any work is done."""
    if out.suffix.casefold() != ".xlsx":
        raise UserError("The file {file} must end in .xlsx, such as laporan.xlsx.", file=out)
    if file is not None and out.resolve() == file.resolve():
        raise UserError("{file} is the sheet itself. Choose another name for the report.", file=out)
    if not out.resolve().parent.is_dir():
        raise UserError(
            "There is no folder {folder}. Make it first, or choose another one.", folder=out.resolve().parent
        )


def give_back(
    out: Path,
    file: Path,
    content: bytes,
    tables: "Sequence[Table]",
    rows: "Sequence[JudgedRow]",
    ids: Mapping[str, str],
) -> None:
    """Writes the report. Raises UserError when the file cannot be written."""
    from bridge.sheets.report import write_report

    write_file(out, write_report(file.name, content, tables, rows, ids, report_words()))
    warn("The sheet with remarks is in {file}. Correct it there and import that file.", file=out)


def write_file(out: Path, content: bytes) -> None:
    """The whole file or none of it: it is put in place once it is written."""
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_bytes(content)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UserError(
            "The file {file} cannot be written: {why}. Close it if it is open in a spreadsheet program.",
            file=out,
            why=error.strerror or str(error),
        ) from None


def report_words() -> "ReportWords":
    """What the report says, in the user's language."""
    from bridge.sheets.report import ReportWords

    return ReportWords(
        headings={name: _(text) for name, text in HEADINGS.items()},
        states={name: _(text) for name, text in STATES.items()},
        homeless=(_("There is no business name."), _("Write the name of the business in its column.")),
        example=_("Example: {example}"),
        reason=lambda reason, row: reason_words(reason, row),
    )
