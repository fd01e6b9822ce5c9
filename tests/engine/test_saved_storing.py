"""Saved answers in the catalog, on both databases: once whatever is repeated, with their own values, and without any stock."""

import json
from typing import Any

from sqlalchemy import func, select

from bridge.engine.importing import Imported
from bridge.engine.saved_answers import import_answers, read_answers
from bridge.store.tables import Balance, Listing, Merchant, Order, Product, Sku, SourceRow, StockEntry
from tests.engine.world import World
from tests.unit.sheets.scorer import AS_OF

SELLER = {"seller_id": 7, "seller_name": "Anyaman Sari"}
BAG = {
    "id": "k1",
    "name": "Tas Anyam 😀 “Pandan”",
    "category_structure": ["Kerajinan", "Tas"],
    "price": "50000",
    "weight": 300,
    "stock": 0,
    "images": ["https://contoh.example/1.jpg"],
    "desc": "Anyaman pandan asli<br/>buatan tangan.",
    **SELLER,
}
SALE = {
    "id": 1,
    "state": "paid",
    "created_at": "2018-12-03T16:15:40+07:00",
    "products": [{**BAG, "order_quantity": 2}],
    "seller": {"id": 7, "name": "Anyaman Sari"},
}


def take_in(world: World, *products: dict[str, Any]) -> Imported:
    bodies = {"a.json": {"status": "OK", "products": products}, "b.json": {"status": "OK", "transactions": [SALE]}}
    files = {name: json.dumps(body).encode() for name, body in bodies.items()}
    answers = read_answers(world.engine.settings, "bukalapak", files, AS_OF)
    return import_answers(world.engine, "bukalapak", answers)


def counted(world: World) -> dict[str, int]:
    tables = (Merchant, Product, Sku, SourceRow, Listing, Balance, StockEntry, Order)
    with world.engine.store.read() as session:
        return {
            table.__name__: session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }


def test_an_answer_is_stored_once_and_moves_no_stock(world: World) -> None:
    before = counted(world)
    first = take_in(world, BAG)
    assert (first.created, first.merchants, first.refused) == (1, 1, 0)
    after = counted(world)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "Merchant": 1, "Product": 1, "Sku": 1, "SourceRow": 1,
    }  # fmt: skip
    again = take_in(world, BAG)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    assert counted(world) == after


def test_a_later_answer_changes_what_it_tells(world: World) -> None:
    take_in(world, BAG)
    assert take_in(world, {**BAG, "price": 60000}).updated == 1
    with world.engine.store.read() as session:
        assert session.execute(select(Sku.price_idr)).scalars().all() == [60000]


def test_the_answers_own_values_are_kept_with_their_place(world: World) -> None:
    take_in(world, BAG, {**BAG, "id": "k2", "name": "Tuak Manis"})
    with world.engine.store.read() as session:
        kept = {row.sheet: row for row in session.execute(select(SourceRow)).scalars()}
    good, refused = kept["a.json: products.1"], kept["a.json: products.2"]
    assert (good.source, good.cells["price"], good.cells["stock"]) == ("bukalapak", "50000", "0")
    assert good.cells["desc"] == BAG["desc"]
    assert good.product_id is not None
    assert (refused.product_id, "E_PROHIBITED" in refused.reasons) == (None, True)
