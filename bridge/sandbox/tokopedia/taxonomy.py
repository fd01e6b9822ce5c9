"""Calls about categories, their rules and attributes, and brands."""

from base64 import b64decode, b64encode
from functools import cache
from typing import Any

from bridge.sandbox.tokopedia.attribute_types import NUMBER, Attribute
from bridge.sandbox.tokopedia.attributes import CERTIFICATES, PROFILES, Profile
from bridge.sandbox.tokopedia.call import Call, Endpoint
from bridge.sandbox.tokopedia.categories import Category, chain, leaf, recommend, rows
from bridge.sandbox.tokopedia.errors import ApiError, wrong
from bridge.sandbox.tokopedia.values import PLATFORMS, TIKTOK_SHOP

LOCALES = ("id-ID", "en-US", "zh-CN")
# id: name, and whether it is a T1 brand, which needs an authorization on TikTok Shop
BRANDS = {
    "7082427311584347905": ("Nusantara", False),
    "7082427311584347906": ("Sari Rasa", False),
    "7082427311584347907": ("Batik Kencana", False),
    "7082427311584347908": ("Rupa Mahal", True),
}


def categories(call: Call) -> dict[str, Any]:
    query = call.query
    _check_reading(call)
    platform = query.choice("listing_platform", PLATFORMS, TIKTOK_SHOP)
    return {"categories": rows(platform, query.text("keyword"), query.flag("include_prohibited_categories"))}


def recommended(call: Call) -> dict[str, Any]:
    title = call.body.text("product_title")
    platform = call.body.choice("listing_platform", PLATFORMS, TIKTOK_SHOP)
    if call.body.text("category_version", "v2") != "v2":
        raise ApiError(12052217)
    found = recommend(title, platform)
    if found is None:
        raise ApiError(12052913)
    steps = [
        {"id": row["id"], "name": row["local_name"], "level": level, "is_leaf": row["is_leaf"]}
        for level, row in enumerate(chain(found.category_id), 1)
    ]
    return {
        "leaf_category_id": found.category_id,
        "categories": [{**step, "permission_statuses": ["AVAILABLE"]} for step in steps],
    }


def rules(call: Call) -> dict[str, Any]:
    _check_reading(call)
    profile = _asked(call).profile
    return {
        "product_certifications": [_certificate(number, profile) for number in profile.certificates],
        "size_chart": {"is_supported": bool(profile.size_chart), "is_required": profile.size_chart == "required"},
        "cod": {"is_supported": profile.cod},
        "package_dimension": {"is_required": profile.dimensions},
        "epr": {"is_required": False},
        "responsible_person": {"is_required": False},
        "manufacturer": {"is_required": False},
        "allowed_special_product_types": ["PRE_ORDER"] if profile.pre_order else [],
        "seller_sku": {"is_required": profile.codes},
    }


def _certificate(number: str, profile: Profile) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": number,
        "name": CERTIFICATES[number],
        "is_required": number in profile.needed,
        "document_details": "Unggah sertifikat yang masih berlaku.",
        "sample_image_url": "",
        "expiration_date": {"is_required": False},
        "requirement_conditions": [],
    }
    if profile.needed_with is not None and profile.needed_with[0] == number:
        row["requirement_conditions"] = [_condition(*profile.needed_with[1:])]
    return row


def _condition(attribute_id: str, value_id: str) -> dict[str, str]:
    return {"condition_type": "VALUE_ID_MATCH", "attribute_id": attribute_id, "attribute_value_id": value_id}


def attributes(call: Call) -> dict[str, Any]:
    _check_reading(call)
    return {"attributes": _attribute_rows(_asked(call).profile_name)}


@cache
def _attribute_rows(profile_name: str) -> list[dict[str, Any]]:
    return [_attribute(attribute) for attribute in PROFILES[profile_name].attributes]


def _attribute(attribute: Attribute) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": attribute.attribute_id,
        "name": attribute.name,
        "type": attribute.kind,
        "is_requried": attribute.required,  # sic
        "is_customizable": attribute.custom,
        "is_multiple_selection": attribute.multiple,
        "requirement_conditions": [] if attribute.parent is None else [_condition(*attribute.parent)],
        "values": [{"id": value_id, "name": name} for value_id, name in attribute.values.items()],
    }
    return {**row, "value_data_format": NUMBER} if attribute.number else row


def _asked(call: Call) -> Category:
    found = leaf(call.path["id"])
    if found.permission == "PROHIBITED":
        raise ApiError(12052220)
    return found


def _check_reading(call: Call) -> None:
    """Only v2 is known here: the old tree has no use since creating asks for v2."""
    call.query.choice("locale", LOCALES, "id-ID")
    if call.query.text("category_version", "v1") != "v2":
        raise ApiError(12052217)


def brands(call: Call) -> dict[str, Any]:
    size, start = call.query.size(), _start(call.query.text("page_token"))
    prefix = call.query.text("brand_name").lower()
    if call.query.text("category_id"):
        leaf(call.query.text("category_id"))
    known = [(number, name, t1) for number, (name, t1) in BRANDS.items()]
    known += [(number, name, False) for number, name in call.world.brands.items()]
    found = [row for row in known if row[1].lower().startswith(prefix)]
    shown = [
        {
            "id": number,
            "name": name,
            "authorized_status": "UNAUTHORIEZD",  # sic
            "is_t1_brand": t1,
            "brand_status": "ONLINE",
        }
        for number, name, t1 in found[start : start + size]
    ]
    token = b64encode(f"offset={start + size}".encode()).decode() if start + size < len(found) else ""
    return {"brands": shown, "total_count": len(found), "next_page_token": token}


def _start(token: str) -> int:
    try:
        return int(b64decode(token, validate=True).decode().removeprefix("offset=") or 0)
    except ValueError:
        raise wrong("page_token", "a token from the last page") from None


def create_brand(call: Call) -> dict[str, Any]:
    name = call.body.text("name")
    if len(name) < 2:
        raise ApiError(12052189, "Brand names must be at least 2 characters.")
    if len(name) > 30:
        raise ApiError(12052190, "Brand names must not be longer than 30 characters.")
    if name.lower() in {known.lower() for known, _ in BRANDS.values()} | {
        n.lower() for n in call.world.brands.values()
    }:
        raise ApiError(12052205, "This brand name already exists.")
    number = call.world.next_id()
    call.world.brands[number] = name
    return {"id": number}


CALLS = (
    Endpoint("GET", "/product/categories", categories),
    Endpoint("POST", "/product/categories/recommend", recommended),
    Endpoint("GET", "/product/categories/{id}/rules", rules),
    Endpoint("GET", "/product/categories/{id}/attributes", attributes),
    Endpoint("GET", "/product/brands", brands),
    Endpoint("POST", "/product/brands", create_brand, cipher=False),
)
