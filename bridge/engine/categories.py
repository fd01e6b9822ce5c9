"""The categories of a channel, read once and kept, and suggestions for products whose category nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.connectors.base import SchemaSource
from bridge.engine.context import Engine, Lane
from bridge.engine.looking import named_merchant, product_by_code
from bridge.engine.mapping_rules import mapping_rules
from bridge.engine.sync import shops_of
from bridge.errors import UserError
from bridge.mapping.categories import CategorySuggestion, choose_category, suggest_categories
from bridge.mapping.rules import MappingRules
from bridge.model import Category, Problem
from bridge.store.catalog import load_products, row_id
from bridge.store.kept import load_schema, save_schema
from bridge.store.shops import ShopView
from bridge.store.tables import Product

TREE = "tree"


@dataclass(frozen=True, slots=True)
class Suggested:
    """One product with the categories that are nearest."""

    code: str
    product: str
    merchant: str
    channel: str
    chosen: str | None
    suggestions: tuple[CategorySuggestion, ...]


def a_shop_of(engine: Engine, channel: str | None) -> ShopView:
    """A shop whose channel can be asked; without a name the only channel that has shops."""
    shops = shops_of(engine)
    channels = sorted({shop.channel for shop in shops})
    if channel is None and len(channels) > 1:
        raise UserError("Say which marketplace: --channel {known}.", known=" / ".join(channels))
    found = [shop for shop in shops if channel is None or shop.channel == channel]
    if not found:
        raise UserError(
            "Connect a shop first: a marketplace tells its categories only to its shops (jembatan shop connect)."
        )
    return next((shop for shop in found if shop.state == "ok"), found[0])


def load_categories(engine: Engine, shop: ShopView) -> list[Category]:
    """The whole tree: kept, or read from the channel when it is missing or old."""
    now = engine.clock()
    with engine.store.read() as session:
        kept = load_schema(session, shop.shop_id, "categories", TREE, now, engine.settings.schema_days)
    if kept is not None:
        return [Category(*row) for row in kept[0]]
    lane = Lane(engine=engine, shop=shop)
    if not isinstance(lane.connector, SchemaSource):
        raise UserError("{channel} has no list of categories.", channel=shop.channel)
    tree = list(lane.connector.categories())
    rows = [[each.category_id, each.name, each.parent_id, each.leaf] for each in tree]
    with engine.store.write() as session:
        save_schema(session, shop.shop_id, "categories", TREE, rows, "", now)
    return tree


def leaves(engine: Engine, channel: str | None) -> list[tuple[str, str]]:
    """(category, path) of all that take products."""
    tree = load_categories(engine, a_shop_of(engine, channel))
    known = {category.category_id: category for category in tree}
    return sorted(((each.category_id, path_of(each, known)) for each in tree if each.leaf), key=lambda row: row[1])


def path_of(category: Category, known: dict[str, Category]) -> str:
    """`Makanan > Camilan > Keripik`."""
    names, at = [category.name], category
    while at.parent_id is not None and at.parent_id in known and len(names) < len(known):
        at = known[at.parent_id]
        names.insert(0, at.name)
    return " > ".join(names)


def require_leaf(engine: Engine, channel: str, category_id: str) -> str:
    """The path of a category that takes products. Raises UserError for any other."""
    found = dict(leaves(engine, channel))
    if category_id not in found:
        raise UserError(
            "{channel} has no category {category} that takes products. List them: jembatan categories list --channel {channel}",
            channel=channel,
            category=category_id,
        )
    return found[category_id]


def suggestions(engine: Engine, channel: str | None, code: str | None, merchant: str | None) -> list[Suggested]:
    """For one product, or for every publishable one whose category the map does not know."""
    shop = a_shop_of(engine, channel)
    tree = load_categories(engine, shop)
    rules = mapping_rules(engine.settings.home, shop.channel)
    with engine.store.read() as session:
        ids = wanted_products(session, code, merchant)
        products = load_products(session, ids, shop.channel, engine.clock())
    found = [suggested(product, shop.channel, tree, rules) for product in products.values()]
    return [each for each in found if code is not None or each.chosen is None]


def wanted_products(session: Session, code: str | None, merchant: str | None) -> list[int]:
    """The product with a code, or all that may be published."""
    if code is not None:
        return [product_by_code(session, code, merchant)]
    query = select(col(Product.id)).where(col(Product.publishable)).order_by(col(Product.id))
    if merchant is not None:
        query = query.where(col(Product.merchant_id) == row_id(named_merchant(session, merchant)))
    return list(session.execute(query).scalars())


def suggested(product: Any, channel: str, tree: Sequence[Category], rules: MappingRules) -> Suggested:
    """The nearest categories of one product; `chosen` is what the map or a person says."""
    chosen = choose_category(product, rules)
    return Suggested(
        code=product.code,
        product=product.name,
        merchant=product.merchant,
        channel=channel,
        chosen=None if isinstance(chosen, Problem) else chosen.category_id,
        suggestions=tuple(suggest_categories(product, tree, rules)),
    )
