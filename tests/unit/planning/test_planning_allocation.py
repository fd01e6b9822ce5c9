"""Dividing one stock over several listings: the figures, and what holds for all of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.planning.allocation import (
    PARTITIONED,
    SHARED,
    SPLIT,
    Place,
    StockRule,
    allowed,
    divide,
    exposure,
    rule_of,
    settle_down,
)

rules = st.builds(
    StockRule,
    mode=st.sampled_from([SHARED, SPLIT, PARTITIONED]),
    shares=st.sampled_from([{}, {1: 60, 2: 40}, {1: 100}, {2: 50, 3: 50}]),
    buffer=st.sampled_from([None, 0, 2]),
    last_units=st.integers(0, 5),
    main=st.sampled_from([None, 1, 2, 9]),
)
places = st.lists(
    st.builds(
        Place,
        key=st.integers(1, 99),
        shop=st.integers(1, 3),
        units=st.integers(1, 3),
        buffer=st.integers(0, 2),
        may_sell=st.integers(0, 6),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda place: place.key,
)
A, B, C = Place(1, 1), Place(2, 2), Place(3, 3)


@pytest.mark.parametrize(
    ("rule", "available", "given", "shown"),
    [
        (StockRule(), 10, (A, B), (10, 10)),
        (StockRule(SPLIT), 10, (A, B), (5, 5)),
        (StockRule(SPLIT), 11, (A, B), (6, 5)),  # what is left goes to the main shop
        (StockRule(SPLIT, main=2), 11, (A, B), (5, 6)),
        (StockRule(SPLIT, shares={1: 70, 2: 30}), 10, (A, B), (7, 3)),
        (StockRule(SPLIT, shares={1: 70, 2: 30}), 1, (A, B), (1, 0)),
        (StockRule(SPLIT, shares={1: 100}), 10, (A, B), (10, 0)),
        (StockRule(SPLIT), 10, (A, B, C), (4, 3, 3)),
        (StockRule(SPLIT, buffer=4), 10, (A, B), (3, 3)),
        (StockRule(PARTITIONED), 1, (A, B), (1, 0)),
        (StockRule(SHARED, last_units=3), 2, (A, B), (2, 0)),
        (StockRule(SHARED, last_units=3, main=2), 2, (A, B), (0, 2)),
        (StockRule(SHARED, last_units=3), 3, (A, B), (3, 3)),
        (StockRule(SPLIT, last_units=3), 2, (A, B), (2, 0)),
        (StockRule(SHARED, last_units=9), 2, (Place(1, 1, units=6), B), (0, 2)),  # the main shop sells sixes only: it yields
        (StockRule(SPLIT), 5, (Place(1, 1, units=2), Place(2, 2, units=2)), (1, 1)),
        (StockRule(SPLIT), 7, (Place(1, 1, units=12), B), (0, 7)),
        (StockRule(SPLIT, shares={1: 50, 2: 50}), 8, (A, Place(4, 1), B), (2, 2, 4)),
        (StockRule(SPLIT), 10, (Place(1, 1, buffer=9), B), (1, 9)),
        (StockRule(SPLIT), -3, (A, B), (0, 0)),
    ],
)  # fmt: skip
def test_divide(rule: StockRule, available: int, given: tuple[Place, ...], shown: tuple[int, ...]) -> None:
    assert divide(available, given, rule) == {place.key: units for place, units in zip(given, shown, strict=True)}


@given(st.integers(-3, 40), places, rules)
def test_no_listing_shows_more_than_there_is(available: int, given: list[Place], rule: StockRule) -> None:
    shown = divide(available, given, rule)
    assert set(shown) == {place.key for place in given}
    for place in given:
        buffer = place.buffer if rule.buffer is None else rule.buffer
        assert 0 <= shown[place.key] * place.units <= max(0, available - buffer)


@given(st.integers(-3, 40), places, rules.filter(lambda rule: rule.mode != SHARED))
def test_what_is_divided_is_never_shown_twice(available: int, given: list[Place], rule: StockRule) -> None:
    assert sum(divide(available, given, rule)[place.key] * place.units for place in given) <= max(0, available)


@given(st.integers(1, 40), places, st.sampled_from([SHARED, SPLIT, PARTITIONED]), st.integers(0, 5))
def test_what_can_be_sold_is_shown_somewhere(available: int, given: list[Place], mode: str, lock: int) -> None:
    rule = StockRule(mode, buffer=0, last_units=lock)
    if available >= min(place.units for place in given):
        assert any(divide(available, given, rule).values())


@given(st.integers(0, 40), places, rules, st.randoms())
def test_the_order_of_the_listings_is_irrelevant(
    available: int, given: list[Place], rule: StockRule, chance: Any
) -> None:
    turned = list(given)
    chance.shuffle(turned)
    assert divide(available, turned, rule) == divide(available, given, rule)


@given(st.integers(0, 40), places)
def test_a_partition_comes_to_rest(available: int, given: list[Place]) -> None:
    """Once every figure is what was wanted, nothing is wanted any more: no figure dips through 0 again and again."""
    rule = StockRule(PARTITIONED, buffer=0)
    for _ in range(len(given) + 2):
        target = settle_down(available, given, divide(available, given, rule))
        still = all(target[place.key] == place.may_sell for place in given)
        given = [Place(place.key, place.shop, place.units, 0, target[place.key]) for place in given]
    assert still
    assert sum((place.may_sell or 0) * place.units for place in given) <= available


@pytest.mark.parametrize(
    ("available", "held", "shares", "target"),
    [
        (9, (4, 5), (5, 4), (4, 5)),  # a sale on one side does not make both dip
        (10, (0, 5), (5, 5), (5, 5)),  # sold out, and pieces are spare: filled directly
        (5, (0, 5), (3, 2), (3, 2)),  # sold out here, all is there: the other one gives
        (8, (5, 5), (4, 4), (4, 4)),  # more promised than there is
        (20, (2, 2), (10, 10), (10, 10)),  # much came in
        (11, (5, 5), (6, 5), (5, 5)),
        (9, (None, 5), (5, 4), (5, 4)),
    ],
)
def test_settle_down(
    available: int, held: tuple[int | None, ...], shares: tuple[int, ...], target: tuple[int, ...]
) -> None:
    given = [Place(key, key, may_sell=units) for key, units in enumerate(held)]
    assert settle_down(available, given, dict(enumerate(shares))) == dict(enumerate(target))


@pytest.mark.parametrize(
    ("value", "units", "promised", "available", "may"),
    [(0, 1, None, None, True), (0, 1, 99, 0, True), (5, 1, 5, 10, True), (5, 1, 6, 10, False), (2, 3, 4, 10, True),
     (2, 3, 5, 10, False), (1, 1, None, 10, False), (1, 1, 0, None, False)],
)  # fmt: skip
def test_the_gate(value: int, units: int, promised: int | None, available: int | None, may: bool) -> None:
    assert allowed(value, units, promised, available) is may


def test_exposure() -> None:
    assert [exposure(7, 5), exposure(4, 5), exposure(None, 5), exposure(5, None), exposure(2, -1)] == [
        2,
        0,
        None,
        None,
        3,
    ]


def test_the_nearest_rule_wins_word_by_word() -> None:
    rule = rule_of([{"buffer": 1}, {"mode": "split", "buffer": 9}, {"mode": "shared", "shares": {"3": 100}, "main": 3}])
    assert rule == StockRule("split", {3: 100}, 1, 0, 3)
    assert rule_of([{}, {}]) == StockRule()
    assert rule_of([{"last_units": 2, "sold_out": "least"}]) == StockRule(last_units=2, sold_out="least")
    assert [StockRule().divides, StockRule(last_units=1).divides, StockRule("split").divides] == [False, True, True]
