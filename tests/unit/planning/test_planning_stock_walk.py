"""The claims about a stock figure hold whatever happens; a rule that is only slightly wrong is noticed."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stock_walk import Rules, Walk

from bridge.planning import stock_range
from bridge.planning.stock_range import Cover, Need, StockRange


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.sampled_from([0, 3]))
def test_may_sell_bounds_the_channel_and_a_plan_at_rest_is_right(seed: int, edits: int) -> None:
    Walk(Random(seed), edits=edits).run(200)


@pytest.mark.slow
@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_may_sell_bounds_the_channel_on_long_walks(seed: int) -> None:
    Walk(Random(seed)).run(500)


def test_the_walks_reach_what_they_are_for() -> None:
    walks = [Walk(Random(seed), edits=seed % 3) for seed in range(60)]
    for walk in walks:
        walk.run(300)
    assert sum(walk.rested for walk in walks) > 10
    assert sum(walk.covered for walk in walks) > 20
    assert (sum(walk.judged for walk in walks) > 20, sum(walk.drifts for walk in walks) > 0) == (True, True)
    words = " ".join(line for walk in walks for line in walk.story)
    for word in ("late", "refused", "unknown", "horizon", "recalled", "restocks later", "does not restock"):
        assert word in words


def ignores_cancellations(state: StockRange, units: int) -> StockRange:
    return state


def keeps_only_the_range(state: StockRange, units: int) -> StockRange:
    return replace(stock_range.book_cancellation(state, units), cancelled_since=0)


def replaces_may_sell(state: StockRange, value: int, owed: int = 0) -> StockRange:
    return replace(stock_range.begin_write(state, value, owed), may_sell=value)


def forgets_what_is_owed(state: StockRange, value: int, owed: int = 0) -> StockRange:
    return stock_range.begin_write(state, value, 0)


def sees_no_sales(state: StockRange, units: int) -> StockRange:
    return replace(stock_range.book_order(state, units), first_booked=state.first_booked)


def always_clean(state: StockRange, value: int, owed: int = 0) -> StockRange:
    return replace(stock_range.begin_write(state, value, owed), clean=True)


def covers_at_once(state: StockRange) -> StockRange:
    return stock_range.cover_write(stock_range.settle_write(state))


def sets_may_sell(state: StockRange) -> StockRange:
    covered = stock_range.cover_write(state)
    newly = covered.cover is Cover.COVERED and state.cover is Cover.SETTLED
    return replace(covered, may_sell=state.low) if newly else covered


def takes_unknown_for_refused(state: StockRange) -> StockRange:
    return stock_range.refuse_write(state, state.base if state.base is not None else 0)


def gives_back_twice(state: StockRange, value: int) -> StockRange:
    return stock_range.refuse_write(stock_range.refuse_write(state, value), 1)


def rests_on_the_upper_bound(state: StockRange, desired: int | None, refused: int | None = None) -> Need:
    return Need.REST if desired == state.may_sell else stock_range.judge_stock(state, desired, refused)


def rests_on_the_lower_bound(state: StockRange, desired: int | None, refused: int | None = None) -> Need:
    return Need.REST if desired == state.low else stock_range.judge_stock(state, desired, refused)


def reads_over_news(state: StockRange, value: int, news: bool) -> tuple[StockRange, bool]:
    return stock_range.cover_read(state, value, False)


def calls_every_difference_drift(state: StockRange, value: int, news: bool) -> tuple[StockRange, bool]:
    after, drift = stock_range.cover_read(state, value, news)
    return after, drift or (not news and value not in (state.low, state.may_sell))


def keeps_the_range_of_before(state: StockRange, value: int, news: bool) -> tuple[StockRange, bool]:
    after, drift = stock_range.cover_read(state, value, news)
    return (after if not drift else replace(after, may_sell=state.may_sell)), drift


def wrong(**functions: Callable[..., Any]) -> type[Rules]:
    return type("Wrong", (Rules,), {name: staticmethod(function) for name, function in functions.items()})


MISTAKES = {
    "cancellations do not raise may_sell": wrong(cancel=ignores_cancellations)(),
    "cancellations since the claim are forgotten": wrong(cancel=keeps_only_the_range)(),
    "the new value replaces may_sell": wrong(begin=replaces_may_sell)(),
    "owed units are forgotten": wrong(begin=forgets_what_is_owed)(),
    "orders do not lower the lower bound": wrong(book=sees_no_sales)(),
    "an open write does not spoil the base": wrong(begin=always_clean)(),
    "a write covers itself": wrong(settle=covers_at_once)(),
    "covering sets may_sell to what was written less what was sold": wrong(cover=sets_may_sell)(),
    "an unknown write weighs nothing once its horizon has passed": wrong(forget=takes_unknown_for_refused)(),
    "a refusal gives back too much": wrong(refuse=gives_back_twice)(),
    "the plan looks at the upper bound only": wrong(judge=rests_on_the_upper_bound)(),
    "the plan looks at the lower bound only": wrong(judge=rests_on_the_lower_bound)(),
    "a reading is believed although something was bought since": wrong(read=reads_over_news)(),
    "what a buyer did is called drift": wrong(read=calls_every_difference_drift)(),
    "a figure raised by hand does not raise may_sell": wrong(read=keeps_the_range_of_before)(),
    "a reading does not wait for units that come back late": Rules(read_lag=0),
    "orders may enter the list late": Rules(list_lag=0),
    "units may come back late": Rules(restock_lag=0),
    "writes may land late": Rules(horizon=1),
}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda words: words.replace(" ", "-"))
def test_the_walk_notices(mistake: str) -> None:
    caught = 0
    for seed in range(400):
        try:
            Walk(Random(seed), rules=MISTAKES[mistake], edits=seed % 2 * 3).run(300)
        except AssertionError:
            caught += 1
            break
    assert caught, f"nobody noticed: {mistake}"
