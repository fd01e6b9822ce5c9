"""`jembatan privacy`: everything that is held about one person, given out; a buyer is erased on request."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.options import Json, ShopNames
from bridge.cli.session import opened, pick_shops
from bridge.cli.speak import ask, is_terminal, say, warn, write_json
from bridge.errors import UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.engine.privacy import Held

Person = Annotated[
    str,
    typer.Argument(metavar=N_("PERSON"), help=N_("An order's number, a phone number, or the whole name.")),
]
Target = Annotated[
    Path | None,
    typer.Option("--file", metavar=N_("FILE"), help=N_("Where to write it; else a file in the folder exports.")),
]
Yes = Annotated[bool, typer.Option("--yes", help=N_("Do not ask."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=N_("Only say what would be erased."))]


def add_commands(app: App) -> None:
    """Declares the noun and its verbs."""
    privacy = App(N_("What is held about a person: give it out or erase it."))
    app.add_typer(privacy, name="privacy")

    @privacy.verb("export", N_("Write everything that is held about one person to a file."))
    def export(person: Person, file: Target = None, shop: ShopNames = None, as_json: Json = False) -> int:
        from bridge.engine.owners import businesses_of
        from bridge.engine.privacy import export_person

        with opened() as engine:
            owned = [] if shop else businesses_of(engine, person)
            found = held(engine, person, shop, must=not owned)
            path = export_person(engine, found, file, owned)
        if as_json:
            write_json({"orders": len(found), "businesses": len(owned), "file": str(path)})
            return 0
        say(
            "{orders} orders and {businesses} businesses are in {file}. Only you can read the file.",
            orders=len(found),
            businesses=len(owned),
            file=path,
        )
        if file is None:
            say("It is deleted by itself with the other buyers' data.")
        return 0

    @privacy.verb("erase", N_("Erase what is held about one person. Orders and amounts stay, without the person."))
    def erase(
        person: Person, shop: ShopNames = None, yes: Yes = False, dry_run: DryRun = False, as_json: Json = False
    ) -> int:
        from bridge.engine.owners import businesses_of

        with opened() as engine:
            for owned in businesses_of(engine, person):
                template = "{person} owns {business}. What belongs to a business stays while it sells here; orders are erased only."
                warn(template, person=person, business=owned.merchant.name)
            found = held(engine, person, shop)
            if not as_json:
                announce(found)
            if dry_run:
                if as_json:
                    write_json({"orders": [each.order.remote_order_id for each in found], "dry_run": True})
                return 0
            if not yes and not agreed():
                say("Nothing was erased.")
                return 0
            return carry_out(engine, found, as_json)


def held(engine: "Engine", person: str, shop: Sequence[str] | None, must: bool = True) -> "list[Held]":
    """The orders of the person who is meant."""
    from bridge.engine.privacy import orders_of

    ids = [each.shop_id for each in pick_shops(engine, shop, None)] if shop else None
    return orders_of(engine, person, ids, must)


def announce(found: "Sequence[Held]") -> None:
    """What would go, masked."""
    say("Of these orders, name, address, phone, tracking number and label are erased:")
    for each in found:
        say("{channel}: {order}", channel=each.shop.channel, order=each.shown)
    waiting = sum(each.order.open for each in found)
    if waiting:
        warn("{number} of them are not over yet: for their parcels look in the seller centre.", number=waiting)


def agreed() -> bool:
    """A person's yes; without a terminal nobody can be asked."""
    if not is_terminal(sys.stdin):
        raise UserError("Nobody can be asked here. Add --yes to erase.")
    return ask(_("Erase it? It cannot be brought back."))


def carry_out(engine: "Engine", found: "Sequence[Held]", as_json: bool) -> int:
    """Erases and says how much."""
    from bridge.engine.privacy import erase_person

    gone = erase_person(engine, found)
    if as_json:
        numbers = [each.order.remote_order_id for each in found]
        write_json({"orders": numbers, "buyers": gone.buyers, "files": gone.files})
        return 0
    say(
        "Erased: the person of {orders} orders, and {files} files. The next sync does not bring it back.",
        orders=len(found),
        files=gone.files,
    )
    return 0
