"""Which SKUs a listing shows and under which names: stock decides at creation, the channel's limits decide the names.

Stock is never made up: a variant without enough of it is left out with a note, and a product whose stock is unknown waits.
"""

from collections.abc import Collection, Mapping, Sequence

from bridge.mapping.problems import Findings, MappingCode
from bridge.mapping.rules import MappingRules
from bridge.mapping.text import cut, fold
from bridge.model import CatalogProduct, CatalogSku


def choose_skus(
    product: CatalogProduct,
    stock: Mapping[int, int | None],
    limits: Mapping[str, int],
    part: tuple[int, ...] | None,
    bound: Collection[int],
    findings: Findings,
) -> tuple[CatalogSku, ...]:
    """The SKUs of the listing, in the product's order. Those in `bound` are already shown there and always stay."""
    wanted = tuple(sku for sku in product.skus if part is None or sku.sku_id in part)
    if not wanted:
        findings.stop(MappingCode.VARIANT_NONE, product.code)
        return ()
    new = [sku for sku in wanted if sku.sku_id not in bound]
    unknown = [sku.code for sku in new if stock.get(sku.sku_id) is None]
    if unknown and len(new) == len(wanted):
        findings.stop(MappingCode.STOCK_UNKNOWN, "stock", skus=", ".join(unknown))
        return wanted
    _check_most(new, stock, limits.get("stock_max"), findings)
    return _with_enough(wanted, stock, limits.get("stock_min"), bound, findings)


def _check_most(
    skus: Sequence[CatalogSku], stock: Mapping[int, int | None], most: int | None, findings: Findings
) -> None:
    if most is None:
        return
    figures = ((sku.code, stock.get(sku.sku_id)) for sku in skus)
    many = [code for code, pieces in figures if pieces is not None and pieces > most]
    if many:
        findings.stop(MappingCode.STOCK_ABOVE_MAX, "stock", skus=", ".join(many), limit=most)


def _with_enough(
    wanted: tuple[CatalogSku, ...],
    stock: Mapping[int, int | None],
    minimum: int | None,
    bound: Collection[int],
    findings: Findings,
) -> tuple[CatalogSku, ...]:
    least = minimum if minimum is not None else 0
    poor = [sku for sku in wanted if sku.sku_id not in bound and _short(stock.get(sku.sku_id), least)]
    if len(poor) == len(wanted):
        findings.stop(MappingCode.STOCK_BELOW_MIN, "stock", skus=", ".join(sku.code for sku in poor), minimum=least)
        return wanted
    for sku in poor:
        pieces = stock.get(sku.sku_id)
        shown = "?" if pieces is None else str(pieces)
        findings.note(MappingCode.VARIANT_LEFT_OUT, sku.code, sku=sku.code, stock=shown, minimum=least)
    return tuple(sku for sku in wanted if sku not in poor)


def _short(pieces: int | None, least: int) -> bool:
    return pieces is None or pieces < least


def has_variants(product: CatalogProduct, part: tuple[int, ...] | None) -> bool:
    """Whether the listing has axes. A part of one SKU is a listing of its own without any."""
    return len(product.skus) > 1 and (part is None or len(part) > 1)


def map_axes(
    product: CatalogProduct,
    skus: Sequence[CatalogSku],
    limits: Mapping[str, int],
    rules: MappingRules,
    findings: Findings,
) -> tuple[list[str], dict[str, list[str]]]:
    """Axis names, and SKU code → its options, both within the channel's lengths."""
    if not _is_whole(product, skus, findings):
        return [], {}
    _check_counts(product, skus, limits, findings)
    axes = _short_axes(product.axes, limits.get("axis_name_max"), rules, findings)
    columns = [
        _short_options([sku.options[i] for sku in skus], limits.get("option_name_max"), rules, findings)
        for i in range(len(product.axes))
    ]
    return axes, {sku.code: [column[sku.options[i]] for i, column in enumerate(columns)] for sku in skus}


def _is_whole(product: CatalogProduct, skus: Sequence[CatalogSku], findings: Findings) -> bool:
    seen: dict[tuple[str, ...], str] = {}
    for sku in skus:
        values = {"axes": len(product.axes), "sku": sku.code, "options": len(sku.options)}
        if not product.axes or len(sku.options) != len(product.axes) or not all(fold(each) for each in sku.options):
            findings.stop(MappingCode.VARIANT_SHAPE, sku.code, **values)
            return False
        key = tuple(fold(option) for option in sku.options)
        if key in seen:
            both = f"{seen[key]}, {sku.code}"
            findings.stop(MappingCode.VARIANT_TWICE, sku.code, option=" / ".join(sku.options), skus=both)
            return False
        seen[key] = sku.code
    return True


def _check_counts(
    product: CatalogProduct, skus: Sequence[CatalogSku], limits: Mapping[str, int], findings: Findings
) -> None:
    axes_max, options_max, skus_max = (limits.get(key) for key in ("axes_max", "options_max", "skus_max"))
    if axes_max is not None and len(product.axes) > axes_max:
        values = {"value": len(product.axes), "axes": ", ".join(product.axes), "limit": axes_max}
        findings.stop(MappingCode.AXES_TOO_MANY, "variants", **values)
    for i, axis in enumerate(product.axes):
        count = len({sku.options[i] for sku in skus})
        if options_max is not None and count > options_max:
            findings.stop(MappingCode.OPTIONS_TOO_MANY, axis, axis=axis, value=count, limit=options_max)
    if skus_max is not None and len(skus) > skus_max:
        findings.stop(MappingCode.SKUS_TOO_MANY, "variants", value=len(skus), limit=skus_max)


def _short_axes(axes: Sequence[str], limit: int | None, rules: MappingRules, findings: Findings) -> list[str]:
    short = {axis: shorten(axis, limit, rules) for axis in axes}
    _check_distinct(short, limit, findings)
    for axis, name in short.items():
        if name != axis:
            findings.note(MappingCode.AXIS_SHORTENED, axis, value=axis, short=name, limit=limit)
    return [short[axis] for axis in axes]


def _short_options(
    options: Sequence[str], limit: int | None, rules: MappingRules, findings: Findings
) -> dict[str, str]:
    short = {option: shorten(option, limit, rules) for option in dict.fromkeys(options)}
    _check_distinct(short, limit, findings)
    for option, name in short.items():
        if name != option:
            findings.note(MappingCode.OPTION_SHORTENED, option, value=option, short=name, limit=limit)
    return short


def shorten(name: str, limit: int | None, rules: MappingRules) -> str:
    """Within the limit: as it is, else with the file's abbreviations, else cut at a word's end."""
    if limit is None or len(name) <= limit:
        return name
    known = {fold(long): short for long, short in rules.abbreviations.items()}
    brief = " ".join(known.get(fold(word), word) for word in name.split())
    return cut(" ".join(brief.split()), limit)


def _check_distinct(short: Mapping[str, str], limit: int | None, findings: Findings) -> None:
    groups: dict[str, list[str]] = {}
    for name, brief in short.items():
        groups.setdefault(brief.casefold(), []).append(name)
    for same in groups.values():
        if len(same) > 1:
            shown = ", ".join(f"“{name}”" for name in same)
            findings.stop(
                MappingCode.OPTION_COLLISION, same[0], options=shown, limit=limit if limit is not None else "∞"
            )
