"""Working out what listings should be, for those whose inputs changed. Cost follows change: nothing stale, nothing read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bridge.connectors.base import SchemaSource
from bridge.engine.context import Lane
from bridge.engine.mapping_rules import mapping_rules
from bridge.engine.shares import shares_in_shop
from bridge.errors import Rejected
from bridge.mapping.categories import CategoryChoice, choose_category
from bridge.mapping.listing import MappedListing, map_listing
from bridge.mapping.rules import MAPPER_VERSION, MappingRules
from bridge.model import CatalogProduct, CategorySchema, FacetKind, Problem
from bridge.planning.allocation import SMALLEST, stays_shown
from bridge.planning.approval import approval_fingerprint, not_approved
from bridge.planning.drift import keep_held
from bridge.planning.fingerprint import fingerprint, needs_write
from bridge.sheets.reasons import BLOCKING
from bridge.store.catalog import load_products, row_id
from bridge.store.curation import curations
from bridge.store.kept import load_schema, save_schema
from bridge.store.listings import FacetValue, facets_of, save_facets, shown_skus, stale_listings, tie_skus
from bridge.store.shops import remap_moved, remap_shop
from bridge.store.tables import Listing, Product

BATCH = 100
SCHEMA = TypeAdapter(CategorySchema)
HIDDEN_BY = frozenset(
    {"E_PROHIBITED", "W_PIRT_EXPIRED"}
)  # the law forbids selling it on; other reasons only stop changes


def load_rules(lane: Lane) -> MappingRules:
    """The mapping rules of a channel, with the office's own changes, as they were when the run began."""
    engine, channel = lane.engine, lane.shop.channel
    if channel not in engine.rules:
        engine.rules[channel] = mapping_rules(engine.settings.home, channel)
    return engine.rules[channel]


def remap(lane: Lane, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Maps every stale listing of a shop and stores its facets; gives how many. Reads only schemas that are missing."""
    rules = load_rules(lane)
    gate = ["approved only"] if lane.engine.settings.approved_only else []
    mapped_with = fingerprint([rules.fingerprint, MAPPER_VERSION, *gate])
    if lane.shop.mapped_with != mapped_with:
        with lane.engine.store.write() as session:
            remap_shop(session, lane.shop.shop_id, mapped_with)
    if not lane.shop.takes_zero:
        with lane.engine.store.write() as session:
            remap_moved(session, lane.shop.shop_id)
    done = 0
    while number := remap_batch(lane, rules):
        lane.engine.go_on()
        done += number
        progress(number)
    return done


def remap_batch(lane: Lane, rules: MappingRules) -> int:
    """One batch: read, decide (schemas may be fetched in between), write. A listing touched meanwhile stays stale."""
    now = lane.engine.clock()
    with lane.engine.store.read() as session:
        listings = stale_listings(session, lane.shop.shop_id, now, BATCH)
        if not listings:
            return 0
        products = load_products(session, {row.product_id for row in listings}, lane.shop.channel, now)
        stock = stock_for(session, lane, products.values())
        versions = {row_id(row): products[row.product_id] for row in listings}
        shown = shown_skus(session, list(versions))
        parts = {row_id(row): row.part for row in listings}
        gated = held_by_gate(session, lane, products)
    results = {
        key: map_one(lane, rules, product, stock, parts[key], shown.get(key, ()), now)
        for key, product in versions.items()
    }
    with lane.engine.store.write() as session:
        fresh = load_products(session, {row.product_id for row in listings}, lane.shop.channel, now)
        for key, result in results.items():
            listing = session.get_one(Listing, key)
            still_stale = fresh[listing.product_id] != versions[key]
            save_result(session, listing, result, still_stale, gated.get(listing.product_id))
            ends = session.get_one(Product, listing.product_id).valid_until
            listing.valid_until = ends if ends is not None and ends > now else None
    return len(listings)


def held_by_gate(session: Any, lane: Lane, products: Mapping[int, CatalogProduct]) -> dict[int, Problem]:
    """Where the office wants to approve first, the products that it has not, as they are now."""
    if not lane.engine.settings.approved_only:
        return {}
    decided = curations(session, products)
    held: dict[int, Problem] = {}
    for key, product in products.items():
        last = decided.get(key)
        state, bound, note = (last.state, last.fingerprint, last.note) if last is not None else (None, None, None)
        problem = not_approved(state, bound, note, approval_fingerprint(product), product.code)
        if problem is not None:
            held[key] = problem
    return held


def stock_for(session: Any, lane: Lane, products: Iterable[CatalogProduct]) -> dict[int, int | None]:
    """Pieces that each SKU would show if it were created now."""
    return shares_in_shop(session, lane.shop.shop_id, lane.shop.buffer, [s.sku_id for p in products for s in p.skus])


Result = tuple[MappedListing | tuple[Problem, ...], str | None, bool]


def map_one(
    lane: Lane,
    rules: MappingRules,
    product: CatalogProduct,
    stock: Mapping[int, int | None],
    part: int,
    shown: Sequence[int],
    now: datetime,
) -> Result:
    """What one listing should be, its category, and whether the law hides it."""
    hidden = bool(HIDDEN_BY & set(product.blockers))
    product = replace(product, blockers=standing_in_the_way(product.blockers))
    choice = choose_category(product, rules)
    if isinstance(choice, Problem):
        return (choice,), None, hidden
    schema = schema_of(lane, choice, now)
    if isinstance(schema, Problem):
        return (schema,), choice.category_id, hidden
    if not lane.shop.takes_zero:
        schema = replace(
            schema, limits={**schema.limits, "stock_min": max(SMALLEST, schema.limits.get("stock_min", 0))}
        )
    mapped = map_listing(product, stock, choice, schema, rules, (part,) if part else None, shown)
    if isinstance(mapped, MappedListing) and not lane.shop.takes_zero:
        rules_of = {sku.sku_id: sku.sold_out for sku in product.skus}
        mapped = replace(mapped, visible=stays_shown((stock[key], rules_of[key]) for key in shown if key in rules_of))
    return mapped, choice.category_id, hidden


def standing_in_the_way(codes: Sequence[str]) -> tuple[str, ...]:
    """Of an unpublishable product's reason codes those that make it so; all of them where only a setting of the office does."""
    blocking = tuple(code for code in codes if code.startswith("E_") or code in BLOCKING)
    return blocking if blocking else tuple(codes)


def schema_of(lane: Lane, choice: CategoryChoice, now: datetime) -> CategorySchema | Problem:
    """What a category asks for: kept per shop, read from the channel when it is missing or old."""
    if not isinstance(lane.connector, SchemaSource):
        return CategorySchema((), {}, "none")
    engine, shop_id, key = lane.engine, lane.shop.shop_id, choice.category_id
    with engine.store.read() as session:
        kept = load_schema(session, shop_id, "schema", key, now, engine.settings.schema_days)
    if kept is not None:
        return SCHEMA.validate_python(kept[0])
    try:
        schema = lane.connector.schema(key)
        schema = replace(schema, limits=dict(schema.limits))  # any mapping is allowed, a plain one can be kept
    except Rejected as error:
        return Problem(
            "M_CATEGORY_REFUSED",
            "category",
            "The channel does not take category {category}: {why}.",
            "Choose another one with: jembatan categories map",
            {"category": key, "why": str(error)},
        )
    with engine.store.write() as session:
        save_schema(session, shop_id, "schema", key, SCHEMA.dump_python(schema, mode="json"), schema.version, now)
    return schema


def save_result(session: Any, listing: Listing, result: Result, still_stale: bool, gate: Problem | None = None) -> None:
    """Facets of a mapped listing, or the problems it is parked with. The gate lets nothing through but a taking off."""
    mapped, category_id, hidden = result
    if gate is not None:
        off = isinstance(mapped, MappedListing) and not mapped.visible
        mapped, hidden = ((gate, *mapped) if isinstance(mapped, tuple) else (gate,)), hidden or off
    listing.stale, listing.category_id = still_stale, category_id
    facets = facets_of(session, [row_id(listing)])
    if isinstance(mapped, tuple):
        listing.parked = [asdict(problem) for problem in mapped]
        if hidden and listing.remote_item_id is not None:
            hide(session, listing, facets)
        return
    listing.parked, listing.notes = None, [asdict(note) for note in mapped.assumed]
    tie_skus(session, listing, mapped.sku_ids)
    values = [facet_value(row_id(listing), kind, payload, facets) for kind, payload in payloads(mapped)]
    if listing.remote_item_id is None and any(value.dirty for value in values):
        values = [
            replace(value, dirty=True) for value in values
        ]  # a create is one write: all of it goes with what changed
    save_facets(session, listing, values)


def payloads(mapped: MappedListing) -> list[tuple[FacetKind, dict[str, Any]]]:
    """The facets of a mapped listing as JSON."""
    return [
        (FacetKind.CONTENT, dict(mapped.content)),
        (FacetKind.PRICE, {"prices": dict(mapped.prices)}),
        (FacetKind.VISIBILITY, {"visible": mapped.visible}),
    ]


def facet_value(
    listing_id: int, kind: FacetKind, payload: dict[str, Any], facets: Mapping[tuple[int, str], Any]
) -> FacetValue:
    """A facet and whether it has to be written."""
    old = facets.get((listing_id, kind.value))
    if old is not None:  # what a person decided to keep holds until the catalog says something else
        payload, old.held = keep_held(kind, payload, old.held)
    desired = fingerprint(payload)
    dirty = needs_write(desired, old.applied_fp if old else None, old.rejected_fp if old else None)
    return FacetValue(kind.value, payload, desired, dirty)


def hide(session: Any, listing: Listing, facets: Mapping[tuple[int, str], Any]) -> None:
    """A listing that may not be sold any more is taken off, although its content cannot be mapped."""
    listing.parked = [*(listing.parked or []), {"hidden": True}]
    save_facets(session, listing, [facet_value(row_id(listing), FacetKind.VISIBILITY, {"visible": False}, facets)])
