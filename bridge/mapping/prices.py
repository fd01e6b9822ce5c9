"""What each SKU costs on the channel: the sheet's price, the rule's markup and rounding, checked against the channel's bounds."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from bridge.mapping.problems import Findings, MappingCode
from bridge.mapping.rules import PriceRules
from bridge.model import CatalogSku

_ROUNDING = {"up": ROUND_CEILING, "nearest": ROUND_HALF_UP, "down": ROUND_FLOOR}


def marked_up(price_idr: int, rules: PriceRules) -> int:
    """The channel's price. Without a markup nothing is rounded: the price stays as the merchant wrote it."""
    if not rules.markup_percent and not rules.markup_fixed_idr:
        return price_idr
    raised = Decimal(price_idr) * (100 + rules.markup_percent) / 100 + rules.markup_fixed_idr
    steps = (raised / rules.round_to).to_integral_value(_ROUNDING[rules.rounding])
    return int(steps) * rules.round_to


def map_prices(
    skus: Sequence[CatalogSku], limits: Mapping[str, int], rules: PriceRules, findings: Findings
) -> dict[str, int]:
    """SKU code → rupiah. What is missing or out of bounds becomes a problem that names the SKU."""
    prices: dict[str, int] = {}
    for sku in skus:
        if sku.price_idr is None:
            findings.stop(MappingCode.PRICE_MISSING, sku.code, sku=sku.code)
        else:
            prices[sku.code] = marked_up(sku.price_idr, rules)
            _check_bounds(sku.code, prices[sku.code], limits, findings)
    _check_ratio(prices, limits.get("price_ratio_max"), findings)
    return prices


def _check_bounds(code: str, price: int, limits: Mapping[str, int], findings: Findings) -> None:
    low, high = limits.get("price_min"), limits.get("price_max")
    if low is not None and price < low:
        findings.stop(MappingCode.PRICE_TOO_LOW, code, sku=code, value=rupiah(price), limit=rupiah(low))
    if high is not None and price > high:
        findings.stop(MappingCode.PRICE_TOO_HIGH, code, sku=code, value=rupiah(price), limit=rupiah(high))


def _check_ratio(prices: Mapping[str, int], ratio: int | None, findings: Findings) -> None:
    if ratio is None or len(prices) < 2:
        return
    cheap = min(prices, key=lambda code: (prices[code], code))
    dear = max(prices, key=lambda code: (prices[code], code))
    if prices[dear] > prices[cheap] * ratio:
        findings.stop(
            MappingCode.PRICE_RATIO,
            dear,
            dear=dear,
            dear_idr=rupiah(prices[dear]),
            cheap=cheap,
            cheap_idr=rupiah(prices[cheap]),
            limit=ratio,
        )


def rupiah(amount: int) -> str:
    """15000 → 15.000"""
    return f"{amount:,}".replace(",", ".")
