"""The guard: it stops a run that would take away more than a set share of a shop, until a person confirms."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from bridge.model import OpKind
from bridge.planning.plan import Plan, Step


@dataclass(frozen=True, slots=True)
class GuardRule:
    """`share` of a shop's listings, but never fewer than `minimum`, may be delisted, zeroed or cut in price in one run."""

    share: float = 0.2
    minimum: int = 5


@dataclass(frozen=True, slots=True)
class Trip:
    """Why a plan is held: how many listings of how many, and the kind of loss."""

    shop_id: int
    what: str  # hide · zero · price_cut · empty_page
    count: int
    total: int


def guard_plan(plan: Plan, live: int, rule: GuardRule, explained: frozenset[int] = frozenset()) -> tuple[Trip, ...]:
    """The trips of a plan for a shop with `live` listings. A lowering of stock that the ledger explains never trips.

    `explained` holds the ListingSkus whose stock fell by orders, counts or corrections.
    """
    allowed = max(rule.minimum, int(live * rule.share))
    losses = {
        "hide": {step.listing_id for step in plan.steps if hides(step)},
        "zero": {step.listing_id for step in plan.steps if zeroes(step, explained)},
        "price_cut": {step.listing_id for step in plan.steps if cuts_price(step)},
    }
    return tuple(Trip(plan.shop_id, what, len(ids), live) for what, ids in losses.items() if len(ids) > allowed)


def hides(step: Step) -> bool:
    """Takes a listing off the shop."""
    return step.kind is OpKind.VISIBILITY and not step.new.get("visible")


def zeroes(step: Step, explained: frozenset[int]) -> bool:
    """Sets a figure to 0 that nothing in the ledger lowered."""
    if step.kind is not OpKind.STOCK:
        return False
    return any(sku.stock == 0 and sku.old_stock != 0 and sku.listing_sku_id not in explained for sku in step.skus)


def cuts_price(step: Step) -> bool:
    """Lowers a price."""
    return step.kind is OpKind.PRICE and any(
        sku.price_idr is not None and sku.old_price_idr is not None and sku.price_idr < sku.old_price_idr
        for sku in step.skus
    )


def confirm_code(trips: Iterable[Trip], plans: Iterable[Plan]) -> str:
    """A short code for just these plans: it does not confirm another one."""
    steps = sorted(
        (p.shop_id, s.kind, s.listing_id, s.skus, sorted(s.new.items(), key=str)) for p in plans for s in p.steps
    )
    return hashlib.sha256(repr((sorted(t.what for t in trips), steps)).encode()).hexdigest()[:8]
