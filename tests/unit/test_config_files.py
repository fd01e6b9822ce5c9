"""Whose file counts: the office's own, else ours, else that of the package that brought the channel."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.settings import brought_folders, channel_config, load_config

THEIRS = 'name = "theirs"\n'


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A connector's package that breaks when it is loaded; it brings files for its own channel and for one of ours."""
    info = tmp_path / "jembatan_luar-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: jembatan-luar\nVersion: 1\n")
    points = "luar = jembatan_luar.inner:plugin\nshopee = jembatan_luar:plugin\nhilang = jembatan_hilang:plugin\n"
    (info / "entry_points.txt").write_text(f"[bridge.connectors]\n{points}")
    for name in ("channels/luar", "channels/shopee", "mapping/luar"):
        file = tmp_path / "jembatan_luar" / "config" / f"{name}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(THEIRS)
    (tmp_path / "jembatan_luar" / "__init__.py").write_text("raise RuntimeError('nobody asked for it')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    brought_folders.cache_clear()
    yield tmp_path
    brought_folders.cache_clear()


def test_a_connectors_own_files_are_found_without_loading_it(package: Path) -> None:
    assert channel_config("luar") == {"name": "theirs"} == load_config("mapping/luar.toml")
    assert "jembatan_luar" not in sys.modules


def test_nobody_replaces_our_file_by_being_installed(package: Path) -> None:
    assert channel_config("shopee")["batch"]["list_page"] == 100


def test_the_offices_own_file_wins(package: Path, tmp_path: Path) -> None:
    own = tmp_path / "home" / "config" / "channels" / "luar.toml"
    own.parent.mkdir(parents=True)
    own.write_text('name = "ours"\n')
    assert channel_config("luar", tmp_path / "home") == {"name": "ours"}


@pytest.mark.parametrize("channel", ["hilang", "tiada"])
def test_a_package_that_is_gone_or_was_never_there_has_no_file(package: Path, channel: str) -> None:
    assert channel_config(channel) == {}
