"""How a call says whose it is: a bearer token that ends only when the seller takes it back."""

from collections.abc import Generator

from bridge.connectors.http import Auth, Request, Response


class ContohAuth(Auth):
    """A signature over path, time and body would be made here as well: the request is complete."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        """One request with its token."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
