"""Inserting rows that may be there already: the few statements in which SQLite and PostgreSQL have words of their own."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session


def insert_new(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Inserts those rows that break no unique constraint; gives how many were new. Fast for many rows."""
    return insert_missing(session.connection(), table, rows)


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """The same for a connection."""
    if not rows:
        return 0
    statement = insert_of(table, connection.dialect.name)
    if len(rows) == 1:
        return connection.execute(statement, dict(rows[0]), execution_options={"preserve_rowcount": True}).rowcount
    return connection.execute(statement, list(rows), execution_options={"preserve_rowcount": True}).rowcount


def plain_insert(table: Table, dialect: str) -> Any:
    """An insert that can be told what to do about a row that is there already."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


@cache
def insert_from(table: Table, columns: tuple[str, ...], found: Any, dialect: str) -> Any:
    """The statement, made once."""
    return plain_insert(table, dialect).from_select(list(columns), found).on_conflict_do_nothing()


@cache
def insert_of(table: Table, dialect: str) -> Any:
    """The statement, made once: it is run for every order and every movement."""
    return plain_insert(table, dialect).on_conflict_do_nothing()


def upsert(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str], update: Sequence[str]
) -> None:
    """Inserts rows, or updates the named columns of those whose `keys` are there already."""
    if not rows:
        return
    statement = plain_insert(table, session.get_bind().dialect.name)
    statement = statement.on_conflict_do_update(
        index_elements=list(keys), set_={name: statement.excluded[name] for name in update}
    )
    session.connection().execute(statement, list(rows))
