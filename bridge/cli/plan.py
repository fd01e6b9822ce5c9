"""`jembatan plan` and `jembatan apply`: see what would be written, then write it."""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.grammar import App
from bridge.cli.options import AllShops, Json, MerchantName, ShopNames
from bridge.cli.progress import Bars
from bridge.cli.report import finish, show_endings, show_told
from bridge.cli.session import opened, shops_to_work_on
from bridge.cli.speak import ask, blank, problem_fix, problem_message, rupiah, say, table, write_json
from bridge.errors import UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.engine.runs import Report
    from bridge.planning.plan import Step

KINDS = {
    "create": N_("new listing"),
    "content": N_("text and pictures"),
    "price": N_("price"),
    "stock": N_("stock"),
    "visibility": N_("shown or hidden"),
    "ship": N_("shipping"),
    "cancel": N_("cancellation"),
}
REASONS = {
    "new": N_("not on the channel yet"),
    "changed": N_("changed in the catalog"),
    "stock": N_("the stock has changed"),
    "undo": N_("an earlier run is undone"),
    "sold_out": N_("sold out, and the channel takes no 0"),
}
SHOWN = 60  # rows per table; --json has all of them

Yes = Annotated[bool, typer.Option("--yes", help=N_("Do not ask before writing."))]
Confirm = Annotated[
    str | None,
    typer.Option("--confirm", metavar=N_("CODE"), help=N_("Go on after a safety stop; the stop prints the code.")),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=N_("Show what would be written and stop."))]


def add_commands(app: App) -> None:
    """Declares the commands."""

    @app.verb("plan", N_("Show what would be written to the shops. Writes nothing."))
    def plan(
        every: AllShops = False, shop: ShopNames = None, merchant: MerchantName = None, as_json: Json = False
    ) -> int:
        with opened() as engine:
            report = look(engine, shops_to_work_on(engine, shop, merchant, every))
            if as_json:
                write_json(plan_json(engine, report))
                show_told(engine, report)
            else:
                show_plan(engine, report)
                show_next(report, selection(shop, merchant))
        return report.code

    @app.verb("apply", N_("Show the plan, ask, and write it to the shops."))
    def apply(
        every: AllShops = False,
        shop: ShopNames = None,
        merchant: MerchantName = None,
        yes: Yes = False,
        confirm: Confirm = None,
        dry_run: DryRun = False,
        as_json: Json = False,
    ) -> int:
        agreed = yes or confirm is not None or dry_run
        if not agreed and not sys.stdin.isatty():
            raise UserError("Without a terminal nobody can be asked. Add --yes, or look first with: jembatan plan")
        with opened() as engine:
            shops = shops_to_work_on(engine, shop, merchant, every)
            report = look(engine, shops)
            if not as_json:
                show_plan(engine, report)
            if dry_run or not any(run.plan is not None and run.plan.steps for run in report.runs):
                return finish_unwritten(engine, report, as_json)
            if not agreed and not ask(_("Write this to the shops now?")):
                say("Nothing was written.")
                return 0
            return finish(engine, shops, confirm, selection(shop, merchant), "apply", as_json)


def look(engine: Any, shops: Sequence[Any]) -> "Report":
    """The plan of these shops, with a bar for what takes long."""
    from bridge.engine.runs import Watch
    from bridge.engine.sync import plan_shops

    with Bars() as bars:
        return plan_shops(engine, shops, Watch(tell=bars.tell))


def finish_unwritten(engine: "Engine", report: "Report", as_json: bool) -> int:
    """Nothing was to be written, or nothing was allowed to be."""
    if as_json:
        write_json(report.summary())
        show_told(engine, report)
    show_endings(engine, report)
    return report.code


def selection(shops: Sequence[str] | None, merchant: str | None) -> str:
    """The options that mean the same shops again."""
    parts = [f"--shop {name}" for name in shops or ()]
    if merchant is not None:
        parts.append(f'--merchant "{merchant}"')
    return " ".join(parts)


# --- for scripts ------------------------------------------------------------------------------------------------------


def plan_json(engine: "Engine", report: "Report") -> dict[str, Any]:
    """Steps and parked products of all shops."""
    assumed = assumptions(engine, report)
    steps: list[dict[str, Any]] = []
    parked: list[dict[str, Any]] = []
    for run in report.runs:
        if run.plan is None:
            continue
        place = {"shop": run.shop.shop_id, "channel": run.shop.channel, "merchant": run.shop.merchant}
        steps += [{**place, **step_json(step, assumed)} for step in run.plan.steps]
        parked += [
            {
                **place,
                "listing": each.listing_id,
                "product": each.title,
                "title": each.title,
                "problems": [problem_json(p) for p in each.problems],
            }
            for each in run.plan.parked
        ]
    return {"shops": len(report.runs), "steps": steps, "parked": parked}


def step_json(step: "Step", assumed: Mapping[int, str]) -> dict[str, Any]:
    """One step with its values before and after. `title`: the one that is sent, where one is."""
    return {
        "kind": step.kind.value,
        "listing": step.listing_id,
        "product": step.title,
        "title": step.new.get("title", step.title),
        "reason": step.reason,
        "visible": step.new.get("visible") if step.kind.value == "visibility" else None,
        "skus": [
            {
                "sku": sku.sku,
                "price_idr": sku.price_idr,
                "old_price_idr": sku.old_price_idr,
                "stock": sku.stock,
                "old_stock": sku.old_stock,
                "least": sku.least,
                "assumed": None if sku.stock is None else assumed.get(sku.listing_sku_id),
            }
            for sku in step.skus
        ],
    }


def problem_json(problem: Any) -> dict[str, Any]:
    """A problem with its code, and its sentences in the user's language."""
    values = as_dict(problem)
    return {
        "code": problem.code,
        "place": problem.place,
        "message": problem_message(values),
        "fix": problem_fix(values),
    }


def as_dict(problem: Any) -> dict[str, Any]:
    """A problem as the store keeps it."""
    return {"code": problem.code, "message": problem.message, "fix": problem.fix, "values": dict(problem.values)}


# --- for people -------------------------------------------------------------------------------------------------------


def show_plan(engine: "Engine", report: "Report", shown: int = SHOWN) -> None:
    """One table per shop with what would be written, and one with what is held back and why."""
    from bridge.engine.runs import shop_name

    assumed = assumptions(engine, report)

    for run in report.runs:
        if run.plan is None:
            continue
        blank()
        say(
            "{shop}: {steps} changes, {parked} held back.",
            shop=shop_name(run.shop),
            steps=len(run.plan.steps),
            parked=len(run.plan.parked),
        )
        if run.plan.steps:
            show_steps(run.plan.steps, assumed, shown)
        if run.plan.parked:
            show_parked(run.plan.parked, shown)
    show_told(engine, report)


def show_next(report: "Report", chosen: str) -> None:
    """The command that writes it, where there is something to write."""
    if any(run.plan is not None and run.plan.steps for run in report.runs):
        say("Write this to the shops with: {command}", command=f"jembatan apply {chosen}".rstrip())


def show_steps(steps: Sequence["Step"], assumed: Mapping[int, str], shown: int) -> None:
    """What would be written; where texts are sent, the title that buyers will see beside the product's own name."""
    columns = [_("What"), _("Product"), _("Title in the shop"), "SKU", _("Before"), _("After"), _("Why")]
    rows: list[Sequence[Any]] = [row for step in steps for row in step_rows(step, assumed)]
    if not any("title" in step.new for step in steps):
        columns, rows = without_title(columns), [without_title(row) for row in rows]
    table(columns, rows[:shown])
    show_rest(len(rows) - shown)


def without_title(row: Sequence[Any]) -> list[Any]:
    """A row of the plan less its third cell."""
    return [*row[:2], *row[3:]]


def show_rest(number: int) -> None:
    """How many rows a table left out."""
    if number > 0:
        say("… and {number} more. All of them: --json", number=number)


def show_parked(parked: Sequence[Any], shown: int = SHOWN) -> None:
    """What is held back, why, and what to do."""
    rows = [
        (each.title, problem_message(as_dict(problem)), problem_fix(as_dict(problem)))
        for each in parked
        for problem in each.problems
    ]
    table([_("Held back"), _("Why"), _("What to do")], rows[:shown])
    show_rest(len(rows) - shown)


def step_rows(step: "Step", assumed: Mapping[int, str]) -> list[Sequence[Any]]:
    """The rows of one step: one per SKU where values differ by SKU."""
    what, why = _(KINDS[step.kind.value]), _(REASONS.get(step.reason, step.reason))
    title = step.new.get("title", "")
    if step.kind.value == "visibility":
        word = _("shown") if step.new.get("visible") else _("hidden")
        return [(what, step.title, title, "", "", word, why)]
    if step.kind.value == "content":
        old = (step.old or {}).get("title", title)
        changed = (old, title) if old != title else ("", "")
        return [(what, step.title, title, ", ".join(sku.sku for sku in step.skus), *changed, why)]
    return [
        (what, step.title, title, sku.sku, *before_after(step, sku, assumed.get(sku.listing_sku_id)), why)
        for sku in step.skus
    ]


def assumptions(engine: "Engine", report: "Report") -> dict[int, str]:
    """Stock figures of the plan that are a share of one figure in the sheet."""
    from bridge.engine.looking import assumed_stock

    plans = [run.plan for run in report.runs if run.plan is not None]
    return assumed_stock(engine, [sku.listing_sku_id for plan in plans for step in plan.steps for sku in step.skus])


def before_after(step: "Step", sku: Any, assumed: str | None) -> tuple[str, str]:
    """Old and new value of one SKU; a figure that was split over variants says how."""
    split = f" ({assumed})" if assumed else ""
    if step.kind.value == "price":
        return rupiah(sku.old_price_idr), rupiah(sku.price_idr)
    if step.kind.value == "stock":
        least = f" ({_('sold out, and the channel takes no 0')})" if sku.least else ""
        return pieces(sku.old_stock), pieces(sku.stock) + split + least
    return "", f"{rupiah(sku.price_idr)}, {pieces(sku.stock)}{split}"


def pieces(value: int | None) -> str:
    """A number of pieces; unknown is said, never shown as zero."""
    return _("unknown") if value is None else _("{number} pcs").format(number=value)
