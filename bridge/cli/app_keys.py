"""`jembatan shop apps` and `shop key`: the developer apps on the marketplaces, and a new key for one of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.grammar import App
from bridge.cli.options import Json
from bridge.cli.secret_files import app_key
from bridge.cli.session import opened
from bridge.cli.speak import say, table, write_json
from bridge.errors import UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.apps import DeveloperApp

ChannelName = Annotated[
    str, typer.Option("--channel", metavar=N_("CHANNEL"), help=N_("The marketplace, such as shopee."))
]
AppId = Annotated[
    str | None,
    typer.Option(
        "--app-id", metavar="N", help=N_("The app's number at the marketplace, where the channel has several.")
    ),
]
AppKey = Annotated[
    Path | None,
    typer.Option(
        "--app-key-file", metavar=N_("FILE"), help=N_("A file with the new key in it. Only you may read the file.")
    ),
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help=N_("The address that the app is used at."))
]


def add_commands(shop: App) -> None:
    """Declares the verbs."""

    @shop.verb("apps", N_("List your apps at the marketplaces with the number of their shops. No key is shown."))
    def list_apps(as_json: Json = False) -> int:
        return show(as_json)

    @shop.verb("key", N_("Give an app a new secret key. Its shops stay connected; the key is tried first."))
    def change(channel: ChannelName, app_id: AppId = None, key_file: AppKey = None, base_url: BaseUrl = None) -> int:
        return change_key(channel, app_id, key_file, base_url)


def show(as_json: bool) -> int:
    """All apps, as a table or as JSON."""
    from bridge.engine.apps import apps

    with opened() as engine:
        rows = apps(engine)
    if as_json:
        write_json([app_json(app) for app in rows])
        return 0
    columns = [_("Channel"), _("App"), _("Address"), _("Shops"), _("State")]
    states = {True: _("connected"), False: _("wrong key or address")}
    table(
        columns,
        [(a.channel, a.app_id, a.settings.get("base_url"), a.shops, states[a.paused is None]) for a in rows],
    )
    return 0


def app_json(app: "DeveloperApp") -> dict[str, Any]:
    """An app without its key."""
    return {
        "channel": app.channel,
        "app": app.app_id,
        "base_url": app.settings.get("base_url", ""),
        "shops": app.shops,
        "paused": app.paused,
    }


def change_key(channel: str, app_id: str | None, key_file: Path | None, base_url: str | None) -> int:
    """Tries the new key on a shop of the app, then puts it in the place of the old one."""
    from bridge.engine import apps

    key = app_key(key_file)
    if key is None:
        raise UserError("Add --app-key-file with the new key in it.")
    with opened() as engine:
        app = apps.find_app(engine, channel, app_id, base_url)
        if app is None:
            raise UserError("There is no such app. List them with: jembatan shop apps")
        apps.change_key(engine, app, key)
    say("The marketplace takes the new key of the app {app}; the old one is forgotten.", app=app.app_id)
    say("Its {number} shops stay connected.", number=app.shops)
    return 0
