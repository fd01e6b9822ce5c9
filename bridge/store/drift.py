"""Differences that readings showed: opened once for a subject, decided once, closed when nothing is left to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, update
from sqlmodel import Session, col

from bridge.store.listings import SHOP, chunks
from bridge.store.often import Often
from bridge.store.tables import DriftRow, Listing, ListingSku, OperationRow

ACTIVE = ("pending", "inflight", "accepted", "unknown")


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What the plan leaves alone until a person has decided."""

    facets: frozenset[tuple[int, str]] = frozenset()
    figures: frozenset[int] = frozenset()  # ListingSkus
    gone: frozenset[int] = field(default_factory=frozenset)  # listings that are not there any more

    def facet(self, listing_id: int, kind: str, desired: Mapping[str, Any]) -> bool:
        """Whether a facet waits. Taking a listing off never does: the law or an empty shelf may ask for it."""
        if listing_id in self.gone:
            return True
        return (listing_id, kind) in self.facets and not (kind == "visibility" and not desired["visible"])

    def figure(self, listing_id: int, listing_sku_id: int) -> bool:
        """Whether a stock figure waits."""
        return listing_id in self.gone or listing_sku_id in self.figures


OPEN_ROWS = Often(
    select(
        col(DriftRow.listing_id), col(DriftRow.listing_sku_id), col(DriftRow.kind), col(DriftRow.decided).is_(None)
    ).where(col(DriftRow.shop_id) == SHOP, col(DriftRow.closed_at).is_(None))
)


def figure_waits() -> Any:
    """The same for figures as a condition on ListingSku."""
    mine = (col(DriftRow.shop_id) == col(ListingSku.shop_id), col(DriftRow.closed_at).is_(None))
    figure = and_(col(DriftRow.listing_sku_id) == col(ListingSku.id), col(DriftRow.decided).is_(None))
    gone = and_(col(DriftRow.listing_id) == col(ListingSku.listing_id), col(DriftRow.kind) == "missing")
    return exists().where(*mine, or_(figure, gone))


def held_back(session: Session, shop_id: int) -> HeldBack:
    """Open differences of a shop that nobody has decided; listings that are gone wait until they are decided to be made again."""
    session.flush()
    rows = OPEN_ROWS.find(session.connection(), shop=shop_id)
    return HeldBack(
        frozenset((row[0], row[2]) for row in rows if row[3] and row[0] is not None),
        frozenset(row[1] for row in rows if row[3] and row[1] is not None),
        frozenset(row[0] for row in rows if row[2] == "missing" and row[0] is not None),
    )


def open_drift(session: Session, found: DriftRow) -> DriftRow:
    """The open row of a subject: the one that waits already, with what is there now, or a new one."""
    old = open_row(session, found.subject)
    if old is not None and old.decided is None:
        old.theirs, old.red = found.theirs, found.red
        return old
    if old is not None:
        old.closed_at = found.found_at
        session.flush()
    session.add(found)
    session.flush()
    return found


def open_row(session: Session, subject: str) -> DriftRow | None:
    """The row of a subject that is not closed."""
    query = select(DriftRow).where(col(DriftRow.subject) == subject, col(DriftRow.closed_at).is_(None))
    return session.execute(query).scalars().first()


def close_as_back(session: Session, subject: str, now: datetime) -> None:
    """What was found is not there any more."""
    row = open_row(session, subject)
    if row is not None:
        row.closed_at = now
        if row.decided is None:
            row.decided, row.decided_at = "back", now


def close_written(session: Session, shop_id: int, now: datetime) -> None:
    """Differences over which ours was written since."""
    mine = (col(DriftRow.shop_id) == shop_id, col(DriftRow.closed_at).is_(None))
    session.execute(update(DriftRow).where(*mine, written_over()).values(closed_at=now))


def written_over() -> Any:
    """Ours was decided, and written since, or there is nothing to write any more."""
    later = select(col(OperationRow.id)).where(
        col(OperationRow.listing_id) == col(DriftRow.listing_id),
        col(OperationRow.kind) == col(DriftRow.kind),
        col(OperationRow.state) == "done",
        col(OperationRow.settled_at) > col(DriftRow.decided_at),
    )
    return and_(col(DriftRow.decided) == "ours", or_(later.exists(), rests_as_it_is()))


def rests_as_it_is() -> Any:
    """A figure that was looked at since and needs no write: ours has become what is there, such as by a count."""
    tie = exists().where(
        col(ListingSku.id) == col(DriftRow.listing_sku_id),
        ~col(ListingSku.stock_dirty),
        col(ListingSku.refused).is_(None),
    )
    waits = exists().where(
        col(OperationRow.listing_id) == col(DriftRow.listing_id),
        col(OperationRow.kind) == "stock",
        col(OperationRow.state).in_(ACTIVE),
    )
    return and_(col(DriftRow.kind) == "stock", tie, ~waits)


def open_drifts(session: Session, shop_ids: Iterable[int] | None = None) -> list[DriftRow]:
    """What waits for a person or for the next run, red ones first. What was written over meanwhile is left out."""
    waits = or_(col(DriftRow.decided).is_(None), and_(col(DriftRow.decided) == "ours", ~written_over()))
    query = select(DriftRow).where(col(DriftRow.closed_at).is_(None), waits)
    if shop_ids is not None:
        query = query.where(col(DriftRow.shop_id).in_(list(shop_ids)))
    return list(session.execute(query.order_by(col(DriftRow.red).desc(), col(DriftRow.id))).scalars())


# --- which listings are read, and what was written since --------------------------------------------------------------


def next_to_read(session: Session, shop_id: int, share: int, sample: int) -> list[Listing]:
    """The listings of the next reading: a few that were written since they were read last, then the oldest reading first."""
    live = (col(Listing.shop_id) == shop_id, col(Listing.remote_item_id).is_not(None))
    last = select(func.max(col(Listing.audited_at))).where(col(Listing.shop_id) == shop_id)
    since: datetime | None = session.execute(last).scalar_one_or_none()
    first: list[Listing] = []
    if since is not None:
        written = select(col(OperationRow.listing_id)).where(
            col(OperationRow.shop_id) == shop_id,
            col(OperationRow.state) == "done",
            col(OperationRow.settled_at) > since,
        )
        query = select(Listing).where(*live, col(Listing.id).in_(written))
        first = list(session.execute(query.order_by(col(Listing.id)).limit(sample)).scalars())
    oldest = select(Listing).where(*live).order_by(col(Listing.audited_at).asc().nulls_first(), col(Listing.id))
    rest = session.execute(oldest.limit(share)).scalars()
    return list({row.id: row for row in [*first, *rest]}.values())


def listings_by_remote_id(session: Session, shop_id: int, remote_ids: Sequence[str]) -> list[Listing]:
    """Listings of a shop by the channel's ids; foreign ones are left out."""
    found: list[Listing] = []
    for some in chunks(remote_ids):
        query = select(Listing).where(col(Listing.shop_id) == shop_id, col(Listing.remote_item_id).in_(some))
        found += session.execute(query).scalars()
    return found


def busy_kinds(session: Session, listing_ids: Sequence[int]) -> set[tuple[int, str]]:
    """(listing, kind) of writes that wait or are under way."""
    found: set[tuple[int, str]] = set()
    for some in chunks(listing_ids):
        query = select(col(OperationRow.listing_id), col(OperationRow.kind)).where(
            col(OperationRow.target).in_([f"listing/{key}" for key in some]), col(OperationRow.state).in_(ACTIVE)
        )
        found |= {(row[0], row[1]) for row in session.execute(query)}
    return found


def figures_sent(session: Session, listing_ids: Sequence[int]) -> dict[int, datetime]:
    """When a write that may carry stock figures of a listing was claimed last."""
    found: dict[int, datetime] = {}
    for some in chunks(listing_ids):
        query = (
            select(col(OperationRow.listing_id), func.max(col(OperationRow.claimed_at)))
            .where(col(OperationRow.target).in_([f"listing/{key}" for key in some]))
            .where(
                col(OperationRow.kind).in_(("stock", "create", "content")), col(OperationRow.claimed_at).is_not(None)
            )
            .group_by(col(OperationRow.listing_id))
        )
        found |= {row[0]: row[1] for row in session.execute(query)}
    return found


def last_written(
    session: Session, listing_ids: Sequence[int], written_by: Mapping[str, Sequence[str]]
) -> dict[tuple[int, str], datetime]:
    """When each facet was written last, by us. `written_by`: the kinds of write that concern it."""
    found: dict[tuple[int, str], datetime] = {}
    for some in chunks(listing_ids):
        query = (
            select(col(OperationRow.listing_id), col(OperationRow.kind), func.max(col(OperationRow.settled_at)))
            .where(col(OperationRow.target).in_([f"listing/{key}" for key in some]), col(OperationRow.state) == "done")
            .group_by(col(OperationRow.listing_id), col(OperationRow.kind))
        )
        settled = {(row[0], row[1]): row[2] for row in session.execute(query)}
        for key in some:
            for facet, kinds in written_by.items():
                times = [settled[key, kind] for kind in kinds if settled.get((key, kind)) is not None]
                if times:
                    found[key, facet] = max(times)
    return found
