"""One order in detail. Optional fields come only when they are named; what is left unnamed is absent, not empty."""

from collections.abc import Callable
from typing import Any

from bridge.sandbox.shopee.call import Call, get
from bridge.sandbox.shopee.channels import CHANNELS
from bridge.sandbox.shopee.errors import ApiError, wrong
from bridge.sandbox.shopee.values import Line, Order

SHIPPING_FEE = 9000


def order_detail(call: Call) -> dict[str, Any]:
    query = call.query
    numbers = query.texts("order_sn_list")
    if not numbers:
        raise query.missing("order_sn_list")
    if len(numbers) > 50:
        raise wrong("order_sn_list must have 50 entries or less")
    found = [order for sn in dict.fromkeys(numbers) if (order := call.shop.ledger.orders.get(sn)) is not None]
    if not found:
        raise ApiError("error_not_found", "Wrong parameters, detail: the order is not found.")
    if len(found) < len(set(numbers)):
        call.warning = "some of the order_sn can not be found"
    wanted = set(query.texts("response_optional_fields"))
    return {"order_list": [_detail(call, order, wanted) for order in found]}


def _detail(call: Call, order: Order, wanted: set[str]) -> dict[str, Any]:
    before = order.status in ("UNPAID", "READY_TO_SHIP")
    row: dict[str, Any] = {
        "order_sn": order.order_sn,
        "region": "ID",
        "currency": "IDR",
        "cod": False,
        "order_status": order.status,
        "message_to_seller": "",
        "create_time": order.create_time,
        "update_time": order.update_time,
        "days_to_ship": 2,
        "ship_by_date": order.create_time + 2 * 86_400,
        "booking_sn": "",
        "can_full_cancel_order": before,
        "can_partial_cancel_order": before,
        "buyer_preference_for_partial_cancellation": 0,
    }
    return row | {name: make(call, order) for name, make in OPTIONAL.items() if name in wanted}


def _constant(value: Any) -> Callable[[Call, Order], Any]:
    return lambda _call, _order: value


def _items(call: Call, order: Order) -> list[dict[str, Any]]:
    return [_item(call, line) for line in order.lines]


def _item(call: Call, line: Line) -> dict[str, Any]:
    return {
        "item_id": line.item_id,
        "item_name": line.item_name,
        "item_sku": line.item_sku,
        "model_id": line.model_id,
        "model_name": line.model_name,
        "model_sku": line.model_sku,
        "model_quantity_purchased": line.quantity,
        "model_original_price": line.price,
        "model_discounted_price": line.price,
        "wholesale": False,
        "weight": line.weight,
        "add_on_deal": False,
        "main_item": False,
        "promotion_type": "",
        "promotion_id": 0,
        "order_item_id": line.order_item_id,
        "line_item_id": line.order_item_id,
        "promotion_group_id": 0,
        "image_info": {"image_url": call.image_url(line.image_id)},
        "product_location_id": [line.location_id],
        "active_qty": line.active - line.cancel_requested,
        "cancel_requested_qty": line.cancel_requested,
        "cancelled_qty": line.cancelled,
        "return_requested_qty": 0,
        "returned_qty": line.returned,
    }


def _packages(_call: Call, order: Order) -> list[dict[str, Any]]:
    if order.status == "UNPAID":
        return []
    return [
        {
            "package_number": order.package_number,
            "logistics_status": order.logistics_status,
            "logistics_channel_id": order.logistics_channel_id,
            "shipping_carrier": CHANNELS[order.logistics_channel_id].name,
            "item_list": [
                {
                    "item_id": line.item_id,
                    "model_id": line.model_id,
                    "model_quantity": line.active,
                    "order_item_id": line.order_item_id,
                    "promotion_group_id": 0,
                    "product_location_id": line.location_id,
                }
                for line in order.lines
            ],
        }
    ]


def _total(_call: Call, order: Order) -> int:
    """Nothing before the payment."""
    return sum(line.price * line.quantity for line in order.lines) + SHIPPING_FEE if order.pay_time else 0


MASKED = {
    "name": "B******i",
    "phone": "******21",
    "town": "",
    "district": "****",
    "city": "KOTA ****",
    "state": "JAWA BARAT",
    "region": "ID",
    "zipcode": "****",
    "full_address": "****",
}

OPTIONAL: dict[str, Callable[[Call, Order], Any]] = {
    "buyer_user_id": _constant(88_001_234),
    "buyer_username": _constant("b******i"),
    "estimated_shipping_fee": _constant(SHIPPING_FEE),
    "recipient_address": _constant(MASKED),
    "actual_shipping_fee": _constant(0),
    "goods_to_declare": _constant(False),
    "note": _constant(""),
    "note_update_time": _constant(0),
    "item_list": _items,
    "pay_time": lambda _call, order: order.pay_time or None,
    "dropshipper": _constant(""),
    "dropshipper_phone": _constant(""),
    "split_up": _constant(False),
    "buyer_cancel_reason": lambda _call, order: order.cancel_reason if order.cancel_by == "buyer" else "",
    "cancel_by": lambda _call, order: order.cancel_by,
    "cancel_reason": lambda _call, order: order.cancel_reason,
    "actual_shipping_fee_confirmed": _constant(False),
    "buyer_cpf_id": _constant(None),
    "fulfillment_flag": _constant("fulfilled_by_local_seller"),
    "pickup_done_time": lambda _call, order: order.pickup_done_time,
    "package_list": _packages,
    "shipping_carrier": lambda _call, order: CHANNELS[order.logistics_channel_id].name,
    "payment_method": _constant("Transfer Bank"),
    "total_amount": _total,
    "invoice_data": _constant(None),
    "order_chargeable_weight_gram": lambda _call, order: round(sum(x.weight * x.quantity for x in order.lines) * 1000),
    "return_request_due_date": _constant(0),
}


CALLS = {"order/get_order_detail": get(order_detail)}
