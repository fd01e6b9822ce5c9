"""How products are told, in the form of 2017 and in the shorter ones of 2013.

Oddities kept as the official samples show them: the weight is a text except when one product is read, the couriers are a list
except there, and 2013 leaves out most of it.
"""

import html
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from bridge.sandbox.bukalapak import attributes
from bridge.sandbox.bukalapak.call import Call
from bridge.sandbox.bukalapak.categories import CATEGORIES, path, slug, structure
from bridge.sandbox.bukalapak.values import Product

WIB = timezone(timedelta(hours=7))


def keys(text: str) -> frozenset[str]:
    return frozenset(text.split())


LIST_2013 = keys(
    "id category category_structure name city province price images small_images url desc condition nego seller_name"
    " payment_ready stock specs state_description"
)
READ_2013 = keys("id category name city province price image desc condition nego payment_ready specs state_description")
OLD = {
    "list": LIST_2013,
    "mylapak": LIST_2013 - {"stock"} | {"image_ids"},
    "bought": LIST_2013 | {"category_id", "weight"},
    "read": READ_2013,
    "updated": READ_2013 | {"small_images"},
}


def stamp(moment: float, *, old: bool) -> str:
    local = datetime.fromtimestamp(moment, UTC).astimezone(WIB)
    return local.isoformat(timespec="seconds" if old else "milliseconds")


def product(call: Call, found: Product, old: str = "list") -> dict[str, Any]:
    """`old` names the form of 2013 that belongs to this answer."""
    row = _whole(call, found)
    if old == "read":
        row |= {"weight": found.weight, "courier": "JNE REG"}
    if not call.old:
        return row
    row |= {"desc": found.description.replace("\r\n", "\n").replace("\n", "\r\n"), "image": "".join(row["images"][:1])}
    if old in ("read", "updated"):
        row["small_images"] = "".join(row["small_images"][:1])
    if old == "bought":
        row["id"] = found.number
    return {name: value for name, value in row.items() if name in OLD[old]}


def _whole(call: Call, found: Product) -> dict[str, Any]:
    seller = call.world.accounts[found.user_id]
    category = CATEGORIES[found.category_id]
    pictures = f"{call.base}/system/images"
    name = slug(found.name)
    return {
        "id": found.product_id,
        "category": category.name,
        "category_id": found.category_id,
        "category_structure": list(structure(found.category_id)),
        "name": found.name,
        "active": found.active,
        "city": (seller.address or {}).get("city", ""),
        "province": (seller.address or {}).get("province", ""),
        "price": found.price,
        "weight": str(found.weight),
        "courier": ["JNE REG"],
        "force_insurance": found.force_insurance,
        "image_ids": list(found.images),
        "images": [f"{pictures}/{number}/large/{name}.jpg" for number in found.images],
        "small_images": [f"{pictures}/{number}/small/{name}.jpg" for number in found.images],
        "url": f"https://www.bukalapak.com/p/{path(found.category_id)}/{found.product_id}-jual-{name}",
        "desc": shown_description(found.description),
        "condition": "new" if found.new else "used",
        "nego": found.negotiable,
        "seller_username": seller.username,
        "seller_name": seller.name,
        "seller_id": seller.user_id,
        "seller_avatar": f"{call.base}/images/default_avatar/medium/default.jpg",
        "seller_level": "Pedagang",
        "seller_level_badge_url": "",
        "seller_positive_feedback": 0,
        "seller_negative_feedback": 0,
        "seller_term_condition": "",
        "seller_alert": None,
        "payment_ready": found.for_sale,
        "stock": found.stock,
        "specs": attributes.specs(category.profile, found.details),
        "state_description": found.reasons,
        "minimum_negotiable": None,
        "for_sale": found.for_sale,
        "favorited": False,
        "free_shipping_coverage": list(found.free_shipping),
        "deal_info": {},
        "deal_request_state": "can request",
        "product_sin": [],
        "created_at": stamp(found.created_at, old=False),
    }


def shown_description(text: str) -> str:
    """BBCode as the page shows it: HTML, lines ended by <br/>."""
    shown = html.escape(text.replace("\r\n", "\n"), quote=False)
    shown = re.sub(r"\[(/?)(b|i|u)\]", r"<\1\2>", shown)
    return shown.replace("\n", "<br/>")
