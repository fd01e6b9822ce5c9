"""The marketplace as a whole: from an HTTP request through gateway and handler to the platform's envelope."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
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
from bridge.sandbox.shopee import (
    buyer,
    catalogue,
    consent,
    control,
    documents,
    gateway,
    locations,
    logistics,
    media,
    models,
    order_detail,
    orders,
    packages,
    price_stock,
    products,
    push_calls,
    returns,
    shops,
    taxonomy,
)
from bridge.sandbox.shopee.call import Access, Call, Endpoint, Shape
from bridge.sandbox.shopee.errors import ApiError, worded, wrong
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.state import World

BASE = "/api/v2/"
MODULES = (
    taxonomy,
    products,
    models,
    price_stock,
    catalogue,
    media,
    orders,
    order_detail,
    packages,
    logistics,
    documents,
    returns,
    shops,
    locations,
    push_calls,
)
ENDPOINTS: dict[str, Endpoint] = {name: endpoint for module in MODULES for name, endpoint in module.CALLS.items()}
HTML_5XX = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr></body></html>"


class Shopee(Market):
    name = "shopee"

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.world = World(options, self.clock, self.webhooks)
        for _ in range(options.shops):
            shops.open_shop(self.world, None, authorised=True)

    def routes(self) -> Sequence[BaseRoute]:
        pages = [
            Route("/auth", partial(consent.fixed_page, self), methods=["GET"]),
            Route("/cancel_auth", partial(consent.fixed_page, self), methods=["GET"]),
            Route("/api/v2/shop/auth_partner", partial(consent.signed_page, self), methods=["GET"]),
            Route("/api/v2/shop/cancel_auth_partner", partial(consent.signed_page, self), methods=["GET"]),
        ]
        image = Route("/file/{image_id}", _image, methods=["GET"])
        return [*pages, Route("/api/v2/{call:path}", self._api, methods=["GET", "POST"]), image]

    async def _api(self, request: Request) -> Response:
        return await gated(self, request, partial(self._work, request))

    async def _work(self, request: Request, fault: Fault | None) -> Answer:
        name = request.path_params["call"]
        call = Call(self.world, name, request.query_params, Fields({}, product=False), _base(request), fault=fault)
        endpoint = ENDPOINTS.get(name)
        try:
            with self.lock:
                self._admit(call, endpoint, request)
            endpoint = gateway.check_path(endpoint)
            gateway.check_verb(endpoint, request.method)
            await _read(call, request)
            result = await self._handle(call, endpoint)
        except ApiError as error:
            return _refusal(call, error)
        if endpoint.shape is Shape.FILE:
            return Answer("ok", Response(result, media_type="application/pdf"))
        return Answer("ok", _json(_success(result, endpoint.shape, call.warning)))

    def _admit(self, call: Call, endpoint: Endpoint | None, request: Request) -> None:
        gateway.check_app(self.world, call.params)
        access = endpoint.access if endpoint is not None else None
        owned = gateway.check_sign(self.world, request.url.path, call.params, access)
        if access is Access.SHOP or (access is Access.EITHER and owned):
            call.shop_or_none = gateway.check_shop(self.world, call.params)
        gateway.check_rate(self.world, self.limits, call.shop_or_none)

    async def _handle(self, call: Call, endpoint: Endpoint) -> Any:
        if endpoint.slow:
            return await run_in_threadpool(endpoint.handler, call)
        with self.lock:
            return endpoint.handler(call)

    def fault_answer(self, fault: Fault) -> Response:
        if fault.what == "5xx":
            status = int(fault.number(503))
            return Response(HTML_5XX.format(status), status, media_type="text/html")
        if fault.what == "429":
            headers = {"Retry-After": str(fault.value)} if fault.value is not None else None
            return _json(_error("error_rate_limit", "Too many requests, please try again later."), 429, headers)
        if isinstance(fault.value, dict):
            return _json(_error(str(fault.value.get("code", "error_server")), str(fault.value.get("message", ""))))
        return _json(_error(str(fault.value or "error_server"), "System error, please try again later."))

    def credentials(self, address: str) -> dict[str, Any]:
        return control.credentials(self.world, address)

    def add_shop(self, name: str | None, authorised: bool) -> dict[str, Any]:
        return control.shop_row(self.world, shops.open_shop(self.world, name, authorised=authorised))

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


async def _read(call: Call, request: Request) -> None:
    """Fills in the body: JSON of a POST, or the files of a form."""
    if request.method != "POST":
        return
    if request.headers.get("content-type", "").startswith("multipart/"):
        await _read_form(call, request)
        return
    raw = await request.body()
    try:
        values = json.loads(raw) if raw.strip() else {}
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise ApiError("error_param", "EOF") if call.product else wrong("the body is not a JSON object")
    call.body = Fields(values, product=call.product)


async def _read_form(call: Call, request: Request) -> None:
    try:
        async with request.form(max_files=50) as form:
            texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
            files = [(name, value) for name, value in form.multi_items() if isinstance(value, UploadFile)]
            call.files = [(name, await value.read()) for name, value in files]
    except HTTPException as err:
        raise wrong(str(err.detail)) from None
    call.body = Fields(texts, product=call.product)


async def _image(request: Request) -> Response:
    return Response(picture(request.path_params["image_id"]), media_type="image/jpeg")


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _success(result: Any, shape: Shape, warning: str) -> dict[str, Any]:
    head = {"request_id": uuid4().hex}
    if shape is Shape.NO_ERROR:
        return {**head, **result}
    if shape is Shape.WRAPPED_NO_ERROR:
        return {**head, "message": "", "response": result}
    if shape is Shape.TOP:
        return {**head, "error": "", "message": "", **result}
    rest = {"response": result} if shape is Shape.WRAPPED else {}
    return {**head, "error": "", "message": "", "warning": warning, **rest}


def _refusal(call: Call, error: ApiError) -> Answer:
    code = worded(call.name, error)
    body = _error(code, error.message)
    if error.response is not None:
        body["response"] = error.response
    return Answer(code, _json(body))


def _error(code: str, message: str) -> dict[str, Any]:
    return {"request_id": uuid4().hex, "error": code, "message": message}


def _json(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status, headers, media_type="application/json")
