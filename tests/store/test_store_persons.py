"""Buyers' data goes when it is due or when a person asks, and does not come back."""

from datetime import timedelta

import pytest
from seeds import NOW, Place, after, build_place
from sqlmodel import Session, select

from bridge.model import RemoteOrder
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.orders import Head, lock_order, read_buyer, save_buyer
from bridge.store.persons import buyers, erase_orders, purge_buyers
from bridge.store.tables import Buyer, OperationRow, Order

SITI = {"name": "Siti", "phone": "0811", "address": "Jl. Contoh 1"}


@pytest.fixture
def place(store: Store, cipher: Cipher) -> Place:
    return build_place(store, cipher, "S", "M", remote=True)


def found(session: Session, place: Place, number: str = "A") -> Head:
    return lock_order(session, place.shop_id, RemoteOrder(number, "READY", True, NOW, NOW, ()), NOW)[0]


def seed(session: Session, cipher: Cipher, place: Place, number: str = "A") -> Head:
    order = found(session, place, number)
    save_buyer(session, cipher, order, SITI, NOW)
    return order


def shipped(session: Session, order: Head, state: str = "done") -> OperationRow:
    row = OperationRow(
        shop_id=order.shop_id,
        order_id=order.id,
        target=f"order/{order.id}",
        kind="ship",
        lane=1,
        key=f"k{state}",
        state=state,
        payload={"tracking_number": "R1"},
        due_at=NOW,
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def test_what_is_due_goes_with_the_tracking_number_and_the_order_stays(
    store: Store, cipher: Cipher, place: Place
) -> None:
    with store.write() as session:
        order = seed(session, cipher, place)
        done, waits = shipped(session, order), shipped(session, order, "pending")
        assert purge_buyers(session, after(days=89), 90) == 0
        assert purge_buyers(session, after(days=90), 90) == 1
        session.expire_all()
        assert (done.payload, waits.payload) == ({}, {"tracking_number": "R1"})
        assert session.exec(select(Order)).one().remote_order_id == "A"
        assert read_buyer(session, cipher, order) == {}


def test_a_shorter_time_counts_for_what_is_there_already(store: Store, cipher: Cipher, place: Place) -> None:
    with store.write() as session:
        seed(session, cipher, place)
        assert purge_buyers(session, after(days=31), 30) == 1


def test_a_longer_time_does_not_keep_what_was_promised_to_go(store: Store, cipher: Cipher, place: Place) -> None:
    with store.write() as session:
        seed(session, cipher, place)
        assert purge_buyers(session, after(days=90), 365) == 1


def test_what_went_by_age_does_not_come_back_with_a_late_change(store: Store, cipher: Cipher, place: Place) -> None:
    with store.write() as session:
        order = seed(session, cipher, place)
        purge_buyers(session, after(days=91), 90)
        save_buyer(session, cipher, order, SITI, after(days=91))
        assert session.exec(select(Buyer)).all() == []


def test_what_was_erased_does_not_come_back_and_other_orders_keep_theirs(
    store: Store, cipher: Cipher, place: Place
) -> None:
    with store.write() as session:
        one, two = seed(session, cipher, place), seed(session, cipher, place, "B")
        assert erase_orders(session, [one.id], NOW) == 1
        save_buyer(session, cipher, found(session, place), SITI, NOW + timedelta(hours=1))
        assert [order.remote_order_id for order, _ in buyers(session, cipher)] == ["B"]
        assert read_buyer(session, cipher, two) == SITI
        assert erase_orders(session, [one.id], NOW) == 0
