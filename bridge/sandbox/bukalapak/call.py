"""One API call on its way to its handler, and the table in which a call finds its handler."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams

from bridge.sandbox.bukalapak import ids
from bridge.sandbox.bukalapak.errors import LOGIN, NO_PRODUCT, Refusal
from bridge.sandbox.bukalapak.ledger import Ledger
from bridge.sandbox.bukalapak.shelf import Shelf
from bridge.sandbox.bukalapak.state import World
from bridge.sandbox.bukalapak.values import Account, Product
from bridge.sandbox.core.faults import Fault


@dataclass(slots=True)
class Call:
    world: World
    old: bool  # the form of 2013
    base: str  # the address under which the client reached us
    params: QueryParams
    place: Mapping[str, str] = field(default_factory=dict)  # what the path names
    account_or_none: Account | None = None
    login: tuple[str, str] = ("", "")  # as sent, for authenticate
    body: Mapping[str, Any] = field(default_factory=dict)  # JSON
    form: Mapping[str, str] = field(default_factory=dict)
    file: bytes | None = None
    fault: Fault | None = None

    @property
    def account(self) -> Account:
        if self.account_or_none is None:
            raise Refusal(LOGIN, status=401)
        return self.account_or_none

    @property
    def shelf(self) -> Shelf:
        return self.world.shelves[self.account.user_id]

    @property
    def ledger(self) -> Ledger:
        return self.world.ledgers[self.account.user_id]

    def product(self, keys: Mapping[str, Any] | None = None) -> Product:
        """The product that the path names, if it is this seller's."""
        product = self.shelf.products.get(ids.decode(self.place["id"]) or 0)
        if product is None:
            raise Refusal(NO_PRODUCT, keys)
        return product

    def number(self, name: str, default: int | None) -> int | None:
        """A number of the query."""
        text = self.params.get(name)
        if not text:
            return default
        number = ids.whole(text)
        if number is None:
            raise Refusal(f"Parameter {name} tidak valid")
        return number


Reply = dict[str, Any]
Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Endpoint:
    handler: Handler
    nulls: Mapping[str, Any] = field(default_factory=dict)  # result keys of a failure
    body: str = ""  # json, form, or file: what it reads
    tagged: bool = False  # carries an ETag
    open: bool = False  # without user id and token
    only_2017: tuple[str, ...] = ()  # result keys that 2013 did not have


Table = Mapping[str, Mapping[str, Endpoint]]  # path without .json -> verb -> endpoint


def find(table: Table, path: str) -> tuple[Mapping[str, Endpoint], dict[str, str]]:
    """The verbs of a path and what its placeholders hold. Words go before placeholders."""
    if not path.endswith(".json"):
        return {}, {}
    parts = path.removesuffix(".json").split("/")
    best: tuple[int, Mapping[str, Endpoint], dict[str, str]] = (99, {}, {})
    for pattern, verbs in table.items():
        names = pattern.split("/")
        if len(names) != len(parts):
            continue
        place = {name[1:-1]: part for name, part in zip(names, parts, strict=True) if name.startswith("{")}
        fits = all(name.startswith("{") or name == part for name, part in zip(names, parts, strict=True))
        if fits and all(place.values()) and len(place) < best[0]:
            best = (len(place), verbs, place)
    return best[1], best[2]
