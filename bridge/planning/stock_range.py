"""What a channel may show for one ListingSku: the range lo…hi of architecture §4, and `may_sell` of §6.

Every function gives the state after one event; the store calls it in the transaction that causes the event. Quantities are units
of the listing. The rules are those of the checked model: `may_sell` (hi) is an upper bound of what the channel can still sell
without our knowing; lo is `base - first_booked`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class Cover(StrEnum):
    """What the base still waits for."""

    NONE = "none"  # nothing to compare with: never written, refused, or written while another write was open
    OPEN = "open"  # a write is under way
    SETTLED = "settled"  # done; a pull that begins now will cover it
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class StockRange:
    base: int | None = None  # the value of the last claimed write or covered read
    first_booked: int = 0  # units first booked since the base was begun
    cancelled_since: int = 0  # units whose cancellation was first booked since (claim - restock lag)
    may_sell: int | None = 0  # None: unknown
    cover: Cover = Cover.NONE
    clean: bool = True
    open_writes: int = 0

    @property
    def low(self) -> int | None:
        """The least that the channel shows, if nothing but what we know happened."""
        return None if self.base is None else self.base - self.first_booked


class Need(StrEnum):
    """What the plan does about a stock figure."""

    REST = "rest"
    WRITE = "write"
    UNKNOWN = "unknown"  # our own stock is not known: the listing waits and says why


def begin_write(state: StockRange, value: int, owed: int = 0) -> StockRange:
    """A write of `value` is claimed. `owed`: units cancelled so recently that the channel may still add them back."""
    return replace(
        state,
        base=value,
        first_booked=0,
        cancelled_since=owed,
        may_sell=None if state.may_sell is None else state.may_sell + value,
        cover=Cover.OPEN,
        clean=state.open_writes == 0,
        open_writes=state.open_writes + 1,
    )


def refuse_write(state: StockRange, value: int) -> StockRange:
    """The write of `value` surely had no effect. What the channel shows is not known: the refused value is no base."""
    return replace(
        state,
        base=None,
        may_sell=None if state.may_sell is None else state.may_sell - value,
        cover=Cover.NONE,
        open_writes=max(0, state.open_writes - 1),
    )


def settle_write(state: StockRange) -> StockRange:
    """The write is done. Only one that began while no other was open gives a base."""
    cover = Cover.SETTLED if state.clean else Cover.NONE
    return replace(state, cover=cover, open_writes=max(0, state.open_writes - 1))


def forget_write(state: StockRange) -> StockRange:
    """The horizon of an unknown write has passed: it cannot land any more. It keeps its weight in `may_sell`."""
    cover = Cover.NONE if state.cover is Cover.OPEN and state.open_writes <= 1 else state.cover
    return replace(state, open_writes=max(0, state.open_writes - 1), cover=cover)


def book_order(state: StockRange, units: int) -> StockRange:
    """An order is seen for the first time."""
    may_sell = None if state.may_sell is None else state.may_sell - units
    return replace(state, may_sell=may_sell, first_booked=state.first_booked + units)


def book_cancellation(state: StockRange, units: int) -> StockRange:
    """A cancellation is seen for the first time, before or after shipping, whatever the order's age."""
    may_sell = None if state.may_sell is None else state.may_sell + units
    return replace(state, may_sell=may_sell, cancelled_since=state.cancelled_since + units)


def cover_write(state: StockRange) -> StockRange:
    """A pull that began after the settlement (and the list lag) saw every order."""
    if state.cover is not Cover.SETTLED or state.base is None:
        return state
    ceiling = state.base + state.cancelled_since
    may_sell = ceiling if state.may_sell is None else min(state.may_sell, ceiling)
    return replace(state, may_sell=may_sell, cover=Cover.COVERED)


def cover_read(state: StockRange, value: int, news: bool) -> tuple[StockRange, bool]:
    """A reading of `value` whose covering pull has seen every order: the range afterwards, and whether the figure is drift.

    The reading was asked for while no write was open and no cancellation was young. `news`: an order or a cancellation was booked
    since it was asked for; then it says nothing, and is read again another time. What a buyer bought is never drift.
    """
    if news or state.open_writes or state.cover is Cover.OPEN:
        return state, False
    drift = lies_outside(state, value)
    read = replace(state, base=value, first_booked=0, cancelled_since=0, may_sell=value, cover=Cover.COVERED)
    return read, drift


def lies_outside(state: StockRange, value: int) -> bool:
    """Whether a reading is none of the figures that the channel may show; never before the last write was covered."""
    low, high = state.low, state.may_sell
    if state.cover is not Cover.COVERED or low is None or high is None:
        return False
    return not low <= value <= high


def has_news(before: StockRange, now: StockRange) -> bool:
    """Whether an order or a cancellation was booked, or a write begun, in between."""
    return (before.base, before.first_booked, before.cancelled_since) != (
        now.base,
        now.first_booked,
        now.cancelled_since,
    )


def judge_stock(state: StockRange, desired: int | None, refused: int | None = None) -> Need:
    """Whether a figure has to be written. `refused`: the value that the channel rejected last, not sent again by itself.

    Until a pull has covered the last write the range cannot be known, so a write is only added when it would say something
    else than the last one. Once covered, the plan rests only if lo = desired = hi.
    """
    if desired is None:
        return Need.UNKNOWN
    if desired == refused:
        return Need.REST
    if state.cover in (Cover.OPEN, Cover.SETTLED) or (state.open_writes and state.base is not None):
        return Need.REST if desired == state.low else Need.WRITE
    if state.cover is Cover.COVERED and state.low == desired == state.may_sell:
        return Need.REST
    return Need.WRITE
