"""Versions of the definitions over one connection: what each of them gives for the same query.

Versions whose tables, dimensions and calendar are the same go into one statement: the metrics of all stand beside each
other in one model, so the rows are scanned once and the cells are the same for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from attain.base.problem import Problem, has_errors
from attain.check.request import QueryRequest
from attain.model import expression as e
from attain.model.aggregate import Aggregate, Nested, TargetValue
from attain.model.result import ResultColumn, Value
from attain.model.semantic import Metric, SemanticModel
from attain.project import Project, open_connection
from attain.run.engine import RunProblem

#: So many metrics are asked for in one statement.
MOST_OUTPUTS = 24
#: A query that gives more cells is not compared.
MOST_CELLS = 100_000

Key = tuple[Value, ...]
#: (which version, its metric) to the values of its cells.
Values = dict[tuple[int, str], dict[Key, Value]]


@dataclass(slots=True)
class Answers:
    """What was found: values and columns, and for a metric without them why not."""

    values: Values = field(default_factory=dict)
    columns: dict[tuple[int, str], ResultColumn] = field(default_factory=dict)
    keys: tuple[ResultColumn, ...] = ()
    failed: dict[tuple[int, str], str] = field(default_factory=dict)


@dataclass(slots=True)
class Sides:
    """Versions of the definitions over the data and the connection of one of them; `statements` counts what was
    run."""

    projects: list[Project]
    today: date
    statements: int = 0

    def ask(self, wanted: Mapping[int, Sequence[str]], request: QueryRequest) -> Answers:
        """The cells of these metrics of each version, for one query; `request.metrics` is left open."""
        found = Answers()
        for sides in self.together(wanted):
            names = [(side, name) for side in sides for name in wanted[side]]
            merged = merge({side: self.model(side) for side in sides}, wanted) if len(sides) > 1 else None
            for start in range(0, len(names), MOST_OUTPUTS):
                self.ask_some(names[start : start + MOST_OUTPUTS], merged, request, found)
        return found

    def model(self, side: int) -> SemanticModel:
        """The model of a version."""
        model = self.projects[side].model
        assert model is not None
        return model

    def together(self, wanted: Mapping[int, Sequence[str]]) -> list[list[int]]:
        """The versions in groups that one statement can answer."""
        groups: list[list[int]] = []
        for side in wanted:
            if not wanted[side]:
                continue
            same = next((g for g in groups if self.alike(g[0], side, wanted)), None)
            if same is not None:
                same.append(side)
            else:
                groups.append([side])
        return groups

    def alike(self, one: int, other: int, wanted: Mapping[int, Sequence[str]]) -> bool:
        """Whether two versions differ in nothing but metrics, as far as what is asked for looks at it."""
        a, b = self.projects[one], self.projects[other]
        x, y = self.model(one), self.model(other)
        same = (
            x.tables == y.tables and x.dimensions == y.dimensions and x.calendar == y.calendar and x.rates == y.rates
            and x.currency == y.currency
            and {n: r.sql for n, r in a.requests.items()} == {n: r.sql for n, r in b.requests.items()}
        )  # fmt: skip
        return same and not any(asks_target(self.model(side), wanted[side]) for side in (one, other))

    def ask_some(
        self, names: list[tuple[int, str]], merged: SemanticModel | None, request: QueryRequest, found: Answers
    ) -> None:
        """One statement; where it is too large, or one of its metrics cannot be asked for so, each by itself."""
        side = names[0][0]
        model = merged or self.model(side)
        shown = {label(s, name) if merged is not None else name: (s, name) for s, name in names}
        project = replace(self.projects[side], model=model, state="", _engine=self.projects[side].engine())
        try:
            problems = self.run(project, replace(request, metrics=tuple(shown)), shown, found)
        except RunProblem as error:
            problems = [error.problem]
        if not problems:
            return
        if len(names) > 1:
            for one in names:
                self.ask_some([one], merged, request, found)
            return
        found.failed[names[0]] = reason_of(problems)

    def run(
        self, project: Project, request: QueryRequest, shown: Mapping[str, tuple[int, str]], found: Answers
    ) -> list[Problem]:
        """Runs one query and keeps its cells; errors where it is wrong."""
        from attain.pipeline import execute_plan, plan_request, result_columns

        query, plan, problems, _ = plan_request(project, request, self.today)
        if query is None or plan is None:
            return [problem for problem in problems if has_errors([problem])] or problems
        self.statements += 1
        result, more = execute_plan(project, plan, result_columns(query, plan), None)
        if result is None:
            return more
        width = len(result.columns) - len(shown)
        found.keys = result.columns[:width]
        for place, column in enumerate(result.columns[width:], width):
            name = shown[column.name]
            found.columns[name] = replace(column, name=name[1])
            found.values[name] = {row[:width]: row[place] for row in result.rows}
        return []


def reason_of(problems: Sequence[Problem]) -> str:
    """Why a metric has no cells, in a few words."""
    first = problems[0]
    return f"{first.message} ({first.label})" if first.label else first.message


def share_connection(base: Project, head: Project) -> list[str]:
    """Both versions read the data of `head`, over one connection that may read the files which either names below its
    folder. Raises RunProblem. What must be said of it."""
    requests = {f"{side} {name}": r for side, p in (("base", base), ("head", head)) for name, r in p.requests.items()}
    notes: list[str] = []
    if base.connection != head.connection:
        notes.append("the connection is another one: both versions are run on that of HEAD")
    base.close()
    head.close()
    base.root, base.connection = head.root, head.connection
    head._engine = base._engine = open_connection(head.root, head.connection, requests, head.settings)
    return notes


# -- the metrics of several versions in one model ----------------------------------------------------------------------
def label(side: int, name: str) -> str:
    """How a metric of a version is called among those of all."""
    return f"{name} ({side + 1})"


def merge(models: Mapping[int, SemanticModel], wanted: Mapping[int, Sequence[str]]) -> SemanticModel:
    """One model with the metrics of all versions, each with what it is built on, under names of their own."""
    first = next(iter(models.values()))
    metrics: dict[str, Metric] = {}
    for side, model in models.items():
        needed = below(model, wanted[side])
        names = {name: label(side, name) for name in needed}
        for name in needed:
            own = model.metrics[name]
            renamed = replace(
                own, name=names[name], expression=with_names(own.expression, names), deprecated=None,
                uses=tuple(names.get(used, used) for used in own.uses),
            )  # fmt: skip
            metrics[names[name]] = renamed
    return replace(first, metrics=metrics, targets={}, alerts={})


def below(model: SemanticModel, names: Iterable[str]) -> dict[str, None]:
    """Metrics and all that they are built on."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = None
        for node in deep_nodes(model.metrics[name].expression):
            if isinstance(node, e.MetricValue):
                waiting.append(node.name)
            elif isinstance(node, e.AggregateValue) and isinstance(node.aggregate, TargetValue):
                waiting.append(node.aggregate.metric)
    return found


def asks_target(model: SemanticModel, names: Iterable[str]) -> bool:
    """Whether any of these metrics is built on a target."""
    nodes = (node for name in below(model, names) for node in deep_nodes(model.metrics[name].expression))
    return any(isinstance(n, e.AggregateValue) and isinstance(n.aggregate, TargetValue) for n in nodes)


def deep_nodes(expression: e.Expression) -> Iterable[e.Expression]:
    """Every node, also those inside of aggregates and of metrics of rows."""
    stack = [expression]
    while stack:
        for node in e.walk(stack.pop()):
            yield node
            if isinstance(node, e.RowMetric):
                stack.append(node.value)
            elif isinstance(node, e.AggregateValue):
                stack += node.aggregate.arguments
                stack += [node.aggregate.where] if node.aggregate.where is not None else []


def with_names(expression: e.Expression, names: Mapping[str, str]) -> e.Expression:
    """An expression in which metrics have other names, at any depth."""

    def change(node: e.Expression) -> e.Expression | None:
        if isinstance(node, e.MetricValue):
            return replace(node, name=names[node.name])
        if isinstance(node, e.RowMetric):
            return replace(node, value=with_names(node.value, names))
        if isinstance(node, e.AggregateValue) and isinstance(node.aggregate, Aggregate | Nested):
            return replace(node, aggregate=with_names_inside(node.aggregate, names))
        return None

    return e.transform(expression, change)


def with_names_inside(aggregate: Aggregate | Nested, names: Mapping[str, str]) -> Aggregate | Nested:
    """The same of an aggregate."""
    arguments = tuple(with_names(argument, names) for argument in aggregate.arguments)
    where = with_names(aggregate.where, names) if aggregate.where is not None else None
    return replace(aggregate, arguments=arguments, where=where)
