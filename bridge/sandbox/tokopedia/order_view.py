"""Orders as the calls show them: one line item per unit, amounts as text."""

from collections.abc import Sequence
from typing import Any

from bridge.sandbox.tokopedia.shops import DELIVERY_OPTION, PROVIDERS
from bridge.sandbox.tokopedia.values import Line, Order

SHIPPING_FEE = 10_000
DAY = 86_400
ADDRESS = {
    "full_address": "Jl. Con*** No. *, Kabupaten Banyumas, Jawa Tengah",
    "name": "P***i",
    "phone_number": "(+62)811*****00",
    "region_code": "ID",
    "postal_code": "53121",
    "address_detail": "Jl. Con***",
    "address_line1": "Jl. Con***",
    "district_info": [
        {"address_level_name": "Country", "address_name": "Indonesia", "address_level": "L0"},
        {"address_level_name": "Province", "address_name": "Jawa Tengah", "address_level": "L1"},
        {"address_level_name": "City", "address_name": "Kabupaten Banyumas", "address_level": "L2"},
    ],
}
HIDDEN = ("UNPAID", "ON_HOLD")


def order_row(order: Order) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": order.order_id,
        "status": order.status,
        "commerce_platform": order.platform,
        "order_type": "NORMAL",
        "fulfillment_type": "FULFILLMENT_BY_SELLER",
        "delivery_type": "HOME_DELIVERY",
        "create_time": order.create_time,
        "update_time": order.update_time,
        "is_cod": False,
        "is_on_hold_order": order.status == "ON_HOLD",
        "is_buyer_request_cancel": bool(order.request),
        "is_sample_order": False,
        "is_replacement_order": False,
        "user_id": "7021436810468230477",
        "buyer_message": "",
        "seller_note": "",
        "warehouse_id": order.lines[0].warehouse_id,
        "shipping_type": "SELLER" if order.handover == "SELF" or order.by_seller else "TIKTOK",
        "shipping_provider": PROVIDERS[0][1],
        "shipping_provider_id": PROVIDERS[0][0],
        "delivery_option_id": DELIVERY_OPTION,
        "delivery_option_name": "Reguler",
        "tracking_number": order.tracking_number,
        "fulfillment_priority_level": 400,
        "payment": payment(order),
        "packages": [{"id": order.package_id}] if order.paid_time else [],
        "line_items": [_line(order, line) for line in order.lines],
    }
    return {**row, **_times(order), **_cancelled(order), **_address(order)}


def _times(order: Order) -> dict[str, int]:
    times = {
        "paid_time": order.paid_time,
        "rts_time": order.rts_time,
        "collection_time": order.collection_time,
        "delivery_time": order.delivery_time,
        "cancel_time": order.cancel_time,
    }
    if order.paid_time:
        times |= {"rts_sla_time": order.paid_time + 2 * DAY, "tts_sla_time": order.paid_time + 3 * DAY}
    return {name: time for name, time in times.items() if time}


def _cancelled(order: Order) -> dict[str, str]:
    if order.status != "CANCELLED":
        return {}
    return {"cancel_reason": order.cancel_reason, "cancellation_initiator": order.cancel_by}


def _address(order: Order) -> dict[str, Any]:
    return {} if order.status in HIDDEN else {"recipient_address": ADDRESS}


def _line(order: Order, line: Line) -> dict[str, Any]:
    row = {
        "id": line.line_id,
        "product_id": line.product_id,
        "product_name": line.title,
        "sku_id": line.sku_id,
        "sku_name": line.sku_name,
        "seller_sku": line.seller_sku,
        "sku_type": "NORMAL",
        "sale_price": str(line.price),
        "original_price": str(line.price),
        "seller_discount": "0",
        "platform_discount": "0",
        "buyer_service_fee": "0",
        "currency": "IDR",
        "is_gift": False,
        "display_status": "CANCELLED" if line.cancelled else order.status,
        "package_status": "CANCELLED" if line.cancelled else _package_status(order),
        "tracking_number": order.tracking_number,
    }
    if order.paid_time:
        row["package_id"] = order.package_id
    if line.cancelled:
        row |= {"cancel_user": line.cancel_user, "cancel_reason": line.cancel_reason}
    return row


def _package_status(order: Order) -> str:
    return {"DELIVERED": "COMPLETED", "COMPLETED": "COMPLETED", "CANCELLED": "CANCELLED"}.get(
        order.status, "TO_FULFILL" if order.shipped_at is None else "FULFILLING"
    )


def payment(order: Order) -> dict[str, str]:
    total = sum_of(order.lines)
    return {
        "currency": "IDR",
        "sub_total": str(total),
        "shipping_fee": str(SHIPPING_FEE),
        "total_amount": str(total + SHIPPING_FEE),
        "original_total_product_price": str(total),
        "original_shipping_fee": str(SHIPPING_FEE),
        "seller_discount": "0",
        "platform_discount": "0",
        "buyer_service_fee": "0",
        "distance_fee": "0",
        "tax": "0",
    }


def sum_of(lines: Sequence[Line]) -> int:
    return sum(line.price for line in lines)
