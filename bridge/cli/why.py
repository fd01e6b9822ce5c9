"""`jembatan why SKU`: why every shop shows the figure that it shows, or why it does not show the product."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from bridge.cli.authorisation import STATES
from bridge.cli.drift import kinds_in, row_json
from bridge.cli.grammar import App
from bridge.cli.meaning import refusal
from bridge.cli.options import Json, MerchantName, SkuCode
from bridge.cli.plan import KINDS
from bridge.cli.products import problem_row
from bridge.cli.session import opened
from bridge.cli.speak import moment, problem_text, say, sentence, write_json
from bridge.cli.stock import name_of
from bridge.cli.stock_places import shelf_rows
from bridge.connectors.meanings import Meaning
from bridge.locale import N_, _, fill

if TYPE_CHECKING:
    from bridge.engine.campaigns import HeldWrite
    from bridge.engine.hiding import Hiding
    from bridge.engine.stock_history import HeldBy, WriteState
    from bridge.engine.stock_views import ListingStock, SkuStock

LISTED = 5  # order numbers in a sentence
HIDDEN = {
    "undone": N_("hidden because run {run} was undone; jembatan undo {undo} brings it back."),
    "kept": N_(
        "hidden: it was taken off in the seller centre, and that is kept. To sell it again, show it there, then: "
        "jembatan drift check"
    ),
    "law": N_("hidden: it may not be sold as it is. It is shown again once that is mended in the sheet."),
    "sold_out": N_(
        "hidden: sold out, or one of its variants is, and the channel takes no 0. It is shown again with new stock; "
        "jembatan stock rule --sold-out least keeps it shown."
    ),
    "returns": N_("hidden now; the next run shows it again: jembatan sync"),
}


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("why", N_("Explain what every shop shows of a SKU, or why it shows nothing."))
    def why(sku: SkuCode, merchant: MerchantName = None, as_json: Json = False) -> int:
        from bridge.engine.campaigns import held_writes
        from bridge.engine.drifting import differences_about
        from bridge.engine.stock_history import newest_writes, orders_holding
        from bridge.engine.stock_views import stock_of_sku
        from bridge.engine.sync import shops_of

        with opened() as engine:
            found = stock_of_sku(engine, sku, merchant)
            held = orders_holding(engine, found.sku_id)
            writes = newest_writes(engine, found.sku_id)
            zone = engine.settings.timezone
            edits = differences_about(engine, found.sku, [each.listing for each in found.listings])
            waiting = held_writes(engine.store, {each.shop for each in found.listings})
            states = {shop.shop_id: shop.state for shop in shops_of(engine, [each.shop for each in found.listings])}
        told = {each.listing: listing_lines(found, each, writes.get(each.listing), zone) for each in found.listings}
        for held_write in waiting:
            if held_write.kind != "stock" and held_write.listing in told:
                told[held_write.listing].append(campaign_sentence(held_write, zone))
        for each in found.listings:
            told[each.listing] += stopped_lines(states[each.shop])
        if as_json:
            write_json({**why_json(found, held, writes, told), "drift": [row_json(row) for row in edits]})
            return 0
        say("{product} ({sku}), {merchant}", product=name_of(found), sku=found.sku, merchant=found.merchant)
        say(stock_sentence(found, held))
        if found.available is not None and found.available < 0 and not found.parts:
            say(
                "Pieces ordered that are not there: {number}. Cancel an order before it is shipped (jembatan orders cancel), or "
                "count the shelf: jembatan stock count {sku} N",
                number=-found.available,
                sku=found.sku,
            )
        if found.assumed:
            say("One figure of the sheet was split over the variants ({how}).", how=found.assumed)
        if not found.listings:
            say(unlisted_sentence(found))
        for head, *more in told.values():
            say("{sentence}", sentence=head)
            for line in more:
                typer.echo(f"  {line}")
        if edits:
            say("Somebody changed it in the seller centre ({kinds}). See jembatan drift", kinds=kinds_in(edits))
        return 0


def stock_sentence(found: "SkuStock", held: "list[HeldBy]") -> str:
    """What is there and who holds it."""
    if found.on_hand is None or found.available is None:
        return _("The stock is unknown: it was never counted, and unknown stock is never sent.")
    numbers = ", ".join(each.order for each in held[:LISTED]) + ("…" if len(held) > LISTED else "")
    by = fill(N_(" by the orders {orders}"), {"orders": numbers}) if held else ""
    told = fill(
        N_("On hand {on_hand}, held {held}{by}: available {available}."),
        {"on_hand": found.on_hand, "held": found.held, "by": by, "available": found.available},
    )
    lies = ", ".join(f"{where} {on_hand or 0}" for where, on_hand, _held in shelf_rows(found.shelves))
    return told if not lies else f"{told} {fill(N_('It lies at: {places}.'), {'places': lies})}"


def unlisted_sentence(found: "SkuStock") -> str:
    """Why no shop has it."""
    if found.publishable:
        return _("It is on no shop: its business has none yet. Connect one with: jembatan shop connect")
    return fill(
        N_("It is not published ({reasons}). See what to do with: jembatan products show {sku}"),
        {"reasons": ", ".join(reason for reason in found.reasons if not reason.startswith("I_")), "sku": found.sku},
    )


def listing_lines(found: "SkuStock", each: "ListingStock", write: "WriteState | None", zone: str) -> list[str]:
    """One shop's chain: from the stock to the figure, or the reasons why there is none, each on a line of its own."""
    place = fill(N_("Shop {number} ({channel}):"), {"number": each.shop, "channel": each.channel})
    if not each.problems:
        return [f"{place} {shown_sentence(found, each, write, zone)}"]
    lines = [f"{place} {_('held back:')}", *(problem_text(problem) for problem in each.problems)]
    return lines if each.remote_sku_id is None else [*lines, shown_sentence(found, each, write, zone)]


def stopped_lines(state: str) -> list[str]:
    """That nothing goes to a shop which waits for a person."""
    words = N_("Nothing is read from this shop or sent to it now: {state}. See what to do with: jembatan shop check")
    return [] if state == "ok" else [sentence(words, {"state": _(STATES.get(state, state))})]


def shown_sentence(found: "SkuStock", each: "ListingStock", write: "WriteState | None", zone: str) -> str:
    """What the shop shows, and what became of the newest figure that was sent."""
    parts = [figure_sentence(found, each)]
    if write is not None:
        held = write.kind == "stock" and write.state == "pending" and write.code == Meaning.CAMPAIGN.value
        parts.append(held_figure_sentence(each, write, zone) if held else write_sentence(write, zone))
    if each.low is not None and each.may_sell is not None and each.low != each.may_sell:
        parts.append(
            fill(
                N_("It shows between {low} and {high} now; one of the next runs finds out."),
                {"low": each.low, "high": each.may_sell},
            )
        )
    return " ".join(parts)


def figure_sentence(found: "SkuStock", each: "ListingStock") -> str:
    """Available, less the buffer, divided by the units."""
    if each.hidden is not None:
        return hidden_sentence(each.hidden)
    if each.desired is None:
        return _("nothing is sent while the stock is unknown.")
    if each.least:
        words = N_("sold out; the channel takes no 0, so it shows {desired}, which can be oversold.")
        return fill(words, {"desired": each.desired})
    if each.mode != "shared":
        words = N_("available {available}, buffer {buffer}, divided over the shops → shows {desired}.")
        return fill(words, {"available": found.available, "buffer": each.buffer, "desired": each.desired})
    words = N_("available {available}, buffer {buffer} → shows {desired}.")
    if each.units > 1:
        words = N_("available {available}, buffer {buffer}, {units} pieces per unit → shows {desired}.")
    return fill(
        words, {"available": found.available, "buffer": each.buffer, "units": each.units, "desired": each.desired}
    )


def hidden_sentence(hidden: "Hiding") -> str:
    """Why buyers do not see it, and what brings it back."""
    return fill(HIDDEN[hidden.why], {"run": hidden.run, "undo": hidden.undo})


def write_sentence(write: "WriteState", zone: str) -> str:
    """What became of the newest write."""
    words = {
        "done": N_("Sent {stock} on {when}."),
        "rejected": N_("The channel refused {stock}: {why}."),
        "unknown": N_("{stock} was sent, but no answer came; the next run looks."),
        "accepted": N_("{stock} was accepted and is not shown yet."),
        "inflight": N_("{stock} is under way."),
        "pending": N_("{stock} waits to be sent."),
    }
    template = words.get(write.state)
    if template is None:
        return ""
    when = write.settled_at if write.settled_at is not None else write.due_at
    stock = _("the figure") if write.stock is None else str(write.stock)
    why = refusal(write.meaning, write.message or write.code) if write.meaning is not None else ""
    told = fill(template, {"stock": stock, "when": moment(when, zone), "why": why})
    return f"{told} {why}" if why and write.state != "rejected" else told


def held_figure_sentence(each: "ListingStock", write: "WriteState", zone: str) -> str:
    """A figure that waits for the end of a campaign."""
    shown = each.may_sell if each.may_sell is not None else each.seen
    words = N_(
        "The channel holds this figure while a campaign runs; it shows {shown}, wanted {wanted}. "
        "It is tried again by itself on {when}."
    )
    if shown is None:
        words = N_(
            "The channel holds this figure while a campaign runs; wanted {wanted}. It is tried again by itself on {when}."
        )
    return fill(words, {"shown": shown, "wanted": each.desired, "when": moment(write.due_at, zone)})


def campaign_sentence(held: "HeldWrite", zone: str) -> str:
    """A price, a text or a showing that waits for it."""
    words = N_("The channel holds this while a campaign runs: {what}. It is tried again by itself on {when}.")
    return fill(words, {"what": _(KINDS[held.kind]), "when": moment(held.due_at, zone)})


def why_json(
    found: "SkuStock", held: "list[HeldBy]", writes: "dict[int, WriteState]", told: dict[int, list[str]]
) -> dict[str, Any]:
    """The same for scripts."""
    values = asdict(found)
    del values["sku_id"]
    values["orders"] = [asdict(each) for each in held]
    values["shops"] = values.pop("listings")
    for shop in values["shops"]:
        write = writes.get(shop["listing"])
        shop["operation"] = None if write is None else asdict(write)
        shop["sent"] = shop["base"]
        shop["problems"] = [problem_row(problem) for problem in shop["problems"]]
        shop["sentence"] = " ".join(told[shop["listing"]])
    return values
