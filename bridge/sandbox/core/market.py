"""What a platform gives to the shared core. The control plane and the gate know no more of it than this."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from threading import RLock
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from bridge.sandbox.core.calls import Calls
from bridge.sandbox.core.clock import Clock
from bridge.sandbox.core.faults import Fault, Faults
from bridge.sandbox.core.limits import Limits
from bridge.sandbox.core.options import Options
from bridge.sandbox.core.webhooks import Webhooks


class Refused(Exception):
    """The control plane answers 409, or 404 where the thing does not exist."""

    def __init__(self, message: str, status: int = 409) -> None:
        super().__init__(message)
        self.status = status


class Market(ABC):
    name: str

    def __init__(self, options: Options) -> None:
        self.options = options
        self.lock = RLock()
        self.clock = Clock()
        self.faults = Faults()
        self.calls = Calls()
        self.limits = Limits(self.clock, self.calls, enabled=options.rate_limit)
        self.webhooks = Webhooks(self.clock, self.faults)

    @abstractmethod
    def routes(self) -> Sequence[BaseRoute]:
        """The platform's own paths."""

    @abstractmethod
    def fault_answer(self, fault: Fault) -> Response:
        """How this platform says 429, 5xx or an error."""

    @abstractmethod
    def credentials(self, address: str) -> dict[str, Any]: ...

    @abstractmethod
    def add_shop(self, name: str | None, authorised: bool) -> dict[str, Any]: ...

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """`listings`, `orders` and `tokens`; the webhooks are added by the control plane."""

    @abstractmethod
    def preload(self, shop_id: str, listings: Sequence[Mapping[str, Any]]) -> list[str]: ...

    @abstractmethod
    def buy(self, shop_id: str, body: Mapping[str, Any]) -> dict[str, Any]: ...

    @abstractmethod
    def move_order(self, order_id: str, action: str, body: Mapping[str, Any]) -> dict[str, Any]: ...

    @abstractmethod
    def edit_listing(self, listing_id: str, changes: Mapping[str, Any]) -> dict[str, Any]: ...

    def close(self) -> None:
        self.webhooks.close()
