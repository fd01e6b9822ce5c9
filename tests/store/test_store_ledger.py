"""The ledger counts every source once, whoever tells it and however many at once; balances are its sums."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from seeds import NOW, Place, add_shop, after, build_place
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from bridge.engine.booking import Places, book_order_once, book_orders
from bridge.engine.context import Lane, Tally
from bridge.model import RemoteLine, RemoteOrder
from bridge.planning.ledger import Count, Movement, sum_ledger
from bridge.store.catalog import row_id
from bridge.store.crypto import Cipher
from bridge.store.engine import Store, open_store, retrying, session_in
from bridge.store.ledger import NewEntry, add_count, add_entry, history, lock_balance, on_hand_from_zero
from bridge.store.listings import add_listings, stale_listings, tie_skus
from bridge.store.tables import Balance, Listing, ListingSku, Location, Order, OrderLine, StockEntry
from tests.conftest import Together


@pytest.fixture
def place(store: Store, cipher: Cipher) -> Place:
    return build_place(store, cipher, "S", "M", remote=True)


def entry(place: Place, source: str, on_hand: int = 0, held: int = 0, at: datetime = NOW, sku: int = 0) -> NewEntry:
    return NewEntry(place.sku_ids[sku], place.location_id, source, "ordered", on_hand, held, at)


def balance(store: Store, place: Place, sku: int = 0) -> tuple[int | None, int]:
    with store.read() as session:
        row = session.get_one(Balance, (place.sku_ids[sku], place.location_id))
        return row.on_hand, row.held


def counted(session: Session, place: Place, source: str, quantity: int, at: datetime = NOW, **more: Any) -> bool:
    return add_count(session, place.sku_ids[0], place.location_id, source, quantity, at, NOW, **more)


# --- sums -------------------------------------------------------------------------------------------------------------


def test_a_source_counts_once(store: Store, place: Place) -> None:
    with store.write() as session:
        assert counted(session, place, "c1", 10)
        assert add_entry(session, entry(place, "order/1", -1, 2), NOW)
        assert not add_entry(session, entry(place, "order/1", -1, 2), NOW)
    with store.write() as session:
        assert not add_entry(session, entry(place, "order/1", -5, 9), NOW)
        assert not counted(session, place, "c1", 99, after(hours=9))
    assert balance(store, place) == (9, 2)


def test_a_source_that_was_rolled_back_may_come_again(store: Store, place: Place) -> None:
    def half() -> None:
        with store.write() as session:
            add_entry(session, entry(place, "order/1", held=2), NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with store.write() as session:
        assert add_entry(session, entry(place, "order/1", held=2), NOW)
    assert balance(store, place) == (None, 2)


def test_stock_that_was_never_counted_is_unknown(store: Store, place: Place) -> None:
    with store.write() as session:
        add_entry(session, entry(place, "order/1", -1, 0), NOW)
    assert balance(store, place) == (None, 0)
    with store.read() as session:
        assert on_hand_from_zero(session, place.sku_ids[0], place.location_id) == (None, None)


def test_a_movement_before_the_count_is_in_it(store: Store, place: Place) -> None:
    with store.write() as session:
        counted(session, place, "c1", 10, after(hours=1))
        add_entry(session, entry(place, "before", -3, at=NOW), NOW)
        add_entry(session, entry(place, "same moment", -1, at=after(hours=1)), NOW)
    assert balance(store, place) == (9, 0)


def test_a_count_that_arrives_late_takes_its_own_place(store: Store, place: Place) -> None:
    with store.write() as session:
        counted(session, place, "c2", 10, after(hours=2))
        add_entry(session, entry(place, "e", -1, at=after(hours=3)), NOW)
        assert counted(session, place, "c1", 50, after(hours=1))
    assert balance(store, place) == (9, 0)


def test_of_two_counts_of_one_moment_the_correction_wins(store: Store, place: Place) -> None:
    with store.write() as session:
        counted(session, place, "c1", 10)
        counted(session, place, "c2", 8)
    assert balance(store, place) == (8, 0)


def test_a_figure_of_free_goods_takes_its_holds_along(store: Store, place: Place) -> None:
    with store.write() as session:
        add_entry(session, entry(place, "order/1", held=2), NOW)
        counted(session, place, "c1", 8, after(hours=1), held_then=2, note="bebas")
    assert balance(store, place) == (10, 2)
    with store.read() as session:
        counts, entries = history(session, place.sku_ids[0])
    assert ([each.note for each in counts], [each.source for each in entries]) == (["bebas"], ["order/1"])


numbers = count()
events = st.lists(
    st.tuples(st.just("count"), st.integers(0, 20), st.integers(0, 6), st.integers(0, 2))
    | st.tuples(st.just("move"), st.integers(-4, 4), st.integers(0, 6), st.integers(-3, 3)),
    max_size=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events)
def test_the_balance_is_the_sum_from_zero(store: Store, place: Place, told: list[tuple[str, int, int, int]]) -> None:
    with store.write() as session:
        for row in [*session.exec(select(Balance)), *session.exec(select(StockEntry))]:
            session.delete(row)
        for old in history(session, place.sku_ids[0])[0]:
            session.delete(old)
    moves, counts = [], []
    for what, number, hour, extra in told:
        with store.write() as session:
            if what == "count":
                counts.append(Count(number, after(hours=hour), extra, len(counts)))
                counted(session, place, f"c{next(numbers)}", number, after(hours=hour), held_then=extra)
            else:
                moves.append(Movement(number, extra, after(hours=hour)))
                add_entry(session, entry(place, f"e{next(numbers)}", number, extra, after(hours=hour)), NOW)
    expected = sum_ledger(moves, counts)
    with store.read() as session:
        row = session.get(Balance, (place.sku_ids[0], place.location_id))
        from_zero = on_hand_from_zero(session, place.sku_ids[0], place.location_id)
    assert (row.on_hand if row else None, row.held if row else 0) == (expected.on_hand, expected.held)
    assert from_zero == (expected.on_hand, expected.counted_at)


# --- what follows from a change of stock ------------------------------------------------------------------------------


def dirty(store: Store) -> list[bool]:
    with store.read() as session:
        return [tie.stock_dirty for tie in session.exec(select(ListingSku).order_by("id"))]


def clean(store: Store) -> None:
    with store.write() as session:
        for tie in session.exec(select(ListingSku)):
            tie.stock_dirty = False
        for listing in session.exec(select(Listing)):
            listing.stale = False


def test_a_change_of_stock_is_looked_at_where_it_is_shown(store: Store, place: Place) -> None:
    clean(store)
    with store.write() as session:
        counted(session, place, "c1", 5)
    assert dirty(store) == [True, False]
    with store.read() as session:
        assert not session.exec(select(Listing)).one().stale


def test_what_is_told_twice_is_not_looked_at_again(store: Store, place: Place) -> None:
    with store.write() as session:
        counted(session, place, "c1", 5)
        add_entry(session, entry(place, "e", held=1), NOW)
    clean(store)
    with store.write() as session:
        counted(session, place, "c1", 5)
        add_entry(session, entry(place, "e", held=1), NOW)
    assert dirty(store) == [False, False]


def test_a_listing_that_does_not_show_the_sku_yet_is_mapped_again(store: Store, place: Place) -> None:
    clean(store)
    with store.write() as session:
        session.get_one(ListingSku, place.tie_ids[0]).listed = False
    with store.write() as session:
        counted(session, place, "c1", 5)
    with store.read() as session:
        assert session.exec(select(Listing)).one().stale


# --- several at once --------------------------------------------------------------------------------------------------


def test_two_that_write_one_source_at_once_write_it_once(
    store: Store, database_url: str, place: Place, together: Together
) -> None:
    other, new = open_store(database_url, "OFF"), []

    def write(where: Store) -> Callable[[], None]:
        def work() -> None:
            for number in range(10):
                with where.write() as session:
                    new.append(add_entry(session, entry(place, f"order/{number}", held=1), NOW))

        return work

    assert together(write(store), write(other)) == []
    other.close()
    assert (sum(new), len(new)) == (10, 20)
    assert balance(store, place) == (None, 10)


def test_two_that_move_one_balance_at_once_lose_nothing(
    store: Store, database_url: str, place: Place, together: Together
) -> None:
    other = open_store(database_url, "OFF")

    def write(where: Store, name: str) -> Callable[[], None]:
        def work() -> None:
            for number in range(15):
                with where.write() as session:
                    add_entry(session, entry(place, f"{name}/{number}", held=1), NOW)

        return work

    assert together(write(store, "a"), write(other, "b")) == []
    other.close()
    assert balance(store, place) == (None, 30)


def test_a_balance_that_is_new_to_both_is_made_once(
    store: Store, database_url: str, place: Place, together: Together
) -> None:
    other = open_store(database_url, "OFF")
    for sku in range(2):
        works = []
        for name, where in (("a", store), ("b", other)):

            def work(name: str = name, where: Store = where, sku: int = sku) -> None:
                with where.write() as session:
                    add_entry(session, entry(place, f"{name}/{sku}", held=1, sku=sku), NOW)

            works.append(work)
        assert together(*works) == []
        assert balance(store, place, sku) == (None, 2)
    other.close()


def order(number: int = 1, *skus: tuple[str, int, int], **more: Any) -> RemoteOrder:
    """An order of (remote SKU, ordered, shipped)."""
    lines = tuple(RemoteLine("900", sku, None, "Kopi", ordered, shipped) for sku, ordered, shipped in skus)
    return RemoteOrder(f"INV-{number}", "READY", True, NOW, NOW, lines, **more)


def lane(store: Store, cipher: Cipher, place: Place) -> Lane:
    """As much of a lane as booking looks at."""
    shop = SimpleNamespace(shop_id=place.shop_id, merchant_id=place.merchant_id)
    return cast(Lane, SimpleNamespace(shop=shop, engine=SimpleNamespace(store=store, cipher=cipher), tally=Tally()))


def test_one_order_told_by_two_at_once_books_once(
    store: Store, database_url: str, cipher: Cipher, place: Place, together: Together
) -> None:
    other = open_store(database_url, "OFF")
    for number in range(5):
        stories = [order(number, ("m0", 3, 1), ("m1", 2, 0)), order(number, ("m0", 3, 0), ("m1", 2, 0))]
        works = []
        for where, told in zip((store, other), stories, strict=True):

            def work(where: Store = where, told: RemoteOrder = told) -> None:
                def book() -> None:
                    with where.write() as session:
                        book_order_once(
                            session, lane(where, cipher, place), told, Places(place.location_id, {}, False), NOW
                        )

                retrying(book)

            works.append(work)
        assert together(*works) == []
    other.close()
    assert balance(store, place, 0) == (None, 10)  # three ordered, one of them shipped, five times
    assert balance(store, place, 1) == (None, 10)
    with store.read() as session:
        assert len(session.exec(select(Order)).all()) == 5
        assert len(session.exec(select(OrderLine)).all()) == 10
        ties = [session.get_one(ListingSku, key) for key in place.tie_ids]
        assert [(tie.may_sell, tie.first_booked) for tie in ties] == [(-15, 15), (-10, 10)]


def test_a_crash_in_the_middle_of_a_booking_books_nothing(store: Store, cipher: Cipher, place: Place) -> None:
    told = order(1, ("m0", 3, 1))

    def half() -> None:
        with store.write() as session:
            book_order_once(session, lane(store, cipher, place), told, Places(place.location_id, {}, False), NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with store.read() as session:
        assert not session.exec(select(Order)).all()
        assert not session.exec(select(StockEntry)).all()
    for _ in range(2):
        with store.write() as session:
            book_order_once(session, lane(store, cipher, place), told, Places(place.location_id, {}, False), NOW)
    assert balance(store, place) == (None, 2)
    with store.read() as session:
        sources = {row.source for row in session.exec(select(StockEntry))}
    tie = place.tie_ids[0]
    assert sources == {f"order/{place.shop_id}/INV-1/listing_sku/{tie}/{what}" for what in ("ordered/3", "shipped/1")}


def test_two_shops_that_book_in_opposite_order_both_end(
    store: Store, database_url: str, cipher: Cipher, place: Place, together: Together
) -> None:
    with store.write() as session:
        shop_id = add_shop(session, cipher, place.merchant_id, "323")
        add_listings(session, shop_id, place.merchant_id, 50)
        listing = stale_listings(session, shop_id, NOW, 1)[0]
        for number, tie in enumerate(tie_skus(session, listing, place.sku_ids).values()):
            tie.remote_item_id, tie.remote_sku_id = "900", f"m{number}"
    second, other = replace(place, shop_id=shop_id), open_store(database_url, "OFF")
    lanes = [(lane(store, cipher, place), ("m0", "m1")), (lane(other, cipher, second), ("m1", "m0"))]

    def book(where: Lane, skus: tuple[str, ...]) -> None:
        for turn in range(4):
            told = [order(10 * turn + number, (sku, 1, 0)) for number, sku in enumerate(skus)]

            def once(told: list[RemoteOrder] = told) -> None:
                with where.engine.store.write() as session:
                    book_orders(session, where, told, NOW)

            retrying(once)

    assert together(*[lambda one=one: book(*one) for one in lanes]) == []
    other.close()
    assert [balance(store, place, sku) for sku in range(2)] == [(None, 8), (None, 8)]


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_stock_of_two_places_is_moved_by_one_at_a_time(store: Store, place: Place) -> None:
    with store.write() as session:
        other = Location(merchant_id=place.merchant_id, name="Gudang")
        session.add(other)
        session.flush()
        lock_balance(session, place.sku_ids[0], row_id(other))
        with pytest.raises(OperationalError, match="lock timeout"):
            lock_with_little_patience(store, place)


def lock_with_little_patience(store: Store, place: Place) -> None:
    """As a second process would, but it gives up soon."""
    with store.engine.begin() as second:
        second.execute(text("set local lock_timeout = '100ms'"))
        with session_in(second) as waiting:
            lock_balance(waiting, place.sku_ids[0], place.location_id)
