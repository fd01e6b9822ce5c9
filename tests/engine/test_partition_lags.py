"""A divided figure after a cancelled order, on a channel that gives cancelled pieces back late: it may not stay at 0."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.connectors.base import Capabilities, Connector
from bridge.engine.changing import set_stock_rule
from bridge.engine.stock_views import stock_of_sku
from tests.engine.checks import Wrapped
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


def settle(world: World) -> None:
    for _ in range(4):
        world.advance_clock(30)
        world.sync()
