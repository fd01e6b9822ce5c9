"""`jembatan orders ship`, `cancel` and `label`: what a person does with orders, written down before it is sent."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.meaning import refusal
from bridge.cli.options import Json, MerchantName, ShopNames
from bridge.cli.session import opened, pick_shops
from bridge.cli.speak import say, warn, write_json
from bridge.errors import ChannelUnavailable, Rejected, UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.engine.order_writes import Ending, OrderWrite, Written

LABEL_WAIT_S = 20.0
PLANNED = {
    "ship": N_("{channel} {order}: would be shipped."),
    "cancel": N_("{channel} {order}: would be cancelled."),
}
DONE = {"ship": N_("{channel} {order}: shipped."), "cancel": N_("{channel} {order}: cancelled.")}
OrderNumber = Annotated[str, typer.Argument(metavar=N_("ORDER"), help=N_("The order's number on the marketplace."))]
MaybeOrder = Annotated[
    str | None, typer.Argument(metavar=N_("ORDER"), help=N_("The order's number on the marketplace."))
]
Tracking = Annotated[
    str | None,
    typer.Option("--tracking", metavar="N", help=N_("The tracking number, where you hired the courier yourself.")),
]
Courier = Annotated[
    str | None,
    typer.Option("--courier", metavar=N_("NAME"), help=N_("The courier's name, where you hired it yourself.")),
]
WithLabel = Annotated[bool, typer.Option("--label", help=N_("Fetch the shipping label as well."))]
AllPaid = Annotated[bool, typer.Option("--all-paid", help=N_("Every paid order that waits to be shipped."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=N_("Only say what would be done; nothing is sent."))]
Reason = Annotated[
    str,
    typer.Option("--reason", metavar=N_("REASON"), help=N_("Why, such as out-of-stock; each marketplace has its own.")),
]


def add_verbs(orders: App) -> None:
    """Declares the verbs of the noun `orders` that write."""

    @orders.verb("ship", N_("Arrange the shipment of an order, or of every paid one."))
    def ship(
        order: MaybeOrder = None,
        tracking: Tracking = None,
        courier: Courier = None,
        label: WithLabel = False,
        all_paid: AllPaid = False,
        shop: ShopNames = None,
        merchant: MerchantName = None,
        dry_run: DryRun = False,
        as_json: Json = False,
    ) -> int:
        if (order is None) != all_paid:
            raise UserError("Name one order, or all that are paid with --all-paid.")
        if all_paid and tracking is not None:
            raise UserError("A tracking number belongs to one order. Name that order instead of --all-paid.")
        payload = {"tracking_number": tracking, "courier": courier}
        given = {name: value.strip() for name, value in payload.items() if value is not None and value.strip()}
        with opened() as engine:
            writes = shipments(engine, order, given, shop, merchant)
            if dry_run or not writes:
                return preview(writes, as_json)
            return carry_out(engine, writes, as_json, label)

    @orders.verb("cancel", N_("Cancel an order before it is shipped."))
    def cancel(
        order: OrderNumber, reason: Reason, shop: ShopNames = None, dry_run: DryRun = False, as_json: Json = False
    ) -> int:
        from bridge.engine.order_writes import reason_of
        from bridge.model import OpKind

        with opened() as engine:
            write = write_of(engine, order, shop, OpKind.CANCEL, {})
            write = write_with(write, {"reason": reason_of(engine, write.shop.channel, reason)})
            return preview([write], as_json) if dry_run else carry_out(engine, [write], as_json, label=False)

    @orders.verb("label", N_("Fetch the shipping label of an order that is shipped already."))
    def label_again(order: OrderNumber, shop: ShopNames = None) -> int:
        from bridge.engine.order_writes import find_order

        with opened() as engine:
            found, view = find_order(engine, order, shop_ids(engine, shop))
            from bridge.engine.labels import fetch_label

            say("Label: {file}", file=fetch_label(engine, view, found.remote_order_id, LABEL_WAIT_S))
        return 0


def shop_ids(engine: "Engine", names: Sequence[str] | None) -> list[int] | None:
    """The shops that were named; None where none was."""
    return [shop.shop_id for shop in pick_shops(engine, names, None)] if names else None


def shipments(
    engine: "Engine", order: str | None, payload: Mapping[str, str], shop: Sequence[str] | None, merchant: str | None
) -> "list[OrderWrite]":
    """What is to be shipped: the named order, or all that are paid."""
    from bridge.engine.order_writes import to_ship
    from bridge.model import OpKind

    if order is None:
        return to_ship(engine, pick_shops(engine, shop, merchant), payload)
    if merchant is not None:
        shop = [str(each.shop_id) for each in pick_shops(engine, shop, merchant)]
    return [write_of(engine, order, shop, OpKind.SHIP, payload)]


def write_of(engine: "Engine", number: str, shop: Sequence[str] | None, kind: object, payload: object) -> "OrderWrite":
    """One order's write, if it makes sense."""
    from bridge.engine.order_writes import OrderWrite, find_order, must_fit
    from bridge.store.catalog import row_id

    order, view = find_order(engine, number, shop_ids(engine, shop))
    write = OrderWrite(row_id(order), order.remote_order_id, view, kind, payload)  # type: ignore[arg-type]
    must_fit(engine, write)
    return write


def write_with(write: "OrderWrite", payload: Mapping[str, str]) -> "OrderWrite":
    """The same with its payload."""
    from dataclasses import replace

    return replace(write, payload=payload)


def preview(writes: "Sequence[OrderWrite]", as_json: bool) -> int:
    """What would be done."""
    if as_json:
        write_json([{**row_of(write), "state": "planned"} for write in writes])
        return 0
    if not writes:
        say("No paid order waits to be shipped. Fetch new ones with: jembatan sync")
    for write in writes:
        say(PLANNED[write.kind.value], channel=write.shop.channel, order=write.number)
    return 0


def row_of(write: "OrderWrite") -> dict[str, object]:
    """A write for scripts."""
    return {
        "order": write.number,
        "shop": write.shop.shop_id,
        "channel": write.shop.channel,
        "kind": write.kind.value,
        **write.payload,
    }


def carry_out(engine: "Engine", writes: "Sequence[OrderWrite]", as_json: bool, label: bool) -> int:
    """Writes down, sends, and says how each ended."""
    from bridge.engine.order_writes import worst, write_orders

    result = write_orders(engine, writes)
    codes, files = [result.code], dict[str, str]()
    for ending in result.endings:
        if label and ending.state == "done":
            file, code = label_file(engine, ending)
            codes.append(code)
            files |= {ending.write.number: file} if file else {}
    tell(result, files, as_json)
    return worst(codes)


def label_file(engine: "Engine", ending: "Ending") -> tuple[str, int]:
    """The label's file and the exit code. No file, with a sentence, where the channel has none yet (4), refuses it (3), or never
    gives one: then what was asked for is done all the same."""
    from bridge.engine.labels import fetch_label

    number = ending.write.number
    try:
        return str(fetch_label(engine, ending.write.shop, number, LABEL_WAIT_S)), 0
    except ChannelUnavailable as error:
        template = "The label of {order} is not there yet ({why}). Fetch it later with: jembatan orders label {order}"
        warn(template, order=number, why=error)
        return "", 4
    except Rejected as error:
        warn("The channel gives no label of {order} ({why}). Print it in the seller centre.", order=number, why=error)
        return "", 3
    except UserError as error:
        warn(error.template, **error.values)
        return "", 0


def tell(result: "Written", files: Mapping[str, str], as_json: bool) -> None:
    """How each order ended: results on stdout, trouble on stderr."""
    if as_json:
        rows = [
            {
                **row_of(each.write),
                "state": each.state,
                "message": each.message,
                "meaning": each.meaning,
                "label": files.get(each.write.number),
            }
            for each in result.endings
        ]
        write_json(rows)
    for told in result.told:
        warn(told.template, **told.values)
    for each in () if as_json else result.endings:
        tell_one(each)
        if each.write.number in files:
            say("Label: {file}", file=files[each.write.number])


def tell_one(ending: "Ending") -> None:
    """One ending in a sentence."""
    channel, order = ending.write.shop.channel, ending.write.number
    if ending.state == "done":
        say(DONE[ending.write.kind.value], channel=channel, order=order)
    elif ending.state == "rejected":
        why = refusal(ending.meaning, ending.message)
        warn("{channel} {order}: refused. {why}", channel=channel, order=order, why=why)
    elif ending.state == "over":
        warn(
            "Of the order {order} nothing is left to ship or to cancel: it is on its way, over or cancelled.",
            order=order,
        )
    elif ending.state == "waiting":
        why = ending.message or _("the channel has not answered yet")
        template = "{channel} {order}: written down and not done yet ({why}). Go on with: jembatan sync"
        warn(template, channel=channel, order=order, why=why)
