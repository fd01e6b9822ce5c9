"""`jembatan alerts`: what somebody should know now, told once on the office's roads, and the summary of the day."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.alert_words import alert_lines, digest_words, words_for
from bridge.cli.grammar import App
from bridge.cli.options import Json
from bridge.cli.session import opened
from bridge.cli.speak import say, warn, write_json
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.alerting import Told
    from bridge.engine.context import Engine
    from bridge.engine.roads import Road
    from bridge.planning.alerts import Alert
    from bridge.settings import Settings

SMTP_PASSWORD = "JEMBATAN_SMTP_PASSWORD"  # noqa: S105  a name

Send = Annotated[
    bool, typer.Option("--send", help=N_("Tell what is new by e-mail and by the program of the settings."))
]
DigestOf = Annotated[bool, typer.Option("--digest", help=N_("The summary of the last 24 hours instead."))]
Try = Annotated[bool, typer.Option("--test", help=N_("Send a message that says nothing, to see whether it arrives."))]


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("alerts", N_("Show what somebody should know now: authorisations, orders not fetched, refused writes."))
    def alerts(send: Send = False, digest: DigestOf = False, test: Try = False, as_json: Json = False) -> int:
        with opened() as engine:
            roads = roads_for(engine.settings)
            if (send or test) and not roads:
                warn("Nobody can be told: set mail_to and smtp_host, or alert_command, in config/bridge.toml.")
                return 2
            if test:
                return send_all(roads, "Jembatan", _("This message came from jembatan alerts --test. All is well."))
            if digest:
                heading, text = digest_words(engine)
                typer.echo(text)
                return send_all(roads, heading, text) if send else 0
            return show(engine, roads if send else (), as_json)


def show(engine: "Engine", roads: "Sequence[Road]", as_json: bool) -> int:
    """All alerts there are, after the new ones were told."""
    from bridge.engine.alerting import tell_alerts

    told = tell_alerts(engine, roads, words_for(engine)) if roads else None
    found = told.alerts if told is not None else current(engine)
    lines = alert_lines(engine, found)
    if as_json:
        rows = [
            {"kind": each.kind.value, "subject": each.subject, "shop": each.shop, "message": text}
            for each, text in zip(found, lines, strict=True)
        ]
        write_json({"alerts": rows, "sent": told.sent if told is not None else {}})
    elif not lines:
        say("Nothing needs anybody now.")
    else:
        for text in lines:
            typer.echo(text)
    return failed_roads(told) if told is not None else 0


def failed_roads(told: "Told") -> int:
    """Says which roads failed."""
    for name, why in told.failed.items():
        warn("Not sent by {road} ({why}). It is tried again the next time.", road=name, why=why)
    return 4 if told.failed else 0


def send_all(roads: "Sequence[Road]", heading: str, text: str) -> int:
    """One message on every road; 4 where one of them failed."""
    from bridge.engine.roads import RoadFailed

    code = 0
    for road in roads:
        try:
            road.send(heading, text)
        except RoadFailed as error:
            warn("Not sent by {road} ({why}). It is tried again the next time.", road=road.name, why=error)
            code = 4
    return code


def current(engine: "Engine") -> "list[Alert]":
    """What there is, without telling it."""
    from bridge.engine.alerting import current_alerts

    return current_alerts(engine)


def roads_for(settings: "Settings") -> "list[Road]":
    """The roads of the settings, with the password from its file or the environment."""
    from bridge.cli.secret_files import read_private
    from bridge.engine.roads import roads_of

    file = settings.smtp_password_file
    return roads_of(settings, read_private(file) if file is not None else os.environ.get(SMTP_PASSWORD))
