"""`jembatan drift`: what somebody changed in the seller centre, and whose value counts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.grammar import App
from bridge.cli.options import AllShops, Json, MerchantName, ShopNames
from bridge.cli.progress import Bars
from bridge.cli.session import opened, pick_shops, shops_to_work_on
from bridge.cli.speak import moment, number, rupiah, say, table, warn, write_json
from bridge.errors import UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.auditing import AuditReport
    from bridge.engine.context import Engine
    from bridge.engine.drifting import Difference

KINDS = {
    "price": N_("price"),
    "stock": N_("stock"),
    "content": N_("text"),
    "visibility": N_("shown or hidden"),
    "missing": N_("gone from the shop"),
    "unknown": N_("not from our sheets"),
}
STATES = {
    "waiting": N_("waits for you"),
    "ours": N_("ours is written with the next run"),
    "theirs": N_("theirs is kept"),
    "back": N_("is as before again"),
}
LONGEST = 60  # letters of a text in a cell

What = Annotated[
    str,
    typer.Argument(metavar=N_("SKU|LISTING"), help=N_("The code of a product or variant, or the listing's ID there.")),
]
Kind = Annotated[
    str | None,
    typer.Option("--what", metavar=N_("KIND"), help=N_("Only price, stock, content, visibility, missing or unknown.")),
]
Full = Annotated[
    bool,
    typer.Option("--full", help=N_("Read all listings now, also those that are not ours, without a limit of calls.")),
]
Calls = Annotated[
    int | None,
    typer.Option("--calls", metavar="N", min=1, help=N_("So many calls a shop at most. Default: audit_calls.")),
]


def add_commands(app: App) -> None:
    """Declares the noun and its verbs; the noun alone lists."""
    drift = App(N_("Edits by hand in the seller centre: find them, and say whose value counts."), alone="list")
    app.add_typer(drift, name="drift")

    @drift.verb(
        "list",
        N_("List what is not as we left it in the shops, dangerous things first. The same as jembatan drift alone."),
    )
    def list_all(shop: ShopNames = None, merchant: MerchantName = None, as_json: Json = False) -> int:
        return list_differences(shop, merchant, as_json)

    @drift.verb("check", N_("Read a share of the listings and compare. Nothing is written to a shop."))
    def check(
        every: AllShops = False,
        shop: ShopNames = None,
        merchant: MerchantName = None,
        full: Full = False,
        calls: Calls = None,
        as_json: Json = False,
    ) -> int:
        from bridge.engine.auditing import audit_shops
        from bridge.engine.runs import Watch

        with opened() as engine:
            shops = shops_to_work_on(engine, shop, merchant, every)
            with Bars() as bars:
                report = audit_shops(engine, shops, calls, full, Watch(tell=bars.tell))
            return tell(engine, report, as_json)

    @drift.verb("ours", N_("Write our value over an edit by hand, with the next run. What is gone is made again."))
    def ours(what: What, merchant: MerchantName = None, shop: ShopNames = None, kind: Kind = None) -> int:
        from bridge.engine.drifting import keep_ours

        with opened() as engine:
            count = keep_ours(engine, what, merchant, shop_ids(engine, shop), kind_of(kind))
        say("{what}: ours counts ({count}). It goes out with: jembatan sync", what=what, count=count)
        return 0

    @drift.verb(
        "theirs",
        N_(
            "Keep what somebody changed in the seller centre: stock becomes a count, a price stays until the sheet has a new one."
        ),
    )
    def theirs(what: What, merchant: MerchantName = None, shop: ShopNames = None, kind: Kind = None) -> int:
        from bridge.engine.drifting import keep_theirs

        with opened() as engine:
            count = keep_theirs(engine, what, merchant, shop_ids(engine, shop), kind_of(kind))
        say("{what}: what is in the shop is kept ({count}).", what=what, count=count)
        return 0


def list_differences(shop: Sequence[str] | None, merchant: str | None, as_json: bool) -> int:
    """What differs in the shops that were named, else in all."""
    from bridge.engine.drifting import differences_of

    with opened() as engine:
        chosen = bool(shop) or merchant is not None
        ids = [each.shop_id for each in pick_shops(engine, shop, merchant)] if chosen else None
        rows, zone = differences_of(engine, ids), engine.settings.timezone
    if as_json:
        write_json([row_json(row) for row in rows])
    elif rows:
        show(rows, zone)
    else:
        say("Nothing differs, as far as the shops were read. Read them now with: jembatan drift check")
    return 0


def kind_of(name: str | None) -> str | None:
    """A kind that exists."""
    if name is not None and name not in KINDS:
        raise UserError("There is no {name} here. Choose one of: {kinds}.", name=name, kinds=", ".join(KINDS))
    return name


def shop_ids(engine: "Engine", names: Sequence[str] | None) -> list[int] | None:
    """The shops that were meant; None for all."""
    return [shop.shop_id for shop in pick_shops(engine, names, None)] if names else None


def tell(engine: "Engine", report: "AuditReport", as_json: bool) -> int:
    """What a reading came to."""
    from bridge.engine.drifting import differences_of

    rows = differences_of(engine, ids=report.found)
    shops = [{"shop": key, **asdict(each), "found": len(each.found)} for key, each in report.shops.items()]
    if as_json:
        write_json({"shops": shops, "differences": [row_json(row) for row in rows]})
    else:
        read, calls = (
            sum(each.read for each in report.shops.values()),
            sum(each.calls for each in report.shops.values()),
        )
        total = sum(each.listings for each in report.shops.values())
        say(
            "Read: {read} of {total} listings in {calls} calls.",
            read=number(read),
            total=number(total),
            calls=number(calls),
        )
        left = sum(each.wanted - each.read for each in report.shops.values())
        if left > 0:
            say("{count} more are read another time.", count=number(left))
        if rows:
            show(rows, engine.settings.timezone)
        elif report.code == 0:
            say("Nothing differs from what was there before.")
    for run in report.runs:
        for told in run.told:
            warn(told.template, **told.values)
    return report.code


def show(rows: "Sequence[Difference]", zone: str) -> None:
    """One line for each difference, and what to do."""
    columns = [_("Shop"), _("Product"), "SKU", _("What"), _("Expected"), _("There now"), _("Since"), _("State")]
    table(columns, [line(row, zone) for row in rows])
    red = sum(row.red for row in rows)
    if red:
        warn("! {count} figures are above what is there: buyers could order what you do not have.", count=red)
    if any(row.state == "waiting" for row in rows):
        say("Say whose value counts with: jembatan drift ours SKU, or: jembatan drift theirs SKU")


def line(row: "Difference", zone: str) -> tuple[str, ...]:
    """The cells of one difference."""
    codes = row.sku if row.sku is not None else ", ".join(row.values) if row.kind == "price" else ""
    return (
        f"{row.shop} ({row.channel})",
        row.title,
        codes or "",
        ("! " if row.red else "") + _(KINDS[row.kind]),
        "; ".join(word(row.kind, name, pair[0]) for name, pair in row.values.items()),
        "; ".join(word(row.kind, name, pair[1]) for name, pair in row.values.items()),
        moment(row.found_at, zone),
        _(STATES[row.state]),
    )


def word(kind: str, name: str, value: object) -> str:
    """A value as people read it."""
    if kind == "price" and isinstance(value, int):
        return rupiah(value)
    if kind == "visibility":
        return _("shown") if value else _("hidden")
    text = "" if value is None else str(value)
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return f"{name}: {short}" if kind == "content" else short


def kinds_in(rows: "Sequence[Difference]") -> str:
    """What was changed, each once."""
    return ", ".join(dict.fromkeys(_(KINDS[row.kind]) for row in rows))


def row_json(row: "Difference") -> Mapping[str, Any]:
    """One difference for scripts."""
    values = {name: {"ours": pair[0], "theirs": pair[1]} for name, pair in row.values.items()}
    return {**asdict(row), "values": values}
