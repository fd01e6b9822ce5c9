"""`jembatan stock count` and `jembatan stock adjust`: what a person says of the shelf."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bridge.cli.grammar import App
from bridge.cli.options import MerchantName, SkuCode
from bridge.cli.session import opened
from bridge.cli.speak import say
from bridge.cli.stock_places import Note, Place
from bridge.errors import UserError
from bridge.locale import N_

Pieces = Annotated[int, typer.Argument(metavar="N", help=N_("Pieces on the shelf, packed goods included."))]
Change = Annotated[str, typer.Argument(metavar="±N", help=N_("Pieces that came (+3) or went (-2)."))]
CountedAt = Annotated[
    str | None,
    typer.Option(
        "--counted-at", metavar=N_("TIME"), help=N_("When it was counted, such as 2026-11-23T08:00. Default: now.")
    ),
]


def add_counts(stock: App) -> None:
    """Declares the verbs."""

    @stock.verb("count", N_("Say how many pieces were counted on the shelf."))
    def count(
        sku: SkuCode,
        pieces: Pieces,
        merchant: MerchantName = None,
        counted_at: CountedAt = None,
        note: Note = None,
        location: Place = None,
    ) -> int:
        from bridge.engine.counting import count_stock

        with opened() as engine:
            when = moment_of(counted_at, engine.settings.timezone)
            left = count_stock(engine, sku, pieces, merchant, when, note, location)
        say(
            "{sku}: {pieces} pieces counted, {left} available. The shops follow with: jembatan sync",
            sku=sku,
            pieces=pieces,
            left=left,
        )
        return 0

    @stock.verb(
        "adjust",
        N_("Correct the stock by some pieces, such as -2 for broken ones."),
        context_settings={"ignore_unknown_options": True},
    )
    def adjust(
        sku: SkuCode, change: Change, merchant: MerchantName = None, note: Note = None, location: Place = None
    ) -> int:
        from bridge.engine.counting import adjust_stock

        with opened() as engine:
            left = adjust_stock(engine, sku, change_of(change), merchant, note, location)
        say("{sku}: {left} pieces on hand now. The shops follow with: jembatan sync", sku=sku, left=left)
        return 0


def moment_of(text: str | None, zone: str) -> datetime | None:
    """A time as typed; without a zone of its own it is meant by the office's clock."""
    if text is None:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise UserError("{text} is no time. Write it like 2026-11-23T08:00.", text=text) from None
    return (when if when.tzinfo is not None else when.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def change_of(text: str) -> int:
    """+3 or -2."""
    try:
        change = int(text)
    except ValueError:
        raise UserError("{text} is no number of pieces. Write it like +3 or -2.", text=text) from None
    if change == 0:
        raise UserError("A correction by 0 pieces changes nothing.")
    return change
