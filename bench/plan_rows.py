"""From SQL to the rows of a plan: 1,000,000 listings in 100 shops, 1 % of them changed. Baseline: the same rows by bare sqlite3."""

import gc
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlmodel import SQLModel

from bridge.model import OpKind
from bridge.store.engine import CACHE_KB, open_store
from bridge.store.ledger import table
from bridge.store.migrate import migrate
from bridge.store.tables import Facet, Listing, ListingSku, Merchant, Product, Shop, Sku

LISTINGS = 1_000_000
SHOPS = 100
EVERY = 100  # one listing in so many has a new price
NOW = datetime(2026, 11, 26, tzinfo=UTC)
SQLITE = sqlite.dialect()
FP = "0" * 20
VISIBLE = '{"visible": true}'


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


def fill(file: Path, listings: int = LISTINGS, shops: int = SHOPS) -> None:
    """One product, SKU and listing a row, all settled; one in a hundred of a shop's listings asks for another price."""
    store = open_store(f"sqlite:///{file}")
    migrate(store)
    store.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("BEGIN")
        add_shops(db, shops)
        add_listings(db, listings, shops)
        db.execute("COMMIT")
        db.execute("ANALYZE")


def add_shops(db: sqlite3.Connection, shops: int) -> None:
    """The shops of one merchant."""
    insert(db, Merchant(key="u", name="U", created_at=NOW, updated_at=NOW), [{"id": 1}])
    shop = Shop(channel="shopee", merchant_id=1, created_at=NOW)
    insert(db, shop, ({"id": n, "remote_shop_id": str(n)} for n in range(1, shops + 1)))


def add_listings(db: sqlite3.Connection, listings: int, shops: int) -> None:
    """Products that are on a shop each, dealt to the shops in turn."""
    every = [(n, n % shops + 1, f"{n:07}") for n in range(1, listings + 1)]
    product = Product(merchant_id=1, publishable=True, created_at=NOW, updated_at=NOW)
    insert(db, product, ({"id": n, "key": code, "code": code, "name": f"Keripik {n}"} for n, _, code in every))
    insert(db, Sku(merchant_id=1, price_idr=15000), ({"id": n, "product_id": n, "code": code} for n, _, code in every))
    bound = ({"id": n, "shop_id": shop, "product_id": n, "remote_item_id": code} for n, shop, code in every)
    insert(db, Listing(stale=False), bound)
    tie = ListingSku(remote_sku_id="0", listed=True, base=10, may_sell=10, cover="covered", stock_dirty=False)
    tied = ({"id": n, "shop_id": shop, "listing_id": n, "sku_id": n, "remote_item_id": code} for n, shop, code in every)
    insert(db, tie, tied)
    insert(
        db,
        Facet(desired_fp=FP, applied_fp=FP),
        (row for n, shop, code in every for row in facets(n, shop, code, n // shops % EVERY == 0)),
    )


def facets(number: int, shop_id: int, code: str, changed: bool) -> Iterator[dict[str, object]]:
    """The facets of a listing; a changed one wants another price than the one that was settled."""
    title, price = json.dumps({"title": f"Keripik {number}"}), json.dumps({"prices": {code: 15000}})
    for kind, value in (("content", title), ("price", price), ("visibility", VISIBLE)):
        row: dict[str, object] = {"listing_id": number, "shop_id": shop_id, "kind": kind, "desired": value}
        if changed and kind == "price":
            yield row | {"applied": json.dumps({"prices": {code: 14000}}), "applied_fp": "1" * 20, "dirty": 1}
        else:
            yield row | {"applied": value, "dirty": 0}


def insert(db: sqlite3.Connection, like: SQLModel, rows: Iterable[Mapping[str, object]]) -> None:
    """Many rows of a table: what a row does not say it has from `like`, whose columns and defaults are the model's own."""
    base = stored(like)
    columns, marks = ", ".join(f'"{name}"' for name in base), ", ".join("?" * len(base))
    statement = f"INSERT INTO {table(type(like)).name} ({columns}) VALUES ({marks})"  # noqa: S608  our own names
    db.executemany(statement, (tuple({**base, **row}.values()) for row in rows))


def stored(row: SQLModel) -> dict[str, object]:
    """A row as SQLite keeps it."""
    found: dict[str, object] = {}
    for column in table(type(row)).c:
        keep, value = column.type.dialect_impl(SQLITE).bind_processor(SQLITE), getattr(row, column.name)
        found[column.name] = value if keep is None else keep(value)
    return found


def measure(file: Path, way: str) -> tuple[float, int, float]:
    """(seconds, rows, MB above the process's start) of a way, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.plan_rows", way, str(file)], capture_output=True, text=True, check=True
    )
    seconds, rows, megabytes = done.stdout.split()
    return float(seconds), int(rows), float(megabytes)


def ours(file: Path, shops: int = SHOPS) -> int:
    """Every shop's plan by the engine's own query and decisions."""
    from bridge.engine.plans import read_plan

    store = open_store(f"sqlite:///{file}")
    found = sum(len(read_plan(store, shop, frozenset(OpKind)).steps) for shop in range(1, shops + 1))
    store.close()
    return found


def bare(file: Path, shops: int = SHOPS) -> int:
    """The same rows with nothing but sqlite3 and json: the floor for any Python."""
    db = sqlite3.connect(file)
    db.execute(f"PRAGMA cache_size={-CACHE_KB}")  # as the store sets it
    query = """select f.listing_id, f.kind, f.desired, f.applied, p.name, s.code from facet f join listing l on l.id = f.listing_id
               join product p on p.id = l.product_id join listing_sku k on k.listing_id = l.id join sku s on s.id = k.sku_id
               where f.shop_id = ? and f.dirty = 1 and l.parked is null"""
    steps = []
    for shop in range(1, shops + 1):
        for row in db.execute(query, (shop,)):
            steps.append((row[0], row[1], json.loads(row[2]), json.loads(row[3]), row[4], row[5]))
    db.close()
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
