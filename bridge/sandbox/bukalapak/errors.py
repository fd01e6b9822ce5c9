"""How the marketplace refuses. A business failure is HTTP 200 with `status` ERROR and the result key as null.

The sentences are those of the official pages of 2017 where they give one; the others are ours, in the same tone.
"""

from collections.abc import Mapping
from typing import Any

LOGIN = "Anda harus login untuk mengakses halaman ini"
NO_PRODUCT = "Produk tidak ditemukan"
NO_TRANSACTION = "Transaksi tidak ditemukan"
NOT_SELLER = "Hanya dapat dilakukan oleh seller terkait transaksi tersebut"


class Refusal(Exception):
    """One refusal. `keys` replaces the endpoint's usual null keys; `old` is the sentence of 2013."""

    def __init__(
        self, message: str, keys: Mapping[str, Any] | None = None, *, old: str | None = None, status: int = 200
    ) -> None:
        super().__init__(message)
        self.message, self.keys, self.old, self.status = message, keys, old, status


class TooLarge(Exception):
    """The web server in front takes no body of this length."""


def faulty(faults: list[str]) -> None:
    """Refuses once for all faults, as the platform joins them."""
    if faults:
        raise Refusal(", ".join(dict.fromkeys(faults)))
