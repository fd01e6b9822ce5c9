"""Warnings before an authorisation ends: 30, 7 and 1 days before the consent's end, 7 and 1 before the refresh token's."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.planning.authorisation import Ends, endings_of

NOW = datetime(2027, 3, 14, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def after(days: float = 0) -> datetime:
    return NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("until", "within", "days"),
    [
        (after(30) + SECOND, None, 30),
        (after(30), 30, 30),
        (after(7) + SECOND, 30, 7),
        (after(7), 7, 7),
        (after(1) + SECOND, 7, 1),
        (after(1), 1, 1),
        (after(1) - SECOND, 1, 0),
        (NOW + SECOND, 1, 0),
        (NOW, 0, 0),
        (after(-40), 0, 0),
    ],
)
def test_a_consent_is_warned_about_at_its_edges(until: datetime, within: int | None, days: int) -> None:
    (found,) = endings_of(until, None, NOW)
    assert (found.what, found.until, found.within, found.days) == (Ends.CONSENT, until, within, days)


@pytest.mark.parametrize(
    ("until", "within"),
    [
        (after(30), None),
        (after(7) + SECOND, None),
        (after(7), 7),
        (after(1) + SECOND, 7),
        (after(1), 1),
        (NOW + SECOND, 1),
        (NOW, 0),
    ],
)
def test_a_refresh_token_is_warned_about_later(until: datetime, within: int | None) -> None:
    """Shopee's live 30 days from each renewal: a warning at 30 days would never go away."""
    (found,) = endings_of(None, until, NOW)
    assert (found.what, found.within) == (Ends.REFRESH, within)


def test_the_two_ends_are_told_apart_and_hide_nothing_of_each_other() -> None:
    refresh, consent = endings_of(after(20), after(19), NOW)
    assert (refresh.what, refresh.within) == (Ends.REFRESH, None)
    assert (consent.what, consent.within) == (Ends.CONSENT, 30)
    refresh, consent = endings_of(after(200), after(0.5), NOW)
    assert [(each.what, each.within) for each in (refresh, consent)] == [(Ends.REFRESH, 1), (Ends.CONSENT, None)]


@pytest.mark.parametrize("refresh", [after(5), after(5) + SECOND, after(300)])
def test_a_refresh_token_that_outlives_the_consent_says_nothing(refresh: datetime) -> None:
    (found,) = endings_of(after(5), refresh, NOW)
    assert (found.what, found.within) == (Ends.CONSENT, 7)


def test_where_no_end_is_told_nothing_is_warned_about() -> None:
    assert endings_of(None, None, NOW) == ()


@given(st.integers(-50, 400 * 24), st.integers(0, 60))
def test_a_warning_never_becomes_milder_as_time_passes(hours: int, more: int) -> None:
    until = NOW + timedelta(hours=hours)
    (now,), (later,) = endings_of(until, None, NOW), endings_of(until, None, NOW + timedelta(hours=more))
    urgency = [400 if each.within is None else each.within for each in (now, later)]
    assert urgency[1] <= urgency[0]
    assert later.days <= now.days
