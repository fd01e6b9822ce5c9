"""Writes that a channel refused: what it means, the words it gave, and whether the data has changed since. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.connectors.base import ErrorSource
from bridge.connectors.meanings import TEMPLATES, Meaning, read_meaning
from bridge.engine.context import Engine
from bridge.engine.listing_states import facets_by_listing
from bridge.errors import UserError
from bridge.store.catalog import row_id
from bridge.store.journal import failed_operations, skus_of
from bridge.store.listings import chunks
from bridge.store.tables import Facet, Listing, Merchant, OperationRow, Order, Product, Shop


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One write that the channel refused: its code and words, what they mean, and who acts."""

    operation: int
    shop: int
    channel: str
    merchant: str
    listing: int | None
    kind: str
    title: str
    skus: tuple[str, ...]
    code: str
    message: str
    meaning: str
    who: str
    changed: bool  # the data is another one now: it is sent again by itself


def meaning_of(engine: Engine, channel: str, code: str, message: str) -> Meaning | None:
    """What a refusal means by the channel's plugin; None where that has no table, does not know it, or is not there any more."""
    try:
        plugin = engine.plugin(channel)
    except UserError:
        return None
    return read_meaning(plugin.meaning(code, message)) if isinstance(plugin, ErrorSource) else None


def who_of(meaning: Meaning) -> str:
    """Who has to do something about it."""
    return TEMPLATES[meaning][0].value


def refused(
    engine: Engine,
    shop_ids: Sequence[int] | None = None,
    run_id: int | None = None,
    listing_ids: Sequence[int] | None = None,
) -> list[RefusedRow]:
    """Refused writes: the newest of each listing and kind, or those of one run, or of some listings."""
    with engine.store.read() as session:
        rows = failed_operations(session)
        rows = [row for row in rows if shop_ids is None or row.shop_id in shop_ids]
        rows = [row for row in rows if run_id is None or row.run_id == run_id]
        rows = [row for row in rows if listing_ids is None or row.listing_id in listing_ids]
        facets = facets_by_listing(session, [row.listing_id for row in rows if row.listing_id is not None])
        skus = skus_of(session, [row_id(row) for row in rows])
        shops = {row_id(shop): (shop.channel, name) for shop, name in shop_names(session)}
        titles = titles_of(session, [row.listing_id for row in rows if row.listing_id is not None])
        numbers = order_numbers(session, [row.order_id for row in rows if row.order_id is not None])
    meanings = {
        row_id(row): meaning_of(engine, shops[row.shop_id][0], row.code, row.message) or Meaning.UNKNOWN for row in rows
    }
    return [
        RefusedRow(
            operation=row_id(row),
            shop=row.shop_id,
            channel=shops[row.shop_id][0],
            merchant=shops[row.shop_id][1],
            listing=row.listing_id,
            kind=row.kind,
            title=titles.get(row.listing_id or 0, numbers.get(row.order_id or 0, "?")),
            skus=tuple(sku.seller_sku for sku in skus[row_id(row)]),
            code=row.code,
            message=row.message,
            meaning=meanings[row_id(row)].value,
            who=who_of(meanings[row_id(row)]),
            changed=data_changed(row, facets.get(row.listing_id or 0, {})),
        )
        for row in rows
    ]


def data_changed(row: OperationRow, facets: dict[str, Facet]) -> bool:
    """Whether a refused write would say something else now."""
    mine = [facets[kind] for kind in row.applies if kind in facets]
    return any(facet.dirty and facet.desired_fp != facet.rejected_fp for facet in mine)


def shop_names(session: Session) -> list[tuple[Shop, str]]:
    """All shops with their merchants' names."""
    query = select(Shop, col(Merchant.name)).join(Merchant, col(Merchant.id) == col(Shop.merchant_id))
    return [(row[0], row[1]) for row in session.execute(query)]


def titles_of(session: Session, listing_ids: Iterable[int]) -> dict[int, str]:
    """The product's name by listing."""
    found: dict[int, str] = {}
    for some in chunks(listing_ids):
        query = select(col(Listing.id), col(Product.name)).join(Product, col(Product.id) == col(Listing.product_id))
        for key, name in session.execute(query.where(col(Listing.id).in_(some))):
            found[key] = name
    return found


def order_numbers(session: Session, order_ids: Iterable[int]) -> dict[int, str]:
    """What the channels call orders."""
    found: dict[int, str] = {}
    for some in chunks(order_ids):
        for key, number in session.execute(
            select(col(Order.id), col(Order.remote_order_id)).where(col(Order.id).in_(some))
        ):
            found[key] = number
    return found
