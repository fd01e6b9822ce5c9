"""The table of words, statuses, and answers that are broken, endless or absurd."""

from typing import Any

import httpx2
import pytest

from bridge.connectors.base import Find, Verdict
from bridge.connectors.bukalapak import BukalapakConnector
from bridge.connectors.bukalapak.errors import classify
from bridge.errors import (
    AuthExpired,
    ChannelError,
    Misconfigured,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    ShopBlocked,
)
from bridge.model import OpKind


def read(message: object, status: int = 200, said: object = "ERROR", **more: object) -> ChannelError | None:
    return classify(status, {}, {"status": said, "message": message, **more})


@pytest.mark.parametrize(
    ("message", "kind", "code"),
    [
        ("Assigned", Rejected, "assigned"),
        ("Image not found", Rejected, "not_found"),
        ("Image tidak boleh kosong", Rejected, "image_missing"),
        ("Ukuran gambar terlalu kecil, minimal 300x300", Rejected, "image_small"),
        ("Minimum image size is 300 x 300 pixels", Rejected, "image_small"),
        ("Alamat pelapak belum diisi", Rejected, "address_missing"),
        ("Gambar sudah digunakan oleh produk lain", Rejected, "image_used"),
        ("Gambar maksimal 5", Rejected, "images_too_many"),
        ("Produk tidak ditemukan", Rejected, "not_found"),
        ("Transaksi tidak terdaftar atau feedback sudah diberikan", Rejected, "not_found"),
        ("Product not found", Rejected, "not_found"),
        ("Harga tidak valid", Rejected, "price"),
        ("Price is not valid", Rejected, "price"),
        ("Anda bukan penjual transaksi ini", Rejected, "not_owner"),
        ("Transaksi belum dibayar", Rejected, "not_to_ship"),
        ("Pengiriman sudah dikonfirmasi", Rejected, "not_to_ship"),
        ("Failed to reject", Rejected, "not_rejected"),
        ("Username sudah digunakan, Email sudah digunakan", Rejected, ""),
        ("You are not authorized to edit this product", Rejected, ""),
        ("something nobody has seen", Rejected, ""),
        ("Invalid token", AuthExpired, None),
        ("You are not authorized", AuthExpired, None),
        ("Unauthorized", AuthExpired, None),
        ("Anda belum login", AuthExpired, None),
        ("Akun Anda dibekukan", ShopBlocked, None),
        ("Client too old", Misconfigured, None),
        ("Silakan coba beberapa saat lagi", OutcomeUnknown, None),
        ("Terjadi kesalahan", OutcomeUnknown, None),
        ("Sedang dalam pemeliharaan", OutcomeUnknown, None),
        ("", OutcomeUnknown, None),
        (None, OutcomeUnknown, None),
        ("null", OutcomeUnknown, None),
    ],
)
def test_a_text_means_one_class(message: object, kind: type[ChannelError], code: str | None) -> None:
    error = read(message)
    assert type(error) is kind
    if isinstance(error, Rejected):
        assert error.code == code
        assert str(message) in str(error)


def test_several_faults_are_one_refusal_with_all_their_words() -> None:
    error = read(["Image tidak boleh kosong", "Harga tidak valid"])
    assert isinstance(error, Rejected)
    assert "Image tidak boleh kosong, Harga tidak valid" in str(error)


@pytest.mark.parametrize("message", [None, "null", "", "Product Updated", "Successfully rejected", "Orphaned"])
def test_ok_is_success(message: object) -> None:
    assert read(message, said="OK") is None


def test_ok_that_says_failed_is_no_success() -> None:
    error = read("Failed to reject", said="OK")
    assert isinstance(error, Rejected)
    assert error.code == "not_rejected"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AuthExpired),
        (410, Misconfigured),
        (304, OutcomeUnknown),
        (429, RateLimited),
        (500, OutcomeUnknown),
        (503, OutcomeUnknown),
        (404, Misconfigured),
        (403, Misconfigured),
        (400, Rejected),
        (422, Rejected),
    ],
)
def test_an_error_with_a_status_of_its_own(status: int, kind: type[ChannelError]) -> None:
    assert type(read("Produk tidak ditemukan", status)) is kind


@pytest.mark.parametrize("body", [[], "OK", None, 7, {}, {"status": None}, {"status": "MAYBE"}, {"products": []}])
def test_an_answer_without_a_status_is_unknown(body: object) -> None:
    assert isinstance(classify(200, {}, body), OutcomeUnknown)
    assert isinstance(classify(404, {}, body), Misconfigured)


# --- hostile answers --------------------------------------------------------------------------------------------------

PRODUCT = '{"status":"OK","product":{"id":"kxvi","name":"Keripik","price":%s,"stock":1}}'
BROKEN = [
    '{"status":"OK","product":{"id":"kxvi","na',
    "<html><body>Sedang ada perbaikan</body></html>",
    "",
    "null",
    "[" * 100_000,
    '{"status":"OK"}',
    '{"status":"OK","product":null}',
    '{"status":"OK","product":[]}',
    PRODUCT % "NaN",
    PRODUCT % "Infinity",
    PRODUCT % "1e400",
    PRODUCT % '"Rp banyak"',
    PRODUCT % ("9" * 400),
    PRODUCT % ("9" * 5000),
    PRODUCT % "true",
    PRODUCT % "[1]",
    PRODUCT % '{"amount":1}',
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_answer_to_a_read_is_unknown_and_says_nothing_of_its_content(
    wire: Any, shop: BukalapakConnector, text: str
) -> None:
    wire.answer("GET /products/kxvi", *[httpx2.Response(200, text=text) for _ in range(4)])
    with pytest.raises(OutcomeUnknown) as caught:
        list(shop.listings(Find.ID, ["kxvi"], None))
    assert "banyak" not in str(caught.value)
    assert "perbaikan" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "price"), [('"15000"', 15000), ("15000.0", 15000), ('" 15000 "', 15000), ("null", None), ('""', None)]
)
def test_numbers_may_be_text(wire: Any, shop: BukalapakConnector, text: str, price: int | None) -> None:
    wire.answer("GET /products/kxvi", httpx2.Response(200, text=PRODUCT % text))
    (listing,) = shop.listings(Find.ID, ["kxvi"], None)
    assert listing.skus[0].price_idr == price


@pytest.mark.parametrize(
    "answer", [httpx2.Response(500, text="<html>"), httpx2.ReadTimeout("late"), httpx2.Response(200, text="{")]
)
def test_a_write_without_a_whole_answer_is_unknown_and_sent_once(
    wire: Any, shop: BukalapakConnector, operation: Any, answer: Any
) -> None:
    wire.answer("PATCH /products/kxvi", answer)
    with pytest.raises(OutcomeUnknown):
        shop.submit([operation(OpKind.PRICE, remote_id="kxvi", price_idr=100)])
    assert len(wire.calls) == 1


def test_an_answer_beyond_all_bounds_is_not_read_to_its_end(
    wire: Any, shop: BukalapakConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.connectors.http.LARGEST_REPLY", 10_000)
    wire.answer("GET /products/kxvi", *[httpx2.Response(200, text=PRODUCT % (" " * 20_000 + "1")) for _ in range(4)])
    with pytest.raises(OutcomeUnknown):
        list(shop.listings(Find.ID, ["kxvi"], None))


def test_a_list_that_never_ends_is_given_up(
    wire: Any, shop: BukalapakConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(shop._client.config["pages"], "most", 3)
    rows = [{"products": [{"id": f"a{n}", "name": "x"}]} for n in range(3)]
    wire.answer("GET /products/mylapak", *rows)
    with pytest.raises(OutcomeUnknown, match="does not end"):
        list(shop.listings(Find.ALL, (), None))


def test_a_refusal_concerns_its_operation_only(
    wire: Any, shop: BukalapakConnector, operation: Any, failed: Any
) -> None:
    wire.answer("PATCH /products/kxvi", failed("Harga tidak valid", product=None))
    wire.answer("PATCH /products/f3vi", {"product": {"id": "f3vi", "name": "x"}})
    outcomes = shop.submit(
        [
            operation(OpKind.PRICE, remote_id="kxvi", price_idr=1, operation_id=1),
            operation(OpKind.STOCK, remote_id="f3vi", stock={"": 4}, operation_id=2),
        ]
    )
    assert [(out.operation_id, out.verdict, out.code) for out in outcomes] == [
        (1, Verdict.REJECTED, "price"),
        (2, Verdict.DONE, ""),
    ]


def test_too_many_calls_are_told_to_every_process(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer("GET /users/info", httpx2.Response(429, text="slow down", headers={"Retry-After": "60"}))
    with pytest.raises(RateLimited):
        shop.check()
    assert [wait.total_seconds() for _name, wait in wire.limiter.reports] == [60.0]
