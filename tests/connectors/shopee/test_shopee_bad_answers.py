"""Shopee: answers that break off, are no JSON, too large, or say what nobody has heard of before."""

from typing import Any

import pytest

from bridge.connectors.shopee.order_types import Order
from bridge.connectors.shopee.orders import remote_order
from tests.bad_answers import BadAnswers


class TestShopee(BadAnswers):
    read_path = "/product/get_item_base_info"
    write_path = "/product/update_price"
    order_path = "/order/get_order_detail"

    def listing(self, number: object, status: str = "", price: object = 15000, stock: object = 7) -> dict[str, Any]:
        prices, places = [{"currency": "IDR", "original_price": price}], [{"location_id": "", "stock": stock}]
        row = {"item_id": number, "item_name": "Kopi", "item_status": status or "NORMAL", "price_info": prices}
        return {"item_list": [{**row, "stock_info_v2": {"seller_stock": places}, "promotion_id": 2**63 + 5}]}

    def order(self, number: object, status: str) -> dict[str, Any]:
        line = {"item_id": 2**53 + 1, "model_id": 0, "item_name": "Kopi", "model_quantity_purchased": 3}
        return {"order_list": [{"order_sn": number, "order_status": status, "create_time": 9, "item_list": [line]}]}


@pytest.mark.parametrize("stamp", [10**18, -(10**18), 0, "1795400000"])
def test_an_absurd_time_loses_no_order(stamp: object) -> None:
    order = remote_order(Order.model_validate({"order_sn": "S", "order_status": "UNPAID", "create_time": stamp}))
    assert order.created_at.tzinfo is not None
