"""What is done once a day: remembered in the database, tried again where another run held a shop, never twice for the rest."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.engine.context import Engine
from bridge.engine.runs import URGENCY, ShopRun
from bridge.errors import TryLater
from bridge.store.jobs import begin_job, end_job

AGAIN = timedelta(minutes=3)  # before shops that another run held are tried again


@dataclass(frozen=True, slots=True)
class DayEnd:
    """How a day's work ended: its exit code, and the shops that another run held."""

    code: int
    held: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Rest:
    """The shops that are left of a day's work, and when they are tried again."""

    due: datetime
    at: datetime
    shops: frozenset[int]


DayWork = Callable[[frozenset[int] | None], DayEnd]  # for these shops only; None: for all


class Days:
    """The days of one daemon. What its end cuts off is begun anew by the next one."""

    def __init__(self) -> None:
        self._done: dict[str, datetime] = {}
        self._rest: dict[str, Rest] = {}

    def once(
        self, engine: Engine, name: str, due: datetime, grace: timedelta, work: DayWork, again: bool = False
    ) -> int:
        """Once for each moment that it is due, by whichever daemon; too late is not at all. Shops that were held are tried again
        after a while, within the same grace; with `again`, what ended with 4 is tried again whole."""
        now, rest = engine.clock(), self._rest.get(name)
        rest = rest if rest is not None and rest.due == due else None
        if now - due > grace or self._done.get(name) == due or (rest is not None and now < rest.at):
            return 0
        with engine.store.write() as session:
            mine = begin_job(session, name, due, now)
        self._done[name] = due
        end = work(None if rest is None else rest.shops) if mine else DayEnd(0)
        if mine:
            self._settle(engine, name, due, end, again)
        return end.code

    def _settle(self, engine: Engine, name: str, due: datetime, end: DayEnd, again: bool) -> None:
        """Ends the day's work, or leaves it open to be tried again."""
        self._rest.pop(name, None)
        if engine.stopping.is_set():
            return
        if end.held or (again and end.code == TryLater.exit_code):
            del self._done[name]
            if end.held:
                self._rest[name] = Rest(due, engine.clock() + AGAIN, end.held)
            return
        with engine.store.write() as session:
            end_job(session, name, end.code, engine.clock())


def day_end(runs: Iterable[ShopRun]) -> DayEnd:
    """The end of a work over shops."""
    ended = [(run.shop.shop_id, 7 if run.beside else run.code) for run in runs]
    code = next((code for code in URGENCY if any(code == other for _, other in ended)), 0)
    return DayEnd(code, frozenset(shop for shop, code in ended if code == 7))
