"""Authorisation codes and token pairs: single use, rotation, the old access token's five minutes of grace."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bridge.sandbox.core.clock import Clock
from bridge.sandbox.shopee.errors import ApiError

ACCESS_S, REFRESH_S, CODE_S, GRACE_S = 14_400, 30 * 86_400, 600, 300
AGAIN_S = 4 * 3600  # how long a used refresh token gives the same pair, where that is switched on


@dataclass(slots=True)
class Code:
    shops: tuple[int, ...]
    until: float
    main_account_id: int = 0
    used: bool = False


@dataclass(slots=True)
class Pair:
    access: str
    refresh: str
    shops: tuple[int, ...]
    access_until: float
    refresh_until: float
    successors: dict[int, tuple[float, "Pair"]] = field(
        default_factory=dict
    )  # shop -> (when, the pair it was changed for)


class Tokens:
    def __init__(self, random: Random, clock: Clock, *, refresh_again: bool) -> None:
        self._random, self._clock, self._again = random, clock, refresh_again
        self._codes: dict[str, Code] = {}
        self._by_access: dict[str, Pair] = {}
        self._by_refresh: dict[str, Pair] = {}
        self.latest: dict[int, Pair] = {}  # per shop
        self.open_code: dict[int, str] = {}  # per shop, for the control plane

    def new_code(self, shops: tuple[int, ...], main_account_id: int = 0) -> str:
        code = self._random.randbytes(16).hex()
        self._codes[code] = Code(shops, self._clock.now() + CODE_S, main_account_id)
        return code

    def unused_code(self, shop_id: int) -> str:
        """The shop's code from the control plane, a fresh one when the last was used or ran out."""
        code = self._codes.get(self.open_code.get(shop_id, ""))
        if code is None or code.used or code.until < self._clock.now():
            self.open_code[shop_id] = self.new_code((shop_id,))
        return self.open_code[shop_id]

    def exchange(self, code: str, shop_id: int | None, main_account_id: int | None) -> Pair:
        """The first pair for a code."""
        found = self._codes.get(code)
        if found is None or found.used or found.until < self._clock.now():
            raise ApiError("invalid_code", "The code is expired or used or invalid, please check the code.")
        if main_account_id is not None and main_account_id != found.main_account_id:
            raise ApiError("invalid_main_acount_id", "The code or main_account_id is wrong, please check.")
        if main_account_id is None and (found.main_account_id or shop_id not in found.shops):
            raise ApiError("invalid_shop_id", "The code or shop_id is wrong, please check the code or the shop_id.")
        found.used = True
        return self.issue(found.shops)

    def issue(self, shops: tuple[int, ...]) -> Pair:
        now = self._clock.now()
        pair = Pair(self._secret(), self._secret(), shops, now + ACCESS_S, now + REFRESH_S)
        self._by_access[pair.access] = self._by_refresh[pair.refresh] = pair
        self.latest.update(dict.fromkeys(shops, pair))
        return pair

    def refresh(self, token: str, shop_id: int) -> Pair:
        """A new pair for one shop. The old access token stays valid five more minutes, the old refresh token is over."""
        old, now = self._by_refresh.get(token), self._clock.now()
        if old is None:
            raise ApiError("error_auth", "Invalid refresh_token.")
        if shop_id not in old.shops:
            raise ApiError(
                "error_shop_refresh_token", "Your refresh token is error, please check refresh token or shopid."
            )
        if old.refresh_until < now:
            raise ApiError("refresh_token_expired", "Your refresh_token expired.")
        if shop_id in old.successors:
            when, successor = old.successors[shop_id]
            if self._again and now - when <= AGAIN_S and self.latest.get(shop_id) is successor:
                return successor
            raise ApiError("error_auth", "Invalid refresh_token.")
        new = self.issue((shop_id,))
        old.successors[shop_id] = (now, new)
        if len(old.successors) == len(old.shops):
            old.access_until = min(old.access_until, now + GRACE_S)
        return new

    def grants(self, access_token: str, shop_id: int) -> bool:
        """True while this access token is valid for this shop."""
        pair, now = self._by_access.get(access_token), self._clock.now()
        if pair is None or pair.access_until < now or shop_id not in pair.shops:
            return False
        changed = pair.successors.get(shop_id)
        return changed is None or now - changed[0] <= GRACE_S

    def revoke(self, shop_id: int) -> None:
        """Everything ever issued for the shop is over."""
        for pair in [pair for pair in self._by_refresh.values() if shop_id in pair.shops]:
            pair.shops = tuple(shop for shop in pair.shops if shop != shop_id)
        self.latest.pop(shop_id, None)

    def report(self, to_real: Callable[[float], int]) -> list[dict[str, Any]]:
        return [
            {
                "shop_id": str(shop_id),
                "access_token": pair.access,
                "refresh_token": pair.refresh,
                "access_until": to_real(pair.access_until),
                "refresh_until": to_real(pair.refresh_until),
            }
            for shop_id, pair in self.latest.items()
        ]

    def _secret(self) -> str:
        return self._random.randbytes(16).hex()
