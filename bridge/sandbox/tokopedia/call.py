"""One API call on its way to its handler, and how a handler is registered and found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams

from bridge.sandbox.core.faults import Fault
from bridge.sandbox.tokopedia.errors import ApiError, bad_request
from bridge.sandbox.tokopedia.fields import Fields, Query
from bridge.sandbox.tokopedia.state import Shop, World
from bridge.sandbox.tokopedia.values import Product


@dataclass(slots=True)
class Call:
    world: World
    params: QueryParams
    base: str  # the address under which the client reached us
    path: Mapping[str, str] = field(default_factory=dict)  # the ids in the path
    version: str = ""
    body: Fields = field(default_factory=lambda: Fields({}))
    shop_or_none: Shop | None = None
    fault: Fault | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def query(self) -> Query:
        return Query(self.params)

    @property
    def shop(self) -> Shop:
        if self.shop_or_none is None:
            raise bad_request("access_token is invalid")
        return self.shop_or_none

    def now(self) -> int:
        return self.world.clock.real()

    def failing(self, entries: int) -> frozenset[int]:
        """Entries of a batch that a fault schedule lets fail."""
        return self.fault.picks(entries) if self.fault is not None and entries else frozenset()

    def product(self, product_id: str | None = None) -> Product:
        """A product of this shop, whatever its status; the one in the path when no id is given."""
        wanted = self.path["id"] if product_id is None else product_id
        if not (wanted.isascii() and wanted.isdecimal()):
            raise ApiError(12052031)
        found = self.world.products.get(wanted)
        if found is None:
            raise ApiError(12052032)
        if found.shop_id != self.shop.shop_id:
            raise ApiError(12052048)
        return found

    def picture_url(self, uri: str) -> str:
        return f"{self.base}/file/{uri}"


Handler = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    verb: str
    path: str  # without the version: /product/products/{id}
    handler: Handler
    versions: tuple[str, ...] = ("202309",)
    cipher: bool = True  # takes, and needs, a shop_cipher
    form: bool = False  # takes multipart/form-data


class Table:
    """Finds the endpoint of a path. Fixed words go before ids."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._rows: dict[int, list[tuple[tuple[str, ...], dict[str, Endpoint]]]] = {}
        for endpoint in sorted(endpoints, key=lambda endpoint: endpoint.path.count("{")):
            self._add(endpoint)

    def find(self, path: str, verb: str) -> tuple[Endpoint, str, dict[str, str]]:
        """The endpoint, the version asked for, and the ids in the path."""
        domain, version, *rest = [*path.removeprefix("/").split("/"), ""]
        parts = (domain, *rest[:-1])
        for pattern, verbs in self._rows.get(len(parts), ()):
            ids = _ids(pattern, parts)
            if ids is not None:
                return _chosen(verbs, verb, version), version, ids
        raise ApiError(36009009, "Invalid path.", 404)

    def _add(self, endpoint: Endpoint) -> None:
        pattern = tuple(endpoint.path.strip("/").split("/"))
        rows = self._rows.setdefault(len(pattern), [])
        for known, verbs in rows:
            if known == pattern:
                verbs[endpoint.verb] = endpoint
                return
        rows.append((pattern, {endpoint.verb: endpoint}))


def _ids(pattern: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, str] | None:
    ids = {}
    for wanted, got in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            ids[wanted.strip("{}")] = got
        elif wanted != got:
            return None
    return ids


def _chosen(verbs: Mapping[str, Endpoint], verb: str, version: str) -> Endpoint:
    if verb not in verbs:
        raise ApiError(36009010, "Invalid method.", 405)
    if version not in verbs[verb].versions:
        raise ApiError(36009014, f"The API version {version} is invalid or retired.", 400)
    return verbs[verb]
