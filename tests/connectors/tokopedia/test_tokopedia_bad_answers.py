"""Tokopedia: answers that break off, are no JSON, too large, or say what nobody has heard of before."""

from typing import Any

from tests.bad_answers import BadAnswers


class TestTokopedia(BadAnswers):
    read_path = "/product/202309/products/{}"
    write_path = "/product/202309/products/6/prices/update"
    order_path = "/order/202507/orders"

    def listing(self, number: object, status: str = "", price: object = 15000, stock: object = 7) -> dict[str, Any]:
        sku = {"id": 2**53 + 3, "price": {"sale_price": price, "currency": "IDR"}, "inventory": [{"quantity": stock}]}
        return {"id": number, "title": "Keripik", "status": status or "ACTIVATE", "skus": [sku]}

    def order(self, number: object, status: str) -> dict[str, Any]:
        units = [{"id": 2**53 + at, "product_id": 5, "sku_id": 2**53 + 3, "display_status": status} for at in range(3)]
        shipped = {"fulfillment_type": "FULFILLMENT_BY_SELLER", "create_time": 9, "line_items": units}
        return {"orders": [{"id": number, "status": status, **shipped}]}
