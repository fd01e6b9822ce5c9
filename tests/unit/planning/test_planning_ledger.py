"""Balances are sums of the ledger, the same for every order of the events."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.planning.ledger import Balance, Count, Movement, apply_movement, split_total, sum_ledger

START = datetime(2026, 11, 1, tzinfo=UTC)


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


hours = st.integers(0, 8).map(at)
movements = st.builds(Movement, st.integers(-5, 5), st.integers(-5, 5), hours)
counts = st.builds(Count, st.integers(0, 20), hours, st.integers(0, 3))


def numbered(told: list[Count]) -> list[Count]:
    """Counts in the order in which they were written down."""
    return [replace(count, number=number) for number, count in enumerate(told)]


@given(st.lists(movements, max_size=8), st.lists(counts, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_the_events_is_irrelevant(moves: list[Movement], told: list[Count], chance: object) -> None:
    told = numbered(told)
    expected = sum_ledger(moves, told)
    chance.shuffle(moves)  # type: ignore[attr-defined]
    chance.shuffle(told)  # type: ignore[attr-defined]
    assert sum_ledger(iter(moves), iter(told)) == expected


@given(st.lists(movements, max_size=8), st.lists(counts, max_size=3))
def test_one_more_movement_is_the_same_as_summing_again(moves: list[Movement], told: list[Count]) -> None:
    balance = sum_ledger((), told)
    for number, move in enumerate(moves, 1):
        balance = apply_movement(balance, move)
        assert balance == sum_ledger(moves[:number], told)


@given(st.lists(movements, max_size=8), st.lists(counts, max_size=3), counts)
def test_a_count_that_is_older_than_the_latest_changes_nothing(
    moves: list[Movement], told: list[Count], extra: Count
) -> None:
    with_it = sum_ledger(moves, [*told, extra])
    if any(count.counted_at > extra.counted_at for count in told):
        assert with_it == sum_ledger(moves, told)
    else:
        assert with_it.counted_at == extra.counted_at


@pytest.mark.parametrize(
    ("moves", "told", "on_hand", "held", "available"),
    [
        ([], [], None, 0, None),
        ([Movement(0, 2, at(1))], [], None, 2, None),  # never counted: unknown, not zero
        ([Movement(0, 2, at(1))], [Count(10, at(2))], 10, 2, 8),  # packed goods are in the count; the hold counts
        ([Movement(-3, 0, at(1))], [Count(10, at(2))], 10, 0, 10),  # left before the count
        ([Movement(-3, 0, at(2))], [Count(10, at(2))], 7, 0, 7),  # at the same moment: after it
        ([Movement(-3, 0, at(3))], [Count(10, at(2))], 7, 0, 7),
        ([Movement(-3, 0, at(3))], [Count(10, at(2)), Count(9, at(4))], 9, 0, 9),
        ([Movement(0, 2, at(1))], [Count(8, at(2), held_then=2)], 10, 2, 8),  # a figure of free goods
        ([Movement(0, 0, at(1))], [Count(0, at(2))], 0, 0, 0),  # zero is a figure
        ([Movement(0, 5, at(1))], [Count(3, at(2))], 3, 5, -2),  # sold more than is there: shown, not hidden
    ],
)
def test_balance(
    moves: list[Movement], told: list[Count], on_hand: int | None, held: int, available: int | None
) -> None:
    balance = sum_ledger(moves, told)
    assert (balance.on_hand, balance.held, balance.available) == (on_hand, held, available)


@given(st.lists(movements, min_size=1, max_size=5))
def test_a_count_that_arrives_late_is_dated_by_itself(moves: list[Movement]) -> None:
    before = sum_ledger(moves, [Count(7, at(-1))])
    assert before.on_hand == 7 + sum(move.on_hand for move in moves)


@dataclass(frozen=True)
class Life:
    """When an order was placed and when its one piece left; None: not yet."""

    placed: float
    shipped: float | None

    def moves(self) -> list[Movement]:
        left = [] if self.shipped is None else [Movement(-1, -1, at(self.shipped))]
        return [Movement(0, 1, at(self.placed)), *left]

    def is_packed(self, hour: float) -> bool:
        return self.placed < hour and (self.shipped is None or self.shipped >= hour)


LIVES = [Life(p, s) for p in (1, 2, 4) for s in (2, 3.5, 4.5, None) if s is None or s > p]


@pytest.mark.parametrize("free", [False, True], ids=["all on the shelf", "free goods only"])
@pytest.mark.parametrize("lost_at", [None, 2.5])
@pytest.mark.parametrize("hours_of_counts", [(3,), (3, 5)])
def test_what_is_available_is_what_is_there(
    free: bool, lost_at: float | None, hours_of_counts: tuple[int, ...]
) -> None:
    for one, two in product(LIVES, LIVES):

        def shelf(hour: float, lives: tuple[Life, ...] = (one, two)) -> int:
            gone = sum(life.shipped is not None and life.shipped < hour for life in lives)
            return 5 - gone - (lost_at is not None and lost_at < hour)

        def packed(hour: float, lives: tuple[Life, ...] = (one, two)) -> int:
            return sum(life.is_packed(hour) for life in lives)

        told = [Count(shelf(h) - packed(h) * free, at(h), packed(h) * free) for h in hours_of_counts]
        balance = sum_ledger([*one.moves(), *two.moves()], told)
        assert balance.available == shelf(9) - packed(9)


@given(st.integers(0, 1000), st.integers(1, 40))
def test_a_total_is_never_sold_twice(total: int, parts: int) -> None:
    split = split_total(total, parts)
    assert len(split) == parts
    assert len(set(split)) == 1
    assert total - parts < sum(split) <= total


def test_of_two_counts_of_one_moment_the_correction_wins() -> None:
    told = numbered([Count(10, at(2)), Count(8, at(2))])
    assert sum_ledger([], told).on_hand == sum_ledger([], reversed(told)).on_hand == 8


def test_an_unknown_balance_stays_unknown() -> None:
    assert apply_movement(Balance(None, 0), Movement(5, 1, at(0))) == Balance(None, 1)
