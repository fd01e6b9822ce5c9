"""Webhook addresses by shop and topic. They are kept and shown; the sandbox delivers to the address of its control plane."""

import re
from typing import Any

from bridge.sandbox.tokopedia.call import Call, Endpoint
from bridge.sandbox.tokopedia.push import EVENT_TYPES

LONGEST = 255
ADDRESS = re.compile(r"https://(?:[\w-]+\.)+[a-zA-Z]{2,}(?:[/?]\S*)?")


def register(call: Call) -> dict[str, Any]:
    """https, a domain name, no address of a machine and no port."""
    address, topic = call.body.text("address", longest=LONGEST), call.body.choice("event_type", EVENT_TYPES)
    if not ADDRESS.fullmatch(address):
        raise call.body.wrong("address", "an https address with a domain name, without a port")
    now = call.now()
    created = call.shop.subscriptions.get(topic, {}).get("create_time", now)
    call.shop.subscriptions[topic] = {
        "address": address,
        "event_type": topic,
        "create_time": created,
        "update_time": now,
    }
    return {}


def listed(call: Call) -> dict[str, Any]:
    rows = list(call.shop.subscriptions.values())
    return {"webhooks": rows, "total_count": len(rows)}


def remove(call: Call) -> dict[str, Any]:
    """Always a success."""
    call.shop.subscriptions.pop(call.body.choice("event_type", EVENT_TYPES), None)
    return {}


CALLS = (
    Endpoint("PUT", "/event/webhooks", register),
    Endpoint("GET", "/event/webhooks", listed),
    Endpoint("DELETE", "/event/webhooks", remove),
)
