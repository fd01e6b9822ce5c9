"""Listings and their facets: what is stale, what is dirty, what was settled, and the ties to the channel's ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Integer, Table, and_, bindparam, func, insert, or_, select, update
from sqlmodel import Session, col

from bridge.store.catalog import row_id
from bridge.store.inserts import insert_new
from bridge.store.ledger import table
from bridge.store.often import Among, Often
from bridge.store.tables import Cursor, Facet, Listing, ListingSku, OperationRow, Product, Shop, Sku

SHOP: BindParameter[Any] = bindparam("shop")
T = TypeVar("T")
IDS: BindParameter[Any] = bindparam("ids", expanding=True)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A facet as mapping wants it."""

    kind: str
    payload: Mapping[str, Any]
    fingerprint: str
    dirty: bool


@dataclass(frozen=True, slots=True)
class DirtyFacet:
    """A facet that has to be written."""

    listing_id: int
    kind: str
    desired: Mapping[str, Any]
    desired_fp: str
    applied: Mapping[str, Any] | None
    title: str
    bound: bool
    parked: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """A ListingSku of a listing: its id, our SKU code, and whether the channel shows it already."""

    listing_sku_id: int
    sku: str
    listed: bool


def add_listings(session: Session, shop_id: int, merchant_id: int, skus_per_listing: int) -> int:
    """A listing on the shop for every publishable product of its merchant that has none; gives how many are new.

    Where a channel has no variants each SKU is a listing of its own.
    """
    query = select(col(Product.id), col(Sku.id)).join(Sku, col(Sku.product_id) == col(Product.id))
    query = query.where(col(Product.merchant_id) == merchant_id, col(Product.publishable), ~col(Sku.retired))
    parts = {(product_id, sku_id if skus_per_listing == 1 else 0) for product_id, sku_id in session.execute(query)}
    rows = [
        {"shop_id": shop_id, "product_id": product_id, "part": part, "stale": True, "notes": []}
        for product_id, part in sorted(parts)
    ]
    return insert_new(session, table(Listing), rows)


def add_listings_everywhere(session: Session, merchant_id: int) -> None:
    """The same for every shop of a merchant."""
    for shop in session.execute(select(Shop).where(col(Shop.merchant_id) == merchant_id)).scalars():
        add_listings(session, row_id(shop), merchant_id, shop.skus_per_listing)


STALE = (
    select(Listing)
    .where(col(Listing.shop_id) == SHOP, or_(col(Listing.stale), col(Listing.valid_until) <= bindparam("now")))
    .order_by(col(Listing.id))
    .limit(bindparam("limit", type_=Integer))
)


def stale_listings(session: Session, shop_id: int, now: datetime, limit: int) -> list[Listing]:
    """Listings whose facets have to be worked out again, a batch at a time."""
    return list(session.execute(STALE, {"shop": shop_id, "now": now, "limit": limit}).scalars())


def tie_skus(session: Session, listing: Listing, sku_ids: Sequence[int]) -> dict[int, ListingSku]:
    """The ListingSkus of a listing by SKU, made where missing."""
    query = select(ListingSku).where(col(ListingSku.listing_id) == listing.id)
    have = {row.sku_id: row for row in session.execute(query).scalars()}
    for sku_id in sku_ids:
        if sku_id not in have:
            row = ListingSku(
                shop_id=listing.shop_id,
                listing_id=row_id(listing),
                sku_id=sku_id,
                remote_item_id=listing.remote_item_id,
            )
            session.add(row)
            have[sku_id] = row
    session.flush()
    return have


def shown_skus(session: Session, listing_ids: Sequence[int]) -> dict[int, list[int]]:
    """The SKUs that each listing shows on the channel."""
    found: dict[int, list[int]] = {}
    query = select(col(ListingSku.listing_id), col(ListingSku.sku_id)).where(
        col(ListingSku.listing_id).in_(listing_ids), col(ListingSku.listed)
    )
    for listing_id, sku_id in session.execute(query):
        found.setdefault(listing_id, []).append(sku_id)
    return found


def save_facets(session: Session, listing: Listing, facets: Iterable[FacetValue]) -> None:
    """Stores what a listing should be; applied, seen and rejected stay as they are."""
    query = select(Facet).where(col(Facet.listing_id) == listing.id)
    have = {row.kind: row for row in session.execute(query).scalars()}
    for facet in facets:
        row = have.get(facet.kind)
        if row is None:
            row = Facet(listing_id=row_id(listing), kind=facet.kind, shop_id=listing.shop_id, desired={}, desired_fp="")
            session.add(row)
        row.desired, row.desired_fp, row.dirty = dict(facet.payload), facet.fingerprint, facet.dirty


def facets_of(session: Session, listing_ids: Sequence[int]) -> dict[tuple[int, str], Facet]:
    """Facet rows by listing and kind."""
    query = select(Facet).where(col(Facet.listing_id).in_(listing_ids))
    return {(row.listing_id, row.kind): row for row in session.execute(query).scalars()}


DIRTY_FACETS = (
    select(
        col(Facet.listing_id),
        col(Facet.kind),
        col(Facet.desired),
        col(Facet.desired_fp),
        col(Facet.applied),
        col(Product.name),
        col(Listing.remote_item_id),
        col(Listing.parked).is_(None),
    )
    .join(Listing, col(Listing.id) == col(Facet.listing_id))
    .join(Product, col(Product.id) == col(Listing.product_id))
    .where(col(Facet.shop_id) == SHOP, col(Facet.dirty))
    .where(
        or_(
            col(Listing.parked).is_(None),
            and_(col(Facet.kind) == "visibility", col(Listing.remote_item_id).is_not(None)),
        )
    )
    .order_by(col(Facet.listing_id))
)


def dirty_facets(session: Session, shop_id: int) -> list[DirtyFacet]:
    """What of a shop has to be written and may be. Of a parked listing only that it comes off the channel."""
    rows: Iterable[Any] = session.connection().execute(DIRTY_FACETS, {"shop": shop_id}).all()
    return [
        DirtyFacet(r[0], r[1], r[2], r[3], r[4], r[5], r[6] is not None, not r[7])
        for r in rows
        if r[7] or not r[2]["visible"]
    ]


def hidden_listings(session: Session, listing_ids: Iterable[int]) -> set[int]:
    """Those that should not be shown now."""
    found: set[int] = set()
    for some in chunks(set(listing_ids)):
        query = select(col(Facet.listing_id), col(Facet.desired)).where(
            col(Facet.listing_id).in_(some), col(Facet.kind) == "visibility"
        )
        found |= {listing_id for listing_id, desired in session.execute(query) if not desired["visible"]}
    return found


WRITE: Table = table(OperationRow)
NEWER = WRITE.alias("newer")
SHOWING: Table = table(Facet)
HIDDEN_IN_TIME = Often(
    select(SHOWING.c.listing_id, SHOWING.c.applied)
    .join_from(SHOWING, WRITE, WRITE.c.listing_id == SHOWING.c.listing_id)
    .join(table(Cursor), col(Cursor.shop_id) == SHOWING.c.shop_id)
    .where(Among(SHOWING.c.listing_id), SHOWING.c.kind == "visibility")
    .where(WRITE.c.kind == "visibility", WRITE.c.state == "done")
    .where(WRITE.c.settled_at <= col(Cursor.covered_at))
    .where(
        ~select(NEWER.c.id)
        .where(NEWER.c.target == WRITE.c.target, NEWER.c.kind == WRITE.c.kind)
        .where(NEWER.c.sent_at.is_not(None), NEWER.c.id > WRITE.c.id)
        .exists()
    )
)


def surely_hidden(session: Session, listing_ids: Iterable[int]) -> set[int]:
    """Those that no buyer can buy from: hidden before a pull that has seen every order, and no write about it is under way."""
    found: set[int] = set()
    for some in chunks(set(listing_ids)):
        rows = HIDDEN_IN_TIME.find(session.connection(), ids=some)
        found |= {listing_id for listing_id, applied in rows if applied is not None and not applied["visible"]}
    return found


TIES_OF = (
    select(col(ListingSku.listing_id), col(ListingSku.id), col(Sku.code), col(ListingSku.listed))
    .join(Sku, col(Sku.id) == col(ListingSku.sku_id))
    .where(col(ListingSku.shop_id) == SHOP, col(ListingSku.listing_id).in_(IDS))
    .order_by(col(Sku.position), col(ListingSku.id))
)


def skus_of_listings(session: Session, shop_id: int, listing_ids: Sequence[int]) -> dict[int, list[Tie]]:
    """The ties of each listing, in the order of the SKUs."""
    found: dict[int, list[Tie]] = {}
    for some in chunks(listing_ids):
        rows: Iterable[Any] = session.connection().execute(TIES_OF, {"shop": shop_id, "ids": some}).all()
        for listing_id, listing_sku_id, code, listed in rows:
            found.setdefault(listing_id, []).append(Tie(listing_sku_id, code, listed))
    return found


LIVE = select(func.count()).where(col(Listing.shop_id) == SHOP, col(Listing.remote_item_id).is_not(None))


def live_count(session: Session, shop_id: int) -> int:
    """Listings that the shop has on the channel."""
    return int(session.connection().execute(LIVE, {"shop": shop_id}).scalar_one())


PARKED = (
    select(col(Listing.id), col(Product.name), col(Listing.parked))
    .join(Product, col(Product.id) == col(Listing.product_id))
    .where(col(Listing.shop_id) == SHOP, col(Listing.parked).is_not(None))
    .order_by(col(Listing.id))
)


def parked_listings(session: Session, shop_id: int) -> list[tuple[int, str, list[dict[str, Any]]]]:
    """Listings that wait for a person, with their problems."""
    rows: Iterable[Any] = session.connection().execute(PARKED, {"shop": shop_id}).all()
    return [(row[0], row[1], row[2] or []) for row in rows]


REMOTE_ITEM = Often(select(col(Listing.remote_item_id)).where(col(Listing.id) == bindparam("listing")))


def remote_item_of(session: Session, listing_id: int) -> str | None:
    """The channel's id of a listing."""
    session.flush()
    found: str | None = REMOTE_ITEM.find(session.connection(), listing=listing_id)[0][0]
    return found


def bind_listing(session: Session, listing_id: int, remote_id: str) -> None:
    """The channel's id of a listing, from the first answer that has it."""
    session.execute(update(Listing).where(col(Listing.id) == listing_id).values(remote_item_id=remote_id))
    session.execute(update(ListingSku).where(col(ListingSku.listing_id) == listing_id).values(remote_item_id=remote_id))


TIE = select(col(ListingSku.id), col(ListingSku.sku_id), col(ListingSku.units)).where(col(ListingSku.shop_id) == SHOP)
BY_IDS = Often(
    TIE.where(col(ListingSku.remote_item_id) == bindparam("item"), col(ListingSku.remote_sku_id) == bindparam("sku"))
)
BY_CODE = Often(TIE.join(Sku, col(Sku.id) == col(ListingSku.sku_id)).where(col(Sku.code) == bindparam("code")).limit(2))


def resolve_line(
    session: Session, shop_id: int, remote_id: str | None, remote_sku_id: str | None, seller_sku: str | None
) -> tuple[int, int, int] | None:
    """(ListingSku id, SKU id, units) that an order line means: by the channel's ids, else by our own SKU code."""
    session.flush()
    connection = session.connection()
    if remote_id is not None and remote_sku_id is not None:
        found = BY_IDS.find(connection, shop=shop_id, item=remote_id, sku=remote_sku_id)
        if found:
            return found[0][0], found[0][1], found[0][2]
    if not seller_sku:
        return None
    rows = BY_CODE.find(connection, shop=shop_id, code=seller_sku)
    return (rows[0][0], rows[0][1], rows[0][2]) if len(rows) == 1 else None


ACTIVE = (
    select(
        col(OperationRow.listing_id),
        col(OperationRow.kind),
        col(OperationRow.state),
        col(OperationRow.applies),
        col(OperationRow.ticket),
    )
    .where(
        col(OperationRow.shop_id) == SHOP,
        col(OperationRow.state).in_(("pending", "inflight", "accepted", "unknown")),
        col(OperationRow.listing_id).is_not(None),
    )
    .order_by(col(OperationRow.id))  # the latest wins
)


def active_operations(session: Session, shop_id: int) -> dict[tuple[int, str], tuple[str, Mapping[str, str], bool]]:
    """(state, applied fingerprints, a step is done) of what waits or is under way, by listing and kind."""
    rows: Iterable[Any] = session.connection().execute(ACTIVE, {"shop": shop_id}).all()
    return {(row[0], row[1]): (row[2], row[3], row[4] != "") for row in rows}


def insert_rows(session: Session, model: Any, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Inserts many rows and gives their ids in order."""
    if not rows:
        return []
    return [row[0] for row in session.connection().execute(inserting(model), list(rows))]


@cache
def inserting(model: Any) -> Any:
    """The statement, made once."""
    return insert(table(model)).returning(table(model).c.id, sort_by_parameter_order=True)


def chunks(ids: Iterable[T], size: int = 500) -> Iterable[list[T]]:
    """Ids in pieces that a query can name."""
    every = list(ids)
    for start in range(0, len(every), size):
        yield every[start : start + size]
