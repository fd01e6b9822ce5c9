"""Orders: list and detail, confirming the shipping, the tracking number, rejecting."""

import json
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from bukalapak_client import Lapak
from sandbox_client import Sandbox

WIB = timezone(timedelta(hours=7))


def test_a_sale_is_told_whole(lapak: Lapak) -> None:
    first, second = lapak.create(), lapak.create(name="Kopi", price="50000")
    number = lapak.buy((first, 2), (second, 1))
    row = lapak.transaction(number)
    assert (row["id"], row["state"], row["actions"], row["unread"]) == (
        int(number),
        "paid",
        ["deliver", "reject"],
        True,
    )
    assert (row["amount"], row["quantity"], row["total_amount"]) == (80000, 3, 88000)
    lines = [(line["id"], line["order_quantity"], line["accepted_price"], line["stock"]) for line in row["products"]]
    assert lines == [(first, 2, 15000, 18), (second, 1, 50000, 19)]
    assert row["transaction_id"] == datetime.now(WIB).strftime("%y%m%d") + f"{int(number):06d}"
    assert set(row["consignee"]) == {"name", "phone", "address", "area", "city", "province", "post_code"}
    assert set(row["buyer"]) == {"id", "name", "username", "email"}
    assert row["seller"] == {"id": int(lapak.shop_id), "name": "Lapak Uji", "username": lapak.shop["username"]}
    assert row["created_at"].endswith("+07:00")
    assert abs(datetime.fromisoformat(row["created_at"]) - datetime.now(UTC)) < timedelta(seconds=10)
    assert list(row["state_changes"]) == ["paid_at"]
    assert (row["shipping_id"], row["shipping_code"], row["reject_reason"]) == (0, "", None)
    assert lapak.get("transactions", seller=1)["transactions"] == [row]


def test_purchases_are_mixed_in_without_seller(lapak: Lapak, sandbox: Sandbox) -> None:
    neighbour = Lapak(sandbox, sandbox.post("shops", {"name": "Lapak Tetangga"}))
    sale = lapak.buy((lapak.create(), 1), age_s=60)
    bought = neighbour.buy((neighbour.create(), 1))  # the shop opened before is the buyer
    every = [str(row["id"]) for row in lapak.get("transactions")["transactions"]]
    assert every == [bought, sale]
    assert lapak.sales() == [sale]
    assert [str(row["id"]) for row in lapak.get("transactions", seller=0)["transactions"]] == [bought]
    row = lapak.transaction(bought)
    assert (row["actions"], row["buyer"]["id"]) == ([], int(lapak.shop_id))
    refused = lapak.ship(bought)
    assert (refused["status"], refused["id"]) == ("ERROR", None)
    assert refused["message"] == "Hanya dapat dilakukan oleh seller terkait transaksi tersebut"
    neighbour.ship(bought)
    assert lapak.transaction(bought)["actions"] == ["receive"]


def test_the_list_is_paged_newest_first(lapak: Lapak) -> None:
    product_id = lapak.create(stock="100")
    numbers = [lapak.buy((product_id, 1), age_s=100 - n) for n in range(20)]
    assert lapak.sales() == numbers[:1:-1]
    assert lapak.sales(page=2) == numbers[1::-1]
    assert lapak.sales(page=3) == []
    assert lapak.sales(page=0, per_page=3) == numbers[:16:-1]
    assert lapak.sales(page=2, per_page=3) == numbers[16:13:-1]
    assert lapak.sales(per_page=500) == numbers[::-1]


def test_the_list_is_filtered(lapak: Lapak, sandbox: Sandbox) -> None:
    product_id = lapak.create(stock="100", name="Rendang Minang")
    names = ("pending", "paid", "accepted", "delivered", "received", "remitted", "expired", "refunded", "aneh")
    found = {state: lapak.buy((product_id, 1), state=state, age_s=9 - n) for n, state in enumerate(names)}
    old = lapak.buy((lapak.create(name="Abon"), 1), age_s=5 * 86_400)

    def states(**query: Any) -> list[str]:
        return [row["state"] for row in lapak.get("transactions", seller=1, **query)["transactions"]]

    assert states() == [*reversed(names), "paid"]
    shown = {status: states(status=status) for status in range(1, 7)}
    assert shown == {
        1: ["pending"],
        2: ["paid", "paid"],
        3: ["delivered"],
        4: ["received"],
        5: ["expired", "remitted"],
        6: ["refunded"],
    }
    assert states(actionable=1) == ["accepted", "paid", "paid"]
    assert "paid" not in states(actionable=0)
    assert states(status=2, actionable=1) == ["paid", "paid"]
    assert states(status=2, actionable=0) == []
    assert lapak.sales(keywords="abon") == [old]
    assert lapak.sales(keywords="rendang", status=3) == [found["delivered"]]
    today = (datetime.now(WIB) - timedelta(days=1)).strftime("%Y-%m-%d")
    assert old not in lapak.sales(created_since=today)
    assert lapak.sales(created_since=today, keywords="abon") == []
    assert len(states(created_since=today)) == len(names)
    for query in ({"status": 7}, {"status": "x"}, {"created_since": "kemarin"}, {"page": "x"}):
        answer = lapak.refused("GET", "transactions", query=query)
        assert (answer["transactions"], answer["message"]) == (None, f"Parameter {next(iter(query))} tidak valid")


def test_one_transaction_is_for_its_two_sides(lapak: Lapak, other: Lapak, sandbox: Sandbox) -> None:
    neighbour = sandbox.post("shops", {})
    number = lapak.buy((lapak.create(), 1), buyer_id=neighbour["id"])
    assert Lapak(sandbox, neighbour).transaction(number)["id"] == int(number)
    foreign = other.refused("GET", f"transactions/{number}")
    assert foreign["message"] == "Hanya dapat melihat detail transaksi diri sendiri"
    for unknown in ("1", "x", lapak.transaction(number)["transaction_id"]):
        answer = lapak.refused("GET", f"transactions/{unknown}")
        message = "Transaksi tidak terdaftar atau tidak valid"
        assert answer == {"status": "ERROR", "transaction": None, "message": message}


def test_shipping_is_confirmed_once(lapak: Lapak, sandbox: Sandbox) -> None:
    number = lapak.buy((lapak.create(), 1))
    answer = lapak.ship(number, "RESI-1")
    assert answer["message"] == "Konfirmasi pengiriman barang berhasil"
    assert isinstance(answer["id"], str)
    row = lapak.transaction(number)
    assert (row["state"], row["shipping_id"], row["shipping_code"]) == ("delivered", int(answer["id"]), "RESI-1")
    assert (row["shipping_service"], row["actions"]) == ("JNE REG", [])
    again = lapak.ship(number, "RESI-2")
    message = "Belum ada konfirmasi pembayaran atau konfirmasi pengiriman barang sudah dilakukan"
    assert again == {"status": "ERROR", "id": None, "message": message}
    assert sandbox.order(number)["status"] == "delivered"
    assert lapak.ship(lapak.buy((lapak.create(), 1), paid=False))["message"] == message
    accepted = lapak.buy((lapak.create(), 1), state="accepted", courier="Wahana")
    assert lapak.ship(accepted, new_courier="Kurir Desa")["status"] == "OK"
    assert lapak.transaction(accepted)["shipping_service"] == "Kurir Desa"


def test_faulty_confirmations_are_refused(lapak: Lapak, other: Lapak) -> None:
    number = lapak.buy((lapak.create(), 1), buyer_id=other.shop_id)
    shown = lapak.transaction(number)["transaction_id"]
    for given, message in (
        (None, "Harus ada id transaksi"),
        ("x", "Harus ada id transaksi"),
        ({"shipping_code": "R"}, "Harus ada id transaksi"),
        ({"transaction_id": "", "shipping_code": "R"}, "Harus ada id transaksi"),
        ({"transaction_id": "7", "shipping_code": "R"}, "Transaksi tidak ditemukan"),
        ({"transaction_id": shown, "shipping_code": "R"}, "Transaksi tidak ditemukan"),
        ({"transaction_id": number}, "Kode pengiriman tidak valid"),
        ({"transaction_id": number, "shipping_code": " "}, "Kode pengiriman tidak valid"),
        ({"transaction_id": number, "shipping_code": 5}, "Kode pengiriman tidak valid"),
        ({"transaction_id": number, "shipping_code": "R", "new_courier": 5}, "Kode atau Kurir salah"),
        ({"transaction_id": number, "shipping_code": "R", "resi": "R"}, "Parameter resi tidak dikenal"),
    ):
        body = {} if given is None else {"payment_shipping": given}
        answer = lapak.refused("POST", "transactions/confirm_shipping", body)
        assert (answer["id"], answer["message"]) == (None, message)
    assert lapak.transaction(number)["state"] == "paid"
    assert lapak.ship(int(number))["status"] == "OK"  # type: ignore[arg-type]


def test_a_tracking_number_is_corrected(lapak: Lapak, other: Lapak) -> None:
    number = lapak.buy((lapak.create(), 1))
    place = f"transactions/shipping/{lapak.ship(number)['id']}/edit"
    form = {"shipping_code": "BARU-1", "delivery_service": "TIKI Reg"}
    assert lapak.fill("PATCH", place, form)["message"] == "Pengiriman berhasil diperbarui"
    row = lapak.transaction(number)
    assert (row["shipping_code"], row["shipping_service"]) == ("BARU-1", "TIKI Reg")
    lapak.fill("PUT", place, {})
    assert lapak.transaction(number)["shipping_code"] == "BARU-1"
    assert lapak.fill("PATCH", place, {"shipping_code": " "})["message"] == "Kode pengiriman tidak valid"
    for seller, path in (
        (other, place),
        (lapak, "transactions/shipping/1/edit"),
        (lapak, "transactions/shipping/x/edit"),
    ):
        refused = seller.fill("PATCH", path, form)
        assert refused == {"status": "ERROR", "message": "Pengiriman tidak ditemukan"}


@pytest.mark.parametrize(("verb", "field"), [("PATCH", "reason"), ("PUT", "payment_rejection[reason]")])
def test_a_sale_is_rejected_with_a_form(lapak: Lapak, sandbox: Sandbox, verb: str, field: str) -> None:
    product_id = lapak.create()
    number = lapak.buy((product_id, 2))
    path = "transactions/reject"
    assert lapak.call(verb, path, {"id": number, field: "Stok Habis"})["message"] == "Transaksi tidak ditemukan"
    for form, message in (
        ({field: "Stok Habis"}, "Transaksi tidak ditemukan"),
        ({"id": "9", field: "Stok Habis"}, "Transaksi tidak ditemukan"),
        ({"id": number}, "Alasan tidak valid"),
        ({"id": number, field: "stok habis"}, "Alasan tidak valid"),
    ):
        assert lapak.fill(verb, path, form) == {"status": "ERROR", "message": message}
    assert lapak.product(product_id)["stock"] == 18
    answer = lapak.fill(verb, path, {"id": number, field: "Stok Habis"})
    assert answer == {"status": "OK", "message": "Transaksi telah ditolak"}
    row = lapak.transaction(number)
    assert (row["state"], row["reject_reason"], row["actions"]) == ("rejected", "Stok Habis", [])
    assert lapak.product(product_id)["stock"] == 20
    assert sandbox.order(number)["lines"][0]["cancelled"] == 2
    assert lapak.fill(verb, path, {"id": number, field: "Stok Habis"})["message"] == "Gagal menolak"


def test_only_the_seller_rejects(lapak: Lapak, other: Lapak) -> None:
    number = lapak.buy((lapak.create(), 1), buyer_id=other.shop_id)
    refused = other.fill("PATCH", "transactions/reject", {"id": number, "reason": "Stok Habis"})
    assert refused["message"] == "Hanya dapat dilakukan oleh seller terkait transaksi tersebut"
    assert lapak.transaction(number)["state"] == "paid"


def test_the_time_of_change_moves_on(lapak: Lapak) -> None:
    number = lapak.buy((lapak.create(), 1), age_s=1000)
    row = lapak.transaction(number)
    assert row["created_at"] == row["updated_at"]
    lapak.ship(number)
    row = lapak.transaction(number)
    assert row["updated_at"] > row["created_at"]
    assert datetime.fromisoformat(row["updated_at"]).timestamp() == pytest.approx(time.time(), abs=10)
    assert json.dumps(row)
