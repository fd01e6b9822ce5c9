"""HTTP Basic with user id and token. There is no consent page, and the password is neither asked for nor sent."""

import base64
from collections.abc import Generator

from bridge.connectors.http import Auth, Request, Response


class BukalapakAuth(Auth):
    """The token never ends by itself; nothing is renewed."""

    def __init__(self, user_id: str, token: str) -> None:
        self._pair = base64.b64encode(f"{user_id}:{token}".encode()).decode()

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        """One request with its name and token."""
        request.headers["Authorization"] = f"Basic {self._pair}"
        yield request
