"""`jembatan stock rule`: how the stock is divided over the shops, and what a sold-out listing does where a channel takes no 0."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.options import MerchantName, ShopNames
from bridge.cli.session import opened, pick_shop, pick_shops
from bridge.cli.speak import say
from bridge.errors import UserError
from bridge.locale import N_

if TYPE_CHECKING:
    from bridge.engine.context import Engine


WHOLE = 100


class SoldOut(StrEnum):
    """What becomes of a listing when one of its variants is sold out and the channel takes no 0."""

    HIDE = "hide"
    LEAST = "least"


class Mode(StrEnum):
    """How the stock of a SKU is divided over the shops that show it."""

    SHARED = "shared"
    SPLIT = "split"
    PARTITIONED = "partitioned"


Buffer = Annotated[
    int | None, typer.Option("--buffer", metavar="N", min=0, help=N_("Pieces that the shop never shows."))
]
OneSku = Annotated[str | None, typer.Option("--sku", metavar="SKU", help=N_("Only this product or variant."))]
HowDivided = Annotated[
    str | None,
    typer.Option(
        "--mode",
        metavar="shared|split|partitioned",
        help=N_(
            "shared: every shop shows all. split: the shops divide it. partitioned: they divide it, and no figure is sent that "
            "could be oversold."
        ),
    ),
]
Shares = Annotated[
    list[str] | None,
    typer.Option(
        "--share",
        metavar=N_("SHOP=PERCENT"),
        help=N_("A shop's part when the stock is divided. May be repeated. Default: equal."),
    ),
]
LastUnits = Annotated[
    int | None,
    typer.Option(
        "--last-units",
        metavar="N",
        min=0,
        help=N_("Below so many pieces only the main shop shows stock. 0: all of them."),
    ),
]
MainShop = Annotated[
    str | None,
    typer.Option(
        "--main", metavar=N_("SHOP"), help=N_("The shop that gets the last pieces. Default: the first one connected.")
    ),
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

    @stock.verb("rule", N_("Set how the stock is divided over the shops, and what happens when something is sold out."))
    def rule(
        mode: HowDivided = None,
        share: Shares = None,
        buffer: Buffer = None,
        last_units: LastUnits = None,
        main: MainShop = None,
        sold_out: WhenSoldOut = None,
        shop: ShopNames = None,
        merchant: MerchantName = None,
        sku: OneSku = None,
    ) -> int:
        divided = (mode, share, last_units, main) != (None, None, None, None)
        if buffer is None and sold_out is None and not divided:
            raise UserError("Say what to set: --mode, --share, --buffer, --last-units, --main or --sold-out.")
        if mode is not None and mode not in list(Mode):
            raise UserError("{word} is no way to divide stock. Choose shared, split or partitioned.", word=mode)
        if sold_out is not None and sold_out not in list(SoldOut):
            raise UserError("{word} is neither hide nor least.", word=sold_out)
        with opened() as engine:
            if sold_out is not None:
                set_sold_out(engine, sold_out, merchant, sku)
            if divided:
                set_division(engine, mode, share or [], last_units, main, merchant, sku)
            if buffer is not None and sku is not None:
                set_own_buffer(engine, buffer, merchant, sku)
            elif buffer is not None:
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


def set_own_buffer(engine: "Engine", buffer: int, merchant: str | None, sku: str) -> None:
    """Pieces of one product or variant that no shop shows, whatever the shops keep back otherwise."""
    from bridge.engine.changing import set_stock_rule

    name = set_stock_rule(engine, {"buffer": buffer}, merchant, sku)
    say(
        "{name}: {buffer} pieces are kept back in every shop. The shops follow with: jembatan sync",
        name=name,
        buffer=buffer,
    )


def set_division(
    engine: "Engine",
    mode: str | None,
    share: list[str],
    last_units: int | None,
    main: str | None,
    merchant: str | None,
    sku: str | None,
) -> None:
    """How a business, or one of its products or variants, is divided over its shops."""
    from bridge.engine.changing import rule_merchant, set_stock_rule

    if merchant is None and sku is None:
        raise UserError("Say for whom: --merchant or --sku.")
    shops = pick_shops(engine, None, rule_merchant(engine, merchant, sku))
    words: dict[str, object] = {}
    if mode is not None:
        words |= {"mode": mode, "shares": None}
    if share:
        words["shares"] = {str(pick_shop(shops, name).shop_id): part for name, part in map(part_of, share)}
        if sum(part for _, part in map(part_of, share)) != WHOLE:
            raise UserError("The shares together have to be 100 percent.")
    if last_units is not None:
        words["last_units"] = last_units or None
    if main is not None:
        words["main"] = pick_shop(shops, main).shop_id
    name = set_stock_rule(engine, words, merchant, sku)
    say(
        "{name}: the rule is set. See what it does with: jembatan plan; the shops follow with: jembatan sync", name=name
    )


def part_of(text: str) -> tuple[str, int]:
    """SHOP=PERCENT."""
    shop, _, part = text.rpartition("=")
    if not shop or not part.isdecimal() or int(part) > WHOLE:
        raise UserError("{text} is no share. Write it like shopee=60.", text=text)
    return shop, int(part)


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
