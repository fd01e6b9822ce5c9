"""What becomes of a difference: ours is written over it, or theirs is kept. Nothing is sent here; the next run does that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bridge.engine.ranges import desired_stock
from bridge.engine.shares import stock_rows
from bridge.errors import UserError
from bridge.model import FacetKind
from bridge.planning.drift import differences, hold, keep_held
from bridge.planning.fingerprint import fingerprint, needs_write
from bridge.store.catalog import default_location
from bridge.store.exposures import log_exposure
from bridge.store.figures import pieces_by_location
from bridge.store.ledger import add_count, lock_balance
from bridge.store.listings import facets_of
from bridge.store.tables import DriftRow, Facet, Listing, ListingSku, Shop, Sku


def decide_ours(session: Session, row: DriftRow, now: datetime) -> None:
    """Ours is written with the next run. What is gone is made again; of what is not ours there is nothing to write."""
    if row.kind == "unknown":
        raise UserError(
            "{title} is in no sheet: there is nothing of ours to write. Add it to the sheet, or leave it with: "
            "jembatan drift theirs {listing}",
            title=row.theirs.get("title") or row.remote_item_id,
            listing=row.remote_item_id,
        )
    row.decided, row.decided_at = "ours", now
    if row.kind == "missing":
        make_again(session, session.get_one(Listing, row.listing_id))
        row.closed_at = now
    elif row.kind == FacetKind.STOCK:
        tie = session.get_one(ListingSku, row.listing_sku_id)
        tie.stock_dirty = True
        if desired_stock(stock_rows(session, [row.listing_sku_id or 0])[0]) == row.theirs["stock"]:
            row.closed_at = now
    else:
        facet = facets_of(session, [row.listing_id or 0])[row.listing_id or 0, row.kind]
        take_as_applied(facet, row.theirs)
        see(facet, row.theirs, now)
        if not facet.dirty:
            row.closed_at = now


def take_as_applied(facet: Facet, theirs: Mapping[str, Any]) -> None:
    """What is there now is what the plan starts from, so that it shows what it takes away and the guard sees it."""
    if facet.kind == FacetKind.PRICE:
        facet.applied = {"prices": {**(facet.applied or {}).get("prices", {}), **theirs["prices"]}}
    elif facet.kind == FacetKind.VISIBILITY:
        facet.applied = {"visible": theirs["visible"]}
    else:
        facet.applied = None  # their form of a text says nothing in ours: all of it is written
    facet.applied_fp = None if facet.applied is None else fingerprint(facet.applied)
    facet.rejected_fp = None
    facet.dirty = needs_write(facet.desired_fp, facet.applied_fp, None)


def see(facet: Facet, form: Mapping[str, Any], now: datetime) -> None:
    """What the next reading is compared with."""
    facet.seen, facet.seen_fp, facet.seen_at = dict(form), fingerprint(dict(form)), now


def make_again(session: Session, listing: Listing) -> None:
    """A listing that is gone loses its ties to the channel, so that the next run creates it anew."""
    listing.remote_item_id, listing.remote_status, listing.stale, listing.audited_at = None, None, True, None
    ties = select(ListingSku).where(col(ListingSku.listing_id) == listing.id).with_for_update()
    for tie in session.exec(ties):
        tie.remote_item_id, tie.remote_sku_id, tie.listed = None, None, False
        tie.base, tie.first_booked, tie.cancelled_since, tie.may_sell = None, 0, 0, 0
        tie.cover, tie.refused, tie.seen, tie.stock_dirty = "none", None, None, True
    for facet in session.exec(select(Facet).where(col(Facet.listing_id) == listing.id)):
        facet.applied, facet.applied_fp, facet.rejected_fp, facet.dirty = None, None, None, True
        facet.seen, facet.seen_fp, facet.seen_at = None, None, None


def decide_theirs(session: Session, row: DriftRow, now: datetime) -> None:
    """Theirs is kept: a figure as a count, a price or being hidden for this listing until the sheet says something else, a text
    until its product changes once more. Raises UserError where that cannot be."""
    if row.kind == FacetKind.STOCK:
        count_theirs(session, row, now)
    elif row.kind in tuple(FacetKind):
        facet = facets_of(session, [row.listing_id or 0])[row.listing_id or 0, row.kind]
        if row.kind != FacetKind.CONTENT:
            keep_theirs(session, facet, row)
        elif facet.dirty and facet.applied is not None:
            keep_text(facet)
        see(facet, row.theirs, now)
    row.decided, row.decided_at = "theirs", now
    if row.kind not in ("missing", "unknown"):  # these stay known as such: not made again, and not told again
        row.closed_at = now


def keep_theirs(session: Session, facet: Facet, row: DriftRow) -> None:
    """Their price or visibility takes the place of ours, for this listing only."""
    listing = session.get_one(Listing, facet.listing_id)
    if facet.kind == FacetKind.PRICE:
        edited = differences(FacetKind.PRICE, row.ours, row.theirs)
        keep: dict[str, Any] = {"prices": {code: theirs for code, (_, theirs) in edited.items()}}
    else:
        keep = {"visible": row.theirs["visible"]}
        if keep["visible"] and (listing.parked is not None or not said_by_catalog(facet)["visible"]):
            raise UserError(
                "This listing may not be shown now: it is sold out, or held back. Take it off again with: "
                "jembatan drift ours {listing}",
                listing=listing.remote_item_id,
            )
    put_held(facet, keep)
    facet.applied = {**facet.desired} if facet.kind != FacetKind.PRICE else merged_prices(facet, row.theirs)
    facet.applied_fp = fingerprint(facet.applied)
    facet.dirty = needs_write(facet.desired_fp, facet.applied_fp, facet.rejected_fp)


def keep_text(facet: Facet) -> None:
    """A text of ours that waits is not sent over theirs: what was sent last stays wanted."""
    put_held(facet, facet.applied or {})
    facet.dirty = needs_write(facet.desired_fp, facet.applied_fp, facet.rejected_fp)


def put_held(facet: Facet, keep: Mapping[str, Any]) -> None:
    """`keep` becomes what the facet should be, until the catalog says something else than now."""
    facet.held = hold(facet.kind, facet.desired, facet.held, keep)
    said = said_by_catalog(facet)
    facet.desired, facet.held = keep_held(facet.kind, said, facet.held)
    facet.desired_fp = fingerprint(facet.desired)


def said_by_catalog(facet: Facet) -> dict[str, Any]:
    """What mapping wanted before anything was kept."""
    if facet.held is None:
        return dict(facet.desired)
    if facet.kind == FacetKind.PRICE:
        said = {code: pair[1] for code, pair in facet.held["prices"].items() if code in facet.desired["prices"]}
        return {**facet.desired, "prices": {**facet.desired["prices"], **said}}
    return dict(facet.held["from"])


def merged_prices(facet: Facet, theirs: Mapping[str, Any]) -> dict[str, Any]:
    """The prices that the channel shows now."""
    known = {**(facet.applied or {}).get("prices", {}), **theirs["prices"]}
    return {"prices": {code: known[code] for code in facet.desired["prices"] if code in known}}


def count_theirs(session: Session, row: DriftRow, now: datetime) -> None:
    """Their figure becomes a count with a note; other shops follow. Raises UserError where one shop's figure is no count."""
    tie = session.get_one(ListingSku, row.listing_sku_id)
    sku, shop = session.get_one(Sku, tie.sku_id), session.get_one(Shop, tie.shop_id)
    location = default_location(session, sku.merchant_id)
    balance = lock_balance(session, tie.sku_id, location)
    lies = pieces_by_location(session, [tie.sku_id])[tie.sku_id]
    elsewhere = sum(pieces for where, pieces in lies.items() if where != location)
    pieces = max(0, (row.theirs["stock"] + shop.buffer) * tie.units + balance.held - elsewhere)
    note = f"{shop.channel} {shop.remote_shop_id}"
    add_count(session, tie.sku_id, location, f"drift/{row.id}", pieces, now, now, note=note)
    log_exposure(session, [tie.sku_id], now)
    if desired_stock(stock_rows(session, [tie.id or 0])[0]) != row.theirs["stock"]:
        raise UserError(
            "{sku}: this shop shows only a part of the stock, so its figure is no count. Count the shelf with: "
            "jembatan stock count {sku} N",
            sku=sku.code,
        )
