"""From stored facets and balances to a plan: reads only, so that `plan`, `--dry-run` and `sync` see the same."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from bridge.engine.context import Lane
from bridge.engine.ranges import desired_stock, range_of
from bridge.model import FacetKind, OpKind, Problem
from bridge.planning.plan import Parked, Plan, SkuStep, Step, build_plan
from bridge.planning.stock_range import Need, judge_stock
from bridge.store.listings import (
    DirtyFacet,
    StockRow,
    active_operations,
    dirty_facets,
    dirty_stock,
    parked_listings,
    skus_of_listings,
    stock_query,
    stock_rows,
)
from bridge.store.tables import ListingSku

PROBLEM = TypeAdapter(Problem)
SkuTies = Mapping[int, Sequence[tuple[int, str, int]]]


def make_plan(lane: Lane) -> Plan:
    """What the shop needs now, less what already waits in the journal in the same form."""
    shop_id = lane.shop.shop_id
    with lane.engine.store.read() as session:
        active = active_operations(session, shop_id)
        facets = [facet for facet in dirty_facets(session, shop_id) if not waits(facet, active)]
        ties = skus_of_listings(session, shop_id, sorted({facet.listing_id for facet in facets}))
        created = sorted({facet.listing_id for facet in facets if not facet.bound})
        stock_new = stock_by_sku(session, shop_id, created)
        stock = dirty_stock(session, shop_id)
        parked = [park(*row) for row in parked_listings(session, shop_id)]
    wanted = set(lane.connector.capabilities().batch)
    steps = [*facet_steps(shop_id, facets, ties, stock_new), *stock_steps(shop_id, stock)]
    rested = [row.listing_sku_id for row in stock if need_of(row) is not Need.WRITE]
    allowed = [step for step in steps if step.kind in wanted and step.kind not in lane.shop.blocked]
    return build_plan(shop_id, allowed, parked, rested)


def waits(facet: DirtyFacet, active: Mapping[tuple[int, str], tuple[str, Mapping[str, str], bool]]) -> bool:
    """The journal has it already, or a create of that listing that somebody began."""
    create = active.get((facet.listing_id, OpKind.CREATE))
    if create is not None and (create[2] or create[0] != "pending" or create[1].get(facet.kind) == facet.desired_fp):
        return True
    same = active.get((facet.listing_id, facet.kind))
    return same is not None and same[1].get(facet.kind) == facet.desired_fp


def stock_by_sku(session: Any, shop_id: int, listing_ids: Sequence[int]) -> dict[int, StockRow]:
    """The stock of listings that are not on the channel yet, by ListingSku."""
    if not listing_ids:
        return {}
    query = stock_query().where(ListingSku.shop_id == shop_id, ListingSku.remote_sku_id.is_(None))  # type: ignore[union-attr]
    return {row.listing_sku_id: row for row in stock_rows(session, query)}


def facet_steps(shop_id: int, facets: Iterable[DirtyFacet], ties: SkuTies, stock: Mapping[int, StockRow]) -> list[Step]:
    """Creates for listings that the channel does not have, else one step per facet."""
    groups: dict[int, dict[str, DirtyFacet]] = {}
    for facet in facets:
        groups.setdefault(facet.listing_id, {})[facet.kind] = facet
    steps = []
    for listing_id, group in groups.items():
        any_facet = next(iter(group.values()))
        tied = ties.get(listing_id, ())
        if any_facet.bound:
            steps += [facet_step(shop_id, facet, tied) for facet in group.values()]
        elif FacetKind.CONTENT in group and FacetKind.PRICE in group:
            steps.append(create_step(shop_id, group, tied, stock))
    return steps


def create_step(
    shop_id: int, group: Mapping[str, DirtyFacet], tied: Sequence[tuple[int, str, int]], stock: Mapping[int, StockRow]
) -> Step:
    """Content, prices, stock and visibility of a new listing in one operation."""
    content = group[FacetKind.CONTENT]
    prices = group[FacetKind.PRICE].desired["prices"]
    shown = {sku["sku"] for sku in content.desired["skus"]}
    skus = [
        SkuStep(key, code, price_idr=prices.get(code), stock=desired_stock(stock[key]) if key in stock else None)
        for key, code, _ in tied
        if code in shown
    ]
    return Step(
        kind=OpKind.CREATE,
        listing_id=content.listing_id,
        shop_id=shop_id,
        title=content.title,
        reason="new",
        skus=tuple(skus),
        new=content.desired,
        applies={facet.kind: facet.desired_fp for facet in group.values()},
    )


def facet_step(shop_id: int, facet: DirtyFacet, tied: Sequence[tuple[int, str, int]]) -> Step:
    """One changed facet of a listing on the channel; a price names only the SKUs that differ."""
    skus: list[SkuStep] = []
    if facet.kind == FacetKind.PRICE:
        old = (facet.applied or {}).get("prices", {})
        skus = [
            SkuStep(key, code, price_idr=facet.desired["prices"][code], old_price_idr=old.get(code))
            for key, code, _ in tied
            if code in facet.desired["prices"] and facet.desired["prices"][code] != old.get(code)
        ]
    elif facet.kind == FacetKind.CONTENT:
        shown = {sku["sku"] for sku in facet.desired["skus"]}
        skus = [SkuStep(key, code) for key, code, _ in tied if code in shown]
    return Step(
        kind=OpKind(facet.kind),
        listing_id=facet.listing_id,
        shop_id=shop_id,
        title=facet.title,
        reason="changed",
        skus=tuple(skus),
        new=facet.desired,
        old=facet.applied,
        applies={facet.kind: facet.desired_fp},
    )


def need_of(row: StockRow) -> Need:
    """Whether a figure has to be written."""
    return judge_stock(range_of(row), desired_stock(row), row.refused)


def stock_steps(shop_id: int, rows: Iterable[StockRow]) -> list[Step]:
    """One stock step per listing with the SKUs whose figure has to be written."""
    by_listing: dict[int, list[StockRow]] = {}
    for row in rows:
        if need_of(row) is Need.WRITE:
            by_listing.setdefault(row.listing_id, []).append(row)
    return [
        Step(
            kind=OpKind.STOCK,
            listing_id=listing_id,
            shop_id=shop_id,
            title=some[0].title,
            reason="stock",
            skus=tuple(
                SkuStep(row.listing_sku_id, row.sku, stock=desired_stock(row), old_stock=range_of(row).low)
                for row in some
            ),
        )
        for listing_id, some in by_listing.items()
    ]


def park(listing_id: int, title: str, problems: Sequence[Mapping[str, Any]]) -> Parked:
    """A parked listing as data."""
    return Parked(
        listing_id, title, tuple(PROBLEM.validate_python(problem) for problem in problems if "code" in problem)
    )
