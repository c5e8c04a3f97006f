"""From a connection in the definitions to an open engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from attain.base.problem import Problem
from attain.base.span import Span
from attain.base.suggest import did_you_mean, listed
from attain.model.semantic import Connection
from attain.run.engine import Engine, RunProblem, Settings
from attain.run.files import find_path

Open = Callable[[Connection, Path, list[Path], Settings, Mapping[str, str]], Engine]


def open_engine(
    connection: Connection | None, root: Path, files: list[Path], settings: Settings, environ: Mapping[str, str]
) -> Engine:
    """Opens a connection; none means DuckDB in memory over the data files. Raises RunProblem."""
    if connection is None:
        return _open_duckdb(Connection("", "duckdb"), root, files, settings, environ)
    opens = _OPEN.get(connection.type.lower())
    if opens is None:
        message = f"connection `{connection.name}`: nothing is known of the type `{connection.type}`"
        problem = Problem("unknown-connection-type", message, Span.none(), did_you_mean(connection.type, _OPEN))
        raise RunProblem(problem.hint(f"`run` knows {listed(_OPEN)}; for others, `compile` gives the SQL"), 1)
    return opens(connection, root, files, settings, environ)


def variable_of(connection: Connection) -> str:
    """The name of the environment variable that tells where a connection leads: ATTAIN_CONNECTION_WAREHOUSE."""
    return "ATTAIN_CONNECTION_" + re.sub(r"[^A-Za-z0-9]", "_", connection.name).upper()


def _open_duckdb(
    connection: Connection, root: Path, files: list[Path], settings: Settings, environ: Mapping[str, str]
) -> Engine:
    from attain.run.duckdb_engine import DuckDBEngine

    path = _database(connection, root) if connection.path else None
    return DuckDBEngine(root, files, settings, path)


def _open_sqlite(
    connection: Connection, root: Path, files: list[Path], settings: Settings, environ: Mapping[str, str]
) -> Engine:
    from attain.run.sqlite_engine import SQLiteEngine

    return SQLiteEngine(_database(connection, root), root, settings)


def _open_postgres(
    connection: Connection, root: Path, files: list[Path], settings: Settings, environ: Mapping[str, str]
) -> Engine:
    from attain.run.postgres_engine import PostgresEngine

    dsn = environ.get(variable_of(connection), "").strip()
    if not dsn:
        message = f"connection `{connection.name}`: nothing says where the PostgreSQL server is"
        problem = Problem("connection-failed", message, Span.none())
        hint = f"set the environment variable {variable_of(connection)} to postgresql://user:password@host/database"
        raise RunProblem(problem.hint(hint))
    return PostgresEngine(dsn, settings)


def _database(connection: Connection, root: Path) -> Path:
    """The database file of a connection, below root."""
    path, reason = find_path(root, connection.path)
    if path is None:
        message = f"connection `{connection.name}`: `{connection.path}` cannot be opened: {reason}"
        raise RunProblem(Problem("path-not-allowed", message, Span.none()), 1)
    return path


_OPEN: dict[str, Open] = {
    "duckdb": _open_duckdb,
    "postgres": _open_postgres,
    "postgresql": _open_postgres,
    "sqlite": _open_sqlite,
}
