"""A spreadsheet into the catalog. Judging is pure and comes first; importing the same file twice changes nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import product as combinations
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.engine.context import Engine
from bridge.engine.profiles import answers_for, load_profiles
from bridge.engine.sheet_ids import Unbelieved, claim_products, ref_of, rename
from bridge.planning.ledger import split_total
from bridge.settings import Settings, load_folder
from bridge.sheets.book import read_book
from bridge.sheets.judge import Table, judge_tables, read_tables
from bridge.sheets.reasons import Reason, Verdict
from bridge.sheets.record import JudgedRow
from bridge.sheets.rules import ImportRules, parse_import_rules
from bridge.sheets.understood import with_answers
from bridge.store.catalog import ProductDraft, SkuDraft, default_location, row_id, save_merchant, save_product
from bridge.store.crypto import Cipher
from bridge.store.exposures import log_exposure, parts_of
from bridge.store.ledger import add_count
from bridge.store.listings import add_listings_everywhere
from bridge.store.tables import Merchant, Product, Sku, SourceRow
from bridge.store.turns import take_turn

BATCH = 100
STOCK = ("stock", "stock_option")  # fields of a row's cells
PERSONAL = frozenset({"phone"})  # sealed at the merchant, never kept in the clear beside the product


@dataclass(frozen=True, slots=True)
class Recoded:
    """A SKU code of the sheet that another product of the business has already, and the code that was made instead."""

    place: str
    merchant: str
    given: str
    code: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A product of an earlier version of the same sheet that this version does not have. Nothing was changed about it."""

    merchant: str
    product: str
    code: str


@dataclass(kw_only=True)
class Imported:
    """What an import did. `rows` are all rows as judged."""

    rows: tuple[JudgedRow, ...]
    merchants: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0  # rows with an E_ code: kept with their cells, no product is made of them
    kept: int = 0  # saved answers about products that a sheet has told since
    homeless: int = 0  # products without a business: nothing is stored of them
    recoded: list[Recoded] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)  # place -> the ID of its product
    unbelieved: list[Unbelieved] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)  # in an earlier version of the sheet, not in this one
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A file as read: its tables, and a judged row for each entry of theirs."""

    tables: tuple[Table, ...]
    rows: tuple[JudgedRow, ...]
    rules: ImportRules


def load_import_rules(settings: Settings) -> ImportRules:
    """The importer's word lists, with the office's own changes."""
    return parse_import_rules(load_folder("import", settings.home))


def judge_file(
    settings: Settings, name: str, content: bytes, as_of: date, answers: Mapping[str, str] | None = None
) -> Judged:
    """Every row of a file with its verdict; stores nothing and needs no home.

    `answers`: fields of headings (folded) that a person named, beside those that the office's profiles know.
    """
    book = read_book(name, content)
    told = {**answers_for(book, load_profiles(settings.home)), **(answers or {})}
    rules = with_answers(load_import_rules(settings), told)
    tables = read_tables(book, rules)
    return Judged(tables, judge_tables(tables, rules, as_of), rules)


def import_file(
    engine: Engine,
    name: str,
    content: bytes,
    as_of: date,
    counted_at: datetime | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Imported:
    """Judges a file and stores its products."""
    return store_judged(engine, name, judge_file(engine.settings, name, content, as_of), counted_at, progress)


def store_judged(
    engine: Engine,
    name: str,
    judged: Judged,
    counted_at: datetime | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Imported:
    """Stores the products of a judged file, a batch per transaction: an interrupted import is simply run again.

    `counted_at`: when the stock was counted at the earliest, such as the file's date; never later than now.
    """
    result = Imported(rows=judged.rows, tables=judged.tables)
    wanted = [row for row in judged.rows if row.merchant_key and (row.is_product or row.answered)]
    result.homeless = sum(row.is_product and not row.merchant_key for row in judged.rows)
    now = engine.clock()
    counted = min(now, counted_at) if counted_at is not None else now
    with engine.store.read() as session:
        claims = claim_products(session, (row for row in wanted if row.is_product))
        before = told_before(session, name, judged.tables, claims.products.values())
    result.unbelieved += claims.unbelieved
    merchants: set[str] = set()
    for start in range(0, len(wanted), BATCH):
        with engine.store.write() as session:
            take_turns(session, {row.merchant_key for row in wanted[start : start + BATCH]})
            for row in wanted[start : start + BATCH]:
                store_row(session, engine, name, row, result, now, counted, claims.products.get(row.place))
                merchants.add(row.merchant_key)
        progress(min(start + BATCH, len(wanted)), len(wanted))
    offer_everywhere(engine, merchants)
    result.merchants = len(merchants)
    with engine.store.read() as session:
        missing = missing_products(session, before, judged.rows, now)
    result.missing = missing if len(missing) * 2 <= len(before) else []  # another sheet that is called the same
    return result


def take_turns(session: Session, merchant_keys: Iterable[str]) -> None:
    """Nobody else moves the stock of these businesses meanwhile."""
    known = select(col(Merchant.id)).where(col(Merchant.key).in_(sorted(merchant_keys)))
    take_turn(session.connection(), *(key for key in session.execute(known).scalars() if key is not None))


def told_before(session: Session, name: str, tables: Iterable[Table], product_ids: Iterable[int]) -> set[int]:
    """Products of the tabs that these are newer versions of: by the file's name, and by the IDs of its products."""
    told = select(col(SourceRow.source)).where(
        col(SourceRow.product_id).in_(sorted(product_ids)), col(SourceRow.row) > 0
    )
    sources = sorted({name, *session.execute(told.distinct()).scalars()})
    tabs = [table.sheet.name for table in tables if table.header is not None]
    query = select(col(SourceRow.product_id)).where(col(SourceRow.source).in_(sources), col(SourceRow.sheet).in_(tabs))
    return {number for number in session.execute(query.distinct()).scalars() if number is not None}


def missing_products(
    session: Session, before: Iterable[int], rows: Iterable[JudgedRow], now: datetime
) -> list[Missing]:
    """Products of an earlier version that no row of this one is about."""
    told = select(col(SourceRow.product_id)).where(
        col(SourceRow.imported_at) >= now, col(SourceRow.product_id).is_not(None)
    )
    query = (
        select(col(Merchant.key), col(Product.key), col(Merchant.name), col(Product.name), col(Product.code))
        .join(Merchant, col(Merchant.id) == col(Product.merchant_id))
        .where(col(Product.id).in_(sorted(before)), col(Product.id).not_in(told))
        .order_by(col(Merchant.name), col(Product.name))
    )
    named = {(row.merchant_key, row.product_key) for row in rows if row.is_product}
    return [
        Missing(*rest) for business, product, *rest in session.execute(query).all() if (business, product) not in named
    ]


def offer_everywhere(engine: Engine, merchants: Iterable[str]) -> None:
    """Every product of these merchants gets its listing on each of their shops."""
    with engine.store.write() as session:
        for merchant in session.execute(select(Merchant).where(col(Merchant.key).in_(sorted(merchants)))).scalars():
            add_listings_everywhere(session, row_id(merchant))


def store_row(
    session: Session,
    engine: Engine,
    source: str,
    row: JudgedRow,
    result: Imported,
    now: datetime,
    counted_at: datetime,
    product_id: int | None = None,
) -> None:
    """One product row: merchant, product, SKUs, the cells as written, and the stock figure where it is news.

    `product_id`: whose row it is by its ID, whatever its name is now. An answer of a form without a product tells of its
    merchant only; one that a newer answer replaces tells nothing new; one whose owner did not agree is kept nowhere.
    """
    if Reason.CONSENT_REFUSED in row.reasons:
        result.refused += 1
        return
    if row.verdict is Verdict.SKIP and row.is_product:
        save_source(session, source, row, None, now)
        return
    merchant, _ = save_merchant(session, row.merchant_key, merchant_values(row, engine.cipher, session), now)
    if not row.is_product:
        return
    known = session.get_one(Product, product_id) if product_id is not None else None
    if row.verdict is Verdict.ERROR:
        result.refused += 1
        save_source(session, source, row, product_id, now, stock_from=known)
        if known is not None:
            result.ids[row.place] = ref_of(known)
        return
    if known is not None and not rename(session, known, row.product_key):
        result.unbelieved.append(Unbelieved(row.place, row.ref, "taken"))
    saved = save_product(session, merchant, draft_of(row, engine.settings.halal_blocks), now)
    setattr(result, saved.change, getattr(result, saved.change) + 1)
    result.recoded += [Recoded(row.place, merchant.name, given, saved.skus[0].code) for given in saved.notes]
    before = previous_cells(session, row_id(saved.product))
    if before is None or stock_told(before) != stock_told(row.cells):
        count_stock(session, merchant, saved.product, saved.skus, row, now, counted_at)
    save_source(session, source, row, row_id(saved.product), now)
    result.ids[row.place] = ref_of(saved.product)


def merchant_values(row: JudgedRow, cipher: Cipher, session: Session) -> dict[str, Any]:
    """What a row says of its merchant; the phone is sealed, and only when it is new."""
    known = session.execute(select(Merchant).where(col(Merchant.key) == row.merchant_key)).scalar_one_or_none()
    bound = f"merchant/{row.merchant_key}/phone"
    sealed = known.phone_sealed if known is not None else None
    same = sealed is not None and cipher.open(sealed, bound) == row.phone_e164
    if row.phone_e164 and not same:
        sealed = cipher.seal(row.phone_e164, bound)
    return {
        "name": row.business,
        "owner": row.owner or None,
        "address": row.address or None,
        "phone_sealed": sealed,
        "phone_status": row.phone_status,
        "kelurahan_code": row.kelurahan_code,
        "kecamatan_code": row.kecamatan_code,
        "place": row.cells.get("kecamatan") or None,
        "nib": row.nib,
    }


def draft_of(row: JudgedRow, halal_blocks: bool, skus: Sequence[SkuDraft] | None = None) -> ProductDraft:
    """A judged row as a product; `skus` None: one per combination. A warning in the way makes it a draft, not an error."""
    reasons = [str(reason) for reason in row.reasons]
    publishable = row.publishable and not (halal_blocks and "W_HALAL_MISSING" in reasons)
    values = {
        "name": row.product,
        "description": row.description,
        "jenis": row.category,
        "axes": [axis.name for axis in row.variants],
        "pictures": [image.link for image in row.images if image.link],
        "unit": row.unit or "pcs",
        "pack_qty": row.pack_qty,
        "preorder_days": row.preorder_days,
        "licences": licences_of(row),
        "attributes": dict(row.extras),
        "reasons": reasons,
        "verdict": str(row.verdict),
        "publishable": publishable,
        "valid_until": valid_until(row),
    }
    return ProductDraft(row.product_key, values, tuple(sku_drafts(row) if skus is None else skus))


def licences_of(row: JudgedRow) -> dict[str, str]:
    """Cleaned licence numbers by kind."""
    found = {"nib": row.nib, "halal": row.halal_number, row.permit_kind or "": row.permit_number}
    return {kind: number for kind, number in found.items() if kind and number}


def valid_until(row: JudgedRow) -> datetime | None:
    """A P-IRT number tells only the year in which it ends."""
    return None if row.pirt_expiry_year is None else datetime(row.pirt_expiry_year + 1, 1, 1, tzinfo=UTC)


def sku_drafts(row: JudgedRow) -> Iterator[SkuDraft]:
    """One SKU per combination of options, with the price and weight that an option has of its own."""
    single = row.price.value if row.price is not None else None
    names = [axis.options for axis in row.variants]
    for options in combinations(*names):
        price, weight = single, row.weight_g
        for axis, option in zip(row.variants, options, strict=True):
            price = axis.prices.get(option, price)
            weight = axis.weights_g.get(option, weight)
        code = row.sku if row.sku and not names else None
        yield SkuDraft(tuple(options), price, weight, code)


def previous_cells(session: Session, product_id: int) -> Mapping[str, str] | None:
    """What the product's row said at its previous import. Row 0 is a saved answer, whose stock is no count."""
    query = (
        select(SourceRow)
        .where(col(SourceRow.product_id) == product_id, col(SourceRow.row) > 0)
        .order_by(col(SourceRow.imported_at).desc())
        .limit(1)
    )
    row = session.execute(query).scalar_one_or_none()
    return None if row is None else row.cells


def count_stock(
    session: Session,
    merchant: Merchant,
    product: Product,
    skus: Sequence[Sku],
    row: JudgedRow,
    now: datetime,
    counted_at: datetime,
) -> None:
    """The sheet's figures as counts. One figure over several variants is their total: split, rounded down, and said so."""
    own = {option: pieces for axis in row.variants for option, pieces in axis.stock.items()}
    parts = [(list(skus), row.stock)] if not own else [(_with_option(skus, each), own[each]) for each in own]
    location = default_location(session, row_id(merchant))
    bundles = parts_of(
        session, [row_id(sku) for sku in skus]
    )  # their stock follows from their parts, whatever the sheet says
    for every, total in parts:
        some = [sku for sku in every if sku.id not in bundles]
        if total is None or not some:
            continue
        for sku, pieces in zip(some, split_total(total, len(some)), strict=True):
            if len(some) > 1:
                sku.stock_assumed = f"{total} / {len(some)}"
            source = f"sheet/{product.id}/{sku.id}/{now.isoformat()}"
            add_count(session, row_id(sku), location, source, pieces, counted_at, now, note=stock_told(row.cells))
    log_exposure(session, [row_id(sku) for sku in skus], now)


def _with_option(skus: Sequence[Sku], option: str) -> list[Sku]:
    return [sku for sku in skus if option in sku.options]


def stock_told(cells: Mapping[str, str]) -> str | None:
    """What a row's stock cells say; the columns of a wide sheet one a line."""
    return "\n".join(cells[name] for name in STOCK if cells.get(name)) or None


def save_source(
    session: Session,
    source: str,
    row: JudgedRow,
    product_id: int | None,
    now: datetime,
    stock_from: Product | None = None,
) -> None:
    """The cells as they were written, beside what was made of them.

    `stock_from`: the row was refused, so its stock was not counted: what the product's row said before stays what was counted.
    """
    query = select(SourceRow).where(
        col(SourceRow.source) == source,
        col(SourceRow.sheet) == row.sheet,
        col(SourceRow.row) == row.row,
        col(SourceRow.sub_row) == row.sub_row,
    )
    kept = session.execute(query).scalar_one_or_none()
    if kept is None:
        kept = SourceRow(source=source, sheet=row.sheet, row=row.row, sub_row=row.sub_row, imported_at=now)
        session.add(kept)
    cells = {name: text for name, text in row.cells.items() if name not in PERSONAL}
    if stock_from is not None:
        before = previous_cells(session, row_id(stock_from)) or {}
        cells = {name: text for name, text in cells.items() if name not in STOCK}
        cells |= {name: before[name] for name in STOCK if name in before}
    kept.product_id, kept.cells, kept.reasons = product_id, cells, [str(reason) for reason in row.reasons]
    kept.imported_at = now
    session.flush()
