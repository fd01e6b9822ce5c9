"""What is still open, before any shop exists: per owner what to ask for, per product and channel how far it is.

Without a shop nobody can ask a channel what its categories want, so readiness counts what every listing there needs. What a shop of
the channel was told about a category counts for all products in it; the plan of a connected shop says the rest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.connectors.registry import channel_names
from bridge.engine.context import Engine
from bridge.engine.looking import named_merchant
from bridge.engine.mapping_rules import mapping_rules
from bridge.engine.remap import SCHEMA, standing_in_the_way
from bridge.errors import UserError
from bridge.mapping.categories import choose_category
from bridge.mapping.listing import map_listing
from bridge.mapping.rules import MappingRules
from bridge.model import CatalogProduct, CategorySchema, Problem
from bridge.settings import channel_config, load_config
from bridge.sheets.reasons import Reason
from bridge.sheets.text import fold
from bridge.sheets.todo import Open, OwnerTodo, asked
from bridge.store.catalog import blockers_of, load_products, row_id
from bridge.store.exposures import available_of
from bridge.store.listings import chunks
from bridge.store.tables import Merchant, Product, SchemaCache, Shop, SourceRow

# What a listing needs, and the words of the codes that say it is missing. The first that fits counts.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "category": ("CATEGORY",),
    "papers": ("PIRT", "BPOM", "IZIN", "HALAL", "CERTIFICATE", "SIZE_CHART", "GTIN", "ATTRIBUTE"),
    "pictures": ("IMAGE", "PICTURE"),
    "description": ("DESC",),
    "price": ("PRICE",),
    "weight": ("WEIGHT", "PACKAGE", "COURIER"),
    "stock": ("STOCK", "PREORDER"),
    "variants": ("VARIANT", "AXES", "AXIS", "OPTION", "SKU"),
    "name": ("TITLE", "NAME", "PROHIBITED", "USED", "CONSENT"),
}


OF_A_SHOP = frozenset({"M_COURIER_NONE"})  # what only a connected shop can tell


@dataclass(frozen=True, slots=True)
class Ready:
    """One product on one channel: the share of what a listing there needs, in percent, and what is missing."""

    product: str
    merchant: str
    code: str
    channel: str
    score: int
    missing: tuple[str, ...]  # keys of `NEEDS`
    problems: tuple[Problem, ...]


def readiness(engine: Engine, merchant: str | None = None) -> list[Ready]:
    """Every product on every channel that is open, by business, product and channel."""
    now, channels = engine.clock(), open_channels(engine)
    with engine.store.read() as session:
        query = select(col(Product.id)).join(Merchant, col(Merchant.id) == col(Product.merchant_id))
        if merchant is not None:
            query = query.where(col(Merchant.id) == named_merchant(session, merchant).id)
        ids = list(session.execute(query.order_by(col(Merchant.name), col(Product.id))).scalars())
        products = {channel: load_products(session, ids, channel, now) for channel in channels}
        stock = available(session, next(iter(products.values()), {}).values())
        schemas = {
            channel: load_schemas(session, channel, CategorySchema((), dict(limits), "none"))
            for channel, (_, limits) in channels.items()
        }
    return [
        judge(products[channel][key], channel, rules, schemas[channel], stock)
        for key in ids
        for channel, (rules, _) in channels.items()
    ]


def load_schemas(session: Session, channel: str, unasked: CategorySchema) -> Mapping[str, CategorySchema]:
    """What shops of a channel were told about its categories, the newest of each; `unasked` for all others."""
    told = (
        select(col(SchemaCache.key), col(SchemaCache.shop_id))
        .join(Shop, col(Shop.id) == col(SchemaCache.shop_id))
        .where(col(Shop.channel) == channel, col(SchemaCache.kind) == "schema")
        .order_by(col(SchemaCache.fetched_at))
    )
    newest: dict[str, int] = {}
    for key, shop_id in session.execute(told):
        newest[key] = shop_id
    rows = {key: session.get_one(SchemaCache, (shop_id, "schema", key)) for key, shop_id in newest.items()}
    return defaultdict(lambda: unasked, {key: SCHEMA.validate_python(row.payload) for key, row in rows.items()})


def open_channels(engine: Engine) -> dict[str, tuple[MappingRules, Mapping[str, int]]]:
    """Channels that take products today and have rules, with the limits that their settings file tells."""
    found: dict[str, tuple[MappingRules, Mapping[str, int]]] = {}
    home = engine.settings.home
    for channel in channel_names():
        own, told = load_config(f"mapping/{channel}.toml", home), channel_config(channel, home)
        if own and told and "closed_on" not in told:
            limits = {**told.get("limits_unverified", {}), **told.get("limits", {})}
            found[channel] = (mapping_rules(home, channel), limits)
    return found


def available(session: Session, products: Iterable[CatalogProduct]) -> dict[int, int | None]:
    """Pieces on the shelf that nobody has bought, by SKU; None: unknown."""
    ids = [sku.sku_id for product in products for sku in product.skus]
    there = {key: pieces for some in chunks(ids) for key, pieces in available_of(session, some).items()}
    return {key: there.get(key) for key in ids}


def judge(
    product: CatalogProduct,
    channel: str,
    rules: MappingRules,
    schemas: Mapping[str, CategorySchema],
    stock: Mapping[int, int | None],
) -> Ready:
    """One product on one channel."""
    choice = choose_category(product, rules)
    problems: tuple[Problem, ...] = (choice,) if isinstance(choice, Problem) else ()
    if not isinstance(choice, Problem):
        mapped = map_listing(product, stock, choice, schemas[choice.category_id], rules)
        problems = mapped if isinstance(mapped, tuple) else ()
    blocking = set(standing_in_the_way(product.blockers))
    told = tuple(
        each for each in problems if each.values.get("reason") in blocking | {None} and each.code not in OF_A_SHOP
    )
    missing = tuple(dict.fromkeys(need_of(each) for each in told))
    if isinstance(choice, Problem):
        missing = tuple(dict.fromkeys((*missing, *(need_of_code(code) for code in blocking))))
    score = round(100 * (len(NEEDS) - len(missing)) / len(NEEDS))
    return Ready(product.name, product.merchant, product.code, channel, score, missing, told)


def need_of(problem: Problem) -> str:
    """Which need a problem is about."""
    return need_of_code(problem.values.get("reason") or problem.code)


def need_of_code(code: str) -> str:
    """The same by a code."""
    return next((need for need, words in NEEDS.items() if any(word in code for word in words)), "name")


def open_points(engine: Engine, merchant: str | None = None, owner: str | None = None) -> list[OwnerTodo]:
    """What each owner still has to give: about products of the catalog, and about rows that were not taken in."""
    todos: dict[int, OwnerTodo] = {}
    now = engine.clock()
    with engine.store.read() as session:
        query = select(Merchant).order_by(col(Merchant.name))
        if merchant is not None:
            query = query.where(col(Merchant.id) == named_merchant(session, merchant).id)
        merchants = [
            row for row in session.execute(query).scalars() if owner is None or fold(row.owner or "") == fold(owner)
        ]
        if owner is not None and not merchants:
            raise UserError("No product belongs to the owner {name}.", name=owner)
        keys = {row.key: row for row in merchants}
        products = select(Product).where(col(Product.merchant_id).in_([row_id(row) for row in merchants]))
        known: set[tuple[int, str]] = set()
        for product in session.execute(products.order_by(col(Product.id))).scalars():
            known.add((product.merchant_id, product.key))
            codes = dict.fromkeys((*blockers_of(product, now), *product.reasons))
            _add(
                todos,
                next(row for row in merchants if row.id == product.merchant_id),
                product.name,
                product.code,
                codes,
            )
        refused = select(SourceRow).where(col(SourceRow.product_id).is_(None)).order_by(col(SourceRow.id))
        for row in session.execute(refused).scalars():
            found = keys.get(fold(row.cells.get("business", "")))
            if found is not None and (row_id(found), fold(row.cells.get("product", ""))) not in known:
                _add(todos, found, row.cells.get("product", ""), place_of(row), row.reasons)
    return sorted(todos.values(), key=lambda todo: todo.business.casefold())


def place_of(row: SourceRow) -> str:
    """`SHEET!ROW`, as the import wrote it."""
    sub = f".{row.sub_row}" if row.sub_row > 1 else ""
    return f"{row.sheet}!{row.row}{sub}"


def _add(todos: dict[int, OwnerTodo], merchant: Merchant, product: str, place: str, codes: Iterable[str]) -> None:
    names = {str(reason): reason for reason in Reason}
    found = [names[code] for code in codes if code in names]
    if Reason.RESPONSE_SUPERSEDED not in found and (wanted := asked(found)):
        todo = todos.setdefault(row_id(merchant), OwnerTodo(merchant.name, merchant.owner or ""))
        todo.products.append(Open(product if fold(product) else "", place, wanted))
