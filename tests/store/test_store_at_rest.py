"""A database beside which SQLite can make no file, as on a full disk or in a folder that may only be read: it is still read."""

import sqlite3
from pathlib import Path

import pytest
from seeds import add_merchant
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bridge.errors import TryLater, UserError
from bridge.store.engine import is_at_rest, open_store
from bridge.store.failures import explain
from bridge.store.migrate import require_current
from bridge.store.tables import Merchant


@pytest.fixture
def shut(sqlite_template: Path, tmp_path: Path) -> Path:
    """A database with one business, whose file of shared memory cannot be made: not even root could."""
    file = tmp_path / "a b.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{file}")
    with store.write() as session:
        add_merchant(session)
    store.close()
    (tmp_path / f"{file.name}-shm").mkdir()
    return file


def test_a_full_disk_hinders_no_look_and_every_change(shut: Path) -> None:
    store = open_store(f"sqlite:///{shut}")
    require_current(store)
    for _ in range(2):
        with store.read() as session, store.read() as beside:
            assert [row.key for row in session.exec(select(Merchant))] == ["toko maju"]
            assert len(beside.exec(select(Merchant)).all()) == 1
    with pytest.raises(UserError, match="cannot be written"), store.write() as session:
        add_merchant(session)
    store.close()


def test_changes_that_wait_beside_the_file_are_not_left_out_silently(shut: Path) -> None:
    said = OperationalError("PRAGMA …", {}, sqlite3.OperationalError("unable to open database file"))
    assert is_at_rest(str(shut), said)
    shut.with_name(f"{shut.name}-wal").write_bytes(b"")
    assert is_at_rest(str(shut), said)
    shut.with_name(f"{shut.name}-wal").write_bytes(b"written, and not yet in the file")
    assert not is_at_rest(str(shut), said)
    assert not is_at_rest(str(shut.with_name("none.sqlite3")), said)


@pytest.mark.parametrize(("name", "match"), [("SQLITE_IOERR_SHMSIZE", "is full"), ("SQLITE_IOERR_READ", "broken")])
def test_a_broken_disk_is_not_called_full(name: str, match: str) -> None:
    said = sqlite3.OperationalError("disk I/O error")
    said.sqlite_errorname = name
    found = explain(OperationalError("select …", {}, said))
    assert isinstance(found, TryLater)
    assert match in str(found)
