"""Orders into the ledger: each order under its lock, each piece once, and the channel's range moved in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from bridge.engine.context import Lane
from bridge.engine.ranges import put_range, range_of
from bridge.model import Problem, RemoteLine, RemoteOrder
from bridge.planning.fingerprint import fingerprint
from bridge.planning.orders import BUCKETS, Binding, Line, OrderPlan, plan_order
from bridge.planning.places import after_order
from bridge.planning.stock_range import book_cancellation, book_order
from bridge.store.exposures import log_exposure, parts_of
from bridge.store.ledger import NewEntry, add_entry
from bridge.store.listings import resolve_line
from bridge.store.often import Often
from bridge.store.orders import (
    Head,
    LineRow,
    drop_lines,
    drop_order_writes,
    has_buyer,
    keep_order,
    lines_of,
    locations_of_lines,
    lock_order,
    put_lines,
    save_buyer,
    was_cancelled,
)
from bridge.store.ranges import keep_ranges, lock_ranges
from bridge.store.tables import Location, Shop


def book_orders(session: Session, lane: Lane, orders: Sequence[RemoteOrder], now: datetime) -> tuple[int, int]:
    """Books what is new in these orders; telling an order again changes nothing. Gives how many are new, how many changed."""
    places = places_of(session, lane)
    ordered = sorted(orders, key=lambda order: order.remote_id)
    booked = [book_order_once(session, lane, remote, places, now) for remote in ordered]
    return booked.count("new"), booked.count("changed")


@dataclass(frozen=True, slots=True)
class Places:
    """Where goods are taken from: the location behind each warehouse of the shop, and the one for all else. `several`: the business
    has more than that one."""

    default: int
    behind: Mapping[str, int]
    several: bool


LOCATIONS = Often(
    select(col(Location.id), col(Location.name), col(Shop.warehouses))
    .join(Shop, col(Shop.merchant_id) == col(Location.merchant_id))
    .where(col(Shop.id) == bindparam("shop"))
)


def places_of(session: Session, lane: Lane) -> Places:
    """As the business has set it."""
    session.flush()
    rows = LOCATIONS.find(session.connection(), shop=lane.shop.shop_id)
    behind = {each["id"]: each["location_id"] for each in rows[0][2] if each["location_id"] is not None}
    return Places(next(row[0] for row in rows if row[1] == ""), behind, len(rows) > 1)


def book_order_once(session: Session, lane: Lane, remote: RemoteOrder, places: Places, now: datetime) -> str:
    """One order, compared and written under the lock on its row: new, changed or same."""
    shop_id, digest = lane.shop.shop_id, digest_of(remote)
    order, new = lock_order(session, shop_id, remote, now)
    rows = {} if new else {line.line_key: line for line in lines_of(session, order.id)}
    if order.digest == digest and not any(line.parked for line in rows.values()):
        if remote.buyer and not has_buyer(session, order.id):  # some channels tell of the buyer later
            save_buyer(session, lane.engine.cipher, order, remote.buyer, now, lane.engine.settings.buyer_days)
        return "same"
    plan = plan_order(remote, {key: booked_line(row) for key, row in rows.items()}, Resolver(session, shop_id), now)
    keep_order(session, order.id, remote, digest)
    drop_lines(session, order.id, plan.dropped)
    ids = put_lines(session, order.id, [line_row(line, plan.parked.get(line.key)) for line in plan.lines])
    write_entries(session, entries_in(session, order, plan, ids, places), now)
    move_ranges(session, plan, emptied=cancelled_by_us(session, order.id, plan))
    log_exposure(session, {line.binding.sku_id for line in plan.lines if line.binding is not None}, now)
    if plan.lines and not any(line.held for line in plan.lines):
        drop_order_writes(session, order.id, now)
    if remote.buyer:
        save_buyer(session, lane.engine.cipher, order, remote.buyer, now, lane.engine.settings.buyer_days)
    return "new" if new else "changed" if order.digest != digest else "same"


def digest_of(remote: RemoteOrder) -> str:
    """Changes with everything that booking looks at; the buyer is left out, so that it never stands in a hash."""
    lines = sorted(repr(asdict(line)) for line in remote.lines)
    return fingerprint([remote.status, remote.open, remote.total_idr, lines])


class Resolver:
    """Which ListingSku a line means, by the store."""

    def __init__(self, session: Session, shop_id: int) -> None:
        self._session, self._shop_id = session, shop_id

    def __call__(self, line: RemoteLine) -> Binding | None:
        found = resolve_line(self._session, self._shop_id, line.remote_id, line.remote_sku_id, line.seller_sku)
        return None if found is None else Binding(*found)


def booked_line(row: LineRow) -> Line:
    """What is booked of a line."""
    binding = None
    if row.listing_sku_id is not None and row.sku_id is not None:
        binding = Binding(row.listing_sku_id, row.sku_id, row.units)
    remote = RemoteLine(
        row.remote_item_id, row.remote_sku_id, row.seller_sku, row.title, row.ordered, price_idr=row.price_idr
    )
    return Line(row.line_key, remote, binding, row.ordered, row.shipped, row.cancelled, row.recalled, row.returned)


def line_row(line: Line, problem: Problem | None) -> LineRow:
    """The same to be kept."""
    binding, remote = line.binding, line.remote
    return LineRow(
        line_key=line.key,
        listing_sku_id=None if binding is None else binding.listing_sku_id,
        sku_id=None if binding is None else binding.sku_id,
        units=1 if binding is None else binding.units,
        remote_item_id=remote.remote_id,
        remote_sku_id=remote.remote_sku_id,
        seller_sku=remote.seller_sku,
        title=remote.title,
        price_idr=remote.price_idr,
        **{bucket: getattr(line, bucket) for bucket in BUCKETS},
        parked=None if problem is None else asdict(problem),
    )


def entries_in(
    session: Session, order: Head, plan: OrderPlan, ids: Mapping[str, int], places: Places
) -> list[NewEntry]:
    """The ledger entries, each with a source that makes it count once. `ids`: of the lines, by their keys."""
    taken = taken_from(session, order.id, plan, places)
    return [
        NewEntry(
            sku_id=entry.sku_id,
            location_id=taken.get(entry.line_key, places.default),
            source=f"order/{order.shop_id}/{order.remote_order_id}/{entry.line_key}/{entry.kind}/{entry.cumulative}",
            kind=entry.kind,
            on_hand=entry.on_hand,
            held=entry.held,
            moved_at=entry.moved_at,
            order_line_id=ids[entry.line_key],
            units=entry.units,
        )
        for entry in plan.entries
    ]


def write_entries(session: Session, entries: Sequence[NewEntry], now: datetime) -> None:
    """Into the ledger, in the order of the SKUs; a bundle's goes to its parts."""
    parts = parts_of(session, sorted({entry.sku_id for entry in entries}))
    apart = [
        each
        for entry in entries
        for each in ([entry] if entry.sku_id not in parts else taken_apart(entry, parts[entry.sku_id]))
    ]
    for each in sorted(apart, key=lambda entry: entry.sku_id):
        add_entry(session, each, now)


def taken_from(session: Session, order_id: int, plan: OrderPlan, places: Places) -> dict[str, int]:
    """The location of each line's goods. What was booked first stays: a cancelled piece goes back where it was held."""
    if not places.several:
        return {}
    told = {line.key: places.behind.get(line.remote.location, places.default) for line in plan.lines}
    return told | locations_of_lines(session, order_id)


def taken_apart(entry: NewEntry, parts: Mapping[int, int]) -> list[NewEntry]:
    """A bundle moves its parts; the units of the listing are told once."""
    first = min(parts)
    return [
        replace(
            entry,
            sku_id=part,
            source=f"{entry.source}/part/{part}",
            on_hand=entry.on_hand * pieces,
            held=entry.held * pieces,
            units=entry.units if part == first else 0,
        )
        for part, pieces in parts.items()
    ]


def cancelled_by_us(session: Session, order_id: int, plan: OrderPlan) -> bool:
    """Whether a cancellation that is booked now was our own: with some reasons a channel empties the listing."""
    return any(move.cancelled for move in plan.moved) and was_cancelled(session, order_id)


def move_ranges(session: Session, plan: OrderPlan, emptied: bool = False) -> None:
    """What the channel may still sell falls with a first booking and rises with a cancellation. Of a listing that the channel may
    have `emptied` it is not known what it shows: the figure is written again."""
    rows = lock_ranges(session, [move.listing_sku_id for move in plan.moved])
    for move in plan.moved:
        row = rows[move.listing_sku_id]
        state = book_order(range_of(row), move.booked) if move.booked else range_of(row)
        state = book_cancellation(state, move.cancelled) if move.cancelled else state
        put_range(row, replace(state, base=None) if emptied and move.cancelled else state)
        row.places = None if emptied else after_order(row.places, move.location, move.booked - move.cancelled)
    keep_ranges(session, rows.values())
