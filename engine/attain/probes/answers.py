"""Metrics executed: their values in every cell, and the problem of each that has none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from attain.base.problem import Problem
from attain.model.query import Query
from attain.model.result import Value
from attain.model.semantic import SemanticModel
from attain.probes.questions import in_parts
from attain.run.engine import RunProblem, TimedOut

if TYPE_CHECKING:
    from attain.project import Project

T = TypeVar("T")
#: What stands behind FROM for a table, in place of its own text.
Change = Callable[[str, str], str]
#: The values of a metric by (whether it is the total, the period): both missing where there is only one cell.
Cells = dict[tuple[Any, ...], Value]

#: Codes of what a statement verifies: told at the table already.
TOLD = {"duplicate-key-value", "overlapping-versions", "contradictory-calendar"}


@dataclass(slots=True)
class Answers:
    """The values of metrics, why the others failed, and those for which no time was left."""

    cells: dict[str, Cells] = field(default_factory=dict)
    failed: dict[str, Problem] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Clock:
    """When the work has to be over."""

    end: float

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self.end


def ask(project: Project, model: SemanticModel, queries: Iterable[Query], clock: Clock, change: Change) -> Answers:
    """The values of all metrics of some queries over a model, which may be another one than the project's. Raises
    RunProblem where the user interrupts."""
    answers = Answers()
    waiting = list(queries)
    while waiting:
        query = waiting.pop(0)
        names = [output.name for output in query.outputs]
        if clock.is_over:
            answers.late += names
            continue
        problem = ask_one(project, model, query, answers, change)
        if problem is None:
            continue
        if len(names) > 1:
            waiting = [*in_parts(query, (len(names) + 1) // 2), *waiting]
        else:
            answers.failed[names[0]] = problem
    return answers


def ask_one(
    project: Project, model: SemanticModel, query: Query, answers: Answers, change: Change
) -> Problem | None:  # fmt: skip
    """Runs one query and notes its values; the problem where it fails."""
    try:
        rows, problem = rows_of_query(project, model, query, change)
    except TimedOut as late:
        return late.problem
    except RunProblem as stopped:
        if stopped.problem.code == "interrupted":
            raise
        return stopped.problem
    if problem is not None:
        return problem
    keys = 0 if query.grain is None else 1 + int(query.totals)
    for place, output in enumerate(query.outputs):
        answers.cells[output.name] = {row[:keys]: row[keys + place] for row in rows}
    return None


def rows_of_query(
    project: Project, model: SemanticModel, query: Query, change: Change
) -> tuple[list[tuple[Value, ...]], Problem | None]:
    """The rows of a query with the sources of its tables changed. Raises RunProblem."""
    from attain.pipeline import result_columns, table_texts
    from attain.plan.query import plan_query
    from attain.read.dialects import read_dialect
    from attain.render.statement import render_plan

    plan, problems = plan_query(model, query)
    if plan is None:
        return [], problems[0]
    engine = project.engine()
    dialect = read_dialect(engine.dialect)
    assert dialect is not None
    texts = {name: change(name, text) for name, text in table_texts(project, plan, engine.dialect).items()}
    sql, problems = render_plan(plan, dialect, texts)
    if problems:
        return [], problems[0]
    return engine.execute(sql, result_columns(query, plan)).rows, None


def figures(project: Project, model: SemanticModel, query: Query, change: Change) -> tuple[Value, ...] | None:
    """The one row of a query; None where it cannot be had. Raises RunProblem where the user interrupts."""
    answer = if_it_can_be_had(lambda: rows_of_query(project, model, query, change))
    if answer is None:
        return None
    rows, problem = answer
    return rows[0] if problem is None and rows else None


def if_it_can_be_had(ask: Callable[[], T]) -> T | None:
    """What a statement answers; None where it fails or takes too long. Raises RunProblem where the user interrupts."""
    try:
        return ask()
    except TimedOut:
        return None
    except RunProblem as stopped:
        if stopped.problem.code == "interrupted":
            raise
        return None


def as_they_are(table: str, text: str) -> str:
    """No change."""
    return text
