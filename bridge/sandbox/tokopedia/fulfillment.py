"""Shipping packages and their labels. Here every order has one package."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bridge.sandbox.core.pictures import paper, picture
from bridge.sandbox.tokopedia import order_life
from bridge.sandbox.tokopedia.call import Call, Endpoint
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.fields import Fields
from bridge.sandbox.tokopedia.order_view import order_row
from bridge.sandbox.tokopedia.price_stock import FAULT
from bridge.sandbox.tokopedia.shops import PROVIDERS
from bridge.sandbox.tokopedia.values import Order

DOCUMENTS = ("SHIPPING_LABEL", "PACKING_SLIP", "SHIPPING_LABEL_AND_PACKING_SLIP", "SHIPPING_LABEL_PICTURE")
LABEL_S = 86_400


def ship(call: Call) -> dict[str, Any]:
    _ship(call, _package(call, call.path["id"]), call.body)
    return {}


def batch_ship(call: Call) -> dict[str, Any]:
    """Each package fails for itself."""
    rows = call.body.rows("packages")
    if not rows:
        raise call.body.wrong("packages", "a list of packages")
    failing, errors = call.failing(len(rows)), []
    for at, row in enumerate(rows):
        number = row.text("id")
        try:
            if at in failing:
                raise FAULT
            _ship(call, _package(call, number), row)
        except ApiError as error:
            errors.append(error.row(package_id=number))
    return {"errors": errors} if errors else {}


def _ship(call: Call, order: Order, how: Fields) -> None:
    _check(order)
    handover = how.choice("handover_method", ("PICKUP", "DROP_OFF"), "PICKUP")  # not looked at in Indonesia
    if not how.has("self_shipment") and not order.by_seller:
        order_life.ship(call.world, order, handover)
        return
    parcel = how.object("self_shipment")
    number = parcel.text("tracking_number")
    if parcel.text("shipping_provider_id") not in {provider for provider, _ in PROVIDERS}:
        raise ApiError(21011022, "Invalid tracking number or provider ID. Please double check and try again.")
    order_life.ship(call.world, order, "SELF", number)


def _check(order: Order) -> None:
    if order.request:
        raise ApiError(21011007, "Package item has after-sale request, please process the after-sale request first.")
    if order.status == "CANCELLED":
        raise ApiError(21011041, "Cannot complete the operation when order is cancelled.")
    if order.status in ("UNPAID", "ON_HOLD"):
        raise ApiError(21011003, "fulfill_unit action not allowed")
    if order.shipped_at is not None:
        raise ApiError(21011040, "Package has already been shipped.")


def package_detail(call: Call) -> dict[str, Any]:
    order = _package(call, call.path["id"])
    row = order_row(order)
    lines = [item["id"] for item in row["line_items"]]
    return {
        "package_id": order.package_id,
        "package_status": row["line_items"][0]["package_status"],
        "orders": [{"id": order.order_id, "skus": [], "line_item_ids": lines}],
        "order_line_item_ids": lines,
        "tracking_number": order.tracking_number,
        "shipping_type": row["shipping_type"],
        "shipping_provider_name": row["shipping_provider"],
        "shipping_provider_id": row["shipping_provider_id"],
        "create_time": order.paid_time,
        "update_time": order.update_time,
    }


def shipping_document(call: Call) -> dict[str, Any]:
    """Only for the platform's couriers, after shipping and before pickup, and not at once."""
    kind = call.query.choice("document_type", DOCUMENTS, "")
    call.query.choice("document_size", ("A6", "A5"), "A6")
    order = _package(call, call.path["id"])
    if order.handover == "SELF":
        raise ApiError(11034002, "This API is only applicable to TikTok Shipping orders.")
    if order.status == "CANCELLED":
        raise ApiError(21023059, "Package has already been cancelled.")
    if order.shipped_at is None:
        raise ApiError(21023035, "Please arrange shipment before retrieving the shipping document.")
    if order.status != "AWAITING_COLLECTION":
        raise ApiError(21042102, "Documents couldn't be printed after the package has been pickup.")
    if call.world.clock.now() - order.shipped_at < call.world.options.review_s:
        raise ApiError(11034037, "The shipping document is still being generated, please try again later.")
    until = int(call.world.clock.now()) + LABEL_S
    ending = "jpeg" if kind == "SHIPPING_LABEL_PICTURE" else "pdf"
    url = f"{call.base}/file/labels/{order.package_id}.{ending}?expires={until}"
    return {"doc_url": url, "tracking_number": order.tracking_number}


def _package(call: Call, number: str) -> Order:
    """The order of a package of this shop that exists already: from payment on."""
    order = call.world.packages.get(number)
    if order is None or not order.paid_time:
        raise ApiError(21011008, "Package is not complete. If the error persists, please contact the platform.")
    if order.shop_id != call.shop.shop_id:
        raise ApiError(21011028, "The package does not belong to the current shop.")
    return order


async def label_file(market: Any, request: Request) -> Response:
    """What a label's address gives, without any authorization, for a day."""
    until, name = request.query_params.get("expires", ""), request.path_params["name"]
    number, _, ending = name.partition(".")
    if number not in market.world.packages:
        return Response(status_code=404)
    if not until.isdecimal() or int(until) < market.world.clock.now():
        return Response(status_code=403)
    if ending == "jpeg":
        return Response(picture(number), media_type="image/jpeg")
    return Response(paper(number), media_type="application/pdf")


CALLS = (
    Endpoint("POST", "/fulfillment/packages/ship", batch_ship),
    Endpoint("POST", "/fulfillment/packages/{id}/ship", ship),
    Endpoint("GET", "/fulfillment/packages/{id}", package_detail),
    Endpoint("GET", "/fulfillment/packages/{id}/shipping_documents", shipping_document),
)
