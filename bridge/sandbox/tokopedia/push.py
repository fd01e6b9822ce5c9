"""The platform's webhooks: envelope, signature, and its way of retrying."""

import json
from collections.abc import Mapping
from random import Random
from typing import Any

from bridge.sandbox.core.clock import Clock
from bridge.sandbox.core.webhooks import Manner, Message, Webhooks
from bridge.sandbox.tokopedia.signing import sign_webhook

RETRIES_S = (120.0, 1800.0, 10_800.0, 43_200.0)
ORDER_STATUS, PACKAGE, PRODUCT_STATUS, DEAUTHORISED, CANCELLATION, RETURN = 1, 4, 5, 6, 11, 12
PRODUCT_CHANGE, PRODUCT_CREATION, AUDIT_STATUS = 15, 16, 37
EVENT_TYPES = (
    "ORDER_STATUS_CHANGE",
    "REVERSE_STATUS_UPDATE",
    "RECIPIENT_ADDRESS_UPDATE",
    "PACKAGE_UPDATE",
    "PRODUCT_STATUS_CHANGE",
    "SELLER_DEAUTHORIZATION",
    "UPCOMING_AUTHORIZATION_EXPIRATION",
    "CANCELLATION_STATUS_CHANGE",
    "RETURN_STATUS_CHANGE",
    "PRODUCT_INFORMATION_CHANGE",
    "PRODUCT_CREATION",
    "PRODUCT_CATEGORY_CHANGE",
    "PRODUCT_AUDIT_STATUS_CHANGE",
)


class Push:
    """Sends to the app's address, which subscribes the default topics by itself."""

    def __init__(self, webhooks: Webhooks, clock: Clock, random: Random, app_key: str, secret: str) -> None:
        self._webhooks, self._clock = webhooks, clock
        self._notification = 7_327_112_393_000_000_000 + random.randrange(1_000_000_000)
        webhooks.manner = Manner(
            lambda _url, body: {"Authorization": sign_webhook(secret, app_key, body)}, _accepted, RETRIES_S
        )

    def send(self, kind: int, shop_id: str, data: Mapping[str, Any], delay_s: float = 0.0) -> None:
        if self._webhooks.url is not None:
            self._webhooks.send(Message(self._envelope(kind, shop_id, data), str(kind)), delay_s)

    def _envelope(self, kind: int, shop_id: str, data: Mapping[str, Any]) -> bytes:
        self._notification += 1
        head = {"type": kind, "tts_notification_id": str(self._notification), "shop_id": shop_id}
        body = {**head, "timestamp": self._clock.real(), "data": data}
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def _accepted(status: int, body: bytes) -> bool:
    """200 with nothing in it. 401 says that the signature was bad, and is not tried again either."""
    return status == 401 or (status == 200 and not body)
