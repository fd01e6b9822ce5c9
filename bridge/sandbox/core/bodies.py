"""Reads a request's body without ever holding more of it than a platform takes."""

from starlette.requests import Request

DRAINED = 256 * 1024 * 1024  # read and thrown away at most, so that a client that is still sending gets its answer


async def read_at_most(request: Request, most: int) -> bytes | None:
    """The body; None when it is longer than `most` bytes. What is too much is read and forgotten."""
    kept = bytearray()
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen <= most:
            kept += chunk
        else:
            kept.clear()
        if seen > DRAINED:
            break
    return bytes(kept) if seen <= most else None
