"""Which fields of tables the definitions name: in metrics, dimensions and other fields, and in what tables say."""

from __future__ import annotations

from collections.abc import Iterator

from attain.model import expression as e
from attain.model.aggregate import Aggregate, Nested, TargetValue
from attain.model.semantic import Field, Metric, SemanticModel, Table

#: A column with the table whose rows it is of.
Named = tuple[str, e.Column]


def used_fields(model: SemanticModel) -> dict[str, list[str]]:
    """The fields of each table that something names, in the order of the table."""
    found: set[tuple[str, str]] = set()
    for name, column in named_columns(model):
        end = name
        for join in column.path:
            end = model.tables[end].joins[join].to
        found.add((end, column.name))
    return {
        name: [one for one, known in table.fields.items() if (name, one) in found or known.span.line]
        for name, table in model.tables.items()
    }


def named_columns(model: SemanticModel) -> Iterator[Named]:
    """Every column that something names."""
    for table in model.tables.values():
        yield from of_table(table)
        for found in table.fields.values():
            yield from of_field(table, found)
    for dimension in model.dimensions.values():
        yield from dimension.columns.items()
    for metric in model.metrics.values():
        yield from of_metric(metric)


def of_table(table: Table) -> Iterator[Named]:
    """What a table says of itself: keys, references, times."""
    names = [*table.key, *(name for join in table.joins.values() for name in (*join.on, join.at)), table.time]
    names += [*(table.lifespan or ()), *((table.snapshot[0], *table.snapshot[1]) if table.snapshot else ())]
    for name in dict.fromkeys(names):
        if name in table.fields:
            yield table.name, e.Column((), name, table.fields[name].type)


def of_field(table: Table, found: Field) -> Iterator[Named]:
    """What a derived field or a roll-up is made of."""
    if found.expression is not None:
        yield from of_row(table.name, found.expression)
    if found.rollup is not None:
        yield from of_aggregate(found.rollup.aggregate)


def of_metric(metric: Metric) -> Iterator[Named]:
    """What a metric is made of, the metrics that it names aside."""
    yield from of_cells(metric.expression)


def of_cells(node: e.Expression) -> Iterator[Named]:
    """The columns in a value of cells."""
    for part in e.walk(node):
        if isinstance(part, e.AggregateValue) and not isinstance(part.aggregate, TargetValue):
            yield from of_aggregate(part.aggregate)
        elif isinstance(part, e.Narrowed):
            for key in part.filter.keys:
                yield from key.columns


def of_aggregate(found: Aggregate | Nested) -> Iterator[Named]:
    """The columns in an aggregate."""
    parts = [*found.arguments, *([found.where] if found.where is not None else [])]
    if isinstance(found, Nested):
        for key in found.keys:
            yield from key.columns
        for part in parts:
            yield from of_cells(part)
        return
    parts += [found.order] if found.order is not None else []
    parts += [found.axis.column] if found.axis is not None else []
    for part in parts:
        yield from of_row(found.table, part)


def of_row(table: str, node: e.Expression) -> Iterator[Named]:
    """The columns in a value of a row."""
    for part in e.walk(node):
        if isinstance(part, e.Column):
            yield table, part
        elif isinstance(part, e.Rate):
            for inner in part.parts:
                yield from of_row(table, inner)
        elif isinstance(part, e.RowMetric):
            yield from of_cells(part.value)
