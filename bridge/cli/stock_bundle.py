"""`jembatan stock bundle`: what a SKU is made of."""

from typing import Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.options import MerchantName, SkuCode
from bridge.cli.session import opened
from bridge.cli.speak import say
from bridge.errors import UserError
from bridge.locale import N_

Parts = Annotated[
    list[str] | None, typer.Argument(metavar="SKU=N", help=N_("A part and how many pieces of it the bundle takes."))
]


def add_bundle(stock: App) -> None:
    """Declares the verb."""

    @stock.verb("bundle", N_("Say what a bundle is made of. Without parts it is none any more."))
    def bundle(sku: SkuCode, parts: Parts = None, merchant: MerchantName = None) -> int:
        from bridge.engine.changing import make_bundle

        made_of = dict(part_of_bundle(text) for text in parts or [])
        with opened() as engine:
            make_bundle(engine, sku, made_of, merchant)
        if made_of:
            say(
                "{sku} is a bundle now. Its stock follows from its parts; the shops follow with: jembatan sync", sku=sku
            )
        else:
            say("{sku} is no bundle any more. Count it with: jembatan stock count {sku} N", sku=sku)
        return 0


def part_of_bundle(text: str) -> tuple[str, int]:
    """SKU=PIECES, or SKU alone for one piece."""
    sku, sign, pieces = text.rpartition("=")
    if not sign:
        return text, 1
    if not sku or not pieces.isdecimal() or int(pieces) < 1:
        raise UserError("{text} is no part of a bundle. Write it like KRP-01=2.", text=text)
    return sku, int(pieces)
