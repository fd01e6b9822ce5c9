"""Several prices in one cell, by the names of the row's own variants: `Original 10rb, Keju 12rb`. Guesses no name."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bridge.sheets.price import GAP, LONGEST, Amount, Price, amount_in, amount_pattern, price_per_option
from bridge.sheets.quantity import plain
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import fold
from bridge.sheets.variants import Axis

_FEWEST = 2


def named_prices(text: str, axes: Sequence[Axis], multiplier: int, rules: ImportRules) -> Price | None:
    """A price for every option of one axis, each named once and nothing beside them; None where that is not so."""
    if len(text) > LONGEST:
        return None
    said = plain(text)
    found = [price for axis in axes if (price := _of_axis(said, axis, multiplier, rules)) is not None]
    return found[0] if len(found) == 1 else None


def _of_axis(said: str, axis: Axis, multiplier: int, rules: ImportRules) -> Price | None:
    names = {fold(option): option for option in axis.options}
    prices: dict[str, Amount] = {}
    end = 0
    for match in _pattern(axis.name, tuple(names), rules).finditer(said):
        option, amount = names[fold(match["label"])], amount_in(match["amount"], multiplier, rules)
        if amount is None or option in prices or not GAP.fullmatch(said, end, match.start()):
            return None
        prices[option] = amount
        end = match.end()
    if len(prices) < len(names) or not GAP.fullmatch(said, end):
        return None
    return price_per_option({option: prices[option] for option in axis.options}, axis.name, rules)


@lru_cache(maxsize=512)
def _pattern(axis: str, names: tuple[str, ...], rules: ImportRules) -> re.Pattern[str]:
    """The options however they are spaced and dotted, each a word of its own with an amount behind it."""
    known = "|".join(r"[\W_]*".join(map(re.escape, name)) for name in sorted(names, key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?:{re.escape(axis.casefold())}\s*[.:]?\s+)?(?P<label>{known})(?!\w)"
        rf"\s*(?:[=:@]|[-–—]\s)?\s*(?P<amount>{amount_pattern(rules, names=False)})"
    )


_MONEY = re.compile(
    r"(?<![^\W\d_])(?:rp|idr)[\s.]*\d|\d\s*(?:rb|ribu|k|jt|juta)(?![^\W\d_])|(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.,]|\s*[a-z])",
    re.IGNORECASE,
)


def names_money(axes: Iterable[Axis]) -> bool:
    """Whether a variant carries a price of its own: `Dewasa 150rb, Anak 100rb`. One price for all is wrong then."""
    return any(_holds_money(axis.options) for axis in axes)


@lru_cache(maxsize=4096)
def _holds_money(options: tuple[str, ...]) -> bool:
    return any(_MONEY.search(option) for option in options)


def holds_several(text: str, rules: ImportRules) -> bool:
    """Whether more than one price stands in a cell, of whatever they are."""
    said = plain(text[:LONGEST])
    found = (amount_in(match[0], 1, rules) for match in _some(rules).finditer(said))
    return sum(amount is not None and amount.value >= rules.words.price.smallest for amount in found) >= _FEWEST


@lru_cache(maxsize=8)
def _some(rules: ImportRules) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,]){amount_pattern(rules, names=False)}")
