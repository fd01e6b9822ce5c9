"""Readings against what was there before: each facet with the reading before it, each figure with its range."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from bridge.engine.adopting import places_of, total
from bridge.engine.context import Engine, Lane
from bridge.engine.deciding import decide_ours, decide_theirs, said_by_catalog, see
from bridge.engine.ranges import desired_stock, lock_rows, put_range, range_of
from bridge.engine.shares import stock_rows
from bridge.errors import UserError
from bridge.model import FacetKind, RemoteListing
from bridge.planning.drift import RESETS, Policy, differences, forms, is_red, together
from bridge.planning.stock_range import StockRange, cover_read, has_news
from bridge.store.catalog import row_id
from bridge.store.drift import busy_kinds, close_as_back, figures_sent, last_written, open_drift, open_row
from bridge.store.exposures import log_exposure
from bridge.store.figures import StockRow, stock_of
from bridge.store.ledger import cancelled_units
from bridge.store.listings import chunks, facets_of, skus_of_listings
from bridge.store.tables import DriftRow, Facet, Listing, ListingSku
from bridge.store.turns import take_turn

BATCH = 100


@dataclass(frozen=True, slots=True)
class Reading:
    """One listing as the channel told it; `at` is when it was asked for."""

    listing_id: int
    remote: RemoteListing
    at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A figure that may be judged: its range when the reading was asked for."""

    listing_sku_id: int
    before: StockRange
    at: datetime


def policy_of(engine: Engine, kind: str) -> Policy:
    """Whose value wins in a facet."""
    return Policy(getattr(engine.settings, f"drift_{kind}"))


def ask_stock(lane: Lane, listings: Sequence[Listing], sure: Collection[tuple[int, str]] = ()) -> dict[int, Question]:
    """The figures that may be judged: no write of theirs is open or waits, and no cancellation is so young that the channel may
    still add it back. `sure`: writes that wait and surely had no effect."""
    now, lag = lane.engine.clock(), lane.connector.capabilities().restock_lag
    found: dict[int, Question] = {}
    with lane.engine.store.read() as session:
        ids = [row_id(each) for each in listings]
        busy = busy_kinds(session, ids) - set(sure)
        ties = skus_of_listings(session, lane.shop.shop_id, ids)
        quiet = [key for key in ids if not any((key, kind) in busy for kind in ("stock", "create", "content"))]
        for some in chunks(tie.listing_sku_id for key in quiet for tie in ties.get(key, ()) if tie.listed):
            young = cancelled_units(session, some, now - lag)
            for row in stock_of(session, some):
                if not row.open_writes and not young.get(row.listing_sku_id):
                    found[row.listing_sku_id] = Question(row.listing_sku_id, range_of(row), now)
    return found


def judge_readings(
    lane: Lane,
    readings: Sequence[Reading],
    questions: Mapping[int, Question],
    before_write: Collection[str] = (),
    sure: Collection[tuple[int, str]] = (),
) -> list[int]:
    """Compares and records, some listings at a time; gives the rows of what differs. Nothing is recorded once the shop is lost.

    `before_write`: facets that are about to be written; only they are compared. `sure`: writes that wait and surely had no effect.
    """
    found: list[int] = []
    for some in chunks(range(len(readings)), BATCH):
        piece = [readings[number] for number in some]
        judge = partial(judge_piece, readings=piece, questions=questions, before_write=before_write, sure=sure)
        found += lane.engine.store.run(partial(judge, lane=lane))
    return found


def judge_piece(
    session: Session,
    lane: Lane,
    readings: Sequence[Reading],
    questions: Mapping[int, Question],
    before_write: Collection[str],
    sure: Collection[tuple[int, str]],
) -> list[int]:
    """The same within a transaction."""
    take_turn(session.connection(), lane.shop.merchant_id)
    lane.must_hold(session)
    ids = [reading.listing_id for reading in readings]
    busy = busy_kinds(session, ids) - set(sure)
    written, facets = last_written(session, ids, RESETS), facets_of(session, ids)
    ties = skus_of_listings(session, lane.shop.shop_id, ids)
    rows = lock_rows(session, [tie.listing_sku_id for key in ids for tie in ties.get(key, ())])
    sent = figures_sent(session, ids)
    asked = min((question.at for question in questions.values()), default=readings[0].at)
    codes = {tie.listing_sku_id: tie.sku for some in ties.values() for tie in some}
    found: list[DriftRow] = []
    for reading in readings:
        mine = [rows[tie.listing_sku_id] for tie in ties.get(reading.listing_id, ())]
        names = {str(tie.remote_sku_id): codes[row_id(tie)] for tie in mine if tie.remote_sku_id is not None}
        session.get_one(Listing, reading.listing_id).audited_at = reading.at
        close_as_back(session, f"listing/{reading.listing_id}/missing", reading.at)
        for kind, form in forms(reading.remote, names).items():
            facet = facets.get((reading.listing_id, kind))
            if facet is None or any((reading.listing_id, each) in busy for each in (kind, "create", "content")):
                continue
            if before_write and kind not in before_write:
                continue
            known = known_form(facet, written.get((reading.listing_id, kind)), bool(before_write))
            known = with_ours(facet, known, form) if before_write else known
            row = judge_facet(session, lane, facet, form, known, reading)
            found += [row] if row is not None else []
        last = sent.get(reading.listing_id)
        quiet = not any((reading.listing_id, each) in busy for each in ("stock", "create", "content"))
        judged = (
            questions if quiet and (last is None or last < asked) else {}
        )  # a write begun since makes it say nothing
        found += judge_figures(session, lane, reading, mine, judged)
    return [row_id(row) for row in found]


def known_form(facet: Facet, written: datetime | None, before_write: bool) -> Mapping[str, Any] | None:
    """What a facet is compared with: the reading before. Nothing at the first reading, and at the first after a write of ours; but
    right before a write the prices that we put there count, since every channel shows a price as it was sent."""
    if facet.seen_at is not None and (written is None or written < facet.seen_at):
        return facet.seen
    return facet.applied if before_write and facet.kind == FacetKind.PRICE else None


def with_ours(facet: Facet, known: Mapping[str, Any] | None, form: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The same where what is there is already what we are about to write: an earlier try has arrived, or nobody differs."""
    if known is not None and facet.kind == FacetKind.PRICE:
        wanted = facet.desired["prices"]
        arrived = {code: price for code, price in form["prices"].items() if wanted.get(code) == price}
        return {"prices": {**known["prices"], **arrived}}
    if known is not None and facet.kind == FacetKind.VISIBILITY and form["visible"] == facet.desired["visible"]:
        return form
    return known


def judge_facet(
    session: Session,
    lane: Lane,
    facet: Facet,
    form: Mapping[str, Any],
    known: Mapping[str, Any] | None,
    reading: Reading,
) -> DriftRow | None:
    """One facet against what was known of it. Without that the reading only says what is there."""
    subject = f"listing/{facet.listing_id}/{facet.kind}"
    if known is None or not differences(facet.kind, known, form):
        close_as_back(session, subject, reading.at)
        see(facet, together(facet.kind, known, form), reading.at)
        return None
    new = DriftRow(
        subject=subject,
        shop_id=facet.shop_id,
        listing_id=facet.listing_id,
        remote_item_id=reading.remote.remote_id,
        kind=facet.kind,
        ours=dict(known),
        theirs=together(facet.kind, known, form),
        found_at=reading.at,
    )
    row = open_drift(session, new)
    return settle_policy(session, row, facet_policy(lane.engine, facet, row), reading.at)


def facet_policy(engine: Engine, facet: Facet, row: DriftRow) -> Policy:
    """The office's choice; but what may not be shown is taken off again, whoever showed it. What was only kept hidden may be."""
    if facet.kind == FacetKind.VISIBILITY and row.theirs.get("visible") and not said_by_catalog(facet)["visible"]:
        return Policy.OURS
    return policy_of(engine, facet.kind)


def settle_policy(session: Session, row: DriftRow, policy: Policy, now: datetime) -> DriftRow:
    """Does what the policy says; where theirs cannot be kept, a person decides."""
    if policy is Policy.OURS:
        decide_ours(session, row, now)
    elif policy is Policy.THEIRS:
        try:
            with session.begin_nested():
                decide_theirs(session, row, now)
        except UserError:
            session.refresh(row)
    session.flush()
    return row


def judge_figures(
    session: Session, lane: Lane, reading: Reading, ties: Sequence[ListingSku], questions: Mapping[int, Question]
) -> list[DriftRow]:
    """The stock figures of one listing."""
    told = {sku.remote_sku_id: sku.stock for sku in reading.remote.skus}
    current = {row.listing_sku_id: row for row in stock_rows(session, [row_id(tie) for tie in ties])}
    found: list[DriftRow] = []
    for tie in ties:
        stock = told.get(tie.remote_sku_id or "")
        value = total(stock)
        if value is None:
            continue
        tie.seen, tie.seen_at = value, reading.at
        if (question := questions.get(row_id(tie))) is not None:
            see_places(lane, tie, stock, question)
            row = judge_figure(session, lane, tie, value, question, current[row_id(tie)], reading)
            found += [row] if row is not None else []
    log_exposure(session, [tie.sku_id for tie in ties], reading.at)
    return found


def see_places(lane: Lane, tie: ListingSku, stock: Mapping[str, int] | None, question: Question) -> None:
    """What each warehouse shows. Where the office does not want its own figures to win, goods that somebody moved by hand stay
    where they are until the figure itself changes."""
    shown = places_of(stock)
    if tie.places == shown or has_news(question.before, range_of(tie)):
        return
    tie.places = shown if policy_of(lane.engine, FacetKind.STOCK) is Policy.OURS else None
    tie.stock_dirty = True


def judge_figure(
    session: Session, lane: Lane, tie: ListingSku, value: int, question: Question, stock: StockRow, reading: Reading
) -> DriftRow | None:
    """One figure after its covering pull: it sets the range, and is drift if it lies outside the one that was known."""
    state, before = range_of(tie), question.before
    news = has_news(before, state)
    after, drift = cover_read(state, value, news)
    if (after.low, after.may_sell, after.cover) != (state.low, state.may_sell, state.cover):
        put_range(tie, after)
    session.flush()
    subject, desired = f"sku/{tie.id}/stock", desired_stock(stock)
    waiting = open_row(session, subject)
    if not news and value == desired and not drift:
        close_as_back(session, subject, reading.at)
        return None
    if not drift and (waiting is None or waiting.decided is not None):
        return None
    new = DriftRow(
        subject=subject,
        shop_id=tie.shop_id,
        listing_id=tie.listing_id,
        listing_sku_id=tie.id,
        remote_item_id=tie.remote_item_id,
        kind=FacetKind.STOCK.value,
        ours={"low": state.low, "high": state.may_sell},
        theirs={"stock": value},
        red=is_red(value, stock.on_hand, stock.held, stock.units),
        found_at=reading.at,
    )
    row = open_drift(session, new)
    return row if row.decided is not None else settle_policy(session, row, policy_of(lane.engine, "stock"), reading.at)
