"""What Contoh's refusals mean: one table from its codes to classes, which decide for the bridge, and to meanings for people."""

from collections.abc import Mapping

from bridge.connectors.codes import Row, Table, error_for
from bridge.connectors.meanings import Meaning
from bridge.connectors.outcomes import Campaign
from bridge.errors import AuthExpired, ChannelError, RateLimited, Rejected, ShopBlocked

NAME = "Contoh"
TABLE = Table(
    Row(Rejected, Meaning.TITLE_LENGTH, "title_length"),
    Row(Rejected, Meaning.DESCRIPTION, "description_short"),
    Row(Rejected, Meaning.CATEGORY_UNKNOWN, "category_unknown"),
    Row(Rejected, Meaning.ATTRIBUTE_MISSING, "answer_missing"),
    Row(Rejected, Meaning.PICTURE_UNUSABLE, "picture_refused"),
    Row(Rejected, Meaning.PRICE_RANGE, "price_low"),
    Row(Rejected, Meaning.NOT_FOUND, "not_found"),
    Row(Campaign, Meaning.CAMPAIGN, "in_campaign"),
    Row(AuthExpired, Meaning.CONSENT, "token_refused"),
    Row(ShopBlocked, Meaning.HOLIDAY, "shop_on_holiday"),
    Row(RateLimited, Meaning.THROTTLED, "too_many_calls"),
)


def error_of(code: str, message: str) -> ChannelError:
    """The error for a code. One that is not in the table is unknown: it may be taken neither for success nor for a refusal."""
    return error_for(TABLE.find(code, message), f"{NAME}: {message}", code)


def classify(status: int, _headers: Mapping[str, str], body: object) -> ChannelError | None:
    """The table as `Http` wants it; None is success. What has no JSON body was judged by its status before it comes here."""
    if status < 400:
        return None
    told = body if isinstance(body, dict) else {}
    return error_of(str(told.get("code", "")), str(told.get("message") or f"it answered {status}"))
