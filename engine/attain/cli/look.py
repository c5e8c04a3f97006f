"""What there is in a folder of files or in a database: the facts that `attain init --from` guesses from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attain.base.problem import Problem
from attain.cli.draft import table_name
from attain.cli.guess import ColumnFacts, Dangling, TableFacts
from attain.model.semantic import Connection, Origin
from attain.model.types import Kind, Type

if TYPE_CHECKING:
    from attain.run.engine import Engine, TableRequest

DATABASES = (".duckdb", ".db", ".ddb")
_COUNTED = (Kind.OTHER, Kind.NULL)  # kinds whose different values are not counted
_MOST = 200  # tables


@contextmanager
def open_source(root: Path, source: Path) -> Iterator[tuple[Engine, list[TableRequest]]]:
    """An engine over the files of a folder or the tables of a database below root, and a request for each table."""
    from attain.run.connections import open_engine
    from attain.run.engine import Settings

    if source.is_dir():
        files = data_files(source)
        with open_engine(None, root, files, Settings(), os.environ) as engine:
            yield engine, _file_requests(root, files)
        return
    connection = Connection("default", "duckdb", source.relative_to(root).as_posix())
    with open_engine(connection, root, [], Settings(), os.environ) as engine:
        yield engine, _table_requests(engine)


def data_files(folder: Path) -> list[Path]:
    """The files of a folder and of those below it that can be read as tables."""
    from attain.cli.commands.schema import COPY
    from attain.run.files import format_of

    hidden = (
        p for p in sorted(folder.rglob("*")) if not any(part.startswith(".") for part in p.relative_to(folder).parts)
    )
    return [path for path in hidden if path.is_file() and path.name != COPY and format_of(path)][:_MOST]


def _file_requests(root: Path, files: list[Path]) -> list[TableRequest]:
    from attain.run.engine import TableRequest

    found: dict[str, TableRequest] = {}
    for path in files:
        name = table_name(path.name.split(".")[0], set(found))
        found[name] = TableRequest(name, Origin("file", path.relative_to(root).as_posix()))
    return list(found.values())


def _table_requests(engine: Engine) -> list[TableRequest]:
    from attain.run.engine import TableRequest

    rows = engine.fetch(
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_catalog = current_database() AND table_schema NOT IN ('information_schema', 'pg_catalog') "
        "ORDER BY table_schema, table_name"
    )
    found: dict[str, TableRequest] = {}
    for schema, table in rows[:_MOST]:
        name = table_name(table, set(found))
        origin = ".".join(_part(part) for part in ([table] if schema == "main" else [schema, table]))
        found[name] = TableRequest(name, Origin("table", origin))
    return list(found.values())


def _part(name: str) -> str:
    """A part of a qualified name, in quotes where it needs them."""
    from attain.cli.guess import is_name
    from attain.run.engine import quote_name

    return name if is_name(name) else quote_name(name)


def look_at(engine: Engine, requests: list[TableRequest]) -> tuple[list[TableFacts], Dangling, list[Problem]]:
    """The facts of each table that can be read, a way to count dangling references, and what cannot be read."""
    columns, problems = engine.describe(requests)
    known = {request.name: request for request in requests if request.name in columns}
    facts = [_facts(engine, request, columns[name]) for name, request in known.items()]

    def dangling(child: TableFacts, column: str, parent: TableFacts, key: str) -> int:
        return _dangling(engine, known, columns, (child.name, column), (parent.name, key))

    return facts, dangling, problems


def _facts(engine: Engine, request: TableRequest, columns: Mapping[str, Type]) -> TableFacts:
    from attain.run.engine import quote_name

    counts = ["count(*)"]
    for name, kind in columns.items():
        column = quote_name(name)
        counts += [f"count({column})", "0" if kind.kind in _COUNTED else f"count(DISTINCT {column})"]
    ((rows, *numbers),) = engine.fetch(f"SELECT {', '.join(counts)} FROM {engine.read_call(request, columns)} AS t")
    found = tuple(
        ColumnFacts(name, kind, numbers[2 * i], numbers[2 * i + 1]) for i, (name, kind) in enumerate(columns.items())
    )
    key = "file" if request.origin.kind == "file" else "source"
    return TableFacts(request.name, key, request.origin.text, rows, found)


def _dangling(
    engine: Engine,
    requests: Mapping[str, TableRequest],
    columns: Mapping[str, Mapping[str, Type]],
    reference: tuple[str, str],
    target: tuple[str, str],
) -> int:
    """How many values of a reference are not among the keys that it should lead to."""
    from attain.run.engine import quote_name

    child, parent = (engine.read_call(requests[name], columns[name]) for name, _ in (reference, target))
    column, key = quote_name(reference[1]), quote_name(target[1])
    ((number,),) = engine.fetch(
        f"SELECT count(*) FROM {child} AS child WHERE child.{column} IS NOT NULL "
        f"AND NOT EXISTS (SELECT 1 FROM {parent} AS parent WHERE parent.{key} = child.{column})"
    )
    return int(number)
