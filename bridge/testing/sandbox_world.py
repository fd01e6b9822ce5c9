"""The outside of a shop in a sandbox, over the control plane that every sandbox has. Standard library only."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from bridge.connectors.base import Connector, ConsentSource, Plugin
from bridge.model import Grant, OpKind
from bridge.testing.worlds import Keyring, Lent

# Beginnings of the paths on which a write of a kind travels (of a create one per step), and after how many seconds an access
# token is over.
Paths = Mapping[OpKind, str | Sequence[str]]
PRODUCT = "/api/v2/product"
WRITES: Mapping[str, Paths] = {
    "shopee": {
        OpKind.CREATE: (f"{PRODUCT}/add_item", f"{PRODUCT}/init_tier_variation", f"{PRODUCT}/unlist_item"),
        OpKind.CONTENT: f"{PRODUCT}/update_item",
        OpKind.PRICE: f"{PRODUCT}/update_price",
        OpKind.STOCK: f"{PRODUCT}/update_stock",
        OpKind.VISIBILITY: f"{PRODUCT}/unlist_item",
        OpKind.SHIP: "/api/v2/logistics/ship_order",
        OpKind.CANCEL: "/api/v2/order/cancel_order",
    },
    "tokopedia": {
        OpKind.CREATE: "/product/202309/products",
        OpKind.CONTENT: "/product/202509/products/",
        OpKind.PRICE: "/product/202309/products/",
        OpKind.STOCK: "/product/202309/products/",
        OpKind.VISIBILITY: "/product/202309/products/",
        OpKind.SHIP: "/fulfillment/202309/packages/",
        OpKind.CANCEL: "/return_refund/202309/cancellations",
    },
    "bukalapak": {
        OpKind.CREATE: "/v2/products.json",
        **dict.fromkeys((OpKind.CONTENT, OpKind.PRICE, OpKind.STOCK, OpKind.VISIBILITY), "/v2/products/"),
        OpKind.SHIP: "/v2/transactions/confirm_shipping",
        OpKind.CANCEL: "/v2/transactions/reject",
    },
}
TOKEN_LIFE_S: Mapping[str, int] = {"shopee": 4 * 3600, "tokopedia": 7 * 86400, "lazada": 7 * 86400}


class SandboxWorld:
    """One shop of a running sandbox, a new and empty one unless `shop` names one.

    `settings` and the grant come from its credentials. `writes` names the path beginnings of writes and `token_life_s` the life of
    an access token where the tables above do not know the platform.
    """

    def __init__(
        self,
        address: str,
        shop: str | None = None,
        *,
        writes: Paths | None = None,
        token_life_s: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._address = address.rstrip("/")
        credentials = self._get("credentials")
        platform = str(credentials["platform"])
        found = self._post("shops", {}) if shop is None else _named(credentials["shops"], shop)
        self.shop = str(found["id"])
        self._writes = writes if writes is not None else WRITES.get(platform, {})
        self._token_life_s = token_life_s if token_life_s is not None else TOKEN_LIFE_S.get(platform)
        self.settings = {**_settings(credentials, found), **(settings if settings is not None else {})}
        extra = {key: str(found[key]) for key in ("cipher",) if found.get(key)}
        tokens = (str(found.get("access_token") or ""), str(found.get("refresh_token") or ""))
        self.plugin: Plugin | None = None  # the one that was connected last
        self.lent = Lent(Keyring(Grant(*tokens, None, None, None, (self.shop,), extra)))

    def connect(self, plugin: Plugin) -> Connector:
        """A connector for this shop; an expired token is renewed through the plugin's consent flow."""
        self.plugin, ports = plugin, self.lent.ports()
        if isinstance(plugin, ConsentSource):
            self.lent.vault.refresh = plugin.consent(self.settings, ports).refresh
        return plugin.open(self.shop, self.settings, ports)

    def advance(self, seconds: float) -> None:
        self._post("clock", {"advance_s": seconds})

    def buy(self, lines: Mapping[str, int], *, paid: bool = True, age_s: float = 0) -> str:
        body: dict[str, Any] = {"shop_id": self.shop, "lines": _lines(lines), "paid": paid}
        return str(self._post("orders", {**body, **({"age_s": age_s} if age_s else {})})["id"])

    def move(self, order_id: str, action: str, lines: Mapping[str, int] | None = None) -> None:
        self._post(f"orders/{quote(order_id)}/{action}", {} if lines is None else {"lines": _lines(lines)})

    def edit(self, listing_id: str, **values: object) -> None:
        body = {("price" if key == "price_idr" else key): value for key, value in values.items() if key != "visible"}
        if "visible" in values:
            body["delist"] = not values["visible"]
        self._call("PATCH", f"listings/{quote(listing_id)}", body)

    def preload(self, seller_skus: Sequence[str]) -> Sequence[str]:
        rows = [
            {"title": f"Keripik Singkong Balado Renyah {s}", "skus": [{"seller_sku": s, "price": 15000, "stock": 20}]}
            for s in seller_skus
        ]
        answer = self._post("listings", {"shop_id": self.shop, "listings": rows})
        ids = answer["ids"] if isinstance(answer, dict) else answer
        return [str(listing_id) for listing_id in ids]

    def state(self) -> Mapping[str, list[dict[str, Any]]]:
        truth = self._get("state")
        return {
            kind: [row for row in truth[kind] if str(row["shop_id"]) == self.shop] for kind in ("listings", "orders")
        }

    def lose(self, kind: OpKind, *, arrived: bool, step: int = 0) -> None:
        known = self._writes.get(kind, ())
        paths = (known,) if isinstance(known, str) else tuple(known)
        if step >= len(paths):
            raise ValueError(
                f"SandboxWorld needs writes={{OpKind.{kind.name}: beginnings of its paths}} for step {step}"
            )
        self._post("faults", [{"match": paths[step], "where": "after" if arrived else "before", "what": "drop"}])

    def throttle(self, retry_after: timedelta) -> None:
        self._post("faults", [{"match": "/", "times": 0, "what": "429", "value": int(retry_after.total_seconds())}])

    def calm(self) -> None:
        self._call("DELETE", "faults", None)

    def expire_tokens(self) -> bool:
        if self._token_life_s is None:
            return False
        self.advance(self._token_life_s + 60)
        return True

    def secrets(self) -> Sequence[str]:
        grant = self.lent.vault.grant
        named = [value for key, value in self.settings.items() if key in ("app_secret", "password", "signature_key")]
        return [value for value in (grant.access_token, grant.refresh_token, *named) if value]

    def _get(self, path: str) -> Any:
        return self._call("GET", path, None)

    def _post(self, path: str, body: object) -> Any:
        return self._call("POST", path, body)

    def _call(self, method: str, path: str, body: object) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self._address}/_sandbox/{path}", data, {"Content-Type": "application/json"}, method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310  the address is the test's own
                return json.load(answer)
        except HTTPError as refusal:
            with refusal:
                raise ValueError(f"{method} /_sandbox/{path}: {refusal.code} {refusal.read().decode()}") from None


def _lines(lines: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"seller_sku": sku, "quantity": pieces} for sku, pieces in lines.items()]


def _named(shops: Sequence[Mapping[str, Any]], shop: str) -> Mapping[str, Any]:
    return next(found for found in shops if str(found["id"]) == shop)


def _settings(credentials: Mapping[str, Any], shop: Mapping[str, Any]) -> dict[str, str]:
    """As `shop connect --sandbox` would write them."""
    settings = {key: str(credentials[key]) for key in ("base_url", "auth_url") if credentials.get(key)}
    app = credentials.get("app") or {}
    extra = {key: str(shop[key]) for key in ("username", "password", "signature_key") if shop.get(key)}
    return {"app_id": str(app.get("id", "")), "app_secret": str(app.get("secret", "")), **settings, **extra}
