"""Writes that a campaign of a channel holds: nobody has to act, they wait and go out by themselves. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from bridge.connectors.base import CAMPAIGN
from bridge.store.engine import Store
from bridge.store.tables import OperationRow


@dataclass(frozen=True, slots=True)
class HeldWrite:
    """One write that the channel does not take while its campaign runs, and when it is tried again."""

    shop: int
    listing: int | None
    kind: str
    due_at: datetime


def held_writes(store: Store, shop_ids: Iterable[int]) -> list[HeldWrite]:
    """What campaigns hold in these shops now, the oldest first."""
    query = select(
        col(OperationRow.shop_id), col(OperationRow.listing_id), col(OperationRow.kind), col(OperationRow.due_at)
    ).where(
        col(OperationRow.shop_id).in_(list(shop_ids)),
        col(OperationRow.state) == "pending",
        col(OperationRow.code) == CAMPAIGN,
    )
    with store.read() as session:
        return [HeldWrite(*row) for row in session.execute(query.order_by(col(OperationRow.id)))]
