"""An office for each story."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from office import Office

from bridge import locale


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Office]:
    monkeypatch.setenv("JEMBATAN_HOME", str(tmp_path / "home"))
    yield Office(capfd)
    locale.use("en")
