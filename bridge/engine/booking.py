"""Orders into the ledger: each order under its lock, each piece once, and the channel's range moved in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bridge.engine.context import Lane
from bridge.engine.locations import locations_of
from bridge.engine.ranges import lock_rows, put_range, range_of
from bridge.model import RemoteLine, RemoteOrder
from bridge.planning.fingerprint import fingerprint
from bridge.planning.orders import BUCKETS, Binding, Line, OrderPlan, plan_order
from bridge.planning.places import after_order
from bridge.planning.stock_range import book_cancellation, book_order
from bridge.store.catalog import row_id
from bridge.store.exposures import log_exposure, parts_of
from bridge.store.ledger import NewEntry, add_entry
from bridge.store.listings import resolve_line
from bridge.store.orders import (
    drop_lines,
    drop_order_writes,
    lines_of,
    locations_of_lines,
    lock_order,
    save_buyer,
    was_cancelled,
)
from bridge.store.tables import Order, OrderLine, Shop


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


def places_of(session: Session, lane: Lane) -> Places:
    """As the business has set it."""
    rows = session.get_one(Shop, lane.shop.shop_id).warehouses
    behind = {row["id"]: row["location_id"] for row in rows if row["location_id"] is not None}
    names = {row.name: row_id(row) for row in locations_of(session, lane.shop.merchant_id)}
    return Places(names[""], behind, len(names) > 1)


def book_order_once(session: Session, lane: Lane, remote: RemoteOrder, places: Places, now: datetime) -> str:
    """One order, compared and written under the lock on its row: new, changed or same."""
    order, new = lock_order(session, lane.shop.shop_id, remote, now)
    digest = digest_of(remote)
    rows = {line.line_key: line for line in lines_of(session, row_id(order))}
    if order.digest == digest and not any(line.parked for line in rows.values()):
        return "same"
    plan = plan_order(
        remote, {key: booked_line(row) for key, row in rows.items()}, Resolver(session, lane.shop.shop_id), now
    )
    save_order(session, order, remote, plan, rows)
    write_entries(session, lane, order, plan, places, now)
    move_ranges(session, plan, emptied=cancelled_by_us(session, row_id(order), plan))
    log_exposure(session, {line.binding.sku_id for line in plan.lines if line.binding is not None}, now)
    if plan.lines and not any(line.held for line in plan.lines):
        drop_order_writes(session, row_id(order), now)
    changed = order.digest != digest
    order.digest = digest
    if remote.buyer:
        save_buyer(session, lane.engine.cipher, order, remote.buyer, now, lane.engine.settings.buyer_days)
    return "new" if new else "changed" if changed else "same"


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


def booked_line(row: OrderLine) -> Line:
    """What is booked of a line."""
    binding = None
    if row.listing_sku_id is not None and row.sku_id is not None:
        binding = Binding(row.listing_sku_id, row.sku_id, row.units)
    remote = RemoteLine(
        row.remote_item_id, row.remote_sku_id, row.seller_sku, row.title, row.ordered, price_idr=row.price_idr
    )
    return Line(row.line_key, remote, binding, row.ordered, row.shipped, row.cancelled, row.recalled, row.returned)


def save_order(
    session: Session, order: Order, remote: RemoteOrder, plan: OrderPlan, rows: dict[str, OrderLine]
) -> None:
    """The order and its lines as they are now known."""
    order.status, order.open, order.total_idr = remote.status, remote.open, remote.total_idr
    order.changed_at = remote.updated_at
    drop_lines(session, row_id(order), plan.dropped)
    for line in plan.lines:
        row = rows.get(line.key)
        if row is None:
            row = OrderLine(order_id=row_id(order), line_key=line.key)
            session.add(row)
            rows[line.key] = row
        for bucket in BUCKETS:
            setattr(row, bucket, getattr(line, bucket))
        row.remote_item_id, row.remote_sku_id = line.remote.remote_id, line.remote.remote_sku_id
        row.seller_sku, row.title, row.price_idr = line.remote.seller_sku, line.remote.title, line.remote.price_idr
        if line.binding is not None:
            row.listing_sku_id, row.sku_id, row.units = (
                line.binding.listing_sku_id,
                line.binding.sku_id,
                line.binding.units,
            )
        problem = plan.parked.get(line.key)
        row.parked = None if problem is None else asdict(problem)
    session.flush()


def write_entries(session: Session, lane: Lane, order: Order, plan: OrderPlan, places: Places, now: datetime) -> None:
    """The ledger entries, each with a source that makes it count once."""
    taken = taken_from(session, order, plan, places)
    rows = {row.line_key: row_id(row) for row in lines_of(session, row_id(order))}
    parts = parts_of(session, sorted({entry.sku_id for entry in plan.entries}))
    new = []
    for entry in plan.entries:
        source = f"order/{lane.shop.shop_id}/{order.remote_order_id}/{entry.line_key}/{entry.kind}/{entry.cumulative}"
        one = NewEntry(
            sku_id=entry.sku_id,
            location_id=taken.get(entry.line_key, places.default),
            source=source,
            kind=entry.kind,
            on_hand=entry.on_hand,
            held=entry.held,
            moved_at=entry.moved_at,
            order_line_id=rows.get(entry.line_key),
            units=entry.units,
        )
        new += [one] if entry.sku_id not in parts else taken_apart(one, parts[entry.sku_id])
    for each in sorted(new, key=lambda entry: entry.sku_id):
        add_entry(session, each, now)


def taken_from(session: Session, order: Order, plan: OrderPlan, places: Places) -> dict[str, int]:
    """The location of each line's goods. What was booked first stays: a cancelled piece goes back where it was held."""
    if not places.several:
        return {}
    told = {line.key: places.behind.get(line.remote.location, places.default) for line in plan.lines}
    return told | locations_of_lines(session, row_id(order))


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
    rows = lock_rows(session, [move.listing_sku_id for move in plan.moved])
    for move in plan.moved:
        row = rows[move.listing_sku_id]
        state = book_order(range_of(row), move.booked) if move.booked else range_of(row)
        state = book_cancellation(state, move.cancelled) if move.cancelled else state
        put_range(row, replace(state, base=None) if emptied and move.cancelled else state)
        row.places = None if emptied else after_order(row.places, move.location, move.booked - move.cancelled)
    session.flush()
