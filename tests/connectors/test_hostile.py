"""The hostile connector is as bad as it says, and the suite notices what no channel may do."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.connectors.base import Verdict
from bridge.connectors.memory import plugin
from bridge.errors import ChannelError, OutcomeUnknown
from bridge.model import OpKind, Window
from bridge.testing import Bench, MemoryWorld
from bridge.testing.samples import unique
from tests.hostile import Hostile, HostilePlugin, Trick
from tests.wrong.base import outcomes_of


def hostile(world: MemoryWorld, **how: Any) -> Hostile:
    return HostilePlugin(plugin, how).open(world.shop, world.settings, world.lent.ports())


@pytest.mark.parametrize(
    ("trick", "case"),
    [
        (Trick.TWICE, "test_new_stock_is_shown"),
        (Trick.SHORT, "test_new_stock_is_shown"),
        (Trick.STRANGER, "test_each_operation_of_a_batch_gets_its_own_outcome"),
        (Trick.FORGET, "test_new_stock_is_shown"),
    ],
)
def test_hostile_submit_is_caught_by_the_suite(trick: Trick, case: str) -> None:
    assert "failed" in outcomes_of(
        case, lambda world: hostile(world, script={"submit": [None, trick, trick, trick, trick, trick]})
    )


@pytest.mark.parametrize("trick", [Trick.SHUFFLE, Trick.STALL, Trick.FAIL, Trick.LIMIT])
def test_suite_lets_pass_what_a_channel_may_do(trick: Trick) -> None:
    waited: list[float] = []
    how = {"script": {"submit": [None, trick]}, "stalled": waited.append}
    assert outcomes_of("test_new_stock_is_shown", lambda world: hostile(world, **how)) == ["passed"]
    assert bool(waited) == (trick is Trick.STALL)


def test_create_that_died_after_sending_is_found_not_repeated() -> None:
    world = MemoryWorld(unique())
    bench = Bench(lambda: hostile(world, script={"submit": [Trick.DIE]}), world)
    op = bench.new()
    listed = bench.finished(bench.settle(op))
    assert [out.verdict for out in listed.create.trail] == [Verdict.UNKNOWN, Verdict.DONE]
    assert bench.copies(op) == 1


def test_create_that_was_lost_on_the_way_is_sent_again() -> None:
    world = MemoryWorld(unique())
    bench = Bench(lambda: hostile(world, script={"submit": [Trick.LOSE]}), world)
    op = bench.new()
    listed = bench.finished(bench.settle(op))
    assert [out.verdict for out in listed.create.trail] == [Verdict.UNKNOWN, Verdict.RETRY, Verdict.DONE]
    assert bench.copies(op) == 1


@pytest.mark.parametrize("trick", [Trick.CUT, Trick.DIE, Trick.FORGET, Trick.TWICE, Trick.SHUFFLE])
def test_hostile_read_never_names_a_window_it_did_not_walk(trick: Trick) -> None:
    world = MemoryWorld(unique())
    Bench(world.connect, world).bought()
    connector, rows = hostile(world, script={"orders": [trick]}), list[Any]()
    try:
        rows.extend(connector.orders(Window(connector.inner.check() and _long_ago(), None)))
    except OutcomeUnknown:
        assert trick in (Trick.CUT, Trick.DIE)
    walked = trick in (Trick.TWICE, Trick.SHUFFLE)
    assert any(isinstance(row, Window) for row in rows) == walked
    assert len(list(connector.orders(Window(_long_ago(), None)))) == 2


def test_hostile_connector_passes_everything_else_through() -> None:
    world = MemoryWorld(unique())
    connector = hostile(world, script={"check": [Trick.BUG], "poll": [Trick.FORGET], "listings": [Trick.SHUFFLE]})
    bench = Bench(lambda: connector, world)
    with pytest.raises(RuntimeError):
        connector.check()
    listed = bench.listed()
    assert [row.remote_id for row in bench.all()] == [listed.remote_id]
    assert connector.poll([listed.create.operation])[0].verdict is Verdict.UNKNOWN
    assert connector.choices("101", "1", "baru") == [("11", "Baru")]
    order = world.buy({bench.handle(listed): 1})
    bench.settle(bench.operation(OpKind.SHIP, order))
    assert connector.label(order).startswith(b"%PDF")


def test_same_seed_is_the_same_misfortune() -> None:
    logs = []
    for _ in range(2):
        world = MemoryWorld(unique())
        connector = hostile(world, seed=5, odds=0.6, most=12)
        for _call in range(40):
            try:
                connector.check()
            except ChannelError:
                continue
        logs.append(connector.log)
    assert logs[0] == logs[1]
    assert sum(step is not None for _method, step in logs[0]) == 12


def _long_ago() -> Any:
    return datetime(2026, 1, 1, tzinfo=UTC)
