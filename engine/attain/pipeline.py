"""The whole compiler on one page: read, check, plan, render, run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attain.base.cache import read_cached, write_cached
from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.check.request import CellRequest, QueryRequest, ScorecardRequest
from attain.check.windows import windows_not_begun
from attain.model import units as u
from attain.model.explanation import Explanation
from attain.model.query import Query
from attain.model.result import Result, ResultColumn
from attain.model.semantic import Field, Metric, SemanticModel
from attain.model.types import Kind, Type
from attain.model_cache import name_of_sql
from attain.project import Project, open_project
from attain.run.engine import RunProblem, Settings, TableRequest
from attain.run.files import find_files
from attain.run.lock import KeyedTable, measure
from attain.run.lock import write_lock as lock_text

if TYPE_CHECKING:
    from attain.model.cell import Behind
    from attain.model.scorecard import Detail, Scorecard
    from attain.plan.steps import Plan

Columns = Mapping[str, Mapping[str, Type] | None]


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a query was compiled to; `sql` and `plan` are empty where `problems` has errors."""

    sql: str
    plan: str
    columns: tuple[ResultColumn, ...]
    problems: list[Problem]
    sources: dict[str, Source]
    query: Query | None = None
    notes: tuple[str, ...] = ()  # what must be said of the rows that it will give


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
    return Compiled(sql, shown, columns, [*problems, *more], sources, query, plan.notes)


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
    used = {source.name for step in (*plan.steps, *plan.checks) for source in sources_of(step) if source.is_table}
    used |= {promise.source.name for promise in plan.unique if promise.source.is_table}
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
        if query.grain is not None and position == int(query.totals):
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
    settle(project, settings)
    result, more = run_planned(project, query, plan, progress)
    return result, [*problems, *more], sources


def run_planned(
    project: Project, query: Query, plan: Plan, progress: Callable[[float], None] | None
) -> tuple[Result | None, list[Problem]]:
    """The rows of a query that is planned, with what must be said of them."""
    assert project.model is not None
    result, problems = execute_plan(project, plan, result_columns(query, plan), progress)
    if result is None:
        return None, problems
    if query.has_window:
        from attain.data_checks import said_of_times

        result = replace(result, notes=(*result.notes, *said_of_times(project, query)))
    if project.model.rates is not None:
        from attain.data_checks import said_of_rates

        result = replace(result, notes=(*result.notes, *said_of_rates(project, query)))
    if project.model.targets:
        from attain.target_checks import said_of_targets

        result = replace(result, notes=(*result.notes, *said_of_targets(project, query, result)))
    return annotated(project, query, plan, result), []


def execute_plan(
    project: Project, plan: Plan, columns: tuple[ResultColumn, ...], progress: Callable[[float], None] | None
) -> tuple[Result | None, list[Problem]]:
    """The rows of a plan; problems where the connection's dialect cannot say it."""
    from attain.read.dialects import read_dialect
    from attain.render.statement import render_plan

    engine = project.engine()
    spoken = read_dialect(engine.dialect)
    assert spoken is not None
    sql, problems = render_plan(plan, spoken, table_texts(project, plan, engine.dialect))
    return (None, problems) if problems else (engine.execute(sql, columns, progress), [])


def settle(project: Project, settings: Settings | None) -> None:
    """From here on the connection has these settings."""
    if settings is not None and settings != project.settings:
        project.close()
        project.settings = settings


def rows_behind(
    project: Project, request: CellRequest, *, every: bool = False, limit: int | None = None,
    today: date | None = None, settings: Settings | None = None, progress: Callable[[float], None] | None = None,
) -> tuple[Behind | None, list[Problem], dict[str, Source]]:  # fmt: skip
    """The rows behind a cell of a metric; with `every` those that do not count, too; at most `limit` of each of its
    aggregates. Raises RunProblem where the connection or a statement fails."""
    from attain.cell_rows import read_behind
    from attain.check.cell import check_cell

    assert project.model is not None
    cell, problems, options = check_cell(project.model, request, today or current_day(project.model))
    sources = {**project.sources, **options}
    if cell is None:
        return None, problems, sources
    settle(project, settings)
    behind, more = read_behind(project, cell, request, every=every, limit=limit, progress=progress)
    return behind, [*problems, *more], sources


def read_scorecard(
    project: Project, request: ScorecardRequest, *, today: date | None = None, settings: Settings | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Scorecard | None, list[Problem], dict[str, Source]]:  # fmt: skip
    """The KPIs that are asked for, with their figures. Raises RunProblem where the connection or a statement fails."""
    from attain.check.scorecard import check_scorecard
    from attain.scorecard.read import read_scorecard as read

    assert project.model is not None
    query, problems, options = check_scorecard(project.model, request, today or current_day(project.model))
    sources = {**project.sources, **options}
    if query is None:
        return None, problems, sources
    settle(project, settings)
    card, more = read(project, query, progress)
    return card, [*problems, *more], sources


def scorecard_details(
    project: Project, card: Scorecard, progress: Callable[[float], None] | None = None
) -> tuple[dict[str, Detail], list[str]]:
    """What a page says of each KPI of a scorecard beside its figures; and notes. Raises RunProblem."""
    from attain.scorecard.details import read_details

    return read_details(project, card, progress)


def scorecard_plans(
    project: Project, request: ScorecardRequest, *, today: date | None = None
) -> tuple[str, list[Problem], dict[str, Source]]:
    """The plans of a scorecard's statements as text, each with the number of its scans."""
    from attain.check.scorecard import check_scorecard
    from attain.scorecard.read import show_plans

    assert project.model is not None
    query, problems, options = check_scorecard(project.model, request, today or current_day(project.model))
    sources = {**project.sources, **options}
    if query is None:
        return "", problems, sources
    text, more = show_plans(project, query)
    return text, [*problems, *more], sources


def annotated(project: Project, query: Query, plan: Plan, result: Result) -> Result:
    """The result with what must be said of it: the as-of day, and which period holds it."""
    notes = [f"as of {query.as_of}"] if query.as_of is not None else []
    partial: tuple[int, ...] = ()
    current, after = period_now(project, query)
    if query.as_of is not None and after is not None and after - query.as_of > timedelta(1):
        place = 1 if query.totals else 0
        partial = tuple(i for i, row in enumerate(result.rows) if row[place] == current)
        if partial and project.model is not None:
            notes += windows_not_begun(project.model, query, after, query.as_of)
    if query.top is not None:
        notes += two_others(query, result)
    return Result(result.columns, result.rows, (*notes, *plan.notes, *result.notes), partial)


def period_now(project: Project, query: Query) -> tuple[date | None, date | None]:
    """The first day of the period that holds the as-of day, and that of the next one; None without such a period, and
    for hours."""
    if query.grain is None or query.as_of is None or query.grain.unit == "hour":
        return None, None
    if query.grain.table:
        from attain.data_checks import period_of

        return period_of(project, query.grain, query.as_of)
    from attain.model.periods import next_period, period_start

    current = period_start(query.as_of, query.grain)
    return current, next_period(current, query.grain)


def two_others(query: Query, result: Result) -> list[str]:
    """What must be said where a member is called like the rest of `--top`."""
    first = int(query.totals) + int(query.grain is not None)
    keys = [(*row[first - 1 : first], *row[first : first + len(query.keys)]) for row in result.rows]
    found = [key for key in keys if key[-1] == "other" and keys.count(key) > 1]
    return ["a member is called `other`, too: of two such rows the rest is the one that comes last"] if found else []


def explain_metric(model: SemanticModel, metric: Metric) -> Explanation:
    """How a metric came to its unit and its additivity, part by part."""
    from attain.check.explain import explain_metric as explained

    return explained(model, metric)


# -- data ------------------------------------------------------------------------------------------------------------
def data_at_hand(project: Project) -> bool:
    """Whether the data can be had: the connection opens, and no file is missing."""
    try:
        project.engine()
    except RunProblem:
        return False
    files = [request for request in project.requests.values() if request.origin.kind == "file"]
    return all(find_files(project.root, request.origin.text)[0] for request in files)


def validate_levels(project: Project) -> list[Problem]:
    """What only `validate` tells: what the targets that are written down lack or contradict, and wrong tests."""
    from attain.check.target_levels import check_levels
    from attain.testing.suite import find_tests

    levels = check_levels(project.model) if project.model is not None else []
    return [*levels, *find_tests(project, current_day(project.model) if project.model else date.today())[1]]


def validate_data(project: Project) -> list[Problem]:
    """What the data at hand say against the definitions. Raises RunProblem."""
    from attain.data_checks import check_data
    from attain.target_checks import check_target_data

    return [*check_data(project), *check_target_data(project)]


def validate_metrics(project: Project, sample: int | None = None) -> tuple[list[Problem], list[str]]:
    """What trying all metrics on the data at hand finds, and what was done, a line each; on about `sample` rows of each
    table (0: on all, None: as many as are sensible). Raises RunProblem."""
    from attain.probes.check import check_metrics

    assert project.model is not None
    return check_metrics(project, current_day(project.model), sample)


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


__all__ = [
    "CellRequest",
    "Compiled",
    "Project",
    "QueryRequest",
    "RunProblem",
    "ScorecardRequest",
    "compile_query",
    "open_project",
    "read_scorecard",
    "rows_behind",
    "run_query",
    "scorecard_details",
    "scorecard_plans",
]
