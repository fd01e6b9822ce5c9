"""The marketplace as a whole: from an HTTP request through gateway and handler to the platform's envelope."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bridge.sandbox.core.faults import Fault
from bridge.sandbox.core.gate import Answer, gated
from bridge.sandbox.core.market import Market
from bridge.sandbox.core.options import Options
from bridge.sandbox.core.pictures import picture
from bridge.sandbox.tokopedia import (
    after_sales,
    auth,
    buyer,
    control,
    events,
    fulfillment,
    gateway,
    media,
    orders,
    price_stock,
    products,
    search,
    shelf_calls,
    shops,
    taxonomy,
)
from bridge.sandbox.tokopedia.call import Call, Endpoint, Table
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.fields import Fields
from bridge.sandbox.tokopedia.state import World

MODULES = (
    after_sales,
    events,
    fulfillment,
    media,
    orders,
    price_stock,
    products,
    search,
    shelf_calls,
    shops,
    taxonomy,
)
TABLE = Table(endpoint for module in MODULES for endpoint in module.CALLS)
VERBS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
HTML_5XX = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr></body></html>"


class Tokopedia(Market):
    name = "tokopedia"

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.world = World(options, self.clock, self.webhooks)
        self.world.alarm = self._set_alarm
        self.clock.listen(self.world.settle)
        for _ in range(options.shops):
            shops.open_shop(self.world, None, authorised=True)

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route("/open/authorize", partial(auth.consent_page, self), methods=["GET"]),
            Route("/oauth/authorize", partial(auth.consent_page, self), methods=["GET"]),
            Route("/file/labels/{name}", partial(fulfillment.label_file, self), methods=["GET"]),
            Route("/file/{name:path}", _image, methods=["GET"]),
            Route("/api/v2/token/{what}", self._token, methods=["GET"]),
            Route("/{path:path}", self._api, methods=VERBS),
        ]

    def _set_alarm(self, seconds: float) -> None:
        """All calls run in the server's loop."""
        asyncio.get_running_loop().call_later(seconds + 0.01, self._settle)

    def _settle(self) -> None:
        with self.lock:
            self.world.settle()

    async def _token(self, request: Request) -> Response:
        return await gated(self, request, partial(self._token_work, request))

    async def _token_work(self, request: Request, _fault: Fault | None) -> Answer:
        with self.lock:
            try:
                result = auth.token_call(self.world, request.path_params["what"], request.query_params)
            except ApiError as error:
                return _refusal(error)
        return Answer("ok", _success(result))

    async def _api(self, request: Request) -> Response:
        return await gated(self, request, partial(self._work, request))

    async def _work(self, request: Request, fault: Fault | None) -> Answer:
        body = await request.body()
        call = Call(self.world, request.query_params, str(request.base_url).rstrip("/"), fault=fault)
        try:
            with self.lock:
                endpoint = self._admit(call, request, body)
            await _read(call, request, endpoint, body)
            with self.lock:
                result = endpoint.handler(call)
        except ApiError as error:
            return _refusal(error)
        return Answer("ok", _success(result))

    def _admit(self, call: Call, request: Request, body: bytes) -> Endpoint:
        world, params, path = self.world, request.query_params, request.url.path
        world.settle()
        endpoint, call.version, call.path = TABLE.find(path, request.method)
        gateway.check_app(world, params)
        signed = b"" if _is_form(request) else body
        gateway.check_sign(world, path, params.multi_items(), signed)
        call.shop_or_none = gateway.check_shop(world, params, request.headers.get("x-tts-access-token", ""), endpoint)
        gateway.check_rate(world, self.limits, call.shop_or_none)
        return endpoint

    def fault_answer(self, fault: Fault) -> Response:
        if fault.what == "5xx":
            status = int(fault.number(503))
            return Response(HTML_5XX.format(status), status, media_type="text/html")
        if fault.what == "429":
            headers = {"Retry-After": str(fault.value)} if fault.value is not None else None
            return _error(ApiError(36009002, "Too many requests, please try again later.", 429), headers)
        return _error(_fault_error(fault.value))

    def credentials(self, address: str) -> dict[str, Any]:
        return control.credentials(self.world, address)

    def add_shop(self, name: str | None, authorised: bool) -> dict[str, Any]:
        return control.shop_row(self.world, shops.open_shop(self.world, name, authorised=authorised))

    def state(self) -> dict[str, Any]:
        self.world.settle()
        return control.state(self.world)

    def preload(self, shop_id: str, listings: Sequence[Mapping[str, Any]]) -> list[str]:
        return control.preload(self.world, shop_id, listings)

    def buy(self, shop_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self.world.settle()
        return buyer.buy(self.world, shop_id, body)

    def move_order(self, order_id: str, action: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self.world.settle()
        return buyer.move(self.world, order_id, action, body)

    def edit_listing(self, listing_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        self.world.settle()
        return control.edit(self.world, listing_id, changes)


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


async def _read(call: Call, request: Request, endpoint: Endpoint, body: bytes) -> None:
    """Fills in the JSON object of a body, or the parts of a form."""
    if endpoint.form:
        await _read_form(call, request)
        return
    if not body.strip():
        return
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        raise ApiError(36009023, "Invalid content type: application/json is expected.", 400)
    try:
        values = json.loads(body, parse_constant=_refuse_constant)
        if b"\\u" in body:
            json.dumps(values, ensure_ascii=False).encode()  # refuses halves of characters
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise ApiError(36009022, "Invalid request format: the body is not a JSON object.", 400)
    call.body = Fields(values)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


async def _read_form(call: Call, request: Request) -> None:
    if not _is_form(request):
        raise ApiError(36009023, "Invalid content type: multipart/form-data is expected.", 400)
    try:
        async with request.form(max_files=5) as form:
            parts = form.multi_items()
            call.files = {name: await part.read() for name, part in parts if isinstance(part, UploadFile)}
            call.body = Fields({name: part for name, part in parts if isinstance(part, str)})
    except HTTPException as err:
        raise ApiError(36009022, f"Invalid request format: {err.detail}", 400) from None


def _fault_error(value: object) -> ApiError:
    """A code, or an object with code, message and HTTP status."""
    given: Mapping[str, Any] = value if isinstance(value, dict) else {} if value is None else {"code": value}
    code, status = int(given.get("code", 36009003)), int(given.get("status", 200))
    return ApiError(code, str(given.get("message", "")), status)


async def _image(request: Request) -> Response:
    return Response(picture(request.path_params["name"]), media_type="image/jpeg")


def _success(result: Any) -> Response:
    return _json({"code": 0, "message": "Success", "request_id": _request_id(), "data": result})


def _refusal(error: ApiError) -> Answer:
    headers = {"Retry-After": "1"} if error.status == 429 else None
    return Answer(str(error.code), _error(error, headers))


def _error(error: ApiError, headers: Mapping[str, str] | None = None) -> Response:
    body = {"code": error.code, "message": error.message, "request_id": _request_id(), "data": None}
    return _json(body, error.status, headers)


def _request_id() -> str:
    return uuid4().hex.upper()


def _json(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status, headers, media_type="application/json")
