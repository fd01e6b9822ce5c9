"""Strict, not fragile: junk is refused in the platform's words, and the indexes agree with a plain look at all items."""

import json
import random
from typing import Any

import pytest
from sandbox_client import Seller

from bridge.sandbox.shopee.app import ENDPOINTS
from bridge.sandbox.shopee.call import Access
from bridge.sandbox.shopee.shelf import Shelf, tokens
from bridge.sandbox.shopee.values import STATUSES, Item

NAMES = tuple(
    """
    item_id model_id item_name description original_price weight category_id image logistic_info attribute_list
    brand item_list price_list stock_list seller_stock standardise_tier_variation model model_list order_sn
    cancel_reason package_list dropoff pickup filter pagination code partner_id shop_id refresh_token attribute_id
    cursor limit item_status wholesale pre_order dimension logistics_channel_id enabled operation
    partial_cancel_item_list callback_url last_message_id set_push_config_on blocked_shop_id_list page_size
    item_id_list order_sn_list time_from time_to time_range_field offset package_number_list return_sn
    category_id_list status language package_number main_account_id size_chart_info
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
]


@pytest.mark.parametrize("name", sorted(ENDPOINTS))
def test_no_call_breaks_on_junk(seller: Seller, name: str) -> None:
    endpoint, chance = ENDPOINTS[name], random.Random(name)
    item_id = seller.add()
    sn = seller.buy(("KT-1", 1))
    for turn in range(12):
        values = {key: chance.choice(JUNK) for key in NAMES}
        if turn % 2:
            values |= {"item_id": item_id, "order_sn": sn, "item_id_list": str(item_id), "order_sn_list": sn}
        if turn % 3 == 0:
            values |= {"item_name": "Keripik Tempe", "description": "d" * 30, "original_price": 1000, "page_size": 5}
        public = endpoint.access is Access.PUBLIC
        common = ("partner_id", "shop_id", "item_status" if turn % 4 else "")
        query = [(key, str(value)) for key, value in values.items() if key not in common and len(str(value)) < 100]
        is_get = endpoint.verb == "GET"
        body = None if is_get else values
        status, raw = seller.raw(endpoint.verb, name, query if is_get else (), body, public=public)
        assert status == 200, (values, raw)
        assert "request_id" in json.loads(raw)


def test_the_shelf_agrees_with_a_plain_look() -> None:
    chance, shelf = random.Random(5), Shelf()
    words = ["kopi", "gayo", "bubuk", "teh", "melati"]
    for now in range(1, 400):
        if now < 40 or chance.random() < 0.2:
            name, sku = " ".join(chance.sample(words, 2)), f"S-{chance.randrange(20)}"
            shelf.place(Item(now, 1, name, sku, 1, {"": 1}, "NORMAL", {}, now, 0.0), now)
            continue
        item = chance.choice(list(shelf.items.values()))
        with shelf.change(item, now):
            item.name = " ".join(chance.sample(words, 2))
            item.sku = f"S-{chance.randrange(20)}"
            item.status = chance.choice(STATUSES)
    items = list(shelf.items.values())
    alive = [i for i in items if i.status not in ("SELLER_DELETE", "SHOPEE_DELETE")]
    assert shelf.listed == len(alive)
    for since, until in ((None, None), (100, 300), (None, 200), (250, None)):
        fits = [
            i.item_id
            for i in items
            if i.status in ("NORMAL", "UNLIST") and (since or 0) <= i.update_time <= (until or 10**9)
        ]
        found: list[int] = []
        while len(found) < len(fits):
            page, total = shelf.page(("NORMAL", "UNLIST"), len(found), 7, since, until)
            assert total == len(fits)
            assert page
            found += page
        assert sorted(found) == sorted(fits)
    for sku in {i.sku for i in items}:
        assert {i.item_id for i, _ in shelf.by_sku(sku)} == {i.item_id for i in alive if i.sku == sku}
    assert shelf.search("kopi gayo", sku=False) == [i.item_id for i in alive if {"kopi", "gayo"} <= set(tokens(i.name))]
