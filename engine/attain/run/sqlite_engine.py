"""SQLite: a database file, opened for reading; an authorizer lets nothing but reads through."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote

from attain.base.problem import Problem
from attain.base.span import Span
from attain.base.suggest import did_you_mean, some_of
from attain.model.result import Result, ResultColumn
from attain.model.types import BOOLEAN, DATE, FLOAT, INSTANT, INTEGER, OTHER, TEXT, TIMESTAMP, Kind, Type
from attain.run.engine import (
    INTERRUPTED,
    Columns,
    Progress,
    RunProblem,
    Settings,
    TableRequest,
    import_arrow,
    quote_name,
    quote_qualified,
    split_name,
)
from attain.run.marks import read_mark
from attain.run.values import convert_rows
from attain.run.wait import watch

T = TypeVar("T")
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_REFUSED = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"}
_DECIMAL = re.compile(r"(?:DECIMAL|NUMERIC)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)")


class SQLiteEngine:
    """A SQLite database that is only read."""

    dialect = "sqlite"

    def __init__(self, path: Path, root: Path, settings: Settings | None = None) -> None:
        """Opens a database file that is there."""
        self._settings = settings or Settings()
        name = path.relative_to(root.resolve()).as_posix() if path.is_relative_to(root.resolve()) else path.name
        if not path.is_file():
            raise RunProblem(Problem("connection-failed", f"there is no database file `{name}`", Span.none()))
        uri = f"file:{quote(str(path))}?mode=ro"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
        try:
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except sqlite3.Error as error:
            self._connection.close()
            raise _open_failure(error, name) from None
        self._connection.set_authorizer(_authorize)

    def describe(self, requests: Sequence[TableRequest]) -> tuple[Columns, list[Problem]]:
        """The columns of each table, by the types that it was declared with."""
        columns: Columns = {}
        problems: list[Problem] = []
        for request in requests:
            try:
                columns[request.name] = self._describe(request)
            except RunProblem as stopped:
                problems.append(replace(stopped.problem, span=request.span))
        return columns, problems

    def _describe(self, request: TableRequest) -> dict[str, Type]:
        if request.origin.kind == "file":
            raise RunProblem(Problem("path-not-allowed", "SQLite cannot read data files", request.span))
        if request.origin.kind == "sql":
            cursor = self._watch(lambda: self._connection.execute(f"SELECT * FROM (\n{request.sql}\n) LIMIT 0"))
            return {str(column[0]): request.declared.get(str(column[0]), OTHER) for column in cursor.description}
        name = split_name(request.origin.text)[-1]
        found = [row[1:3] for row in self.fetch(f"PRAGMA table_info({quote_name(name)})")]
        if not found:
            known = [row[0] for row in self.fetch("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
            message = f"the connection has no table `{request.origin.text}`"
            problem = Problem("unknown-source", message, request.span, did_you_mean(request.origin.text, known))
            raise RunProblem(problem.hint(f"it has: {some_of(known)}" if known else "it has no tables"))
        return {str(column): request.declared.get(str(column), read_sqlite_type(str(text))) for column, text in found}

    def execute(self, sql: str, columns: tuple[ResultColumn, ...], progress: Progress | None = None) -> Result:
        """The rows of one SELECT."""
        return Result(columns, convert_rows(self.fetch(sql), columns))

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one SELECT as SQLite gives them."""
        return self._watch(lambda: self._connection.execute(sql).fetchall())

    def arrow(self, sql: str) -> Any:
        """The rows of one SELECT as a pyarrow.Table."""
        pyarrow = import_arrow()
        cursor = self._watch(lambda: self._connection.execute(sql))
        names = [str(column[0]) for column in cursor.description]
        rows = self._watch(cursor.fetchall)
        return pyarrow.table({name: [row[place] for row in rows] for place, name in enumerate(names)})

    def _watch(self, call: Callable[[], T]) -> T:
        try:
            return watch(call, self._connection.interrupt, self._settings.timeout)
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise _query_failure(error) from None

    def read_call(self, request: TableRequest, columns: Mapping[str, Type]) -> str:
        """What to write after FROM for a table."""
        return f"({request.sql})" if request.origin.kind == "sql" else quote_qualified(request.origin.text)

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def __enter__(self) -> SQLiteEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_sqlite_type(text: str) -> Type:
    """The type that a column was declared with: dates and times by their names, the rest by SQLite's own rules of
    affinity. SQLite keeps dates as text; values are read back as dates."""
    name = text.strip().upper()
    if match := _DECIMAL.match(name):
        return Type(Kind.DECIMAL, int(match[1]), int(match[2] or 0))
    if name in ("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"):
        return INSTANT
    for part, type in (
        ("TIMESTAMP", TIMESTAMP),
        ("DATETIME", TIMESTAMP),
        ("DATE", DATE),
        ("BOOL", BOOLEAN),
        ("INT", INTEGER),
        ("CHAR", TEXT),
        ("CLOB", TEXT),
        ("TEXT", TEXT),
        ("BLOB", OTHER),
        ("REAL", FLOAT),
        ("FLOA", FLOAT),
        ("DOUB", FLOAT),
        ("NUMERIC", FLOAT),
        ("DECIMAL", FLOAT),
    ):
        if part in name:
            return type
    return OTHER


def _authorize(action: int, first: str | None, second: str | None, database: str | None, by: str | None) -> int:
    """Reads only; functions that reach files are refused, and of the pragmas only the one that describes a table."""
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if first == "table_info" else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _REFUSED:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


def _open_failure(error: sqlite3.Error, name: str) -> RunProblem:
    if "locked" in str(error):
        problem = Problem("connection-failed", f"the database `{name}` is in use by another process", Span.none())
        return RunProblem(problem.hint("close the other program, or copy the file"))
    return RunProblem(Problem("connection-failed", f"`{name}` is not a SQLite database", Span.none()))


def _query_failure(error: Exception) -> RunProblem:
    """The problem behind an error of SQLite's."""
    text = str(error)
    marked = read_mark(text)
    if marked is not None:
        return marked
    if text == "interrupted":
        return RunProblem(Problem("interrupted", "the query was interrupted", Span.none()), INTERRUPTED)
    if "locked" in text:
        return RunProblem(Problem("connection-failed", "the database is in use by another process", Span.none()))
    if "not authorized" in text or "prohibited" in text:
        return RunProblem(Problem("query-failed", "the query does more than read the database's tables", Span.none()))
    return RunProblem(Problem("query-failed", f"the query failed: {text.splitlines()[0]}", Span.none()))
