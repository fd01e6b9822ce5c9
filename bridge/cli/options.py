"""Options that several commands share, so that they are called and explained the same everywhere."""

from typing import Annotated

import typer

from bridge.locale import N_

Json = Annotated[bool, typer.Option("--json", help=N_("JSON for scripts instead of text for people."))]
MerchantName = Annotated[
    str | None,
    typer.Option(
        "--merchant", metavar=N_("NAME"), help=N_("Only this business; capitals, spaces and dots do not matter.")
    ),
]
ShopNames = Annotated[
    list[str] | None,
    typer.Option(
        "--shop",
        metavar=N_("SHOP"),
        help=N_("Only this shop: its number, or its channel's name where that is unambiguous. May be repeated."),
    ),
]
AllShops = Annotated[bool, typer.Option("--all", help=N_("All shops; the same as naming none."))]
Channel = Annotated[
    str | None, typer.Option("--channel", metavar=N_("CHANNEL"), help=N_("The marketplace, such as shopee."))
]
SkuCode = Annotated[str, typer.Argument(metavar="SKU", help=N_("The code of a product or of one of its variants."))]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, help=N_("How many at most."))]
