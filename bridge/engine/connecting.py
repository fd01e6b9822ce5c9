"""Connecting a shop: what is stored of it whatever road it came by, and the road from a sandbox's own credentials."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from bridge.connectors import registry
from bridge.connectors.base import RemoteShop
from bridge.engine.adopting import adopt
from bridge.engine.checking import check_lane
from bridge.engine.context import Engine, Lane
from bridge.errors import ChannelError, TryLater, UserError
from bridge.model import Grant
from bridge.sheets.text import fold
from bridge.store.catalog import resolve_merchant, row_id
from bridge.store.shops import (
    ShopView,
    drop_unused_grants,
    list_shops,
    save_app,
    save_grant,
    save_shop,
)
from bridge.store.tables import Shop

TIMEOUT_S = 20


def connect_sandbox(engine: Engine, channel: str, merchant: str, address: str, create: bool) -> ShopView:
    """Takes app, shop and tokens from a sandbox's credentials: a shop that is not connected yet, or a new one."""
    registry.plugin(channel)
    info = ask_sandbox(address, "/_sandbox/credentials")
    if info.get("platform") != channel:
        raise UserError(
            "The sandbox at {address} is for {found}, not for {wanted}.",
            address=address,
            found=info.get("platform"),
            wanted=channel,
        )
    shop = (
        ask_sandbox(address, "/_sandbox/shops", {"name": merchant, "authorised": True})
        if create
        else free_shop(engine, channel, info)
    )
    settings = {"base_url": info["base_url"], "auth_url": info["auth_url"]}
    settings |= {key: str(info[key]) for key in ("username", "signature_key") if info.get(key)}
    grant = Grant(
        access_token=str(shop["access_token"]),
        refresh_token=str(shop.get("refresh_token") or ""),
        access_until=None,
        refresh_until=None,
        consent_until=None,
        shops=(str(shop["id"]),),
        extra={"cipher": str(shop["cipher"])} if shop.get("cipher") else {},
    )
    app_id = store_app(engine, channel, str(info["app"]["id"]), str(info["app"]["secret"]), settings)
    return store_grants(engine, channel, merchant, app_id, [grant])[0]


def ask_sandbox(address: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """One control-plane call."""
    if not address.startswith(("http://", "https://")):
        raise UserError("The sandbox address {address} must begin with http://", address=address)
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address.rstrip("/") + path, data, {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310  http or https, checked above
            return json.load(answer)
    except (urllib.error.URLError, TimeoutError, ValueError):
        raise TryLater("No sandbox answers at {address}. Start it with: jembatan sandbox", address=address) from None


def free_shop(engine: Engine, channel: str, info: Mapping[str, Any]) -> Any:
    """The first shop of the sandbox that is not connected yet."""
    with engine.store.read() as session:
        taken = set(session.execute(select(col(Shop.remote_shop_id)).where(col(Shop.channel) == channel)).scalars())
    free = [shop for shop in info["shops"] if str(shop["id"]) not in taken]
    if not free:
        raise UserError("Every shop of this sandbox is connected already. Add --create to ask it for a new one.")
    return free[0]


def store_app(engine: Engine, channel: str, app_id: str, secret: str, settings: Mapping[str, str]) -> int:
    """Keeps a developer key, sealed."""
    with engine.store.write() as session:
        return row_id(save_app(session, engine.cipher, channel, app_id, secret, settings))


def store_grants(engine: Engine, channel: str, merchant: str, app_row_id: int, grants: list[Grant]) -> list[ShopView]:
    """Stores grants with their shops, checks each shop once, and lists the merchant's publishable products there.

    A shop that is known already stays with its business. Raises the first shop's trouble once all have had their turn.
    """
    now = engine.clock()
    with engine.store.write() as session:
        owner = resolve_merchant(session, merchant, fold(merchant))
        assert owner is not None
        ids = []
        for grant in grants:
            row = save_grant(session, engine.cipher, app_row_id, grant)
            for remote_shop_id in grant.shops:
                ids.append(
                    row_id(save_shop(session, channel, remote_shop_id, row_id(owner), app_row_id, row_id(row), now))
                )
        drop_unused_grants(session)
    troubles = [trouble for shop_id in ids if (trouble := begin_shop(engine, shop_id)) is not None]
    if troubles:
        raise troubles[0]
    return shops_by_id(engine, ids)


def begin_shop(engine: Engine, shop_id: int) -> ChannelError | None:
    """Asks about a shop and takes over what it shows already; gives what went wrong, so that one shop holds up no other."""
    try:
        check_shop(engine, shop_id)
        engine.takeovers[shop_id] = adopt(lane_of(engine, shop_id))
    except ChannelError as error:
        return error
    return None


def shops_by_id(engine: Engine, ids: Sequence[int]) -> list[ShopView]:
    """These shops as they are stored now."""
    with engine.store.read() as session:
        return list_shops(session, engine.cipher, ids)


def check_shop(engine: Engine, shop_id: int) -> RemoteShop:
    """Asks the channel about a shop and keeps what it says; a shop that may go on goes on."""
    return check_lane(lane_of(engine, shop_id))


def lane_of(engine: Engine, shop_id: int) -> Lane:
    """A shop as it is stored now, without its lease."""
    return Lane(engine=engine, shop=shops_by_id(engine, [shop_id])[0])
