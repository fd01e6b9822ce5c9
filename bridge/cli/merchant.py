"""`jembatan merchant`: the businesses that the imports brought in."""

from dataclasses import asdict
from typing import Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.options import Json
from bridge.cli.session import opened
from bridge.cli.speak import say, table, write_json
from bridge.locale import N_, _

Name = Annotated[
    str, typer.Argument(metavar=N_("NAME"), help=N_("The business; capitals, spaces and dots do not matter."))
]


def add_commands(app: App) -> None:
    """Declares the noun and its verbs."""
    merchant = App(N_("Businesses in the catalog."))
    app.add_typer(merchant, name="merchant")

    @merchant.verb("list", N_("List all businesses with the number of their products and shops."))
    def list_merchants(as_json: Json = False) -> int:
        return show(None, as_json)

    @merchant.verb("show", N_("Show one business."))
    def show_merchant(name: Name, as_json: Json = False) -> int:
        return show(name, as_json)


def show(name: str | None, as_json: bool) -> int:
    """One business or all, as a table or as JSON."""
    from bridge.engine.looking import merchants
    from bridge.engine.standing import shop_rows

    with opened() as engine:
        rows = merchants(engine, name)
        shops = [shop for shop in shop_rows(engine) if shop.merchant == rows[0].merchant] if name is not None else []
    if as_json:
        write_json(
            [asdict(row) for row in rows]
            if name is None
            else {**asdict(rows[0]), "shop_numbers": [s.shop for s in shops]}
        )
        return 0
    if not rows:
        say("The catalog is empty. Import a spreadsheet first: jembatan import FILE.xlsx")
        return 0
    columns = [_("Business"), _("Place"), _("Products"), _("Can be published"), _("With stock"), _("Shops")]
    table(columns, [(r.merchant, r.place, r.products, r.publishable, r.stocked, r.shops) for r in rows])
    for shop in shops:
        say(
            "Shop {number}: {channel} {remote} ({live} listings there)",
            number=shop.shop,
            channel=shop.channel,
            remote=shop.remote_shop_id,
            live=shop.live,
        )
    return 0
