"""The office's way with products: submitted, checked, approved or returned, published. Who decided and when is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from bridge.engine.context import Engine
from bridge.engine.listing_states import LIVE
from bridge.engine.looking import named_merchant, product_by_code, products
from bridge.engine.remap import standing_in_the_way
from bridge.engine.sheet_ids import ref_of
from bridge.errors import UserError
from bridge.planning.approval import CurationState, approval_fingerprint, state_now
from bridge.sheets.book import read_book
from bridge.sheets.regions import region_index
from bridge.sheets.text import cell_text, fold
from bridge.store.catalog import load_products, row_id
from bridge.store.curation import curations, record_decision, steps_of
from bridge.store.tables import CurationStep, Merchant, Product

PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Curated:
    """A product as the office sees it. `state`: submitted, checked, approved, returned, or published (approved and on a shop)."""

    product_id: int
    code: str
    product: str
    merchant: str
    state: str
    changed: bool  # since the last decision
    publishable: bool
    blockers: tuple[str, ...]
    decided_by: str | None
    decided_at: datetime | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which products are meant: codes, businesses, owners, kecamatan, and files that name products. All that are given must fit."""

    codes: Sequence[str] = ()
    merchant: str | None = None
    owner: str | None = None
    kecamatan: str | None = None
    file: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one product of a bulk decision; `done` False: it may not be approved as it is."""

    code: str
    product: str
    merchant: str
    done: bool
    blockers: tuple[str, ...]


def curated(engine: Engine, chosen: Chosen, state: str | None = None) -> list[Curated]:
    """Products with what the office decided about them, by business and code."""
    ids = choose(engine, chosen)
    rows = products(engine, product_ids=ids)
    with engine.store.read() as session:
        catalog = load_products(session, ids, "", engine.clock())
        decided = curations(session, ids)
    found = []
    for row in rows:
        last = decided.get(row.product_id)
        current = approval_fingerprint(catalog[row.product_id])
        now: str = state_now(last.state if last else None, last.fingerprint if last else None, current)
        if now == CurationState.APPROVED and any(each.state == LIVE for each in row.listings):
            now = PUBLISHED
        changed = last is not None and last.fingerprint != current
        found.append(
            Curated(
                row.product_id,
                row.code,
                row.name,
                row.merchant,
                now,
                changed,
                row.publishable,
                row.blockers,
                last.decided_by if last else None,
                last.decided_at if last else None,
                last.note if last else None,
            )
        )
    return [each for each in found if state is None or each.state == state]


def decide(
    engine: Engine, chosen: Chosen, state: CurationState, by: str, note: str | None = None, dry_run: bool = False
) -> list[Decision]:
    """Decides about every chosen product as it is now. One that is not ready to be published is not approved, the others are."""
    ids = choose(engine, chosen)
    made = []
    with engine.store.write() as session:
        catalog = load_products(session, ids, "", engine.clock())
        ready = {
            row_id(row): row.publishable
            for row in session.execute(select(Product).where(col(Product.id).in_(ids))).scalars()
        }
        for number in ids:
            product = catalog[number]
            done = state is not CurationState.APPROVED or (ready[number] and not product.blockers)
            if done and not dry_run:
                record_decision(session, number, state, approval_fingerprint(product), by, engine.clock(), note)
            stopping = standing_in_the_way(product.blockers)
            made.append(Decision(product.code, product.name, product.merchant, done, stopping))
    return made


def history(engine: Engine, code: str, merchant: str | None) -> list[CurationStep]:
    """Every decision about one product."""
    with engine.store.read() as session:
        return steps_of(session, product_by_code(session, code, merchant))


def choose(engine: Engine, chosen: Chosen) -> list[int]:
    """The products that are meant, in the order of their ids. Raises UserError when something that was named does not exist."""
    with engine.store.read() as session:
        query = select(Product, Merchant).join(Merchant, col(Merchant.id) == col(Product.merchant_id))
        if chosen.merchant is not None:
            query = query.where(col(Merchant.id) == named_merchant(session, chosen.merchant).id)
        rows = [(row[0], row[1]) for row in session.execute(query.order_by(col(Product.id)))]
        if chosen.codes:
            named = {product_by_code(session, code, chosen.merchant) for code in chosen.codes}
            rows = [row for row in rows if row_id(row[0]) in named]
    if chosen.owner is not None:
        rows = [row for row in rows if fold(row[1].owner or "") == fold(chosen.owner)]
        if not rows:
            raise UserError("No product belongs to the owner {name}.", name=chosen.owner)
    if chosen.kecamatan is not None:
        rows = [row for row in rows if lies_in(row[1], chosen.kecamatan)]
        if not rows:
            raise UserError("No product lies in the kecamatan {name}.", name=chosen.kecamatan)
    if chosen.file is not None:
        told = words_of(*chosen.file)
        rows = [row for row in rows if ref_of(row[0]) in told or row[0].code in told]
        if not rows:
            raise UserError("The file {name} names no product, neither by its ID nor by its code.", name=chosen.file[0])
    return [row_id(product) for product, _ in rows]


def lies_in(merchant: Merchant, kecamatan: str) -> bool:
    """By code, by the name of the code, or as the sheet wrote it."""
    code = merchant.kecamatan_code
    names: Iterable[str] = (code or "", region_index().names.get(code or "", ""), merchant.place or "")
    return fold(kecamatan) in {fold(name) for name in names if name}


def words_of(name: str, content: bytes) -> set[str]:
    """Every word in the cells of a file: an ID or a code among them names its product."""
    book = read_book(name, content)
    cells = (cell_text(cell) for sheet in book.sheets for row in sheet.rows for cell in row)
    return {word.rpartition("=")[2] for text in cells for word in text.split()}
