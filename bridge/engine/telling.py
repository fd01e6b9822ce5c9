"""The figure of a sale on the wire: shops that show too much are told before anything else is done.

One transaction takes the leases of these shops, writes their figures down and claims the first call of each; then the calls begin
together. Only what falls goes out here, and only what no guard may hold. All else is left to the run that goes on.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

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
from bridge.errors import UserError
from bridge.model import OpKind
from bridge.planning.stock_range import Need
from bridge.store.drift import held_back
from bridge.store.figures import StockRow, rest_stock
from bridge.store.journal import has_expired, record, to_do
from bridge.store.listings import chunks
from bridge.store.turns import take_turn

Falls = Mapping[int, Sequence[StockRow]]  # by shop


def tell_falls(engine: Engine, runs: Sequence[ShopRun], run_id: int, until: float) -> None:
    """Sends the figures that fell, as many shops at a time as the office allows. Shops that it worked on are entered."""
    falls = load_falls(engine, [run.shop.shop_id for run in runs if run.shop.state == "ok"])
    telling = [run for run in runs if run.shop.shop_id in falls]
    for run in telling:
        guarded(engine, run, lambda run: open_lane(engine, run, run_id))
    opened = [run for run in telling if run.code == 0 and run.lane is not None]
    for some in chunks(opened, engine.settings.parallel_shops):
        claimed = begin(engine, some, falls)
        with ThreadPoolExecutor(len(some), thread_name_prefix="tell") as pool:
            calls = [
                pool.submit(endured, run, partial(finish, claimed=claimed[run.shop.shop_id], until=until))
                for run in some
                if claimed.get(run.shop.shop_id)
            ]
        for call in calls:
            call.result()  # somebody may have asked this process to end


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


def open_lane(engine: Engine, run: ShopRun, run_id: int) -> None:
    """Where the figure can be told now; else the run that goes on asks anew."""
    run.open = ready(engine, run, None)
    lane = run.lane
    assert lane is not None
    lane.run_id = run_id
    if not run.open or lane.connector.capabilities().by_file or OpKind.STOCK.value not in sendable(lane):
        run.lane = None


def begin(engine: Engine, runs: Sequence[ShopRun], falls: Falls) -> Mapping[int, list[Operation]]:
    """What each shop's first call carries, committed as in flight. Where another run holds the shop the figures are written down
    for it. What the database refuses here it refuses, or takes, once more in the run that goes on, and that tells of it."""

    def work(session: Session) -> dict[int, list[Operation]]:
        take_turn(session.connection(), *(run.shop.merchant_id for run in runs))
        lanes = {run.shop.shop_id: run.lane for run in runs if run.lane is not None}
        for run in runs:
            run.beside = not lanes[run.shop.shop_id].enter_in(session)
        # stock before listings, as everywhere
        lock_gated(session, [row for shop_id in lanes for row in falls[shop_id]])
        write_down(session, engine, lanes, falls)
        return {run.shop.shop_id: claim_once(session, lanes[run.shop.shop_id])[0] for run in runs if not run.beside}

    try:
        claimed = engine.store.run(work)
    except UserError:
        for run in runs:
            run.lane = None
        return {}
    engine.reach("claim:after-commit")
    return claimed


def write_down(session: Session, engine: Engine, lanes: Mapping[int, Lane], falls: Falls) -> None:
    """The figures as operations that wait; a figure of one that waits already takes its place."""
    steps = [step for shop_id in lanes for step in stock_steps(shop_id, falls[shop_id])]
    run_id = next(lane.run_id for lane in lanes.values())
    record(session, [operation_of(step) for step in steps], run_id, engine.clock())
    rest_stock(session, [row.listing_sku_id for shop_id in lanes for row in falls[shop_id]])
    engine.reach("record:before-commit")


def finish(run: ShopRun, claimed: Sequence[Operation], until: float) -> None:
    """The call, and whatever else of the shop is due then."""
    lane = run.lane
    assert lane is not None
    deliver(lane, claimed)
    with lane.engine.store.read() as session:
        left = to_do(session, lane.shop.shop_id, lane.engine.clock()).get("pending", 0)
    if left:
        send_together(lane, until, lambda _done: None, left)
