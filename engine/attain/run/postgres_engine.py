"""PostgreSQL: every statement in a transaction that only reads. Nothing of the address ever gets into a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

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
    quote_qualified,
    split_name,
)
from attain.run.marks import read_mark
from attain.run.values import convert_rows
from attain.run.wait import stopped_by_time, watch

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")
_SIMPLE = {
    **dict.fromkeys(("smallint", "integer", "bigint"), INTEGER),
    **dict.fromkeys(("real", "double precision", "numeric"), FLOAT),  # numeric without digits: any number of them
    **dict.fromkeys(("text", "character varying", "character", "uuid", '"char"', "name", "citext"), TEXT),
    "boolean": BOOLEAN,
    "date": DATE,
    "timestamp without time zone": TIMESTAMP,
    "timestamp with time zone": INSTANT,
}
#: The same by the name of the type, of a query's columns.
_BY_NAME = {
    **dict.fromkeys(("int2", "int4", "int8"), INTEGER),
    **dict.fromkeys(("float4", "float8", "numeric"), FLOAT),
    **dict.fromkeys(("text", "varchar", "bpchar", "uuid", "name"), TEXT),
    "bool": BOOLEAN,
    "date": DATE,
    "timestamp": TIMESTAMP,
    "timestamptz": INSTANT,
}
_COLUMNS = """
SELECT column_name, data_type, numeric_precision, numeric_scale,
  (SELECT typtype FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE typname = udt_name AND nspname = udt_schema)
FROM information_schema.columns
WHERE table_name = %s AND table_schema = coalesce(%s, table_schema) AND table_schema = ANY (%s)
ORDER BY table_schema, ordinal_position
"""
_TABLES = """
SELECT CASE WHEN table_schema = 'public' THEN '' ELSE table_schema || '.' END || table_name
FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
"""


class PostgresEngine:
    """A PostgreSQL server that is only read."""

    dialect = "postgres"

    def __init__(self, dsn: str, settings: Settings | None = None, search_path: str = "public") -> None:
        """Connects to the server that `dsn` tells."""
        self._settings = settings or Settings()
        self._search_path = search_path
        driver = _import_psycopg()
        try:
            self._connection: psycopg.Connection[Any] = driver.connect(dsn, autocommit=True, connect_timeout=10)
            for statement in self._start():
                self._connection.execute(statement)
        except driver.Error as error:
            raise _open_failure(error) from None

    def _start(self) -> list[str]:
        """What makes every session the same, and a reading one."""
        milliseconds = int((self._settings.timeout or 0) * 1000)
        return [
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "SET default_transaction_read_only = on",
            "SET TimeZone = 'UTC'",
            "SET DateStyle = 'ISO, YMD'",
            "SET IntervalStyle = 'postgres'",
            "SET extra_float_digits = 1",
            f"SET statement_timeout = {milliseconds}",
            f"SET search_path = {self._search_path}",
            # Compiling a statement of many steps takes a hundred times as long as running it.
            "SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit'",
        ]

    def describe(self, requests: Sequence[TableRequest]) -> tuple[Columns, list[Problem]]:
        """The columns of each table, by the server's catalogue."""
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
            raise RunProblem(Problem("path-not-allowed", "PostgreSQL cannot read data files", request.span))
        if request.origin.kind == "sql":
            return self._watch(lambda: self._describe_query(request.sql))
        *schema, name = split_name(request.origin.text)
        schemas = [schema[-1]] if schema else [self._search_path]
        found = self._watch(lambda: self._run(_COLUMNS, (name, schemas[0], schemas))[1])
        if not found:
            known = [row[0] for row in self.fetch(_TABLES)]
            message = f"the connection has no table `{request.origin.text}`"
            problem = Problem("unknown-source", message, request.span, did_you_mean(request.origin.text, known))
            raise RunProblem(problem.hint(f"it has: {some_of(known)}" if known else "it has no tables"))
        return {row[0]: read_postgres_type(*row[1:]) for row in found}

    def _describe_query(self, sql: str) -> dict[str, Type]:
        description, _ = self._run(f"SELECT * FROM (\n{sql}\n) AS query LIMIT 0", None)
        types = self._connection.adapters.types
        columns: dict[str, Type] = {}
        for column in description:
            info = types.get(column.type_code)
            digits = (column.precision, column.scale)
            is_exact = info is not None and info.name == "numeric" and None not in digits
            name = info.name if info is not None else ""
            columns[column.name] = Type(Kind.DECIMAL, *digits) if is_exact else _BY_NAME.get(name, OTHER)
        return columns

    def execute(self, sql: str, columns: tuple[ResultColumn, ...], progress: Progress | None = None) -> Result:
        """The rows of one SELECT."""
        return Result(columns, convert_rows(self.fetch(sql), columns))

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one SELECT as the driver gives them."""
        return self._watch(lambda: self._run(sql, None)[1])

    def arrow(self, sql: str) -> Any:
        """The rows of one SELECT as a pyarrow.Table."""
        pyarrow = import_arrow()
        description, rows = self._watch(lambda: self._run(sql, None))
        names = [column.name for column in description]
        return pyarrow.table({name: [row[place] for row in rows] for place, name in enumerate(names)})

    def _run(self, sql: str, values: Sequence[Any] | None) -> tuple[list[Any], list[tuple[Any, ...]]]:
        """One statement, by the protocol that takes only one, in a transaction that only reads."""
        from psycopg import sql as text

        with self._connection.transaction():
            self._connection.execute("SET TRANSACTION READ ONLY")
            with self._connection.cursor() as cursor:
                cursor.execute(text.SQL(sql), values, prepare=values is None)
                return list(cursor.description or ()), cursor.fetchall()

    def _watch(self, call: Callable[[], T]) -> T:
        driver = _import_psycopg()
        try:
            return watch(call, self._connection.cancel, self._settings.timeout)
        except driver.Error as error:
            raise _query_failure(error, self._settings) from None

    def read_call(self, request: TableRequest, columns: Mapping[str, Type]) -> str:
        """What to write after FROM for a table."""
        if request.origin.kind == "sql":
            return f"(\n{request.sql}\n) AS query"
        return quote_qualified(request.origin.text)

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def __enter__(self) -> PostgresEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_postgres_type(name: str, precision: int | None, scale: int | None, sort: str | None = None) -> Type:
    """The type that the catalogue calls so; an enumeration (sort "e") is text."""
    if name == "numeric" and precision is not None:
        return Type(Kind.DECIMAL, precision, scale or 0)
    return TEXT if sort == "e" else _SIMPLE.get(name, OTHER)


def _import_psycopg() -> Any:
    try:
        import psycopg
    except ImportError:
        problem = Problem("missing-package", "PostgreSQL needs the package `psycopg`", Span.none())
        raise RunProblem(problem.hint("install it with `pip install 'attain[postgres]'`")) from None
    return psycopg


def _open_failure(error: Exception) -> RunProblem:
    """Why there is no connection, by its sort only: the driver's text holds the address and the user's name."""
    text = str(error).lower()
    reasons = (
        ("password", "the user name or the password was refused"),
        ("no pg_hba.conf", "the server does not let this user in from here"),
        ("role", "the server does not know the user"),
        ("database", "the server has no such database"),
        ("refused", "no server answers at its address"),
        ("no such file", "no server answers at its address"),
        ("could not translate", "its host is not known"),
        ("failed to resolve", "its host is not known"),
        ("timeout", "no server answered in time"),
        ("ssl", "the server and this client do not agree on encryption"),
        ('missing "="', "its address is not a PostgreSQL address (postgresql://user:password@host/database)"),
        ("invalid", "its address is not a PostgreSQL address (postgresql://user:password@host/database)"),
    )
    reason = next((said for part, said in reasons if part in text), "the server did not accept it")
    return RunProblem(Problem("connection-failed", f"the PostgreSQL connection failed: {reason}", Span.none()))


def _query_failure(error: Exception, settings: Settings) -> RunProblem:
    """The problem behind an error while a query ran."""
    diagnosis = getattr(error, "diag", None)
    text = str(getattr(diagnosis, "message_primary", None) or "")
    state = str(getattr(error, "sqlstate", None) or "")
    marked = read_mark(text)
    if marked is not None:
        return marked
    if state == "57014":  # cancelled, by us or by the server's own time limit
        if settings.timeout is not None and "timeout" in text:
            return stopped_by_time(settings.timeout)
        return RunProblem(Problem("interrupted", "the query was interrupted", Span.none()), INTERRUPTED)
    if state in ("53200", "53100", "53400"):
        problem = Problem("out-of-memory", "the query needs more memory or disk than the server gives it", Span.none())
        return RunProblem(problem.hint("ask for fewer dimensions or a shorter range"))
    if state == "42501":
        problem = Problem("query-failed", f"the user of the connection may not do this: {text}", Span.none())
        return RunProblem(problem)
    if state == "25006":
        return RunProblem(Problem("query-failed", "the query does more than read", Span.none()))
    if state.startswith(("08", "57")) or (not state and type(error).__name__ == "OperationalError"):
        return RunProblem(Problem("connection-failed", "the PostgreSQL server ended the connection", Span.none()))
    first = next(iter(text.splitlines()), "only a single SELECT can be run")
    return RunProblem(Problem("query-failed", f"the query failed: {first}", Span.none()))
