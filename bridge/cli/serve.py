"""`jembatan serve`: the daemon. Webhooks, the timetable and alerts, until it is told to end."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.alert_words import digest_words, words_for
from bridge.cli.alerts import roads_for
from bridge.cli.grammar import App
from bridge.cli.session import opened
from bridge.cli.speak import say, warn
from bridge.locale import N_

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.scheduler import Daemon

Host = Annotated[
    str,
    typer.Option("--host", metavar="HOST", help=N_("The address to listen at; a proxy in front of it speaks HTTPS.")),
]
Port = Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help=N_("The port; 0 takes a free one."))]


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb(
        "serve", N_("Keep all shops in step by itself: webhooks, a timetable, alerts. Ends with Ctrl+C or SIGTERM.")
    )
    def serve(host: Host = "127.0.0.1", port: Port = 8100) -> int:
        with opened() as engine:
            run_daemon(engine, host, port)
        return 0


def run_daemon(engine: "Engine", host: str, port: int) -> None:
    """Serves until it is told to end. What is under way is finished first."""
    from bridge.scheduler import Daemon, Herald
    from bridge.web.hooks import build_app
    from bridge.web.server import address_of, build_server, listen, look_seldom_for_garbage, serve_until_told

    daemon = Daemon(engine, Herald(roads_for(engine.settings), words_for(engine), lambda: digest_words(engine)))
    listener = listen(host, port)
    try:
        server = build_server(build_app(engine, daemon.wake, daemon.health))
        look_seldom_for_garbage()
        daemon.start()
        serve_until_told(server, listener, lambda: tell_ready(engine, daemon, address_of(listener)))
    finally:
        daemon.stop()
        listener.close()


def tell_ready(engine: "Engine", daemon: "Daemon", address: str) -> None:
    """One line with the address; on stderr what a person should know."""
    from bridge.engine.sync import shops_of

    say("Jembatan is ready at {address}", address=address)
    if not shops_of(engine):
        warn("No shop is connected yet. Connect one with: jembatan shop connect")
    if not daemon.leads:
        warn(
            "Another jembatan serve keeps the timetable of this database. This one receives webhooks, and takes over when the "
            "other one ends."
        )
