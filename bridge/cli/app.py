"""All commands put together. Each noun's file declares its own; nothing heavy is imported before a command runs."""

from typing import Annotated

import typer

from bridge.cli import (
    alerts,
    categories,
    channels,
    demo,
    doctor,
    drift,
    importing,
    init,
    merchant,
    orders,
    plan,
    privacy,
    products,
    retry,
    sandbox,
    serve,
    shop,
    status,
    stock,
    sync,
    undo,
    why,
)
from bridge.cli.grammar import App
from bridge.locale import N_

app = App(N_("Puts the products of small businesses on the marketplaces and keeps stock and orders in step."))


def show_version(wanted: bool) -> None:
    """Prints the version and ends."""
    if wanted:
        from importlib.metadata import version

        typer.echo(f"jembatan {version('jembatan')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", is_eager=True, callback=show_version, help=N_("Show the version and exit."))
]


@app.callback()
def root(version: Version = False) -> None:
    """What stands before every command."""


NOUNS = (
    init, importing, merchant, products, categories, channels, shop, plan, sync, orders, stock, why, drift, retry, undo, privacy,
    status, alerts, serve, doctor, sandbox, demo,
)  # fmt: skip

for noun in NOUNS:
    noun.add_commands(app)
