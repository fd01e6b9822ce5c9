"""How much of a SKU one listing should show, and what becomes of a listing that is sold out where a channel takes no 0."""

from collections.abc import Iterable

HIDE, LEAST = "hide", "least"  # what a merchant wants where a channel takes no 0
SMALLEST = 1  # units; the least that any channel takes


def allocate(available: int | None, buffer: int, units: int) -> int | None:
    """Units a listing shows in *shared* mode: what is available less the buffer, never below 0; None when unknown.

    `units` is how many pieces one sold unit takes.
    """
    if available is None:
        return None
    return max(0, available - buffer) // units


def sendable(desired: int | None, takes_zero: bool) -> int | None:
    """The figure that the channel can be told. One sold-out SKU of a listing stays at the least where 0 is refused: exposure."""
    return SMALLEST if desired == 0 and not takes_zero else desired


def stays_shown(skus: Iterable[tuple[int | None, str]]) -> bool:
    """Whether a listing stays on a channel that takes no 0: not when all its SKUs are sold out, nor when one is whose rule says
    hide. Each SKU: the units it should show (None: unknown) and its rule."""
    known = list(skus)
    sold_out = [rule for desired, rule in known if desired == 0]
    return not sold_out or (len(sold_out) < len(known) and HIDE not in sold_out)
