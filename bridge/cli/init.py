"""`jembatan init`: makes the home folder. Asks nothing and may be run again. With `--new-key` the home gets another key."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.grammar import App
from bridge.cli.session import opened, settings_for
from bridge.cli.speak import say
from bridge.locale import N_

if TYPE_CHECKING:
    from bridge.settings import Settings

NewKey = Annotated[
    bool, typer.Option("--new-key", help=N_("Replace the key of a home that exists: everything is sealed anew."))
]


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("init", N_("Make the home folder with its key, database and settings. Safe to run again."))
    def init(new_key: NewKey = False) -> int:
        return change_key() if new_key else make_home()


def make_home() -> int:
    """A new home, or the database of an old one brought up to date."""
    from bridge.engine.home import init_home

    settings = settings_for()
    if init_home(settings):
        say("The home is ready: {home}", home=settings.home)
        keep_copy(settings)
    else:
        say("The home {home} is there already and up to date.", home=settings.home)
    say("Next: jembatan import FILE.xlsx")
    return 0


def change_key() -> int:
    """A new key for tokens and personal data; the old one is forgotten once nothing needs it."""
    from bridge.engine.rekey import new_key

    with opened() as engine:
        done = new_key(engine)
        if done.begun:
            say(
                "The home has a new key; {number} values are sealed with it. The old key is forgotten.",
                number=done.values,
            )
        else:
            say(
                "An earlier change of the key was interrupted; it is finished now. {number} values were left.",
                number=done.values,
            )
        say("Backups of the database that were made before need the key file that was copied with them.")
        keep_copy(engine.settings)
    return 0


def keep_copy(settings: "Settings") -> None:
    """Whoever loses the key loses the tokens."""
    say(
        "Keep a copy of {key} in a safe place: without it nobody can read the shops' tokens again.",
        key=settings.key_file,
    )
