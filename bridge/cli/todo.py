"""What is still open: `import --todo`, `jembatan products todo` for owners, and `products readiness` per channel."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.giving_back import check_output, write_file
from bridge.cli.grammar import App
from bridge.cli.options import Json, MerchantName
from bridge.cli.reason import reason_words
from bridge.cli.session import opened
from bridge.cli.speak import blank, problem_message, say, table, warn, write_json
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.sheets.reasons import Reason
    from bridge.sheets.record import JudgedRow
    from bridge.sheets.todo import OwnerTodo, TodoWords

Out = Annotated[
    Path | None, typer.Option("--out", metavar="OUT.xlsx", help=N_("Write the whole list to this workbook as well."))
]
OwnerName = Annotated[str | None, typer.Option("--owner", metavar=N_("NAME"), help=N_("Only this owner."))]
CHANNEL_WORDS = {"shopee": "Shopee", "tokopedia": "Tokopedia", "lazada": "Lazada", "blibli": "Blibli"}


def add_verbs(products: App) -> None:
    """Declares the verbs on the noun."""

    @products.verb("todo", N_("What each owner still has to give, as a message to send to them."))
    def todo(merchant: MerchantName = None, owner: OwnerName = None, out: Out = None, as_json: Json = False) -> int:
        return show_todo(merchant, owner, out, as_json)

    @products.verb(
        "readiness", N_("How far each product is for each marketplace, and what it lacks; no shop is needed.")
    )
    def readiness(merchant: MerchantName = None, as_json: Json = False) -> int:
        return show_readiness(merchant, as_json)


def show_todo(merchant: str | None, owner: str | None, out: Path | None, as_json: bool) -> int:
    """The messages, one after the other."""
    from bridge.engine.readiness import open_points
    from bridge.sheets.todo import message_of, write_todo

    if out is not None:
        check_output(out)
    with opened() as engine:
        todos = open_points(engine, merchant, owner)
    words = todo_words()
    if as_json:
        write_json([todo_json(each, words) for each in todos])
    elif not todos:
        say("Nothing is open.")
    else:
        for each in todos:
            typer.echo(message_of(each, words))
            blank()
    if out is not None:
        write_file(out, write_todo(todos, words))
        warn("The list is in {file}.", file=out)
    return 0


def todo_json(todo: "OwnerTodo", words: "TodoWords") -> dict[str, object]:
    """One owner for scripts."""
    from bridge.sheets.todo import message_of

    products = [
        {"product": each.product, "place": each.place, "reasons": [str(r) for r in each.reasons]}
        for each in todo.products
    ]
    return {"merchant": todo.business, "owner": todo.owner, "products": products, "message": message_of(todo, words)}


def write_list(out: Path, rows: "Sequence[JudgedRow]") -> None:
    """The workbook of `import --todo`."""
    from bridge.sheets.todo import todo_of, write_todo

    todos = todo_of(rows)
    write_file(out, write_todo(todos, todo_words()))
    warn("The list of what {number} owners still have to give is in {file}.", number=len(todos), file=out)


def todo_words() -> "TodoWords":
    """What the list says, in the user's language."""
    from bridge.sheets.todo import TodoWords

    return TodoWords(
        greeting=_("Dear {name} ({business}), your products can go online once you give us this:"),
        refusal=_(
            "Dear {name} ({business}), marketplaces do not allow these products, so they cannot be sold there: {products}. "
            "You need not do anything. Thank you."
        ),
        forbidden=_("Marketplaces do not allow these products, so they cannot be sold there: {products}."),
        line=_("{wrong} ({products}) {fix}"),
        example=_("Example: {example}"),
        more=_(" and {number} more"),
        others=_("… and {number} more points; we will tell you about them next."),
        closing=_("Please answer this message. Thank you."),
        nameless=_("product without a name"),
        sheets=(_("To do"), _("Messages")),
        products=(
            _("Business"),
            _("Owner"),
            _("WhatsApp"),
            _("Product"),
            _("Place"),
            _("What is wrong"),
            _("What to do"),
        ),
        messages=(_("Business"), _("Owner"), _("WhatsApp"), _("Products"), _("Message")),
        reason=owner_words,
    )


def owner_words(reason: "Reason") -> tuple[str, str]:
    """A reason for an owner, who has no program of ours. One sentence is about several products, of 0 and of 15 rupiah alike."""
    wrong, fix = reason_words(reason)
    if str(reason) == "E_PRICE_TOO_SMALL":
        return _("The price is below Rp100."), _("Write it in full, such as 15000.")
    return (wrong, _("Write how many pieces there are.")) if str(reason) == "W_STOCK_UNKNOWN" else (wrong, fix)


def show_readiness(merchant: str | None, as_json: bool) -> int:
    """One line per product and channel."""
    from bridge.engine.readiness import readiness

    with opened() as engine:
        rows = readiness(engine, merchant)
    if as_json:
        write_json(
            [
                {
                    **{key: value for key, value in asdict(row).items() if key not in {"problems", "missing"}},
                    "missing_needs": list(row.missing),
                    "missing": [{"code": each.code, "message": problem_message(asdict(each))} for each in row.problems],
                }
                for row in rows
            ]
        )
        return 0
    if not rows:
        say("The catalog is empty. Import a spreadsheet first: jembatan import FILE.xlsx")
        return 0
    columns = [_("Product"), _("Business"), _("Code"), _("Channel"), _("Ready"), _("What is missing")]
    lines = [
        (
            row.product,
            row.merchant,
            row.code,
            CHANNEL_WORDS.get(row.channel, row.channel),
            f"{row.score} %",
            " ".join(problem_message(asdict(each)) for each in row.problems),
        )
        for row in rows
    ]
    table(columns, lines)
    return 0
