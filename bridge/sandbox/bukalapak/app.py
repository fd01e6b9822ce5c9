"""The marketplace as a whole: from an HTTP request through login, limit and handler to the platform's envelope."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bridge.sandbox.bukalapak import accounts, buyer, catalogue, control, images, products, reading, transactions
from bridge.sandbox.bukalapak.call import Call, Endpoint, Table, find
from bridge.sandbox.bukalapak.errors import LOGIN, Refusal, TooLarge
from bridge.sandbox.bukalapak.ids import whole
from bridge.sandbox.bukalapak.state import World
from bridge.sandbox.core.faults import Fault
from bridge.sandbox.core.gate import Answer, gated
from bridge.sandbox.core.market import Market
from bridge.sandbox.core.options import Options
from bridge.sandbox.core.pictures import picture

MODULES = (accounts, images, catalogue, products, transactions)
PATHS = {path for module in MODULES for path in module.CALLS}
TABLE: Table = {
    path: {verb: end for module in MODULES for verb, end in module.CALLS.get(path, {}).items()}
    for path in sorted(PATHS)
}
FORMS = ("v1", "v2")  # the form of 2013, and that of 2017
VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr></body></html>"


class Bukalapak(Market):
    name = "bukalapak"

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.world = World(options, self.clock)
        for _ in range(options.shops):
            accounts.open_shop(self.world, None, handed_out=True)

    def routes(self) -> Sequence[BaseRoute]:
        pictures = Route("/system/images/{image_id}/{size}/{name}", _picture, methods=["GET"])
        calls = [Route(f"/{form}/{{call:path}}", self._api, methods=VERBS) for form in FORMS]
        return [pictures, *calls]

    async def _api(self, request: Request) -> Response:
        return await gated(self, request, partial(self._work, request))

    async def _work(self, request: Request, fault: Fault | None) -> Answer:
        form = request.url.path.split("/")[1]
        verbs, place = find(TABLE, request.path_params["call"])
        endpoint = verbs.get(request.method)
        base = str(request.base_url).rstrip("/")
        call = Call(self.world, form == "v1", base, request.query_params, place, fault=fault)
        try:
            call.login = reading.login(request.headers.get("authorization"))
            with self.lock:
                self._admit(call, endpoint)
            if endpoint is None:
                raise Refusal("Halaman tidak ditemukan", status=404)
            await reading.read(call, request, endpoint.body)
            with self.lock:
                self.world.settle()
                body = _success(call, endpoint, endpoint.handler(call))
        except Refusal as refusal:
            return _refused(call, endpoint, refusal)
        except TooLarge:
            return Answer("413", Response(PAGE.format("413 Request Entity Too Large"), 413, media_type="text/html"))
        return _tagged(request, body) if endpoint.tagged else Answer("ok", _json(body))

    def _admit(self, call: Call, endpoint: Endpoint | None) -> None:
        """User id and token, then the rate. Strangers share one bucket, as wide as all accounts together."""
        call.account_or_none = _whose(self.world, *call.login)
        account = call.account_or_none
        if account is None and (endpoint is None or not endpoint.open):
            raise Refusal(LOGIN, status=401)
        key = account.shown_id if account is not None else ""
        rate = self.options.rate_per_s * (1 if account is not None else len(self.world.accounts))
        if not self.limits.take(key, rate):
            raise Refusal("Terlalu banyak permintaan", status=429)

    def fault_answer(self, fault: Fault) -> Response:
        if fault.what == "5xx":
            return _page(int(fault.number(503)))
        if fault.what == "429":
            headers = {"Retry-After": str(fault.value)} if fault.value is not None else None
            return _json(_error("Terlalu banyak permintaan"), 429, headers)
        if isinstance(fault.value, dict):  # may spell out the whole answer, `status` OK included
            answer = {"status": "ERROR", "message": None, **fault.value}
            return _json(answer, 401 if str(answer.pop("code", "")) == "401" else 200)
        if str(fault.value) == "401":
            return _json(_error(LOGIN), 401)
        return _json(_error(str(fault.value or "Terjadi kesalahan pada sistem")))

    def credentials(self, address: str) -> dict[str, Any]:
        return control.credentials(self.world, address)

    def add_shop(self, name: str | None, authorised: bool) -> dict[str, Any]:
        return control.shop_row(accounts.open_shop(self.world, name, handed_out=authorised))

    def state(self) -> dict[str, Any]:
        return control.state(self.world)

    def preload(self, shop_id: str, listings: Sequence[Mapping[str, Any]]) -> list[str]:
        return control.preload(self.world, shop_id, listings)

    def buy(self, shop_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return buyer.buy(self.world, shop_id, body)

    def move_order(self, order_id: str, action: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return buyer.move(self.world, order_id, action, body)

    def edit_listing(self, listing_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        return control.edit(self.world, listing_id, changes)


def _whose(world: World, name: str, token: str) -> Any:
    account = world.accounts.get(whole(name) or 0)
    fits = account is not None and hmac.compare_digest(account.token.encode(), token.encode())
    return account if fits else None


def _success(call: Call, endpoint: Endpoint, reply: dict[str, Any]) -> dict[str, Any]:
    hidden = endpoint.only_2017 if call.old else ()
    rest = {key: value for key, value in reply.items() if key not in hidden}
    return {"status": "OK", **rest, "message": rest.pop("message", None)}


def _refused(call: Call, endpoint: Endpoint | None, refusal: Refusal) -> Answer:
    keys = refusal.keys if refusal.keys is not None else endpoint.nulls if endpoint is not None else {}
    hidden = endpoint.only_2017 if endpoint is not None and call.old else ()
    message = refusal.old if call.old and refusal.old is not None else refusal.message
    body = {"status": "ERROR", **{key: value for key, value in keys.items() if key not in hidden}, "message": message}
    headers = {"WWW-Authenticate": 'Basic realm="Application"'} if refusal.status == 401 else None
    if refusal.status == 429:
        headers = {"Retry-After": "1"}
    outcome = "ERROR" if refusal.status == 200 else str(refusal.status)
    return Answer(outcome, _json(body, refusal.status, headers))


def _tagged(request: Request, body: Mapping[str, Any]) -> Answer:
    """304 without a body when the client has it already. The documents name both headers."""
    response = _json(body)
    tag = f'"{hashlib.md5(response.body, usedforsecurity=False).hexdigest()}"'
    given = request.headers.get("if-none-match") or request.headers.get("etag") or ""
    if tag in [part.strip().removeprefix("W/") for part in given.split(",")]:
        return Answer("304", Response(status_code=304, headers={"ETag": tag}))
    response.headers["ETag"] = tag
    return Answer("ok", response)


async def _picture(request: Request) -> Response:
    return Response(picture(request.path_params["image_id"]), media_type="image/jpeg")


def _page(status: int) -> Response:
    if status < 500:  # 410: the client is too old
        return _json(_error("Silakan perbarui aplikasi Anda"), status)
    return Response(PAGE.format(status), status, media_type="text/html")


def _error(message: str) -> dict[str, Any]:
    return {"status": "ERROR", "message": message}


def _json(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status, headers, media_type="application/json; charset=utf-8")
