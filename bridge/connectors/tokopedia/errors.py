"""What the platform's codes mean for us: one table, by code and, for the one code that means many things, by words of its message.

A code that is not here is judged by its HTTP status, else OutcomeUnknown: on a write nobody may take it for success or failure.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta

from bridge.connectors.http import by_status
from bridge.connectors.limits import next_reset
from bridge.connectors.outcomes import Locked, QuotaUsed, read_table
from bridge.connectors.tokopedia.types import RowError
from bridge.errors import (
    AuthExpired,
    ChannelError,
    Misconfigured,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    ShopBlocked,
    TokenExpired,
)

OVERLOADED = "36009004"  # "combine it with keywords of the message", say the documents
WRAPPER = "12052990"  # the codes that count are in detail.extra_errors
ZERO_REFUSED = frozenset({"12052055", "12019024"})  # of a stock of 0: out of range
NOT_THERE = frozenset(
    {"12052032", "12052260", "12019150", "12052031", "12052048"}
)  # no such product, or of another shop
WRONG_STATUS = frozenset({"12052901", "12019113"})  # the product's status does not allow it now
WAREHOUSES = frozenset({"12052037", "12019028", "12052516", "12052533"})  # not every warehouse of the SKU was given
FOREIGN_ORDER = frozenset({"21008111", "10006402", "98001004"})  # an order of nobody, or of another seller
STATUSES: Mapping[int, type[ChannelError]] = {503: RateLimited}  # overload of the platform: like 429

_BY_WORDS: tuple[tuple[str, type[ChannelError]], ...] = (
    (r"timestamp|app_?key|sign|shop_cipher|api version|version", Misconfigured),
    (r"access[_ ]?token|x-tts-access-token|token", AuthExpired),
)
CODES = read_table(
    (
        (TokenExpired, "105002"),
        # a scope, a consent or a cipher is missing: only another authorisation brings it
        (AuthExpired, "105004 105005 101000 106013 36004001 36004004 36004005"),
        (Misconfigured, "106001 36009009 36009010 36009014 36009021 36009022 36009023 36009033"),
        (RateLimited, "36009002 36009037 12052109"),
        (
            OutcomeUnknown,
            "36009003 36009007 33001002 12001000 12052881 10002014 10002015 10037002 10037003 10037004",
        ),
        (ShopBlocked, "36009043 36009044 12052700"),
        (QuotaUsed, "12052093"),
        # the shop merges or is not set up; a promotion, an appeal, an audit, a return; a package or label that is not ready
        (
            Locked,
            """12052332 12052995 12052419 12052393 12052038 12019045 12052308 12052901 12019113
            10007014 11034037 11034023 21008044 21011007 25001011""",
        ),
        (
            Rejected,
            """98001004 21008111 10006402 12052990
            12052994 12052330 12052358 12052316 12052382
            12052023 12052024 12052217 12052230 12052220 12052223 12052226 12052225
            12052104 12052105 12052247 12052254
            12052051 12052261 12052931 12052932 12052013 12052015 12052344
            12052028 12052300 12052301 12052306 12052340 12052722
            12052050 12052054 12019059 12052560 12052525
            12052073 12052570 12052084 12052571 12052055
            12052097 12052530 12052531 12052532 12052535 12052115 12052420
            12052996 12052048
            12019011 12052181 12052006 12052003 12052004 12052005 12052915
            12052037 12019028 12052516 12052533 12019022 12019024 12052850 12052036 12052556 12052557 12052553
            12052096
            12052032 12052260 12019150 12052031 12019120 12019056 12019057 12052547
            12019027 12019087 12019109 12019118 12019119 12052180
            12038002 12038004 12038015 12038005 12038014 12019116 12052913
            25001021 25001045""",
        ),
    )
)
_HINTS = {
    "timestamp": "is the clock of this computer right?",
    "12052994": "set storefronts to TIKTOK_SHOP, or have the shop integrated with Tokopedia",
    "12052332": "the shop is being merged: only stock and prices can change",
    "105005": "switch the scope on in Partner Center, then authorise the shop again",
}


def kind_of(code: str, message: str, status: int = 200) -> type[ChannelError]:
    """The class for a code that is not 0."""
    if code == OVERLOADED:
        words = message.lower()
        return next((kind for pattern, kind in _BY_WORDS if re.search(pattern, words)), Misconfigured)
    known = CODES.get(code)
    if known is not None:
        return known
    if status in STATUSES:
        return STATUSES[status]
    by = by_status("", status, None)
    return type(by) if by is not None else OutcomeUnknown


def error_of(code: str, message: str, until_reset: timedelta, status: int = 200) -> ChannelError:
    """The error for a code, with the platform's own words and, where we know one, what to do."""
    kind = kind_of(code, message, status)
    hint = next((text for word, text in _HINTS.items() if word == code or word in message.lower()), "")
    text = ": ".join(part for part in (code, message) if part) + (f" ({hint})" if hint else "")
    if issubclass(kind, Rejected):
        return Rejected(text, code)
    if issubclass(kind, Locked):
        return QuotaUsed(text, until_reset, code) if kind is QuotaUsed else Locked(text, origin=code)
    return kind(text)


Judge = Callable[[str, str, int], ChannelError]


def judge_of(clock: Callable[[], datetime], resets_at: time) -> Judge:
    """`error_of` with the time until a daily quota starts anew; the sandbox cap starts anew each hour."""

    def judge(code: str, message: str, status: int) -> ChannelError:
        now = clock()
        error = error_of(code, message, next_reset(resets_at, now) - now, status)
        if code == "36009037":
            error.retry_after = timedelta(hours=1) - timedelta(minutes=now.minute, seconds=now.second)
        return error

    return judge


def classifier(judge: Judge) -> Callable[[int, Mapping[str, str], object], ChannelError | None]:
    """The table as http.py wants it. The body's code counts, whatever the status."""

    def classify(status: int, _headers: Mapping[str, str], body: object) -> ChannelError | None:
        code = body.get("code") if isinstance(body, dict) else None
        if not isinstance(body, dict) or code is None or isinstance(code, bool):
            return by_status("the platform", status, None) or OutcomeUnknown("the answer has no code")
        if str(code) == "0":
            return by_status("the platform", status, None)
        return judge(str(code), str(body.get("message") or ""), status)

    return classify


def errors_by(rows: Iterable[RowError], field: str, judge: Judge) -> dict[str, ChannelError]:
    """Per-row errors by an id of their detail; of a wrapper the inner code counts."""
    found: dict[str, ChannelError] = {}
    for row in rows:
        inner = row.detail.extra_errors[0] if row.detail.extra_errors else row
        found.setdefault(str(getattr(row.detail, field)), judge(inner.code, inner.message or row.message, 200))
    return found
