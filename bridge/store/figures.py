"""The figures of stock: each ListingSku with its range, the balance of its SKU, and what the merchant wants of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, func, or_, select, text, update
from sqlmodel import Session, col

from bridge.store.ledger import summed, table
from bridge.store.listings import IDS, chunks
from bridge.store.often import Among, Often
from bridge.store.tables import Balance, Listing, ListingSku, Merchant, Product, Shop, Sku


@dataclass(frozen=True, slots=True)
class StockRow:
    """A ListingSku with its range and the balance of its SKU."""

    listing_sku_id: int
    listing_id: int
    sku_id: int
    sku: str
    title: str
    units: int
    base: int | None
    first_booked: int
    cancelled_since: int
    may_sell: int | None
    cover: str
    clean: bool
    open_writes: int
    refused: int | None
    seen: int | None
    on_hand: int | None
    held: int
    buffer: int
    bound: bool
    takes_zero: bool
    shop_id: int
    places: Mapping[str, int] | None  # what each warehouse of the channel shows; None: not known, or there is one only
    warehouses: Sequence[Mapping[str, Any]]  # of the shop, where it has several
    rules: tuple[Mapping[str, Any], ...]  # of the SKU, its product and its merchant: the nearest first
    allotted: int | None = None  # units that a division over several listings leaves to this one
    room: Mapping[str, int] | None = None  # units that lie at each warehouse, where there are several


SETTLED = text("listing_sku.cover = 'settled'")  # spelt as the partial index spells it
ON_HAND, HELD = (summed(figure, col(ListingSku.sku_id)) for figure in (col(Balance.on_hand), col(Balance.held)))
STOCK_COLUMNS = (
    col(ListingSku.id), col(ListingSku.listing_id), col(ListingSku.sku_id), col(Sku.code), col(Product.name), col(ListingSku.units),
    col(ListingSku.base), col(ListingSku.first_booked), col(ListingSku.cancelled_since), col(ListingSku.may_sell),
    col(ListingSku.cover), col(ListingSku.clean), col(ListingSku.open_writes), col(ListingSku.refused), col(ListingSku.seen),
    ON_HAND, HELD, col(Shop.buffer), col(ListingSku.remote_sku_id), col(Shop.takes_zero),
    col(ListingSku.shop_id), col(ListingSku.places), col(Shop.warehouses),
    col(Sku.stock_rule), col(Product.stock_rule), col(Merchant.stock_rule),
)  # fmt: skip
STOCK = (
    select(*STOCK_COLUMNS)
    .join(Sku, col(Sku.id) == col(ListingSku.sku_id))
    .join(Product, col(Product.id) == col(Sku.product_id))
    .join(Shop, col(Shop.id) == col(ListingSku.shop_id))
    .join(Merchant, col(Merchant.id) == col(Shop.merchant_id))
    .order_by(col(ListingSku.id))
)
TIE: Table = table(ListingSku)
STOCK_OF = Often(STOCK.where(Among(TIE.c.id)))
DIRTY_STOCK = Often(STOCK.where(Among(TIE.c.shop_id), TIE.c.stock_dirty, TIE.c.remote_sku_id.is_not(None)))


def stock_row(row: Any) -> StockRow:
    """A missing balance means that nothing was ever counted or held."""
    values = [*row[:23], tuple(row[23:])]
    values[16] = 0 if values[16] is None else values[16]
    values[18] = values[18] is not None
    return StockRow(*values)


def dirty_stock(session: Session, *shop_ids: int) -> list[StockRow]:
    """ListingSkus on the channels of these shops whose figure has to be looked at."""
    return found_by(session, DIRTY_STOCK, shop_ids)


def stock_of(session: Session, listing_sku_ids: Sequence[int]) -> list[StockRow]:
    """These ListingSkus."""
    return found_by(session, STOCK_OF, listing_sku_ids)


def found_by(session: Session, statement: Often, ids: Sequence[int]) -> list[StockRow]:
    """The rows of a query about some ids."""
    session.flush()
    return [stock_row(row) for row in statement.find(session.connection(), ids=ids)]


LIES = select(col(Balance.sku_id), col(Balance.location_id), col(Balance.on_hand), col(Balance.held)).where(
    col(Balance.sku_id).in_(IDS)
)


def pieces_by_location(session: Session, sku_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """By SKU and location, pieces that can be sold. Where none were counted, there are none."""
    found: dict[int, dict[int, int]] = {}
    for some in chunks(sku_ids):
        for sku_id, location, on_hand, held in session.connection().execute(LIES, {"ids": some}):
            found.setdefault(sku_id, {})[location] = (on_hand or 0) - held
    return found


BELOW = select(col(Balance.sku_id)).where(col(Balance.held) > func.coalesce(col(Balance.on_hand), 0))
OVERSOLD = (  # where more is held than is there, it is so at one location at least; that alone needs no sorting of all balances
    select(col(Balance.sku_id), func.sum(col(Balance.held)) - func.sum(col(Balance.on_hand)))
    .where(col(Balance.sku_id).in_(BELOW))
    .group_by(col(Balance.sku_id))
    .having(func.sum(col(Balance.held)) > func.sum(col(Balance.on_hand)))
    .subquery()
)


def oversold(session: Session) -> list[tuple[int, str, str, int, int]]:
    """(SKU, its code, its product, its merchant, pieces missing) of which more is ordered than is there, over all locations. Of a
    bundle its parts are told, and nothing of what was never counted."""
    query = (
        select(col(Sku.id), col(Sku.code), col(Product.name), col(Sku.merchant_id), OVERSOLD.c[1])
        .join(OVERSOLD, OVERSOLD.c.sku_id == col(Sku.id))
        .join(Product, col(Product.id) == col(Sku.product_id))
        .order_by(col(Sku.id))
    )
    return [(row[0], row[1], row[2], row[3], int(row[4])) for row in session.execute(query)]


RULES_OF = (
    select(col(Sku.id), col(Sku.stock_rule), col(Product.stock_rule), col(Merchant.stock_rule))
    .join(Product, col(Product.id) == col(Sku.product_id))
    .join(Merchant, col(Merchant.id) == col(Sku.merchant_id))
    .where(col(Sku.id).in_(IDS))
)


def rules_of(session: Session, sku_ids: Sequence[int]) -> dict[int, tuple[Mapping[str, Any], ...]]:
    """By SKU, what is wanted of its stock: its own words first, then the product's and the merchant's."""
    found: dict[int, tuple[Mapping[str, Any], ...]] = {}
    for some in chunks(sku_ids):
        found |= {row[0]: tuple(row[1:]) for row in session.connection().execute(RULES_OF, {"ids": some})}
    return found


STOCK_OF_SKUS = Often(
    STOCK.join(Listing, col(Listing.id) == col(ListingSku.listing_id))
    .where(Among(TIE.c.sku_id))
    .where(or_(col(ListingSku.listed), and_(col(Listing.parked).is_(None), col(Shop.state) == "ok")))
)


def stock_of_skus(session: Session, sku_ids: Sequence[int]) -> list[StockRow]:
    """All ListingSkus that show these SKUs or are about to."""
    return found_by(session, STOCK_OF_SKUS, sku_ids)


REST = Often(update(TIE).where(Among(TIE.c.id)).values(stock_dirty=False))


def rest_stock(session: Session, listing_sku_ids: Sequence[int]) -> None:
    """These figures were looked at and need nothing."""
    session.flush()
    REST.run(session.connection(), [{"ids": some} for some in chunks(listing_sku_ids)])


def cover_settled(session: Session, shop_id: int, began: datetime) -> list[ListingSku]:
    """ListingSkus whose write was settled at or before a covering pull began."""
    query = select(ListingSku).where(col(ListingSku.shop_id) == shop_id, SETTLED, col(ListingSku.settled_at) <= began)
    return list(session.execute(query).scalars())
