"""Starting, big bodies, big shops, junk at every call, and the indexes against a plain look."""

import json
import random
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from bukalapak_client import Lapak
from sandbox_client import Sandbox

from bridge.sandbox import DEFAULT_PORTS, start_in_thread
from bridge.sandbox.bukalapak import ids
from bridge.sandbox.bukalapak.app import TABLE
from bridge.sandbox.bukalapak.shelf import Shelf, Wanted
from bridge.sandbox.bukalapak.values import Product

ROOT = Path(__file__).parents[3]
MEBI = 1 << 20


def test_it_runs_in_the_foreground_until_a_signal() -> None:
    assert DEFAULT_PORTS["bukalapak"] == 8105
    command = [sys.executable, "-m", "bridge.sandbox", "bukalapak", "--port", "0", "--shops", "4"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("bukalapak sandbox ready at http://127.0.0.1:")
    with urllib.request.urlopen(line.split()[-1] + "/_sandbox/credentials", timeout=5) as answer:  # noqa: S310
        assert len(json.loads(answer.read())["shops"]) == 4
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(
    ("method", "path", "kind", "size"),
    [
        ("POST", "products.json", "application/json", MEBI + 1),
        ("PATCH", "transactions/reject.json", "application/x-www-form-urlencoded", 2 * MEBI),
        ("POST", "images.json", "multipart/form-data; boundary=x", 100 * MEBI),
        ("GET", "categories.json", "text/plain", 2 * MEBI),
    ],
)
def test_big_bodies_are_refused(lapak: Lapak, method: str, path: str, kind: str, size: int) -> None:
    status, _, body = lapak.raw(method, path, bytes(size), Content_Type=kind)
    assert (status, body[:6]) == (413, b"<html>")
    assert lapak.get("users/info")["status"] == "OK"


def test_ids_are_numbers_in_base_36() -> None:
    for number, text in ((197, "5h"), (1_069_174, "mwza"), (0, "0"), (35, "z")):
        assert (ids.encode(number), ids.decode(text), ids.decode(number)) == (text, number, number)
    assert [ids.decode(value) for value in ("", "a b", "é", "x" * 13, None, True, 1.5)] == [None] * 7
    assert [ids.whole(value) for value in ("7", " 7 ", 7, "²", "-1", -1, "1" * 19, 1 << 60, 1.0, None)] == [
        7, 7, 7, None, None, None, None, None, None, None,
    ]  # fmt: skip


def test_many_listings_do_not_slow_the_calls() -> None:
    with start_in_thread("bukalapak", rate_limit=False) as address:
        sandbox = Sandbox(address)
        lapak = Lapak(sandbox, sandbox.credentials["shops"][0])
        rows = [
            {"title": f"Produk {n} enak", "skus": [{"seller_sku": f"P{n}", "price": 5000 + n, "stock": 9}]}
            for n in range(20_000)
        ]
        found = sandbox.post("listings", {"shop_id": lapak.shop_id, "listings": rows})["ids"]
        assert len(set(found)) == 20_000
        start = time.monotonic()
        for product_id in found[::400]:
            lapak.patch(product_id, stock=0)
        assert len(lapak.hidden(per_page=96)) == 50
        assert lapak.lapak(page=1000, per_page=10)
        assert lapak.lapak(keywords="77") == [found[77]]
        assert lapak.lapak(price_min=5010, price_max=5012) == found[12:9:-1]
        assert time.monotonic() - start < 10


NAMES = tuple(
    """
    product images new_images removed_images force_insurance category_id name price weight stock description_bb new negotiable
    free_shipping product_detail_attributes products_id payment_shipping transaction_id shipping_code new_courier id reason
    page per_page keywords price_min price_max sort_by conditions status actionable created_since seller user_id nego
    """.split()  # noqa: SIM905
)
JUNK: list[Any] = [
    None,
    True,
    -1,
    0,
    2.5,
    1 << 70,
    "",
    "x",
    "²",
    "[1",
    [],
    [None],
    [[]],
    [{}],
    {},
    {"a": 1},
    "1" * 5000,
    "0",
]


@pytest.mark.parametrize("form", ["v1", "v2"])
@pytest.mark.parametrize("path", sorted(TABLE))
def test_no_call_breaks_on_junk(lapak: Lapak, path: str, form: str) -> None:
    seller, chance = Lapak(lapak.sandbox, lapak.shop, form), random.Random(path)
    product_id = lapak.create()
    number = lapak.buy((product_id, 1))
    for verb in TABLE[path]:
        for turn in range(8):
            values = {key: chance.choice(JUNK) for key in NAMES}
            if turn % 2:
                values["product"] = {key: chance.choice(JUNK) for key in NAMES}
                values["payment_shipping"] = {**values["product"], "transaction_id": number}
            place = path.replace("{id}", chance.choice([product_id, number, "0", "a.b", "%20", "%C3%A9", "9" * 50]))
            query = [(key, str(value)) for key, value in values.items() if len(str(value)) < 100][: turn * 5]
            place += ".json?" + urllib.parse.urlencode(query) if verb == "GET" else ".json"
            body = None if verb == "GET" else json.dumps(values).encode()
            kind = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")[
                turn % 3
            ]
            status, _, raw = seller.raw(verb, place, body, Content_Type=kind)
            assert status in (200, 400), (verb, place, values, raw)
            assert json.loads(raw)["status"] in ("OK", "ERROR")


def test_the_shelf_agrees_with_a_plain_look() -> None:
    chance, shelf = random.Random(5), Shelf()
    names = ("kopi", "gayo", "bubuk", "teh", "melati")
    for number in range(1, 400):
        if number < 40 or chance.random() < 0.2:
            name = " ".join(chance.sample(names, 2))
            shelf.put(Product(number, 1, chance.choice((2010, 2020, 60)), name, number % 50, 1, number % 3, "d", 0.0))
            continue
        product = chance.choice(list(shelf.products.values()))
        shelf.drop(product)
        product.price, product.stock = chance.randrange(50), chance.randrange(3)
        product.new, product.name = chance.random() < 0.5, " ".join(chance.sample(names, 2))
        if chance.random() < 0.9:
            shelf.put(product)
    for for_sale in (True, False):
        for tags, low, high in (
            ((), None, None),
            (("kopi",), 10, None),
            ((("new", True), "teh"), None, 30),
            ((), 5, 20),
        ):
            wanted = Wanted(for_sale, "Termurah", tags, low, high)
            every = [
                (product.price, product.number)
                for product in shelf.products.values()
                if product.for_sale is for_sale
                and all(("new", product.new) == tag or tag in product.name.split() for tag in tags)
                and (low or 0) <= product.price <= (99 if high is None else high)
            ]
            found: list[Product] = []
            while page := shelf.page(wanted, len(found), 7):
                found += page
            assert [(product.price, product.number) for product in found] == sorted(every)
