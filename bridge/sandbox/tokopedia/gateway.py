"""The checks before a call reaches its module: app key, time, signature, access token, shop cipher, rate."""

from collections.abc import Sequence

from starlette.datastructures import QueryParams

from bridge.sandbox.core.limits import Limits
from bridge.sandbox.tokopedia.call import Endpoint
from bridge.sandbox.tokopedia.errors import ApiError, bad_request
from bridge.sandbox.tokopedia.signing import accepts
from bridge.sandbox.tokopedia.state import Shop, World

OLDEST_S, AHEAD_S = 300, 30


def check_app(world: World, params: QueryParams) -> None:
    """An unknown app key is told before the signature is looked at."""
    if params.get("app_key") != world.app_key:
        raise bad_request("Invalid parameter: app_key is missing or unknown")
    timestamp = params.get("timestamp", "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) == 10):
        raise bad_request("Invalid timestamp: 10 digits are expected")
    age = world.clock.judge() - int(timestamp)
    if age > OLDEST_S:
        raise bad_request("Invalid timestamp: it is more than 5 minutes old")
    if age < -AHEAD_S:
        raise bad_request("Invalid timestamp: it is more than 30 seconds ahead")


def check_sign(world: World, path: str, pairs: Sequence[tuple[str, str]], body: bytes) -> None:
    given = dict(pairs).get("sign")
    if not given:
        raise bad_request("The signature is missing: sign is required")
    if not accepts(world.app_secret, path, pairs, body, given):
        raise ApiError(106001, "Invalid sign: the signature does not match.", 401)


def check_shop(world: World, params: QueryParams, token: str, endpoint: Endpoint) -> Shop:
    """The seller of the token. The cipher is needed, or not wanted, and must be that seller's."""
    if not token:
        raise bad_request("x-tts-access-token is missing in the headers")
    pair = world.tokens.find(token)
    if pair is None:
        raise bad_request("access_token is invalid")
    if pair.access_until < world.clock.now():
        raise ApiError(105002, "The access_token is expired.", 401)
    shop, cipher = world.shops[pair.shop_id], params.get("shop_cipher")
    if not endpoint.cipher and cipher:
        raise bad_request("Invalid parameter: shop_cipher is not required")
    if endpoint.cipher and not cipher:
        raise ApiError(106013, "shop_cipher is missing.", 400)
    if endpoint.cipher and cipher != shop.cipher:
        raise ApiError(101000, "The access token does not match the shop of shop_cipher.", 401)
    return shop


def check_rate(world: World, limits: Limits, shop: Shop) -> None:
    """Limits are by app and authorised shop."""
    if not limits.take(f"shop {shop.shop_id}", world.options.rate_per_s):
        raise ApiError(36009002, "Too many requests, please try again later.", 429)
