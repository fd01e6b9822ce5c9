"""What a person enters when a shop is connected: a token where there is no consent page, and a connector's extra settings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import col

from bridge.connectors.base import CallCount, ConsentSource
from bridge.engine.connecting import check_shop, connect_sandbox, store_app, store_grants
from bridge.engine.context import Engine
from bridge.engine.looking import merchant_id
from bridge.errors import AuthExpired, Misconfigured, UserError
from bridge.model import Grant
from bridge.store.shops import ShopView, list_shops
from bridge.store.tables import App

Settings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EnteredToken:
    """The vault of a shop that is not stored yet: one token, which nobody can renew."""

    grant: Grant

    def current(self, shop: str) -> Grant:  # noqa: ARG002
        """The token."""
        return self.grant

    def renew(self, shop: str, stale_access_token: str) -> str:  # noqa: ARG002
        """Always raises."""
        raise AuthExpired("the token is not accepted")


def connect_token(
    engine: Engine, channel: str, merchant: str, shop: str, token: str, app: tuple[str, str] | None, given: Settings
) -> ShopView:
    """Asks the channel with the token first, and stores app, token and shop only when it answers. Raises what the channel says.

    Without an app of its own the shop's id stands for it, so that settings given here are this shop's alone.
    """
    merchant_id(engine, merchant)
    plugin = engine.plugin(channel)
    if isinstance(plugin, ConsentSource):
        raise UserError("{channel} has a consent page: no token is entered by hand.", channel=channel)
    app_id, secret = app if app is not None else (shop, "")
    settings = {**kept_settings(engine, channel, app_id, given.get("base_url", "")), **given}
    must_fit(engine, channel, app_id, secret, settings)
    grant = Grant(token, "", None, None, None, (shop,))
    ports = replace(engine.ports(channel, CallCount(), lambda _timeout: None), vault=EnteredToken(grant))
    plugin.open(shop, {**settings, "app_id": app_id, "app_secret": secret}, ports).check()
    row = store_app(engine, channel, app_id, secret, settings)
    return store_grants(engine, channel, merchant, row, [grant])[0]


def connect_sandbox_with(
    engine: Engine, channel: str, merchant: str, address: str, create: bool, given: Settings
) -> ShopView:
    """A sandbox's shop, with settings that its credentials do not carry. Those given for an earlier shop of its app stay."""
    must_fit(engine, channel, "0", "0", given)
    before = all_settings(engine, channel)
    view = connect_sandbox(engine, channel, merchant, address, create)
    app = view.settings["app_id"], view.settings.get("base_url", "")
    own = all_settings(engine, channel)[app]  # the app's alone: the view has what was remembered of the shop as well
    wanted = {**before.get(app, {}), **own, **given}
    if wanted == own:
        return view
    store_app(engine, channel, view.settings["app_id"], view.settings["app_secret"], wanted)
    check_shop(engine, view.shop_id)
    with engine.store.read() as session:
        return list_shops(session, engine.cipher, [view.shop_id])[0]


def must_fit(engine: Engine, channel: str, app_id: str, secret: str, settings: Settings) -> None:
    """Raises UserError where the connector does not take a setting, before it is stored for every shop of the app."""
    ports = engine.ports(channel, CallCount(), lambda _timeout: None)
    try:
        engine.plugin(channel).open("0", {**settings, "app_id": app_id, "app_secret": secret}, ports)
    except Misconfigured as error:
        raise UserError("{channel} does not take these settings: {why}.", channel=channel, why=error) from None


def kept_settings(engine: Engine, channel: str, app_id: str, base_url: str) -> dict[str, str]:
    """What was set for an app before; nothing for one that is new."""
    return all_settings(engine, channel).get((app_id, base_url), {})


def all_settings(engine: Engine, channel: str) -> dict[tuple[str, str], dict[str, str]]:
    """By app and address, what was set for the apps of a channel."""
    query = select(App).where(col(App.channel) == channel)
    with engine.store.read() as session:
        return {(app.remote_app_id, app.base_url): dict(app.settings) for app in session.execute(query).scalars()}
