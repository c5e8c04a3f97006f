"""A query compiled for an engine and run there, over the same data in tables of the same types."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.engines.asked import Asked
from tests.support.commands import read_command
from tests.support.engine import TODAY, inside, write_project
from tests.support.values import Rows, in_any_order, rows_to_table, same_rows, value_to_cell

from attain.model.types import Kind, Type
from attain.pipeline import Compiled, Project, QueryRequest, compile_query, file_text, open_project, read_as
from attain.run.engine import Engine, quote_name

Texts = list[tuple[str | None, ...]]
Data = dict[str, tuple[dict[str, Type], Texts]]
POSTGRES = {
    Kind.INTEGER: "bigint",
    Kind.DECIMAL: "numeric",
    Kind.FLOAT: "double precision",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamp",
    Kind.INSTANT: "timestamptz",
}
SQLITE = {
    Kind.INTEGER: "INTEGER",
    Kind.DECIMAL: "REAL",
    Kind.FLOAT: "REAL",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.TIMESTAMP: "TIMESTAMP",
    Kind.INSTANT: "TIMESTAMPTZ",
}


def compile_asked(asked: Asked, folder: Path, dialect: str) -> tuple[Compiled, Data]:
    """The SQL of a query for a dialect, and the data of its tables as DuckDB reads them."""
    write_project(folder, asked.definitions, asked.tables, asked.files)
    command = read_command(asked.query)
    request = QueryRequest(metrics=command.metrics, **command.options)
    with inside(folder):
        project = open_project(Path("metrics.yaml"), today=TODAY)
        try:
            assert project.model is not None, project.problems
            compiled = compile_query(project, request, dialect=dialect, today=TODAY)
            return compiled, read_data(project)
        finally:
            project.close()


def read_data(project: Project) -> Data:
    """Every table: its columns with their types, its rows as texts."""
    assert project.model is not None
    found: Data = {}
    for name, request in project.requests.items():
        fields = {n: f for n, f in project.model.tables[name].fields.items() if f.is_physical}
        types = {n: read_as(request, field) for n, field in fields.items()}
        columns = ", ".join(f"CAST({quote_name(n)} AS VARCHAR)" for n in types)
        rows = project.engine().fetch(f"SELECT {columns} FROM {file_text(project, request, relative=False)}")
        found[name] = types, rows
    return found


def run_on(engine: Engine, compiled: Compiled) -> Rows:
    """The rows of a compiled query."""
    result = engine.execute(compiled.sql, compiled.columns)
    return [[value_to_cell(value) for value in row] for row in result.rows]


def check_rows(asked: Asked, rows: Rows, compiled: Compiled) -> None:
    """The rows are those that are expected."""
    expected = asked.expected()
    if not asked.ordered:
        expected, rows = in_any_order(expected), in_any_order(rows)
    columns = [column.name for column in compiled.columns]
    shown = f"{rows_to_table(columns, rows)}\nexpected\n{rows_to_table(columns, expected)}\n{compiled.sql}"
    assert same_rows(expected, rows), f"{asked.query}\n{shown}"


@contextmanager
def in_postgres(dsn: str, data: Data) -> Iterator[Engine]:
    """An engine over a schema that holds the data."""
    import psycopg

    from attain.run.postgres_engine import PostgresEngine

    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "SET client_min_messages = warning; DROP SCHEMA IF EXISTS cases CASCADE; CREATE SCHEMA cases"
        )
        connection.execute("SET search_path = cases; SET TimeZone = 'UTC'")
        for name, (types, rows) in data.items():
            typed = {column: POSTGRES.get(type.kind, "text") for column, type in types.items()}
            columns = ", ".join(f"{quote_name(column)} {type}" for column, type in typed.items())
            connection.execute(f"CREATE TABLE {quote_name(name)} ({columns})")
            places = ", ".join(f"CAST(%s AS {type})" for type in typed.values())
            with connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO {quote_name(name)} VALUES ({places})", rows)
    with PostgresEngine(dsn, search_path="cases") as engine:
        yield engine


@contextmanager
def in_sqlite(folder: Path, data: Data) -> Iterator[Engine]:
    """An engine over a database file that holds the data."""
    from attain.run.sqlite_engine import SQLiteEngine

    path = folder / "cases.sqlite"
    with sqlite3.connect(path) as connection:
        for name, (types, rows) in data.items():
            columns = ", ".join(f"{quote_name(c)} {SQLITE.get(type.kind, 'TEXT')}" for c, type in types.items())
            connection.execute(f"CREATE TABLE {quote_name(name)} ({columns})")
            kinds = [type.kind for type in types.values()]
            values = [tuple(map(_in_sqlite, row, kinds)) for row in rows]
            connection.executemany(f"INSERT INTO {quote_name(name)} VALUES ({', '.join('?' * len(kinds))})", values)
    connection.close()
    with SQLiteEngine(path, folder) as engine:
        yield engine


def _in_sqlite(text: str | None, kind: Kind) -> Any:
    if text is None:
        return None
    if kind is Kind.BOOLEAN:
        return int(text == "true")
    return int(text) if kind is Kind.INTEGER else float(text) if kind in (Kind.DECIMAL, Kind.FLOAT) else text
