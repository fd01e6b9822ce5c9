"""A home of its own for every test, commands run inside this process, and a Shopee sandbox."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_world import Cli, Market, connect_words, write_sheet

from bridge import locale
from bridge.cli import main
from bridge.sandbox import start_in_thread


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with start_in_thread("shopee", rate_limit=False, wait_s=0) as running:
        yield running


@pytest.fixture
def market(address: str) -> Iterator[Market]:
    market = Market(address)
    yield market
    market.call("/_sandbox/faults", verb="DELETE")


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """English unless a test asks otherwise: sentences can be read in the test."""
    monkeypatch.setenv("JEMBATAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JEMBATAN_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    yield Cli(capfd, tmp_path)
    locale.use("en")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three products of one business, to copy from."""
    folder = tmp_path_factory.mktemp("template")
    sheet = write_sheet(folder / "produk.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JEMBATAN_HOME", str(folder / "home"))
        assert main(["init"]) == 0
        assert main(["import", str(sheet), "--as-of", "2026-11-23"]) == 0
    return folder


@pytest.fixture
def ready(cli: Cli, template: Path) -> Cli:
    """The same, for one test."""
    shutil.copytree(template, cli.folder, dirs_exist_ok=True)
    return cli


@pytest.fixture
def connected(ready: Cli, market: Market, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The same with a shop on the sandbox, not yet written to."""
    monkeypatch.setenv("JEMBATAN_PICTURE_BASE_URL", f"{market.address}/_sandbox/pictures")
    done = ready.run(*connect_words(market))
    assert done.code == 0, done.err
    return ready


@pytest.fixture
def live(connected: Cli) -> Cli:
    """The same with all products on sale."""
    done = connected.run("apply", "--yes", "--json")
    assert done.code == 0, done.err
    assert done.json()["created"] == 3, done
    return connected
