"""A book to judged rows: every cell read, every assumption and doubt named by a code. Pure; the day is an argument."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bridge.sheets.answers import is_blank, is_nothing, is_refusal, licence_answer, other_answer
from bridge.sheets.book import Book, Sheet
from bridge.sheets.category import is_prohibited, parse_category
from bridge.sheets.collecting import uncollected
from bridge.sheets.dates import parse_date
from bridge.sheets.duplicates import mark_duplicates
from bridge.sheets.entry import OWNER_FIELDS, OWNER_LEGALITY, Entry
from bridge.sheets.headers import Header, Heading
from bridge.sheets.identifiers import Nib, parse_nib, parse_phone
from bridge.sheets.images import parse_images
from bridge.sheets.layout import read_entries
from bridge.sheets.licences import parse_halal, parse_permit, split_legality
from bridge.sheets.named_prices import holds_several, named_prices, names_money
from bridge.sheets.options import Offer, read_options, with_options
from bridge.sheets.parts import Goods, Merchant, Papers, Told, cells_of, listed_row, product_row
from bridge.sheets.price import (
    MISSING,
    OTHER_AMOUNT,
    OTHER_COLUMNS,
    OTHER_VARIANTS,
    PRICED_VARIANTS,
    SEVERAL,
    Price,
    PriceKind,
    parse_price,
)
from bridge.sheets.reasons import Reason
from bridge.sheets.record import JudgedRow
from bridge.sheets.regions import Region, guess_regency, resolve_region
from bridge.sheets.responses import mark_superseded
from bridge.sheets.rows import RowKind
from bridge.sheets.rules import ImportRules
from bridge.sheets.stock import parse_stock
from bridge.sheets.text import Cell, cell_text, clean, fold, has_mixed_case, hide_private, squash, title_case
from bridge.sheets.units import Unit, parse_unit
from bridge.sheets.variants import Variants, parse_variants, with_prices, without_prices
from bridge.sheets.weight import Weight, measure, parse_weight, per_variant

_BY_WEIGHT, _KILO = "kg", 1000


@uncollected()
def judge_book(book: Book, rules: ImportRules, as_of: date) -> tuple[JudgedRow, ...]:
    """All rows of all sheets in the order of the file, judged. Raises nothing: what cannot be read carries a code."""
    return judge_tables(read_tables(book, rules), rules, as_of)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet, its header (None: it is no list of products), what its rows say, and the headers of tables below the first."""

    sheet: Sheet
    header: Header | None
    entries: tuple[Entry, ...]
    regency: str | None
    further: tuple[Header, ...] = ()


@uncollected()
def read_tables(book: Book, rules: ImportRules) -> tuple[Table, ...]:
    """The sheets of a book as tables, before anything is judged."""
    return tuple(_table(sheet, rules) for sheet in book.sheets)


@uncollected()
def judge_tables(tables: Sequence[Table], rules: ImportRules, as_of: date) -> tuple[JudgedRow, ...]:
    """One judged row for each entry, in the order of the tables."""
    spellings = _spellings(entry for table in tables for entry in table.entries)
    judges = [_Judge(rules, as_of, spellings, table.regency) for table in tables]
    rows = [judge.row(entry) for judge, table in zip(judges, tables, strict=True) for entry in table.entries]
    return mark_duplicates(mark_superseded(rows, [entry for table in tables for entry in table.entries]))


def judge_entries(entries: Sequence[Entry], rules: ImportRules, as_of: date) -> tuple[JudgedRow, ...]:
    """Products that come from no sheet, judged as if they did, in the order given. Duplicates are not marked yet."""
    judge = _Judge(rules, as_of, _spellings(entries), None)
    return tuple(judge.row(entry) for entry in entries)


def _table(sheet: Sheet, rules: ImportRules) -> Table:
    headers, entries = read_entries(sheet, rules)
    if not headers:
        return Table(sheet, None, entries, None)
    return Table(sheet, headers[0], entries, _regency(sheet, headers[0], entries, rules), headers[1:])


def _regency(sheet: Sheet, header: Header, entries: Sequence[Entry], rules: ImportRules) -> str | None:
    if not (header.of("kelurahan") or header.of("kecamatan")):
        return None
    titles = [squash(cell_text(cell)) for row in sheet.rows[: header.first] for cell in row if cell]
    places = [(entry.text("kelurahan"), entry.text("kecamatan")) for entry in entries if entry.kind is RowKind.PRODUCT]
    return guess_regency(places, titles, rules)


def _spellings(entries: Iterable[Entry]) -> Mapping[str, str]:
    """Folded business name -> the spelling that is shown: mixed case, the usual one first; else title case."""
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, count in Counter(entry.text("business") for entry in entries).items():
        name = _name(text)
        if key := fold(name):
            written[key][name] += count
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
        self.last: tuple[object, Merchant] | None = None

    def row(self, entry: Entry) -> JudgedRow:
        if not entry.values:
            return JudgedRow(entry.sheet, entry.row, entry.kind)
        return self._product(entry) if entry.kind is RowKind.PRODUCT else self._listed(entry)

    def _listed(self, entry: Entry) -> JudgedRow:
        """A business listed without a product: nothing to judge, but its merchant is known."""
        answered = entry.response is not None and not self._refuses(entry)
        return listed_row(entry, self._merchant(entry), self._nib(entry), answered=answered)

    def _product(self, entry: Entry) -> JudgedRow:
        name = self._product_name(entry)
        category = parse_category(entry.text("category"), name, self.rules)
        goods, papers = self._goods(entry, name, category.name), self._papers(entry, category.name)
        told = Told(
            name=name,
            sku=self._sku(entry),
            category=category,
            images=parse_images("\n".join(entry.texts("photo")), self.rules),
            description=self._description(entry),
            reasons=self._name_reasons(name, entry),
        )
        return product_row(entry, self._merchant(entry), told, goods, papers)

    def _papers(self, entry: Entry, category: str | None) -> Papers:
        permit = parse_permit(self._paper(entry, "licence"), category, self.as_of, self.rules)
        return Papers(self._nib(entry), permit, parse_halal(self._paper(entry, "halal"), category, self.rules))

    def _merchant(self, entry: Entry) -> Merchant:
        """Read once for the products that follow each other under one owner."""
        told = (entry.response is not None, [entry.values.get(name) for name in OWNER_FIELDS])
        if self.last is None or self.last[0] != told:
            self.last = (told, self._read_merchant(entry))
        return self.last[1]

    def _read_merchant(self, entry: Entry) -> Merchant:
        name = _name(entry.text("business"))
        key = fold(name)
        phone = parse_phone(entry.text("phone"), self.rules)
        missing = is_blank(self._choice(entry, "kelurahan"), self.rules)
        return Merchant(
            business=self.spellings.get(key, ""),
            key=key,
            cells=cells_of(entry, OWNER_FIELDS),
            owner=squash(hide_private(entry.text("owner"))),
            address=squash(hide_private(entry.text("address"))),
            phone=phone,
            place=self._region(entry),
            nib_date=parse_date(entry.value("nib_date"), self.rules),
            reasons=(
                *phone.reasons,
                *((Reason.REGION_KELURAHAN_MISSING,) if missing else ()),
                *((Reason.CONSENT_REFUSED,) if self._refuses(entry) else ()),
            ),
        )

    def _refuses(self, entry: Entry) -> bool:
        return any(is_refusal(text, self.rules) for text in entry.texts("consent"))

    def _nib(self, entry: Entry) -> Nib:
        return parse_nib(self._paper(entry, "nib", OWNER_LEGALITY), self.rules)

    def _region(self, entry: Entry) -> Region:
        kelurahan, kecamatan = self._choice(entry, "kelurahan"), self._choice(entry, "kecamatan")
        if is_blank(kelurahan, self.rules) and is_blank(kecamatan, self.rules):
            return Region()
        return resolve_region(kelurahan, kecamatan, self.regency, self.rules)

    def _choice(self, entry: Entry, name: str) -> str:
        """One of a form's choices: `Lainnya: X` is X."""
        text = entry.text(name)
        return other_answer(text, self.rules) if entry.response is not None else text

    def _product_name(self, entry: Entry) -> str:
        name = clean(entry.text("product"))
        blank = is_nothing if entry.grouped else is_blank
        return "" if blank(name, self.rules) else name

    def _name_reasons(self, name: str, entry: Entry) -> tuple[Reason, ...]:
        split = (Reason.ROW_SPLIT,) if entry.split else ()
        if not name:
            return (Reason.NAME_MISSING, *split)
        return (Reason.PROHIBITED, *split) if is_prohibited(name, self.rules) else split

    def _goods(self, entry: Entry, name: str, category: str | None) -> Goods:
        unit = parse_unit(self._choice(entry, "unit"), self.rules)
        options = read_options(
            entry.options("price_option"), entry.options("stock_option"), name, unit.name, self.rules
        )
        price, variants = self._offer(entry, category, options)
        weight = options.weight or self._weight(entry, name, price)
        stock = options.stock or parse_stock(entry.value("stock"), unit.name, self.rules)
        if not self._fits(price, unit, weight):
            price, variants = OTHER_AMOUNT, without_prices(variants)
        return Goods(price, variants, weight, unit, stock)

    def _offer(self, entry: Entry, category: str | None, options: Offer) -> tuple[Price, Variants]:
        """Price and variants together: a price per option must fit the options that the variant cell names."""
        price = options.price or self._price(entry)
        headings = [column.heading.text for column in entry.columns.get("variant", ())]
        variants = parse_variants(tuple(zip(headings, entry.texts("variant"), strict=True)), category, self.rules)
        if options.axes:
            variants = with_options(variants, options, self.rules)
        if options.price is not None:
            return price, variants
        if names_money(variants.axes):
            return (price if price is MISSING else PRICED_VARIANTS), variants
        price = self._per_option(entry, price, variants)
        priced = with_prices(variants, price, self.rules)
        return (OTHER_VARIANTS, variants) if priced is None else (price, priced)

    def _per_option(self, entry: Entry, price: Price, variants: Variants) -> Price:
        """A price that could not be read: perhaps one for each of the row's variants, else at least known to be several."""
        column, cell = entry.column("price"), entry.value("price")
        if (
            price.kind is not PriceKind.UNPARSEABLE
            or price.doubt
            or column is None
            or not isinstance(cell, str)
            or column.heading.foreign
        ):
            return price
        named = named_prices(cell, variants.axes, column.heading.multiplier, self.rules)
        return named or (SEVERAL if holds_several(cell, self.rules) else price)

    def _price(self, entry: Entry) -> Price:
        if entry.column("price") is None:  # no sheet: an answer that a marketplace gave
            return parse_price(entry.value("price"), 1, self.rules)
        (column, cell), *others = entry.options("price")
        price = self._price_below(column.heading, cell)
        if not others:
            return price
        rivals = (  # prices of other amounts; of two for the same thing the left one counts
            self._price_below(each.heading, said)
            for each, said in others
            if each.heading.unit != column.heading.unit and not column.heading.is_sure_beside(each.heading)
        )
        if price.low is not None and any(
            each.low is not None and (each.low, each.high) != (price.low, price.high) for each in rivals
        ):
            return OTHER_COLUMNS
        return price

    def _price_below(self, heading: Heading, cell: Cell) -> Price:
        price, per = parse_price(cell, heading.multiplier, self.rules, foreign=heading.foreign), heading.unit
        return replace(price, per=per) if per and price.kind is PriceKind.SINGLE and not price.per else price

    def _fits(self, price: Price, unit: Unit, weight: Weight) -> bool:
        """ "50.000/lusin" is nobody's price of a piece, "5.000/pcs" none of a dozen, "60.000/kg" none of a pack of 250 g."""
        if not price.per:
            return True
        amount = measure(price.per, self.rules)
        if amount is not None:
            sold: set[int | None] = {*price.weights_g.values()} or {weight.grams}
            sold = {_KILO} if unit.name == _BY_WEIGHT else sold
            return sold <= {None, amount.grams}
        return parse_unit(price.per, self.rules).pack_qty == unit.pack_qty

    def _weight(self, entry: Entry, name: str, price: Price) -> Weight:
        if price.kind is PriceKind.PER_VARIANT and price.weights_g:
            return per_variant(price.weights_g, volume=price.volume)
        column = entry.column("weight")
        return parse_weight(entry.value("weight"), column.heading.unit if column else None, name, self.rules)

    def _paper(self, entry: Entry, name: str, legality: str = "legality") -> str:
        """The first column that holds an answer; a mixed "Legalitas" cell where none does."""
        texts, mixed = entry.texts(name), entry.text(legality)
        if len(texts) == 1 and not mixed:
            return texts[0]
        answered = [text for text in texts if licence_answer(text, self.rules) is not None]
        return answered[0] if answered else split_legality(mixed).get(name, texts[0] if texts else "")

    def _description(self, entry: Entry) -> str:
        description = clean(entry.text("description"))
        return "" if is_blank(description, self.rules) else description

    def _sku(self, entry: Entry) -> str:
        text = entry.text("sku")
        return "" if is_blank(text, self.rules) else squash(text)
