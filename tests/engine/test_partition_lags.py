"""A divided figure after a cancelled order, on a channel that gives cancelled pieces back late: it may not stay at 0."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.connectors.base import Capabilities, Connector
from bridge.engine.changing import set_stock_rule
from bridge.engine.stock_views import stock_of_sku
from bridge.model import OpKind
from tests.engine.checks import Wrapped, add_shop
from tests.engine.scripted import scripted
from tests.engine.world import World

NAME, CODE = "Keripik Pisang", "M01P001"
LAGS = {"restock_lag": timedelta(seconds=60), "list_lag": timedelta(seconds=30)}  # as config/channels has them


class Lagging:
    """A connector that says so."""

    def __init__(self, inner: Connector) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def capabilities(self) -> Capabilities:
        return replace(self.inner.capabilities(), **LAGS)  # type: ignore[arg-type]


@pytest.mark.parametrize("booked_first", [True, False])
def test_after_a_cancelled_order_a_divided_shop_sells_again(two: tuple[World, World], booked_first: bool) -> None:
    one, _ = two
    one.engine.plugins["memory"] = Wrapped(Lagging)  # type: ignore[arg-type]
    one.add_product(NAME)
    set_stock_rule(one.engine, {"mode": "partitioned"}, "Toko Uji", None)
    settle(one)
    order = one.market.buy("1", {CODE: 1})
    if booked_first:
        settle(one)
    one.market.move(order, "cancel")
    settle(one)
    stock = stock_of_sku(one.engine, CODE)
    assert (stock.available, stock.exposure) == (10, 0)
    assert [each.low for each in stock.listings] == [5, 5]
    assert one.sync().summary()["writes"] == 0


def test_a_share_of_nothing_is_not_listed_where_a_new_listing_needs_a_piece(two: tuple[World, World]) -> None:
    """Three pieces over four shops: which of them has none is known only when the figures are claimed."""
    one, other = two
    shops = [one, other, add_shop(one, "3"), add_shop(one, "4")]
    script = scripted(one, changes={"creates_with_zero": False})
    one.add_product(NAME, stock=3)
    set_stock_rule(one.engine, {"mode": "partitioned"}, "Toko Uji", None)
    settle(one)
    made = [sku.stock for call in script.sent for each in call if each.kind is OpKind.CREATE for sku in each.skus]
    assert made
    assert all(sum(stock.values()) > 0 for stock in made), made
    assert {row.state for row in one.operations() if row.kind == "create"} <= {"done", "dropped"}
    one.count(CODE, 40)
    settle(one)
    assert [pieces for shop in shops for row in shop.shown().values() for _, pieces in row.values()] == [10] * 4


def settle(world: World) -> None:
    for _ in range(4):
        world.advance_clock(30)
        world.sync()
