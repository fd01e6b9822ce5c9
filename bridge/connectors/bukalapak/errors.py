"""What Bukalapak's answers mean for us. It has no error codes: `status` is OK or ERROR, mostly with HTTP 200, and a text says why.

One table of words. `ERROR` is the channel's own statement that the call failed, so a text that is not here is a refusal; an
answer with no text, with a text about trouble on its side, or without a status is unknown: nobody may take it for either.
"""

import re
from collections.abc import Mapping

from bridge.connectors.http import by_status
from bridge.errors import (
    AuthExpired,
    ChannelError,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    ShopBlocked,
)

NAME = "Bukalapak"
ASSIGNED = "assigned"  # the code of a picture in use: as a status ERROR, yet what we hope to hear after a create
NOT_FOUND = "not_found"
# Statuses whose meaning holds with any body and without one. A 304 answers a condition that we never send.
STATUSES: Mapping[int, type[ChannelError]] = {304: OutcomeUnknown, 401: AuthExpired, 410: Misconfigured}

OF_THE_ROAD = (403, 404, 405, 408, 425, 429)  # not of the data: what is missing or refused is told with HTTP 200

# (words in the message, class, our code); the first that fits counts
_BY_WORDS: tuple[tuple[str, type[ChannelError], str], ...] = (
    (r"(?<!not )\bassigned\b", Rejected, ASSIGNED),
    (r"\btoken\b|authenticat|credential|kredensial|(?:belum|not) (?:login|logged)", AuthExpired, ""),
    (
        r"^\W*(?:you are )?(?:not |un-?)authori[sz]ed\W*$",
        AuthExpired,
        "",
    ),  # with more words it may speak of one product
    (r"banned|dibekukan|suspend", ShopBlocked, ""),
    (r"client.{0,20}(?:too old|outdated)|versi.{0,30}(?:lama|usang)", Misconfigured, ""),
    (r"coba(?: beberapa saat)? lagi|try again|gangguan|pemeliharaan|maintenance|time.?out", OutcomeUnknown, ""),
    (r"terjadi kesalahan|kesalahan (?:sistem|server)|server error|something went wrong", OutcomeUnknown, ""),
    (r"(?:image|gambar|foto).{0,40}(?:tidak boleh kosong|blank|required|empty|harus ada)", Rejected, "image_missing"),
    (r"(?:image|gambar|foto).{0,40}(?:digunakan|dipakai|in use|used by)", Rejected, "image_used"),
    (r"300 ?x ?300|(?:ukuran|resolusi|dimensi).{0,40}(?:kecil|minim)|too small", Rejected, "image_small"),
    (r"alamat|address", Rejected, "address_missing"),
    (r"(?:image|gambar|foto).{0,60}(?:maksimal|lebih|max|more than|too many|> ?5)", Rejected, "images_too_many"),
    (r"failed to reject|gagal.{0,10}(?:tolak|menolak)", Rejected, "not_rejected"),
    (r"tidak (?:di)?temu|tidak terdaftar|tidak ada|not found|unknown|does ?n.t exist", Rejected, NOT_FOUND),
    (r"harga|price", Rejected, "price"),
    (r"bukan (?:penjual|pelapak|pemilik)|not (?:the )?(?:seller|owner)", Rejected, "not_owner"),
    (r"belum dibayar|not paid|sudah (?:di)?konfirmasi|already (?:confirmed|shipped)", Rejected, "not_to_ship"),
)
_FAILED_ALL_THE_SAME = re.compile(r"^\W*(?:failed|gagal)\b", re.IGNORECASE)  # 2013: a failed rejection says status OK


def error_of(message: str) -> ChannelError:
    """The error for a status ERROR, with the channel's own words."""
    if not message:
        return OutcomeUnknown(f"{NAME} says ERROR and not why")
    for words, kind, code in _BY_WORDS:
        if re.search(words, message, re.IGNORECASE):
            return Rejected(message, code) if kind is Rejected else kind(message)
    return Rejected(message)


def classify(status: int, _headers: Mapping[str, str], body: object) -> ChannelError | None:
    """The table as http.py wants it; None is success."""
    if status in STATUSES:
        return STATUSES[status](f"{NAME} answered {status}")
    said = str(body.get("status")).upper() if isinstance(body, dict) else ""
    if not isinstance(body, dict) or said not in ("OK", "ERROR") or status >= 500 or status in OF_THE_ROAD:
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
