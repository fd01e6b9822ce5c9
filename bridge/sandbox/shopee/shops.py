"""Shops and tokens: opening a shop, authorising it, the token calls, and what the platform tells about shops."""

from typing import Any

from bridge.sandbox.shopee.call import Access, Call, Shape, get, post
from bridge.sandbox.shopee.errors import ApiError, wrong
from bridge.sandbox.shopee.locations import location_ids
from bridge.sandbox.shopee.push import AUTHORISED, DEAUTHORISED
from bridge.sandbox.shopee.state import Shop, World
from bridge.sandbox.shopee.tokens import Pair

AUTHORISATION_S = 365 * 86_400
OWNER_FIELDS = ("merchant_id", "supplier_id", "user_id", "principal_id")


def open_shop(world: World, name: str | None, *, authorised: bool) -> Shop:
    shop_id = 300_000_000 + len(world.shops) * 1009 + world.random.randrange(1000)
    shop = Shop(shop_id, name or f"Toko {len(world.shops) + 1}", location_ids(world.options.warehouses))
    world.shops[shop_id] = shop
    if authorised:
        authorise(world, shop)
        world.tokens.issue((shop_id,))
    return shop


def authorise(world: World, shop: Shop, days: int = 365) -> None:
    shop.authorised_until = world.clock.now() + min(days * 86_400, AUTHORISATION_S)
    shop.auth_time = world.clock.real()
    data = {"shop_id": shop.shop_id, "authorize_type": "shop authorization by user", "success": 1}
    world.push.send(AUTHORISED, None, {**data, "extra": ""})


def deauthorise(world: World, shop: Shop) -> None:
    shop.authorised_until = None
    world.tokens.revoke(shop.shop_id)
    data = {"shop_id": shop.shop_id, "authorize_type": "shop cancel authorization by user", "success": 1}
    world.push.send(DEAUTHORISED, None, {**data, "extra": ""})


def get_token(call: Call) -> dict[str, Any]:
    code = call.body.text("code")
    _check_partner(call)
    shop_id = call.body.integer("shop_id") if call.body.has("shop_id") else None
    account = call.body.integer("main_account_id") if call.body.has("main_account_id") else None
    if (shop_id is None) == (account is None):
        raise wrong("one of shop_id and main_account_id is a required field")
    pair = call.world.tokens.exchange(code, shop_id, account)
    lists = {"shop_id_list": list(pair.shops), "merchant_id_list": [], "supplier_id_list": [], "user_id_list": []}
    return {**_tokens(call, pair), **lists}


def refresh_token(call: Call) -> dict[str, Any]:
    token = call.body.text("refresh_token")
    _check_partner(call)
    if any(call.body.has(name) for name in OWNER_FIELDS) or not call.body.has("shop_id"):
        raise wrong("exactly one of shop_id, merchant_id, supplier_id, user_id and principal_id is a required field")
    shop = call.world.shops.get(call.body.integer("shop_id"))
    if shop is None or shop.authorised_until is None:
        raise ApiError("shop_no_linked", "Partner and shop has no linked.")
    if shop.authorised_until < call.world.clock.now():
        raise ApiError("shop_access_expired", "Your access to shop has expired.")
    pair = call.world.tokens.refresh(token, shop.shop_id)
    return {**_tokens(call, pair), "partner_id": call.world.partner_id, "shop_id": shop.shop_id}


def _check_partner(call: Call) -> None:
    if call.body.integer("partner_id") != call.world.partner_id:
        raise ApiError("error_param", "Invalid partner_id.")


def _tokens(call: Call, pair: Pair) -> dict[str, Any]:
    life = int(pair.access_until - call.world.clock.now() + 0.5)
    return {"access_token": pair.access, "refresh_token": pair.refresh, "expire_in": life}


def shops_by_partner(call: Call) -> dict[str, Any]:
    size, page = call.query.page_size(default=100), call.query.integer("page_no", 1)
    if page < 1:
        raise wrong("page_no must be 1 or greater")
    linked = [shop for shop in call.world.shops.values() if shop.authorised_until is not None]
    start = (page - 1) * size
    rows = [
        {"region": "ID", "shop_id": shop.shop_id, **_validity(call, shop), "sip_affi_shop_list": []} for shop in linked
    ]
    return {"authed_shop_list": rows[start : start + size], "more": start + size < len(rows)}


def shop_info(call: Call) -> dict[str, Any]:
    return {
        "shop_name": call.shop.name,
        "region": "ID",
        "status": "NORMAL",
        "sip_affi_shops": [],
        "is_cb": False,
        "is_cnsc": False,
        **_validity(call, call.shop),
        "is_sip": False,
        "is_upgraded_cbsc": False,
        "merchant_id": None,
        "shop_fulfillment_flag": "Others",
    }


def profile(call: Call) -> dict[str, Any]:
    return {"shop_name": call.shop.name, "description": "", "shop_logo": call.image_url(f"logo-{call.shop.shop_id}")}


def ip_ranges(_call: Call) -> dict[str, Any]:
    return {"ip_list": ["127.0.0.1"]}


def _validity(call: Call, shop: Shop) -> dict[str, int]:
    until = shop.authorised_until or 0.0
    return {"auth_time": shop.auth_time, "expire_time": call.world.clock.to_real(until)}


CALLS = {
    "auth/token/get": post(get_token, Access.PUBLIC, Shape.TOP),
    "auth/access_token/get": post(refresh_token, Access.PUBLIC, Shape.TOP),
    "public/get_shops_by_partner": get(shops_by_partner, Access.PUBLIC, Shape.NO_ERROR),
    "public/get_shopee_ip_ranges": get(ip_ranges, Access.PUBLIC, Shape.TOP),
    "shop/get_shop_info": get(shop_info, shape=Shape.TOP),
    "shop/get_profile": get(profile),
}
