"""The pages on which a seller authorises: the fixed page (A), the signed link (B), and the same for cancelling."""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bridge.sandbox.shopee import gateway, shops
from bridge.sandbox.shopee.call import Access
from bridge.sandbox.shopee.errors import ApiError
from bridge.sandbox.shopee.state import Shop, World

MAIN_ACCOUNT_ID = 77_000_001


async def fixed_page(market: Any, request: Request) -> Response:
    """Form A: no signature, `state` comes back unchanged."""
    with market.lock:
        world: World = market.world
        params = request.query_params
        problem = _problem(world, params)
        if problem is not None:
            return HTMLResponse(f"<p>{escape(problem)}</p>", 400)
        return _answer(world, request, params["redirect_uri"], {"state": params["state"]} if "state" in params else {})


async def signed_page(market: Any, request: Request) -> Response:
    """Form B: a link that lives five minutes and carries no state."""
    with market.lock:
        world: World = market.world
        params = request.query_params
        try:
            gateway.check_app(world, params)
            gateway.check_sign(world, request.url.path, params, Access.PUBLIC)
        except ApiError as error:
            return HTMLResponse(f"<p>{escape(error.code)}: {escape(error.message)}</p>", 403)
        if not _is_web(params.get("redirect", "")):
            return HTMLResponse("<p>error_param: redirect is missing</p>", 400)
        return _answer(world, request, params["redirect"], {})


def _problem(world: World, params: Mapping[str, str]) -> str | None:
    if params.get("partner_id") != str(world.partner_id):
        return "error_param: Invalid partner_id."
    if params.get("auth_type", "seller") != "seller" or params.get("response_type", "code") != "code":
        return "error_param: auth_type must be seller and response_type must be code."
    return None if _is_web(params.get("redirect_uri", "")) else "error_param: redirect_uri is missing."


def _answer(world: World, request: Request, redirect: str, extra: Mapping[str, str]) -> Response:
    cancels = "cancel_auth" in request.url.path
    params = request.query_params
    if params.get("main_account_id") == str(MAIN_ACCOUNT_ID) and not cancels:
        return _back(redirect, _grant_all(world), extra)
    shop = _chosen(world, params.get("shop_id"), cancels=cancels)
    if shop is None:
        return _choice(world, request, cancels=cancels)
    if cancels:
        shops.deauthorise(world, shop)
        return _back(redirect, {"shop_id": str(shop.shop_id)}, extra)
    shops.authorise(world, shop)
    code = world.tokens.new_code((shop.shop_id,))
    return _back(redirect, {"code": code, "shop_id": str(shop.shop_id)}, extra)


def _grant_all(world: World) -> dict[str, str]:
    for shop in world.shops.values():
        shops.authorise(world, shop)
    code = world.tokens.new_code(tuple(world.shops), MAIN_ACCOUNT_ID)
    return {"code": code, "main_account_id": str(MAIN_ACCOUNT_ID)}


def _chosen(world: World, shop_id: str | None, *, cancels: bool) -> Shop | None:
    """The shop named; else, when authorising, the first that is not authorised yet."""
    if shop_id is not None:
        return world.shops.get(int(shop_id)) if shop_id.isdecimal() else None
    return None if cancels else next((s for s in world.shops.values() if s.authorised_until is None), None)


def _choice(world: World, request: Request, *, cancels: bool) -> Response:
    """One button per shop, and one for the main account."""
    word = "Batalkan izin" if cancels else "Izinkan"
    rest = [(name, value) for name, value in request.query_params.multi_items() if name != "shop_id"]
    choices = [("shop_id", str(shop.shop_id), f"{word} {shop.name}") for shop in world.shops.values()]
    if not cancels:
        choices.append(("main_account_id", str(MAIN_ACCOUNT_ID), f"{word} semua toko (akun utama)"))
    links = [
        f'<p><a href="?{escape(urlencode([*rest, (name, value)]))}"><button>{escape(label)}</button></a></p>'
        for name, value, label in choices
    ]
    head = '<!doctype html><html lang="id"><meta charset="utf-8"><title>Shopee sandbox</title>'
    return HTMLResponse(f"{head}<h1>Shopee (sandbox)</h1>{''.join(links)}</html>")


def _back(redirect: str, answer: Mapping[str, str], extra: Mapping[str, str]) -> Response:
    parts = urlsplit(redirect)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *answer.items(), *extra.items()])
    return RedirectResponse(urlunsplit(parts._replace(query=query)), 302)


def _is_web(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc)
