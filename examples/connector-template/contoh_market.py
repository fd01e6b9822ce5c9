"""The imaginary marketplace Contoh on this computer, in memory: `python contoh_market.py` serves it at http://127.0.0.1:8109.

Sellers' programs speak to `/…`. What only the outside can do (buy, edit by hand, lose an answer) stands under `/_sandbox/…`, in the
form that `bridge.testing.SandboxWorld` and `jembatan shop connect --sandbox` know from Jembatan's own sandboxes.
"""

import json
import re
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Lock, Thread
from typing import Any, ClassVar, NamedTuple
from urllib.parse import parse_qs

PAGE, CONTROL = 50, "/_sandbox/"
SHOWN, HIDDEN = "tayang", "arsip"
TREE = [
    {"id": "1", "name": "Makanan", "parent": None, "leaf": False},
    {"id": "11", "name": "Camilan", "parent": "1", "leaf": True},
    {"id": "12", "name": "Minuman", "parent": "1", "leaf": True},
]
LEAVES = ("11", "12")
QUESTION = {"id": "masa", "name": "Masa Simpan", "must": True, "options": ["1 minggu", "1 bulan", "6 bulan"]}
LIMITS = {"title_min": 5, "title_max": 80, "description_min": 20, "images_min": 1, "images_max": 5, "price_min": 100}
MOVES = {"pay": "unpaid paid", "ship": "paid shipped", "deliver": "shipped delivered", "return": "delivered returned"}
Row = dict[str, Any]


class Refused(Exception):
    """Code, message and HTTP status."""


class Asked(NamedTuple):
    """One call: whose token it bore ("": the control plane), the names in its path, its query and its body."""

    shop: str
    names: Sequence[str]
    query: Mapping[str, Sequence[str]]
    body: Any


def insist(holds: object, code: str, message: str, status: int = 422) -> None:
    if not holds:
        raise Refused(code, message, status)


def page(rows: Iterable[Row], asked: Asked) -> Row:
    """One page of a shop's own rows: all, those that the query names, or those that changed between its times."""
    since, until, number = (int(asked.query.get(name, ["0"])[0]) for name in ("since", "until", "page"))
    mine = [
        row for row in rows if row["shop_id"] == asked.shop and since <= row["updated"] <= (until or int(time.time()))
    ]
    for name in {"id", "key", "sku"} & set(asked.query):
        mine = [row for row in mine if names_of(row, name) & set(asked.query[name])]
    start = PAGE * max(0, number - 1)
    return {"rows": mine[start : start + PAGE], "more": len(mine) > start + PAGE}


def names_of(row: Row, name: str) -> set[str]:
    return {sku["seller_sku"] for sku in row["skus"]} if name == "sku" else {row[name]}


class Market:
    """The books, and each call as a method."""

    def __init__(self) -> None:
        self.lock, self.numbers, self.address = Lock(), map(str, count(1001)), ""
        self.shops: dict[str, Row] = {}
        self.products: dict[str, Row] = {}
        self.orders: dict[str, Row] = {}
        self.pictures: set[str] = set()
        self.fault: Row = {}
        self.add_shop(Asked("", (), {}, {}))

    def own(self, books: Mapping[str, Row], asked: Asked) -> Row:
        row = books.get(asked.names[0], {})
        insist(row and asked.shop in ("", row["shop_id"]), "not_found", f"{asked.names[0]} tidak ditemukan", 404)
        return row

    # what a seller's program asks

    def category(self, asked: Asked) -> Row:
        insist(asked.names[0] in LEAVES, "category_unknown", "kategori ini tidak menerima produk")
        return {"questions": [QUESTION], "limits": LIMITS}

    def upload(self, asked: Asked) -> Row:
        image = b64decode(asked.body["image"])
        insist(image.startswith((b"\x89PNG", b"\xff\xd8")), "picture_refused", "bukan PNG atau JPEG")
        self.pictures.add(name := f"gambar-{next(self.numbers)}")
        return {"id": name}

    def create(self, asked: Asked) -> Row:
        mine = asked.shop, asked.body["key"]
        again = [row for row in self.products.values() if (row["shop_id"], row["key"]) == mine]
        if not again:
            self.judge(asked.body)
        return again[0] if again else self.add(asked.shop, asked.body)

    def change(self, asked: Asked) -> Row:
        row = self.own(self.products, asked)
        if "title" in asked.body:
            self.judge(asked.body)
        return self.fill(row, asked.body)

    def judge(self, body: Row) -> None:
        insist(5 <= len(body["title"]) <= 80, "title_length", "judul harus 5 sampai 80 huruf")
        insist(body["category"] in LEAVES, "category_unknown", "kategori tidak ada")
        insist(body["answers"].get("masa"), "answer_missing", "Masa Simpan wajib diisi")
        insist(body["pictures"] and self.pictures.issuperset(body["pictures"]), "picture_refused", "gambar tidak ada")
        insist(all(sku.get("price", 100) >= 100 for sku in body["skus"]), "price_low", "harga paling sedikit Rp100")

    def add(self, shop: str, body: Row) -> Row:
        row: Row = {"id": next(self.numbers), "shop_id": shop, "status": SHOWN, "skus": []}
        return self.products.setdefault(row["id"], self.fill(row, body))

    def fill(self, row: Row, body: Row) -> Row:
        known = {sku["seller_sku"]: sku for sku in row["skus"]}
        for sku in body.get("skus", []):
            known.setdefault(sku["seller_sku"], {"id": next(self.numbers)}).update(sku)
        row.update({**body, "skus": list(known.values())}, updated=int(time.time()))
        return row

    def value(self, shop: str, new: Row) -> Row:
        product = self.products.get(new["product"], {"shop_id": shop, "skus": []})
        found = [sku for sku in product["skus"] if sku["id"] == new["sku"] and product["shop_id"] == shop]
        if not found:
            return {"code": "not_found", "message": "varian tidak ditemukan"}
        if new["price"] is not None and new["price"] < 100:
            return {"code": "price_low", "message": "harga paling sedikit Rp100"}
        found[0].update({name: new[name] for name in ("price", "stock") if new[name] is not None})
        product["updated"] = int(time.time())
        return {}

    # what only the outside can do

    def credentials(self, _asked: Asked) -> Row:
        told = {"base_url": self.address, "auth_url": "", "app": {"id": "", "secret": ""}}
        return {"platform": "contoh", "shops": list(self.shops.values()), **told}

    def add_shop(self, asked: Asked) -> Row:
        shop_id = next(self.numbers)
        row = {"id": shop_id, "name": asked.body.get("name", "Toko Contoh"), "access_token": f"rahasia-{shop_id}"}
        return self.shops.setdefault(shop_id, row)

    def state(self, _asked: Asked) -> Row:
        return {"listings": [*self.products.values()], "orders": [*self.orders.values()]}

    def preload(self, asked: Asked) -> Row:
        return {"ids": [self.add(asked.body["shop_id"], {"key": "", **row})["id"] for row in asked.body["listings"]]}

    def edit(self, asked: Asked) -> Row:
        row, by_hand = self.own(self.products, asked), dict(asked.body)
        if "delist" in by_hand:
            by_hand["status"] = HIDDEN if by_hand.pop("delist") else SHOWN
        values = {name: by_hand.pop(name) for name in ("price", "stock") if name in by_hand}
        return self.fill(row, {**by_hand, "skus": [{**sku, **values} for sku in row["skus"]]})

    def buy(self, asked: Asked) -> Row:
        shop, lines = asked.body["shop_id"], []
        for line in asked.body["lines"]:
            sku = self.on_sale(shop, line["seller_sku"])
            insist(sku["stock"] >= line["quantity"], "sold_out", "stok tidak cukup", 409)
            sku["stock"] -= line["quantity"]
            lines.append({**line, "sku": sku["id"], "title": line["seller_sku"], "price": sku["price"]})
        bought, status = int(time.time()) - int(asked.body.get("age_s", 0)), "paid" if asked.body["paid"] else "unpaid"
        order = {"id": next(self.numbers), "shop_id": shop, "lines": lines, "status": status}
        order |= dict.fromkeys(("created", "updated"), bought)
        return self.orders.setdefault(order["id"], order)

    def move(self, asked: Asked) -> Row:
        order, action = self.own(self.orders, asked), asked.names[1]
        start, end = MOVES.get(action, f"{order['status']} cancelled").split()
        insist(order["status"] == start and "lines" not in asked.body, "order_state", "tidak mungkin lagi", 409)
        insist(end != "cancelled" or start in ("unpaid", "paid"), "order_state", "sudah dikirim", 409)
        order.update(status=end, updated=int(time.time()))
        for line in order["lines"] if end == "cancelled" else ():
            self.on_sale(order["shop_id"], line["seller_sku"])["stock"] += line["quantity"]
        return order

    def on_sale(self, shop: str, seller_sku: str) -> Row:
        skus = [sku for row in self.products.values() if row["shop_id"] == shop for sku in row["skus"]]
        return next(sku for sku in skus if sku["seller_sku"] == seller_sku)

    def set_fault(self, asked: Asked) -> Row:
        self.fault = dict(asked.body[0]) if asked.body else {}
        return {}

    # one call

    def trouble(self, path: str) -> Row:
        """What goes wrong with this call: once, or with `times` 0 each time."""
        met = self.fault if path.startswith(self.fault.get("match", CONTROL)) and not path.startswith(CONTROL) else {}
        self.fault = {} if met.get("times") != 0 and met else self.fault
        return met

    def answer(self, method: str, path: str, query: str, token: str, raw: bytes) -> tuple[int, Row]:
        try:
            named = [(re.fullmatch(pattern, path), call) for verb, pattern, call in ROUTES if method in verb]
            hits = [(found.groups(), call) for found, call in named if found is not None]
            insist(hits, "no_such_call", f"{method} {path}", 404)
            names, call = hits[0]
            shop = token.removeprefix("Bearer rahasia-")
            insist(shop in self.shops or path.startswith(CONTROL), "token_refused", "token tidak dikenal", 401)
            return 200, call(self, Asked(shop, names, parse_qs(query), json.loads(raw or b"{}")))
        except Refused as refusal:
            code, message, status = refusal.args
            return status, {"code": code, "message": message}
        except (KeyError, TypeError, ValueError, StopIteration) as error:
            return 400, {"code": "malformed", "message": repr(error)}


Method = Callable[[Market, Asked], Row]
ROUTES: list[tuple[str, str, Method]] = [
    ("GET", "/shop", lambda market, asked: market.shops[asked.shop]),
    ("GET", "/categories", lambda _market, _asked: {"rows": TREE}),
    ("GET", "/categories/([^/]+)", Market.category),
    ("POST", "/pictures", Market.upload),
    ("GET", "/products", lambda market, asked: page(market.products.values(), asked)),
    ("POST", "/products", Market.create),
    ("PATCH", "/products/([^/]+)", Market.change),
    ("POST", "/values", lambda market, asked: {"rows": [market.value(asked.shop, row) for row in asked.body["rows"]]}),
    ("GET", "/orders", lambda market, asked: page(market.orders.values(), asked)),
    ("GET", CONTROL + "credentials", Market.credentials),
    ("POST", CONTROL + "shops", Market.add_shop),
    ("GET", CONTROL + "state", Market.state),
    ("POST", CONTROL + "listings", Market.preload),
    ("PATCH", CONTROL + "listings/([^/]+)", Market.edit),
    ("POST", CONTROL + "orders", Market.buy),
    ("POST", CONTROL + "orders/([^/]+)/([a-z]+)", Market.move),
    ("POST DELETE", CONTROL + "faults", Market.set_fault),
    ("POST", CONTROL + "clock", lambda _market, _asked: {}),  # nothing here ages
]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    market: ClassVar[Market]

    def serve(self) -> None:
        """One call under the lock, unless a fault eats it or its answer."""
        path, _, query = self.path.partition("?")
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.market.lock:
            fault = self.market.trouble(path)
            answer = 429, {"code": "too_many_calls", "message": "terlalu sering"}
            if fault.get("what") != "429" and fault.get("where") != "before":
                answer = self.market.answer(self.command, path, query, self.headers.get("Authorization", ""), raw)
        if fault.get("what") == "drop":
            self.close_connection = True
        else:
            self.reply(*answer, {"Retry-After": fault["value"]} if fault else {})

    do_GET = do_POST = do_PATCH = do_DELETE = serve

    def reply(self, status: int, answer: Row, headers: Row) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Length": len(content), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        """Silence."""


@contextmanager
def running(port: int = 0) -> Iterator[str]:
    """The address of a new marketplace that lives until the block ends."""
    market = Market()
    with ThreadingHTTPServer(("127.0.0.1", port), type("Served", (Handler,), {"market": market})) as server:
        market.address = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield market.address
        server.shutdown()


if __name__ == "__main__":
    with running(8109) as address, suppress(KeyboardInterrupt):
        sys.stderr.write(f"contoh is at {address}; Ctrl+C ends it\n")
        Event().wait()
