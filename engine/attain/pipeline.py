"""The whole compiler on one page: read, check, plan, render, run."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from attain.base.cache import read_cached, write_cached
from attain.base.problem import Problem, has_errors, in_order
from attain.base.span import Source, Span
from attain.check.request import QueryRequest
from attain.model import units as u
from attain.model.query import Query
from attain.model.result import Result, ResultColumn
from attain.model.semantic import Connection, Field, SemanticModel
from attain.model.types import Kind, Type, read_type
from attain.model_cache import load_model, name_of, name_of_sql, store_model
from attain.read.files import files_of
from attain.run.engine import RunProblem, Settings, TableRequest
from attain.run.files import find_files
from attain.run.lock import FILE_NAME, KeyedTable, measure, read_lock
from attain.run.lock import write_lock as lock_text

if TYPE_CHECKING:
    from attain.check.collect import Collected
    from attain.plan.steps import Plan
    from attain.run.engine import Engine

Columns = Mapping[str, Mapping[str, Type] | None]


@dataclass(slots=True)
class Project:
    """Definitions that were read and checked. `basis` says what the types of columns come from: "data", "lock",
    or "nothing"; `requests` are the tables as a connection is asked for them."""

    root: Path
    sources: dict[str, Source]
    model: SemanticModel | None
    problems: list[Problem]
    basis: str
    connection: Connection | None = None
    requests: dict[str, TableRequest] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
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


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a query was compiled to; `sql` and `plan` are empty where `problems` has errors."""

    sql: str
    plan: str
    columns: tuple[ResultColumn, ...]
    problems: list[Problem]
    sources: dict[str, Source]
    query: Query | None = None


# -- definitions -----------------------------------------------------------------------------------------------------
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
        return replace(stored[0], settings=settings, state=stored[1])
    project = check_project(root, names, connection, offline, settings, today or date.today())
    server = project.connection is not None and project.connection.type not in ("duckdb", "sqlite")
    if not project.problems and not (server and project.basis == "data"):
        patterns = [("file", r.origin.text) for r in project.requests.values() if r.origin.kind == "file"]
        patterns += [("path", project.connection.path)] if project.connection is not None else []
        kept = replace(project, _engine=None)
        project.state = store_model(entry, root, tuple(project.sources), tuple(patterns), kept)
    return project


def check_project(
    root: Path, names: list[str], connection: str | None, offline: bool, settings: Settings, today: date
) -> Project:
    """The work of `open_project` where nothing of it was done before."""
    from attain.check.collect import collect
    from attain.check.definitions import check_definitions
    from attain.read.definitions import read_definitions

    raw, problems = read_definitions(names, reader(root))
    if not names:
        problems = [Problem("file-missing", f"there is no *.yaml file in `{root}`", Span.none())]
    collected = collect(raw)
    requests, refused = requests_of(collected)
    chosen, unknown = chosen_connection(collected, connection)
    project = Project(root, raw.sources, None, [], "nothing", chosen, requests, settings)
    columns, rows, told = column_types(project, offline=offline or has_errors(unknown), collected=collected)
    unreadable = (
        frozenset(name for name, known in columns.items() if known is None)
        if told or refused or unknown
        else frozenset()
    )
    model, found = check_definitions(raw, columns, rows, today, collected, unreadable)
    project.problems = in_order([*problems, *refused, *unknown, *told, *found])
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
            with path.open(encoding="utf-8", newline="") as file:
                return file.read(9_000_000).replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError):
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
    project: Project, *, offline: bool, collected: Collected
) -> tuple[dict[str, Mapping[str, Type] | None], dict[str, int | None], list[Problem]]:
    """The columns of every table, from the lock where it knows the table as it is declared, else from the data; the
    number of rows where the lock has it."""
    columns: dict[str, Mapping[str, Type] | None] = {}
    rows: dict[str, int | None] = {}
    problems: list[Problem] = []
    locked = locked_tables(project.root)
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
    if not path.is_file():
        return {}
    found: dict[str, dict[str, Any]] = read_lock(path.read_text(encoding="utf-8"))["tables"]
    return found


# -- queries ---------------------------------------------------------------------------------------------------------
def compile_query(
    project: Project, request: QueryRequest, *, dialect: str = "duckdb", today: date | None = None
) -> Compiled:
    """A query as SQL of a dialect. Without `today` and `as_of` the statement reads the current day itself. What was
    compiled before of the same definitions is found again."""
    if not project.state:
        return compile_anew(project, request, dialect, today)
    name = name_of_sql(project.state, repr(request), dialect, str(today), str(Path.cwd()))
    stored = read_cached(name)
    if isinstance(stored, Compiled):
        return stored
    compiled = compile_anew(project, request, dialect, today)
    if not compiled.problems:
        write_cached(name, replace(compiled, query=None))
    return compiled


def compile_anew(project: Project, request: QueryRequest, dialect: str, today: date | None) -> Compiled:
    """The work of `compile_query`."""
    from attain.read.dialects import dialect_names, read_dialect

    query, plan, problems, sources = plan_request(project, request, today)
    if query is None or plan is None:
        return Compiled("", "", (), problems, sources)
    columns = result_columns(query, plan)
    from attain.plan.show import show_plan

    shown = show_plan(plan)
    spoken = read_dialect(dialect)
    if spoken is None:
        from attain.base.suggest import did_you_mean, some_of

        label = did_you_mean(dialect, dialect_names())
        problem = Problem("unknown-dialect", f"there is no dialect `{dialect}`", Span("--dialect", 0, 0, 0), label)
        return Compiled("", shown, columns, [*problems, problem.hint(f"dialects: {some_of(dialect_names())}")], sources)
    from attain.render.statement import render_plan

    assert project.model is not None
    sql, more = render_plan(plan, spoken, table_texts(project, plan, spoken.name, relative=True))
    return Compiled(sql, shown, columns, [*problems, *more], sources, query)


def plan_request(
    project: Project, request: QueryRequest, today: date | None
) -> tuple[Query | None, Plan | None, list[Problem], dict[str, Source]]:
    """A query checked and planned."""
    from attain.check.query import check_query
    from attain.plan.query import plan_query

    assert project.model is not None, "definitions with errors are not compiled"
    query, problems, options = check_query(project.model, request, today)
    sources = {**project.sources, **options}
    if query is None:
        return None, None, problems, sources
    plan, more = plan_query(project.model, query)
    return query, plan, [*problems, *more], sources


def table_texts(project: Project, plan: Plan, dialect: str, *, relative: bool = False) -> dict[str, str]:
    """What stands behind FROM for each table of a plan, in a dialect."""
    from attain.plan.steps import sources_of
    from attain.run.engine import quote_name, quote_qualified

    assert project.model is not None
    used = {source.name for step in plan.steps for source in sources_of(step) if source.is_table}
    texts: dict[str, str] = {}
    for name in sorted(used):
        request = project.requests[name]
        if dialect == "duckdb" and request.origin.kind == "file":
            texts[name] = file_text(project, request, relative=relative)
        elif request.origin.kind == "table":
            texts[name] = quote_qualified(request.origin.text)
        else:
            texts[name] = f"(\n{request.sql}\n)" if request.origin.kind == "sql" else quote_name(name)
    return texts


def file_text(project: Project, request: TableRequest, *, relative: bool) -> str:
    """The call that reads a table's files, with every column in its type."""
    from attain.run.duckdb_describe import read_call

    assert project.model is not None
    fields = project.model.tables[request.name].fields
    types = {name: read_as(request, field) for name, field in fields.items() if field.is_physical}
    text = read_call(project.root.resolve(), request, types)
    if relative:
        text = text.replace(f"'{Path.cwd().as_posix().rstrip('/')}/", "'")
    return text


def read_as(request: TableRequest, field: Field) -> Type:
    """The type in which a column is read from its file."""
    own = field.type.kind is Kind.DURATION or not is_text_file(request)
    return field.source if own and field.source is not None else field.type


def is_text_file(request: TableRequest) -> bool:
    """Whether a table's files are read in the types that we say, not in types of their own."""
    return not request.origin.text.removesuffix(".gz").endswith(".parquet")


def result_columns(query: Query, plan: Plan) -> tuple[ResultColumn, ...]:
    """The columns of a result, with what they are."""
    columns: list[ResultColumn] = []
    units = {output.name: output.unit for output in query.outputs}
    for position, (name, _, type) in enumerate(plan.columns):
        if query.grain is not None and position == 0:
            columns.append(ResultColumn(name, type, u.TIME, "period"))
        elif position < len(plan.columns) - len(query.outputs):
            columns.append(ResultColumn(name, type, dimension_unit(type), "dimension"))
        else:
            columns.append(ResultColumn(name, type, units[name], "metric"))
    return tuple(columns)


def dimension_unit(type: Type) -> u.Unit:
    """How values of a dimension are shown."""
    if type.is_time:
        return u.TIME
    return {Kind.TEXT: u.TEXT, Kind.BOOLEAN: u.BOOLEAN}.get(type.kind, u.NUMBER)


def current_day(model: SemanticModel) -> date:
    """Today, in the calendar's time zone."""
    return datetime.now(ZoneInfo(model.calendar.timezone)).date()


def run_query(
    project: Project, request: QueryRequest, *, today: date | None = None, settings: Settings | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Result | None, list[Problem], dict[str, Source]]:  # fmt: skip
    """The rows of a query. Raises RunProblem where the connection or the statement fails."""
    assert project.model is not None
    query, plan, problems, sources = plan_request(project, request, today or current_day(project.model))
    if query is None or plan is None:
        return None, problems, sources
    from attain.read.dialects import read_dialect
    from attain.render.statement import render_plan

    if settings is not None and settings != project.settings:
        project.close()
        project.settings = settings
    engine = project.engine()
    spoken = read_dialect(engine.dialect)
    assert spoken is not None
    sql, more = render_plan(plan, spoken, table_texts(project, plan, engine.dialect))
    if more:
        return None, [*problems, *more], sources
    result = engine.execute(sql, result_columns(query, plan), progress)
    if query.has_window:
        from attain.data_checks import said_of_times

        result = replace(result, notes=(*result.notes, *said_of_times(project, query)))
    return annotated(project, query, plan, result), problems, sources


def annotated(project: Project, query: Query, plan: Plan, result: Result) -> Result:
    """The result with what must be said of it: the as-of day, and which period holds it."""
    notes = [f"as of {query.as_of}"] if query.as_of is not None else []
    partial: tuple[int, ...] = ()
    if query.grain is not None and query.as_of is not None and query.grain.unit != "hour":
        from attain.model.periods import next_period, period_start

        current = period_start(query.as_of, query.grain)
        if next_period(current, query.grain) != query.as_of.fromordinal(query.as_of.toordinal() + 1):
            partial = tuple(i for i, row in enumerate(result.rows) if row[0] == current)
    return Result(result.columns, result.rows, (*notes, *plan.notes, *result.notes), partial)


# -- data ------------------------------------------------------------------------------------------------------------
def data_at_hand(project: Project) -> bool:
    """Whether the data can be had: the connection opens, and no file is missing."""
    try:
        project.engine()
    except RunProblem:
        return False
    files = [request for request in project.requests.values() if request.origin.kind == "file"]
    return all(find_files(project.root, request.origin.text)[0] for request in files)


def validate_data(project: Project) -> list[Problem]:
    """What the data at hand say against the definitions. Raises RunProblem."""
    from attain.data_checks import check_data

    return check_data(project)


def write_lock(project: Project) -> tuple[str, list[Problem]]:
    """The text of `attain.lock` for the data at hand. Raises RunProblem."""
    assert project.model is not None
    tables = [KeyedTable(r, project.model.tables[name].key) for name, r in project.requests.items()]
    data, problems = measure(project.engine(), tables)
    return lock_text(data), problems


def dialect_list() -> list[tuple[str, str]]:
    """(name, support) of every dialect that can be compiled for."""
    from attain.read.dialects import dialect_names, read_dialect

    found = [(name, read_dialect(name)) for name in dialect_names()]
    return [(name, dialect.support) for name, dialect in found if dialect is not None]


__all__ = ["Compiled", "Project", "QueryRequest", "RunProblem", "compile_query", "open_project", "run_query"]
