"""What a person enters when a shop is connected: a token where there is no consent page, and a connector's extra settings."""

from collections.abc import Mapping
from dataclasses import replace

from bridge.connectors.base import CallCount, ConsentSource
from bridge.engine.apps import Settings, apps, find_app, must_fit
from bridge.engine.connecting import check_shop, connect_sandbox, shops_by_id, store_app, store_grants
from bridge.engine.consent import HeldTokens, owners_of
from bridge.engine.context import Engine
from bridge.engine.looking import merchant_id
from bridge.errors import UserError
from bridge.model import Grant
from bridge.store.shops import ShopView


def connect_token(
    engine: Engine,
    channel: str,
    merchant: str,
    shop: str,
    token: str,
    app: tuple[str, str | None] | None,
    given: Settings,
) -> ShopView:
    """Asks the channel with the token first, and stores app, token and shop only when it answers. Raises what the channel says.

    Without an app of its own the shop's id stands for it, so that settings given here are this shop's alone. An app that is
    given without its key is one that was used before.
    """
    must_be_free(engine, channel, merchant, shop)
    plugin = engine.plugin(channel)
    if isinstance(plugin, ConsentSource):
        raise UserError("{channel} has a consent page: no token is entered by hand.", channel=channel)
    app_id, secret = app if app is not None else (shop, "")
    known = find_app(engine, channel, app_id, given.get("base_url"))
    if secret is None:
        if known is None:
            raise UserError("--app-id and --app-key-file belong together.")
        secret = known.secret
    settings = {**(known.settings if known is not None else {}), **given}
    must_fit(engine, channel, app_id, secret, settings)
    grant = Grant(token, "", None, None, None, (shop,))
    ports = replace(engine.ports(channel, CallCount(), lambda _timeout: None), vault=HeldTokens(grant))
    plugin.open(shop, {**settings, "app_id": app_id, "app_secret": secret}, ports).check()
    row = store_app(engine, channel, app_id, secret, settings)
    return store_grants(engine, channel, merchant, row, [grant])[0]


def must_be_free(engine: Engine, channel: str, merchant: str, shop: str) -> None:
    """Raises UserError where a shop belongs to another business already: it is never moved silently."""
    mine = merchant_id(engine, merchant)
    owner_id, owner = owners_of(engine, channel, [shop]).get(shop, (mine, merchant))
    if owner_id != mine:
        raise UserError(
            "The shop {shop} is connected for {owner} already, and stays there. Renew it with --merchant {owner}",
            shop=shop,
            owner=owner,
        )


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
    return shops_by_id(engine, [view.shop_id])[0]


def all_settings(engine: Engine, channel: str) -> dict[tuple[str, str], Mapping[str, str]]:
    """By app and address, what was set for the apps of a channel."""
    return {(app.app_id, app.settings.get("base_url", "")): app.settings for app in apps(engine, channel)}
