"""What every channel's answers are read with: lenient numbers and texts, strict shapes.

Channels send numbers as text, ids as numbers and null for empty. What cannot be read is a ValueError, which pydantic reports, never
a crash; the caller gets OutcomeUnknown that names the place and shows no payload.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from bridge.errors import Misconfigured, OutcomeUnknown
from bridge.model import Rate

T = TypeVar("T")
W = TypeVar("W", bound=BaseModel)


def _number(value: Any) -> float:
    try:
        number = 0.0 if value is None or value == "" else float(value)
    except (TypeError, OverflowError):
        raise ValueError("not a number") from None
    if not math.isfinite(number):
        raise ValueError("not a number")
    return number


def _count(value: Any) -> int:
    """Whole numbers keep all their digits; 12.0 and "12.0" are 12."""
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.strip().isdecimal() else int(_number(value))


Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value))]
Count = Annotated[int, BeforeValidator(_count)]
Number = Annotated[float, BeforeValidator(_number)]
Rows = Annotated[list[T], BeforeValidator(lambda value: [] if value is None else value)]


WIRE = ConfigDict(extra="ignore", frozen=True, protected_namespaces=())  # of a part of an answer


def absent_nulls(value: Any) -> Any:
    """For a `model_validator(mode="before")`: a field that is null counts as not sent, so that its default holds."""
    return {name: part for name, part in value.items() if part is not None} if isinstance(value, dict) else value


def parse(reply: type[W], body: object, label: str) -> W:
    """An answer in its form. Raises OutcomeUnknown: a write whose answer cannot be read may have happened."""
    try:
        return reply.model_validate(body)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
    raise OutcomeUnknown(f"{label}: the answer has an unexpected form at {place}")


def moment(stamp: int) -> datetime | None:
    """Unix seconds; None for 0, which channels write for no value, and for what is no time."""
    try:
        return datetime.fromtimestamp(stamp, UTC) if stamp > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def read_settings(form: type[W], settings: Mapping[str, str]) -> W:
    """A shop's settings in their form; empty values count as not given. Raises Misconfigured, which shows no value."""
    try:
        return form.model_validate({name: value for name, value in settings.items() if value != ""})
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        text = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    raise Misconfigured(f"a setting of the channel is wrong: {text}")


def read_rates(rows: Iterable[Mapping[str, Any]], own: int | None) -> tuple[Rate, ...]:
    """The rates that a channel's config file declares; a shop's own setting wins for the shop."""
    return tuple(
        Rate(
            own if own is not None and row["scope"] == "shop" else row["calls"],
            timedelta(seconds=row["per_s"]),
            row["scope"],
        )
        for row in rows
    )
