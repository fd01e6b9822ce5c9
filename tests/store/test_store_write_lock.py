"""Another program holds SQLite's write lock: one waits for it, the others do not wait again, and afterwards all is as before."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bridge.errors import TryLater
from bridge.store import engine as store_engine
from bridge.store.engine import Store, open_store

Together = Callable[..., list[BaseException]]


@pytest.fixture
def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that waits a second."""
    monkeypatch.setattr(store_engine, "BUSY_S", 1)
    store = open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    with store.write() as session:
        session.execute(text("create table counted (n integer)"))
    yield store
    store.close()


@contextmanager
def locked(store: Store) -> Iterator[sqlite3.Connection]:
    """Another program that holds the lock."""
    file = str(store.engine.url.database)
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def write(store: Store) -> None:
    with store.write() as session:
        session.execute(text("insert into counted values (1)"))


def seconds(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def refused(store: Store) -> None:
    with pytest.raises(TryLater, match="locked by another program"):
        write(store)


def test_many_threads_wait_in_vain_once_together(patient: Store, together: Together) -> None:
    failed: list[BaseException] = []
    with locked(patient):
        took = seconds(lambda: failed.extend(together(*[lambda: write(patient)] * 5)))
    assert [type(error) for error in failed] == [TryLater] * 5
    assert 0.9 < took < 2.5, "five that wait one after the other take five seconds"


def test_who_comes_after_one_that_waited_in_vain_tries_once(patient: Store) -> None:
    with locked(patient):
        assert seconds(lambda: refused(patient)) > 0.9
        assert seconds(lambda: refused(patient)) < 0.5
    assert seconds(lambda: write(patient)) < 0.5


def test_once_a_change_was_written_the_next_waits_again(patient: Store) -> None:
    with locked(patient):
        refused(patient)
        refused(patient)
    write(patient)
    with locked(patient) as other:
        threading.Timer(0.3, other.rollback).start()
        assert seconds(lambda: write(patient)) > 0.2
    with patient.read() as session:
        assert session.execute(text("select count(*) from counted")).scalar_one() == 2


def test_after_a_while_it_is_waited_for_again(patient: Store) -> None:
    with locked(patient) as other:
        refused(patient)
        time.sleep(1.1)
        threading.Timer(0.3, other.rollback).start()
        write(patient)
