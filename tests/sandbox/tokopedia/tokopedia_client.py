"""A seller of the Tokopedia sandbox, over plain HTTP. The signature is computed here on its own."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
import uuid
from typing import Any
from urllib.parse import quote

from sandbox_client import Answer, Sandbox, jpeg, multipart

BOTH = ["TOKOPEDIA", "TIKTOK_SHOP"]
LEAF, KOPI, SOAP, TOY, SHOES, FURNITURE = "700645", "910022", "910282", "910321", "910212", "910231"
TITLE = "Keripik Tempe Asli Renyah Gurih 250 g"
SEARCH = "/product/202502/products/search"
Pairs = list[tuple[str, str]]


class Penjual:
    """One shop's signed calls."""

    def __init__(self, sandbox: Sandbox, shop: Answer) -> None:
        self.sandbox, self.shop, self.shop_id = sandbox, shop, shop["id"]
        self.token, self.cipher = shop.get("access_token", ""), shop.get("cipher", "")
        self.key, self.secret = sandbox.credentials["app"]["id"], sandbox.credentials["app"]["secret"]
        self.uris: dict[str, str] = {}

    def sign(self, path: str, pairs: Pairs, body: bytes) -> str:
        text = "".join(k + v for k, v in sorted(pairs) if k not in ("sign", "access_token"))
        message = self.secret.encode() + path.encode() + text.encode() + body + self.secret.encode()
        return hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()

    def raw(
        self,
        method: str,
        path: str,
        query: Any = (),
        body: bytes | None = None,
        *,
        kind: str = "application/json",
        signed_body: bytes | None = None,
        changes: dict[str, str | None] | None = None,
        cipher: bool = True,
        token: str | None = None,
    ) -> tuple[int, bytes, Any]:
        """Status, body and headers. `changes` replaces common parameters after signing, None takes one away."""
        pairs: Pairs = [(k, str(v)) for k, v in (query.items() if isinstance(query, dict) else query)]
        pairs += [("app_key", self.key), ("timestamp", str(int(time.time())))]
        pairs += [("shop_cipher", self.cipher)] if cipher else []
        signed = signed_body if signed_body is not None else b"" if kind.startswith("multipart") else body or b""
        pairs.append(("sign", self.sign(path, pairs, signed)))
        for name, value in (changes or {}).items():
            pairs = [pair for pair in pairs if pair[0] != name] + ([] if value is None else [(name, value)])
        url = f"{self.sandbox.address}{path}?" + "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in pairs)
        headers = {"Content-Type": kind}
        if (self.token if token is None else token) != "":
            headers["x-tts-access-token"] = self.token if token is None else token
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read(), refusal.headers

    def call(self, method: str, path: str, query: Any = (), body: Any = None, **how: Any) -> Answer:
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        answer: Answer = json.loads(self.raw(method, path, query, raw, **how)[1])
        assert answer["request_id"]
        return answer

    def ok(self, method: str, path: str, query: Any = (), body: Any = None, **how: Any) -> Any:
        answer = self.call(method, path, query, body, **how)
        assert answer["code"] == 0, answer
        return answer["data"]

    def get(self, path: str, query: Any = (), **how: Any) -> Any:
        return self.ok("GET", path, query, **how)

    def post(self, path: str, body: Any = None, query: Any = (), **how: Any) -> Any:
        return self.ok("POST", path, query, body, **how)

    def code(self, path: str, body: Any = None, query: Any = (), method: str = "POST", **how: Any) -> int:
        answer = self.call(method, path, query, body, **how)
        assert answer["code"] == 0 or answer["data"] is None
        return int(answer["code"])

    # media

    def upload(self, picture: bytes | None = None, use_case: str | None = "MAIN_IMAGE", name: str = "data") -> Answer:
        texts = {} if use_case is None else {"use_case": use_case}
        body, kind = multipart([(name, jpeg() if picture is None else picture)], texts)
        return self.call("POST", "/product/202309/images/upload", (), body, kind=kind, cipher=False)

    def uri(self, side: int = 640, use_case: str = "MAIN_IMAGE") -> str:
        key = f"{side} {use_case}"
        if key not in self.uris:
            self.uris[key] = self.upload(jpeg(side), use_case)["data"]["uri"]
        return self.uris[key]

    @property
    def warehouses(self) -> list[str]:
        found = self.get("/logistics/202309/warehouses")["warehouses"]
        return [row["id"] for row in found if row["type"] == "SALES_WAREHOUSE"]

    # products

    def sku(self, code: str = "KT-1", idr: str = "15000", stock: int = 20, **more: Any) -> Answer:
        if not hasattr(self, "_warehouse"):
            self._warehouse = self.warehouses[0]
        plain = {
            "seller_sku": code,
            "price": {"amount": idr, "currency": "IDR"},
            "inventory": [{"warehouse_id": self._warehouse, "quantity": stock}],
        }
        return {name: value for name, value in (plain | more).items() if value is not None}

    def body(self, **changes: Any) -> Answer:
        """A valid create. None takes a field away."""
        plain = {
            "title": TITLE,
            "description": "<p>Keripik tempe buatan sendiri.</p>",
            "category_id": LEAF,
            "category_version": "v2",
            "main_images": [{"uri": self.uri()}],
            "package_weight": {"value": "0.30", "unit": "KILOGRAM"},
            "product_attributes": attributes("92001001", "92001101"),
            "skus": [self.sku()],
            "listing_platforms": BOTH,
            "idempotency_key": str(uuid.uuid4()),
        }
        return {name: value for name, value in (plain | changes).items() if value is not None}

    def create(self, **changes: Any) -> Answer:
        made: Answer = self.post("/product/202309/products", self.body(**changes))
        return made

    def refused(self, code: int, **changes: Any) -> None:
        got = self.call("POST", "/product/202309/products", (), self.body(**changes))
        assert got["code"] == code, got

    def live(self, **changes: Any) -> Answer:
        """A product whose review is over."""
        made = self.create(**changes)
        self.settle()
        return made

    def varied(self, **changes: Any) -> Answer:
        rows = [self.sku(f"KT-V{n}", str(15000 + 1000 * n), sales_attributes=option(f"Rasa {n}")) for n in range(2)]
        return self.live(skus=rows, **changes)

    def settle(self) -> None:
        self.sandbox.advance(1.5)

    def read(self, product_id: str, **query: Any) -> Answer:
        found: Answer = self.get(f"/product/202309/products/{product_id}", query)
        return found

    def statuses(self, product_id: str) -> dict[str, str]:
        row = self.read(product_id)
        found = {place["platform"]: place["status"] for place in row.get("integrated_platform_statuses", [])}
        return found | ({"TIKTOK_SHOP": row["status"]} if "status" in row else {})

    def search(self, body: Any = None, version: str = "202502", **query: Any) -> Answer:
        found: Answer = self.post(
            f"/product/{version}/products/search",
            {"status": "ALL"} if body is None else body,
            {"page_size": 100, **query},
        )
        return found

    def found(self, body: Any = None, **query: Any) -> list[str]:
        return [row["id"] for row in self.search(body, **query)["products"]]

    def stock(self, product_id: str) -> dict[str, tuple[int, int]]:
        """seller SKU -> available, committed."""
        rows = self.post("/product/202309/inventory/search", {"product_ids": [product_id]})["inventory"]
        return {
            sku["seller_sku"]: (sku["total_available_quantity"], sku["total_committed_quantity"])
            for row in rows
            for sku in row["skus"]
        }

    def set_stock(self, product_id: str, *rows: tuple[str, int]) -> Any:
        body = {"skus": [{"id": sku, "inventory": [{"quantity": quantity}]} for sku, quantity in rows]}
        return self.post(f"/product/202309/products/{product_id}/inventory/update", body)

    # orders

    def buy(self, *lines: tuple[str, int], **more: Any) -> str:
        rows = [{"seller_sku": code, "quantity": quantity} for code, quantity in lines]
        order_id: str = self.sandbox.post("orders", {"shop_id": self.shop_id, "lines": rows, **more})["id"]
        return order_id

    def move(self, order_id: str, action: str, **body: Any) -> Answer:
        row: Answer = self.sandbox.post(f"orders/{order_id}/{action}", body)
        return row

    def order(self, order_id: str) -> Answer:
        row: Answer = self.get("/order/202507/orders", {"ids": order_id})["orders"][0]
        return row

    def orders(self, body: Any = None, **query: Any) -> list[str]:
        raw = {"create_time_ge": 1} if body is None else body
        found = self.post("/order/202309/orders/search", raw, {"page_size": 100, **query})
        return [row["id"] for row in found["orders"]]


def attributes(*values: str) -> list[Answer]:
    """Product attributes from value ids, which begin with the attribute's."""
    return [{"id": value[:6], "values": [{"id": value}]} for value in values]


def option(value: str, name: str = "Rasa", **more: Any) -> list[Answer]:
    return [{"name": name, "value_name": value, **more}]
