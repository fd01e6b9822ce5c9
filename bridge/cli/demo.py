"""`jembatan demo`: the whole story in one command, against a sandbox that it starts and ends itself.

It never touches the real home: its own folder carries a marker file, and a folder without the marker is never emptied.
"""

import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.grammar import App
from bridge.cli.importing import reason_words, stopping
from bridge.cli.plan import show_plan
from bridge.cli.speak import blank, say, table, warn
from bridge.errors import UserError
from bridge.locale import N_, _, language

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.engine.sync import Report
    from bridge.sheets.record import JudgedRow
    from bridge.store.shops import ShopView

MARKER = ".jembatan-demo"
SAMPLE = "umkm_metro.xlsx"
AS_OF = date(2026, 11, 23)
MERCHANTS = 6
EXAMPLES = 8
ORDERS = 5
SANDBOX = ("-m", "bridge.sandbox", "shopee", "--port", "0")

Home = Annotated[
    Path, typer.Option("--home", metavar=N_("FOLDER"), help=N_("Where the demo keeps its data; emptied at each start."))
]
Sample = Annotated[
    Path | None,
    typer.Option("--sample", metavar=N_("FILE"), help=N_("Another spreadsheet than the sample of Metro city.")),
]


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("demo", N_("Show the whole way once, from a spreadsheet to orders, on marketplaces of this computer."))
    def demo(home: Home = Path(".demo"), sample: Sample = None) -> int:
        sheet = sample if sample is not None else sample_file()
        if not sheet.is_file():
            raise UserError("There is no file {file}. Check the name and the folder.", file=sheet)
        empty(home)
        heading(N_("1. A marketplace on this computer"))
        with running_sandbox() as address:
            say("A Shopee sandbox listens at {address}. Nothing leaves this computer.", address=address)
            with demo_engine(home, address) as engine:
                return story(engine, address, sheet)


def story(engine: "Engine", address: str, sheet: Path) -> int:
    """The steps after the marketplace is there."""
    from bridge.cli.report import run, show_summary, show_told

    read_sheet(engine, sheet)
    shops = connect(engine, address)
    first_plan(engine, shops)
    heading(N_("5. Write it to the shops"))
    written = run(engine, shops, "apply")
    show_summary(engine, written)
    show_told(written)
    heading(N_("6. Buyers order"))
    bought = buy(address, shops)
    heading(N_("7. Fetch the orders; the stock follows everywhere"))
    pulled = run(engine, shops_now(engine), "sync")
    show_summary(engine, pulled)
    show_told(pulled)
    show_effect(engine, bought)
    heading(N_("8. Once more: nothing is left to write"))
    again = run(engine, shops_now(engine), "sync")
    show_summary(engine, again)
    show_told(again)
    return end(engine, [written, pulled, again])


def heading(text: str) -> None:
    """A step of the story."""
    blank()
    say(text)
    typer.echo("-" * len(_(text)))


def sample_file() -> Path:
    """The sample in a checkout. Raises UserError that says where it is when the program was installed without it."""
    import bridge

    found = Path(bridge.__file__).parent.parent / "samples" / SAMPLE
    if not found.is_file():
        raise UserError(
            "The sample {name} is part of the source code, folder samples. Download it and run: jembatan demo --sample {name}",
            name=SAMPLE,
        )
    return found


def empty(home: Path) -> None:
    """Makes an empty demo home. A folder that is no demo home is never touched."""
    if home.exists() and (not home.is_dir() or (any(home.iterdir()) and not (home / MARKER).is_file())):
        raise UserError("{home} is not empty and no demo folder. Choose another one with --home.", home=home)
    if home.is_dir():
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / MARKER).write_text("jembatan demo\n", encoding="utf-8")


@contextmanager
def running_sandbox() -> Iterator[str]:
    """A Shopee sandbox in a process of its own, on a free port; ended whatever happens."""
    command = [sys.executable, *SANDBOX]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:  # noqa: S603  our own
        try:
            assert child.stdout is not None
            line = child.stdout.readline()
            if "http" not in line:
                raise UserError("The sandbox did not start. Try it alone with: jembatan sandbox shopee")
            yield line.split()[-1]
        finally:
            child.terminate()
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()


@contextmanager
def demo_engine(home: Path, address: str) -> "Iterator[Engine]":
    """The engine of the demo home. A database address of the environment is left out: the demo has its own file."""
    from bridge.cli.log import configure_log
    from bridge.engine.home import init_home, open_engine
    from bridge.settings import load_settings

    pictures = f"{address}/_sandbox/pictures"
    settings = load_settings(home=home, database_url=None, picture_base_url=pictures, lang=language())
    configure_log(home)
    init_home(settings)
    engine = open_engine(settings)
    try:
        yield engine
    finally:
        engine.store.close()


def read_sheet(engine: "Engine", sheet: Path) -> None:
    """Imports the sample and shows what could not be published, grouped by reason."""
    from bridge.cli.progress import Bars
    from bridge.engine.importing import import_file

    heading(N_("2. Read the office's spreadsheet"))
    with Bars() as bars:
        result = import_file(
            engine, sheet.name, sheet.read_bytes(), AS_OF, None, lambda done, total: bars.tell("store", done, total)
        )
    products = [row for row in result.rows if row.is_product]
    say(
        "{file}: {rows} product rows of {merchants} businesses. {publishable} can be published as they are.",
        file=sheet.name,
        rows=len(products),
        merchants=result.merchants,
        publishable=sum(row.publishable for row in products),
    )
    blank()
    say("The others wait for a person. The most frequent reasons, each with an example:")
    show_reasons(products)


def show_reasons(products: "Sequence[JudgedRow]") -> None:
    """Reasons with how often they occur, one example each, and what to do."""
    found: Counter[Any] = Counter()
    example: dict[Any, JudgedRow] = {}
    for row in products:
        for reason in stopping(row) if not row.publishable else ():
            found[reason] += 1
            example.setdefault(reason, row)
    rows = []
    for reason, count in found.most_common(EXAMPLES):
        message, fix = reason_words(reason, example[reason])
        rows.append((count, message, example[reason].product or "–", example[reason].place, fix))
    table([_("Rows"), _("What is wrong"), _("Example"), _("Place"), _("What to do")], rows)


def connect(engine: "Engine", address: str) -> "list[ShopView]":
    """Shops for the businesses with most to sell; the first gets two, so that stock has to follow from one to the other."""
    from bridge.engine.connecting import connect_sandbox
    from bridge.engine.looking import merchants

    heading(N_("3. Connect shops"))
    best = sorted(merchants(engine), key=lambda row: (-row.stocked, row.merchant))[:MERCHANTS]
    names = [row.merchant for row in best if row.stocked]
    if not names:
        raise UserError(
            "No product of this spreadsheet can be published and has stock. Take another one with --sample."
        )
    for name in (*names, names[0]):
        connect_sandbox(engine, "shopee", name, address, create=True)
    shops = shops_now(engine)
    table([_("Shop"), _("Business"), _("Products with stock")], [
        (str(shop.shop_id), shop.merchant, next(row.stocked for row in best if row.merchant == shop.merchant)) for shop in shops
    ])  # fmt: skip
    say("{name} has two shops: what is bought in one must disappear from the other.", name=names[0])
    return shops


def shops_now(engine: "Engine") -> "list[ShopView]":
    """All shops as they are stored now."""
    from bridge.engine.sync import shops_of

    return shops_of(engine)


def first_plan(engine: "Engine", shops: "Sequence[ShopView]") -> None:
    """The plan, in short."""
    from bridge.cli.plan import look

    heading(N_("4. Look at the plan before anything is written"))
    report = look(engine, shops)
    steps = sum(len(run.plan.steps) for run in report.runs if run.plan is not None)
    parked = sum(len(run.plan.parked) for run in report.runs if run.plan is not None)
    say(
        "{steps} new listings are planned, {parked} products are held back. From the first shop:",
        steps=steps,
        parked=parked,
    )
    report.runs = report.runs[:1]
    show_plan(engine, report, shown=5)


def buy(address: str, shops: "Sequence[ShopView]") -> list[tuple[str, str]]:
    """Buyers order in the sandbox: one piece each, first in the shop whose business has two. Gives (SKU, business)."""
    from bridge.engine.connecting import ask_sandbox

    state = ask_sandbox(address, "/_sandbox/state")
    names = {shop.remote_shop_id: shop.merchant for shop in shops}
    choose = random.Random(1)
    bought: list[tuple[str, str]] = []
    rows = []
    for shop in shops[:ORDERS]:
        shelf = [
            sku
            for listing in state["listings"]
            if listing["shop_id"] == shop.remote_shop_id and listing["status"] == "NORMAL"
            for sku in listing["skus"]
            if sku["seller_sku"] and sku["stock"] >= 3
        ]
        if not shelf:
            continue
        sku = choose.choice(shelf)["seller_sku"]
        order = ask_sandbox(
            address, "/_sandbox/orders", {"shop_id": shop.remote_shop_id, "lines": [{"seller_sku": sku, "quantity": 2}]}
        )
        bought.append((sku, names[shop.remote_shop_id]))
        rows.append((order["id"], names[shop.remote_shop_id], sku, 2))
    table([_("Order"), _("Business"), "SKU", _("Pieces")], rows)
    if rows:
        ask_sandbox(address, f"/_sandbox/orders/{rows[-1][0]}/ship", {})
        say("The last order is shipped at once; the others wait.")
    return bought


def show_effect(engine: "Engine", bought: Sequence[tuple[str, str]]) -> None:
    """The stock of what was bought, shop by shop."""
    from bridge.engine.stock_views import stock_of_sku

    rows = []
    for code, merchant in bought:
        found = stock_of_sku(engine, code, merchant)
        shown = ", ".join(f"{each.shop}: {each.low}" for each in found.listings if each.low is not None)
        rows.append((code, found.product, found.on_hand, found.held, found.available, shown))
    table(["SKU", _("Product"), _("On hand"), _("Held"), _("Available"), _("Shops show")], rows)


def end(engine: "Engine", reports: "Sequence[Report]") -> int:
    """What came of it, and what the reader can do next. 1 when the last run still had to write something."""
    from bridge.cli.report import show_refused

    for report in reports:
        show_refused(engine, report)
    if reports[-1].summary()["writes"] or any(report.code not in (0, 3) for report in reports):
        warn(
            "The demo did not end as it should. Please report this with the log in {folder}.",
            folder=engine.settings.home / "log",
        )
        return 1
    heading(N_("What you can do next"))
    say(
        "Look at the demo's data: set JEMBATAN_HOME={home}, then jembatan products list, jembatan orders list",
        home=engine.settings.home,
    )
    say("Try your own spreadsheet, nothing is stored: jembatan import FILE.xlsx --dry-run")
    say("Begin for real: jembatan init, then jembatan import FILE.xlsx")
    say("Practise with a marketplace on this computer: jembatan sandbox shopee")
    return 0
