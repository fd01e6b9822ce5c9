"""What happens between the rounds: hints are followed, and stock that changed for whatever reason goes out at once.

Nothing here runs hot: a shop that could not be read, or whose figures could not be sent, rests: at first for seconds, then longer,
never more than a minute.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bridge.engine.context import Engine
from bridge.engine.hurry import push_stock, same_businesses, urgent_shops
from bridge.engine.inbox import Recent, follow_hints
from bridge.engine.runs import Report, ShopRun
from bridge.engine.sync import shops_of
from bridge.store.shops import ShopView

SHORTEST_S, LONGEST_S = 4.0, 60.0
PATIENCE = timedelta(seconds=9)  # a third of it each for a connection, its place and its answer: other shops wait
FRESH = timedelta(seconds=4)  # less than an order rests that was read just now


@dataclass(kw_only=True)
class Rests:
    """Shops that rest, each time twice as long as the time before."""

    ticks: Callable[[], float] = time.monotonic
    until: dict[int, float] = field(default_factory=dict)
    length: dict[int, float] = field(default_factory=dict)

    def now(self) -> set[int]:
        """Those that rest now."""
        return {shop for shop, until in self.until.copy().items() if until > self.ticks()}

    def note(self, tried: Iterable[int], failed: Collection[int]) -> None:
        """What failed rests; what went well begins anew."""
        for shop in tried:
            if shop in failed:
                self.length[shop] = min(self.length.get(shop, SHORTEST_S / 2) * 2, LONGEST_S)
                self.until[shop] = self.ticks() + self.length[shop]
            else:
                self.until.pop(shop, None)
                self.length.pop(shop, None)


class Reactor:
    """Remembers which shops rest; everything else is in the store. `react` is for one thread and `catch_up` for another, so that
    no sale waits for what can wait."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._unread, self._unsent, self._left = (Rests(ticks=ticks) for _ in range(3))
        self._recent = Recent(ticks=ticks)
        self._told = False

    def react(self, engine: Engine) -> Report | None:
        """One look. Gives the run that sent stock, if there was something to send. Shops that rest are left out of it: the others
        do not wait for a marketplace that does not answer."""
        engine = replace(engine, patience=PATIENCE)
        known, told = shops_of(engine), self._told
        self._told = False
        read = self._follow(engine, known, after=engine.clock() - FRESH)
        if any(run.code for run in read):
            known = shops_of(engine)  # some may wait for a person now
        shops = [shop for shop in known if shop.state == "ok"]
        told = (told or bool(read)) and all(run.code == 0 for run in read)
        silent = self._unsent.now() | self._unread.now()
        urgent = urgent_shops(engine, shops) - silent - (self._left.now() if not told else set())
        if not urgent:
            return None
        together = [shop for shop in same_businesses(shops, urgent) if shop.shop_id not in silent]
        report = push_stock(engine, together, pull=not told)
        self._unsent.note(urgent, {run.shop.shop_id for run in report.runs if run.code not in (0, 7)})
        self._left.note(urgent, urgent_shops(engine, shops))  # held, or sold meanwhile: the next sale ends that rest
        return report

    def catch_up(self, engine: Engine) -> bool:
        """Follows hints that had to wait: of orders that were read just then, and of shops that did not answer. Gives whether
        they told something new."""
        engine = replace(engine, patience=PATIENCE)
        return self.heard(self._follow(engine, shops_of(engine), until=engine.clock() - FRESH))

    def heard(self, read: Sequence[ShopRun]) -> bool:
        """Orders of these shops were read just now. What they changed goes out without looking for more: the minute's pull does
        that. Gives whether they changed anything."""
        tallies = [run.lane.tally for run in read if run.lane is not None]
        new = any(tally.orders_new or tally.orders_changed for tally in tallies)
        self._told = self._told or (new and all(run.code == 0 for run in read))
        return new

    def _follow(self, engine: Engine, shops: Sequence[ShopView], **span: datetime) -> list[ShopRun]:
        read = follow_hints(engine, self._unread.now(), self._recent, shops, **span)
        self._unread.note([run.shop.shop_id for run in read], {run.shop.shop_id for run in read if run.code == 4})
        return read
