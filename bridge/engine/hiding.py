"""Why a listing is hidden: a run was undone, a person keeps it so, the law forbids it, or it is sold out. Reads only."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.model import FacetKind
from bridge.planning.drift import RESETS
from bridge.planning.fingerprint import fingerprint
from bridge.store.listings import facets_of
from bridge.store.tables import DriftRow, Facet, Listing, OperationRow

UNDONE, KEPT, LAW, SOLD_OUT, RETURNS = "undone", "kept", "law", "sold_out", "returns"


@dataclass(frozen=True, slots=True)
class Hiding:
    """`why`: undone · kept (by a decision over drift) · law · sold_out · returns (with the next run). Where a run was undone: which
    one, and which run did it."""

    why: str
    run: int | None = None
    undo: int | None = None


def hidden_listings() -> Any:
    """(shop, listings that are there and that buyers do not see)."""
    return (
        select(col(Facet.shop_id), func.count())
        .join(Listing, col(Listing.id) == col(Facet.listing_id))
        .where(col(Facet.kind) == FacetKind.VISIBILITY.value, col(Facet.applied_fp) == fingerprint({"visible": False}))
        .where(col(Listing.remote_item_id).is_not(None))
        .group_by(col(Facet.shop_id))
    )


def why_hidden(session: Session, listing_id: int) -> Hiding:
    """The one reason that counts now for a listing that is hidden."""
    if any("hidden" in mark for mark in session.get_one(Listing, listing_id).parked or ()):
        return Hiding(LAW)
    facet = facets_of(session, [listing_id]).get((listing_id, FacetKind.VISIBILITY))
    if facet is None or facet.desired["visible"]:
        return Hiding(RETURNS)
    return Hiding(SOLD_OUT) if facet.held is None else why_kept(session, facet)


def why_kept(session: Session, facet: Facet) -> Hiding:
    """An undoing or a decision, whichever came last."""
    back, decision = last_undoing(session, facet.listing_id), last_decision(session, facet.listing_id)
    if back is None or (decision is not None and decision.decided_at and decision.decided_at > back.created_at):
        return Hiding(KEPT)
    return Hiding(UNDONE, run=run_before(session, back), undo=back.run_id)


def last_undoing(session: Session, listing_id: int) -> OperationRow | None:
    """The newest write that hid the listing since a run was undone."""
    query = select(OperationRow).where(
        col(OperationRow.listing_id) == listing_id,
        col(OperationRow.kind) == FacetKind.VISIBILITY.value,
        col(OperationRow.state) == "done",
        col(OperationRow.reason) == "undo",
    )
    return session.execute(query.order_by(col(OperationRow.id).desc()).limit(1)).scalars().first()


def last_decision(session: Session, listing_id: int) -> DriftRow | None:
    """The newest decision that what was found there stays as it is."""
    query = select(DriftRow).where(
        col(DriftRow.listing_id) == listing_id,
        col(DriftRow.kind) == FacetKind.VISIBILITY.value,
        col(DriftRow.decided) == "theirs",
    )
    return session.execute(query.order_by(col(DriftRow.decided_at).desc()).limit(1)).scalars().first()


def run_before(session: Session, back: OperationRow) -> int | None:
    """The run that was undone: the last one before that showed the listing, for undoing an earlier one is refused."""
    query = select(OperationRow).where(
        col(OperationRow.listing_id) == back.listing_id,
        col(OperationRow.kind).in_(RESETS[FacetKind.VISIBILITY]),
        col(OperationRow.state) == "done",
        col(OperationRow.id) < back.id,
    )
    found = session.execute(query.order_by(col(OperationRow.id).desc()).limit(1)).scalars().first()
    return None if found is None else found.run_id
