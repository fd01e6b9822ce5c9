"""Developer apps: a channel may have several. A key is replaced once the channel takes the new one; the old one is not kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlmodel import col

from bridge.connectors.base import CallCount
from bridge.engine.context import Engine
from bridge.errors import AuthExpired, Misconfigured, ShopBlocked, UserError
from bridge.store.catalog import row_id
from bridge.store.shops import ShopView, app_settings, list_shops, save_app
from bridge.store.tables import App, Shop

OWN = ("app_id", "app_secret")  # what a plugin is opened with beside the settings
Settings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeveloperApp:
    """An app as it is stored, or as somebody has just given it (without a row)."""

    channel: str
    app_id: str
    secret: str = field(repr=False)
    settings: Settings
    row: int | None = None
    shops: int = 0
    paused: str | None = None
    key_given: bool = False  # else the stored key counts, also one that has replaced it meanwhile

    @property
    def opened_with(self) -> dict[str, str]:
        """What a plugin gets."""
        return {**self.settings, "app_id": self.app_id, "app_secret": self.secret}


def apps(engine: Engine, channel: str | None = None) -> list[DeveloperApp]:
    """All apps, or those of a channel."""
    query = select(App, func.count(col(Shop.id))).outerjoin(Shop, col(Shop.app_id) == col(App.id))
    query = query.group_by(col(App.id)).order_by(col(App.id))
    if channel is not None:
        query = query.where(col(App.channel) == channel)
    with engine.store.read() as session:
        rows = [(app, count) for app, count in session.execute(query)]
    return [stored(engine, app, count) for app, count in rows]


def stored(engine: Engine, app: App, shops: int) -> DeveloperApp:
    """An app's row, opened."""
    opened = app_settings(app, engine.cipher)
    settings = {name: value for name, value in opened.items() if name not in OWN}
    secret = opened["app_secret"]
    return DeveloperApp(app.channel, app.remote_app_id, secret, settings, row_id(app), shops, app.paused)


def find_app(engine: Engine, channel: str, app_id: str | None, base_url: str | None = None) -> DeveloperApp | None:
    """The app that was meant; None where no such app is known. Raises UserError with the choices where several fit."""
    fitting = [
        app
        for app in apps(engine, channel)
        if app_id in (None, app.app_id) and base_url in (None, app.settings.get("base_url", ""))
    ]
    if len(fitting) > 1:
        choices = ", ".join(f"{app.app_id} {app.settings.get('base_url', '')}".strip() for app in fitting)
        raise UserError(
            "{channel} has several apps: {apps}. Name one with --app-id, and with --base-url where that is not enough.",
            channel=channel,
            apps=choices,
        )
    return fitting[0] if fitting else None


def choose_app(engine: Engine, channel: str, app_id: str | None, key: str | None, given: Settings) -> DeveloperApp:
    """The app to connect with: a known one with what is given changed, or a new one. Stores nothing.

    Raises UserError where something is missing, or where the connector does not take a setting.
    """
    known = find_app(engine, channel, app_id, given.get("base_url"))
    number = app_id if app_id is not None else known.app_id if known is not None else None
    secret = key if key is not None else known.secret if known is not None else None
    if number is None or secret is None:
        raise UserError(
            "Give --sandbox URL; or --app-id, --app-key-file and --redirect of your own app; or, where there is no "
            "consent page, --shop-id and --token-file."
        )
    settings = {**(known.settings if known is not None else {}), **given}
    must_fit(engine, channel, number, secret, settings)
    return DeveloperApp(channel, number, secret, settings, key_given=key is not None)


def must_fit(engine: Engine, channel: str, app_id: str, secret: str, settings: Settings) -> None:
    """Raises UserError where the connector does not take a setting, before it is stored for every shop of the app."""
    ports = engine.ports(channel, CallCount(), lambda _timeout: None)
    try:
        engine.plugin(channel).open("0", {**settings, "app_id": app_id, "app_secret": secret}, ports)
    except Misconfigured as error:
        raise UserError("{channel} does not take these settings: {why}.", channel=channel, why=error) from None


def change_key(engine: Engine, app: DeveloperApp, key: str) -> None:
    """Replaces the key of an app whose shops stay connected, once the channel has answered one of them under the new key."""
    if not takes_key(engine, app, key):
        raise UserError(
            "No shop of the app {app} can be asked whether the new key works. The old key stays; give the new one when "
            "a shop is connected again: jembatan shop connect --app-key-file",
            app=app.app_id,
        )
    with engine.store.write() as session:
        save_app(session, engine.cipher, app.channel, app.app_id, key, app.settings)


def takes_key(engine: Engine, app: DeveloperApp, key: str) -> bool:
    """Asks about shops of the app under the new key until one is answered; False when none could be asked.

    Raises UserError when the channel refuses the key, and what else the channel says when it cannot be reached.
    """
    for shop in shops_of_app(engine, app):
        ports = engine.ports(app.channel, CallCount(), lambda _timeout: None, trial_key=key)
        try:
            engine.plugin(app.channel).open(shop.remote_shop_id, {**shop.settings, "app_secret": key}, ports).check()
        except (AuthExpired, ShopBlocked):  # these say nothing of the key
            continue
        except Misconfigured as error:
            raise UserError("The marketplace does not take the new key: {why}. The old key stays.", why=error) from None
        return True
    return False


def shops_of_app(engine: Engine, app: DeveloperApp) -> list[ShopView]:
    """The shops that an app reaches."""
    with engine.store.read() as session:
        return [shop for shop in list_shops(session, engine.cipher) if shop.app_id == app.row]
