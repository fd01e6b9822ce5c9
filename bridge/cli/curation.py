"""`jembatan products review/check/approve/return`: what the office decided about products, one by one or in bulk."""

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.grammar import App
from bridge.cli.options import Json, MerchantName
from bridge.cli.reason import reason_words
from bridge.cli.session import opened
from bridge.cli.speak import blank, moment, say, table, warn, write_json
from bridge.errors import UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.curating import Chosen, Curated, Decision
    from bridge.planning.approval import CurationState

STATES = {
    "submitted": N_("submitted"),
    "checked": N_("checked"),
    "approved": N_("approved"),
    "returned": N_("returned"),
    "published": N_("published"),
}
Codes = Annotated[
    list[str] | None,
    typer.Argument(metavar="SKU", help=N_("Codes of products or of their variants; several are allowed.")),
]
Owner = Annotated[str | None, typer.Option("--owner", metavar=N_("NAME"), help=N_("All products of this owner."))]
Kecamatan = Annotated[
    str | None,
    typer.Option("--kecamatan", metavar=N_("NAME"), help=N_("All products of this kecamatan, by its name or code.")),
]
File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar=N_("FILE"),
        help=N_("All products whose ID or code stands in this spreadsheet, such as one that import --report made."),
    ),
]
Every = Annotated[bool, typer.Option("--all", help=N_("All products."))]
By = Annotated[
    str | None,
    typer.Option("--by", metavar=N_("NAME"), help=N_("Who decides. Default: the user of this computer.")),
]
Note = Annotated[
    str | None, typer.Option("--note", metavar=N_("TEXT"), help=N_("A note that is kept with the decision."))
]
Needed = Annotated[str, typer.Option("--note", metavar=N_("TEXT"), help=N_("What the owner has to change."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=N_("Only show what would be decided."))]
State = Annotated[
    str | None,
    typer.Option(
        "--state", metavar=N_("STATE"), help=N_("Only these: submitted, checked, approved, returned or published.")
    ),
]


def add_verbs(products: App) -> None:
    """Declares the verbs on the noun."""

    @products.verb("review", N_("List what the office decided about products; of one product with every step."))
    def review(
        codes: Codes = None,
        merchant: MerchantName = None,
        owner: Owner = None,
        kecamatan: Kecamatan = None,
        state: State = None,
        as_json: Json = False,
    ) -> int:
        return show_review(codes or (), merchant, owner, kecamatan, state, as_json)

    add_decision(products, "check", "checked", N_("Note that products were looked at; approving comes next."))
    add_decision(products, "approve", "approved", N_("Approve products with their text and price as they are now."))

    @products.verb("return", N_("Give products back to their owners with a note."))
    def give_back(
        note: Needed,
        codes: Codes = None,
        merchant: MerchantName = None,
        owner: Owner = None,
        kecamatan: Kecamatan = None,
        file: File = None,
        every: Every = False,
        by: By = None,
        dry_run: DryRun = False,
        as_json: Json = False,
    ) -> int:
        if not note.strip():
            raise UserError("Say with --note what the owner has to change.")
        chosen = choice(codes, merchant, owner, kecamatan, file, every)
        return decide(chosen, "returned", by, note.strip(), dry_run, as_json)


def add_decision(products: App, name: str, state: str, about: str) -> None:
    """A verb that decides without asking for a note."""

    @products.verb(name, about)
    def verb(
        codes: Codes = None,
        merchant: MerchantName = None,
        owner: Owner = None,
        kecamatan: Kecamatan = None,
        file: File = None,
        every: Every = False,
        by: By = None,
        note: Note = None,
        dry_run: DryRun = False,
        as_json: Json = False,
    ) -> int:
        chosen = choice(codes, merchant, owner, kecamatan, file, every)
        return decide(chosen, state, by, note, dry_run, as_json)


def choice(
    codes: Sequence[str] | None,
    merchant: str | None,
    owner: str | None,
    kecamatan: str | None,
    file: Path | None,
    every: bool,
) -> "Chosen":
    """Which products are meant. Nothing is decided about all of them by accident."""
    from bridge.cli.files import read_file
    from bridge.engine.curating import Chosen

    if not every and not codes and merchant is None and owner is None and kecamatan is None and file is None:
        raise UserError("Say which products: a SKU, --merchant, --owner, --kecamatan, --file or --all.")
    named = None if file is None else (file.name, read_file(file))
    return Chosen(tuple(codes or ()), merchant, owner, kecamatan, named)


def decide(chosen: "Chosen", state: str, by: str | None, note: str | None, dry_run: bool, as_json: bool) -> int:
    """Decides, says what came of it, and gives 3 when something could not be approved."""
    from bridge.engine.curating import decide as record
    from bridge.planning.approval import CurationState

    with opened() as engine:
        made = record(engine, chosen, CurationState(state), by or user(), note, dry_run)
        gate = engine.settings.approved_only
    if as_json:
        write_json([asdict(each) for each in made])
    else:
        tell(made, CurationState(state), dry_run, gate)
    return 0 if all(each.done for each in made) else 3


def user() -> str:
    """Who works at this computer."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"


def tell(made: "Sequence[Decision]", state: "CurationState", dry_run: bool, gate: bool) -> None:
    """What was decided, and what may not be approved with the reason."""
    done = [each for each in made if each.done]
    if done:
        table([_("Product"), _("Business"), _("Code")], [(each.product, each.merchant, each.code) for each in done])
    say("{number} products: {state}.", number=len(done), state=_(STATES[state]))
    if dry_run:
        say("Nothing was decided (--dry-run).")
    held = [each for each in made if not each.done]
    if held:
        blank()
        say("Not approved, because they cannot be published yet:")
        table(
            [_("Product"), _("Business"), _("What is wrong")],
            [(each.product, each.merchant, " ".join(words_of(each.blockers))) for each in held],
        )
    if done and not dry_run and not gate:
        warn("Products are published whatever was decided. To publish approved ones only, set approved_only = true.")


def words_of(codes: Sequence[str]) -> list[str]:
    """Reason codes in the user's words."""
    from bridge.sheets.reasons import Reason

    known = {str(reason): reason for reason in Reason}
    return [reason_words(known[code])[0] for code in codes if code in known]


def show_review(
    codes: Sequence[str],
    merchant: str | None,
    owner: str | None,
    kecamatan: str | None,
    state: str | None,
    as_json: bool,
) -> int:
    """The list, and the whole history of a single product."""
    from bridge.engine.curating import Chosen, curated, history

    if state is not None and state not in STATES:
        raise UserError("There is no state {state}. Choose one of: {choices}.", state=state, choices=", ".join(STATES))
    with opened() as engine:
        rows = curated(engine, Chosen(tuple(codes), merchant, owner, kecamatan), state)
        steps = history(engine, codes[0], merchant) if len(codes) == 1 else []
        zone = engine.settings.timezone
    if as_json:
        write_json([row_json(row, steps) for row in rows])
        return 0
    if not rows:
        say("No product is in this state.")
        return 0
    show_rows(rows, zone)
    if steps:
        blank()
        lines = [(_(STATES[each.state]), each.decided_by, moment(each.decided_at, zone), each.note) for each in steps]
        table([_("State"), _("By"), _("When"), _("Note")], lines)
    return 0


def row_json(row: "Curated", steps: Sequence[Any]) -> dict[str, Any]:
    """A product for scripts; its steps where it was asked for alone."""
    values = asdict(row)
    if steps:
        values["steps"] = [
            {"state": each.state, "by": each.decided_by, "at": each.decided_at, "note": each.note} for each in steps
        ]
    return values


def show_rows(rows: "Sequence[Curated]", zone: str) -> None:
    """One line per product."""
    columns = [_("Code"), _("Product"), _("Business"), _("State"), _("By"), _("When"), _("Note")]
    table(
        columns,
        [
            (
                row.code,
                row.product,
                row.merchant,
                _(STATES[row.state]) + (f" ({_('changed since')})" if row.changed else ""),
                row.decided_by,
                moment(row.decided_at, zone),
                row.note,
            )
            for row in rows
        ],
    )
