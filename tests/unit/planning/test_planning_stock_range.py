"""Each event moves the range of a figure as the rules say; the plan rests only when both ends agree."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.planning.stock_range import (
    Cover,
    Need,
    StockRange,
    begin_write,
    book_cancellation,
    book_order,
    cover_write,
    forget_write,
    judge_stock,
    refuse_write,
    settle_write,
)

figures = st.integers(0, 9)
states = st.builds(
    StockRange,
    base=st.none() | figures,
    first_booked=figures,
    cancelled_since=figures,
    may_sell=st.none() | figures,
    cover=st.sampled_from(Cover),
    clean=st.booleans(),
    open_writes=st.integers(0, 3),
)


def written(value: int, start: StockRange | None = None) -> StockRange:
    """A figure whose write was claimed, done and covered."""
    return cover_write(settle_write(begin_write(start if start is not None else StockRange(), value)))


def test_a_new_listing_can_sell_nothing() -> None:
    assert StockRange().may_sell == 0
    assert StockRange().low is None


def test_a_covered_write_is_a_point() -> None:
    state = written(5)
    assert (state.low, state.may_sell, state.cover, state.open_writes) == (5, 5, Cover.COVERED, 0)


def test_a_second_write_weighs_with_the_first_until_it_is_covered() -> None:
    state = begin_write(written(5), 3)
    assert (state.may_sell, state.low, state.cover) == (8, 3, Cover.OPEN)
    state = settle_write(state)
    assert (state.may_sell, state.cover) == (8, Cover.SETTLED)
    assert cover_write(state).may_sell == 3


def test_zero_is_a_figure() -> None:
    state = written(0)
    assert (state.base, state.low, state.may_sell) == (0, 0, 0)
    assert judge_stock(state, 0) is Need.REST
    assert judge_stock(state, 1) is Need.WRITE


def test_what_was_sold_during_the_write_is_taken_off() -> None:
    state = book_order(begin_write(written(5), 5), 2)
    assert (state.low, state.may_sell) == (3, 8)
    state = cover_write(settle_write(state))
    assert (state.low, state.may_sell) == (3, 5)  # nobody knows whether it was sold before the write landed
    assert judge_stock(state, 3) is Need.WRITE


def test_an_order_after_the_write_moves_both_ends() -> None:
    state = book_order(written(5), 2)
    assert (state.low, state.may_sell) == (3, 3)
    assert judge_stock(state, 3) is Need.REST


def test_a_cancellation_moves_the_upper_end_only() -> None:
    state = book_cancellation(book_order(written(5), 2), 2)
    assert (state.low, state.may_sell) == (3, 5)
    assert judge_stock(state, 5) is Need.WRITE  # it may have been added back, or not
    assert judge_stock(state, 3) is Need.WRITE


def test_units_that_may_still_come_back_stay_above_the_covered_value() -> None:
    state = cover_write(settle_write(begin_write(written(5), 4, owed=2)))
    assert (state.low, state.may_sell) == (4, 6)


def test_a_refused_write_weighs_nothing() -> None:
    state = refuse_write(begin_write(written(5), 3), 3)
    assert (state.may_sell, state.cover, state.open_writes) == (5, Cover.NONE, 0)
    assert state.low is None  # the channel never showed the refused value
    assert judge_stock(state, 3) is Need.WRITE


def test_a_refused_value_is_not_taken_for_shown_while_another_write_is_open() -> None:
    lost = begin_write(written(5), 4)  # its answer never came
    state = refuse_write(begin_write(lost, 2), 2)
    assert state.open_writes == 1
    assert judge_stock(state, 2) is Need.WRITE


def test_a_write_beside_a_lost_one_gives_no_base() -> None:
    lost = begin_write(written(5), 4)
    state = settle_write(begin_write(lost, 2))
    assert (state.cover, state.clean, state.open_writes) == (Cover.NONE, False, 1)
    assert cover_write(state) == state
    assert state.may_sell == 11
    assert judge_stock(state, 2) is Need.REST  # what is open may still land; then it is written cleanly
    over = forget_write(state)
    assert (over.open_writes, over.may_sell) == (0, 11)
    assert judge_stock(over, 2) is Need.WRITE
    assert written(2, over).may_sell == 2


def test_a_lost_write_keeps_its_weight_beyond_its_horizon() -> None:
    state = forget_write(begin_write(written(5), 4))
    assert (state.may_sell, state.cover, state.open_writes) == (9, Cover.NONE, 0)


def test_forgetting_one_of_two_lost_writes_leaves_the_other_open() -> None:
    state = forget_write(begin_write(begin_write(written(5), 4), 3))
    assert (state.cover, state.open_writes) == (Cover.OPEN, 1)
    assert forget_write(state).cover is Cover.NONE


def test_forgetting_leaves_a_covered_base_alone() -> None:
    state = replace(written(5), open_writes=1)
    assert forget_write(state) == written(5)


@pytest.mark.parametrize("cover", [Cover.NONE, Cover.OPEN, Cover.COVERED])
def test_only_a_settled_write_is_covered(cover: Cover) -> None:
    state = replace(written(5), cover=cover, may_sell=9)
    assert cover_write(state) == state


def test_covering_never_raises_what_may_be_sold() -> None:
    state = book_order(settle_write(begin_write(StockRange(), 5)), 3)
    assert cover_write(state).may_sell == 2


def test_unknown_stays_unknown_until_a_write_is_covered() -> None:
    unknown = StockRange(may_sell=None)
    for state in (
        begin_write(unknown, 3),
        refuse_write(unknown, 3),
        book_order(unknown, 1),
        book_cancellation(unknown, 1),
    ):
        assert state.may_sell is None
    assert written(3, unknown).may_sell == 3


@given(states, figures, figures)
def test_what_is_begun_and_refused_leaves_the_bound_as_it_was(state: StockRange, value: int, owed: int) -> None:
    after = refuse_write(begin_write(state, value, owed), value)
    assert (after.may_sell, after.open_writes) == (state.may_sell, state.open_writes)


@given(states, st.lists(st.tuples(st.booleans(), st.integers(1, 4)), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_bookings_is_irrelevant(state: StockRange, news: list[tuple[bool, int]], chance: object) -> None:
    def booked() -> StockRange:
        after = state
        for is_order, units in news:
            after = (book_order if is_order else book_cancellation)(after, units)
        return after

    expected = booked()
    chance.shuffle(news)  # type: ignore[attr-defined]
    assert booked() == expected


@given(states)
def test_no_event_makes_the_open_writes_negative(state: StockRange) -> None:
    for after in (settle_write(state), forget_write(state), refuse_write(state, 1)):
        assert after.open_writes == max(0, state.open_writes - 1)


COVERED = written(5)
OPEN = begin_write(COVERED, 4)
SETTLED = settle_write(OPEN)
LOST_BESIDE = settle_write(begin_write(OPEN, 3))


@pytest.mark.parametrize(
    ("state", "desired", "refused", "need"),
    [
        (COVERED, None, None, Need.UNKNOWN),
        (StockRange(), None, None, Need.UNKNOWN),
        (StockRange(), None, 4, Need.UNKNOWN),
        (StockRange(), 0, None, Need.WRITE),
        (StockRange(), 5, None, Need.WRITE),
        (StockRange(), 5, 5, Need.REST),  # the channel refused just this figure
        (StockRange(), 6, 5, Need.WRITE),
        (StockRange(), 0, 0, Need.REST),
        (COVERED, 5, None, Need.REST),
        (COVERED, 4, None, Need.WRITE),
        (COVERED, 0, None, Need.WRITE),
        (COVERED, 4, 4, Need.REST),
        (book_order(COVERED, 5), 0, None, Need.REST),
        (replace(COVERED, may_sell=6), 5, None, Need.WRITE),
        (replace(COVERED, may_sell=None), 5, None, Need.WRITE),
        (OPEN, 4, None, Need.REST),  # it is under way
        (OPEN, 3, None, Need.WRITE),
        (book_order(OPEN, 1), 3, None, Need.REST),
        (SETTLED, 4, None, Need.REST),  # a pull will cover it
        (SETTLED, 5, None, Need.WRITE),
        (LOST_BESIDE, 3, None, Need.REST),  # what is open may still land
        (LOST_BESIDE, 2, None, Need.WRITE),
        (forget_write(LOST_BESIDE), 3, None, Need.WRITE),
    ],
)
def test_judge_stock(state: StockRange, desired: int | None, refused: int | None, need: Need) -> None:
    assert judge_stock(state, desired, refused) is need


@given(states, figures)
def test_a_covered_plan_rests_only_where_both_ends_agree(state: StockRange, desired: int) -> None:
    covered = replace(state, cover=Cover.COVERED, open_writes=0)
    rests = judge_stock(covered, desired) is Need.REST
    assert rests == (covered.low == desired == covered.may_sell)


@given(states, figures)
def test_after_one_clean_write_and_a_pull_the_plan_is_empty(state: StockRange, desired: int) -> None:
    start = replace(state, open_writes=0, may_sell=None if state.may_sell is None else abs(state.may_sell))
    assert judge_stock(written(desired, start), desired) is Need.REST
