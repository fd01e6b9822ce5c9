"""`jembatan shop`: the shops on the marketplaces, connecting them, and the apps that they are reached through."""

from dataclasses import asdict
from typing import Annotated

import typer

from bridge.cli import app_keys, connect
from bridge.cli.authorisation import STATES, line, shops_json, warnings
from bridge.cli.grammar import App
from bridge.cli.options import Json
from bridge.cli.session import opened, pick_shop
from bridge.cli.speak import blank, moment, say, table, write_json
from bridge.cli.warehouses import add_warehouses
from bridge.locale import N_, _

ShopName = Annotated[
    str | None, typer.Argument(metavar=N_("SHOP"), help=N_("The shop's number or its channel's name. Default: all."))
]


def add_commands(app: App) -> None:
    """Declares the noun and its verbs."""
    shop = App(N_("Shops on the marketplaces."))
    app.add_typer(shop, name="shop")
    connect.add_commands(shop)
    app_keys.add_commands(shop)
    add_warehouses(shop)

    @shop.verb("list", N_("List the connected shops, and until when each is authorised."))
    def list_shops(as_json: Json = False) -> int:
        return show(as_json)

    @shop.verb("check", N_("Ask the marketplace whether a shop may go on."))
    def check(name: ShopName = None, as_json: Json = False) -> int:
        return check_shops(name, as_json)


def show(as_json: bool) -> int:
    """All shops, as a table with a sentence for each, or as JSON."""
    from bridge.engine.authorisations import authorisations
    from bridge.engine.standing import shop_rows

    with opened() as engine:
        rows, zone = shop_rows(engine), engine.settings.timezone
        if as_json:
            write_json(shops_json(engine, rows))
            return 0
        found = authorisations(engine)
    if not rows:
        say("No shop is connected yet. Connect one with: jembatan shop connect")
        return 0
    columns = [
        _("No."),
        _("Channel"),
        _("Shop"),
        _("Business"),
        _("State"),
        _("Listings there"),
        _("Held back"),
        _("Orders read"),
    ]
    table(
        columns,
        [
            (
                str(r.shop),
                r.channel,
                r.name or r.remote_shop_id,
                r.merchant,
                _(STATES.get(r.state, r.state)),
                r.live,
                r.parked,
                moment(r.last_pull, zone),
            )
            for r in rows
        ],
    )
    blank()
    for auth in found:
        typer.echo(line(auth, zone))
    for text in [text for auth in found for text in warnings(auth, zone)]:
        typer.echo(text, err=True)
    return 0


def check_shops(name: str | None, as_json: bool) -> int:
    """Asks every shop; the most urgent answer gives the exit code."""
    from bridge.cli.doctor import URGENCY, mark, one_shop
    from bridge.engine.sync import shops_of

    with opened() as engine:
        shops = shops_of(engine)
        chosen = shops if name is None else [pick_shop(shops, name)]
        findings = [one_shop(engine, shop) for shop in chosen]
    if as_json:
        write_json([asdict(each) for each in findings])
    for each in () if as_json else findings:
        say("{mark} {message}", mark=mark(each), message=each.message)
    codes = {each.code for each in findings}
    return next((code for code in URGENCY if code in codes), 0)
