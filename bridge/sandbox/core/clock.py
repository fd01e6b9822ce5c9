"""The sandbox's clock: real time plus what the control plane moved it by.

Tokens, limits, queues and holds read `now`. Stamps that clients compare with their own clock (orders, items) read `real`.
"""

import time
from collections.abc import Callable


class Clock:
    def __init__(self) -> None:
        self._ahead = 0.0
        self._skew = 0.0
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> float:
        return time.time() + self._ahead

    def real(self) -> int:
        return int(time.time())

    def judge(self) -> float:
        """The time by which request timestamps are judged."""
        return time.time() + self._skew

    def to_real(self, moment: float) -> int:
        """A moment of the sandbox's clock as a client's clock will show it."""
        return int(moment - self._ahead)

    def advance(self, seconds: float, *, skew: bool = False) -> None:
        self._ahead += seconds
        if skew:
            self._skew += seconds
        for listener in self._listeners:
            listener()

    def listen(self, listener: Callable[[], None]) -> None:
        """Calls back after each move, for work that waits on this clock."""
        self._listeners.append(listener)
