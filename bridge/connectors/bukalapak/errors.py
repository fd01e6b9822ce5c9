"""What Bukalapak's answers mean for us. It has no error codes: `status` is OK or ERROR, mostly with HTTP 200, and a text says why.

One table, of words and of HTTP statuses; what the pages of 2013 and 2017 document is in the fact sheet of 2026-11. `ERROR` is the
channel's own statement that the call failed, so a text that is not here is a refusal; an answer with no text, with a text about
trouble on its side, or without a status is unknown: nobody may take it for either.
"""

import re
from collections.abc import Mapping

from bridge.connectors.codes import NO_CODE, Row, Table, error_for
from bridge.connectors.http import by_status
from bridge.connectors.meanings import Meaning
from bridge.errors import (
    AuthExpired,
    ChannelError,
    Misconfigured,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    ShopBlocked,
)

NAME = "Bukalapak"
ASSIGNED = (
    Meaning.PICTURE_USED.value
)  # of a picture's state: as a status ERROR, yet what we hope to hear after a create
PICTURE = r"(?:image|gambar|foto)"
TABLE = Table(
    # statuses that mean the same with any body and without one: what is missing or refused is told with HTTP 200, and a 304 answers
    # a condition that we never send
    Row(AuthExpired, Meaning.CONSENT, "401"),
    Row(Misconfigured, Meaning.REQUEST, "403 404 405 410"),
    Row(RateLimited, Meaning.THROTTLED, "429"),
    Row(OutcomeUnknown, Meaning.TROUBLE, "304 408 425 5*"),
    # words; the first that fit count
    Row(Rejected, Meaning.PICTURE_USED, NO_CODE, r"(?<!not )\bassigned\b"),
    Row(AuthExpired, Meaning.CONSENT, NO_CODE, r"\btoken\b|authenticat|credential|kredensial"),
    Row(AuthExpired, Meaning.CONSENT, NO_CODE, r"(?:belum|not|harus) (?:login|logged)"),
    # with more words it may speak of one product
    Row(AuthExpired, Meaning.CONSENT, NO_CODE, r"^\W*(?:you are )?(?:not |un-?)authori[sz]ed\W*$"),
    Row(ShopBlocked, Meaning.SHOP_BANNED, NO_CODE, r"banned|dibekukan|suspend"),
    Row(Misconfigured, Meaning.REQUEST, NO_CODE, r"client.{0,20}(?:too old|outdated)|versi.{0,30}(?:lama|usang)"),
    Row(
        OutcomeUnknown,
        Meaning.TROUBLE,
        NO_CODE,
        r"coba(?: beberapa saat)? lagi|try again|gangguan|pemeliharaan|maintenance|time.?out",
    ),
    Row(
        OutcomeUnknown,
        Meaning.TROUBLE,
        NO_CODE,
        r"terjadi kesalahan|kesalahan (?:sistem|server)|server error|something went wrong",
    ),
    Row(
        Rejected,
        Meaning.PICTURE_COUNT,
        NO_CODE,
        rf"{PICTURE}.{{0,40}}(?:tidak boleh kosong|dibutuhkan|blank|required|empty|harus ada)",
    ),
    Row(Rejected, Meaning.PICTURE_USED, NO_CODE, rf"{PICTURE}.{{0,40}}(?:digunakan|dipakai|in use|used by)"),
    Row(
        Rejected,
        Meaning.PICTURE_UNUSABLE,
        NO_CODE,
        r"300 ?x ?300|(?:ukuran|resolusi|dimensi).{0,40}(?:kecil|minim)|too small",
    ),
    Row(Rejected, Meaning.SHOP_SETUP, NO_CODE, r"alamat|address"),
    Row(Rejected, Meaning.PICTURE_COUNT, NO_CODE, rf"{PICTURE}.{{0,60}}(?:maksimal|lebih|max|more than|too many|> ?5)"),
    Row(Rejected, Meaning.ORDER_STATUS, NO_CODE, r"failed to reject|gagal.{0,10}(?:tolak|menolak)"),
    Row(
        Rejected,
        Meaning.ORDER_STATUS,
        NO_CODE,
        r"belum dibayar|not paid|sudah (?:di)?konfirmasi|already (?:confirmed|shipped)",
    ),
    Row(
        Rejected,
        Meaning.CATEGORY_UNKNOWN,
        NO_CODE,
        r"(?:kategori|category).{0,20}(?:tidak (?:di)?temu|not found|unknown)",
    ),
    Row(
        Rejected,
        Meaning.NOT_FOUND,
        NO_CODE,
        r"tidak (?:di)?temu|tidak terdaftar|tidak ada|not found|unknown|does ?n.t exist",
    ),
    Row(Rejected, Meaning.PRICE_RANGE, NO_CODE, r"harga|price"),
    Row(
        Rejected,
        Meaning.ORDER_GONE,
        NO_CODE,
        r"(?:bukan|oleh) (?:penjual|pelapak|pemilik|seller)|not (?:the )?(?:seller|owner)",
    ),
    Row(Rejected, Meaning.UNKNOWN, NO_CODE),
)
STATUSES: Mapping[int, type[ChannelError]] = {
    304: OutcomeUnknown,
    401: AuthExpired,
    410: Misconfigured,
}  # without a body
_FAILED_ALL_THE_SAME = re.compile(r"^\W*(?:failed|gagal)\b", re.IGNORECASE)  # 2013: a failed rejection says status OK


def error_of(message: str) -> ChannelError:
    """The error for a status ERROR, with the channel's own words; the code is ours."""
    if not message:
        return OutcomeUnknown(f"{NAME} says ERROR and not why")
    row = TABLE.find("", message)
    return error_for(row, message, row.meaning.value if row is not None else "")


def classify(status: int, _headers: Mapping[str, str], body: object) -> ChannelError | None:
    """The table as http.py wants it; None is success."""
    row = TABLE.find(str(status))
    if row is not None:
        return error_for(row, f"{NAME} answered {status}", "")
    said = str(body.get("status")).upper() if isinstance(body, dict) else ""
    if not isinstance(body, dict) or said not in ("OK", "ERROR"):
        return by_status(NAME, status, None) or OutcomeUnknown(f"{NAME}'s answer has no status")
    told = body.get("message")
    message = ", ".join(str(part) for part in told) if isinstance(told, list) else str(told or "").strip()
    if said == "OK" and status < 400 and not _FAILED_ALL_THE_SAME.match(message):
        return None
    return error_of("" if message == "null" else message)


def is_closed(day: object) -> ShopBlocked:
    """The one sentence about the marketplace itself."""
    return ShopBlocked(
        f"{NAME} ended the sale of goods on {day}; nothing is sent to it. Its old answers can be imported from files"
    )
