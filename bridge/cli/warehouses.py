"""`jembatan shop warehouses`: which warehouse of a shop sells the goods of which place."""

from dataclasses import asdict
from typing import Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.options import Json
from bridge.cli.session import opened, pick_shop
from bridge.cli.speak import say, table, write_json
from bridge.errors import UserError
from bridge.locale import N_, _

ShopName = Annotated[str, typer.Argument(metavar=N_("SHOP"), help=N_("The shop's number or its channel's name."))]
Pairs = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar=N_("WAREHOUSE=LOCATION"),
        help=N_(
            "This warehouse sells what lies at that location; without a location: nothing of its own. May be repeated."
        ),
    ),
]


def add_warehouses(shop: App) -> None:
    """Declares the verb."""

    @shop.verb("warehouses", N_("Show a shop's warehouses, or say which place's goods each of them sells."))
    def warehouses(name: ShopName, pairs: Pairs = None, as_json: Json = False) -> int:
        return show_warehouses(name, [pair_of(text) for text in pairs or []], as_json)


def pair_of(text: str) -> tuple[str, str | None]:
    """WAREHOUSE=LOCATION, or WAREHOUSE= for none."""
    warehouse, sign, location = text.partition("=")
    if not sign or not warehouse:
        raise UserError("{text} is no pair. Write it like 7068=Gudang, or 7068= for none.", text=text)
    return warehouse, location or None


def show_warehouses(name: str, pairs: list[tuple[str, str | None]], as_json: bool) -> int:
    """The warehouses after what was set."""
    from bridge.engine.locations import set_warehouse, warehouses_of
    from bridge.engine.sync import shops_of

    with opened() as engine:
        shop = pick_shop(shops_of(engine), name)
        for warehouse, location in pairs:
            set_warehouse(engine, shop.shop_id, warehouse, location)
        found = warehouses_of(engine, shop.shop_id)
    if as_json:
        write_json([asdict(each) for each in found])
        return 0
    if not found:
        say("Shop {shop} has one warehouse only: it sells all goods of the business.", shop=shop.shop_id)
        return 0
    table([_("Warehouse"), _("Name"), _("Sells what lies at")], [(each.id, each.name, each.location) for each in found])
    say("Goods of any other place are told at the first one. Change it with --set WAREHOUSE=LOCATION.")
    return 0
