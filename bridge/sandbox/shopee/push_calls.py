"""Calls about the push subscription and about messages that got lost."""

from typing import Any

from bridge.sandbox.core.webhooks import deliver
from bridge.sandbox.shopee.call import Access, Call, get, post
from bridge.sandbox.shopee.errors import ApiError, wrong
from bridge.sandbox.shopee.push import SETTABLE

PAGE = 100


def set_config(call: Call) -> dict[str, Any]:
    """A new address must acknowledge a test push within three seconds."""
    push = call.world.push
    on, off = (_codes(call, f"set_push_config_{way}") for way in ("on", "off"))
    blocked = _numbers(call, "blocked_shop_id_list", 500)
    if call.body.has("callback_url"):
        url = call.body.text("callback_url")
        test = push.envelope(0, None, {"verify_info": "This is a verification message. Please respond in time."})
        manner = push.webhooks.manner
        if manner is None or not deliver(url, test, manner):
            raise ApiError("push.error_param", "The callback url did not acknowledge the test push.")
        push.webhooks.url = url
    push.off = (push.off | set(off)) - set(on)
    if call.body.has("blocked_shop_id_list"):
        push.blocked_shops = set(blocked)
    return {"result": "success"}


def get_config(call: Call) -> dict[str, Any]:
    push = call.world.push
    return {
        "callback_url": push.webhooks.url or "",
        "live_push_status": "Normal",
        "push_config_on_list": [code for code in SETTABLE if code not in push.off],
        "push_config_off_list": sorted(push.off),
        "blocked_shop_id_list": sorted(push.blocked_shops),
    }


def lost_messages(call: Call) -> dict[str, Any]:
    rows, more = call.world.push.lost(PAGE)
    shown = [
        {
            **({"shop_id": row["shop_id"]} if "shop_id" in row else {}),
            "code": row["code"],
            "timestamp": row["timestamp"],
            "data": row,
        }
        for row in rows
    ]
    last = call.world.push.confirmed + len(rows)
    return {"push_message_list": shown, "has_next_page": more, "last_message_id": last}


def confirm_messages(call: Call) -> dict[str, Any]:
    call.world.push.confirm(call.body.integer("last_message_id"))
    return {}


def _codes(call: Call, name: str) -> list[int]:
    codes = _numbers(call, name, len(SETTABLE))
    if not set(codes) <= set(SETTABLE):
        raise wrong(f"{name} has codes from 1 to 13 only")
    return codes


def _numbers(call: Call, name: str, high: int) -> list[int]:
    if not call.body.has(name):
        return []
    numbers = call.body.entries(name, 0, high)
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
        raise wrong(f"{name} must be a list of integers")
    return numbers


CALLS = {
    "push/set_app_push_config": post(set_config, Access.PUBLIC, slow=True),
    "push/get_app_push_config": get(get_config, Access.PUBLIC),
    "push/get_lost_push_message": get(lost_messages, Access.PUBLIC),
    "push/confirm_consumed_lost_push_message": post(confirm_messages, Access.PUBLIC),
}
