"""Listings of ours that are gone from a shop, and those of the shop that are not ours. Recorded; nobody touches them."""

from collections.abc import Sequence

from bridge.engine.context import Lane
from bridge.model import RemoteListing
from bridge.store.catalog import row_id
from bridge.store.drift import open_drift, open_row
from bridge.store.tables import DriftRow, Listing


def open_missing(lane: Lane, listings: Sequence[Listing]) -> list[int]:
    """Ours that are not there any more. They are left alone until a person decides."""
    now = lane.engine.clock()
    with lane.engine.store.write() as session:
        lane.must_hold(session)
        found = []
        for each in listings:
            session.get_one(Listing, each.id).audited_at = now
            subject = f"listing/{each.id}/missing"
            known = open_row(session, subject)
            new = DriftRow(
                subject=subject,
                shop_id=each.shop_id,
                listing_id=each.id,
                remote_item_id=each.remote_item_id,
                kind="missing",
                found_at=now,
            )
            if known is None:
                found.append(open_drift(session, new))
            elif known.decided is None:
                found.append(known)
        return [row_id(row) for row in found]


def open_unknown(lane: Lane, others: Sequence[RemoteListing]) -> list[int]:
    """What the shop shows and is not ours. It is told once; nobody touches it."""
    now, shop_id = lane.engine.clock(), lane.shop.shop_id
    with lane.engine.store.write() as session:
        lane.must_hold(session)
        found = []
        for remote in others:
            theirs = {
                "title": remote.title,
                "status": remote.status,
                "skus": [sku.seller_sku for sku in remote.skus if sku.seller_sku],
            }
            new = DriftRow(
                subject=f"shop/{shop_id}/unknown/{remote.remote_id}",
                shop_id=shop_id,
                remote_item_id=remote.remote_id,
                kind="unknown",
                theirs=theirs,
                found_at=now,
            )
            known = open_row(session, new.subject)
            if known is None:
                found.append(open_drift(session, new))
            elif known.decided is None:
                found.append(known)
        return [row_id(row) for row in found]
