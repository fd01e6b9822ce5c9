"""Opening a database and the few places where SQLite and PostgreSQL differ. All other code is the same for both."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from bridge.errors import UserError
from bridge.store.failures import translated
from bridge.store.often import cursor_of
from bridge.store.write_lock import WriteLock

BUSY_S = 20
CACHE_KB = 8000  # pages that a connection keeps; with SQLite's own 2000 the plans of many shops read most pages again
MOUNTS = Path("/proc/mounts")
NETWORK_FILESYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs"}
T = TypeVar("T")


class Store:
    """A database with its transactions: `read()` for a look, `write()` for a change that commits or leaves nothing."""

    def __init__(self, engine: Engine, waits: bool = False) -> None:
        self.engine = engine
        self._waits = waits  # SQLite: a commit waits until the disk has it
        # SQLite has one writer, and lets those who wait try again at intervals: among many threads one could wait for ever
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()
        self._lock = WriteLock(BUSY_S)
        self._writer: Connection | None = None
        self._resting: Engine | None = None

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite, where a write transaction begins IMMEDIATE."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads, also on a full disk or where nothing may be written."""
        with self.look() as connection:
            if self.is_sqlite:
                cursor_of(connection).execute("BEGIN")
            with Session(connection, autoflush=False) as session:
                yield session

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """A connection for reading."""
        with translated(), self._looking() as connection:
            yield connection

    def _looking(self) -> Connection:
        """SQLite wants to write files of its own even for a look. Where it cannot, the file is read as it lies there."""
        try:
            return self.engine.connect()
        except OperationalError as error:
            if self._resting is None and not is_at_rest(self.engine.url.database, error):
                raise
            self._resting = self._resting or resting_engine(str(self.engine.url.database))
            return self._resting.connect()

    @contextmanager
    def write(self, lasting: bool = True) -> Iterator[Session]:
        """A session that commits at the end, or rolls back when an error passes through. Never held across a network call.

        Not `lasting`: on SQLite a power cut may take the change back, and then everything that was committed after it, too. For
        what nobody outside this computer is told before something lasting follows: leases, rates, what is read again anyway.
        """
        with self.bare(lasting) as connection, session_in(connection) as session:
            yield session

    @contextmanager
    def bare(self, lasting: bool = True) -> Iterator[Connection]:
        """The same as a connection: for the few statements that are run often enough for a session to count."""
        with (
            self._turn,
            translated(),
            self._writing() as connection,
            self._patience(connection, lasting),
            connection.begin(),
        ):
            if (
                self.is_sqlite
            ):  # BEGIN is ours, and told to the driver: an event of SQLAlchemy would make every statement dearer
                self._lock.begin(cursor_of(connection))
            yield connection

    @contextmanager
    def _patience(self, connection: Connection, lasting: bool) -> Iterator[None]:
        """Whether the commit waits for the disk, which takes longer than all the rest of a small change."""
        if lasting or not self._waits:
            yield
            return
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            cursor.execute("PRAGMA synchronous=FULL")

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """SQLite's one writer keeps its connection, which is dearer to take and give back than a small change is."""
        if not self.is_sqlite:
            with self.engine.connect() as connection:
                yield connection
            return
        if self._writer is None:
            self._writer = self.engine.connect()
        try:
            yield self._writer
        except BaseException:
            self._drop_writer()
            raise

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection in one transaction, while no other program is in here: for changing tables."""
        with self.bare() as connection:
            if not self.is_sqlite:
                connection.execute(text("select pg_advisory_xact_lock(hashtext('jembatan'))"))
            yield connection

    def run(self, work: Callable[[Session], T], lasting: bool = True) -> T:
        """One write transaction, begun anew when PostgreSQL says that it lost a race. `work` must bear being run again."""

        def in_session(connection: Connection) -> T:
            with session_in(connection) as session:
                return work(session)

        return self.run_bare(in_session, lasting)

    def run_bare(self, work: Callable[[Connection], T], lasting: bool = True) -> T:
        """The same with a connection; `session_in` gives it a session where one is needed."""

        def once() -> T:
            with self.bare(lasting) as connection:
                return work(connection)

        return retrying(once)

    def close(self) -> None:
        """Gives all connections back."""
        with self._turn:
            self._drop_writer()
        for engine in (self.engine, self._resting):
            if engine is not None:
                engine.dispose()


def open_store(url: str, synchronous: str = "FULL") -> Store:
    """A store on an address such as `sqlite:///home/jembatan.sqlite3` or `postgresql://…`. Tables are made by `migrate`.

    `synchronous` is SQLite's; with FULL each change says itself whether it has to outlive a power cut.
    """
    try:
        address = make_url(url)
    except Exception:  # noqa: BLE001  SQLAlchemy raises several kinds for a malformed address
        raise UserError("The database address cannot be read. Correct JEMBATAN_DATABASE_URL.") from None
    if address.get_backend_name() == "sqlite":
        return Store(_sqlite_engine(url, address.database, synchronous), waits=synchronous == "FULL")
    if address.get_backend_name() == "postgresql":
        return Store(_postgres_engine(url))
    raise UserError("{kind} is not supported; use SQLite or PostgreSQL 15 or newer.", kind=address.get_backend_name())


def _sqlite_engine(url: str, file: str | None, synchronous: str) -> Engine:
    if file:
        refuse_network_folder(Path(file).parent)
    engine = create_engine(url, connect_args={"timeout": BUSY_S, "check_same_thread": False}, pool_size=16)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, see `Store`
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_S * 1000}",
            f"cache_size={-CACHE_KB}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def is_at_rest(file: str | None, error: OperationalError) -> bool:
    """Whether all of a SQLite database stands in its one file, which could not be opened for lack of space or permission."""
    if not file or not isinstance(error.orig, sqlite3.Error) or "locked" in str(error.orig):
        return False
    path, waiting = Path(file), Path(f"{file}-wal")
    return path.is_file() and os.access(path, os.R_OK) and not (waiting.is_file() and waiting.stat().st_size)


def resting_engine(file: str) -> Engine:
    """SQLite's file taken as one that nobody changes: needs no lock and no file beside it."""
    address = f"{Path(file).resolve().as_uri()}?mode=ro&immutable=1"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)

    return create_engine("sqlite://", creator=connect, poolclass=QueuePool)


def _postgres_engine(url: str) -> Engine:
    try:
        return create_engine(url, pool_size=16, pool_pre_ping=True)
    except ModuleNotFoundError:
        raise UserError('PostgreSQL needs one more package: pip install "jembatan[postgres]".') from None


def refuse_network_folder(folder: Path) -> None:
    """SQLite's locks do not hold on a network folder; a UserError says what to do. Judged on Linux only, elsewhere unknown."""
    if not MOUNTS.is_file():
        return
    where = str(folder.resolve())
    lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    rows = [[word.replace("\\040", " ") for word in line.split()] for line in lines]
    fitting = [row for row in rows if where == row[1] or where.startswith(row[1].rstrip("/") + "/")]
    if fitting and max(fitting, key=lambda row: len(row[1]))[2] in NETWORK_FILESYSTEMS:
        raise UserError(
            "{folder} is a network folder, where SQLite can lose data. Set JEMBATAN_HOME to a local folder or use PostgreSQL.",
            folder=folder,
        )


@contextmanager
def session_in(connection: Connection) -> Iterator[Session]:
    """A session in the transaction of a connection, which is what commits in the end."""
    with Session(connection, expire_on_commit=False) as session, session.begin():
        yield session


def db_now(session: Session) -> datetime:
    """The database's own clock, which all processes share."""
    return clock_of(session.connection())


def clock_of(connection: Connection) -> datetime:
    """The same for a connection."""
    if connection.dialect.name == "sqlite":
        (value,) = connection.connection.cursor().execute("select strftime('%Y-%m-%dT%H:%M:%f', 'now')").fetchone()
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
    now: datetime = connection.execute(text("select clock_timestamp()")).scalar_one()
    return now.astimezone(UTC)


def hold_tables(session: Session, names: Sequence[str]) -> None:
    """Nobody else writes to these tables until the transaction ends. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        quoted = ", ".join(f'"{name}"' for name in dict.fromkeys(names))
        session.connection().execute(text(f"lock table {quoted} in share row exclusive mode"))


def retrying(work: Callable[[], T], tries: int = 5) -> T:
    """Runs a transaction again when PostgreSQL says that it lost a race (deadlock, serialisation)."""
    for attempt in range(1, tries + 1):
        try:
            return work()
        except OperationalError as error:
            if attempt == tries or ("deadlock" not in str(error).lower() and "serializ" not in str(error).lower()):
                raise
            time.sleep(0.05 * attempt)
    raise AssertionError("unreachable")
