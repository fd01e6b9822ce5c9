"""The example is somebody else's package: it is installed apart, and a process of its own finds it and runs its tests.

Those processes reach this machine only, and a warning is an error in them. Without the build tool the package is laid out by hand.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

TEMPLATE = Path(__file__).parents[2] / "examples" / "connector-template"
PROJECT: Mapping[str, Any] = tomllib.loads((TEMPLATE / "pyproject.toml").read_text("utf-8"))["project"]
GROUP = "bridge.connectors"
POINTS: Mapping[str, str] = PROJECT["entry-points"][GROUP]
RULES = {"jembatan_contoh/config/channels/contoh.toml", "jembatan_contoh/config/mapping/contoh.toml"}
PIP = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-compile")
NO_NETWORK = """
import sys

def refuse(event, given):
    host = {"socket.connect": lambda: given[1][0], "socket.getaddrinfo": lambda: given[0]}.get(event, lambda: "localhost")()
    if host not in ("127.0.0.1", "localhost"):
        raise OSError(f"no network here, not even {host}")

sys.addaudithook(refuse)
"""


@dataclass(frozen=True)
class Elsewhere:
    """Where the package is installed: on the path of child processes, never on ours."""

    site: Path
    home: Path

    def run(self, *words: str, at: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        """A Python process that sees Jembatan and the package."""
        env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(self.home), str(self.site))), "PYTHONSAFEPATH": "1"}
        env |= {"JEMBATAN_HOME": str(self.home / "home"), **more}
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=at, env=env, capture_output=True, text=True, check=False, timeout=120)

    def strict(self, *words: str, at: Path | None = None) -> str:
        """What a process printed that must have succeeded without a warning."""
        done = self.run(*words, at=at, PYTHONWARNINGS="error")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Warning" not in done.stderr
        return done.stdout


def new_place(folder: Path) -> Elsewhere:
    """An empty one. What is called sitecustomize is run by every Python that begins there."""
    (folder / "sitecustomize.py").write_text(NO_NETWORK)
    return Elsewhere(folder / "site", folder)


def install(place: Elsewhere) -> None:
    """As `pip install` does it, from a copy, for building may leave files behind."""
    copy = shutil.copytree(TEMPLATE, place.home / "copy", ignore=shutil.ignore_patterns("__pycache__"))
    done = place.run(*PIP, "--target", str(place.site), str(copy))
    assert done.returncode == 0, done.stdout + done.stderr


def lay_out(place: Elsewhere) -> None:
    """What an installation leaves, written by hand from the project file."""
    package = PROJECT["name"].replace("-", "_")
    shutil.copytree(TEMPLATE / package, place.site / package, ignore=shutil.ignore_patterns("__pycache__"))
    info = place.site / f"{package}-{PROJECT['version']}.dist-info"
    info.mkdir()
    head = f"Metadata-Version: 2.1\nName: {PROJECT['name']}\nVersion: {PROJECT['version']}\n"
    (info / "METADATA").write_text(head)
    (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *(f"{k} = {v}" for k, v in POINTS.items())]))


WAYS = {"pip": install, "by hand": lay_out}
CAN_BUILD = find_spec("pip") is not None and find_spec("hatchling") is not None


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    place = new_place(tmp_path_factory.mktemp("elsewhere"))
    WAYS["pip" if CAN_BUILD else "by hand"](place)
    return place


def test_the_package_brings_its_rules_and_names_its_plugin(place: Elsewhere) -> None:
    (info,) = place.site.glob("*.dist-info")
    points = Distribution.at(info).entry_points
    assert {point.name: point.value for point in points if point.group == GROUP} == POINTS
    brought = {path.relative_to(place.site).as_posix() for path in place.site.rglob("*.toml")}
    assert brought == RULES
    assert "contoh_market.py" not in {path.name for path in place.site.iterdir()}


def test_jembatan_lists_the_channel_with_its_own_rates(place: Elsewhere) -> None:
    rows = json.loads(place.strict("-m", "bridge.cli", "channels", "--json"))
    (row,) = [row for row in rows if row["channel"] == "contoh"]
    assert row["host"] == "api.contoh.example"
    assert row["rates"] == [{"scope": "shop", "calls": 10, "per_s": 1}]
    assert not [row for row in rows if "broken" in row]


def test_what_is_laid_out_by_hand_is_found_as_well(tmp_path: Path) -> None:
    place = new_place(tmp_path)
    lay_out(place)
    assert (
        place.strict("-c", "from bridge.connectors import registry; print(registry.plugin('contoh').name)")
        == "contoh\n"
    )


def test_children_reach_this_machine_only(place: Elsewhere) -> None:
    done = place.run("-c", "import socket; socket.create_connection(('192.0.2.1', 80), 1)")
    assert "no network here, not even 192.0.2.1" in done.stderr


@pytest.mark.slow
def test_its_own_tests_pass_with_the_contract_suite_unchanged(place: Elsewhere, tmp_path: Path) -> None:
    """Beside the tests lies what is not installed: the marketplace. The package itself is the installed one."""
    for part in ("tests", "contoh_market.py", "pyproject.toml"):
        copy = shutil.copytree if (TEMPLATE / part).is_dir() else shutil.copy
        copy(TEMPLATE / part, tmp_path / part)
    shown = place.strict("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", at=tmp_path)
    passed = re.search(r"(\d+) passed", shown)
    assert passed is not None, shown
    assert int(passed[1]) >= 180
    assert "xfailed" not in shown, "the template names no gap"


def test_its_adapter_is_short() -> None:
    adapter = (TEMPLATE / "tests" / "test_contoh_contract.py").read_text("utf-8")
    assert len(adapter.splitlines()) <= 25
