"""What the platform's codes mean for us: one table, by code and, for the one code that means many things, by words of its message.

Codes are those of the documents (export of 2025-12, OpenAPI of 2026-10), as the fact sheet of 2026-11 has them. A code that is not
here is judged by its HTTP status, else OutcomeUnknown: on a write nobody may take it for success or failure.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta

from bridge.connectors.codes import Row, Table, error_for
from bridge.connectors.http import by_status
from bridge.connectors.limits import next_reset
from bridge.connectors.meanings import Meaning
from bridge.connectors.outcomes import Campaign, Locked, QuotaUsed
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
SANDBOX_CAP = "36009037"  # 1000 calls an hour
WAREHOUSES = frozenset({"12052037", "12019028", "12052516", "12052533"})  # not every warehouse of the SKU was given
STATUSES: Mapping[int, type[ChannelError]] = {503: RateLimited}  # overload of the platform: like 429

TABLE = Table(
    # the token, the consent, the app
    Row(TokenExpired, Meaning.TOKEN, "105002"),
    Row(AuthExpired, Meaning.SCOPE, "105005"),  # only another authorisation brings it, after the scope was switched on
    Row(AuthExpired, Meaning.CONSENT, "105004 101000 106013 36004001 36004004 36004005"),
    Row(Misconfigured, Meaning.CLOCK, OVERLOADED, r"timestamp"),
    Row(Misconfigured, Meaning.KEY, OVERLOADED, r"app[_ ]?key|sign"),
    Row(Misconfigured, Meaning.REQUEST, OVERLOADED, r"shop_cipher|version"),
    Row(AuthExpired, Meaning.CONSENT, OVERLOADED, r"token"),
    Row(Misconfigured, Meaning.KEY, "106001"),
    Row(Misconfigured, Meaning.IP_ADDRESS, "36009033"),
    Row(Misconfigured, Meaning.REQUEST, f"{OVERLOADED} 36009009 36009010 36009014 36009021 36009022 36009023"),
    # traffic and trouble
    Row(RateLimited, Meaning.THROTTLED, f"36009002 {SANDBOX_CAP} 12052109"),
    Row(
        OutcomeUnknown,
        Meaning.TROUBLE,
        "36009003 36009007 33001002 12001000 12052881 10002014 10002015 10037002 10037003 10037004",
    ),
    # the shop
    Row(ShopBlocked, Meaning.SHOP_BANNED, "36009043 36009044 12052700"),
    Row(QuotaUsed, Meaning.QUOTA, "12052093"),
    Row(Locked, Meaning.MERGING, "12052332"),
    Row(Locked, Meaning.SHOP_SETUP, "12052995 12052419"),
    Row(Rejected, Meaning.STOREFRONT, "12052994 12052330 12052358 12052316"),
    # category, attributes, texts, pictures
    Row(Rejected, Meaning.CATEGORY_UNKNOWN, "12052023 12052024 12052230 12052913"),
    Row(Rejected, Meaning.CATEGORY_BLOCKED, "12052220 12052223 12052226 12052225"),
    Row(Rejected, Meaning.ATTRIBUTE_MISSING, "12052104"),
    Row(Rejected, Meaning.ATTRIBUTE_WRONG, "12052247 12052254"),
    Row(Rejected, Meaning.EXTRAS, "12052105"),
    Row(Rejected, Meaning.TITLE_LENGTH, "12052051 12052261"),
    Row(Rejected, Meaning.TITLE_SIGNS, "12052931"),
    Row(Rejected, Meaning.DESCRIPTION, "12052932 12052013 12052015 12052344"),
    Row(Rejected, Meaning.PICTURE_COUNT, "12052028 12052306"),
    Row(
        Rejected,
        Meaning.PICTURE_UNUSABLE,
        "12052300 12052301 12052340 12052722 12038002 12038004 12038015 12038005 12038014 12019116",
    ),
    Row(Rejected, Meaning.DUPLICATE, "12052996"),
    # variants, prices, parcel
    Row(Rejected, Meaning.VARIANTS_TOO_MANY, "12052050 12052525"),
    Row(Rejected, Meaning.VARIANT_NAMES, "12052560"),
    Row(Rejected, Meaning.VARIANTS_DIFFER, "12052036 12052556 12052557 12052553 12019056 12019057"),
    Row(Rejected, Meaning.SKU_CODE, "12052054 12019059"),
    Row(Rejected, Meaning.PRICE_RANGE, "12052073 12052570"),
    Row(Rejected, Meaning.PRICE_MISSING, "12052571"),
    Row(Rejected, Meaning.PARCEL, "12019011 12052181 12052006 12052003 12052004 12052005 12052915"),
    Row(Rejected, Meaning.COURIER, "12052420"),
    # stock and warehouses
    Row(Rejected, Meaning.STOCK_RANGE, "12052055 12019024"),
    Row(Rejected, Meaning.STOCK_OF_CHANNEL, "12052382 12052850"),
    Row(
        Rejected,
        Meaning.WAREHOUSE,
        "12052037 12019028 12052516 12052533 12052097 12052530 12052531 12052532 12052535 12052115 12019022 12052096",
    ),
    # the listing
    Row(Rejected, Meaning.NOT_FOUND, "12052032 12052260 12019150 12052031 12052048"),
    Row(Locked, Meaning.WRONG_STATUS, "12052901 12019113"),
    Row(Campaign, Meaning.CAMPAIGN, "12052393 12052038 12019045"),
    Row(Locked, Meaning.LOCKED, "12052308"),
    # orders
    Row(Rejected, Meaning.ORDER_GONE, "21008111 10006402 21011028"),
    Row(
        Rejected,
        Meaning.ORDER_STATUS,
        "25001021 25001045 25001010 21011003 21011040 21011041 21023059 21023035 21042102",
    ),
    Row(Rejected, Meaning.SHIPPING_WAY, "21011022 11034002"),
    Row(Locked, Meaning.ORDER_STATUS, "21008044 21011007"),  # the buyer asks for something: it ends
    Row(Locked, Meaning.ORDER_BUSY, "10007014 11034037 11034023 25001011 21011008"),
    # what we asked, and what only the words tell; of a wrapper (12052990) the codes in detail.extra_errors count
    Row(
        Rejected,
        Meaning.REQUEST,
        "12052217 12052084 12052547 12019120 12019027 12019087 12019109 12019118 12019119 12052180",
    ),
    Row(Rejected, Meaning.VALUE, "98001004 12052990"),
)
ZERO_REFUSED = TABLE.codes_of(Meaning.STOCK_RANGE)  # of a stock of 0
NOT_THERE = TABLE.codes_of(Meaning.NOT_FOUND)  # no such product, or of another shop
WRONG_STATUS = TABLE.codes_of(Meaning.WRONG_STATUS)  # the product's status does not allow it now
FOREIGN_ORDER = TABLE.codes_of(Meaning.ORDER_GONE) | {"98001004"}  # an order of nobody, or of another seller


def error_of(code: str, message: str, until_reset: timedelta, status: int = 200) -> ChannelError:
    """The error for a code that is not 0, with the platform's own words."""
    text = ": ".join(part for part in (code, message) if part)
    row = TABLE.find(code, message)
    if row is None:
        return unlisted(text, code, status)
    error = error_for(row, text, code)
    if isinstance(error, QuotaUsed):
        error.retry_after = until_reset
    return error


def unlisted(text: str, code: str, status: int) -> ChannelError:
    """A code that nobody knows: its HTTP status counts."""
    told = by_status("", status, None)
    kind = STATUSES.get(status, OutcomeUnknown if told is None else type(told))
    return Rejected(text, code) if kind is Rejected else kind(text)


Judge = Callable[[str, str, int], ChannelError]


def judge_of(clock: Callable[[], datetime], resets_at: time) -> Judge:
    """`error_of` with the time until a daily quota starts anew; the sandbox cap starts anew each hour."""

    def judge(code: str, message: str, status: int) -> ChannelError:
        now = clock()
        error = error_of(code, message, next_reset(resets_at, now) - now, status)
        if code == SANDBOX_CAP:
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
