"""`jembatan undo RUN`: put back what a run changed in the shops."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.options import Json
from bridge.cli.plan import Confirm, DryRun, plan_json, show_plan
from bridge.cli.progress import Bars
from bridge.cli.report import show_refused, show_summary, show_told
from bridge.cli.session import opened
from bridge.cli.speak import moment, say, table, warn, write_json
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.context import Engine

RunNumber = Annotated[
    int | None, typer.Argument(metavar=N_("RUN"), help=N_("The run's number; without it the latest runs are listed."))
]
WROTE = ("created", "content", "price", "stock", "visibility")


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("undo", N_("Put back the prices, texts and visibility that a run changed. Stock is never undone."))
    def undo(run: RunNumber = None, dry_run: DryRun = False, confirm: Confirm = None, as_json: Json = False) -> int:
        with opened() as engine:
            if run is None:
                return list_runs(engine, as_json)
            return look(engine, run, as_json) if dry_run else put_back(engine, run, confirm, as_json)


def list_runs(engine: "Engine", as_json: bool) -> int:
    """The latest runs that wrote something."""
    from dataclasses import asdict

    from bridge.engine.undoing import past_runs

    rows = past_runs(engine)
    if as_json:
        write_json([asdict(row) for row in rows])
        return 0
    if not rows:
        say("No run has written anything yet.")
        return 0
    zone = engine.settings.timezone
    columns = [_("Run"), _("When"), _("Command"), _("New"), _("Texts"), _("Prices"), _("Stock"), _("Shown or hidden")]
    table(
        columns,
        [
            (str(row.run), moment(row.started_at, zone), row.kind, *(row.summary.get(key) for key in WROTE))
            for row in rows
        ],
    )
    say("See what undoing one would write with: jembatan undo RUN --dry-run")
    return 0


def look(engine: "Engine", run: int, as_json: bool) -> int:
    """What would be written."""
    from bridge.engine.undoing import look_back

    report = look_back(engine, run)
    if as_json:
        write_json(plan_json(engine, report))
        show_told(engine, report)
    else:
        show_plan(engine, report)
    return report.code


def put_back(engine: "Engine", run: int, confirm: str | None, as_json: bool) -> int:
    """Writes it, and says what came of it."""
    from bridge.engine.runs import Watch
    from bridge.engine.undoing import undo_run

    with Bars() as bars:
        report = undo_run(engine, run, confirm, Watch(tell=bars.tell))
    if as_json:
        write_json(report.summary())
    else:
        show_summary(engine, report)
    show_told(engine, report)
    show_refused(engine, report)
    if report.code == 6 and report.confirm is not None:
        command = f"jembatan undo {run} --confirm {report.confirm}"
        warn("Nothing of this was written. If it is what you want, go on with: {command}", command=command)
    return report.code
