"""Activating, deactivating, deleting and recovering: up to twenty products, each fails for itself."""

from collections.abc import Callable
from typing import Any

from bridge.sandbox.tokopedia import reviews
from bridge.sandbox.tokopedia.call import Call, Endpoint
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.price_stock import FAULT
from bridge.sandbox.tokopedia.product_rules import checked_platforms
from bridge.sandbox.tokopedia.values import OFF, Product

Act = Callable[[Product], list[str]]


def activate(call: Call) -> dict[str, Any]:
    """Problems are wrapped in "check failed"."""
    platforms = checked_platforms(call.body)

    def act(product: Product) -> list[str]:
        able = [platform for platform in platforms if product.statuses.get(platform) in OFF]
        product.statuses.update(dict.fromkeys(able, "PENDING"))
        product.left_out -= set(able)
        if able:
            reviews.submit(call.world, product)
        return [platform for platform in platforms if platform not in able]

    return _each(call, act, wrapped=True)


def deactivate(call: Call) -> dict[str, Any]:
    platforms = checked_platforms(call.body)

    def act(product: Product) -> list[str]:
        able = [platform for platform in platforms if product.statuses.get(platform) == "ACTIVATE"]
        product.statuses.update(dict.fromkeys(able, "SELLER_DEACTIVATED"))
        return [platform for platform in platforms if platform not in able]

    return _each(call, act)


def delete(call: Call) -> dict[str, Any]:
    """Not while any storefront has frozen it."""

    def act(product: Product) -> list[str]:
        if product.gone:
            return list(product.statuses)
        product.statuses = dict.fromkeys(product.statuses, "DELETED")
        product.next = None
        return []

    return _each(call, act)


def recover(call: Call) -> dict[str, Any]:
    def act(product: Product) -> list[str]:
        if product.gone != "DELETED":
            return list(product.statuses)
        product.statuses = dict.fromkeys(product.statuses, "SELLER_DEACTIVATED")
        return []

    return _each(call, act)


def _each(call: Call, act: Act, *, wrapped: bool = False) -> dict[str, Any]:
    numbers = call.body.texts("product_ids")
    if not numbers:
        raise call.body.wrong("product_ids", "1 to 20 ids")
    if len(numbers) > 20:
        raise ApiError(12019120)
    failing, errors = call.failing(len(numbers)), []
    for at, number in enumerate(numbers):
        if at in failing:
            errors.append(_error(FAULT, number, "", wrapped))
        else:
            errors += _one(call, number, act, wrapped)
    return {"errors": errors} if errors else {}


def _one(call: Call, number: str, act: Act, wrapped: bool) -> list[dict[str, Any]]:
    try:
        product = call.product(number)
    except ApiError as error:
        return [_error(error, number, "", wrapped)]
    before = dict(product.statuses)
    with call.shop.shelf.change(product, call.now()):
        refused = act(product)
    if product.statuses != before:
        reviews.told(call.world, product)
    return [_error(ApiError(12052901), number, platform, wrapped) for platform in refused]


def _error(error: ApiError, number: str, platform: str, wrapped: bool) -> dict[str, Any]:
    """The storefront concerned is in no schema, but in the platform's guide for Indonesia."""
    where = {"listing_platform": platform} if platform else {}
    if not wrapped:
        return error.row(product_id=number, **where)
    extra = [{"code": error.code, "message": error.message}]
    return ApiError(12052990).row(product_id=number, extra_errors=extra, **where)


CALLS = (
    Endpoint("POST", "/product/products/activate", activate),
    Endpoint("POST", "/product/products/deactivate", deactivate),
    Endpoint("DELETE", "/product/products", delete),
    Endpoint("POST", "/product/products/recover", recover),
)
