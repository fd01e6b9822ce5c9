"""`jembatan retry`: what the channels refused, why, and letting it go out once more."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.meaning import reason, who_acts
from bridge.cli.options import Json, ShopNames
from bridge.cli.plan import KINDS
from bridge.cli.session import opened, pick_shops
from bridge.cli.speak import say, table, write_json
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.refusals import RefusedRow

Force = Annotated[bool, typer.Option("--force", help=N_("Also what was refused and has not been changed since."))]


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("retry", N_("List what the channels refused, and let corrected writes go out again."))
    def retry(shop: ShopNames = None, force: Force = False, as_json: Json = False) -> int:
        from bridge.engine.changing import try_again
        from bridge.engine.refusals import refused

        with opened() as engine:
            ids = [each.shop_id for each in pick_shops(engine, shop, None)] if shop else None
            rows = refused(engine, ids)
            freed, sooner = try_again(engine, ids, force)
        if as_json:
            write_json({"refused": [asdict(row) for row in rows], "freed": freed, "sooner": sooner})
            return 0
        if not rows and not sooner:
            say("Nothing was refused, and nothing waits.")
            return 0
        if rows:
            show(rows, force)
        if freed or sooner:
            say("{number} writes go out at the next run. Start it with: jembatan sync", number=freed + sooner)
        return 0


def show(rows: "Sequence[RefusedRow]", force: bool) -> None:
    """Each refused write with what it means and who does what about it."""
    columns = [_("Shop"), _("Product"), "SKU", _("What"), _("Why"), _("What to do")]
    table(
        columns,
        [
            (
                str(row.shop),
                row.title,
                ", ".join(row.skus),
                _(KINDS[row.kind]),
                reason(row.meaning, row.message or row.code),
                advice(row, force),
            )
            for row in rows
        ],
    )
    if not force and not all(row.changed for row in rows):
        say("What was corrected goes out after the next import. To send all of it as it is, add --force.")


def advice(row: "RefusedRow", force: bool) -> str:
    """What happens next with a refused write."""
    if row.changed:
        return _("Changed since: it is sent again.")
    return _("It is sent again as it is.") if force else who_acts(row.meaning)
