"""Opening a database, its transactions, and what its errors mean for a person."""

import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from seeds import NOW, add_merchant, add_shop
from sqlalchemy import make_url, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlmodel import Session, select

from bridge.errors import TryLater, UserError
from bridge.store import engine as store_engine
from bridge.store.crypto import Cipher
from bridge.store.engine import Store, db_now, open_store, refuse_network_folder, retrying, session_in
from bridge.store.failures import explain
from bridge.store.inserts import insert_new, upsert
from bridge.store.ledger import table
from bridge.store.tables import BucketRow, Location, Merchant, Picture, SchemaCache


def names(store: Store) -> list[str]:
    with store.read() as session:
        return [merchant.key for merchant in session.exec(select(Merchant).order_by("id"))]


# --- transactions -----------------------------------------------------------------------------------------------------


def test_a_write_commits_at_its_end(store: Store) -> None:
    with store.write() as session:
        add_merchant(session)
        assert names(store) == []  # nobody else sees it yet
    assert names(store) == ["toko maju"]


def test_an_error_leaves_nothing_behind(store: Store) -> None:
    def half() -> None:
        with store.write() as session:
            add_merchant(session)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        half()
    assert names(store) == []


def test_a_bare_connection_and_a_session_in_it_end_together(store: Store) -> None:
    def both(fails: bool) -> None:
        with store.bare() as connection:
            insert_new(Session(connection), table(BucketRow), [{"name": "a", "state": {}}])
            with session_in(connection) as session:
                add_merchant(session)
            assert names(store) == []  # the session alone commits nothing
            if fails:
                raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        both(fails=True)
    with store.read() as session:
        assert (session.exec(select(Merchant)).all(), session.exec(select(BucketRow)).all()) == ([], [])
    both(fails=False)
    assert names(store) == ["toko maju"]


def test_rows_can_be_used_after_the_commit(store: Store) -> None:
    with store.write() as session:
        merchant = add_merchant(session)
    assert merchant.name == "Toko Maju"


def test_what_a_read_changes_is_not_kept(store: Store) -> None:
    with store.write() as session:
        add_merchant(session)
    with store.read() as session:
        session.exec(select(Merchant)).one().name = "other"
    with store.read() as session:
        assert session.exec(select(Merchant)).one().name == "Toko Maju"


def test_two_writers_wait_for_each_other(store: Store, database_url: str) -> None:
    other, began = open_store(database_url, "OFF"), threading.Event()

    def second() -> None:
        began.wait(10)
        with other.write() as session:
            add_merchant(session, "second")

    thread = threading.Thread(target=second)
    thread.start()
    with store.write() as session:
        add_merchant(session, "first")
        began.set()
        time.sleep(0.2)
    thread.join(10)
    other.close()
    assert sorted(names(store)) == ["first", "second"]


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.write() as session:
        add_merchant(session)
        began = time.monotonic()
        assert names(store) == []
        assert time.monotonic() - began < 2


def test_sqlite_is_set_up_on_every_connection(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}
    with store.read() as one, store.read() as two:
        for session in (one, two):
            found = {name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
            assert found == wanted
    assert store.is_sqlite
    store.close()


def test_only_what_need_not_outlive_a_power_cut_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}")

    def patience(lasting: bool) -> int:
        with store.write(lasting) as session:
            return int(session.connection().exec_driver_sql("PRAGMA synchronous").scalar_one())

    assert [patience(lasting) for lasting in (True, False, True)] == [2, 1, 2]
    with pytest.raises(ZeroDivisionError), store.write(lasting=False):
        raise ZeroDivisionError
    assert patience(lasting=True) == 2
    store.close()


def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as session:
        session.add(Location(merchant_id=999, name="x"))


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "no address", "://", "sqlite", "http//x"])
def test_an_address_that_cannot_be_read(url: str) -> None:
    with pytest.raises(UserError, match="JEMBATAN_DATABASE_URL") as caught:
        open_store(url)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("url", ["mysql://root@localhost/x", "oracle://x"])
def test_another_database_is_not_supported(url: str) -> None:
    with pytest.raises(UserError, match="use SQLite or PostgreSQL"):
        open_store(url)


def test_a_password_in_a_broken_address_is_not_repeated() -> None:
    with pytest.raises(UserError) as caught:
        open_store("postgresql://me:geheim@host:noport/x")
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_postgresql_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_args: object, **_more: object) -> None:
        raise ModuleNotFoundError("psycopg")

    monkeypatch.setattr(store_engine, "create_engine", missing)
    with pytest.raises(UserError, match=r"jembatan\[postgres\]"):
        open_store("postgresql://localhost/x")


@pytest.mark.postgres
def test_a_database_that_is_not_there_is_not_taken_for_an_empty_one(postgres_server: str) -> None:
    store = open_store(str(make_url(postgres_server).set(database="nowhere")))
    with pytest.raises(TryLater, match="JEMBATAN_DATABASE_URL"), store.read() as session:
        db_now(session)


@pytest.mark.postgres
def test_a_server_that_does_not_answer_means_later(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    store = open_store(f"postgresql:///x?host={tmp_path}")
    with pytest.raises(TryLater, match="Start PostgreSQL") as caught, store.write() as session:
        db_now(session)
    assert caught.value.exit_code == 4


# --- errors -----------------------------------------------------------------------------------------------------------


def test_many_threads_of_one_process_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "BUSY_S", 0)  # whoever had to wait for the file's own lock would fail at once
    store = open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    with store.write() as session:
        session.execute(text("create table counted (n integer)"))
        session.execute(text("insert into counted values (0)"))

    def count() -> None:
        for _ in range(10):
            with store.write() as session:
                session.execute(text("update counted set n = n + 1"))
                time.sleep(0.002)

    with ThreadPoolExecutor(12) as pool:
        for done in [pool.submit(count) for _ in range(12)]:
            done.result()
    with store.read() as session:
        assert session.execute(text("select n from counted")).scalar_one() == 120
    store.close()


def test_a_locked_database_means_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "BUSY_S", 0)
    file = tmp_path / "a.sqlite3"
    one, two = open_store(f"sqlite:///{file}"), open_store(f"sqlite:///{file}")
    with two.read() as session:
        db_now(session)
    with one.write() as session:
        db_now(session)
        with pytest.raises(TryLater, match="locked") as caught, two.write() as late:
            db_now(late)
    assert caught.value.exit_code == 4
    one.close()
    two.close()


@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    file.chmod(stat.S_IRUSR)
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    store = open_store(f"sqlite:///{file}")
    try:
        with pytest.raises(UserError, match="cannot be written"), store.write() as session:
            add_merchant(session)
    finally:
        tmp_path.chmod(stat.S_IRWXU)


def test_a_database_that_takes_no_writes(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{file}")

    def write() -> None:
        with store.write() as session:
            session.connection().exec_driver_sql("PRAGMA query_only=ON")
            add_merchant(session)

    with pytest.raises(UserError, match="cannot be written") as caught:
        write()
    assert caught.value.exit_code == 2
    store.close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'nowhere' / 'a.sqlite3'}")
    with pytest.raises(UserError, match="JEMBATAN_HOME"), store.read() as session:
        db_now(session)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    file.write_bytes(b"this is a text, and a long one at that" * 100)
    store = open_store(f"sqlite:///{file}")
    with pytest.raises(UserError, match="damaged"), store.read() as session:
        db_now(session)


def test_a_disk_that_is_full_means_later(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{file}")

    def fill() -> None:
        with store.write() as session:
            connection = session.connection()
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            insert_new(session, table(BucketRow), [{"name": f"n{n}", "state": {"x": "y" * 900}} for n in range(500)])

    with pytest.raises(TryLater, match="disk is full") as caught:
        fill()
    assert caught.value.exit_code == 4
    store.close()


def said(words: str, kind: type[Exception] = OperationalError) -> Exception:
    return explain(kind("insert …", {}, RuntimeError(words)))  # type: ignore[call-arg, arg-type]


@pytest.mark.parametrize(
    ("words", "kind", "match"),
    [
        ("database is locked", TryLater, "locked"),
        ("locking protocol", TryLater, "locked"),
        ("canceling statement due to lock timeout", TryLater, "locked"),
        ("database or disk is full", TryLater, "disk is full"),
        ("disk I/O error", TryLater, "disk is full"),
        ('could not extend file "base/1": No space left on device', TryLater, "disk is full"),
        ("attempt to write a readonly database", UserError, "cannot be written"),
        ("unable to open database file", UserError, "cannot be written"),
        ("permission denied for table sku", UserError, "cannot be written"),
        ("file is not a database", UserError, "damaged"),
        ("database disk image is malformed", UserError, "damaged"),
        ("no such table: sku", UserError, "jembatan init"),
        ('relation "sku" does not exist', UserError, "jembatan init"),
        ("connection to server at 127.0.0.1 failed: Connection refused", TryLater, "does not answer"),
        ("server closed the connection unexpectedly", TryLater, "does not answer"),
        ("terminating connection due to administrator command", TryLater, "does not answer"),
        ('connection failed: FATAL: role "me" does not exist', TryLater, "does not answer"),
        ("failed to resolve host 'db.example': Name or service not known", TryLater, "does not answer"),
    ],
)
def test_what_a_database_says_becomes_a_sentence(words: str, kind: type[UserError], match: str) -> None:
    found = said(words)
    assert type(found) is kind
    assert match in str(found)


def test_an_error_that_nobody_knows_stays_as_it_is(store: Store) -> None:
    told = "deadlock detected\nDETAIL:  Process 8 waits for ShareLock on transaction 7; blocked by process 9."
    assert isinstance(said(told), OperationalError)
    with pytest.raises(Exception, match="no_such_function") as caught, store.read() as session:
        session.connection().execute(text("select no_such_function()"))
    assert not isinstance(caught.value, UserError)
    assert caught.value.__cause__ is not caught.value


@pytest.mark.parametrize("kind", [IntegrityError, DataError])
def test_data_that_an_error_quotes_is_not_taken_for_its_words(kind: type[Exception]) -> None:
    assert isinstance(said("duplicate key … (key)=(toko locked does not exist)", kind), kind)


def test_a_database_without_tables_says_so(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    with pytest.raises(UserError, match="jembatan init"), store.read() as session:
        session.exec(select(Merchant)).all()
    store.close()


# --- network folders --------------------------------------------------------------------------------------------------

MOUNTS = """overlay / overlay rw 0 0
server:/export {folder}/net nfs4 rw 0 0
//server/share {folder}/net/smb cifs rw 0 0
tmpfs {folder}/net/local tmpfs rw 0 0
me@host:/ {folder}/my\\040share fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("place", "refused"),
    [
        ("net", True),
        ("net/a/b", True),
        ("net/smb/a", True),
        ("my share", True),
        ("net/local", False),
        ("network", False),
        (".", False),
    ],
)
def test_a_network_folder_is_refused(
    place: str, refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS.format(folder=tmp_path), encoding="utf-8")
    monkeypatch.setattr(store_engine, "MOUNTS", mounts)
    url = f"sqlite:///{tmp_path / place / 'jembatan.sqlite3'}"
    if not refused:
        open_store(url).close()
        return
    with pytest.raises(UserError, match="network folder") as caught:
        open_store(url)
    assert caught.value.exit_code == 2


def test_where_mounts_cannot_be_read_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "MOUNTS", tmp_path / "nowhere")
    refuse_network_folder(tmp_path)


# --- times, and rows that may be there already ------------------------------------------------------------------------


def test_times_come_back_in_utc_wherever_they_were_written(store: Store) -> None:
    jakarta = timezone(timedelta(hours=7))
    with store.write() as session:
        merchant = add_merchant(session)
        merchant.updated_at = datetime(2026, 11, 23, 0, 30, 0, 123456, tzinfo=jakarta)
    with store.read() as session:
        found = session.exec(select(Merchant)).one().updated_at
    assert found == datetime(2026, 11, 22, 17, 30, 0, 123456, tzinfo=UTC)
    assert found.utcoffset() == timedelta(0)


def test_times_compare_by_their_moment(store: Store) -> None:
    with store.write() as session:
        add_merchant(session)
    same = NOW.astimezone(timezone(timedelta(hours=9)))
    with store.read() as session:
        assert session.exec(select(Merchant).where(Merchant.created_at == same)).one()
        assert not session.exec(select(Merchant).where(Merchant.created_at > same)).all()


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="without a zone"), store.write() as session:
        add_merchant(session).updated_at = datetime(2026, 11, 23)  # noqa: DTZ001  the point


def test_the_database_has_its_own_clock(store: Store) -> None:
    with store.read() as session:
        first = db_now(session)
        time.sleep(0.02)
        second = db_now(session)
    assert second > first  # also inside one transaction
    assert abs(second - datetime.now(UTC)) < timedelta(minutes=1)


def test_only_new_rows_are_inserted_and_counted(store: Store) -> None:
    with store.write() as session:
        rows = [{"name": name, "state": {"by": "first"}} for name in "ab"]
        assert insert_new(session, table(BucketRow), rows) == 2
        assert insert_new(session, table(BucketRow), []) == 0
    with store.write() as session:
        rows = [{"name": name, "state": {"by": "second"}} for name in "abcd"]
        assert insert_new(session, table(BucketRow), rows) == 2
    with store.read() as session:
        found = {row.name: row.state["by"] for row in session.exec(select(BucketRow))}
    assert found == {"a": "first", "b": "first", "c": "second", "d": "second"}


def test_upsert_changes_the_named_columns_only(store: Store) -> None:
    def row(name: str, sha: str) -> dict[str, object]:
        return {"source": name, "sha256": sha, "problem": None, "fetched_at": NOW}

    with store.write() as session:
        upsert(session, table(Picture), [row("a", "1")], ["source"], ["sha256"])
        upsert(session, table(Picture), [{**row("a", "2"), "problem": "x"}, row("b", "3")], ["source"], ["sha256"])
        upsert(session, table(Picture), [], ["source"], ["sha256"])
    with store.read() as session:
        found = {picture.source: (picture.sha256, picture.problem) for picture in session.exec(select(Picture))}
    assert found == {"a": ("2", None), "b": ("3", None)}


def test_json_that_is_none_is_null(store: Store, cipher: Cipher) -> None:
    with store.write() as session:
        shop_id = add_shop(session, cipher, add_merchant(session).id or 0)
        session.add(SchemaCache(shop_id=shop_id, kind="schema", key="1", payload={"a": None}, fetched_at=NOW))
    with store.read() as session:
        assert session.exec(select(SchemaCache)).one().payload == {"a": None}


# --- lost races -------------------------------------------------------------------------------------------------------


def lost(words: str) -> OperationalError:
    return OperationalError("update …", {}, RuntimeError(words))


@pytest.mark.parametrize("words", ["deadlock detected", "could not serialize access"])
def test_a_lost_race_is_run_again(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    tries = iter([lost(words), lost(words), "done"])

    def work() -> str:
        found = next(tries)
        if isinstance(found, Exception):
            raise found
        return found

    assert retrying(work) == "done"


@pytest.mark.parametrize(("words", "runs"), [("deadlock detected", 3), ("database is locked", 1)])
def test_it_is_not_run_again_for_ever(words: str, runs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    seen = []

    def work() -> None:
        seen.append(1)
        raise lost(words)

    with pytest.raises(OperationalError):
        retrying(work, tries=3)
    assert len(seen) == runs


def test_transactions_that_cross_end_both_when_they_are_run_again(store: Store) -> None:
    with store.write() as session:
        insert_new(session, table(BucketRow), [{"name": name, "state": {"n": 0}} for name in "ab"])
    meeting = threading.Barrier(2, timeout=1)
    failed: list[BaseException] = []

    def count(session: Session, name: str) -> None:
        row = session.get_one(BucketRow, name, with_for_update=True, populate_existing=True)
        row.state = {"n": row.state["n"] + 1}
        session.flush()

    def both(first: str, second: str) -> Callable[[], None]:
        def work() -> None:
            with store.write() as session:
                count(session, first)
                with suppress(threading.BrokenBarrierError):
                    meeting.wait(0.3)  # both hold one row; SQLite lets only one in
                count(session, second)

        return work

    def run(work: Callable[[], None]) -> None:
        try:
            retrying(work)
        except BaseException as error:  # noqa: BLE001  shown by the test itself
            failed.append(error)

    threads = [threading.Thread(target=run, args=(both(*names),)) for names in ("ab", "ba")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed
    with store.read() as session:
        assert [row.state for row in session.exec(select(BucketRow))] == [{"n": 2}, {"n": 2}]


# --- power and processes ----------------------------------------------------------------------------------------------

CRASH = """
import os, sys
from bridge.store.engine import open_store
from bridge.store.tables import Merchant
from datetime import datetime, UTC
store = open_store(sys.argv[1])
now = datetime.now(UTC)
with store.write() as session:
    session.add(Merchant(key="kept", name="kept", created_at=now, updated_at=now))
with store.write() as session:
    session.add(Merchant(key="lost", name="lost", created_at=now, updated_at=now))
    session.flush()
    os._exit(9)
"""


def test_a_process_that_dies_leaves_what_it_committed(store: Store, database_url: str) -> None:
    done = subprocess.run([sys.executable, "-c", CRASH, database_url], check=False, timeout=60)
    assert done.returncode == 9
    assert names(store) == ["kept"]
