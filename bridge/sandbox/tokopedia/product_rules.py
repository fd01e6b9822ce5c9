"""Checks the body of a create or an edit. Each check gives the value as it is kept."""

import re
from collections.abc import Mapping
from typing import Any

from bridge.sandbox.tokopedia.attribute_rules import checked_attributes, checked_certificates
from bridge.sandbox.tokopedia.attributes import Profile
from bridge.sandbox.tokopedia.call import Call
from bridge.sandbox.tokopedia.categories import Category, leaf
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.fields import Fields
from bridge.sandbox.tokopedia.sku_rules import Judge, checked_skus
from bridge.sandbox.tokopedia.taxonomy import BRANDS
from bridge.sandbox.tokopedia.text_rules import checked_description, checked_title
from bridge.sandbox.tokopedia.values import PLATFORMS, TIKTOK_SHOP, TOKOPEDIA, Sku, Version

INSURANCE = ("REQUIRED", "OPTIONAL", "NOT_SUPPORTED")
SIDES = (("height", 12052003), ("width", 12052004), ("length", 12052005))
KEPT = ("video", "delivery_option_ids", "shipping_template_id", "external_product_id")


def checked_platforms(body: Fields) -> tuple[str, ...]:
    """TIKTOK_SHOP alone unless told otherwise."""
    named = body.texts("listing_platforms")
    if any(platform not in PLATFORMS for platform in named):
        raise body.wrong("listing_platforms", f"a list of {', '.join(PLATFORMS)}")
    return tuple(dict.fromkeys(named)) or (TIKTOK_SHOP,)


def checked_category(body: Fields, platforms: tuple[str, ...]) -> Category:
    if body.text("category_version", "v1") != "v2":
        raise ApiError(12052217)
    found = leaf(body.text("category_id"))
    check_permission(found, platforms)
    return found


def check_permission(category: Category, platforms: tuple[str, ...]) -> None:
    if category.permission == "PROHIBITED":
        raise ApiError(12052220)
    if category.permission != "AVAILABLE":
        raise ApiError(12052223)
    if not set(platforms) <= set(category.platforms):
        raise ApiError(12052330)


def checked_version(
    call: Call, body: Fields, category: Category, platforms: tuple[str, ...], known: Mapping[str, Sku]
) -> tuple[Version, list[str]]:
    """A whole version out of a whole body, and the warnings: a full edit blanks what it leaves out."""
    content, warnings = checked_content(call, body, category, platforms)
    skus = checked_skus(body.rows("skus"), Judge(call.world, call.shop, category.profile), known)
    version = Version(checked_title(body.text("title", "")), content, {sku.sku_id: sku for sku in skus})
    return version, warnings


def checked_content(
    call: Call, body: Fields, category: Category, platforms: tuple[str, ...]
) -> tuple[dict[str, Any], list[str]]:
    profile, world = category.profile, call.world
    attributes = checked_attributes(body.rows("product_attributes"), profile)
    brand, warning = checked_brand(call, body, platforms)
    content = {
        "description": checked_description(body.text("description", ""), world.pictures),
        "category_id": category.category_id,
        "main_images": checked_images(call, body.rows("main_images")),
        "product_attributes": attributes,
        "certifications": checked_certificates(body.rows("certifications"), profile, attributes, world),
        "package_weight": checked_weight(body),
        "package_dimensions": checked_dimensions(body, profile),
        "brand": brand,
        "size_chart": checked_size_chart(call, body, profile),
        **checked_options(body, profile, platforms),
    }
    return {name: value for name, value in content.items() if value is not None}, [warning] if warning else []


def checked_images(call: Call, rows: list[Fields]) -> list[str]:
    if not rows:
        raise ApiError(12052028)
    if len(rows) > 9:
        raise ApiError(12052306)
    uris = [row.text("uri") for row in rows]
    for uri in uris:
        picture = call.world.pictures.get(uri)
        if picture is None:
            raise ApiError(12052300)
        if min(picture.width, picture.height) < 300:
            raise ApiError(12052301)
        if max(picture.width, picture.height) > 4000:
            raise ApiError(12052302)
    return uris


def checked_weight(body: Fields) -> dict[str, str]:
    if not body.has("package_weight"):
        raise ApiError(12019011)
    weight = body.object("package_weight")
    if weight.text("unit", "") != "KILOGRAM":
        raise ApiError(12052915)
    value = weight.text("value", "")
    if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", value):
        raise ApiError(12052006)
    if float(value) == 0:
        raise ApiError(12052181)
    return {"value": value, "unit": "KILOGRAM"}


def checked_dimensions(body: Fields, profile: Profile) -> dict[str, str] | None:
    if not body.has("package_dimensions"):
        if profile.dimensions:
            raise ApiError(12019012)
        return None
    sides = body.object("package_dimensions")
    if sides.text("unit", "") != "CENTIMETER":
        raise ApiError(12052915)
    for side, code in SIDES:
        if not re.fullmatch(r"[1-9]\d{0,3}", sides.text(side, "")):
            raise ApiError(code)
    return {**{side: sides.text(side) for side, _ in SIDES}, "unit": "CENTIMETER"}


def checked_brand(call: Call, body: Fields, platforms: tuple[str, ...]) -> tuple[dict[str, str] | None, str]:
    """A brand that does not exist is cleared with a warning. T1 brands ask for an authorization on TikTok Shop only."""
    if not body.has("brand_id"):
        return None, ""
    number = body.text("brand_id")
    name, first_tier = BRANDS.get(number, (call.world.brands.get(number, ""), False))
    if not name:
        reason = "Reason: [Brand does not exist]. You can edit it later."
        return None, f"The [brand_id]:{number} field is incorrect and has been automatically cleared. {reason}"
    if first_tier and TIKTOK_SHOP in platforms:
        raise ApiError(12052208)
    return {"id": number, "name": name}, ""


def checked_size_chart(call: Call, body: Fields, profile: Profile) -> dict[str, Any] | None:
    if not body.has("size_chart"):
        if profile.size_chart == "required":
            raise ApiError(12052670)
        return None
    chart = body.object("size_chart")
    if chart.has("template"):
        return {"template": {"id": chart.object("template").text("id")}}
    uri = chart.object("image").text("uri")
    if uri not in call.world.pictures:
        raise ApiError(12052670)
    return {"image": {"uri": uri}}


def checked_options(body: Fields, profile: Profile, platforms: tuple[str, ...]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: body.values[name] for name in KEPT if body.has(name)}
    kept["is_cod_allowed"] = body.flag("is_cod_allowed")
    if kept["is_cod_allowed"] and not profile.cod:
        raise ApiError(12052222)
    kept["is_pre_owned"] = body.flag("is_pre_owned")
    if kept["is_pre_owned"] and platforms != (TOKOPEDIA,):
        raise ApiError(12052316)
    if body.has("shipping_insurance_requirement"):
        kept["shipping_insurance_requirement"] = body.choice("shipping_insurance_requirement", INSURANCE)
    if body.has("minimum_order_quantity"):
        kept["minimum_order_quantity"] = body.integer("minimum_order_quantity", 1, 20)
    return kept
