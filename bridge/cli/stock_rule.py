"""`jembatan stock rule`: how much of the stock shops show, and what a sold-out listing does where a channel takes no 0."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.options import MerchantName, ShopNames
from bridge.cli.session import opened, pick_shops
from bridge.cli.speak import say
from bridge.errors import UserError
from bridge.locale import N_

if TYPE_CHECKING:
    from bridge.engine.context import Engine


class SoldOut(StrEnum):
    """What becomes of a listing when one of its variants is sold out and the channel takes no 0."""

    HIDE = "hide"
    LEAST = "least"


Buffer = Annotated[
    int | None, typer.Option("--buffer", metavar="N", min=0, help=N_("Pieces that the shop never shows."))
]
OneSku = Annotated[
    str | None, typer.Option("--sku", metavar="SKU", help=N_("Only this product or variant, for --sold-out."))
]
WhenSoldOut = Annotated[
    str | None,
    typer.Option(
        "--sold-out",
        metavar="hide|least",
        help=N_(
            "Where a channel takes no 0: hide the listing when one variant is sold out, or leave that variant at the least "
            "the channel takes, which can be oversold."
        ),
    ),
]


def add_rule(stock: App) -> None:
    """Declares the verb."""

    @stock.verb("rule", N_("Set how much of the stock shops show, and what happens when something is sold out."))
    def rule(
        buffer: Buffer = None,
        sold_out: WhenSoldOut = None,
        shop: ShopNames = None,
        merchant: MerchantName = None,
        sku: OneSku = None,
    ) -> int:
        if buffer is None and sold_out is None:
            raise UserError("Say what to set: --buffer or --sold-out.")
        if sold_out is not None and sold_out not in list(SoldOut):
            raise UserError("{word} is neither hide nor least.", word=sold_out)
        with opened() as engine:
            if sold_out is not None:
                set_sold_out(engine, sold_out, merchant, sku)
            if buffer is not None:
                set_buffer(engine, buffer, shop, merchant)
        return 0


def set_buffer(engine: "Engine", buffer: int, shop: list[str] | None, merchant: str | None) -> None:
    """Pieces that shops keep back."""
    from bridge.engine.changing import set_buffer

    if not shop and merchant is None:
        raise UserError("Say which shops: --shop or --merchant.")
    shops = pick_shops(engine, shop, merchant)
    set_buffer(engine, [each.shop_id for each in shops], buffer)
    say(
        "{number} shops keep {buffer} pieces back. The shops follow with: jembatan sync",
        number=len(shops),
        buffer=buffer,
    )


def set_sold_out(engine: "Engine", rule: str, merchant: str | None, sku: str | None) -> None:
    """The rule of a business, or of one of its products or variants."""
    from bridge.engine.changing import set_sold_out

    if merchant is None and sku is None:
        raise UserError("Say for whom: --merchant or --sku.")
    name = set_sold_out(engine, rule, merchant, sku)
    if rule == SoldOut.HIDE:
        words = N_(
            "{name}: a listing with a sold-out variant is hidden where the channel takes no 0. The shops follow with: jembatan sync"
        )
    else:
        words = N_(
            "{name}: a sold-out variant stays at 1 where the channel takes no 0, and that one can be oversold. The shops follow "
            "with: jembatan sync"
        )
    say(words, name=name)
