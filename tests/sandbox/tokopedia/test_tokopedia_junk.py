"""Strict, not fragile: junk is refused in the platform's words, and the indexes agree with a plain look at everything."""

import json
import random
from typing import Any

import pytest
from sandbox_client import Sandbox
from tokopedia_client import BOTH, Penjual

from bridge.sandbox.core.times import Board
from bridge.sandbox.tokopedia.app import TABLE

ENDPOINTS = sorted(
    {e.path + e.verb: e for rows in TABLE._rows.values() for _, verbs in rows for e in verbs.values()}.items()
)
NAMES = """
    title description category_id category_version main_images skus product_attributes certifications package_weight
    package_dimensions listing_platforms brand_id size_chart save_mode idempotency_key external_product_id product_ids
    sku_ids seller_skus status audit_status order_ids cancel_status cancel_types cancel_reason order_id packages
    handover_method self_shipment address event_type name product_title warehouse_ids shipping_type order_status
    create_time_ge create_time_le create_time_lt update_time_ge update_time_le stock_operation_setting seller_id
    is_cod_allowed is_pre_owned minimum_order_quantity reject_reason return_status
""".split()  # noqa: SIM905
QUERY = "page_size page_token locale listing_platform ids document_type sort_field sort_order brand_name scope".split()  # noqa: SIM905
JUNK: list[Any] = [
    None, True, -1, 0, 2.5, 1 << 70, "", "x", "²", [], [None], [[]], [{}], {}, {"a": 1}, "1" * 5000,
    [{"id": "1", "values": [{}], "uri": 1, "inventory": [{}], "price": {}, "sales_attributes": [[]]}],
    {"value": "1", "unit": "KILOGRAM", "image": {}, "template": 1},
]  # fmt: skip


@pytest.mark.parametrize("endpoint", [e for _, e in ENDPOINTS], ids=[name for name, _ in ENDPOINTS])
def test_no_call_breaks_on_junk(penjual: Penjual, endpoint: Any) -> None:
    chance = random.Random(endpoint.path + endpoint.verb)
    made = penjual.live()
    order = penjual.buy(("KT-1", 1))
    ids = [made["product_id"], order, penjual.order(order)["packages"][0]["id"], "910231", "x", "1"]
    for turn in range(16):
        domain, rest = endpoint.path.strip("/").split("/", 1)
        path = f"/{domain}/{endpoint.versions[-1]}/{rest}".replace("{id}", chance.choice(ids))
        body = {name: chance.choice(JUNK) for name in NAMES if chance.random() < 0.5}
        if turn % 2:
            body = {**penjual.body(), **dict(chance.sample(sorted(body.items()), min(2, len(body))))}
        query = [(name, str(chance.choice([*JUNK[:9], *ids]))) for name in QUERY if chance.random() < 0.4]
        raw = json.dumps(body).encode() if endpoint.verb != "GET" else None
        status, answer, _ = penjual.raw(endpoint.verb, path, query, raw, cipher=endpoint.cipher)
        assert status in (200, 400), (status, path, body, query)
        assert json.loads(answer)["message"]


def test_no_control_call_breaks_on_junk(penjual: Penjual, sandbox: Sandbox) -> None:
    number, chance = penjual.live()["product_id"], random.Random(5)
    order = penjual.buy(("KT-1", 1))
    names = ("title", "price", "stock", "seller_sku", "skus", "delist", "promotion", "reject", "storefronts", "lines")
    names += ("storefront", "age_s", "paid", "on_hold", "requested", "reason", "shop_id", "listings")
    calls = [
        ("PATCH", f"listings/{number}"),
        ("POST", "orders"),
        ("POST", f"orders/{order}/cancel"),
        ("POST", "listings"),
    ]
    for _ in range(150):
        method, path = chance.choice(calls)
        allowed = names[:9] if method == "PATCH" else names
        body = {name: chance.choice(JUNK) for name in allowed if chance.random() < 0.4}
        assert sandbox.call(method, path, {"shop_id": penjual.shop_id, **body} if method == "POST" else body)[0] in (
            200,
            400,
            404,
            409,
        )
    sandbox.get("state")


def test_indexes_agree_with_a_plain_look() -> None:
    chance, board, plain = random.Random(3), Board(("a", "b")), dict[str, tuple[set[str], dict[str, int]]]()
    for _ in range(600):
        key = str(chance.randrange(40))
        if chance.random() < 0.2:
            board.remove(key)
            plain.pop(key, None)
            continue
        plain[key] = ({chance.choice("xyz"), "all"}, {"a": chance.randrange(30), "b": chance.randrange(30)})
        board.place(key, *plain[key])
    for group in ("x", "y", "z", "all", "none"):
        for kind in ("a", "b"):
            rows = sorted((times[kind], key) for key, (groups, times) in plain.items() if group in groups)
            times = board.times(group, kind)
            assert times.rows == rows
            low, high = times.window(5, 20)
            inside = [row for row in rows if 5 <= row[0] < 20]
            assert times.rows[low:high] == inside
            for newest_first in (False, True):
                found: list[Any] = []
                while page := times.page(low, high, found[-1] if found else None, 3, newest_first=newest_first):
                    found += page
                assert found == (inside[::-1] if newest_first else inside)


def test_many_changes_keep_searches_right(penjual: Penjual) -> None:
    chance, numbers = random.Random(9), [penjual.create(skus=[penjual.sku(f"K{n}")])["product_id"] for n in range(6)]
    for _ in range(30):
        what, some = chance.choice(("activate", "deactivate", "recover", "delete")), chance.sample(numbers, 2)
        body = {"product_ids": some, "listing_platforms": chance.choice((BOTH, BOTH[:1], BOTH[1:]))}
        path = "/product/202309/products" + ("" if what == "delete" else f"/{what}")
        penjual.ok("DELETE" if what == "delete" else "POST", path, (), body)
        if chance.random() < 0.5:
            penjual.settle()
    statuses = {number: penjual.statuses(number) for number in numbers}
    for platform in BOTH:
        for status in ("ACTIVATE", "SELLER_DEACTIVATED", "PENDING", "DELETED"):
            found = penjual.found({"status": status, "listing_platforms": [platform]})
            assert set(found) == {number for number, shown in statuses.items() if shown[platform] == status}
