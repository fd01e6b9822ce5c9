"""Signatures, the consent flow and the check of a webhook. Signed is the path, every parameter and the exact body."""

import hashlib
import hmac
import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from datetime import datetime, time
from urllib.parse import quote, urlencode

from bridge.connectors.base import Ports
from bridge.connectors.http import Auth, Call, Client, Http, Request, Response
from bridge.connectors.tokopedia.errors import STATUSES, classifier, judge_of
from bridge.connectors.tokopedia.types import ShopList, ShopRow, Tokens, TokopediaSettings
from bridge.connectors.wire import moment, parse
from bridge.errors import AuthExpired
from bridge.model import Grant, Hint

UNSIGNED = frozenset({"sign", "access_token"})
SHOPS = "/authorization/202309/shops"
MULTIPART = "multipart/form-data"


def sign(secret: str, path: str, params: Iterable[tuple[str, str]], body: bytes) -> str:
    """The signature of a call; `params` decoded, `body` empty for multipart."""
    pairs = "".join(f"{key}{value}" for key, value in sorted(params) if key not in UNSIGNED)
    text = b"".join((secret.encode(), path.encode(), pairs.encode(), body, secret.encode()))
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def sign_push(app_key: str, secret: str, body: bytes) -> str:
    """The signature of a webhook."""
    return hmac.new(secret.encode(), app_key.encode() + body, hashlib.sha256).hexdigest()


class TokopediaAuth(Auth):
    """Adds the common parameters when the request leaves, so that its timestamp is fresh."""

    def __init__(
        self, settings: TokopediaSettings, clock: Callable[[], datetime], token: str, cipher: str = ""
    ) -> None:
        self._settings, self._clock = settings, clock
        self._token, self._cipher = token, cipher

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        """One request, signed."""
        common = {"app_key": self._settings.app_id, "timestamp": str(int(self._clock().timestamp()))}
        common |= {"shop_cipher": self._cipher} if self._cipher else {}
        url = request.url.copy_merge_params(common)
        multipart = request.headers.get("Content-Type", "").startswith(MULTIPART)
        body = b"" if multipart else request.content
        signature = sign(self._settings.app_secret, url.path, url.params.multi_items(), body)
        request.url = url.copy_merge_params({"sign": signature})
        request.headers["x-tts-access-token"] = self._token
        request.headers.setdefault("Content-Type", "application/json")
        yield request


def cipher_of(grant: Grant, shop: str) -> str:
    """A grant of several shops keeps one cipher each; a grant of one may keep it plainly."""
    return grant.extra.get(f"cipher/{shop}", grant.extra.get("cipher", ""))


class TokopediaConsent:
    """A seller authorises the app for all shops of the account; the consent may also begin in the seller centre."""

    def __init__(self, settings: TokopediaSettings, ports: Ports, client: Client | None = None) -> None:
        self._settings, self._ports, self._client = settings, ports, client

    def link(self, state: str, callback: str) -> str:  # noqa: ARG002  where to return to is set in the app
        """The consent page; without a service id the older form."""
        settings = self._settings
        if settings.service_id:
            query = {"service_id": settings.service_id, "state": state}
            return f"{settings.consent_url}?{urlencode(query, quote_via=quote)}"
        query = {"app_key": settings.app_id, "state": state}
        return f"{settings.auth_url.rstrip('/')}/oauth/authorize?{urlencode(query, quote_via=quote)}"

    def exchange(self, answer: Mapping[str, str]) -> Sequence[Grant]:
        """One grant for all Indonesian shops of the seller: they share the token pair. Two calls."""
        code = answer.get("code", "")
        if answer.get("error") or code in ("", "null"):
            raise AuthExpired(f"the consent page gave no code ({answer.get('error', 'none')}); open the link again")
        tokens = self._tokens("get", {"auth_code": code, "grant_type": "authorized_code"})
        if tokens.user_type != 0:
            raise AuthExpired("the account that agreed is no seller's; open the link again as the shop's owner")
        shops = self._shops(tokens.access_token)
        if not shops:
            raise AuthExpired("the account has no shop in Indonesia")
        extra = {f"cipher/{shop.id}": shop.cipher for shop in shops} if len(shops) > 1 else {"cipher": shops[0].cipher}
        return [grant_of(tokens, tuple(shop.id for shop in shops), extra)]

    def refresh(self, grant: Grant, shop: str) -> Grant:  # noqa: ARG002  the pair serves all shops of the grant
        """A new pair; the old refresh token is dropped. The caller writes down its intent first."""
        fields = {"refresh_token": grant.refresh_token, "grant_type": "refresh_token"}
        return grant_of(self._tokens("refresh", fields), grant.shops, grant.extra)

    def _tokens(self, what: str, fields: Mapping[str, str]) -> Tokens:
        """The secret travels in the address, so nothing of this call is ever shown but its path."""
        params = {"app_key": self._settings.app_id, "app_secret": self._settings.app_secret, **fields}
        path = f"/api/v2/token/{what}"
        call = Call(method="GET", path=path, kind="tokens", params=tuple(params.items()), needs_token=False)
        body = self._http(self._settings.auth_url, lambda _call, _grant: None).send(call).body
        return parse(Tokens, body.get("data") if isinstance(body, dict) else None, path)

    def _shops(self, token: str) -> list[ShopRow]:
        auth = TokopediaAuth(self._settings, self._ports.clock, token)
        call = Call(method="GET", path=SHOPS, kind="tokens", needs_token=False)
        body = self._http(self._settings.base_url, lambda _call, _grant: auth, token).send(call).body
        found = parse(ShopList, body.get("data") if isinstance(body, dict) else None, SHOPS)
        return [shop for shop in found.shops if shop.region in ("", "ID")]

    def _http(self, host: str, sign: Callable[[Call, Grant | None], Auth | None], *secrets: str) -> Http:
        resets_at = time.fromisoformat(self._settings.config["calls"]["quota_reset"])
        return Http(
            base_url=host,
            channel="tokopedia",
            app=self._settings.app_id,
            shop="",
            ports=self._ports,
            rates=(),
            sign=sign,
            classify=classifier(judge_of(self._ports.clock, resets_at)),
            secrets=(self._settings.app_secret, *secrets),
            statuses=STATUSES,
            client=self._client,
        )


def grant_of(tokens: Tokens, shops: tuple[str, ...], extra: Mapping[str, str]) -> Grant:
    """Ends are absolute. The refresh token lives as long as the seller's consent."""
    ends = moment(tokens.refresh_token_expire_in)
    until = moment(tokens.access_token_expire_in)
    return Grant(tokens.access_token, tokens.refresh_token, until, ends, ends, shops, extra)


SHOP_TYPES = frozenset({6, 7, 35})  # consent withdrawn, consent ends, shop merged or rolled back


def read_push(headers: Mapping[str, str], body: bytes, secret: str) -> Sequence[Hint] | None:
    """None for a wrong signature; no hints for what does not concern us. `secret` is `app key:app secret`."""
    app_key, _, app_secret = secret.partition(":")
    given = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    if not app_secret or not hmac.compare_digest(given.encode(), sign_push(app_key, app_secret, body).encode()):
        return None
    try:
        push = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    data = push.get("data") if isinstance(push, dict) else None
    if not isinstance(data, dict):
        return ()
    shops = _texts(push.get("shop_id")) or _texts(data.get("tts_shop_id"))
    key = next(iter(_texts(push.get("tts_notification_id"))), "") or hashlib.sha256(body).hexdigest()
    packages = data.get("package_list")
    orders = [data, *(packages if isinstance(packages, list) else ())]
    order_ids = tuple(dict.fromkeys(text for part in orders for text in _orders(part)))
    products = _texts(data.get("product_id"))
    if not order_ids and not products and push.get("type") not in SHOP_TYPES:
        return ()
    return tuple(Hint(shop, key, order_ids, products) for shop in shops)


def _orders(part: object) -> list[str]:
    names = ("order_id", "order_ids", "order_id_list")
    return [text for name in names for text in _texts(part.get(name))] if isinstance(part, dict) else []


def _texts(value: object) -> tuple[str, ...]:
    """Ids come as text or as whole numbers beyond 2^53."""
    rows = value if isinstance(value, list) else [value]
    return tuple(str(row) for row in rows if isinstance(row, str | int) and not isinstance(row, bool) and row)
