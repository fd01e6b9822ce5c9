"""The plan: the smallest set of writes that brings a shop to what it should show, as data that can be shown before it is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.model import OpKind, Problem

LANES: Mapping[OpKind, int] = {
    OpKind.CANCEL: 0,
    OpKind.SHIP: 1,
    OpKind.VISIBILITY: 2,  # hiding; showing waits in lane 6
    OpKind.STOCK: 3,
    OpKind.PRICE: 4,
    OpKind.CONTENT: 5,
    OpKind.CREATE: 7,
}
SHOW_LANE = 6


@dataclass(frozen=True, slots=True)
class SkuStep:
    """One SKU of a step: the value before and the value to write. None: not part of this step."""

    listing_sku_id: int
    sku: str
    price_idr: int | None = None
    old_price_idr: int | None = None
    stock: int | None = None
    old_stock: int | None = None
    explained: bool = False  # nothing is left to sell: orders, counts or corrections say so, not a rule
    over: bool = False  # the channel may show more than there is
    least: bool = False  # sold out, but the channel takes no 0: the figure can be oversold


@dataclass(frozen=True, slots=True)
class Step:
    """One write of one kind to one listing. `applies`: the facet fingerprints that are settled when it is done."""

    kind: OpKind
    listing_id: int
    shop_id: int
    title: str
    reason: str
    skus: tuple[SkuStep, ...] = ()
    new: Mapping[str, Any] = field(default_factory=dict)
    old: Mapping[str, Any] | None = None
    applies: Mapping[str, str] = field(default_factory=dict)
    explained: bool = False  # of hiding: the ledger leaves nothing to sell

    @property
    def lane(self) -> int:
        """Urgency: cancel, ship, hide, stock, price, content, show, create."""
        return SHOW_LANE if self.kind is OpKind.VISIBILITY and self.new.get("visible") else LANES[self.kind]


@dataclass(frozen=True, slots=True)
class Parked:
    """A listing that cannot be written, and why."""

    listing_id: int
    title: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one shop needs. Steps are in the order of their urgency."""

    shop_id: int
    steps: tuple[Step, ...] = ()
    parked: tuple[Parked, ...] = ()
    rested: tuple[int, ...] = ()  # ListingSkus that were looked at and need nothing

    @property
    def is_empty(self) -> bool:
        return not self.steps


def build_plan(shop_id: int, steps: Iterable[Step], parked: Iterable[Parked] = (), rested: Iterable[int] = ()) -> Plan:
    """A plan in the order of urgency, then of the listings; the order of the input is irrelevant."""
    ordered = sorted(steps, key=lambda step: (step.lane, step.listing_id, step.kind))
    return Plan(shop_id, tuple(ordered), tuple(sorted(parked, key=lambda p: p.listing_id)), tuple(sorted(rested)))
