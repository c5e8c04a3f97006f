"""What a table's columns are, by DuckDB's catalogue or by what its files hold.

Of CSV and JSON files the sniffer only proposes: it reads whole files (a fraction after a sample would be rounded
away without a word), takes dates only as 2026-01-31 (of 01/02/2026 it would guess), and declared types win. What is
declared is held against the data where DuckDB would convert silently: fractions into integers, digits that a decimal
has no room for, zones that a timestamp has no room for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean, some_of
from attain.model.types import NULL, OTHER, TEXT, Kind, Type
from attain.run.duckdb_problems import does_not_fit, shown, unreadable
from attain.run.duckdb_types import read_duckdb_type, write_call
from attain.run.engine import RunProblem, TableRequest, quote_name, quote_qualified, split_name
from attain.run.files import csv_header, csv_options, find_files, find_line, format_of

_TABLES = """
SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = current_database()
"""

Described = tuple[dict[str, Type], list[Problem]]


class Fetches(Protocol):
    """What runs a query."""

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """Its rows."""


def describe(engine: Fetches, root: Path, request: TableRequest) -> Described:
    """The columns of one table and what is wrong with them. Raises RunProblem where they cannot be known."""
    if request.origin.kind == "sql":
        return _describe_query(engine, request), []
    if request.origin.kind == "table":
        return _describe_table(engine, request), []
    files = require_files(root, request)
    describe_files: dict[str, Callable[[Fetches, Path, TableRequest, list[Path]], Described]] = {
        "csv": _describe_csv,
        "json": _describe_json,
        "parquet": _describe_parquet,
    }
    return describe_files[format_of(files[0])](engine, root, request, files)


def files_of(root: Path, request: TableRequest) -> list[Path]:
    """The files of a table, as far as there are any."""
    return find_files(root, request.origin.text)[0]


def require_files(root: Path, request: TableRequest) -> list[Path]:
    """The files of a table, of which there must be one."""
    files, reason = find_files(root, request.origin.text)
    text = request.origin.text
    if reason:
        raise RunProblem(Problem("path-not-allowed", f"`{text}` cannot be read: {reason}", request.span))
    if not files:
        what = "no file matches" if set(text) & set("*?[") else "there is no file"
        problem = Problem("data-file-missing", f"table `{request.name}`: {what} `{text}`", request.span)
        raise RunProblem(problem.hint("paths are relative to the definitions' folder"))
    return files


def read_call(root: Path, request: TableRequest, columns: Mapping[str, Type]) -> str:
    """What to write after FROM for a table whose columns are known."""
    if request.origin.kind == "sql":
        return f"(\n{request.sql}\n)"
    if request.origin.kind == "table":
        return quote_qualified(request.origin.text)
    files = require_files(root, request)
    names, kind = [str(path) for path in files], format_of(files[0])
    if kind == "csv":
        return write_call("read_csv", names, csv_options(files), columns)
    return write_call(f"read_{kind}", names, {}, columns if kind == "json" else {})


def _columns(
    engine: Fetches, source: str, request: TableRequest, read: Callable[[str], Type] = read_duckdb_type
) -> dict[str, Type]:
    """What DuckDB says of a source; problems point to the table."""
    try:
        rows = engine.fetch(f"DESCRIBE SELECT * FROM {source}")
    except RunProblem as stopped:
        raise RunProblem(replace(stopped.problem, span=request.span), stopped.status) from None
    return {str(row[0]): read(str(row[1])) for row in rows}


def _describe_query(engine: Fetches, request: TableRequest) -> dict[str, Type]:
    """The columns of a query. Of `Amount AS amount` DuckDB describes a column `Amount`, unless in a union."""
    query = f"(\n{request.sql}\n)"
    return _columns(engine, f"{query} UNION ALL SELECT * FROM {query}", request)


def _describe_table(engine: Fetches, request: TableRequest) -> dict[str, Type]:
    try:
        return _columns(engine, quote_qualified(request.origin.text), request)
    except RunProblem:
        known = sorted(name if schema == "main" else f"{schema}.{name}" for schema, name in engine.fetch(_TABLES))
        if request.origin.text in known or ".".join(split_name(request.origin.text)) in known:
            raise
        message = f"the connection has no table `{request.origin.text}`"
        problem = Problem("unknown-source", message, request.span, did_you_mean(request.origin.text, known))
        raise RunProblem(problem.hint(f"it has: {some_of(known)}" if known else "it has no tables")) from None


def _describe_parquet(engine: Fetches, root: Path, request: TableRequest, files: list[Path]) -> Described:
    return _columns(engine, write_call("read_parquet", [str(f) for f in files], {}, {}), request), []


def _describe_json(engine: Fetches, root: Path, request: TableRequest, files: list[Path]) -> Described:
    options = {"sample_size": -1, "maximum_sample_files": 1 << 30}
    proposed = _columns(engine, write_call("read_json", [str(f) for f in files], options, {}), request)
    texts = write_call("read_json", [str(f) for f in files], {"filename": "attain_file"}, dict.fromkeys(proposed, TEXT))
    return _declare(engine, root, request, proposed, texts)


def _describe_csv(engine: Fetches, root: Path, request: TableRequest, files: list[Path]) -> Described:
    delimiter = str(csv_options(files)["delim"])
    headers = [csv_header(path, delimiter) for path in files]
    for path, header in zip(files, headers, strict=True):
        if not header:
            raise RunProblem(unreadable(shown(path, root), "its first line must hold the names", request.span))
        if header != headers[0]:
            why = f"its columns are not those of `{shown(files[0], root)}`, in the same order"
            raise RunProblem(unreadable(shown(path, root), why, request.span))
    proposed = _sniff(engine, request, files)
    options = {**csv_options(files), "filename": "attain_file"}
    texts = write_call("read_csv", [str(f) for f in files], options, dict.fromkeys(proposed, TEXT))
    return _declare(engine, root, request, proposed, texts)


def _sniff(engine: Fetches, request: TableRequest, files: list[Path]) -> dict[str, Type]:
    """The types that the whole of the files allows."""
    names = [str(path) for path in files]
    fixed: dict[str, object] = {name: value for name, value in csv_options(files).items() if name != "auto_detect"}
    fixed |= {"skip": 0, "comment": "", "dateformat": "%Y-%m-%d", "sample_size": -1}
    try:
        call = write_call("read_csv", names, {**fixed, "files_to_sniff": -1}, {})
        found = _columns(engine, call, request, _read_sniffed)
    except RunProblem as stopped:
        _count_records(engine, request, files)
        raise stopped from None
    if Kind.TIMESTAMP in {type.kind for type in found.values()} and _guesses_times(engine, names, fixed):
        found = {name: TEXT if type.kind is Kind.TIMESTAMP else type for name, type in found.items()}
    return found


def _read_sniffed(text: str) -> Type:
    """The type of a CSV column: whole numbers too long for 64 bits are decimals, what has no type of ours is text."""
    found = Type(Kind.DECIMAL, 38, 0) if text == "HUGEINT" else read_duckdb_type(text)
    return TEXT if found in (OTHER, NULL) else found


def _guesses_times(engine: Fetches, names: list[str], fixed: Mapping[str, object]) -> bool:
    """Whether times are written in some way of which the order of day and month is a guess."""
    calls = [write_call("sniff_csv", [name], fixed, {}).replace("[", "", 1).replace("]", "", 1) for name in names]
    formats = [row[0] for call in calls for row in engine.fetch(f"SELECT TimestampFormat FROM {call}")]
    return any(text is not None and not str(text).startswith("%Y") for text in formats)


def _count_records(engine: Fetches, request: TableRequest, files: list[Path]) -> None:
    """Reads everything as text: where a line is malformed, this says which."""
    columns = dict.fromkeys(csv_header(files[0], str(csv_options(files)["delim"])), TEXT)
    call = write_call("read_csv", [str(path) for path in files], csv_options(files), columns)
    try:
        engine.fetch(f"SELECT count(*) FROM {call}")
    except RunProblem as stopped:
        raise RunProblem(replace(stopped.problem, span=request.span), stopped.status) from None


def _declare(engine: Fetches, root: Path, request: TableRequest, proposed: dict[str, Type], texts: str) -> Described:
    """Declared types in place of the proposed ones, and the values that would not survive that."""
    problems: list[Problem] = []
    for name, type in request.declared.items():
        if name in proposed and proposed[name] != type:
            problems += _losses(engine, root, request, name, type, proposed[name], texts)
    return {name: request.declared.get(name, type) for name, type in proposed.items()}, problems


def _losses(
    engine: Fetches, root: Path, request: TableRequest, name: str, declared: Type, found: Type, texts: str
) -> list[Problem]:
    """A value of a column that the declared type would change without a word."""
    column = quote_name(name)
    if declared.kind is Kind.TIMESTAMP and found.kind is Kind.INSTANT:
        lost = f"regexp_matches({column}, '(Z|[+-][0-9:]+)\\s*$') AND {column} LIKE '%:%'"
        wanted = "a timestamp without a zone; declare `type: timestamptz`"
    elif declared.kind is Kind.INTEGER and found.kind in (Kind.FLOAT, Kind.DECIMAL):
        lost = f"TRY_CAST({column} AS DOUBLE) <> trunc(TRY_CAST({column} AS DOUBLE))"
        wanted = "an integer"
    elif declared.kind is Kind.DECIMAL and found.kind in (Kind.FLOAT, Kind.DECIMAL):
        lost = f"regexp_matches(rtrim({column}, '0 '), '\\.[0-9]{{{declared.scale + 1},}}$')"
        wanted = f"a {declared}, which keeps {declared.scale} digits after the point"
    else:
        return []
    rows = engine.fetch(f"SELECT attain_file, {column} FROM {texts} WHERE {lost} LIMIT 1")
    return [_loss(root, Path(row[0]), name, str(row[1]), wanted, request) for row in rows]


def _loss(root: Path, path: Path, name: str, value: str, wanted: str, request: TableRequest) -> Problem:
    line = find_line(path, name, value) if format_of(path) == "csv" else None
    return does_not_fit(shown(path, root), line, name, value, wanted, request.span)
