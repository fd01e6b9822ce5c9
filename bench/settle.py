"""Settling the journal against raw SQLite: the same rows changed, the same pragmas, the same transaction size."""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

from bench.calls import add_products
from bench.world import home
from bridge.connectors.base import Outcome, Verdict
from bridge.connectors.memory import plugin
from bridge.engine.claim import claim
from bridge.engine.connecting import store_app, store_grants
from bridge.engine.context import Engine, Lane
from bridge.engine.plans import make_plan
from bridge.engine.record import record_plan
from bridge.engine.remap import remap
from bridge.engine.settle import settle
from bridge.engine.sync import shops_of
from bridge.model import Grant
from bridge.store.engine import CACHE_KB

OPERATIONS = 400
RULES = 'name = "memory"\n[[category]]\nid = "101"\nwords = ["keripik"]\n'
RULES += '[[attribute]]\nnames = ["Masa Simpan"]\ndefault = ["6 bulan"]\n'
RULES += '[[attribute]]\nnames = ["Kondisi"]\ndefault = ["Baru"]\n'
FIND = "select o.listing_id, o.kind, o.applies from operation o join lease l on l.name = ? and l.fence = ? where o.id in ({})"
APPLY = """update facet set applied = desired, applied_fp = desired_fp, dirty = 0
           where listing_id = ? and kind = ? and desired_fp = ?"""
END_SKUS = (
    """update operation_sku set verdict = 'done', code = '', message = '', open_stock = null where operation_id = ?"""
)
END = """update operation set state = 'done', settled_at = '2026-11-26 00:00:00.000000', ticket = '', code = '', message = ''
         where id = ?"""


def run() -> None:
    """Price writes are settled one operation a transaction, as Shopee takes them, and fifty at a time."""
    with home() as engine:
        lane = prepare(engine)
        ids = take_all(lane)
        engine.store.close()
        file = engine.settings.home / "jembatan.sqlite3"
        kept = shutil.copy(file, file.with_name("kept"))
        print(f"{'operations a transaction':<28}{'ours /s':>10}{'raw /s':>10}{'ratio':>8}")
        for size, rounds in ((1, 3), (50, 30)):
            took: list[tuple[float, float]] = []
            for _ in range(rounds):
                shutil.copy(kept, file)
                copy = shutil.copy(kept, file.with_name("copy"))
                took += race(lane, copy, [ids[start : start + size] for start in range(0, len(ids), size)])
            ours, raw = (size / median(each) for each in zip(*took, strict=True))
            print(f"{size:<28}{ours:>10.0f}{raw:>10.0f}{ours / raw:>8.2f}", flush=True)


def race(lane: Lane, copy: Path, batches: Sequence[Sequence[int]]) -> list[tuple[float, float]]:
    """The seconds that each transaction took: ours, and raw on a copy of the file. They take turns, so that whatever else the
    machine does slows both."""
    with closing(connect(copy)) as db, closing(lane.engine.store):
        return [(timed(settle_ours, lane, ids), timed(settle_raw, db, lane, ids)) for ids in batches]


def timed(work: Callable[..., None], *given: object) -> float:
    """How long it took, in seconds."""
    begun = time.perf_counter()
    work(*given)
    return time.perf_counter() - begun


def prepare(engine: Engine, operations: int = OPERATIONS) -> Lane:
    """A shop whose listings are live, with a new price for each of them in the journal."""
    folder = engine.settings.home / "config" / "mapping"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.toml").write_text(RULES, encoding="utf-8")
    add_products(engine, "Usaha", range(operations))
    settings = {"base_url": "memory", "world": str(engine.settings.home)}
    token = plugin.market(settings).new_token("1")
    app = store_app(engine, "memory", "app", "secret", settings)
    store_grants(engine, "memory", "Usaha", app, [Grant(token, "r", None, None, None, ("1",))])
    lane = Lane(engine=engine, shop=shops_of(engine)[0])
    lane.enter()
    remap(lane)
    with engine.store.write() as session:
        session.connection().exec_driver_sql("update listing set remote_item_id = id")
        session.connection().exec_driver_sql(
            "update listing_sku set remote_item_id = listing_id, remote_sku_id = id, listed = 1, stock_dirty = 0"
        )
        session.connection().exec_driver_sql(
            "update facet set dirty = 0, applied = desired, applied_fp = desired_fp where kind <> 'price'"
        )
    record_plan(lane, make_plan(lane))
    return lane


def take_all(lane: Lane) -> list[int]:
    """Every operation, claimed."""
    claimed = []
    while some := claim(lane):
        claimed += [operation.operation_id for operation in some]
    return claimed


def settle_ours(lane: Lane, ids: Sequence[int]) -> None:
    """One transaction of the engine."""
    settle(lane, [Outcome(key, Verdict.DONE) for key in ids])


def connect(file: Path) -> sqlite3.Connection:
    """A connection with the pragmas that the store sets."""
    db = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"cache_size={-CACHE_KB}"):
        db.execute(f"PRAGMA {pragma}")
    return db


def settle_raw(db: sqlite3.Connection, lane: Lane, ids: Sequence[int]) -> None:
    """The same reads and writes by bare sqlite3, without a decision: the lease is ours, each facet is wanted as it was sent."""
    assert lane.lease is not None
    db.execute("BEGIN IMMEDIATE")
    found = FIND.format(",".join("?" * len(ids)))
    rows = db.execute(found, (lane.lease.name, lane.lease.fence, *ids)).fetchall()
    db.executemany(APPLY, [(listing_id, kind, json.loads(applies)[kind]) for listing_id, kind, applies in rows])
    db.executemany(END_SKUS, [(key,) for key in ids])
    db.executemany(END, [(key,) for key in ids])
    db.execute("COMMIT")
