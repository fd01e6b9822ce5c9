"""What a person changes by hand: a shop's buffer, what is wanted of stock, bundles, a product's category, a second try."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from bridge.engine.context import Engine
from bridge.engine.looking import named_merchant, product_by_code
from bridge.engine.stock_views import find_sku
from bridge.errors import UserError
from bridge.planning.fingerprint import needs_write
from bridge.store.catalog import row_id, touch_product
from bridge.store.exposures import bundles_with, log_exposure, parts_of
from bridge.store.journal import failed_operations, skus_of
from bridge.store.ledger import mark_stock_changed
from bridge.store.listings import facets_of
from bridge.store.tables import Balance, Listing, ListingSku, Merchant, OperationRow, Product, Shop, Sku, SkuComponent


def set_buffer(engine: Engine, shop_ids: Sequence[int], buffer: int) -> None:
    """Pieces that these shops never show. Their figures are looked at again at the next run."""
    if buffer < 0:
        raise UserError("The number of pieces cannot be below 0.")
    with engine.store.write() as session:
        session.execute(update(Shop).where(col(Shop.id).in_(list(shop_ids))).values(buffer=buffer))
        session.execute(update(ListingSku).where(col(ListingSku.shop_id).in_(list(shop_ids))).values(stock_dirty=True))
        waiting = (col(Listing.shop_id).in_(list(shop_ids)), col(Listing.remote_item_id).is_(None))
        session.execute(update(Listing).where(*waiting).values(stale=True))


def set_sold_out(engine: Engine, rule: str, merchant: str | None, sku: str | None) -> str:
    """What sold-out listings of a business, a product or one variant do where a channel takes no 0: "hide" or "least". Gives the
    name of whom it is for."""
    return set_stock_rule(engine, {"sold_out": rule}, merchant, sku)


def set_stock_rule(engine: Engine, words: Mapping[str, Any], merchant: str | None, sku: str | None) -> str:
    """What a business wants of its stock, or of a product's or one variant's: the words of `planning.allocation.StockRule`; None
    takes one back. Gives the name of whom it is for."""
    with engine.store.write() as session:
        owner: Merchant | Product | Sku = rule_owner(session, merchant, sku)
        told = {**owner.stock_rule, **words}
        owner.stock_rule = {word: value for word, value in told.items() if value is not None}
        products = select(col(Sku.product_id)).where(OWNED[type(owner)] == owner.id)
        mine = col(Listing.product_id).in_(products)
        session.execute(update(Listing).where(mine).values(stale=True))
        session.execute(
            update(ListingSku)
            .where(col(ListingSku.listing_id).in_(select(col(Listing.id)).where(mine)))
            .values(stock_dirty=True)
        )
        return owner.code if isinstance(owner, Sku) else owner.name


def make_bundle(engine: Engine, code: str, parts: Mapping[str, int], merchant: str | None) -> None:
    """Says what a bundle is made of: SKU code of each part → pieces of it. Empty: it is none any more."""
    now = engine.clock()
    with engine.store.write() as session:
        bundle = find_sku(session, code, merchant)
        owner = session.get_one(Merchant, bundle.merchant_id)
        found = {row_id(find_sku(session, part, owner.name)): pieces for part, pieces in parts.items()}
        refuse_nesting(session, bundle, list(found))
        before = parts_of(session, [row_id(bundle)]).get(row_id(bundle), {})
        session.execute(delete(SkuComponent).where(col(SkuComponent.bundle_sku_id) == bundle.id))
        session.add_all(
            SkuComponent(bundle_sku_id=row_id(bundle), part_sku_id=part, pieces=pieces)
            for part, pieces in found.items()
        )
        session.flush()
        mark_stock_changed(session, [row_id(bundle)])
        log_exposure(session, [row_id(bundle), *before], now)


def refuse_nesting(session: Session, bundle: Sku, parts: Sequence[int]) -> None:
    """A bundle is made of plain goods, and has no orders or counts of its own that would be lost."""
    if bundle.id in parts or parts_of(session, parts) or bundles_with(session, [row_id(bundle)]):
        raise UserError("A bundle is made of SKUs that are no bundles themselves, and is no part of another one.")
    balance = session.execute(select(Balance).where(col(Balance.sku_id) == bundle.id)).scalars().first()
    if parts and balance is not None and (balance.on_hand is not None or balance.held):
        raise UserError(
            "{sku} was counted as goods of its own. A bundle needs a SKU that never was: its stock follows from its parts.",
            sku=bundle.code,
        )


OWNED = {Merchant: col(Sku.merchant_id), Product: col(Sku.product_id), Sku: col(Sku.id)}


def rule_owner(session: Session, merchant: str | None, code: str | None) -> Merchant | Product | Sku:
    """Whose rule is meant: the variant's whose code it is, else the product's, else the business's."""
    if code is None:
        assert merchant is not None
        return named_merchant(session, merchant)
    product = session.get_one(Product, product_by_code(session, code, merchant))
    variant = select(Sku).where(col(Sku.product_id) == product.id, col(Sku.code) == code)
    return product if product.code == code else session.execute(variant).scalar_one()


def rule_merchant(engine: Engine, merchant: str | None, code: str | None) -> str:
    """The business whose shops a rule is about."""
    with engine.store.read() as session:
        owner = rule_owner(session, merchant, code)
        return owner.name if isinstance(owner, Merchant) else session.get_one(Merchant, owner.merchant_id).name


def choose_category(engine: Engine, code: str, category_id: str, channel: str, merchant: str | None) -> str:
    """A person's choice for a product on a channel; it wins over the map. Gives the product's name."""
    with engine.store.write() as session:
        product = session.get_one(Product, product_by_code(session, code, merchant))
        product.categories = {**product.categories, channel: category_id}
        touch_product(session, product, engine.clock())
        return product.name


def try_again(engine: Engine, shop_ids: Sequence[int] | None, force: bool) -> tuple[int, int]:
    """Lets refused writes go out once more (all of them only with `force`), and waiting ones at once.

    Gives (refused ones set free, waiting ones brought forward). Nothing is sent here. Unknown ones are left alone: the pause
    between two looks at the channel is what keeps a create from happening twice.
    """
    now = engine.clock()
    with engine.store.write() as session:
        failed = [row for row in failed_operations(session) if in_shops(row, shop_ids)]
        freed = sum(forgive(session, row, force, now) for row in failed)
        waiting = select(OperationRow).where(col(OperationRow.state) == "pending", col(OperationRow.due_at) > now)
        rows = [row for row in session.execute(waiting).scalars() if in_shops(row, shop_ids) and not row.ticket]
        for row in rows:
            row.due_at = now
        return freed, len(rows)


def in_shops(row: OperationRow, shop_ids: Sequence[int] | None) -> bool:
    """Whether an operation belongs to one of the shops."""
    return shop_ids is None or row.shop_id in shop_ids


def forgive(session: Session, row: OperationRow, force: bool, now: datetime) -> bool:
    """Forgets that a write was refused, where its data changed or a person insists; True when it will be sent again."""
    freed = False
    if row.listing_id is not None and row.applies:
        facets = [facet for (_, kind), facet in facets_of(session, [row.listing_id]).items() if kind in row.applies]
        changed = any(facet.desired_fp != facet.rejected_fp for facet in facets)  # a create is one write
        for facet in facets:
            if facet.rejected_fp is not None and (force or (changed and row.kind == "create")):
                facet.rejected_fp = None
                facet.dirty = needs_write(facet.desired_fp, facet.applied_fp, None)
                freed = freed or facet.dirty
    if row.kind == "stock" and force:
        for sku in skus_of(session, [row_id(row)])[row_id(row)]:
            tie = session.get_one(ListingSku, sku.listing_sku_id)
            if tie.refused is not None:
                tie.refused, tie.stock_dirty, freed = None, True, True
    if row.order_id is not None and force:
        row.state, row.settled_at, row.due_at, freed = "pending", None, now, True
    return freed
