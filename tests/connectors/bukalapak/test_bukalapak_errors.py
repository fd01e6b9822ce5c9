"""The table of words, statuses, and answers that are broken, endless or absurd."""

import re
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bridge.connectors.base import Find, Verdict
from bridge.connectors.bukalapak import BukalapakConnector, plugin
from bridge.connectors.bukalapak.errors import TABLE, classify
from bridge.connectors.outcomes import verdict_of
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


# class, meaning → texts: those of the documents, those that integrators and the sandbox have, and others in the same words
CASES: dict[tuple[type[ChannelError], str], tuple[object, ...]] = {
    (Rejected, "picture_used"): ("Assigned", "Gambar sudah digunakan oleh produk lain", "The image is in use"),
    (Rejected, "picture_count"): (
        "Image tidak boleh kosong",
        "Image dari produk dibutuhkan untuk menjual",
        "Gambar maksimal 5",
        "An image is required",
    ),
    (Rejected, "picture_unusable"): (
        "Ukuran gambar terlalu kecil, minimal 300x300",
        "Minimum image size is 300 x 300 pixels",
    ),
    (Rejected, "shop_setup"): ("Alamat pelapak belum diisi", "Isilah alamat Anda sebelum mulai menjual"),
    (Rejected, "category_unknown"): ("Kategori tidak ditemukan", "Category not found"),
    (Rejected, "not_found"): (
        "Image not found",
        "Gambar tidak ditemukan",
        "Produk tidak ditemukan",
        "Product not found",
        "Transaksi tidak ditemukan",
        "Transaksi tidak terdaftar atau feedback sudah diberikan",
    ),
    (Rejected, "price_range"): ("Harga tidak valid", "Price is not valid"),
    (Rejected, "order_gone"): (
        "Anda bukan penjual transaksi ini",
        "Hanya dapat dilakukan oleh seller terkait transaksi tersebut",
        "You are not the seller",
    ),
    (Rejected, "order_status"): (
        "Transaksi belum dibayar",
        "Pengiriman sudah dikonfirmasi",
        "The shipping is already confirmed",
        "Failed to reject",
        "Gagal menolak",
    ),
    (Rejected, "unknown"): (
        "Username sudah digunakan, Email sudah digunakan",
        "You are not authorized to edit this product",
        "something nobody has seen",
    ),
    (AuthExpired, "consent"): (
        "Invalid token",
        "You are not authorized",
        "Unauthorized",
        "Anda belum login",
        "Anda harus login untuk mengakses halaman ini",
    ),
    (ShopBlocked, "shop_banned"): ("Akun Anda dibekukan", "Your account is banned"),
    (Misconfigured, "request"): ("Client too old", "Versi aplikasi Anda terlalu lama"),
    (OutcomeUnknown, "trouble"): (
        "Silakan coba beberapa saat lagi",
        "Terjadi kesalahan",
        "Sedang dalam pemeliharaan",
        "Internal server error",
    ),
    (OutcomeUnknown, ""): ("", None, "null"),
}
LISTED = [(message, kind, meaning) for (kind, meaning), messages in CASES.items() for message in messages]


@pytest.mark.parametrize(("message", "kind", "meaning"), LISTED)
def test_a_text_means_one_class_and_one_thing(message: object, kind: type[ChannelError], meaning: str) -> None:
    error = read(message)
    assert error is not None
    assert (type(error), error.meaning) == (kind, meaning)
    if isinstance(error, Rejected):
        assert error.code == meaning, "there is no code of the channel's"
    if meaning:
        assert str(message) in str(error)
        assert plugin.meaning(verdict_of(error)[1], str(error)) == meaning, "as the journal keeps it"


def test_every_row_of_the_table_has_a_case() -> None:
    found = {TABLE.find("", str(message)) for message, _, _ in LISTED if message}
    found |= {TABLE.find(str(status)) for status, _, _ in STATUSES}
    assert [row for row in TABLE.rows if row not in found] == []


def test_everything_that_the_fact_sheet_says_of_errors_has_a_case(shared_data: Path) -> None:
    sheet = (shared_data.parent / "platforms" / "bukalapak.md").read_text(encoding="utf-8")
    part = sheet[sheet.index("## 3.") : sheet.index("## 4.")]
    texts = set(re.findall(r'(?:message|ERROR, message|says status OK, message)\W{0,3}"([A-Z][A-Za-z ]+)"', part))
    texts |= set(re.findall(r'ERROR, message "(\w+)"', part))
    assert texts == {"Orphaned", "Assigned", "Failed to reject"}
    assert read("Orphaned", said="OK") is None
    assert texts - {str(message) for message, _, _ in LISTED} == {"Orphaned"}
    codes = re.search(r"Documented HTTP codes: (.*?)\.", part)
    assert codes is not None
    assert {int(code) for code in re.findall(r"\d{3}", codes.group(1))} <= {status for status, _, _ in STATUSES}


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
    assert error.code == "order_status"


STATUSES: list[tuple[int, type[ChannelError], str]] = [
    (401, AuthExpired, "consent"),
    (410, Misconfigured, "request"),
    (404, Misconfigured, "request"),
    (403, Misconfigured, "request"),
    (405, Misconfigured, "request"),
    (304, OutcomeUnknown, "trouble"),
    (408, OutcomeUnknown, "trouble"),
    (500, OutcomeUnknown, "trouble"),
    (503, OutcomeUnknown, "trouble"),
    (429, RateLimited, "throttled"),
    (400, Rejected, "not_found"),
    (422, Rejected, "not_found"),
]


@pytest.mark.parametrize(("status", "kind", "meaning"), STATUSES)
def test_an_error_with_a_status_of_its_own(status: int, kind: type[ChannelError], meaning: str) -> None:
    error = read("Produk tidak ditemukan", status)
    assert (type(error), getattr(error, "meaning", None)) == (kind, meaning)


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
        (1, Verdict.REJECTED, "price_range"),
        (2, Verdict.DONE, ""),
    ]


def test_too_many_calls_are_told_to_every_process(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer("GET /users/info", httpx2.Response(429, text="slow down", headers={"Retry-After": "60"}))
    with pytest.raises(RateLimited):
        shop.check()
    assert [wait.total_seconds() for _name, wait in wire.limiter.reports] == [60.0]
