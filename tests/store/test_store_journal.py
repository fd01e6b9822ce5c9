"""The journal: one waits per target and kind, the newer takes over, and what is under way holds back its like."""

from datetime import datetime
from typing import Any

import pytest
from seeds import NOW, Place, after, build_place, operation
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from bridge.store.catalog import row_id
from bridge.store.claiming import next_pending
from bridge.store.crypto import Cipher
from bridge.store.engine import Store, open_store
from bridge.store.journal import (
    NewSku,
    add_open_write,
    due_in_state,
    expired_writes,
    failed_operations,
    last_due,
    lost_operations,
    next_due,
    operations_of_run,
    record,
    skus_of,
    state_counts,
    waiting_for,
)
from bridge.store.kept import begin_run
from bridge.store.listings import add_listings
from bridge.store.tables import Listing, OpenWrite, OperationRow, OperationSku, Product

KINDS = ("create", "content", "price", "stock", "visibility", "ship", "cancel")


@pytest.fixture
def place(store: Store, cipher: Cipher) -> Place:
    return build_place(store, cipher, "S", "M", remote=True)


def add(store: Store, place: Place, kind: str = "stock", skus: tuple[NewSku, ...] = (), **more: Any) -> int:
    """Records one operation and gives the row that waits for it."""
    new = operation(place, kind, skus, **{"target": f"listing/{place.listing_id}", **more})
    with store.write() as session:
        assert record(session, [new], None, NOW) == 1
        return row_id(waiting_for(session, [new.target])[new.target, kind])


def change(store: Store, operation_id: int, **values: Any) -> None:
    with store.write() as session:
        row = session.get_one(OperationRow, operation_id)
        for name, value in values.items():
            setattr(row, name, value)


def pending(
    store: Store, place: Place, now: datetime = NOW, kinds: tuple[str, ...] = KINDS, limit: int = 60
) -> list[int]:
    with store.write() as session:
        return [row.id for row in next_pending(session, place.shop_id, now, kinds, limit)]


def figures(session: Session, operation_id: int) -> dict[int, tuple[int | None, int | None]]:
    return {sku.listing_sku_id: (sku.price_idr, sku.stock) for sku in skus_of(session, [operation_id])[operation_id]}


def second_listing(store: Store, place: Place) -> int:
    """Another listing on the same shop."""
    with store.write() as session:
        product = session.get_one(Product, place.product_id)
        session.add(Product(**{**product.model_dump(exclude={"id"}), "key": "teh", "code": "T"}))
        listing = Listing(shop_id=place.shop_id, product_id=place.product_id, part=7, notes=[])
        session.add(listing)
        session.flush()
        return row_id(listing)


# --- recording --------------------------------------------------------------------------------------------------------


def test_an_operation_is_written_down_before_it_is_sent(store: Store, place: Place) -> None:
    key = add(
        store,
        place,
        "price",
        (NewSku(place.tie_ids[0], "A", price_idr=0, old_price_idr=9),),
        payload={"a": [1]},
        applies={"price": "f"},
    )
    with store.read() as session:
        row = session.get_one(OperationRow, key)
        assert (row.state, row.attempts, row.due_at, row.payload, row.applies) == (
            "pending",
            0,
            NOW,
            {"a": [1]},
            {"price": "f"},
        )
        assert figures(session, key) == {place.tie_ids[0]: (0, None)}
        assert len(row.key) == 32


def test_every_operation_has_its_own_idempotency_key(store: Store, place: Place) -> None:
    add(store, place, "stock")
    add(store, place, "price")
    with store.read() as session:
        assert len({row.key for row in session.exec(select(OperationRow))}) == 2


def test_one_waits_per_target_and_kind(store: Store, place: Place) -> None:
    assert add(store, place) == add(store, place)
    assert add(store, place, "price") != add(store, place)
    with store.read() as session:
        assert len(session.exec(select(OperationRow)).all()) == 2
    with pytest.raises(IntegrityError), store.write() as session:
        session.add(copy_of(session.exec(select(OperationRow)).first()))


def copy_of(row: OperationRow | None) -> OperationRow:
    assert row is not None
    return OperationRow(**row.model_dump(exclude={"id"}))


def test_settled_ones_do_not_count_as_waiting(store: Store, place: Place) -> None:
    first = add(store, place)
    for state in ("inflight", "accepted", "unknown", "done", "rejected", "dropped"):
        change(store, first, state=state)
        second = add(store, place)
        assert second != first
        with store.write() as session:
            session.delete(session.get_one(OperationRow, second))


def test_a_newer_one_takes_over_sku_by_sku(store: Store, place: Place) -> None:
    small, medium = place.tie_ids
    first = add(
        store, place, "price", (NewSku(small, "A", price_idr=1, old_price_idr=7), NewSku(medium, "B", price_idr=2))
    )
    with store.read() as session:
        key = session.get_one(OperationRow, first).key
        run = None
    with store.write() as session:
        run = begin_run(session, "sync", NOW)
        newer = operation(
            place,
            "price",
            (NewSku(small, "A", price_idr=5),),
            reason="newer",
            lane=4,
            payload={"n": 1},
            applies={"price": "g"},
        )
        record(session, [newer], run, after(hours=1))
    with store.read() as session:
        row = session.get_one(OperationRow, first)
        assert figures(session, first) == {small: (5, None), medium: (2, None)}
        assert (row.reason, row.payload, row.applies, row.run_id, row.lane) == (
            "newer",
            {"n": 1},
            {"price": "g"},
            run,
            4,
        )
        assert row.key == key
        assert row.due_at == NOW
        assert [row_id(each) for each in operations_of_run(session, run)] == [first]


def test_a_newer_one_adds_skus_that_the_older_lacks(store: Store, place: Place) -> None:
    small, medium = place.tie_ids
    first = add(store, place, "stock", (NewSku(small, "A", stock=1),))
    assert add(store, place, "stock", (NewSku(medium, "B", stock=0),)) == first
    with store.read() as session:
        assert figures(session, first) == {small: (None, 1), medium: (None, 0)}


def test_what_waits_for_its_next_try_does_not_hurry(store: Store, place: Place) -> None:
    first = add(store, place)
    change(store, first, attempts=2, due_at=after(hours=2))
    add(store, place)
    with store.read() as session:
        assert session.get_one(OperationRow, first).due_at == after(hours=2)


def test_what_was_never_tried_is_due_at_once(store: Store, place: Place) -> None:
    first = add(store, place)
    change(store, first, due_at=after(hours=2))
    add(store, place)
    with store.read() as session:
        assert session.get_one(OperationRow, first).due_at == NOW


def test_many_are_recorded_in_their_order(store: Store, place: Place) -> None:
    with store.write() as session:
        new = [operation(place, target=f"listing/{number}", skus=(NewSku(place.tie_ids[0], f"S{number}", stock=number),))
               for number in range(700, 0, -1)]  # fmt: skip
        assert record(session, new, None, NOW) == 700
    with store.read() as session:
        assert len(waiting_for(session, [each.target for each in new])) == 700
        for row in session.exec(select(OperationRow).limit(50)):
            sku = session.exec(select(OperationSku).where(OperationSku.operation_id == row.id)).one()
            assert row.target == f"listing/{sku.stock}"
    with store.write() as session:
        assert record(session, [], None, NOW) == 0


# --- what may be sent -------------------------------------------------------------------------------------------------


def test_the_most_urgent_comes_first(store: Store, place: Place) -> None:
    create = add(store, place, "content", lane=5, target="a")
    price = add(store, place, "price", lane=4, target="b")
    hide = add(store, place, "visibility", lane=2, target="c")
    stock = add(store, place, "stock", lane=3, target="d")
    assert pending(store, place) == [hide, stock, price, create]
    assert pending(store, place, limit=2) == [hide, stock]
    assert pending(store, place, kinds=("price", "content")) == [price, create]


def test_within_a_lane_the_longest_due_comes_first(store: Store, place: Place) -> None:
    one, two, three = (add(store, place, target=name) for name in "abc")
    change(store, three, due_at=after(hours=-2))
    change(store, one, due_at=after(hours=1))
    assert pending(store, place) == [three, two]
    assert pending(store, place, after(hours=1)) == [three, two, one]


def test_another_shop_is_left_alone(store: Store, place: Place) -> None:
    add(store, place)
    with store.write() as session:
        assert next_pending(session, place.shop_id + 1, NOW, KINDS, 10) == []


@pytest.mark.parametrize("state", ["inflight", "accepted", "unknown"])
def test_one_under_way_holds_back_its_like_and_while_a_call_is_about_it_all_of_its_target(
    state: str, store: Store, place: Place
) -> None:
    change(store, add(store, place, "stock"), state=state)
    waiting = add(store, place, "stock")
    price = add(store, place, "price")
    elsewhere = add(store, place, "stock", target="listing/other")
    assert set(pending(store, place)) == ({elsewhere} if state == "inflight" else {price, elsewhere})
    for ended in ("done", "rejected", "dropped"):
        with store.write() as session:
            for row in session.exec(select(OperationRow).where(OperationRow.state == state)):
                row.state = ended
        assert waiting in pending(store, place)


@pytest.mark.parametrize("state", ["pending", "inflight", "unknown", "accepted"])
def test_a_create_that_is_not_done_holds_back_the_rest_of_its_listing(state: str, store: Store, place: Place) -> None:
    listing_id = second_listing(store, place)
    more = {"target": f"listing/{listing_id}", "listing_id": listing_id}
    create = add(store, place, "create", lane=7, **more)
    change(store, create, state=state)
    stock = add(store, place, "stock", **more)
    elsewhere = add(store, place, "stock")
    expected = {elsewhere, create} if state == "pending" else {elsewhere}
    assert set(pending(store, place)) == expected
    change(store, create, state="done")
    assert set(pending(store, place)) == {elsewhere, stock}


def test_an_accepted_create_whose_ids_are_bound_holds_back_nothing(store: Store, place: Place) -> None:
    create = add(store, place, "create", lane=7)
    change(store, create, state="accepted")
    stock = add(store, place, "stock")
    assert pending(store, place) == [stock]


def test_a_shipment_of_an_order_waits_for_no_listing(store: Store, place: Place) -> None:
    ship = add(store, place, "ship", target="order/9", listing_id=None, lane=1)
    assert pending(store, place) == [ship]


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_two_claimers_take_different_ones(store: Store, place: Place, database_url: str) -> None:
    ids = {add(store, place, target=name) for name in "ab"}
    other = open_store(database_url)
    with store.write() as mine, other.write() as theirs:
        first = next_pending(mine, place.shop_id, NOW, KINDS, 1)
        second = next_pending(theirs, place.shop_id, NOW, KINDS, 5)
        assert {row.id for row in [*first, *second]} == ids
        assert len(second) == 1
    other.close()


# --- what has become of it --------------------------------------------------------------------------------------------


def test_what_is_due_to_be_asked_after(store: Store, place: Place) -> None:
    ids = [add(store, place, target=name) for name in "abc"]
    for number, key in enumerate(ids):
        change(store, key, state="accepted", due_at=after(hours=-number))
    with store.read() as session:
        assert [row_id(row) for row in due_in_state(session, place.shop_id, "accepted", after(hours=-1))] == [
            ids[2],
            ids[1],
        ]
        assert due_in_state(session, place.shop_id, "unknown", NOW) == []
        assert len(due_in_state(session, place.shop_id, "accepted", NOW, limit=1)) == 1


def test_what_an_earlier_lease_left_in_flight_is_lost(store: Store, place: Place) -> None:
    mine, overtaken, theirs, waiting = (add(store, place, target=name) for name in "abcd")
    change(store, mine, state="inflight", holder="me", fence=5)
    change(store, overtaken, state="inflight", holder="me", fence=4)
    change(store, theirs, state="inflight", holder="other", fence=5)
    change(store, waiting, holder="other", fence=1)
    with store.read() as session:
        assert {row_id(row) for row in lost_operations(session, place.shop_id, "me", 5)} == {overtaken, theirs}
        assert lost_operations(session, place.shop_id + 1, "me", 5) == []


def test_what_was_claimed_without_a_lease_is_lost_too(store: Store, place: Place) -> None:
    key = add(store, place)
    change(store, key, state="inflight", holder=None, fence=None)
    with store.read() as session:
        assert [row_id(row) for row in lost_operations(session, place.shop_id, "me", 5)] == [key]


def test_when_the_next_one_falls_due(store: Store, place: Place) -> None:
    with store.read() as session:
        assert next_due(session, place.shop_id) is None
    ids = [add(store, place, target=name) for name in "abcde"]
    for key, state, hours in zip(
        ids, ("pending", "accepted", "unknown", "inflight", "done"), (4, 3, 2, 1, 0), strict=True
    ):
        change(store, key, state=state, due_at=after(hours=hours))
    with store.read() as session:
        assert next_due(session, place.shop_id) == after(hours=2)
        assert state_counts(session) == {"pending": 1, "accepted": 1, "unknown": 1, "inflight": 1}


def test_when_the_last_of_a_kind_falls_due(store: Store, place: Place) -> None:
    for name, kind, hours in (("a", "create", 1), ("b", "create", 3), ("c", "create", 9), ("d", "stock", 4)):
        change(store, add(store, place, kind, target=name), due_at=after(hours=hours))
    with store.read() as session:
        assert last_due(session, place.shop_id, "create", after(hours=5)) == after(hours=3)
        assert last_due(session, place.shop_id, "create", NOW) is None


def test_a_lost_write_may_land_until_its_horizon_has_passed(store: Store, place: Place) -> None:
    small, medium = place.tie_ids
    with store.write() as session:
        for tie, hours in ((small, 1), (small, 1), (small, 3), (medium, 2)):
            add_open_write(session, tie, 5, after(hours=hours))
    with store.write() as session:
        assert expired_writes(session, NOW) == []
        assert expired_writes(session, after(hours=1)) == [(small, 2)]
        assert expired_writes(session, after(hours=1)) == []
        assert sorted(expired_writes(session, after(hours=9))) == sorted([(small, 1), (medium, 1)])
        assert session.exec(select(OpenWrite)).all() == []


def test_failures_are_those_that_nothing_newer_replaced(store: Store, place: Place) -> None:
    old = add(store, place)
    change(store, old, state="rejected")
    price = add(store, place, "price")
    change(store, price, state="rejected")
    with store.read() as session:
        assert [row_id(row) for row in failed_operations(session)] == [old, price]
        assert [row_id(row) for row in failed_operations(session, place.shop_id)] == [old, price]
        assert failed_operations(session, place.shop_id + 1) == []
    change(store, add(store, place), state="done")
    with store.read() as session:
        assert [row_id(row) for row in failed_operations(session)] == [price]


def test_listings_are_added_once(store: Store, place: Place) -> None:
    with store.write() as session:
        assert add_listings(session, place.shop_id, place.merchant_id, 50) == 0
