"""Orders and their lines; buyers apart from them and sealed; cursors that only go forward."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from seeds import NOW, Place, after, build_place
from sqlmodel import Session, select

from bridge.errors import UserError
from bridge.model import RemoteLine, RemoteOrder
from bridge.store.crypto import Cipher
from bridge.store.engine import Store, open_store
from bridge.store.orders import (
    BUYER_DAYS,
    Head,
    LineRow,
    cursor_of,
    drop_lines,
    keep_order,
    lines_of,
    list_orders,
    lock_order,
    move_cursor,
    open_order_ids,
    parked_lines,
    put_lines,
    read_buyer,
    save_buyer,
)
from bridge.store.tables import Buyer, Order, OrderLine
from tests.conftest import Together

BUYER = {"name": "Ibu Rahayu", "phone": "+628123456789", "address": "Jl. Melati 5, Metro"}


@pytest.fixture
def place(store: Store, cipher: Cipher) -> Place:
    return build_place(store, cipher, "S", "M", remote=True)


def order(number: int = 1, **more: Any) -> RemoteOrder:
    plain = RemoteOrder(f"INV-{number}", "READY", True, NOW, NOW, (RemoteLine("900", "m0", None, "Kopi", 1),))
    return replace(plain, **more)


def save(store: Store, place: Place, told: RemoteOrder) -> tuple[int, bool]:
    with store.write() as session:
        row, new = lock_order(session, place.shop_id, told, NOW)
        return row.id, new


def head(session: Session, place: Place, number: int = 1) -> Head:
    return lock_order(session, place.shop_id, order(number), NOW)[0]


def add_line(store: Store, order_id: int, key: str, **more: Any) -> None:
    with store.write() as session:
        session.add(OrderLine(order_id=order_id, line_key=key, **more))


def test_an_order_is_new_once(store: Store, place: Place) -> None:
    first, new = save(store, place, order())
    assert new
    again, new = save(store, place, order(status="SHIPPED"))
    assert (again, new) == (first, False)
    with store.read() as session:
        row = session.exec(select(Order)).one()
        assert (row.status, row.ordered_at, row.first_seen_at, row.digest) == ("READY", NOW, NOW, "")


def test_one_order_seen_by_two_at_once_is_one(
    store: Store, database_url: str, place: Place, together: Together
) -> None:
    other, new = open_store(database_url, "OFF"), []

    def see(where: Store) -> None:
        for number in range(8):
            new.append(save(where, place, order(number))[1])

    assert together(lambda: see(store), lambda: see(other)) == []
    other.close()
    assert (len(new), sum(new)) == (16, 8)


def test_a_locked_order_makes_another_wait(store: Store, database_url: str, place: Place, together: Together) -> None:
    order_id, _ = save(store, place, order())
    other, seen = open_store(database_url, "OFF"), []

    def raise_it(where: Store) -> None:
        with where.write() as session:
            key = head(session, place).id
            total = session.get_one(Order, key).total_idr
            seen.append(total)
            keep_order(session, key, order(total_idr=(total or 0) + 1), "")

    assert together(*[lambda s=s: raise_it(s) for s in (store, other, store, other)]) == []
    other.close()
    assert sorted(seen, key=lambda total: total or 0) == [None, 1, 2, 3]
    with store.read() as session:
        assert session.get_one(Order, order_id).total_idr == 4


def test_lines_come_in_their_order_and_can_be_let_go(store: Store, place: Place) -> None:
    order_id, _ = save(store, place, order())
    for key in ("b", "a", "c"):
        add_line(store, order_id, key)
    with store.write() as session:
        drop_lines(session, order_id, ["a"])
        drop_lines(session, order_id, [])
    with store.read() as session:
        assert [line.line_key for line in lines_of(session, order_id)] == ["b", "c"]


def test_a_line_that_is_told_again_stays_the_same_row(store: Store, place: Place) -> None:
    order_id, _ = save(store, place, order())
    first = line("remote/900/m0", parked={"code": "O_SKU_UNKNOWN"})
    known = line("listing_sku/1", listing_sku_id=place.tie_ids[0], sku_id=place.sku_ids[0], ordered=2)
    with store.write() as session:
        ids = put_lines(session, order_id, [known, first])
    with store.write() as session:
        told = [replace(first, parked=None, title="Kopi"), replace(known, ordered=3, shipped=1)]
        assert put_lines(session, order_id, told) == ids
        assert lines_of(session, order_id) == [told[1], told[0]]
        assert put_lines(session, order_id, []) == {}


def line(key: str, **more: Any) -> LineRow:
    words = dict.fromkeys(("listing_sku_id", "sku_id", "remote_item_id", "remote_sku_id", "seller_sku", "price_idr"))
    counts = dict.fromkeys(("ordered", "shipped", "cancelled", "recalled", "returned"), 0)
    return LineRow(**{"line_key": key, "title": "", "units": 1, "parked": None, **words, **counts, **more})


def test_parked_lines_are_shown(store: Store, place: Place) -> None:
    order_id, _ = save(store, place, order())
    add_line(store, order_id, "known")
    add_line(store, order_id, "unknown", parked={"code": "O_SKU_UNKNOWN"})
    with store.read() as session:
        ((line, found),) = parked_lines(session)
        assert (line.line_key, found.remote_order_id) == ("unknown", "INV-1")


def test_open_orders_are_read_again(store: Store, place: Place) -> None:
    for number, is_open in ((1, True), (2, False), (3, True)):
        save(store, place, order(number, open=is_open))
    with store.read() as session:
        assert open_order_ids(session, place.shop_id) == ["INV-1", "INV-3"]
        assert open_order_ids(session, place.shop_id + 1) == []


def test_the_newest_orders_come_first(store: Store, place: Place) -> None:
    for number in (1, 3, 2):
        save(store, place, order(number, created_at=after(hours=number)))
    with store.read() as session:
        found = list_orders(session, None, 2)
        assert [(row.remote_order_id, shop.channel, merchant) for row, shop, merchant in found] == [
            ("INV-3", "shopee", "Toko Maju"),
            ("INV-2", "shopee", "Toko Maju"),
        ]
        assert len(list_orders(session, [place.shop_id], 9)) == 3
        assert list_orders(session, [], 9) == []


# --- buyers -----------------------------------------------------------------------------------------------------------


def test_a_buyer_is_sealed_and_bound_to_the_order(store: Store, cipher: Cipher, place: Place) -> None:
    for number in (1, 2):
        save(store, place, order(number))
    with store.write() as session:
        save_buyer(session, cipher, head(session, place, 1), BUYER, NOW)
        save_buyer(session, cipher, head(session, place, 2), {"name": "Pak Budi"}, NOW)
    with store.read() as session:
        one, two = session.exec(select(Order).order_by(Order.id)).all()
        assert read_buyer(session, cipher, one) == BUYER
        row = session.get_one(Buyer, one.id)
        assert row.purge_after == NOW + timedelta(days=BUYER_DAYS)
        for word in BUYER.values():
            assert word.encode() not in row.sealed
        two_row = session.get_one(Buyer, two.id)
        two_row.sealed = row.sealed  # somebody moves it
        with pytest.raises(UserError):
            read_buyer(session, cipher, two)


def test_a_buyer_told_again_replaces_the_old_and_lives_no_longer(store: Store, cipher: Cipher, place: Place) -> None:
    save(store, place, order())
    for name, hours in (("Ibu Rahayu", 0), ("Ibu Rahayu R.", 5)):
        with store.write() as session:
            save_buyer(session, cipher, head(session, place), {"name": name}, after(hours=hours))
    with store.read() as session:
        assert read_buyer(session, cipher, session.exec(select(Order)).one()) == {"name": "Ibu Rahayu R."}
        assert session.exec(select(Buyer)).one().purge_after == NOW + timedelta(days=BUYER_DAYS)


def test_an_order_without_a_buyer_has_none(store: Store, cipher: Cipher, place: Place) -> None:
    save(store, place, order())
    with store.read() as session:
        assert read_buyer(session, cipher, session.exec(select(Order)).one()) == {}


# --- cursors ----------------------------------------------------------------------------------------------------------


def test_a_cursor_goes_forward_only(store: Store, place: Place) -> None:
    with store.read() as session:
        assert cursor_of(session, place.shop_id) is None
    steps = [
        (after(hours=1), None, after(hours=1), None),
        (after(hours=3), after(hours=2), after(hours=3), after(hours=2)),
        (after(hours=2), after(hours=1), after(hours=3), after(hours=2)),
        (after(hours=4), None, after(hours=4), after(hours=2)),
        (NOW, after(hours=9), after(hours=4), after(hours=9)),
    ]
    for at, covered, expected, covered_at in steps:
        with store.write() as session:
            move_cursor(session, place.shop_id, at, covered)
        with store.read() as session:
            row = cursor_of(session, place.shop_id)
            assert row is not None
            assert (row.at, row.covered_at) == (expected, covered_at)


def test_streams_have_cursors_of_their_own(store: Store, place: Place) -> None:
    with store.write() as session:
        move_cursor(session, place.shop_id, NOW, None)
        move_cursor(session, place.shop_id, after(hours=1), None, "listings")
    with store.read() as session:
        found = [cursor_of(session, place.shop_id, stream) for stream in ("orders", "listings")]
        assert [row.at for row in found if row is not None] == [NOW, after(hours=1)]


def test_a_cursor_goes_back_with_the_rows_that_it_covered(store: Store, place: Place) -> None:
    def half() -> None:
        with store.write() as session:
            lock_order(session, place.shop_id, order(), NOW)
            move_cursor(session, place.shop_id, NOW, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with store.read() as session:
        assert cursor_of(session, place.shop_id) is None
        assert session.exec(select(Order)).all() == []
