"""What happens around every call of a platform: faults, latency, counting. The call itself is the platform's."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bridge.sandbox.core.faults import Fault
from bridge.sandbox.core.market import Market


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: str  # "ok" or the platform's code, for the counter
    response: Response


Work = Callable[[Fault | None], Awaitable[Answer]]


async def gated(market: Market, request: Request, work: Work) -> Response:
    """Runs the platform's work unless a fault comes before it; spoils the answer if a fault comes after it."""
    path = request.url.path
    fault = market.faults.take(path)
    await asyncio.sleep(market.options.latency_ms / 1000)
    if fault is None:
        return (await _count(market, path, work, None)).response
    if fault.what == "item_failure":
        return (await _count(market, path, work, fault)).response
    if fault.where == "before" and fault.what == "delay":
        await asyncio.sleep(fault.number(1))
        return (await _count(market, path, work, None)).response
    if fault.where == "before":
        market.calls.note(path, fault.what)
        return _spoil(market, fault, Response(b"{}", media_type="application/json"))
    answer = await work(None)
    if fault.what == "delay":
        market.calls.note(path, answer.outcome)
        await asyncio.sleep(fault.number(1))
        return answer.response
    market.calls.note(path, fault.what)
    return _spoil(market, fault, answer.response)


async def _count(market: Market, path: str, work: Work, fault: Fault | None) -> Answer:
    answer = await work(fault)
    market.calls.note(path, answer.outcome)
    return answer


def _spoil(market: Market, fault: Fault, response: Response) -> Response:
    if fault.what == "drop":
        return Dropped(response if fault.where == "mid" else None)
    if fault.what == "truncate":
        share = fault.number(0.5)
        body = bytes(response.body)[: int(len(response.body) * share)]
        return Response(body, response.status_code, media_type=response.media_type)
    return market.fault_answer(fault)


class Dropped(Response):
    """Closes the connection: without a word, or after half of an answer."""

    def __init__(self, half_of: Response | None) -> None:
        super().__init__()
        self._half_of = half_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = scope["state"]["transport"]
        if self._half_of is None:
            transport.abort()
        else:
            await self._send_half(self._half_of, send)
            transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass

    @staticmethod
    async def _send_half(response: Response, send: Send) -> None:
        start = {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
        await send(start)
        half = bytes(response.body)[: len(response.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
