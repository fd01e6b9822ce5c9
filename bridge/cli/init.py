"""`jembatan init`: makes the home folder. Asks nothing and may be run again."""

from bridge.cli.grammar import App
from bridge.cli.session import settings_for
from bridge.cli.speak import say
from bridge.locale import N_


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("init", N_("Make the home folder with its key, database and settings. Safe to run again."))
    def init() -> int:
        from bridge.engine.home import init_home

        settings = settings_for()
        if init_home(settings):
            say("The home is ready: {home}", home=settings.home)
            say(
                "Keep a copy of {key} in a safe place: without it nobody can read the shops' tokens again.",
                key=settings.key_file,
            )
        else:
            say("The home {home} is there already and up to date.", home=settings.home)
        say("Next: jembatan import FILE.xlsx")
        return 0
