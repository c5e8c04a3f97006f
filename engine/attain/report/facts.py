"""What the catalogue says of metrics, dimensions and tables: worked out from the semantic model."""

from __future__ import annotations

from collections.abc import Iterator

from attain.model.aggregate import Aggregate, Axis, Nested, TargetValue
from attain.model.expression import AggregateValue, Column, Expression, MetricValue, RowMetric, walk
from attain.model.semantic import Dimension, Metric, SemanticModel, Table

EVERY_WINDOW = "its rows lie in every window"
ADDITIVITY = {
    "additive": "the parts add up to the whole",
    "additive over everything but time": "the parts add up to the whole, but periods do not",
    "not additive": "never summed; a total is computed at its own level",
}


def column_path(table: str, column: Column) -> str:
    """`deals.owner.region`: a column as it is reached from a table."""
    return ".".join([table, *column.path, column.name])


def used_by(model: SemanticModel, name: str) -> list[str]:
    """The metrics that name this metric."""
    return sorted(metric.name for metric in model.metrics.values() if name in metric.uses)


def targets_asked(metric: Metric) -> list[str]:
    """The targets that a metric's expression asks for."""
    found: dict[str, None] = {}
    waiting: list[Expression] = [metric.expression]
    while waiting:
        for node in walk(waiting.pop(0)):
            if isinstance(node, AggregateValue) and isinstance(node.aggregate, TargetValue):
                found[node.aggregate.target] = None
            elif isinstance(node, AggregateValue):
                waiting += _inside(node.aggregate)
    return list(found)


def metrics_of_table(model: SemanticModel, table: str) -> list[str]:
    """The metrics that aggregate rows of this table."""
    return sorted(metric.name for metric in model.metrics.values() if table in metric.tables)


def dimensions_of(model: SemanticModel, metric: Metric) -> list[Dimension]:
    """The named dimensions that a metric may be cut by: its own list, or all that each of its tables reaches."""
    if metric.by is not None:
        return [model.dimensions[name] for name in metric.by if name in model.dimensions]
    return [d for d in model.dimensions.values() if all(table in d.columns for table in metric.tables)]


def metrics_of_dimension(model: SemanticModel, dimension: Dimension) -> list[str]:
    """The metrics that may be cut by a dimension."""
    return sorted(m.name for m in model.metrics.values() if dimension in dimensions_of(model, m))


def dimension_paths(dimension: Dimension, tables: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """For each table (of those given, or all): the table, the path to the column, how it was found."""
    found = dimension.columns.items()
    return [(t, column_path(t, c), dimension.why.get(t, "")) for t, c in found if not tables or t in tables]


def time_axes(model: SemanticModel, metric: Metric) -> list[str]:
    """What puts the rows of each of the metric's aggregates into a window, each once."""
    texts = (aggregate_time(model.tables.get(a.table), a) for a in aggregates_of(model, metric.expression))
    return list(dict.fromkeys(texts))


def aggregate_time(table: Table | None, aggregate: Aggregate) -> str:
    """`deals by closed_at`, `deals as of end (alive from opened_at to closed_at)`"""
    if aggregate.instant:
        how = ""
        if table is not None and table.lifespan is not None:
            how = f" (alive from {table.lifespan[0]} to {table.lifespan[1]})"
        elif table is not None and table.snapshot is not None:
            how = f" (the last snapshot by {table.snapshot[0]})"
        return f"{aggregate.table} as of {aggregate.instant}{how}"
    return (
        f"{aggregate.table} by {axis_text(aggregate.axis)}"
        if aggregate.axis
        else f"{aggregate.table}: no time axis, {EVERY_WINDOW}"
    )


def axis_text(axis: Axis) -> str:
    """`closed_at`, `lead.created_at`, `due_at (may lie ahead)`"""
    path = ".".join([*axis.column.path, axis.column.name])
    return f"{path} (may lie after the as-of day)" if axis.ahead else path


def aggregates_of(model: SemanticModel, expression: Expression) -> Iterator[Aggregate]:
    """All aggregates over rows in an expression, also those of the metrics it names and those inside others."""
    seen: set[str] = set()
    waiting: list[Expression] = [expression]
    while waiting:
        for node in walk(waiting.pop(0)):
            if isinstance(node, MetricValue) and node.name not in seen and node.name in model.metrics:
                seen.add(node.name)
                waiting.append(model.metrics[node.name].expression)
            elif isinstance(node, RowMetric):
                waiting.append(node.value)
            elif isinstance(node, AggregateValue):
                if isinstance(node.aggregate, Aggregate):
                    yield node.aggregate
                waiting += _inside(node.aggregate)


def _inside(aggregate: Aggregate | Nested | TargetValue) -> list[Expression]:
    return [*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])]
