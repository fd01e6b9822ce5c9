"""Buyers at any moment, and a wire that loses answers, loses writes, and lets some arrive late, after newer ones."""

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random
from typing import Any

import pytest

from bridge.connectors.base import Connector, Operation, Outcome, Verdict
from bridge.engine.changing import set_stock_rule
from bridge.engine.counting import count_stock
from bridge.errors import OutcomeUnknown
from bridge.model import OpKind
from tests.engine.checks import Wrapped, assert_ledger
from tests.engine.test_partition import CODE, NAME, WALKS, Buyers, never_more_than_logged, pieces, settled
from tests.engine.world import World


class Wire:
    """What becomes of stock writes on their way. A late one lands before its horizon has passed, or never."""

    def __init__(self, world: World, seed: int) -> None:
        self.market, self.clock, self.random = world.market, world.engine.clock, Random(seed)
        self.late: list[tuple[datetime, Operation]] = []
        self.calm = False
        self.seen = {"done": 0, "answer lost": 0, "write lost": 0, "late": 0, "landed": 0, "not now": 0}

    def fate(self) -> str:
        names = ("done", "answer lost", "write lost", "late", "not now")
        chosen = "done" if self.calm else self.random.choices(names, weights=(5, 1, 1, 3, 1))[0]
        self.seen[chosen] += 1
        return chosen

    def land_some(self) -> None:
        """Late writes arrive as they like, also after newer ones."""
        now = self.clock()
        self.late = [each for each in self.late if each[0] > now]
        if self.late and self.random.random() < 0.04:
            _until, operation = self.late.pop(self.random.randrange(len(self.late)))
            self.land(operation)

    def land(self, operation: Operation) -> None:
        row: Any = self.market.get("listing", operation.remote_id)
        told = {write.remote_sku_id: dict(write.stock) for write in operation.skus}
        for sku in row["skus"]:
            sku["stock"] |= told.get(sku["id"], {})
        self.market.put("listing", row)
        self.seen["landed"] += 1


class Troubled:
    """A connector on that wire."""

    def __init__(self, inner: Connector, wire: Wire) -> None:
        self._inner, self._wire = inner, wire

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        fate = self._wire.fate() if operations[0].kind is OpKind.STOCK else "done"
        if fate == "not now":
            return [Outcome(each.operation_id, Verdict.RETRY, each.remote_id, code="busy") for each in operations]
        if fate in ("done", "answer lost"):
            outcomes = self._inner.submit(operations)
            if fate == "done":
                return outcomes
        if fate == "late":
            until = self._wire.clock() + self._inner.capabilities().write_horizon
            self._wire.late += [(until, each) for each in operations]
        raise OutcomeUnknown("nothing came back")


class Walkers(Buyers):
    """The buyers, with late writes landing between what they do."""

    wire: Wire

    def act(self) -> None:
        self.wire.land_some()
        super().act()


def never_shows_too_much(walkers: Walkers) -> None:
    """All that the shops show, and all that may still land on them, was not sold and is there."""
    skus = (sku for shop in walkers.shops for row in shop.market.state(shop.shop)["listing"] for sku in row["skus"])
    landing = sum(sum(write.stock.values()) for _until, operation in walkers.wire.late for write in operation.skus)
    assert sum(sum(sku["stock"].values()) for sku in skus) + landing + walkers.sold <= walkers.stock


@WALKS
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(1, 6))])
@pytest.mark.parametrize(("mode", "claim"), [("partitioned", never_shows_too_much), ("shared", never_more_than_logged)])
def test_whatever_becomes_of_the_writes(
    mode: str, claim: Callable[[Any], None], seed: int, two: tuple[World, World]
) -> None:
    one, other = two
    one.add_product(NAME, stock=6)
    set_stock_rule(one.engine, {"mode": mode}, "Toko Uji", None)
    wire = Wire(one, seed)
    one.engine.plugins["memory"] = Wrapped(lambda inner: Troubled(inner, wire))
    buyers = Walkers((one, other), 6, seed, claim)
    buyers.wire = wire
    for turn in range(8):
        if turn % 3 == 1:  # somebody counts goods that came in, so that there is something to write
            buyers.stock += 4
            count_stock(one.engine, CODE, buyers.stock - gone(one, "1", "2"), None, None, None)
        if mode == "partitioned":  # and wants them elsewhere
            shares = {"1": 80, "2": 20} if turn % 2 else {"1": 20, "2": 80}
            set_stock_rule(one.engine, {"shares": shares}, "Toko Uji", None)
        one.sync()
        one.advance_clock(buyers.random.choice([1, 20, 100]))
    one.engine.reach = lambda _label: None
    assert buyers.broken == []
    wire.calm = True
    one.advance_clock(1000)  # nothing can land any more
    for _ in range(3):
        settled(one)
    balance = one.balance(CODE)
    assert {row.state for row in one.operations()} <= {"done", "dropped", "rejected"}
    assert_ledger(one)
    if mode == "partitioned":
        assert pieces(one) + pieces(other) <= balance.on_hand - balance.held


def gone(world: World, *shops: str) -> int:
    """Pieces that have left the shelf, whether we know it or not."""
    return sum(line["shipped"] for shop in shops for row in world.market.state(shop)["order"] for line in row["lines"])
