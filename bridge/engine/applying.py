"""What an answer does to the listing: its ids, the ranges of its figures, and its facets."""

from collections.abc import Mapping, Sequence

from bridge.connectors.base import HIDDEN, Verdict
from bridge.engine.ranges import lock_rows, put_range, range_of
from bridge.engine.record import SOURCES
from bridge.engine.verdicts import Case, Judged, is_zero, refused
from bridge.model import FacetKind, OpKind
from bridge.planning.fingerprint import fingerprint, needs_write
from bridge.planning.stock_range import refuse_write, settle_write
from bridge.store.exposures import log_exposure
from bridge.store.journal import add_open_write
from bridge.store.ledger import mark_figures
from bridge.store.listings import bind_listing, facets_of
from bridge.store.tables import Facet, Listing, ListingSku, OperationRow, Shop


def bind(case: Case) -> None:
    """The channel's ids. Where it has no SKU ids, the SKU's is the listing's."""
    session, row, outcome, judged = case.session, case.row, case.outcome, case.judged
    if row.kind not in (OpKind.CREATE, OpKind.CONTENT) or row.listing_id is None:
        return
    if outcome.remote_id is not None:
        bind_listing(session, row.listing_id, outcome.remote_id)
    for each in judged:
        tie = session.get_one(ListingSku, each.row.listing_sku_id, populate_existing=True)
        if each.remote_sku_id is not None:
            tie.remote_sku_id = each.remote_sku_id
        elif (
            each.verdict is Verdict.DONE
            and tie.remote_sku_id is None
            and tie.remote_item_id is not None
            and len(judged) == 1
        ):
            tie.remote_sku_id = tie.remote_item_id
        taken = each.verdict in (Verdict.DONE, Verdict.ACCEPTED)
        if taken and tie.remote_sku_id is not None and not tie.listed:
            tie.listed = True
            mark_figures(session, tie.sku_id)  # the others may have to share with it
    session.flush()


def settle_stock(case: Case) -> None:
    """Moves the range of each figure that this operation had open."""
    session, row, now = case.session, case.row, case.now
    opened = [each for each in case.judged if each.row.open_stock is not None]
    ties = lock_rows(session, [each.row.listing_sku_id for each in opened])
    for each in opened:
        tie, value = ties[each.row.listing_sku_id], each.row.open_stock
        assert value is not None
        if each.verdict is Verdict.DONE:
            put_range(tie, settle_write(range_of(tie)))
            tie.settled_at, tie.refused = now, None
        elif each.verdict is Verdict.REJECTED or (each.verdict is Verdict.RETRY and not row.ticket):
            put_range(tie, refuse_write(range_of(tie), value))
            tie.places = None
            tie.refused = value if each.verdict is Verdict.REJECTED and row.kind == OpKind.STOCK else tie.refused
            zero_refused(case, each)
        elif each.verdict is Verdict.UNKNOWN and row.kind == OpKind.STOCK:
            horizon = case.lane.connector.capabilities().write_horizon
            add_open_write(session, each.row.listing_sku_id, value, (row.sent_at or now) + horizon)
        else:
            continue  # a create that goes on, or is looked up, keeps its figures open
        each.row.open_stock = None
    session.flush()
    log_exposure(session, {tie.sku_id for tie in ties.values()}, now)


def zero_refused(case: Case, each: Judged) -> None:
    """Learnt at run time: this shop's channel takes no 0. The listing is mapped again: it may have to be hidden."""
    if is_zero(each) and case.row.listing_id is not None:
        case.session.get_one(Shop, case.lane.shop.shop_id).takes_zero = False
        case.session.get_one(Listing, case.row.listing_id).stale = True
        case.lane.learnt = True


def settle_facets(case: Case) -> None:
    """What was settled is now applied; what was refused is not sent again in just that form."""
    row, judged, verdict = case.row, case.judged, case.outcome.verdict
    if row.listing_id is None or not row.applies:
        return
    facets = facets_of(case.session, [row.listing_id])
    for kind, applied_fp in row.applies.items():
        facet = facets.get((row.listing_id, kind))
        if facet is None:
            continue
        if kind == FacetKind.PRICE and row.kind == OpKind.PRICE:
            add_prices(facet, done_prices(judged))
        elif verdict is Verdict.DONE and not (kind == FacetKind.VISIBILITY and case.outcome.code == HIDDEN):
            facet.applied, facet.applied_fp = applied_payload(row, kind, judged), applied_fp
        if any(refused(each) for each in judged) or (verdict is Verdict.REJECTED and not judged):
            facet.rejected_fp = applied_fp
        facet.dirty = needs_write(facet.desired_fp, facet.applied_fp, facet.rejected_fp)
    price = facets.get((row.listing_id, FacetKind.PRICE))
    if row.kind == OpKind.CONTENT and price is not None:
        add_prices(price, done_prices(judged))  # of variants that this content brought
        price.dirty = needs_write(price.desired_fp, price.applied_fp, price.rejected_fp)


def add_prices(facet: Facet, prices: Mapping[str, int]) -> None:
    """Prices that the channel took join those that were applied before."""
    if prices:
        known = {**(facet.applied or {}).get("prices", {}), **prices}
        facet.applied = {"prices": {code: known[code] for code in facet.desired["prices"] if code in known}}
        facet.applied_fp = fingerprint(facet.applied)


def done_prices(judged: Sequence[Judged]) -> dict[str, int]:
    """Prices that the channel took, by SKU code."""
    return {
        each.row.seller_sku: each.row.price_idr
        for each in judged
        if each.verdict is Verdict.DONE and each.row.price_idr is not None
    }


def applied_payload(row: OperationRow, kind: str, judged: Sequence[Judged]) -> dict[str, object]:
    """What a settled operation put on the channel, per facet."""
    if kind == FacetKind.PRICE:
        return {"prices": dict(done_prices(judged))}
    if kind == FacetKind.VISIBILITY:
        return {"visible": row.payload.get("visible", True)}
    content = {name: value for name, value in row.payload.items() if name not in (SOURCES, "changed")}
    return {**content, "pictures": row.payload.get(SOURCES, row.payload.get("pictures", []))}
