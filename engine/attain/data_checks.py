"""What the data say against the definitions: keys that are not unique, versions that overlap, references that lead
nowhere, a stale lock."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from attain.base.problem import Problem, warning
from attain.base.suggest import count_of, some_of
from attain.model.calendar import Grain
from attain.model.query import Query
from attain.model.result import ResultColumn
from attain.model.semantic import SemanticModel, Table
from attain.model.units import NUMBER
from attain.plan.checks import (
    EXAMPLES,
    axes_of,
    plan_dangling,
    plan_days_elsewhere,
    plan_overlaps,
    plan_period_of,
    plan_repeated_keys,
    plan_repeated_rates,
    plan_times,
)
from attain.plan.rows import goes_by
from attain.plan.unrated import query_of, unrated_of
from attain.run.marks import CALENDAR_HINT

if TYPE_CHECKING:
    from attain.plan.steps import Plan
    from attain.project import Project


def check_data(project: Project) -> list[Problem]:
    """Every promise about rows, checked on the data at hand. Raises RunProblem where they cannot be had."""
    model = project.model
    assert model is not None
    problems = stale_lock(project)
    for table in model.tables.values():
        if table.key and all(name in table.fields for name in table.key):
            problems += repeated_keys(project, model, table)
    rates = model.rates
    if rates is not None and set(model.tables[rates.table].key) != set(rates.fields[:3]):  # a key is told already
        problems += repeated_rates(project, model, model.tables[rates.table])
    histories = dict.fromkeys(join.to for table in model.tables.values() for join in table.joins.values() if join.at)
    for name in histories:
        problems += overlaps(project, model, model.tables[name])
    for name in model.calendar.grains:
        problems += days_elsewhere(project, model, name)
    for table in model.tables.values():
        for join in table.joins.values():
            if model.tables[join.to].key:
                problems += dangling(project, model, table, join.name)
    return problems


def stale_lock(project: Project) -> list[Problem]:
    """Tables whose columns are no longer as the lock says."""
    from attain.project import locked_tables

    locked = locked_tables(project.root)
    if not locked:
        return []
    described, problems = project.engine().describe(list(project.requests.values()))
    for name, request in project.requests.items():
        if name not in described:
            continue
        now = {column: str(type) for column, type in described[name].items()}
        entry = locked.get(name)
        then = dict(entry["columns"]) if entry is not None else {}
        if now == then:
            continue
        changed = [column for column in {*now, *then} if now.get(column) != then.get(column)]
        text = f"the lock is stale: `{name}` has other columns than it says"
        if entry is None:
            text = f"the lock is stale: it does not know `{name}`"
        hint = f"different: {some_of(changed)}" if entry is not None else ""
        problems.append(Problem("stale-lock", text, request.span).hint(hint, "`attain lock` writes it anew"))
    return problems


def rows_of(project: Project, plan: Plan) -> list[tuple[Any, ...]]:
    """The rows of a plan that checks something."""
    from attain.pipeline import table_texts
    from attain.read.dialects import read_dialect
    from attain.render.statement import render_plan

    engine = project.engine()
    dialect = read_dialect(engine.dialect)
    assert dialect is not None
    sql, problems = render_plan(plan, dialect, table_texts(project, plan, engine.dialect))
    assert not problems, problems
    columns = tuple(ResultColumn(name, type, NUMBER, "metric") for name, _, type in plan.columns)
    return engine.execute(sql, columns).rows


def said_of_times(project: Project, query: Query) -> list[str]:
    """Up to when there are data, and how many rows lie in no period because their time is missing."""
    assert project.model is not None
    latest: list[date] = []
    notes: list[str] = []
    for timed in axes_of(project.model, query):
        plan = plan_times(project.model, timed, query.filter, query.grain)
        newest, missing, outside = rows_of(project, plan)[0]
        if newest is not None and not timed.axis.ahead:
            latest.append(newest.date() if isinstance(newest, datetime) else newest)
        if missing:
            column = ".".join((*timed.axis.column.path, timed.axis.column.name))
            verb = "lies" if missing == 1 else "lie"
            rows = "row" if missing == 1 else "rows"
            notes.append(f"{missing:,} {rows} of {timed.table} without {column} {verb} in no period")
        if outside:
            verb = "row lies" if outside == 1 else "rows lie"
            notes.append(f"{outside:,} {verb} outside of the calendar table, so in no period: of {timed.table}")
    return [*([f"data up to {max(latest)}"] if latest else []), *notes]


def said_of_rates(project: Project, query: Query) -> list[str]:
    """How many rows are left out of converted money because no exchange rate is known for them."""
    from attain.plan.query import plan_query

    assert project.model is not None
    found: dict[tuple[str, str], int] = {}
    for unrated in unrated_of(project.model, query):
        plan, _ = plan_query(project.model, query_of(query, unrated))
        if plan is None:
            continue
        key = (unrated.count.table, unrated.target)
        counts = [row[-1] or 0 for row in rows_of(project, plan)]
        rows = max(counts, default=0) if unrated.count.instant else sum(counts)  # a stock is there at several instants
        found[key] = max(found.get(key, 0), rows)
    return [
        f"{rows:,} {'row' if rows == 1 else 'rows'} of {table} without a rate to {target}: "
        f"{'its' if rows == 1 else 'their'} converted amounts are missing"
        for (table, target), rows in found.items()
        if rows
    ]


def shown(values: tuple[Any, ...]) -> str:
    """A value, or the parts of one, as examples are written."""
    return ", ".join(str(value) for value in values)


def repeated_keys(project: Project, model: SemanticModel, table: Table) -> list[Problem]:
    """The key values that stand more than once."""
    rows = rows_of(project, plan_repeated_keys(model, table))
    text = f"the key `{', '.join(table.key)}` of `{table.name}` is not unique"
    return repeated(rows, text, len(table.key), table, "a key names one row: joins would double the others")


def repeated_rates(project: Project, model: SemanticModel, table: Table) -> list[Problem]:
    """The days with two exchange rates between the same currencies."""
    rows = rows_of(project, plan_repeated_rates(model))
    text = f"`{table.name}` has several rates of one day"
    return repeated(rows, text, 3, table, "which of them holds would be a guess: leave one for each pair and day")


def repeated(rows: list[tuple[Any, ...]], text: str, width: int, table: Table, hint: str) -> list[Problem]:
    """The problem of values that stand more than once, with examples; none where there are no rows."""
    if not rows:
        return []
    values, total = rows[0][width + 1], rows[0][width + 2]
    problem = Problem(
        "duplicate-key-value", f"{text}: {count_of(values, 'value')} in {count_of(total, 'row')}", table.span
    )
    examples = "; ".join(f"{shown(row[:width])} ({count_of(row[width], 'row')})" for row in rows)
    return [problem.hint(f"for example {examples}", hint)]


def overlaps(project: Project, model: SemanticModel, table: Table) -> list[Problem]:
    """The versions of a history that are valid while another one is."""
    rows = rows_of(project, plan_overlaps(model, table))
    if not rows:
        return []
    text = f"versions of `{table.name}` overlap: {count_of(len(rows), 'version')} still valid when the next one begins"
    problem = Problem("overlapping-versions", text, table.span)
    examples = "; ".join(f"{shown(row[:-2])} (from {row[-2]}, and from {row[-1]})" for row in rows[:EXAMPLES])
    hint = "rows of that time would be counted twice: end each version where the next begins"
    return [problem.hint(f"for example {examples}", hint)]


def days_elsewhere(project: Project, model: SemanticModel, name: str) -> list[Problem]:
    """The days of the calendar table that do not lie in the period that they name."""
    grain = model.calendar.grain(name)
    assert grain is not None
    rows = rows_of(project, plan_days_elsewhere(model, grain))
    if not rows:
        return []
    lie = "does not lie" if len(rows) == 1 else "do not lie"
    text = f"the calendar table `{grain.table}` contradicts itself: {count_of(len(rows), 'day')} {lie} in its `{name}`"
    examples = "; ".join(f"{day}, in the period that begins on {first}" for day, first in rows[:EXAMPLES])
    problem = Problem("contradictory-calendar", text, model.tables[grain.table].span)
    return [problem.hint(f"for example {examples}", CALENDAR_HINT)]


def period_of(project: Project, grain: Grain, day: date) -> tuple[date | None, date | None]:
    """The first day of the period of the calendar table that a day lies in, and that of the next one; None outside."""
    assert project.model is not None
    found = rows_of(project, plan_period_of(project.model, grain, day))
    return found[0][0], found[0][1]


def dangling(project: Project, model: SemanticModel, table: Table, join_name: str) -> list[Problem]:
    """The references that no row of the other table has."""
    join = table.joins[join_name]
    if any(name not in table.fields for name in goes_by(join)):
        return []
    rows = rows_of(project, plan_dangling(model, table, join))
    if not rows:
        return []
    width = len(set(goes_by(join)))
    values, total = rows[0][width + 1], rows[0][width + 2]
    missing = f"{count_of(values, 'value')} without a {'version' if join.at else 'row'} in `{join.to}`"
    text = f"`{table.name}.{join_name}` leads nowhere in {count_of(total, 'row')}: {missing}"
    examples = "; ".join(f"{shown(row[:width])} ({count_of(row[width], 'row')})" for row in rows)
    span = join.span if join.span.line else table.span
    found = warning("dangling-reference", text, span, "", f"for example {examples}")
    return [found.hint(f"these rows are kept; what they would reach in `{join.to}` is missing")]
