"""`jembatan stock`: what is there, what is promised, what every shop shows, and corrections by hand."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bridge.cli.grammar import App
from bridge.cli.options import Json, MerchantName, SkuCode
from bridge.cli.session import opened
from bridge.cli.speak import moment, number, say, table, warn, write_json
from bridge.cli.stock_bundle import add_bundle
from bridge.cli.stock_count import add_counts
from bridge.cli.stock_places import add_places, shelf_rows
from bridge.cli.stock_rule import add_rule
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.stock_history import HistoryRow
    from bridge.engine.stock_views import SkuStock

STATES = {
    "live": N_("on sale"),
    "waiting": N_("waits to be written"),
    "parked": N_("held back"),
    "rejected": N_("refused"),
    "hidden": N_("hidden"),
}
MOVES = {
    "count": N_("counted"),
    "ordered": N_("ordered"),
    "shipped": N_("shipped"),
    "cancelled": N_("cancelled"),
    "recalled": N_("cancelled after shipping"),
    "returned": N_("came back"),
    "adjust": N_("corrected"),
    "moved": N_("carried elsewhere"),
}


def add_commands(app: App) -> None:
    """Declares the noun and its verbs."""
    stock = App(N_("Stock: what is there, what is held by orders, what the shops show."))
    app.add_typer(stock, name="stock")

    @stock.verb("show", N_("Show the stock of a SKU and what every shop shows of it."))
    def show_stock(sku: SkuCode, merchant: MerchantName = None, as_json: Json = False) -> int:
        from bridge.engine.stock_views import stock_of_sku

        with opened() as engine:
            found = stock_of_sku(engine, sku, merchant)
        if as_json:
            write_json(stock_json(found))
        else:
            show(found)
        return 0

    add_counts(stock)

    @stock.verb("history", N_("Show all counts and movements of a SKU."))
    def history(sku: SkuCode, merchant: MerchantName = None, as_json: Json = False) -> int:
        return show_history(sku, merchant, as_json)

    add_bundle(stock)
    add_places(stock)
    add_rule(stock)


def stock_json(found: "SkuStock") -> dict[str, Any]:
    """The stock of a SKU for scripts; unknown is null."""
    values = asdict(found)
    for name in ("sku_id", "publishable", "reasons"):
        values.pop(name)
    return values


def show(found: "SkuStock") -> None:
    """The stock of a SKU for people."""
    say("{product} ({sku}), {merchant}", product=name_of(found), sku=found.sku, merchant=found.merchant)
    if found.on_hand is None or found.available is None:
        say("The stock is unknown: it was never counted. Count it with: jembatan stock count {sku} N", sku=found.sku)
    else:
        say(
            "On hand {on_hand}, held by orders {held}, available {available}.",
            on_hand=number(found.on_hand),
            held=number(found.held),
            available=number(found.available),
        )
    if found.shelves:
        table([_("Location"), _("On hand"), _("Held")], shelf_rows(found.shelves))
    if found.assumed:
        say("One figure of the sheet was split over the variants ({how}).", how=found.assumed)
    if found.listings:
        show_listings(found)
    else:
        say("It is on no shop yet.")
    if found.exposure:
        warn("The shops together could sell {number} pieces more than are there.", number=found.exposure)


def name_of(found: "SkuStock") -> str:
    """The product with the variant's options."""
    return " – ".join((found.product, *found.options))


def show_listings(found: "SkuStock") -> None:
    """One row per listing."""
    columns = [
        _("Shop"),
        _("Channel"),
        _("State"),
        _("Should show"),
        _("Shows at least"),
        _("Shows at most"),
        _("Last seen"),
    ]
    table(
        columns,
        [
            (str(each.shop), each.channel, _(STATES[each.state]), each.desired, each.low, each.may_sell, each.seen)
            for each in found.listings
        ],
    )


def show_history(sku: str, merchant: str | None, as_json: bool) -> int:
    """Counts and movements, oldest first."""
    from bridge.engine.stock_history import stock_history

    with opened() as engine:
        rows, zone = stock_history(engine, sku, merchant), engine.settings.timezone
    if as_json:
        write_json([asdict(row) for row in rows])
        return 0
    if not rows:
        say("Nothing was ever counted or moved.")
        return 0
    columns = [_("Time"), _("What"), _("Counted"), _("On hand"), _("Held"), _("Shop"), _("Order"), _("Note")]
    several = any(row.location for row in rows)
    where = [_("Location")] if several else []
    table([*columns, *where], [(*history_cells(row, zone), *[row.location or "-"] * several) for row in rows])
    return 0


def history_cells(row: "HistoryRow", zone: str) -> tuple[Any, ...]:
    """One row of the history."""
    moved = (row.quantity, signed(row.on_hand), signed(row.held))
    shop = "" if row.shop is None else str(row.shop)
    return (moment(row.at, zone), _(MOVES.get(row.kind, row.kind)), *moved, shop, row.order, row.note)


def signed(value: int | None) -> str:
    """+3, -2, or nothing."""
    return f"{value:+d}" if value else ""
