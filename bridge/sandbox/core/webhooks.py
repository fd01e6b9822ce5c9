"""Delivers webhooks in the background: at once, then again after the platform's delays on the sandbox's clock.

A message that no attempt could place is kept as lost. Where nobody listens (no address set), nothing is kept.
"""

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Condition, Thread
from urllib.parse import urlsplit

from bridge.sandbox.core.clock import Clock
from bridge.sandbox.core.faults import Fault, Faults

TIMEOUT_S = 3.0


@dataclass(slots=True)
class Message:
    body: bytes
    key: str = ""  # whose message: the platform may read it back when it is lost
    attempts: int = 0
    due_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Manner:
    """The platform's manner of delivering: how it signs, what it takes for an acknowledgement, when it tries again."""

    headers: Callable[[str, bytes], Mapping[str, str]]
    accepted: Callable[[int, bytes], bool]
    retries_s: tuple[float, ...] = ()


@dataclass(slots=True)
class Tally:
    delivered: int = 0
    failed_attempts: int = 0
    lost: list[Message] = field(default_factory=list)


class Webhooks:
    def __init__(self, clock: Clock, faults: Faults) -> None:
        self.url: str | None = None
        self.manner: Manner | None = None
        self.tally = Tally()
        self._clock, self._faults = clock, faults
        self._waiting: list[Message] = []
        self._wake = Condition()
        self._thread: Thread | None = None
        self._closed = False
        clock.listen(self._nudge)

    def send(self, message: Message, delay_s: float = 0.0) -> None:
        """Queues one message; faults with the match "webhook" may lose, double, delay or shuffle it."""
        if self.url is None or self.manner is None:
            return
        fault = self._faults.take("webhook")
        if fault is not None and fault.what == "drop":
            self.tally.lost.append(message)
            return
        message.due_at = self._clock.now() + delay_s + _hold(fault)
        copies = int(fault.number(2)) if fault is not None and fault.what == "duplicate" else 1
        with self._wake:
            self._waiting += [Message(message.body, message.key, 0, message.due_at) for _ in range(copies)]
            self._start()
            self._wake.notify()

    def report(self) -> dict[str, object]:
        with self._wake:
            waiting = len(self._waiting)
        tally = self.tally
        counts = {"delivered": tally.delivered, "failed_attempts": tally.failed_attempts, "lost": len(tally.lost)}
        return {"url": self.url, "waiting": waiting, **counts}

    def close(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout=TIMEOUT_S + 1)

    def _nudge(self) -> None:
        with self._wake:
            self._wake.notify()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._work, name="sandbox-webhooks", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (message := self._next()) is not None:
            self._attempt(message)

    def _next(self) -> Message | None:
        """Waits for the next message that is due; None when the sandbox closes."""
        with self._wake:
            while not self._closed:
                soonest = min(self._waiting, key=lambda m: m.due_at, default=None)
                wait = None if soonest is None else soonest.due_at - self._clock.now()
                if soonest is not None and wait is not None and wait <= 0:
                    self._waiting.remove(soonest)
                    return soonest
                self._wake.wait(wait)
            return None

    def _attempt(self, message: Message) -> None:
        if self._deliver(message.body):
            self.tally.delivered += 1
            return
        self.tally.failed_attempts += 1
        delays = self.manner.retries_s if self.manner is not None else ()
        if message.attempts >= len(delays):
            self.tally.lost.append(message)
            return
        message.due_at = self._clock.now() + delays[message.attempts]
        message.attempts += 1
        with self._wake:
            self._waiting.append(message)

    def _deliver(self, body: bytes) -> bool:
        url, manner = self.url, self.manner
        return url is not None and manner is not None and deliver(url, body, manner)


def deliver(url: str, body: bytes, manner: Manner) -> bool:
    """One attempt, three seconds at most. True only for what the platform takes for an acknowledgement."""
    if urlsplit(url).scheme not in ("http", "https"):
        return False
    headers = {"Content-Type": "application/json", **manner.headers(url, body)}
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - the scheme was looked at
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
            return manner.accepted(answer.status, answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return manner.accepted(refusal.code, refusal.read())
    except OSError:
        return False


def _hold(fault: Fault | None) -> float:
    if fault is not None and fault.what == "delay":
        return fault.number(1)
    if fault is not None and fault.what == "shuffle":
        return fault.random() * fault.number(1)
    return 0.0
