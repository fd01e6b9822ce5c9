"""Taking over what a shop shows already: listings that carry our SKU codes are bound, never made a second time."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.connectors.base import Find
from bridge.engine.context import Lane, Takeover
from bridge.model import RemoteListing, RemoteSku
from bridge.sheets.text import fold
from bridge.store.catalog import row_id
from bridge.store.exposures import log_exposure
from bridge.store.listings import bind_listing, tie_skus
from bridge.store.tables import Listing, ListingSku, Product, Sku

PAGE = 100


def adopt(lane: Lane) -> Takeover:
    """Reads the shop's listings once and binds those that are ours. Safe to call again.

    What a bound listing shows becomes ours with the next run: its differences stand in the plan first. Its stock counts as read;
    the next order pull covers it.
    """
    if Find.ALL not in lane.connector.capabilities().finds or not waiting(lane):
        return Takeover()
    bound, page, strangers = 0, list[RemoteListing](), list[str]()
    for remote in lane.connector.listings(Find.ALL, (), None):
        page.append(remote)
        if len(page) == PAGE:
            bound += bind_page(lane, page, strangers)
            page = []
    bound += bind_page(lane, page, strangers)
    return Takeover(bound, twins_of(lane, strangers))


def twins_of(lane: Lane, titles: Sequence[str]) -> tuple[str, ...]:
    """Titles of others that begin with the name of a product which is about to be listed: probably the same goods, by hand."""
    query = (
        select(col(Product.name))
        .join(Listing, col(Listing.product_id) == col(Product.id))
        .where(col(Listing.shop_id) == lane.shop.shop_id, col(Listing.remote_item_id).is_(None))
    )
    with lane.engine.store.read() as session:
        names = {fold(name) for name in session.execute(query).scalars()} - {""}
    lengths = {len(name) for name in names}
    return tuple(title for title in titles if any(fold(title)[:length] in names for length in lengths))


def waiting(lane: Lane) -> bool:
    """Whether any listing of the shop has no counterpart on the channel yet."""
    query = select(col(Listing.id)).where(
        col(Listing.shop_id) == lane.shop.shop_id, col(Listing.remote_item_id).is_(None)
    )
    with lane.engine.store.read() as session:
        return session.execute(query.limit(1)).first() is not None


def bind_page(lane: Lane, page: Sequence[RemoteListing], strangers: list[str]) -> int:
    """Binds the listings of a page in one transaction; the titles of those that are not ours go to `strangers`."""
    with lane.engine.store.write() as session:
        bound = [bind_one(session, lane, remote) for remote in page]
    strangers += [remote.title for remote, ours in zip(page, bound, strict=True) if not ours and remote.title]
    return sum(bound)


def bind_one(session: Session, lane: Lane, remote: RemoteListing) -> int:
    """Binds one listing if its SKUs are those of one product that the shop does not show yet."""
    codes = {sku.seller_sku: sku for sku in remote.skus if sku.seller_sku}
    query = select(Sku).where(
        col(Sku.merchant_id) == lane.shop.merchant_id, col(Sku.code).in_(sorted(codes)), ~col(Sku.retired)
    )
    skus = list(session.execute(query).scalars())
    if not skus or len({sku.product_id for sku in skus}) > 1:
        return 0
    listing = free_listing(session, lane, skus)
    if listing is None:
        return 0
    bind_listing(session, row_id(listing), remote.remote_id)
    listing.remote_item_id, listing.remote_status, listing.stale = remote.remote_id, remote.status, True
    ties = tie_skus(session, listing, [row_id(sku) for sku in skus])
    for sku in skus:
        take(lane, ties[row_id(sku)], codes[sku.code])
    log_exposure(session, [row_id(sku) for sku in skus], lane.engine.clock())
    return 1


def free_listing(session: Session, lane: Lane, skus: list[Sku]) -> Listing | None:
    """Our listing of these SKUs on the shop, if nothing is bound to it: the product's, or the SKU's own (no variants)."""
    parts = {0} | ({row_id(skus[0])} if len(skus) == 1 else set())
    query = select(Listing).where(
        col(Listing.shop_id) == lane.shop.shop_id,
        col(Listing.product_id) == skus[0].product_id,
        col(Listing.part).in_(parts),
        col(Listing.remote_item_id).is_(None),
    )
    return session.execute(query).scalars().first()


def take(lane: Lane, tie: ListingSku, remote: RemoteSku) -> None:
    """One SKU as the channel shows it. Stock that was not read stays unknown, never 0."""
    pieces = total(remote.stock)
    tie.remote_sku_id, tie.listed = remote.remote_sku_id, True
    tie.seen, tie.seen_at = pieces, lane.engine.clock()
    tie.places = places_of(remote.stock)
    tie.base, tie.may_sell, tie.stock_dirty = pieces, pieces, True
    tie.cover, tie.settled_at = ("none" if pieces is None else "settled"), lane.engine.clock()


def total(stock: Mapping[str, int] | None) -> int | None:
    """Pieces over all locations."""
    return None if stock is None else sum(stock.values())


def places_of(stock: Mapping[str, int] | None) -> dict[str, int] | None:
    """What each warehouse shows; None where the channel does not tell them apart."""
    return None if stock is None or not any(stock) else dict(stock)
