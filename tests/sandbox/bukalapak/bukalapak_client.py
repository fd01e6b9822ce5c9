"""A seller on the sandbox, over plain HTTP. Nothing of the connectors is used."""

import json
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sandbox_client import Sandbox, jpeg, multipart

Answer = dict[str, Any]


def ask(
    method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, Mapping[str, str], bytes]:
    request = urllib.request.Request(url, body, dict(headers or {}), method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers, refusal.read()


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


class Lapak:
    """One seller. `form` v1 speaks to the form of 2013."""

    def __init__(self, sandbox: Sandbox, shop: Answer, form: str = "v2") -> None:
        self.sandbox, self.shop, self.form = sandbox, shop, form
        self.shop_id = shop["id"]
        self.login = basic(shop["id"], shop.get("access_token", ""))

    def older(self) -> "Lapak":
        return Lapak(self.sandbox, self.shop, "v1")

    def raw(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(method, f"{self.sandbox.address}/{self.form}/{path}", body, {**self.login, **named})

    def call(self, method: str, path: str, body: Any = None, query: Any = ()) -> Answer:
        raw = None if body is None else json.dumps(body).encode()
        address = f"{path}.json?{urlencode(query)}" if query else f"{path}.json"
        return self.decoded(*self.raw(method, address, raw, Content_Type="application/json"))

    def fill(self, method: str, path: str, form: Mapping[str, str]) -> Answer:
        kind = "application/x-www-form-urlencoded"
        return self.decoded(*self.raw(method, f"{path}.json", urlencode(form).encode(), Content_Type=kind))

    @staticmethod
    def decoded(status: int, _headers: Mapping[str, str], body: bytes) -> Answer:
        assert status == 200, (status, body)
        answer: Answer = json.loads(body)
        assert answer["status"] in ("OK", "ERROR")
        assert "message" in answer
        return answer

    def ok(self, method: str, path: str, body: Any = None, query: Any = ()) -> Answer:
        answer = self.call(method, path, body, query)
        assert answer["status"] == "OK", answer
        return answer

    def get(self, path: str, **query: Any) -> Answer:
        return self.ok("GET", path, query=query)

    def refused(self, method: str, path: str, body: Any = None, query: Any = ()) -> Answer:
        answer = self.call(method, path, body, query)
        assert answer["status"] == "ERROR", answer
        return answer

    def send_file(self, content: bytes, name: str = "file") -> Answer:
        body, kind = multipart([(name, content)])
        return self.decoded(*self.raw("POST", "images.json", body, Content_Type=kind))

    def upload(self, side: int = 320) -> str:
        answer = self.send_file(jpeg(side))
        assert answer["status"] == "OK", answer
        image_id: str = answer["id"]
        return image_id

    def body(self, images: str | None = None, **changes: Any) -> Answer:
        """A valid create. None takes a field away."""
        plain = {
            "category_id": "2010",
            "name": "Keripik Tempe 100 g",
            "new": "true",
            "price": "15000",
            "negotiable": "false",
            "weight": "150",
            "stock": "20",
            "description_bb": "Keripik tempe [b]renyah[/b].\nTanpa pengawet.",
        }
        product = {name: value for name, value in (plain | changes).items() if value is not None}
        return {"product": product, "images": self.upload() if images is None else images}

    def create(self, **changes: Any) -> str:
        product_id: str = self.ok("POST", "products", self.body(**changes))["id"]
        return product_id

    def patch(self, product_id: str, **values: Any) -> Answer:
        product: Answer = self.ok("PATCH", f"products/{product_id}", {"product": values})["product"]
        return product

    def product(self, product_id: str) -> Answer:
        product: Answer = self.get(f"products/{product_id}")["product"]
        return product

    def lapak(self, **query: Any) -> list[str]:
        return [row["id"] for row in self.get("products/mylapak", **query)["products"]]

    def hidden(self, **query: Any) -> list[str]:
        return self.lapak(not_for_sale_only=1, **query)

    def buy(self, *lines: tuple[str, int], **more: Any) -> str:
        rows = [{"seller_sku": product_id, "quantity": quantity} for product_id, quantity in lines]
        order_id: str = self.sandbox.post("orders", {"shop_id": self.shop_id, "lines": rows, **more})["id"]
        return order_id

    def transaction(self, number: str) -> Answer:
        row: Answer = self.get(f"transactions/{number}")["transaction"]
        return row

    def sales(self, **query: Any) -> list[str]:
        return [str(row["id"]) for row in self.get("transactions", seller=1, **query)["transactions"]]

    def ship(self, number: str, code: str = "1568772840123", **more: Any) -> Answer:
        given = {"transaction_id": number, "shipping_code": code, **more}
        return self.call("POST", "transactions/confirm_shipping", {"payment_shipping": given})
