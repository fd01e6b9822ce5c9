"""Connecting shops by their owner's consent: the link, the callback's answer, the shops found, and whose they are.

Nothing is stored before the marketplace has accepted the answer: that proves app and key as well.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import select
from sqlmodel import col

from bridge.connectors.base import CallCount, ConsentFlow, ConsentSource
from bridge.engine.apps import DeveloperApp, find_app
from bridge.engine.connecting import store_app, store_grants
from bridge.engine.context import Engine
from bridge.errors import AuthExpired, ChannelError, ChannelUnavailable, Misconfigured, NeedsAuthorisation, UserError
from bridge.model import Grant
from bridge.store.shops import ShopView
from bridge.store.tables import Merchant, Shop


@dataclass(frozen=True, slots=True)
class Answer:
    """What the callback brought. `proven`: its state is the one that went out with the link."""

    fields: Mapping[str, str]
    proven: bool

    def __repr__(self) -> str:
        return f"Answer(proven={self.proven})"


@dataclass(frozen=True, slots=True)
class FoundShop:
    """A shop that the owner authorised; `owner` is the business that it is connected for already."""

    remote_shop_id: str
    name: str
    owner_id: int | None
    owner: str | None


@dataclass(frozen=True, slots=True)
class HeldTokens:
    """The vault of shops that are not stored yet: tokens that nobody renews."""

    grant: Grant

    def current(self, shop: str) -> Grant:  # noqa: ARG002
        """The tokens."""
        return self.grant

    def renew(self, shop: str, stale_access_token: str) -> str:  # noqa: ARG002
        """Always raises."""
        raise AuthExpired("the token is not accepted")


def flow_of(engine: Engine, app: DeveloperApp) -> ConsentFlow:
    """The consent flow of an app."""
    plugin = engine.plugin(app.channel)
    if not isinstance(plugin, ConsentSource):
        raise UserError("{channel} has no consent page: enter the token instead.", channel=app.channel)
    return plugin.consent(app.opened_with, engine.ports(app.channel, CallCount(), lambda _timeout: None))


def consent_link(engine: Engine, app: DeveloperApp, callback: str, merchant_id: int) -> tuple[str, str]:
    """The address that the owner opens, and the state that must come back with it.

    The state follows from the app's secret, the business and the callback: nobody else can make it, another business's answer
    does not fit it, and a script may ask for the link and bring the answer in two runs.
    """
    bound = f"{app.channel}|{app.app_id}|{merchant_id}|{callback}"
    state = hmac.new(app.secret.encode(), bound.encode(), hashlib.sha256).hexdigest()[:32]
    return flow_of(engine, app).link(state, callback), state


def read_answer(pasted: str, state: str) -> Answer:
    """The callback address as the browser shows it. Raises UserError for one that belongs to another attempt."""
    fields = dict(parse_qsl(urlsplit(pasted.strip()).query))
    if not fields:
        raise UserError(
            "This is not the address that the marketplace sent you to. Copy the whole line from the browser."
        )
    told = fields.get("state", state)
    if not hmac.compare_digest(told.encode(errors="replace"), state.encode()):
        raise UserError("The pasted address belongs to another attempt. Open the link again and paste the new address.")
    return Answer(fields, "state" in fields)


def exchange(engine: Engine, app: DeveloperApp, answer: Answer) -> list[Grant]:
    """Tokens for the answer; its code is used up by this."""
    try:
        return list(flow_of(engine, app).exchange(answer.fields))
    except (Misconfigured, ChannelUnavailable):
        raise
    except ValueError:
        raise UserError(
            "The app's number or the pasted address is not of the kind that {channel} uses. Check both and try again.",
            channel=app.channel,
        ) from None
    except ChannelError as error:
        raise NeedsAuthorisation(
            "The marketplace did not accept the answer: {why}. Open the link again.", why=error
        ) from None


def found_shops(engine: Engine, app: DeveloperApp, grants: Sequence[Grant]) -> list[FoundShop]:
    """The shops that were authorised, with their names and whose they are."""
    owners = owners_of(engine, app.channel, [shop for grant in grants for shop in grant.shops])
    return [
        FoundShop(shop, shop_called(engine, app, grant, shop), *owners.get(shop, (None, None)))
        for grant in grants
        for shop in grant.shops
    ]


def owners_of(engine: Engine, channel: str, shops: Sequence[str]) -> dict[str, tuple[int, str]]:
    """By remote id, the business of each shop that is connected already."""
    query = select(col(Shop.remote_shop_id), col(Merchant.id), col(Merchant.name))
    query = query.join(Merchant, col(Merchant.id) == col(Shop.merchant_id))
    query = query.where(col(Shop.channel) == channel, col(Shop.remote_shop_id).in_(shops))
    with engine.store.read() as session:
        return {shop: (merchant_id, name) for shop, merchant_id, name in session.execute(query)}


def shop_called(engine: Engine, app: DeveloperApp, grant: Grant, shop: str) -> str:
    """A shop's name as the channel tells it; nothing where it does not."""
    ports = replace(engine.ports(app.channel, CallCount(), lambda _timeout: None), vault=HeldTokens(grant))
    try:
        return engine.plugin(app.channel).open(shop, app.opened_with, ports).check().name
    except ChannelError:
        return ""


def connect_found(
    engine: Engine, app: DeveloperApp, merchant: str, grants: Sequence[Grant], chosen: Sequence[str]
) -> list[ShopView]:
    """Stores the app, the tokens and the chosen shops. A shop that is connected already stays with its business."""
    kept = [replace(grant, shops=tuple(shop for shop in grant.shops if shop in chosen)) for grant in grants]
    known = None if app.key_given else find_app(engine, app.channel, app.app_id, app.settings.get("base_url", ""))
    secret = app.secret if known is None else known.secret
    row = store_app(engine, app.channel, app.app_id, secret, app.settings)
    return store_grants(engine, app.channel, merchant, row, [grant for grant in kept if grant.shops])
