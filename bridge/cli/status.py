"""`jembatan status`: the whole bridge at a glance."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from bridge.cli.authorisation import STATES, shops_json, warnings_of
from bridge.cli.grammar import App
from bridge.cli.options import Json
from bridge.cli.report import show_campaign
from bridge.cli.session import opened
from bridge.cli.speak import moment, say, table, warn, write_json
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.standing import Status

OPERATIONS = {
    "pending": N_("waiting to be sent"),
    "inflight": N_("under way"),
    "accepted": N_("accepted, not shown yet"),
    "unknown": N_("no answer; will be looked up"),
    "rejected": N_("refused"),
}
KINDS = {
    "stock": N_("stock at once"),
    "changes": N_("changes"),
    "night": N_("the run of the night"),
}
RUNS = {
    "running": N_("still running, or interrupted"),
    "done": N_("finished"),
    "guarded": N_("held by the safety stop"),
    "stopped": N_("stopped by somebody; the next one goes on"),
    "failed": N_("failed"),
}


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("status", N_("Show shops, waiting writes, the last run and what is held back."))
    def status(as_json: Json = False) -> int:
        from bridge.engine import standing
        from bridge.engine.campaigns import held_writes
        from bridge.engine.drifting import counts_of

        with opened() as engine:
            found, zone = standing.status(engine), engine.settings.timezone
            edits, campaign = counts_of(engine), len(held_writes(engine.store, [shop.shop for shop in found.shops]))
            if as_json:
                parked = found.parked_listings + found.parked_order_lines
                counts = {"parked": parked, "campaign": campaign, "drift": edits}
                write_json({**asdict(found), "shops": shops_json(engine, found.shops), **counts})
                return 0
            show(found, zone)
            show_edits(edits)
            show_campaign(campaign)
            for text in warnings_of(engine):
                typer.echo(text)
        return 0


def show_edits(edits: dict[str, int]) -> None:
    """Edits by hand that somebody should know of."""
    if edits["red"]:
        warn(
            "Figures above what is there, changed by hand: {number}. See them with: jembatan drift", number=edits["red"]
        )
    if edits["waiting"]:
        say(
            "Edits by hand that wait for your decision: {number}. See them with: jembatan drift",
            number=edits["waiting"],
        )


def show(found: "Status", zone: str) -> None:
    """Shops first, then what needs a person."""
    if not found.shops:
        say("No shop is connected yet. Connect one with: jembatan shop connect")
    else:
        columns = [
            _("No."),
            _("Channel"),
            _("Business"),
            _("State"),
            _("Listings there"),
            _("Hidden"),
            _("Held back"),
            _("Orders read"),
        ]
        table(
            columns,
            [
                (
                    str(s.shop),
                    s.channel,
                    s.merchant,
                    _(STATES.get(s.state, s.state)),
                    s.live,
                    s.hidden,
                    s.parked,
                    moment(s.last_pull, zone),
                )
                for s in found.shops
            ],
        )
    for state, count in found.operations.items():
        if count:
            say("Writes {state}: {number}", state=_(OPERATIONS[state]), number=count)
    if found.parked_order_lines:
        warn(
            "{number} lines belong to no product in the catalog; they are kept and booked once the product is known.",
            number=found.parked_order_lines,
        )
        say("See them with: jembatan orders list")
    if found.last_run is None:
        say("Nothing has run yet.")
        return
    say(
        "Last run: {kind}, {when}, {state}.",
        kind=_(KINDS.get(found.last_run["kind"], found.last_run["kind"])),
        when=moment(found.last_run["started_at"], zone),
        state=_(RUNS.get(found.last_run["state"], found.last_run["state"])),
    )
