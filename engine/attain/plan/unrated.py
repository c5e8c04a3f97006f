"""Rows whose amounts cannot be converted, since no exchange rate is known for them: a sum leaves them out without a
word, so a query that counts them goes beside each one that converts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate
from attain.model.query import Output, Query
from attain.model.semantic import SemanticModel
from attain.model.units import NUMBER
from attain.plan.builder import Builder
from attain.plan.leaves import Leaf, leaves_of
from attain.plan.places import place_outputs

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unrated:
    """The rows of a table that an aggregate takes and whose amount has no rate to a currency. The query's window has a
    part in which rows it takes, and so has its filter."""

    count: Aggregate
    target: str
    in_window: bool
    filtered: bool


def unrated_of(model: SemanticModel, query: Query) -> list[Unrated]:
    """What is to be counted beside a query."""
    found: dict[Unrated, None] = {}
    builder = Builder(model, query)
    outputs = place_outputs(builder, [(o.name, o.expression) for o in query.outputs])
    waiting: list[Leaf] = list(leaves_of(builder, outputs))
    while waiting:
        leaf = waiting.pop(0)
        if isinstance(leaf, Aggregate):
            found |= dict.fromkeys(of_aggregate(model, leaf, in_window=not leaf.place.windows, filtered=True))
        else:
            waiting += leaves_of(builder, [(str(i), x) for i, x in enumerate(leaf.arguments)])
    return list(found)


def query_of(query: Query, unrated: Unrated) -> Query:
    """The query that counts them: in the periods of the one that converts, without slices."""
    value = e.AggregateValue(unrated.count, t.INTEGER)
    output = Output("unrated", value, t.INTEGER, NUMBER)
    filter = query.filter if unrated.filtered else None
    if not unrated.in_window:
        return Query((output,), (), filter=filter, as_of=query.as_of)
    return Query((output,), (), query.grain, query.start, query.end, filter, query.as_of, sparse=True)


def of_aggregate(model: SemanticModel, aggregate: Aggregate, *, in_window: bool, filtered: bool) -> Iterator[Unrated]:
    """The conversions in what an aggregate takes, for the rows that it takes; those in its condition, for all rows."""
    where = aggregate.where if aggregate.where is None or can_stand(model, aggregate.where) else None
    for part in (*aggregate.arguments, *([aggregate.order] if aggregate.order is not None else [])):
        yield from of_expression(model, aggregate, part, where, in_window=in_window, filtered=filtered)
    if aggregate.where is not None:
        yield from of_expression(model, aggregate, aggregate.where, None, in_window=in_window, filtered=filtered)


def can_stand(model: SemanticModel, where: e.Expression) -> bool:
    """Whether a condition means the same in another query: it names no metric at another place."""
    values = [node.value for node in e.walk(where) if isinstance(node, e.RowMetric)]
    return all(isinstance(value, e.MetricValue) and value.name in model.metrics for value in values)


def of_expression(
    model: SemanticModel, aggregate: Aggregate, expression: e.Expression, where: e.Expression | None, *,
    in_window: bool, filtered: bool,
) -> Iterator[Unrated]:  # fmt: skip
    """The conversions in an expression over the rows of an aggregate, and in the fields that it names."""
    table, seen = aggregate.table, set()
    waiting: list[tuple[str, Path, e.Expression]] = [(table, (), expression)]
    while waiting:
        here, path, current = waiting.pop(0)
        for node in e.walk(current):
            if isinstance(node, e.Arithmetic) and isinstance(node.right, e.Rate):
                amount, rate = behind(path, node.left), behind(path, node.right)
                missing = e.both(where, e.Not(e.IsMissing(amount)), e.IsMissing(rate))
                count = Aggregate(
                    "count_rows", table, (), missing, aggregate.axis, t.INTEGER, instant=aggregate.instant
                )
                yield Unrated(count, node.right.target, in_window, filtered)
            if isinstance(node, e.Rate):
                waiting += [(here, path, part) for part in node.parts]
            if isinstance(node, e.Column) and (here, path, node) not in seen:
                seen.add((here, path, node))
                end = end_of(model, here, node.path)
                field = model.tables[end].fields[node.name]
                if field.expression is not None:
                    waiting.append((end, (*path, *node.path), field.expression))
                if field.rollup is not None:
                    yield from of_aggregate(model, field.rollup.aggregate, in_window=False, filtered=False)


def end_of(model: SemanticModel, table: str, path: Path) -> str:
    """The table that a chain of joins leads to."""
    for name in path:
        table = model.tables[table].joins[name].to
    return table


def behind(path: Path, expression: e.Expression) -> e.Expression:
    """An expression over a row of the table that a path leads to as one over the row that it starts from."""

    def change(node: e.Expression) -> e.Expression | None:
        if isinstance(node, e.Rate):
            return replace(node, source=behind(path, node.source), day=behind(path, node.day))
        return replace(node, path=(*path, *node.path)) if isinstance(node, e.Column) else None

    return e.transform(expression, change)
