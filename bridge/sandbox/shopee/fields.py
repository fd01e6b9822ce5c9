"""Reads request parameters strictly: a missing one and a wrong type are refused in the words of the module asked."""

import json
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from starlette.datastructures import QueryParams

from bridge.sandbox.shopee.errors import ApiError, wrong

INT64 = 1 << 63


class Fields:
    """One JSON object of a body, or the query. `product` chooses the wording."""

    def __init__(self, values: Mapping[str, Any], *, product: bool) -> None:
        self.values, self._product = values, product

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def missing(self, name: str) -> ApiError:
        if self._product:
            camel = "".join(part.capitalize() for part in name.split("_"))
            return ApiError("error_param", f"invalid field {camel}: value must  Not Null")
        return wrong(f"{name} is a required field")

    def mistyped(self, name: str, wanted: str) -> ApiError:
        return (
            ApiError("error_param", f"{name} should be {wanted}")
            if self._product
            else wrong(f"{name} must be {wanted}")
        )

    def raw(self, name: str) -> Any:
        value = self.values.get(name)
        if value is None:
            raise self.missing(name)
        return value

    def integer(self, name: str, default: int | None = None) -> int:
        if default is not None and not self.has(name):
            return default
        value = self.raw(name)
        if isinstance(value, bool) or not isinstance(value, int) or not -INT64 <= value < INT64:
            raise self.mistyped(name, "an integer")
        return value

    def number(self, name: str) -> float:
        value = self.raw(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise self.mistyped(name, "a number")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        if default is not None and not self.has(name):
            return default
        value = self.raw(name)
        if not isinstance(value, str):
            raise self.mistyped(name, "a string")
        return value

    def flag(self, name: str, default: bool | None = None) -> bool:
        if default is not None and not self.has(name):
            return default
        value = self.raw(name)
        if not isinstance(value, bool):
            raise self.mistyped(name, "a boolean")
        return value

    def object(self, name: str) -> "Fields":
        value = self.raw(name)
        if not isinstance(value, dict):
            raise self.mistyped(name, "an object")
        return Fields(value, product=self._product)

    def rows(self, name: str, low: int = 0, high: int | None = None) -> list["Fields"]:
        """A list of objects with a bounded length."""
        return [self._row(name, value) for value in self.entries(name, low, high)]

    def entries(self, name: str, low: int = 0, high: int | None = None) -> list[Any]:
        values: Any = self.raw(name)
        if not isinstance(values, list):
            raise self.mistyped(name, "a list")
        if len(values) < low:
            raise self.missing(name)
        if high is not None and len(values) > high:
            raise self.mistyped(name, f"{high} entries or less")
        return values

    def texts(self, name: str, low: int = 0, high: int | None = None) -> Iterator[str]:
        for value in self.entries(name, low, high):
            if not isinstance(value, str):
                raise self.mistyped(name, "a list of strings")
            yield value

    def _row(self, name: str, value: Any) -> "Fields":
        if not isinstance(value, dict):
            raise self.mistyped(name, "a list of objects")
        return Fields(value, product=self._product)


class Query:
    """The query of a GET. Clients write lists as repeated keys, joined by commas, or in brackets: all are taken."""

    def __init__(self, params: QueryParams, *, product: bool) -> None:
        self.params = params
        self._words = Fields({}, product=product)

    def has(self, name: str) -> bool:
        return bool(self.params.get(name))

    def missing(self, name: str) -> ApiError:
        return self._words.missing(name)

    def text(self, name: str, default: str | None = None) -> str:
        value = self.params.get(name)
        if value:
            return value
        if default is None:
            raise self.missing(name)
        return default

    def integer(self, name: str, default: int | None = None) -> int:
        if default is not None and not self.has(name):
            return default
        return self._int(name, self.text(name))

    def flag(self, name: str) -> bool:
        return self.text(name, "false").lower() in ("true", "1")

    def page_size(self, low: int = 1, high: int = 100, default: int | None = None) -> int:
        size = self.integer("page_size", default)
        if size > high:
            raise wrong(f"page_size must be {high} or less")
        if size < low:
            raise wrong(f"page_size must be {low} or greater")
        return size

    def texts(self, name: str) -> list[str]:
        return [part for given in self.params.getlist(name) for part in split_list(given)]

    def ints(self, name: str, high: int) -> list[int]:
        """At least one, at most `high`."""
        found = [self._int(name, part) for part in self.texts(name)]
        if not found:
            raise self.missing(name)
        if len(found) > high:
            raise self._words.mistyped(name, f"{high} entries or less")
        return found

    def _int(self, name: str, value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            raise self._words.mistyped(name, "an integer") from None
        if not -INT64 <= number < INT64:
            raise self._words.mistyped(name, "an integer")
        return number


def split_list(given: str) -> list[str]:
    text = given.strip()
    if text.startswith("["):
        try:
            return [str(part) for part in json.loads(text)]
        except ValueError:
            text = text.strip("[]")
    return [part.strip() for part in text.split(",") if part.strip()]
