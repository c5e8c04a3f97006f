"""Definitions from files to a checked model: read and check, or found again where nothing has changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attain.base.problem import Problem, has_errors, in_order
from attain.base.span import Source, Span
from attain.base.suggest import bounded_suggestions
from attain.model.semantic import Connection, SemanticModel
from attain.model.silence import Ignored, Silence
from attain.model.types import Kind, Type, read_type
from attain.model_cache import load_model, name_of, store_model
from attain.read.files import files_of
from attain.run.engine import Settings, TableRequest
from attain.run.files import find_files
from attain.run.lock import FILE_NAME, read_lock

if TYPE_CHECKING:
    from attain.check.collect import Collected
    from attain.run.engine import Engine


@dataclass(slots=True)
class Project:
    """Definitions that were read and checked. `basis` says what the types of columns come from: "data", "lock",
    or "nothing"; `requests` are the tables as a connection is asked for them. `ignored` are the problems that `silence`
    says are meant."""

    root: Path
    sources: dict[str, Source]
    model: SemanticModel | None
    problems: list[Problem]
    basis: str
    connection: Connection | None = None
    requests: dict[str, TableRequest] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    silence: Silence = field(default_factory=Silence)
    ignored: list[Ignored] = field(default_factory=list)
    lint: dict[str, str] = field(default_factory=dict)  # the level of each rule that is on
    state: str = ""  # a hash of everything that the model was made of; "" where it is not kept
    _engine: Engine | None = None

    def engine(self) -> Engine:
        """The open connection, opened at the first use. Raises RunProblem."""
        if self._engine is None:
            self._engine = open_connection(self.root, self.connection, self.requests, self.settings)
        return self._engine

    def close(self) -> None:
        """Ends the connection, if one was opened."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None


def open_project(
    path: Path, *, connection: str | None = None, offline: bool = False, settings: Settings | None = None,
    today: date | None = None,
) -> Project:  # fmt: skip
    """Reads and checks the definitions of a file or folder. Raises RunProblem where a connection fails."""
    root, names = files_of(path)
    settings = settings or Settings()
    entry = name_of(root, [*names, str(offline)], connection)
    stored = load_model(entry, root)
    if stored is not None and isinstance(stored[0], Project):
        return replace(stored[0], root=root, settings=settings, state=stored[1])
    project = check_project(root, names, connection, offline, settings, today or current_date())
    server = project.connection is not None and project.connection.type not in ("duckdb", "sqlite")
    if not project.problems and not project.ignored and not (server and project.basis == "data"):
        patterns = [("file", r.origin.text) for r in project.requests.values() if r.origin.kind == "file"]
        patterns += [("path", project.connection.path)] if project.connection is not None else []
        patterns += [("path", file) for file in packages_of(project)]
        kept = replace(project, _engine=None)
        project.state = store_model(entry, root, tuple(project.sources), tuple(patterns), kept)
    return project


def current_date() -> date:
    """Today, by which what is deprecated or ignored is judged."""
    return date.today()


def packages_of(project: Project) -> list[str]:
    """A file of each package that the model holds knowledge of: the holidays of countries."""
    holidays = project.model.calendar.holidays if project.model is not None else None
    if holidays is None or not holidays.countries:
        return []
    from attain.read.holidays import package_file

    return [package_file()]


@dataclass(frozen=True, slots=True)
class Texts:
    """Files of definitions that are not read from a folder: how to read one, and the text of the lock."""

    read: Callable[[str], str | None]
    lock: str | None = None


@bounded_suggestions()
def check_project(
    root: Path, names: list[str], connection: str | None, offline: bool, settings: Settings, today: date,
    texts: Texts | None = None,
) -> Project:  # fmt: skip
    """The work of `open_project` where nothing of it was done before. With `texts` only data are looked for in the
    folder."""
    from attain.check.collect import collect
    from attain.check.definitions import check_definitions
    from attain.check.ignores import read_silence
    from attain.check.lint import read_levels
    from attain.read.definitions import read_definitions

    raw, problems = read_definitions(names, texts.read if texts is not None else reader(root))
    locked = parsed_lock(texts.lock) if texts is not None else locked_tables(root)
    if not names:
        problems = [Problem("file-missing", f"there is no *.yaml file in `{root}`", Span.none())]
    collected = collect(raw)
    requests, refused = requests_of(collected)
    chosen, unknown = chosen_connection(collected, connection)
    project = Project(root, raw.sources, None, [], "nothing", chosen, requests, settings)
    columns, rows, told = column_types(project, locked, offline=offline or has_errors(unknown), collected=collected)
    unreadable = (
        frozenset(name for name, known in columns.items() if known is None)
        if told or refused or unknown
        else frozenset()
    )
    model, found = check_definitions(raw, columns, rows, today, collected, unreadable)
    project.silence, wrong = read_silence(raw)
    project.lint, unknown_rules = read_levels(raw)
    every = in_order([*problems, *refused, *unknown, *told, *found, *wrong, *unknown_rules])
    project.problems, project.ignored = project.silence.split(every, today)
    project.model = model if not has_errors(project.problems) else None
    return project


def reader(root: Path) -> Callable[[str], str | None]:
    """Reads files of definitions below a folder, and nothing else."""
    home = root.resolve()

    def read(name: str) -> str | None:
        path = (home / name).resolve()
        if not path.is_relative_to(home) or not path.is_file():
            return None
        try:
            with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
                return file.read(9_000_000).replace("\r\n", "\n")
        except OSError:
            return None

    return read


def requests_of(collected: Collected) -> tuple[dict[str, TableRequest], list[Problem]]:
    """Each table as a connection is asked for it; a problem for each query that is refused."""
    from attain.check.collect import declared_types

    requests: dict[str, TableRequest] = {}
    problems: list[Problem] = []
    for name, table in collected.draft.tables.items():
        if table.origin.kind == "none":
            continue
        span = next((v.span for v in (table.shape.source, table.shape.file, table.shape.sql) if v), table.name.span)
        sql = ""
        if table.origin.kind == "sql":
            from attain.render.source_sql import check_source_sql

            reason = check_source_sql(table.origin.text, "duckdb")
            if reason:
                problems.append(Problem("source-sql", reason, span))
                continue
            sql = table.origin.text.strip().rstrip(";")
        requests[name] = TableRequest(name, table.origin, declared_types(table), sql, span)
    return requests, problems


def chosen_connection(collected: Collected, name: str | None) -> tuple[Connection | None, list[Problem]]:
    """The connection that `-c` names, else `default`, else none: DuckDB in memory over the files."""
    if name is None:
        return collected.connections.get("default"), []
    found = collected.connections.get(name)
    if found is not None:
        return found, []
    from attain.base.suggest import did_you_mean

    label = did_you_mean(name, collected.connections)
    return None, [Problem("unknown-connection", f"there is no connection `{name}`", Span("-c", 0, 0, 0), label)]


def open_connection(
    root: Path, connection: Connection | None, requests: Mapping[str, TableRequest], settings: Settings
) -> Engine:
    """An engine that may read the files that the tables name, and nothing else."""
    from attain.run.connections import open_engine

    files = [file for r in requests.values() if r.origin.kind == "file" for file in find_files(root, r.origin.text)[0]]
    return open_engine(connection, root, files, settings, os.environ)


def column_types(
    project: Project, locked: dict[str, dict[str, Any]], *, offline: bool, collected: Collected
) -> tuple[dict[str, Mapping[str, Type] | None], dict[str, int | None], list[Problem]]:
    """The columns of every table, from the lock where it knows the table as it is declared, else from the data; the
    number of rows where the lock has it."""
    columns: dict[str, Mapping[str, Type] | None] = {}
    rows: dict[str, int | None] = {}
    problems: list[Problem] = []
    for name, request in project.requests.items():
        entry = locked.get(name)
        if entry is not None and entry["origin"] == {"kind": request.origin.kind, "text": request.origin.text}:
            types = {column: read_type(text) or Type(Kind.OTHER) for column, text in entry["columns"]}
            columns[name] = types | {c: type for c, type in request.declared.items() if c in types}
            rows[name] = entry["rows"]
    missing = [request for name, request in project.requests.items() if name not in columns]
    project.basis = "lock" if columns and not missing else "nothing"
    if missing and not offline:
        described, problems = project.engine().describe(missing)
        columns |= described
        project.basis = "data"
    known = {name: columns.get(name) for name in collected.draft.tables}
    return known, rows, problems


def locked_tables(root: Path) -> dict[str, dict[str, Any]]:
    """What the committed lock knows; empty where there is none."""
    path = root / FILE_NAME
    return parsed_lock(path.read_text(encoding="utf-8") if path.is_file() else None)


def parsed_lock(text: str | None) -> dict[str, dict[str, Any]]:
    """The tables of a lock; empty where there is none."""
    found: dict[str, dict[str, Any]] = read_lock(text)["tables"] if text is not None else {}
    return found
