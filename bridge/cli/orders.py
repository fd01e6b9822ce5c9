"""`jembatan orders`: what was bought, and one order with its buyer, masked unless asked for in full."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.grammar import App
from bridge.cli.options import Json, Limit, MerchantName, ShopNames
from bridge.cli.session import opened, pick_shops
from bridge.cli.shipping import OrderNumber, add_verbs, shop_ids
from bridge.cli.speak import blank, moment, rupiah, say, table, write_json
from bridge.locale import N_, _
from bridge.planning.order_words import is_arranged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bridge.engine.context import Engine
    from bridge.store.tables import Order, OrderLine, Shop

Full = Annotated[bool, typer.Option("--full", help=N_("Show the buyer's name and address in full."))]
Unknown = Annotated[
    bool, typer.Option("--unknown", help=N_("Only orders with a line that belongs to no product in the catalog."))
]
BUYER = {
    "name": N_("Name"),
    "phone": N_("Phone"),
    "address": N_("Address"),
    "city": N_("City"),
    "province": N_("Province"),
    "postcode": N_("Postcode"),
}


def add_commands(app: App) -> None:
    """Declares the noun and its verbs."""
    orders = App(N_("Orders that the shops received."))
    app.add_typer(orders, name="orders")

    @orders.verb("list", N_("List the newest orders. Buyers are not shown."))
    def list_orders(
        shop: ShopNames = None,
        merchant: MerchantName = None,
        unknown: Unknown = False,
        limit: Limit = 50,
        as_json: Json = False,
    ) -> int:
        with opened() as engine:
            rows = order_rows(engine, shop, merchant, limit, unknown)
            zone = engine.settings.timezone
        if as_json:
            write_json(rows)
            return 0
        if not rows and unknown:
            say("Every line of these orders belongs to a product in the catalog.")
            return 0
        if not rows:
            say("No order yet. Fetch them with: jembatan sync")
            return 0
        show(rows, zone)
        return 0

    @orders.verb("show", N_("Show one order with its lines, and its buyer, masked."))
    def show_order(order: OrderNumber, shop: ShopNames = None, full: Full = False, as_json: Json = False) -> int:
        from bridge.engine.order_writes import find_order

        with opened() as engine:
            found, _view = find_order(engine, order, shop_ids(engine, shop))
            row = one_row(engine, found, full)
            zone = engine.settings.timezone
        if as_json:
            write_json(row)
        else:
            show_one(row, zone, full)
        return 0

    add_verbs(orders)


def one_row(engine: "Engine", order: "Order", full: bool) -> dict[str, Any]:
    """An order with its lines, its buyer, and what was done with it."""
    from bridge.engine.persons import masked
    from bridge.engine.stock_history import order_lines
    from bridge.store.catalog import row_id
    from bridge.store.orders import read_buyer
    from bridge.store.persons import order_writes, with_shops

    key = row_id(order)
    with engine.store.read() as session:
        ((_, shop, owner),) = with_shops(session, [key])
        buyer = read_buyer(session, engine.cipher, order)
        writes = order_writes(session, [key])[key]
    row = order_json(order, shop, owner, order_lines(engine, [key]).get(key, []))
    done = [{"kind": each.kind, "state": each.state, "at": each.created_at, "message": each.message} for each in writes]
    return {**row, "buyer": buyer if full else masked(buyer), "erased_at": order.erased_at, "writes": done}


def show_one(row: dict[str, Any], zone: str, full: bool) -> None:
    """One order in full sentences and a table of the buyer."""
    show([row], zone)
    if row["erased_at"] is not None:
        say("The buyer's data was erased on {when}.", when=moment(row["erased_at"], zone))
    elif not row["buyer"]:
        say("Nothing is kept of the buyer: the marketplace gave nothing, or its time is over.")
    if row["buyer"]:
        blank()
        table([_("Buyer"), ""], [(_(BUYER.get(name, name)), value) for name, value in row["buyer"].items()])
        if full and any("*" in str(value) for value in row["buyer"].values()):
            say("The stars are the marketplace's: it gave these data masked, and no more of them is known here.")
        if not full:
            say("Name and address are masked. Show them with: jembatan orders show {order} --full", order=row["order"])


def order_rows(
    engine: "Engine", shops: list[str] | None, merchant: str | None, limit: int, unknown: bool
) -> list[dict[str, Any]]:
    """Orders with their lines, newest first; `unknown`: only those with a line of no product."""
    from bridge.engine.stock_history import order_lines
    from bridge.store.catalog import row_id
    from bridge.store.orders import list_orders

    ids = None
    if shops or merchant is not None:
        ids = [shop.shop_id for shop in pick_shops(engine, shops, merchant)]
    with engine.store.read() as session:
        found = list_orders(session, ids, limit, unknown)
    lines = order_lines(engine, [row_id(order) for order, _, _ in found])
    return [order_json(order, shop, owner, lines.get(row_id(order), [])) for order, shop, owner in found]


def order_json(
    order: "Order", shop: "Shop", owner: str, lines: "Sequence[tuple[OrderLine, str | None]]"
) -> dict[str, Any]:
    """One order without its buyer."""
    return {
        "order": order.remote_order_id,
        "shop": shop.id,
        "channel": shop.channel,
        "merchant": owner,
        "status": order.status,
        "open": order.open,
        "total_idr": order.total_idr,
        "ordered_at": order.ordered_at,
        "lines": [line_json(line, code) for line, code in lines],
    }


def line_json(line: Any, code: str | None) -> dict[str, Any]:
    """One line with its five quantities."""
    held = max(0, line.ordered - line.shipped - line.cancelled)
    return {
        "sku": code if code is not None else line.seller_sku,
        "title": line.title,
        "ordered": line.ordered,
        "shipped": line.shipped,
        "cancelled": line.cancelled,
        "recalled": line.recalled,
        "returned": line.returned,
        "held": held,
        "price_idr": line.price_idr,
        "parked": line.parked,
    }


def state_of(row: dict[str, Any]) -> str:
    """An order's state in the user's language, from its quantities; the channel tells only whether the courier is ordered."""
    total = {
        key: sum(line[key] for line in row["lines"]) for key in ("ordered", "shipped", "cancelled", "recalled", "held")
    }
    if total["ordered"] and total["cancelled"] + total["recalled"] >= total["ordered"]:
        return _("cancelled")
    if not row["open"]:
        return _("finished")
    if total["shipped"]:
        return _("partly shipped") if total["held"] else _("shipped")
    return _("shipment arranged") if is_arranged(row["channel"], row["status"]) else _("new")


def bought(line: dict[str, Any]) -> str:
    """Pieces and title; a line that nobody knows says so."""
    known = "" if line["parked"] is None else f" ({_('not in the catalog')})"
    return f"{line['ordered']} × {line['title']}{known}"


def show(rows: list[dict[str, Any]], zone: str) -> None:
    """One row per order."""
    columns = [_("Time"), _("Channel"), _("Business"), _("Order"), _("Status"), _("Bought"), _("Total")]
    table(
        columns,
        [
            (
                moment(row["ordered_at"], zone),
                row["channel"],
                row["merchant"],
                row["order"],
                f"{state_of(row)} ({row['status']})",
                ", ".join(bought(line) for line in row["lines"]),
                rupiah(row["total_idr"]),
            )
            for row in rows
        ],
    )
    unknown = sum(line["parked"] is not None for row in rows for line in row["lines"])
    if unknown:
        say(
            "{number} lines belong to no product in the catalog; they are kept and booked once the product is known.",
            number=unknown,
        )
