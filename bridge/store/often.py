"""Statements that are run for every single write and every order. They are put into the driver's own words once: building them anew
costs more than running them does on SQLite."""

import json
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Dialect, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

Row = Mapping[str, Any]
Make = Callable[[Any], Any]
Statement = ClauseElement | Callable[[str], ClauseElement]  # by the database's name, where its words are its own


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
    column, ids = (
        compiler.process(element.column, **how),
        compiler.process(bindparam("ids", type_=ARRAY(element.column.type)), **how),
    )
    return f"{column} = ANY({ids})"


class Words(NamedTuple):
    """A statement as the driver takes it: what makes its parameters of ours, our values of the columns that need it, and a row that
    is asked by names."""

    text: str
    bind: Callable[[Row], Any]
    made: Sequence[tuple[int, Make]]
    named: Callable[[Sequence[Any]], Any]


class Often:
    """A statement of SQLAlchemy, the same on both databases. Its parameters are given by their names, and what it finds has the
    types of its columns. `columns`: those that an insert fills."""

    def __init__(self, statement: Statement, columns: Sequence[str] | None = None) -> None:
        self.statement, self.columns = statement, columns
        self._said: dict[tuple[str, bool], Words] = {}

    def find(self, connection: Connection, **values: Any) -> Sequence[Sequence[Any]]:
        """The rows of a query, or those that a change returns."""
        words = self._words(connection.dialect, len(values.get("ids", ())) == 1)
        rows: Sequence[Sequence[Any]]
        if connection.dialect.name == "sqlite":
            rows = cursor_of(connection).execute(words.text, words.bind(values)).fetchall()
        else:
            rows = connection.exec_driver_sql(words.text, words.bind(values)).all()
        return [typed(row, words.made) for row in rows] if words.made else rows

    def named(self, connection: Connection, **values: Any) -> list[Any]:
        """The same with each row's columns as attributes."""
        rows = self.find(connection, **values)
        words = self._words(connection.dialect, len(values.get("ids", ())) == 1)
        return [words.named(row) for row in rows]

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Executes it for each of some rows; gives how many it changed."""
        if not rows:
            return 0
        words = self._words(connection.dialect, all(len(row.get("ids", ())) == 1 for row in rows))
        if connection.dialect.name == "sqlite":
            return cursor_of(connection).executemany(words.text, [words.bind(row) for row in rows]).rowcount
        return connection.exec_driver_sql(words.text, [words.bind(row) for row in rows]).rowcount

    def _words(self, dialect: Dialect, single: bool) -> Words:
        said = self._said.get((dialect.name, single))
        if said is None:
            own = self.statement if isinstance(self.statement, ClauseElement) else self.statement(dialect.name)
            said = self._said[dialect.name, single] = spell(own, dialect, single, self.columns)
        return said


def typed(row: Sequence[Any], made: Sequence[tuple[int, Make]]) -> list[Any]:
    """A row with the values that we know in place of the driver's."""
    values = list(row)
    for place, make in made:
        values[place] = make(values[place])
    return values


def cursor_of(connection: Connection) -> sqlite3.Cursor:
    """A cursor of the driver in the same transaction. PostgreSQL's errors have to pass through SQLAlchemy, SQLite's need not."""
    cursor: Any = connection.connection.cursor()
    assert isinstance(cursor, sqlite3.Cursor)
    return cursor


def spell(statement: ClauseElement, dialect: Dialect, single: bool, columns: Sequence[str] | None = None) -> Words:
    """The words, worked out once."""
    how = {"single": single}
    compiled: Any = statement.compile(dialect=dialect, column_keys=columns, compile_kwargs=how)
    makers = {name: make for each, name in compiled.bind_names.items() if (make := bound(each.type, dialect))}
    if dialect.name == "sqlite":
        makers["ids"] = itemgetter(0) if single else as_json
    order: Sequence[str] | None = compiled.positiontup

    def processed(values: Row, into: dict[str, Any]) -> dict[str, Any]:
        for name, value in values.items():
            make = makers.get(name)
            into[name] = value if make is None or value is None else make(value)
        return into

    needed = {name for each, name in compiled.bind_names.items() if each.required}
    given = processed({name: value for name, value in compiled.params.items() if name not in needed}, {})

    def bind(values: Row) -> Any:
        every = processed(values, given.copy())
        return every if order is None else [every[name] for name in order]

    columns_found = list(getattr(statement, "exported_columns", ()))
    found = [found_as(each.type, dialect) for each in columns_found]
    made = [(place, make) for place, make in enumerate(found) if make is not None]
    named: Any = namedtuple("Found", [each.key for each in columns_found], rename=True)  # type: ignore[misc]
    return Words(str(compiled), bind, made, named._make)


def bound(kind: Any, dialect: Dialect) -> Make | None:
    """What makes the driver's value of ours."""
    make: Make | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return make


def found_as(kind: Any, dialect: Dialect) -> Make | None:
    """What makes our value of the driver's."""
    make: Make | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return make


def as_json(ids: Sequence[int] | Sequence[str]) -> str:
    """A list of whole numbers or words."""
    return json.dumps(list(ids))
