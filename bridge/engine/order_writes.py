"""What a person does with orders: shipping and cancelling. Written down first, sent under the shop's lease, read back afterwards.

A shipment whose answer was lost is looked for, never sent twice; while one is under way none is written down beside it.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select, update
from sqlmodel import Session, col

from bridge.engine.context import Engine, Lane
from bridge.engine.drain import drain
from bridge.engine.enduring import explain, guarded
from bridge.engine.pull import save
from bridge.engine.refusals import meaning_of
from bridge.engine.runs import ShopRun, Told
from bridge.engine.sync import ready, shops_of
from bridge.errors import UserError
from bridge.model import OpKind, RemoteOrder
from bridge.planning.plan import LANES
from bridge.store.catalog import row_id
from bridge.store.journal import BUSY, NewOperation, record
from bridge.store.orders import held_pieces, orders_by_number, orders_to_ship
from bridge.store.shops import ShopView
from bridge.store.tables import OperationRow, Order

WAIT_S = 20.0  # how long a command stays for what the channel has not answered yet
ORDER_KINDS = (OpKind.SHIP, OpKind.CANCEL)
WAITING = ("pending", *BUSY)


@dataclass(frozen=True, slots=True)
class OrderWrite:
    """One order that a person wants shipped or cancelled."""

    order_id: int
    number: str
    shop: ShopView
    kind: OpKind
    payload: Mapping[str, str]


@dataclass(kw_only=True)
class Ending:
    """How a write ended: done, rejected, waiting, handed over to the run that holds the shop, or over: nothing was left to do."""

    write: OrderWrite
    state: str = "waiting"
    message: str = ""
    meaning: str | None = None


@dataclass(kw_only=True)
class Written:
    """All endings, what the shops said, and the worst exit code."""

    endings: list[Ending] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    code: int = 0


def find_order(engine: Engine, number: str, shop_ids: Sequence[int] | None = None) -> tuple[Order, ShopView]:
    """The order of that number. Raises UserError where there is none, or one in several shops."""
    with engine.store.read() as session:
        found = orders_by_number(session, number.strip(), shop_ids)
    if not found:
        raise UserError("There is no order {order}. Fetch new ones with: jembatan sync", order=number)
    shops = {shop.shop_id: shop for shop in shops_of(engine)}
    if len(found) > 1:
        names = ", ".join(f"{order.shop_id} ({shops[order.shop_id].channel})" for order in found)
        raise UserError(
            "Several shops have an order {order}: {shops}. Name the shop with --shop.", order=number, shops=names
        )
    return found[0], shops[found[0].shop_id]


def to_ship(engine: Engine, shops: Sequence[ShopView], payload: Mapping[str, str]) -> list[OrderWrite]:
    """The paid orders of these shops that wait to be shipped and of which nothing is under way."""
    by_id = {shop.shop_id: shop for shop in shops}
    words = {shop.channel: tuple(words_of(engine, shop.channel).get("to_ship", ())) for shop in shops}
    with engine.store.read() as session:
        found = [order for shop in shops for order in orders_to_ship(session, shop.shop_id, words[shop.channel])]
        free = [order for order in found if not under_way(session, row_id(order), OpKind.SHIP)]
    return [
        OrderWrite(row_id(order), order.remote_order_id, by_id[order.shop_id], OpKind.SHIP, payload) for order in free
    ]


def words_of(engine: Engine, channel: str) -> Mapping[str, Sequence[str]]:
    """What the channel's own file says of orders."""
    from bridge.settings import channel_config

    found: Mapping[str, Sequence[str]] = channel_config(channel, engine.settings.home).get("orders", {})
    return found


def reasons_of(engine: Engine, channel: str) -> list[str]:
    """The reasons for a cancellation that the channel takes, by our names; empty where it takes any."""
    from bridge.settings import channel_config

    config = channel_config(channel, engine.settings.home)
    return list(dict.fromkeys([*config.get("reasons", {}), *config.get("reasons_unpaid", {})]))


def reason_of(engine: Engine, channel: str, wanted: str) -> str:
    """A reason as typed, in the name that the channel's file has for it. Raises UserError with the choices."""
    known, typed = reasons_of(engine, channel), wanted.strip().upper().replace("-", "_").replace(" ", "_")
    if known and typed not in known:
        shown = ", ".join(name.lower().replace("_", "-") for name in known)
        raise UserError(
            "{channel} knows no reason {reason}. Choose one of: {reasons}",
            channel=channel,
            reason=wanted,
            reasons=shown,
        )
    return typed if known else wanted


def must_fit(engine: Engine, write: OrderWrite) -> None:
    """Raises UserError where the write makes no sense any more, or the channel does not take it from us."""
    lane = Lane(engine=engine, shop=write.shop)
    if write.kind not in lane.connector.capabilities().batch:
        raise UserError(
            "{channel} does not let programs do this. Do it in the seller centre; jembatan sync then sees it.",
            channel=write.shop.channel,
        )
    with engine.store.read() as session:
        if under_way(session, write.order_id, write.kind):
            return  # asked for already: what is said of it comes from its ending
        if not held_pieces(session, write.order_id):
            raise UserError(
                "Of the order {order} nothing is left to ship or to cancel: it is on its way, over or cancelled.",
                order=write.number,
            )
        if write.kind is OpKind.SHIP and under_way(session, write.order_id, OpKind.CANCEL):
            raise UserError("The order {order} is being cancelled. Look again with: jembatan sync", order=write.number)


def under_way(session: Session, order_id: int, kind: OpKind) -> bool:
    """Whether a write of this kind waits or is being sent."""
    query = select(col(OperationRow.id)).where(
        col(OperationRow.order_id) == order_id,
        col(OperationRow.kind) == kind.value,
        col(OperationRow.state).in_(WAITING),
    )
    return session.execute(query.limit(1)).first() is not None


def write_orders(engine: Engine, writes: Sequence[OrderWrite], wait_s: float = WAIT_S) -> Written:
    """Records the writes, sends those of each shop, reads the orders back and says how each ended."""
    result = Written()
    with engine.store.write() as session:
        for write in writes:
            record_write(session, engine, write)
    engine.reach("record:after-commit")
    for shop in {write.shop.shop_id: write.shop for write in writes}.values():
        mine = [write for write in writes if write.shop.shop_id == shop.shop_id]
        run = ShopRun(shop=shop)
        guarded(engine, run, lambda run, mine=mine: send(engine, run, mine, wait_s))  # type: ignore[misc]
        result.told += run.told
        result.endings += [ending_of(engine, write, run.beside) for write in mine]
        result.code = worst([result.code, run.code, *(code_of(each) for each in result.endings)])
    return result


def record_write(session: Session, engine: Engine, write: OrderWrite) -> None:
    """Writes one down, unless the same is under way already. A cancellation ends a shipment that was not sent yet."""
    session.get_one(Order, write.order_id, with_for_update=True, populate_existing=True)
    now = engine.clock()
    if write.kind is OpKind.CANCEL:
        waiting = (col(OperationRow.order_id) == write.order_id, col(OperationRow.kind) == OpKind.SHIP.value)
        unsent = (col(OperationRow.state) == "pending", col(OperationRow.ticket) == "")
        values = {"state": "dropped", "settled_at": now, "message": "the order is cancelled"}
        session.execute(update(OperationRow).where(*waiting, *unsent).values(**values))
    if under_way(session, write.order_id, write.kind):
        return
    new = NewOperation(
        shop_id=write.shop.shop_id,
        target=f"order/{write.order_id}",
        kind=write.kind.value,
        lane=LANES[write.kind],
        reason="asked",
        order_id=write.order_id,
        payload=write.payload,
    )
    record(session, [new], None, now)


def send(engine: Engine, run: ShopRun, writes: Sequence[OrderWrite], wait_s: float) -> None:
    """Drains the shop's writes about orders, and nothing else, until these are settled or the time is over."""
    if not ready(engine, run, None):
        return
    assert run.lane is not None
    lane = run.lane
    lane.shop = only_kinds(lane, ORDER_KINDS)
    run.beside = not lane.enter()
    if run.beside:
        run.fail(
            7, "{shop}: another run is working on this shop. It sends what was written down; look again in a minute."
        )
        return
    try:
        until = time.monotonic() + wait_s
        while open_writes(engine, writes) and time.monotonic() < until:
            due = drain(lane, until)
            rest = (due - engine.clock()).total_seconds() if due is not None else wait_s
            if not open_writes(engine, writes) or rest > until - time.monotonic():
                break
            engine.sleep(max(0.0, rest))
        read_back(lane, [write.number for write in writes])
        if lane.trouble is not None and open_writes(engine, writes):
            explain(run, lane.trouble)
    finally:
        lane.leave()


def only_kinds(lane: Lane, kinds: Collection[OpKind]) -> ShopView:
    """The shop as if the channel took nothing but such writes now: the rest is a run's business."""
    others = {kind.value: "" for kind in lane.connector.capabilities().batch if kind not in kinds}
    return replace(lane.shop, blocked={**others, **lane.shop.blocked})


def open_writes(engine: Engine, writes: Sequence[OrderWrite]) -> bool:
    """Whether something of these is not settled."""
    with engine.store.read() as session:
        return any(under_way(session, write.order_id, write.kind) for write in writes)


def read_back(lane: Lane, numbers: Sequence[str]) -> None:
    """The orders as the channel shows them now, booked like any other news."""
    found = [order for order in lane.connector.orders(numbers) if isinstance(order, RemoteOrder)]
    if found:
        save(lane, found, None)


def ending_of(engine: Engine, write: OrderWrite, beside: bool) -> Ending:
    """What the journal says of a write now."""
    query = (
        select(OperationRow)
        .where(col(OperationRow.order_id) == write.order_id, col(OperationRow.kind) == write.kind.value)
        .order_by(col(OperationRow.id).desc())
        .limit(1)
    )
    with engine.store.read() as session:
        row = session.execute(query).scalar_one()
    state = row.state
    if state == "dropped":  # nothing is left of the order: refused before that was seen, or not sent at all
        state = "rejected" if row.code else "over"
    elif state not in ("done", "rejected"):
        state = "handed" if beside else "waiting"
    known = meaning_of(engine, write.shop.channel, row.code, row.message) if state == "rejected" else None
    return Ending(write=write, state=state, message=row.message, meaning=known.value if known is not None else None)


def code_of(ending: Ending) -> int:
    """The exit code of one ending."""
    return {"done": 0, "rejected": 3, "over": 3, "handed": 7}.get(ending.state, 4)


def worst(codes: Sequence[int]) -> int:
    """Whose exit code the command ends with."""
    from bridge.engine.runs import URGENCY

    return next((code for code in URGENCY if code in codes), 0)
