"""The platform's pushes: their envelope, their signature, their way of retrying, and the queue of lost ones."""

import json
from collections.abc import Mapping
from typing import Any

from bridge.sandbox.core.clock import Clock
from bridge.sandbox.core.webhooks import Manner, Message, Webhooks
from bridge.sandbox.shopee.signing import sign_push

RETRIES_S = (300.0, 1800.0, 10800.0)
AUTHORISED, DEAUTHORISED, ORDER_STATUS, TRACKING, VIOLATION, PRICE, RETURN = 1, 2, 3, 4, 16, 22, 29
SETTABLE = range(1, 14)


class Push:
    """Sends what the app subscribed to. One address and one subscription per app."""

    def __init__(self, webhooks: Webhooks, clock: Clock, partner_key: str) -> None:
        self.off: set[int] = set()
        self.blocked_shops: set[int] = set()
        self.confirmed = 0  # how many lost messages were taken off the queue
        self.webhooks, self._clock = webhooks, clock
        webhooks.manner = Manner(
            lambda url, body: {"Authorization": sign_push(partner_key, url, body)}, _accepted, RETRIES_S
        )

    def send(self, code: int, shop_id: int | None, data: Mapping[str, Any], delay_s: float = 0.0) -> None:
        if code not in self.off and shop_id not in self.blocked_shops:
            self.webhooks.send(Message(self.envelope(code, shop_id, data), str(code)), delay_s)

    def envelope(self, code: int, shop_id: int | None, data: Mapping[str, Any]) -> bytes:
        shop = {} if shop_id is None else {"shop_id": shop_id}
        body = {"data": data, **shop, "code": code, "timestamp": self._clock.real()}
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()

    def lost(self, limit: int) -> tuple[list[dict[str, Any]], bool]:
        """The earliest messages that nobody acknowledged, and whether there are more."""
        queue = self.webhooks.tally.lost
        return [json.loads(message.body) for message in queue[:limit]], len(queue) > limit

    def confirm(self, last_message_id: int) -> None:
        """Takes everything up to this message off the queue of lost ones."""
        count = max(0, last_message_id - self.confirmed)
        del self.webhooks.tally.lost[:count]
        self.confirmed += count


def _accepted(status: int, body: bytes) -> bool:
    """2xx with an empty body: a body, whatever it says, counts as a failure."""
    return 200 <= status < 300 and not body
