"""Windows by creation, purchases left out, the five quantities of each state, shipping and rejection."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.connectors.base import Verdict
from bridge.connectors.bukalapak import BukalapakConnector
from bridge.connectors.bukalapak.orders import remote_order
from bridge.connectors.bukalapak.types import Transaction
from bridge.errors import OutcomeUnknown
from bridge.model import OpKind, RemoteLine, RemoteOrder, Window

LIST = "GET /transactions"
DAY = timedelta(days=1)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HELD, SHIPPED, CANCELLED, RECALLED = (3, 0, 0, 0, 0), (3, 3, 0, 0, 0), (3, 0, 3, 0, 0), (3, 3, 0, 3, 0)


def product(**fields: Any) -> dict[str, Any]:
    return {"id": "mwza", "name": "Keripik", "price": 15000, "order_quantity": 3, "accepted_price": 14000, **fields}


def sale(number: int = 7870, state: str = "paid", **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "transaction_id": f"131203{number:06}",
        "state": state,
        "created_at": "2026-11-23T18:00:00+07:00",
        "updated_at": "2026-11-23T18:30:00.250+07:00",
        "quantity": 3,
        "total_amount": 53000,
        "products": [product()],
        "buyer": {"id": 204254, "name": "Nama Contoh"},
        "seller": {"id": 52357, "name": "Warung"},
        **fields,
    }


def listed(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"transactions": list(rows)}


def names(rows: Any) -> list[Any]:
    return [row.remote_id if isinstance(row, RemoteOrder) else row for row in rows]


# --- windows ----------------------------------------------------------------------------------------------------------


def test_a_quiet_pull_is_one_read_of_sales_only(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer(LIST, listed())
    window = Window(NOON - timedelta(minutes=10), None)
    assert list(shop.orders(window)) == [window]
    assert [call.params for call in wire.calls] == [
        {"page": "1", "per_page": "18", "seller": "1", "created_since": "2026-11-23"}
    ]
    assert wire.count.reads == 1


def test_the_day_is_never_later_than_the_window_in_any_zone(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer(LIST, listed())
    list(shop.orders(Window(datetime(2026, 11, 24, 2, 0, tzinfo=UTC) - timedelta(hours=4), None)))
    assert wire.calls[0].params["created_since"] == "2026-11-23"


def test_the_whole_day_is_given_but_nothing_after_the_window(wire: Any, shop: BukalapakConnector) -> None:
    early, late = sale(1, created_at="2026-11-23T05:00:00+07:00"), sale(3, created_at="2026-11-23T23:00:00+07:00")
    window = Window(NOON - timedelta(hours=2), NOON)
    wire.answer(LIST, listed(late, sale(2), early), listed())
    assert names(shop.orders(window)) == ["2", "1", window]


def test_purchases_that_come_all_the_same_are_left_out(wire: Any, shop: BukalapakConnector) -> None:
    window = Window(NOON - DAY, None)
    wire.answer(LIST, listed(sale(1, buyer={"id": 52357}, seller={"id": 9}), sale(2)), listed())
    assert names(shop.orders(window)) == ["2", window]


def test_after_several_pages_the_list_is_walked_again_until_nothing_is_new(wire: Any, shop: BukalapakConnector) -> None:
    window = Window(NOON - DAY, None)
    wire.answer(LIST, listed(sale(5), sale(4)), listed(sale(4), sale(3)), listed())
    wire.answer(LIST, listed(sale(6), sale(5)), listed(sale(4), sale(3)), listed())
    wire.answer(LIST, listed(sale(6), sale(5)), listed(sale(4), sale(3)), listed())
    assert names(shop.orders(window)) == ["5", "4", "3", "6", window]


def test_a_list_that_keeps_changing_names_no_window(wire: Any, shop: BukalapakConnector) -> None:
    for n in range(3):
        wire.answer(LIST, listed(sale(10 * n + 1)), listed(sale(10 * n + 2)), listed())
    rows = shop.orders(Window(NOON - DAY, None))
    with pytest.raises(OutcomeUnknown):
        assert not any(isinstance(row, Window) for row in rows)


def test_a_pull_that_breaks_off_yields_no_window(wire: Any, shop: BukalapakConnector, failed: Any) -> None:
    wire.answer(LIST, listed(sale()), *[failed("Terjadi kesalahan")] * 4)
    rows = shop.orders(Window(NOON - DAY, None))
    assert names([next(rows)]) == ["7870"]
    with pytest.raises(OutcomeUnknown):
        next(rows)


def test_an_order_that_cannot_be_told_hinders_no_other_but_the_window(wire: Any, shop: BukalapakConnector) -> None:
    unclear = sale(1, quantity=5, products=[product(order_quantity=None), product(id="b", order_quantity=None)])
    wire.answer(LIST, listed(unclear, sale(2)), listed())
    rows = shop.orders(Window(NOON - DAY, None))
    assert names([next(rows)]) == ["2"]
    with pytest.raises(OutcomeUnknown, match="transaction 1 "):
        next(rows)


# --- by id ------------------------------------------------------------------------------------------------------------


def test_orders_are_read_by_their_short_number_in_both_forms(wire: Any, shop: BukalapakConnector, failed: Any) -> None:
    wire.answer("GET /transactions/1", {"transaction": sale(1)})
    wire.answer("GET /transactions/2", {"transactions": sale(2)})
    wire.answer("GET /transactions/3", failed("Transaksi tidak ditemukan", transaction=None))
    assert names(shop.orders(["1", "2", "3", "../users/info", ""])) == ["1", "2"]
    assert len(wire.calls) == 3


# --- quantities -------------------------------------------------------------------------------------------------------


def order(state: str, **fields: Any) -> RemoteOrder:
    return remote_order(Transaction.model_validate(sale(state=state, **fields)))


def five(line: RemoteLine) -> tuple[int, int, int, int, int]:
    return line.ordered, line.shipped, line.cancelled, line.recalled, line.returned


NEVER = {"paid_at": "2026-11-23T18:10:00+07:00", "delivered_at": None}
SENT = {"delivered_at": "2026-11-23T20:00:00+07:00"}


@pytest.mark.parametrize(
    ("state", "fields", "quantities", "is_open"),
    [
        ("pending", {}, HELD, True),
        ("addressed", {}, HELD, True),
        ("payment_chosen", {}, HELD, True),
        ("confirm_payment", {}, HELD, True),
        ("paid", {}, HELD, True),
        ("paid", {"shipping_code": "JNE1"}, HELD, True),
        ("accepted", {}, HELD, True),
        ("a state nobody has seen", {}, HELD, True),
        ("a state nobody has seen", {"state_changes": SENT}, SHIPPED, True),
        ("delivered", {}, SHIPPED, True),
        ("received", {}, SHIPPED, True),
        ("remitted", {}, SHIPPED, False),
        ("rejected", {}, CANCELLED, False),
        ("cancelled", {"state_changes": NEVER}, CANCELLED, False),
        ("expired", {}, CANCELLED, False),
        ("cancelled", {"state_changes": SENT}, RECALLED, False),
        ("cancelled", {"shipping_code": "JNE1"}, RECALLED, False),
        ("refunded", {"state_changes": NEVER}, CANCELLED, False),
        ("refunded", {"state_changes": SENT}, RECALLED, False),
        ("refunded", {"state_changes": NEVER, "shipping_code": "JNE1"}, RECALLED, False),
        ("refunded", {}, RECALLED, False),
    ],
)
def test_a_state_moves_the_five_quantities(
    state: str, fields: dict[str, Any], quantities: tuple[int, ...], is_open: bool
) -> None:
    told = order(state, **fields)
    assert five(told.lines[0]) == quantities
    assert told.open is is_open
    assert told.status == state


@pytest.mark.parametrize(
    ("quantity", "pieces", "ordered"),
    [
        (3, [None], [3]),
        (9, [3], [3]),
        (2, [None, None], [1, 1]),
        (None, [2, 5], [2, 5]),
        (2, [1, None], [1, 1]),
    ],
)
def test_pieces_are_taken_where_they_are_certain(
    quantity: int | None, pieces: list[int | None], ordered: list[int]
) -> None:
    rows = [product(id=f"p{n}", order_quantity=number) for n, number in enumerate(pieces)]
    assert [line.ordered for line in order("paid", quantity=quantity, products=rows).lines] == ordered


@pytest.mark.parametrize(
    ("quantity", "pieces"), [(5, [None, None]), (None, [None]), (0, []), (5, [2, None]), (1, [-1])]
)
def test_pieces_are_never_guessed(quantity: int | None, pieces: list[int | None]) -> None:
    rows = [product(id=f"p{n}", order_quantity=number) for n, number in enumerate(pieces)]
    with pytest.raises(OutcomeUnknown):
        order("paid", quantity=quantity, products=rows)


def test_a_line_names_the_listing_and_the_price_that_was_accepted() -> None:
    (line,) = order("paid").lines
    assert (line.remote_id, line.remote_sku_id, line.seller_sku) == ("mwza", "mwza", None)
    assert (line.title, line.price_idr) == ("Keripik", 14000)
    (line,) = order("paid", products=[product(id=1069174, accepted_price=None)]).lines
    assert (line.remote_id, line.price_idr) == ("mwza", 15000)
    assert order("paid", products=[product(accepted_price=0)]).lines[0].price_idr == 0


def test_times_are_utc_with_and_without_milliseconds() -> None:
    told = order("paid")
    assert told.created_at == datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    assert told.updated_at == datetime(2026, 11, 23, 11, 30, 0, 250_000, tzinfo=UTC)
    assert order("paid", created_at="2026-11-23T18:00:00").created_at == told.created_at
    assert order("paid", updated_at=None).updated_at is None
    assert told.total_idr == 53000


@pytest.mark.parametrize("created_at", [None, "", "yesterday", "0001-01-01T00:00:00+14:00", 5])
def test_an_order_without_a_time_cannot_be_read(created_at: Any) -> None:
    with pytest.raises(ValueError):
        order("paid", created_at=created_at)


def test_the_buyer_is_what_a_parcel_needs(wire: Any) -> None:
    consignee = {
        "name": "Nama Contoh",
        "phone": "0812",
        "address": "Jl. Contoh No. 1",
        "area": "Batuceper",
        "city": "Tangerang",
        "province": "",
        "post_code": "12312",
    }
    told = order("paid", consignee=consignee)
    assert told.buyer == {
        "name": "Nama Contoh",
        "phone": "0812",
        "address": "Jl. Contoh No. 1, Batuceper",
        "city": "Tangerang",
        "postcode": "12312",
    }
    wire.answer("GET /transactions/1", {"transaction": sale(1, consignee=consignee)})
    (read,) = wire.connect(buyer="none").orders(["1"])
    assert isinstance(read, RemoteOrder)
    assert read.buyer is None


# --- shipping and rejection -------------------------------------------------------------------------------------------

CONFIRM, REJECT = "POST /transactions/confirm_shipping", "PATCH /transactions/reject"


@pytest.mark.parametrize(
    ("courier", "more"),
    [("", {}), ("JNE", {}), ("tiki", {}), ("POS", {}), ("Kurir Desa", {"new_courier": "Kurir Desa"})],
)
def test_shipping_is_confirmed_with_the_short_number(
    wire: Any, shop: BukalapakConnector, operation: Any, courier: str, more: dict[str, str]
) -> None:
    wire.answer(CONFIRM, {"id": "1315", "message": "Konfirmasi pengiriman barang berhasil"})
    payload = {"tracking_number": "JNE123", "courier": courier}
    (outcome,) = shop.submit([operation(OpKind.SHIP, payload, "7870", skus=())])
    assert (outcome.verdict, outcome.remote_id) == (Verdict.DONE, "7870")
    assert wire.calls[0].body == {"payment_shipping": {"transaction_id": "7870", "shipping_code": "JNE123", **more}}


def test_shipping_without_a_number_is_refused_unsent(wire: Any, shop: BukalapakConnector, operation: Any) -> None:
    (outcome,) = shop.submit([operation(OpKind.SHIP, {"courier": "JNE"}, "7870", skus=())])
    assert (outcome.verdict, outcome.code, wire.calls) == (Verdict.REJECTED, "shipping_way", [])


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("OUT_OF_STOCK", "Stok Habis"),
        ("WRONG_PRICE", "Harga barang/biaya kirim tidak sesuai"),
        ("BUSY", "Ada kesibukan lain yang sifatnya mendadak"),
        ("Stok Habis", "Stok Habis"),
        ("stok habis", "Permintaan pembeli tidak dapat dilayani"),
        (None, "Permintaan pembeli tidak dapat dilayani"),
    ],
)
def test_a_rejection_is_a_form_with_one_of_four_reasons(
    wire: Any, shop: BukalapakConnector, operation: Any, reason: str | None, text: str
) -> None:
    wire.answer(REJECT, {"message": "Successfully rejected"})
    (outcome,) = shop.submit([operation(OpKind.CANCEL, {"reason": reason}, "7870", skus=())])
    assert outcome.verdict is Verdict.DONE
    assert wire.calls[0].body == {"id": "7870", "reason": text}


@pytest.mark.parametrize("status", ["OK", "ERROR"])
def test_a_rejection_that_failed_is_refused_whatever_its_status(
    wire: Any, shop: BukalapakConnector, operation: Any, status: str
) -> None:
    wire.answer(REJECT, {"status": status, "message": "Failed to reject"})
    (outcome,) = shop.submit([operation(OpKind.CANCEL, {"reason": "BUSY"}, "7870", skus=())])
    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "order_status")


def test_of_several_order_writes_one_is_sent(wire: Any, shop: BukalapakConnector, operation: Any) -> None:
    wire.answer(CONFIRM, {"id": "1"})
    payload = {"tracking_number": "A"}
    ops = [operation(OpKind.SHIP, payload, str(n), skus=(), operation_id=n) for n in (1, 2)]
    assert [out.verdict for out in shop.submit(ops)] == [Verdict.DONE, Verdict.RETRY]


@pytest.mark.parametrize(
    ("kind", "state", "verdict"),
    [
        (OpKind.SHIP, "paid", Verdict.RETRY),
        (OpKind.SHIP, "delivered", Verdict.DONE),
        (OpKind.SHIP, "remitted", Verdict.DONE),
        (OpKind.SHIP, "cancelled", Verdict.RETRY),
        (OpKind.CANCEL, "paid", Verdict.RETRY),
        (OpKind.CANCEL, "rejected", Verdict.DONE),
        (OpKind.CANCEL, "expired", Verdict.RETRY),
        (OpKind.CANCEL, "refunded", Verdict.RETRY),
    ],
)
def test_a_lost_answer_is_found_by_the_orders_state(
    wire: Any, shop: BukalapakConnector, operation: Any, kind: OpKind, state: str, verdict: Verdict
) -> None:
    wire.answer("GET /transactions/7870", {"transaction": sale(state=state)})
    (outcome,) = shop.look_up([operation(kind, {}, "7870", skus=())])
    assert outcome.verdict is verdict
    assert wire.count.writes == 0


def test_a_lost_answer_about_an_unknown_order_is_absent(
    wire: Any, shop: BukalapakConnector, operation: Any, failed: Any
) -> None:
    wire.answer("GET /transactions/1", failed("tidak ditemukan", transaction=None))
    (known,) = shop.look_up([operation(OpKind.SHIP, {}, "1", skus=())])
    (none,) = shop.look_up([operation(OpKind.SHIP, {}, None, skus=())])
    assert (known.verdict, none.verdict) == (Verdict.RETRY, Verdict.RETRY)
