"""Which alerts there are, and which begin and end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.planning.alerts import Alert, Kind, Oversold, ShopFacts, alerts_of, begun, ended
from bridge.planning.authorisation import endings_of

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
LONGEST = timedelta(minutes=30)


def shop(number: int = 1, **more: Any) -> ShopFacts:
    known: dict[str, Any] = {
        "shop": number, "merchant": 7, "state": "ok", "reason": None, "pulled_at": NOW - timedelta(minutes=5), "refused": 0
    }  # fmt: skip
    return ShopFacts(**known | more)


def names(*shops: ShopFacts, guarded: tuple[int, ...] = ()) -> list[tuple[str, str]]:
    return [alert.name for alert in alerts_of(shops, guarded, NOW, LONGEST)]


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({}, []),
        ({"pulled_at": NOW - LONGEST}, []),
        ({"pulled_at": NOW - LONGEST - timedelta(seconds=1)}, [("pull", "shop/1")]),
        ({"pulled_at": None}, []),
        ({"refused": 2}, [("refused", "shop/1")]),
        ({"state": "auth", "pulled_at": NOW - timedelta(days=9)}, [("authorisation", "shop/1/ended")]),
        ({"state": "blocked", "reason": "banned"}, [("held", "shop/1/blocked")]),
        ({"state": "misconfigured", "refused": 1}, [("held", "shop/1/misconfigured"), ("refused", "shop/1")]),
    ],
)
def test_what_a_shop_gives_reason_for(facts: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    assert names(shop(**facts)) == wanted


@pytest.mark.parametrize(("days", "stage"), [(31, None), (30, 30), (7, 7), (1, 1), (-1, 0)])
def test_each_stage_of_an_authorisation_is_an_alert_of_its_own(days: int, stage: int | None) -> None:
    found = names(shop(endings=endings_of(NOW + timedelta(days=days), None, NOW)))
    assert found == ([] if stage is None else [("authorisation", f"shop/1/consent/{stage}")])


def test_the_most_urgent_stands_first() -> None:
    found = names(shop(1, refused=1), shop(2, state="auth"), shop(3, pulled_at=NOW - timedelta(days=1)), guarded=(7,))
    assert [kind for kind, _ in found] == ["authorisation", "pull", "guard", "refused"]


def test_an_alert_begins_once_and_ends_with_its_cause() -> None:
    alerts = alerts_of([shop(1, refused=3), shop(2, refused=1)], (), NOW, LONGEST)
    known = {("refused", "shop/1"), ("pull", "shop/9"), ("guard", "merchant/7")}
    assert [alert.subject for alert in begun(alerts, known)] == ["shop/2"]
    assert ended(alerts, known) == [("pull", "shop/9")], "only a run that passes it ends a guard's"


def test_a_larger_number_is_the_same_alert() -> None:
    one, two = Alert(Kind.REFUSED, "shop/1", values={"count": 1}), Alert(Kind.REFUSED, "shop/1", values={"count": 2})
    assert one.name == two.name


def test_an_oversold_sku_is_an_alert_of_its_business_and_more_pieces_are_the_same() -> None:
    def of(missing: int) -> Alert:
        (found,) = alerts_of([], (), NOW, LONGEST, [Oversold(12, "KRP-1", "Keripik", 7, missing)])
        return found

    assert (of(1).name, of(1).merchant, of(1).shop) == (("oversold", "sku/12"), 7, None)
    assert of(1).values == {"sku": "KRP-1", "product": "Keripik", "count": 1}
    assert of(1).name == of(5).name
