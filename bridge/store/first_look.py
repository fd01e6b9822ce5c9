"""What a reading right before a write needs of the store: writes that wait, and taking back those that are not to go out."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bridge.errors import AuthExpired, ChannelUnavailable, Misconfigured, RateLimited, ShopBlocked
from bridge.store.journal import BUSY, skus_of
from bridge.store.listings import chunks
from bridge.store.tables import DriftRow, Listing, ListingSku, OperationRow

NO_EFFECT = (  # codes of a try that surely changed nothing: ours, and errors that came before anything was done
    "campaign",
    "locked",
    "quota",
    "alone",
    *(kind.__name__ for kind in (ChannelUnavailable, RateLimited, AuthExpired, ShopBlocked, Misconfigured)),
)


def sure_writes(session: Session, shop_id: int) -> list[OperationRow]:
    """Writes about listings that wait, and that surely have had no effect so far."""
    other = aliased(OperationRow)
    under_way = select(col(other.id)).where(
        col(other.target) == col(OperationRow.target),
        col(other.kind) == col(OperationRow.kind),
        col(other.state).in_(BUSY),
    )
    query = select(OperationRow).where(
        col(OperationRow.shop_id) == shop_id,
        col(OperationRow.state) == "pending",
        col(OperationRow.listing_id).is_not(None),
        col(OperationRow.ticket) == "",
        or_(col(OperationRow.attempts) == 0, col(OperationRow.code).in_(NO_EFFECT)),
        ~under_way.exists(),
    )
    return list(session.execute(query.order_by(col(OperationRow.id))).scalars())


def listings_by_id(session: Session, listing_ids: Collection[int]) -> list[Listing]:
    """Those that are on the channel."""
    found: list[Listing] = []
    for some in chunks(sorted(listing_ids)):
        query = select(Listing).where(col(Listing.id).in_(some), col(Listing.remote_item_id).is_not(None))
        found += session.execute(query.order_by(col(Listing.id))).scalars()
    return found


def remote_skus(session: Session, listing_sku_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """(listing, the channel's SKU id) → ListingSku."""
    found: dict[tuple[int, str], int] = {}
    columns = (col(ListingSku.listing_id), col(ListingSku.remote_sku_id), col(ListingSku.id))
    for some in chunks(sorted(listing_sku_ids)):
        for listing_id, remote_id, key in session.execute(select(*columns).where(col(ListingSku.id).in_(some))):
            found[listing_id, str(remote_id)] = key
    return found


def kept_back(session: Session, drift_ids: Collection[int]) -> list[DriftRow]:
    """Of these differences those over which ours is not written: a person decides, or theirs is kept."""
    found: list[DriftRow] = []
    for some in chunks(sorted(drift_ids)):
        query = select(DriftRow).where(col(DriftRow.id).in_(some), col(DriftRow.decided).is_distinct_from("ours"))
        found += session.execute(query.order_by(col(DriftRow.id))).scalars()
    return found


def take_back(session: Session, operation_ids: Sequence[int], now: datetime) -> None:
    """These waiting writes are not sent. What is wanted is planned anew."""
    for key in operation_ids:
        row = session.get_one(OperationRow, key, with_for_update=True, populate_existing=True)
        if row.state == "pending":
            row.state, row.settled_at, row.message = "dropped", now, "changed by hand"


def take_figures_back(session: Session, operation_ids: Sequence[int], figures: Collection[int], now: datetime) -> None:
    """These figures are not sent with waiting stock writes; a write that has none left is not sent at all."""
    for key, skus in skus_of(session, operation_ids).items():
        mine = [sku for sku in skus if sku.listing_sku_id in figures]
        for sku in mine:
            session.get_one(ListingSku, sku.listing_sku_id, with_for_update=True).stock_dirty = True
            session.delete(sku)
        if mine and len(mine) == len(skus):
            take_back(session, [key], now)
    session.flush()
