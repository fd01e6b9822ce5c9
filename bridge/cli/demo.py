"""`jembatan demo`: the whole story in one command, against marketplaces that it starts and ends itself.

It never touches the real home: its own folder carries a marker file, and a folder without the marker is never emptied.
"""

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.demo_markets import CHANNELS, Addresses, buy, connect, running_markets, show_effect
from bridge.cli.demo_partition import divide, sell_out
from bridge.cli.grammar import App
from bridge.cli.imported import stopping
from bridge.cli.plan import show_plan
from bridge.cli.reason import reason_words
from bridge.cli.speak import blank, say, table, warn
from bridge.errors import UserError
from bridge.locale import N_, _, language

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.engine.runs import Report
    from bridge.sheets.record import JudgedRow
    from bridge.store.shops import ShopView

MARKER = ".jembatan-demo"
SAMPLE = "umkm_metro.xlsx"
AS_OF = date(2026, 11, 23)
EXAMPLES = 8

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
        heading(N_("1. Three marketplaces on this computer"))
        with running_markets() as addresses:
            for channel, address in addresses.items():
                say("A {name} sandbox listens at {address}.", name=CHANNELS[channel], address=address)
            say("Nothing leaves this computer.")
            with demo_engine(home, addresses["shopee"]) as engine:
                return story(engine, addresses, sheet)


def story(engine: "Engine", addresses: Addresses, sheet: Path) -> int:
    """The steps after the marketplaces are there."""
    from bridge.cli.report import run
    from bridge.engine.sync import shops_of

    read_sheet(engine, sheet)
    heading(N_("3. Connect shops"))
    shops = connect(engine, addresses)
    few = divide(engine, shops)
    first_plan(engine, shops)
    heading(N_("5. Write it to the shops"))
    written = told(engine, run(engine, shops, "apply"))
    heading(N_("6. Buyers order"))
    bought = buy(engine, addresses, shops, but=few.sku if few is not None else None)
    heading(N_("7. Fetch the orders"))
    pulled = told(engine, run(engine, shops_of(engine), "sync"))
    heading(N_("8. The stock has followed everywhere"))
    show_effect(engine, addresses, bought)
    heading(N_("9. The last pieces: divided over the shops, sold out everywhere, none sold twice"))
    divided = sell_out(engine, addresses, shops, few, lambda some: run(engine, some, "sync")) if few is not None else []
    heading(N_("10. Once more: nothing is left to write"))
    again = told(engine, run(engine, shops_of(engine), "sync"))
    return end(engine, [written, pulled, *divided, again])


def told(engine: "Engine", report: "Report") -> "Report":
    """The same report, after what it says."""
    from bridge.cli.report import show_summary, show_told

    show_summary(engine, report)
    show_told(engine, report)
    return report


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


def first_plan(engine: "Engine", shops: "Sequence[ShopView]") -> None:
    """The plan, in short."""
    from bridge.cli.plan import look

    heading(N_("4. Look at the plan before anything is written"))
    report = look(engine, shops)
    steps = sum(len(run.plan.steps) for run in report.runs if run.plan is not None)
    parked = sum(len(run.plan.parked) for run in report.runs if run.plan is not None)
    say(
        "{steps} new listings are planned, {parked} products are held back. From a shop on Tokopedia, where short names grow:",
        steps=steps,
        parked=parked,
    )
    report.runs = [run for run in report.runs if run.shop.channel == "tokopedia"][-1:]
    show_plan(engine, report, shown=5)


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
    say("Practise with these marketplaces on this computer: jembatan sandbox")
    return 0
