"""Creating, checking beforehand, editing and reading products."""

from typing import Any

from bridge.sandbox.tokopedia import reviews
from bridge.sandbox.tokopedia.call import Call, Endpoint
from bridge.sandbox.tokopedia.edits import edit, partial_edit
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.fields import Fields
from bridge.sandbox.tokopedia.product_rules import checked_category, checked_platforms, checked_version
from bridge.sandbox.tokopedia.product_view import detail
from bridge.sandbox.tokopedia.push import PRODUCT_CREATION
from bridge.sandbox.tokopedia.values import Product, Sku, Version

VERSIONS = ("202309", "202509")


def create(call: Call) -> dict[str, Any]:
    """The same idempotency key gives the same product again."""
    body, shelf = call.body, call.shop.shelf
    key = body.text("idempotency_key", "", longest=128)
    if key and key in shelf.keys:
        return shelf.keys[key]
    draft = body.choice("save_mode", ("LISTING", "AS_DRAFT"), "LISTING") == "AS_DRAFT"
    platforms = checked_platforms(body)
    version, warnings = checked_version(call, body, checked_category(body, platforms), platforms, {})
    external = body.text("external_product_id", "", longest=999)
    if external and external in shelf.externals:
        raise ApiError(12052996)
    product = _place(call, version, dict.fromkeys(platforms, "DRAFT" if draft else "PENDING"))
    if external:
        shelf.externals[external] = product.product_id
    if not draft:
        reviews.submit(call.world, product)
    answer = created(product, version, warnings)
    if key:
        shelf.keys[key] = answer
    return answer


def _place(call: Call, version: Version, statuses: dict[str, str]) -> Product:
    now = call.now()
    product = Product(call.world.next_id(), call.shop.shop_id, version, now, statuses)
    call.world.add_product(product, now)
    data = {"product_id": int(product.product_id), "create_time": now}
    call.world.push.send(PRODUCT_CREATION, product.shop_id, data)
    return product


def created(product: Product, version: Version, warnings: list[str]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "product_id": product.product_id,
        "skus": [_sku(sku) for sku in version.skus.values()],
    }
    return {**answer, "warnings": [{"message": text} for text in warnings]} if warnings else answer


def _sku(sku: Sku) -> dict[str, Any]:
    row: dict[str, Any] = {"id": sku.sku_id, "seller_sku": sku.seller_sku}
    row["sales_attributes"] = [{"id": pair["id"], "value_id": pair["value_id"]} for pair in sku.sales]
    return {**row, "external_sku_id": sku.extra["external_sku_id"]} if "external_sku_id" in sku.extra else row


def listing_check(call: Call) -> dict[str, Any]:
    """A create that only tells. It takes no category version and means the current one."""
    body = Fields({**call.body.values, "category_version": "v2"})
    try:
        platforms = checked_platforms(body)
        _, warnings = checked_version(call, body, checked_category(body, platforms), platforms, {})
    except ApiError as error:
        return {"check_result": "FAILED", "fail_reasons": [{"code": error.code, "message": error.message}]}
    answer: dict[str, Any] = {"check_result": "PASS", "fail_reasons": []}
    return {**answer, "warnings": {"message": warnings[0]}} if warnings else answer  # an object here


def edited(call: Call) -> dict[str, Any]:
    product, warnings = edit(call)
    return created(product, product.latest, warnings)


def partly_edited(call: Call) -> dict[str, Any]:
    product, warnings = partial_edit(call)
    return created(product, product.latest, warnings)


def read(call: Call) -> dict[str, Any]:
    product = call.product()
    reviewed, draft = call.query.flag("return_under_review_version"), call.query.flag("return_draft_version")
    if reviewed and draft:
        raise ApiError(12052910)
    if reviewed and product.next is None:
        raise ApiError(12052547)
    return detail(call, product, product.latest if reviewed else product.live)


CALLS = (
    Endpoint("POST", "/product/products", create),
    Endpoint("POST", "/product/products/listing_check", listing_check),
    Endpoint("GET", "/product/products/{id}", read, VERSIONS),
    Endpoint("PUT", "/product/products/{id}", edited, VERSIONS),
    Endpoint("POST", "/product/products/{id}/partial_edit", partly_edited, VERSIONS),
)
