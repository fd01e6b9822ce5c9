"""A plan is in the order of urgency; the guard stops what would take away too much, and only until just that is confirmed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import OpKind, Problem
from bridge.planning.allocation import allocate
from bridge.planning.guard import GuardRule, Trip, confirm_code, guard_plan
from bridge.planning.plan import LANES, Parked, Plan, SkuStep, Step, build_plan

RULE = GuardRule(share=0.2, minimum=2)


def step(kind: OpKind, listing_id: int = 1, *skus: SkuStep, **new: Any) -> Step:
    return Step(kind, listing_id, 7, f"Barang {listing_id}", "changed", skus, new)


def hide(listing_id: int) -> Step:
    return step(OpKind.VISIBILITY, listing_id, visible=False)


def show(listing_id: int) -> Step:
    return step(OpKind.VISIBILITY, listing_id, visible=True)


def zero(listing_id: int) -> Step:
    return step(OpKind.STOCK, listing_id, SkuStep(listing_id, "A", stock=0, old_stock=3))


def cut(listing_id: int) -> Step:
    return step(OpKind.PRICE, listing_id, SkuStep(listing_id, "A", price_idr=9_000, old_price_idr=10_000))


def plan_of(*steps: Step) -> Plan:
    return build_plan(7, steps)


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_lanes_are_in_the_order_of_urgency() -> None:
    wanted = [
        step(OpKind.CANCEL), step(OpKind.SHIP), hide(1), step(OpKind.STOCK), step(OpKind.PRICE), step(OpKind.CONTENT), show(1),
        step(OpKind.CREATE),
    ]  # fmt: skip
    assert list(build_plan(7, reversed(wanted)).steps) == wanted
    assert [each.lane for each in wanted] == list(range(8))
    assert set(LANES) == set(OpKind)


every_step = st.builds(
    lambda kind, visible: (kind, {"visible": visible} if kind is OpKind.VISIBILITY else {}),
    st.sampled_from(OpKind),
    st.booleans(),
)


@given(st.lists(st.tuples(st.integers(1, 4), every_step), unique_by=lambda one: (one[0], one[1][0])), st.randoms())
def test_the_order_of_the_input_is_irrelevant(drawn: list[Any], chance: Any) -> None:
    steps = [step(kind, listing_id, **new) for listing_id, (kind, new) in drawn]
    parked = [Parked(listing_id, "x", ()) for listing_id, _ in drawn]
    rested = [listing_id for listing_id, _ in drawn]
    expected = build_plan(7, steps, parked, rested)
    for each in (steps, parked, rested):
        chance.shuffle(each)
    assert build_plan(7, iter(steps), iter(parked), iter(rested)) == expected
    assert [one.lane for one in expected.steps] == sorted(one.lane for one in expected.steps)


def test_a_plan_without_steps_is_empty_whatever_is_parked() -> None:
    problem = Problem("E", "x", "m", "f")
    assert build_plan(7, [], [Parked(2, "b", (problem,)), Parked(1, "a", ())], [3, 1]).is_empty
    assert [each.listing_id for each in build_plan(7, [], [Parked(2, "b", ()), Parked(1, "a", ())]).parked] == [1, 2]
    assert build_plan(7, [], rested=[3, 1]).rested == (1, 3)
    assert not plan_of(hide(1)).is_empty


# --- allocation -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("available", "buffer", "units", "shown"),
    [
        (None, 0, 1, None), (None, 5, 12, None), (10, 0, 1, 10), (10, 3, 1, 7), (3, 3, 1, 0), (2, 3, 1, 0), (-4, 0, 1, 0),
        (0, 0, 1, 0),
        (25, 0, 12, 2), (25, 2, 12, 1), (11, 0, 12, 0), (24, 0, 12, 2),
    ],
)  # fmt: skip
def test_allocate(available: int | None, buffer: int, units: int, shown: int | None) -> None:
    assert allocate(available, buffer, units) == shown


@given(st.integers(-50, 500), st.integers(0, 20), st.integers(1, 24))
def test_a_listing_never_shows_more_than_there_is(available: int, buffer: int, units: int) -> None:
    shown = allocate(available, buffer, units)
    assert shown is not None
    assert 0 <= shown * units <= max(0, available - buffer)
    assert max(0, available - buffer) - shown * units < units


# --- the guard --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lossy", "number", "live", "what"),
    [
        (hide, 3, 5, "hide"), (zero, 3, 5, "zero"), (cut, 3, 5, "price_cut"),  # more than the minimum of 2
        (hide, 2, 2, None), (zero, 2, 0, None),  # never fewer than the minimum
        (hide, 4, 20, None), (hide, 5, 20, "hide"), (zero, 20, 100, None), (zero, 21, 100, "zero"), (cut, 21, 100, "price_cut"),
        (show, 100, 100, None),
    ],
)  # fmt: skip
def test_the_guard_trips_above_its_share(lossy: Any, number: int, live: int, what: str | None) -> None:
    trips = guard_plan(plan_of(*[lossy(listing_id) for listing_id in range(1, number + 1)]), live, RULE)
    assert trips == (() if what is None else (Trip(7, what, number, live),))


@pytest.mark.parametrize(
    ("share", "live", "allowed"), [(0.29, 100, 29), (0.07, 100, 7), (0.2, 35, 7), (0.0, 100, 0), (1.0, 9, 9)]
)
def test_just_the_share_is_allowed(share: float, live: int, allowed: int) -> None:
    rule = GuardRule(share, minimum=0)
    assert guard_plan(plan_of(*[hide(number) for number in range(allowed)]), live, rule) == ()
    assert guard_plan(plan_of(*[hide(number) for number in range(allowed + 1)]), live, rule)


def test_each_kind_of_loss_is_counted_on_its_own() -> None:
    plan = plan_of(*[hide(n) for n in (1, 2)], *[zero(n) for n in (3, 4)], *[cut(n) for n in (5, 6)])
    assert guard_plan(plan, 6, RULE) == ()
    every = plan_of(*[loss(n) for n in (1, 2, 3) for loss in (hide, zero, cut)])
    assert {trip.what for trip in guard_plan(every, 6, RULE)} == {"hide", "zero", "price_cut"}


def test_a_lowering_that_the_ledger_explains_never_trips() -> None:
    plan = plan_of(*[zero(n) for n in range(1, 9)])
    assert guard_plan(plan, 8, RULE, frozenset(range(1, 9))) == ()
    assert guard_plan(plan, 8, RULE, frozenset(range(1, 7))) == ()
    assert [trip.count for trip in guard_plan(plan, 8, RULE, frozenset(range(1, 6)))] == [3]


@given(st.sets(st.integers(1, 12)), st.sets(st.integers(1, 12)), st.integers(0, 30))
def test_explaining_more_never_trips_more(zeroed: set[int], explained: set[int], live: int) -> None:
    plan = plan_of(*[zero(n) for n in zeroed])
    without = guard_plan(plan, live, RULE)
    with_it = guard_plan(plan, live, RULE, frozenset(explained))
    assert sum(trip.count for trip in with_it) <= sum(trip.count for trip in without)


@pytest.mark.parametrize(
    "harmless",
    [
        step(OpKind.STOCK, 1, SkuStep(1, "A", stock=0, old_stock=0)),
        step(OpKind.STOCK, 1, SkuStep(1, "A", stock=1, old_stock=9)),
        step(OpKind.PRICE, 1, SkuStep(1, "A", price_idr=10_000, old_price_idr=10_000)),
        step(OpKind.PRICE, 1, SkuStep(1, "A", price_idr=11_000, old_price_idr=10_000)),
        step(OpKind.PRICE, 1, SkuStep(1, "A", price_idr=9_000)),
        step(OpKind.CREATE, 1, SkuStep(1, "A", price_idr=9_000, old_price_idr=10_000, stock=0, old_stock=4)),
        step(OpKind.CONTENT, 1),
    ],
)
def test_what_takes_nothing_away_never_trips(harmless: Step) -> None:
    assert guard_plan(plan_of(harmless), 100, GuardRule(0, 0)) == ()


def test_an_unknown_old_figure_counts_as_a_loss() -> None:
    assert guard_plan(plan_of(step(OpKind.STOCK, 1, SkuStep(1, "A", stock=0))), 100, GuardRule(0, 0))


# --- the code that confirms -------------------------------------------------------------------------------------------

TRIPS = (Trip(7, "hide", 3, 5),)
BASE = plan_of(hide(1), cut(2), step(OpKind.CONTENT, 3, title="Kopi", prices={"A": 1, "B": 2}))


def test_the_code_is_the_same_for_the_same_plans() -> None:
    again = plan_of(step(OpKind.CONTENT, 3, prices={"B": 2, "A": 1}, title="Kopi"), cut(2), hide(1))
    other = build_plan(8, [hide(9)])
    assert confirm_code(TRIPS, [BASE, other]) == confirm_code(list(TRIPS), [other, again])
    assert len(confirm_code(TRIPS, [BASE])) == 8


@pytest.mark.parametrize(
    "other",
    [
        plan_of(hide(1)),
        plan_of(hide(1), cut(2), cut(4)),
        plan_of(hide(1), cut(2), zero(3)),
        plan_of(hide(4), cut(2)),
        plan_of(show(1), cut(2), step(OpKind.CONTENT, 3, title="Kopi", prices={"A": 1, "B": 2})),
        plan_of(hide(1), step(OpKind.PRICE, 2, SkuStep(2, "A", price_idr=8_000, old_price_idr=10_000)), BASE.steps[2]),
        replace(BASE, shop_id=8),
        build_plan(7, ()),
    ],
)
def test_the_code_binds_just_these_losses(other: Plan) -> None:
    assert confirm_code(TRIPS, [BASE]) != confirm_code(TRIPS, [other])


@pytest.mark.parametrize(
    "other",
    [
        plan_of(hide(1), cut(2)),
        plan_of(hide(1), cut(2), step(OpKind.CONTENT, 4, title="Teh"), show(5)),
        plan_of(hide(1), cut(2), step(OpKind.STOCK, 6, SkuStep(6, "A", stock=4, old_stock=9))),
        plan_of(hide(1), cut(2), step(OpKind.STOCK, 6, SkuStep(6, "A", stock=0, old_stock=1, explained=True))),
    ],
)
def test_an_order_that_comes_meanwhile_leaves_the_code_as_it_was(other: Plan) -> None:
    assert confirm_code(TRIPS, [BASE]) == confirm_code(TRIPS, [other])


def test_the_code_binds_just_these_trips() -> None:
    assert confirm_code(TRIPS, [BASE]) != confirm_code((Trip(7, "zero", 3, 5),), [BASE])
    assert confirm_code(TRIPS, [BASE]) != confirm_code((Trip(8, "hide", 3, 5),), [BASE])


def test_two_steps_of_one_kind_on_one_listing_have_a_code() -> None:
    double = Plan(7, (cut(1), step(OpKind.PRICE, 1, SkuStep(5, "B", price_idr=1, old_price_idr=2), odd={"deep": [1]})))
    assert confirm_code(TRIPS, [double]) != confirm_code(TRIPS, [plan_of(cut(1))])
