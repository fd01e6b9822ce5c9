"""The benchmarks are run by hand only; here their own parts run small, so that they still fit the tables."""

from pathlib import Path

from bench.plan_rows import bare, fill, ours


def test_both_ways_find_the_same_changed_prices(tmp_path: Path) -> None:
    file = tmp_path / "plan.sqlite3"
    fill(file, listings=250, shops=2)
    assert (ours(file, shops=2), bare(file, shops=2)) == (3, 3)
