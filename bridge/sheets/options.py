"""Prices per pack and stock per size that stand in columns of their own (rule book A11, option columns)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.sheets.answers import is_blank
from bridge.sheets.headings import Column, Option
from bridge.sheets.price import FOREIGN, TOO_LARGE, TOO_SMALL, TWO_AXES, UNPARSEABLE, Price, PriceKind, parse_price
from bridge.sheets.reasons import Reason
from bridge.sheets.rules import ImportRules
from bridge.sheets.stock import Stock, parse_stock
from bridge.sheets.text import Cell, cell_text, fold
from bridge.sheets.variants import Axis, Variants
from bridge.sheets.weight import Weight, parse_weight, per_variant

Cells = Sequence[tuple[Column, Cell]]


@dataclass(frozen=True, slots=True)
class Offer:
    """What option columns say. None: the plain column is read."""

    price: Price | None = None
    axes: tuple[Axis, ...] = ()
    weight: Weight | None = None
    stock: Stock | None = None
    assumed: bool = False


NO_OFFER = Offer()


def read_options(prices: Cells, stocks: Cells, name: str, unit: str, rules: ImportRules) -> Offer:
    """An option exists where its price cell is filled; its stock cell where no price cell is."""
    if not prices and not stocks:
        return NO_OFFER
    priced, stocked = _filled(prices, rules), _filled(stocks, rules)
    options = list(priced or stocked)
    if not options:
        return NO_OFFER
    price = _price(priced, rules) if priced else None
    pieces = _pieces(options, stocked, any(_key(_option(column)) in priced for column, _ in stocks), unit, rules)
    if len({option.axis for option in options}) > 1:
        price = TWO_AXES
    if len(options) == 1:
        return Offer(price, (), _one_weight(options[0], name, rules), _sum(pieces))
    axes = tuple(_axes(options, price, pieces if stocked else None))
    weights = {option.label: option.grams for option in options if option.grams is not None}
    volume = any(option.volume for option in options)
    weight = per_variant(weights, volume=volume) if weights else None
    return Offer(price, axes, weight, _sum(pieces), any(option.assumed for option in options))


def _option(column: Column) -> Option:
    option = column.heading.option
    if option is None:
        raise ValueError("not an option column")
    return option


def _key(option: Option) -> Option:
    return replace(option, label=fold(option.label))


class _Filled(dict[Option, tuple[Column, Cell]]):
    """Filled cells by option, in the order of the columns. Looked up without regard to case."""

    def __init__(self, cells: Cells, rules: ImportRules) -> None:
        super().__init__()
        for column, cell in cells:
            option = _option(column)
            if not is_blank(cell_text(cell), rules) and option not in self:
                self[option] = (column, cell)

    def __contains__(self, option: object) -> bool:
        return isinstance(option, Option) and self.cell(option) is not None

    def cell(self, option: Option) -> tuple[Column, Cell] | None:
        wanted = _key(option)
        return next((found for known, found in self.items() if _key(known) == wanted), None)


def _filled(cells: Cells, rules: ImportRules) -> _Filled:
    return _Filled(cells, rules)


_WRONG = {PriceKind.TOO_SMALL: TOO_SMALL, PriceKind.TOO_LARGE: TOO_LARGE}


def _price(priced: Mapping[Option, tuple[Column, Cell]], rules: ImportRules) -> Price:
    """One price, a price per option, or what is wrong with them."""
    read = {
        option: parse_price(cell, column.heading.multiplier, rules, foreign=column.heading.foreign)
        for option, (column, cell) in priced.items()
    }
    if wrong := [price for price in read.values() if price.kind is not PriceKind.SINGLE]:
        return _wrong(wrong)
    if len(read) == 1:
        return next(iter(read.values()))
    values = {option.label: price.low for option, price in read.items() if price.low is not None}
    reasons = tuple(dict.fromkeys(reason for price in read.values() for reason in price.reasons))
    axis = next(iter(read)).axis
    return Price(PriceKind.PER_VARIANT, min(values.values()), max(values.values()), reasons, axis=axis, options=values)


def _wrong(found: Sequence[Price]) -> Price:
    """What is wrong with prices of options, where all of it is one thing."""
    kinds = {price.kind for price in found}
    if all(price.doubt == FOREIGN.doubt for price in found):
        return FOREIGN
    return _WRONG.get(kinds.pop(), UNPARSEABLE) if len(kinds) == 1 else UNPARSEABLE


def _pieces(
    options: Iterable[Option], stocked: _Filled, has_columns: bool, unit: str, rules: ImportRules
) -> dict[str, Stock] | None:
    """Stock by option. None: no option has a stock column, so the plain one counts."""
    if not stocked and not has_columns:
        return None
    found = {option.label: stocked.cell(option) for option in options}
    return {label: parse_stock(cell[1] if cell is not None else None, unit, rules) for label, cell in found.items()}


def _sum(pieces: Mapping[str, Stock] | None) -> Stock | None:
    """All options together; one unknown makes it unknown."""
    if pieces is None:
        return None
    known = [stock.pieces for stock in pieces.values() if stock.pieces is not None]
    if len(known) == len(pieces):
        return Stock(sum(known))
    days = [stock.preorder_days for stock in pieces.values() if stock.preorder_days is not None]
    others = (reason for stock in pieces.values() for reason in stock.reasons)
    return Stock(None, max(days, default=None), tuple(dict.fromkeys((Reason.STOCK_UNKNOWN, *others))))


def _one_weight(option: Option, name: str, rules: ImportRules) -> Weight | None:
    return None if option.grams is None else parse_weight(option.label, None, name, rules)


def _axes(options: Sequence[Option], price: Price | None, pieces: Mapping[str, Stock] | None) -> Iterable[Axis]:
    for axis in dict.fromkeys(option.axis for option in options):
        own = [option for option in options if option.axis == axis]
        labels = tuple(option.label for option in own)
        yield Axis(
            axis,
            labels,
            price.options if price is not None else {},
            {option.label: option.grams for option in own if option.grams is not None},
            {label: pieces[label].pieces for label in labels} if pieces is not None else {},
        )


def with_options(variants: Variants, offer: Offer, rules: ImportRules) -> Variants:
    """The axes of the variant cell with those of the option columns, which win where both tell of one axis."""
    default = rules.variants.words.default_axis
    told = {axis.name for axis in offer.axes}
    same = [{fold(option) for option in axis.options} for axis in offer.axes]
    kept = [
        axis
        for axis in variants.axes
        if axis.name not in told and not (axis.name == default and {fold(option) for option in axis.options} in same)
    ]
    axes = (*kept, *offer.axes)
    reasons = tuple(reason for reason in variants.reasons if reason is not Reason.VARIANT_AXIS_DEFAULT)
    assumed = offer.assumed or any(axis.name == default for axis in kept)
    return Variants(axes, (*reasons, Reason.VARIANT_AXIS_DEFAULT) if assumed else reasons)
