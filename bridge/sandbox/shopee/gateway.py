"""The checks before a call reaches its module, in the platform's order.

partner id, timestamp, signature, path, access token, shop link, rate, verb. Verb and parameters are not signed.
"""

from starlette.datastructures import QueryParams

from bridge.sandbox.core.limits import Limits
from bridge.sandbox.shopee.call import Access, Endpoint
from bridge.sandbox.shopee.errors import GatewayError
from bridge.sandbox.shopee.signing import matches, sign
from bridge.sandbox.shopee.state import Shop, World

WINDOW_S = 300


def check_app(world: World, params: QueryParams) -> None:
    """Partner id and timestamp."""
    partner_id, timestamp = params.get("partner_id"), params.get("timestamp")
    if not partner_id:
        raise GatewayError("error_param", "There is no partner_id in query.")
    if partner_id != str(world.partner_id):
        raise GatewayError("error_param", "Invalid partner_id.")
    if not timestamp:
        raise GatewayError("error_param", "no timestamp")
    if not timestamp.isascii() or not timestamp.isdecimal():
        raise GatewayError("error_param", "Invalid timestamp")
    if abs(world.clock.judge() - int(timestamp)) > WINDOW_S:
        raise GatewayError("error_param", "Timestamp is expired.")


def check_sign(world: World, path: str, params: QueryParams, access: Access | None) -> bool:
    """True when the call is signed for a shop or merchant, False when publicly. None: any kind will do (wrong paths)."""
    given = params.get("sign")
    if not given:
        raise GatewayError("error_param", "There is no sign in query.")
    token, shop_id, merchant_id = (params.get(name, "") for name in ("access_token", "shop_id", "merchant_id"))
    start = (world.partner_key, params["partner_id"], path, params["timestamp"])
    public = matches(given, sign(*start))
    owner = shop_id or merchant_id
    owned = bool(owner) and not (shop_id and merchant_id) and matches(given, sign(*start, token, owner))
    fits = {
        None: public or owned,
        Access.PUBLIC: public,
        Access.EITHER: public or owned,
        Access.SHOP: owned or (public and not token),  # signed without a token: the token's absence is told next
    }[access]
    if not fits and path.startswith("/api/v2/push/"):
        raise GatewayError("common.error_auth", "Invalid sign")
    if not fits:
        raise GatewayError("error_sign", "Wrong sign.")
    return owned and not public


def check_shop(world: World, params: QueryParams) -> Shop:
    token, shop_id = params.get("access_token"), params.get("shop_id")
    if not token:
        raise GatewayError("error_param", "There is no access_token in query.")
    if not shop_id:
        raise GatewayError("error_param", "There is no shop_id in query.")
    shop = world.shops.get(int(shop_id)) if shop_id.isascii() and shop_id.isdecimal() else None
    if shop is None:
        raise GatewayError("error_auth", "Invalid partner_id or shopid.")
    if shop.authorised_until is None:
        raise GatewayError("partner_shop_no_link", "Partner and shop has no linked.")
    if shop.authorised_until < world.clock.now():
        raise GatewayError("shop_access_expired", "Your access to shop has expired.")
    if not world.tokens.grants(token, shop.shop_id):
        raise GatewayError("error_auth", "Invalid access_token.")
    return shop


def check_rate(world: World, limits: Limits, shop: Shop | None) -> None:
    """Every shop has its bucket; public calls share one that is as wide as all shops together."""
    rate = world.options.rate_per_s
    taken = (
        limits.take(f"shop {shop.shop_id}", rate) if shop is not None else limits.take("app", rate * len(world.shops))
    )
    if not taken:
        raise GatewayError("error_rate_limit", "Too many requests, please try again later.")


def check_path(endpoint: Endpoint | None) -> Endpoint:
    if endpoint is None:
        raise GatewayError("error_param", "Permission denied: the API is offline or the path is incorrect.")
    return endpoint


def check_verb(endpoint: Endpoint, verb: str) -> None:
    if endpoint.verb != verb:
        raise GatewayError("error_param", f"Wrong parameters, detail: this API takes {endpoint.verb}.")
