"""The benchmarks are run by hand only; here their own parts run small, so that they still fit the tables."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bench.judge import read, sheet
from bench.plan_rows import bare, fill, ours
from bench.settle import connect, prepare, settle_ours, settle_raw, take_all
from bench.world import home


def test_both_ways_find_the_same_changed_prices(tmp_path: Path) -> None:
    file = tmp_path / "plan.sqlite3"
    fill(file, listings=250, shops=2)
    assert (ours(file, shops=2), bare(file, shops=2)) == (3, 3)


def test_both_ways_of_settling_change_the_same_rows() -> None:
    with home() as engine:
        lane = prepare(engine, operations=3)
        ids = take_all(lane)
        engine.store.close()
        file = engine.settings.home / "jembatan.sqlite3"
        copy = shutil.copy(file, file.with_name("copy"))
        before = changing(copy)
        for some in (ids[:1], ids[1:]):
            settle_ours(lane, some)
            with closing(connect(copy)) as db:
                settle_raw(db, lane, some)
        assert changing(file) == changing(copy) != before


def changing(file: Path) -> list[list[tuple[object, ...]]]:
    """The rows of the tables that a settlement changes; when it did is not compared."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("update operation set settled_at = null")
        return [db.execute(f"select * from {name}").fetchall() for name in ("operation", "operation_sku", "facet")]  # noqa: S608


def test_the_sheet_to_judge_is_read_whole_by_every_way(tmp_path: Path) -> None:
    file = tmp_path / "lembar.xlsx"
    file.write_bytes(sheet(20))
    assert [read(file, way) for way in ("bare", "read", "judged")] == [21, 21, 21]
