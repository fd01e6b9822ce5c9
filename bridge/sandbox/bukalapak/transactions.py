"""Reading transactions and the three steps of a seller: confirm shipping, correct the tracking number, reject."""

from datetime import datetime

from bridge.sandbox.bukalapak import ids, order_life, transaction_views
from bridge.sandbox.bukalapak.call import Call, Endpoint, Reply
from bridge.sandbox.bukalapak.errors import NO_TRANSACTION, NOT_SELLER, Refusal
from bridge.sandbox.bukalapak.shelf import words
from bridge.sandbox.bukalapak.values import TO_SHIP, Transaction
from bridge.sandbox.bukalapak.views import WIB

PER_PAGE = {False: 18, True: 10}
MOST_PER_PAGE = 100
REASONS = (
    "Stok Habis",
    "Harga barang/biaya kirim tidak sesuai",
    "Ada kesibukan lain yang sifatnya mendadak",
    "Permintaan pembeli tidak dapat dilayani",
)
DONE = "Belum ada konfirmasi pembayaran atau konfirmasi pengiriman barang sudah dilakukan"
BAD_CODE = "Kode pengiriman tidak valid"


def listing(call: Call) -> Reply:
    """Sales and purchases together unless `seller` is given. The first page is 1; in 2013 it was 0."""
    first = 0 if call.old else 1
    size = min(max(call.number("per_page", None) or PER_PAGE[call.old], 1), MOST_PER_PAGE)
    page = call.number("page", None)
    start = (max(first if page is None else page, first) - first) * size
    role = {"": "both", "1": "seller"}.get(call.params.get("seller", ""), "buyer")
    status, actionable = call.number("status", None), call.params.get("actionable")
    if status is not None and not 1 <= status <= 6:
        raise Refusal("Parameter status tidak valid")
    group = "all" if status is None else str(status)
    if status is None and actionable:
        group, actionable = "act" if actionable == "1" else "rest", None
    since = _day(call.params.get("created_since", ""))
    keywords = set(words(call.params.get("keywords", "")))
    if not keywords and not actionable:
        found = call.ledger.page(role, group, since, start, size)
    else:
        wanted = None if not actionable else actionable == "1"
        rows = call.ledger.newest(role, group, since)
        found = [row for row in rows if _fits(call, row, keywords, wanted)][start : start + size]
    return {"transactions": [transaction_views.transaction(call, row) for row in found]}


def _fits(call: Call, row: Transaction, keywords: set[str], actionable: bool | None) -> bool:
    if actionable is not None and bool(row.actions(call.account.user_id)) is not actionable:
        return False
    names = " ".join([row.shown_number, row.buyer.name, row.seller.name, *(line.product.name for line in row.lines)])
    return keywords <= set(words(names))


def _day(text: str) -> float:
    """The beginning of a day in western Indonesia."""
    if not text:
        return 0.0
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=WIB).timestamp()
    except (ValueError, OverflowError):
        raise Refusal("Parameter created_since tidak valid") from None


def read(call: Call) -> Reply:
    """2013 tells it under the plural key."""
    found = call.world.transactions.get(ids.whole(call.place["id"]) or 0)
    key = "transactions" if call.old else "transaction"
    if found is None:
        raise Refusal("Transaksi tidak terdaftar atau tidak valid", {key: None})
    if found.number not in call.ledger.found:
        raise Refusal("Hanya dapat melihat detail transaksi diri sendiri", {key: None})
    return {key: transaction_views.transaction(call, found)}


def _sale(call: Call, number: object) -> Transaction:
    """By its short `id`; the twelve digits that people see are not known to the calls."""
    found = call.world.transactions.get(ids.whole(number) or 0)
    if found is None:
        raise Refusal(NO_TRANSACTION)
    if found.seller is not call.account:
        raise Refusal(NOT_SELLER)
    return found


def confirm_shipping(call: Call) -> Reply:
    given = call.body.get("payment_shipping")
    if not isinstance(given, dict) or given.get("transaction_id") in (None, ""):
        raise Refusal("Harus ada id transaksi")
    found = _sale(call, given["transaction_id"])
    unknown = [name for name in given if name not in ("transaction_id", "shipping_code", "new_courier")]
    if unknown:
        raise Refusal(f"Parameter {unknown[0]} tidak dikenal")
    if found.state not in TO_SHIP:
        raise Refusal(DONE)
    code, courier = given.get("shipping_code"), given.get("new_courier") or found.courier
    if not isinstance(code, str) or not code.strip() or len(code) > 255:
        raise Refusal(BAD_CODE)
    if not isinstance(courier, str) or len(courier) > 255:
        raise Refusal("Kode atau Kurir salah")
    order_life.ship(call.world, found, code.strip(), courier)
    return {"id": str(found.shipping_id), "message": "Konfirmasi pengiriman barang berhasil"}


def edit_shipping(call: Call) -> Reply:
    found = call.world.shipments.get(ids.whole(call.place["id"]) or 0)
    if found is None or found.seller is not call.account:
        raise Refusal("Pengiriman tidak ditemukan")
    code = call.form.get("shipping_code", found.shipping_code).strip()
    if not code or len(code) > 255:
        raise Refusal(BAD_CODE)
    with call.world.moving(found):
        found.shipping_code = code
        found.shipping_service = call.form.get("delivery_service") or found.shipping_service
        found.updated_at = call.world.clock.real()
    return {"message": "Pengiriman berhasil diperbarui"}


def reject(call: Call) -> Reply:
    """A form. In 2013 a failure said status OK."""
    try:
        found = _sale(call, call.form.get("id"))
        reason = call.form.get("reason") or call.form.get("payment_rejection[reason]") or ""
        if reason not in REASONS:
            raise Refusal("Alasan tidak valid")
        if found.state not in TO_SHIP:
            raise Refusal("Gagal menolak")
    except Refusal:
        if call.old:
            return {"message": "Failed to reject"}
        raise
    order_life.end(call.world, found, "rejected", reason=reason)
    return {"message": "Successfully rejected" if call.old else "Transaksi telah ditolak"}


_REJECT = Endpoint(reject, {}, "form")
_EDIT = Endpoint(edit_shipping, {}, "form")
CALLS = {
    "transactions": {"GET": Endpoint(listing, {"transactions": None}, tagged=True)},
    "transactions/{id}": {"GET": Endpoint(read, {"transaction": None}, tagged=True)},
    "transactions/confirm_shipping": {"POST": Endpoint(confirm_shipping, {"id": None}, "json")},
    "transactions/reject": {"PATCH": _REJECT, "PUT": _REJECT},
    "transactions/shipping/{id}/edit": {"PATCH": _EDIT, "PUT": _EDIT},
}
