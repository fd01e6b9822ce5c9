"""Order windows, paging, one line per unit, and the five cumulative quantities."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.connectors.tokopedia import TokopediaConnector
from bridge.connectors.tokopedia.order_types import Order
from bridge.connectors.tokopedia.orders import remote_order
from bridge.errors import AuthExpired, OutcomeUnknown, Rejected
from bridge.model import RemoteLine, RemoteOrder, Window

DAY = timedelta(days=1)
SEARCH, DETAIL = "/order/202309/orders/search", "/order/202507/orders"
RETURNS = "/return_refund/202309/returns/search"


def told(*ids: str, token: str | None = "") -> dict[str, Any]:
    rows = [{"id": name, "status": "AWAITING_SHIPMENT", "create_time": 9, "line_items": []} for name in ids]
    return {"orders": rows, "next_page_token": token, "total_count": len(ids)}


def names(rows: Any) -> list[Any]:
    return [row.remote_id if isinstance(row, RemoteOrder) else row for row in rows]


# --- windows ----------------------------------------------------------------------------------------------------------


def test_a_quiet_pull_is_two_reads_newest_first_without_an_end(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(SEARCH, {"total_count": 0})
    window = Window(wire.now - timedelta(minutes=10), None)
    assert list(shop.orders(window)) == [window]
    call, returns = wire.calls
    assert call.params == {"page_size": "100", "sort_field": "update_time", "sort_order": "DESC"}
    assert call.body == returns.body == {"update_time_ge": int(window.since.timestamp())}
    assert (wire.count.reads, wire.count.writes) == (2, 0)


def test_a_page_of_orders_needs_no_details(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(SEARCH, told("A", "B"))
    window = Window(wire.now - DAY, None)
    assert names(shop.orders(window)) == ["A", "B", window]
    assert wire.paths == [SEARCH, RETURNS]


def test_a_closed_window_keeps_its_end(wire: Any, shop: TokopediaConnector) -> None:
    window = Window(wire.now - 40 * DAY, wire.now - DAY)
    wire.answer(SEARCH, told("A", token="t"), told("B", token=None))
    assert names(shop.orders(window)) == ["A", "B", window]
    assert wire.calls[0].body["update_time_lt"] == int((wire.now - DAY).timestamp()) + 1
    assert wire.calls[1].params["page_token"] == "t"
    assert wire.paths == [SEARCH, SEARCH, RETURNS], "what is past does not shift"
    assert wire.calls[2].body["update_time_lt"] == wire.calls[0].body["update_time_lt"]


def test_after_several_pages_what_changed_meanwhile_is_asked_again(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(SEARCH, told("A", token="t"), told("B"), told("C"))
    window = Window(wire.now - DAY, None)
    assert names(shop.orders(window)) == ["A", "B", "C", window]
    assert wire.calls[2].body == {"update_time_ge": int(wire.now.timestamp()) - 1}


def test_a_walk_that_breaks_off_names_no_window(wire: Any, shop: TokopediaConnector, refusal: Any) -> None:
    wire.answer(SEARCH, told("A", token="t"), refusal(98001004, "page_token invalid"))
    rows = shop.orders(Window(wire.now - DAY, None))
    assert names([next(rows)]) == ["A"]
    with pytest.raises(Rejected):
        next(rows)


# --- by id ------------------------------------------------------------------------------------------------------------


def test_orders_are_read_by_id_fifty_a_read(wire: Any, shop: TokopediaConnector) -> None:
    ids = [str(n) for n in range(51)]
    wire.answer(DETAIL, told(*ids[:50]), told("50"))
    assert names(shop.orders([*ids, "3"])) == ids
    assert wire.calls[0].params == {"ids": ",".join(ids[:50])}
    assert list(shop.orders([])) == []


@pytest.mark.parametrize("code", [21008111, 10006402, 98001004])
def test_an_unknown_or_foreign_order_does_not_hide_the_others(
    wire: Any, shop: TokopediaConnector, refusal: Any, code: int
) -> None:
    no = refusal(code, "not yours")
    wire.answer(DETAIL, no, told("A"), no, no, told("B"))
    assert names(shop.orders(["A", "X", "B"])) == ["A", "B"]


def test_another_refusal_is_told(wire: Any, shop: TokopediaConnector, refusal: Any) -> None:
    wire.answer(DETAIL, refusal(12052104, "x"))
    with pytest.raises(Rejected):
        list(shop.orders(["A"]))


def test_unreadable_orders_are_not_guessed_at(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(DETAIL, {"orders": [{"status": "x"}]})
    with pytest.raises(OutcomeUnknown):
        list(shop.orders(["A"]))


# --- what came back ---------------------------------------------------------------------------------------------------


def came_back(
    *units: str, of: str = "A", kind: str = "RETURN_AND_REFUND", status: str = "", **more: Any
) -> dict[str, Any]:
    lines = [{"order_line_item_id": unit} for unit in units]
    word = status or "RETURN_OR_REFUND_REQUEST_COMPLETE"
    row = {"order_id": of, "return_type": kind, "return_status": word, "return_line_items": lines}
    return {"return_orders": [row], **more}


def delivered(name: str = "A") -> dict[str, Any]:
    units = [{"id": str(n), "sku_id": "61", "product_id": "5", "display_status": "DELIVERED"} for n in range(3)]
    return {"orders": [{"id": name, "status": "DELIVERED", "create_time": 9, "line_items": units}]}


@pytest.mark.parametrize(
    ("kind", "status", "back"),
    [
        ("RETURN_AND_REFUND", "", 2),
        ("REPLACEMENT", "REPLACEMENT_REQUEST_COMPLETE", 2),
        ("REFUND", "", 0),  # the goods stay with the buyer
        ("RETURN_AND_REFUND", "RETURN_OR_REFUND_REQUEST_PENDING", 0),
        ("RETURN_AND_REFUND", "BUYER_SHIPPED_ITEM", 0),
        ("RETURN_AND_REFUND", "RETURN_OR_REFUND_REQUEST_REJECT", 0),
    ],
)
def test_only_goods_that_arrived_are_back(
    wire: Any, shop: TokopediaConnector, kind: str, status: str, back: int
) -> None:
    wire.answer(DETAIL, delivered())
    wire.answer(RETURNS, came_back("0", "2", kind=kind, status=status))
    (found,) = shop.orders(["A"])
    assert isinstance(found, RemoteOrder)
    assert five(found.lines[0]) == (3, 3, 0, 0, back)
    assert wire.calls[1].body == {"order_ids": ["A"]}


def test_a_return_brings_its_order_although_that_was_not_touched(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(SEARCH, {"orders": []})
    wire.answer(RETURNS, came_back("1"), came_back("1"))
    wire.answer(DETAIL, delivered())
    window = Window(wire.now - DAY, None)
    found, end = shop.orders(window)
    assert isinstance(found, RemoteOrder)
    assert (five(found.lines[0]), end) == ((3, 3, 0, 0, 1), window)


def test_returns_of_several_pages_are_all_read(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(DETAIL, delivered())
    wire.answer(RETURNS, came_back("0", next_page_token="t"), came_back("1"))
    (found,) = shop.orders(["A"])
    assert isinstance(found, RemoteOrder)
    assert five(found.lines[0])[4] == 2
    assert wire.calls[-1].params["page_token"] == "t"


def test_an_app_without_leave_for_returns_still_reads_orders(wire: Any, shop: TokopediaConnector, refusal: Any) -> None:
    wire.answer(SEARCH, told("A"))
    wire.answer(RETURNS, refusal(105005, "no scope"))
    window = Window(wire.now - DAY, None)
    assert names(shop.orders(window)) == ["A", window]


def test_a_consent_that_is_gone_is_told(wire: Any, shop: TokopediaConnector, refusal: Any) -> None:
    wire.answer(SEARCH, told("A"))
    wire.answer(RETURNS, refusal(105004, "gone"))
    with pytest.raises(AuthExpired):
        list(shop.orders(Window(wire.now - DAY, None)))


# --- quantities -------------------------------------------------------------------------------------------------------


def unit(status: str = "", sku: str = "61", **more: Any) -> dict[str, Any]:
    plain = {
        "id": "9",
        "product_id": "5",
        "sku_id": sku,
        "seller_sku": "A",
        "product_name": "Kopi",
        "sale_price": "1000",
    }
    return {**plain, "display_status": status, **more}


def order(status: str, *units: dict[str, Any], **more: Any) -> RemoteOrder:
    rows = list(units) if units else [unit(status)] * 3
    body = {"id": "S", "status": status, "line_items": rows, "create_time": 1795400000, **more}
    return remote_order(Order.model_validate(body), True)


def five(line: RemoteLine) -> tuple[int, int, int, int, int]:
    return line.ordered, line.shipped, line.cancelled, line.recalled, line.returned


TRACKED = {"tracking_number": "JX1"}


@pytest.mark.parametrize(
    ("status", "more", "quantities"),
    [
        ("UNPAID", {}, (3, 0, 0, 0, 0)),
        ("ON_HOLD", {}, (3, 0, 0, 0, 0)),
        ("AWAITING_SHIPMENT", {}, (3, 0, 0, 0, 0)),
        ("PARTIALLY_SHIPPING", {}, (3, 0, 0, 0, 0)),
        ("AWAITING_COLLECTION", TRACKED, (3, 0, 0, 0, 0)),
        ("IN_TRANSIT", TRACKED, (3, 3, 0, 0, 0)),
        ("DELIVERED", TRACKED, (3, 3, 0, 0, 0)),
        ("COMPLETED", TRACKED, (3, 3, 0, 0, 0)),
        ("SOMETHING_NEW", {}, (3, 0, 0, 0, 0)),
        # never left: no parcel was arranged, or it was not collected
        ("CANCELLED", {}, (3, 0, 3, 0, 0)),
        ("CANCEL", {}, (3, 0, 3, 0, 0)),
        ("CANCELLED", {**TRACKED, "collection_time": 0}, (3, 0, 3, 0, 0)),
        # left, or nobody knows
        ("CANCELLED", {**TRACKED, "collection_time": 1678389618}, (3, 3, 0, 3, 0)),
        ("CANCELLED", {"delivery_time": 1678389618}, (3, 3, 0, 3, 0)),
        ("CANCELLED", TRACKED, (3, 3, 0, 3, 0)),
    ],
)
def test_a_status_moves_the_five_quantities(status: str, more: dict[str, Any], quantities: tuple[int, ...]) -> None:
    (line,) = order(status, **more).lines
    assert five(line) == quantities
    assert line.shipped + line.cancelled <= line.ordered


def test_units_are_counted_by_sku_each_with_its_own_status() -> None:
    told = order(
        "PARTIALLY_SHIPPING",
        unit("IN_TRANSIT"),
        unit("CANCELLED"),
        unit("AWAITING_SHIPMENT", sale_price="900"),
        unit("CANCELLED", tracking_number="JX1"),
        unit("AWAITING_SHIPMENT", sku="62", seller_sku="", sku_name="Asin", sale_price=None),
    )
    first, second = told.lines
    assert five(first) == (4, 2, 1, 1, 0)
    assert (first.remote_id, first.remote_sku_id, first.seller_sku, first.title) == ("5", "61", "A", "Kopi")
    assert first.price_idr == 1000
    assert (second.seller_sku, second.title, second.price_idr) == (None, "Kopi – Asin", None)


def test_of_a_bundle_its_parts_are_counted() -> None:
    parts = [
        {"sku_id": "71", "product_id": "7", "seller_sku": "P ", "sku_count": 2},
        {"sku_id": "72", "product_id": "7", "seller_sku": "Q", "sku_count": 1},
    ]
    told = order("UNPAID", unit("UNPAID", combined_listing_skus=parts), unit("CANCELLED", combined_listing_skus=parts))
    assert [(line.remote_sku_id, line.seller_sku, five(line)) for line in told.lines] == [
        ("71", "P", (4, 0, 2, 0, 0)),
        ("72", "Q", (2, 0, 1, 0, 0)),
    ]
    assert [line.price_idr for line in told.lines] == [None, None]


@pytest.mark.parametrize(
    ("by", "lines"),
    [
        ("FULFILLMENT_BY_SELLER", 1),
        (None, 1),
        ("FULFILLMENT_BY_TIKTOK", 0),
        ("FULFILLMENT_BY_DILAYANI_TOKOPEDIA", 0),
    ],
)
def test_what_the_platform_sends_from_its_own_stock_moves_nothing_of_ours(by: str | None, lines: int) -> None:
    assert len(order("UNPAID", fulfillment_type=by).lines) == lines


@pytest.mark.parametrize("storefront", ["TOKOPEDIA", "TIKTOK_SHOP"])
def test_an_order_of_either_storefront_counts(wire: Any, storefront: str) -> None:
    row = {"id": "1", "status": "UNPAID", "commerce_platform": storefront, "line_items": [unit("UNPAID")]}
    wire.answer(DETAIL, {"orders": [row]})
    (told,) = wire.connect(storefronts="TOKOPEDIA").orders(["1"])
    assert isinstance(told, RemoteOrder)
    assert [line.ordered for line in told.lines] == [1]


@pytest.mark.parametrize(
    ("status", "is_open"),
    [("UNPAID", True), ("DELIVERED", True), ("NEW", True), ("COMPLETED", False), ("CANCELLED", False)],
)
def test_an_order_is_open_while_something_can_happen(status: str, is_open: bool) -> None:
    assert order(status).open is is_open


def test_times_total_and_buyer() -> None:
    address = {"name": "B***i", "phone_number": "(+62)812***", "full_address": "Jl ***", "postal_code": None, "x": 1}
    told = order("UNPAID", update_time=1795400100, payment={"total_amount": "12500"}, recipient_address=address)
    assert told.created_at == datetime.fromtimestamp(1795400000, UTC)
    assert told.updated_at == datetime.fromtimestamp(1795400100, UTC)
    assert told.total_idr == 12500
    assert told.buyer == {"name": "B***i", "phone": "(+62)812***", "address": "Jl ***"}
    bare = order("UNPAID", create_time=0, payment=None)
    assert (bare.created_at.timestamp(), bare.updated_at, bare.total_idr, bare.buyer) == (0, None, None, None)


def test_a_shop_may_leave_buyers_out(wire: Any) -> None:
    wire.answer(DETAIL, {"orders": [{"id": "1", "status": "UNPAID", "recipient_address": {"name": "B"}}]})
    (told,) = wire.connect(buyer="none").orders(["1"])
    assert isinstance(told, RemoteOrder)
    assert told.buyer is None
