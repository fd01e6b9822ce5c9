"""What happened to a SKU's stock: its counts and movements, the orders that hold pieces, the newest write to each listing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from bridge.connectors.meanings import Meaning
from bridge.engine.context import Engine
from bridge.engine.refusals import meaning_of, who_of
from bridge.engine.stock_views import find_sku
from bridge.store.catalog import row_id
from bridge.store.ledger import history
from bridge.store.tables import ListingSku, Location, OperationRow, OperationSku, Order, OrderLine, Shop, Sku


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Pieces that an order holds: bought, not shipped, not cancelled."""

    order: str
    channel: str
    shop: int
    status: str
    pieces: int


@dataclass(frozen=True, slots=True)
class WriteState:
    """The newest write that concerns a SKU on a listing: what it is, how it stands, what the channel said and what that means."""

    listing: int
    kind: str
    state: str
    stock: int | None
    code: str
    message: str
    due_at: datetime
    settled_at: datetime | None
    meaning: str | None
    who: str | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One count or movement. A count says what was there, a movement by how much it changed; of an order: which, and whose."""

    at: datetime
    kind: str
    on_hand: int | None
    held: int
    quantity: int | None
    source: str
    note: str | None
    location: str = ""
    shop: int | None = None
    order: str | None = None


def orders_holding(engine: Engine, sku_id: int) -> list[HeldBy]:
    """The orders that hold pieces of a SKU, the oldest first."""
    left = col(OrderLine.ordered) - col(OrderLine.shipped) - col(OrderLine.cancelled)
    query = (
        select(
            col(Order.remote_order_id),
            col(Shop.channel),
            col(Order.shop_id),
            col(Order.status),
            left * col(OrderLine.units),
        )
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(Shop, col(Shop.id) == col(Order.shop_id))
        .where(col(OrderLine.sku_id) == sku_id, left > 0)
        .order_by(col(Order.ordered_at), col(Order.id))
    )
    with engine.store.read() as session:
        return [HeldBy(*row) for row in session.execute(query)]


def newest_writes(engine: Engine, sku_id: int) -> dict[int, WriteState]:
    """By listing, the newest write that carried a stock figure of the SKU."""
    newest = (
        select(func.max(col(OperationRow.id)))
        .join(OperationSku, col(OperationSku.operation_id) == col(OperationRow.id))
        .join(ListingSku, col(ListingSku.id) == col(OperationSku.listing_sku_id))
        .where(col(ListingSku.sku_id) == sku_id, col(OperationRow.kind).in_(("create", "stock")))
        .group_by(col(OperationRow.listing_id))
    )
    query = (
        select(OperationRow, col(OperationSku.stock), col(Shop.channel))
        .join(Shop, col(Shop.id) == col(OperationRow.shop_id))
        .join(OperationSku, col(OperationSku.operation_id) == col(OperationRow.id))
        .join(ListingSku, col(ListingSku.id) == col(OperationSku.listing_sku_id))
        .where(col(OperationRow.id).in_(newest), col(ListingSku.sku_id) == sku_id)
    )
    with engine.store.read() as session:
        rows = [(row, stock, channel) for row, stock, channel in session.execute(query)]
    return {row.listing_id: write_state(engine, row, stock, channel) for row, stock, channel in rows if row.listing_id}


def write_state(engine: Engine, row: OperationRow, stock: int | None, channel: str) -> WriteState:
    """A refused write always means something, one that waits only where the channel said why."""
    told = meaning_of(engine, channel, row.code, row.message) if row.state in ("rejected", "pending") else None
    meaning = Meaning.UNKNOWN if told is None and row.state == "rejected" else told
    return WriteState(
        row.listing_id or 0,
        row.kind,
        row.state,
        stock,
        row.code,
        row.message,
        row.due_at,
        row.settled_at,
        meaning.value if meaning is not None else None,
        who_of(meaning) if meaning is not None else None,
    )


def stock_history(engine: Engine, code: str, merchant: str | None = None) -> list[HistoryRow]:
    """Counts and movements of a SKU in the order of their dates."""
    with engine.store.read() as session:
        sku = find_sku(session, code, merchant)
        counts, entries = history(session, row_id(sku))
        query = select(col(Location.id), col(Location.name)).where(col(Location.merchant_id) == sku.merchant_id)
        names = {row[0]: row[1] for row in session.execute(query)}
    rows = [
        HistoryRow(each.counted_at, "count", None, 0, each.quantity, each.source, each.note, names[each.location_id])
        for each in counts
    ] + [
        HistoryRow(
            entry.moved_at,
            entry.kind,
            entry.on_hand,
            entry.held,
            None,
            entry.source,
            entry.note,
            names[entry.location_id],
            *order_of(entry.source),
        )
        for entry in entries
    ]
    return sorted(rows, key=lambda row: row.at)


def order_of(source: str) -> tuple[int | None, str | None]:
    """Shop and order number of what an order moved: `order/<shop>/<order>/…`."""
    kind, *rest = source.split("/", 3)
    return (int(rest[0]), rest[1]) if kind == "order" and len(rest) == 3 else (None, None)


def order_lines(engine: Engine, order_ids: Sequence[int]) -> dict[int, list[tuple[OrderLine, str | None]]]:
    """The lines of orders, each with our code of what was bought: not every channel tells it."""
    query = select(OrderLine, col(Sku.code)).outerjoin(Sku, col(Sku.id) == col(OrderLine.sku_id))
    query = query.where(col(OrderLine.order_id).in_(list(order_ids))).order_by(col(OrderLine.id))
    found: dict[int, list[tuple[OrderLine, str | None]]] = {}
    with engine.store.read() as session:
        for line, code in session.execute(query):
            found.setdefault(line.order_id, []).append((line, code))
    return found
