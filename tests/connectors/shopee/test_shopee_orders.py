"""Order windows, paging, and the five cumulative quantities of each line."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.connectors.shopee import ShopeeConnector
from bridge.connectors.shopee.order_types import Order
from bridge.connectors.shopee.orders import remote_order
from bridge.errors import OutcomeUnknown, Rejected
from bridge.model import RemoteLine, RemoteOrder, Window

DAY = timedelta(days=1)


def listed(*ids: str, more: bool = False, cursor: str = "") -> dict[str, Any]:
    return {"order_list": [{"order_sn": sn} for sn in ids], "more": more, "next_cursor": cursor}


def told(*ids: str) -> dict[str, Any]:
    return {"order_list": [{"order_sn": sn, "order_status": "READY_TO_SHIP", "create_time": 9} for sn in ids]}


def names(rows: Any) -> list[Any]:
    return [row.remote_id if isinstance(row, RemoteOrder) else row for row in rows]


# --- windows ----------------------------------------------------------------------------------------------------------


def test_a_quiet_pull_is_one_read_without_an_end(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_list", listed())
    window = Window(wire.now - timedelta(minutes=10), None)
    assert list(shop.orders(window)) == [window]
    (call,) = wire.calls
    assert call.params == {
        "time_range_field": "update_time",
        "time_from": str(int(window.since.timestamp())),
        "time_to": str(int((wire.now + DAY).timestamp())),
        "page_size": "100",
        "cursor": "",
        "request_order_status_pending": "true",
    }
    assert wire.count.reads == 1


def test_orders_are_read_in_full_before_the_window_counts(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_list", listed("A", "B"))
    wire.answer("/order/get_order_detail", told("B", "A"))
    window = Window(wire.now - DAY, None)
    assert names(shop.orders(window)) == ["B", "A", window]
    params = wire.calls[1].params
    assert params["order_sn_list"] == "A,B"
    assert params["request_order_status_pending"] == "true"
    assert params["response_optional_fields"].split(",") == [
        "item_list",
        "package_list",
        "total_amount",
        "pay_time",
        "pickup_done_time",
        "recipient_address",
    ]


def test_details_go_by_fifty(wire: Any, shop: ShopeeConnector) -> None:
    ids = [f"S{n}" for n in range(51)]
    wire.answer("/order/get_order_list", listed(*ids))
    wire.answer("/order/get_order_detail", told(*ids[:50]), told(ids[50]))
    assert len(list(shop.orders(Window(wire.now - DAY, None)))) == 52


def test_after_several_pages_what_changed_meanwhile_is_asked_again(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_list", listed("A", more=True, cursor="c1"), listed("B"), listed("C"))
    wire.answer("/order/get_order_detail", told("A"), told("B"), told("C"))
    window = Window(wire.now - DAY, None)
    assert names(shop.orders(window)) == ["A", "B", "C", window]
    asked = [call for call in wire.calls if call.path.endswith("list")]
    assert asked[1].params["cursor"] == "c1"
    assert asked[2].params["time_from"] == str(int((wire.now - timedelta(seconds=1)).timestamp()))


def test_an_empty_page_does_not_end_the_walk(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_list", listed(more=True, cursor="c1"), listed("B"))
    wire.answer("/order/get_order_detail", told("B"))
    window = Window(wire.now - 3 * DAY, wire.now - DAY)
    assert names(shop.orders(window)) == ["B", window]


def test_a_long_absence_is_caught_up_in_windows_that_shopee_takes(wire: Any, shop: ShopeeConnector) -> None:
    since = wire.now - 40 * DAY
    wire.answer("/order/get_order_list", *[listed()] * 3)
    windows = list(shop.orders(Window(since, None)))
    assert windows == [
        Window(since, since + 15 * DAY),
        Window(since + 15 * DAY, since + 30 * DAY),
        Window(since + 30 * DAY, None),
    ]
    spans = [int(call.params["time_to"]) - int(call.params["time_from"]) for call in wire.calls]
    assert max(spans) <= 15 * 86400
    assert int(wire.calls[-1].params["time_to"]) > wire.now.timestamp()


def test_the_last_window_always_reaches_beyond_now(wire: Any, shop: ShopeeConnector) -> None:
    for hours in (0, 1, 12, 23, 24, 25):
        since = wire.now - 15 * DAY + timedelta(hours=hours)
        wire.answer("/order/get_order_list", *[listed()] * 2)
        windows = list(shop.orders(Window(since, None)))
        assert isinstance(windows[-1], Window)
        assert windows[-1].until is None
        assert int(wire.calls[-1].params["time_to"]) >= (wire.now + timedelta(hours=1)).timestamp()
        wire._answers.clear()


def test_a_closed_window_keeps_its_end(wire: Any, shop: ShopeeConnector) -> None:
    window = Window(wire.now - 3 * DAY, wire.now - DAY)
    wire.answer("/order/get_order_list", listed())
    assert list(shop.orders(window)) == [window]
    assert wire.calls[0].params["time_to"] == str(int((wire.now - DAY).timestamp()))


def test_a_window_with_an_order_that_is_not_told_does_not_count(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_list", listed("A", "B"))
    wire.answer("/order/get_order_detail", told("A"), told())
    assert names(shop.orders(Window(wire.now - DAY, None))) == ["A"]
    assert wire.calls[-1].params["order_sn_list"] == "B"


def test_a_pull_that_breaks_off_yields_no_window(wire: Any, shop: ShopeeConnector, refusal: Any) -> None:
    wire.answer("/order/get_order_list", listed("A", more=True, cursor="c"), refusal("error_param", "bad cursor"))
    wire.answer("/order/get_order_detail", told("A"))
    rows = shop.orders(Window(wire.now - DAY, None))
    assert names([next(rows)]) == ["A"]
    with pytest.raises(Rejected):
        next(rows)


# --- by id ------------------------------------------------------------------------------------------------------------


def test_orders_are_read_by_id(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_detail", told("A"))
    assert names(shop.orders(["A"])) == ["A"]
    assert list(shop.orders([])) == []


def test_an_unknown_order_does_not_hide_the_others(wire: Any, shop: ShopeeConnector, refusal: Any) -> None:
    missing = refusal("error_not_found", "the order is not found")
    wire.answer("/order/get_order_detail", missing, told("A"), missing, missing, told("B"))
    assert names(shop.orders(["A", "X", "B"])) == ["A", "B"]


def test_another_refusal_is_told(wire: Any, shop: ShopeeConnector, refusal: Any) -> None:
    wire.answer("/order/get_order_detail", refusal("error_param", "x"))
    with pytest.raises(Rejected):
        list(shop.orders(["A"]))


def test_unreadable_details_are_not_guessed_at(wire: Any, shop: ShopeeConnector) -> None:
    wire.answer("/order/get_order_detail", {"order_list": [{"order_status": "x"}]})
    with pytest.raises(OutcomeUnknown):
        list(shop.orders(["A"]))


@pytest.mark.parametrize(
    ("locations", "told_place", "place"),
    [("IDA,IDZ", ["IDZ"], "IDZ"), ("IDA,IDZ", "IDA", "IDA"), ("IDA,IDZ", [], ""), ("", ["IDZ"], "")],
)
def test_a_line_names_its_warehouse_where_the_shop_has_several(
    wire: Any, locations: str, told_place: Any, place: str
) -> None:
    answer = told("A")
    answer["order_list"][0]["item_list"] = [{**TWO, "product_location_id": told_place}]
    wire.answer("/order/get_order_detail", answer)
    (found,) = wire.connect(locations=locations).orders(["A"])
    assert [line.location for line in found.lines] == [place]


# --- quantities -------------------------------------------------------------------------------------------------------

TWO = {"item_id": 5, "model_id": 61, "item_name": "Kopi", "model_sku": "A", "model_quantity_purchased": 5}


def order(status: str, *items: dict[str, Any], **more: Any) -> RemoteOrder:
    rows = items if items else (TWO,)
    return remote_order(
        Order.model_validate({"order_sn": "S", "order_status": status, "item_list": rows, "create_time": 1, **more})
    )


def five(line: RemoteLine) -> tuple[int, int, int, int, int]:
    return line.ordered, line.shipped, line.cancelled, line.recalled, line.returned


def parcel(status: str, pieces: int = 5) -> dict[str, Any]:
    return {"logistics_status": status, "item_list": [{"item_id": 5, "model_id": 61, "model_quantity": pieces}]}


@pytest.mark.parametrize(
    ("status", "item", "more", "quantities"),
    [
        ("UNPAID", {}, {}, (5, 0, 0, 0, 0)),
        ("PENDING", {}, {}, (5, 0, 0, 0, 0)),
        ("READY_TO_SHIP", {}, {}, (5, 0, 0, 0, 0)),
        ("PROCESSED", {}, {"package_list": [parcel("LOGISTICS_REQUEST_CREATED")]}, (5, 0, 0, 0, 0)),
        ("RETRY_SHIP", {}, {}, (5, 0, 0, 0, 0)),
        ("IN_CANCEL", {}, {}, (5, 0, 0, 0, 0)),
        ("SHIPPED", {}, {}, (5, 5, 0, 0, 0)),
        ("TO_CONFIRM_RECEIVE", {}, {}, (5, 5, 0, 0, 0)),
        ("COMPLETED", {}, {}, (5, 5, 0, 0, 0)),
        ("COMPLETED", {"returned_qty": 2}, {}, (5, 5, 0, 0, 2)),
        ("TO_RETURN", {"returned_qty": 2}, {}, (5, 5, 0, 0, 0)),
        # a part was cancelled, whether the bought quantity shrank or not
        ("READY_TO_SHIP", {"cancelled_qty": 2, "active_qty": 3}, {}, (5, 0, 2, 0, 0)),
        (
            "READY_TO_SHIP",
            {"model_quantity_purchased": 3, "cancelled_qty": 2, "active_qty": 3},
            {},
            (5, 0, 2, 0, 0),
        ),
        ("SHIPPED", {"cancelled_qty": 2, "active_qty": 3}, {}, (5, 3, 2, 0, 0)),
        # one of two parcels left
        ("PROCESSED", {}, {"package_list": [parcel("LOGISTICS_PICKUP_DONE", 2)]}, (5, 2, 0, 0, 0)),
        # cancelled before it left
        ("CANCELLED", {}, {"pay_time": 0}, (5, 0, 5, 0, 0)),
        ("CANCELLED", {}, {"pay_time": 1, "pickup_done_time": 0}, (5, 0, 5, 0, 0)),
        ("CANCELLED", {}, {"pay_time": 1, "package_list": [parcel("LOGISTICS_REQUEST_CANCELED")]}, (5, 0, 5, 0, 0)),
        # cancelled after it left, wholly, in part, or nobody knows
        ("CANCELLED", {}, {"pay_time": 1, "package_list": [parcel("LOGISTICS_LOST")]}, (5, 5, 0, 5, 0)),
        ("CANCELLED", {}, {"pay_time": 1, "package_list": [parcel("LOGISTICS_PICKUP_DONE", 2)]}, (5, 2, 3, 2, 0)),
        ("CANCELLED", {}, {"pay_time": 1, "pickup_done_time": 9}, (5, 5, 0, 5, 0)),
        ("CANCELLED", {}, {"pay_time": 1}, (5, 5, 0, 5, 0)),
    ],
)
def test_a_status_moves_the_five_quantities(
    status: str, item: dict[str, Any], more: dict[str, Any], quantities: tuple[int, ...]
) -> None:
    (line,) = order(status, {**TWO, **item}, **more).lines
    assert five(line) == quantities
    assert line.shipped + line.cancelled <= line.ordered


def test_one_parcel_counts_once_over_two_lines_of_a_model() -> None:
    lines = order("PROCESSED", TWO, {**TWO, "model_quantity_purchased": 1}, package_list=[parcel("LOGISTICS_LOST", 5)])
    assert [five(line)[1] for line in lines.lines] == [5, 0]


def test_a_line_names_what_was_bought() -> None:
    (line,) = order("SHIPPED", {**TWO, "model_name": "Asin", "item_sku": "P", "model_discounted_price": 900.0}).lines
    assert (line.remote_id, line.remote_sku_id, line.seller_sku, line.title) == ("5", "61", "A", "Kopi – Asin")
    assert line.price_idr == 900
    plain = {**TWO, "model_id": 0, "model_sku": "", "item_sku": "P", "model_original_price": 1000}
    (line,) = order("SHIPPED", plain).lines
    assert (line.remote_sku_id, line.seller_sku, line.title, line.price_idr) == ("0", "P", "Kopi", 1000)
    (line,) = order("SHIPPED", {**TWO, "model_sku": None, "item_sku": "P"}).lines
    assert (line.seller_sku, line.price_idr) == (None, None)


@pytest.mark.parametrize(("status", "is_open"), [("UNPAID", True), ("TO_RETURN", True), ("CANCELLED", False)])
def test_an_order_is_open_while_something_can_happen(status: str, is_open: bool) -> None:
    assert order(status).open is is_open


def test_times_and_total() -> None:
    told = order("SHIPPED", create_time=1795400000, update_time=1795400100, total_amount=12500.0)
    assert told.created_at == datetime.fromtimestamp(1795400000, UTC)
    assert told.updated_at == datetime.fromtimestamp(1795400100, UTC)
    assert told.total_idr == 12500
    unpaid = order("UNPAID", total_amount=0)
    assert (unpaid.total_idr, unpaid.updated_at, unpaid.buyer) == (None, None, None)


def test_the_buyer_is_what_a_parcel_needs() -> None:
    address = {
        "name": "B***i",
        "phone": "****21",
        "full_address": "Jl ***",
        "city": "",
        "state": "LAMPUNG",
        "town": "x",
    }
    assert order("SHIPPED", recipient_address=address).buyer == {
        "name": "B***i",
        "phone": "****21",
        "address": "Jl ***",
        "province": "LAMPUNG",
    }


def test_a_shop_may_leave_buyers_out(wire: Any) -> None:
    wire.answer("/order/get_order_detail", told("A"))
    list(wire.connect(buyer="none").orders(["A"]))
    assert "recipient_address" not in wire.calls[0].params["response_optional_fields"]
