"""What an import found and did: for people the rows that need them, for scripts one JSON object per row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.cli.reason import reason_words
from bridge.cli.speak import blank, say, table, warn, write_json
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.importing import Imported
    from bridge.sheets.record import JudgedRow

CSV = {".csv", ".tsv", ".txt"}
CELLS = 20  # stock cells that are shown
SHOWN = 200  # rows of the table; a longer one is read in the spreadsheet itself


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


def show_uncounted(rows: "Sequence[JudgedRow]") -> None:
    """Stock cells that tell no number of pieces, and how many products wait for a count although they can be published."""
    products = [row for row in rows if row.is_product and str(row.verdict) != "skip" and row.stock is None]
    written = [
        (row.place, row.product, text)
        for row in products
        if "W_STOCK_UNKNOWN" in row.reasons and (text := stock_cell(row))
    ]
    if written:
        written.sort(key=lambda line: not any(letter.isdigit() for letter in line[2]))  # "-4" before "ready"
        blank()
        say("Stock cells that are no number of pieces; the stock of these products is not known:")
        table([_("Place"), _("Product"), _("Stock cell")], written[:CELLS])
        if len(written) > CELLS:
            say("… and {number} more. All of them: --json", number=len(written) - CELLS)
    if waiting := sum(row.publishable for row in products):
        blank()
        say(
            "{number} products that can be published have no stock in this sheet. Those that were never counted wait at the "
            "marketplaces until they are: jembatan stock count SKU N",
            number=waiting,
        )


def stock_cell(row: "JudgedRow") -> str:
    """What the stock cells of a row say, in one line."""
    texts = (row.cells.get(name, "") for name in ("stock", "stock_option"))
    return ", ".join(line.strip() for text in texts for line in text.splitlines() if line.strip())


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
