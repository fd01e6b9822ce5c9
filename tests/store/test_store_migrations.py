"""The migrations make just the tables that the code describes, on both databases, and can be applied again."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from seeds import add_merchant
from sqlalchemy import inspect, make_url
from sqlmodel import Session, select

from bridge.errors import UserError
from bridge.store.engine import Store, open_store
from bridge.store.migrate import alembic_config, migrate, require_current, revision_of
from bridge.store.tables import Merchant, metadata
from tests.conftest import administer


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without tables."""
    if request.param == "sqlite":
        store = open_store(f"sqlite:///{tmp_path / 'empty.sqlite3'}", "OFF")
        yield store
        store.close()
        return
    server: str = request.getfixturevalue("postgres_server")
    with administer(server) as run:
        run("create database without_tables")
        store = open_store(make_url(server).set(database="without_tables").render_as_string(hide_password=False))
        yield store
        store.close()
        run("drop database without_tables with (force)")


def tables(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_an_empty_database_gets_all_tables(empty: Store) -> None:
    migrate(empty)
    assert tables(empty) == {*metadata.tables, "alembic_version"}
    require_current(empty)


def test_migrating_twice_is_harmless(store: Store) -> None:
    with store.write() as session:
        add_merchant(session)
    before = tables(store)
    migrate(store)
    migrate(store)
    assert tables(store) == before
    with store.read() as session:
        assert session.exec(select(Merchant)).one().key == "toko maju"


def test_the_tables_are_those_that_the_code_describes(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_every_constraint_has_a_name(store: Store) -> None:
    with store.engine.connect() as connection:
        found = inspect(connection)
        for name in metadata.tables:
            assert found.get_pk_constraint(name)["name"] == f"pk_{name}"
            assert all(each["name"] for each in [*found.get_foreign_keys(name), *found.get_unique_constraints(name)])


def test_partial_indexes_are_partial(store: Store) -> None:
    query = (
        "select sql from sqlite_master where type = 'index'" if store.is_sqlite else "select indexdef from pg_indexes"
    )
    with store.engine.connect() as connection:
        found = {str(row[0]).casefold() for row in connection.exec_driver_sql(query) if row[0]}
    for name in (
        "uq_operation_waiting",
        "ix_listing_stale",
        "ix_facet_dirty",
        "ix_listing_sku_dirty",
        "ix_listing_sku_cover",
    ):
        assert [" where " in each for each in found if f"{name} " in each.replace('"', "")] == [True], name


def test_a_database_without_tables_says_what_to_run(empty: Store) -> None:
    with pytest.raises(UserError, match="no tables yet") as caught:
        require_current(empty)
    assert caught.value.exit_code == 2


def test_a_database_of_another_version_says_what_to_run(store: Store) -> None:
    with store.write() as session:
        session.connection().exec_driver_sql("update alembic_version set version_num = '9999'")
    with pytest.raises(UserError, match="another version of the program"):
        require_current(store)


def test_a_step_that_fails_leaves_nothing(empty: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic.operations import Operations

    real = Operations.create_table

    def fail_late(self: Operations, name: str, *args: object, **more: object) -> object:
        if name == "stock_entry":
            raise RuntimeError("power cut")
        return real(self, name, *args, **more)

    monkeypatch.setattr(Operations, "create_table", fail_late)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(empty)
    assert tables(empty) == set()
    monkeypatch.undo()
    migrate(empty)
    require_current(empty)


def test_two_programs_that_begin_at_once_agree(empty: Store) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            migrate(empty)
        except BaseException as error:  # noqa: BLE001  judged below
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    require_current(empty)
    assert not failed


def test_all_steps_can_be_taken_back(store: Store) -> None:
    scripts = ScriptDirectory.from_config(alembic_config())

    def down(revision: str, _context: object) -> object:
        return scripts._downgrade_revs("base", revision)

    with store.engine.begin() as connection, EnvironmentContext(alembic_config(), scripts, fn=down) as environment:
        environment.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
        environment.run_migrations()
        assert revision_of(connection) is None
    assert tables(store) == {"alembic_version"}
    migrate(store)
    require_current(store)


def test_a_developer_can_use_the_alembic_command(database_url: str) -> None:
    config = alembic_config()
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    command.check(config)


def test_there_is_one_newest_step() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_rows_are_deleted_only_with_what_leans_on_them(store: Store) -> None:
    with store.write() as session:
        merchant = add_merchant(session)
    with pytest.raises(Exception, match=r"(?i)foreign key"), store.write() as session:
        delete(session, merchant)


def delete(session: Session, merchant: Merchant) -> None:
    session.delete(session.merge(merchant))
    session.flush()
