"""Statements that are run for every single write. They are put into the driver's own words once: building them anew costs more than
running them does on SQLite."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Dialect, Integer, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

IDS: ARRAY[int] = ARRAY(Integer)
Row = Mapping[str, Any]
Bind = Callable[[Row], Any]


class Among(ColumnElement[bool]):
    """A column is one of `ids`: one parameter however many they are, where IN writes every one of them out."""

    inherit_cache = True

    def __init__(self, column: Column[Any]) -> None:
        self.column = column


@compiles(Among, "sqlite")
def _among_json(element: Among, compiler: SQLCompiler, single: bool = False, **how: Any) -> str:
    """SQLite has no lists; JSON text is one. A single id, as most writes have it, is found three times as quickly without."""
    column, ids = compiler.process(element.column, **how), compiler.process(bindparam("ids"), **how)
    if single:
        return f"{column} = {ids}"
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608  names and placeholders of our own


@compiles(Among, "postgresql")
def _among_list(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    """PostgreSQL's driver takes a list."""
    column, ids = compiler.process(element.column, **how), compiler.process(bindparam("ids", type_=IDS), **how)
    return f"{column} = ANY({ids})"


class Often:
    """A statement of SQLAlchemy, the same on both databases. Its parameters are given by their names; what it finds comes as the
    driver gives it."""

    def __init__(self, statement: ClauseElement) -> None:
        self.statement = statement
        self._said: dict[tuple[str, bool], tuple[str, Bind]] = {}

    def find(self, connection: Connection, **values: Any) -> Sequence[Sequence[Any]]:
        """The rows of a query."""
        words, bind = self._words(connection.dialect, len(values.get("ids", ())) == 1)
        if connection.dialect.name == "sqlite":
            return cursor_of(connection).execute(words, bind(values)).fetchall()
        return connection.exec_driver_sql(words, bind(values)).all()

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Executes it for each of some rows; gives how many it changed."""
        words, bind = self._words(connection.dialect, all(len(row.get("ids", ())) == 1 for row in rows))
        if connection.dialect.name == "sqlite":
            return cursor_of(connection).executemany(words, [bind(row) for row in rows]).rowcount
        return connection.exec_driver_sql(words, [bind(row) for row in rows]).rowcount

    def _words(self, dialect: Dialect, single: bool) -> tuple[str, Bind]:
        said = self._said.get((dialect.name, single))
        if said is None:
            said = self._said[dialect.name, single] = spell(self.statement, dialect, single)
        return said


def cursor_of(connection: Connection) -> sqlite3.Cursor:
    """A cursor of the driver in the same transaction. PostgreSQL's errors have to pass through SQLAlchemy, SQLite's need not."""
    cursor: Any = connection.connection.cursor()
    assert isinstance(cursor, sqlite3.Cursor)
    return cursor


def spell(statement: ClauseElement, dialect: Dialect, single: bool) -> tuple[str, Bind]:
    """The SQL, and what makes the driver's parameters of ours."""
    compiled: Any = statement.compile(dialect=dialect, compile_kwargs={"single": single})
    found = {
        name: each.type.dialect_impl(dialect).bind_processor(dialect) for each, name in compiled.bind_names.items()
    }
    makers: dict[str, Callable[[Any], Any]] = {name: make for name, make in found.items() if make is not None}
    if dialect.name == "sqlite":
        makers["ids"] = itemgetter(0) if single else as_json
    order: Sequence[str] | None = compiled.positiontup

    def processed(values: Row, into: dict[str, Any]) -> dict[str, Any]:
        for name, value in values.items():
            make = makers.get(name)
            into[name] = value if make is None or value is None else make(value)
        return into

    given = processed(compiled.params, {})

    def bind(values: Row) -> Any:
        every = processed(values, given.copy())
        return every if order is None else [every[name] for name in order]

    return str(compiled), bind


def as_json(ids: Sequence[int]) -> str:
    """A list of whole numbers reads the same in both languages."""
    return str(list(ids))


def as_value(found: Any) -> Any:
    """JSON that a query found: SQLite's driver gives it as text, PostgreSQL's as values."""
    return json.loads(found) if isinstance(found, str) else found
