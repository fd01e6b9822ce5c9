"""The suite itself is tested: each connector in tests/wrong is wrong in one way, and the case that should notice must fail."""

import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bridge.connectors.memory import MemoryConnector, plugin
from bridge.testing import ConnectorContract, MemoryWorld
from tests.wrong.base import TABLE, outcomes_of

for _part in ("writes", "reads", "recovery", "flags"):
    import_module(f"tests.wrong.{_part}")


def opened(wrong: type[MemoryConnector], more: Mapping[str, Any]) -> Callable[[MemoryWorld], MemoryConnector]:
    return lambda world: wrong(plugin.market(world.settings), world.shop, world.lent.ports(), **more)


@pytest.mark.parametrize(("wrong", "case", "shape", "more"), TABLE, ids=[f"{w.__name__}-{c}" for w, c, _s, _m in TABLE])
def test_wrong_connector_fails_by_the_name_of_the_case(wrong: Any, case: str, shape: str, more: Any) -> None:
    assert "failed" in outcomes_of(case, opened(wrong, more), shape)


@pytest.mark.parametrize("case", sorted({(case, shape) for _wrong, case, shape, _more in TABLE}))
def test_honest_connector_passes_the_same_case(case: tuple[str, str]) -> None:
    assert "failed" not in outcomes_of(case[0], lambda world: world.connect(), case[1])


def test_at_least_sixty_cases_are_written_and_most_have_a_wrong_connector() -> None:
    cases = {
        name for name, _method in inspect.getmembers(ConnectorContract, inspect.isfunction) if name.startswith("test_")
    }
    assert len(cases) >= 140
    assert len(cases & {case for _wrong, case, _shape, _more in TABLE}) >= 75


def test_names_of_cases_are_sentences() -> None:
    cases = [
        name for name, _method in inspect.getmembers(ConnectorContract, inspect.isfunction) if name.startswith("test_")
    ]
    assert [name for name in cases if name.count("_") < 3] == []


def run_pytest(folder: Path, body: str, cases: str) -> str:
    head = "import pytest\nfrom bridge.connectors.memory import MemoryConnector\nfrom bridge.testing import ConnectorContract\n"
    (folder / "test_mine.py").write_text(head + body)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        "/dev/null",
        "-rA",
        "-k",
        cases,
        str(folder),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stdout


def test_known_gap_is_expected_to_fail_and_a_closed_gap_fails(tmp_path: Path) -> None:
    body = """
class NeverHides(MemoryConnector):
    def submit(self, operations):
        return [type(out)(out.operation_id, "rejected", code="no") if op.kind == "visibility" else out
                for op, out in zip(operations, super().submit(operations))]

class TestMine(ConnectorContract):
    known_gaps = {"test_hidden_listing_is_hidden": "the channel shows all", "test_new_stock_is_shown": "closed long ago"}

    @pytest.fixture
    def make(self):
        mine = NeverHides()
        return lambda: mine
"""
    shown = run_pytest(tmp_path, body, "hidden_listing_is_hidden or new_stock_is_shown or known_gaps")
    assert re.search("^XFAIL .*test_hidden_listing_is_hidden - the channel shows all", shown, re.MULTILINE)
    assert re.search("^FAILED .*test_new_stock_is_shown", shown, re.MULTILINE)
    assert "XPASS(strict)" in shown
    assert re.search("1 failed, 1 passed, .*1 xfailed", shown.splitlines()[-1])


def test_connector_without_a_world_runs_what_needs_none(tmp_path: Path) -> None:
    body = """
class TestMine(ConnectorContract):
    @pytest.fixture
    def make(self):
        mine = MemoryConnector()
        return lambda: mine
"""
    shown = run_pytest(tmp_path, body, "create or hidden or window")
    assert "no world: nobody can play the outside here" in shown
    assert " failed" not in shown.splitlines()[-1]


def test_gap_that_names_no_case_is_noticed() -> None:
    class Mine(ConnectorContract):
        known_gaps: ClassVar[dict[str, str]] = {"test_of_nothing": "a long enough reason"}

    with pytest.raises(AssertionError, match="which is no case"):
        Mine().test_known_gaps_name_cases_and_reasons()
