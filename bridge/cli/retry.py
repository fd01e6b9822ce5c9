"""`jembatan retry`: what the channels refused, why, and letting it go out once more."""

from dataclasses import asdict
from typing import Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.options import Json, ShopNames
from bridge.cli.plan import KINDS
from bridge.cli.session import opened, pick_shops
from bridge.cli.speak import say, table, write_json
from bridge.locale import N_, _

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
            columns = [_("Shop"), _("Product"), "SKU", _("What"), _("The channel says"), _("What to do")]
            table(
                columns,
                [
                    (
                        str(r.shop),
                        r.title,
                        ", ".join(r.skus),
                        _(KINDS[r.kind]),
                        r.message or r.code,
                        advice(r.changed, force),
                    )
                    for r in rows
                ],
            )
        if freed or sooner:
            say("{number} writes go out at the next run. Start it with: jembatan sync", number=freed + sooner)
        return 0


def advice(changed: bool, force: bool) -> str:
    """What happens next with a refused write."""
    if changed:
        return _("Changed since: it is sent again.")
    if force:
        return _("It is sent again as it is.")
    return _("Correct it in the spreadsheet and import it again, or add --force.")
