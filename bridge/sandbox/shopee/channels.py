"""The couriers. Channel ids are told at run time only, so these are ours; the first enabled one asks for nothing more."""

from dataclasses import dataclass
from typing import Any

from bridge.sandbox.shopee.errors import ApiError
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.state import Shop

FIXED, SIZE_INPUT, SIZE_SELECTION, CUSTOM = "FIXED_DEFAULT_PRICE", "SIZE_INPUT", "SIZE_SELECTION", "CUSTOM_PRICE"
SIDES = ("package_length", "package_width", "package_height")


@dataclass(frozen=True, slots=True)
class Channel:
    channel_id: int
    name: str
    enabled: bool
    fee_type: str
    mask: int = 0  # not zero: a fulfilment channel, which items must not name
    min_kg: float = 0
    max_kg: float = 0
    longest_cm: int = 0
    service: str | None = None
    compulsory: bool = False
    sizes: tuple[tuple[str, str, int], ...] = ()


CHANNELS = {
    channel.channel_id: channel
    for channel in (
        Channel(8003, "Reguler (Cashless)", True, FIXED, max_kg=50, compulsory=True),
        Channel(8005, "Hemat", True, SIZE_INPUT, max_kg=20, longest_cm=60),
        Channel(8006, "Kargo", True, SIZE_INPUT, min_kg=5, max_kg=300, longest_cm=200),
        Channel(8007, "Kurir Toko", True, CUSTOM),
        Channel(8008, "Paket Ukuran", True, SIZE_SELECTION, sizes=(("1", "Kecil", 9000), ("2", "Besar", 18000))),
        Channel(8002, "Instant", False, SIZE_INPUT, max_kg=5, service="instant"),
        Channel(8004, "Same Day", False, SIZE_INPUT, max_kg=5, service="same_day"),
        Channel(80014, "J&T Express", True, FIXED, mask=8003, max_kg=50),
        Channel(80008, "JNE Reguler", True, FIXED, mask=8003, max_kg=50),
        Channel(80023, "SPX Hemat", False, SIZE_INPUT, mask=8005, max_kg=20),
    )
}


def enabled(shop: Shop, channel: Channel) -> bool:
    return shop.channels.get(channel.channel_id, channel.enabled)


def channel_row(shop: Shop, channel: Channel) -> dict[str, Any]:
    side = channel.longest_cm
    sizes = [{"size_id": number, "name": name, "default_price": price} for number, name, price in channel.sizes]
    dimension = {"height": side, "width": side, "length": side, "unit": "cm" if side else "UNKNOWN", "dimension_sum": 0}
    return {
        "logistics_channel_id": channel.channel_id,
        "logistics_channel_name": channel.name,
        "cod_enabled": False,
        "enabled": enabled(shop, channel),
        "fee_type": channel.fee_type,
        "size_list": sizes,
        "weight_limit": {"item_max_weight": channel.max_kg, "item_min_weight": channel.min_kg},
        "item_max_dimension": dimension,
        "volume_limit": {"item_max_volume": 0, "item_min_volume": 0},
        "logistics_description": "",
        "force_enable": False,
        "mask_channel_id": channel.mask,
        "block_seller_cover_shipping_fee": False,
        "support_cross_border": False,
        "seller_logistic_has_configuration": None,
        "logistics_capability": {"seller_logistics": channel.fee_type == CUSTOM},
        "preprint": False,
        "service_type_identifier": channel.service,
        "support_pause": False,
        "compulsory_channel": channel.compulsory,
        "channel_relation_rules": [],
    }


def checked_logistics(
    rows: list[Fields], shop: Shop, weight: float, dimension: dict[str, int] | None
) -> list[dict[str, Any]]:
    """The couriers of an item as reads show them. At least one must be on."""
    found = [_checked(row, shop, weight, dimension) for row in rows]
    if len({row["logistic_id"] for row in found}) != len(found):
        raise _invalid("repeated logistic_id")
    if not any(row["enabled"] for row in found):
        raise _invalid("please enable at least one channel")
    return found


def _checked(row: Fields, shop: Shop, weight: float, dimension: dict[str, int] | None) -> dict[str, Any]:
    channel = CHANNELS.get(row.integer("logistic_id"))
    if channel is None:
        raise _invalid(f"channel {row.integer('logistic_id')} does not exist")
    wanted = row.flag("enabled")
    if wanted:
        _check_fit(channel, shop, weight, dimension)
    shown: dict[str, Any] = {"logistic_id": channel.channel_id, "logistic_name": channel.name, "enabled": wanted}
    shown["is_free"] = row.flag("is_free", False)
    if channel.fee_type == SIZE_SELECTION and wanted:
        shown["size_id"] = _size(row, channel)
    if channel.fee_type == CUSTOM and wanted:
        shown["shipping_fee"] = row.number("shipping_fee")
    return shown


def _check_fit(channel: Channel, shop: Shop, weight: float, dimension: dict[str, int] | None) -> None:
    if channel.mask:
        raise _invalid(f"channel {channel.channel_id} is masked, use {channel.mask}")
    if not enabled(shop, channel):
        raise _invalid(f"channel {channel.channel_id} is not enabled in the shop")
    if (channel.max_kg and weight > channel.max_kg) or weight < channel.min_kg:
        raise _invalid(f"weight is outside the limit of channel {channel.channel_id}")
    if channel.fee_type != SIZE_INPUT:
        return
    if dimension is None:
        raise ApiError("error_param", "dimension is required")
    if channel.longest_cm and max(dimension.values()) > channel.longest_cm:
        raise _invalid(f"dimension is outside the limit of channel {channel.channel_id}")


def _size(row: Fields, channel: Channel) -> int:
    size_id = row.integer("size_id")
    if str(size_id) not in [number for number, _, _ in channel.sizes]:
        raise _invalid(f"size_id {size_id} does not exist")
    return size_id


def _invalid(why: str) -> ApiError:
    return ApiError("error_invalid_logistic_info", f"invalid logistic info , {why}")
