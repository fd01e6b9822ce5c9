"""Shipping, labels, cancellations and returns."""

from typing import Any

import pytest
from sandbox_client import Sandbox, fetch
from tokopedia_client import Penjual

CANCEL = "/return_refund/202309/cancellations"
OUT, PRICE = "seller_cancel_reason_out_of_stock", "seller_cancel_reason_wrong_price"
DAY = 86_400


def package(penjual: Penjual, order: str) -> str:
    number: str = penjual.order(order)["packages"][0]["id"]
    return number


def ship(penjual: Penjual, number: str, body: Any = None) -> int:
    return penjual.code(
        f"/fulfillment/202309/packages/{number}/ship", {"handover_method": "PICKUP"} if body is None else body
    )


def label(penjual: Penjual, number: str, kind: str = "SHIPPING_LABEL", **query: str) -> dict[str, Any]:
    path = f"/fulfillment/202309/packages/{number}/shipping_documents"
    return penjual.call("GET", path, {"document_type": kind, "document_size": "A6", **query})


def test_a_package_is_shipped_and_labelled(penjual: Penjual) -> None:
    penjual.live()
    order = penjual.buy(("KT-1", 2))
    number = package(penjual, order)
    assert label(penjual, number)["code"] == 21023035
    assert penjual.order(order)["tracking_number"] == ""
    assert ship(penjual, number) == 0
    row = penjual.order(order)
    assert (row["status"], row["tracking_number"][:2]) == ("AWAITING_COLLECTION", "JX")
    assert label(penjual, number)["code"] == 11034037
    penjual.settle()
    data = label(penjual, number)["data"]
    assert data["tracking_number"] == row["tracking_number"]
    assert fetch("GET", data["doc_url"])[1][:5] == b"%PDF-"
    picture = label(penjual, number, "SHIPPING_LABEL_PICTURE")["data"]["doc_url"]
    assert fetch("GET", picture)[1][:2] == b"\xff\xd8"
    assert label(penjual, number, "RECEIPT")["code"] == 98001004
    assert label(penjual, number, document_size="A0")["code"] == 98001004
    assert ship(penjual, number) == 21011040
    shown = penjual.get(f"/fulfillment/202309/packages/{number}")
    assert (shown["orders"][0]["id"], len(shown["order_line_item_ids"])) == (order, 2)
    penjual.move(order, "ship")
    assert label(penjual, number)["code"] == 21042102
    penjual.sandbox.advance(DAY + 1)
    assert fetch("GET", data["doc_url"])[0] == 403
    assert fetch("GET", data["doc_url"].replace(number, "1"))[0] == 404
    assert fetch("GET", data["doc_url"].partition("?")[0])[0] == 403


def test_sellers_may_ship_by_themselves(penjual: Penjual) -> None:
    penjual.live()
    order = penjual.buy(("KT-1", 1))
    number, parcel = (
        package(penjual, order),
        {"tracking_number": "RESI1", "shipping_provider_id": "6841743441349706242"},
    )
    assert ship(penjual, number, {"self_shipment": parcel | {"shipping_provider_id": "1"}}) == 21011022
    assert ship(penjual, number, {"handover_method": "CARRIED"}) == 98001004
    assert ship(penjual, number, {"self_shipment": parcel}) == 0
    row = penjual.order(order)
    assert (row["shipping_type"], row["tracking_number"]) == ("SELLER", "RESI1")
    assert label(penjual, number)["code"] == 11034002
    assert penjual.orders({"shipping_type": "SELLER"}) == [order]


def test_packages_of_a_batch_fail_for_themselves(penjual: Penjual, other: Penjual, sandbox: Sandbox) -> None:
    penjual.live()
    other.live()
    good, second = (package(penjual, penjual.buy(("KT-1", 1))) for _ in range(2))
    foreign = package(other, other.buy(("KT-1", 1)))
    path = "/fulfillment/202309/packages/ship"
    rows = [{"id": number} for number in (good, foreign, "1")]
    errors = penjual.post(path, {"packages": rows})["errors"]
    assert [(row["code"], row["detail"]["package_id"]) for row in errors] == [(21011028, foreign), (21011008, "1")]
    assert penjual.post(path, {"packages": [{"id": second}]}) == {}
    assert penjual.code(path, {"packages": []}) == 98001004
    sandbox.fault(path, "item_failure")
    third = package(penjual, penjual.buy(("KT-1", 1)))
    assert penjual.post(path, {"packages": [{"id": third}]})["errors"][0]["code"] == 36009003
    assert penjual.post(path, {"packages": [{"id": third}]}) == {}


def test_what_cannot_be_shipped(penjual: Penjual) -> None:
    penjual.live()
    order = penjual.buy(("KT-1", 1))
    number = package(penjual, order)
    penjual.move(order, "cancel", requested=True)
    assert ship(penjual, number) == 21011007
    penjual.move(order, "cancel")
    assert ship(penjual, number) == 21011041
    assert label(penjual, number)["code"] == 21023059


def test_the_seller_cancels_a_whole_order(penjual: Penjual) -> None:
    number = penjual.live()["product_id"]
    order = penjual.buy(("KT-1", 2))
    answer = penjual.post(CANCEL, {"order_id": order, "cancel_reason": PRICE})
    assert answer["cancel_status"] == "CANCELLATION_REQUEST_COMPLETE"
    row = penjual.order(order)
    assert (row["status"], row["cancellation_initiator"], row["cancel_reason"]) == ("CANCELLED", "SELLER", PRICE)
    assert penjual.stock(number) == {"KT-1": (20, 0)}
    assert penjual.code(CANCEL, {"order_id": order, "cancel_reason": PRICE}) == 25001010
    penjual.post(CANCEL, {"order_id": penjual.buy(("KT-1", 2)), "cancel_reason": OUT})
    assert penjual.stock(number) == {"KT-1": (0, 0)}  # out of stock empties the listing


@pytest.mark.parametrize(
    ("paid", "reason", "code"),
    [
        (True, "seller_cancel_unpaid_reason_out_of_stock", 25001021),
        (True, "seller_cancel_paid_reason_address_not_deliver", 25001021),
        (False, OUT, 25001021),
        (False, "seller_cancel_unpaid_reason_buyer_hasnt_paid_within_time_allowed", 0),
        (True, None, 98001004),
    ],
)
def test_reasons_fit_the_status(penjual: Penjual, paid: bool, reason: str | None, code: int) -> None:
    penjual.live()
    order = penjual.buy(("KT-1", 1), paid=paid)
    assert penjual.code(CANCEL, {"order_id": order, "cancel_reason": reason}) == code


def test_after_shipping_and_during_a_request_nothing_is_cancelled(penjual: Penjual) -> None:
    penjual.live()
    order, asked = penjual.buy(("KT-1", 1)), penjual.buy(("KT-1", 1))
    ship(penjual, package(penjual, order))
    assert penjual.code(CANCEL, {"order_id": order, "cancel_reason": OUT}) == 25001045
    penjual.move(asked, "cancel", requested=True)
    assert penjual.code(CANCEL, {"order_id": asked, "cancel_reason": OUT}) == 25001011
    assert penjual.sandbox.call("POST", f"orders/{asked}/cancel", {"requested": True})[0] == 409


@pytest.mark.parametrize("version", ["202309", "202602"])
def test_the_seller_decides_over_a_wish_to_cancel(penjual: Penjual, version: str) -> None:
    number = penjual.live()["product_id"]
    one, two = penjual.buy(("KT-1", 1)), penjual.buy(("KT-1", 1))
    for order in (one, two):
        penjual.move(order, "cancel", requested=True)
        assert penjual.order(order)["is_buyer_request_cancel"] is True
    path = f"/return_refund/{version}/cancellations"
    rows = penjual.post(f"{path}/search", {"cancel_status": ["CANCELLATION_REQUEST_PENDING"]})["cancellations"]
    assert [row["order_id"] for row in rows] == [one, two]
    ids = [row["cancel_id"] for row in rows]
    penjual.post(f"{path}/{ids[0]}/approve", None, {"idempotency_key": "k"})
    penjual.post(f"{path}/{ids[1]}/reject", {"reject_reason": "seller_reject_apply_product_has_been_packed"})
    assert [penjual.order(order)["status"] for order in (one, two)] == ["CANCELLED", "AWAITING_SHIPMENT"]
    assert penjual.order(two)["is_buyer_request_cancel"] is False
    assert penjual.stock(number) == {"KT-1": (19, 1)}
    refused = penjual.post(f"{path}/search", {"cancel_status": ["CANCELLATION_REQUEST_CANCEL"]})["cancellations"]
    word = "CANCELLATION_REQUEST_CANCELLED" if version == "202309" else "CANCELLATION_REQUEST_CANCEL"
    assert [(row["order_id"], row["cancel_status"]) for row in refused] == [(two, word)]
    assert penjual.code(f"{path}/{ids[0]}/approve") == 25001003
    assert penjual.code(f"{path}/1/approve") == 25001001
    assert penjual.code(f"{path}/{ids[0]}/approve", None, {"idempotency_key": "k" * 256}) == 25001001


def test_cancellations_are_found_and_paged(penjual: Penjual) -> None:
    penjual.live()
    orders = [penjual.buy(("KT-1", 1)) for _ in range(3)]
    penjual.post(CANCEL, {"order_id": orders[0], "cancel_reason": PRICE})
    for order in orders[1:]:
        penjual.move(order, "cancel")
    path = f"{CANCEL}/search"

    def found(body: Any = None, **query: Any) -> list[str]:
        answer = penjual.post(path, {"cancel_types": []} if body is None else body, query)
        return [row["order_id"] for row in answer["cancellations"]]

    assert found() == orders
    assert found(sort_order="DESC") == orders[::-1]
    assert found({"cancel_types": ["BUYER_CANCEL"]}) == orders[1:]
    assert found({"order_ids": [orders[2]]}) == [orders[2]]
    assert found({"create_time_lt": 5}) == []
    assert found({"update_time_lt": 5}) == []
    page = penjual.post(path, {"create_time_ge": 1}, {"page_size": 2})
    assert (len(page["cancellations"]), page["total_count"]) == (2, 3)
    rest = penjual.post(path, {"create_time_ge": 1}, {"page_size": 2, "page_token": page["next_page_token"]})
    assert [row["order_id"] for row in rest["cancellations"]] == orders[2:]
    assert penjual.code(path, {"cancel_status": ["X"]}) == 98001004
    assert penjual.code(path, None, {"page_size": 51}) == 98001004


def test_returns_are_found(penjual: Penjual) -> None:
    penjual.live()
    order = penjual.buy(("KT-1", 3))
    penjual.move(order, "ship")
    penjual.move(order, "deliver")
    penjual.move(order, "return", lines=[{"seller_sku": "KT-1", "quantity": 2}])
    path = "/return_refund/202309/returns/search"
    row = penjual.post(path)["return_orders"][0]
    assert (row["order_id"], row["return_type"], len(row["return_line_items"])) == (order, "RETURN_AND_REFUND", 2)
    assert row["refund_amount"] == {"currency": "IDR", "refund_total": "30000"}
    assert {item["order_line_item_id"] for item in row["return_line_items"]} <= {
        line["id"] for line in penjual.order(order)["line_items"]
    }
    assert penjual.post(path, {"return_status": ["REFUND_PENDING"]})["return_orders"] == []
    assert penjual.code(path, None, {"page_size": 9}) == 98001004
    penjual.move(order, "return")
    assert penjual.sandbox.call("POST", f"orders/{order}/return")[0] == 409
