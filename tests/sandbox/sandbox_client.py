"""The control plane and a seller, over plain HTTP. Nothing of the connectors is used."""

import hashlib
import hmac
import io
import json
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from PIL import Image

DESCRIPTION = "Keripik tempe renyah buatan sendiri, tanpa pengawet."
Answer = dict[str, Any]


def jpeg(side: int = 640, kind: str = "JPEG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (side, side), (200, 120, 40)).save(target, kind)
    return target.getvalue()


def multipart(files: list[tuple[str, bytes]], texts: dict[str, str] | None = None) -> tuple[bytes, str]:
    edge = "edge-of-the-form"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (texts or {}).items()
    ]
    for name, content in files:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def fetch(
    method: str, url: str, body: bytes | None = None, content_type: str = "application/json"
) -> tuple[int, bytes]:
    request = urllib.request.Request(url, body, {"Content-Type": content_type}, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


class Sandbox:
    """The control plane."""

    def __init__(self, address: str) -> None:
        self.address = address
        credentials = self.get("credentials")
        self.credentials = credentials
        self.partner_id, self.key = credentials["app"]["id"], credentials["app"]["secret"]

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        raw = None if body is None else json.dumps(body).encode()
        status, answer = fetch(method, f"{self.address}/_sandbox/{path}", raw)
        return status, json.loads(answer)

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = self.call(method, path, body)
        assert status == 200, answer
        return answer

    def get(self, path: str) -> Any:
        return self.ok("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self.ok("POST", path, body)

    def advance(self, seconds: float, **more: Any) -> None:
        self.post("clock", {"advance_s": seconds, **more})

    def fault(self, match: str, what: str, **more: Any) -> None:
        self.post("faults", [{"match": match, "what": what, **more}])

    def listing(self, listing_id: object) -> Answer:
        return next(row for row in self.get("state")["listings"] if row["id"] == str(listing_id))

    def order(self, order_id: str) -> Answer:
        return next(row for row in self.get("state")["orders"] if row["id"] == order_id)

    def seller(self) -> "Seller":
        return Seller(self, self.post("shops", {"name": "Toko Uji"}))


class Seller:
    """One shop's signed calls."""

    def __init__(self, sandbox: Sandbox, shop: Answer) -> None:
        self.sandbox, self.shop = sandbox, shop
        self.shop_id, self.token = int(shop["id"]), shop.get("access_token", "")

    def signed(self, path: str, *, public: bool = False, **changes: Any) -> dict[str, Any]:
        """The common parameters. `changes` replaces some after signing, None takes them away."""
        full, stamp = f"/api/v2/{path}", int(time.time())
        base = f"{self.sandbox.partner_id}{full}{stamp}"
        common: dict[str, Any] = {"partner_id": self.sandbox.partner_id, "timestamp": stamp}
        if not public:
            base += f"{self.token}{self.shop_id}"
            common |= {"access_token": self.token, "shop_id": self.shop_id}
        common["sign"] = hmac.new(self.sandbox.key.encode(), base.encode(), hashlib.sha256).hexdigest()
        return {name: value for name, value in (common | changes).items() if value is not None}

    def url(self, path: str, query: Any = (), **how: Any) -> str:
        pairs = list(query.items()) if isinstance(query, dict) else list(query)
        return f"{self.sandbox.address}/api/v2/{path}?{urlencode([*self.signed(path, **how).items(), *pairs])}"

    def raw(self, method: str, path: str, query: Any = (), body: Any = None, **how: Any) -> tuple[int, bytes]:
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        return fetch(method, self.url(path, query, **how), raw)

    def get(self, path: str, query: Any = (), **how: Any) -> Answer:
        return self._decoded(*self.raw("GET", path, query, **how))

    def post(self, path: str, body: Any = None, **how: Any) -> Answer:
        return self._decoded(*self.raw("POST", path, (), {} if body is None else body, **how))

    def upload(
        self, *pictures: bytes, public: bool = True, texts: dict[str, str] | None = None, name: str = "image"
    ) -> Answer:
        body, kind = multipart([(name, picture) for picture in pictures], texts)
        return self._decoded(*fetch("POST", self.url("media_space/upload_image", public=public), body, kind))

    @staticmethod
    def _decoded(status: int, body: bytes) -> Answer:
        assert status == 200, (status, body)
        answer: Answer = json.loads(body)
        assert answer["request_id"]
        return answer

    def read(self, path: str, query: Any = ()) -> Any:
        answer = self.get(path, query)
        assert not answer.get("error"), answer
        return answer["response"]

    def write(self, path: str, body: Any) -> Any:
        answer = self.post(path, body)
        assert answer["error"] == "", answer
        return answer.get("response")

    def refused(self, path: str, body: Any, code: str) -> Answer:
        answer = self.post(path, body)
        assert answer["error"] == code, answer
        return answer

    def body(self, **changes: Any) -> Answer:
        """A valid add_item. None takes a field away."""
        if not hasattr(self, "_image"):
            self._image = self.upload(jpeg())["response"]["image_info"]["image_id"]
        plain = {
            "item_name": "Keripik Tempe Asli",
            "description": DESCRIPTION,
            "original_price": 15000,
            "weight": 0.3,
            "item_sku": "KT-1",
            "category_id": 100788,
            "image": {"image_id_list": [self._image]},
            "logistic_info": [{"logistic_id": 8003, "enabled": True}],
            "attribute_list": [own(100037, 10003701), own(900001, 90000101)],
            "seller_stock": [{"stock": 20}],
        }
        return {name: value for name, value in (plain | changes).items() if value is not None}

    def add(self, **changes: Any) -> int:
        item_id: int = self.write("product/add_item", self.body(**changes))["item_id"]
        return item_id

    def add_varied(self, prices: tuple[int, ...] = (15000, 16000), **changes: Any) -> tuple[int, list[int]]:
        """An item with one tier; its id and its model ids."""
        item_id = self.add(**{"item_sku": "KT-V", **changes})
        self.sandbox.advance(6)
        body = {"item_id": item_id, "standardise_tier_variation": [tier(len(prices))], "model": models(prices)}
        answer = self.write("product/init_tier_variation", body)
        return item_id, [model["model_id"] for model in answer["model"]]

    def item(self, item_id: int) -> Answer:
        row: Answer = self.read("product/get_item_base_info", {"item_id_list": item_id})["item_list"][0]
        return row

    def models(self, item_id: int) -> dict[str, Answer]:
        answer = self.read("product/get_model_list", {"item_id": item_id})
        return {model["model_sku"]: model for model in answer["model"]}

    def buy(self, *lines: tuple[str, int], **more: Any) -> str:
        rows = [{"seller_sku": sku, "quantity": quantity} for sku, quantity in lines]
        order_id: str = self.sandbox.post("orders", {"shop_id": str(self.shop_id), "lines": rows, **more})["id"]
        return order_id

    def detail(self, order_sn: str, *fields: str) -> Answer:
        query = {"order_sn_list": order_sn, "response_optional_fields": ",".join(fields)}
        row: Answer = self.read("order/get_order_detail", query)["order_list"][0]
        return row


def own(attribute_id: int, value_id: int = 0, text: str | None = None, unit: str | None = None) -> Answer:
    value = {"value_id": value_id, "original_value_name": text, "value_unit": unit}
    return {"attribute_id": attribute_id, "attribute_value_list": [{k: v for k, v in value.items() if v is not None}]}


def tier(options: int = 2, name: str = "Rasa", images: list[str] | None = None) -> Answer:
    rows = [{"variation_option_id": 0, "variation_option_name": f"Pilihan {n}"} for n in range(options)]
    for row, image in zip(rows, images or [], strict=False):
        row["image_id"] = image
    return {"variation_id": 0, "variation_group_id": 0, "variation_name": name, "variation_option_list": rows}


def models(prices: tuple[int, ...], stock: int = 20) -> list[Answer]:
    return [
        {"tier_index": [n], "original_price": price, "seller_stock": [{"stock": stock}], "model_sku": f"KT-V{n}"}
        for n, price in enumerate(prices)
    ]


class Receiver:
    """A webhook endpoint that keeps what it gets. `answers` are (status, body), then 204."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, bytes]] = []  # path, Authorization, body
        self.answers: list[tuple[int, bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, self.headers["Authorization"], body))
                status, answer = receiver.answers.pop(0) if receiver.answers else (204, b"")
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/shopee/?env=uji"
        self.thread = Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def wait(self, count: int, seconds: float = 5) -> list[Answer]:
        """The first `count` bodies."""
        end = time.time() + seconds
        while len(self.got) < count and time.time() < end:
            time.sleep(0.02)
        assert len(self.got) >= count, self.got
        return [json.loads(body) for _, _, body in self.got[:count]]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
