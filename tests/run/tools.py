"""What the tests of `run` share."""

from __future__ import annotations

from pathlib import Path

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model.result import ResultColumn
from attain.model.semantic import Origin
from attain.model.types import Type
from attain.model.units import Unit
from attain.run.engine import Engine, RunProblem, Settings, TableRequest
from attain.run.files import find_files

SPAN = Span("metrics.yaml", 5, 7, 12)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """A file of the test."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def file(text: str, declared: dict[str, Type] | None = None, name: str = "t") -> TableRequest:
    """A table read from files."""
    return TableRequest(name, Origin("file", text), declared or {}, "", SPAN)


def table(text: str, name: str = "t") -> TableRequest:
    """A table of the connection."""
    return TableRequest(name, Origin("table", text), {}, "", SPAN)


def query(sql: str, name: str = "t") -> TableRequest:
    """A table that is a SELECT."""
    return TableRequest(name, Origin("sql", sql), {}, sql, SPAN)


def column(type: Type, name: str = "a") -> ResultColumn:
    """A column of a result."""
    return ResultColumn(name, type, Unit(), "metric")


def open_duckdb(root: Path, *patterns: str, settings: Settings | None = None, path: Path | None = None) -> Engine:
    """A DuckDB that may read the files that the patterns name."""
    from attain.run.duckdb_engine import DuckDBEngine

    files = [found for pattern in patterns for found in find_files(root, pattern)[0]]
    return DuckDBEngine(root, files, settings, path)


def describe(engine: Engine, request: TableRequest) -> tuple[dict[str, str], list[Problem]]:
    """The columns of one table with their types in words."""
    columns, problems = engine.describe([request])
    return {name: str(type) for name, type in columns.get(request.name, {}).items()}, problems


def rows(engine: Engine, request: TableRequest, select: str = "*") -> list[tuple[object, ...]]:
    """The rows of a table, read as the definitions say."""
    columns, problems = engine.describe([request])
    assert not problems, problems
    return engine.fetch(f"SELECT {select} FROM {engine.read_call(request, columns[request.name])}")


def problem_of(engine: Engine, sql: str, *columns: ResultColumn) -> RunProblem:
    """What is wrong with running a query."""
    try:
        engine.execute(sql, columns or (column(Type("other")),))  # type: ignore[arg-type]
    except RunProblem as stopped:
        return stopped
    raise AssertionError("the query ran")
