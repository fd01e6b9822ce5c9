"""Plain successes are settled in sets, everything else one by one: both ways end in the same rows."""

from typing import Any

import pytest

from bridge.connectors.base import Outcome, Verdict
from bridge.engine.claim import claim
from bridge.engine.context import Lane
from bridge.engine.plans import make_plan
from bridge.engine.record import record_plan
from bridge.engine.remap import remap
from bridge.engine.settle import is_plain, settle
from bridge.engine.sync import shops_of
from bridge.store.tables import Facet, Listing, ListingSku, OperationRow, OperationSku
from tests.engine.world import World


def prepare(world: World, kind: str) -> Lane:
    """Two live listings that need the same write of a kind."""
    products = [world.add_product(name) for name in ("Keripik Pisang", "Keripik Tempe")]
    world.sync()
    world.advance(5)
    for number, product in enumerate(products, start=1):
        if kind == "price":
            world.set_price(product, 17500)
        elif kind == "stock":
            world.count(f"M01P{number:03}", 4)
    lane = Lane(engine=world.engine, shop=shops_of(world.engine)[0])
    assert lane.enter()
    remap(lane)
    record_plan(lane, make_plan(lane))
    return lane


def rows_of(world: World, listing_id: int) -> list[dict[str, Any]]:
    """All that a settlement may change of a listing, without the ids."""
    found: list[dict[str, Any]] = []
    operations = [row for row in world.rows(OperationRow) if row.listing_id == listing_id]
    skus = [row for row in world.rows(OperationSku) if row.operation_id in {each.id for each in operations}]
    ties = [row for row in world.rows(ListingSku) if row.listing_id == listing_id]
    facets = sorted((row for row in world.rows(Facet) if row.listing_id == listing_id), key=lambda row: row.kind)
    ids = {
        "id",
        "operation_id",
        "listing_id",
        "listing_sku_id",
        "sku_id",
        "key",
        "target",
        "remote_item_id",
        "remote_sku_id",
    }
    ids |= {
        "created_at",
        "due_at",
        "claimed_at",
        "sent_at",
        "settled_at",
        "seller_sku",
        "desired",
        "desired_fp",
        "applied",
        "applied_fp",
    }
    ids |= {"applies", "payload", "message"}
    for row in (*operations, *skus, *ties, *facets):
        found.append({name: value for name, value in row.model_dump().items() if name not in ids})
    return found


@pytest.mark.parametrize("kind", ["price", "stock"])
def test_both_ways_of_settling_end_in_the_same_rows(world: World, kind: str) -> None:
    lane = prepare(world, kind)
    first, second = [operation for _ in range(2) for operation in claim(lane)]
    plain, wordy = Outcome(first.operation_id, Verdict.DONE), Outcome(second.operation_id, Verdict.DONE, message="ok")
    assert (is_plain(plain), is_plain(wordy)) == (True, False)
    settle(lane, [plain, wordy])
    one, two = [row.id for row in world.rows(Listing)]
    assert rows_of(world, one) == rows_of(world, two)
    assert {row.state for row in world.rows(OperationRow)} == {"done"}
    for facet in world.rows(Facet):
        assert (facet.applied, facet.applied_fp, facet.dirty) == (facet.desired, facet.desired_fp, False)
    assert lane.tally.done[kind] == {one, two}


def test_a_price_that_changed_again_meanwhile_stays_to_be_written(world: World) -> None:
    lane = prepare(world, "price")
    first = claim(lane)[0]
    world.set_price(1, 19000)
    remap(lane)
    settle(lane, [Outcome(first.operation_id, Verdict.DONE)])
    facet = next(row for row in world.rows(Facet) if row.kind == "price" and row.listing_id == 1)
    assert facet.dirty
    assert facet.applied == {"prices": {"M01P001": 17500}}


def test_a_price_that_changed_again_does_not_change_what_its_neighbours_end_in(world: World) -> None:
    lane = prepare(world, "price")
    operations = [operation for _ in range(2) for operation in claim(lane)]
    world.set_price(2, 19000)
    remap(lane)
    settle(lane, [Outcome(each.operation_id, Verdict.DONE) for each in operations])
    assert {row.state for row in world.rows(OperationRow)} == {"done"}
    first, second = (row for row in world.rows(Facet) if row.kind == "price")
    assert (first.applied, first.applied_fp, first.dirty) == (first.desired, first.desired_fp, False)
    assert (second.applied, second.dirty) == ({"prices": {"M01P002": 17500}}, True)


def test_a_figure_written_while_another_was_open_gives_no_base(world: World) -> None:
    lane = prepare(world, "stock")
    first = claim(lane)[0]
    with world.engine.store.write() as session:
        tie = session.get_one(ListingSku, first.skus[0].listing_sku_id)
        tie.clean, tie.open_writes = False, 2
    settle(lane, [Outcome(first.operation_id, Verdict.DONE)])
    tie = next(row for row in world.rows(ListingSku) if row.id == first.skus[0].listing_sku_id)
    assert (tie.cover, tie.open_writes) == ("none", 1)
