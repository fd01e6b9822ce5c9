"""How products stand on every shop: on sale, waiting, held back, refused or hidden. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.store.catalog import row_id
from bridge.store.listings import chunks
from bridge.store.tables import (
    Facet,
    Listing,
    Shop,
)

LIVE, WAITING, PARKED, REFUSED, HIDDEN = "live", "waiting", "parked", "rejected", "hidden"


@dataclass(frozen=True, slots=True)
class ListingState:
    """How a product stands on one shop."""

    shop: int
    channel: str
    listing: int
    remote_id: str | None
    state: str  # live · waiting · parked · rejected · hidden
    problems: tuple[dict[str, Any], ...] = ()
    part: int = 0  # the one SKU that it shows, where a channel has no variants; 0: all of the product's


def listing_states(session: Session, product_ids: Iterable[int]) -> dict[int, list[ListingState]]:
    """How products stand on every shop, by product."""
    found: dict[int, list[ListingState]] = {}
    for some in chunks(product_ids):
        query = (
            select(Listing, col(Shop.channel))
            .join(Shop, col(Shop.id) == col(Listing.shop_id))
            .where(col(Listing.product_id).in_(some))
            .order_by(col(Listing.shop_id), col(Listing.id))
        )
        rows = [(row[0], row[1]) for row in session.execute(query)]
        facets = facets_by_listing(session, [row_id(listing) for listing, _ in rows])
        for listing, channel in rows:
            state = state_of(listing, facets.get(row_id(listing), {}))
            problems = tuple(problem for problem in listing.parked or () if "code" in problem)
            found.setdefault(listing.product_id, []).append(
                ListingState(
                    listing.shop_id, channel, row_id(listing), listing.remote_item_id, state, problems, listing.part
                )
            )
    return found


def facets_by_listing(session: Session, listing_ids: Iterable[int]) -> dict[int, dict[str, Facet]]:
    """Facets by listing and kind."""
    found: dict[int, dict[str, Facet]] = {}
    for some in chunks(listing_ids):
        for facet in session.execute(select(Facet).where(col(Facet.listing_id).in_(some))).scalars():
            found.setdefault(facet.listing_id, {})[facet.kind] = facet
    return found


def state_of(listing: Listing, facets: dict[str, Facet]) -> str:
    """One word for a listing. What a channel shows counts before what stops a change of it."""
    content, visibility = facets.get("content"), facets.get("visibility")
    if listing.remote_item_id is not None and content is not None and content.applied_fp is not None:
        shown = visibility is None or (visibility.applied or {}).get("visible", True)
        return LIVE if shown else HIDDEN
    if listing.parked:
        return PARKED
    refused = content is not None and content.rejected_fp is not None and content.rejected_fp == content.desired_fp
    return REFUSED if refused else WAITING
