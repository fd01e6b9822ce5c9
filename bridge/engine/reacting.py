"""What happens between the rounds: hints are followed, and stock that changed for whatever reason goes out at once.

Nothing here runs hot: a shop that could not be read, or whose figures could not be sent, rests: at first for seconds, then longer,
never more than a minute.
"""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from bridge.engine.context import Engine
from bridge.engine.hurry import push_stock, same_businesses, urgent_shops
from bridge.engine.inbox import Recent, follow_hints
from bridge.engine.runs import Report
from bridge.engine.sync import shops_of

SHORTEST_S, LONGEST_S = 4.0, 60.0


@dataclass(kw_only=True)
class Rests:
    """Shops that rest, each time twice as long as the time before."""

    ticks: Callable[[], float] = time.monotonic
    until: dict[int, float] = field(default_factory=dict)
    length: dict[int, float] = field(default_factory=dict)

    def now(self) -> set[int]:
        """Those that rest now."""
        return {shop for shop, until in self.until.items() if until > self.ticks()}

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
    """Remembers which shops rest; everything else is in the store."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._unread, self._unsent = Rests(ticks=ticks), Rests(ticks=ticks)
        self._recent = Recent(ticks=ticks)

    def react(self, engine: Engine) -> Report | None:
        """One look. Gives the run that sent stock, if there was something to send."""
        known = shops_of(engine)
        read = follow_hints(engine, self._unread.now(), self._recent, known)
        self._unread.note([run.shop.shop_id for run in read], {run.shop.shop_id for run in read if run.code == 4})
        if any(run.code for run in read):
            known = shops_of(engine)  # some may wait for a person now
        shops = [shop for shop in known if shop.state == "ok"]
        urgent = urgent_shops(engine, shops) - self._unsent.now()
        if not urgent:
            return None
        told = bool(read) and all(run.code == 0 for run in read)  # the sale is known; the minute's pull looks for more
        report = push_stock(engine, same_businesses(shops, urgent), pull=not told)
        failed = {run.shop.shop_id for run in report.runs if run.code not in (0, 7)}
        self._unsent.note(urgent, failed | urgent_shops(engine, shops))
        return report
