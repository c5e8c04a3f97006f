"""DuckDB: a database file, or memory over data files.

A query can read the database and the files that the definitions name, and nothing else: no other file, no
network, no setting, no Python variable. The order of `_settings` matters: the lock comes last.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import duckdb

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model.result import Result, ResultColumn
from attain.model.types import Kind, Type
from attain.run import duckdb_describe
from attain.run.duckdb_problems import open_failure, read_failure, shown
from attain.run.duckdb_types import without_zone
from attain.run.engine import Columns, Progress, RunProblem, Settings, TableRequest, import_arrow, quote_text
from attain.run.values import convert_rows
from attain.run.wait import watch

T = TypeVar("T")

#: The database file's own name would be ambiguous with a schema of that name (`crm.deals` in crm.duckdb).
_CATALOG = "attain_data"
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
}


class DuckDBEngine:
    """A DuckDB that only reads."""

    dialect = "duckdb"

    def __init__(
        self, root: Path, files: Sequence[Path] = (), settings: Settings | None = None, path: Path | None = None
    ) -> None:
        """Opens the database file `path`, or memory; `files` are the data files that may be read."""
        self._root = root
        self._settings = settings or Settings()
        self._requests: dict[str, TableRequest] = {}
        self._spill = _private_folder()
        self._connection: duckdb.DuckDBPyConnection | None = duckdb.connect(":memory:", config=_CONFIG)
        try:
            self._attach(path)
            for statement in _settings(list(files), self._settings, self._spill.name if self._spill else ""):
                self._connection.execute(statement)
        except BaseException as error:
            self.close()
            if isinstance(error, duckdb.Error):
                raise _setting_failure(error) from None
            raise

    def _attach(self, path: Path | None) -> None:
        """Attaches the database file for reading."""
        if path is None:
            return
        try:
            self._open.execute(f"ATTACH {quote_text(str(path))} AS {_CATALOG} (TYPE duckdb, READ_ONLY)")
            self._open.execute(f"USE {_CATALOG}")
        except duckdb.Error as error:
            raise open_failure(error, shown(path, self._root)) from None

    @property
    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise ValueError("the connection is closed")
        return self._connection

    def describe(self, requests: Sequence[TableRequest]) -> tuple[Columns, list[Problem]]:
        """The columns of each table; files by what they hold, as far as no type is declared."""
        columns: Columns = {}
        problems: list[Problem] = []
        for request in requests:
            self._requests[request.name] = request
            try:
                columns[request.name], found = duckdb_describe.describe(self, self._root, request)
                problems += found
            except RunProblem as stopped:
                problems.append(stopped.problem)
        return columns, problems

    def execute(self, sql: str, columns: tuple[ResultColumn, ...], progress: Progress | None = None) -> Result:
        """The rows of one SELECT."""
        has_instants = any(column.type.kind is Kind.INSTANT for column in columns)
        rows = self._watch(lambda: self._rows(sql, has_instants), progress)
        return Result(columns, convert_rows(rows, columns))

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one SELECT as DuckDB gives them."""
        return self._watch(lambda: self._rows(sql, False))

    def arrow(self, sql: str) -> Any:
        """The rows of one SELECT as a pyarrow.Table."""
        import_arrow()
        self._refuse_other_than_select(sql)
        return self._watch(lambda: self._open.sql(sql).to_arrow_table())

    def _rows(self, sql: str, has_instants: bool) -> list[tuple[Any, ...]]:
        """Runs a SELECT; points in time come as times in UTC."""
        self._refuse_other_than_select(sql)
        sql = _without_end(sql)
        if has_instants:
            described = self._open.execute(f"DESCRIBE {sql}").fetchall()
            sql = without_zone([row[0] for row in described], [row[1] for row in described], sql)
        cursor = self._open.execute(sql)
        types = [str(column[1]) for column in cursor.description or ()]
        if "TIMESTAMP WITH TIME ZONE" in types:
            return self._rows(sql, True)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def _refuse_other_than_select(self, sql: str) -> None:
        """Even a read-only DuckDB writes files by COPY: only one SELECT is ever run."""
        statements = self._open.extract_statements(sql)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise RunProblem(Problem("query-failed", "only a single SELECT can be run", Span.none()))

    def _watch(self, call: Callable[[], T], progress: Progress | None = None) -> T:
        connection = self._open
        try:
            return watch(
                call, connection.interrupt, self._settings.timeout, progress, lambda: float(connection.query_progress())
            )
        except duckdb.Error as error:
            raise read_failure(error, self._root, self._span_of(str(error))) from None

    def _span_of(self, message: str) -> Span:
        """Where the table is declared whose file a message names."""
        for request in self._requests.values():
            if request.origin.kind == "file" and any(
                f'"{path}"' in message or f"= {path}\n" in message or f"'{path}'" in message
                for path in duckdb_describe.files_of(self._root, request)
            ):
                return request.span
        return Span.none()

    def read_call(self, request: TableRequest, columns: Mapping[str, Type]) -> str:
        """What to write after FROM for a table."""
        return duckdb_describe.read_call(self._root, request, columns)

    def close(self) -> None:
        """Ends the connection and removes what it spilled."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._spill is not None:
            self._spill.cleanup()

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _private_folder() -> tempfile.TemporaryDirectory[str] | None:
    """A folder for what does not fit into memory, of mode 0700, removed at the end; none where there is no place."""
    try:
        return tempfile.TemporaryDirectory(prefix="attain-", ignore_cleanup_errors=True)
    except OSError:
        return None


def _settings(files: list[Path], settings: Settings, spill: str) -> list[str]:
    """The statements that make a connection safe and the same everywhere, the lock last."""
    allowed = ", ".join(quote_text(str(path)) for path in files)
    statements = [
        "SET TimeZone = 'UTC'",
        "SET Calendar = 'gregorian'",
        "SET default_null_order = 'nulls_last'",
        "SET default_order = 'asc'",
        "SET default_collation = ''",
        "SET ieee_floating_point_ops = true",
        "SET integer_division = false",
        "SET disabled_optimizers = 'type_pushdown'",  # CAST(a AS VARCHAR) would give a file's text as it stands
        "SET enable_progress_bar = true",
        "SET enable_progress_bar_print = false",
        f"SET temp_directory = {quote_text(spill)}",
    ]
    if settings.memory_limit is not None:
        statements.append(f"SET memory_limit = {quote_text(settings.memory_limit)}")
    if settings.threads is not None:
        statements.append(f"SET threads = {int(settings.threads)}")
    return [
        *statements,
        f"SET allowed_paths = (current_setting('allowed_paths') || [{allowed}]::VARCHAR[])",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ]


def _without_end(sql: str) -> str:
    """One statement without its semicolon, so that it can stand in parentheses."""
    text = sql.encode()
    ends = [place for place, kind in duckdb.tokenize(sql) if text[place : place + 1] == b";"]
    return text[: ends[0]].decode() if ends else sql


def _setting_failure(error: duckdb.Error) -> RunProblem:
    """A setting of the user's that DuckDB does not take."""
    line = str(error).split("\n")[0]
    return RunProblem(Problem("connection-failed", f"DuckDB does not take a setting: {line}", Span.none()))
