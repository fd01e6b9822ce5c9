"""Search Products: by seller SKU, SKU id, status, storefront and time."""

from collections.abc import Callable
from typing import Any

from bridge.sandbox.core.times import Times
from bridge.sandbox.tokopedia.call import Call, Endpoint
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.fields import Fields
from bridge.sandbox.tokopedia.paging import page
from bridge.sandbox.tokopedia.product_view import found
from bridge.sandbox.tokopedia.shelf import ALL, BOTH, groups
from bridge.sandbox.tokopedia.values import PLATFORMS, STATUSES, TIKTOK_SHOP, Product

MOST_HITS = 10_000
Window = tuple[int | None, int | None]


def search(call: Call) -> dict[str, Any]:
    body = call.body
    group = _group(body, call.version)
    created, updated = _window(body, "create_time", 12019118), _window(body, "update_time", 12019119)
    by = "update_time" if updated != (None, None) else "create_time"
    times, window = call.shop.shelf.board.times(group, by), updated if by == "update_time" else created
    keep = _filter(call, created if by == "update_time" else (None, None))
    named = _named(call)
    if named is not None:
        times = _times(named, by, group)
    size = call.query.size(code=12019109)
    ids, total, token = page(times, window, size, call.query.text("page_token"), keep=keep)
    if total > MOST_HITS:
        raise ApiError(12052180)
    products = call.shop.shelf.products
    rows = [found(products[number], call.version) for number in ids]
    return {"products": rows, "total_count": total, "next_page_token": token}


def _group(body: Fields, version: str) -> Any:
    """A status is TikTok Shop's unless the storefronts are named; both named: the same status on both."""
    status = body.choice("status", ("ALL", *STATUSES), "ALL")
    platforms = set(body.texts("listing_platforms")) if version != "202309" else set()
    if not platforms <= set(PLATFORMS):
        raise body.wrong("listing_platforms", f"a list of {', '.join(PLATFORMS)}")
    if status == "ALL":
        if platforms:
            raise body.wrong("listing_platforms", "a status other than ALL with it")
        return ALL
    if len(platforms) == 2:
        return (BOTH, status)
    return (next(iter(platforms), TIKTOK_SHOP), status)


def _window(body: Fields, name: str, code: int) -> Window:
    """Both ends are included."""
    start, end = body.moment(f"{name}_ge"), body.moment(f"{name}_le")
    if start is not None and end is not None and end < start:
        raise ApiError(code)
    return start, None if end is None else end + 1


def _named(call: Call) -> list[Product] | None:
    """The products of the SKUs that were named, if any were."""
    codes = call.body.texts("seller_skus")
    numbers = call.body.texts("sku_ids") if call.version != "202309" else []
    if len(codes) > 10:
        raise ApiError(12019027)
    if len(numbers) > 10:
        raise ApiError(12019087)
    if not codes and not numbers:
        return None
    shelf = call.shop.shelf
    by_code = {p.product_id: p for code in codes for p in shelf.by_seller_sku(code)}
    owners = [call.world.sku_owners.get(number) for number in numbers]
    by_id = {p.product_id: p for p in owners if p is not None and p.shop_id == call.shop.shop_id}
    if codes and numbers:
        return [product for number, product in by_code.items() if number in by_id]
    return list((by_code or by_id).values())


def _times(products: list[Product], by: str, group: Any) -> Times:
    times = Times()
    times.rows = sorted((getattr(p, by), p.product_id) for p in products if group in groups(p))
    return times


def _filter(call: Call, created: Window) -> Callable[[str], bool] | None:
    body, products = call.body, call.shop.shelf.products
    audits = set(body.texts("audit_status")) if call.version != "202309" else set()
    if body.text("category_version", "v2") != "v2":
        return lambda _number: False
    if not audits and created == (None, None):
        return None
    low, high = created
    return lambda number: (
        (not audits or products[number].audit in audits)
        and (low is None or products[number].create_time >= low)
        and (high is None or products[number].create_time < high)
    )


CALLS = (Endpoint("POST", "/product/products/search", search, ("202309", "202312", "202502")),)
