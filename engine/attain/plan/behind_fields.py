"""What is shown of a row behind a cell: its key, its time, the fields that its aggregate looks at, the metrics of its
condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from attain.model import expression as e
from attain.model.aggregate import Aggregate
from attain.model.durations import number_of
from attain.model.types import Kind, Type
from attain.model.units import BOOLEAN, NUMBER, TEXT, TIME, Unit
from attain.plan.builder import Builder
from attain.plan.facts import local_key, row_metrics_in
from attain.plan.frame import clock_of
from attain.plan.leaves import OverRows
from attain.plan.rows import table_at
from attain.plan.stocks import own_axis, stock_columns

#: Aggregates that a row adds one to, or nothing.
COUNTS = ("count_rows", "count", "count_distinct", "approx_count_distinct")


#: What is shown of a row: a field, or the exchange rate that it is converted by.
Field = e.Column | e.Rate


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of the rows behind a cell. `place` is "part", "key", "time", "field", "metric" or "value"."""

    name: str
    place: str
    type: Type
    unit: Unit


def columns_of(builder: Builder, aggregate: Aggregate) -> dict[Field, str]:
    """What is shown of an aggregate's rows, each with its place. What is aggregated as it is needs no column beside its
    value."""
    table = builder.model.tables[aggregate.table]
    found: dict[Field, str] = {e.Column((), name, table.fields[name].type): "key" for name in table.key}
    for column in times_of(builder, aggregate):
        found.setdefault(column, "time")
    bare = isinstance(next(iter(aggregate.arguments), None), e.Column) and aggregate.function not in COUNTS
    parts = [*(aggregate.arguments[1:] if bare else aggregate.arguments), aggregate.where, aggregate.order]
    for part in parts:
        for node in e.fields_in(part) if part is not None else ():
            behind = [x for y in node.parts for x in e.fields_in(y)] if isinstance(node, e.Rate) else []
            for field in (*behind, node):
                if field.type.kind is not Kind.OTHER:
                    found.setdefault(field, "field")
    return found


def times_of(builder: Builder, aggregate: Aggregate) -> list[e.Column]:
    """What an aggregate's rows lie in time by."""
    if aggregate.instant:
        return [x for x in stock_columns(builder, builder.model.tables[aggregate.table]) if x.type.is_time]
    return [aggregate.axis.column] if aggregate.axis is not None else []


def shown_of(builder: Builder, aggregate: Aggregate, column: Field, place: str, value: e.Expression) -> Shown:
    """A field as it is shown: under the name by which the table reaches it."""
    if isinstance(column, e.Rate):
        return Shown(f"rate to {column.target}", place, value.type, NUMBER)
    found = table_at(builder, aggregate.table, column.path).fields[column.name]
    return Shown(".".join((*column.path, column.name)), place, value.type, word_of(found.unit, value.type))


def shown_key(name: str, place: str, type: Type) -> Shown:
    """A member of a dimension, or a period, as it is shown."""
    return Shown(name, place, type, word_of(NUMBER, type))


def word_of(unit: Unit, type: Type) -> Unit:
    """The unit of values; of values that are no numbers, the word for what they are."""
    words = {Kind.TEXT: TEXT, Kind.BOOLEAN: BOOLEAN}
    return TIME if type.is_time else words.get(type.kind, unit)


def shown_value(builder: Builder, aggregate: Aggregate, column: Field, place: str, value: e.Expression) -> e.Expression:
    """A field's value as it is shown: a time by the calendar's clock where that decides in which cell a row lies,
    points in time always; a duration as a number of its unit."""
    if isinstance(column, e.Rate):
        return value
    table = table_at(builder, aggregate.table, column.path)
    if place == "time":
        axis = aggregate.axis if aggregate.axis is not None else own_axis(builder, table, column.name)
        return clock_of(axis, builder.model.calendar, value)
    return number_of(local_key(builder, value), table.fields[column.name].unit)


def row_metrics_of(builder: Builder, aggregate: Aggregate) -> Iterator[tuple[e.RowMetric, Shown]]:
    """The metrics that an aggregate's condition takes for each row."""
    names = {label: name for (name, _), label in builder.placed.items()}
    for metric in row_metrics_in(aggregate):
        assert isinstance(metric.value, e.MetricValue)
        unit = builder.model.metrics[names[metric.value.name]].unit
        type = number_of(e.Slot("", "", metric.type), unit).type
        yield metric, Shown(metric.value.name, "metric", type, word_of(unit, type))


def time_words(leaf: OverRows) -> str:
    """What puts an aggregate's rows into a window: `closed_at`, `as of end`; empty where nothing does, and of parts."""
    if not isinstance(leaf, Aggregate):
        return ""
    if leaf.instant:
        return f"as of {leaf.instant}"
    return ".".join((*leaf.axis.column.path, leaf.axis.column.name)) if leaf.axis is not None else ""
