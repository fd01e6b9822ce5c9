"""Where more is ordered than is there, the merchant is told of the SKU and the pieces, once, until it is no longer so."""

from typing import Any

from bridge.engine.alerting import current_alerts, tell_alerts
from bridge.engine.changing import make_bundle
from bridge.engine.counting import count_stock
from bridge.engine.locations import add_location
from bridge.planning.alerts import Kind
from tests.engine.world import World

NAME, CODE, OWNER = "Keripik Pisang", "M01P001", "Toko Uji"


class Ears:
    """A road that keeps what it was told."""

    name = "ears"

    def __init__(self) -> None:
        self.heard: list[str] = []

    def send(self, heading: str, text: str) -> None:
        self.heard.append(text)


def look(world: World, ears: Ears) -> list[str]:
    """What one look tells."""
    before = len(ears.heard)
    tell_alerts(
        world.engine, [ears], lambda alerts: ("", " ".join(f"{each.subject} {each.values['count']}" for each in alerts))
    )
    return ears.heard[before:]


def oversold(world: World) -> list[dict[str, Any]]:
    return [alert.values for alert in current_alerts(world.engine) if alert.kind == Kind.OVERSOLD]


def test_more_ordered_than_is_there_is_told_once_until_it_is_counted(two: tuple[World, World]) -> None:
    one, _ = two
    one.add_product(NAME, stock=3)
    one.sync()
    ears = Ears()
    one.market.buy("1", {CODE: 3})
    one.market.buy("2", {CODE: 2})
    one.sync()
    assert look(one, ears) == ["sku/1 2"]
    one.advance_clock(60)
    assert look(one, ears) == [], "not each minute"
    one.count(CODE, 2)
    assert look(one, ears) == [], "not again for one piece more"
    assert oversold(one) == [{"sku": CODE, "product": NAME, "count": 3}]
    one.advance_clock(60)
    one.count(CODE, 5)
    assert (look(one, ears), oversold(one)) == ([], []), "sold out is not oversold"
    one.advance_clock(60)
    one.count(CODE, 4)
    assert look(one, ears) == ["sku/1 1"], "it came again"


def test_a_cancelled_order_ends_it(two: tuple[World, World]) -> None:
    one, _ = two
    one.add_product(NAME, stock=1)
    one.sync()
    one.market.buy("1", {CODE: 1})
    order = one.market.buy("2", {CODE: 1})
    one.sync()
    assert [each["count"] for each in oversold(one)] == [1]
    one.market.move(order, "cancel")
    one.advance_clock(30)
    one.sync()
    assert oversold(one) == []


def test_of_a_bundle_the_part_that_is_missing_is_named(two: tuple[World, World]) -> None:
    one, _ = two
    one.add_product(NAME, stock=4)
    one.add_product("Keripik Tempe", stock=20)
    one.add_product("Keripik Paket", stock=None)
    make_bundle(one.engine, "M01P003", {"M01P001": 2, "M01P002": 1}, None)
    one.sync()
    one.market.buy("1", {"M01P003": 2})
    one.market.buy("2", {"M01P003": 2})
    one.sync()
    assert oversold(one) == [{"sku": CODE, "product": NAME, "count": 4}]


def test_what_lies_at_another_place_is_there(two: tuple[World, World]) -> None:
    one, _ = two
    one.add_product(NAME, stock=1)
    one.add_product("Keripik Tempe", stock=None)
    add_location(one.engine, OWNER, "Selatan")
    one.sync()
    one.market.buy("1", {CODE: 1})
    one.market.buy("2", {CODE: 1})
    one.sync()
    assert [each["count"] for each in oversold(one)] == [1]
    count_stock(one.engine, CODE, 5, None, None, None, "Selatan")
    assert oversold(one) == []
    count_stock(one.engine, CODE, 0, None, None, None, "Selatan")
    assert [each["count"] for each in oversold(one)] == [1]
