"""From stored facets and balances to a plan: reads only, so that `plan`, `--dry-run` and `sync` see the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from bridge.engine.context import Lane
from bridge.engine.ranges import desired_stock, range_of, sold_out_untold
from bridge.engine.shares import available_pieces, dirty_rows, stock_rows
from bridge.model import FacetKind, OpKind, Problem
from bridge.planning.places import lies_elsewhere
from bridge.planning.plan import Parked, Plan, SkuStep, Step, build_plan
from bridge.planning.stock_range import Need, judge_stock
from bridge.store.drift import held_back
from bridge.store.engine import Store
from bridge.store.figures import StockRow
from bridge.store.listings import (
    DirtyFacet,
    Tie,
    active_operations,
    chunks,
    dirty_facets,
    hidden_listings,
    parked_listings,
    skus_of_listings,
)

PROBLEM = TypeAdapter(Problem)
Ties = Mapping[int, Sequence[Tie]]


def make_plan(lane: Lane) -> Plan:
    """What the shop needs now, less what already waits in the journal in the same form."""
    wanted = frozenset(lane.connector.capabilities().batch) - {OpKind(kind) for kind in lane.shop.blocked}
    return read_plan(lane.engine.store, lane.shop.shop_id, wanted)


def read_plan(store: Store, shop_id: int, wanted: frozenset[OpKind]) -> Plan:
    """The plan of a shop for the kinds of write that its channel takes now."""
    with store.read() as session:
        active = active_operations(session, shop_id)
        held = held_back(session, shop_id)
        facets = [
            facet
            for facet in dirty_facets(session, shop_id)
            if not waits(facet, active) and not held.facet(facet.listing_id, facet.kind, facet.desired)
        ]
        ties = skus_of_listings(session, shop_id, sorted({facet.listing_id for facet in facets}))
        hiding = {facet.listing_id for facet in facets if hides_sold_out(facet)}
        asked = [tie.listing_sku_id for key, some in ties.items() for tie in some if not tie.listed or key in hiding]
        known = {row.listing_sku_id: row for some in chunks(asked) for row in stock_rows(session, some)}
        stock = [row for row in dirty_rows(session, shop_id) if not held.figure(row.listing_id, row.listing_sku_id)]
        hidden = hidden_listings(session, [row.listing_id for row in stock if sold_out_untold(row)])
        parked = [park(*row) for row in parked_listings(session, shop_id)]
    needs = [(row, Need.REST if row.listing_id in hidden and sold_out_untold(row) else need_of(row)) for row in stock]
    rested = [row.listing_sku_id for row, need in needs if need is not Need.WRITE]
    figures = stock_steps(shop_id, [row for row, need in needs if need is Need.WRITE])
    steps = [*facet_steps(shop_id, facets, ties, known), *figures]
    return build_plan(shop_id, [step for step in steps if step.kind in wanted], parked, rested)


def waits(facet: DirtyFacet, active: Mapping[tuple[int, str], tuple[str, Mapping[str, str], bool]]) -> bool:
    """The journal has it already, or a create of that listing that somebody began."""
    create = active.get((facet.listing_id, OpKind.CREATE))
    if create is not None and (create[2] or create[0] != "pending" or create[1].get(facet.kind) == facet.desired_fp):
        return True
    same = active.get((facet.listing_id, facet.kind))
    return same is not None and same[1].get(facet.kind) == facet.desired_fp


def facet_steps(shop_id: int, facets: Iterable[DirtyFacet], ties: Ties, stock: Mapping[int, StockRow]) -> list[Step]:
    """Creates for listings that the channel does not have, else one step per facet."""
    groups: dict[int, dict[str, DirtyFacet]] = {}
    for facet in facets:
        groups.setdefault(facet.listing_id, {})[facet.kind] = facet
    steps = []
    for listing_id, group in groups.items():
        tied = ties.get(listing_id, ())
        if next(iter(group.values())).bound:
            steps += changes(shop_id, group, tied, stock)
        elif FacetKind.CONTENT in group and FacetKind.PRICE in group:
            steps.append(create_step(shop_id, group, tied, stock))
    return steps


def create_step(
    shop_id: int, group: Mapping[str, DirtyFacet], tied: Sequence[Tie], stock: Mapping[int, StockRow]
) -> Step:
    """Content, prices, stock and visibility of a new listing in one operation."""
    content = group[FacetKind.CONTENT]
    return Step(
        kind=OpKind.CREATE,
        listing_id=content.listing_id,
        shop_id=shop_id,
        title=content.title,
        reason="new",
        skus=new_skus(content, group[FacetKind.PRICE], tied, stock),
        new=content.desired,
        applies={facet.kind: facet.desired_fp for facet in group.values()},
    )


def new_skus(
    content: DirtyFacet, price: DirtyFacet | None, tied: Sequence[Tie], stock: Mapping[int, StockRow]
) -> tuple[SkuStep, ...]:
    """The SKUs of a content; those that the channel does not show yet come with price and stock."""
    prices = price.desired["prices"] if price is not None else {}
    shown = {sku["sku"] for sku in content.desired["skus"]}
    return tuple(
        SkuStep(tie.listing_sku_id, tie.sku)
        if tie.listed
        else SkuStep(
            tie.listing_sku_id,
            tie.sku,
            price_idr=prices.get(tie.sku),
            stock=desired_stock(stock[tie.listing_sku_id]) if tie.listing_sku_id in stock else None,
        )
        for tie in tied
        if tie.sku in shown
    )


def changes(
    shop_id: int, group: Mapping[str, DirtyFacet], tied: Sequence[Tie], stock: Mapping[int, StockRow]
) -> list[Step]:
    """The changed facets of a listing on the channel. A new variant brings its price with the content."""
    steps = []
    for kind, facet in group.items():
        if kind == FacetKind.CONTENT:
            steps.append(facet_step(shop_id, facet, new_skus(facet, group.get(FacetKind.PRICE), tied, stock)))
        elif kind == FacetKind.PRICE:
            if skus := changed_prices(facet, tied):
                steps.append(facet_step(shop_id, facet, skus))
        else:
            steps.append(visibility_step(shop_id, facet, tied, stock))
    return steps


def hides_sold_out(facet: DirtyFacet) -> bool:
    """Takes a listing off because it is sold out: what the law hides is parked."""
    return facet.kind == FacetKind.VISIBILITY and not facet.parked and not facet.desired["visible"]


def visibility_step(shop_id: int, facet: DirtyFacet, tied: Sequence[Tie], stock: Mapping[int, StockRow]) -> Step:
    """Showing or hiding; a sold-out listing says so, and whether the ledger explains it."""
    step = facet_step(shop_id, facet, ())
    if not hides_sold_out(facet):
        return step
    gone = [stock[tie.listing_sku_id] for tie in tied if tie.listed and sold_out_untold(stock[tie.listing_sku_id])]
    return replace(step, reason="sold_out", explained=bool(gone) and all(is_explained(row) for row in gone))


def changed_prices(facet: DirtyFacet, tied: Sequence[Tie]) -> tuple[SkuStep, ...]:
    """Only the SKUs on the channel whose price differs."""
    old, new = (facet.applied or {}).get("prices", {}), facet.desired["prices"]
    return tuple(
        SkuStep(tie.listing_sku_id, tie.sku, price_idr=new[tie.sku], old_price_idr=old.get(tie.sku))
        for tie in tied
        if tie.listed and tie.sku in new and new[tie.sku] != old.get(tie.sku)
    )


def facet_step(shop_id: int, facet: DirtyFacet, skus: tuple[SkuStep, ...]) -> Step:
    """One changed facet of a listing on the channel."""
    new = facet.desired
    if facet.kind == FacetKind.CONTENT and facet.applied is not None:
        new = {**new, "changed": [name for name, value in new.items() if facet.applied.get(name) != value]}
    return Step(
        kind=OpKind(facet.kind),
        listing_id=facet.listing_id,
        shop_id=shop_id,
        title=facet.title,
        reason="changed",
        skus=skus,
        new=new,
        old=facet.applied,
        applies={facet.kind: facet.desired_fp},
    )


def need_of(row: StockRow) -> Need:
    """Whether a figure has to be written."""
    need = judge_stock(range_of(row), desired_stock(row), row.refused)
    return Need.WRITE if need is Need.REST and lies_elsewhere_now(row) else need


def lies_elsewhere_now(row: StockRow) -> bool:
    """The figure is right, but a warehouse shows goods that lie in another one. Judged while no write of it is under way."""
    wanted = desired_stock(row)
    if row.room is None or row.places is None or wanted in (None, row.refused) or row.open_writes:
        return False
    return lies_elsewhere(row.places, wanted or 0, row.room)


def stock_steps(shop_id: int, rows: Iterable[StockRow]) -> list[Step]:
    """One stock step per listing, of figures that have to be written."""
    by_listing: dict[int, list[StockRow]] = {}
    for row in rows:
        by_listing.setdefault(row.listing_id, []).append(row)
    return [
        Step(
            kind=OpKind.STOCK,
            listing_id=listing_id,
            shop_id=shop_id,
            title=some[0].title,
            reason="stock",
            skus=tuple(stock_sku(row) for row in some),
        )
        for listing_id, some in by_listing.items()
    ]


def stock_sku(row: StockRow) -> SkuStep:
    """One figure of a stock step."""
    return SkuStep(
        row.listing_sku_id,
        row.sku,
        stock=desired_stock(row),
        old_stock=range_of(row).low,
        explained=is_explained(row),
        over=is_over(row),
        least=sold_out_untold(row),
    )


def is_explained(row: StockRow) -> bool:
    """The ledger itself leaves nothing to sell: orders, counts or corrections say so, not a rule."""
    there = available_pieces(row)
    return there is not None and there < row.units


def is_over(row: StockRow) -> bool:
    """The channel may sell more than there is, whatever a rule keeps back."""
    there = available_pieces(row)
    return there is not None and row.may_sell is not None and row.may_sell > max(0, there) // row.units


def park(listing_id: int, title: str, problems: Sequence[Mapping[str, Any]]) -> Parked:
    """A parked listing as data."""
    return Parked(
        listing_id, title, tuple(PROBLEM.validate_python(problem) for problem in problems if "code" in problem)
    )
