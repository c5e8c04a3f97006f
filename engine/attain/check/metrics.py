"""Metrics: their expression, unit, additivity, and what they may be cut by."""

from __future__ import annotations

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean
from attain.check.additivity import additivity
from attain.check.draft import Draft, NeedsFirst
from attain.check.expressions import check_expression
from attain.check.scope import CellScope
from attain.check.tables_of import metrics_of, tables_of
from attain.check.units import fitting_unit
from attain.model.semantic import Metric
from attain.model.types import Kind
from attain.read.expressions import read_day, read_expression
from attain.read.shape import CHOICES, DeprecatedShape, MetricShape
from attain.read.text import text_of_scalar
from attain.read.tree import Scalar


def read_metrics(draft: Draft) -> None:
    """Reads the expressions of all metrics."""
    for name, (_, shape) in draft.metric_shapes.items():
        text, problems = text_of_scalar(shape.expr)
        tree, more = read_expression(text) if not problems else (None, [])
        draft.problems += [*problems, *more]
        if tree is None:
            draft.metrics[name] = None
        else:
            draft.metric_syntax[name] = tree


def check_metric(draft: Draft, name: str) -> Metric:
    """One metric. Raises `Failed` or `NeedsFirst`."""
    scalar, shape = draft.metric_shapes[name]
    tree = draft.metric_syntax[name]
    typed = check_expression(draft, tree, CellScope())
    if typed.type.kind is Kind.NULL:
        raise draft.fail(Problem("wrong-value", "this metric is always missing", tree.span))
    unit = fitting_unit(draft, shape.unit, typed.unit, typed.type, tree, CellScope())
    tables = tuple(sorted(tables_of(draft, typed.expression)))
    if not tables:
        problem = Problem("no-aggregate", "this metric aggregates nothing", tree.span)
        raise draft.fail(problem.hint("a number with a name stands below `constants:`"))
    for key, allowed in CHOICES.items():
        value: Scalar | None = getattr(shape, key)
        if value is not None and value not in allowed:
            label = did_you_mean(value, allowed)
            problem = Problem("wrong-value", f"`{value}` is none of: {', '.join(allowed)}", value.span, label)
            draft.problems.append(problem)
    return Metric(
        name=name,
        expression=typed.expression,
        type=typed.type,
        unit=unit,
        additivity=additivity(draft, typed.expression),
        tables=tables,
        uses=metrics_of(typed.expression),
        text=str(shape.expr),
        label=str(shape.label or ""),
        description=str(shape.description or ""),
        good=str(shape.good or ""),
        kind=str(shape.kind or ""),
        category=str(shape.category or ""),
        owner=str(shape.owner or ""),
        by=allowed_by(draft, shape, tables),
        hidden=shape.hidden,
        deprecated=deprecation(draft, shape.deprecated),
        span=scalar.span,
    )


def allowed_by(draft: Draft, shape: MetricShape, tables: tuple[str, ...]) -> tuple[str, ...] | None:
    """The dimensions that a metric may be cut by: each must be one that all its tables have."""
    if shape.by is None:
        return None
    for name in shape.by:
        if str(name) not in draft.dimension_shapes:
            label = did_you_mean(name, draft.dimension_shapes)
            draft.problems.append(Problem("unknown-dimension", f"there is no dimension `{name}`", name.span, label))
            continue
        if str(name) not in draft.dimensions:
            raise NeedsFirst("dimension", (str(name),), name.span)
        dimension = draft.dimensions[str(name)]
        for table in tables:
            if dimension is not None and table not in dimension.columns:
                problem = Problem("dimension-not-reached", f"`{table}` does not have the dimension `{name}`", name.span)
                draft.problems.append(problem.hint(dimension.why.get(table, ""), "take it out of `by:`, or add a path"))
    return tuple(map(str, shape.by))


def deprecation(draft: Draft, shape: DeprecatedShape | None) -> tuple[str, str] | None:
    """(what to use instead, the last day) of a deprecated metric."""
    if shape is None:
        return None
    if shape.use is not None and str(shape.use) not in draft.metric_shapes:
        label = did_you_mean(shape.use, draft.metric_shapes)
        draft.problems.append(Problem("unknown-metric", f"there is no metric `{shape.use}`", shape.use.span, label))
    if shape.until is not None and read_day(shape.until) is None:
        draft.problems.append(
            Problem("date-form", f"`{shape.until}` is not a day", shape.until.span, "write 2027-01-01")
        )
        return str(shape.use or ""), ""
    return str(shape.use or ""), str(shape.until or "")
