"""The figure of a sale on the wire: shops that show too much are told before anything else is done.

One transaction per shop takes its lease, writes the figures down and claims the first call; that call begins at once, while the
next shop's is prepared. Only what falls goes out here, and only what no guard may hold. All else is left to the run that goes on.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlmodel import Session

from bridge.connectors.base import Operation
from bridge.engine.claim import claim_once, sendable
from bridge.engine.context import Engine, Lane
from bridge.engine.drain import deliver, send_together
from bridge.engine.enduring import endured, guarded
from bridge.engine.gate import lock_gated
from bridge.engine.look_first import asked_kinds
from bridge.engine.plans import is_explained, is_over, need_of, stock_steps
from bridge.engine.ranges import desired_stock, sold_out_untold
from bridge.engine.record import operation_of
from bridge.engine.runs import ShopRun
from bridge.engine.shares import dirty_rows
from bridge.engine.sync import ready
from bridge.model import OpKind
from bridge.planning.stock_range import Need
from bridge.store.drift import held_back
from bridge.store.figures import StockRow, rest_stock
from bridge.store.journal import has_expired, record, to_do
from bridge.store.listings import chunks

Falls = Mapping[int, Sequence[StockRow]]  # by shop


def tell_falls(engine: Engine, runs: Sequence[ShopRun], run_id: int, until: float) -> None:
    """Sends the figures that fell, as many shops at a time as the office allows. Shops that it worked on are entered."""
    falls = load_falls(engine, [run.shop.shop_id for run in runs if run.shop.state == "ok"])
    telling = [run for run in runs if run.shop.shop_id in falls]
    for some in chunks(telling, engine.settings.parallel_shops):
        with ThreadPoolExecutor(len(some), thread_name_prefix="tell") as calls:

            def tell(run: ShopRun, calls: ThreadPoolExecutor = calls, last: ShopRun = some[-1]) -> None:
                claimed = begin(engine, run, falls[run.shop.shop_id], run_id)
                if claimed and run is last:
                    finish(run, claimed, until)
                elif claimed:
                    calls.submit(endured, run, lambda run: finish(run, claimed, until))

            for run in some:
                guarded(engine, run, tell)


def load_falls(engine: Engine, shop_ids: Sequence[int]) -> Falls:
    """The figures that fall, by shop. None where a reading has to come before a write, or a lost write has to be forgotten."""
    falls: dict[int, list[StockRow]] = {}
    if OpKind.STOCK.value in asked_kinds(engine):
        return falls
    with engine.store.read() as session:
        if has_expired(session, engine.clock()):
            return falls
        for row in dirty_rows(session, *shop_ids):
            if surely_falls(row):
                falls.setdefault(row.shop_id, []).append(row)
        held = {shop_id: held_back(session, shop_id) for shop_id in falls}
    left = {
        shop_id: [row for row in rows if not held[shop_id].figure(row.listing_id, row.listing_sku_id)]
        for shop_id, rows in falls.items()
    }
    return {shop_id: rows for shop_id, rows in left.items() if rows}


def surely_falls(row: StockRow) -> bool:
    """The channel may sell more than it should be told, and no guard can hold that: it comes of the ledger, or is no 0."""
    wanted = desired_stock(row)
    if wanted is None or row.may_sell is None or wanted >= row.may_sell or need_of(row) is not Need.WRITE:
        return False
    return not sold_out_untold(row) and (wanted > 0 or is_explained(row) or is_over(row))


def begin(engine: Engine, run: ShopRun, rows: Sequence[StockRow], run_id: int) -> list[Operation]:
    """What the shop's first call carries, committed as in flight. Where another run holds the shop the figures are written down
    for it."""
    run.open = ready(engine, run, None)
    lane = run.lane
    assert lane is not None
    lane.run_id = run_id
    if not run.open or lane.connector.capabilities().by_file or OpKind.STOCK.value not in sendable(lane):
        run.lane = None  # the run that goes on asks anew
        return []

    def work(session: Session) -> list[Operation]:
        run.beside = not lane.enter_in(session)
        lock_gated(session, rows)  # stock before listings, as everywhere
        write_down(session, lane, rows)
        return claim_once(session, lane)[0] if not run.beside else []

    claimed = engine.store.run(work)
    engine.reach("claim:after-commit")
    return claimed


def write_down(session: Session, lane: Lane, rows: Sequence[StockRow]) -> None:
    """The figures as operations that wait; a figure of one that waits already takes its place."""
    steps = stock_steps(lane.shop.shop_id, rows)
    record(session, [operation_of(step) for step in steps], lane.run_id, lane.engine.clock())
    rest_stock(session, [row.listing_sku_id for row in rows])
    lane.engine.reach("record:before-commit")


def finish(run: ShopRun, claimed: Sequence[Operation], until: float) -> None:
    """The call, and whatever else of the shop is due then."""
    lane = run.lane
    assert lane is not None
    deliver(lane, claimed)
    with lane.engine.store.read() as session:
        left = to_do(session, lane.shop.shop_id, lane.engine.clock()).get("pending", 0)
    if left:
        send_together(lane, until, lambda _done: None, left)
