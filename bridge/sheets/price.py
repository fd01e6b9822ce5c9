"""Prices as people write them, in whole rupiah (rule book A4). Where there is a doubt there is no price."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from bridge.sheets.currency import is_foreign, names_rupiah
from bridge.sheets.quantity import plain, scale_of, to_grams
from bridge.sheets.reasons import Reason
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import Cell, drop_brackets, unquote
from bridge.sheets.weight import read_label


class PriceKind(StrEnum):
    SINGLE = "single"
    RANGE = "range"
    FROM = "from"
    PER_VARIANT = "per_variant"
    MISSING = "missing"
    UNPARSEABLE = "unparseable"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Price:
    kind: PriceKind
    low: int | None = None
    high: int | None = None
    reasons: tuple[Reason, ...] = ()
    per: str = ""  # the word behind "/" or "per"
    axis: str = ""
    options: Mapping[str, int] = field(default_factory=dict)
    weights_g: Mapping[str, int] = field(default_factory=dict)
    volume: bool = False
    doubt: str = ""  # the sentence of `row_texts` that says why there is no price, where one is nearer than the code's

    @property
    def value(self) -> int | None:
        return self.low if self.kind is PriceKind.SINGLE else None


MISSING = Price(PriceKind.MISSING, reasons=(Reason.PRICE_MISSING,))
UNPARSEABLE = Price(PriceKind.UNPARSEABLE, reasons=(Reason.PRICE_UNPARSEABLE,))
FOREIGN = replace(UNPARSEABLE, doubt="currency")
SEVERAL = replace(UNPARSEABLE, doubt="several")
OTHER_VARIANTS = replace(UNPARSEABLE, doubt="other_variants")
PRICED_VARIANTS = replace(UNPARSEABLE, doubt="priced_variants")
OTHER_COLUMNS = replace(UNPARSEABLE, doubt="other_columns")
OTHER_AMOUNT = replace(UNPARSEABLE, doubt="other_amount")
TWO_AXES = replace(UNPARSEABLE, doubt="option_axes")
TOO_SMALL = Price(PriceKind.TOO_SMALL, reasons=(Reason.PRICE_TOO_SMALL,))
TOO_LARGE = Price(PriceKind.TOO_LARGE, reasons=(Reason.PRICE_TOO_LARGE,))


@dataclass(frozen=True, slots=True)
class Amount:
    value: int
    reasons: tuple[Reason, ...] = ()
    per: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Grammar:
    blank: re.Pattern[str]
    amount: re.Pattern[str]
    spread: re.Pattern[str]
    start: re.Pattern[str]
    option: re.Pattern[str]
    thousand: frozenset[str]


GAP = re.compile(r"[\s,;/|&]*")
_PLAIN = re.compile(r"0|[1-9]\d*")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+)")
_ZERO_CENTS = re.compile(r"([1-9]\d{0,2}(?:\.\d{3})+),0{1,2}|([1-9]\d{0,2}(?:,\d{3})+)\.0{1,2}|([1-9]\d{3,})[.,]0{1,2}")
_SHORT_DECIMAL = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?")
LONGEST = 300  # characters; no price is longer, and patterns stay quick
_FEWEST_OPTIONS = 2
_LETTER_SIZE = r"(?:x{0,3}s|m|x{0,4}l|[2-5]xl)"


@lru_cache(maxsize=8)
def _grammar(rules: ImportRules) -> _Grammar:
    said = rules.words.price
    amount, plain_amount = amount_pattern(rules), amount_pattern(rules, names=False)
    scale = scale_of(rules)
    label = rf"{scale.number}\s*{scale.unit}\.?|{_LETTER_SIZE}(?![a-z])|\d{{2}}(?=\s*[=:])"
    axis = _any(tuple(rules.variants.axes))
    return _Grammar(
        blank=re.compile(rf"(?:(?:{_any(said.currency)})[\s.:]*)?[-–—]*"),
        amount=re.compile(amount),
        spread=re.compile(
            rf"(?P<first>{plain_amount})\s*(?:[-–—~]|\b(?:{_any(said.range)})(?![a-z]))\s*(?P<last>{plain_amount})"
        ),
        start=re.compile(rf"(?:{_any(said.from_)})(?![a-z])(?:\s*(?:dari|from|at|harga))?[\s:]*"),
        option=re.compile(
            rf"(?:(?:{axis})\s*[.:]?\s+)?(?P<label>{label})\s*(?:[=:@]|\s-\s)?\s*(?P<amount>{plain_amount})"
        ),
        thousand=frozenset(said.thousand),
    )


def amount_pattern(rules: ImportRules, *, names: bool = True) -> str:
    said = rules.words.price
    currency = rf"(?:(?:{_any(said.currency)})[\s.:]*)?"
    suffix = _any((*said.thousand, *said.million))
    units = _any((*said.per, *(word for known in rules.units.sale.values() for word in known)))
    pattern = (
        rf"{currency}(?:@\s*)?{currency}(?P<number>\d+(?:[.,]\d+)*)\s*(?P<suffix>(?:{suffix})(?![a-z]))?\.?"
        rf"(?:\s*[.,]\s*(?:[-–—]{{1,2}}|=)(?=\s|/|$|[-–—]))?(?:\s*(?:rupiah|{_any(said.currency)})(?![a-z]))?"
        rf"(?:\s*(?:/|\bper)\s*(?P<per>{units})(?![a-z])\.?)?"
    )
    return pattern if names else re.sub(r"\?P<\w+>", "?:", pattern)


def _any(said: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(said, key=len, reverse=True))


def parse_price(cell: Cell, multiplier: int, rules: ImportRules, *, foreign: bool = False) -> Price:
    """Never raises. `multiplier` is the heading's ("(ribu)" is 1000) and holds for bare numbers.

    `foreign`: the heading names another currency, so that only a cell which says rupiah by itself has a price.
    """
    price = _parse(cell, multiplier, rules)
    return FOREIGN if foreign and price is not MISSING and not names_rupiah(cell, rules) else price


def _parse(cell: Cell, multiplier: int, rules: ImportRules) -> Price:
    if cell is None or isinstance(cell, str):
        text = cell or ""
        return _from_text(text, multiplier, rules) if len(text) <= LONGEST else UNPARSEABLE
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(cell, multiplier, rules)
    return UNPARSEABLE


def _from_number(cell: int | float, multiplier: int, rules: ImportRules) -> Price:
    value = Decimal(str(cell))
    if not value.is_finite():
        return UNPARSEABLE
    amount = _scaled(value, multiplier)
    if amount is None:
        return TOO_SMALL if value < rules.words.price.smallest else UNPARSEABLE
    return _single(amount, rules)


@lru_cache(maxsize=8192)
def _from_text(text: str, multiplier: int, rules: ImportRules) -> Price:
    grammar, said = _grammar(rules), unquote(plain(text))
    if grammar.blank.fullmatch(said):
        return MISSING
    if is_foreign(said, rules):
        return FOREIGN
    bare = " ".join(drop_brackets(said).split())
    price = _read(bare.rstrip(" .,;") if bare[-1:] in ".,;" else bare, multiplier, rules)
    if bare != said and price.kind not in {PriceKind.UNPARSEABLE, PriceKind.TOO_SMALL, PriceKind.TOO_LARGE}:
        return replace(price, reasons=(*price.reasons, Reason.PRICE_NOTE))
    return price


def _read(text: str, multiplier: int, rules: ImportRules) -> Price:
    amount = amount_in(text, multiplier, rules)
    if amount is not None:
        return _single(amount, rules)
    return (
        _spread(text, multiplier, rules)
        or _start(text, multiplier, rules)
        or _options(text, multiplier, rules)
        or UNPARSEABLE
    )


def _single(amount: Amount, rules: ImportRules) -> Price:
    wrong = outside((amount.value,), rules)
    return wrong or Price(PriceKind.SINGLE, amount.value, amount.value, amount.reasons, amount.per)


def outside(values: tuple[int, ...], rules: ImportRules) -> Price | None:
    if min(values) < rules.words.price.smallest:
        return TOO_SMALL
    return TOO_LARGE if max(values) > rules.words.price.largest else None


def _spread(text: str, multiplier: int, rules: ImportRules) -> Price | None:
    match = _grammar(rules).spread.fullmatch(text)
    if match is None:
        match = _after_start(text, rules)
    if match is None:
        return None
    last = amount_in(match["last"], multiplier, rules)
    first = _shared_suffix(match["first"], match["last"], rules) or amount_in(match["first"], multiplier, rules)
    if first is None or last is None or first.value > last.value:
        return UNPARSEABLE
    reasons = tuple(dict.fromkeys((*first.reasons, *last.reasons, Reason.PRICE_RANGE)))
    return outside((first.value, last.value), rules) or Price(PriceKind.RANGE, first.value, last.value, reasons)


def _after_start(text: str, rules: ImportRules) -> re.Match[str] | None:
    grammar = _grammar(rules)
    start = grammar.start.match(text)
    return grammar.spread.fullmatch(text, start.end()) if start else None


def _shared_suffix(first: str, last: str, rules: ImportRules) -> Amount | None:
    """`15-20rb`: the suffix serves both, where the first is too short to be full rupiah."""
    grammar = _grammar(rules)
    left, right = grammar.amount.fullmatch(first), grammar.amount.fullmatch(last)
    if left is None or right is None or left["suffix"] or not right["suffix"]:
        return None
    value = _short(left["number"])
    return None if value is None else _whole(value * _factor(right["suffix"], grammar))


def _start(text: str, multiplier: int, rules: ImportRules) -> Price | None:
    match = _grammar(rules).start.match(text)
    amount = amount_in(text[match.end() :], multiplier, rules) if match else None
    if amount is None:
        return None
    reasons = (*amount.reasons, Reason.PRICE_FROM)
    return outside((amount.value,), rules) or Price(PriceKind.FROM, amount.value, None, reasons)


def amount_in(text: str, multiplier: int, rules: ImportRules) -> Amount | None:
    grammar = _grammar(rules)
    match = grammar.amount.fullmatch(text.strip())
    if match is None:
        return None
    per = match["per"] or ""
    if match["suffix"]:
        short = _short(match["number"])
        amount = None if short is None else _whole(short * _factor(match["suffix"], grammar))
    else:
        amount = _bare(match["number"], multiplier)
    return None if amount is None else replace(amount, per=per)


def _factor(suffix: str, grammar: _Grammar) -> int:
    return 1000 if suffix in grammar.thousand else 1_000_000


def _short(number: str) -> Decimal | None:
    """A number before a suffix: at most three digits, one or two decimals. `1.500rb` is doubtful."""
    match = _SHORT_DECIMAL.fullmatch(number)
    if match is None or (len(match[1]) > 1 and match[1].startswith("0")):
        return None
    return Decimal(f"{match[1]}.{match[2] or 0}")


def _whole(value: Decimal) -> Amount | None:
    return Amount(int(value)) if value == value.to_integral_value() else None


def _bare(number: str, multiplier: int) -> Amount | None:
    full = _full(number)
    if full is not None:
        return _scaled(Decimal(full), multiplier)
    short = _short(number) if multiplier > 1 else None
    return None if short is None else _scaled(short, multiplier)


def _full(number: str) -> int | None:
    """Rupiah written in full; None for broken grouping (`15.0000`, `15.00`)."""
    if _PLAIN.fullmatch(number):
        return int(number)
    if _GROUPED.fullmatch(number):
        return int(re.sub(r"[.,]", "", number))
    cents = _ZERO_CENTS.fullmatch(number)
    return int(re.sub(r"[.,]", "", cents[1] or cents[2] or cents[3])) if cents else None


def _scaled(value: Decimal, multiplier: int) -> Amount | None:
    if multiplier == 1:
        return _whole(value)
    if value >= 1000:
        amount = _whole(value)
        return None if amount is None else replace(amount, reasons=(Reason.PRICE_HEADER_CONFLICT,))
    amount = _whole(value * multiplier)
    return None if amount is None else replace(amount, reasons=(Reason.PRICE_HEADER_MULTIPLIER,))


def _options(text: str, multiplier: int, rules: ImportRules) -> Price | None:
    """`S 75rb / M 80rb`, `100gr=12rb, 250gr=27.500`: the whole cell must consist of options and separators."""
    found: dict[str, Amount] = {}
    end = 0
    for match in _grammar(rules).option.finditer(text):
        amount = amount_in(match["amount"], multiplier, rules)
        label = option_label(match["label"], rules)
        separated = end == 0 or match.start() > end
        if amount is None or label in found or not separated or not GAP.fullmatch(text, end, match.start()):
            return None
        found[label] = amount
        end = match.end()
    return _per_variant(found, rules) if GAP.fullmatch(text, end) else None


def option_label(text: str, rules: ImportRules) -> str:
    """An option as it is written in the catalog: `250 gr`, `1 kg`, `XL`."""
    quantity = read_label(text, rules)
    return text.strip().upper() if quantity is None else quantity.written


def _per_variant(found: Mapping[str, Amount], rules: ImportRules) -> Price | None:
    quantities = {label: read_label(label, rules) for label in found}
    weights = {label: to_grams(known.grams) for label, known in quantities.items() if known and known.grams is not None}
    if weights and len(weights) != len(found):
        return None
    words = rules.variants.words
    price = price_per_option(found, words.pack_axis if weights else words.size_axis, rules)
    if price is None or price.kind is not PriceKind.PER_VARIANT:
        return price
    volume = any(known.volume for known in quantities.values() if known)
    return replace(price, weights_g=weights, volume=volume)


def price_per_option(found: Mapping[str, Amount], axis: str, rules: ImportRules) -> Price | None:
    """Amounts by option as a price. None for fewer than two, or where one is for a piece and another for a dozen."""
    pers = {amount.per for amount in found.values()}
    if len(found) < _FEWEST_OPTIONS or len(pers) > 1:
        return None
    values = {option: amount.value for option, amount in found.items()}
    reasons = tuple(dict.fromkeys(reason for amount in found.values() for reason in amount.reasons))
    low, high = min(values.values()), max(values.values())
    return outside((low, high), rules) or Price(
        PriceKind.PER_VARIANT, low, high, reasons, pers.pop(), axis=axis, options=values
    )
