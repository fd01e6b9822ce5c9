"""A book to judged rows: every cell read, every assumption and doubt named by a code. Pure; the day is an argument."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bridge.sheets.answers import is_blank, licence_answer
from bridge.sheets.book import Book, Sheet
from bridge.sheets.category import is_prohibited, parse_category
from bridge.sheets.dates import parse_date
from bridge.sheets.duplicates import mark_duplicates
from bridge.sheets.headers import Header
from bridge.sheets.identifiers import parse_nib, parse_phone
from bridge.sheets.images import image_reasons, parse_images
from bridge.sheets.layout import OWNER_FIELDS, PRODUCT_FIELDS, Entry, RowKind, read_entries
from bridge.sheets.licences import parse_halal, parse_permit, split_legality
from bridge.sheets.price import UNPARSEABLE, Price, PriceKind, parse_price
from bridge.sheets.reasons import Reason
from bridge.sheets.record import JudgedRow
from bridge.sheets.regions import Region, guess_regency, resolve_region
from bridge.sheets.rules import ImportRules
from bridge.sheets.stock import parse_stock
from bridge.sheets.text import cell_text, clean, fold, has_mixed_case, squash, title_case
from bridge.sheets.units import Unit, parse_unit
from bridge.sheets.variants import Variants, parse_variants, with_prices
from bridge.sheets.weight import Weight, parse_weight, per_variant

_SHORTEST_DESCRIPTION = 20


def judge_book(book: Book, rules: ImportRules, as_of: date) -> tuple[JudgedRow, ...]:
    """All rows of all sheets in the order of the file, judged. Raises nothing: what cannot be read carries a code."""
    tables = [_table(sheet, rules) for sheet in book.sheets]
    spellings = _spellings(entry for table in tables for entry in table.entries)
    rows = [_Judge(rules, as_of, spellings, table.regency).row(entry) for table in tables for entry in table.entries]
    return mark_duplicates(rows)


@dataclass(frozen=True, slots=True)
class _Table:
    entries: tuple[Entry, ...]
    regency: str | None


def _table(sheet: Sheet, rules: ImportRules) -> _Table:
    header, entries = read_entries(sheet, rules)
    return _Table(entries, None if header is None else _regency(sheet, header, entries, rules))


def _regency(sheet: Sheet, header: Header, entries: Sequence[Entry], rules: ImportRules) -> str | None:
    if not (header.of("kelurahan") or header.of("kecamatan")):
        return None
    titles = [squash(cell_text(cell)) for row in sheet.rows[: header.first] for cell in row if cell]
    places = [(entry.text("kelurahan"), entry.text("kecamatan")) for entry in entries if entry.kind is RowKind.PRODUCT]
    return guess_regency(places, titles, rules)


def _spellings(entries: Iterable[Entry]) -> Mapping[str, str]:
    """Folded business name -> the spelling that is shown: mixed case, the usual one first; else title case."""
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        if name := _name(entry.text("business")):
            written[fold(name)][name] += 1
    return {key: _best_spelling(names) for key, names in written.items()}


def _best_spelling(names: Counter[str]) -> str:
    mixed = [name for name, _ in names.most_common() if has_mixed_case(name)]
    return mixed[0] if mixed else title_case(next(iter(names)))


@lru_cache(maxsize=8192)
def _name(text: str) -> str:
    return clean(text)


class _Judge:
    """Reads the fields of one entry after another. Holds what is the same for a whole sheet."""

    def __init__(self, rules: ImportRules, as_of: date, spellings: Mapping[str, str], regency: str | None) -> None:
        self.rules, self.as_of, self.spellings, self.regency = rules, as_of, spellings, regency

    def row(self, entry: Entry) -> JudgedRow:
        row = self._merchant(JudgedRow(entry.sheet, entry.row, entry.kind, entry.sub_row), entry)
        if entry.kind is not RowKind.PRODUCT:
            return replace(row, reasons=())
        row = replace(row, cells=_cells(entry), extras=entry.extras)
        for step in (self._identity, self._goods, self._papers, self._look):
            row = step(row, entry)
        return row

    def _merchant(self, row: JudgedRow, entry: Entry) -> JudgedRow:
        if not entry.values:
            return row
        key = fold(_name(entry.text("business")))
        phone = parse_phone(entry.text("phone"), self.rules)
        nib = parse_nib(self._paper(entry, "nib"), self.rules)
        place = self._region(entry)
        blank = (Reason.REGION_KELURAHAN_MISSING,) if is_blank(entry.text("kelurahan"), self.rules) else ()
        return replace(
            row,
            business=self.spellings.get(key, ""),
            merchant_key=key,
            owner=squash(entry.text("owner")),
            address=squash(entry.text("address")),
            phone_e164=phone.e164,
            phone_status=phone.status.value,
            nib=nib.digits,
            nib_status=nib.status.value,
            kelurahan_code=place.kelurahan,
            kecamatan_code=place.kecamatan,
            nib_date=parse_date(entry.value("nib_date"), self.rules),
            reasons=(*phone.reasons, *nib.reasons, *blank),
        )

    def _region(self, entry: Entry) -> Region:
        kelurahan, kecamatan = entry.text("kelurahan"), entry.text("kecamatan")
        if is_blank(kelurahan, self.rules) and is_blank(kecamatan, self.rules):
            return Region()
        return resolve_region(kelurahan, kecamatan, self.regency, self.rules)

    def _identity(self, row: JudgedRow, entry: Entry) -> JudgedRow:
        name = _name(entry.text("product"))
        if is_blank(name, self.rules):
            name = ""
        answer = entry.text("category")
        category = parse_category(answer, name, self.rules)
        codes = (Reason.NAME_MISSING,) if not name else (Reason.PROHIBITED,) if is_prohibited(name, self.rules) else ()
        split = (Reason.ROW_SPLIT,) if entry.split else ()
        return replace(
            row,
            product=name,
            product_key=fold(name),
            sku=_sku(entry.text("sku"), self.rules),
            category=category.name,
            category_answer=squash(answer),
            reasons=(*row.reasons, *codes, *split, *category.reasons),
        )

    def _goods(self, row: JudgedRow, entry: Entry) -> JudgedRow:
        unit = parse_unit(entry.text("unit"), self.rules)
        price, variants = self._offer(row, entry, unit)
        weight = self._weight(row, entry, price)
        stock = parse_stock(entry.value("stock"), unit.name, self.rules)
        return replace(
            row,
            price=price,
            variants=variants.axes,
            weight_g=weight.grams,
            weight_kind=weight.kind.value,
            unit=unit.name,
            pack_qty=unit.pack_qty if unit.pack_qty > 1 else weight.pack_qty,
            stock=stock.pieces,
            preorder_days=stock.preorder_days,
            reasons=(*row.reasons, *price.reasons, *unit.reasons, *weight.reasons, *variants.reasons, *stock.reasons),
        )

    def _offer(self, row: JudgedRow, entry: Entry, unit: Unit) -> tuple[Price, Variants]:
        """Price and variants together: a price per option must fit the options that the variant cell names."""
        price = self._price(entry, unit)
        cells = [(column.heading.text, cell_text(cell)) for column, cell in entry.values.get("variant", ())]
        variants = parse_variants(cells, row.category, self.rules)
        priced = with_prices(variants, price, self.rules)
        return (UNPARSEABLE, variants) if priced is None else (price, priced)

    def _price(self, entry: Entry, unit: Unit) -> Price:
        found = entry.values.get("price", ())
        price = parse_price(entry.value("price"), found[0][0].heading.multiplier if found else 1, self.rules)
        per = parse_unit(price.per, self.rules) if price.per else None
        # "50.000/lusin" of something sold by the piece is nobody's price of a piece.
        return UNPARSEABLE if per is not None and per.pack_qty > 1 and per.name != unit.name else price

    def _weight(self, row: JudgedRow, entry: Entry, price: Price) -> Weight:
        if price.kind is PriceKind.PER_VARIANT and price.weights_g:
            return per_variant(price.weights_g, volume=price.volume)
        found = entry.values.get("weight", ())
        return parse_weight(entry.value("weight"), found[0][0].heading.unit if found else None, row.product, self.rules)

    def _papers(self, row: JudgedRow, entry: Entry) -> JudgedRow:
        permit = parse_permit(self._paper(entry, "licence"), row.category, self.as_of, self.rules)
        halal = parse_halal(self._paper(entry, "halal"), row.category, self.rules)
        return replace(
            row,
            permit_kind=permit.kind,
            permit_number=permit.number,
            pirt_status=permit.pirt_status.value,
            pirt_expiry_year=permit.expiry_year,
            halal_number=halal.number,
            halal_status=halal.status.value,
            reasons=(*row.reasons, *permit.reasons, *halal.reasons),
        )

    def _paper(self, entry: Entry, name: str) -> str:
        """The first column that holds an answer; a mixed "Legalitas" cell where none does."""
        texts = [cell_text(cell) for _, cell in entry.values.get(name, ())]
        answered = [text for text in texts if licence_answer(text, self.rules) is not None]
        if answered:
            return answered[0]
        mixed = split_legality(entry.text("legality")) if entry.text("legality") else {}
        return mixed.get(name, texts[0] if texts else "")

    def _look(self, row: JudgedRow, entry: Entry) -> JudgedRow:
        links = "\n".join(cell_text(cell) for _, cell in entry.values.get("photo", ()))
        images = parse_images(links, self.rules)
        description = clean(entry.text("description"))
        short = (Reason.DESC_TOO_SHORT,) if len(description) < _SHORTEST_DESCRIPTION else ()
        if is_blank(description, self.rules):
            description = ""
        return replace(
            row, images=images, description=description, reasons=(*row.reasons, *image_reasons(images), *short)
        )


def _sku(text: str, rules: ImportRules) -> str:
    return "" if is_blank(text, rules) else squash(text)


def _cells(entry: Entry) -> Mapping[str, str]:
    """The original text of every field that has a column; of several columns all texts, one a line."""
    return {
        name: "\n".join(cell_text(cell) for _, cell in found)
        for name in (*OWNER_FIELDS, *PRODUCT_FIELDS)
        if (found := entry.values.get(name))
    }
