"""How a wrong connector is written down: the memory connector with one wrong behaviour, and the cases that must notice."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bridge.connectors.base import Find, Operation, Outcome
from bridge.connectors.memory import TWISTS, MemoryConnector
from bridge.errors import ChannelError
from bridge.model import RemoteListing, RemoteOrder, Window
from bridge.testing import Bench, ConnectorContract, MemoryWorld
from bridge.testing.samples import unique

TABLE: list[tuple[type[MemoryConnector], str, str, Any]] = []


def caught_by(
    *cases: str, shape: str = "", **capabilities: Any
) -> Callable[[type[MemoryConnector]], type[MemoryConnector]]:
    """Registers a wrong connector with the cases that must fail for it, and the shape it is opened in."""

    def register(wrong: type[MemoryConnector]) -> type[MemoryConnector]:
        bent = {key: value for name in shape.split(",") if name for key, value in TWISTS[name].items()}
        TABLE.extend((wrong, case, shape, {**bent, **capabilities}) for case in cases)
        return wrong

    return register


class Asks(MemoryConnector):
    """Wrong connectors change what an honest one was asked or what it answered."""

    def asked(self, op: Operation) -> Operation:
        return op

    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        return outcome

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        outcomes = super().submit([self.asked(op) for op in operations])
        return [self.answered(op, outcome) for op, outcome in zip(operations, outcomes, strict=True)]


class Shows(MemoryConnector):
    """Wrong connectors change what an honest one read."""

    def shown(self, listing: RemoteListing) -> RemoteListing:
        return listing

    def ordered(self, order: RemoteOrder) -> RemoteOrder | None:
        return order

    def listings(self, by: Find, keys: Sequence[str], since: Any) -> Iterator[RemoteListing]:
        yield from map(self.shown, super().listings(by, keys, since))

    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        for row in super().orders(wanted):
            seen = self.ordered(row) if isinstance(row, RemoteOrder) else row
            if seen is not None:
                yield seen


def lines(order: RemoteOrder, **values: Callable[[Any], int]) -> RemoteOrder:
    return replace(
        order, lines=tuple(replace(n, **{key: value(n) for key, value in values.items()}) for n in order.lines)
    )


def outcomes_of(case: str, make: Callable[[MemoryWorld], Any], shape: str = "") -> list[str]:
    """Runs one case of the suite as pytest would, once for each set of parameters: passed, skipped or failed."""
    method = getattr(ConnectorContract, case)
    ends = []
    for values in _parameters(method):
        world = MemoryWorld(unique(), shape=shape)
        try:
            opened = Bench(lambda world=world: make(world), world)
            given = {"bench": opened, "make": opened.make, **values}
            method(
                ConnectorContract(),
                **{name: given[name] for name in inspect.signature(method).parameters if name != "self"},
            )
            ends.append("passed")
        except pytest.skip.Exception:
            ends.append("skipped")
        except (AssertionError, pytest.fail.Exception, ChannelError, ValueError, IndexError):
            ends.append("failed")
    return ends


def _parameters(method: Any) -> list[dict[str, Any]]:
    sets: list[dict[str, Any]] = [{}]
    for mark in getattr(method, "pytestmark", []):
        name, values = mark.args
        sets = [{**chosen, name: value} for chosen in sets for value in values]
    return sets
