"""Pulling orders: from the cursor, back by an overlap, to now. The cursor moves in the transaction that saved what it covers."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import DataError
from sqlmodel import Session

from bridge.engine.booking import book_orders, digest_of
from bridge.engine.context import Lane
from bridge.engine.ranges import put_range, range_of
from bridge.model import RemoteOrder, Window
from bridge.planning.stock_range import cover_write
from bridge.store.exposures import log_exposure
from bridge.store.figures import cover_settled
from bridge.store.inbox import settle_hints
from bridge.store.listings import resolve_line
from bridge.store.orders import cursor_of, move_cursor, open_order_ids, parked_in_shop, set_cursor_back
from bridge.store.turns import take_turn

CHUNK = 50
NOT_KEPT = (DataError, ValueError, OverflowError)  # a value that the database or its driver cannot hold
FOREVER = datetime.max.replace(tzinfo=UTC)
PASSES = 5  # a shop that changes all the time is covered by a later pull

log = structlog.get_logger()


def pull_orders(lane: Lane) -> None:
    """All orders since the cursor, and then, if the pass saw every order, the settled stock writes are covered by it."""
    can = lane.connector.capabilities()
    if can.orders_by is None:
        return
    since = pull_since(lane)
    known: dict[str, str] = {}
    told: set[str] = set()
    for _ in range(PASSES):
        began = lane.engine.clock()
        news = pull_pass(lane, list(windows(since, began, can.order_window)), began, known, told)
        if news is None:
            break
        if not news:
            cover(lane, began, can.list_lag)
            break
        since = began - can.list_lag - timedelta(seconds=1)
    if can.orders_by == "created":
        pull_open(lane, told)
    pull_known(lane)


def pull_pass(
    lane: Lane, asked: Sequence[Window], began: datetime, known: dict[str, str], told: set[str]
) -> bool | None:
    """Walks windows one after the other. True: an order was updated meanwhile; None: the channel did not say that it told all.

    `known` holds the orders of earlier passes: told again in the same form they are no news, whatever their second. `told` gets
    the ids of all that came.
    """
    news = False
    for window in asked:
        whole, changed = pull_window(lane, window, began, known, told)
        lane.engine.reach("pull:after-window")
        if not whole:
            return None
        news = news or changed
    return news


def pull_since(lane: Lane) -> datetime:
    """Where to begin: the cursor less the overlap, or as far back as a new shop is read. A cursor that lies in the future was set
    while the computer's clock was wrong, and says nothing of what was seen."""
    settings, now = lane.engine.settings, lane.engine.clock()
    overlap, first = timedelta(seconds=settings.order_overlap_s), now - timedelta(days=settings.order_history_days)
    with lane.engine.store.read() as session:
        cursor = cursor_of(session, lane.shop.shop_id)
    if cursor is None:
        return first
    if cursor.at - overlap > now:
        lane.engine.store.run(lambda session: set_cursor_back(session, lane.shop.shop_id, first))
        return first
    return cursor.at - overlap


def windows(since: datetime, now: datetime, longest: timedelta | None) -> Iterator[Window]:
    """Closed windows of the channel's longest span for missed nights, then the open one up to now."""
    if longest is not None:
        safe = longest - timedelta(hours=1)  # an open window reaches a little into the future
        while now - since > safe:
            yield Window(since, since + safe)
            since += safe
    yield Window(since, None)


def pull_window(
    lane: Lane, window: Window, began: datetime, known: dict[str, str], told: set[str]
) -> tuple[bool, bool]:
    """Walks one window. Was it walked whole? Was an order updated since the pull began, so that the pass has to be repeated?"""
    waiting: list[RemoteOrder] = []
    pieces: list[Window] = []
    news = False
    for found in lane.connector.orders(window):
        if isinstance(found, Window):
            pieces.append(found)
            save(lane, waiting, walked_until(window.since, pieces))
            waiting = []
            continue
        waiting.append(found)
        told.add(found.remote_id)
        if found.updated_at is not None and found.updated_at >= began.replace(microsecond=0):
            digest = digest_of(found)
            news = news or known.get(found.remote_id) != digest
            known[found.remote_id] = digest
        if len(waiting) >= CHUNK:
            save(lane, waiting, None)
            waiting = []
    if waiting:
        save(lane, waiting, None)
    return walked_until(window.since, pieces) >= (window.until if window.until is not None else FOREVER), news


def walked_until(since: datetime, pieces: Sequence[Window]) -> datetime:
    """How far the channel told everything without a gap; it may tell of a window in pieces, in any order."""
    for piece in sorted(pieces, key=lambda each: each.since):
        if piece.since <= since:
            since = max(since, piece.until if piece.until is not None else FOREVER)
    return since


def save(lane: Lane, orders: Sequence[RemoteOrder], walked: datetime | None, hints: Sequence[int] = ()) -> None:
    """Books orders; what was walked without a gap and lies in the past moves the cursor to its end. `hints` are followed by it."""
    engine = lane.engine
    engine.go_on()

    def work(session: Session) -> tuple[int, int]:
        take_turn(session.connection(), lane.shop.merchant_id)
        booked = book_orders(session, lane, orders, engine.clock())
        if walked is not None and walked <= engine.clock():
            move_cursor(session, lane.shop.shop_id, walked, None)
        settle_hints(session, hints, engine.clock())
        engine.reach("pull:before-commit")
        return booked

    # what a power cut takes along is told again, since the cursor goes with it; a file may have been put away meanwhile
    try:
        new, changed = engine.store.run(work, lasting=lane.connector.capabilities().by_file)
    except NOT_KEPT:
        if len(orders) < 2:
            raise
        save_each(lane, orders)
        return
    lane.tally.orders_new += new
    lane.tally.orders_changed += changed
    engine.reach("pull:after-commit")
    lane.between(lane)


def save_each(lane: Lane, orders: Sequence[RemoteOrder]) -> None:
    """One by one, so that an order which the database refuses keeps no other from being booked. Raises its error in the end: the
    cursor stays where it is, and the shop's run says that something is wrong."""
    refused: Exception | None = None
    for order in orders:
        try:
            save(lane, [order], None)
        except NOT_KEPT as error:
            log.warning(
                "order cannot be kept", shop=lane.shop.shop_id, order=order.remote_id, error=type(error).__name__
            )
            refused = refused or error
    if refused is not None:
        raise refused


def cover(lane: Lane, began: datetime, lag: timedelta) -> None:
    """A pass that saw every order: the cursor goes to its beginning, and writes settled before it get their range."""
    lane.engine.store.run(lambda session: cover_once(session, lane, began, lag))
    lane.engine.reach("cover:after-commit")


def cover_once(session: Session, lane: Lane, began: datetime, lag: timedelta) -> None:
    """The same within a transaction."""
    take_turn(session.connection(), lane.shop.merchant_id)
    move_cursor(session, lane.shop.shop_id, began - lag, began)
    covered: list[int] = []
    for row in cover_settled(session, lane.shop.shop_id, began - lag):
        dirty = row.stock_dirty
        state = cover_write(range_of(row))
        put_range(row, state)
        row.stock_dirty = dirty or state.low != state.may_sell
        covered.append(row.sku_id)
    log_exposure(session, covered, lane.engine.clock())
    lane.engine.reach("cover:before-commit")


def pull_open(lane: Lane, told: Collection[str]) -> None:
    """Where a channel filters by creation time, open orders are read by id as well, but for those that were told just now."""
    with lane.engine.store.read() as session:
        ids = [each for each in open_order_ids(session, lane.shop.shop_id) if each not in told]
    read_orders(lane, ids)


def read_orders(lane: Lane, ids: Sequence[str], hints: Sequence[int] = ()) -> bool:
    """Reads orders by their numbers and books them; `hints` are settled with the last of them. False: the channel knows none."""
    found = [order for order in lane.connector.orders(ids) if isinstance(order, RemoteOrder)] if ids else []
    for start in range(0, len(found), CHUNK):
        save(lane, found[start : start + CHUNK], None, hints if start + CHUNK >= len(found) else ())
    return bool(found)


def pull_known(lane: Lane) -> None:
    """Orders with a line that belonged to no product and does now are read once more, however old they are."""
    with lane.engine.store.read() as session:
        ids = known_by_now(session, lane.shop.shop_id)
    read_orders(lane, ids)


def known_by_now(session: Session, shop_id: int) -> list[str]:
    """Their numbers."""
    lines = parked_in_shop(session, shop_id)
    return list(dict.fromkeys(number for number, *names in lines if resolve_line(session, shop_id, *names) is not None))
