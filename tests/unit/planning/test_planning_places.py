"""One figure over several warehouses: nothing is lost, nothing is told where it does not lie, and what is right is left alone."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.planning.places import after_order, lies_elsewhere, room_of, spread

ROOMS = st.dictionaries(st.sampled_from("ABCD"), st.integers(0, 30), min_size=1)


@given(ROOMS, st.integers(0, 150))
def test_the_parts_are_the_whole(room: dict[str, int], value: int) -> None:
    told = spread(value, room)
    assert (sum(told.values()), set(told), min(told.values()) >= 0) == (value, set(room), True)


@given(ROOMS, st.integers(0, 150))
def test_no_warehouse_tells_more_than_it_has_unless_all_together_have_less(room: dict[str, int], value: int) -> None:
    main, *others = room
    told = spread(value, room)
    assert all(told[each] <= room[each] for each in others)
    assert told[main] == room[main] + max(0, value - sum(room.values())) if value >= sum(room.values()) else True
    assert told[main] <= room[main] or value > sum(room.values())


@given(ROOMS)
def test_all_that_is_there_lies_where_it_lies(room: dict[str, int]) -> None:
    assert spread(sum(room.values()), room) == room


@given(ROOMS, st.integers(0, 150))
def test_what_was_told_rests(room: dict[str, int], value: int) -> None:
    assert not lies_elsewhere(spread(value, room), value, room)


@given(ROOMS, st.integers(0, 40))
def test_what_rests_is_never_more_than_lies_there(room: dict[str, int], value: int) -> None:
    shown = {**dict.fromkeys(room, 0), next(iter(room)): value}
    if not lies_elsewhere(shown, value, room):
        assert value <= room[next(iter(room))] or value >= sum(room.values())


def test_a_figure_follows_what_lies_where() -> None:
    assert spread(9, {"A": 10, "B": 5}) == {"A": 6, "B": 3}
    assert spread(1, {"A": 3, "B": 5}) == {"A": 0, "B": 1}
    assert spread(4, {"A": 0, "B": 0}) == {"A": 4, "B": 0}


def test_goods_that_were_carried_elsewhere_are_told_anew() -> None:
    assert lies_elsewhere({"A": 10, "B": 0}, 10, {"A": 5, "B": 5})
    assert not lies_elsewhere({"A": 4, "B": 6}, 10, {"A": 7, "B": 6}), (
        "a buffer leaves room, and nothing is told too often"
    )


def test_goods_of_a_warehouse_that_does_not_sell_them_are_told_at_another() -> None:
    assert not lies_elsewhere({"A": 10}, 10, {"A": 5, "B": 5})
    assert not lies_elsewhere({}, 10, {"A": 5, "B": 5})


def test_a_warehouse_that_is_no_more_shows_nothing() -> None:
    assert lies_elsewhere({"A": 5, "X": 5}, 10, {"A": 10, "B": 0})
    assert not lies_elsewhere({"A": 10, "X": 0}, 10, {"A": 10, "B": 0})


def test_room_is_what_the_locations_behind_the_warehouses_hold() -> None:
    warehouses = [("A", None), ("B", 7)]
    assert room_of(warehouses, {1: 4, 7: 5, 9: 3}, 1) == {"A": 7, "B": 5}
    assert room_of(warehouses, {1: -2, 7: 5}, 2) == {"A": 0, "B": 2}
    assert room_of([("A", 7), ("B", None)], {1: 4, 7: 5}, 1) == {"A": 9, "B": 0}


def test_an_order_lowers_its_own_warehouse() -> None:
    assert after_order({"A": 4, "B": 2}, "B", 2) == {"A": 4, "B": 0}
    assert after_order({"A": 4, "B": 2}, "A", -1) == {"A": 5, "B": 2}
    assert after_order({"A": 4}, "", 1) is None, "nobody knows where it was taken from"
    assert after_order({"A": 4}, "C", 1) is None
    assert after_order(None, "A", 1) is None
    assert after_order({"A": 4}, "", 0) == {"A": 4}
