"""The token host, and the pages on which a seller authorises.

Token calls are not signed; the secret travels in the query. On the real platform the callback is a setting of the app;
here the page takes it as `redirect_uri`, and without one it shows the code.
"""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bridge.sandbox.tokopedia.errors import ApiError, bad_request, wrong
from bridge.sandbox.tokopedia.shops import authorise, deauthorise
from bridge.sandbox.tokopedia.state import Shop, World
from bridge.sandbox.tokopedia.tokens import Pair

SCOPES = ("seller.authorization.info", "seller.product.basic", "seller.product.write", "seller.order.info")
MORE_SCOPES = ("seller.logistics", "seller.fulfillment.basic", "seller.return_refund.basic", "seller.shop.info")


def token_call(world: World, what: str, params: Mapping[str, str]) -> dict[str, Any]:
    if what not in ("get", "refresh"):
        raise ApiError(36009009, "Invalid path.", 404)
    if params.get("app_key") != world.app_key:
        raise bad_request("Invalid parameter: app_key is missing or unknown")
    if params.get("app_secret") != world.app_secret:
        raise bad_request("Invalid parameter: app_secret does not fit the app_key")
    wanted = "authorized_code" if what == "get" else "refresh_token"
    if params.get("grant_type") != wanted:
        raise wrong("grant_type", wanted)
    if what == "refresh":
        return _tokens(world, world.tokens.refresh(params.get("refresh_token", "")))
    shop = world.shops[world.tokens.exchange(params.get("auth_code", ""))]
    if shop.authorised_until is None:
        raise ApiError(36004005, "No matching authorization record.")
    return _tokens(world, world.tokens.issue(shop.shop_id, shop.authorised_until))


def _tokens(world: World, pair: Pair) -> dict[str, Any]:
    """Ends are moments, not durations."""
    shop = world.shops[pair.shop_id]
    return {
        "access_token": pair.access,
        "access_token_expire_in": world.clock.to_real(pair.access_until),
        "refresh_token": pair.refresh,
        "refresh_token_expire_in": world.clock.to_real(pair.refresh_until),
        "open_id": shop.open_id,
        "seller_name": shop.name,
        "seller_base_region": "ID",
        "user_type": 0,
        "granted_scopes": [*SCOPES, *MORE_SCOPES],
    }


async def consent_page(market: Any, request: Request) -> Response:
    """`shop_id` chooses at once; `deny=1` refuses; `cancel=1` takes an authorisation back."""
    world: World = market.world
    params = request.query_params
    if not params.get("service_id") and params.get("app_key") != world.app_key:
        return HTMLResponse("<p>service_id is missing</p>", 400)
    with market.lock:
        state = {"state": params["state"]} if params.get("state") else {}
        if params.get("deny"):
            return _back(params, {"code": "null", "error": "auth_denied", **state})
        shop = world.shops.get(params.get("shop_id", ""))
        if shop is None:
            return _choice(world, request)
        if params.get("cancel"):
            deauthorise(world, shop)
            return HTMLResponse("<p>Izin dicabut.</p>")
        authorise(world, shop)
        return _back(params, {"app_key": world.app_key, "code": world.tokens.new_code(shop.shop_id), **state})


def _choice(world: World, request: Request) -> Response:
    rest = request.query_params.multi_items()
    links = [_link(rest, shop) for shop in world.shops.values()]
    links.append(f'<p><a href="?{escape(urlencode([*rest, ("deny", "1")]))}">Tolak</a></p>')
    head = '<!doctype html><html lang="id"><meta charset="utf-8"><title>Tokopedia &amp; Shop sandbox</title>'
    return HTMLResponse(f"{head}<h1>Tokopedia &amp; Shop (sandbox)</h1>{''.join(links)}</html>")


def _link(rest: list[tuple[str, str]], shop: Shop) -> str:
    query = urlencode([*rest, ("shop_id", shop.shop_id)])
    return f'<p><a href="?{escape(query)}"><button>Izinkan {escape(shop.name)}</button></a></p>'


def _back(params: Mapping[str, str], answer: Mapping[str, str]) -> Response:
    try:
        parts = urlsplit(params.get("redirect_uri", ""))
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https"):
        return HTMLResponse(f"<p>code: <code>{escape(answer['code'])}</code></p>")
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *answer.items()])
    return RedirectResponse(urlunsplit(parts._replace(query=query)), 302)
