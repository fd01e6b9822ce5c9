"""Settling the journal against raw SQLite: the same rows changed, the same pragmas, the same transaction size."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

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

OPERATIONS = 400
RULES = 'name = "memory"\n[[category]]\nid = "101"\nwords = ["keripik"]\n'
RULES += '[[attribute]]\nnames = ["Masa Simpan"]\ndefault = ["6 bulan"]\n'
RULES += '[[attribute]]\nnames = ["Kondisi"]\ndefault = ["Baru"]\n'


def run() -> None:
    """Price writes are settled one operation a transaction, as Shopee takes them, and fifty at a time."""
    print(f"{'operations a transaction':<28}{'ours /s':>10}{'raw /s':>10}{'ratio':>8}")
    for size in (1, 50):
        with home() as engine:
            lane = prepare(engine)
            done = [Outcome(operation.operation_id, Verdict.DONE) for operation in take_all(lane)]
            copy = Path(tempfile.mkdtemp(prefix="jembatan-bench-"))
            try:
                engine.store.close()
                shutil.copytree(engine.settings.home, copy / "home")
                ours = measure_ours(lane, done, size)
                raw = measure_raw(copy / "home" / "jembatan.sqlite3", [outcome.operation_id for outcome in done], size)
            finally:
                shutil.rmtree(copy)
        print(f"{size:<28}{ours:>10.0f}{raw:>10.0f}{ours / raw:>8.2f}", flush=True)


def prepare(engine: Engine) -> Lane:
    """A shop whose listings are live, with a new price for each of them in the journal."""
    folder = engine.settings.home / "config" / "mapping"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.toml").write_text(RULES, encoding="utf-8")
    add_products(engine, "Usaha", range(OPERATIONS))
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
        claimed += some
    assert len(claimed) == OPERATIONS
    return claimed


def measure_ours(lane: Lane, outcomes: Sequence[Outcome], size: int) -> float:
    """Operations settled a second by the engine."""
    begun = time.monotonic()
    for start in range(0, len(outcomes), size):
        settle(lane, outcomes[start : start + size])
    return len(outcomes) / (time.monotonic() - begun)


def measure_raw(file: Path, ids: Sequence[int], size: int) -> float:
    """The same reads and writes by bare sqlite3, with the statements that the facts need and no decision."""
    db = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):  # as the store sets them
        db.execute(f"PRAGMA {pragma}")
    begun = time.monotonic()
    for start in range(0, len(ids), size):
        some = ids[start : start + size]
        marks = ",".join("?" * len(some))
        db.execute("BEGIN IMMEDIATE")
        rows = db.execute(f"select * from operation where id in ({marks})", some).fetchall()  # noqa: S608
        db.execute(f"select * from operation_sku where operation_id in ({marks})", some).fetchall()  # noqa: S608
        listings = [(row[3],) for row in rows]
        for listing in listings:
            db.execute("select * from facet where listing_id = ?", listing).fetchall()
        db.executemany(
            "update facet set applied = desired, applied_fp = desired_fp, dirty = 0 where listing_id = ? and kind = 'price'",
            listings,
        )
        db.executemany(
            "update operation_sku set verdict = 'done', code = '', message = '' where operation_id = ?",
            [(key,) for key in some],
        )
        db.executemany(
            "update operation set state = 'done', settled_at = '2026-11-26', ticket = '' where id = ?",
            [(key,) for key in some],
        )
        db.execute("COMMIT")
    return len(ids) / (time.monotonic() - begun)
