"""`jembatan stock move` and `jembatan stock locations`: goods that lie in several places."""

from typing import Annotated, Any

import typer

from bridge.cli.grammar import App
from bridge.cli.options import Json, MerchantName, SkuCode
from bridge.cli.session import opened
from bridge.cli.speak import say, write_json
from bridge.errors import UserError
from bridge.locale import N_

Place = Annotated[
    str | None,
    typer.Option(
        "--location", metavar=N_("NAME"), help=N_("Where, if the business has several places. Default: the first one.")
    ),
]
Note = Annotated[str | None, typer.Option("--note", metavar=N_("TEXT"), help=N_("Why, for the history."))]
Moved = Annotated[int, typer.Argument(metavar="N", help=N_("Pieces that are carried there."))]
From = Annotated[str, typer.Option("--from", metavar=N_("NAME"), help=N_("Where they were; - is the first place."))]
To = Annotated[str, typer.Option("--to", metavar=N_("NAME"), help=N_("Where they are now; - is the first place."))]
Added = Annotated[str | None, typer.Option("--add", metavar=N_("NAME"), help=N_("A place more, such as Gudang Utara."))]


def add_places(stock: App) -> None:
    """Declares the verbs."""

    @stock.verb("move", N_("Say that pieces were carried from one place to another."))
    def move(
        sku: SkuCode, pieces: Moved, from_place: From, to_place: To, merchant: MerchantName = None, note: Note = None
    ) -> int:
        from bridge.engine.counting import move_stock

        with opened() as engine:
            left, there = move_stock(engine, sku, pieces, merchant, from_place, to_place, note)
        say(
            "{sku}: {left} pieces on hand at {source} now, {there} at {target}. The shops follow with: jembatan sync",
            sku=sku,
            left=left,
            source=from_place,
            there=there,
            target=to_place,
        )
        return 0

    @stock.verb("locations", N_("List or add the places where a business keeps its goods."))
    def locations(merchant: MerchantName = None, add: Added = None, as_json: Json = False) -> int:
        return show_locations(merchant, add, as_json)


def show_locations(merchant: str | None, add: str | None, as_json: bool) -> int:
    """The places of a business, with the one that was added."""
    from bridge.engine.locations import MAIN, add_location, location_names

    if merchant is None:
        raise UserError("Whose places? Add --merchant NAME.")
    with opened() as engine:
        if add is not None:
            add_location(engine, merchant, add)
        names = location_names(engine, merchant)
    if as_json:
        write_json(names)
        return 0
    for name in names:
        if name == MAIN:
            say("-  (the first place: everything that names no other)")
        else:
            typer.echo(name)
    if add is not None:
        say(
            "Count there with: jembatan stock count SKU N --location {name}. If a shop has a warehouse for it: "
            "jembatan shop warehouses SHOP --set WAREHOUSE={name}",
            name=quoted(add),
        )
    return 0


def quoted(name: str) -> str:
    """As it is typed in a shell."""
    return f'"{name}"' if " " in name else name


def shelf_rows(shelves: Any) -> list[tuple[Any, ...]]:
    """Where a SKU lies, as rows of a table."""
    from bridge.engine.locations import MAIN

    return [(shelf.location or MAIN, shelf.on_hand, shelf.held) for shelf in shelves]
