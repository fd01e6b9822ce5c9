"""From SQL to the rows of a plan: 1,000,000 listings in 100 shops, 1 % of them changed. Baseline: the same rows by bare sqlite3."""

import gc
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from bridge.model import OpKind
from bridge.store.engine import open_store
from bridge.store.migrate import migrate

LISTINGS = 1_000_000
SHOPS = 100
EVERY = 100  # one listing in so many has a new price
NOW = "2026-11-26 00:00:00.000000"
FP = "0" * 20


def run() -> None:
    """Fills a database, then measures in a fresh process each, so that memory is the plan's own."""
    folder = Path(tempfile.mkdtemp(prefix="jembatan-bench-"))
    try:
        begun = time.monotonic()
        fill(folder / "plan.sqlite3")
        print(f"filled {LISTINGS:,} listings in {time.monotonic() - begun:.0f} s", flush=True)
        ours, bare = (measure(folder / "plan.sqlite3", way) for way in ("ours", "bare"))
        print(f"{'':<28}{'seconds':>10}{'rows':>10}{'MB above start':>16}")
        for name, (seconds, rows, megabytes) in (("plan", ours), ("bare sqlite3 + json", bare)):
            print(f"{name:<28}{seconds:>10.2f}{rows:>10,}{megabytes:>16.0f}")
        print(f"plan ÷ bare: {ours[0] / bare[0]:.1f} ×; aim: at most 1 s and 100 MB")
    finally:
        shutil.rmtree(folder)


def fill(file: Path) -> None:
    """One product, SKU and listing a row, all settled; one in a hundred asks for another price."""
    store = open_store(f"sqlite:///{file}")
    migrate(store)
    store.close()
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA synchronous=OFF")
    db.execute("BEGIN")
    db.execute(
        "INSERT INTO merchant (id, key, name, stock_rule, version, created_at, updated_at) VALUES (1, 'u', 'U', '{}', 1, ?, ?)",
        (NOW, NOW),
    )
    shop = {
        "id": None,
        "channel": "shopee",
        "remote_shop_id": None,
        "merchant_id": 1,
        "name": "",
        "state": "ok",
        "takes_zero": 1,
    }
    shop |= {"skus_per_listing": 50, "locations": "[]", "blocked": "{}", "buffer": 0, "created_at": NOW}
    insert(db, "shop", ({**shop, "id": s, "remote_shop_id": str(s)} for s in range(1, SHOPS + 1)))
    numbers = range(1, LISTINGS + 1)
    empty = {"axes": "[]", "pictures": "[]", "licences": "{}", "attributes": "{}", "categories": "{}", "reasons": "[]"}
    product = {
        "merchant_id": 1,
        "description": "",
        "unit": "pcs",
        "origin": "domestic",
        "verdict": "ok",
        "publishable": 1,
        **empty,
    }
    product |= {"stock_rule": "{}", "version": 1, "created_at": NOW, "updated_at": NOW}
    sku = {
        "merchant_id": 1,
        "options": "[]",
        "position": 0,
        "price_idr": 15000,
        "retired": 0,
        "stock_rule": "{}",
        "version": 1,
    }
    listing = {"part": 0, "stale": 0, "notes": "[]"}
    tie = {
        "units": 1,
        "remote_sku_id": "0",
        "listed": 1,
        "base": 10,
        "first_booked": 0,
        "cancelled_since": 0,
        "may_sell": 10,
    }
    tie |= {"cover": "covered", "clean": 1, "open_writes": 0, "stock_dirty": 0}
    insert(
        db, "product", ({**product, "id": n, "key": f"k{n}", "code": f"P{n}", "name": f"Keripik {n}"} for n in numbers)
    )
    insert(db, "sku", ({**sku, "id": n, "product_id": n, "code": f"P{n}"} for n in numbers))
    insert(
        db,
        "listing",
        ({**listing, "id": n, "shop_id": shop_of(n), "product_id": n, "remote_item_id": str(n)} for n in numbers),
    )
    bound = ({"id": n, "listing_id": n, "sku_id": n, "shop_id": shop_of(n), "remote_item_id": str(n)} for n in numbers)
    insert(db, "listing_sku", ({**tie, **row} for row in bound))
    insert(db, "facet", (facet(n, kind) for n in numbers for kind in ("content", "price", "visibility")))
    db.execute("COMMIT")
    db.execute("ANALYZE")
    db.close()


def shop_of(number: int) -> int:
    """Listings are dealt to the shops in turn."""
    return number % SHOPS + 1


def facet(number: int, kind: str) -> dict[str, object]:
    """A facet row; the price of one listing in a hundred is not the one that was settled."""
    dirty = kind == "price" and (number // SHOPS) % EVERY == 0
    values = {
        "content": {"title": f"Keripik {number}"},
        "price": {"prices": {f"P{number}": 15000}},
        "visibility": {"visible": True},
    }
    old = {"prices": {f"P{number}": 14000}} if dirty else values[kind]
    row: dict[str, object] = {"listing_id": number, "kind": kind, "shop_id": shop_of(number), "dirty": int(dirty)}
    row |= {
        "desired": json.dumps(values[kind]),
        "desired_fp": FP,
        "applied": json.dumps(old),
        "applied_fp": "1" * 20 if dirty else FP,
    }
    return row


def insert(db: sqlite3.Connection, table: str, rows: Iterable[dict[str, object]]) -> None:
    """Many rows of one shape."""
    every = iter(rows)
    first = next(every)
    columns, marks = ", ".join(first), ", ".join("?" * len(first))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608  our own names
    db.execute(statement, tuple(first.values()))
    db.executemany(statement, (tuple(row.values()) for row in every))


def measure(file: Path, way: str) -> tuple[float, int, float]:
    """(seconds, rows, MB above the process's start) of a way, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.plan_rows", way, str(file)], capture_output=True, text=True, check=True
    )
    seconds, rows, megabytes = done.stdout.split()
    return float(seconds), int(rows), float(megabytes)


def ours(file: Path) -> int:
    """Every shop's plan by the engine's own query and decisions."""
    from bridge.engine.plans import read_plan

    store = open_store(f"sqlite:///{file}")
    return sum(len(read_plan(store, shop, frozenset(OpKind)).steps) for shop in range(1, SHOPS + 1))


def bare(file: Path) -> int:
    """The same rows with nothing but sqlite3 and json: the floor for any Python."""
    db = sqlite3.connect(file)
    query = """select f.listing_id, f.kind, f.desired, f.applied, p.name, s.code from facet f join listing l on l.id = f.listing_id
               join product p on p.id = l.product_id join listing_sku k on k.listing_id = l.id join sku s on s.id = k.sku_id
               where f.shop_id = ? and f.dirty = 1 and l.parked is null"""
    steps = []
    for shop in range(1, SHOPS + 1):
        for row in db.execute(query, (shop,)):
            steps.append((row[0], row[1], json.loads(row[2]), json.loads(row[3]), row[4], row[5]))
    return len(steps)


def peak() -> float:
    """The largest size of this process so far, in MB (where the system tells it)."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    import bridge.engine.plans  # noqa: F401  imports are not the plan's memory

    gc.collect()
    before, begun = peak(), time.monotonic()
    rows = {"ours": ours, "bare": bare}[sys.argv[1]](Path(sys.argv[2]))
    print(time.monotonic() - begun, rows, peak() - before)
