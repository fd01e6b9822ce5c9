"""Orders: windows, cursors, details, stock, shipping, cancelling, returning."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from sandbox_client import Answer, Sandbox, Seller

DAY = 86_400


def window(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    plain = {"time_range_field": "update_time", "time_from": now - DAY, "time_to": now + 60, "page_size": 50}
    return plain | changes


def listed(seller: Seller, **changes: Any) -> list[str]:
    found: list[str] = []
    query, more = window(**changes), True
    while more:
        page = seller.read("order/get_order_list", query)
        found += [row["order_sn"] for row in page["order_list"]]
        query["cursor"], more = page["next_cursor"], page["more"]
    return found


def left(seller: Seller, item_id: int) -> int:
    return int(seller.item(item_id)["stock_info_v2"]["summary_info"]["total_available_stock"])


def test_an_order_takes_stock_and_reads_back(seller: Seller) -> None:
    item_id = seller.add()
    varied, (_, second) = seller.add_varied()
    sn = seller.buy(("KT-1", 2), ("KT-V1", 3))
    assert left(seller, item_id) == 18
    assert seller.models(varied)["KT-V1"]["stock_info_v2"]["summary_info"]["total_available_stock"] == 17
    plain = seller.detail(sn)
    assert "item_list" not in plain
    assert "recipient_address" not in plain
    assert (plain["order_status"], plain["region"], plain["currency"]) == ("READY_TO_SHIP", "ID", "IDR")
    full = seller.detail(sn, "item_list", "total_amount", "recipient_address", "package_list", "pay_time")
    assert full["total_amount"] == 2 * 15000 + 3 * 16000 + 9000
    assert full["recipient_address"]["phone"].startswith("*")
    lines = {line["item_id"]: line for line in full["item_list"]}
    assert (lines[item_id]["model_id"], lines[item_id]["item_sku"], lines[item_id]["model_sku"]) == (0, "KT-1", "")
    assert (lines[varied]["model_id"], lines[varied]["model_sku"], lines[varied]["model_name"]) == (
        second,
        "KT-V1",
        "Pilihan 1",
    )
    assert lines[varied]["model_quantity_purchased"] == lines[varied]["active_qty"] == 3
    assert full["package_list"][0]["logistics_status"] == "LOGISTICS_READY"


def test_an_unpaid_order_takes_stock_too(seller: Seller, sandbox: Sandbox) -> None:
    item_id = seller.add()
    sn = seller.buy(("KT-1", 2), paid=False)
    assert left(seller, item_id) == 18
    row = seller.detail(sn, "total_amount", "package_list", "pay_time")
    assert (row["order_status"], row["total_amount"], row["package_list"], row["pay_time"]) == ("UNPAID", 0, [], None)
    assert sandbox.post(f"orders/{sn}/pay")["status"] == "READY_TO_SHIP"
    assert seller.detail(sn, "total_amount")["total_amount"] > 0


def test_orders_are_found_by_time_page_by_page(seller: Seller, sandbox: Sandbox) -> None:
    seller.add()
    made = [seller.buy(("KT-1", 1), age_s=age) for age in (5000, 4000, 3000)]
    assert listed(seller, page_size=1) == made
    assert listed(seller, time_range_field="create_time") == made
    now = int(time.time())
    assert listed(seller, time_from=now - 4500, time_to=now - 3500) == [made[1]]
    sandbox.post(f"orders/{made[0]}/ship")
    assert listed(seller, time_from=now - 2) == [made[0]]
    assert listed(seller, page_size=2, order_status="READY_TO_SHIP") == made[1:]
    assert listed(seller, time_range_field="create_time", page_size=2) == made
    page = seller.read("order/get_order_list", window(response_optional_fields="order_status"))
    assert {row["order_status"] for row in page["order_list"]} == {"READY_TO_SHIP", "SHIPPED"}


def test_a_cursor_survives_orders_that_move_meanwhile(seller: Seller, sandbox: Sandbox) -> None:
    seller.add()
    made = [seller.buy(("KT-1", 1), age_s=age) for age in (5000, 4000, 3000)]
    page = seller.read("order/get_order_list", window(page_size=1))
    sandbox.post(f"orders/{made[0]}/ship")
    rest = listed(seller, cursor=page["next_cursor"])
    assert rest == [made[1], made[2], made[0]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"time_from": int(time.time()) - 16 * DAY}, "order.order_list_invalid_time"),
        ({"time_from": int(time.time()) + DAY}, "order.order_list_invalid_time"),
        ({"time_range_field": "pay_time"}, "error_param"),
        ({"time_range_field": ""}, "error_param"),
        ({"page_size": 101}, "error_param"),
        ({"page_size": ""}, "error_param"),
        ({"order_status": "TO_RETURN"}, "error_param"),
        ({"cursor": "x"}, "error_param"),
        ({"cursor": "WzEsMiwzXQ=="}, "error_param"),
    ],
)
def test_wrong_windows(seller: Seller, change: dict[str, Any], code: str) -> None:
    answer = seller.get("order/get_order_list", window(**change))
    assert answer["error"] == code
    if change.get("time_range_field") == "":
        assert answer["message"] == "Wrong parameters, detail: time_range_field is a required field."


def test_fifteen_days_are_allowed_and_the_future_too(seller: Seller) -> None:
    now = int(time.time())
    assert listed(seller, time_from=now - 14 * DAY, time_to=now + DAY) == []


def test_details_take_every_list_form_and_leave_out_strangers(seller: Seller, sandbox: Sandbox) -> None:
    seller.add()
    one, two = seller.buy(("KT-1", 1)), seller.buy(("KT-1", 1))
    forms: list[Any] = [
        {"order_sn_list": f"{one},{two}"},
        {"order_sn_list": f'["{one}", "{two}"]'},
        [("order_sn_list", one), ("order_sn_list", two)],
    ]
    for form in forms:
        assert [row["order_sn"] for row in seller.read("order/get_order_detail", form)["order_list"]] == [one, two]
    stranger = sandbox.seller()
    answer = seller.get("order/get_order_detail", {"order_sn_list": f"{one},X"})
    assert (len(answer["response"]["order_list"]), bool(answer["warning"])) == (1, True)
    assert stranger.get("order/get_order_detail", {"order_sn_list": one})["error"] == "error_not_found"
    assert stranger.get("order/get_order_detail")["error"] == "error_param"
    many = ",".join(f"X{n}" for n in range(51))
    assert stranger.get("order/get_order_detail", {"order_sn_list": many})["error"] == "error_param"


ALL_FIELDS = tuple(
    """buyer_user_id buyer_username estimated_shipping_fee recipient_address actual_shipping_fee goods_to_declare note
    note_update_time item_list pay_time dropshipper dropshipper_phone split_up buyer_cancel_reason cancel_by cancel_reason
    actual_shipping_fee_confirmed buyer_cpf_id fulfillment_flag pickup_done_time package_list shipping_carrier
    payment_method total_amount invoice_data order_chargeable_weight_gram return_request_due_date""".split()  # noqa: SIM905
)


def test_every_optional_field_can_be_named(seller: Seller) -> None:
    seller.add()
    sn = seller.buy(("KT-1", 2))
    row = seller.detail(sn, *ALL_FIELDS)
    assert set(ALL_FIELDS) <= set(row)
    assert row["order_chargeable_weight_gram"] == 600
    assert not set(ALL_FIELDS) & set(seller.detail(sn))


def test_cancelling_gives_stock_back(seller: Seller, sandbox: Sandbox) -> None:
    item_id = seller.add()
    sn = seller.buy(("KT-1", 5))
    assert (
        sandbox.post(f"orders/{sn}/cancel", {"lines": [{"seller_sku": "KT-1", "quantity": 2}]})["status"]
        == "READY_TO_SHIP"
    )
    line = seller.detail(sn, "item_list")["item_list"][0]
    assert (line["model_quantity_purchased"], line["active_qty"], line["cancelled_qty"]) == (5, 3, 2)
    assert left(seller, item_id) == 17
    assert sandbox.post(f"orders/{sn}/cancel", {"reason": "Salah pesan"})["status"] == "CANCELLED"
    assert left(seller, item_id) == 20
    row = seller.detail(sn, "cancel_by", "cancel_reason", "buyer_cancel_reason")
    assert (row["cancel_by"], row["buyer_cancel_reason"]) == ("buyer", "Salah pesan")
    assert sandbox.call("POST", f"orders/{sn}/cancel")[0] == 409


def test_cancelled_units_can_stay_away(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox(restock=False)
    seller = sandbox.seller()
    item_id = seller.add()
    sandbox.post(f"orders/{seller.buy(('KT-1', 5))}/cancel")
    assert left(seller, item_id) == 15


def test_a_parcel_that_left_gives_nothing_back(seller: Seller, sandbox: Sandbox) -> None:
    item_id = seller.add()
    sn = seller.buy(("KT-1", 5))
    sandbox.post(f"orders/{sn}/ship")
    assert sandbox.post(f"orders/{sn}/cancel")["status"] == "CANCELLED"
    assert left(seller, item_id) == 15


def test_nothing_comes_back_to_a_model_that_is_gone(seller: Seller, sandbox: Sandbox) -> None:
    item_id, (_, second) = seller.add_varied()
    sn = seller.buy(("KT-V1", 5))
    seller.write("product/delete_model", {"item_id": item_id, "model_id": second})
    assert sandbox.post(f"orders/{sn}/cancel")["status"] == "CANCELLED"


def test_a_buyer_asks_and_the_seller_decides(seller: Seller, sandbox: Sandbox) -> None:
    item_id = seller.add()
    sn = seller.buy(("KT-1", 5))
    path = "order/handle_buyer_cancellation"
    seller.refused(path, {"order_sn": sn, "operation": "ACCEPT"}, "order.order_status_invalid")
    assert sandbox.post(f"orders/{sn}/cancel", {"requested": True})["status"] == "IN_CANCEL"
    assert seller.detail(sn, "item_list")["item_list"][0]["cancel_requested_qty"] == 5
    seller.refused(path, {"order_sn": sn, "operation": "MAYBE"}, "error_param")
    seller.write(path, {"order_sn": sn, "operation": "REJECT"})
    assert seller.detail(sn)["order_status"] == "READY_TO_SHIP"
    sandbox.post(f"orders/{sn}/cancel", {"requested": True, "lines": [{"seller_sku": "KT-1", "quantity": 1}]})
    seller.write(path, {"order_sn": sn, "operation": "ACCEPT"})
    assert (seller.detail(sn)["order_status"], left(seller, item_id)) == ("READY_TO_SHIP", 16)
    sandbox.post(f"orders/{sn}/ship")
    assert sandbox.call("POST", f"orders/{sn}/cancel", {"requested": True})[0] == 409


def test_the_seller_cancels_whole_or_in_part(seller: Seller) -> None:
    item_id = seller.add()
    sn, path = seller.buy(("KT-1", 5)), "order/cancel_order"
    line = seller.detail(sn, "item_list")["item_list"][0]
    part = {"item_id": item_id, "model_id": 0, "model_quantity": 2, "order_item_id": line["order_item_id"]}
    body = {"order_sn": sn, "cancel_reason": "OUT_OF_STOCK", "partial_cancel_item_list": [part]}
    assert seller.write(path, body)["update_time"]
    for change, code in (
        ({"partial_cancel_item_list": [part | {"model_quantity": 4}]}, "error_param"),
        ({"partial_cancel_item_list": [part | {"item_id": 5}]}, "error_param"),
        ({"partial_cancel_item_list": None}, "error_param"),
        ({"cancel_reason": "UNDELIVERABLE_AREA"}, "error_param"),
        ({"order_sn": "X"}, "error_not_found"),
    ):
        seller.refused(path, body | change, code)
    seller.write(
        path, {"order_sn": sn, "cancel_reason": "OUT_OF_STOCK", "item_list": [{"item_id": item_id, "model_id": 0}]}
    )
    row = seller.detail(sn, "cancel_by", "item_list")
    assert (row["order_status"], row["cancel_by"], row["item_list"][0]["cancelled_qty"]) == ("CANCELLED", "seller", 5)
    again = {"order_sn": sn, "cancel_reason": "CUSTOMER_REQUEST"}
    seller.refused(path, again, "order.cancel_order_invalid_status")


def ship(seller: Seller, sn: str, **way: Any) -> Answer:
    return seller.post("logistics/ship_order", {"order_sn": sn, **way})


def test_shipping_by_pickup(seller: Seller, sandbox: Sandbox) -> None:
    seller.add()
    sn = seller.buy(("KT-1", 1))
    assert [row["order_sn"] for row in seller.read("order/get_shipment_list", {"page_size": 10})["order_list"]] == [sn]
    needs = seller.read("logistics/get_shipping_parameter", {"order_sn": sn})
    assert needs["info_needed"] == {"pickup": ["address_id", "pickup_time_id"], "dropoff": []}
    address = needs["pickup"]["address_list"][0]
    slot = address["time_slot_list"][0]["pickup_time_id"]
    pickup = {"address_id": address["address_id"], "pickup_time_id": slot}
    for way, code in (
        ({}, "logistics.ship_order_need_pickup_or_dropoff"),
        ({"pickup": pickup, "dropoff": {}}, "logistics.ship_order_only_support_one_type"),
        ({"pickup": {}}, "logistics.ship_order_need_address_id"),
        ({"pickup": {"address_id": 1}}, "logistics.ship_order_need_pickup_time_id"),
        ({"pickup": {**pickup, "address_id": 1}}, "logistics.error_param"),
        ({"non_integrated": {"tracking_number": "1"}}, "logistics.ship_order_unsupport_non_integrated"),
        ({"pickup": pickup, "package_number": "OFG1"}, "error_param"),
    ):
        assert ship(seller, sn, **way)["error"] == code
    answer = ship(seller, sn, pickup=pickup)
    assert (answer["error"], "response" in answer) == ("", False)
    assert seller.detail(sn)["order_status"] == "PROCESSED"
    assert ship(seller, sn, pickup=pickup)["error"] == "logistics.package_already_shipped"
    assert (
        seller.get("logistics/get_shipping_parameter", {"order_sn": sn})["error"] == "logistics.package_already_shipped"
    )
    assert seller.read("logistics/get_tracking_number", {"order_sn": sn})["tracking_number"] == ""
    sandbox.advance(2)
    number = seller.read("logistics/get_tracking_number", {"order_sn": sn})["tracking_number"]
    assert number.startswith("SPXID")
    assert sandbox.post(f"orders/{sn}/ship")["status"] == "SHIPPED"
    assert sandbox.post(f"orders/{sn}/deliver")["status"] == "TO_CONFIRM_RECEIVE"
    assert sandbox.post(f"orders/{sn}/deliver")["status"] == "COMPLETED"


def test_shipping_by_dropoff_and_by_ones_own_courier(seller: Seller) -> None:
    seller.add()
    assert ship(seller, seller.buy(("KT-1", 1)), dropoff={})["error"] == ""
    seller.add(item_sku="OWN", logistic_info=[{"logistic_id": 8007, "enabled": True, "shipping_fee": 1}])
    sn = seller.buy(("OWN", 1))
    assert seller.read("logistics/get_shipping_parameter", {"order_sn": sn})["info_needed"] == {
        "non_integrated": ["tracking_no"]
    }
    assert ship(seller, sn, dropoff={})["error"] == "logistics.ship_order_unsupport_dropoff"
    assert ship(seller, sn, non_integrated={})["error"] == "error_param"
    assert ship(seller, sn, non_integrated={"tracking_number": "RESI1"})["error"] == ""


def test_a_label_is_asked_for_made_and_downloaded(seller: Seller, sandbox: Sandbox) -> None:
    seller.add()
    sn = seller.buy(("KT-1", 1))
    rows = {"order_list": [{"order_sn": sn}]}
    made = "logistics/create_shipping_document"
    seller.refused(made, rows, "common.batch_api_all_failed")
    ship(seller, sn, dropoff={})
    answer = seller.post("logistics/get_shipping_document_result", rows)
    assert answer["response"]["result_list"][0]["fail_error"] == "logistics.shipping_document_should_print_first"
    sandbox.advance(2)
    number = seller.read("logistics/get_tracking_number", {"order_sn": sn})["tracking_number"]
    wrong = {"order_list": [{"order_sn": sn, "tracking_number": "X"}]}
    assert seller.post(made, wrong)["response"]["result_list"][0]["fail_error"].endswith("tracking_number_invalid")
    asked = {"order_list": [{"order_sn": sn, "tracking_number": number}, {"order_sn": "none"}]}
    assert "fail_error" not in seller.write(made, asked)["result_list"][0]
    result = seller.write("logistics/get_shipping_document_result", rows)
    assert result["result_list"][0]["status"] == "PROCESSING"
    assert seller.post("logistics/download_shipping_document", rows)["error"] == "logistics.download_later"
    sandbox.advance(2)
    assert seller.write("logistics/get_shipping_document_result", rows)["result_list"][0]["status"] == "READY"
    assert seller.raw("POST", "logistics/download_shipping_document", (), rows)[1].startswith(b"%PDF")


def test_goods_that_came_back_end_the_order(seller: Seller, sandbox: Sandbox) -> None:
    seller.add()
    sn = seller.buy(("KT-1", 2))
    for action in ("ship", "deliver", "return"):
        sandbox.post(f"orders/{sn}/{action}", {})
    assert seller.detail(sn)["order_status"] == "TO_RETURN"
    sandbox.post(f"orders/{sn}/deliver", {})
    assert seller.detail(sn)["order_status"] == "COMPLETED"


def test_unpaid_orders_are_not_ready(seller: Seller) -> None:
    seller.add()
    sn = seller.buy(("KT-1", 1), paid=False)
    assert ship(seller, sn, dropoff={})["error"] == "logistics.ship_order_not_ready_to_ship"
    assert ship(seller, "X", dropoff={})["error"] == "error_not_found"
    assert "order_sn is a required field" in seller.post("logistics/ship_order", {})["message"]
    query = {"order_sn": sn, "package_number": ""}
    assert seller.get("logistics/get_shipping_parameter", query)["error"] == "error_param"


def test_instant_couriers_give_a_pickup_code(seller: Seller, sandbox: Sandbox) -> None:
    seller.write("logistics/update_channel", {"logistics_channel_id": 8002, "enabled": True})
    size = {"package_length": 20, "package_width": 10, "package_height": 5}
    seller.add(logistic_info=[{"logistic_id": 8002, "enabled": True}], dimension=size)
    sn = seller.buy(("KT-1", 1))
    ship(seller, sn, dropoff={})
    sandbox.advance(2)
    assert seller.read("logistics/get_tracking_number", {"order_sn": sn})["pickup_code"]


def test_parcels_are_searched_and_shipped_together(seller: Seller, sandbox: Sandbox) -> None:
    seller.add()
    orders = [seller.buy(("KT-1", 1)) for _ in range(3)]
    path, found, cursor, more = "order/search_package_list", [], "", True
    while more:
        answer = seller.write(path, {"filter": {"package_status": 2}, "pagination": {"page_size": 2, "cursor": cursor}})
        found += answer["packages_list"]
        cursor, more = answer["pagination"]["next_cursor"], answer["pagination"]["more"]
    assert [row["order_sn"] for row in found] == orders
    numbers = [row["package_number"] for row in found]
    body = {"package_list": [{"package_number": n} for n in (*numbers[:2], "X")], "dropoff": {}}
    answer = seller.write("logistics/mass_ship_order", body)
    assert [row["package_number"] for row in answer["success_list"]] == numbers[:2]
    assert answer["fail_list"][0]["package_number"] == "X"
    for status, count in ((0, 3), (1, 0), (2, 1), (3, 2)):
        answer = seller.write(path, {"filter": {"package_status": status}, "pagination": {"page_size": 10}})
        assert answer["pagination"]["total_count"] == count
    assert seller.write(path, {"pagination": {"page_size": 10}})["pagination"]["total_count"] == 1
    sandbox.post(f"orders/{orders[0]}/ship")
    assert (
        seller.write(path, {"filter": {"package_status": 0}, "pagination": {"page_size": 9}})["pagination"][
            "total_count"
        ]
        == 2
    )
    for wrong in (
        {"pagination": {"page_size": 101}},
        {"filter": {"package_status": 9}, "pagination": {"page_size": 1}},
        {"pagination": {"page_size": 1, "cursor": "x"}},
    ):
        seller.refused(path, wrong, "error_param")
    detail = seller.read("order/get_package_detail", {"package_number_list": f"{numbers[1]},X"})["package_list"]
    assert (detail[0]["order_sn"], detail[0]["fulfillment_status"]) == (orders[1], "LOGISTICS_REQUEST_CREATED")
    for query, code in (
        ({}, "error_param"),
        ({"package_number_list": "X"}, "error_not_found"),
        ({"package_number_list": ",".join(str(n) for n in range(51))}, "error_param"),
    ):
        assert seller.get("order/get_package_detail", query)["error"] == code


def test_returns(seller: Seller, sandbox: Sandbox) -> None:
    item_id = seller.add()
    sn = seller.buy(("KT-1", 5))
    assert sandbox.call("POST", f"orders/{sn}/return")[0] == 409
    sandbox.post(f"orders/{sn}/ship")
    sandbox.post(f"orders/{sn}/deliver", {"complete": True})
    assert seller.detail(sn)["order_status"] == "COMPLETED"
    assert (
        sandbox.post(f"orders/{sn}/return", {"lines": [{"seller_sku": "KT-1", "quantity": 2}]})["status"] == "TO_RETURN"
    )
    assert seller.detail(sn, "item_list")["item_list"][0]["returned_qty"] == 2
    assert left(seller, item_id) == 15
    now = int(time.time())
    query = {
        "page_no": 0,
        "page_size": 10,
        "create_time_from": now - 60,
        "create_time_to": now + 60,
        "status": "ACCEPTED",
    }
    row = seller.read("returns/get_return_list", query)["return"][0]
    assert (row["order_sn"], row["item"][0]["amount"], row["refund_amount"]) == (sn, 2, 30000)
    assert seller.read("returns/get_return_detail", {"return_sn": row["return_sn"]})["return_refund_type"] == "RRAOC"
    assert seller.get("returns/get_return_detail", {"return_sn": "X"})["error"] == "error_not_found"
    wide = query | {"create_time_from": now - 16 * DAY}
    assert seller.get("returns/get_return_list", wide)["error"] == "error_param"
    assert seller.get("returns/get_return_list", query | {"page_no": -1})["error"] == "error_param"
    sandbox.post(f"orders/{sn}/return")
    assert len(seller.read("returns/get_return_list", {"page_size": 10})["return"]) == 2
