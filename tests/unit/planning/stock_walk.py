"""A channel that sells, cancels and restocks as it likes, and the bridge's bookkeeping of it: the checked model, as a random walk.

The channel is honest: it holds its own number, sells while that is above 0, takes one off per unit sold and may or may not add
units back on a cancellation, at once or later. Writes take effect, are refused, lose their answer, never arrive or arrive late.
The bridge learns only from answers, order pulls, single orders that it reads again, and readings of the number itself. While an
edit by a seller's hand has not been read and covered, nothing is claimed of that channel.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from bridge.planning import stock_range
from bridge.planning.stock_range import Cover, Need, StockRange

RANK = {"-": 0, "placed": 1, "shipped": 2, "cancelled": 3, "recalled": 4}
GONE = ("cancelled", "recalled")


@dataclass(frozen=True)
class Rules:
    """The functions under test and the waiting times that the bridge keeps; a test puts a wrong one in their place."""

    begin = staticmethod(stock_range.begin_write)
    refuse = staticmethod(stock_range.refuse_write)
    settle = staticmethod(stock_range.settle_write)
    forget = staticmethod(stock_range.forget_write)
    book = staticmethod(stock_range.book_order)
    cancel = staticmethod(stock_range.book_cancellation)
    cover = staticmethod(stock_range.cover_write)
    judge = staticmethod(stock_range.judge_stock)
    read = staticmethod(stock_range.cover_read)
    list_lag: int = 4
    restock_lag: int = 14
    read_lag: int = 14  # how old a cancellation is before the number is read
    horizon: int = 14


class LIMITS:
    """How late the channel is at most, in steps."""

    list_lag = 4
    restock_lag = 14
    horizon = 14


@dataclass
class Bought:
    """One order: what is true, what the bridge saw, and what was true when the running pull began."""

    units: int
    listed_at: int
    true: str = "placed"
    seen: str = "-"
    at_start: str = "-"
    restock_at: int | None = None  # when the channel adds cancelled units back
    cancelled_at: int | None = None  # when the bridge first saw it cancelled


@dataclass
class Write:
    """A write on its way, or one whose answer was lost."""

    value: int
    sent_at: int
    landed: bool = False
    lost: bool = False  # it will never arrive
    forgotten: bool = False  # the bridge believes that it cannot arrive any more


@dataclass(frozen=True)
class Reading:
    """The number as the bridge read it, and the bookkeeping of that moment."""

    value: int
    before: StockRange
    at: int


@dataclass
class Walk:
    """One channel and its bookkeeping. Every step is one thing that can happen; `story` tells them in words."""

    chance: Random
    rules: Rules = field(default_factory=Rules)
    number: int = 0
    state: StockRange = field(default_factory=StockRange)
    clock: int = 0
    orders: list[Bought] = field(default_factory=list)
    write: Write | None = None
    unknown: list[Write] = field(default_factory=list)
    settled_at: int = 0
    pull_began: int | None = None
    reading: Reading | None = None
    edits: int = 0  # that a seller may still make
    edited: bool = False
    dirty: str = ""  # an edit that was not read, or "read" but not covered
    story: list[str] = field(default_factory=list)
    rested: int = 0
    covered: int = 0
    judged: int = 0
    drifts: int = 0

    def run(self, steps: int) -> None:
        """Busy and calm times in turn; several things may happen in one moment."""
        for step in range(steps):
            self.clock += self.chance.randint(0, 1)
            self.keep_deadlines()
            moves = [*self.bridge_moves(), *self.seller_moves(), *(self.market_moves() if step // 25 % 2 == 0 else ())]
            self.chance.choice(moves)()
            self.check()

    def tell(self, words: str) -> None:
        self.story.append(f"{self.clock}: {words} (channel {self.number}, {self.state})")

    # --- what may happen -----------------------------------------------------------------------------------------------

    def bridge_moves(self) -> Iterator[Callable[[], None]]:
        """What the bridge does, and what becomes of its writes; what is listed twice happens more often."""
        patient = (
            self.reading is not None and self.chance.random() < 0.8
        )  # most readings are judged before the next write
        yield from (self.wait,) if patient else (self.plan, self.plan, self.wait)
        if self.may_read() and self.chance.random() < 0.4:
            yield from (self.read, self.read)
        yield from (self.begin_pull,) if self.pull_began is None else (self.end_pull, self.end_pull)
        if self.write is not None:
            yield from (self.land, self.land) if not self.write.landed else (self.answer, self.answer, self.answer)
            yield self.time_out if self.chance.random() < 0.3 else self.wait
            if not self.write.landed and self.chance.random() < 0.2:
                yield self.turn_down
        on_its_way = [late for late in self.unknown if not late.landed and not late.lost]
        if on_its_way and self.chance.random() < 0.3:
            late = self.chance.choice(on_its_way)
            yield from (lambda: self.land_late(late), lambda: self.lose(late))

    def seller_moves(self) -> Iterator[Callable[[], None]]:
        """An edit by hand, also in calm times."""
        if self.edits and self.chance.random() < 0.1:
            yield self.edit

    def market_moves(self) -> Iterator[Callable[[], None]]:
        """What buyers and the channel do, and what a webhook tells of it."""
        if self.number:
            yield from (self.buy, self.buy)
        if self.orders:
            order = self.chance.choice(self.orders)
            if order.true in ("placed", "shipped"):
                yield lambda: self.call_off(order)
            if order.true == "placed":
                yield lambda: self.ship(order)
            if order.restock_at is not None:
                yield lambda: self.restock(order)
            if order.listed_at <= self.clock and RANK[order.true] > RANK[order.seen]:
                yield lambda: self.read_again(order)

    def keep_deadlines(self) -> None:
        """What the channel does by itself at the latest: adding units back, giving up on late writes."""
        for order in self.orders:
            if order.restock_at is not None and order.restock_at <= self.clock:
                self.restock(order)
        for late in list(self.unknown):
            if not late.forgotten and self.clock >= late.sent_at + self.rules.horizon:
                late.forgotten = True
                self.state = self.rules.forget(self.state)
                self.tell(f"horizon of {late.value} passes")
            if self.clock >= late.sent_at + LIMITS.horizon:
                self.unknown.remove(late)  # if it has not arrived by now it never will

    def wait(self) -> None:
        """Time passes."""

    def buy(self) -> None:
        units = self.chance.randint(1, min(3, self.number))
        self.number -= units
        self.orders.append(Bought(units, self.clock + self.chance.randint(0, LIMITS.list_lag)))
        self.tell(f"a buyer takes {units}")

    def call_off(self, order: Bought) -> None:
        order.true = "cancelled" if order.true == "placed" else "recalled"
        how = self.chance.choice(("restocks", "restocks later", "does not restock"))
        if how == "restocks":
            self.number += order.units
        elif how == "restocks later":
            order.restock_at = self.clock + self.chance.randint(1, LIMITS.restock_lag)
        self.tell(f"order of {order.units} {order.true}, the channel {how}")

    def restock(self, order: Bought) -> None:
        order.restock_at = None
        self.number += order.units
        self.tell(f"the channel adds {order.units} back")

    def ship(self, order: Bought) -> None:
        order.true = "shipped"

    def edit(self) -> None:
        self.number, self.edits, self.edited, self.dirty = self.chance.randint(0, 6), self.edits - 1, True, "edited"
        self.tell("the seller edits by hand")

    def land(self) -> None:
        assert self.write is not None
        self.write.landed, self.number = True, self.write.value
        self.tell(f"write {self.write.value} takes effect")

    def answer(self) -> None:
        self.write, self.settled_at = None, self.clock
        self.state = self.rules.settle(self.state)
        self.tell("answer: done")

    def turn_down(self) -> None:
        assert self.write is not None
        self.state, self.write = self.rules.refuse(self.state, self.write.value), None
        self.tell("answer: refused")

    def time_out(self) -> None:
        assert self.write is not None
        self.unknown.append(self.write)
        self.write = None
        self.tell("no answer: unknown")

    def land_late(self, late: Write) -> None:
        late.landed, self.number = True, late.value
        self.tell(f"write {late.value} takes effect late")

    def lose(self, late: Write) -> None:
        late.lost = True

    # --- what the bridge does ------------------------------------------------------------------------------------------

    def plan(self) -> None:
        """Any figure may be wanted: the claims hold whatever is written."""
        wanted = self.chance.choice((self.state.low, self.state.low, self.state.may_sell, self.chance.randint(0, 6)))
        wanted = max(0, wanted if wanted is not None else 0)
        need = self.rules.judge(self.state, wanted)
        if need is Need.REST:
            self.rest(wanted)
        elif self.write is None:
            owed = sum(
                o.units
                for o in self.orders
                if o.cancelled_at is not None and self.clock - o.cancelled_at <= self.rules.restock_lag
            )
            self.state = self.rules.begin(self.state, wanted, owed)
            self.write, self.reading = Write(wanted, self.clock), None
            self.dirty = "edited" if self.dirty else ""
            self.tell(f"the bridge sends {wanted}")

    def rest(self, wanted: int) -> None:
        """At rest on a covered base the channel shows the wanted figure, but for what the bridge has not yet seen."""
        if self.state.cover is not Cover.COVERED:
            return
        self.covered += 1
        if not self.dirty and all(order.true == order.seen and order.restock_at is None for order in self.orders):
            self.rested += 1
            self.claim(self.number == wanted, f"the plan rests at {wanted}, the channel shows {self.number}")

    def read_again(self, order: Bought) -> None:
        self.see(order, order.true)

    def begin_pull(self) -> None:
        self.pull_began = self.clock
        for order in self.orders:
            order.at_start = order.true if order.listed_at <= self.clock else "-"
        self.tell("an order pull begins")

    def end_pull(self) -> None:
        """A pass that saw every order: as it was when the pass began, or as it is now."""
        began, self.pull_began = self.pull_began, None
        assert began is not None
        for order in self.orders:
            now = order.true if order.listed_at <= self.clock else "-"
            self.see(order, self.chance.choice((order.at_start, now)))
            order.at_start = "-"
        if self.settled_at <= began - self.rules.list_lag:
            self.state = self.rules.cover(self.state)
        self.tell("the order pull ends")
        if self.reading is not None and self.reading.at <= began - self.rules.list_lag:
            self.judge_reading(self.reading)

    def may_read(self) -> bool:
        """No write is under way or may still land, and no cancellation is so young that the channel may still add it back."""
        young = any(
            o.cancelled_at is not None and self.clock - o.cancelled_at <= self.rules.read_lag for o in self.orders
        )
        return self.write is None and not self.state.open_writes and self.reading is None and not young

    def read(self) -> None:
        self.reading = Reading(self.number, self.state, self.clock)
        self.dirty = "read" if self.dirty else ""
        self.tell(f"the bridge reads {self.number}")

    def judge_reading(self, reading: Reading) -> None:
        """Its covering pull has seen every order. What a buyer did is never called drift."""
        self.reading = None
        news = stock_range.has_news(reading.before, self.state)
        self.state, drift = self.rules.read(self.state, reading.value, news)
        self.judged += not news
        self.drifts += drift
        self.dirty = "edited" if self.dirty == "edited" or (self.dirty and news) else ""
        self.tell(f"the reading of {reading.value} is judged, drift: {drift}")
        self.claim(self.edited or not drift, f"{reading.value} is called drift, and nobody edited")

    def see(self, order: Bought, to: str) -> None:
        if RANK[to] <= RANK[order.seen]:
            return
        if order.seen == "-":
            self.state = self.rules.book(self.state, order.units)
        if to in GONE:
            self.state = self.rules.cancel(self.state, order.units)
            order.cancelled_at = self.clock
        order.seen = to
        self.tell(f"the bridge sees an order of {order.units} {to}")

    # --- what is claimed -----------------------------------------------------------------------------------------------

    def check(self) -> None:
        """`may_sell` bounds what the channel can still sell without our knowing, with all that is on its way."""
        if not self.dirty:
            self.check_bounds()
        self.orders = [o for o in self.orders if not self.is_over(o)]

    def check_bounds(self) -> None:
        """Both ends of the range."""
        flying = sum(late.value for late in self.unknown if not late.landed and not late.lost)
        flying += self.write.value if self.write is not None and not self.write.landed else 0
        unseen = sum(o.units for o in self.orders if o.seen == "-" and o.true not in GONE)
        unseen -= sum(o.units for o in self.orders if o.seen not in ("-", *GONE) and o.true in GONE)
        bound = self.state.may_sell
        assert bound is not None
        self.claim(self.number + flying + unseen <= bound, f"{self.number} + {flying} + {unseen} > may_sell {bound}")
        quiet = self.write is None and not self.unknown and self.state.cover is Cover.COVERED
        if quiet and all(order.true == order.seen and order.restock_at is None for order in self.orders):
            low = self.state.low
            self.claim(low is not None and low <= self.number <= bound, f"{self.number} lies outside {low}…{bound}")

    def is_over(self, order: Bought) -> bool:
        """Nothing can come of it any more, for the channel or for the bookkeeping."""
        if order.true != order.seen or order.restock_at is not None:
            return False
        if order.true == "shipped":
            return self.chance.random() < 0.05  # delivered, and no longer called off
        return order.cancelled_at is not None and self.clock - order.cancelled_at > LIMITS.restock_lag

    def claim(self, holds: bool, words: str) -> None:
        if not holds:
            raise AssertionError("\n".join([*self.story[-40:], words]))
