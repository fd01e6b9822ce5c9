"""The guard: it stops a run that would take away more than a set share of a shop, until a person confirms."""

import math
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from bridge.model import OpKind
from bridge.planning.fingerprint import fingerprint
from bridge.planning.plan import Plan, Step


@dataclass(frozen=True, slots=True)
class GuardRule:
    """`share` of a shop's listings, but never fewer than `minimum`, may be delisted, zeroed or cut in price in one run."""

    share: float = 0.2
    minimum: int = 3


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
    allowed = max(rule.minimum, math.floor(live * rule.share + 1e-9))  # 0.29 of 100 is 29, not 28.999…
    losses = {
        "hide": {step.listing_id for step in plan.steps if hides(step)},
        "zero": {step.listing_id for step in plan.steps if zeroes(step, explained)},
        "price_cut": {step.listing_id for step in plan.steps if cuts_price(step)},
    }
    return tuple(Trip(plan.shop_id, what, len(ids), live) for what, ids in losses.items() if len(ids) > allowed)


def hides(step: Step) -> bool:
    """Takes a listing off the shop that is not sold out."""
    return step.kind is OpKind.VISIBILITY and not step.new.get("visible") and not step.explained


def zeroes(step: Step, explained: frozenset[int]) -> bool:
    """Sets a figure to 0, or to the least where a channel takes no 0, that nothing in the ledger lowered."""
    if step.kind is not OpKind.STOCK:
        return False
    lowered = [sku for sku in step.skus if (sku.stock == 0 or sku.least) and sku.old_stock != sku.stock]
    return any(sku.listing_sku_id not in explained for sku in lowered)


def explained_in(step: Step) -> frozenset[int]:
    """The figures of a step that fell by orders, counts or corrections."""
    return frozenset(sku.listing_sku_id for sku in step.skus if sku.explained)


def cuts_price(step: Step) -> bool:
    """Lowers a price."""
    return step.kind is OpKind.PRICE and any(
        sku.price_idr is not None and sku.old_price_idr is not None and sku.price_idr < sku.old_price_idr
        for sku in step.skus
    )


def confirm_code(trips: Iterable[Trip], plans: Iterable[Plan]) -> str:
    """A short code for just these losses: another run that would take away something else is asked about again, while an order that
    comes meanwhile changes nothing."""
    steps = sorted(
        fingerprint([plan.shop_id, step.kind, step.listing_id, [astuple(sku) for sku in step.skus], step.new])
        for plan in plans
        for step in plan.steps
        if hides(step) or cuts_price(step) or zeroes(step, explained_in(step))
    )
    losses = sorted([trip.shop_id, trip.what] for trip in trips)
    return fingerprint([losses, steps])[:8]
