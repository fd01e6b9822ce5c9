"""Couriers of a shop, and arranging shipments."""

from typing import Any

from bridge.sandbox.shopee import order_life
from bridge.sandbox.shopee.call import Call, Shape, get, post
from bridge.sandbox.shopee.channels import CHANNELS, CUSTOM, channel_row
from bridge.sandbox.shopee.errors import ApiError, wrong
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.orders import find_order
from bridge.sandbox.shopee.values import Order

WAYS = ("pickup", "dropoff", "non_integrated")
ADDRESS_ID = 200_001
DAY = 86_400


def channel_list(call: Call) -> dict[str, Any]:
    return {"logistics_channel_list": [channel_row(call.shop, channel) for channel in CHANNELS.values()]}


def update_channel(call: Call) -> dict[str, Any]:
    channel = CHANNELS.get(call.body.integer("logistics_channel_id"))
    if channel is None:
        raise ApiError("logistics.error_param", "The channel does not exist.")
    if call.body.has("enabled"):
        wanted = call.body.flag("enabled")
        if channel.compulsory and not wanted:
            raise ApiError("logistics.error_param", "The channel is compulsory.")
        call.shop.channels[channel.channel_id] = wanted
    shown = channel_row(call.shop, channel)
    return {
        "logistics_channel_id": channel.channel_id,
        "enabled": shown["enabled"],
        "cod_enabled": shown["cod_enabled"],
    }


def shipping_parameter(call: Call) -> dict[str, Any]:
    order = find_order(call, call.query.text("order_sn"))
    if "package_number" in call.params and call.params["package_number"] != order.package_number:
        raise wrong("package_number is invalid")
    _check_ready(order)
    if CHANNELS[order.logistics_channel_id].fee_type == CUSTOM:
        needed: dict[str, list[str]] = {"non_integrated": ["tracking_no"]}
        return {"info_needed": needed, "pickup": None, "dropoff": None}
    needed = {"pickup": ["address_id", "pickup_time_id"], "dropoff": []}
    return {"info_needed": needed, "pickup": {"address_list": [_address(call)]}, "dropoff": {"branch_list": None}}


def _address(call: Call) -> dict[str, Any]:
    return {
        "address_id": ADDRESS_ID,
        "region": "ID",
        "state": "JAWA BARAT",
        "city": "KOTA BANDUNG",
        "address": "Jl. Contoh No. 1",
        "address_flag": ["default_address", "pickup_address"],
        "time_slot_list": [
            {"date": date, "pickup_time_id": str(date), "flags": ["recommended"] if not n else []}
            for n, date in enumerate(_pickup_days(call))
        ],
    }


def _pickup_days(call: Call) -> list[int]:
    today = call.now() // DAY * DAY
    return [today + DAY, today + 2 * DAY]


def ship_order(call: Call) -> None:
    order = find_order(call, call.body.text("order_sn"))
    if call.body.has("package_number"):
        raise wrong("package_number is for split orders only")
    _arrange(call, order, call.body)


def mass_ship_order(call: Call) -> dict[str, Any]:
    """Parcels of one courier; each for itself."""
    rows = call.body.rows("package_list", low=1, high=50)
    failing = call.failing(len(rows))
    good, bad = [], []
    for number, row in enumerate(rows):
        package_number = row.text("package_number")
        try:
            if number in failing:
                raise ApiError("logistics.error_param", "The package is being allocated, please try later.")
            order = call.world.packages.get(package_number)
            if order is None or order.shop_id != call.shop.shop_id:
                raise ApiError("error_not_found", "The package is not found.")
            _arrange(call, order, call.body)
            good.append({"package_number": package_number})
        except ApiError as error:
            bad.append({"package_number": package_number, "fail_reason": f"{error.code}: {error.message}"})
    return {"success_list": good, "fail_list": bad}


def _arrange(call: Call, order: Order, body: Fields) -> None:
    ways = [way for way in WAYS if way in body.values and body.values[way] is not None]
    if len(ways) != 1:
        code = "logistics.ship_order_only_support_one_type" if ways else "logistics.ship_order_need_pickup_or_dropoff"
        raise ApiError(code, "Please give exactly one of pickup, dropoff and non_integrated.")
    _check_ready(order)
    way, details = ways[0], body.object(ways[0])
    own = CHANNELS[order.logistics_channel_id].fee_type == CUSTOM
    if own != (way == "non_integrated"):
        raise ApiError(f"logistics.ship_order_unsupport_{way}", f"The channel does not support {way}.")
    if way == "pickup":
        _check_pickup(call, details)
    number = details.text("tracking_number") if own else ""
    order_life.arrange(call.world, order, number)


def _check_pickup(call: Call, details: Fields) -> None:
    if not details.has("address_id"):
        raise ApiError("logistics.ship_order_need_address_id", "address_id is needed.")
    if not details.has("pickup_time_id"):
        raise ApiError("logistics.ship_order_need_pickup_time_id", "pickup_time_id is needed.")
    known = [str(date) for date in _pickup_days(call)]
    if details.integer("address_id") != ADDRESS_ID or details.text("pickup_time_id") not in known:
        raise ApiError("logistics.error_param", "address_id or pickup_time_id is invalid.")


def _check_ready(order: Order) -> None:
    if order.arranged_at is not None:
        raise ApiError("logistics.package_already_shipped", "The package has already been shipped.")
    if order.logistics_status != "LOGISTICS_READY" or order.status != "READY_TO_SHIP":
        raise ApiError("logistics.ship_order_not_ready_to_ship", "The order is not ready to ship.")


def tracking_number(call: Call) -> dict[str, Any]:
    """Empty at first."""
    order = find_order(call, call.query.text("order_sn"))
    service = CHANNELS[order.logistics_channel_id].service
    number = order_life.shown_tracking(call.world, order)
    shown = {"tracking_number": number, "plp_number": "", "first_mile_tracking_number": "", "hint": ""}
    return {**shown, "pickup_code": order.package_number[-4:]} if service is not None and number else shown


CALLS = {
    "logistics/get_channel_list": get(channel_list),
    "logistics/update_channel": post(update_channel),
    "logistics/get_shipping_parameter": get(shipping_parameter),
    "logistics/ship_order": post(ship_order, shape=Shape.ENVELOPE),
    "logistics/mass_ship_order": post(mass_ship_order),
    "logistics/get_tracking_number": get(tracking_number),
}
