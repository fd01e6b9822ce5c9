"""Bukalapak: answers that break off, are no JSON, too large, or say what nobody has heard of before."""

from typing import Any

from bridge.connectors.bukalapak.types import base36
from tests.bad_answers import BadAnswers


class TestBukalapak(BadAnswers):
    read_path = "GET /products/{}"
    write_path = "PATCH /products/6"
    order_path = "GET /transactions/{}"

    def listing(self, number: object, status: str = "", price: object = 15000, stock: object = 7) -> dict[str, Any]:
        product = {"id": number, "name": "Keripik", "price": price, "stock": stock, "for_sale": True}
        return {"product": {**product, "state_description": [status] if status else []}}

    def order(self, number: object, status: str) -> dict[str, Any]:
        lines = [{"id": "kxvi", "name": "Keripik", "order_quantity": 3}]
        times = {"created_at": "2026-11-23T18:00:00+07:00", "quantity": 3}
        return {"transaction": {"id": number, "state": status, "products": lines, **times}}

    def named(self, number: int) -> str:
        """Ids are the base-36 form of a number, which answers of 2013 give in decimals."""
        return base36(number)
