"""How much of a SKU each of its listings should show, and what becomes of a sold-out one where a channel takes no 0.

Pieces are of our SKU; units are what a buyer takes, each of some pieces. The rules are those of architecture §6.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

HIDE, LEAST = "hide", "least"  # what a merchant wants where a channel takes no 0
SMALLEST = 1  # units; the least that any channel takes
SHARED, SPLIT, PARTITIONED = "shared", "split", "partitioned"
MODES = (SHARED, SPLIT, PARTITIONED)
WHOLE = 120_120  # divides by all numbers of shops up to 15 without a rest


@dataclass(frozen=True, slots=True)
class StockRule:
    """What a merchant wants of one SKU. `shares` are percent by shop; empty: equal shares. `buffer` None: each shop's own.

    Below `last_units` pieces only the shop `main` shows stock; it also gets what the division leaves.
    """

    mode: str = SHARED
    shares: Mapping[int, int] = field(default_factory=dict)
    buffer: int | None = None
    last_units: int = 0
    main: int | None = None
    sold_out: str = HIDE

    @property
    def divides(self) -> bool:
        """What one listing shows depends on the others."""
        return self.mode != SHARED or self.last_units > 0


@dataclass(frozen=True, slots=True)
class Place:
    """A listing that shows the SKU. `buffer`: pieces that its shop keeps back; `may_sell` None: not known."""

    key: int
    shop: int
    units: int = 1
    buffer: int = 0
    may_sell: int | None = 0


def rule_of(raw: Sequence[Mapping[str, object]]) -> StockRule:
    """From what is stored at the SKU, its product and its merchant: the nearest that says something wins, word by word."""
    merged: dict[str, object] = {}
    for each in raw:
        merged = {**each, **merged}
    shares = merged.get("shares")
    return StockRule(
        mode=str(merged.get("mode", SHARED)),
        shares={int(shop): int(part) for shop, part in shares.items()} if isinstance(shares, Mapping) else {},
        buffer=whole(merged.get("buffer")),
        last_units=whole(merged.get("last_units")) or 0,
        main=whole(merged.get("main")),
        sold_out=str(merged.get("sold_out", HIDE)),
    )


def whole(value: object) -> int | None:
    """A stored number."""
    return value if isinstance(value, int) else None


def allocate(available: int | None, buffer: int, units: int) -> int | None:
    """Units that one listing can show of all that is there: what is available less the buffer, never below 0; None when unknown.

    `units` is how many pieces one sold unit takes.
    """
    if available is None:
        return None
    return max(0, available - buffer) // units


def divide(available: int, places: Sequence[Place], rule: StockRule) -> dict[int, int]:
    """Units per place. Fractions round down; what is left goes to the main shop, smallest units first."""
    most = {place.key: allocate(available, buffer_of(place, rule), place.units) or 0 for place in places}
    free = max((max(0, available - buffer_of(place, rule)) for place in places), default=0)
    main = main_of(places, rule)
    ordered = sorted(places, key=lambda place: (place.shop != main, place.units, place.key))
    locked = free < rule.last_units
    shown = hand_out(free, [place for place in ordered if place.shop == main or not locked], most, rule)
    if not any(shown.values()):  # the lock yields when the main shop can sell nothing of what is left
        shown = hand_out(free, ordered, most, rule)
    return {place.key: shown.get(place.key, 0) for place in places}


def hand_out(free: int, ordered: Sequence[Place], most: Mapping[int, int], rule: StockRule) -> dict[int, int]:
    """The shares of some places, and what they leave to the first who can use it."""
    if rule.mode == SHARED:
        return {place.key: most[place.key] for place in ordered}
    parts = parts_of(ordered, rule)
    shown = {place.key: min(most[place.key], free * parts[place.key] // WHOLE // place.units) for place in ordered}
    rest = free - sum(shown[place.key] * place.units for place in ordered)
    for place in [place for place in ordered if parts[place.key]]:
        more = min(most[place.key] - shown[place.key], rest // place.units)
        shown[place.key] += more
        rest -= more * place.units
    return shown


def parts_of(places: Sequence[Place], rule: StockRule) -> dict[int, int]:
    """The part of each place, of WHOLE: its shop's percent, or an equal one; several listings of a shop divide the shop's."""
    known = {shop: percent for shop, percent in rule.shares.items() if any(place.shop == shop for place in places)}
    if not any(known.values()):
        return {place.key: WHOLE // len(places) for place in places}
    beside = Counter(place.shop for place in places)
    return {place.key: WHOLE * known.get(place.shop, 0) // 100 // beside[place.shop] for place in places}


def main_of(places: Sequence[Place], rule: StockRule) -> int | None:
    """The shop that is served first: the merchant's choice while it shows the SKU, else the first that was connected."""
    shops = [place.shop for place in places]
    return rule.main if rule.main in shops else min(shops, default=None)


def buffer_of(place: Place, rule: StockRule) -> int:
    """Pieces kept back."""
    return place.buffer if rule.buffer is None else rule.buffer


def settle_down(available: int, places: Sequence[Place], shares: Mapping[int, int]) -> dict[int, int]:
    """Partitioned: what each place should show, given what it may be selling now. In this mode a figure that is to change has to go
    through 0, so a place keeps what it has while nothing is oversold, no other place stands empty for it, and it has between half
    and twice its share.
    """
    if any(place.may_sell is None for place in places):
        return dict(shares)
    held = {place.key: place.may_sell or 0 for place in places}
    spare = available - sum(held[place.key] * place.units for place in places)
    empty = sum(shares[place.key] * place.units for place in places if not held[place.key])
    target = {}
    for place in places:
        has, share = held[place.key], shares[place.key]
        above = has > share and (spare < 0 or empty > spare or has > 2 * share)
        target[place.key] = share if has == 0 or above or 2 * has < share else has
    return target


def allowed(value: int, units: int, promised: int | None, available: int | None) -> bool:
    """The gate of partitioned mode. `promised`: pieces that all channels together may sell now, this listing included; None: not
    known of one of them."""
    if value == 0:
        return True
    return promised is not None and available is not None and promised + value * units <= available


def exposure(promised: int | None, available: int | None) -> int | None:
    """Pieces that the channels together could sell beyond what is there; None: not known."""
    return None if promised is None or available is None else max(0, promised - available)


def sendable(desired: int | None, takes_zero: bool) -> int | None:
    """The figure that the channel can be told. One sold-out SKU of a listing stays at the least where 0 is refused: exposure."""
    return SMALLEST if desired == 0 and not takes_zero else desired


def stays_shown(skus: Iterable[tuple[int | None, str]]) -> bool:
    """Whether a listing stays on a channel that takes no 0: not when all its SKUs are sold out, nor when one is whose rule says
    hide. Each SKU: the units it should show (None: unknown) and its rule."""
    known = list(skus)
    sold_out = [rule for desired, rule in known if desired == 0]
    return not sold_out or (len(sold_out) < len(known) and HIDE not in sold_out)
