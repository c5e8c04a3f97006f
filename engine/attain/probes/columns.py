"""A closer look at tables: whether they have rows, whether fields are ever filled, whether values fit the types that
they are converted to, whether lifespans end before they begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attain.base.problem import Problem, warning
from attain.base.suggest import count_of
from attain.data_checks import rows_of, shown
from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate
from attain.model.query import Query
from attain.model.semantic import Field, SemanticModel, Table
from attain.model.types import Kind
from attain.plan.checks import plan_backwards
from attain.probes.answers import Clock, as_they_are, figures, if_it_can_be_had
from attain.probes.questions import counting
from attain.probes.used import used_fields
from attain.run.engine import RunProblem, TimedOut

if TYPE_CHECKING:
    from datetime import date

    from attain.project import Project

LONGEST = 40  # characters of an example


@dataclass(frozen=True, slots=True)
class Filling:
    """How many rows a table has, and which of its fields have a value in none of them."""

    rows: int
    empty: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a closer look at tables found: problems, the tables without rows, those with values that do not fit."""

    problems: list[Problem]
    bare: frozenset[str]
    unfit: frozenset[str]


def check_columns(project: Project, model: SemanticModel, today: date, clock: Clock) -> Seen:
    """A closer look at every table. Raises RunProblem where the user interrupts."""
    problems: list[Problem] = []
    fillings: dict[str, Filling] = {}
    unfit: set[str] = set()
    used = used_fields(model)
    for name, table in model.tables.items():
        if name not in project.requests or clock.is_over:
            continue
        wrong = misfits(project, table) if project.engine().dialect == "duckdb" else []
        found = filling(project, model, table, used[name], today) if not wrong else None
        fillings |= {name: found} if found is not None else {}
        unfit |= {name} if wrong else set()
        problems += [*wrong, *backwards(project, model, table)]
    bare = frozenset(name for name, found in fillings.items() if not found.rows)
    return Seen([*problems, *unfilled(model, fillings)], bare, frozenset(unfit))


# -- rows and fields ---------------------------------------------------------------------------------------------------
def filling(project: Project, model: SemanticModel, table: Table, names: list[str], today: date) -> Filling | None:
    """How far a table is filled; None where that cannot be known."""
    fields = [table.fields[name] for name in names if table.fields[name].type.kind is not Kind.OTHER]
    outputs = [counting("rows", Aggregate("count_rows", table.name, (), None, None, t.INTEGER))]
    outputs += [
        counting(f"{i}", Aggregate("count", table.name, (e.Column((), f.name, f.type),), None, None, t.INTEGER))
        for i, f in enumerate(fields)
    ]
    found = figures(project, model, Query(tuple(outputs), (), as_of=today), as_they_are)
    if found is None:
        return None
    return Filling(
        int(str(found[0])), frozenset(f.name for f, count in zip(fields, found[1:], strict=True) if not count)
    )


def unfilled(model: SemanticModel, fillings: dict[str, Filling]) -> list[Problem]:
    """A warning for each table without rows, and for each field without a value in any row of others; not for the end
    of a lifespan, nor for what is made of a field that is told."""
    problems: list[Problem] = []
    for name, filling in fillings.items():
        table = model.tables[name]
        if not filling.rows:
            text = f"`{name}` has no rows: what is computed from it is 0, or has no value"
            problems.append(warning("no-rows", text, table.span))
            continue
        for field in sorted(filling.empty - set((table.lifespan or ())[1:]), key=list(table.fields).index):
            if not any(is_empty(fillings, *below) for below in made_of(table, table.fields[field])):
                problems.append(never_filled(table, table.fields[field], filling.rows))
    return problems


def is_empty(fillings: dict[str, Filling], table: str, name: str) -> bool:
    """Whether a field has no value in any row, or its table has no rows."""
    found = fillings.get(table)
    return found is not None and (not found.rows or name in found.empty)


def made_of(table: Table, found: Field) -> list[tuple[str, str]]:
    """What a derived field or a roll-up is made of: (table, field)."""
    if found.rollup is not None:
        child = found.rollup.aggregate
        nodes = [node for part in child.arguments for node in e.walk(part)]
        return [(child.table, node.name) for node in nodes if isinstance(node, e.Column) and not node.path]
    inside = e.walk(found.expression) if found.expression is not None else ()
    return [(table.name, node.name) for node in inside if isinstance(node, e.Column) and not node.path]


def never_filled(table: Table, found: Field, rows: int) -> Problem:
    """The warning of a field that is missing in every row."""
    text = f"`{table.name}.{found.name}` is never filled: it is missing in all of {count_of(rows, 'row')}"
    return warning("never-filled", text, found.span if found.span.line else table.span)


# -- types -------------------------------------------------------------------------------------------------------------
def misfits(project: Project, table: Table) -> list[Problem]:
    """The columns with values that are not of the type that they are converted to. Text files are left to those who
    read them, since they name the line."""
    columns = {
        f.name: (f.source, f.type)
        for f in table.fields.values()
        if f.is_physical and f.source is not None and f.type not in (f.source, t.TEXT, t.MONEY)
        and f.type.kind is not Kind.DURATION
    }  # fmt: skip
    origin = project.requests[table.name].origin
    text_file = origin.kind == "file" and not origin.text.endswith(".parquet")
    if not columns or text_file:
        return []
    from attain.run.duckdb_fit import misfits_query

    row = fetched(project, misfits_query(source_text(project, table), columns))
    problems: list[Problem] = []
    for place, name in enumerate(columns):
        count, least, greatest = row[3 * place : 3 * place + 3] if row is not None else (0, None, None)
        if count:
            problems.append(misfit(table, table.fields[name], count, [least, greatest]))
    return problems


def source_text(project: Project, table: Table) -> str:
    """What stands behind FROM for a table."""
    return project.engine().read_call(project.requests[table.name], {})


def fetched(project: Project, sql: str) -> tuple[Any, ...] | None:
    """The one row of a statement; None where it fails or takes too long. Raises RunProblem where the user stops it."""
    return if_it_can_be_had(lambda: project.engine().fetch(sql)[0])


def misfit(table: Table, found: Field, count: int, examples: list[str]) -> Problem:
    """The error of a column with values of another type."""
    verb = "does" if count == 1 else "do"
    text = f"{count_of(count, 'value')} of `{table.name}.{found.name}` {verb} not fit its type, {found.type}"
    problem = Problem("value-does-not-fit", text, found.span if found.span.line else table.span)
    given = "; ".join(dict.fromkeys(cut(example) for example in examples))
    return problem.hint(
        f"for example {given}",
        "metrics over it fail, or take another value than the data have: correct the data, or declare what the column "
        "really holds by `type:`",
    )


def cut(text: str) -> str:
    """An example that leaves room on its line."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]}.."


# -- lifespans ---------------------------------------------------------------------------------------------------------
def backwards(project: Project, model: SemanticModel, table: Table) -> list[Problem]:
    """The rows of a table whose lifespan ends before it begins."""
    if table.lifespan is None or any(name not in table.fields for name in (*table.lifespan, *table.key)):
        return []
    try:
        rows = rows_of(project, plan_backwards(model, table))
    except RunProblem as stopped:
        if stopped.problem.code == "interrupted" and not isinstance(stopped, TimedOut):
            raise
        return []
    if not rows:
        return []
    start, end = table.lifespan
    names = list(dict.fromkeys((*table.key, *table.lifespan)))
    verb = "ends" if rows[0][-1] == 1 else "end"
    text = f"{count_of(rows[0][-1], 'row')} of `{table.name}` {verb} before they begin: `{end}` before `{start}`"
    if rows[0][-1] == 1:
        text = text.replace("before they begin", "before it begins")
    examples = []
    for row in rows:
        values = dict(zip(names, row, strict=False))
        key = shown(tuple(values[name] for name in table.key if name not in table.lifespan))
        examples.append(f"{cut(key)} ({values[start]} to {values[end]})".strip())
    problem = warning("lifespan-backwards", text, table.span, "", f"for example {'; '.join(examples)}")
    return [problem.hint("they are never there: no `as of` counts them, no join with `at:` finds them")]
