"""`jembatan sync`: pull orders, plan, write, until nothing is left to do. The command that a timetable calls."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.options import AllShops, Json, MerchantName, ShopNames
from bridge.cli.plan import look, selection, show_plan
from bridge.cli.report import finish, show_told
from bridge.cli.session import opened, shops_to_work_on
from bridge.cli.speak import warn, write_json
from bridge.locale import N_

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.store.shops import ShopView

Budget = Annotated[
    float | None,
    typer.Option("--budget-s", metavar=N_("SECONDS"), min=1, help=N_("End after this time; the next run goes on.")),
]
Audit = Annotated[
    bool,
    typer.Option("--audit", help=N_("Before it, read a share of the listings for edits by hand (jembatan drift).")),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=N_("Only count what would be written."))]


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("sync", N_("Pull orders, then write whatever the shops need. For every day and for timetables."))
    def sync(
        every: AllShops = False,
        shop: ShopNames = None,
        merchant: MerchantName = None,
        budget_s: Budget = None,
        dry_run: DryRun = False,
        audit: Audit = False,
        as_json: Json = False,
    ) -> int:
        with opened() as engine:
            shops = shops_to_work_on(engine, shop, merchant, every)
            if dry_run:
                return preview(engine, shops, as_json)
            from bridge.engine.privacy import purge_due

            purge_due(engine)
            if audit:
                read_first(engine, shops)
            return finish(engine, shops, None, selection(shop, merchant), "sync", as_json, budget_s)


def read_first(engine: "Engine", shops: "Sequence[ShopView]") -> None:
    """Reads a share of the listings; what stops a shop is said by the run itself."""
    from bridge.engine.auditing import audit_shops

    for run in audit_shops(engine, shops).runs:
        for told in run.told if run.code == 6 else ():
            warn(told.template, **told.values)


def preview(engine: "Engine", shops: "Sequence[ShopView]", as_json: bool) -> int:
    """What a run would write now; no order is pulled and nothing is sent."""
    report = look(engine, shops)
    if not as_json:
        show_plan(engine, report)
        return report.code
    kinds = [step.kind.value for run in report.runs if run.plan is not None for step in run.plan.steps]
    planned = {
        ("created" if kind == "create" else kind): kinds.count(kind)
        for kind in ("create", "content", "price", "stock", "visibility")
    }
    write_json({**report.summary(), **planned, "dry_run": True})
    show_told(engine, report)
    return report.code
