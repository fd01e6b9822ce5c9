"""Reads parameters strictly: a missing one and a wrong type are refused with the parameter's name and what was expected."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import QueryParams

from bridge.sandbox.tokopedia.errors import ApiError, wrong


class Fields:
    """One JSON object of a body. `null` counts as left out."""

    def __init__(self, values: Mapping[str, Any], at: str = "") -> None:
        self.values, self._at = values, at

    def name(self, key: str) -> str:
        return f"{self._at}.{key}" if self._at else key

    def wrong(self, key: str, wanted: str) -> ApiError:
        return wrong(self.name(key), wanted)

    def has(self, key: str) -> bool:
        return self.values.get(key) is not None

    def raw(self, key: str, wanted: str = "a value") -> Any:
        if not self.has(key):
            raise self.wrong(key, wanted)
        return self.values[key]

    def text(self, key: str, default: str | None = None, *, longest: int | None = None) -> str:
        if default is not None and not self.has(key):
            return default
        value = self.raw(key, "a string")
        if not isinstance(value, str):
            raise self.wrong(key, "a string")
        if longest is not None and len(value) > longest:
            raise self.wrong(key, f"at most {longest} characters")
        return value

    def integer(self, key: str, low: int | None = None, high: int | None = None) -> int:
        value = self.raw(key, "an integer")
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(key, "an integer")
        if (low is not None and value < low) or (high is not None and value > high):
            raise self.wrong(key, f"{low} to {high}")
        return value

    def moment(self, key: str) -> int | None:
        """Unix seconds, or None when left out."""
        return self.integer(key, 0) if self.has(key) else None

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.values[key] if self.has(key) else default
        if not isinstance(value, bool):
            raise self.wrong(key, "a boolean")
        return value

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.wrong(key, f"one of {', '.join(allowed)}")
        return value

    def object(self, key: str) -> "Fields":
        value = self.raw(key, "an object")
        if not isinstance(value, dict):
            raise self.wrong(key, "an object")
        return Fields(value, self.name(key))

    def rows(self, key: str) -> list["Fields"]:
        """A list of objects; empty when left out."""
        found = self._list(key)
        if not all(isinstance(row, dict) for row in found):
            raise self.wrong(key, "a list of objects")
        return [Fields(row, f"{self.name(key)}[{at}]") for at, row in enumerate(found)]

    def texts(self, key: str) -> list[str]:
        """A list of strings; empty when left out."""
        found = self._list(key)
        if not all(isinstance(row, str) for row in found):
            raise self.wrong(key, "a list of strings")
        return found

    def _list(self, key: str) -> list[Any]:
        value = self.values[key] if self.has(key) else []
        if not isinstance(value, list):
            raise self.wrong(key, "a list")
        return value


class Query:
    """The query string. Lists come as repeated keys or joined by commas."""

    def __init__(self, params: QueryParams) -> None:
        self.params = params

    def text(self, key: str, default: str = "") -> str:
        return self.params.get(key) or default

    def texts(self, key: str) -> list[str]:
        return [part.strip() for given in self.params.getlist(key) for part in given.split(",") if part.strip()]

    def choice(self, key: str, allowed: Sequence[str], default: str) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise wrong(key, f"one of {', '.join(allowed)}")
        return value

    def flag(self, key: str) -> bool:
        return self.choice(key, ("true", "false"), "false") == "true"

    def size(self, low: int = 1, high: int = 100, default: int | None = None, code: int = 98001004) -> int:
        """`page_size`, which must be given where there is no default."""
        given = self.text("page_size", "" if default is None else str(default))
        if not (given.isascii() and given.isdecimal()) or not low <= int(given) <= high:
            raise wrong("page_size", f"{low} to {high}") if code == 98001004 else ApiError(code)
        return int(given)
