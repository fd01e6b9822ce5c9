"""Reads what a call sends: user id and token, JSON, forms and files, never more than the marketplace takes."""

import json
from base64 import b64decode
from collections.abc import AsyncGenerator
from typing import Any

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from bridge.sandbox.bukalapak.call import Call
from bridge.sandbox.bukalapak.errors import Refusal, TooLarge
from bridge.sandbox.core.bodies import read_at_most

MOST = {"": 1 << 20, "json": 1 << 20, "form": 1 << 20, "file": 10 << 20}


def login(header: str | None) -> tuple[str, str]:
    """Name and password of HTTP Basic; two empty texts for anything else."""
    kind, _, coded = (header or "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, colon, password = b64decode(coded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return (name, password) if colon else ("", "")


async def read(call: Call, request: Request, kind: str) -> None:
    """Fills in what the endpoint reads. A body of another content type is not looked at, as a web framework does it."""
    raw = await read_at_most(request, MOST[kind])
    if raw is None:
        raise TooLarge
    given = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "json" and given == "application/json":
        call.body = _object(raw)
    elif kind in ("form", "file") and given == "multipart/form-data":
        await _take_form(call, _multipart(request.headers, raw))
    elif kind == "form" and given == "application/x-www-form-urlencoded":
        await _take_form(call, FormParser(request.headers, _once(raw)).parse())


def _object(raw: bytes) -> dict[str, Any]:
    try:
        values = json.loads(raw) if raw.strip() else {}
        json.dumps(values, ensure_ascii=False).encode()  # half a character pair has no place in an answer
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise Refusal("Permintaan tidak dapat dibaca", status=400)
    return values


async def _multipart(headers: Headers, raw: bytes) -> FormData:
    try:
        return await MultiPartParser(headers, _once(raw), max_files=5, max_fields=50).parse()
    except (MultiPartException, KeyError):  # KeyError: the header names no boundary
        raise Refusal("Permintaan tidak dapat dibaca", status=400) from None


async def _take_form(call: Call, parsed: Any) -> None:
    form: FormData = await parsed
    call.form = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    uploads = [value for name, value in form.multi_items() if name == "file" and isinstance(value, UploadFile)]
    call.file = await uploads[0].read() if uploads else None
    await form.close()


async def _once(raw: bytes) -> AsyncGenerator[bytes, None]:
    yield raw
