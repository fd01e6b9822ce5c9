"""Where a shop's goods lie: the one nameless location of an ordinary shop, or the named ones of a shop with several warehouses."""

from typing import Any

from bridge.sandbox.shopee.call import Call, get
from bridge.sandbox.shopee.errors import ApiError, wrong

PICKUP, RETURN = 1, 2
FIRST = "IDZ"  # the documents' only sample of a location_id


def location_ids(warehouses: int) -> tuple[str, ...]:
    """One warehouse makes an ordinary shop, which names no location."""
    return (FIRST, *(f"{FIRST}{at}" for at in range(2, warehouses + 1))) if warehouses > 1 else ("",)


def warehouse_detail(call: Call) -> list[dict[str, Any]]:
    """The rows have more fields on the platform; our documents name these three only."""
    if not call.shop.several:
        raise ApiError("warehouse.error_not_in_whitelist", "The shop is not in the multi-warehouse whitelist.")
    kind = call.query.integer("warehouse_type", PICKUP)
    if kind not in (PICKUP, RETURN):
        raise wrong("warehouse_type must be 1 or 2")
    if kind == RETURN:  # these shops have none of their own; the code is the one the documents have for a missing one
        raise ApiError("warehouse.error_can_not_find_warehouse", "Can not find the warehouse.")
    return [
        {
            "warehouse_id": call.shop.shop_id * 100 + at,
            "location_id": location,
            "address_id": call.shop.shop_id * 10 + at,
        }
        for at, location in enumerate(call.shop.locations, 1)
    ]


def seller_stock(places: dict[str, int]) -> list[dict[str, Any]]:
    """As the echo of a write shows it."""
    return [{"location_id": location, "stock": stock} for location, stock in places.items()]


CALLS = {"shop/get_warehouse_detail": get(warehouse_detail)}
