"""The control plane under /_sandbox/: one fixed contract for all platforms, in JSON, outside the platform's own paths.

Ids are text in answers and taken as text or number. What cannot be done is refused with a sentence: 400 for a malformed
call, 404 for what does not exist, 409 for what the marketplace would not allow.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bridge.sandbox.core.market import Market, Refused
from bridge.sandbox.core.pictures import picture

ORDER_ACTIONS = ("pay", "ship", "deliver", "cancel", "return")
Body = Mapping[str, Any]


def control_routes(market: Market) -> list[Route]:
    plane = Control(market)
    table: list[tuple[str, str, Callable[[Request, Any], Any]]] = [
        ("GET", "credentials", plane.credentials),
        ("POST", "shops", plane.add_shop),
        ("GET", "state", plane.state),
        ("POST", "listings", plane.preload),
        ("PATCH", "listings/{id}", plane.edit_listing),
        ("GET", "calls", lambda _request, _body: market.calls.report()),
        ("DELETE", "calls", lambda _request, _body: market.calls.reset()),
        ("POST", "orders", plane.buy),
        ("POST", "orders/{id}/{action}", plane.move_order),
        ("POST", "faults", plane.add_faults),
        ("DELETE", "faults", lambda _request, _body: market.faults.clear()),
        ("POST", "clock", plane.move_clock),
        ("POST", "webhooks", plane.set_webhook),
    ]
    routes = [Route(f"/_sandbox/{path}", _served(market, call), methods=[verb]) for verb, path, call in table]
    return [*routes, Route("/_sandbox/pictures/{name:path}", _picture, methods=["GET"])]


class Control:
    def __init__(self, market: Market) -> None:
        self._market = market

    def credentials(self, request: Request, _body: Body) -> Any:
        return self._market.credentials(str(request.base_url).rstrip("/"))

    def add_shop(self, _request: Request, body: Body) -> Any:
        name = body.get("name")
        return self._market.add_shop(None if name is None else str(name), body.get("authorised", True) is not False)

    def state(self, _request: Request, _body: Body) -> Any:
        return {**self._market.state(), "webhooks": self._market.webhooks.report()}

    def preload(self, _request: Request, body: Body) -> Any:
        ids = self._market.preload(str(_need(body, "shop_id")), _rows(body, "listings"))
        return {"ids": ids}

    def edit_listing(self, request: Request, body: Body) -> Any:
        return self._market.edit_listing(request.path_params["id"], body)

    def buy(self, _request: Request, body: Body) -> Any:
        _rows(body, "lines")
        return self._market.buy(str(_need(body, "shop_id")), body)

    def move_order(self, request: Request, body: Body) -> Any:
        action = request.path_params["action"]
        if action not in ORDER_ACTIONS:
            raise Refused(f"an order can {', '.join(ORDER_ACTIONS)}", 404)
        return self._market.move_order(request.path_params["id"], action, body)

    def add_faults(self, _request: Request, body: Any) -> Any:
        schedule = body if isinstance(body, list) else body.get("faults", [body])
        return {"faults": self._market.faults.add(schedule)}

    def move_clock(self, _request: Request, body: Body) -> Any:
        seconds = _need(body, "advance_s")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool):
            raise Refused("advance_s is a number of seconds", 400)
        self._market.clock.advance(seconds, skew=body.get("skew") is True)
        return {"now": int(self._market.clock.now())}

    def set_webhook(self, _request: Request, body: Body) -> Any:
        url = _need(body, "url", may_be_null=True)
        self._market.webhooks.url = None if url is None else str(url)
        return {"url": self._market.webhooks.url}


def _served(market: Market, call: Callable[[Request, Any], Any]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            body = _read(await request.body())
            with market.lock:
                result = call(request, body)
        except Refused as refusal:
            return JSONResponse({"error": str(refusal)}, refusal.status)
        except (ValueError, TypeError, AttributeError, KeyError) as err:  # a malformed body, whatever its shape
            return JSONResponse({"error": f"malformed: {err}"}, 400)
        return JSONResponse({} if result is None else result)

    return endpoint


async def _picture(request: Request) -> Response:
    name = request.path_params["name"].rsplit("/", 1)[-1]
    return Response(picture(name), media_type="image/jpeg")


def _read(raw: bytes) -> Any:
    body = json.loads(raw) if raw.strip() else {}
    if not isinstance(body, dict | list):
        raise Refused("the body must be an object or a list", 400)
    return body


def _need(body: Body, key: str, *, may_be_null: bool = False) -> Any:
    if key not in body or (body[key] is None and not may_be_null):
        raise Refused(f"{key} is missing", 400)
    return body[key]


def _rows(body: Body, key: str) -> list[Mapping[str, Any]]:
    rows = _need(body, key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused(f"{key} must be a list of objects", 400)
    return rows
