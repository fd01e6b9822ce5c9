"""Shipping documents: asked for, made a little later, downloaded. Rows fail alone; where all do, the call fails with them.

From the reference's pages create_shipping_document, get_shipping_document_result and download_shipping_document (copy of 2026-08).
"""

from typing import Any

from bridge.sandbox.core.pictures import paper
from bridge.sandbox.shopee import order_life
from bridge.sandbox.shopee.call import Call, Shape, post
from bridge.sandbox.shopee.errors import ApiError, wrong
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.values import Order

KINDS = (
    "NORMAL_AIR_WAYBILL",
    "THERMAL_AIR_WAYBILL",
    "NORMAL_JOB_AIR_WAYBILL",
    "THERMAL_JOB_AIR_WAYBILL",
    "THERMAL_UNPACKAGED_LABEL",
)
ALL_FAILED = "common.batch_api_all_failed"
PRINT_FIRST = ApiError(
    "logistics.shipping_document_should_print_first",
    "The package can not print now, please create shipping document first.Detail: order_sn",
)


def create_document(call: Call) -> dict[str, Any]:
    """Only once the tracking number is known, and before the parcel was fetched."""

    def make(row: Fields) -> dict[str, Any]:
        order = _order(call, row)
        number = order_life.shown_tracking(call.world, order)
        if order.status != "PROCESSED" or not number:
            raise ApiError("logistics.package_can_not_print", "The package can not print now. ")
        if row.text("tracking_number", "") != number:
            raise ApiError("logistics.tracking_number_invalid", "The tracking number is invalid.")
        _check_kind(row)
        if order.printed_at is None:
            order.printed_at = call.world.clock.now()
        return {}

    return _each(call, make)


def document_result(call: Call) -> dict[str, Any]:
    def look(row: Fields) -> dict[str, Any]:
        order = _order(call, row)
        _check_kind(row)
        if order.printed_at is None:
            raise PRINT_FIRST
        return {"status": "READY" if _is_ready(call, order) else "PROCESSING"}

    return _each(call, look)


def download_document(call: Call) -> bytes:
    """One file for all."""
    rows = call.body.rows("order_list", low=1, high=50)
    _check_kind(call.body)
    for row in rows:
        order = _order(call, row)
        if order.printed_at is None:
            raise PRINT_FIRST
        if not _is_ready(call, order):
            raise ApiError("logistics.download_later", "Processing, please download later. Detail: order_sn")
    return paper(rows[0].text("order_sn"))


def _each(call: Call, work: Any) -> dict[str, Any]:
    rows = call.body.rows("order_list", low=1, high=50)
    shown, failed = [], 0
    for row in rows:
        head = {"order_sn": row.text("order_sn"), "package_number": row.text("package_number", "")}
        try:
            shown.append({**head, **work(row)})
        except ApiError as error:
            failed += 1
            shown.append({**head, "fail_error": error.code, "fail_message": error.message})
    if failed == len(rows):
        raise ApiError(ALL_FAILED, "Failed, please check result_list for more details.", {"result_list": shown})
    return {"result_list": shown}


def _order(call: Call, row: Fields) -> Order:
    order = call.shop.ledger.orders.get(row.text("order_sn"))
    if order is None:
        raise ApiError("logistics.order_not_exist", f"The order_sn {row.text('order_sn')} is not exist.")
    if row.has("package_number") and row.text("package_number") != order.package_number:
        raise ApiError("logistics.package_number_not_found", "The package_number is not exist.")
    return order


def _check_kind(row: Fields) -> None:
    if row.has("shipping_document_type") and row.text("shipping_document_type") not in KINDS:
        raise wrong("shipping_document_type is invalid")


def _is_ready(call: Call, order: Order) -> bool:
    made = order.printed_at
    return made is not None and call.world.clock.now() - made >= call.world.options.review_s


CALLS = {
    "logistics/create_shipping_document": post(create_document),
    "logistics/get_shipping_document_result": post(document_result),
    "logistics/download_shipping_document": post(download_document, shape=Shape.FILE),
}
