"""Receives webhooks and tells whether the daemon is well. Decides nothing: a webhook is verified, kept, and answered at once.

Shopee takes only an empty body within 3 seconds for an acknowledgement, Lazada waits 0.5; so nothing is read or written at a
marketplace here. What cannot be kept in time is answered with 503, and the marketplace sends it again.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bridge.connectors.base import WebhookSource
from bridge.engine.context import Engine
from bridge.engine.inbox import hook_sources, receive
from bridge.errors import UserError

LARGEST = 1_000_000  # bytes of a body
WHOLE_S = 2.5  # for reading, verifying and keeping one
AT_ONCE = 8  # threads that verify and keep; fewer than the connections of the store
log = structlog.get_logger()


class TooLarge(Exception):
    """The body is larger than any webhook."""


class Hooks:
    """The receiver. `wake` is called after something was kept."""

    def __init__(self, engine: Engine, wake: Callable[[], None]) -> None:
        self._engine, self._wake = engine, wake
        self._sources: Mapping[str, WebhookSource] = hook_sources(engine)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hook")

    async def answer(self, request: Request) -> Response:
        """The answer, whose body is always empty."""
        channel = request.path_params["channel"]
        source = self._sources.get(channel)
        if source is None:
            return Response(status_code=404)
        try:
            async with asyncio.timeout(WHOLE_S):
                body = await read_body(request)
                work = partial(
                    receive, self._engine, channel, source, self._address(request), dict(request.headers), body
                )
                kept = await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except TooLarge:
            return Response(status_code=413)
        except ClientDisconnect:
            return Response(status_code=400)
        except (TimeoutError, UserError) as error:  # a busy or locked database: the marketplace sends it again
            log.warning("webhook not kept", channel=channel, error=type(error).__name__)
            return Response(status_code=503)
        if kept:
            self._wake()
        return Response(status_code=source.ok_status if kept else source.refused_status)

    def _address(self, request: Request) -> str:
        """The address as the marketplace knows it, which some of them sign: behind a proxy only the settings tell it."""
        public = self._engine.settings.public_url
        if public is None:
            return str(request.url)
        query = f"?{request.url.query}" if request.url.query else ""
        return f"{public.rstrip('/')}{request.url.path}{query}"


async def read_body(request: Request) -> bytes:
    """The raw body. Raises TooLarge as soon as it is."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > LARGEST:
        raise TooLarge
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def build_app(engine: Engine, wake: Callable[[], None], health: Callable[[], Mapping[str, Any]]) -> Starlette:
    """The web application: `POST /webhooks/{channel}` and `GET /health`."""

    async def well(_request: Request) -> Response:
        try:
            found = await asyncio.to_thread(health)
        except UserError:
            return JSONResponse({"status": "down"}, 503)
        return JSONResponse(dict(found), headers={"Cache-Control": "no-store"})

    return Starlette(
        routes=[
            Route("/webhooks/{channel}", Hooks(engine, wake).answer, methods=["POST"]),
            Route("/health", well, methods=["GET"]),
        ]
    )
