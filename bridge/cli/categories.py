"""`jembatan categories`: which category of a marketplace a product belongs to, where the word map does not know."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.grammar import App
from bridge.cli.options import Channel, Json, MerchantName, SkuCode
from bridge.cli.session import opened
from bridge.cli.speak import say, table, write_json
from bridge.errors import UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.context import Engine

MaybeSku = Annotated[
    str | None, typer.Argument(metavar="SKU", help=N_("The code of a product or of one of its variants."))
]
Every = Annotated[bool, typer.Option("--all", help=N_("All products whose category is not known."))]
CategoryId = Annotated[
    str, typer.Argument(metavar=N_("CATEGORY"), help=N_("The category's number at the marketplace."))
]
ChannelName = Annotated[
    str, typer.Option("--channel", metavar=N_("CHANNEL"), help=N_("The marketplace, such as shopee."))
]


def add_commands(app: App) -> None:
    """Declares the noun and its verbs."""
    categories = App(N_("Categories of the marketplaces."))
    app.add_typer(categories, name="categories")

    @categories.verb("suggest", N_("Suggest categories for a product, or for all whose category is not known."))
    def suggest(
        sku: MaybeSku = None,
        every: Every = False,
        channel: Channel = None,
        merchant: MerchantName = None,
        as_json: Json = False,
    ) -> int:
        if (sku is None) != every:
            raise UserError("Name a SKU, or give --all.")
        with opened() as engine:
            from bridge.engine.categories import suggestions

            rows = suggestions(engine, channel, sku, merchant)
        if as_json:
            write_json([asdict(row) for row in rows])
            return 0
        show(rows)
        return 0

    @categories.verb("map", N_("Choose a product's category on a marketplace."))
    def choose(sku: SkuCode, category: CategoryId, channel: ChannelName, merchant: MerchantName = None) -> int:
        from bridge.engine.categories import require_leaf
        from bridge.engine.changing import choose_category

        with opened() as engine:
            path = require_leaf(engine, channel, category)
            name = choose_category(engine, sku, category, channel, merchant)
        say(
            "{product} is listed under {category} ({path}) from the next run on.",
            product=name,
            category=category,
            path=path,
        )
        return 0

    @categories.verb("list", N_("List the categories of a marketplace."))
    def list_categories(channel: ChannelName, as_json: Json = False) -> int:
        with opened() as engine:
            rows = paths(engine, channel)
        if as_json:
            write_json([{"category": key, "path": path} for key, path in rows])
        else:
            table([_("Category"), _("Path")], rows)
        return 0


def paths(engine: "Engine", channel: str) -> list[tuple[str, str]]:
    """Categories that take products, with where they stand."""
    from bridge.engine.categories import leaves

    return leaves(engine, channel)


def show(rows: list[Any]) -> None:
    """The nearest categories of each product, the best first."""
    if not rows:
        say("Every product has its category.")
        return
    columns = ["SKU", _("Product"), _("Category"), _("Path"), _("Fit")]
    table(
        columns,
        [
            (row.code, row.product, each.category_id, each.path, f"{each.score:.0f}")
            for row in rows
            for each in row.suggestions
        ],
    )
    say("Choose one with: jembatan categories map SKU CATEGORY --channel {channel}", channel=rows[0].channel)
