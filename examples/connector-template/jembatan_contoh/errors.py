"""What Contoh's refusals mean for us: one table from its codes to classes. Each class says what the caller has to do next."""

from collections.abc import Mapping

from bridge.connectors.outcomes import Locked, read_table
from bridge.errors import AuthExpired, ChannelError, OutcomeUnknown, RateLimited, Rejected, ShopBlocked

NAME = "Contoh"
_DATA = "title_length description_short category_unknown answer_missing picture_refused price_low not_found"
_BY_CODE = read_table(
    [
        (Rejected, _DATA),
        (Locked, "in_campaign"),
        (AuthExpired, "token_refused"),
        (ShopBlocked, "shop_on_holiday"),
        (RateLimited, "too_many_calls"),
    ]
)


def error_of(code: str, message: str) -> ChannelError:
    """The error for a code. One that is not in the table is unknown: it may be taken neither for success nor for a refusal."""
    kind = _BY_CODE.get(code, OutcomeUnknown)
    return Rejected(f"{NAME}: {message}", code) if kind is Rejected else kind(f"{NAME}: {message}")


def classify(status: int, _headers: Mapping[str, str], body: object) -> ChannelError | None:
    """The table as `Http` wants it; None is success. What has no JSON body was judged by its status before it comes here."""
    if status < 400:
        return None
    told = body if isinstance(body, dict) else {}
    return error_of(str(told.get("code", "")), str(told.get("message") or f"it answered {status}"))
