"""What a run did, told: the summary, what the shops said, what was refused, and the command that goes on after a guard."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from bridge.cli.authorisation import warnings, warnings_of
from bridge.cli.meaning import refusal
from bridge.cli.progress import Bars
from bridge.cli.speak import number, say, sentence, warn, write_json
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.engine.runs import Report, ShopRun
    from bridge.store.shops import ShopView

NAMES = (
    ("created", N_("new listings")),
    ("content", N_("texts")),
    ("price", N_("prices")),
    ("stock", N_("stock figures")),
    ("visibility", N_("shown or hidden")),
)


def finish(
    engine: "Engine",
    shops: "Sequence[ShopView]",
    confirm: str | None,
    chosen: str,
    kind: str,
    as_json: bool,
    budget_s: float | None = None,
) -> int:
    """Runs, says what came of it, and gives the exit code."""
    report = run(engine, shops, kind, confirm, budget_s)
    if as_json:
        write_json(outcome(engine, report))
    else:
        show_summary(engine, report)
    show_told(engine, report)
    show_refused(engine, report)
    show_endings(engine, report)
    if report.code == 6 and report.confirm is not None:
        command = " ".join(part for part in ("jembatan apply", chosen, f"--confirm {report.confirm}") if part)
        warn("Nothing of this was written. If it is what you want, go on with: {command}", command=command)
    return report.code


def run(
    engine: "Engine", shops: "Sequence[ShopView]", kind: str, confirm: str | None = None, budget_s: float | None = None
) -> "Report":
    """One run with its bars."""
    from bridge.engine.alerting import note_guards
    from bridge.engine.runs import Watch
    from bridge.engine.sync import sync_shops

    with Bars() as bars:
        report = sync_shops(engine, shops, kind, confirm=confirm, budget_s=budget_s, watch=Watch(tell=bars.tell))
    note_guards(engine, report)
    return report


def outcome(engine: "Engine", report: "Report") -> dict[str, Any]:
    """The report with what is held back now: a run itself holds back listings, such as those whose pictures failed."""
    from bridge.engine.standing import parked_now

    parked = parked_now(engine, [run.shop.shop_id for run in report.runs if run.plan is not None])
    return {**report.summary(), "parked": parked + report.parked_order_lines}


def at_rest(report: "Report", parked: int) -> bool:
    """Whether every shop ended well, nothing waits, and the run held back no more listings than its plan."""
    plans = [run.plan for run in report.runs if run.plan is not None and run.code == 0 and run.due is None]
    planned = sum(len(plan.parked) for plan in plans) + report.parked_order_lines
    return 0 < len(plans) == len(report.runs) and report.code == 0 and parked <= planned


def show_summary(engine: "Engine", report: "Report") -> None:
    """What a run did, in one or two sentences."""
    done = outcome(engine, report)
    say("Done in {seconds} seconds: {shops} shops.", seconds=round(report.seconds), shops=done["shops"])
    written = ", ".join(f"{_(name)} {number(int(done[key] or 0))}" for key, name in NAMES if done[key])
    if written:
        say("Written: {what}.", what=written)
    else:
        refused = refused_before(engine, report)
        if refused or not at_rest(report, int(done["parked"])):
            say("Written: nothing.")
        elif done["parked"]:
            say("Written: nothing; what is not held back is shown as it should be.")
        else:
            say("Written: nothing; the shops show what they should.")
        if refused:
            say("Refused earlier and not changed since: {number}. See why with: jembatan retry", number=refused)
    say("Orders: {new} new, {changed} changed.", new=done["orders_new"], changed=done["orders_changed"])
    show_parked(int(done["parked"] or 0) - report.parked_order_lines, report.parked_order_lines)
    show_campaign(int(done["campaign"] or 0))
    if done["unknown"]:
        warn("{number} writes got no answer; the next run looks whether they arrived.", number=done["unknown"])


def show_parked(products: int, lines: int) -> None:
    """What is held back: products, and what was bought of products that nobody knows."""
    if products:
        say("Held back: {number}. See why with: jembatan plan", number=products)
    if lines:
        say(
            "Order lines of products that are not in the catalog: {number}. They are booked once the product is known. "
            "See them with: jembatan orders list --unknown",
            number=lines,
        )


def show_campaign(held: int) -> None:
    """How many changes campaigns hold."""
    if held:
        say(
            "Held while a campaign of the marketplace runs: {number} changes. They go out by themselves when it ends.",
            number=held,
        )


def refused_before(engine: "Engine", report: "Report") -> int:
    """Writes that the channels refused before this run and that it did not send again; what it met itself is told elsewhere."""
    from bridge.engine.refusals import refused

    rows = refused(engine, [run.shop.shop_id for run in report.runs]) if report.code == 0 else []
    return sum(not row.changed for row in rows)


def show_told(engine: "Engine", report: "Report") -> None:
    """The sentences of the shops, on stderr; what all shops say alike, such as that the disk is full, once."""
    over = endings_told(engine, report)
    every = [(run.shop.shop_id, told) for run in report.runs for told in run.told]
    texts = [
        over[shop] if told.ended and shop in over else sentence(told.template, told.values) for shop, told in every
    ]
    for text in dict.fromkeys(texts):
        typer.echo(text, err=True)


def endings_told(engine: "Engine", report: "Report") -> dict[int, str]:
    """By shop of which the run tells that its authorisation has ended, the sentence that names the command to renew it."""
    from bridge.engine.authorisations import authorisations

    ids = [run.shop.shop_id for run in report.runs if tells_ending(run)]
    auths = authorisations(engine, ids) if ids else []
    return {auth.shop: warnings(auth, engine.settings.timezone)[0] for auth in auths if auth.ended}


def tells_ending(run: "ShopRun") -> bool:
    """Whether a run says of a shop that its authorisation has ended."""
    return any(told.ended for told in run.told)


def show_endings(engine: "Engine", report: "Report") -> None:
    """Authorisations of these shops that end soon or wait for an answer, or ended unnoticed; no exit code follows from it."""
    for text in warnings_of(engine, [run.shop.shop_id for run in report.runs if not tells_ending(run)]):
        typer.echo(text, err=True)


def show_refused(engine: "Engine", report: "Report") -> None:
    """What the channel refused in this run, what that means and who does what, with its words."""
    from bridge.engine.refusals import refused

    if report.run_id is None or not any(each.lane is not None and each.lane.tally.rejected for each in report.runs):
        return
    for row in refused(engine, run_id=report.run_id):
        warn(
            "Refused by {channel}: {title} ({sku}): {why}",
            channel=row.channel,
            title=row.title,
            sku=", ".join(row.skus),
            why=refusal(row.meaning, row.message or row.code),
        )
    warn("What was refused is listed, with what to do, by: jembatan retry")
