"""What differs in the shops, as values to show, and what a person decides about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.engine.context import Engine
from bridge.engine.deciding import decide_ours, decide_theirs
from bridge.engine.looking import product_by_code
from bridge.engine.refusals import shop_names, titles_of
from bridge.errors import UserError
from bridge.model import FacetKind
from bridge.planning.drift import differences
from bridge.store.catalog import row_id
from bridge.store.drift import open_drifts
from bridge.store.listings import chunks
from bridge.store.tables import DriftRow, Listing, ListingSku, Sku


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in a shop that is not as we expected. `values`: by SKU or field, what was expected and what is there."""

    drift: int
    shop: int
    channel: str
    merchant: str
    listing: int | None
    remote_id: str | None
    title: str
    sku: str | None
    kind: str
    values: Mapping[str, tuple[Any, Any]]
    red: bool
    state: str  # waiting · ours (is written with the next run) · theirs · back · written
    found_at: datetime


def differences_of(
    engine: Engine, shop_ids: Sequence[int] | None = None, ids: Sequence[int] | None = None
) -> list[Difference]:
    """What waits for a person or for the next run, red ones first; or just these rows, whatever became of them."""
    with engine.store.read() as session:
        rows = open_drifts(session, shop_ids) if ids is None else rows_of(session, ids)
        shops = {row_id(shop): (shop.channel, name) for shop, name in shop_names(session)}
        titles = titles_of(session, [row.listing_id for row in rows if row.listing_id is not None])
        codes = codes_of(session, [row.listing_sku_id for row in rows if row.listing_sku_id is not None])
    return [
        Difference(
            drift=row_id(row),
            shop=row.shop_id,
            channel=shops[row.shop_id][0],
            merchant=shops[row.shop_id][1],
            listing=row.listing_id,
            remote_id=row.remote_item_id,
            title=titles.get(row.listing_id or 0) or str(row.theirs.get("title") or row.remote_item_id or "?"),
            sku=codes.get(row.listing_sku_id or 0),
            kind=row.kind,
            values=values_of(row),
            red=row.red,
            state="waiting" if row.decided is None else row.decided,
            found_at=row.found_at,
        )
        for row in rows
    ]


def rows_of(session: Session, ids: Sequence[int]) -> list[DriftRow]:
    """These rows, red ones first."""
    found: list[DriftRow] = []
    for some in chunks(dict.fromkeys(ids)):
        found += session.execute(select(DriftRow).where(col(DriftRow.id).in_(some))).scalars()
    return sorted(found, key=lambda row: (not row.red, row_id(row)))


def codes_of(session: Session, listing_sku_ids: Sequence[int]) -> dict[int, str]:
    """Our SKU code by ListingSku."""
    found: dict[int, str] = {}
    for some in chunks(listing_sku_ids):
        query = select(col(ListingSku.id), col(Sku.code)).join(Sku, col(Sku.id) == col(ListingSku.sku_id))
        found |= {row[0]: row[1] for row in session.execute(query.where(col(ListingSku.id).in_(some)))}
    return found


def values_of(row: DriftRow) -> dict[str, tuple[Any, Any]]:
    """By SKU or field, what was expected and what is there."""
    if row.kind == FacetKind.STOCK:
        low, high = row.ours["low"], row.ours["high"]
        return {"stock": (low if low == high else f"{low}–{high}", row.theirs["stock"])}
    if row.kind in tuple(FacetKind):
        return differences(row.kind, row.ours, row.theirs)
    return {}


def red_shops(engine: Engine) -> dict[int, int]:
    """By shop, how many differences are red: it shows more than there is."""
    with engine.store.read() as session:
        rows = [row for row in open_drifts(session) if row.red]
    return {row.shop_id: sum(each.shop_id == row.shop_id for each in rows) for row in rows}


def counts_of(engine: Engine) -> dict[str, int]:
    """How many differences wait for a person, and how many figures are above what is there."""
    with engine.store.read() as session:
        rows = open_drifts(session)
    return {"waiting": sum(row.decided is None for row in rows), "red": sum(row.red for row in rows)}


def differences_about(engine: Engine, sku: str, listings: Sequence[int]) -> list[Difference]:
    """What differs of one SKU on these listings."""
    return [row for row in differences_of(engine) if row.listing in listings and row.sku in (None, sku)]


def keep_ours(engine: Engine, what: str, merchant: str | None, shops: Sequence[int] | None, kind: str | None) -> int:
    """Ours is written with the next run; gives over how many differences."""
    return decide(engine, what, merchant, shops, kind, decide_ours)


def keep_theirs(engine: Engine, what: str, merchant: str | None, shops: Sequence[int] | None, kind: str | None) -> int:
    """Theirs is kept; gives of how many differences."""
    return decide(engine, what, merchant, shops, kind, decide_theirs)


def decide(
    engine: Engine,
    what: str,
    merchant: str | None,
    shops: Sequence[int] | None,
    kind: str | None,
    decision: Callable[[Session, DriftRow, datetime], None],
) -> int:
    """Decides all that waits of a SKU, a product or a listing, or nothing of it where one cannot be."""
    with engine.store.write() as session:
        rows = [row for row in waiting_for(session, what, merchant) if shops is None or row.shop_id in shops]
        rows = [row for row in rows if kind is None or row.kind == kind]
        if not rows:
            raise UserError("Nothing waits for a decision about {what}. See what does with: jembatan drift", what=what)
        for row in rows:
            decision(session, row, engine.clock())
        return len(rows)


def waiting_for(session: Session, what: str, merchant: str | None) -> list[DriftRow]:
    """What waits of a listing, by the channel's id, else of a SKU or a product, by its code."""
    rows = [row for row in open_drifts(session) if row.decided is None]
    by_id = [row for row in rows if row.remote_item_id == what]
    if by_id:
        return by_id
    product = product_by_code(session, what, merchant)
    listings = set(session.execute(select(col(Listing.id)).where(col(Listing.product_id) == product)).scalars())
    mine = [row for row in rows if row.listing_id in listings]
    variant = session.execute(
        select(col(ListingSku.id))
        .join(Sku, col(Sku.id) == col(ListingSku.sku_id))
        .where(col(Sku.code) == what, col(ListingSku.listing_id).in_(listings))
    ).scalars()
    ties = set(variant)
    return [row for row in mine if row.listing_sku_id is None or not ties or row.listing_sku_id in ties]
