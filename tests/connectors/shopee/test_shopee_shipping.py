"""Shipping, cancelling and labels: which way a parcel goes, what a lost answer leads to, when a label is there."""

from typing import Any

import pytest

from bridge.connectors.base import Operation, Verdict
from bridge.connectors.outcomes import Locked
from bridge.connectors.shopee import ShopeeConnector
from bridge.connectors.shopee.order_types import ShippingParameter
from bridge.connectors.shopee.shipping import handover
from bridge.errors import ChannelUnavailable, OutcomeUnknown, Rejected
from bridge.model import OpKind

SLOTS = [{"pickup_time_id": "1", "flags": []}, {"pickup_time_id": "2", "flags": ["recommended"]}]
HOME = {"address_id": 8, "address_flag": [], "time_slot_list": SLOTS}
STORE = {"address_id": 9, "address_flag": ["pickup_address"], "time_slot_list": SLOTS}
BOTH = {"pickup": ["address_id", "pickup_time_id"], "dropoff": []}


def asked(needed: dict[str, Any], **more: Any) -> ShippingParameter:
    return ShippingParameter.model_validate({"info_needed": needed, **more})


def write(kind: OpKind, ticket: str = "", **payload: str) -> Operation:
    return Operation(7, kind, "key-7", "S1", (), payload, ticket)


def told(status: str, *parcels: str, **more: Any) -> dict[str, Any]:
    rows = [{"package_number": f"P{n}", "logistics_status": f"LOGISTICS_{word}"} for n, word in enumerate(parcels)]
    items = [{"item_id": 5, "model_id": 61, "model_quantity_purchased": 1}]
    return {
        "order_list": [{"order_sn": "S1", "order_status": status, "package_list": rows, "item_list": items, **more}]
    }


# --- the way ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameter", "number", "preferred", "way"),
    [
        (
            asked(BOTH, pickup={"address_list": [HOME, STORE]}),
            "",
            "pickup",
            {"pickup": {"address_id": 9, "pickup_time_id": "2"}},
        ),
        (asked(BOTH, pickup={"address_list": [HOME]}), "", "dropoff", {"dropoff": {}}),
        (asked({**BOTH, "dropoff": None}, pickup={"address_list": [HOME]}), "", "dropoff", None),
        (asked(BOTH, pickup={"address_list": [{**HOME, "time_slot_list": None}]}), "", "pickup", {"dropoff": {}}),
        (asked(BOTH, pickup=None), "", "pickup", {"dropoff": {}}),
        (
            asked({"dropoff": ["branch_id", "tracking_no"]}, dropoff={"branch_list": [{"branch_id": 4}]}),
            "R1",
            "pickup",
            {"dropoff": {"branch_id": 4, "tracking_number": "R1"}},
        ),
        (asked({"non_integrated": ["tracking_no"]}), "R1", "pickup", {"non_integrated": {"tracking_number": "R1"}}),
    ],
)
def test_a_parcel_goes_the_way_that_is_offered(
    parameter: ShippingParameter, number: str, preferred: str, way: dict[str, Any] | None
) -> None:
    if way is None:
        way = {"pickup": {"address_id": 8, "pickup_time_id": "2"}}
    assert handover(parameter, number, preferred) == way


def test_a_courier_hired_by_the_seller_needs_its_number() -> None:
    with pytest.raises(Rejected, match="tracking number"):
        handover(asked({"non_integrated": ["tracking_no"]}), "", "pickup")


def test_what_only_the_seller_can_say_is_refused() -> None:
    with pytest.raises(Rejected, match="sender_real_name"):
        handover(asked({"dropoff": ["sender_real_name"]}), "", "pickup")


def test_no_time_for_a_pickup_waits() -> None:
    with pytest.raises(Locked):
        handover(asked({"pickup": ["pickup_time_id"]}, pickup={"address_list": [{"address_id": 1}]}), "", "pickup")


# --- writes -----------------------------------------------------------------------------------------------------------


def test_a_split_order_is_shipped_parcel_by_parcel(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_detail", told("READY_TO_SHIP", "READY", "READY"))
    wire.answer("/logistics/get_shipping_parameter", {"info_needed": {"dropoff": []}})
    wire.answer("/logistics/ship_order", {})
    (first,) = shop.submit([write(OpKind.SHIP)])
    assert first.verdict is Verdict.NEXT
    assert wire.calls[1].params["package_number"] == wire.calls[2].body["package_number"] == "P0"
    wire.answer("/order/get_order_detail", told("READY_TO_SHIP", "REQUEST_CREATED", "READY"))
    wire.answer("/logistics/get_shipping_parameter", {"info_needed": {"dropoff": []}})
    wire.answer("/logistics/ship_order", {})
    (second,) = shop.submit([write(OpKind.SHIP, first.ticket)])
    assert second.verdict is Verdict.DONE
    assert wire.calls[-1].body == {"order_sn": "S1", "package_number": "P1", "dropoff": {}}


def test_the_last_step_of_a_split_order_sent_twice_ships_nothing(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_detail", told("PROCESSED", "REQUEST_CREATED", "REQUEST_CREATED"))
    (outcome,) = shop.submit([write(OpKind.SHIP, "parcel")])
    assert (outcome.verdict, len(wire.calls)) == (Verdict.DONE, 1)


@pytest.mark.parametrize(
    ("kind", "answer", "verdict"),
    [
        (OpKind.SHIP, told("PROCESSED", "REQUEST_CREATED"), Verdict.DONE),
        (OpKind.SHIP, told("READY_TO_SHIP", "READY"), Verdict.RETRY),
        (OpKind.SHIP, told("READY_TO_SHIP", "REQUEST_CREATED", "READY"), Verdict.NEXT),
        (OpKind.SHIP, told("CANCELLED", "INVALID"), Verdict.RETRY),
        (OpKind.CANCEL, told("CANCELLED", "INVALID"), Verdict.DONE),
        (OpKind.CANCEL, told("READY_TO_SHIP", "READY"), Verdict.RETRY),
    ],
)
def test_what_became_of_a_lost_write_stands_in_the_order(
    wire: Any, shop: ShopeeConnector, kind: OpKind, answer: dict[str, Any], verdict: Verdict
) -> None:
    wire.answer("/order/get_order_detail", answer)
    (outcome,) = shop.look_up([write(kind)])
    assert outcome.verdict is verdict
    assert len(wire.calls) == 1


def test_out_of_stock_names_the_items(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_detail", told("READY_TO_SHIP", "READY"))
    wire.answer("/order/cancel_order", {})
    (outcome,) = shop.submit([write(OpKind.CANCEL, reason="OUT_OF_STOCK")])
    assert outcome.verdict is Verdict.DONE
    items = [{"item_id": 5, "model_id": 61}]
    assert wire.calls[-1].body == {"order_sn": "S1", "cancel_reason": "OUT_OF_STOCK", "item_list": items}


def test_a_buyer_who_asked_already_is_told_yes(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_detail", told("IN_CANCEL", "READY"))
    wire.answer("/order/handle_buyer_cancellation", {})
    (outcome,) = shop.submit([write(OpKind.CANCEL, reason="CUSTOMER_REQUEST")])
    assert outcome.verdict is Verdict.DONE
    assert wire.calls[-1].body == {"order_sn": "S1", "operation": "ACCEPT"}


def test_a_reason_that_shopee_does_not_know_is_refused_unsent(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_detail", told("READY_TO_SHIP", "READY"))
    (outcome,) = shop.submit([write(OpKind.CANCEL, reason="WRONG_PRICE")])
    assert outcome.verdict is Verdict.REJECTED
    assert "OUT_OF_STOCK" in outcome.message


# --- labels -----------------------------------------------------------------------------------------------------------


def test_a_label_waits_for_the_tracking_number(wire: Any, shop: ShopeeConnector, refusal: Any) -> None:
    wire.answer("/order/get_order_detail", told("PROCESSED", "REQUEST_CREATED"))
    row = {"order_sn": "S1", "fail_error": "logistics.shipping_document_should_print_first", "fail_message": "x"}
    wire.answer(
        "/logistics/get_shipping_document_result",
        {"error": "common.batch_api_all_failed", "message": "x", "response": {"result_list": [row]}},
    )
    wire.answer("/logistics/get_tracking_number", {"tracking_number": ""})
    with pytest.raises(ChannelUnavailable, match="number"):
        shop.label("S1")


def test_a_label_that_is_no_pdf_is_not_taken(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_detail", told("PROCESSED", "REQUEST_CREATED"))
    wire.answer("/logistics/get_shipping_document_result", {"result_list": [{"status": "READY"}]})
    wire.answer("/logistics/download_shipping_document", {"something": "else"})
    with pytest.raises(OutcomeUnknown):
        shop.label("S1")


def test_no_label_before_the_shipment_is_arranged(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_detail", told("READY_TO_SHIP", "READY"))
    with pytest.raises(Rejected):
        shop.label("S1")
