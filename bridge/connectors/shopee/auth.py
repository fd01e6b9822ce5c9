"""Signatures, the consent flow and the check of a push. Signed is what decides who asks; bodies are not signed at Shopee."""

import hashlib
import hmac
import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from pydantic import ValidationError

from bridge.connectors.base import Ports
from bridge.connectors.http import Auth, Call, Client, Http, Request, Response
from bridge.connectors.shopee.errors import classifier
from bridge.connectors.shopee.types import ShopeeSettings, Tokens
from bridge.connectors.wire import moment, read_rates
from bridge.errors import AuthExpired, OutcomeUnknown
from bridge.model import Grant, Hint

SIGNED_LINK = "/api/v2/shop/auth_partner"
REFRESH_LIFE = timedelta(days=30)
ABSOLUTE = 1_000_000_000  # an expire_in above this is a moment, not a duration


def sign(partner_id: str, key: str, path: str, timestamp: int, access_token: str = "", owner: str = "") -> str:
    """The signature of a call. `owner` is the shop (or merchant) id; public calls have neither it nor a token."""
    base = f"{partner_id}{path}{timestamp}{access_token}{owner}"
    return hmac.new(key.encode(), base.encode(), hashlib.sha256).hexdigest()


def sign_push(key: str, url: str, body: bytes) -> str:
    """The signature of a push: over the address as configured in the console and the raw body."""
    return hmac.new(key.encode(), url.encode() + b"|" + body, hashlib.sha256).hexdigest()


class ShopeeAuth(Auth):
    """Adds the common parameters when the request leaves, so that its timestamp is fresh."""

    def __init__(
        self, settings: ShopeeSettings, clock: Callable[[], datetime], path: str, shop: str = "", token: str = ""
    ):
        self._settings, self._clock = settings, clock
        self._path, self._shop, self._token = path, shop, token

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        """One request, signed."""
        app, stamp = self._settings.app_id, int(self._clock().timestamp())
        common = {"partner_id": app, "timestamp": str(stamp)}
        common["sign"] = sign(app, self._settings.app_secret, self._path, stamp, self._token, self._shop)
        if self._token:
            common |= {"access_token": self._token, "shop_id": self._shop}
        request.url = request.url.copy_merge_params(common)
        yield request


class ShopeeConsent:
    """A seller authorises the app for a shop, or a main account for several."""

    def __init__(self, settings: ShopeeSettings, ports: Ports, client: Client | None = None) -> None:
        self._settings, self._clock = settings, ports.clock
        config = settings.config
        self._http = Http(
            base_url=settings.host,
            channel="shopee",
            app=settings.app_id,
            shop="",
            ports=ports,
            rates=tuple(rate for rate in read_rates(config["rates"], None) if rate.scope == "app"),
            sign=lambda call, _grant: ShopeeAuth(settings, ports.clock, call.path),
            classify=classifier(ports.clock, time.fromisoformat(config["calls"]["quota_reset"])),
            secrets=(settings.app_secret,),
            client=client,
        )

    def link(self, state: str, callback: str) -> str:
        """The address a seller opens: the fixed page, or the older signed link that lives five minutes."""
        settings = self._settings
        if settings.link_form == "signed":
            stamp = int(self._clock().timestamp())
            query = {
                "partner_id": settings.app_id,
                "timestamp": str(stamp),
                "sign": sign(settings.app_id, settings.app_secret, SIGNED_LINK, stamp),
                "redirect": f"{callback}{'&' if '?' in callback else '?'}{urlencode({'state': state})}",
            }
            return f"{settings.host}{SIGNED_LINK}?{urlencode(query)}"
        query = {
            "partner_id": settings.app_id,
            "auth_type": "seller",
            "redirect_uri": callback,
            "response_type": "code",
            "state": state,
        }
        return f"{settings.auth_url}?{urlencode(query)}"

    def exchange(self, answer: Mapping[str, str]) -> Sequence[Grant]:
        """One grant per shop: a main account's first pair is shared, and each shop gets its own at its first refresh."""
        owner = "shop_id" if answer.get("shop_id") else "main_account_id"
        if not answer.get("code") or not answer.get(owner):
            raise AuthExpired("the answer of the consent page has no code or no shop; open the link again")
        grant = self._tokens("/api/v2/auth/token/get", {"code": answer["code"], owner: int(answer[owner])})
        shops = grant.shops if grant.shops else ((answer["shop_id"],) if owner == "shop_id" else ())
        return [replace(grant, shops=(shop,)) for shop in shops]

    def refresh(self, grant: Grant, shop: str) -> Grant:
        """A new pair; the old refresh token is used up by this. The caller writes down its intent first."""
        fresh = self._tokens(
            "/api/v2/auth/access_token/get", {"refresh_token": grant.refresh_token, "shop_id": int(shop)}
        )
        return replace(fresh, shops=grant.shops, consent_until=grant.consent_until, extra=grant.extra)

    def _tokens(self, path: str, fields: Mapping[str, str | int]) -> Grant:
        body = json.dumps({**fields, "partner_id": int(self._settings.app_id)}).encode()
        reply = self._http.send(Call(method="POST", path=path, kind="tokens", body=body, needs_token=False))
        try:
            tokens = Tokens.model_validate(reply.body)
        except ValidationError:
            tokens = None
        if tokens is None:
            raise OutcomeUnknown(f"{path}: the answer holds no token pair")
        now = self._clock()
        stamp = tokens.expire_in if tokens.expire_in > ABSOLUTE else int(now.timestamp()) + tokens.expire_in
        ends = moment(stamp)  # None for an absurd one: the pair itself must not be lost over it
        shops = tuple(tokens.shop_id_list)
        return Grant(tokens.access_token, tokens.refresh_token, ends, now + REFRESH_LIFE, None, shops)


ORDER_CODES = frozenset({3, 4, 8, 23, 24, 25, 29, 30, 37, 47})
LISTING_CODES = frozenset({7, 8, 9, 16, 22, 27})
SHOP_CODES = frozenset({1, 2, 12})


def read_push(url: str, headers: Mapping[str, str], body: bytes, secret: str) -> Sequence[Hint] | None:
    """None for a wrong signature; no hints for the console's test message and for what does not concern us."""
    given = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    if not hmac.compare_digest(given.encode(), sign_push(secret, url, body).encode()):
        return None
    try:
        push = json.loads(body)
    except ValueError:
        return ()
    inner = push.get("data") if isinstance(push, dict) else None
    if not isinstance(inner, dict):
        return ()
    code = push.get("code")
    key = hashlib.sha256(body).hexdigest()  # Shopee gives events no id; a repeated push repeats its body
    if code in SHOP_CODES:
        return tuple(Hint(shop, key) for shop in _shops(push, inner))
    orders = _texts(inner.get("ordersn", inner.get("order_sn"))) if code in ORDER_CODES else ()
    items = _texts(inner.get("item_id")) if code in LISTING_CODES else ()
    if not orders and not items:
        return ()
    return tuple(Hint(shop, key, orders, items) for shop in _texts(push.get("shop_id", inner.get("shop_id"))))


def _shops(push: Mapping[str, object], inner: Mapping[str, object]) -> tuple[str, ...]:
    names = ("shop_id", "shopid", "shop_id_list", "shop_expire_soon")
    found = [text for part in (push, inner) for name in names for text in _texts(part.get(name))]
    return tuple(dict.fromkeys(found))


def _texts(value: object) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else [value]
    return tuple(str(row) for row in rows if row not in (None, "", 0) and not isinstance(row, dict))
