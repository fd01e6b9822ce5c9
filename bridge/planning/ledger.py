"""From events to balances: what a movement does to *on hand* and *held*, and the sum of a ledger from zero."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """One ledger entry, in pieces."""

    on_hand: int
    held: int
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """A count of what is on hand, packed goods included. `held_then`: holds that a figure of free goods left out.

    `number` is the order in which counts were written down: of two for one moment the later one is the correction.
    """

    quantity: int
    counted_at: datetime
    held_then: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """Sums of a ledger. `on_hand` None: never counted, so available is unknown, not zero."""

    on_hand: int | None
    held: int
    counted_at: datetime | None = None

    @property
    def available(self) -> int | None:
        return None if self.on_hand is None else self.on_hand - self.held


def sum_ledger(movements: Iterable[Movement], counts: Iterable[Count]) -> Balance:
    """The balance from zero, the same for every order of the events (counts carry different numbers, as in the store).

    On hand is the latest count by its own date plus the movements dated at or after it; holds always count.
    """
    latest = max(counts, key=lambda count: (count.counted_at, count.number), default=None)
    moves = tuple(movements)
    held = sum(move.held for move in moves)
    if latest is None:
        return Balance(None, held)
    moved = sum(move.on_hand for move in moves if move.moved_at >= latest.counted_at)
    return Balance(latest.quantity + latest.held_then + moved, held, latest.counted_at)


def apply_movement(balance: Balance, move: Movement) -> Balance:
    """The balance after one more movement; the same as summing again."""
    counted = balance.counted_at
    gain = move.on_hand if counted is not None and move.moved_at >= counted else 0
    on_hand = None if balance.on_hand is None else balance.on_hand + gain
    return Balance(on_hand, balance.held + move.held, counted)


def split_total(total: int, parts: int) -> list[int]:
    """One figure over several variants: split evenly, rounded down, so that nothing is sold that may not be there."""
    return [total // parts] * parts
