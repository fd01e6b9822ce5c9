"""Authorisation codes and token pairs: single use, absolute ends, rotation of the refresh token."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from bridge.sandbox.core.clock import Clock
from bridge.sandbox.tokopedia.errors import ApiError

CODE_S, ACCESS_S = 1800, 7 * 86_400


@dataclass(slots=True)
class Code:
    shop_id: str
    until: float
    used: bool = False


@dataclass(slots=True)
class Pair:
    access: str
    refresh: str
    shop_id: str
    access_until: float
    refresh_until: float
    rotated: bool = False  # its refresh token was used


class Tokens:
    def __init__(self, random: Random, clock: Clock) -> None:
        self._random, self._clock = random, clock
        self._codes: dict[str, Code] = {}
        self._by_access: dict[str, Pair] = {}
        self._by_refresh: dict[str, Pair] = {}
        self._of_shop: dict[str, list[Pair]] = {}
        self._open_codes: dict[str, str] = {}
        self.latest: dict[str, Pair] = {}

    def new_code(self, shop_id: str) -> str:
        code = f"ROW_{self._secret()}"
        self._codes[code] = Code(shop_id, self._clock.now() + CODE_S)
        return code

    def unused_code(self, shop_id: str) -> str:
        """The shop's code in the control plane, a fresh one when the last was used or ran out."""
        code = self._codes.get(self._open_codes.get(shop_id, ""))
        if code is None or code.used or code.until < self._clock.now():
            self._open_codes[shop_id] = self.new_code(shop_id)
        return self._open_codes[shop_id]

    def exchange(self, code: str) -> str:
        """The shop that a code stands for. Using it ends it."""
        found = self._codes.get(code)
        if found is None or found.used or found.until < self._clock.now():
            raise ApiError(36004004, "The auth_code is invalid, expired or already used.")
        found.used = True
        return found.shop_id

    def issue(self, shop_id: str, authorised_until: float) -> Pair:
        until = min(self._clock.now() + ACCESS_S, authorised_until)
        pair = Pair(f"ROW_{self._secret()}", f"ROW_{self._secret()}", shop_id, until, authorised_until)
        self._by_access[pair.access] = self._by_refresh[pair.refresh] = self.latest[shop_id] = pair
        self._of_shop.setdefault(shop_id, []).append(pair)
        return pair

    def refresh(self, token: str) -> Pair:
        """A new pair. The old refresh token is over; the old access token lives to its own end."""
        old = self._by_refresh.get(token)
        if old is None or old.rotated:
            raise ApiError(36004005, "No matching authorization record: refresh_token is invalid.")
        if old.refresh_until < self._clock.now():
            raise ApiError(36004001, "The refresh_token is expired.")
        old.rotated = True
        return self.issue(old.shop_id, old.refresh_until)

    def find(self, access_token: str) -> Pair | None:
        return self._by_access.get(access_token)

    def revoke(self, shop_id: str) -> None:
        """Everything ever issued for the shop is over."""
        for pair in self._of_shop.pop(shop_id, []):
            self._by_access.pop(pair.access, None)
            self._by_refresh.pop(pair.refresh, None)
        self.latest.pop(shop_id, None)

    def report(self, to_real: Callable[[float], int]) -> list[dict[str, Any]]:
        return [
            {
                "shop_id": shop_id,
                "access_token": pair.access,
                "refresh_token": pair.refresh,
                "access_until": to_real(pair.access_until),
                "refresh_until": to_real(pair.refresh_until),
            }
            for shop_id, pair in self.latest.items()
        ]

    def _secret(self) -> str:
        return self._random.randbytes(24).hex()
