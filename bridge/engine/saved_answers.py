"""Answers of a marketplace that somebody kept as files, into the catalog: judged as the rows of a sheet, stored as they are.

Stock figures in them are of the past: they are kept beside the product and never count. Orders are told and not booked
(docs/decisions/0012-old-orders-are-not-booked.md). What a sheet has told since is newer and stays.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.connectors import registry
from bridge.connectors.base import SavedOrder, SavedProduct, SavedSource
from bridge.engine.context import Engine
from bridge.engine.importing import BATCH, Imported, draft_of, load_import_rules, offer_everywhere, save_source
from bridge.engine.saved_judging import OldProduct, judge
from bridge.errors import UserError
from bridge.model import Problem
from bridge.settings import Settings
from bridge.sheets.record import JudgedRow
from bridge.sheets.text import fold
from bridge.store.catalog import find_merchant, row_id, save_merchant, save_product
from bridge.store.tables import Merchant, Product, SourceRow


@dataclass(frozen=True, slots=True)
class Answers:
    """All that the files told. `problems` could not be read or placed; `notes` was read and left out."""

    products: tuple[OldProduct, ...]
    orders: tuple[SavedOrder, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def rows(self) -> tuple[JudgedRow, ...]:
        return tuple(each.row for each in self.products)


def saved_source(channel: str) -> SavedSource:
    """The channel's reader of saved answers. Raises UserError that names the channels which have one."""
    found = registry.plugin(channel)
    if isinstance(found, SavedSource):
        return found
    able = [name for name, plugin in registry.plugins().items() if isinstance(plugin, SavedSource)]
    raise UserError(
        "Saved answers of {channel} cannot be imported. Channels whose answers can be: {able}.",
        channel=channel,
        able=", ".join(able),
    )


def read_answers(
    settings: Settings, channel: str, files: Mapping[str, bytes], as_of: date, merchant: str | None = None
) -> Answers:
    """All files read and judged; stores nothing and needs no home. `merchant` says whose they are, whatever they say."""
    saved = saved_source(channel).read_saved(files)
    require_one_seller(saved.products, merchant)
    rules = load_import_rules(settings)
    whose = [(each, merchant if merchant is not None else each.seller) for each in saved.products]
    owned = [(each, name) for each, name in whose if fold(name)]
    lost = tuple(without_owner(each) for each, name in whose if not fold(name))
    return Answers(tuple(judge(owned, rules, as_of)), saved.orders, (*saved.problems, *lost), saved.notes)


def require_one_seller(products: Iterable[SavedProduct], merchant: str | None) -> None:
    """Nobody's goods are put under another name. Raises UserError."""
    if merchant is None:
        return
    if not fold(merchant):
        raise UserError("“{name}” is no name of a business.", name=merchant)
    names = {fold(each.seller): each.seller for each in products if fold(each.seller)}
    ids = {each.seller_id for each in products}
    renamed = len(ids) == 1 and "" not in ids  # one seller who changed the shop's name
    if len(names) > 1 and not renamed:
        raise UserError(
            "The files are of several sellers: {names}. Leave --merchant out, or import the files of each seller on their own.",
            names=", ".join(sorted(names.values())),
        )


def without_owner(product: SavedProduct) -> Problem:
    """A product that is left out because nobody says whose it is."""
    return Problem(
        "saved_whose",
        product.place,
        "The answer does not say whose product this is.",
        "Import it again with --merchant NAME.",
    )


def import_answers(
    engine: Engine,
    channel: str,
    answers: Answers,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Imported:
    """Stores the products, a batch per transaction: an interrupted import is simply run again."""
    result = Imported(rows=answers.rows)
    now, products = engine.clock(), answers.products
    for start in range(0, len(products), BATCH):
        with engine.store.write() as session:
            for old in products[start : start + BATCH]:
                store_product(session, engine, channel, old, result, now)
        progress(min(start + BATCH, len(products)), len(products))
    merchants = {row.merchant_key for row in answers.rows}
    offer_everywhere(engine, merchants)
    result.merchants = len(merchants)
    return result


def store_product(
    session: Session, engine: Engine, channel: str, old: OldProduct, result: Imported, now: datetime
) -> None:
    """One product with its merchant, SKUs and the answer's own values. No stock is written."""
    row = old.row
    merchant = owner_of(session, row, now)
    if any(reason.startswith("E_") for reason in row.reasons):
        result.refused += 1
        save_source(session, channel, row, None, now)
        return
    product = told_by_sheet(session, merchant, row.product_key)
    if product is not None:
        result.kept += 1
    else:
        saved = save_product(session, merchant, draft_of(row, engine.settings.halal_blocks, old.skus), now)
        setattr(result, saved.change, getattr(result, saved.change) + 1)
        product = row_id(saved.product)
    save_source(session, channel, row, product, now)


def owner_of(session: Session, row: JudgedRow, now: datetime) -> Merchant:
    """The merchant; one that is known already is left as it is."""
    known = find_merchant(session, row.merchant_key)
    if known is not None:
        return known
    values = {"name": row.business, "phone_status": row.phone_status}
    return save_merchant(session, row.merchant_key, values, now)[0]


def told_by_sheet(session: Session, merchant: Merchant, key: str) -> int | None:
    """The product's id where a spreadsheet has told of it: that is newer than any saved answer."""
    query = (
        select(col(Product.id))
        .join(SourceRow, col(SourceRow.product_id) == col(Product.id))
        .where(col(Product.merchant_id) == merchant.id, col(Product.key) == key, col(SourceRow.row) > 0)
        .limit(1)
    )
    found: int | None = session.execute(query).scalar_one_or_none()
    return found
