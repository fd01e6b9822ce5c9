"""Plain successes are settled in sets, to the same end as one by one; what is not plain is left alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from seeds import NOW, Place, after, build_place, operation
from sqlmodel import select

from bridge.engine.ranges import range_of
from bridge.planning.stock_range import Cover, StockRange, begin_write, settle_write
from bridge.store.catalog import row_id
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.journal import NewSku, record
from bridge.store.leases import take_lease
from bridge.store.listings import FacetValue, save_facets
from bridge.store.settled import settle_plain
from bridge.store.tables import Facet, Listing, ListingSku, OperationRow, OperationSku


@pytest.fixture
def place(store: Store, cipher: Cipher) -> Place:
    return build_place(store, cipher, "S", "M", remote=True)


def begin(store: Store, place: Place, kind: str, skus: tuple[NewSku, ...] = (), **more: Any) -> int:
    """Records an operation and claims it."""
    with store.write() as session:
        record(session, [operation(place, kind, skus, **more)], None, NOW)
        row = session.exec(select(OperationRow).where(OperationRow.state == "pending")).one()
        row.state, row.attempts = "inflight", 1
        return row_id(row)


def settle(store: Store, *operation_ids: int, lost: bool = False) -> list[tuple[int, str, int]]:
    held = take_lease(store, "shop/1", "me", timedelta(minutes=1))
    assert held is not None
    with store.bare() as connection:
        return settle_plain(connection, replace(held, fence=held.fence - lost), operation_ids, after(hours=1))


@pytest.mark.parametrize("others", [0, 1])
def test_stock_ends_as_it_does_one_by_one(others: int, store: Store, place: Place) -> None:
    key = begin(store, place, "stock", tuple(NewSku(tie, "A", stock=4) for tie in place.tie_ids))
    state = begin_write(replace(StockRange(may_sell=3), open_writes=others), 4)
    with store.write() as session:
        tie = session.get_one(ListingSku, place.tie_ids[0])
        tie.base, tie.may_sell, tie.cover, tie.clean, tie.open_writes = 4, 7, "open", state.clean, state.open_writes
        tie.refused, tie.stock_dirty = 9, False
        for sku in session.exec(select(OperationSku).where(OperationSku.listing_sku_id == tie.id)):
            sku.open_stock = 4
    assert settle(store, key) == [(key, "stock", place.listing_id)]
    with store.read() as session:
        tie, other = (session.get_one(ListingSku, each) for each in place.tie_ids)
        assert range_of(tie) == settle_write(state)
        assert (tie.settled_at, tie.refused, tie.stock_dirty) == (after(hours=1), None, True)
        assert (other.cover, other.settled_at) == (Cover.NONE, None)  # its figure was not open
        row = session.get_one(OperationRow, key)
        assert (row.state, row.settled_at) == ("done", after(hours=1))
        assert [(sku.verdict, sku.open_stock) for sku in session.exec(select(OperationSku))] == [("done", None)] * 2


@pytest.mark.parametrize("kind", ["price", "visibility"])
def test_a_facet_that_is_still_wanted_is_applied(kind: str, store: Store, place: Place) -> None:
    wanted = {"visible": False} if kind == "visibility" else {"prices": {"A": 0}}
    with store.write() as session:
        listing = session.get_one(Listing, place.listing_id)
        save_facets(session, listing, [FacetValue(kind, wanted, "f1", True), FacetValue("content", {}, "c1", True)])
    key = begin(store, place, kind, applies={kind: "f1"})
    assert settle(store, key, 999) == [(key, kind, place.listing_id)]
    with store.read() as session:
        facet, content = (session.get_one(Facet, (place.listing_id, each)) for each in (kind, "content"))
        assert (facet.applied, facet.applied_fp, facet.dirty) == (wanted, "f1", False)
        assert (content.applied_fp, content.dirty) == (None, True)


@pytest.mark.parametrize("applies", [{"price": "old"}, {}, {"price": "f1", "content": "c1"}])
def test_a_facet_that_changed_meanwhile_is_left_to_the_careful_way(
    applies: dict[str, str], store: Store, place: Place
) -> None:
    with store.write() as session:
        save_facets(session, session.get_one(Listing, place.listing_id), [FacetValue("price", {}, "f1", True)])
    key = begin(store, place, "price", applies=applies)
    assert settle(store, key) == []
    with store.read() as session:
        assert session.get_one(OperationRow, key).state == "inflight"
        assert session.get_one(Facet, (place.listing_id, "price")).dirty


@pytest.mark.parametrize("kind", ["create", "content", "ship", "cancel"])
def test_other_kinds_are_left_to_the_careful_way(kind: str, store: Store, place: Place) -> None:
    key = begin(store, place, kind)
    assert settle(store, key) == []


def test_a_second_try_is_left_to_the_careful_way(store: Store, place: Place) -> None:
    key = begin(store, place, "stock")
    with store.write() as session:
        session.get_one(OperationRow, key).attempts = 2
    assert settle(store, key) == []


def test_what_is_not_under_way_is_left_alone(store: Store, place: Place) -> None:
    key = begin(store, place, "stock")
    with store.write() as session:
        session.get_one(OperationRow, key).state = "unknown"
    assert settle(store, key) == []
    assert settle(store) == []


@pytest.mark.parametrize("kind", ["price", "stock"])
def test_whoever_has_lost_the_lease_settles_nothing(kind: str, store: Store, place: Place) -> None:
    with store.write() as session:
        save_facets(session, session.get_one(Listing, place.listing_id), [FacetValue("price", {}, "f1", True)])
    key = begin(store, place, kind, applies={"price": "f1"} if kind == "price" else {})
    assert settle(store, key, lost=True) == []
    with store.read() as session:
        assert session.get_one(OperationRow, key).state == "inflight"
    assert settle(store, key) == [(key, kind, place.listing_id)]
