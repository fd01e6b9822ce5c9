"""Stock rows as planning and claiming need them: a bundle's stock from its parts, and each listing's share of what is divided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from bridge.planning.allocation import PARTITIONED, Place, StockRule, allocate, divide, rule_of, settle_down
from bridge.planning.places import room_of
from bridge.store.exposures import available_of, parts_of
from bridge.store.figures import StockRow, dirty_stock, pieces_by_location, rules_of, stock_of, stock_of_skus
from bridge.store.listings import chunks

PLAIN = StockRule()


def rule_for(row: StockRow) -> StockRule:
    """What the merchant wants of this SKU."""
    return rule_of(row.rules) if any(row.rules) else PLAIN


def stock_rows(session: Session, listing_sku_ids: Sequence[int]) -> list[StockRow]:
    """These ListingSkus with their shares."""
    return with_room(session, with_shares(session, stock_of(session, listing_sku_ids)))


def dirty_rows(session: Session, *shop_ids: int) -> list[StockRow]:
    """Those of some shops whose figure has to be looked at."""
    return with_room(session, with_shares(session, dirty_stock(session, *shop_ids)))


def with_shares(session: Session, rows: Sequence[StockRow]) -> list[StockRow]:
    """The rows with what a division leaves to each. Rows that nobody divides cost nothing more."""
    known = with_bundles(session, rows)
    divided = {row.sku_id for row in known if rule_for(row).divides}
    if not divided:
        return known
    shares: dict[int, int | None] = {}
    for some in chunks(sorted(divided)):
        shares |= shares_of(with_bundles(session, [*stock_of_skus(session, some)]))
    return [replace(row, allotted=shares.get(row.listing_sku_id, 0)) if row.sku_id in divided else row for row in known]


def shares_of(rows: Sequence[StockRow]) -> dict[int, int | None]:
    """Units by ListingSku, each SKU divided over all of its listings."""
    by_sku: dict[int, list[StockRow]] = {}
    for row in rows:
        by_sku.setdefault(row.sku_id, []).append(row)
    return {key: units for some in by_sku.values() for key, units in divided(some).items()}


def divided(rows: Sequence[StockRow]) -> Mapping[int, int | None]:
    """The listings of one SKU."""
    rule, available = rule_for(rows[0]), available_pieces(rows[0])
    if available is None:
        return {row.listing_sku_id: None for row in rows}
    return divide_now(available, [place_of(row) for row in rows], rule)


def divide_now(available: int, places: Sequence[Place], rule: StockRule) -> dict[int, int]:
    """What each place should show, given what it shows."""
    shares = divide(available, places, rule)
    return settle_down(available, places, shares) if rule.mode == PARTITIONED else shares


def place_of(row: StockRow) -> Place:
    """A listing as planning sees it."""
    return Place(row.listing_sku_id, row.shop_id, row.units, row.buffer, row.may_sell)


def available_pieces(row: StockRow) -> int | None:
    """Pieces that can be sold; None when they were never counted."""
    return None if row.on_hand is None else row.on_hand - row.held


def with_bundles(session: Session, rows: Sequence[StockRow]) -> list[StockRow]:
    """A bundle has as many pieces as its scarcest part allows. What has a stock of its own is none."""
    unknown = sorted({row.sku_id for row in rows if row.on_hand is None})
    bundles = parts_of(session, unknown) if unknown else {}
    if not bundles:
        return list(rows)
    stock = bundle_stock(session, bundles)
    return [replace(row, on_hand=stock[row.sku_id], held=0) if row.sku_id in bundles else row for row in rows]


def bundle_stock(session: Session, bundles: Mapping[int, Mapping[int, int]]) -> dict[int, int | None]:
    """Bundles that can be put together of what is available."""
    parts = sorted({part for some in bundles.values() for part in some})
    there = {key: each for some in chunks(parts) for key, each in available_of(session, some).items()}
    return {
        bundle: scarcest((there.get(part), pieces) for part, pieces in some.items()) for bundle, some in bundles.items()
    }


def with_room(session: Session, rows: Sequence[StockRow]) -> list[StockRow]:
    """What lies at each warehouse of shops that have several. The others cost nothing more."""
    skus = sorted({row.sku_id for row in rows if row.warehouses})
    if not skus:
        return list(rows)
    parts = parts_of(session, skus)
    lies = pieces_by_location(session, sorted({part for sku in skus for part in parts.get(sku, {sku: 1})}))
    return [replace(row, room=room_for(row, lies, parts)) if row.warehouses else row for row in rows]


def room_for(
    row: StockRow, lies: Mapping[int, Mapping[int, int]], parts: Mapping[int, Mapping[int, int]]
) -> dict[str, int]:
    """Of a bundle as many as can be put together at one place."""
    made_of = parts.get(row.sku_id, {row.sku_id: 1})
    locations = {location for part in made_of for location in lies.get(part, {})}
    there = {
        location: min(lies.get(part, {}).get(location, 0) // pieces for part, pieces in made_of.items())
        for location in locations
    }
    return room_of([(each["id"], each["location_id"]) for each in row.warehouses], there, row.units)


def scarcest(parts: Iterable[tuple[int | None, int]]) -> int | None:
    """How often all parts are there."""
    found = [None if available is None else available // pieces for available, pieces in parts]
    known = [each for each in found if each is not None]
    return min(known) if known and len(known) == len(found) else None


def shares_in_shop(session: Session, shop_id: int, buffer: int, sku_ids: Sequence[int]) -> dict[int, int | None]:
    """Units that a shop would show of each SKU if it were listed there now, one piece a unit."""
    bundles = parts_of(session, sku_ids)
    there = {key: each for some in chunks(sku_ids) for key, each in available_of(session, some).items()}
    there |= bundle_stock(session, bundles) if bundles else {}
    rules = {key: rule_of(raw) for key, raw in rules_of(session, sku_ids).items()}
    divided = [sku_id for sku_id in sku_ids if rules[sku_id].divides and there.get(sku_id) is not None]
    others: dict[int, list[Place]] = {sku_id: [] for sku_id in divided}
    for some in chunks(divided):
        for row in stock_of_skus(session, some):
            others[row.sku_id].append(place_of(row))
    found: dict[int, int | None] = {}
    for sku_id in sku_ids:
        rule, available = rules[sku_id], there.get(sku_id)
        if sku_id in others and available is not None:
            own = next((place for place in others[sku_id] if place.shop == shop_id), None) or Place(
                0, shop_id, 1, buffer
            )
            found[sku_id] = divide_now(available, [*{own, *others[sku_id]}], rule)[own.key]
        else:
            found[sku_id] = allocate(available, buffer if rule.buffer is None else rule.buffer, 1)
    return found
