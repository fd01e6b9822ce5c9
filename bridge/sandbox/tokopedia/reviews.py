"""Reviews: a new product waits for one, an edit of a live one is judged while the old version stays on show."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from bridge.sandbox.tokopedia.push import AUDIT_STATUS, PRODUCT_STATUS
from bridge.sandbox.tokopedia.state import World
from bridge.sandbox.tokopedia.values import PLATFORMS, TIKTOK_SHOP, TOKOPEDIA, Product


def submit(world: World, product: Product) -> None:
    """Starts a review. An older one that still runs is void."""
    product.review += 1
    product.audit, product.failed = "AUDITING", []
    number = product.review
    act: Callable[[], None] = partial(_end, world, product, number)
    world.later(world.options.review_s, act)


def _end(world: World, product: Product, number: int) -> None:
    if number != product.review or product.audit != "AUDITING" or product.gone:
        return
    with world.shops[product.shop_id].shelf.change(product, world.clock.real()):
        failing = [platform for platform in product.statuses if platform in product.rejects]
        product.rejects.clear()
        product.failed = [_reason(platform) for platform in failing]
        product.audit = "FAILED" if TIKTOK_SHOP in failing or len(failing) == len(product.statuses) else "APPROVED"
        if product.next is not None:
            _judge_edit(product, failing)
        for platform, status in product.statuses.items():
            if status == "PENDING":
                product.statuses[platform] = "FAILED" if platform in failing else "ACTIVATE"
    _tell(world, product, failing)


def _judge_edit(product: Product, failing: Iterable[str]) -> None:
    """Refused everywhere: the old version stays. Refused somewhere: the new one goes on show, that storefront goes off."""
    judged = [platform for platform, status in product.statuses.items() if status in ("ACTIVATE", "PENDING")]
    new, product.next = product.next, None
    if new is None or (judged and all(platform in failing for platform in judged)):
        return
    product.live = new
    for platform in judged:
        if platform in failing and product.statuses[platform] == "ACTIVATE":
            product.statuses[platform] = "PLATFORM_DEACTIVATED"


def _reason(platform: str) -> dict[str, Any]:
    return {
        "listing_platform": platform,
        "position": "product",
        "reasons": ["Produk melanggar aturan"],
        "suggestions": ["Periksa kembali isi produk lalu kirim ulang"],
    }


def _tell(world: World, product: Product, failing: list[str]) -> None:
    data = {"product_id": int(product.product_id), "update_time": world.clock.real()}
    failed = len(failing) == len(product.statuses)
    status = "PRODUCT_AUDIT_FAILURE" if failed else "PRODUCT_FIRST_PASS_REVIEW"
    reason = product.failed[0]["reasons"][0] if product.failed else ""
    world.push.send(PRODUCT_STATUS, product.shop_id, {**data, "status": status, "suspended_reason": reason})
    more: dict[str, Any] = {"audit": {"status": product.audit}}
    if TOKOPEDIA in product.statuses:
        shown = {"platform": TOKOPEDIA, "status": product.statuses[TOKOPEDIA]}
        more["integrated_platform_statuses"] = shown  # here an object, not a list
    world.push.send(AUDIT_STATUS, product.shop_id, {**data, **more})


def told(world: World, product: Product, reason: str = "") -> None:
    """A status changed without a review."""
    data = {"product_id": int(product.product_id), "status": "PRODUCT_STATUS_CHANGED", "suspended_reason": reason}
    world.push.send(PRODUCT_STATUS, product.shop_id, {**data, "update_time": world.clock.real()})


def rejectable(names: object) -> set[str]:
    """The storefronts on which the control plane lets a review fail."""
    if isinstance(names, list):
        return {str(name) for name in names if name in PLATFORMS}
    return set(PLATFORMS) if names is True else set()
